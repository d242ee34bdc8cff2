"""Sixty days in a second: the real store and the real dispatch under a clock that is set by hand, with all that goes
wrong drawn from one seed. ``python -m tests.faults.simulation --seed 7 --days 600`` says what happened.

Twenty partners go down for a minute to a week, receipts are lost, workers die before and after a message left, and the
machine's clock jumps by thirty days either way and comes back. Sealing is done once; every receipt is really signed.
"""

import argparse
import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from cryptography.hazmat.primitives.serialization import Encoding

from gateway import settings
from gateway.core import as4
from gateway.core.as4 import certificates
from gateway.core.delivery import OPEN, Parcel, State, Waits
from gateway.core.errors import Fault, Reason
from gateway.core.facts import ParcelSealed, parse_line
from gateway.core.log import tiles, tree
from gateway.core.log.note import Verifier
from gateway.core.partners import Certificate, CertificateRole, Channel, Partner
from gateway.core.records import Evidence, Kept, Record, Reply
from gateway.core.terms import DisclosureId, MessageId, ParcelId, PartnerId, PersonId, PurposeCode, UploadId
from gateway.edge import registry, store
from gateway.edge.store import Store
from gateway.edge.store import tables as t
from gateway.flows import dispatch
from gateway.flows.ports import Gateway
from gateway.flows.situations import new_id
from tests.core.as4 import kit
from tests.core.as4.keys import identity
from tests.simulator import KENT, NOON, rulebook

WAITS = Waits(steps=(timedelta(minutes=2), timedelta(minutes=20)), then=timedelta(hours=6))
LEASE = timedelta(minutes=3)
LATE = 2 * WAITS.longest + 4 * LEASE
"""No message may take longer once its partner is up and the clock is right."""

IDLE = timedelta(days=1)
"""A worker looks as often as this though nothing is due."""


class Killed(BaseException):
    """The worker died; what it had claimed stays claimed."""


@dataclass(frozen=True)
class Weather:
    """How much goes wrong. Rates are for each attempt, gaps are the mean between two events."""

    partners: int = 20
    burst_gap: timedelta = timedelta(days=3)
    outage_gap: timedelta = timedelta(days=90)
    jump_gap: timedelta = timedelta(days=12)
    lost: float = 0.05
    killed: float = 0.05
    busy: float = 0.02
    nonsense: float = 0.02


@dataclass
class Sky:
    """What is really the time, what our machine believes, and who is down until when."""

    at: datetime = NOON
    skew: timedelta = timedelta()
    changed: datetime = NOON
    down: dict[PartnerId, datetime] = field(default_factory=dict)
    up: dict[PartnerId, datetime] = field(default_factory=dict)

    def clock(self) -> datetime:
        return self.at + self.skew

    def jump(self, skew: timedelta) -> None:
        self.skew, self.changed = skew, self.at


@dataclass
class Sent:
    """One message: to whom, since when, how often it left and when the partner first had it."""

    partner: PartnerId
    parcel: ParcelId
    since: datetime
    left: int = 0
    arrived: datetime | None = None


class Plain:
    """A vault that closes nothing: what rests here is invented and gone in a second."""

    def keep(self, content: bytes) -> Kept:
        raise NotImplementedError

    def open_kept(self, kept: Kept) -> bytes:
        return kept.sealed

    def blind(self, text: str) -> str:
        return text

    def sign_note(self, text: str) -> str:
        return text

    def cosign(self, text: str, at: int) -> str:
        raise NotImplementedError

    def verifiers(self) -> tuple[Verifier, ...]:
        return ()

    def signers(self, _home: PartnerId) -> tuple[as4.Signer, ...]:
        return (identity("kent").signer,)

    def opener(self, _home: PartnerId) -> as4.Opener:
        return identity("kent").opener


@cache
def sealed() -> as4.Sealed:
    return kit.sealed()


@cache
def opened() -> as4.Opened:
    return as4.open_sealed(
        sealed().content_type,
        sealed().body,
        identity("medway").opener,
        lambda _: (identity("kent").signs,),
        as4.Rules(),
    )


