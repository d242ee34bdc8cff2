"""The XML signature over header, body and attachments: made, and verified by position.

A reference must be exactly the Messaging or Body element that will be read, or a declared attachment; each once,
nothing besides, nothing looked up by Id (``wire.md`` §3 law 11; W3C XML Signature best practices 12 to 15).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from lxml import etree

from gateway.core.as4 import names, tokens
from gateway.core.as4.causes import As4Error, Cause
from gateway.core.as4.envelope import Envelope, add, canonical, maybe, text, the
from gateway.core.as4.mime import Content
from gateway.core.as4.names import DS, EC, WSSE
from gateway.core.as4.values import LEAST_RSA_BITS, Profile, Reference, Rules, Signer
from gateway.core.errors import Fault, Reason


@dataclass(frozen=True, slots=True)
class Signed:
    """Whose signature holds, and over what, in the order it was signed."""

    signer: x509.Certificate
    references: tuple[Reference, ...]


def signer_with(certificate: x509.Certificate, key: RSAPrivateKey | Ed25519PrivateKey) -> Signer:
    """A signer whose key lies in memory. Raises Fault UNSEALABLE when key and certificate do not belong together."""
    if key.public_key() != certificate.public_key():
        raise Fault(Reason.UNSEALABLE, lasting=True)
    if isinstance(key, Ed25519PrivateKey):
        return Signer(certificate, key.sign)
    return Signer(certificate, lambda content: key.sign(content, padding.PKCS1v15(), hashes.SHA256()))


def method_for(certificate: x509.Certificate) -> str:
    """The signature algorithm that goes with a certificate of ours. Raises Fault UNSEALABLE."""
    key = certificate.public_key()
    if isinstance(key, Ed25519PublicKey):
        return names.ED25519
    if isinstance(key, RSAPublicKey) and key.key_size >= LEAST_RSA_BITS:
        return names.RSA_SHA256
    raise Fault(Reason.UNSEALABLE, lasting=True)


def sign(envelope: Envelope, attachments: Mapping[str, Content], signer: Signer) -> tuple[Reference, ...]:
    """Put token and signature into the security header; ``attachments`` go by href. Gives what was signed."""
    method = method_for(signer.certificate)
    security = _security(envelope)
    tokens.write(security, _SIGNER, signer.certificate)
    elements = zip(_places(envelope), (envelope.messaging, envelope.body), strict=True)
    references = (
        *(Reference(place, names.EXCLUSIVE_C14N, _digest(canonical(element))) for place, element in elements),
        *(Reference(href, names.ATTACHMENT_SIGNED, _digest(content)) for href, content in attachments.items()),
    )
    signature = add(security, DS + "Signature")
    signed = add(signature, DS + "SignedInfo")
    add(signed, DS + "CanonicalizationMethod", {"Algorithm": names.EXCLUSIVE_C14N})
    add(signed, DS + "SignatureMethod", {"Algorithm": method})
    for reference in references:
        write_reference(signed, reference)
    add(signature, DS + "SignatureValue", text=tokens.print64(signer.sign(canonical(signed))))
    tokens.write_reference(add(signature, DS + "KeyInfo"), _SIGNER)
    return references


def verify(envelope: Envelope, hrefs: Sequence[str], known: tokens.Certificates, rules: Rules) -> Signed:
    """Verify the signature and the digests of header and body; ``check_attachments`` does the rest.

    ``known`` are the sender's certificates in force. Raises As4Error: UNSIGNED, ALGORITHM, TRANSFORM, REFERENCES,
    UNKNOWN_SENDER, STRANGER, SIGNATURE, DIGEST, STRUCTURE.
    """
    signature = None if envelope.security is None else maybe(envelope.security, DS + "Signature")
    if signature is None:
        raise As4Error(Cause.UNSIGNED)
    if not known:
        raise As4Error(Cause.UNKNOWN_SENDER)
    signed = the(signature, DS + "SignedInfo")
    references = tuple(read_reference(each) for each in signed.iterchildren(DS + "Reference"))
    _check_cover(references, envelope, hrefs)
    signer = _check_value(envelope, signature, known, rules)
    for reference, element in zip(_in_place(references, envelope), (envelope.messaging, envelope.body), strict=True):
        _check_digest(reference, canonical(element, reference.prefixes))
    return Signed(signer, references)


def check_attachments(signed: Signed, digests: Mapping[str, bytes]) -> None:
    """Hold the digests of what was decrypted, by href, against what was signed. Raises As4Error DIGEST."""
    for reference in signed.references:
        if reference.uri in digests and tokens.print64(digests[reference.uri]) != reference.digest:
            raise As4Error(Cause.DIGEST)


def write_reference(parent: etree._Element, reference: Reference) -> None:
    written = add(parent, DS + "Reference", {"URI": reference.uri})
    transform = add(add(written, DS + "Transforms"), DS + "Transform", {"Algorithm": reference.transform})
    if reference.prefixes:
        add(transform, EC + "InclusiveNamespaces", {"PrefixList": " ".join(reference.prefixes)})
    add(written, DS + "DigestMethod", {"Algorithm": names.SHA256})
    add(written, DS + "DigestValue", text=reference.digest)


def read_reference(element: etree._Element) -> Reference:
    """The opposite of ``write_reference``. Raises As4Error: TRANSFORM, ALGORITHM."""
    transforms = maybe(element, DS + "Transforms")
    if transforms is None or len(transforms) != 1:
        raise As4Error(Cause.TRANSFORM)
    if the(element, DS + "DigestMethod").get("Algorithm") != names.SHA256:
        raise As4Error(Cause.ALGORITHM)
    value = "".join(text(the(element, DS + "DigestValue")).split())
    return Reference(element.get("URI", ""), transforms[0].get("Algorithm", ""), value, _prefixes(transforms[0]))


# The small print.

_SIGNER = "signer"
_MOST_PREFIXES = 32
_RSA_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    names.RSA_SHA256: hashes.SHA256(),
    names.RSA_SHA384: hashes.SHA384(),
    names.RSA_SHA512: hashes.SHA512(),
}


def _security(envelope: Envelope) -> etree._Element:
    assert envelope.security is not None  # every envelope of ours has one
    return envelope.security


def _digest(content: Content) -> str:
    return tokens.print64(hashlib.sha256(content).digest())


def _check_digest(reference: Reference, content: bytes) -> None:
    if _digest(content) != reference.digest:
        raise As4Error(Cause.DIGEST)


def _prefixes(element: etree._Element) -> tuple[str, ...]:
    """The PrefixList of exclusive C14N; it is short, as every prefix is sought at every element."""
    found = maybe(element, EC + "InclusiveNamespaces")
    prefixes = () if found is None else tuple(found.get("PrefixList", "").split())
    if len(prefixes) > _MOST_PREFIXES:
        raise As4Error(Cause.TRANSFORM)
    return prefixes


def _places(envelope: Envelope) -> tuple[str, str]:
    messaging, body = envelope.messaging.get(names.WSU_ID), envelope.body.get(names.WSU_ID)
    if not messaging or not body:
        raise As4Error(Cause.REFERENCES)
    return f"#{messaging}", f"#{body}"


def _in_place(references: Iterable[Reference], envelope: Envelope) -> tuple[Reference, Reference]:
    by_uri = {reference.uri: reference for reference in references}
    messaging, body = _places(envelope)
    return by_uri[messaging], by_uri[body]


def _check_cover(references: Sequence[Reference], envelope: Envelope, hrefs: Sequence[str]) -> None:
    """Exactly these, each once, and each with the one transform of its kind."""
    wanted = dict.fromkeys(_places(envelope), names.EXCLUSIVE_C14N) | dict.fromkeys(hrefs, names.ATTACHMENT_SIGNED)
    if sorted(reference.uri for reference in references) != sorted(wanted):
        raise As4Error(Cause.REFERENCES)
    if any(wanted[reference.uri] != reference.transform for reference in references):
        raise As4Error(Cause.TRANSFORM)


def _check_value(
    envelope: Envelope, signature: etree._Element, known: tokens.Certificates, rules: Rules
) -> x509.Certificate:
    signed = the(signature, DS + "SignedInfo")
    canonicalisation = the(signed, DS + "CanonicalizationMethod")
    method = the(signed, DS + "SignatureMethod").get("Algorithm", "")
    if canonicalisation.get("Algorithm") != names.EXCLUSIVE_C14N or method not in _allowed(rules):
        raise As4Error(Cause.ALGORITHM)
    reference = maybe(signature, DS + "KeyInfo", WSSE + "SecurityTokenReference")
    meant = tokens.meant(_security(envelope), reference, known)
    if not meant:
        raise As4Error(Cause.STRANGER)
    value = tokens.parse64(the(signature, DS + "SignatureValue"))
    content = canonical(signed, _prefixes(canonicalisation))
    for certificate in meant:
        if _holds(certificate, method, value, content):
            return certificate
    raise As4Error(Cause.SIGNATURE)


def _allowed(rules: Rules) -> frozenset[str]:
    allowed = set()
    if Profile.EDELIVERY_2_0 in rules.profiles:
        allowed.add(names.ED25519)
    if Profile.EDELIVERY_1_15 in rules.profiles:
        allowed |= {names.RSA_SHA256, names.RSA_SHA384, names.RSA_SHA512} if rules.longer_hashes else {names.RSA_SHA256}
    return frozenset(allowed)


def _holds(certificate: x509.Certificate, method: str, value: bytes, content: bytes) -> bool:
    """The key's kind must be the method's: an RSA key is never tried with anything but RSA."""
    key = certificate.public_key()
    try:
        if method == names.ED25519 and isinstance(key, Ed25519PublicKey):
            key.verify(value, content)
        elif method in _RSA_HASHES and isinstance(key, RSAPublicKey) and key.key_size >= LEAST_RSA_BITS:
            key.verify(value, content, padding.PKCS1v15(), _RSA_HASHES[method])
        else:
            raise As4Error(Cause.ALGORITHM)
    except InvalidSignature:
        return False
    return True
