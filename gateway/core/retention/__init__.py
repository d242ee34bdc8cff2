"""For how long what is kept stays: classes as rows of ``partners/retention.toml``, and the year in which each ends.

Everything ends with 31 December of its year: then its keys go. A year tells nobody's day of birth.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.core import tables
from gateway.core.facts import WHOLES, RetentionClass, Source, Whole
from gateway.core.terms import Kind, PartnerId

MONTHS = 12


class Live(StrEnum):
    """Why something is not destroyed though its year is over."""

    HELD = "held"
    RESTRICTED = "restricted"
    TASK = "task"
    UNDER_WAY = "under-way"
    WATCHED = "watched"
    CASE = "case"
    RIGHTS = "rights"


BY_CHILD = frozenset({Whole.PAPERS, Whole.CASE, Whole.RIGHTS_REQUEST})
"""What a person chooses a class for, as the law has it for this child; of everything else there is one class."""

_ALONE = frozenset(Whole) - BY_CHILD


def kind_of(text: str) -> Kind | Whole:
    """Raises ValueError."""
    return Whole(text) if text in set(Whole) else Kind(text)


@dataclass(frozen=True, slots=True)
class Rule:
    """One class: exactly one of ``years``, ``age`` and ``months`` says how long.

    ``home`` is whose rule it is, and ``kind`` for what alone; None for every.
    """

    code: RetentionClass
    what: str
    event: str
    source: str
    years: int | None = None
    age: int | None = None
    months: int | None = None
    home: PartnerId | None = None
    kind: Kind | Whole | None = None

    def __post_init__(self) -> None:
        if sum(one is not None for one in (self.years, self.age, self.months)) != 1:
            raise ValueError(f"{self.code} needs exactly one of years, age and months")

    @property
    def key(self) -> tuple[str, PartnerId | None, Kind | Whole | None]:
        """Of two rows with one key there is one."""
        return self.code, self.home, self.kind

    def last_year(self, event: date, born: date | None) -> int:
        """The year with whose last day it ends. Raises ValueError where the birthday is needed and not given."""
        if self.age is not None:
            if born is None or born > event:
                raise ValueError("a day of birth is needed")
            return max(born.year + self.age, event.year)
        if self.years is not None:
            return event.year + self.years
        assert self.months is not None
        return event.year + (event.month - 1 + self.months) // MONTHS


Rules = tuple[Rule, ...]


def from_toml(text: str) -> Rules:
    """Read ``[[class]]`` rows. Raises ValueError naming rows and keys for all that is wrong."""
    raw = tables.take(tables.parse(text), "file", {"class": tables.anything})
    need: tables.Shape = {
        "code": tables.word(RetentionClass),
        "what": tables.text,
        "event": tables.text,
        "source": tables.text,
    }
    may: tables.Shape = {
        "years": tables.count,
        "age": tables.count,
        "months": tables.count,
        "home": tables.word(PartnerId),
        "kind": tables.word(kind_of),
    }
    found = tuple(Rule(**row) for row in tables.rows(raw["class"], "class", need, may))
    if len({one.key for one in found}) != len(found):
        raise ValueError("two classes have one code")
    return found


def find(rules: Iterable[Rule], code: str, home: PartnerId, kind: Kind | Whole | None = None) -> Rule | None:
    """The rule of that code: the home's own before everybody's, and of those the one for this kind alone.

    A rule for every kind is one for what is kept by child, and for nothing else.
    """
    known: Mapping[object, Rule] = {one.key: one for one in rules}
    own = kind in _ALONE
    wanted = ((code, whose, of) for whose in (home, None) for of in ((kind,) if own else (kind, None)))
    return next((known[one] for one in wanted if one in known), None)


def choices(rules: Rules, source: Source) -> tuple[RetentionClass, ...]:
    """The classes under which something may be kept: the menu of what is kept by child, or the one class of its own."""
    whole = whole_of(source)
    fits = (one.code for one in rules if (one.kind is whole if whole not in BY_CHILD else one.kind not in _ALONE))
    return tuple(dict.fromkeys(fits))


def whole_of(source: Source) -> Whole:
    return WHOLES[type(source)]


def key_name(code: RetentionClass, year: int) -> str:
    """The name of the wrapping key of one class and year."""
    return f"{code}.{year}"
