"""Read a file: bytes to findings and a document, in one pass over one tree.

The story is ``read``. libxml2 decides about the header once and about each record on its own: over a whole file its
error paths cost the square of the number of pupils.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from lxml import etree

from gateway.core.documents import across, ctf, destinations, layouts, rules, safe, shape
from gateway.core.documents.catalogue import RULES, finding
from gateway.core.documents.explain import Explainer, Hit, path_of, steps_of
from gateway.core.documents.hints import hints_of
from gateway.core.documents.known import NOTHING, Known
from gateway.core.documents.layouts import Layout
from gateway.core.documents.leaving import ground_of
from gateway.core.documents.lines import Lines
from gateway.core.documents.rules import Head, RuleHit
from gateway.core.documents.rulesets import HEADER_RULES, RULES_OF
from gateway.core.documents.schema import Schema, Schemas
from gateway.core.documents.shape import Holding, Node
from gateway.core.documents.sheets import marks
from gateway.core.documents.trees import Element, question, size
from gateway.core.documents.values import Document, Pupil, Reading
from gateway.core.errors import Code, Finding, Refusal, Severity
from gateway.core.terms import Kind

MOST_ELEMENTS = 5_000  # in one record; a full pupil has about 300
MOST_FINDINGS = 5_000
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
HINTS = frozenset({f"{XSI}schemaLocation", f"{XSI}noNamespaceSchemaLocation"})  # old exports name a schema; we use ours

REFUSED_BLANK = frozenset({"LeavingDate", "RemovalGrounds"})  # by other systems (ctf.md §10)
_MINOR = re.compile(r"([1-9][0-9]?)\.(0|[1-9][0-9]?)")
_ATTRIBUTES = question("//@*")
_TEXT = question("text()[normalize-space()]")


def read(name: str | None, content: bytes, schemas: Schemas, known: Known = NOTHING) -> Reading:
    """Everything that is wrong with the file called ``name``, and the document made of what is right.

    ``known`` is what the rules know beside the file.
    A file that came without a name (None) gets the one that its header gives it.
    Raises Refusal when the bytes are unsafe or unreadable (``safe.parse``), or their kind (WRONG_KIND), version
    (WRONG_VERSION) or number of records (TOO_LARGE) is not one we take. All other faults are findings. A record with
    an error is left out of the document; an error of the file as a whole, or no right record, leaves no document.
    """
    root, text = safe.parse(content)
    file = _open(root, text, _schema(root, name, schemas, known))
    head, whole = _check_whole(file, name, known)
    checked, of_all = _check_records(file, head)
    whole += of_all
    findings = _told(file, head, whole, checked)
    kept = [record for record in checked if not any(_is_error(rule) for rule, _, _ in record.hits)]
    document = None
    if kept and not any(_is_error(rule) for rule, _, _ in whole):
        document = _document(file, head, kept)
    supplier = rules.text(file.header, "SupplierID")
    kind, version = file.schema.layout.kind, file.schema.version
    return Reading(kind, version, findings, len(checked), document, file.rows, supplier)


@dataclass(frozen=True, slots=True)
class _File:
    """A parsed file, taken apart as its layout says. What is in no place of the layout is a stray."""

    schema: Schema
    root: Element
    header: Element
    container: Element | None
    records: tuple[Element, ...]
    lines: Lines
    explainer: Explainer
    attributes: bool
    rows: bool
    """Whether it was a sheet: then its lines are the sheet's rows."""


@dataclass(frozen=True, slots=True)
class _Checked:
    """One record with its number in the file as it came, all that is wrong with it, and what it holds."""

    number: int
    element: Element
    hits: tuple[Hit, ...]
    holding: Holding | None


# -- the frame --------------------------------------------------------------------------------------------------------


def _schema(root: Element, name: str | None, schemas: Schemas, known: Known) -> Schema:
    layout = layouts.of(root, name, known)
    if layout is None or all(kind is not layout.kind for kind, _ in schemas):
        raise Refusal(Code.WRONG_KIND)
    version = rules.text(root, f"{layout.header}/{layout.version}")
    found = schemas.get((layout.kind, version)) or (
        _older(layout.kind, version, schemas) if layout.extensible else None
    )
    if found is None:
        raise Refusal(Code.WRONG_VERSION)
    return found


