"""The way back: a document as a filled template, and what of it a sheet has no cell for."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from gateway.core.documents import rules
from gateway.core.documents.names import FileName
from gateway.core.documents.sheets.columns import TEMPLATES, Cell, Column, Template
from gateway.core.documents.sheets.table import academic_year
from gateway.core.documents.trees import Element
from gateway.core.documents.values import Document
from gateway.core.terms import Item, LaEstab

_SCHOOLS, _NEXT = "SchoolHistory/School", "[next]"
_LINES = (
    ("SAON", "PAON", "Street"),
    ("Locality",),
    ("Town", "PostTown"),
    ("AdministrativeArea",),
)
"""The parts of a BS 7666 address that stand on each line of a plain one."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Rows in the order of the template's columns. ``lost``: texts that no cell holds, counted by their item."""

    template: Template
    rows: tuple[tuple[str, ...], ...]
    lost: Mapping[Item, int]


def filled(document: Document) -> Filled:
    """Raises KeyError for a kind of document that no template stands for."""
    kind = FileName.parse(document.name).type
    template = {one.type: one for one in TEMPLATES.values()}[kind]
    header = document.tree.find("Header")
    assert header is not None, "a document has a header"
    rows, lost = [], Counter[Item]()
    for pupil in document.tree.iterfind("CTFpupilData/Pupil"):
        reader = _Reader(template, header, pupil, document.source, document.dest)
        rows.append(tuple(reader.text(column) for column in template.columns))
        lost += reader.lost()
    return Filled(template, tuple(rows), lost)


@dataclass(frozen=True, slots=True)
class _Reader:
    """One pupil of a document, asked column by column."""

    template: Template
    header: Element
    pupil: Element
    source: LaEstab
    dest: LaEstab

    def text(self, column: Column) -> str:
        if column.path:
            return self._written(column, _text(self._at(column.path)) or self._line(column.path))
        return {
            "made": lambda: self._written(column, rules.text(self.header, "DateTime")[:10]),
            "own": lambda: str(self.source),
            "own-name": lambda: rules.text(self.header, "SourceSchool/SchoolName"),
            "dest": lambda: _destination(self.dest),
        }.get(column.key, self._other)()

    def lost(self) -> Counter[Item]:
        """Each text of the record that neither a cell nor what stands around it says again."""
        said = [self._at(part.path) for part in self.template.parts]
        lines = [self._parts(part.path) for part in self.template.parts if self._at(part.path) is None]
        kept = {one for one in said if one is not None} | {one for line in lines for one in line}
        leaves = (one for one in self.pupil.iter() if not len(one) and _text(one) and one not in kept)
        return Counter(Item("/".join(_names(one))) for one in leaves)

    def _other(self) -> str:
        """The number of the next or the last school."""
        school = self._school(_NEXT)
        if school is None:
            return ""
        try:
            return _destination(LaEstab(rules.text(school, "LEA") + rules.text(school, "Estab")))
        except ValueError:
            return ""

    def _at(self, path: str) -> Element | None:
        """The element that a column's path names in this pupil."""
        here: Element | None = self.pupil
        for step in path.split("/"):
            if here is None:
                return None
            name, _, place = step.partition("[")
            if place in {"own]", "next]"}:
                here = self._school(f"[{place}")
            elif place == "now]":
                here = next((year for year in here.iterfind(name) if self._is_now(year)), None)
            else:
                found = here.findall(name)
                number = int(place[:-1]) - 1 if place else 0
                here = found[number] if number < len(found) else None
        return here

    def _school(self, which: str) -> Element | None:
        """The sending school's own newest row, or the newest other one that the list is about."""
        own: list[Element] = []
        others: list[Element] = []
        for school in self.pupil.iterfind(_SCHOOLS):
            mine = rules.text(school, "LEA") + rules.text(school, "Estab") == self.source
            (own if mine else others).append(school)
        if which == _NEXT:
            came = any(part.path.endswith("LastSchool") for part in self.template.parts)
            asked = "LastSchool" if came else "LeavingDate"
            own = [one for one in others if bool(rules.text(one, asked)) == came]
        return max(own, key=lambda school: rules.text(school, "EntryDate"), default=None)

    def _is_now(self, year: Element) -> bool:
        made = date.fromisoformat(rules.text(self.header, "DateTime")[:10])
        here = rules.text(year, "LEA") + rules.text(year, "Estab") == self.source
        return here and rules.text(year, "Year") == str(academic_year(made))

    def _line(self, path: str) -> str:
        return " ".join(_text(part) for part in self._parts(path))

    def _parts(self, path: str) -> list[Element]:
        """The parts of a BS 7666 address that make up the line of a plain one."""
        above, _, line = path.rpartition("/AddressLines/AddressLine")
        address = self._at(f"{above}/BS7666Address") if above else None
        if address is None or not line.isdigit() or int(line) > len(_LINES):
            return []
        found = (address.find(name) for name in _LINES[int(line) - 1])
        return [part for part in found if part is not None and _text(part)]

    def _written(self, column: Column, text: str) -> str:
        if column.cell is Cell.DAY and text:
            return f"{date.fromisoformat(text):%d/%m/%Y}"
        if column.answers.words and text:
            return column.answers.cell({"1": "true", "0": "false"}.get(text, text) if column.answers.bare else text)
        return text


def _destination(number: LaEstab) -> str:
    if number.unknown:
        return "not known"
    return "outside" if number.outside else str(number)


def _text(element: Element | None) -> str:
    return "" if element is None else " ".join((element.text or "").split())


def _names(element: Element) -> Iterator[str]:
    """The path of a leaf below its record; what no schema knows is not named."""
    above = [str(one.tag) for one in element.iterancestors()]
    yield from [*reversed(above[: above.index("Pupil")]), str(element.tag)]
