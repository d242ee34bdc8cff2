"""What people may ask for about themselves: which rights there are, how a request runs, and by when it is answered."""

from gateway.core.rights.alike import Wrong, names, wrong
from gateway.core.rights.answer import Answer, Document, Line, as_json, as_page, as_text
from gateway.core.rights.basis import exists, why_not
from gateway.core.rights.exempting import EXEMPTIONS, usable
from gateway.core.rights.lifecycle import ENDS, STEPS, Standing, State, Taken, in_time, standing
from gateway.core.rights.redacting import Part, Shown, Whole, show
from gateway.core.rights.words import KIND_WORDS, NOTICED, STATE_WORDS

__all__ = [
    "ENDS",
    "EXEMPTIONS",
    "KIND_WORDS",
    "NOTICED",
    "STATE_WORDS",
    "STEPS",
    "Answer",
    "Document",
    "Line",
    "Part",
    "Shown",
    "Standing",
    "State",
    "Taken",
    "Whole",
    "Wrong",
    "as_json",
    "as_page",
    "as_text",
    "exists",
    "in_time",
    "names",
    "show",
    "standing",
    "usable",
    "why_not",
    "wrong",
]
