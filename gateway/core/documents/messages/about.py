"""Messages about messages: they name what they speak of by its disclosure or message id, and hold no child's record.

Each says under which purpose that message went, and goes under the same.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from gateway.core.documents.messages.parts import Cover, Heading, Reference
from gateway.core.documents.messages.words import Affected, RefusalReason, Right
from gateway.core.facts import BreachNature, BreachRisk, KeptReason, RecallOutcome, RecallReason
from gateway.core.terms import Item, PurposeCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A message that a person has opened: the role, never the name, and when."""

    message: Annotated[Reference, ""]
    opened_by: str = ""
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    heading: Annotated[Heading, ""]
    purpose: PurposeCode
    cover: Cover | None = None
    records: Annotated[tuple[Opened, ...], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    message: Annotated[Reference, ""]
    reason: RefusalReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalMessage:
    heading: Annotated[Heading, ""]
    purpose: PurposeCode
    cover: Cover | None = None
    records: Annotated[tuple[Refused, ...], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    message: Annotated[Reference, ""]
    reason: RecallReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    heading: Annotated[Heading, ""]
    purpose: PurposeCode
    due: date
    cover: Cover | None = None
    records: Annotated[tuple[Recalled, ...], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What became of a message that was called back: how many people had opened it, and to whom it went on."""

    message: Annotated[Reference, ""]
    outcome: RecallOutcome | None = None
    opened: bool | None = None
    openers: int | None = None
    day: date | None = None
    reason: KeptReason | None = None
    passed_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallAnswer:
    heading: Annotated[Heading, ""]
    purpose: PurposeCode
    in_reply_to: Reference
    cover: Cover | None = None
    records: Annotated[tuple[Returned, ...], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    message: Annotated[Reference, ""]
    affected: Affected | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """``aware`` is when the 72 hours of Article 33 began."""

    heading: Annotated[Heading, ""]
    purpose: PurposeCode
    aware: datetime
    nature: BreachNature
    children: int
    contained: bool
    risk: BreachRisk
    told_ico: Annotated[date | None, "ToldICO"] = None
    cover: Cover | None = None
    records: Annotated[tuple[Lost, ...], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """What a right is about: ``number`` is a child's place in that message, from 1; none means all of them.

    ``was`` and ``entry`` say which one is wrong of an item that stands there more than once.
    """

    message: Annotated[Reference, ""]
    number: int | None = None
    items: Annotated[tuple[Item, ...], "Item"] = ()
    wrong_since: date | None = None
    correction: str = ""
    was: str = ""
    entry: int | None = None
    addendum: str = ""
    restricted_from: date | None = None
    restricted_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a person's right asks of everybody who was told (Articles 16 to 19)."""

    heading: Annotated[Heading, ""]
    purpose: PurposeCode
    right: Right
    due: date | None = None
    cover: Cover | None = None
    records: Annotated[tuple[Concerned, ...], None]