def _older(kind: Kind, version: str, schemas: Schemas) -> Schema | None:
    """The newest schema of the same major version that is older than ``version``: what 1.1 adds to 1.0 stands in an
    Extension, which any schema of 1.0 passes over.
    """
    wanted = _MINOR.fullmatch(version)
    if wanted is None:
        return None
    known = [
        (int(found[2]), schema)
        for (of, name), schema in schemas.items()
        if of is kind and (found := _MINOR.fullmatch(name)) and found[1] == wanted[1]
    ]
    older = [(minor, schema) for minor, schema in known if minor < int(wanted[2])]
    return max(older, key=lambda one: one[0])[1] if older else None


def _open(root: Element, text: bytes, schema: Schema) -> _File:
    layout = schema.layout
    header, container = root.find(layout.header), root.find(layout.records)
    assert header is not None, "its version was read"
    records = () if container is None else tuple(container.iterchildren(layout.record))
    if len(records) > layout.most_records:
        raise Refusal(Code.TOO_LARGE)
    attributes = b"=" in text.partition(b"?>")[2] and bool(_ATTRIBUTES(root))
    rows = root.get(f"{XSI}noNamespaceSchemaLocation") == marks.SHEET
    return _File(schema, root, header, container, records, Lines(text, root), Explainer(schema), attributes, rows)


def _frame_hits(file: _File) -> Iterator[Hit]:
    """What the schemas of header and record cannot see: everything around them."""
    layout, root, container = file.schema.layout, file.root, file.container
    yield from (("XSD-002", child, f"{layout.root}/*") for child in root if child not in {file.header, container})
    if set(map(str, root.attrib)) - HINTS:
        yield "XSD-007", root, layout.root
    if _TEXT(root):
        yield "XSD-008", root, layout.root
    if container is None:
        yield "XSD-011", root, f"{layout.root}/{layout.records}"
        return
    if root.index(container) < root.index(file.header):
        yield "XSD-003", file.header, f"{layout.root}/{layout.header}"
    yield from _container_hits(file, container, f"{layout.root}/{layout.records}")


def _container_hits(file: _File, container: Element, path: str) -> Iterator[Hit]:
    record = file.schema.layout.record
    yield from (("XSD-002", child, f"{path}/*") for child in container if child.tag != record)
    if container.attrib:
        yield "XSD-007", container, path
    if _TEXT(container):
        yield "XSD-008", container, path
    if not file.records:
        yield "XSD-011", container, f"{path}/{record}"


# -- the header and the records ---------------------------------------------------------------------------------------


def _check_whole(file: _File, name: str | None, known: Known) -> tuple[Head, list[Hit]]:
    """What is wrong with the file as a whole: its name, its frame and its header."""
    layout = file.schema.layout
    given, name_rules = rules.file_name(name, layout.kind)
    hits: list[Hit] = [(rule, file.root, layout.root) for rule in name_rules]
    hits += islice(_frame_hits(file), MOST_FINDINGS + 1)
    wrong = _schema_hits(file, file.header, file.schema.header)
    if wrong:
        return Head(given, None, None, None, partial=True), hits + wrong
    check_head, _ = RULES_OF[layout.kind]
    head, broken = check_head(file.header, given, len(file.records))
    head = replace(head, known=known)
    if layout.extensible and rules.text(file.header, layout.version) != file.schema.version:
        hits.append(("MSG-001", file.header, layout.header))
    broken += [hit for rule in HEADER_RULES.get(layout.kind, ()) for hit in rule(file.header, head)]
    hits += _placed(broken, file.header, file.schema.header)
    if name is None:
        head = replace(head, name=rules.name_of(head, layout.kind))
        hits += [] if head.name else [("NAME-001", file.root, layout.root)]
    return head, hits


def _check_records(file: _File, head: Head) -> tuple[list[_Checked], list[Hit]]:
    """Each record, and what is wrong with all of them together."""
    checked = [_check_record(file, head, number, record) for number, record in enumerate(file.records, 1)]
    valid = {each.number: each.element for each in checked if each.holding is not None}
    beside: dict[int | None, list[RuleHit]] = {}
    together = across.hits if file.schema.layout.record == layouts.CTF.record else across.same_numbers
    for number, hit in together(valid, head):
        beside.setdefault(number, []).append(hit)
    node = file.schema.record
    of_all = [hit for said in beside.pop(None, []) for hit in _placed([said], _record(file, said[1]), node)]
    return [
        replace(each, hits=(*each.hits, *_placed(beside[each.number], each.element, node)))
        if each.number in beside
        else each
        for each in checked
    ], of_all


def _record(file: _File, element: Element) -> Element:
    """The record that ``element`` stands in."""
    return next(above for above in element.iterancestors(file.schema.layout.record))


