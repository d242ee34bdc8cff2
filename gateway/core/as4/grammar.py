"""What may stand where in an envelope: one table, and the walk that holds a whole tree against it.

What is not in the table is refused, so nothing unsigned can hide beside what is signed, and a reader that takes "the
only child of that name" afterwards has nothing to choose from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from gateway.core.as4.causes import As4Error, Cause
from gateway.core.as4.names import DS, DSIG11, EB, EBBP, EC, LOG, MORE, SOAP, WSSE, XENC, XENC11

Span = tuple[int, int]
Shape = Mapping[str, Span]

MOST_ELEMENTS = 8_000  # 64 parts need 2,000
MOST_ATTRIBUTES = 16

ONE: Span = (1, 1)
MAYBE: Span = (0, 1)
ANY: Span = (0, 1 << 20)
SOME: Span = (1, 1 << 20)
TEXT: Shape = {}

_SOAP: Mapping[str, Shape] = {
    SOAP + "Envelope": {SOAP + "Header": ONE, SOAP + "Body": ONE},
    SOAP + "Header": {WSSE + "Security": MAYBE, EB + "Messaging": ONE},
    SOAP + "Body": {SOAP + "Fault": MAYBE},
    SOAP + "Fault": {SOAP + "Code": ONE, SOAP + "Reason": ONE, SOAP + "Node": MAYBE, SOAP + "Role": MAYBE},
    SOAP + "Code": {SOAP + "Value": ONE, SOAP + "Subcode": MAYBE},
    SOAP + "Subcode": {SOAP + "Value": ONE, SOAP + "Subcode": MAYBE},
    SOAP + "Reason": {SOAP + "Text": SOME},
}

_MESSAGE: Mapping[str, Shape] = {
    EB + "Messaging": {EB + "UserMessage": MAYBE, EB + "SignalMessage": MAYBE},
    EB + "UserMessage": {
        EB + "MessageInfo": ONE,
        EB + "PartyInfo": ONE,
        EB + "CollaborationInfo": ONE,
        EB + "MessageProperties": MAYBE,
        EB + "PayloadInfo": MAYBE,
    },
    EB + "MessageInfo": {EB + "Timestamp": ONE, EB + "MessageId": ONE, EB + "RefToMessageId": MAYBE},
    EB + "PartyInfo": {EB + "From": ONE, EB + "To": ONE},
    EB + "From": {EB + "PartyId": ONE, EB + "Role": ONE},
    EB + "To": {EB + "PartyId": ONE, EB + "Role": ONE},
    EB + "CollaborationInfo": {
        EB + "AgreementRef": MAYBE,
        EB + "Service": ONE,
        EB + "Action": ONE,
        EB + "ConversationId": ONE,
    },
    EB + "MessageProperties": {EB + "Property": SOME},
    EB + "PayloadInfo": {EB + "PartInfo": SOME},
    EB + "PartInfo": {EB + "Schema": MAYBE, EB + "Description": MAYBE, EB + "PartProperties": MAYBE},
    EB + "PartProperties": {EB + "Property": SOME},
}

_SIGNAL: Mapping[str, Shape] = {
    EB + "SignalMessage": {
        EB + "MessageInfo": ONE,
        EB + "PullRequest": MAYBE,
        EB + "Receipt": MAYBE,
        EB + "Error": ANY,
        LOG + "Checkpoint": MAYBE,
    },
    EB + "Receipt": {EBBP + "NonRepudiationInformation": ONE},
    EBBP + "NonRepudiationInformation": {EBBP + "MessagePartNRInformation": SOME},
    EBBP + "MessagePartNRInformation": {DS + "Reference": ONE},
    EB + "Error": {EB + "Description": MAYBE, EB + "ErrorDetail": MAYBE},
}

_SIGNATURE: Mapping[str, Shape] = {
    WSSE + "Security": {
        WSSE + "BinarySecurityToken": ANY,
        XENC + "EncryptedKey": MAYBE,
        XENC + "EncryptedData": ANY,
        DS + "Signature": MAYBE,
    },
    DS + "Signature": {DS + "SignedInfo": ONE, DS + "SignatureValue": ONE, DS + "KeyInfo": ONE},
    DS + "SignedInfo": {DS + "CanonicalizationMethod": ONE, DS + "SignatureMethod": ONE, DS + "Reference": ANY},
    DS + "CanonicalizationMethod": {EC + "InclusiveNamespaces": MAYBE},
    DS + "Reference": {DS + "Transforms": MAYBE, DS + "DigestMethod": ONE, DS + "DigestValue": ONE},
    DS + "Transforms": {DS + "Transform": SOME},
    DS + "Transform": {EC + "InclusiveNamespaces": MAYBE},
    DS + "KeyInfo": {WSSE + "SecurityTokenReference": MAYBE, XENC + "AgreementMethod": MAYBE},
    WSSE + "SecurityTokenReference": {WSSE + "Reference": MAYBE, WSSE + "KeyIdentifier": MAYBE, DS + "X509Data": MAYBE},
    DS + "X509Data": {DS + "X509IssuerSerial": ONE},
    DS + "X509IssuerSerial": {DS + "X509IssuerName": ONE, DS + "X509SerialNumber": ONE},
}

_ENCRYPTION: Mapping[str, Shape] = {
    XENC + "EncryptedKey": {
        XENC + "EncryptionMethod": ONE,
        DS + "KeyInfo": ONE,
        XENC + "CipherData": ONE,
        XENC + "ReferenceList": ONE,
    },
    XENC + "EncryptionMethod": {DS + "DigestMethod": MAYBE, XENC11 + "MGF": MAYBE},
    XENC + "CipherData": {XENC + "CipherValue": MAYBE, XENC + "CipherReference": MAYBE},
    XENC + "CipherReference": {XENC + "Transforms": ONE},
    XENC + "Transforms": {DS + "Transform": ONE},
    XENC + "ReferenceList": {XENC + "DataReference": SOME},
    XENC + "EncryptedData": {XENC + "EncryptionMethod": ONE, DS + "KeyInfo": MAYBE, XENC + "CipherData": ONE},
    XENC + "AgreementMethod": {
        XENC11 + "KeyDerivationMethod": ONE,
        XENC + "OriginatorKeyInfo": ONE,
        XENC + "RecipientKeyInfo": ONE,
    },
    XENC11 + "KeyDerivationMethod": {MORE + "HKDFParams": ONE},
    MORE + "HKDFParams": {MORE + "PRF": ONE, MORE + "Salt": MAYBE, MORE + "Info": MAYBE, MORE + "KeyLength": ONE},
    XENC + "OriginatorKeyInfo": {DS + "KeyValue": MAYBE, DSIG11 + "DEREncodedKeyValue": MAYBE},
    DS + "KeyValue": {DSIG11 + "DEREncodedKeyValue": ONE},
    XENC + "RecipientKeyInfo": {WSSE + "SecurityTokenReference": ONE},
}

_SHAPES = {**_SOAP, **_MESSAGE, **_SIGNAL, **_SIGNATURE, **_ENCRYPTION}

# Whatever has no shape of its own holds text and nothing else.
GRAMMAR: Mapping[str, Shape] = {child: TEXT for shape in _SHAPES.values() for child in shape} | _SHAPES

# Where the schema of ebMS3 lets a product add elements of its own, they may hold text; phase4 signs its receipts so.
_OPEN = frozenset({EB + "Receipt"})


def check(root: etree._Element) -> None:
    """Hold a tree, from its root, against the table.

    Raises As4Error TOO_LARGE (more than any message needs), UNSAFE_XML (a DTD, comment, processing instruction or
    entity anywhere), STRUCTURE (naming the element whose content is not as the table says) and REPEATED_ID.
    """
    if root.getroottree().docinfo.internalDTD is not None or _beside(root) or _besides(root):
        raise As4Error(Cause.UNSAFE_XML)
    if _MANY_ELEMENTS(root) or _MANY_ATTRIBUTES(root):
        raise As4Error(Cause.TOO_LARGE, "Envelope")
    if root.tag != SOAP + "Envelope":
        raise As4Error(Cause.STRUCTURE)
    _walk(root, _RULES[root.tag])
    for parent in _found(_MIXED(root)):
        raise As4Error(Cause.STRUCTURE, parent.tag.rpartition("}")[2])
    ids = _found(_IDS(root))
    if len(set(ids)) != len(ids):
        raise As4Error(Cause.REPEATED_ID)


# The small print.

# libxml2 sorts the attributes of an element in quadratic time: 95,000 in 1 MB hold a processor for seven minutes.
_MANY_ATTRIBUTES = etree.XPath(f"boolean(//@*[{MOST_ATTRIBUTES + 1}])")
_MANY_ELEMENTS = etree.XPath(f"count(//*) > {MOST_ELEMENTS}")
_MIXED = etree.XPath("//*[*][text()[normalize-space()]]")
# Whatever an attribute that may be taken for an Id is called, and in whatever namespace.
_IDS = etree.XPath("//@*[local-name()='Id' or local-name()='ID' or local-name()='id']", smart_strings=False)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A shape, ready for a quick look: most envelopes are right, and every one has a hundred elements."""

    allowed: frozenset[str]
    needed: frozenset[str]
    single: frozenset[str]

    def fit(self, children: Sequence[str]) -> bool:
        found = set(children)
        if not self.needed <= found <= self.allowed:
            return False
        return len(found) == len(children) or all(children.count(tag) == 1 for tag in found & self.single)


