"""People who sign in, and what the pages keep for them."""

from dataclasses import dataclass
from datetime import datetime

from gateway.core.facts import Role
from gateway.core.records.kept import Kept
from gateway.core.terms import (
    PartnerId,
    PersonId,
    ReportId,
    UploadId,
)


@dataclass(frozen=True, slots=True)
class Person:
    id: PersonId
    role: Role
    organisation: PartnerId
    also: tuple[PartnerId, ...] = ()
    """Other homes for which one of a shared team may act; which one acts is chosen for each case."""

    @property
    def homes(self) -> frozenset[PartnerId]:
        return frozenset({self.organisation, *self.also})


@dataclass(frozen=True, slots=True)
class Report:
    """What a person reads about the files they handed in at once, closed at rest and gone after ``expires``."""

    id: ReportId
    organisation: PartnerId
    person: PersonId
    at: datetime
    expires: datetime
    kept: Kept


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that was checked and waits for somebody to send it, closed at rest; sent or not, it is soon gone."""

    upload: UploadId
    report: ReportId
    expires: datetime
    kept: Kept
