"""Sheets for schools without a system: a CSV file or an Excel workbook becomes the transfer file that it stands for.

``files`` is the story; ``template`` writes the empty sheets, and ``filled`` with ``written``
a document as such a sheet. Columns stand in one table, ``columns``.
"""

import re

from gateway.core.documents import container, names
from gateway.core.documents.names import FileName
from gateway.core.documents.sheets import marks, pupils, records, separated, workbooks
from gateway.core.documents.sheets.columns import TEMPLATES, Template
from gateway.core.documents.sheets.filling import Filled, filled
from gateway.core.documents.sheets.rolls import Listed, Roll, roll
from gateway.core.documents.sheets.table import refuse, told
from gateway.core.documents.sheets.templates import Form, template, written
from gateway.core.documents.sheets.workbooks import is_workbook

__all__ = [
    "TEMPLATES",
    "Filled",
    "Form",
    "Listed",
    "Roll",
    "Template",
    "files",
    "filled",
    "is_sheet",
    "is_workbook",
    "marks",
    "roll",
    "template",
    "written",
]

_SEPARATED = (".csv", ".tsv")
_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xls", ".ods")
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|CTfile|CME)")


def is_sheet(name: str, content: bytes) -> bool:
    """Whether this is to be read as a sheet: by what it is, and by its name where that does not say."""
    if content.startswith(workbooks.OLE) or (container.is_zip(content) and is_workbook(content)):
        return True
    return name.lower().endswith(_SEPARATED + _WORKBOOKS) and not _XML.match(content)


def files(name: str, content: bytes) -> tuple[tuple[FileName, bytes], ...]:
    """The transfer files that a sheet stands for. Raises Refusal(SHEET) with everything that is wrong with it."""
    if content.startswith(workbooks.OLE) or container.is_zip(content):
        table = workbooks.read(content)
    elif name.lower().endswith(_SEPARATED):
        table = separated.read(content)
    else:
        refuse(told("SHEET-001"))
    sheet = pupils.read(table)
    sender = names.s2s_sender(name)
    if sender is not None and not sender.authority and sender != sheet.school:
        refuse(told("SHEET-026"))
    return records.files(sheet)