def _check_record(file: _File, head: Head, number: int, record: Element) -> _Checked:
    node = file.schema.record
    marked = [(rule, mark, marks.path(mark)) for rule, mark in marks.of(record)] if file.rows else []
    wrong = marked or _schema_hits(file, record, node)
    if wrong:
        return _Checked(number, record, tuple(wrong), None)
    held = shape.holding(record, node)
    blank = [("SCH-004" if element.tag in REFUSED_BLANK else "XSD-012", element) for element in held.blank]
    _, check_record = RULES_OF[file.schema.layout.kind]
    broken = _placed([*check_record(record, head), *blank], record, node)
    return _Checked(number, record, tuple(broken), held)


def _schema_hits(file: _File, element: Element, node: Node) -> list[Hit]:
    """Why ``element`` does not fit the schema; nothing when it does."""
    if size(element) > MOST_ELEMENTS:
        return [("XSD-010", element, node.name)]
    for each in element.iter() if file.attributes else ():
        if any(name.startswith(XSI) for name in map(str, each.attrib)):  # xsi:type would choose a type of the sender's
            return [("XSD-007", each, path_of(each, element, node))]
    return [] if file.schema.accepts(element) else file.explainer.hits(element, node)


def hollow(root: Element, records: Iterable[Element], layout: Layout) -> bool:
    """Whether a record of a valid message, cut down, breaks a rule that it kept before: it would be refused."""
    header = root.find(layout.header)
    assert header is not None, "a document has a header"
    check_head, check_record = RULES_OF[layout.kind]
    head, _ = check_head(header, None, 0)
    return any(_is_error(hit[0]) for record in records for hit in check_record(record, head))


def _placed(broken: Iterable[RuleHit], top: Element, node: Node) -> list[Hit]:
    return [
        (
            rule,
            element,
            shape.known_path(node, (*steps_of(element, top), *(step for path in below for step in path.split("/")))),
        )
        for rule, element, *below in broken
    ]


# -- what comes of it -------------------------------------------------------------------------------------------------


def _is_error(rule: str) -> bool:
    return RULES[rule].severity is Severity.ERROR


def _told(file: _File, head: Head, whole: list[Hit], checked: list[_Checked]) -> tuple[Finding, ...]:
    prefix = file.schema.layout.prefix
    every: list[tuple[Hit, int | None]] = [(hit, None) for hit in whole]
    every += [(hit, record.number) for record in checked for hit in record.hits]
    told = [
        finding(
            prefix,
            rule,
            line=file.lines.of(at),
            path=path,
            pupil=number,
            word=destinations.word(rule, at, head),
            name=marks.heading(at),
            rows=file.rows,
        )
        for (rule, at, path), number in every[:MOST_FINDINGS]
    ]
    return (*told, finding(prefix, "XML-008")) if len(every) > MOST_FINDINGS else tuple(told)


def _document(file: _File, head: Head, kept: list[_Checked]) -> Document:
    """Leave out what is not kept. From here on the tree never changes."""
    assert head.name is not None, "a name that does not parse is an error of the whole file"
    assert head.source is not None, "so is a header that names no source"
    assert head.dest is not None, "or no destination"
    assert file.container is not None, "it held the records"
    pupils = tuple(_pupil(file, head, number, each) for number, each in enumerate(kept, 1))
    keep = {each.number for each in kept}
    for number, record in enumerate(file.records, 1):
        if number not in keep:
            file.container.remove(record)
    for hint in HINTS & set(file.root.attrib):
        del file.root.attrib[hint]
    etree.cleanup_namespaces(file.root)
    in_header = shape.holding(file.header, file.schema.header).unknown
    return Document(
        kind=file.schema.layout.kind,
        version=file.schema.version,
        name=str(head.name),
        source=head.source,
        dest=head.dest,
        partial=head.partial,
        pupils=pupils,
        items=frozenset().union(*(pupil.items for pupil in pupils)),
        unknown=in_header + sum(pupil.unknown for pupil in pupils),
        content=safe.laid_out(file.root),
        tree=file.root,
    )


def _pupil(file: _File, head: Head, number: int, checked: _Checked) -> Pupil:
    assert checked.holding is not None, "a record without error was walked"
    return Pupil(
        number=number,
        line=file.lines.of(checked.element),
        upn=rules.upn(checked.element),
        care_authority=ctf.care_authority(checked.element),
        items=checked.holding.items,
        unknown=checked.holding.unknown,
        came_as=checked.number,
        plain=checked.holding.plain,
        ground=ground_of(checked.element, head),
        hints=hints_of(rule for rule, _, _ in checked.hits),
    )