_RULES: Mapping[str, _Rule] = {
    tag: _Rule(
        allowed=frozenset(shape),
        needed=frozenset(child for child, (low, _) in shape.items() if low),
        single=frozenset(child for child, (_, high) in shape.items() if high == 1),
    )
    for tag, shape in GRAMMAR.items()
}

_OURS = tuple({tag.rpartition("}")[0] + "}" for tag in GRAMMAR})


def _is_foreign(tag: str) -> bool:
    return tag.startswith("{") and not tag.startswith(_OURS)


def _beside(root: etree._Element) -> bool:
    """Whether anything stands before or after the envelope."""
    return root.getprevious() is not None or root.getnext() is not None


def _besides(root: etree._Element) -> bool:
    """Whether anything but elements and text stands in the envelope."""
    return next(root.iter(etree.Comment, etree.ProcessingInstruction, etree.Entity), None) is not None


def _found(nodes: Any) -> list[Any]:
    """What an XPath gives may be anything; of these paths it is elements, or texts."""
    assert isinstance(nodes, list)
    return nodes


def _walk(element: etree._Element, rule: _Rule) -> None:
    """As deep as the table goes: what it does not know is not entered."""
    children = [*element]
    if not children:  # as in most
        if rule.needed or (rule.allowed and (element.text or "").strip()):
            raise As4Error(Cause.STRUCTURE, element.tag.rpartition("}")[2])
        return
    tags = [child.tag for child in children]
    if element.tag in _OPEN:
        children = [child for child, tag in zip(children, tags, strict=True) if len(child) or not _is_foreign(tag)]
        tags = [child.tag for child in children]
    if not rule.fit(tags):
        raise As4Error(Cause.STRUCTURE, element.tag.rpartition("}")[2])
    for child, tag in zip(children, tags, strict=True):
        _walk(child, _RULES[tag])
