"""What every fact says: when it happened, and which controller answers for it."""

from dataclasses import dataclass
from datetime import datetime

from gateway.core.terms import PartnerId


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened at ``at``, for which the controller ``home`` answers."""

    at: datetime
    home: PartnerId
