"""What became of the specimens that a partner and we have sent each other: the latest of each kind, version and way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.core.terms import Kind, MessageId, Outcome, PartnerId

NO_RECEIPT_YET = "no receipt yet"


class Way(StrEnum):
    """Which way a specimen went."""

    TO = "to"
    FROM = "from"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The latest specimen of one kind and version on one way. ``passed``: a signed receipt proves it.

    ``said`` is the code or reason where it did not pass, and otherwise why a real one would not go; ``outcome`` what
    would be decided of that. ``soap`` is the SOAP part of one that went, until it is known what came of it.
    """

    partner: PartnerId
    way: Way
    kind: Kind
    version: str
    at: datetime
    message: MessageId
    passed: bool
    outcome: Outcome
    said: str = ""
    soap: bytes | None = None

    @property
    def went(self) -> bool:
        """Whether it is with the partner, or on its way, as far as anybody knows."""
        return self.passed or self.soap is not None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one kind has come: ``to`` of ``sent`` versions went there, ``came`` says that one came from there.

    ``sent`` is 0 where none can be sent to this partner.
    """

    kind: Kind
    sent: int
    to: int
    came: bool
    said: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return self.to == self.sent and self.came


def progress(known: Iterable[tuple[Kind, str]], made: Iterable[Rehearsal], *, reached: bool) -> tuple[Progress, ...]:
    """What passed and what is left, kind by kind, of every kind and version ``known`` to be exchanged.

    Where none can be sent, for it is not ``reached`` by a sealed message, it is enough that a specimen came from there.
    """
    wanted: dict[Kind, set[str]] = {}
    for kind, version in known:
        wanted.setdefault(kind, set()).add(version)
    listed = tuple(made)
    found = []
    for kind, versions in sorted(wanted.items()):
        mine = [one for one in listed if one.kind is kind]
        to = {one.version for one in mine if one.way is Way.TO and one.passed} & versions
        came = any(one.way is Way.FROM and one.passed for one in mine)
        said = tuple(sorted({NO_RECEIPT_YET if one.soap else one.said for one in mine if one.soap or one.said}))
        found.append(Progress(kind, len(versions) if reached else 0, len(to) if reached else 0, came, said))
    return tuple(found)
