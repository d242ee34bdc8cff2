"""The rows of a sheet, checked cell by cell: what each says of a pupil, and every rule that it breaks."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from gateway.core.documents.sheets import cells
from gateway.core.documents.sheets.columns import COLUMNS, TEMPLATES, Column, Template
from gateway.core.documents.sheets.table import Row, Table, refuse, told
from gateway.core.errors import Finding

TRANSFERS = frozenset({"leavers", "leavers-cme", "joiners"})
Wrong = tuple[str, str]
"""A rule and the key of the column that breaks it; no key for the row as a whole."""

_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
MADE, OWN, OWN_NAME, DEST = "made", "own", "own-name", "dest"
SAID_ONCE = frozenset(column.key for column in COLUMNS.values() if column.once)


@dataclass(frozen=True, slots=True)
class Line:
    """One row about one pupil: its good cells by the keys of their columns, and what is wrong with the others."""

    row: int
    values: Mapping[str, str]
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole sheet. ``once`` is what it says of the whole list, by the keys of the columns."""

    template: Template
    once: Mapping[str, str]
    lines: tuple[Line, ...]

    @property
    def made(self) -> date:
        return date.fromisoformat(self.once[MADE])

    @property
    def school(self) -> str:
        """The DfE number of the school that the list is about."""
        return self.once[OWN]

    @property
    def school_name(self) -> str:
        return self.once[OWN_NAME]


def read(table: Table) -> Sheet:
    """Raises Refusal(SHEET) when the sheet as a whole cannot be understood, with all that is wrong with it."""
    if not table.rows:
        refuse(told("SHEET-024"))
    if table.merged:
        refuse(*(told("SHEET-013", number) for number in table.merged))
    template, columns = _headings(table.rows[0])
    lines = [_line(row, template, columns) for row in table.rows[1:]]
    if not lines:
        refuse(told("SHEET-024"))
    once, findings = _said_once(template, lines)
    findings += [
        told(rule, line.row, _heading(template, key)) for line in lines for rule, key in line.wrong if key in SAID_ONCE
    ]
    if findings:
        refuse(*findings, *_others(template, lines))
    return Sheet(template, once, tuple(lines))


def _others(template: Template, lines: list[Line]) -> Iterator[Finding]:
    """What else is wrong, so that everything is said at once."""
    for number, line in enumerate(lines, 1):
        for rule, key in line.wrong:
            if key not in SAID_ONCE:
                yield told(rule, line.row, _heading(template, key), number)


def refuse_for(sheet: Sheet, keys: frozenset[str]) -> None:
    """Refuse the whole sheet, with all that is wrong with it, where one of these columns is wrong in some row."""
    if any(key in keys for line in sheet.lines for _, key in line.wrong):
        refuse(*_others(sheet.template, list(sheet.lines)))


def _word(heading: str) -> str:
    return _NOT_A_WORD.sub(" ", heading.casefold()).strip()


def _heading(template: Template, key: str) -> str:
    return next((column.heading for column in template.columns if column.key == key), "")


def _headings(row: Row) -> tuple[Template, tuple[Column | None, ...]]:
    """Which template it is, and the column of each cell. Raises Refusal(SHEET) with every heading that is wrong."""
    number, given = row
    words = [_word(one) for one in given]
    template = next((one for one in TEMPLATES.values() if _word(one.made.heading) in words), None)
    if template is None:
        refuse(told("SHEET-023", number))
    known = {_word(column.heading): column for column in template.columns}
    findings = [told("SHEET-020", number) for word in words if word and word not in known]
    twice = [word for word in known if words.count(word) > 1]
    findings += [told("SHEET-022", number, known[word].heading) for word in twice]
    findings += [
        told("SHEET-021", number, column.heading)
        for word, column in known.items()
        if column.needed and word not in words
    ]
    if findings:
        refuse(*findings)
    return template, tuple(known.get(word) for word in words)


def _line(row: Row, template: Template, columns: tuple[Column | None, ...]) -> Line:
    number, given = row
    values: dict[str, str] = {}
    wrong: list[Wrong] = []
    for column, text in zip(columns, given, strict=False):
        if column is None and text:
            wrong.insert(0, ("SHEET-030", ""))
        elif column is not None and text:
            try:
                values[column.key] = cells.value(column, text)
            except cells.Wrong as broken:
                wrong.append((broken.rule, column.key))
    if any(given[len(columns) :]):
        wrong.insert(0, ("SHEET-030", ""))
    tried = {*values, *(key for _, key in wrong)}
    wrong += _missing(template, tried)
    wrong += _together(values, template)
    return Line(number, values, tuple(wrong))


def _missing(template: Template, tried: set[str]) -> Iterator[Wrong]:
    begun = {column.group for column in template.columns if column.key in tried and column.group}
    for column in template.columns:
        needed = column.needed or (column.needed_with and column.group in begun)
        if needed and column.key not in tried and column.key not in SAID_ONCE:
            yield "SHEET-031", column.key


def _together(values: dict[str, str], template: Template) -> Iterator[Wrong]:
    """What two cells of a row say against each other."""
    if values.get("upn") == cells.UNKNOWN and template.name in TRANSFERS:
        yield "SHEET-040", "upn"
    if values.get("upn", cells.UNKNOWN) != cells.UNKNOWN and "no-upn" in values:
        yield "SHEET-044", "no-upn"
    for group in sorted({column.group for column in template.columns if column.key.endswith("-lives-with")}):
        if values.get(f"{group}-lives-with") == "true":
            places = (f"{group}-line-1", f"{group}-line-2", f"{group}-postcode")
            yield from (("SHEET-041", key) for key in places if key in values)


def _said_once(template: Template, lines: list[Line]) -> tuple[dict[str, str], list[Finding]]:
    """Day, school and name of the list: in one row at least, and the same wherever they stand."""
    once: dict[str, str] = {}
    findings: list[Finding] = []
    for key in (column.key for column in template.columns if column.once):
        said = [(line.row, line.values[key]) for line in lines if key in line.values]
        heading = _heading(template, key)
        tried = said or any(key == other for line in lines for _, other in line.wrong)
        if said:
            once[key] = said[0][1]
            findings += [told("SHEET-025", row, heading) for row, value in said if value != said[0][1]]
        if not tried and COLUMNS[key].needed:
            findings.append(told("SHEET-031", lines[0].row, heading))
    return once, findings
