"""What a clock is: how many days of which kind after what, who says so, and whether a council may set it otherwise."""

import re
from dataclasses import dataclass
from enum import StrEnum

from gateway.core.terms import Token


class ClockCode(Token):
    """A row of ``partners/clocks.toml``: ``breach-ico``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class Unit(StrEnum):
    """What is counted. Minutes and hours are time that really passes; all else ends with a day in London."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    WORKING_DAYS = "working days"
    SCHOOL_DAYS = "school days"
    MONTHS = "months"

    @property
    def exact(self) -> bool:
        return self in {Unit.MINUTES, Unit.HOURS}

    def words(self, number: int) -> str:
        """``1 working day``, ``15 school days``."""
        return f"{number} {self.value.removesuffix('s') if number == 1 else self.value}"


class Authority(StrEnum):
    """Who says that it is so long."""

    LAW = "law"
    GUIDANCE = "guidance"
    SETTING = "setting"


class Set(StrEnum):
    """What ``[clocks]`` of an installation may make of the length."""

    FIXED = "fixed"
    SHORTER = "shorter"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Clock:
    """``what`` is due ``length`` ``unit`` after ``after``; the day of that itself never counts.

    ``source`` ends with its tag: ``[V]`` the text was seen, ``[S]`` somebody else states it, ``[K]`` general knowledge;
    a setting has none. ``rolls``: what would end on a day without offices ends on the next working day. ``before``: it
    counts backwards, to a day that is known. ``earliest``: it says from when something may be done, not by when.
    """

    code: ClockCode
    what: str
    unit: Unit
    length: int
    after: str
    source: str
    by: Authority
    set: Set
    rolls: bool = False
    before: bool = False
    earliest: bool = False

    def __post_init__(self) -> None:
        if self.by is Authority.LAW and self.set is Set.FREE:
            raise ValueError("what the law says is not lengthened by a setting")
        if (self.rolls or self.before) and (self.unit.exact or self.unit is Unit.SCHOOL_DAYS):
            raise ValueError("only calendar days, weeks, months and working days roll on or count backwards")
        if self.rolls and self.before:
            raise ValueError("what counts backwards does not roll on")
        if bool(TAG.search(self.source)) is (self.by is Authority.SETTING):
            raise ValueError("law and guidance say how sure they are, and a setting has nothing to be sure of")

    @property
    def words(self) -> str:
        """``15 school days``, ``on the same day``."""
        if not self.length:
            return "on the same day" + (", or the next working day" if self.rolls else "")
        return self.unit.words(self.length) + (" before" if self.before else "")

    @property
    def cited(self) -> str:
        """Who says so, without how sure we are of it: ``PIR05 reg 9(3)``."""
        return TAG.sub("", self.source).strip()


TAG = re.compile(r"\[[VSK?]\]")
