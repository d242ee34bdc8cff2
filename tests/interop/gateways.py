"""A council's gateway as a foreign product meets it: set up as an operator would, its own keys, its own door."""

import itertools
import os
from dataclasses import dataclass, replace
from pathlib import Path

from gateway import wiring
from gateway.commands import agreed, setup, stage
from gateway.core import as4
from gateway.core.as4 import Profile, Sealed, UserMessage, certificates
from gateway.core.partners import Certificate, CertificateRole, Channel, Partner
from gateway.core.records import Reply
from gateway.core.terms import MessageId
from gateway.edge import certificates as issued
from gateway.wiring import Installation
from tests.simulator import KENT, MEDWAY

ROLES = ("sign", "seal")
INITIATOR, RESPONDER = as4.names.INITIATOR, as4.names.RESPONDER


@dataclass(frozen=True, slots=True)
class Home:
    """Kent's installation, whose partner Medway runs another product and knows one profile at a time."""

    folder: Path
    profile: Profile
    installed: Installation

    @property
    def partner(self) -> Partner:
        return self.installed.store.register().directory.get(MEDWAY)

    @property
    def signers(self) -> tuple[certificates.Certificate, ...]:
        """The partner's signing certificates in force."""
        return certificates.valid(self.partner.pems("sign"), wiring.now())

    def meet(self, profile: Profile, folder: Path, endpoint: str) -> "Home":
        """Enlist the partner, whose certificates lie in ``folder``, in place of what was known of it."""
        named = {**{CertificateRole(role): f"{profile}-{role}" for role in ROLES}, CertificateRole.TLS: "tls"}
        pems = {role: (folder / f"{name}.crt.pem").read_text() for role, name in named.items()}
        shown = tuple(Certificate(role, pem) for role, pem in pems.items())
        made = replace(
            self.partner,
            channel=Channel.AS4,
            endpoint=endpoint,
            profile=profile,
            certificates=shown,
            private_address=True,
        )
        setup.enlist(self.installed, [made], wiring.now())
        return replace(self, profile=profile)

    def introduce(self, folder: Path) -> None:
        """Lay what the partner needs into its folder: keys of its own, and our certificates."""
        at, vault = wiring.now(), self.installed.vault
        issued.write(folder / "tls", *issued.make("tls", "phase4", ("localhost",), at))
        (folder / "their-tls.crt.pem").write_bytes(vault.current(KENT, "tls").certificate_file.read_bytes())
        for profile, role in itertools.product(Profile, ROLES):
            issued.write(folder / f"{profile}-{role}", *issued.make(role, "phase4", (), at, profile))
            ours = vault.current(KENT, role, profile).certificate_file.read_bytes()
            (folder / f"{profile}-their-{role}.crt.pem").write_bytes(ours)

    def seal(self, message: UserMessage) -> Sealed:
        shown = certificates.valid(self.partner.pems("seal"), message.at)
        found = certificates.agreed(self.installed.vault.signers(KENT), shown, self.partner.profile)
        assert found is not None and found[-1] is self.profile
        return as4.seal(message, *found, os.urandom)

    def send(self, sealed: Sealed) -> Reply:
        """Over the gateway's own TLS to the partner's endpoint."""
        return self.installed.gateway.transport.send(self.partner, KENT, sealed.content_type, sealed.body)


def home(folder: Path) -> Home:
    """Set Kent up under ``folder``."""
    at = wiring.now()
    text = setup.settings_text((KENT,), "localhost", 0, 0, "sqlite:///gateway.sqlite", at.date())
    installed = setup.found(folder, text.replace('"0.0.0.0"', '"127.0.0.1"'), at)
    agreed.adopt(installed, stage.agreement(at.date()))
    return Home(folder, Profile.EDELIVERY_1_15, installed)


def message(name: str, action: str, *contents: bytes) -> UserMessage:
    """From Kent to Medway, each content an attachment."""
    return UserMessage(
        message_id=MessageId(f"{name}@kent.example"),
        at=wiring.now(),
        sender=as4.Party(KENT),
        recipient=as4.Party(MEDWAY),
        sender_role=INITIATOR,
        recipient_role=RESPONDER,
        service="urn:interop",
        service_type=None,
        action=action,
        agreement="interop.v1",
        conversation="interop",
        ref_to=None,
        properties=(("originalSender", KENT), ("finalRecipient", MEDWAY)),
        parts=tuple(as4.Part(content, "application/xml") for content in contents),
    )
