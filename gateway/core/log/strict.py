"""The small print of every text format here: one way to write a number or some bytes, and no other is read."""

import base64
import binascii
import re

LARGEST = (1 << 63) - 1
"""No tree, index or time is larger: the readers of these formats hold them in a signed 64-bit number."""

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


def decimal(text: str) -> int:
    """A number from 0 to ``LARGEST`` without sign or leading zeros; raises ValueError on any other text."""
    if not _DECIMAL.fullmatch(text) or int(text) > LARGEST:
        raise ValueError("not a decimal number as these formats write it")
    return int(text)


def to64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def from64(text: str) -> bytes:
    """The opposite of ``to64``: RFC 4648 §4 with its padding and no stray bits; raises ValueError on any other text."""
    try:
        content = base64.b64decode(text)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None
    if to64(content) != text:
        raise ValueError("not base64 as these formats write it")
    return content
