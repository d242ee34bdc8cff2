"""The rules by which two records are, may be or are not one child: a table; the first from the top that fires counts.

Symmetric: it does not matter which of the two records is asked about. Nothing ever matches on names alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from gateway.core.documents import Identity
from gateway.core.documents.identities import Name, plain
from gateway.core.matching.sounds import alike, slips

NEAR = 366
"""Days within which a birth date that is a guess may be the other one."""


class Verdict(StrEnum):
    """In the words of Capita One, which councils know."""

    MATCHED = "Matched"
    CONFLICTS = "Matched with conflicts"
    UNMATCHED = "Unmatched"


class Rule(StrEnum):
    """What the two have in common, in the order in which it is asked."""

    ALL = "number-name-birth"
    NUMBER = "number-alone"
    FORMER_NUMBER = "former-number"
    NAME_BIRTH_PLACE = "name-birth-place"
    NAME_BIRTH = "name-birth"
    ALIKE_BIRTH = "alike-birth"
    NAME_PLACE = "name-place-birth-near"
    TWIN = "twin"
    NAME = "name-alone"
    NOTHING = "nothing"

    @property
    def verdict(self) -> Verdict:
        return _SAYS[self][0]

    @property
    def words(self) -> str:
        return _SAYS[self][1]


_SAYS: Mapping[Rule, tuple[Verdict, str]] = MappingProxyType({
    Rule.ALL: (Verdict.MATCHED, "The same UPN, surname, forename and date of birth."),
    Rule.NUMBER: (Verdict.CONFLICTS, "The same UPN, but something else differs or is not given."),
    Rule.FORMER_NUMBER: (Verdict.CONFLICTS, "The UPN of one is a former UPN of the other."),
    Rule.NAME_BIRTH_PLACE: (Verdict.CONFLICTS, "The same name and date of birth, and the same postcode or school."),
    Rule.NAME_BIRTH: (Verdict.CONFLICTS, "The same name and date of birth, and nothing else to go by."),
    Rule.ALIKE_BIRTH: (Verdict.CONFLICTS, "The same date of birth, and names that sound or are spelt alike."),
    Rule.NAME_PLACE: (Verdict.CONFLICTS, "The same name and the same postcode or school, and births that may be one."),
    Rule.TWIN: (Verdict.UNMATCHED, "The same surname and date of birth with another forename: perhaps a twin."),
    Rule.NAME: (Verdict.UNMATCHED, "The same name alone, which says nothing."),
    Rule.NOTHING: (Verdict.UNMATCHED, "Nothing in common that counts."),
})  # fmt: skip


class Part(StrEnum):
    """A part of an identity that may differ. Which one is said; what stands there never is."""

    UPN = "UPN"
    SURNAME = "surname"
    FORENAME = "forename"
    BORN = "date of birth"
    SEX = "sex"


@dataclass(frozen=True, slots=True)
class Known:
    """An identity with its names as they are compared: the usual one, and all of them."""

    who: Identity = field(repr=False)
    usual: Name = field(repr=False)
    names: frozenset[Name] = field(repr=False)
    upns: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, who: Identity) -> "Known":
        names = [(plain(surname), plain(forename)) for surname, forename in who.names]
        usual = names[0] if names else ("", "")
        return cls(who, usual, frozenset(name for name in names if all(name)), frozenset(who.upns))

    @property
    def born(self) -> date | None:
        """The date of birth, where it is no guess."""
        return None if self.who.about else self.who.born


def rule(one: Known, other: Known) -> Rule:
    """The first rule that fires for these two."""
    return next(name for name, fires in TABLE if fires(one, other))


def differing(one: Known, other: Known) -> tuple[Part, ...]:
    """The parts that differ, or that one of the two does not give; of a number and a sex, only where both give one."""
    parts = {
        Part.UPN: bool(one.who.upn and other.who.upn) and one.who.upn != other.who.upn,
        Part.SURNAME: not one.usual[0] or one.usual[0] != other.usual[0],
        Part.FORENAME: not one.usual[1] or one.usual[1] != other.usual[1],
        Part.BORN: one.born is None or one.born != other.born,
        Part.SEX: len({one.who.sex, other.who.sex} & {"M", "F"}) > 1,
    }
    return tuple(part for part, differs in parts.items() if differs)


# -- the table --------------------------------------------------------------------------------------------------------


def _all(one: Known, other: Known) -> bool:
    return _number(one, other) and not differing(one, other)


def _number(one: Known, other: Known) -> bool:
    return one.who.upn is not None and one.who.upn == other.who.upn


def _former(one: Known, other: Known) -> bool:
    return bool(one.upns & other.upns)


def _name(one: Known, other: Known) -> bool:
    return bool(one.names & other.names)


def _birth(one: Known, other: Known) -> bool:
    return one.born is not None and one.born == other.born


def _place(one: Known, other: Known) -> bool:
    same_home = set(one.who.postcodes) & set(other.who.postcodes)
    return bool(same_home or set(one.who.schools) & set(other.who.schools))


def _alike(one: Known, other: Known) -> bool:
    return any(alike(name, written) for name in one.who.names for written in other.who.names)


def _near(one: Known, other: Known) -> bool:
    """A guess within a year of the other date; or a slip: one digit, or the day and the month in each other's place."""
    first, second = one.who.born, other.who.born
    if first is None or second is None:
        return False
    if one.who.about or other.who.about:
        return abs((first - second).days) <= NEAR
    swapped = (first.year, first.month, first.day) == (second.year, second.day, second.month)
    return swapped or slips(first.isoformat(), second.isoformat(), 1) <= 1


def _surname(one: Known, other: Known) -> bool:
    return bool({name[0] for name in one.names} & {name[0] for name in other.names})


def _always(_one: Known, _other: Known) -> bool:
    return True


TABLE: tuple[tuple[Rule, Callable[[Known, Known], bool]], ...] = (
    (Rule.ALL, _all),
    (Rule.NUMBER, _number),
    (Rule.FORMER_NUMBER, _former),
    (Rule.NAME_BIRTH_PLACE, lambda one, other: _birth(one, other) and _name(one, other) and _place(one, other)),
    (Rule.NAME_BIRTH, lambda one, other: _birth(one, other) and _name(one, other)),
    (Rule.ALIKE_BIRTH, lambda one, other: _birth(one, other) and _alike(one, other)),
    (Rule.NAME_PLACE, lambda one, other: _name(one, other) and _place(one, other) and _near(one, other)),
    (Rule.TWIN, lambda one, other: _birth(one, other) and _surname(one, other)),
    (Rule.NAME, _name),
    (Rule.NOTHING, _always),
)
