"""What a line vouches for: a digest of every row of evidence that was written with it, so that no row changes unseen.

A line holds one digest, over the digests of its rows under a nonce of their own: it tells an outsider nothing, and a
row that retention removes leaves it valid.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from json.encoder import encode_basestring_ascii
from struct import Struct
from typing import Any

NONCE, TABLE, KEY, DIGEST = 16, 4, 8, 32
ENTRY = TABLE + KEY + DIGEST
GONE = bytes(DIGEST)
"""In place of a digest: the row was removed by the gateway itself."""

_ENTRY = Struct(f"{TABLE + KEY}s{DIGEST}s")


def name_of(table: str, key: Sequence[object]) -> bytes:
    """The twelve bytes by which one row is known: four of its table, eight of its primary key."""
    return tag(table) + _key_of(key)


def _key_of(values: Sequence[object]) -> bytes:
    return sha256("\0".join(map(str, values)).encode()).digest()[:KEY]


@cache
def tag(table: str) -> bytes:
    return sha256(table.encode()).digest()[:TABLE]


class Shape:
    """A table as its rows are digested: the columns that count, in order, and which of them are the primary key."""

    def __init__(self, table: str, columns: Collection[str], key: Sequence[str]) -> None:
        self.names = tuple(sorted(columns))
        self._table = tag(table)
        self._written = tuple(f"{_WRITE(name)}:" for name in self.names)
        self._key = tuple(self.names.index(name) for name in key)

    def entry(self, values: Sequence[object]) -> tuple[bytes, bytes]:
        """The name and the digest of the row that has these values under ``names``.

        A row is written down one way on every database and under every release of Python. Absent values are left out,
        so that a later release can add a column.
        """
        key = [values[at] for at in self._key]
        shown = [
            name + _SHOWN.get(type(value), _WRITE)(value)
            for name, value in zip(self._written, values, strict=True)
            if value is not None
        ]
        return self._table + _key_of(key), sha256(f"{{{','.join(shown)}}}".encode()).digest()


def content_of(nonce: bytes, entries: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Names and digests as they are kept; the opposite of ``entries_of``."""
    return nonce + b"".join(name + digest for name, digest in entries)


def entries_of(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each row's name and digest, in the order of writing. Raises ValueError for bytes that are no such content."""
    if len(content) < NONCE or (len(content) - NONCE) % ENTRY:
        raise ValueError("not what a line vouches for")
    return _ENTRY.iter_unpack(content[NONCE:])


def digest_over(contents: Sequence[bytes]) -> str:
    """What the line of these contents says, in hexadecimal."""
    return sha256(b"".join(sha256(one).digest() for one in contents)).hexdigest()


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
