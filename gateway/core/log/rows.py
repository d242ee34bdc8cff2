"""What a line vouches for: a digest of every row of evidence that was written with it, so that no row changes unseen.

A line holds one digest, over the digests of its rows under a nonce of their own: it tells an outsider nothing, and a
row that retention removes leaves it valid.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from json.encoder import encode_basestring_ascii
from typing import Any

NONCE, TABLE, KEY, DIGEST = 16, 4, 8, 32
ENTRY = TABLE + KEY + DIGEST
GONE = bytes(DIGEST)
"""In place of a digest: the row was removed by the gateway itself."""

STATED = re.compile(rb'"rows":"([0-9a-f]{64})"')
"""Where a line says what it vouches for: no value of a line can hold a quotation mark."""


def name_of(table: str, key: Sequence[object]) -> bytes:
    """The twelve bytes by which one row is known: four of its table, eight of its primary key."""
    return tag(table) + sha256("\0".join(map(str, key)).encode()).digest()[:KEY]


@cache
def tag(table: str) -> bytes:
    return sha256(table.encode()).digest()[:TABLE]


def digest_of(row: Mapping[str, object]) -> bytes:
    """The digest of a row, written down one way on every database and under every release of Python.

    Absent values are left out, so that a later release can add a column.
    """
    held = [(name, row[name]) for name in sorted(row)]
    shown = [_name(name) + _SHOWN.get(type(value), _WRITE)(value) for name, value in held if value is not None]
    return sha256(f"{{{','.join(shown)}}}".encode()).digest()


def content_of(nonce: bytes, entries: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Names and digests as they are kept; the opposite of ``entries_of``."""
    return nonce + b"".join(name + digest for name, digest in entries)


def entries_of(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each row's name and digest, in the order of writing. Raises ValueError for bytes that are no such content."""
    if len(content) < NONCE or (len(content) - NONCE) % ENTRY:
        raise ValueError("not what a line vouches for")
    for at in range(NONCE, len(content), ENTRY):
        yield content[at : at + TABLE + KEY], content[at + TABLE + KEY : at + ENTRY]


def stated_in(line: bytes) -> str | None:
    """What a line says that it vouches for, in hexadecimal."""
    found = STATED.search(line)
    return found[1].decode() if found else None


def digest_over(contents: Sequence[bytes]) -> str:
    """What the line of these contents says, in hexadecimal."""
    return sha256(b"".join(sha256(one).digest() for one in contents)).hexdigest()


@cache
def _name(column: str) -> str:
    return f"{_WRITE(column)}:"


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return sha256(value).hexdigest()
    if isinstance(value, date):  # an instant is one too
        return value.isoformat()
    raise TypeError(f"a row may not hold a {type(value).__name__}")


_WRITE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_plain).encode
_SHOWN: Mapping[type, Callable[[Any], str]] = {
    str: encode_basestring_ascii,
    int: int.__repr__,
    bool: lambda value: "1" if value else "0",  # as SQLite has it
    bytes: lambda value: f'"{sha256(value).hexdigest()}"',
    datetime: lambda value: f'"{value.isoformat()}"',
}
"""What most rows hold, written as canonical JSON has it (a truth as a number) without the cost of an encoder."""
