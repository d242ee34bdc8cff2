"""The stage of the demo: two installations, a school, and their processes, on free ports of this machine."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from gateway import settings, wiring
from gateway.commands import agreed, school, setup
from gateway.core import partners
from gateway.core.agreements import Agreement, Party, Signatory, Status
from gateway.core.days import day_of
from gateway.core.delivery import State
from gateway.core.facts import Role
from gateway.core.partners import Certificate, CertificateRole, Channel, Partner, PartnerKind, Phone
from gateway.core.records import Person, Standing
from gateway.core.terms import LaEstab, PartnerId, Period, PersonId
from gateway.edge import registry, shelves
from gateway.edge.transport import Council
from gateway.flows import enquiry, people, trusting
from gateway.wiring import Installation

T = TypeVar("T")

KENT, MEDWAY = PartnerId("council-886"), PartnerId("council-887")
LARKMERE, TIDEWAY = PartnerId("school-8864321"), PartnerId("school-8874123")
NUMBERS = {LARKMERE: LaEstab("8864321"), TIDEWAY: LaEstab("8874123")}
NAMES = {LARKMERE: "Larkmere Primary School", TIDEWAY: "Tideway Academy"}
PATIENCE = 40.0
"""Seconds to wait for something that must come: these machines are shared."""

FAST = {
    "steps = [60, 120, 300, 900, 1800]": "steps = [1, 1, 2, 2, 2]",
    "then = 1800": "then = 2",
    "lease = 180": "lease = 10",
    "dispatch = 2": "dispatch = 0.3",
    "workers = 2": "workers = 1",
    "checkpoint = 0.5": "checkpoint = 0.3",
}
"""The same table of waits, in seconds instead of minutes."""


class Broken(Exception):
    """A step of the story did not hold."""


@dataclass
class Stage:
    """Everybody who plays, and what they have. ``processes`` are the councils' gateways."""

    folder: Path
    seed: int
    kent: Installation
    medway: Installation
    council: Council
    processes: dict[PartnerId, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    sent: list[bytes] = field(default_factory=list)

    @classmethod
    @contextlib.contextmanager
    def set_up(cls, folder: Path, seed: int) -> "Iterator[Stage]":
        """Two councils and a school that know each other; everything stops when the story ends."""
        ports = wiring.free_ports(4)
        kent = _council(folder / "kent", KENT, ports[0], ports[1])
        medway = _council(folder / "medway", MEDWAY, ports[2], ports[3])
        _introduce(kent, medway)
        made = cls(folder, seed, kent, medway, _school(folder / "larkmere", kent, ports[0]))
        made.adopt(agreement(day_of(wiring.now())))
        try:
            made.start(KENT)
            made.start(MEDWAY)
            yield made
        finally:
            for home in list(made.processes):
                made.stop(home)
            for one in (kent, medway):
                one.store.engine.dispose()

    def start(self, home: PartnerId) -> None:
        """Start a council's gateway as a process of its own and wait until it serves."""
        folder = self.folder / ("kent" if home == KENT else "medway")
        with (folder / "serve.log").open("ab") as written:
            process = subprocess.Popen(
                [sys.executable, "-m", "gateway", "--dir", str(folder), "serve"],
                stdout=subprocess.PIPE,
                stderr=written,
                stdin=subprocess.DEVNULL,
            )
        self.processes[home] = process
        assert process.stdout is not None
        if not process.stdout.readline().startswith(b"serving"):
            raise Broken(f"the gateway of {home} did not start; see {folder / 'serve.log'}")

    def stop(self, home: PartnerId) -> None:
        process = self.processes.pop(home)
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def send(self, name: str, content: bytes) -> dict[str, object]:
        """The school sends a file; the answer of its council."""
        return self.council.upload(name, content)

    def adopt(self, made: Agreement) -> None:
        for one in (self.kent, self.medway):
            agreed.adopt(one, made)

    def until(self, what: str, look: Callable[[], T | None]) -> T:
        """Wait for something that must come by itself; raises Broken when it does not."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = look()
            if found:
                return found
            time.sleep(0.1)
        raise Broken(f"{what} did not come in {PATIENCE:.0f} s")

    def until_settled(self, disclosure: str, *states: State) -> Standing:
        """Wait until a parcel under this disclosure has come to one of these states at Kent."""
        return self.until(
            f"the end of {disclosure}",
            lambda: next((one for one in self.parcels(disclosure) if one.state in states), None),
        )

    def parcels(self, disclosure: str) -> list[Standing]:
        return [one for one in self.kent.store.parcels_in(list(State), 1000) if one.parcel.disclosure == disclosure]

    def links(self) -> Iterator[tuple[str, str]]:
        """Whom a single-use link signs in, and the link: the schools' offices first."""
        for one in (self.kent, self.medway):
            yield f"the office of {NAMES[OFFICES[one.settings.homes[0]]]}", self._link(one, OFFICE)
        for one in (self.kent, self.medway):
            home = one.settings.homes[0]
            yield f"an officer of {enquiry.name_of(one.gateway, home)}", self._link(one, OFFICERS[home])
        for whom, person in (("information governance", GOVERNANCE), ("the operator", CALLERS[KENT])):
            yield f"{whom} of {enquiry.name_of(self.kent.gateway, KENT)}", self._link(self.kent, person)

    def _link(self, one: Installation, person: PersonId) -> str:
        token = people.issue_link(one.gateway, one.store, person, one.settings.homes[0], wiring.now())
        return f"http://{one.settings.listen.pages_host}:{one.settings.listen.pages_port}/link/{token}"


OFFICE = PersonId("office")
OFFICES = {KENT: LARKMERE, MEDWAY: TIDEWAY}
"""The school whose office signs in at each council."""

OFFICERS = {KENT: PersonId("a.shah"), MEDWAY: PersonId("b.jones")}

CALLERS = {KENT: PersonId("o.reid"), MEDWAY: PersonId("o.wells")}
"""Who confirms the other council's keys by phone, beside its officer, and keeps the machine running."""

GOVERNANCE = PersonId("g.lowe")


def agreement(today: date, version: int = 1) -> Agreement:
    """The shipped council-to-council agreement without the parents' particulars, in force since yesterday."""
    template = registry.agreement_templates(settings.shipped("partners"))["council-council-cme"]
    yesterday = today - timedelta(days=1)
    signed = tuple(Signatory(Party(home), "director-of-childrens-services", yesterday) for home in (KENT, MEDWAY))
    return replace(
        template,
        name="kent-medway-cme",
        version=version,
        status=Status.ACTIVE,
        in_force=Period(yesterday, today + timedelta(days=365)),
        review=today + timedelta(days=300),
        max_messages=None,
        assurance=(),
        signatories=signed,
        items=tuple(
            (kind, tuple(one for one in named if not one.startswith("Contacts"))) for kind, named in template.items
        ),
    )


def _council(folder: Path, home: PartnerId, machines: int, pages: int) -> Installation:
    at = wiring.now()
    shelves.lend_invented(settings.shipped("partners", "invented"), folder / "reference")
    text = setup.settings_text((home,), "localhost", machines, pages, "sqlite:///gateway.sqlite", day_of(at))
    for before, after in FAST.items():
        text = text.replace(before, after)
    installed = setup.found(folder, text.replace('machines_host = "0.0.0.0"', 'machines_host = "127.0.0.1"'), at)
    staff = ((OFFICERS[home], Role.OFFICER), (CALLERS[home], Role.OPERATOR), (GOVERNANCE, Role.GOVERNANCE))
    for person in (Person(one, role, home) for one, role in staff):
        people.add(installed.gateway, installed.store, person, home, at)
    return installed


def _introduce(kent: Installation, medway: Installation) -> None:
    """Each council imports the other's record, two of its people confirm it, and both know each other's school."""
    at, today = wiring.now(), day_of(wiring.now())
    for ours, theirs in ((kent, medway), (medway, kent)):
        home, served = theirs.settings.homes[0], ours.settings.homes[0]
        exported = partners.from_toml(partners.to_toml((theirs.store.register().directory.get(home),)))
        (came,) = trusting.take_in(ours.gateway, ours.store, exported, (b"", ()), at, private=True)
        heard = trusting.read_out(came)
        for caller in (OFFICERS[served], CALLERS[served]):
            person = ours.store.person(caller)
            assert person is not None
            trusting.confirm(ours.gateway, ours.store, home, person, Phone("01632 960999"), heard, at)
        schools = (school_record(LARKMERE, KENT, today), school_record(TIDEWAY, MEDWAY, today))
        setup.enlist(ours, list(schools), at)
        people.add(ours.gateway, ours.store, Person(OFFICE, Role.SCHOOL_SENDER, OFFICES[served]), served, at)


def school_record(one: PartnerId, served_by: PartnerId, today: date) -> Partner:
    kind = PartnerKind.MAINTAINED_SCHOOL if one == LARKMERE else PartnerKind.ACADEMY
    first = today - timedelta(days=400)
    return Partner(one, kind, NAMES[one], Period(first), Channel.INBOX, laestab=NUMBERS[one], served_by=served_by)


def _school(folder: Path, kent: Installation, port: int) -> Council:
    pem = kent.vault.current(KENT, "tls").certificate_file.read_text(encoding="ascii")
    stem = school.found(folder, LARKMERE, f"https://localhost:{port}", pem)
    certificate = Certificate(CertificateRole.TLS, Path(f"{stem}.crt.pem").read_text(encoding="ascii"))
    record = replace(kent.store.register().directory.get(LARKMERE), certificates=(certificate,))
    setup.enlist(kent, [record], wiring.now())
    found = school.council_of(folder)
    assert found is not None
    return found
