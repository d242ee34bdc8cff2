"""What anybody between two gateways can do to a message without any key, whoever made it, and what each is refused for."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from lxml import etree

from gateway.core.as4 import Cause, Rules, Sealed, mime
from gateway.core.as4.names import DS, WSU_ID
from gateway.core.terms import digest
from tests.core.as4.kit import MESSAGING, SECURITY, at, attachments_of, changed, packed, soap_of

Spoil = Callable[[Sealed], Sealed]


def as_it_came(content_type: str, body: bytes) -> Sealed:
    """A message of some other product."""
    soap = mime.unpack(content_type, body, Rules()).soap
    return Sealed(content_type, body, soap, digest(soap), ())


def with_soap(change: Callable[[bytes], bytes]) -> Spoil:
    return lambda one: packed(change(soap_of(one)), attachments_of(one))


def with_attachments(change: Callable[[dict[str, bytes]], object]) -> Spoil:
    def spoilt(one: Sealed) -> Sealed:
        held = attachments_of(one)
        change(held)
        return packed(soap_of(one), held)

    return spoilt


def repeat_id(root: etree._Element) -> None:
    at(root, f"{MESSAGING}/eb:UserMessage").set(WSU_ID, at(root, MESSAGING).get(WSU_ID, ""))


def rename(root: etree._Element) -> None:
    at(root, f"{MESSAGING}/eb:UserMessage/eb:MessageInfo/eb:MessageId").text = "another@message"


def unsign(root: etree._Element) -> None:
    at(root, SECURITY).remove(at(root, f"{SECURITY}/ds:Signature"))


def bend(root: etree._Element) -> None:
    value = at(root, f"{SECURITY}/ds:Signature").find(DS + "SignatureValue")
    assert value is not None
    value.text = "AAAA"


def flip_last(held: dict[str, bytes]) -> None:
    last = [*held][-1]
    held[last] = held[last][:-1] + bytes([held[last][-1] ^ 1])


def repeat_part(one: Sealed) -> Sealed:
    """One attachment twice under its Content-ID."""
    edge, whole = b"--b0undary", packed(soap_of(one), attachments_of(one))
    pieces = whole.body.split(edge)
    return replace(whole, body=edge.join([*pieces[:-1], pieces[-2], pieces[-1]]))


LINES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
ENTITIES = f'<!DOCTYPE x [<!ENTITY e0 "ha">{LINES}]>'.encode()

FORGED: Mapping[str, tuple[Spoil, Cause]] = {
    "unsigned, though encrypted": (lambda one: changed(one, unsign), Cause.UNSIGNED),
    "another signature value": (lambda one: changed(one, bend), Cause.SIGNATURE),
    "another id": (lambda one: changed(one, rename), Cause.DIGEST),
    "an Id twice": (lambda one: changed(one, repeat_id), Cause.REPEATED_ID),
    "a Content-ID twice": (repeat_part, Cause.REPEATED_CONTENT_ID),
    "a DTD": (with_soap(lambda soap: _behind_declaration(soap, b"<!DOCTYPE x>")), Cause.UNSAFE_XML),
    "a DTD from elsewhere": (
        with_soap(lambda soap: _behind_declaration(soap, b'<!DOCTYPE x SYSTEM "file:///etc/hostname">')),
        Cause.UNSAFE_XML,
    ),
    "entities that multiply": (with_soap(lambda soap: _behind_declaration(soap, ENTITIES)), Cause.UNSAFE_XML),
    "an instruction": (with_soap(lambda soap: soap + b"<?x y?>"), Cause.UNSAFE_XML),
    "a comment": (with_soap(lambda soap: soap + b"<!-- x -->"), Cause.UNSAFE_XML),
    "an attachment less": (with_attachments(lambda held: held.popitem()), Cause.PARTS_DIFFER),
    "an attachment more": (with_attachments(lambda held: held.update({"x@y": b""})), Cause.PARTS_DIFFER),
    "one bit of the cipher text": (with_attachments(flip_last), Cause.DECRYPTION),
    "cut": (lambda one: replace(one, body=one.body[:-40]), Cause.MIME_CUT),
    "half of it": (lambda one: replace(one, body=one.body[: len(one.body) // 2]), Cause.MIME_CUT),
}


def _behind_declaration(soap: bytes, words: bytes) -> bytes:
    """Behind the XML declaration, which some products write."""
    head, mark, rest = soap.partition(b"?>") if soap.startswith(b"<?xml") else (b"", b"", soap)
    return head + mark + words + rest
