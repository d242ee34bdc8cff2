"""Two councils that live in one test: real stores, real keys, real seals, a clock that is set by hand, and a wire that
carries each message straight into the other gateway, with faults on demand.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from gateway import settings
from gateway.core import sample
from gateway.core.agreements import Agreement, Party, Signatory, Status
from gateway.core.as4 import certificates
from gateway.core.delivery import Waits
from gateway.core.errors import Fault, Reason
from gateway.core.facts import AgreementRecorded, Role
from gateway.core.partners import (
    Certificate,
    CertificateRole,
    Channel,
    Partner,
    PartnerKind,
    Phone,
    Post,
    Safeguarding,
    VerifierKey,
)
from gateway.core.records import Person, Record, Reply, Rulebook
from gateway.core.sample import Wish
from gateway.core.terms import LaEstab, PartnerId, Period, PersonId, UploadId, digest
from gateway.edge import registry, store, vault
from gateway.edge.store import Store
from gateway.edge.vault import FolderVault
from gateway.flows import exchange, intake, receive, situations
from gateway.flows.intake import Plan, Upload
from gateway.flows.ports import Gateway

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)
"""The day from which both councils accept AS4 for transfer files."""
KENT, MEDWAY = PartnerId("council-886"), PartnerId("council-887")
STAFF = (
    Person(PersonId("n.okoro"), Role.SAFEGUARDING, KENT),
    Person(PersonId("p.byrne"), Role.SAFEGUARDING, KENT),
    Person(PersonId("g.lowe"), Role.GOVERNANCE, KENT),
    Person(PersonId("a.shah"), Role.OFFICER, KENT),
    Person(PersonId("m.ash"), Role.OFFICER, MEDWAY),
    Person(PersonId("m.singh"), Role.SAFEGUARDING, MEDWAY),
)
"""Who signs for what: each gateway knows them by what they are today."""

LARKMERE, TIDEWAY, ACADEMY = PartnerId("school-8864321"), PartnerId("school-8874123"), PartnerId("school-8864999")
NUMBERS = {LARKMERE: LaEstab("8864321"), TIDEWAY: LaEstab("8874123"), ACADEMY: LaEstab("8864999")}
OFFICER = Person(PersonId("a.shah"), Role.OFFICER, KENT)
SOON = Waits(
    steps=tuple(timedelta(seconds=s) for s in (10, 20)), then=timedelta(seconds=30), give_up=timedelta(hours=1)
)


@dataclass
class Clock:
    """Shows what it was set to."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def on(self, **delta: float) -> datetime:
        self.at += timedelta(**delta)
        return self.at


Answering = Callable[[Callable[[], Reply]], Reply]
"""What the wire does with one message: ``deliver()`` brings it to the other side and gives the answer."""


def refused(_deliver: Callable[[], Reply]) -> Reply:
    raise Fault(Reason.UNREACHABLE)


def lost_answer(deliver: Callable[[], Reply]) -> Reply:
    """It arrived, and the sender will never know."""
    deliver()
    raise Fault(Reason.CUT_OFF)


def busy(_deliver: Callable[[], Reply]) -> Reply:
    return Reply(503, "application/json", b"{}")


def garbled(deliver: Callable[[], Reply]) -> Reply:
    """The receipt came with one byte changed."""
    reply = deliver()
    return replace(reply, body=reply.body.replace(b"DigestValue>", b"DigestValue> ", 1)[:-30])


@dataclass
class Wire:
    """Carries messages to whoever they are for. ``faults`` are used up in order; then all goes well."""

    world: "World"
    faults: list[Answering] = field(default_factory=list)
    carried: list[bytes] = field(default_factory=list)

    def send(self, recipient: Partner, home: PartnerId, content_type: str, body: bytes) -> Reply:
        self.carried.append(body)

        def deliver() -> Reply:
            side = self.world.sides[recipient.id]
            connection = digest(self.world.sides[home].tls)
            answer = exchange.accept(side.gateway, receive.Message(self.world.clock(), content_type, body, connection))
            return Reply(answer.status, answer.content_type, answer.body)

        return self.faults.pop(0)(deliver) if self.faults else deliver()

    pull = send


@dataclass
class Side:
    """One council's gateway."""

    home: PartnerId
    store: Store
    vault: FolderVault
    gateway: Gateway
    tls: bytes

    @property
    def signs(self) -> tuple[certificates.Certificate, ...]:
        """The certificates that go with its signatures, one for each profile."""
        return tuple(one.certificate for one in self.vault.signers(self.home))


