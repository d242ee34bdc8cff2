"""Signed notes (c2sp.org/signed-note) in Ed25519, and the dated cosignatures of witnesses (c2sp.org/tlog-cosignature).

One grammar, read strictly: a text, one blank line, one line for each signature. What ``open_note`` returns was signed;
a signature by a key that nobody asked about is passed over, a wrong one by a known key refuses the whole note.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.core.errors import Fault, Reason
from gateway.core.log.strict import LARGEST, from64, to64

Sign = Callable[[bytes], bytes]
"""``sign(message)`` gives the 64 bytes of an Ed25519 signature; the private key stays in the vault."""

ALGORITHM = "ed25519"
"""By what every note of this release is signed."""

MOST = 100
"""A note with more signatures than this is refused unread."""


class Kind(IntEnum):
    """What a key signs: the text as it stands, or the text with the time at which a witness saw it."""

    SIGNATURE = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class Verifier:
    """A name and the 32-byte Ed25519 public key that signs under it."""

    name: str
    public: bytes
    kind: Kind = Kind.SIGNATURE

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.public) != 32:  # noqa: PLR2004  (RFC 8032 §5.1.5)
            raise ValueError("not a verifier")

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before each signature (c2sp.org/signed-note, Signatures)."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """``name+hash+key``, the form in which people hand each other a key."""
        return f"{self.name}+{self.key_id.hex()}+{to64(bytes([self.kind]) + self.public)}"


def parse_vkey(text: str) -> Verifier:
    """The opposite of ``Verifier.vkey``; raises ValueError on any other text or another kind of key."""
    name, _, rest = text.partition("+")
    key = from64(rest.partition("+")[2])
    if key[:1] not in {b"\x01", b"\x04"}:
        raise ValueError("not a kind of key that is used here")
    verifier = Verifier(name, key[1:], Kind(key[0]))
    if verifier.vkey != text:
        raise ValueError("not a verifier key as it is written")
    return verifier


def archived(verifier: Verifier) -> str:
    """One line that keeps a public key with the name of what it signs by, for as long as the signatures are kept."""
    return f"{ALGORITHM} {verifier.vkey}\n"


def parse_archived(text: str) -> Verifier:
    """The opposite of ``archived``; raises ValueError on any other text, another algorithm among it."""
    verifier = parse_vkey(text.removeprefix(f"{ALGORITHM} ").removesuffix("\n"))
    if archived(verifier) != text:
        raise ValueError("not an archived key as it is written")
    return verifier


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that was checked: who made it, and for a witness when, in seconds since 1970 (UTC)."""

    verifier: Verifier
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A text and everybody known who signed it, in the order of the note, each once."""

    text: str
    signatures: tuple[Signature, ...]


def sign_note(text: str, name: str, public: bytes, sign: Sign) -> str:
    """The text as a signed note.

    Raises ValueError for a text that cannot be one, Fault(VAULT) when the signature does not fit the public key.
    """
    verifier = Verifier(name, public)
    return f"{_text(text)}\n{_line(verifier, _signed(verifier, text.encode(), sign))}"


def cosign(text: str, name: str, public: bytes, at: int, sign: Sign) -> str:
    """The line that a witness adds below ``text`` at the second ``at``; put it there with ``with_signatures``.

    Raises as ``sign_note`` does.
    """
    verifier = Verifier(name, public, Kind.COSIGNATURE)
    signature = _signed(verifier, _seen(_text(text), at), sign)
    return _line(verifier, at.to_bytes(8) + signature)


def with_signatures(note: str, lines: str) -> str:
    """The note with more signature lines; a line by a key that has signed already takes the place of the old one.

    Nothing is verified here. Raises ValueError when the note or the lines are not well formed.
    """
    text, before = _parse(note)
    kept = {_signer(line): line for line in (*before, *_lines(lines))}
    if len(kept) > MOST:
        raise ValueError("too many signatures")
    return f"{text}\n" + "".join(f"{_DASH}{name} {to64(key_id + raw)}\n" for name, key_id, raw in kept.values())


def only(lines: str, verifier: Verifier) -> str:
    """Those of some signature lines that name this key; nothing is verified here. Raises ValueError for no lines."""
    mine = (verifier.name, verifier.key_id)
    return "".join(f"{_DASH}{line[0]} {to64(line[1] + line[2])}\n" for line in _lines(lines) if _signer(line) == mine)


def open_note(note: str, verifiers: Sequence[Verifier]) -> Note:
    """The opposite of ``sign_note``: the text and which of ``verifiers`` signed it.

    Raises ValueError for a note that is not well formed, that a known key signed wrongly, or that no known key signed.
    Narrower than the specification in one thing: the text has no blank lines, as no checkpoint has.
    """
    known = {(one.name, one.key_id): one for one in verifiers}
    if len(known) != len(verifiers):
        raise ValueError("two verifiers have the same name and key id")
    text, lines = _parse(note)
    found: dict[Verifier, Signature] = {}
    for name, key_id, raw in lines:
        if verifier := known.get((name, key_id)):
            found.setdefault(verifier, _checked(verifier, text, raw))
    if not found:
        raise ValueError("no known key signed this note")
    return Note(text, tuple(found.values()))


def signature_of(note: str, verifier: Verifier) -> bytes:
    """The key id and the signature of one who signed, as they stand in the note; ValueError when they did not.

    Nothing is verified here.
    """
    for name, key_id, raw in _parse(note)[1]:
        if (name, key_id) == (verifier.name, verifier.key_id):
            return key_id + raw
    raise ValueError("not signed by this key")


_DASH = "\u2014 "
_NEVER = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")  # control characters but the line feed, and half characters
_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")

_Line = tuple[str, bytes, bytes]


def _parse(note: str) -> tuple[str, tuple[_Line, ...]]:
    parts = note.split("\n\n")
    if len(parts) != 2:  # noqa: PLR2004  (a text and its signatures)
        raise ValueError("a note has exactly one blank line")
    return _text(parts[0] + "\n"), _lines(parts[1])


def _text(text: str) -> str:
    if not text.endswith("\n") or text.startswith("\n") or "\n\n" in text or _NEVER.search(text):
        raise ValueError("not the text of a note")
    return text


def _lines(text: str) -> tuple[_Line, ...]:
    *lines, rest = text.split("\n")
    if rest or not 1 <= len(lines) <= MOST:
        raise ValueError("not the signatures of a note")
    return tuple(_parse_line(line) for line in lines)


def _parse_line(line: str) -> _Line:
    name, _, signature = line.removeprefix(_DASH).partition(" ")
    raw = from64(signature)
    if not line.startswith(_DASH) or not _NAME.fullmatch(name) or len(raw) < 5:  # noqa: PLR2004  (key id and something)
        raise ValueError("not a signature line")
    return name, raw[:4], raw[4:]


def _line(verifier: Verifier, raw: bytes) -> str:
    return f"{_DASH}{verifier.name} {to64(verifier.key_id + raw)}\n"


def _signer(line: _Line) -> tuple[str, bytes]:
    return line[0], line[1]


def _signed(verifier: Verifier, message: bytes, sign: Sign) -> bytes:
    signature = sign(message)
    if not _fits(verifier, signature, message):  # a key under the wrong name must not reach a partner
        raise Fault(Reason.VAULT, lasting=True)
    return signature


def _checked(verifier: Verifier, text: str, raw: bytes) -> Signature:
    if verifier.kind is Kind.COSIGNATURE:
        at, raw = int.from_bytes(raw[:8]), raw[8:]
        made, message = Signature(verifier, at), _seen(text, at)
    else:
        made, message = Signature(verifier), text.encode()
    if not _fits(verifier, raw, message):
        raise ValueError("a known key's signature is wrong")
    return made


def _fits(verifier: Verifier, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _seen(text: str, at: int) -> bytes:
    """What a witness signs (c2sp.org/tlog-cosignature, Format)."""
    if not 0 <= at <= LARGEST:
        raise ValueError("no such time")
    return f"cosignature/v1\ntime {at}\n{text}".encode()
