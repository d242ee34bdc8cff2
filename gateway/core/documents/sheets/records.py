"""A checked sheet as transfer files: one for each destination, and the record of row n stands wholly on line n.

So every finding about the file names the row, with nothing to carry along. No clock is asked: the same sheet gives the
same bytes, and handing it in again is the same upload.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

from gateway.core.documents.names import LAST, FileName, FileType
from gateway.core.documents.sheets import cells, marks
from gateway.core.documents.sheets.columns import Column
from gateway.core.documents.sheets.pupils import DEST, Line, Sheet, refuse_for
from gateway.core.documents.sheets.table import academic_year, refuse, told
from gateway.core.terms import LaEstab

VERSION = "26.0"

Placed = tuple[tuple[str, ...], str]
"""Where a text stands, as the names from the record down, and the text."""


def files(sheet: Sheet) -> tuple[tuple[FileName, bytes], ...]:
    """Each file with its name; files of unknown destination hold one pupil each (ctf.md §2). Raises Refusal(SHEET)."""
    refuse_for(sheet, frozenset({DEST}))
    made: list[tuple[FileName, bytes]] = []
    for dest, lines in _by_destination(sheet).items():
        shares = [[line] for line in lines] if dest.unknown else [lines]
        if len(shares) > LAST:
            refuse(told("SHEET-009"))
        for sequence, share in enumerate(shares, 1):
            name = FileName(LaEstab(sheet.school), sheet.template.type, dest, sequence)
            made.append((name, _file(sheet, dest, share)))
    return tuple(made)


def _by_destination(sheet: Sheet) -> Mapping[LaEstab, list[Line]]:
    found: dict[LaEstab, list[Line]] = {}
    council = LaEstab(f"{sheet.school[:3]}LLLL")
    for line in sheet.lines:
        said = line.values[DEST] if sheet.template.type is FileType.CTF else cells.COUNCIL
        found.setdefault(council if said == cells.COUNCIL else LaEstab(said), []).append(line)
    return found


def _file(sheet: Sheet, dest: LaEstab, lines: Sequence[Line]) -> bytes:
    frame = _Frame(sheet, dest)
    records = {line.row: frame.record(line) for line in lines}
    body = "\n".join(records.get(row, "") for row in range(2, max(records) + 1))
    return f"{frame.top()}\n{body}</CTFpupilData></CTfile>\n".encode()


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every record of one file shares."""

    sheet: Sheet
    dest: LaEstab

    def top(self) -> str:
        sheet, dest = self.sheet, self.dest
        header: list[Placed] = [
            (("DocumentName",), "Common Transfer File"),
            (("CTFversion",), VERSION),
            (("DateTime",), f"{sheet.made.isoformat()}T00:00:00"),
            (("DocumentQualifier",), "full"),
            (("SupplierID",), marks.SUPPLIER),
            (("SourceSchool", "LEA"), sheet.school[:3]),
            (("SourceSchool", "Estab"), sheet.school[3:]),
            (("SourceSchool", "SchoolName"), sheet.school_name),
            (("SourceSchool", "AcademicYear"), self._year()),
            (("DestSchool", "LEA"), dest.la),
            (("DestSchool", "Estab"), dest.estab),
        ]
        return f'<?xml version="1.0" encoding="UTF-8"?><CTfile><Header>{_xml(header)}</Header><CTFpupilData>'

    def record(self, line: Line) -> str:
        wrong = "".join(marks.written(rule, key) for rule, key in line.wrong)
        return f"<Pupil>{_xml(list(self._placed(line)))}{wrong}</Pupil>"

    def _placed(self, line: Line) -> Iterator[Placed]:
        """The texts of the columns that are filled in, and of what belongs to them, in the order of the format."""
        parts = self.sheet.template.parts
        filled = [part.path for part in parts if isinstance(part, Column) and part.key in line.values]
        words = self._words(line)
        for part in parts:
            block = part.path.rpartition("/")[0] + "/"
            if isinstance(part, Column):
                text = line.values.get(part.key, "")
            else:
                here = any(path.startswith(block) for path in filled) or (words["next_la"] and "[next]" in block)
                text = part.value.format(**words) if here else ""
            if text:
                yield tuple(part.path.split("/")), text

    def _words(self, line: Line) -> dict[str, str]:
        """What a fixed text may name. A school that is only named by its name or day has no number that is known."""
        said = line.values.get("next") or line.values.get("last") or ""
        later = any(key in line.values for key in ("next-name", "next-from", "last-name", "last-left"))
        if not said and self.sheet.template.type is FileType.CTF and not self.dest.authority:
            said = self.dest if later else ""
        said = said or (cells.NOT_KNOWN if later else "")
        if said == cells.COUNCIL:
            said = f"{self.sheet.school[:3]}LLLL"
        school = self.sheet.school
        return {
            "la": school[:3], "estab": school[3:], "name": self.sheet.school_name, "year": self._year(),
            "next_la": said[:3], "next_estab": said[3:],
        }  # fmt: skip

    def _year(self) -> str:
        return str(academic_year(self.sheet.made))


def _xml(placed: Sequence[Placed]) -> str:
    """Elements for texts that stand in the order of the format."""
    written = []
    for step, group in groupby(placed, key=lambda one: one[0][0]):
        inside = [(path[1:], text) for path, text in group]
        tag = step.partition("[")[0]
        content = escape(inside[0][1]) if not inside[0][0] else _xml(inside)
        written.append(f"<{tag}>{content}</{tag}>")
    return "".join(written)
