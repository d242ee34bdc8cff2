"""Reads the tables of a TOML file strictly, and prints values back as TOML.

An unknown, missing, empty or ill-formed key is refused with the table's place in the file and the key's name, and
never with what was written there: a partner's record may name a person.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import tomli_w

Read = Callable[[object], Any]
"""Turns what TOML holds into a value, or raises ValueError."""

Shape = Mapping[str, Read]
"""The keys of a table and how each is read."""


def parse(text: str) -> dict[str, object]:
    """The tables of a file; raises ValueError when it is not TOML, without quoting it."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise ValueError("not TOML") from None


def take(raw: object, place: str, need: Shape, may: Shape | None = None) -> dict[str, Any]:
    """The values of one table: all of ``need`` and those given of ``may``.

    Raises ValueError naming ``place`` and the keys that are unknown, missing or wrong, all at once.
    """
    if not isinstance(raw, dict):
        raise ValueError(f"{place}: not a table")  # noqa: TRY004  (whoever reads a file catches one kind of error)
    known = {**need, **(may or {})}
    wrong = [f"{place}: unknown key {_quiet(key)}" for key in raw if key not in known]
    wrong += [f"{place}: missing key {key}" for key in need if key not in raw]
    found: dict[str, Any] = {}
    for key, read in known.items():
        if key in raw:
            try:
                found[key] = read(raw[key])
            except Misplaced as inside:
                wrong.append(f"{place}: {key}: {inside}")
            except ValueError:
                wrong.append(f"{place}: {key} is not as it should be")
    if wrong:
        raise Misplaced("; ".join(wrong))
    return found


class Misplaced(ValueError):
    """What is wrong in a file and where, in words that are safe to show."""


def rows(raw: object, name: str, need: Shape, may: Shape | None = None) -> list[dict[str, Any]]:
    """Every ``[[name]]`` of a file, read by ``take``; raises ValueError saying what is wrong in all of them."""
    if not isinstance(raw, list):
        raise Misplaced(f"{name}: not a list of tables")
    found, wrong = [], []
    for number, row in enumerate(raw, 1):
        try:
            found.append(take(row, f"{name} {number}", need, may))
        except ValueError as inside:
            wrong.append(str(inside))
    if wrong:
        raise Misplaced("; ".join(wrong))
    return found


def anything(raw: object) -> object:
    """What another reader looks at."""
    return raw


def text(raw: object) -> str:
    """A text that says something: what is empty is left out of the file."""
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError("not a text")
    return raw


def flag(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise ValueError("not true or false")  # noqa: TRY004
    return raw


def count(raw: object) -> int:
    """A whole number from 1."""
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 1:
        raise ValueError("not a number from 1")
    return raw


def day(raw: object) -> date:
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise ValueError("not a day")  # noqa: TRY004
    return raw


def instant(raw: object) -> datetime:
    if not isinstance(raw, datetime) or raw.tzinfo is None:
        raise ValueError("not an instant with its zone")
    return raw


def word(kind: Callable[[str], Any]) -> Read:
    """A text that ``kind`` parses: a token of ``terms`` or a word of an enumeration."""
    return lambda raw: kind(text(raw))


def many(read: Read) -> Read:
    """A list that names something, each once."""

    def read_all(raw: object) -> tuple[Any, ...]:
        if not isinstance(raw, list) or not raw:
            raise ValueError("not a list")
        found = tuple(map(read, raw))
        if len(set(found)) != len(found):
            raise ValueError("named twice")
        return found

    return read_all


def pairs(key: Callable[[str], Any], read: Read) -> Read:
    """A table whose keys are words themselves, as pairs in order of the words."""

    def read_all(raw: object) -> tuple[tuple[Any, Any], ...]:
        if not isinstance(raw, dict) or not raw:
            raise ValueError("not a table")
        return tuple(sorted((key(name), read(value)) for name, value in raw.items()))

    return read_all


def show(document: Mapping[str, Any], *above: str) -> str:
    """The opposite of ``parse``: the same values print the same bytes, every table under a heading of its own."""
    flat = {key: value for key, value in document.items() if not _tables(value)}
    blocks = ["".join(_line(key, value) for key, value in flat.items())] if flat else []
    for key, value in document.items():
        place = ".".join((*above, key))
        heading = f"[{place}]" if isinstance(value, dict) else f"[[{place}]]"
        blocks += [f"{heading}\n{show(table, *above, key)}" for table in _tables(value)]
    return "\n".join(blocks)


def plain(value: Any, *leave: str) -> Any:
    """A value as TOML holds it: fields at their default, and those of ``leave``, are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        shown = {
            field.name: getattr(value, field.name)
            for field in fields(value)
            if field.name not in leave and (field.default is MISSING or getattr(value, field.name) != field.default)
        }
        return {name: plain(inner) for name, inner in shown.items()}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value


def _line(key: str, value: object) -> str:
    """One key. Between quotes of many lines TOML ends a line as it likes: what holds a carriage return is escaped."""
    texts = value if isinstance(value, list) else [value]
    escaped = any(isinstance(one, str) and "\r" in one for one in texts)
    return tomli_w.dumps({key: value}, multiline_strings=not escaped)


def _quiet(key: str) -> str:
    """A key is shown only if it looks like one."""
    return key if key.isascii() and key.isidentifier() and len(key) < 40 else "that is no name"  # noqa: PLR2004


def _tables(value: object) -> list[dict[str, Any]]:
    """The tables that a value is printed as, if any."""
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
