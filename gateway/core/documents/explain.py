"""Say what is wrong with a header or a record that libxml2 refused: kind of error, line and path, never a value.

libxml2 stops at the first fault among an element's children, and its messages quote what stood there. So xmlschema
explains where that is cheap enough, all at once; elsewhere the kinds, lines and paths of libxml2's log must do.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml import etree

from gateway.core.documents import shape
from gateway.core.documents.schema import Schema
from gateway.core.documents.shape import Content, Node
from gateway.core.documents.trees import Element, errors, line, size

MOST_TOLD = 50  # findings about one record
MOST_EXPLAINED = 50  # records that xmlschema is asked about
MOST_ELEMENTS_EXPLAINED = 20_000  # in all of them together: it reads 0.5 MB a second

Hit = tuple[str, Element, str]
"""A rule, the element it stands at, and a path that only names what the schema knows."""


class Explainer:
    """Explains the refused records of one file, thoroughly as long as the budget lasts."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._log: etree.XMLSchema | None = None
        self._records = MOST_EXPLAINED
        self._elements = MOST_ELEMENTS_EXPLAINED

    def hits(self, element: Element, node: Node) -> list[Hit]:
        """What is wrong with ``element``, whose shape is ``node``, from top to bottom; at least one thing."""
        by_shape = list(_by_shape(element, node, node.name))
        by_value = self._by_xmlschema(element, node) or self._by_libxml2(element, node)
        if by_shape:
            by_value = [hit for hit in by_value if hit[0] != "XSD-009"]  # the shape says the same, and more
        every = list(dict.fromkeys([*by_shape, *by_value])) or [("XSD-009", element, node.name)]
        return sorted(every, key=lambda hit: line(hit[1]))[:MOST_TOLD]

    def _by_xmlschema(self, element: Element, node: Node) -> list[Hit]:
        cost = size(element)
        if not self._records or cost > self._elements:
            return []
        self._records, self._elements = self._records - 1, self._elements - cost
        from xmlschema import XMLSchemaException  # slow to load, and most files need no explaining

        try:
            return list(_by_xmlschema(self._schema, element, node))
        except (XMLSchemaException, ValueError, ArithmeticError):  # it stumbles over years of 20 digits
            return []

    def _by_libxml2(self, element: Element, node: Node) -> list[Hit]:
        if self._log is None:  # one of our own: the log of a shared validator is shared between threads
            self._log = etree.XMLSchema(etree.fromstring(self._schema.xsd))
        return list(_by_libxml2(self._log, element, node))


def path_of(element: Element, top: Element, node: Node) -> str:
    """The path from ``top``, whose shape is ``node``, down to ``element``, as far as the schema knows it."""
    return shape.known_path(node, steps_of(element, top))


def steps_of(element: Element, top: Element) -> tuple[str, ...]:
    """The names from below ``top`` down to ``element``."""
    names: list[str] = []
    step: Element | None = element
    while step is not None and step is not top:
        names.insert(0, str(step.tag))
        step = step.getparent()
    return tuple(names)


# -- by the shape -----------------------------------------------------------------------------------------------------


def _by_shape(element: Element, node: Node, path: str) -> Iterator[Hit]:
    """Each required child that is missing and each that is not known, which validators tell one at a time."""
    if node.leaf or node.content is Content.OPEN:
        return
    present = {str(child.tag) for child in element}
    for name, known in node.children.items():
        if known.required and name not in present:
            yield "XSD-001", element, f"{path}/{name}"
    for child in element:
        below = node.children.get(str(child.tag))
        if below is not None:
            yield from _by_shape(child, below, f"{path}/{below.name}")
        elif not node.open:
            yield "XSD-002", child, f"{path}/*"


# -- by xmlschema -----------------------------------------------------------------------------------------------------

_BY_FACET = {
    "XsdEnumerationFacets": "XSD-005",
    "XsdMaxLengthFacet": "XSD-006",
    "XsdMinLengthFacet": "XSD-006",
    "XsdLengthFacet": "XSD-006",
}
"""By the names of xmlschema's validators."""


def _by_xmlschema(schema: Schema, element: Element, node: Node) -> Iterator[Hit]:
    for error in islice(_explaining(schema.xsd).iter_errors(element, use_location_hints=False), MOST_TOLD):
        yield _hit(error, element, node)


@lru_cache(maxsize=16)
def _explaining(xsd: bytes) -> Any:
    """Built only when something must be explained: it takes 0.1 s. It fetches nothing (reliability.md §0 fact 5)."""
    from xmlschema import XMLSchema10

    return XMLSchema10(xsd.decode(), allow="none", defuse="always")


def _hit(error: Any, top: Element, node: Node) -> Hit:
    at = error.elem if error.elem is not None else top
    path = path_of(at, top, node)
    kind = type(error.validator).__name__
    if type(error).__name__ == "XMLSchemaChildrenValidationError":
        return _children_hit(error, at, top, node)
    if kind == "XsdAttributeGroup":
        return "XSD-007", at, path
    if len(at):
        return "XSD-008", at, path
    rule = "XSD-006" if not (at.text or "").strip() else _BY_FACET.get(kind, "XSD-004")
    return rule, at, path


def _children_hit(error: Any, at: Element, top: Element, node: Node) -> Hit:
    """What a wrong order of children means: one is missing, one is not known, or one stands in the wrong place."""
    here, path = node, path_of(at, top, node)
    for name in path.split("/")[1:]:
        if name not in here.children:  # inside what no schema knows, such as a Pupil in a supplier's own element
            return "XSD-002", at, path
        here = here.children[name]
    for expected in error.expected or ():
        name = str(expected.local_name)
        if at.find(name) is None and name in here.children and here.children[name].required:
            return "XSD-001", at, f"{path}/{name}"
    wrong = at if error.invalid_child is None else error.invalid_child
    known = wrong is at or str(wrong.tag) in here.children
    return ("XSD-003" if known else "XSD-002"), wrong, path_of(wrong, top, node)


# -- by libxml2 -------------------------------------------------------------------------------------------------------

_BY_TYPE = {
    "SCHEMAV_ELEMENT_CONTENT": "XSD-009",
    "SCHEMAV_CVC_ENUMERATION_VALID": "XSD-005",
    "SCHEMAV_CVC_MAXLENGTH_VALID": "XSD-006",
    "SCHEMAV_CVC_MINLENGTH_VALID": "XSD-006",
    "SCHEMAV_CVC_LENGTH_VALID": "XSD-006",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "XSD-007",
    "SCHEMAV_CVC_TYPE_3_1_1": "XSD-007",
    "SCHEMAV_CVC_TYPE_3_1_2": "XSD-008",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": "XSD-008",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "XSD-008",
}
_PLACE = re.compile(r"\[[0-9]+\]\Z")


def _by_libxml2(log: etree.XMLSchema, element: Element, node: Node) -> Iterator[Hit]:
    log.validate(element)
    for entry in errors(log)[:MOST_TOLD]:
        steps = (entry.path or "").split("/")[2:]
        names = tuple(_PLACE.sub("", step) for step in steps)
        yield _BY_TYPE.get(entry.type_name, "XSD-004"), _walk(element, steps), shape.known_path(node, names)


def _walk(element: Element, steps: list[str]) -> Element:
    """The element that a path of libxml2 (``Contacts/Contact[2]``) leads to, or the last sure one on the way."""
    for step in steps:
        place = _PLACE.search(step)
        index = int(place[0][1:-1]) - 1 if place else 0
        named = () if ":" in step else element.iterchildren(_PLACE.sub("", step))
        found = next(islice(named, index, None), None)
        if found is None:
            return element
        element = found
    return element
