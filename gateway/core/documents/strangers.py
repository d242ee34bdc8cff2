"""What a file is that the gateway does not read: whoever chose the wrong one is told what they chose."""

import re
from collections.abc import Iterator

from gateway.core.documents import container
from gateway.core.errors import Refusal

TEXT, PDF, PICTURE, LETTER, PACKED = "FILE-001", "FILE-002", "FILE-003", "FILE-004", "FILE-005"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (("Workbook", ""), ("WordDocument", TEXT), ("PowerPoint Document", TEXT), ("__substg1.0_", LETTER))
"""What stands in the directory of a file of the old Office; a workbook may have a letter inside, so it stands first."""

_BEGINNINGS = (
    (re.compile(rb"%PDF-"), PDF),
    (re.compile(rb"\xff\xd8\xff|\x89PNG|GIF8|II\*\x00|MM\x00\*|RIFF....WEBP|....ftyp(heic|mif1)", re.DOTALL), PICTURE),
    (re.compile(rb"\{\\rtf"), TEXT),
    (re.compile(rb"Rar!|7z\xbc\xaf|\x1f\x8b"), PACKED),
    (re.compile(rb"(?i)(Return-Path|Received|Delivered-To|MIME-Version|Message-ID|From): "), LETTER),
)


def what(content: bytes) -> str:
    """The rule that says what this is; nothing for what the gateway may read, or does not know."""
    if content.startswith(_OLE):
        return next((rule for stream, rule in _STREAMS if stream.encode("utf-16-le") in content), "")
    if container.is_zip(content):
        return TEXT if _is_text(set(_folders(content))) else ""
    return next((rule for beginning, rule in _BEGINNINGS if beginning.match(content)), "")


def _is_text(folders: set[str]) -> bool:
    """A document of Word or PowerPoint; a workbook has its own folder, whatever else lies in it."""
    return "[Content_Types].xml" in folders and not folders.isdisjoint({"word", "ppt"}) and "xl" not in folders


def _folders(content: bytes) -> Iterator[str]:
    try:
        yield from (entry.name.partition("/")[0] for entry in container.entries(content))
    except Refusal:
        return
