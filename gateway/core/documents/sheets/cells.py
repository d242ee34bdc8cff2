"""One cell as a person wrote it, turned into what the format asks, or the rule that it breaks. Nothing is guessed."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from gateway.core.documents.sheets.columns import Cell, Column

LONGEST = 200
LONGEST_NAME = 100
COUNCIL, NOT_KNOWN, OUTSIDE = "council", "XXXXXXX", "MMMMMMM"
UNKNOWN = "unknown"

_E_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+")
_DAY = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]00:00(?::00)?)?")
_SPOKEN = re.compile(r"([0-9]{1,2}) ([A-Za-z]{3,9}) ([0-9]{4})")
_MONTHS = MappingProxyType(
    {
        name: number
        for number, month in enumerate(
            (
                "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
                "november", "december",
            ),
            1,
        )
        for name in (month, month[:3], month[:4] if month == "september" else month)
    }
)  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_PHONE = re.compile(r"\+?[0-9 ()-]{3,30}(?: ?(?:x|ext\.?) ?[0-9]{1,6})?", re.IGNORECASE)
_MOST_WITHOUT_0 = 10  # figures of a British number, less its 0
_FEWEST_WITHOUT_0 = 9
_UPN = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]")
_LAESTAB = re.compile(r"([0-9]{3})[ /-]?([0-9]{4})")
_WORDS_FOR = {
    "council": COUNCIL, "our council": COUNCIL, "la": COUNCIL, "local authority": COUNCIL,
    "not known": NOT_KNOWN, "unknown": NOT_KNOWN, "xxxxxxx": NOT_KNOWN,
    "outside": OUTSIDE, "mmmmmmm": OUTSIDE,
}  # fmt: skip


class Wrong(Exception):
    """The cell breaks a rule of the catalogue."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def value(column: Column, text: str) -> str:
    """What the format asks for, of a cell that is not empty. Raises Wrong."""
    if not text.isprintable() or len(text) > LONGEST:
        raise Wrong("SHEET-038")
    return _READ[column.cell](column, text)


def day(text: str) -> date:
    """A day as England writes it, or ISO 8601; the year always in full. Raises Wrong."""
    if found := _ISO.fullmatch(text):
        year, month, number = map(int, found.groups())
    elif found := _DAY.fullmatch(text):
        number, month, year = int(found[1]), int(found[3]), int(found[4])
    elif (found := _SPOKEN.fullmatch(text)) and (named := _MONTHS.get(found[2].lower())):
        number, month, year = int(found[1]), named, int(found[3])
    else:
        raise Wrong("SHEET-032")
    try:
        made = date(year, month, number)
    except ValueError:
        raise Wrong("SHEET-032") from None
    if not _FIRST_YEAR <= made.year <= _LAST_YEAR:
        raise Wrong("SHEET-032")
    return made


def _text(_: Column, text: str) -> str:
    return text


def _name(_: Column, text: str) -> str:
    if len(text) > LONGEST_NAME:
        raise Wrong("SHEET-038")
    return text


def _day(_: Column, text: str) -> str:
    return day(text).isoformat()


def _upn(_: Column, text: str) -> str:
    plain = text.replace(" ", "").upper()
    if plain == UNKNOWN.upper():
        return UNKNOWN
    if _E_NUMBER.fullmatch(text):
        raise Wrong("SHEET-033")
    if not _UPN.fullmatch(plain):
        raise Wrong("SHEET-039")
    return plain


def _former_upn(column: Column, text: str) -> str:
    found = _upn(column, text)
    if found == UNKNOWN:
        raise Wrong("SHEET-039")
    return found


def _uln(_: Column, text: str) -> str:
    plain = text.replace(" ", "")
    if _E_NUMBER.fullmatch(text):
        raise Wrong("SHEET-033")
    if not re.fullmatch(r"[0-9]{10}", plain):
        raise Wrong("SHEET-044")
    return plain


def _school(_: Column, text: str) -> str:
    found = _LAESTAB.fullmatch(text)
    if found is None:
        raise Wrong("SHEET-033" if _E_NUMBER.fullmatch(text) else "SHEET-036")
    return found[1] + found[2]


def _destination(column: Column, text: str) -> str:
    words = " ".join(text.split()).casefold()
    if words in _WORDS_FOR:
        return _WORDS_FOR[words]
    if re.fullmatch(r"[0-9]{3}(llll)?", words):
        return f"{words[:3]}LLLL"
    try:
        return _school(column, text)
    except Wrong as wrong:
        raise Wrong("SHEET-043" if wrong.rule == "SHEET-036" else wrong.rule) from None


def _council(_: Column, text: str) -> str:
    if not re.fullmatch(r"[0-9]{3}", text):
        raise Wrong("SHEET-044")
    return text


def _count(_: Column, text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise Wrong("SHEET-037")
    return text


def _phone(_: Column, text: str) -> str:
    if _E_NUMBER.fullmatch(text):
        raise Wrong("SHEET-033")
    if not text.isascii() or not _PHONE.fullmatch(text):
        raise Wrong("SHEET-042")
    if text.isdigit() and text[0] in "123789" and _FEWEST_WITHOUT_0 <= len(text) <= _MOST_WITHOUT_0:
        raise Wrong("SHEET-034")
    return text


def _postcode(_: Column, text: str) -> str:
    plain = " ".join(text.upper().split())
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9 ]{1,9}", plain):
        raise Wrong("SHEET-044")
    return plain


def _code(_: Column, text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", text):
        raise Wrong("SHEET-044")
    return text


def _answer(column: Column, text: str) -> str:
    code = column.answers.code(text)
    if code is None:
        raise Wrong("SHEET-035")
    return code


_READ: Mapping[Cell, Callable[[Column, str], str]] = MappingProxyType(
    {
        Cell.TEXT: _text,
        Cell.NAME: _name,
        Cell.DAY: _day,
        Cell.UPN: _upn,
        Cell.FORMER_UPN: _former_upn,
        Cell.ULN: _uln,
        Cell.SCHOOL: _school,
        Cell.DESTINATION: _destination,
        Cell.COUNCIL: _council,
        Cell.COUNT: _count,
        Cell.PHONE: _phone,
        Cell.POSTCODE: _postcode,
        Cell.ANSWER: _answer,
        Cell.CODE: _code,
    }
)
