"""What the flows need from the world, as narrow as they need it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from gateway.core import as4
from gateway.core.agreements import Agreement
from gateway.core.decisions import Clearance
from gateway.core.delivery import Parcel, State, Waits
from gateway.core.facts import Stale
from gateway.core.log.note import Verifier
from gateway.core.notices import Side
from gateway.core.partners import CertificateRole, Partner
from gateway.core.records import (
    Answer,
    Before,
    Blocked,
    Breach,
    CalledBack,
    Case,
    Claimed,
    Decided,
    Flagged,
    Judge,
    Kept,
    LaneRule,
    Lasts,
    Notice,
    Person,
    Recalled,
    Record,
    Register,
    Rehearsal,
    Reply,
    RightsCopy,
    RightsNotice,
    Rulebook,
    Standing,
    Watch,
)
from gateway.core.tasks import Task
from gateway.core.terms import (
    AgreementRef,
    CarrierReference,
    CaseId,
    DisclosureId,
    Draw,
    Flag,
    MessageId,
    ParcelId,
    PartnerId,
    PersonId,
    PurposeCode,
    UploadId,
)


class Writing(Protocol):
    def record(self, record: Record) -> None: ...
    def register(self) -> Register: ...
    def newest_checkpoint(self) -> str | None: ...
    def ready(self) -> None: ...


class Memory(Protocol):
    def answer(self, what: str, sender: str, key: str) -> Answer | None: ...
    def delivered(self, sender: str, disclosure: DisclosureId) -> bool: ...
    def kept(self, kept_id: str) -> Kept: ...
    def held_of(self, partner: PartnerId) -> Sequence[str]: ...


class Agreed(Protocol):
    """Agreements in the register, and what went under them."""

    def agree(self, made: Sequence[Agreement], record: Record, seen: int | None = None) -> bool: ...
    def sent_under(self, ref: AgreementRef, since: datetime) -> int: ...
    def lines_about(self, subject: str) -> Sequence[bytes]: ...
    def not_released_since(self, at: datetime) -> Sequence[Decided]: ...


class Queue(Protocol):
    def claim(
        self, at: datetime, lease: timedelta, most: int, judge: Judge, waits: Waits, after: str = ""
    ) -> Sequence[Claimed]: ...
    def let_go(self, claimed: Sequence[Claimed]) -> None: ...
    def settle(self, claimed: Claimed, record: Record, lane: LaneRule, receipt: bytes | None) -> bool: ...
    def parcel(self, parcel_id: ParcelId) -> Standing | None: ...
    def collect(self, parcel_id: ParcelId, record: Record, judge: Judge) -> Stale | bool: ...
    def replace_shelved(self, parcel_id: ParcelId, record: Record) -> bool: ...
    def look_again(self, parcel: Parcel, judge: Judge) -> Stale | None: ...
    def prove(
        self, parcel_id: ParcelId, states: Collection[State], record: Record, receipt: bytes | None = None
    ) -> bool: ...


class Pulled(Protocol):
    """What waits until its recipient comes for it."""

    def asked(self, partner: PartnerId, message: MessageId, at: datetime, kept: timedelta) -> None: ...
    def claim_for(
        self, partner: PartnerId, at: datetime, lease: timedelta, judge: Judge, waits: Waits
    ) -> Claimed | None: ...
    def parcel_under(self, message: MessageId) -> Standing | None: ...
    def uncollected(self, partners: Collection[PartnerId], before: datetime, most: int) -> Sequence[Standing]: ...


class Questions(Protocol):
    def parcels_of(self, source: UploadId) -> Sequence[Standing]: ...
    def sent_by(self, discloser: PartnerId, home: PartnerId, most: int) -> Sequence[Standing]: ...
    def shelved_for(self, readers: Sequence[PartnerId]) -> Sequence[Standing]: ...
    def evidence(self, parcel_id: ParcelId) -> tuple[bytes, bytes | None] | None: ...


class Flags(Protocol):
    def flags_on(self, handles: Sequence[str]) -> Mapping[str, frozenset[Flag]]: ...
    def flags_in(self, sources: Sequence[UploadId]) -> Mapping[tuple[str, int], frozenset[Flag]]: ...
    def flags_of(self, handles: Sequence[str], flag: Flag) -> Sequence[Flagged]: ...
    def shelved_flagged(self, most: int) -> Sequence[Standing]: ...


class Closures(Protocol):
    """Cases that open to nobody but these people."""

    def closures(self, cases: Sequence[CaseId]) -> Mapping[CaseId, frozenset[PersonId]]: ...
    def closures_on(self, handles: Sequence[str]) -> Mapping[CaseId, frozenset[PersonId]]: ...


class Found(Protocol):
    def handles_of(self, source: str, pupil: int) -> tuple[str, ...]: ...


class Holds(Protocol):
    def decided(self, disclosure: DisclosureId) -> Decided | None: ...
    def clearance(self, disclosure: DisclosureId) -> Clearance | None: ...
    def tasks_about(self, subject: str) -> Sequence[Task]: ...
    def consented(self, home: PartnerId, purpose: PurposeCode, children: Collection[str]) -> frozenset[str]: ...
    def earlier_one_offs(self, home: PartnerId, reader: PartnerId, since: datetime) -> int: ...
    def released_on(self, form: str) -> Sequence[tuple[UploadId, datetime]]: ...


class Expected(Protocol):
    """Who is watched until it starts at another school, and whose file an error stopped."""

    def watches_on(self, home: PartnerId, handles: Sequence[str]) -> Sequence[Watch]: ...
    def blocked_at(self, home: PartnerId, before: datetime | None = None) -> Sequence[Blocked]: ...


class Exchanged(Protocol):
    def exchanged(self, home: PartnerId, handles: Sequence[str], since: datetime) -> Sequence[Standing]:
        """What a home sent and received about a child since then, newest first."""

    def sources_of(self, handle: str) -> Sequence[tuple[UploadId, int]]: ...
    def decided_for(self, source: UploadId) -> Sequence[Decided]: ...


class Cases(Expected, Exchanged, Protocol):
    """What a file that comes in asks about the children it names."""

    def cases_on(self, home: PartnerId, handles: Sequence[str]) -> Sequence[Case]: ...
    def case_offered(self, disclosure: DisclosureId) -> Case | None: ...
    def tasks_about(self, subject: str) -> Sequence[Task]: ...


class Heads(Protocol):
    """What is held of partners' logs."""

    def countersign(self, origin: str, before: Before) -> None: ...
    def heads_of(self, origin: str) -> Sequence[str]: ...
    def doubt(self, record: Record) -> None: ...


