"""What a schema says about each path below a record: a leaf or not, required, repeated, open.

Our own small walk of an XSD. It knows the few constructs that our schemas use and refuses every other, so a
schema it does not understand is never half understood.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from gateway.core.documents.trees import Element, size
from gateway.core.terms import Item

MOST_BLANK = 50  # worth telling about in one record
SUPPLIERS_OWN = ("SuppInfo", "Extension")
XS = "{http://www.w3.org/2001/XMLSchema}"


class Content(StrEnum):
    """What may stand inside an element."""

    LEAF = "leaf"  # text alone
    ELEMENTS = "elements"  # declared elements alone
    OPEN = "open"  # declared elements and any others, passed on as they came (NAWdetails)
    SUPPLIER = (
        "supplier"  # a supplier's or a later version's own: nothing in it is an item, so nothing in it is ever shared
    )


_OPEN, _SUPPLIER, _LEAF = Content.OPEN, Content.SUPPLIER, Content.LEAF  # to look up a member costs more than to compare


@dataclass(frozen=True, slots=True)
class Node:
    """One declared element. ``item`` is its path below the record when it is a leaf that can be shared."""

    name: str
    content: Content
    required: bool
    repeated: bool
    item: Item | None
    children: Mapping[str, "Node"]

    @property
    def leaf(self) -> bool:
        return self.content is Content.LEAF

    @property
    def open(self) -> bool:
        return self.content in {Content.OPEN, Content.SUPPLIER}


def of(schema: Element, name: str) -> Node:
    """The shape below the global element ``name``; raises ValueError for a construct that it does not know."""
    declared = {(child.tag, child.get("name")): child for child in schema.iterchildren(etree.Element)}
    try:
        return _element(declared[XS + "element", name], declared, ())
    except KeyError:
        raise ValueError("the schema refers to something that it does not declare") from None


def leaves(node: Node) -> Iterator[Node]:
    """Every leaf at or below ``node`` that is an item."""
    if node.item is not None:
        yield node
    for child in node.children.values():
        yield from leaves(child)


def known_path(node: Node, names: tuple[str, ...]) -> str:
    """``names`` below ``node`` as a finding may write them: the first that no schema knows is ``*`` and ends it."""
    path = node.name
    for name in names:
        if name not in node.children:
            return f"{path}/*"
        node = node.children[name]
        path = f"{path}/{name}"
    return path


@dataclass(frozen=True, slots=True)
class Holding:
    """The items that a record has, how many of its elements no schema knows, and its first leaves without a text.

    ``plain`` when the items tell all there is: no open content, nothing of a supplier's own, no element without a leaf.
    """

    items: frozenset[Item]
    unknown: int
    blank: tuple[Element, ...]
    plain: bool


def holding(record: Element, node: Node) -> Holding:
    """What a valid ``record`` of the shape ``node`` holds."""
    items: set[Item] = set()
    blank: list[Element] = []
    besides: list[Element] = []
    unknown = _hold(record, node, items, blank, besides)
    return Holding(frozenset(items), unknown, tuple(blank[:MOST_BLANK]), not besides)


def _hold(element: Element, node: Node, items: set[Item], blank: list[Element], besides: list[Element]) -> int:
    """Walk once. Nearly every element is a leaf with a text: that case comes first and asks as little as it can."""
    unknown, add, known_as = 0, items.add, node.children.get
    closed, empty = node.content is not _OPEN, True
    for child in element:
        empty = False
        known = known_as(child.tag)
        if known is None:
            unknown += size(child)
        elif (item := known.item) is None:
            unknown += 0 if known.content is _LEAF else _hold(child, known, items, blank, besides)
        elif closed or not len(child):
            add(item)
            text = child.text
            if not text or text.isspace():
                blank.append(child)
        else:  # open content is not validated: what should be a text may hold elements there
            unknown += size(child)
    if empty or not closed or node.content is _SUPPLIER:
        besides.append(element)
    return unknown


# -- the walk ---------------------------------------------------------------------------------------------------------

_Declared = Mapping[tuple[str, str | None], Element]


def _element(
    element: Element, declared: _Declared, above: tuple[str, ...], *, required: bool = True, repeated: bool = False
) -> Node:
    element = declared[XS + "element", element.get("ref")] if "ref" in element.attrib else element
    name = str(element.attrib["name"])
    kind = _complex_type(element, declared)
    if kind is None:
        path = (*above, name)[1:]
        item = Item("/".join(path)) if path else None
        return Node(name, Content.LEAF, required, repeated, item, {})
    content, children = _content(kind, declared, (*above, name))
    return Node(name, content, required, repeated, None, {child.name: child for child in children})


def _complex_type(element: Element, declared: _Declared) -> Element | None:
    """The complex type of ``element``, or None when it holds text alone."""
    inline = element.find(XS + "complexType")
    if inline is not None:
        return inline
    named = element.get("type")
    if named is None:
        raise ValueError("an element without a type")
    if named.startswith("xs:") or (XS + "simpleType", named) in declared:
        return None
    return declared[XS + "complexType", named]


def _content(kind: Element, declared: _Declared, above: tuple[str, ...]) -> tuple[Content, list[Node]]:
    if len(kind) != 1 or kind[0].tag != XS + "sequence":
        raise ValueError("a complex type is one sequence")
    children = list(_particles(kind[0], declared, above, optional=False, repeated=False))
    wildcard = kind[0].find(XS + "any")
    if wildcard is None:
        return Content.ELEMENTS, children
    known = wildcard.findtext(f"{XS}annotation/{XS}appinfo")
    if known is None and above[-1] in SUPPLIERS_OWN:
        return Content.SUPPLIER, [_without_items(child) for child in children]
    if known is None:
        raise ValueError("open content that is neither known nor a supplier's own")
    return Content.OPEN, _content(declared[XS + "complexType", known], declared, above)[1]


def _particles(
    group: Element, declared: _Declared, above: tuple[str, ...], *, optional: bool, repeated: bool
) -> Iterator[Node]:
    for particle in group.iterchildren(etree.Element):
        may_miss = optional or particle.get("minOccurs", "1") == "0"
        many = repeated or particle.get("maxOccurs", "1") != "1"
        if particle.tag == XS + "element":
            yield _element(particle, declared, above, required=not may_miss, repeated=many)
        elif particle.tag == XS + "choice":
            if not may_miss:  # what is required would then depend on the file, and a cut could not be planned
                raise ValueError("a choice that is required")
            yield from _particles(particle, declared, above, optional=True, repeated=many)
        elif particle.tag == XS + "group":
            (sequence,) = declared[XS + "group", particle.get("ref")]
            yield from _particles(sequence, declared, above, optional=may_miss, repeated=many)
        elif particle.tag != XS + "any":
            raise ValueError("a construct that our schemas do not use")


def _without_items(node: Node) -> Node:
    children = {name: _without_items(child) for name, child in node.children.items()}
    return Node(node.name, node.content, node.required, node.repeated, None, children)
