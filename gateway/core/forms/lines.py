"""The lines of a form: a key, how it is read, and the sentence that asks for it. All that is wrong is said at once."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from textwrap import wrap
from typing import Any

from gateway.core import tables
from gateway.core.errors import Code, Finding, Refusal, Severity

LEAST_LETTERS, LEAST_WORDS = 40, 6
"""Of a reason: enough to be one. Who reads it years later was not there."""

WIDTH = 110
_BLANK = '""'


class Rule(StrEnum):
    """What can be wrong with a form, as a finding names it."""

    MISSING = "FRM-KEY-001"
    WRONG = "FRM-KEY-002"
    UNKNOWN = "FRM-KEY-003"
    SHORT = "FRM-KEY-004"
    NOT_TOML = "FRM-KEY-005"
    NO_STATUTE = "FRM-LAW-001"
    LATER = "FRM-DAY-001"
    DETRIMENT = "FRM-DEC-001"
    TO_ITSELF = "FRM-DEC-002"
    RANK = "FRM-POL-001"
    SECURE_MAIL = "FRM-POL-002"
    NOT_NAMED = "FRM-POL-003"
    UNRELATED = "FRM-POL-004"
    VAGUE = "FRM-POL-005"
    NOT_IDENTIFIED = "FRM-POL-006"
    NO_ITEMS = "FRM-POL-007"
    ANOTHER = "FRM-FIT-001"


SENTENCES: Mapping[Rule, str] = {
    Rule.MISSING: "‘{key}’ is not filled in.",
    Rule.WRONG: "‘{key}’ is not filled in as it should be.",
    Rule.UNKNOWN: "‘{key}’ is no line of this form.",
    Rule.SHORT: "‘{key}’ is too short to be a reason.",
    Rule.NOT_TOML: "The form cannot be read.",
    Rule.NO_STATUTE: "‘{key}’ names no law that lets anybody ask or tell.",
    Rule.LATER: "‘{key}’ is before the day of what it answers.",
    Rule.DETRIMENT: "The form says that sharing would harm the child more than not sharing, and shares.",
    Rule.TO_ITSELF: "The discloser and the recipient are the same.",
    Rule.RANK: "‘{key}’ is not an inspector or above, nor a senior manager.",
    Rule.SECURE_MAIL: "‘{key}’ is not a secure address of a police force or another authority.",
    Rule.NOT_NAMED: "‘{key}’ does not name one person.",
    Rule.UNRELATED: "The form asks about several children who are not said to be siblings.",
    Rule.VAGUE: "‘{key}’ asks for everything, not for exact items.",
    Rule.NOT_IDENTIFIED: "‘{key}’ gives nothing beside the name to tell this person from another.",
    Rule.NO_ITEMS: "The decision discloses something and names no items.",
    Rule.ANOTHER: "The form is about another disclosure: ‘{key}’ is not the one here.",
}

FIXES: Mapping[Rule, str] = {
    Rule.UNKNOWN: "Take it out, or print the form again: gateway forms template.",
    Rule.NOT_TOML: "Print an empty form with 'gateway forms template' and fill that in, with texts between quotes.",
    Rule.SHORT: f"Say why in at least {LEAST_WORDS} words and {LEAST_LETTERS} letters, for somebody who was not there.",
    Rule.NO_STATUTE: "Name the Act or the Regulations with the year. Data-protection law is no power to disclose.",
    Rule.LATER: "Check both days.",
    Rule.DETRIMENT: "Refuse the disclosure, or say why sharing is better for the child.",
    Rule.TO_ITSELF: "Name the organisation that is told. What stays in one organisation needs no form.",
    Rule.RANK: "Send it back for the signature of an inspector or above. For a child in danger use P13 at once.",
    Rule.SECURE_MAIL: "Ask for an address at police.uk, cjsm.net or gov.uk, and check it by phone with the force.",
    Rule.NOT_NAMED: "Write the surname and the forename of one person. A search among many people is refused.",
    Rule.UNRELATED: "Ask for a form for each child. Siblings of the first one may be on the same form.",
    Rule.VAGUE: "Ask the force for exact items, such as the last address or the school.",
    Rule.NOT_IDENTIFIED: "Add the date of birth, an address or another identifier.",
    Rule.NO_ITEMS: "Write under 'items' what is disclosed, or decide 'refused'.",
    Rule.ANOTHER: "Fill in a form for this disclosure. One form lets out one disclosure to one recipient.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``says`` asks for it, and is how to mend it; ``shown`` is what the empty form has after the key.

    ``below`` are the lines of a table, or with ``many`` of each of several tables, under the key.
    """

    key: str
    read: tables.Read
    says: str
    shown: str = _BLANK
    needed: bool = True
    below: tuple["Line", ...] = ()
    many: bool = False
    plain: Callable[[Any], Any] = tables.plain


