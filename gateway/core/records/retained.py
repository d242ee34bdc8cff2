"""What of one upload, message, case or request is kept until when, and what a destruction run did."""

from dataclasses import dataclass
from datetime import date, datetime

from gateway.core.facts import RetentionClass, Source
from gateway.core.terms import PartnerId, PersonId


@dataclass(frozen=True, slots=True)
class Retained:
    """The clock of one source: it ends with the last day of ``year``. ``wrapped_at`` is since when its documents rest
    under the key of that class and year alone; ``held`` is where the reason of a hold rests.
    """

    source: Source
    home: PartnerId
    retention: RetentionClass
    year: int
    started_at: datetime
    by: PersonId
    wrapped_at: datetime
    held: str | None = None
    held_by: PersonId | None = None
    destroyed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Destruction:
    """What was destroyed of one source. ``documents_until`` and ``salts_until``: the day on which the last backup ends
    that could still give them back.
    """

    source: Source
    home: PartnerId
    retention: RetentionClass
    year: int
    at: datetime
    by: PersonId
    documents: int
    salts: int
    documents_until: date
    salts_until: date
