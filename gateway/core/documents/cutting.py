"""Cut a document down to allowed items: deny by default, and what is left is valid again.

What goes is decided from the shape of the schema and the allowed items alone, before any record is looked at; then
one walk copies what stays. Nothing is copied first and removed afterwards, and where nothing goes nothing is copied.
"""

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from gateway.core.documents import ctf, rules, safe
from gateway.core.documents.reading import hollow
from gateway.core.documents.schema import Schema, Schemas
from gateway.core.documents.shape import SUPPLIERS_OWN, Content, Node
from gateway.core.documents.trees import Element
from gateway.core.documents.values import Document, Pupil
from gateway.core.errors import Code, Refusal
from gateway.core.terms import Item, Kind

GROUND = Item("SchoolHistory/School/RemovalGrounds")


@dataclass(frozen=True, slots=True)
class Cut:
    """``shared`` and ``withheld`` are the items of the chosen pupils; ``unknown`` elements were cut, as always."""

    document: Document
    shared: frozenset[Item]
    withheld: frozenset[Item]
    unknown: int


def cut(document: Document, allowed: frozenset[Item], schemas: Schemas, only: Collection[int] | None = None) -> Cut:
    """A new document with only the ``allowed`` leaves of the pupils numbered in ``only`` (None: of all).

    A supplier's own content and everything unknown always goes. An element goes with a child it cannot do without.
    A full transfer file from which an item was withheld calls itself partial (ctf.md §4.18). Raises
    Refusal(NOTHING_TO_SHARE) when no pupil is chosen, something required of the record itself is not allowed, or a
    message would no longer hold what it promises, such as a reply without what its grade needs.
    """
    schema = schemas[document.kind, document.version]
    chosen = [pupil for pupil in document.pupils if only is None or pupil.number in only]
    keep = _planned(schema, allowed)
    if keep is None or not chosen:
        raise Refusal(Code.NOTHING_TO_SHARE)
    had = frozenset[Item]().union(*(pupil.items for pupil in chosen))
    if len(chosen) == len(document.pupils) and had <= _items(keep) and _is_plain(document):
        return Cut(document, had, frozenset(), 0)
    root, records = _copy(document, schema, keep, chosen)
    if not {str(element.tag) for record in records for element in record.iterdescendants()} <= _names(keep):
        raise RuntimeError("the cut kept something that is not allowed")  # a bug of ours: better loud than shared
    if schema.layout.extensible and hollow(root, records, schema.layout):
        raise Refusal(Code.NOTHING_TO_SHARE)
    pupils = tuple(map(_pupil, range(1, len(chosen) + 1), chosen, records, [_items(keep)] * len(chosen)))
    shared = frozenset[Item]().union(*(pupil.items for pupil in pupils))
    in_header = document.unknown - sum(pupil.unknown for pupil in document.pupils)
    partial = _say_partial(document, root, had - shared)
    made = _document(document, root, pupils, partial=partial)
    return Cut(made, shared, had - shared, in_header + sum(pupil.unknown for pupil in chosen))


def _is_plain(document: Document) -> bool:
    """Whether nothing would go that is no item either; the header goes whole but for a supplier's own."""
    return all(pupil.plain for pupil in document.pupils) and next(document.tree[0].iter(*SUPPLIERS_OWN), None) is None


# -- the plan ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Keep:
    """What stays of one element. ``whole``: all of it but a supplier's own, so without that it is copied in one go."""

    item: Item | None
    steps: Mapping[str, "_Keep"]
    whole: bool
    required: bool


@lru_cache(maxsize=256)
def _planned(schema: Schema, allowed: frozenset[Item]) -> _Keep | None:
    """The plan for a record: the same for every file that goes under the same agreement."""
    return _plan(schema.record, allowed)


