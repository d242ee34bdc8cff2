"""One writer and one reader for every council message: ``write`` and ``value`` are opposites.

The types of the fields say everything (``parts`` tells how); what is written is read again without a finding.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType, NoneType
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from lxml import etree

from gateway.core.documents import layouts
from gateway.core.documents.messages.forms import FORMS, VERSION, Message, kind_of
from gateway.core.documents.names import FileName, FileType
from gateway.core.documents.safe import canonical
from gateway.core.documents.trees import Element
from gateway.core.documents.values import Document
from gateway.core.terms import LaEstab

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one field stands: under which elements, of which type, and whether it repeats. No tags: in place."""

    name: str
    tags: tuple[str, ...]
    type: Any
    many: bool


def file_name(message: Message) -> FileName:
    heading = message.heading
    return FileName(heading.source.number, FileType.of(kind_of(message)), heading.dest.number, heading.sequence)


def write(message: Message) -> bytes:
    """The message as canonical XML. Reading it says whether the values fit the schema and keep the rules."""
    layout = layouts.BY_KIND[kind_of(message)]
    root = etree.Element(layout.root)
    header = etree.SubElement(root, layout.header)
    etree.SubElement(header, "DocumentName").text = layout.title
    etree.SubElement(header, layout.version).text = VERSION
    _fill(header, message)
    records = etree.SubElement(root, layout.records)
    for record in message.records:
        _fill(etree.SubElement(records, layout.record), record)
    etree.indent(root)
    return canonical(root)


def value(document: Document) -> Message:
    """What a document says, as the value that would be written so. An ``Extension`` is no part of it."""
    layout = layouts.BY_KIND[document.kind]
    form = FORMS[document.kind]
    header, records = document.tree.find(layout.header), document.tree.find(layout.records)
    assert header is not None, "a document has a header"
    assert records is not None, "and records"
    known: dict[str, Any] = {"records": tuple(_read(form.record, record) for record in records)}
    return _read(form.message, header, {**known, "sequence": FileName.parse(document.name).sequence})


def written(root: str, part: Any) -> bytes:
    """One part of a message by itself, as canonical XML."""
    element = etree.Element(root)
    _fill(element, part)
    return canonical(element)


def part(kind: type[T], element: Element) -> T:
    """The opposite of ``written``, for any record that has the elements of this part among others."""
    return _read(kind, element)


# -- where each field stands ------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def places(kind: Any) -> tuple[Place, ...]:
    """The fields of a part that are written, in order."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(found for field in fields(kind) if (found := _place(field.name, hints[field.name])) is not None)


def _place(name: str, hint: Any) -> Place | None:
    path: str | None = "".join(part.capitalize() for part in name.split("_"))
    if get_origin(hint) is Annotated:
        hint, path = get_args(hint)
    if path is None:
        return None
    many = get_origin(hint) is tuple
    inner = [one for one in get_args(hint) if one not in {NoneType, Ellipsis}] or [hint]
    return Place(name, tuple(path.split("/")) if path else (), inner[0], many)


# -- writing ----------------------------------------------------------------------------------------------------------


def _fill(parent: Element, part: Any) -> None:
    """Append an element for each field that says something."""
    for place in places(type(part)):  # type: ignore[arg-type]  # a class is hashable
        given = getattr(part, place.name)
        if given is None or given in ("", ()):
            continue
        if not place.tags:
            _fill_in_place(parent, given)
            continue
        holder = parent
        for tag in place.tags[:-1]:
            holder = etree.SubElement(holder, tag)
        for number, each in enumerate(given if place.many else (given,), 1):
            element = etree.SubElement(holder, place.tags[-1].replace("#", str(number)))
            if is_dataclass(each):
                _fill(element, each)
            else:
                element.text = _printed(each)


def _fill_in_place(parent: Element, given: Any) -> None:
    if isinstance(given, LaEstab):
        etree.SubElement(parent, "LEA").text = given.la
        if not given.authority:
            etree.SubElement(parent, "Estab").text = given.estab
    else:
        _fill(parent, given)


def _printed(given: object) -> str:
    if isinstance(given, bool):
        return "true" if given else "false"
    return given.isoformat(timespec="seconds") if isinstance(given, datetime) else str(given)


# -- reading ----------------------------------------------------------------------------------------------------------

_PARSE: Mapping[Any, Callable[[str], Any]] = MappingProxyType(
    {
        bool: lambda text: text.strip() in {"true", "1"},
        int: int,
        date: lambda text: date.fromisoformat(text.strip()),
        datetime: lambda text: datetime.fromisoformat(text.strip()).replace(tzinfo=None, microsecond=0),
        str: str,
    }
)


def _read(kind: type[T], element: Element, known: Mapping[str, Any] | None = None) -> T:
    """The part that ``element`` is. ``known`` are the values of fields that are not written."""
    known = known or {}
    given = {field.name: known[field.name] for field in fields(kind) if field.name in known}  # type: ignore[arg-type]
    for place in places(kind):  # type: ignore[arg-type]
        found = _read_place(place, element, known)
        if found is not None:
            given[place.name] = found
    return kind(**given)


def _read_place(place: Place, element: Element, known: Mapping[str, Any]) -> Any:
    if place.type is LaEstab:
        return LaEstab((element.findtext("LEA") or "").strip() + (element.findtext("Estab") or "LLLL").strip())
    if not place.tags:
        return _read(place.type, element, known)
    found = [_read_one(place.type, one) for one in _elements(place, element)]
    if place.many:
        return tuple(found)
    return found[0] if found else None


def _elements(place: Place, element: Element) -> Iterator[Element]:
    path, counted = "/".join(place.tags), place.tags[-1].endswith("#")
    if not counted:
        return element.iterfind(path)
    holder = element.find("/".join(place.tags[:-1]))
    return iter(()) if holder is None else holder.iterchildren()


def _read_one(kind: Any, element: Element) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        return _read(kind, element)
    text = element.text or ""
    return _PARSE[kind](text) if kind in _PARSE else kind(text.strip())
