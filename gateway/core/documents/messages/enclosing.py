"""A file that travels closed, for one named role at another school: a SEND file, or a child-protection file.

Nobody on the way reads it. It is known by its first bytes and its digest, so that what is taken out is what was put in.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from gateway.core.documents.messages.parts import NO_MARKERS, Cover, Heading, Identity
from gateway.core.documents.messages.words import FileKind, ForRole, HandlingMarker
from gateway.core.documents.rules import Head, RuleHit
from gateway.core.documents.trees import Element
from gateway.core.errors import Code, Refusal
from gateway.core.terms import Digest, digest

MOST_BYTES = 10_000_000
IN_EACH = 45_000
"""Bytes in each part: 60,000 characters, for no text of a document may be longer than 65,536."""

_BEGINS: Mapping[FileKind, bytes] = MappingProxyType(
    {FileKind.PDF: b"%PDF-", FileKind.DOCX: b"PK\x03\x04", FileKind.ZIP: b"PK\x03\x04"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """``parts`` are in base64."""

    file_kind: FileKind
    sha256: Digest
    parts: Annotated[tuple[str, ...], "Part"]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The child whom the file is about, and who alone opens it."""

    who: Annotated[Identity, ""]
    for_role: ForRole
    enclosed: Enclosed
    markers: Annotated[tuple[HandlingMarker, ...], "HandlingMarker"] = NO_MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    heading: Annotated[Heading, ""]
    cover: Cover | None = None
    records: Annotated[tuple[About, ...], None]


def enclose(name: str, content: bytes) -> Enclosed:
    """A file as it travels; ``name`` says by its end what it is. Raises Refusal(NOT_ENCLOSED) for any other file."""
    ending = name.rpartition(".")[2].lower()
    if ending not in set(FileKind) or not content.startswith(_BEGINS[FileKind(ending)]) or len(content) > MOST_BYTES:
        raise Refusal(Code.NOT_ENCLOSED)
    pieces = (content[start : start + IN_EACH] for start in range(0, len(content), IN_EACH))
    parts = tuple(base64.b64encode(piece).decode("ascii") for piece in pieces)
    return Enclosed(file_kind=FileKind(ending), sha256=Digest(digest(content)), parts=parts)


def opened(enclosed: Enclosed) -> bytes:
    """The opposite of ``enclose``. Raises binascii.Error where it is not base64."""
    return b"".join(base64.b64decode(part, validate=True) for part in enclosed.parts)


def hits(child: Element, _: Head) -> Iterator[RuleHit]:
    """Whether all of the file is there that is said to be there."""
    held = child.find("Enclosed")
    if held is not None and not _whole(held):
        yield "ENC-001", held


def _whole(held: Element) -> bool:
    kind, sha256 = (held.findtext(name, "").strip() for name in ("FileKind", "Sha256"))
    parts = tuple((part.text or "").strip() for part in held.iterfind("Part"))
    try:
        content = opened(Enclosed(file_kind=FileKind(kind), sha256=Digest(sha256), parts=parts))
    except (ValueError, binascii.Error):
        return False
    return digest(content) == sha256 and content.startswith(_BEGINS[FileKind(kind)])
