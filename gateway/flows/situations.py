"""What planning needs to know, gathered before it begins; and how ids are made and documents rest."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.core import as4
from gateway.core.documents import Document
from gateway.core.partners import Partner
from gateway.core.records import Kept, Register, Rulebook
from gateway.core.terms import Draw, UploadId


@dataclass(frozen=True, slots=True)
class Situation:
    """All that planning a disclosure needs to know, gathered before it begins."""

    at: datetime
    home: Partner
    register: Register
    rulebook: Rulebook
    signer: as4.Signer
    keep: Callable[[bytes], Kept]
    blind: Callable[[str], str]
    draw: Draw
    carriers: frozenset[str]
    checkpoint: str | None
    domain: str


@dataclass(frozen=True, slots=True)
class Source:
    """The accepted document that a disclosure comes from, and where it is kept."""

    upload: UploadId
    document: Document
    kept: str


def new_id(prefix: str, draw: Draw) -> str:
    """A random id of 128 bits, safe in headers, file names and addresses."""
    return f"{prefix}-{base64.b32encode(draw(16)).decode().rstrip('=').lower()}"


def named(name: str, content: bytes) -> bytes:
    """A document as it rests: its file name, which is part of what was checked, and its bytes."""
    return name.encode() + b"\n" + content


def parse_named(rested: bytes) -> tuple[str, bytes]:
    """The opposite of ``named``."""
    name, _, content = rested.partition(b"\n")
    return name.decode(), content
