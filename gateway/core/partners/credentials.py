"""What a partner shows us: certificates, who issues them, an address, numbers; and what of it waits for two people."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime

from gateway.core.partners.kinds import CertificateRole, Channel
from gateway.core.partners.particulars import Contact, MailboxId, Phone, Safeguarding
from gateway.core.terms import Digest, Fingerprint, PersonId, digest


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as it was registered; whoever uses it parses it. ``first`` and ``last`` are instants in UTC."""

    role: CertificateRole
    pem: str
    first: datetime | None = None
    last: datetime | None = None

    def __post_init__(self) -> None:
        _der(self.pem)
        if self.first and self.last and self.last < self.first:
            raise ValueError("a certificate ends before it begins")

    @property
    def der(self) -> bytes:
        return _der(self.pem)

    @property
    def fingerprint(self) -> Fingerprint:
        """The SHA-256 of the DER form, as people read it out to each other."""
        return Fingerprint(digest(self.der))


@dataclass(frozen=True, slots=True)
class Anchor:
    """An authority that issues a partner's certificates to ``name``: a renewed one of these counts when it is shown."""

    pem: str
    name: str

    def __post_init__(self) -> None:
        _der(self.pem)

    @property
    def fingerprint(self) -> Fingerprint:
        return Fingerprint(digest(_der(self.pem)))


@dataclass(frozen=True, slots=True)
class Awaiting:
    """An address, certificates and numbers that count for nothing until two people have confirmed them by phone.

    ``confirmed_by`` is the first of the two, and ``number`` the one that they called. ``brought`` are numbers that came
    with the record itself: whoever made it up would answer there. ``contact`` and ``safeguarding`` stand for themselves
    where a new number is in them: whose it is, people hear at one that they had before.
    """

    endpoint: str = ""
    certificates: tuple[Certificate, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    brought: tuple[Phone, ...] = ()
    confirmed_by: PersonId | None = None
    number: Phone | None = None
    mailbox: str = ""
    contact: Contact | None = None
    safeguarding: Safeguarding | None = None

    def __post_init__(self) -> None:
        check_endpoint(self.endpoint)
        check_mailbox(self.mailbox, plain=False)

    @property
    def address(self) -> str:
        """Where it would be reached; empty where it only shows certificates."""
        return self.endpoint or self.mailbox

    def pems(self, role: str) -> tuple[str, ...]:
        return tuple(one.pem for one in self.certificates if one.role == role)

    @property
    def numbers(self) -> tuple[str, ...]:
        """At which it would be rung."""
        told = (self.contact, self.safeguarding)
        return tuple(one.phone for one in told if one is not None)

    @property
    def content(self) -> Digest:
        """What it is that people confirm: the address, every fingerprint, who issues certificates to what name, and new
        numbers.
        """
        shown = sorted(f"{one.role} {one.fingerprint}" for one in self.certificates)
        issuing = sorted(f"anchor {one.fingerprint} {one.name}" for one in self.anchors)
        mailbox = [f"mailbox {self.mailbox}"] if self.mailbox else []
        rung = [f"number {one}" for one in self.numbers]
        return digest("\n".join((self.endpoint, *mailbox, *shown, *issuing, *rung)).encode())


def check_endpoint(endpoint: str, channel: Channel | None = None) -> None:
    """Raises ValueError. ``channel`` is None where it is looked at later."""
    if endpoint.startswith(MAILTO):
        if not _MAIL.fullmatch(endpoint.removeprefix(MAILTO)) or channel not in {None, Channel.INBOX}:
            raise ValueError(
                "who is reached by its inbox here has one mailbox as its address, such as mailto:a@b.example"
            )
    elif endpoint and not re.fullmatch(r"https://[!-~]{1,500}", endpoint):
        raise ValueError("an endpoint is an https address")


def check_mailbox(mailbox: str, *, plain: bool) -> None:
    if plain and not mailbox:
        raise ValueError("only a mailbox can be one where no AS4 message is opened")
    if mailbox:
        MailboxId(mailbox)


def _der(pem: str) -> bytes:
    """The one certificate in a PEM text; raises ValueError for anything else, a private key above all."""
    found = re.fullmatch(r"-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE-----\n", pem)
    if found is None:
        raise ValueError("not a certificate in PEM")
    return base64.b64decode(found[1].replace("\n", ""), validate=True)


MAILTO = "mailto:"
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
