"""What the oracle is asked: a case as plain words and numbers, in which nothing of the gateway's own values is."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Basis:
    """The legal fields that an agreement or a form states."""

    art6: str
    art9: str = ""
    sch1: str = ""
    art10: str = ""
    exemption: str = ""
    apd: bool = False
    request: bool = False
    papers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Agreed:
    """One version of an agreement. ``mirrored``: it was made for the other direction."""

    name: str
    version: int
    purpose: str
    kind: str
    basis: Basis
    items: tuple[str, ...]
    forbidden: tuple[str, ...] = ()
    status: str = "active"
    first: date = date(2025, 9, 1)
    last: date | None = None
    review: date = date(2027, 6, 1)
    mirrored: bool = False
    both_ways: bool = False
    most_children: int = 500
    most_a_day: int | None = None
    sent_today: int = 0
    carriers: frozenset[str] = frozenset()
    asks_assurance: bool = False
    bulk: bool = True
    most_days_old: int | None = None


@dataclass(frozen=True)
class Form:
    """An officer's decision form about one named child."""

    basis: Basis
    items: tuple[str, ...]
    by: str = "o.officer"
    siblings: bool = False
    used: bool = False
    """Another file went out on it on an earlier day."""


@dataclass(frozen=True)
class Cleared:
    """What people put out of the way, knowing of which flags, and what they said for it."""

    reasons: frozenset[str] = frozenset()
    knowing: frozenset[str] = frozenset()
    by: tuple[str, ...] = ()
    excuses: frozenset[str] = frozenset()
    glass: bool = False


@dataclass(frozen=True)
class Told:
    """Another organisation told us, under a purpose, and its terms."""

    by_recipient: bool
    purpose: str
    onward: bool
    reuse: bool


@dataclass(frozen=True)
class Case:
    """Everything that a decision may turn on."""

    purpose: str
    sender: str
    recipient: str
    day: date
    kind: str = "ctf"
    items: tuple[str, ...] = ("UPN",)
    children: int = 1
    lifted: frozenset[tuple[str, str]] = frozenset()
    agreements: tuple[Agreed, ...] = ()
    form: Form | None = None
    flags: frozenset[str] = frozenset()
    cleared: Cleared = field(default_factory=Cleared)
    told: Told | None = None
    own: bool = False
    one_area: bool = True
    carrier: str = "lan"
    accepted: frozenset[str] = frozenset()
    sealable: bool = True
    immediate: bool = False
    grade: int | None = None
    lacks: frozenset[str] = frozenset()
    consented: int = 0
    """So many of the children agreed to research, the first ones."""
    begun: frozenset[str] = frozenset()
    """Provisions of the 2026 Act that are in force."""
    opened: bool = False
    sender_ended: bool = False
    recipient_ended: bool = False
    assured_until: date | None = None
    days_old: int = 0
    asks_itself: bool = False
    """It is the recipient, and nobody else, who asked to be asked first."""
