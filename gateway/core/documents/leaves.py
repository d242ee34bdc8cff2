"""Every value of one record with the path of its item; and the record with one value put right.

Values are personal data, and go to the person they are about, or into a document that rests closed.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from gateway.core.documents import layouts, safe
from gateway.core.documents.reading import read
from gateway.core.documents.schema import Schemas
from gateway.core.documents.shape import SUPPLIERS_OWN
from gateway.core.documents.trees import Element
from gateway.core.documents.values import Document
from gateway.core.errors import Code, Refusal
from gateway.core.terms import Item

_ENTRY = 2
"""An entry stands in its list, which stands in the record: ``Contacts/Contact``."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value. ``among``: of which of several contacts or entries it is, from 1, however deep it stands there."""

    item: Item
    value: str = field(repr=False)
    among: int = 1


def leaves(document: Document, number: int) -> tuple[Leaf, ...]:
    """Every value of the record ``number``, in order; nothing of what only a supplier knows."""
    return tuple(leaf for leaf, _ in _walk(_record(document.tree, document, number), (), 1))


@dataclass(frozen=True, slots=True)
class Meant:
    """Which value of an item, where it stands in a record more than once: by what it says, by its entry, or both."""

    item: Item
    was: str = field(default="", repr=False)
    entry: int | None = None

    def fits(self, one: Leaf) -> bool:
        return one.item == self.item and self.was in {"", one.value} and self.entry in {None, one.among}


def corrected(document: Document, number: int, meant: Meant, value: str, schemas: Schemas) -> Document:
    """The document with ``value`` in the place that is meant in the record ``number``, valid again.

    Raises Refusal: NOT_FOUND where the record has no such place, WHICH_ONE where several may be meant, FINDINGS where
    the value does not fit.
    """
    tree = deepcopy(document.tree)
    found = [(leaf, place) for leaf, place in _walk(_record(tree, document, number), (), 1) if meant.fits(leaf)]
    if not found:
        raise Refusal(Code.NOT_FOUND)
    if len({leaf for leaf, _ in found}) > 1:
        raise Refusal(Code.WHICH_ONE)
    for _, place in found:
        place.text = value
    return _again(document, tree, schemas, len(document.pupils))


def without(document: Document, number: int, schemas: Schemas) -> Document:
    """The document with the record ``number`` taken out and all others as they were.

    Raises Refusal: NOT_FOUND where there is no such record, FINDINGS where it is not valid without it.
    """
    tree = deepcopy(document.tree)
    gone = _record(tree, document, number)
    above = gone.getparent()
    assert above is not None, "a record stands among records"
    above.remove(gone)
    return _again(document, tree, schemas, len(document.pupils) - 1)


def _again(document: Document, tree: Element, schemas: Schemas, pupils: int) -> Document:
    made = read(document.name, safe.laid_out(tree), schemas)
    if made.document is None or len(made.document.pupils) != pupils:
        raise Refusal(Code.FINDINGS, made.findings)
    return made.document


def _record(tree: Element, document: Document, number: int) -> Element:
    records = tree.find(layouts.BY_KIND[document.kind].records)
    if records is None or not 1 <= number <= len(records):
        raise Refusal(Code.NOT_FOUND)
    return records[number - 1]


def _walk(element: Element, path: tuple[str, ...], among: int) -> Iterator[tuple[Leaf, Element]]:
    seen: dict[str, int] = {}
    for child in element:
        if not isinstance(child.tag, str) or child.tag in SUPPLIERS_OWN:
            continue
        tag = etree.QName(child).localname
        seen[tag] = seen.get(tag, 0) + 1
        below = (*path, tag)
        place = seen[tag] if len(path) < _ENTRY else among
        if len(child):
            yield from _walk(child, below, place)
        elif (child.text or "").strip():
            yield Leaf(Item("/".join(below)), (child.text or "").strip(), place), child
