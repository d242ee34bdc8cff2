"""The strict reading of a zip container: nothing overlapping, hidden or without end, and each cause told by its rule.

The standard library does not see overlapping entries everywhere (reliability.md §0 fact 8), so the directory is
read here, strictly, and only ``zlib`` is trusted with the bytes. Format: PKWARE APPNOTE 6.3.10 §4.3.
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from gateway.core.documents.catalogue import whole_file
from gateway.core.errors import Code, Refusal

MOST_ENTRIES = 1_000
MOST_BYTES_EACH = 20_000_000
MOST_BYTES = 60_000_000
MOST_RATIO = 100

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END_RECORD = struct.Struct("<4s4H2IH")
_CENTRAL_RECORD = struct.Struct("<4s6H3I5H2I")
_LOCAL_RECORD = struct.Struct("<4s5H3I2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x0001, 0x0008, 0x0800
_STRONG = 0x2040  # strong encryption, and a masked local header
_LEVEL = 0x0006  # how hard the compressor tried: says nothing


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the directory tells of it; ``packed`` is its bytes in the container, not yet unpacked."""

    name: str
    flags: int
    method: int
    crc: int
    size: int
    packed: bytes = field(repr=False)

    @property
    def encrypted(self) -> bool:
        return bool(self.flags & (_ENCRYPTED | _STRONG))

    @property
    def known_method(self) -> bool:
        return self.method in {_STORED, _DEFLATED}

    @property
    def folder(self) -> bool:
        return self.name.endswith("/") and not self.size

    def unpack(self, room: int = MOST_BYTES) -> bytes:
        """Inflate, and count while doing so: the sizes in the headers are only what the sender claims."""
        if self.encrypted:
            refuse("ZIP-002")
        if not self.known_method:
            refuse("ZIP-008")
        most = min(MOST_BYTES_EACH, room, max(1, len(self.packed)) * MOST_RATIO)
        unpacked = self.packed if self.method == _STORED else _inflate(self.packed, most)
        if len(unpacked) > most:
            refuse("ZIP-006")
        if len(unpacked) != self.size or zlib.crc32(unpacked) != self.crc:
            refuse("ZIP-001")
        return unpacked


def is_zip(content: bytes) -> bool:
    return content.startswith((_LOCAL, _END))


def entries(content: bytes) -> tuple[Entry, ...]:
    """The entries of a zip in the order of its directory, none of them unpacked. Raises Refusal(UNSAFE_ZIP)."""
    try:
        listed, directory = _directory(content)
        return _packed(content, listed, directory)
    except struct.error:
        refuse("ZIP-001")


def refuse(rule: str) -> NoReturn:
    raise Refusal(Code.UNSAFE_ZIP, (whole_file(rule),)) from None


@dataclass(frozen=True, slots=True)
class _Listed:
    raw: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int


def _directory(content: bytes) -> tuple[list[_Listed], int]:
    """The entries of the central directory and where it begins. It must be whole, and end where the file ends."""
    end = content.rfind(_END, max(0, len(content) - 65_557))
    if end < 0:
        refuse("ZIP-001")
    _, disk, first, here, count, size, start, comment = _END_RECORD.unpack_from(content, end)
    if disk or first or here != count or start + size != end or end + _END_RECORD.size + comment != len(content):
        refuse("ZIP-001")
    if not count:
        refuse("ZIP-009")
    if count > MOST_ENTRIES:
        refuse("ZIP-005")
    listed, at = [], start
    for _ in range(count):
        one, at = _central(content, at)
        listed.append(one)
    if at != end:
        refuse("ZIP-001")
    if len({one.raw.lower() for one in listed}) != count:
        refuse("ZIP-004")
    return listed, start


def _central(content: bytes, at: int) -> tuple[_Listed, int]:
    fields = _CENTRAL_RECORD.unpack_from(content, at)
    mark, _, _, flags, method, _, _, crc, packed, size, named, extra, comment, disk, _, _, start = fields
    if mark != _CENTRAL or disk or flags & ~(_DESCRIPTOR | _UTF8 | _LEVEL | _ENCRYPTED | _STRONG):
        refuse("ZIP-001")
    at += _CENTRAL_RECORD.size
    one = _Listed(content[at : at + named], flags, method, crc, packed, size, start)
    return one, at + named + extra + comment


def _packed(content: bytes, listed: list[_Listed], directory: int) -> tuple[Entry, ...]:
    """Each entry with its bytes. Local headers must agree, begin at the first byte, and never overlap."""
    pieces: dict[int, bytes] = {}
    free = 0
    for one in sorted(listed, key=lambda one: one.start):
        if one.start < free or (free == 0 and one.start != 0):
            refuse("ZIP-001")
        free = _begin(content, one) + one.packed
        if free > directory:
            refuse("ZIP-001")
        pieces[one.start] = content[free - one.packed : free]
    return tuple(_entry(one, pieces) for one in listed)


def _begin(content: bytes, one: _Listed) -> int:
    """Where the packed bytes of an entry begin, whose local header says what the directory says."""
    mark, _, flags, method, _, _, crc, packed, size, named, extra = _LOCAL_RECORD.unpack_from(content, one.start)
    after = one.start + _LOCAL_RECORD.size
    if mark != _LOCAL or flags != one.flags or method != one.method or content[after : after + named] != one.raw:
        refuse("ZIP-001")
    if not flags & _DESCRIPTOR and (crc, packed, size) != (one.crc, one.packed, one.size):
        refuse("ZIP-001")
    return int(after + named + extra)


def _entry(one: _Listed, pieces: Mapping[int, bytes]) -> Entry:
    try:
        name = one.raw.decode("utf-8" if one.flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        refuse("ZIP-010")
    return Entry(name, one.flags, one.method, one.crc, one.size, pieces[one.start])


def _inflate(packed: bytes, most: int) -> bytes:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        unpacked = inflate.decompress(packed, most + 1)
    except zlib.error:
        refuse("ZIP-001")
    if len(unpacked) > most:
        refuse("ZIP-006")
    if not inflate.eof or inflate.unused_data:
        refuse("ZIP-001")
    return unpacked