class Notices(Protocol):
    def notice(self, disclosure: DisclosureId, side: Side) -> Notice | None: ...
    def notices_of(self, home: PartnerId, side: Side, matter: str) -> Sequence[Notice]: ...
    def notices_in(self, parcels: Sequence[ParcelId]) -> Mapping[str, Notice]: ...


class Rights(Protocol):
    """What receiving and collecting ask about what people claim as their right."""

    def rights_notices_by(self, notice: DisclosureId) -> Sequence[RightsNotice]: ...
    def rights_copies(self, of: ParcelId | UploadId) -> Sequence[RightsCopy]: ...
    def told_before_lifting(self, handles: Sequence[str]) -> bool: ...


class Recalls(Protocol):
    """What was called back, and breaches, as a message about one needs them."""

    def called_back(self, sender: PartnerId, disclosure: DisclosureId) -> CalledBack | None: ...
    def recall_of(self, disclosure: DisclosureId) -> Recalled | None: ...
    def breach_about(self, disclosure: DisclosureId) -> Breach | None: ...
    def parcels_under(self, disclosure: DisclosureId) -> Sequence[Standing]: ...


class Connecting(Protocol):
    """What partners that are being connected had of us."""

    def rehearsals(self, partner: PartnerId) -> Sequence[Rehearsal]: ...


class Team(Protocol):
    def people(self) -> Sequence[Person]: ...


class Store(
    Writing,
    Memory,
    Heads,
    Agreed,
    Queue,
    Pulled,
    Questions,
    Flags,
    Closures,
    Found,
    Holds,
    Cases,
    Notices,
    Rights,
    Recalls,
    Connecting,
    Team,
    Protocol,
):
    """Everything the flows ask of the database; each flow names the narrow port it uses."""


class Notes(Protocol):
    """The keys of our log and of our witness."""

    def sign_note(self, text: str) -> str: ...
    def cosign(self, text: str, at: int) -> str: ...
    def verifiers(self) -> Sequence[Verifier]: ...


class Vault(Notes, Protocol):
    """Keys and what rests under them: a folder of files, or an HSM or KMS in its place."""

    def keep(self, content: bytes) -> Kept: ...
    def open_kept(self, kept: Kept) -> bytes: ...
    def blind(self, text: str) -> str: ...


class Keys(Protocol):
    """The AS4 keys of a home: who signs for it, one for each profile, and what opens what is sealed for it."""

    def signers(self, home: PartnerId) -> tuple[as4.Signer, ...]: ...
    def opener(self, home: PartnerId) -> as4.Opener: ...


class Transport(Protocol):
    def send(self, recipient: Partner, home: PartnerId, content_type: str, body: bytes) -> Reply: ...


class Courier(Protocol):
    """Hands what is closed to a carrier, whose answer may be lost: ``again`` says that it may have it already.

    ``name`` and ``content`` are the plain file, or the sealed message without a name. Returns what the carrier calls
    it. Raises Fault.
    """

    def hand(
        self, parcel: Parcel, recipient: Partner, name: str, content: bytes, *, again: bool
    ) -> CarrierReference | None: ...


class Held(Protocol):
    def held(self, partner: Partner, home: PartnerId) -> Sequence[str]: ...


class Pull(Protocol):
    def pull(self, partner: Partner, home: PartnerId, content_type: str, body: bytes) -> Reply: ...


class Ask(Held, Pull, Protocol):
    def look(self, partner: Partner, home: PartnerId) -> Reply: ...
    def add_checkpoint(self, partner: Partner, home: PartnerId, question: str) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Gateway:
    """All hands together, as ``wiring`` joined them."""

    homes: tuple[PartnerId, ...]
    rulebook: Rulebook
    store: Store
    vault: Vault
    keys: Keys
    transport: Transport
    draw: Draw
    clock: Callable[[], datetime]
    waits: Waits = field(default_factory=Waits)
    lease: timedelta = timedelta(minutes=3)
    carriers: Mapping[PartnerId, date] = field(default_factory=dict)
    """From which day on each home's data-protection officer accepts our own carriers of transfer files."""
    owners: Mapping[PartnerId, tuple[PersonId, ...]] = field(default_factory=dict)
    """Who answers for what waits for a person at each home, the deputies after the first."""
    domain: str = "gateway.invalid"
    rules: as4.Rules = field(default_factory=as4.Rules)
    lasts: Lasts = field(default_factory=Lasts)
    """How long links, sessions and accounts last."""
    couriers: Mapping[str, Courier] = field(default_factory=dict)
    """Who hands parcels over that do not go from gateway to gateway, by their carrier."""
    met: Callable[[CertificateRole, bytes], bool] = lambda _role, _der: False
    """Asked about a certificate (DER) that is in no record: whether it is now, for an authority vouches for it."""
    fail_closed: bool = False
    """Whether a certificate counts for nothing while its authority does not say that it is good."""
