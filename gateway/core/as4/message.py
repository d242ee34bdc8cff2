"""The eb:Messaging header: what a user message says of itself, written and read by position.

Nothing read here is true until the signature over the very same tree was verified.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml import etree

from gateway.core.as4 import names
from gateway.core.as4.causes import As4Error, Cause
from gateway.core.as4.envelope import Envelope, add, filled, local_name, maybe, text, the
from gateway.core.as4.names import EB
from gateway.core.as4.values import Part, Party, UserMessage
from gateway.core.terms import MessageId, stamp


@dataclass(frozen=True, slots=True)
class Declared:
    """What an eb:PartInfo says of one attachment."""

    href: str
    mime: str
    name: str | None
    zipped: bool

    @property
    def content_id(self) -> str:
        """A cid: URL is the Content-ID, percent-encoded (RFC 2392)."""
        return re.sub("%([0-9A-Fa-f]{2})", lambda match: chr(int(match[1], 16)), self.href.removeprefix("cid:"))


def write_info(parent: etree._Element, message_id: MessageId, at: datetime, ref_to: MessageId | None) -> None:
    info = add(parent, EB + "MessageInfo")
    add(info, EB + "Timestamp", text=stamp(at))
    add(info, EB + "MessageId", text=message_id)
    if ref_to is not None:
        add(info, EB + "RefToMessageId", text=ref_to)


def write(envelope: Envelope, message: UserMessage, hrefs: Iterable[str]) -> None:
    """Put ``message`` into a blank envelope, its parts named by ``hrefs`` in their order (ebMS3 core §5.2.2)."""
    user = add(envelope.messaging, EB + "UserMessage", None if message.mpc is None else {"mpc": message.mpc})
    write_info(user, message.message_id, message.at, message.ref_to)
    parties = add(user, EB + "PartyInfo")
    _write_party(parties, "From", message.sender, message.sender_role)
    _write_party(parties, "To", message.recipient, message.recipient_role)
    _write_collaboration(user, message)
    if message.properties:
        _write_properties(add(user, EB + "MessageProperties"), message.properties)
    if message.parts:
        payload = add(user, EB + "PayloadInfo")
        for part, href in zip(message.parts, hrefs, strict=True):
            known = [(_MIME_TYPE, part.mime), (_COMPRESSION, names.GZIP)]
            if part.name is not None:
                known.append((_FILE_NAME, part.name))
            _write_properties(add(add(payload, EB + "PartInfo", {"href": href}), EB + "PartProperties"), known)


def read(envelope: Envelope, parts: Iterable[Declared], contents: Mapping[str, bytes]) -> UserMessage:
    """The opposite of ``write``, once the tree is verified; ``parts`` are ``declared`` in it, ``contents`` go by href.

    Raises As4Error HEADER_VALUE.
    """
    user = envelope.user_message
    sender, sender_role = _party(user, "From")
    recipient, recipient_role = _party(user, "To")
    collaboration = the(user, EB + "CollaborationInfo")
    service = the(collaboration, EB + "Service")
    agreement = maybe(collaboration, EB + "AgreementRef")
    return UserMessage(
        message_id=message_id(user),
        at=instant(user),
        sender=sender,
        recipient=recipient,
        sender_role=sender_role,
        recipient_role=recipient_role,
        service=filled(service),
        service_type=service.get("type"),
        action=filled(the(collaboration, EB + "Action")),
        agreement=None if agreement is None else filled(agreement),
        conversation=text(the(collaboration, EB + "ConversationId")),
        ref_to=ref_to(user),
        properties=tuple(_properties(maybe(user, EB + "MessageProperties")).items()),
        parts=tuple(Part(contents[part.href], part.mime, part.name) for part in parts),
        mpc=user.get("mpc"),
    )


def claimed_sender(envelope: Envelope) -> str:
    """Who the message says it is from: a hint until its signature fits that party. Raises As4Error HEADER_VALUE."""
    return _party(envelope.user_message, "From")[0].id


def claimed_id(envelope: Envelope) -> MessageId | None:
    """The id the message gives itself, unverified, or None."""
    try:
        return message_id(envelope.messaging[0])
    except (As4Error, IndexError):
        return None


def declared(user: etree._Element) -> tuple[Declared, ...]:
    """The attachments in PayloadInfo, each at most once.

    Raises As4Error HEADER_VALUE, COMPRESSED_WHAT, PARTS_DIFFER.
    """
    payload = maybe(user, EB + "PayloadInfo")
    parts = tuple(_declared(part) for part in (() if payload is None else payload))
    if len({part.content_id for part in parts}) != len(parts):
        raise As4Error(Cause.PARTS_DIFFER)
    return parts


def message_id(message: etree._Element) -> MessageId:
    return _message_id(the(message, EB + "MessageInfo", EB + "MessageId"))


def ref_to(message: etree._Element) -> MessageId | None:
    element = maybe(message, EB + "MessageInfo", EB + "RefToMessageId")
    return None if element is None else _message_id(element)


def instant(message: etree._Element) -> datetime:
    """The eb:Timestamp; without a zone it is UTC (ebMS3 core §5.2.2.1)."""
    written = text(the(message, EB + "MessageInfo", EB + "Timestamp"))
    if not _TIMESTAMP.fullmatch(written):
        raise As4Error(Cause.HEADER_VALUE, "Timestamp")
    try:
        at = datetime.fromisoformat(written)
        # By arithmetic: ``astimezone`` would ask the machine for its zone.
        return (at - (at.utcoffset() or timedelta())).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise As4Error(Cause.HEADER_VALUE, "Timestamp") from None


# The small print.

_MIME_TYPE, _COMPRESSION, _FILE_NAME = "MimeType", "CompressionType", "FileName"
_MIME = re.compile(r"[!#$&^_.+\-0-9A-Za-z]{1,127}/[!#$&^_.+\-0-9A-Za-z]{1,127}(?:[ \t]*;[\x20-\x7e]{1,200})?")
_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)


def _message_id(element: etree._Element) -> MessageId:
    try:
        return MessageId(text(element))
    except ValueError:
        raise As4Error(Cause.HEADER_VALUE, local_name(element)) from None


def _party(user: etree._Element, side: str) -> tuple[Party, str]:
    found = the(user, EB + "PartyInfo", EB + side)
    party_id = the(found, EB + "PartyId")
    return Party(filled(party_id), party_id.get("type", "")), filled(the(found, EB + "Role"))


def _properties(parent: etree._Element | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in () if parent is None else parent:
        name = each.get("name", "")
        if not name or name in found:
            raise As4Error(Cause.HEADER_VALUE, "Property")
        found[name] = text(each)
    return found


def _declared(part: etree._Element) -> Declared:
    href = part.get("href", "")
    known = _properties(maybe(part, EB + "PartProperties"))
    mime = known.get(_MIME_TYPE, "application/octet-stream")
    if not href.startswith("cid:") or not _MIME.fullmatch(mime) or known.get(_COMPRESSION) not in {None, names.GZIP}:
        raise As4Error(Cause.HEADER_VALUE, "PartInfo")
    if _COMPRESSION in known and _MIME_TYPE not in known:
        raise As4Error(Cause.COMPRESSED_WHAT)  # what comes out of the gzip stream is something only the sender knows
    return Declared(href, mime, known.get(_FILE_NAME), _COMPRESSION in known)


def _write_party(parties: etree._Element, side: str, party: Party, role: str) -> None:
    found = add(parties, EB + side)
    add(found, EB + "PartyId", {"type": party.type} if party.type else None, party.id)
    add(found, EB + "Role", text=role)


def _write_collaboration(user: etree._Element, message: UserMessage) -> None:
    collaboration = add(user, EB + "CollaborationInfo")
    if message.agreement is not None:
        add(collaboration, EB + "AgreementRef", text=message.agreement)
    kind = None if message.service_type is None else {"type": message.service_type}
    add(collaboration, EB + "Service", kind, message.service)
    add(collaboration, EB + "Action", text=message.action)
    add(collaboration, EB + "ConversationId", text=message.conversation)


def _write_properties(parent: etree._Element, properties: Iterable[tuple[str, str]]) -> None:
    for name, value in properties:
        add(parent, EB + "Property", {"name": name}, value)
