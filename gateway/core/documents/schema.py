"""A schema of one kind and version: libxml2 decides whether a record fits it, and its shape says what may be cut.

An agreement names items; ``items``, ``required`` and ``expand`` say which there are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from gateway.core.documents import layouts, shape
from gateway.core.documents.layouts import Layout
from gateway.core.documents.shape import XS, Node
from gateway.core.documents.trees import Element
from gateway.core.terms import Item, Kind


@dataclass(frozen=True, slots=True)
class Schema:
    """Compiled. ``items`` are all declared leaf paths below the record, a supplier's own content never among them."""

    xsd: bytes
    layout: Layout
    version: str
    items: frozenset[Item]
    record: Node = field(compare=False, repr=False)
    header: Node = field(compare=False, repr=False)
    compiled: etree.XMLSchema = field(compare=False, repr=False)

    def accepts(self, element: Element) -> bool:
        """Whether a header or a record is valid on its own. libxml2 decides, and nobody else."""
        return bool(self.compiled.validate(element))


Schemas = Mapping[tuple[Kind, str], Schema]


def build(kind: Kind, xsd: bytes) -> Schema:
    """Compile one of our own, self-contained schemas of documents of ``kind``; raises ValueError when it is not one."""
    try:
        root = etree.fromstring(xsd, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
        if root.find(f"{XS}include") is not None or root.find(f"{XS}import") is not None:
            raise ValueError("a schema of ours stands alone")
        compiled = etree.XMLSchema(root)
    except etree.LxmlError:
        raise ValueError("not a schema") from None
    layout = layouts.BY_KIND[kind]
    if root.find(f"{XS}element[@name='{layout.root}']") is None:
        raise ValueError("a schema of another kind")
    record = shape.of(root, layout.record)
    items = frozenset(leaf.item for leaf in shape.leaves(record) if leaf.item is not None)
    return Schema(xsd, layout, root.get("version", ""), items, record, shape.of(root, layout.header), compiled)


def required(schema: Schema) -> frozenset[Item]:
    """The items that a record cannot do without."""
    return frozenset(_required(schema.record))


def expand(patterns: Iterable[str], schema: Schema) -> frozenset[Item]:
    """The items that ``patterns`` name: ``UPN`` is itself, ``Address/*`` every declared leaf under Address.

    Raises ValueError for a pattern that names nothing in this version.
    """
    found: set[Item] = set()
    for pattern in patterns:
        if pattern.endswith("/*"):
            under = {item for item in schema.items if item.startswith(pattern[:-1])}
        else:
            under = {item for item in schema.items if item == pattern}
        if not under:
            raise ValueError("a pattern names no item of the schema")
        found |= under
    return frozenset(found)


def _required(node: Node) -> Iterable[Item]:
    for child in node.children.values():
        if child.required and child.item is not None:
            yield child.item
        elif child.required:
            yield from _required(child)
