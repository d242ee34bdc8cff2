"""What no edit of a specimen can say: the files of the examples that name a recipe."""

from collections.abc import Callable, Mapping
from functools import partial

from tests.core.documents import test_archive, test_sheets
from tests.core.documents.samples import ctf, pupil, specimen
from tests.core.documents.sheeted import row, separated
from tests.core.documents.test_archive import built, entry, zipped
from tests.core.documents.test_strangers import STRANGERS

NAME = "8811234_CTF_2053000_001.xml"


def _with_a_text(letters: int) -> bytes:
    return specimen().replace(b"<SuppID>DEMO</SuppID>", b"<SuppID>DEMO</SuppID><Note>" + b"x" * letters + b"</Note>", 1)


def _with_strays(count: int) -> bytes:
    return ctf(*[pupil(), *["<Stray/>"] * count])


def _first(cases: Mapping[str, tuple[bytes, str]], name: str) -> bytes:
    return cases[name][0]


ZIPS = {
    "a zip with a wrong checksum": "wrong checksum",
    "a zip with one name twice": "same name",
    "a zip of 1,001 files": "1,001 entries",
    "a zip bomb": "flat bomb",
    "a zip with a name that slips out": "name that slips out",
    "a zip of folders alone": "nothing but folders",
    "a zip with a hidden name": "hidden name",
    "a zip of 21 sheets": "21 sheets",
}
SHEETS = {
    "a workbook cut short": "cut short",
    "a workbook with a password": "password",
    "a workbook of Excel 97": "Excel 97",
    "an OpenDocument sheet": "OpenDocument",
    "a workbook with macros": "macros",
    "a workbook with a formula": "formula",
    "a workbook with links": "links",
    "a workbook with two lists": "two lists",
    "a workbook with a far row": "far row",
    "a workbook with a hidden row": "hidden row",
    "a workbook with merged cells": "merged cells",
    "a CSV file in Windows-1252": "Windows-1252",
    "a CSV file with an open quotation mark": "open quotation mark",
    "a sheet with an unknown heading": "unknown heading",
    "a sheet without a heading": "missing heading",
    "a sheet with a heading twice": "heading twice",
    "a sheet that is no template": "no template",
    "a sheet without a pupil": "headings alone",
    "a sheet of two days": "two days",
    "a sheet with a cell too many": "a cell too many",
    "a sheet without a surname": "nothing where something is needed",
    "a sheet with 31 February": "no date",
    "a sheet with 1.23E+12 as a UPN": "UPN as Excel writes large numbers",
    "a sheet with a phone number without its 0": "phone without its 0",
    "a sheet with a strange answer": "answer that is none",
    "a sheet with half a DfE number": "number of the school",
    "a sheet with half a session": "half a session",
    "a sheet with an endless name": "endless",
    "a sheet with half a UPN": "no UPN",
    "a sheet with a UPN that is not known": "UPN not known",
    "a sheet with two homes of a parent": "two homes of a parent",
    "a sheet with words for a phone number": "letters for a phone",
    "a sheet with a strange destination": "destination",
    "a sheet with half a postcode": "postcode",
}

RECIPES: dict[str, Callable[[], bytes]] = {
    "a file of more than 20 MB": lambda: specimen() + b" " * 20_000_000,
    "an empty file": lambda: b"\xef\xbb\xbf\r\n",
    "one text of 70,000 characters": lambda: _with_a_text(70_000),
    "one text of 60,000 characters": lambda: _with_a_text(60_000),
    "more than 5,000 findings": lambda: _with_strays(5_001),
    "5,000 findings": lambda: _with_strays(5_000),
    "a zip with a password": lambda: built(entry(NAME.encode(), specimen(), flags=1)),
    "a zip in a zip": lambda: zipped((NAME, zipped((NAME, specimen())))),
    "a zip packed by LZMA": lambda: built(entry(NAME.encode(), specimen(), method=14)),
    "a zip with a picture": lambda: zipped((NAME, specimen()), ("photo.jpg", b"\xff\xd8\xff")),
    "a letter": lambda: STRANGERS["leavers.docx"][0],
    "a PDF": lambda: STRANGERS["leavers.pdf"][0],
    "a picture": lambda: STRANGERS["leavers.jpg"][0],
    "an e-mail": lambda: STRANGERS["leavers.eml"][0],
    "files packed by 7-Zip": lambda: STRANGERS["leavers.7z"][0],
    "a plain zip file": lambda: zipped((NAME, specimen())),
    **{words: partial(_first, test_archive.ALL, name) for words, name in ZIPS.items()},
    "a right sheet": lambda: separated(row()).encode(),
    **{words: partial(_first, test_sheets.ALL, name) for words, name in SHEETS.items()},
    "more faults than are explained": lambda: ctf(
        *[
            pupil(serial).replace("<Sex>F</Sex>", "<Sex>F</Sex><SENhistory/>" * 2 + "<Address/><Address/>")
            for serial in range(60)
        ]
    ),
    "a record of more than 5,000 elements": lambda: ctf(
        pupil(blocks="<SENhistory><SuppInfo>" + "<x/>" * 5_000 + "</SuppInfo></SENhistory>")
    ),
}