def _plan(node: Node, allowed: frozenset[Item], *, checked: bool = True) -> _Keep | None:
    """None when the element goes: it is not allowed, it is a supplier's own, or it would lack what it needs.

    Below open content nothing was ``checked`` by the schema, so nothing there is copied whole.
    """
    if node.content is Content.SUPPLIER or (node.leaf and node.item not in allowed):
        return None
    checked = checked and node.content is not Content.OPEN
    steps = {}
    for name, child in node.children.items():
        step = _plan(child, allowed, checked=checked)
        if step is not None:
            steps[name] = step
        elif child.required:
            return None
    if not steps and not node.leaf:
        return None
    shareable = [name for name, child in node.children.items() if child.content is not Content.SUPPLIER]
    whole = checked and len(steps) == len(shareable) and all(step.whole for step in steps.values())
    return _Keep(node.item, steps, whole=whole, required=node.required)


def _items(keep: _Keep) -> frozenset[Item]:
    """The items that can be left. A document is valid, so a pupil keeps each of these that it had."""
    if keep.item is not None:
        return frozenset({keep.item})
    return frozenset[Item]().union(*map(_items, keep.steps.values()))


def _names(keep: _Keep) -> frozenset[str]:
    """The elements that can be left, by name."""
    return frozenset(keep.steps).union(*map(_names, keep.steps.values()))


# -- the walk ---------------------------------------------------------------------------------------------------------


def _copy(document: Document, schema: Schema, keep: _Keep, chosen: Sequence[Pupil]) -> tuple[Element, list[Element]]:
    """A new tree of the header without its supplier's own, and of what stays of the chosen records."""
    old, layout = document.tree, schema.layout
    root = etree.Element(layout.root)
    header, container = old.find(layout.header), old.find(layout.records)
    assert header is not None, "a document has a header"
    assert container is not None, "and records"
    new_header = _shell(header, root)
    for child in header:
        if schema.header.children[str(child.tag)].content is not Content.SUPPLIER:
            new_header.append(_without_own(deepcopy(child)))
    new_container = _shell(container, root)
    records = []
    for pupil in chosen:
        record = container[pupil.number - 1]
        records.append(_shell(record, new_container))
        _fill(records[-1], record, keep)
    return root, records


def _without_own(part: Element) -> Element:
    """A part of a header without a supplier's or a later version's own anywhere below it."""
    for own in [each for each in part.iter(*SUPPLIERS_OWN) if each is not part]:
        above = own.getparent()
        assert above is not None, "it stands below the part"
        above.remove(own)
    return part


def _fill(new: Element, old: Element, keep: _Keep) -> None:
    step_of = keep.steps.get
    for child in old:
        step = step_of(child.tag)
        if step is None:
            continue
        if step.item is not None:
            if not len(child):  # in open content, elements may stand where the schema knows a text
                leaf = etree.SubElement(new, child.tag)
                leaf.text = child.text
        elif step.whole and next(child.iter(*SUPPLIERS_OWN), None) is None:
            new.append(deepcopy(child))
        else:
            part = _shell(child, new)
            _fill(part, child, step)
            if not len(part) and not step.required:
                new.remove(part)


def _shell(old: Element, parent: Element) -> Element:
    """The element without its content."""
    return etree.SubElement(parent, old.tag)


# -- the new document -------------------------------------------------------------------------------------------------


def _say_partial(document: Document, root: Element, withheld: frozenset[Item]) -> bool:
    """Whether the new document is partial, with its header saying so."""
    if document.kind is Kind.CTF and withheld and not document.partial:
        qualifier = root.find("Header/DocumentQualifier")
        assert qualifier is not None, "the schema requires it"
        qualifier.text = "partial"
        return True
    return document.partial


def _pupil(number: int, old: Pupil, record: Element, left: frozenset[Item]) -> Pupil:
    authority = ctf.care_authority(record)
    ground = old.ground if GROUND in left else None
    return Pupil(number, old.line, rules.upn(record), authority, old.items & left, came_as=old.came_as, ground=ground)


def _document(old: Document, root: Element, pupils: tuple[Pupil, ...], *, partial: bool) -> Document:
    return Document(
        kind=old.kind,
        version=old.version,
        name=old.name,
        source=old.source,
        dest=old.dest,
        partial=partial,
        pupils=pupils,
        items=frozenset[Item]().union(*(pupil.items for pupil in pupils)),
        unknown=0,
        content=safe.laid_out(root),
        tree=root,
    )
