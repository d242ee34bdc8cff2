"""Messages to test with, and the means to spoil them: from outside, or as a partner who signs what it likes."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from lxml import etree

from gateway.core import as4
from gateway.core.as4 import (
    Opened,
    Part,
    Party,
    Profile,
    Rules,
    Sealed,
    Signer,
    UserMessage,
    encryption,
    envelope,
    mime,
    signature,
)
from gateway.core.as4 import message as header
from gateway.core.as4.names import DS, PREFIXES, WSU_ID
from gateway.core.terms import Draw, MessageId, digest
from tests.core.as4.keys import Identity, SigningKey, identity

V2, V1 = Profile.EDELIVERY_2_0, Profile.EDELIVERY_1_15
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PUPIL = b"<CTfile><Pupil>Rowan Ashdown-Test</Pupil></CTfile>"
Change = Callable[[etree._Element], object]


def stream(seed: str) -> Draw:
    """Bytes that look random and are the same on every run."""
    drawn = 0

    def draw(length: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return hashlib.shake_256(f"{seed} {drawn}".encode()).digest(length)

    return draw


def message(*contents: bytes) -> UserMessage:
    return UserMessage(
        message_id=MessageId("7f3c@gateway.kent.example"),
        at=AT,
        sender=Party("council-886"),
        recipient=Party("council-887"),
        sender_role="urn:cme:sender",
        recipient_role="urn:cme:recipient",
        service="urn:cme:leavers",
        service_type=None,
        action="submit",
        agreement="kent-medway-cme.v3",
        conversation="d-1",
        ref_to=None,
        properties=(("disclosure", "d-1"),),
        parts=tuple(Part(content, "application/xml") for content in contents),
    )


def sealed(
    sent: UserMessage | None = None, profile: Profile = V2, sender: str = "kent", seal_for: str = "medway"
) -> Sealed:
    return as4.seal(
        sent or message(PUPIL, b"two"),
        identity(sender, profile).signer,
        identity(seal_for, profile).opens,
        profile,
        stream("sealed"),
    )


def opened(
    made: Sealed,
    rules: Rules | None = None,
    sender: str = "kent",
    opener: str = "medway",
    profile: Profile = V2,
) -> Opened:
    """Open as Medway, who has registered one certificate for council-886."""
    known = {"council-886": (identity(sender, profile).signs,)}
    ours = identity(opener, profile).opener
    return as4.open_sealed(made.content_type, made.body, ours, lambda party: known.get(party, ()), rules or Rules())


def seal_raw(sent: UserMessage, contents: list[bytes], sender: Identity, recipient: Identity) -> Sealed:
    """Seal attachments as they are, without compressing: a partner may put anything there."""
    draw = stream("raw")
    written = envelope.blank("raw")
    attachments = {f"cid:{number}@raw": content for number, content in enumerate(contents)}
    header.write(written, sent, attachments)
    references = signature.sign(written, attachments, sender.signer)
    shut = encryption.encrypt(written, attachments, recipient.opens, draw) if contents else {}
    return packed(envelope.printed(written), {href[4:]: content for href, content in shut.items()}, references)


def packed(soap: bytes, attachments: Mapping[str, mime.Content], references: tuple[as4.Reference, ...] = ()) -> Sealed:
    content_type, body = mime.pack(soap, {cid: bytes(content) for cid, content in attachments.items()}, "b0undary")
    return Sealed(content_type=content_type, body=body, soap=soap, soap_digest=digest(soap), references=references)


def soap_of(made: Sealed) -> bytes:
    return mime.unpack(made.content_type, made.body, Rules()).soap


def attachments_of(made: Sealed) -> dict[str, bytes]:
    found = mime.unpack(made.content_type, made.body, Rules()).attachments
    return {cid: bytes(content) for cid, content in found.items()}


def with_soap(made: Sealed, soap: bytes) -> Sealed:
    return packed(soap, attachments_of(made))


def changed(made: Sealed, change: Change, key: SigningKey | Signer | None = None) -> Sealed:
    """Change the envelope; with a key, set the digests right and sign it again, as only that partner can."""
    root = etree.fromstring(soap_of(made))
    change(root)
    if key is not None:
        sign_again(root, key)
    return with_soap(made, etree.tostring(root))


def sign_again(root: etree._Element, key: SigningKey | Signer) -> None:
    by_id = {f"#{each.get(WSU_ID)}": each for each in root.iter() if each.get(WSU_ID)}
    for reference in root.iterfind(f".//{DS}SignedInfo/{DS}Reference"):
        value = reference.find(DS + "DigestValue")
        if value is not None and reference.get("URI") in by_id:
            value.text = digest_of(by_id[reference.get("URI", "")])
    signed, value = root.find(f".//{DS}SignedInfo"), root.find(f".//{DS}SignatureValue")
    assert signed is not None
    assert value is not None
    value.text = base64.b64encode(signature_by(key, canonical(signed))).decode()


def signature_by(key: SigningKey | Signer, content: bytes) -> bytes:
    if isinstance(key, Ed25519PrivateKey | Signer):
        return key.sign(content)
    return key.sign(content, padding.PKCS1v15(), hashes.SHA256())


def verifies_by_id(made: Sealed, sender: Identity) -> bool:
    """What a careless verifier does: look each Id up anywhere, and believe the first that has it."""
    root = etree.fromstring(soap_of(made))
    signed = root.find(f".//{DS}SignedInfo")
    value = root.findtext(f".//{DS}SignatureValue")
    if signed is None or value is None or not isinstance(sender.signing, Ed25519PrivateKey):
        return False
    sender.signing.public_key().verify(base64.b64decode(value), canonical(signed))
    for reference in signed.iterfind(DS + "Reference"):
        uri = reference.get("URI", "")
        found = [each for each in root.iter() if uri == f"#{each.get(WSU_ID)}"]
        if uri.startswith("#") and digest_of(found[0]) != reference.findtext(DS + "DigestValue"):
            return False
    return True


def canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True)


def digest_of(element: etree._Element) -> str:
    return base64.b64encode(hashlib.sha256(canonical(element)).digest()).decode()


def at(root: etree._Element, *path: str) -> etree._Element:
    """The first element down a path of prefixed names."""
    found = root.find("/".join(path), PREFIXES)
    assert found is not None, path
    return found


# Where things stand, for ``at``.
HEADER, SECURITY, MESSAGING = "S12:Header", "S12:Header/wsse:Security", "S12:Header/eb:Messaging"
SIGNED_INFO = f"{SECURITY}/ds:Signature/ds:SignedInfo"
