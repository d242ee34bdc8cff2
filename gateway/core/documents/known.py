"""What the rules know beside the file: data that changes without a new gateway, loaded at the start and handed in.

Every part may be empty; a rule that needs what is not there says nothing.
"""

from dataclasses import dataclass, field

from gateway.core.documents.formats import Formats
from gateway.core.reference.advice import Advice
from gateway.core.reference.calendars import Calendars
from gateway.core.reference.codes import Codes
from gateway.core.reference.establishments import Establishments
from gateway.core.reference.limits import Limits
from gateway.core.reference.places import Places


@dataclass(frozen=True, slots=True)
class Known:
    """Establishments, places, term calendars and the named defaults of what the specifications leave open."""

    formats: Formats = field(default_factory=Formats)
    establishments: Establishments = field(default_factory=Establishments)
    places: Places = field(default_factory=Places)
    calendars: Calendars | None = None
    codes: Codes = field(default_factory=Codes)
    limits: Limits = field(default_factory=Limits)
    advice: Advice = field(default_factory=Advice)

    def meanings(self) -> "Known":
        """What gives a document its meaning, without what could find it wrong.

        A file that was accepted stays as it is when a table changes: its pupils are known by their number in it. And an
        extract lacks much of what a school's own file must have.
        """
        return Known(formats=Formats(told=self.formats.told, grounds=self.formats.grounds))


NOTHING = Known()
