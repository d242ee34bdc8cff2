"""The handling marker: before what the receiver asks us, and at which number. It names no reason, ever.

A council message has it in its header (``covered``, ``marker_of``). A transfer file has no place for it, so a small
signed part goes beside the file: ``cover_part`` and ``read_cover`` are opposites, byte for byte.
"""

import re
from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass, replace

from lxml import etree

from gateway.core.documents import layouts, safe
from gateway.core.documents.messages.words import AskBefore
from gateway.core.documents.rules import text
from gateway.core.documents.trees import Element
from gateway.core.documents.values import Document
from gateway.core.errors import Code, Refusal
from gateway.core.terms import Item

PART_VERSION = "1.0"
MOST_BYTES = 1 << 18  # a part for every pupil of the largest file is half of this
REASON = Item("HandlingMarker")
"""The element of a record that says why a child is flagged: it stays here."""

_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{3,30}[0-9]")
_NO_PHONE = re.compile(r"[^0-9+ ()./-]+")


@dataclass(frozen=True, slots=True)
class Marker:
    """``phone`` is a number alone, so that no reason hides there; empty where a sender gave none that we can read."""

    ask_before: tuple[AskBefore, ...]
    phone: str

    def __post_init__(self) -> None:
        if not self.ask_before or len(set(self.ask_before)) != len(self.ask_before):
            raise ValueError("a marker asks for something, and for each thing once")
        if self.phone and not _PHONE.fullmatch(self.phone):
            raise ValueError("not a telephone number")


@dataclass(frozen=True, slots=True)
class Handling:
    """What the part beside a transfer file says: the marker, and for which pupils by their numbers in that file."""

    marker: Marker
    pupils: tuple[int, ...]


def covered(document: Document, marker: Marker) -> Document:
    """The council message with this marker alone, and without the reasons that its records held.

    Raises ValueError for a transfer file, which has no place for it, and for a marker without a number.
    """
    layout = layouts.BY_KIND[document.kind]
    if not layout.extensible or not marker.phone:
        raise ValueError("a council message is covered, and by a marker with a number")
    root = deepcopy(document.tree)
    header = root.find(layout.header)
    assert header is not None, "a document has a header"
    for old in header.findall("Cover"):
        header.remove(old)
    after = header.find("Extension")
    header.insert(len(header) if after is None else header.index(after), _cover(marker))
    for reason in list(root.iter(str(REASON))):
        above = reason.getparent()
        assert above is not None, "it stands in a record"
        above.remove(reason)
    return replace(
        document,
        pupils=tuple(replace(pupil, items=pupil.items - {REASON}) for pupil in document.pupils),
        items=document.items - {REASON},
        content=safe.laid_out(root),
        tree=root,
    )


def marker_of(document: Document) -> Marker | None:
    """The marker in the header of a council message; of a number that is none, the digits that are there."""
    cover = document.tree.find(f"{layouts.BY_KIND[document.kind].header}/Cover")
    if cover is None or not layouts.BY_KIND[document.kind].extensible:
        return None
    asked = tuple(dict.fromkeys(AskBefore((each.text or "").strip()) for each in cover.iterfind("AskBefore")))
    phone = _NO_PHONE.sub(" ", text(cover, "PhoneNo")).strip()
    return Marker(asked, phone if _PHONE.fullmatch(phone) else "")


def cover_part(marker: Marker, pupils: Collection[int]) -> bytes:
    """The part that goes beside a transfer file, signed with it. Raises ValueError without a number or a pupil."""
    if not marker.phone or not pupils or min(pupils) < 1:
        raise ValueError("a part says whom to call, and about whom")
    root = etree.Element("Handling")
    etree.SubElement(root, "HandlingVersion").text = PART_VERSION
    root.append(_cover(marker))
    for number in sorted(set(pupils)):
        etree.SubElement(root, "Pupil").text = str(number)
    return safe.laid_out(root)


def read_cover(content: bytes) -> Handling:
    """What a part says. Raises Refusal when it is unsafe, or differs in one byte from what ``cover_part`` writes."""
    if len(content) > MOST_BYTES:
        raise Refusal(Code.TOO_LARGE)
    root, _ = safe.parse(content)
    try:
        asked = tuple(AskBefore(each.text or "") for each in root.iterfind("Cover/AskBefore"))
        pupils = tuple(int(each.text or "") for each in root.iterfind("Pupil"))
        found = Handling(Marker(asked, root.findtext("Cover/PhoneNo") or ""), pupils)
        if cover_part(found.marker, found.pupils) == content:
            return found
    except ValueError:
        pass
    raise Refusal(Code.MESSAGE)


def _cover(marker: Marker) -> Element:
    cover = etree.Element("Cover")
    for asked in marker.ask_before:
        etree.SubElement(cover, "AskBefore").text = asked.value
    etree.SubElement(cover, "PhoneNo").text = marker.phone
    return cover