@dataclass
class World:
    clock: Clock
    sides: dict[PartnerId, Side]
    wire: Wire

    @property
    def kent(self) -> Side:
        return self.sides[KENT]

    @property
    def medway(self) -> Side:
        return self.sides[MEDWAY]

    def upload(self, content: bytes, name: str, sender: PartnerId = LARKMERE, *, ready: bool = False) -> Plan:
        kent = self.kent.gateway
        upload = Upload(UploadId(situations.new_id("u", os.urandom)), self.clock(), sender, name, content, ready)
        return intake.accept(kent, upload)

    def leavers(self, **wish: object) -> Plan:
        made = leavers(**wish)
        return self.upload(made.content, made.name)

    def notice(self, seed: int = 1) -> Plan:
        made = sample.notice(seed, LaEstab("886LLLL"), LaEstab("887LLLL"), NOON.replace(tzinfo=None), seed)
        return self.upload(made.content, made.name, KENT)

    def adopt(self, made: Agreement) -> None:
        for side in self.sides.values():
            fact = AgreementRecorded(self.clock(), side.home, made.ref, digest(b""))
            side.store.adopt(made, Record((fact,)))


def leavers(**wish: object) -> sample.SampleFile:
    """A file of Larkmere's leavers for Tideway."""
    asked = {"source": NUMBERS[LARKMERE], "dest": NUMBERS[TIDEWAY], "pupils": 2, **wish}
    return sample.ctf(Wish(**asked))  # type: ignore[arg-type]


def agreement(version: int = 1, **changes: object) -> Agreement:
    """Kent and Medway tell each other about missing children."""
    template = registry.agreement_templates(settings.shipped("partners"))["council-council-cme"]
    signed = tuple(Signatory(Party(home), "director", date(2026, 9, 1)) for home in (KENT, MEDWAY))
    made = replace(
        template,
        name="kent-medway-cme",
        version=version,
        status=Status.ACTIVE,
        in_force=Period(date(2026, 9, 1), date(2027, 8, 31)),
        review=date(2027, 6, 1),
        max_messages=None,
        assurance=(),
        signatories=signed,
        mandatory=(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@cache
def rulebook() -> Rulebook:
    return registry.rulebook(settings.shipped("schemas"), settings.shipped("partners"))


def make_keys(folder: Path, at: datetime = NOON) -> None:
    """Keys of both councils: slow, so once a session."""
    for home in (KENT, MEDWAY):
        vault.found(folder / home)
        for role in vault.ROLES:
            vault.add_pairs(folder / home, home, role, ("localhost",), at)


def a_world(keys: Path, urls: dict[PartnerId, str], clock: Clock | None = None) -> World:
    """Both councils, introduced to each other, with the agreement in force."""
    for url in urls.values():
        store.upgrade(url)
    made = opened(keys, urls, clock)
    for side in made.sides.values():
        side.store.enlist(list(_partners(made)), Record(()))
        for person in STAFF:
            side.store.add_person(person, Record(()))
    made.adopt(agreement())
    return made


def opened(keys: Path, urls: dict[PartnerId, str], clock: Clock | None = None) -> World:
    """Both councils as their databases have them."""
    made = World(clock or Clock(), {}, Wire.__new__(Wire))
    made.wire = Wire(made)
    for home, url in urls.items():
        made.sides[home] = _side(made, home, url, keys / home)
    return made


def close(world: World) -> None:
    for side in world.sides.values():
        side.store.engine.dispose()


def _side(world: World, home: PartnerId, url: str, keys: Path) -> Side:
    opened = Store(url)
    held = FolderVault(keys, f"{home}.example/log", world.clock)
    gateway = Gateway(
        homes=(home,),
        rulebook=rulebook(),
        store=opened,
        vault=held,
        keys=held,
        transport=world.wire,
        draw=os.urandom,
        clock=world.clock,
        waits=SOON,
        lease=timedelta(seconds=60),
        carriers={home: LONG_AGO},
        domain=f"{home}.example",
    )
    der = held.current(home, "tls").certificate.public_bytes(Encoding.DER)
    return Side(home, opened, held, gateway, der)


def _partners(world: World) -> Iterator[Partner]:
    shipped = {one.id: one for one in registry.partner_directory(settings.shipped("partners"))}
    teams = registry.team_templates(settings.shipped("partners"))
    yield from (one for one in shipped.values() if one.id not in world.sides)
    for home, side in world.sides.items():
        pairs = side.vault.pairs(home)
        yield replace(
            shipped[home],
            channel=Channel.AS4,
            safeguarding=Safeguarding(Post.SAFEGUARDING_DUTY_DESK, "Duty desk", Phone("01632960101")),
            endpoint=f"https://{home}.example/as4",
            profile="edelivery-2.0",
            certificates=tuple(
                Certificate(CertificateRole(pair.role), pair.certificate_file.read_text()) for pair in pairs
            ),
            logs=(VerifierKey(side.vault.vkey),),
            witnesses=(VerifierKey(side.vault.witness.vkey),),
        )
        yield from (one.of(shipped[home], date(2026, 1, 1)) for one in teams if one.own)
    first = Period(date(2020, 9, 1))
    for school, kind, council in (
        (LARKMERE, PartnerKind.MAINTAINED_SCHOOL, KENT),
        (ACADEMY, PartnerKind.ACADEMY, KENT),
        (TIDEWAY, PartnerKind.ACADEMY, MEDWAY),
    ):
        yield Partner(
            school, kind, f"School {school}", first, Channel.INBOX, laestab=NUMBERS[school], served_by=council
        )
