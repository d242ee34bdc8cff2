"""What a carrier brought to our mailbox, and a message as it was opened."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gateway.core import as4
from gateway.core.terms import Digest, MessageId, PartnerId, digest


class CarriedAs(StrEnum):
    """What it is, by the workflow and the type that the carrier names."""

    MESSAGE = "message"
    RECEIPT = "receipt"
    REPORT = "report"
    """The carrier's own word that it could not deliver something of ours."""


@dataclass(frozen=True, slots=True)
class Carried:
    """``id`` is the carrier's own; ``local`` what the sender calls it: of a receipt or report, what we called ours.

    ``test`` says that the carrier names it a test; a sealed message says so itself.
    """

    id: str
    sender: str
    what: CarriedAs
    local: str
    name: str
    content_type: str
    content: bytes
    test: bool = False


class Came(Protocol):
    """A message as it was opened, or as a carrier brought it that seals by itself."""

    @property
    def message(self) -> as4.UserMessage: ...
    @property
    def soap_digest(self) -> Digest: ...


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain file as a message: what the carrier says of it stands in place of what a sender would have signed."""

    message: as4.UserMessage
    soap_digest: Digest

    @classmethod
    def brought(
        cls, message: MessageId, at: datetime, sender: PartnerId, home: PartnerId, part: as4.Part, *,
        service: str = "", action: str = "", conversation: str, properties: tuple[tuple[str, str], ...] = (),
    ) -> "Plain":  # fmt: skip
        """As a carrier that seals by itself brings it: roles and the agreement are what nobody says there."""
        said = as4.UserMessage(
            message_id=message,
            at=at,
            sender=as4.Party(sender),
            recipient=as4.Party(home),
            sender_role="",
            recipient_role="",
            service=service,
            service_type=None,
            action=action,
            agreement=None,
            conversation=conversation,
            ref_to=None,
            properties=properties,
            parts=(part,),
        )
        return cls(said, digest(part.content))
