"""On which line an element begins, also from line 65,535 on, where libxml2 stops counting exactly."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate, islice

from gateway.core.documents.trees import Element, line, size

LIBXML2_COUNTS_TO = 65_534
BLOCK = 1_024
_START = re.compile(rb"<(?=[^/?])")
_HIDDEN = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)


class Lines:
    """The line of each element of one parsed file.

    libxml2 keeps 16 bits of a line number and guesses above that from neighbouring text. There, the n-th start tag
    of the text is the n-th element of the tree: the text is well formed, without DTD and processing instructions.
    Tags and newlines are counted block by block, and looked at one by one only in the block that is asked about.
    """

    def __init__(self, text: bytes, root: Element) -> None:
        self._exact = text.count(b"\n") >= LIBXML2_COUNTS_TO
        self._text = _shown(text) if self._exact else b""
        blocks = [(at, at + BLOCK) for at in range(0, len(self._text), BLOCK)]
        self._starts = list(accumulate((_starts(self._text, *block) for block in blocks), initial=0))
        self._newlines = list(accumulate((self._text.count(b"\n", *block) for block in blocks), initial=0))
        self._before = dict(_before(root)) if self._exact else {}

    def of(self, element: Element) -> int:
        if not self._exact:
            return line(element)
        top = element
        while top not in self._before:
            above = top.getparent()
            assert above is not None, "the root is in the table"
            top = above
        within = next(place for place, each in enumerate(top.iter()) if each is element)
        place = self._before[top] + within
        block = bisect_right(self._starts, place) - 1
        tags = _START.finditer(self._text, block * BLOCK)
        start = next(islice(tags, place - self._starts[block], None)).start()
        return 1 + self._newlines[block] + self._text.count(b"\n", block * BLOCK, start)


def _shown(text: bytes) -> bytes:
    """``text`` with each byte where it was, and no tag that is only a comment's or character data."""
    return _HIDDEN.sub(lambda found: found[0].replace(b"<", b" "), text) if b"<!" in text else text


def _starts(text: bytes, first: int, end: int) -> int:
    """How many start tags begin in a block of ``text``."""
    other = text.count(b"</", first, end + 1) + text.count(b"<?", first, end + 1)
    return text.count(b"<", first, end) - other


def _before(root: Element) -> Iterable[tuple[Element, int]]:
    """How many elements begin before the root, its children and its grandchildren: enough to find any other soon."""
    yield root, 0
    place = 1
    for child in root:
        yield child, place
        place += 1
        for grandchild in child:
            yield grandchild, place
            place += size(grandchild)
