"""What may stand where in an envelope: one table, and the walk that holds a whole tree against it.

What is not in the table is refused, so nothing unsigned can hide beside what is signed, and a reader that takes "the
only child of that name" afterwards has nothing to choose from.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml import etree

from gateway.core.as4.causes import As4Error, Cause
from gateway.core.as4.names import DS, DSIG11, EB, EBBP, EC, LOG, MORE, SOAP, WSSE, XENC, XENC11

Span = tuple[int, int]
Shape = Mapping[str, Span]

MOST_ELEMENTS = 8_000  # 64 parts need 2,000
# libxml2 sorts the attributes of an element in quadratic time: 95,000 in 1 MB hold a processor for seven minutes
MOST_ATTRIBUTES = 16
MOST_REMEMBERED = 256  # elements: nobody's envelope takes memory for long

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
    nodes = [*islice(root.iter(), MOST_ELEMENTS + 1)]
    tags = [node.tag for node in nodes]
    if root.getroottree().docinfo.internalDTD is not None or _beside(root) or {*map(type, tags)} != {str}:
        raise As4Error(Cause.UNSAFE_XML)
    attributes = [node.items() for node in nodes]
    if len(nodes) > MOST_ELEMENTS or max(map(len, attributes)) > MOST_ATTRIBUTES:
        raise As4Error(Cause.TOO_LARGE, "Envelope")
    if root.tag != SOAP + "Envelope":
        raise As4Error(Cause.STRUCTURE)
    elements = tuple(zip(tags, map(len, nodes), strict=True))
    (_fit if len(elements) <= MOST_REMEMBERED else _fit.__wrapped__)(elements)
    for parent in _mixed(nodes, elements):
        raise As4Error(Cause.STRUCTURE, parent.rpartition("}")[2])
    ids = [value for each in attributes for name, value in each if str(name).rpartition("}")[2] in _IDS]
    if len(set(ids)) != len(ids):
        raise As4Error(Cause.REPEATED_ID)


# The small print.

# Whatever an attribute that may be taken for an Id is called, and in whatever namespace.
_IDS = frozenset({"Id", "ID", "id"})
_WHITE = " \t\r\n"  # XML 1.0 §2.3


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


def _mixed(nodes: Iterable[etree._Element], elements: Iterable[tuple[str, int]]) -> Iterator[str]:
    """The tags of what holds text beside elements, or where only elements may stand."""
    for node, (tag, many) in zip(nodes, elements, strict=True):
        if (many or tag in _SHAPES) and node.text and node.text.strip(_WHITE):
            yield tag
        if node.tail and node.tail.strip(_WHITE):
            yield str(node.getparent().tag)  # type: ignore[union-attr]  # the root has no tail


@lru_cache(maxsize=16)
def _fit(elements: tuple[tuple[str, int], ...]) -> None:
    """Hold a tree against the table, told in the order of the document by each tag and how many children it has.

    Raises As4Error STRUCTURE. Most envelopes are built as one before, so what was right is remembered.
    """
    children, missing = [list[tuple[str, int]]() for _ in elements], [many for _, many in elements]
    above = list[int]()
    for at, element in enumerate(elements):
        while above and not missing[above[-1]]:
            above.pop()
        if above:
            missing[above[-1]] -= 1
            children[above[-1]].append(element)
        above.append(at)
    for (tag, _), below in zip(elements, children, strict=True):
        if tag in _RULES and not _RULES[tag].fit([one for one, many in below if many or not _may_stand(one, tag)]):
            raise As4Error(Cause.STRUCTURE, tag.rpartition("}")[2])


def _may_stand(tag: str, parent: str) -> bool:
    """Whether a product may have put an element of its own there; what it knows no rule of has no children."""
    return parent in _OPEN and _is_foreign(tag)
