"""What the questions to the log are asked by, and one line about a disclosure as they find it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.core.delivery import State
from gateway.core.law import Class
from gateway.core.terms import (
    AgreementRef,
    Basis,
    DisclosureId,
    Outcome,
    PartnerId,
    PersonId,
    PurposeCode,
    UploadId,
)


class Act(StrEnum):
    """What a line about a disclosure says was done: the three outcomes of a decision, and what came from a partner."""

    RELEASE = "release"
    HOLD = "hold"
    REFUSE = "refuse"
    RECEIVE = "receive"


@dataclass(frozen=True, slots=True)
class ClassesOf:
    """How sensitive what one disclosure carries is, by the table of items on the day it was decided."""

    disclosure: DisclosureId
    classes: tuple[Class, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One line about a disclosure, with what has become of it since. ``says`` is the line itself, parsed.

    ``discloser``, ``reader``, ``partner`` (the other side) and ``approved`` are None or empty where their salts were
    destroyed. ``state`` and ``settled_at`` are those of its parcel, or say that a hold was refused; ``later`` is the
    place of the line that took this one's place, for a disclosure may be held, released and sealed anew under one id.
    """

    line: int
    disclosure: DisclosureId | None
    at: datetime
    home: PartnerId
    act: Act
    source: UploadId | None
    discloser: PartnerId | None
    reader: PartnerId | None
    partner: PartnerId | None
    pupils: tuple[int, ...]
    approved: tuple[PersonId, ...]
    state: State | Outcome | None
    settled_at: datetime | None
    later: int | None
    says: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Collection:
    """Somebody took a file from a shelf. ``by`` is empty where the salt that led to them was destroyed."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class After:
    """Where a page of lines ended: the next begins after it, whatever was written meanwhile."""

    at: datetime
    line: int


@dataclass(frozen=True, slots=True)
class Sought:
    """Which lines somebody asks for: all that is given must hold. ``since`` is included, ``until`` is not.

    ``own`` is an organisation that asks for its own lines: what it disclosed, and what came for it.
    """

    homes: tuple[PartnerId, ...]
    children: tuple[str, ...] = ()
    own: PartnerId | None = None
    partner: PartnerId | None = None
    purpose: PurposeCode | None = None
    basis: Basis | None = None
    class_: Class | None = None
    agreement: AgreementRef | None = None
    officer: PersonId | None = None
    act: Act | None = None
    states: tuple[State, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    standing: bool = False
    """Only what no later line of the same disclosure took the place of."""
    disclosure: DisclosureId | None = None
    oldest: bool = False
    """The oldest first, which is otherwise the last."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many lines and children of one sort there are: the releases of a period, or all that was decided."""

    act: Act
    purpose: PurposeCode | None
    basis: Basis | None
    schedule1: str | None
    partner: PartnerId | None
    state: State | Outcome | None
    lines: int
    children: int
