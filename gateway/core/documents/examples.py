"""Examples of the catalogue in one small strict language: a specimen, and what is changed in it.

Statements are joined by `` & ``. ``PATH`` is a path below the file's first record, or begins at the header or the
record itself (``Header/DateTime``, ``Pupil[2]/UPN``); what it names must be there.

    of KIND [VERSION]   the specimen to begin with; it stands first. Without it, the newest Common Transfer File
    PATH = text         another text; nothing after the sign makes it blank
    PATH -              without that element
    PATH + <x>…</x>     with this right after it
    pupils = 6          so many copies of the first record, each with a UPN and a forename of its own (at most 9)
    name = file name    as the file was called when it came
    text old => new     other characters, the first time that they stand there
    top <!…>            before the first element
    also RULE           a second rule breaks with it
    recipe words        what no edit can say, such as a very large file: whoever runs the example knows how
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from types import MappingProxyType

from lxml import etree

from gateway.core.documents import layouts
from gateway.core.documents.layouts import Layout
from gateway.core.documents.trees import Element
from gateway.core.terms import Upn

NEWEST = "ctf"
FORENAMES = ("Ada", "Bea", "Cleo", "Dara", "Edda", "Fenn", "Gwen", "Hope", "Iris")

_STEP = r"[A-Z][A-Za-z0-9]*(?:\[[1-9]\])?"
_PATH = rf"(?P<path>{_STEP}(?:/{_STEP})*)"
_GRAMMAR: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "of": re.compile(r"of (?P<of>[a-z-]+(?: [0-9]+\.[0-9]+)?)"),
        "pupils": re.compile(r"pupils = (?P<count>[2-9])"),
        "name": re.compile(r"name = (?P<name>.+)"),
        "text": re.compile(r"text (?P<old>.+?) => ?(?P<new>.*)", re.DOTALL),
        "top": re.compile(r"top (?P<raw><.+>)", re.DOTALL),
        "also": re.compile(r"also (?P<also>[A-Z]+-[0-9]{3})"),
        "recipe": re.compile(r"recipe (?P<recipe>.+)"),
        "set": re.compile(rf"{_PATH} =(?: (?P<value>.+))?"),
        "without": re.compile(rf"{_PATH} -"),
        "with": re.compile(rf"{_PATH} \+ (?P<xml><.+>)", re.DOTALL),
    }
)

_Found = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """``of`` is the kind, with its version if one is named; ``edits`` are what changes the bytes, in order."""

    of: str
    name: str | None
    also: frozenset[str]
    recipe: str
    edits: tuple[tuple[str, _Found], ...]

    @classmethod
    def parse(cls, text: str) -> "Example":
        """Raises ValueError for a statement that is not of the language."""
        said = [_statement(part) for part in text.split(" & ")]
        if any(verb == "of" for verb, _ in said[1:]):
            raise ValueError("'of' stands first")
        one = {verb: found for verb, found in said if verb in {"of", "name", "recipe"}}
        return cls(
            of=one["of"]["of"] if "of" in one else NEWEST,
            name=one["name"]["name"] if "name" in one else None,
            also=frozenset(found["also"] for verb, found in said if verb == "also"),
            recipe=one["recipe"]["recipe"] if "recipe" in one else "",
            edits=tuple((verb, found) for verb, found in said if verb in _EDITS),
        )


def made(example: Example, specimen: bytes) -> bytes:
    """The bytes that ``example`` describes, begun with ``specimen``. Raises ValueError where it does not fit."""
    content = specimen
    for verb, found in example.edits:
        content = _EDITS[verb](content, found)
    return content


def _statement(text: str) -> tuple[str, _Found]:
    for verb, grammar in _GRAMMAR.items():
        if found := grammar.fullmatch(text):
            return verb, {name: part or "" for name, part in found.groupdict().items()}
    raise ValueError(f"not a statement of an example: {text}")


# -- edits ------------------------------------------------------------------------------------------------------------


def _opened(content: bytes) -> tuple[Element, Layout]:
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    return root, layouts.BY_ROOT[str(root.tag)]


def _at(root: Element, layout: Layout, path: str) -> Element:
    first = path.partition("/")[0].partition("[")[0]
    if first == layout.header:
        found = root.find(path)
    elif first == layout.record:
        found = root.find(f"{layout.records}/{path}")
    else:
        found = root.find(f"{layout.records}/{layout.record}/{path}")
    if found is None:
        raise ValueError(f"the specimen has no {path}")
    return found


def _edited(change: Callable[[Element, _Found], None]) -> Callable[[bytes, _Found], bytes]:
    """An edit of the element at a path."""

    def edit(content: bytes, found: _Found) -> bytes:
        root, layout = _opened(content)
        change(_at(root, layout, found["path"]), found)
        return etree.tostring(root, encoding="utf-8", xml_declaration=True)

    return edit


def _set(element: Element, found: _Found) -> None:
    element.text = found["value"] or None


def _remove(element: Element, _: _Found) -> None:
    parent = element.getparent()
    assert parent is not None, "a path never names the root"
    parent.remove(element)


def _add(element: Element, found: _Found) -> None:
    for new in reversed(list(etree.fromstring(f"<x>{found['xml']}</x>"))):
        element.addnext(new)


def _pupils(content: bytes, found: _Found) -> bytes:
    root, layout = _opened(content)
    first = _at(root, layout, layout.record)
    container = first.getparent()
    assert container is not None, "a record stands in its container"
    container[:] = [_copy(first, place) for place in range(int(found["count"]))]
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _copy(first: Element, place: int) -> Element:
    """The n-th of several records that are alike in everything but their UPN and forename."""
    copy = deepcopy(first)
    number, forename = copy.find("UPN"), copy.find("Forename")
    assert number is not None, "a specimen's first record has a UPN"
    assert number.text is not None, "that is not blank"
    assert forename is not None, "and a forename"
    tail = f"{number.text[1:10]}{int(number.text[10:]) + place:03d}"
    number.text = Upn.check_letter(tail) + tail
    forename.text = FORENAMES[place]
    return copy


def _text(content: bytes, found: _Found) -> bytes:
    old, new = found["old"].encode(), found["new"].encode()
    if old not in content:
        raise ValueError(f"the specimen has no {found['old']}")
    return content.replace(old, new, 1)


def _top(content: bytes, found: _Found) -> bytes:
    opening = re.search(rb"<[A-Za-z]", content)
    if opening is None:
        raise ValueError("the specimen has no first element")
    return content[: opening.start()] + found["raw"].encode() + content[opening.start() :]


_EDITS: Mapping[str, Callable[[bytes, _Found], bytes]] = MappingProxyType(
    {
        "set": _edited(_set),
        "without": _edited(_remove),
        "with": _edited(_add),
        "pupils": _pupils,
        "text": _text,
        "top": _top,
    }
)
