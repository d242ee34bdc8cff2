"""On which line an element begins, also from line 65,535 on, where libxml2 stops counting exactly."""

import re
from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate

from gateway.core.documents.trees import Element, line, size

LIBXML2_COUNTS_TO = 65_534
BLOCK = 16_384
_START = re.compile(rb"<(?=[^/!?])")
_START_OR_HIDDEN = re.compile(rb"<(?=[^/!?])|<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)


class Lines:
    """The line of each element of one parsed file.

    libxml2 keeps 16 bits of a line number and guesses above that from neighbouring text. There, the n-th start tag
    of the text is the n-th element of the tree: the text is well formed, without DTD and processing instructions.
    """

    def __init__(self, text: bytes, root: Element) -> None:
        self._exact = text.count(b"\n") >= LIBXML2_COUNTS_TO
        self._text = text if self._exact else b""
        self._starts = array("I", _starts(text) if self._exact else ())
        self._newlines = _newlines(text) if self._exact else []
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
        start = self._starts[self._before[top] + within]
        block = start // BLOCK
        return 1 + self._newlines[block] + self._text.count(b"\n", block * BLOCK, start)


def _starts(text: bytes) -> Iterator[int]:
    """Where each start tag begins."""
    if b"<!" not in text:
        return (found.start() for found in _START.finditer(text))
    return (found.start() for found in _START_OR_HIDDEN.finditer(text) if found[0] == b"<")


def _newlines(text: bytes) -> list[int]:
    """How many lines end before each block of the text, so that nobody has to count from its beginning."""
    ends = (text.count(b"\n", at, at + BLOCK) for at in range(0, len(text), BLOCK))
    return list(accumulate(ends, initial=0))


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
