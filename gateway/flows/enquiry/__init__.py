"""Questions people may ask: what was sent, what was disclosed about whom and why, and the proof of it.

Nothing here changes anything but the log itself, in which looking is a fact like any other.
"""

from gateway.flows.enquiry.counting import Line, Processing, board, classes, in_use, processing
from gateway.flows.enquiry.proving import Logbook, bundle_for_reader, bundle_of, covered_of
from gateway.flows.enquiry.rows import (
    MOST_ROWS,
    SETTLED,
    WORDS,
    Row,
    is_overdue,
    name_of,
    reason_words,
    row_of,
    sent,
    without_whereabouts,
    words_of,
)
from gateway.flows.enquiry.searching import Page, TooMany, bundled, export, search, unacknowledged
from gateway.flows.enquiry.telling import Child, Shown, about_child, find, handles_of
from gateway.flows.enquiry.termly import Return, dfe
from gateway.flows.enquiry.viewing import Between, own_case

__all__ = [
    "MOST_ROWS",
    "SETTLED",
    "WORDS",
    "Between",
    "Child",
    "Line",
    "Logbook",
    "Page",
    "Processing",
    "Return",
    "Row",
    "Shown",
    "TooMany",
    "about_child",
    "board",
    "bundle_for_reader",
    "bundle_of",
    "bundled",
    "classes",
    "covered_of",
    "dfe",
    "export",
    "find",
    "handles_of",
    "in_use",
    "is_overdue",
    "name_of",
    "own_case",
    "processing",
    "reason_words",
    "row_of",
    "search",
    "sent",
    "unacknowledged",
    "without_whereabouts",
    "words_of",
]
