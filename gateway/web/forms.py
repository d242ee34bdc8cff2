"""Forms as tables: what each asks, and reading back what somebody filled in, with everything wrong said at once.

One template shows them all. A form says nothing of its own about the law: what may not be done, the flow refuses, and
``about`` names the field by which that refusal is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from types import MappingProxyType

from gateway.core.days import LONDON
from gateway.core.errors import Code, Refusal

NOWHERE: Mapping[Code, str] = MappingProxyType({})
LONGEST = {"text": 200, "area": 4000}


class Shape(StrEnum):
    TEXT = "text"
    AREA = "area"
    DAY = "day"
    CLOCK = "clock"
    CHOICE = "choice"
    PICK = "pick"
    """One of many, from a list that opens."""
    SEVERAL = "several"
    FILE = "file"
    """Which the page reads itself."""
    KEPT = "kept"
    """Nobody sees it: it says what the page showed, and comes back with the answers."""


Choices = tuple[tuple[str, str], ...]
"""What is sent back, and the words that people choose."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``wanted`` is what to say when it is left open; empty where it may be."""

    name: str
    label: str
    shape: Shape = Shape.TEXT
    hint: str = ""
    wanted: str = ""
    choices: Choices = ()
    value: str = ""
    """What stands there before anybody has written."""
    most: int = 0
    """So many characters at most, where it is not as its shape has it."""
    near: frozenset[str] = frozenset()
    """Of many boxes those that are seen at once, beside what was ticked; the others lie behind ``more``."""
    more: str = ""
    unset: str = "Choose one"
    """What a list that opens says while nothing of it is chosen."""

    @property
    def first(self) -> str:
        """The id of what takes the focus: of a day its first box, of a choice its first button."""
        return f"{self.name}-day" if self.shape is Shape.DAY else self.name


@dataclass(frozen=True, slots=True)
class Form:
    """One page that asks. ``intro`` stands above the questions, a paragraph each; ``back`` is where it came from."""

    title: str
    button: str
    fields: tuple[Field, ...]
    intro: tuple[str, ...] = ()
    back: str = ""
    warning: str = ""
    about: Mapping[Code, str] = field(default_factory=lambda: NOWHERE)
    action: str = ""
    """Where it is sent, if not to the address that showed it."""
    compared: tuple[tuple[str, str], ...] = ()
    """What people read to each other, a label and a value each; a digest in fours."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was sent: each answer by its field, a day as ``2026-11-03``, and what is wrong by its field."""

    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    several: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    wrong: Mapping[str, str] = field(default_factory=dict)

    def day(self, name: str) -> date | None:
        return date.fromisoformat(self.answers[name]) if self.answers.get(name) else None

    def moment(self, name: str) -> datetime | None:
        """A day and an hour as the clock on the wall showed them; without an hour, noon of that day."""
        on = self.day(name)
        hour = self.answers.get(f"{name}-clock") or "12:00"
        return None if on is None else datetime.combine(on, time.fromisoformat(hour), LONDON)

    def refused(self, form: Form, refusal: Refusal) -> "Filled":
        """The same with what the flow refused, by the field it is about; one about no field is raised again."""
        name = form.about.get(refusal.code)
        if name is None:
            raise refusal
        return self.saying(name, f"{refusal.help.sentence} {refusal.help.fix}".strip())

    def saying(self, name: str, words: str) -> "Filled":
        """The same, with what is wrong about one field."""
        return Filled(self.answers, self.several, {**self.wrong, name: words})


def read(form: Form, given: Mapping[str, list[str]]) -> Filled:
    """What somebody filled in, as a browser sends it: every field with all its values."""
    answers: dict[str, str] = {}
    several: dict[str, tuple[str, ...]] = {}
    wrong: dict[str, str] = {}
    for one in form.fields:
        try:
            if one.shape is Shape.SEVERAL:
                several[one.name] = _chosen(one, given.get(one.name, []))
                said = ", ".join(several[one.name])
            else:
                said = answers[one.name] = _READ[one.shape](one, given)
        except Wrong as error:
            answers[one.name] = _first(given, one.name)
            wrong[one.name] = str(error)
            continue
        if not said and one.wanted:
            wrong[one.name] = one.wanted
    return Filled(answers, several, wrong)


class Wrong(ValueError):
    """What is wrong with one answer, in words."""


def _text(one: Field, given: Mapping[str, list[str]]) -> str:
    said = _first(given, one.name).replace("\r\n", "\n").strip()
    most = one.most or LONGEST.get(one.shape.value, LONGEST["text"])
    if len(said) > most:
        raise Wrong(f"{one.label} must be {most:,} characters or less")
    return said


def _day(one: Field, given: Mapping[str, list[str]]) -> str:
    parts = [_first(given, f"{one.name}-{part}").strip() for part in ("day", "month", "year")]
    if not any(parts):
        return ""
    if not all(parts):
        raise Wrong(f"{one.label} must have a day, a month and a year")
    try:
        number, month, year = map(int, parts)
        return date(year, month, number).isoformat()
    except ValueError:
        raise Wrong(f"{one.label} must be a real date, such as 27 3 2026") from None


def _clock(one: Field, given: Mapping[str, list[str]]) -> str:
    said = _first(given, one.name).strip().replace(".", ":")
    try:
        return time.fromisoformat(said.zfill(5)).strftime("%H:%M") if said else ""
    except ValueError:
        raise Wrong(f"{one.label} must be a time, such as 14:20") from None


def _choice(one: Field, given: Mapping[str, list[str]]) -> str:
    said = _first(given, one.name)
    if said and said not in dict(one.choices):
        raise Wrong(one.wanted or f"Choose one of these for “{one.label}”")
    return said


def _chosen(one: Field, given: list[str]) -> tuple[str, ...]:
    known = dict(one.choices)
    if any(each not in known for each in given):
        raise Wrong(f"Choose among these for “{one.label}”")
    return tuple(dict.fromkeys(given))


def _nothing(_one: Field, _given: Mapping[str, list[str]]) -> str:
    return ""


def _first(given: Mapping[str, list[str]], name: str) -> str:
    return next(iter(given.get(name, ())), "")


_READ = MappingProxyType(
    {
        Shape.TEXT: _text,
        Shape.AREA: _text,
        Shape.DAY: _day,
        Shape.CLOCK: _clock,
        Shape.CHOICE: _choice,
        Shape.PICK: _choice,
        Shape.FILE: _nothing,
        Shape.KEPT: _text,
    }
)
