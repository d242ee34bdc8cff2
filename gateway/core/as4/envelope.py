"""The SOAP envelope: one tree, parsed once, held against the grammar, and read and verified as that same tree.

``Envelope`` holds the three elements that matter. Reading an envelope says nothing about who wrote it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from gateway.core.as4 import grammar, names
from gateway.core.as4.causes import As4Error, Cause
from gateway.core.as4.names import EB, SOAP, WSSE

MOST_NAMESPACES = 2_000  # declared anew on every element of 64 parts; canonicalisation looks through all of them


@dataclass(frozen=True, slots=True)
class Envelope:
    """One tree: ``security`` is None when there is none. Both ids are the wsu:Ids that a signature must name."""

    root: etree._Element
    security: etree._Element | None
    messaging: etree._Element
    body: etree._Element

    @property
    def user_message(self) -> etree._Element:
        """The only eb:UserMessage; raises As4Error WRONG_KIND when it is anything else."""
        return self._only("UserMessage")

    @property
    def signal(self) -> etree._Element:
        """The only eb:SignalMessage; raises As4Error WRONG_KIND when it is anything else."""
        return self._only("SignalMessage")

    def _only(self, name: str) -> etree._Element:
        if [child.tag for child in self.messaging] != [EB + name]:
            raise As4Error(Cause.WRONG_KIND)
        return self.messaging[0]


def blank(seed: str) -> Envelope:
    """An envelope to fill, its ids made from ``seed``, which stands in no other envelope."""
    root = etree.Element(SOAP + "Envelope", nsmap=_NSMAP)
    header = add(root, SOAP + "Header")
    security = add(header, WSSE + "Security", {SOAP + "mustUnderstand": "true"})
    messaging = add(header, EB + "Messaging", {SOAP + "mustUnderstand": "true", names.WSU_ID: f"messaging-{seed}"})
    body = add(root, SOAP + "Body", {names.WSU_ID: f"body-{seed}"})
    return Envelope(root, security, messaging, body)


def parse(soap: bytes, charset: str = "") -> Envelope:
    """Parse and hold against the grammar.

    Raises As4Error: TOO_LARGE, NOT_XML, UNSAFE_XML, STRUCTURE, REPEATED_ID.
    """
    # In UTF-8, and in UTF-16 (which alone has zeros) whichever byte of a letter comes first.
    wide = soap.count(b"x\0m\0l\0n\0s") if b"\0" in soap else 0
    if soap.count(b"xmlns") + wide > MOST_NAMESPACES:
        raise As4Error(Cause.TOO_LARGE, "Envelope")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(soap, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise As4Error(Cause.NOT_XML) from None
    # libxml2 believes the byte order mark and reports the declaration.
    marked = soap.startswith((b"\xff\xfe", b"\xfe\xff"))
    written = "utf-16" if marked else (root.getroottree().docinfo.encoding or "utf-8").lower()
    if written not in _CHARSETS or charset not in {"", *_CHARSETS[written]}:
        raise As4Error(Cause.NOT_XML)
    grammar.check(root)
    header, body = root
    if header.tag != SOAP + "Header":
        raise As4Error(Cause.STRUCTURE, "Envelope")
    return Envelope(root, maybe(header, WSSE + "Security"), the(header, EB + "Messaging"), body)


def printed(envelope: Envelope) -> bytes:
    """As it goes out: ASCII, every other letter a character reference."""
    return etree.tostring(envelope.root)


def canonical(element: etree._Element, prefixes: tuple[str, ...] = ()) -> bytes:
    """Exclusive C14N 1.0 without comments. Raises As4Error NOT_XML for what it does not allow (relative namespaces)."""
    try:
        return etree.tostring(
            element, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=list(prefixes) or None
        )
    except etree.C14NError:
        raise As4Error(Cause.NOT_XML) from None


def add(
    parent: etree._Element, tag: str, attributes: dict[str, str] | None = None, text: str | None = None
) -> etree._Element:
    """A new last child."""
    child = etree.SubElement(parent, tag, attributes)
    child.text = text
    return child


def the(element: etree._Element, *path: str) -> etree._Element:
    """Down by names of which the grammar allows exactly one. Raises As4Error STRUCTURE where it was not asked."""
    found = maybe(element, *path)
    if found is None:
        raise As4Error(Cause.STRUCTURE, path[-1].rpartition("}")[2])
    return found


def maybe(element: etree._Element, *path: str) -> etree._Element | None:
    """Down by names of which the grammar allows one at most."""
    found: etree._Element | None = element
    for tag in path:
        found = None if found is None else next(found.iterchildren(tag), None)
    return found


def text(element: etree._Element) -> str:
    return (element.text or "").strip()


def filled(element: etree._Element) -> str:
    """Its text, which must not be empty. Raises As4Error HEADER_VALUE."""
    if not (found := text(element)):
        raise As4Error(Cause.HEADER_VALUE, local_name(element))
    return found


def local_name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


# The small print.

_NSMAP = {prefix: uri for prefix, uri in names.PREFIXES.items() if prefix in {"S12", "eb", "wsse", "wsu", "ds", "xenc"}}
_CHARSETS: Mapping[str, frozenset[str]] = {
    "utf-8": frozenset({"utf-8", "us-ascii"}),
    "us-ascii": frozenset({"utf-8", "us-ascii"}),
    "utf-16": frozenset({"utf-16", "utf-16le", "utf-16be"}),
    "utf-16le": frozenset({"utf-16", "utf-16le"}),
    "utf-16be": frozenset({"utf-16", "utf-16be"}),
}
