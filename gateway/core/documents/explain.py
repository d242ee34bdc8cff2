"""Say what is wrong with a header or a record that libxml2 refused: kind of error, line and path, never a value.

libxml2 stops at the first fault among an element's children, and its messages quote what stood there. So xmlschema
explains where that is cheap enough, all at once; elsewhere the kinds, lines and paths of libxml2's log must do.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

import xmlschema
from lxml import etree

from gateway.core.documents import shape
from gateway.core.documents.schema import Schema
from gateway.core.documents.shape import Node
from gateway.core.documents.trees import Element, errors, size

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
        """What is wrong with ``element``, whose shape is ``node``; at least one thing."""
        cost = size(element)
        if self._records and cost <= self._elements:
            self._records, self._elements = self._records - 1, self._elements - cost
            found = list(_by_xmlschema(self._schema, element, node))
            if found:
                return found
        if self._log is None:  # one of our own: the log of a shared validator is shared between threads
            self._log = etree.XMLSchema(etree.fromstring(self._schema.xsd))
        return list(_by_libxml2(self._log, element, node)) or [("XSD-009", element, node.name)]


def path_of(element: Element, top: Element, node: Node) -> str:
    """The path from ``top``, whose shape is ``node``, down to ``element``, as far as the schema knows it."""
    names: list[str] = []
    step: Element | None = element
    while step is not None and step is not top:
        names.insert(0, str(step.tag))
        step = step.getparent()
    return shape.known_path(node, tuple(names))


# -- by xmlschema -----------------------------------------------------------------------------------------------------

_BY_FACET = {
    xmlschema.validators.XsdEnumerationFacets: "XSD-005",
    xmlschema.validators.XsdMaxLengthFacet: "XSD-006",
    xmlschema.validators.XsdMinLengthFacet: "XSD-006",
    xmlschema.validators.XsdLengthFacet: "XSD-006",
}


def _by_xmlschema(schema: Schema, element: Element, node: Node) -> Iterator[Hit]:
    seen = set()
    try:
        for error in islice(_explaining(schema.xsd).iter_errors(element, use_location_hints=False), MOST_TOLD):
            hit = _hit(error, element, node)
            if hit not in seen:
                seen.add(hit)
                yield hit
    except (xmlschema.XMLSchemaException, ValueError, ArithmeticError):
        return  # what it said so far stands; libxml2 has decided anyway


@lru_cache(maxsize=16)
def _explaining(xsd: bytes) -> xmlschema.XMLSchema10:
    """Built only when something must be explained: it takes 0.1 s. It fetches nothing (reliability.md §0 fact 5)."""
    return xmlschema.XMLSchema10(xsd.decode(), allow="none", defuse="always")


def _hit(error: Any, top: Element, node: Node) -> Hit:
    at = error.elem if error.elem is not None else top
    path = path_of(at, top, node)
    if isinstance(error, xmlschema.XMLSchemaChildrenValidationError):
        return _children_hit(error, at, top, node)
    if isinstance(error.validator, xmlschema.validators.XsdAttributeGroup):
        return "XSD-007", at, path
    if len(at):
        return "XSD-008", at, path
    rule = "XSD-006" if not (at.text or "").strip() else _BY_FACET.get(type(error.validator), "XSD-004")
    return rule, at, path


def _children_hit(error: Any, at: Element, top: Element, node: Node) -> Hit:
    """What a wrong order of children means: one is missing, one is not known, or one stands in the wrong place."""
    here = node
    for name in path_of(at, top, node).split("/")[1:]:
        here = here.children.get(name, here)
    present = {str(child.tag) for child in at}
    for expected in error.expected or ():
        name = expected.local_name
        if name is not None and name not in present and name in here.children and here.children[name].required:
            return "XSD-001", at, f"{path_of(at, top, node)}/{name}"
    wrong = error.invalid_child if error.invalid_child is not None else at
    known = str(wrong.tag) in here.children
    return ("XSD-003" if known or wrong is at else "XSD-002"), wrong, path_of(wrong, top, node)


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
    seen = set()
    for entry in errors(log)[:MOST_TOLD]:
        names = tuple(_PLACE.sub("", step) for step in (entry.path or "").split("/")[2:])
        at = _walk(element, (entry.path or "").split("/")[2:])
        hit = (_BY_TYPE.get(entry.type_name, "XSD-004"), at, shape.known_path(node, names))
        if hit not in seen:
            seen.add(hit)
            yield hit


def _walk(element: Element, steps: list[str]) -> Element:
    """The element that a path of libxml2 (``Contacts/Contact[2]``) leads to, or the last sure one on the way."""
    for step in steps:
        place = _PLACE.search(step)
        wanted = [] if ":" in step else list(element.iterchildren(_PLACE.sub("", step)))
        index = int(place[0][1:-1]) - 1 if place else 0
        if index >= len(wanted):
            return element
        element = wanted[index]
    return element
