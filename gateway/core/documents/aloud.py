"""A document as a person reads it who has no machine: each child or message, and each thing said of it, in order.

Names of elements become words; what stands in them is shown as it is, and nothing is left out.
"""

import re
from collections.abc import Iterator

from gateway.core.documents import layouts
from gateway.core.documents.trees import Element
from gateway.core.documents.values import Document

Said = tuple[tuple[str, str], ...]
"""What is said under one heading: a name in words, and the text."""


def aloud(document: Document) -> tuple[tuple[str, Said], ...]:
    """The heading first, then each record."""
    layout = layouts.BY_KIND[document.kind]
    header = document.tree.find(layout.header)
    records = document.tree.find(layout.records)
    each = "Child" if layout.of_children else "About"
    found = [("The message", header)] if header is not None else []
    found += [(f"{each} {number}", one) for number, one in enumerate(() if records is None else records, 1)]
    return tuple((title, tuple(_said(one, ()))) for title, one in found)


def _said(element: Element, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for one in element:
        name = _words(str(one.tag))
        if len(one):
            yield from _said(one, (*above, name))
        elif text := (one.text or "").strip():
            yield ", ".join((*above, name)) if above else name, text


def _words(tag: str) -> str:
    """``LastSchool`` is “Last school”; what is written in capitals stays so."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", tag)
    first, *rest = parts or [tag]
    return " ".join((first, *(one if one.isupper() else one.lower() for one in rest)))
