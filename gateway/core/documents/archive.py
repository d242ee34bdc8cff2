"""What somebody handed in, as the files that are read: a zip is opened, and a sheet becomes transfer files.

Each file has an answer of its own: one that cannot be taken does not stop the others, unless the zip as a whole is
damaged or hostile.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.core.documents import container, names, sheets, strangers
from gateway.core.documents.catalogue import whole_file
from gateway.core.documents.container import MOST_BYTES, Entry, refuse
from gateway.core.errors import Code, Refusal

MOST_SHEETS = 20  # in one zip: each of them unpacks once more
LONGEST_NAME = 200
DEEPEST = 8

_LEFT_BY_A_MACHINE = re.compile(r"(.*/)?(__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini)", re.DOTALL)
_OUT = re.compile(r"[/\\]|[A-Za-z]:|.*\\|(.*/)?\.{1,2}(/|\Z)|.*//", re.DOTALL)
_PLAIN = re.compile(r"[^\s.:*?\"<>|][^:*?\"<>|]*(?<!\s)")
_BLANK = b"\xef\xbb\xbf \t\r\n"
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe<\x00|\xfe\xff\x00<")


@dataclass(frozen=True, slots=True)
class Member:
    """One file to read; or, with ``refusal``, one that is not read, and why."""

    name: str
    content: bytes = field(repr=False)
    refusal: Refusal | None = field(default=None, compare=False)


def members(name: str, content: bytes) -> tuple[Member, ...]:
    """The files in a zip, in its order; the transfer files that a sheet makes; or the file itself.

    Raises Refusal with UNSAFE_ZIP, SHEET or NOT_A_FILE_WE_KNOW when nothing of it can be taken.
    """
    _refuse_empty(content)
    stranger = strangers.what(content)
    if stranger:
        raise Refusal(Code.NOT_A_FILE_WE_KNOW, (whole_file(stranger),))
    if not container.is_zip(content) or sheets.is_sheet(name, content):
        if not _may_be_read(name, content):
            raise Refusal(Code.NOT_A_FILE_WE_KNOW)
        return _files(name, content)
    entries = [each for each in container.entries(content) if _wanted(each)]
    if not entries:
        refuse("ZIP-009")
    return tuple(_opened(entries))


def _wanted(entry: Entry) -> bool:
    """A folder is only a name, and what a Mac or Windows leaves in a zip nobody sent. Any name must be harmless."""
    if _OUT.match(entry.name):
        refuse("ZIP-007")
    if _LEFT_BY_A_MACHINE.fullmatch(entry.name):
        return False
    parts = entry.name.removesuffix("/").split("/")
    plain = entry.name.isprintable() and all(map(_PLAIN.fullmatch, parts))
    if not plain or len(entry.name) > LONGEST_NAME or len(parts) > DEEPEST:
        refuse("ZIP-010")
    return not entry.folder


def _opened(entries: list[Entry]) -> Iterator[Member]:
    room, tables = MOST_BYTES, 0
    for entry in entries:
        name = entry.name.rsplit("/", 1)[-1]
        try:
            _readable(entry)
        except Refusal as refusal:
            yield Member(name, b"", refusal)
            continue
        content = entry.unpack(room)
        room -= len(content)
        tables += sheets.is_sheet(name, content)
        if tables > MOST_SHEETS:
            refuse("ZIP-012")
        try:
            yield from _inside(name, content)
        except Refusal as refusal:
            yield Member(name, content, refusal)


def _readable(entry: Entry) -> None:
    """A file under a password, or packed as we do not know, stops no other. Raises Refusal(UNSAFE_ZIP)."""
    if entry.encrypted:
        refuse("ZIP-002")
    if not entry.known_method:
        refuse("ZIP-008")


def _inside(name: str, content: bytes) -> tuple[Member, ...]:
    if name.lower().endswith(".zip") or (container.is_zip(content) and not sheets.is_workbook(content)):
        refuse("ZIP-003")
    _refuse_empty(content)
    if strangers.what(content) or not _may_be_read(name, content):
        raise Refusal(Code.NOT_A_FILE_WE_KNOW, (whole_file("ZIP-011"),))
    return _files(name, content)


def _refuse_empty(content: bytes) -> None:
    if not content.strip(_BLANK):
        raise Refusal(Code.NOT_A_FILE_WE_KNOW, (whole_file("XML-009"),))


def _may_be_read(name: str, content: bytes) -> bool:
    """Whether it looks like a transfer file or a sheet; a letter, a picture and the like do not."""
    plain, _ = names.tidy(name)
    return sheets.is_sheet(name, content) or plain.endswith(".xml") or _XML.match(content) is not None


def _files(name: str, content: bytes) -> tuple[Member, ...]:
    if not sheets.is_sheet(name, content):
        return (Member(name, content),)
    return tuple(Member(str(made), text) for made, text in sheets.files(name, content))