class _Short(ValueError):
    """A reason that is none."""


def reason(raw: object) -> str:
    """A text of some words."""
    said = tables.text(raw)
    if sum(sign.isalnum() for sign in said) < LEAST_LETTERS or len(set(said.casefold().split())) < LEAST_WORDS:
        raise _Short
    return said


WORDS: Mapping[Rule, tuple[str, str]] = {
    rule: (said, FIXES.get(rule, "Do what the sentence before that line says: gateway forms template prints it."))
    for rule, said in SENTENCES.items()
}
"""Each rule as somebody reads it without a form before them."""


def wrong(rule: Rule, key: str = "", fix: str = "") -> Finding:
    """``rule`` as it is told about one line, never with what stood there."""
    return Finding(rule, Severity.ERROR, SENTENCES[rule].format(key=key), fix or FIXES[rule], path=key)


def read(text: str, code: Code, lines: tuple[Line, ...]) -> tuple[dict[str, Any], list[Finding]]:
    """What a form says, and what is wrong with it. Raises Refusal(``code``) when it is no form at all."""
    try:
        raw = tables.parse(text)
    except ValueError:
        raise Refusal(code, (wrong(Rule.NOT_TOML),)) from None
    return _take(raw, lines, "")


def show(values: Mapping[str, Any], lines: tuple[Line, ...]) -> dict[str, Any]:
    """The opposite of ``read``: what says nothing is left out, and the lines stand in their order."""
    made: dict[str, Any] = {}
    for line in lines:
        value = values.get(line.key)
        if value is None or (value in ("", (), False) and not line.needed):
            continue
        if line.many:
            made[line.key] = [show(one, line.below) for one in value]
        else:
            made[line.key] = show(value, line.below) if line.below else line.plain(value)
    return made


def template(title: str, lines: tuple[Line, ...]) -> str:
    """The empty form: a sentence before each line. What cannot be empty has a # before it, to be taken away."""
    return "\n".join([*_comment(title), "", *_empty(lines, "")]).rstrip() + "\n"


# -- reading ----------------------------------------------------------------------------------------------------------

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _take(raw: object, lines: tuple[Line, ...], place: str) -> tuple[dict[str, Any], list[Finding]]:
    if not isinstance(raw, dict):
        return {}, [wrong(Rule.WRONG, place.rstrip("."), "Write it as a table, under its heading in brackets.")]
    known = {line.key for line in lines}
    said = [wrong(Rule.UNKNOWN, place + (key if _NAME.fullmatch(key) else "?")) for key in raw if key not in known]
    values: dict[str, Any] = {}
    for line in lines:
        if raw.get(line.key) in (None, "", [], {}):
            said += [wrong(Rule.MISSING, place + line.key, line.says)] if line.needed else []
            continue
        values[line.key], found = _one(raw[line.key], line, place)
        said += found
    return {key: value for key, value in values.items() if value is not None}, said


def _one(raw: object, line: Line, place: str) -> tuple[Any, list[Finding]]:
    key = place + line.key
    if line.many:
        return _several(raw, line, key)
    if line.below:
        return _take(raw, line.below, f"{key}.")
    try:
        return line.read(raw), []
    except _Short:
        return None, [wrong(Rule.SHORT, key)]
    except ValueError:
        return None, [wrong(Rule.WRONG, key, line.says)]


def _several(raw: object, line: Line, key: str) -> tuple[Any, list[Finding]]:
    if not isinstance(raw, list):
        return None, [wrong(Rule.WRONG, key, line.says)]
    taken = [_take(one, line.below, f"{key}.{number}.") for number, one in enumerate(raw, 1)]
    return tuple(values for values, _ in taken), [finding for _, found in taken for finding in found]


# -- the empty form ---------------------------------------------------------------------------------------------------


def _comment(text: str) -> Iterable[str]:
    return (f"# {part}" for part in wrap(text, WIDTH, break_on_hyphens=False))


def _empty(lines: tuple[Line, ...], above: str, off: str = "") -> Iterator[str]:
    for line in sorted(lines, key=lambda one: bool(one.below)):  # a table ends at the next heading
        yield from _comment(line.says if line.needed else f"{line.says} May stay empty.")
        place = above + line.key
        if line.below:
            away = off if line.needed else "# "
            yield from (away + (f"[[{place}]]" if line.many else f"[{place}]"), "")
            yield from _empty(line.below, f"{place}.", away)
        else:
            away = off or ("" if line.shown.startswith('"') else "# ")
            yield from (f"{away}{line.key} = {line.shown}", "")
