"""How the logs of partners stand with us: what we countersigned last, and what did not hang together."""

from dataclasses import dataclass
from datetime import datetime

from gateway.core.facts import LogTrouble
from gateway.core.terms import PartnerId, TaskId


@dataclass(frozen=True, slots=True)
class Countersigning:
    """The newest head of a partner's log that we countersigned: its note, our line below it, and when."""

    partner: PartnerId
    origin: str
    size: int
    note: str
    line: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proven:
    """How much of our log ``quorum`` others have countersigned: its first ``size`` lines of ``signed``.

    ``waiting_since`` is when the first checkpoint was signed that waits for them; ``stopped``: for longer than is
    allowed.
    """

    quorum: int
    size: int
    signed: int
    waiting_since: datetime | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """Trouble with a partner's log: both notes as it signed them. It stands until somebody has done its ``task``."""

    task: TaskId
    partner: PartnerId
    origin: str
    trouble: LogTrouble
    note: str
    held: str
    at: datetime
