"""How far a log has been signed, as it is kept outside the database: who holds a mark finds a database that fell back.

A gateway whose database was lost and restored goes on under a new log, so logs are numbered from 1, and a height is a
log's number with a size: heights only grow.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from gateway.core.log import checkpoint
from gateway.core.log.checkpoint import Checkpoint
from gateway.core.log.strict import decimal
from gateway.core.terms import parse_stamp, stamp

HEADER = "gateway-mark/v1"


class Height(NamedTuple):
    """The number of a log and how many lines it has; a later log is higher than any earlier one."""

    log: int
    size: int


@dataclass(frozen=True, slots=True)
class Mark:
    """The highest point that is known to have been signed, and by when.

    ``note`` is the signed checkpoint itself; None where only a witness named the size.
    """

    height: Height
    at: datetime
    note: str | None

    def text(self) -> str:
        return f"{HEADER}\n{self.height.log}\n{self.height.size}\n{stamp(self.at)}\n\n{self.note or ''}"

    @property
    def checkpoint(self) -> Checkpoint | None:
        return checkpoint.shown(self.note) if self.note else None


def parse(text: str) -> Mark:
    """The opposite of ``Mark.text``; raises ValueError on any other text. The note's signature is not looked at."""
    head, blank, note = text.partition("\n\n")
    header, *lines = head.split("\n")
    if header != HEADER or not blank or len(lines) != 3:  # noqa: PLR2004  (log, size, time)
        raise ValueError("not a mark")
    mark = Mark(Height(decimal(lines[0]), decimal(lines[1])), parse_stamp(lines[2]), note or None)
    if mark.text() != text or (mark.checkpoint and mark.checkpoint.size != mark.height.size):
        raise ValueError("not a mark as it is written")
    return mark


def origin_of(first: str, log: int) -> str:
    """The name of a log, from that of the first."""
    return first if log == 1 else f"{first}/{log}"


def number_of(first: str, origin: str) -> int | None:
    """The opposite of ``origin_of``; None for the name of somebody else's log."""
    if origin == first:
        return 1
    number = origin.removeprefix(f"{first}/")
    return int(number) if number.isdecimal() and origin_of(first, int(number)) == origin and int(number) > 1 else None
