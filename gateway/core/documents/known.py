"""What the rules know beside the file: data that changes without a new gateway, loaded at the start and handed in.

Every part may be empty; a rule that needs what is not there says nothing.
"""

from dataclasses import dataclass, field

from gateway.core.documents.formats import Formats


@dataclass(frozen=True, slots=True)
class Known:
    """Establishments, places, term calendars and the named defaults of what the specifications leave open."""

    formats: Formats = field(default_factory=Formats)


NOTHING = Known()
