"""The few questions that this room asks libxml2, with the types of their answers."""

from functools import lru_cache
from typing import Any

from lxml import etree

Element = etree._Element  # noqa: SLF001  (lxml's only name for it)

_SIZE = etree.XPath("count(descendant-or-self::*)")


def size(element: Element) -> int:
    """How many elements there are, ``element`` itself included."""
    if not len(element):
        return 1
    counted: Any = _SIZE(element)
    return int(counted)


def line(element: Element) -> int:
    """The line that libxml2 remembers, exact below 65,535 (``lines`` goes further)."""
    remembered: Any = element.sourceline
    return int(remembered or 0)


def errors(schema: etree.XMLSchema) -> list[Any]:
    """The log of the last validation by this very schema."""
    log: Any = schema.error_log
    return list(log)


def question(xpath: str) -> etree.XPath:
    """A yes-or-no question, compiled once."""
    return etree.XPath(f"boolean({xpath})")


def every(element: Element, path: str) -> list[Element]:
    """The elements at ``path`` below ``element``: steps of names alone, which libxml2 walks faster than lxml does."""
    found: Any = _walk(path)(element)
    return list(found)


@lru_cache(maxsize=256)
def _walk(path: str) -> etree.XPath:
    return etree.XPath(path)
