"""Open a zip file from a stranger, or refuse it: nothing nested, overlapping, hidden, encrypted or without end.

The standard library does not see overlapping entries everywhere (reliability.md §0 fact 8), so the directory is
read here, strictly, and only ``zlib`` is trusted with the bytes. Format: PKWARE APPNOTE 6.3.10 §4.3.
"""

import re
import struct
import zlib
from dataclasses import dataclass
from typing import NoReturn

from gateway.core.documents.catalogue import whole_file
from gateway.core.errors import Code, Refusal

MOST_ENTRIES = 100
MOST_BYTES_EACH = 20_000_000
MOST_BYTES = 60_000_000
MOST_RATIO = 100

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END_RECORD = struct.Struct("<4s4H2IH")
_CENTRAL_RECORD = struct.Struct("<4s6H3I5H2I")
_LOCAL_RECORD = struct.Struct("<4s5H3I2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x0001, 0x0008, 0x0800
_LEVEL = 0x0006  # how hard the compressor tried: says nothing
_PLAIN_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._()-]{0,118}[A-Za-z0-9)])?")


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int


def members(name: str, content: bytes) -> tuple[tuple[str, bytes], ...]:
    """The name and bytes of each file in a zip, in its order; or ``name`` and ``content`` when it is not a zip.

    Raises Refusal(UNSAFE_ZIP) for anything but a plain archive of stored or deflated files without folders.
    """
    if not content.startswith((_LOCAL, _END)):
        return ((name, content),)
    try:
        entries, directory = _directory(content)
        packed = _packed(content, entries, directory)
    except struct.error:
        _refuse()
    found, total = [], 0
    for entry, piece in zip(entries, packed, strict=True):
        unpacked = _unpack(entry, piece, MOST_BYTES - total)
        total += len(unpacked)
        found.append((entry.name, unpacked))
    return tuple(found)


def _directory(content: bytes) -> tuple[list[_Entry], int]:
    """The entries of the central directory and where it begins. It must be whole, and end where the file ends."""
    end = content.rfind(_END, max(0, len(content) - 65_557))
    if end < 0:
        _refuse()
    _, disk, first, here, count, size, start, comment = _END_RECORD.unpack_from(content, end)
    if disk or first or here != count or not 1 <= count <= MOST_ENTRIES:
        _refuse()
    if start + size != end or end + _END_RECORD.size + comment != len(content):
        _refuse()
    entries, at = [], start
    for _ in range(count):
        entry, at = _entry(content, at)
        entries.append(entry)
    if at != end or len({entry.name.casefold() for entry in entries}) != count:
        _refuse()
    return entries, start


def _entry(content: bytes, at: int) -> tuple[_Entry, int]:
    fields = _CENTRAL_RECORD.unpack_from(content, at)
    mark, _, _, flags, method, _, _, crc, packed, size, named, extra, comment, disk, _, _, start = fields
    if mark != _CENTRAL or disk or flags & ~(_DESCRIPTOR | _UTF8 | _LEVEL) or method not in {_STORED, _DEFLATED}:
        _refuse()
    at += _CENTRAL_RECORD.size
    return _Entry(
        _name(content[at : at + named]), flags, method, crc, packed, size, start
    ), at + named + extra + comment


def _name(raw: bytes) -> str:
    name = raw.decode("ascii", "replace")
    if not _PLAIN_NAME.fullmatch(name) or name.lower().endswith(".zip"):
        _refuse()
    return name


def _packed(content: bytes, entries: list[_Entry], directory: int) -> list[bytes]:
    """The packed bytes of each entry. Local headers must agree, begin at the first byte, and never overlap."""
    pieces, free = {}, 0
    for entry in sorted(entries, key=lambda entry: entry.start):
        if entry.start < free or (free == 0 and entry.start != 0):
            _refuse()
        mark, _, flags, method, _, _, crc, packed, size, named, extra = _LOCAL_RECORD.unpack_from(content, entry.start)
        after = entry.start + _LOCAL_RECORD.size
        if mark != _LOCAL or flags != entry.flags or method != entry.method:
            _refuse()
        if content[after : after + named] != entry.name.encode():
            _refuse()
        if not flags & _DESCRIPTOR and (crc, packed, size) != (entry.crc, entry.packed, entry.size):
            _refuse()
        begin = after + named + extra
        free = begin + entry.packed
        if free > directory:
            _refuse()
        pieces[entry.start] = content[begin:free]
    return [pieces[entry.start] for entry in entries]


def _unpack(entry: _Entry, packed: bytes, room: int) -> bytes:
    """Inflate, and count while doing so: the sizes in the headers are only what the sender claims."""
    most = min(MOST_BYTES_EACH, room, max(1, len(packed)) * MOST_RATIO)
    if entry.method == _STORED:
        unpacked, whole = packed, True
    else:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            unpacked = inflate.decompress(packed, most + 1)
        except zlib.error:
            _refuse()
        whole = inflate.eof and not inflate.unused_data
    if not whole or len(unpacked) > most or len(unpacked) != entry.size or zlib.crc32(unpacked) != entry.crc:
        _refuse()
    if unpacked.startswith((_LOCAL, _END)):
        _refuse()
    return unpacked


def _refuse() -> NoReturn:
    raise Refusal(Code.UNSAFE_ZIP, (whole_file("ZIP-001"),)) from None
