"""What is kept of a message after it left: its SOAP part, which names everything that the receipt must repeat."""

from gateway.core.as4 import certificates, mime, signature, tokens
from gateway.core.as4.causes import As4Error, Cause
from gateway.core.as4.certificates import Certificate
from gateway.core.as4.envelope import maybe, parse, the
from gateway.core.as4.names import DS, WSSE
from gateway.core.as4.values import Reference, Rules


def references_in(soap: bytes) -> tuple[Reference, ...]:
    """The references that the signature of a SOAP part of our own covers; raises As4Error for what is none."""
    security = parse(soap).security
    if security is None:
        raise As4Error(Cause.UNSIGNED)
    signed = the(security, DS + "Signature", DS + "SignedInfo")
    return tuple(signature.read_reference(one) for one in signed.iterchildren(DS + "Reference"))


def channel_of(soap: bytes) -> str | None:
    """The message partition channel that a SOAP part of our own names, if it waits on one to be pulled."""
    return parse(soap).user_message.get("mpc")


def carried_certificate(soap: bytes) -> Certificate:
    """The first certificate that a SOAP part carries with it: a hint until its fingerprint is compared.

    Raises ValueError when it carries none.
    """
    security = parse(soap).security
    token = None if security is None else security.find(WSSE + "BinarySecurityToken")
    if token is None:
        raise ValueError("no certificate is carried along")
    return certificates.from_der(tokens.parse64(token))


def token_of(content_type: str, body: bytes, rules: Rules) -> bytes | None:
    """The certificate that a message or signal says it is signed under, in DER; None where it carries none along."""
    package = mime.unpack(content_type, body, rules)
    security = parse(package.soap, package.charset).security
    signed = None if security is None else maybe(security, DS + "Signature")
    if security is None or signed is None:
        return None
    return tokens.carried(security, maybe(signed, DS + "KeyInfo", WSSE + "SecurityTokenReference"))
