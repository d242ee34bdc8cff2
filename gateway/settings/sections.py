"""The sections of the settings as values, each with what it may be when an older installation does not name it."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from gateway.core.facts import Role
from gateway.core.log.note import Verifier
from gateway.core.reminders import Addresses, Times
from gateway.core.terms import PartnerId, PersonId


@dataclass(frozen=True, slots=True)
class Listen:
    machines_host: str
    machines_port: int
    pages_host: str
    pages_port: int
    names: tuple[str, ...]
    operator_host: str = "127.0.0.1"
    operator_port: int = 8081
    proxies: tuple[str, ...] = ()
    """Addresses of the reverse proxies that end TLS for machines; without any, the gateway does."""


@dataclass(frozen=True, slots=True)
class Timetable:
    dispatch: float
    checkpoint: float
    witness: float = 5.0
    pull: float = 60.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """What one message may have at most, zipped and unzipped, and what all peers together may take of this machine."""

    message_mb: int = 64
    unzipped_mb: int = 64
    parts: int = 64
    buffered_mb: int = 512
    connections: int = 2000

    def __post_init__(self) -> None:
        if any(type(size) is not int or size < 1 for size in astuple(self)):
            raise ValueError("[limits] holds numbers from 1 on")
        if self.buffered_mb < self.message_mb:
            raise ValueError("[limits] buffered_mb has room for one message at least")


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who countersigns our checkpoints, and where each is asked. ``quorum`` of them make a proof complete."""

    quorum: int = 0
    known: tuple[tuple[Verifier, str], ...] = ()
    patience: timedelta = timedelta()
    """How long new disclosures go on without a proven checkpoint; nothing: for ever."""


@dataclass(frozen=True, slots=True)
class Mail:
    """The council's mail server or GOV.UK Notify, and to whom reminders go.

    ``security``: ``starttls``, ``tls`` or ``none``. ``notify_key_file`` holds the key that Notify gave us.
    """

    host: str
    sender: str
    to: Addresses
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password_file: Path | None = None
    authority: Path | None = None
    notify_key_file: Path | None = None
    notify_template: str = ""
    notify_url: str = "https://api.notifications.service.gov.uk"
    link: str = ""
    times: Times = field(default_factory=Times)


@dataclass(frozen=True, slots=True)
class OpenId:
    """By whose accounts people sign in, and what their provider's words are here. Secrets are files."""

    preset: str
    issuer: str
    client: str
    secret: Path
    address: str
    roles: Mapping[str, Role]
    scope: str = "openid email profile"
    role_claim: str = "roles"
    name_claim: str = "preferred_username"
    organisation: PartnerId | None = None
    authority: Path | None = None
    api: str = ""
    service: str = ""
    api_secret: Path | None = None


PRESETS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "entra": {"role_claim": "roles"},
        "keycloak": {"role_claim": "realm_access.roles"},
        "dfe": {"scope": "openid email profile organisation", "name_claim": "email"},
    }
)
"""What differs from one provider to the next; a setting goes before it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A partner's folders on this machine: where its files are laid, and where it leaves files for us.

    ``by`` is in whose name a program of our own takes from the shelf of a home or team what is for it.
    """

    drop: Path | None = None
    pickup: Path | None = None
    by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Folders:
    """``handoff`` holds what waits for upload to school2school, in a folder for each home; ``quiet`` is in seconds."""

    handoff: Path
    quiet: float = 10.0
    places: Mapping[PartnerId, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mesh:
    """Our mailbox on MESH; secrets, certificate and key are files."""

    url: str
    mailbox: str
    password: Path
    shared_key: Path
    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None
    workflow: str = "CME_GATEWAY"
    chunk: int = 20_000_000
