"""A transfer file in another version of its format, or addressed to a council's system that takes few versions.

Only what nobody is bound to say is left out on the way, and what was left out is said.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date

from lxml import etree

from gateway.core.documents import layouts, safe
from gateway.core.documents.cutting import cut
from gateway.core.documents.formats import Versions
from gateway.core.documents.known import Known
from gateway.core.documents.names import FileName, FileType
from gateway.core.documents.reading import read
from gateway.core.documents.schema import Schema, Schemas, required
from gateway.core.documents.shape import Node
from gateway.core.documents.trees import Element
from gateway.core.documents.values import Document
from gateway.core.errors import Code, Refusal
from gateway.core.terms import Item, LaEstab

RENAMED: Mapping[str, str] = {"Sex": "Gender", "Gender": "Sex"}
"""One thing by two names: versions before 25.0 say Gender (ctf.md §1.1)."""


@dataclass(frozen=True, slots=True)
class Converted:
    """The document in the other version, and the items of its pupils that this version has no place for."""

    document: Document
    lost: frozenset[Item]


def convert(document: Document, version: str, schemas: Schemas, known: Known) -> Converted:
    """``document`` as ``version`` writes it. Raises Refusal(WRONG_VERSION) where there is no such version, or where
    something would be lost that the document's own version requires, or the other one lacks what it requires.
    """
    if (document.kind, version) not in schemas or document.kind not in layouts.TRANSFERS:
        raise Refusal(Code.WRONG_VERSION)
    if version == document.version:
        return Converted(document, frozenset())
    old, new = schemas[document.kind, document.version], schemas[document.kind, version]
    kept = frozenset(item for item in old.items if _place(item, new) is not None)
    if required(old) - kept:
        raise Refusal(Code.WRONG_VERSION)
    smaller = cut(document, kept, schemas).document
    return Converted(_rewritten(smaller, new, schemas, known), document.items - smaller.items)


def _place(item: Item, schema: Schema) -> Item | None:
    """Where the other version has this item, or None."""
    if item in schema.items:
        return item
    above, _, name = item.rpartition("/")
    other = RENAMED.get(name)
    moved = None if other is None else Item(f"{above}/{other}" if above else other)
    return moved if moved in schema.items else None


def _rewritten(document: Document, schema: Schema, schemas: Schemas, known: Known) -> Document:
    root = deepcopy(document.tree)
    layout = schema.layout
    version = root.find(f"{layout.header}/{layout.version}")
    assert version is not None, "a document says its version"
    version.text = schema.version
    header = root.find(layout.header)
    assert header is not None, "a document has a header"
    _fit(header, schema.header)
    for pupil in root.iterfind(f"{layout.records}/{layout.record}"):
        _fit(pupil, schema.record)
    return _again(root, document.name, schemas, known)


def _fit(element: Element, node: Node) -> None:
    """Call each thing as the other version does; what it has no place for, in the header too, goes."""
    if node.open:
        return
    for child in list(element):
        name = str(child.tag)
        other = RENAMED.get(name, "")
        twin = node.children.get(other)
        if twin is not None and element.find(other) is None and (twin.required or name not in node.children):
            child.tag = name = other
        if name in node.children:
            _fit(child, node.children[name])
        else:
            element.remove(child)


def _again(root: Element, name: str, schemas: Schemas, known: Known) -> Document:
    """Read what was written, as anybody would. Raises Refusal(WRONG_VERSION) with what is wrong with it."""
    reading = read(name, safe.laid_out(root), schemas, known)
    if reading.document is None or len(reading.document.pupils) != reading.pupils:
        raise Refusal(Code.WRONG_VERSION, reading.findings)
    return reading.document


def for_one(
    document: Document, council: LaEstab, day: date, sequence: int, schemas: Schemas, known: Known
) -> Converted:
    """``document`` as Capita One takes it: addressed to the council, in the current or the previous version (ctf §1.2).

    Raises Refusal(WRONG_VERSION) where it cannot be written so, and WRONG_KIND for a notice.
    """
    if document.kind not in layouts.TRANSFERS:
        raise Refusal(Code.WRONG_KIND)
    taken = accepted(known.formats.versions, day)
    version = document.version if document.version in taken or not taken else taken[0]
    made = convert(document, version, schemas, known)
    root = deepcopy(made.document.tree)
    dest = root.find("Header/DestSchool")
    assert dest is not None, "a document says where it goes"
    dest[:] = []
    etree.SubElement(dest, "LEA").text = council.la
    etree.SubElement(dest, "Estab").text = council.estab
    name = FileName(document.source, FileType.of(document.kind), council, sequence)
    return Converted(_again(root, str(name), schemas, known), made.lost)


def accepted(versions: Versions, day: date) -> tuple[str, ...]:
    """The current version on ``day`` and the one before it, newest first; none where no versions are known."""
    begun = [edition.version for edition in versions.editions if edition.current <= day]
    return tuple(reversed(begun[-2:]))
