"""On which line an element begins, also beyond line 65,535, where libxml2 stops counting exactly."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable

from lxml import etree

LIBXML2_COUNTS_TO = 65_535
_START = re.compile(rb"<(?=[^/!])")
_START_OR_HIDDEN = re.compile(rb"<(?=[^/!])|<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_size = etree.XPath("count(descendant-or-self::*)")


class Lines:
    """The line of each element of one parsed file.

    libxml2 keeps 16 bits of a line number and guesses above that from neighbouring text. There, the n-th start tag
    of the text is the n-th element of the tree: the text is well formed, without DTD and processing instructions.
    """

    def __init__(self, text: bytes, root: etree._Element) -> None:
        self._exact = text.count(b"\n") >= LIBXML2_COUNTS_TO
        self._starts = array("L", _starts(text) if self._exact else ())
        self._newlines = array("L", (found.start() for found in re.finditer(rb"\n", text)) if self._exact else ())
        self._before = dict(_before(root)) if self._exact else {}

    def of(self, element: etree._Element) -> int:
        if not self._exact:
            return element.sourceline or 0
        top = element
        while top not in self._before:
            above = top.getparent()
            assert above is not None, "the root is in the table"
            top = above
        within = next(place for place, each in enumerate(top.iter()) if each is element)
        return bisect_left(self._newlines, self._starts[self._before[top] + within]) + 1


def _starts(text: bytes) -> Iterable[int]:
    if b"<!" not in text:
        return (found.start() for found in _START.finditer(text))
    return (found.start() for found in _START_OR_HIDDEN.finditer(text) if found[0] == b"<")


def _before(root: etree._Element) -> Iterable[tuple[etree._Element, int]]:
    """How many elements begin before the root, its children and its grandchildren: enough to find any other soon."""
    yield root, 0
    place = 1
    for child in root:
        yield child, place
        place += 1
        for grandchild in child:
            yield grandchild, place
            place += int(_size(grandchild))
