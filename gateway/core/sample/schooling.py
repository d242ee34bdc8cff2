"""What a school knows about an invented pupil: schools attended, sessions, results, needs and meals.

Everything fits together: sessions add up, spells follow each other, and nothing happens after the day of leaving.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from gateway.core.sample import places
from gateway.core.sample.children import Child, academic_year
from gateway.core.sample.places import School, one_in
from gateway.core.terms import LaEstab

_AUTHORISED, _UNAUTHORISED = "IMC", "OGU"
_MONDAY, _WEEK, _WEEKEND = 0, 7, {5, 6}
_MAY, _SUMMER, _SEPTEMBER = 5, {7, 8}, 9
_SECONDARY, _LAST_YEARS = 7, {2, 6, 11}

_HOLIDAYS = (
    ((1, 1), (1, 4)),
    ((2, 14), (2, 21)),
    ((4, 1), (4, 14)),
    ((5, 25), (5, 31)),
    ((7, 22), (8, 31)),
    ((10, 24), (10, 31)),
    ((12, 20), (12, 31)),
)
"""The first and the last day, as month and day, of each holiday of every invented school."""

_GOALS = tuple((0, "EYF", "COM", "FA", f"G{goal:02d}", "NL", ("1", "2", "2")) for goal in (1, 2, 3, 9, 10))
_GRADES = ("EXS", "EXS", "WTS", "GDS")
_ASSESSMENTS = (
    # the year group at whose end it is made, stage, subject, method, component, qualifier, what may come out
    *_GOALS,
    (2, "KS1", "ENG", "TA", "AT3", "NC", _GRADES),
    (2, "KS1", "MAT", "TA", "MAT", "NC", _GRADES),
    (2, "KS1", "SCI", "TA", "SCI", "NC", ("EXS", "HNM")),
    (4, "KS2", "MAT", "TT", "MTC", "MT", tuple(str(score) for score in range(3, 26))),
    (6, "KS2", "ENG", "TT", "GPS", "NC", ("EXS", "HNM")),
    (6, "KS2", "SCI", "TA", "SCI", "NC", ("EXS", "HNM")),
)


@dataclass(frozen=True, slots=True)
class Stay:
    """A spell at one school. ``ground`` is the letter of regulation 9(1) (SI 2024/208), empty when none is written."""

    school: School
    entry: date
    leaving: date
    reason: str
    ground: str = ""
    last: bool = False


@dataclass(frozen=True, slots=True)
class Sessions:
    """One school year at one school. ``marks`` has two characters for each day from ``first`` on."""

    year: int
    school: School
    first: date
    marks: str

    @property
    def authorised(self) -> int:
        return sum(self.marks.count(mark) for mark in _AUTHORISED)

    @property
    def unauthorised(self) -> int:
        return sum(self.marks.count(mark) for mark in _UNAUTHORISED)

    @property
    def possible(self) -> int:
        return len(self.marks) - self.marks.count("#")

    @property
    def attended(self) -> int:
        return self.possible - self.authorised - self.unauthorised


@dataclass(frozen=True, slots=True)
class Result:
    """One assessment; ``year`` is the one in which the school year ended (ctf.md §4.11)."""

    stage: str
    year: int
    subject: str
    method: str
    component: str
    qualifier: str
    result: str


@dataclass(frozen=True, slots=True)
class Need:
    """Special educational needs: K from ``since``, E from ``plan`` on if there is one; ``kind`` as in ctf.md §5.3."""

    since: date
    plan: date | None
    kind: str


@dataclass(frozen=True, slots=True)
class Meals:
    """A spell of free school meals; no last day means that it goes on."""

    first: date
    last: date | None
    verified: date
    category: str


def stays(child: Child, source: School, dest: LaEstab, at: date, leaving: date) -> tuple[Stay, ...]:
    """The schools of ``child``, latest first; the first is the one that is left on ``leaving``."""
    rng = Random(f"stays/{child.upn}")  # noqa: S311  (the same child has the same past)
    first_year = _SECONDARY if child.year >= _SECONDARY else 0
    longest = child.year - first_year
    moved_in = one_in(3, rng)
    entry = min(_first_day(academic_year(at) - (rng.randint(0, longest) if moved_in else longest)), leaving)
    reception = academic_year(child.dob) + 5
    before = min(_first_day(reception if first_year else reception - 1), entry - timedelta(days=200))
    former = places.school(source.laestab.la, int(child.upn[5:8]), rng)  # the school that gave the UPN
    if former.laestab == source.laestab:
        former = places.school(source.laestab.la, int(child.upn[5:8]) + 500, rng)
    return (
        Stay(source, entry, leaving, *_reason(child, dest, leaving), last=True),
        Stay(former, before, _last_day(entry), "IM" if moved_in else "PM"),
    )


def _reason(child: Child, dest: LaEstab, leaving: date) -> tuple[str, str]:
    if dest.unknown:
        return "UK", "I"
    if dest.outside:
        return "II", "A"
    ends_phase = leaving.month in _SUMMER and child.year in _LAST_YEARS
    return ("PM", "A") if ends_phase else ("IM", "A")


def _first_day(year: int) -> date:
    """The first Wednesday of September: school years of invented schools begin then."""
    first = date(year, 9, 1)
    return first + timedelta(days=(2 - first.weekday()) % 7)


def _last_day(entry: date) -> date:
    """The last day at the school before: the end of term, or the day before when a child moved within the year."""
    return date(entry.year, 7, 21) if entry.month == _SEPTEMBER else entry - timedelta(days=1)


def sessions(child: Child, past: tuple[Stay, ...], years: int) -> tuple[Sessions, ...]:
    """The school years of ``child``, the latest first, ``years`` at most; each at the school of that year."""
    rng = Random(f"sessions/{child.upn}")  # noqa: S311  (the same child was ill on the same days)
    here, latest = past[0], academic_year(past[0].leaving)
    reception = academic_year(child.dob) + 5
    made = []
    for year in range(latest, max(latest - years, reception - 1), -1):
        first = _first_day(year)
        for stay in past:
            if stay.entry <= first <= stay.leaving:
                last = min(stay.leaving, date(year + 1, 7, 21))
                made.append(Sessions(year, stay.school, first, _attend(_calendar(first, last), rng)))
    if made:
        return tuple(made)
    # somebody who left before the first day of the first year
    return (Sessions(latest, here.school, here.entry, _calendar(here.entry, here.leaving)),)


@cache
def _calendar(first: date, last: date) -> str:
    """Two characters for each day: present in the morning and the afternoon, or not in session."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return "".join("##" if _closed(day) else "/\\" for day in days)