@cache
def beginning(partners: int) -> bytes:
    """A database that knows so many partners, as a file."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/beginning.sqlite"
        store.upgrade(url)
        made = Store(url)
        made.enlist(_partners(partners), Record(()))
        made.engine.dispose()
        with closing(sqlite3.connect(f"{folder}/beginning.sqlite")) as db:
            db.execute("PRAGMA journal_mode=DELETE")  # memory knows no write-ahead log
            return db.serialize()


def _partners(number: int) -> list[Partner]:
    listed = registry.partner_directory(settings.shipped("partners"))
    shipped = [one for one in listed if one.id.startswith("council-") and one.in_effect.last is None]
    known = identity("medway")
    pems = [
        Certificate(role, one.public_bytes(Encoding.PEM).decode())
        for role, one in ((CertificateRole.SIGN, known.signs), (CertificateRole.SEAL, known.opens))
    ]
    as4_door = {"channel": Channel.AS4, "endpoint": "https://x.example/as4", "profile": "edelivery-2.0"}
    others = [replace(one, **as4_door, certificates=tuple(pems)) for one in shipped if one.id != KENT]  # type: ignore[arg-type]
    return [*(one for one in shipped if one.id == KENT), *others[:number]]


@cache
def memory(_partners: int) -> Store:
    """A store whose database lies in memory; used again by each seed, for what SQLAlchemy compiles once."""
    return Store("sqlite:///:memory:")


def in_memory(partners: int) -> Store:
    """The store in memory, with nothing in it but so many partners."""
    made = memory(partners)
    with made.engine.connect() as db:
        inner = db.connection.driver_connection
        assert isinstance(inner, sqlite3.Connection)
        db.rollback()
        inner.deserialize(beginning(partners))
    return made


class Simulation:
    """One machine and its partners, from one seed."""

    def __init__(self, seed: int, weather: Weather | None = None) -> None:
        self.seed, self.weather = seed, weather or Weather()
        self.chance = random.Random(seed)
        self.sky = Sky()
        self.sent: dict[str, Sent] = {}
        self.happened: Counter[str] = Counter()
        self.store = in_memory(self.weather.partners)
        self.partners = sorted(one for one in self.store.register().directory.partners if one != KENT)
        plain = Plain()
        self.gateway = Gateway(
            homes=(KENT,),
            rulebook=rulebook(),
            store=self.store,
            vault=plain,
            keys=plain,
            transport=self,
            draw=self.chance.randbytes,
            clock=self.sky.clock,
            waits=WAITS,
            lease=LEASE,
        )

    # -- what happens --------------------------------------------------------------------------------------------------

    def run(self, days: int) -> None:
        """So many days of weather, then fair weather until nothing can be left."""
        end = NOON + timedelta(days=days)
        plans = {what: self.sky.at + self._after(gap) for what, gap in self._gaps()}
        while self.sky.at < end:
            what = min(plans, key=lambda one: plans[one])
            self.until(min(plans[what], end))
            plans[what] = self.sky.at + self._after(dict(self._gaps())[what])
            getattr(self, what)()
        self.sky.jump(timedelta())
        self.sky.down = dict.fromkeys(self.sky.down, self.sky.at)
        self.until(self.sky.at + 2 * LATE)
        self.judge()

    def _gaps(self) -> tuple[tuple[str, timedelta], ...]:
        weather = self.weather
        return (
            ("burst", weather.burst_gap),
            ("outage", weather.outage_gap / weather.partners),
            ("jump", weather.jump_gap),
        )

    def _after(self, gap: timedelta) -> timedelta:
        return gap * self.chance.expovariate(1)

    def _long(self, most: timedelta) -> timedelta:
        """From a minute on, every order of magnitude as likely as the next."""
        minute = timedelta(minutes=1)
        return minute * float((most / minute) ** self.chance.random())

    def burst(self) -> None:
        self.accept([self.chance.choice(self.partners) for _ in range(self.chance.randint(1, 5))])

    def outage(self) -> None:
        self.happened["outage"] += 1
        partner = self.chance.choice(self.partners)
        self.sky.down[partner] = max(
            self.sky.down.get(partner, self.sky.at), self.sky.at + self._long(timedelta(days=7))
        )

    def jump(self) -> None:
        """The clock jumps, and somebody sets it right within a day."""
        self.happened["jump"] += 1
        self.sky.jump(self.chance.choice((-1, 1)) * self.chance.choice((timedelta(hours=1), timedelta(days=30))))
        self.drain()
        self.until(self.sky.at + self._long(timedelta(days=1)))
        self.sky.jump(timedelta())

    def accept(self, partners: list[PartnerId]) -> None:
        made = [self._parcel(partner) for partner in partners]
        at = self.sky.clock()
        known = identity("medway")
        facts = tuple(
            ParcelSealed(
                at, KENT, one.id, one.disclosure, one.message or MessageId("x"), one.recipient, sealed().soap_digest,
                certificates.fingerprint(known.opens), certificates.fingerprint(identity("kent").signs),
            )
            for one in made
        )  # fmt: skip
        kept = tuple(Kept(one.sealed, str(one.message).encode(), b"", "1") for one in made)
        evidence = tuple(Evidence(one.id, sealed().soap) for one in made)
        self.store.record(Record(facts, kept=kept, parcels=tuple(made), evidence=evidence))
        for one in made:
            self.sent[str(one.message)] = Sent(one.recipient, one.id, self.sky.at)
        self.happened["message"] += len(made)

    def _parcel(self, partner: PartnerId) -> Parcel:
        draw, known = self.chance.randbytes, identity("medway")
        return Parcel(
            ParcelId(new_id("p", draw)), KENT, DisclosureId(new_id("d", draw)), UploadId(new_id("u", draw)), KENT,
            partner, partner, PurposeCode("P04"), None, None, (1,), "none", self.sky.clock(),
            MessageId(f"{new_id('m', draw)}@x"), sealed().content_type, draw(16).hex(),
            certificates.fingerprint(known.opens), certificates.fingerprint(identity("kent").signs),
        )  # fmt: skip

    # -- the worker ----------------------------------------------------------------------------------------------------

    def until(self, end: datetime) -> None:
        """Let time pass; a worker looks whenever something may be due."""
        while True:
            self.drain()
            self.sky.at = min(self._next(), end)
            if self.sky.at == end:
                return

    def drain(self) -> None:
        """Send until nothing is due; a worker that dies is replaced, and a dead letter asked for again."""
        if not self.sky.skew:
            for dead in self.store.parcels_in([State.ABANDONED], 100):
                self.happened["abandoned"] += 1
                dispatch.resend(self.gateway, dead.parcel.id, PersonId("a.shah"), self.sky.clock())
        for _ in range(1000):
            try:
                sent = dispatch.send_due(self.gateway)
            except Killed:
                self.happened["killed"] += 1
                continue
            for one in sent:
                if one.broke is not None:  # a law of this file that did not hold: nothing of ours may put it off
                    raise one.broke
            if not sent:
                return
        raise AssertionError(f"seed {self.seed}: it spins")

    def _next(self) -> datetime:
        """When a claim may bring something: the earliest due time, lease or pause to come."""
        p, now = t.parcels.c, self.sky.clock().replace(tzinfo=None)
        with self.store.engine.connect() as db:
            rows = db.execute(sa.select(p.due, p.leased_until).where(p.state.in_(OPEN))).all()
            lanes = db.scalars(sa.select(t.lanes.c.open_at)).all()
        known = [time for row in rows for time in row if time is not None] + list(lanes)
        coming = [time - now for time in known if time > now]
        wait: timedelta = min([*coming, IDLE])
        return self.sky.at + max(wait, timedelta(seconds=1))

    def send(self, recipient: Partner, _home: PartnerId, _content_type: str, body: bytes) -> Reply:
        """The wire and the partner behind it."""
        message, fate = body.decode(), self.chance.random()
        sent, weather = self.sent[message], self.weather
        if fate < weather.killed / 2:
            raise Killed
        sent.left += 1
        self.happened["attempt"] += 1
        if self.sky.down.get(recipient.id, self.sky.at) > self.sky.at:
            self.sky.at += timedelta(seconds=10)
            raise Fault(Reason.UNREACHABLE)
        self.sky.at += timedelta(seconds=1)
        fate -= weather.killed
        if 0 <= fate < weather.busy:
            return Reply(503, "text/plain", b"")
        if sent.arrived is None:
            sent.arrived = self.sky.at
            self._on_time(sent)
        return self._answer(message, fate - weather.busy)

    def _answer(self, message: str, fate: float) -> Reply:
        if fate < -self.weather.busy:
            raise Killed
        if 0 <= fate < self.weather.lost:
            self.happened["lost"] += 1
            raise Fault(Reason.CUT_OFF)
        if 0 <= fate - self.weather.lost < self.weather.nonsense:
            return Reply(200, as4.SOAP_CONTENT_TYPE, b"<nonsense/>")
        was = replace(opened(), message=replace(opened().message, message_id=MessageId(message)))
        made = as4.receipt(was, identity("medway").signer, MessageId(f"r-{message}"), self.sky.clock())
        return Reply(200, as4.SOAP_CONTENT_TYPE, made)

    # -- the laws ------------------------------------------------------------------------------------------------------

    def _on_time(self, sent: Sent) -> None:
        """Nobody waits for another partner's outage, nor for what a clock once said."""
        free = max(sent.since, self.sky.changed, self.sky.down.get(sent.partner, NOON))
        late = self.sky.at - free
        assert late <= LATE, f"seed {self.seed}: {sent.parcel} came {late} after nothing was in its way"

    def delays(self, *but: PartnerId) -> list[float]:
        """Seconds from acceptance to arrival, of all partners but some, in order."""
        return sorted(
            (one.arrived - one.since).total_seconds()
            for one in self.sent.values()
            if one.arrived is not None and one.partner not in but
        )

    def judge(self) -> None:
        """Every message arrived, was logged before each time it left, and stands as delivered once; the log is whole."""
        said = f"seed {self.seed}"
        assert all(one.arrived for one in self.sent.values()), said
        assert self.store.counts() == ({State.DELIVERED: len(self.sent)} if self.sent else {}), said
        started, delivered = Counter[object](), Counter[object]()
        edge = tree.Edge()
        for line in self.store.lines():
            edge, _ = tiles.grow(edge, [tree.leaf(line)])
            read = parse_line(line)
            started[read.get("parcel")] += read["fact"] == "AttemptStarted"
            delivered[read.get("parcel")] += read["fact"] == "ParcelDelivered"
        assert edge == self.store.edge(), said
        for one in self.sent.values():
            assert one.left <= started[one.parcel], f"{said}: {one.parcel} left without a line"
            assert delivered[one.parcel] == 1, said


def simulate(seed: int, days: int, weather: Weather | None = None) -> Simulation:
    """Run one seed to its end. Raises AssertionError that names the seed."""
    made = Simulation(seed, weather)
    try:
        made.run(days)
    except Exception as error:
        raise AssertionError(f"seed {seed}: {type(error).__name__} {error}") from error
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--days", type=int, default=60)
    asked = parser.parse_args()
    opened(), beginning(Weather().partners)
    began, happened = time.perf_counter(), Counter[str]()
    for seed in range(asked.seed, asked.seed + asked.seeds):
        happened += simulate(seed, asked.days).happened
    seconds = time.perf_counter() - began
    days = asked.seeds * asked.days
    print(
        f"{days} days in {seconds:.1f} s ({days / seconds:.0f} days a second) from seed {asked.seed}: {dict(happened)}"
    )


if __name__ == "__main__":
    main()