def _closed(day: date) -> bool:
    """Weekends, the holidays as invented schools keep them, and the first Monday of May."""
    may_day = day.month == _MAY and day.weekday() == _MONDAY and day.day <= _WEEK
    return day.weekday() in _WEEKEND or may_day or any(a <= (day.month, day.day) <= z for a, z in _HOLIDAYS)


def _attend(calendar: str, rng: Random) -> str:
    marks = list(calendar)
    for _ in range(rng.randint(1, 6)):
        code = rng.choice("IIIMMCOGUL")
        start = rng.randrange(len(marks))
        length = 1 if code in "ML" else rng.randint(1, 8)
        for place in range(start, min(start + length, len(marks))):
            if marks[place] != "#":
                marks[place] = code
    return "".join(marks)


def results(child: Child, at: date) -> tuple[Result, ...]:
    """What was assessed before the school year of ``at``: a stage is over when its last year group is behind."""
    rng = Random(f"results/{child.upn}")  # noqa: S311  (the same child has the same results)
    return tuple(
        Result(
            stage, academic_year(at) - child.year + group + 1, subject, method, component, qualifier, rng.choice(grades)
        )
        for group, stage, subject, method, component, qualifier, grades in _ASSESSMENTS
        if group < child.year
    )


def need(child: Child, past: tuple[Stay, ...]) -> Need | None:
    """Special educational needs, of about one child in five."""
    rng = Random(f"need/{child.upn}")  # noqa: S311  (the same child has the same needs)
    if not one_in(5, rng):
        return None
    here = past[0]
    days = (here.leaving - here.entry).days
    since = here.entry + timedelta(days=days // 4)
    plan = here.entry + timedelta(days=days // 2) if one_in(4, rng) and days else None
    return Need(since, plan, rng.choice(("SPLD", "MLD", "SEMH", "SLCN", "HI", "VI", "PD", "ASD")))


def meals(child: Child, past: tuple[Stay, ...]) -> Meals | None:
    """Free school meals, of about one child in four."""
    rng = Random(f"meals/{child.upn}")  # noqa: S311  (the same child has the same meals)
    if not one_in(4, rng):
        return None
    here = past[0]
    half = here.entry + (here.leaving - here.entry) // 2
    return Meals(here.entry, half if one_in(3, rng) else None, here.entry, rng.choice(("TFSM", "EFSM", "OFSM")))
