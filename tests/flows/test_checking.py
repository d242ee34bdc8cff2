"""A certificate that its authority took back counts for nothing from the moment we hear of it, and nobody waits for it."""

import json
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags, ocsp

from gateway.core import sample
from gateway.core.as4 import certificates
from gateway.core.as4.authorities import Doubt
from gateway.core.delivery import State
from gateway.core.errors import Fault, Reason
from gateway.core.facts import Says
from gateway.core.partners import Anchor, Certificate, CertificateRole, Checked, Wait, waits
from gateway.core.records import Record, Reply
from gateway.core.terms import LaEstab, PartnerId, UploadId
from gateway.flows import checking, dispatch, intake, situations, trusting
from tests.authority import DAY, Authority
from tests.flows.test_trusting import LOWE, NUMBER, SHAH, confirm, medway_at_kent, send, states, take_in
from tests.simulator import MEDWAY, NOON, Side, World, a_world

URL = "http://authority.example"


@dataclass
class Line:
    """The network to the authority: it answers as it is told to, and counts how often."""

    world: World
    authority: Authority
    issued: dict[str, list[x509.Certificate]]
    down: frozenset[str] = frozenset()
    asked: int = 0

    def __call__(self, url: str, question: bytes, *, private: bool) -> bytes:
        self.asked += 1
        assert not private and url.startswith(URL)
        path = url.rsplit("/", 1)[1]
        if path in self.down:
            raise Fault(Reason.TIMEOUT)
        at = self.world.clock()
        if path == "crl":
            return self.authority.crl(at)
        if path == "issuer":
            return self.authority.certificate.public_bytes(Encoding.DER)
        serial = ocsp.load_der_ocsp_request(question).serial_number
        meant = next(one for some in self.issued.values() for one in some if one.serial_number == serial)
        return self.authority.answer(meant, question, at)


@pytest.fixture
def line(keys: Path, urls: dict[PartnerId, str], tmp_path: Path) -> Iterator[Line]:
    """Medway has its certificates from an authority; Kent pins them."""
    authority, folder = Authority(URL, at=NOON), Path(shutil.copytree(keys, tmp_path / "keys"))
    issued: dict[str, list[x509.Certificate]] = {}
    for path in sorted((folder / MEDWAY).rglob("*.crt.pem")):
        own = x509.load_pem_x509_certificate(path.read_bytes())
        role = next(one for one in ("sign", "seal", "tls") if one in str(path.relative_to(folder)))
        made = authority.issue(own.public_key(), MEDWAY, hosts=("localhost",))
        path.write_bytes(made.public_bytes(Encoding.PEM))
        issued.setdefault(role, []).append(made)
    world = a_world(folder, urls)
    yield Line(world, authority, issued)
    for side in world.sides.values():
        side.store.engine.dispose()


def ask(line: Line, *, strict: bool = False) -> int:
    """What the timetable does: notice, then ask every authority whose turn it is."""
    kent = line.world.kent
    gateway = replace(kent.gateway, fail_closed=strict)
    found = checking.look(gateway, kent.store, line.world.clock())
    for some in checking.due(gateway, kent.store, line.world.clock()):
        found += checking.check(gateway, kent.store, line, some)
    return found


def told(side: Side) -> list[object]:
    lines = [json.loads(one) for one in side.store.lines()]
    return [one["says"] for one in lines if one["fact"] == "CertificateChecked"]


def stood(line: Line) -> Collection[Checked]:
    return line.world.kent.store.checked().values()


def test_good_certificates_are_asked_about_once_an_hour_and_nothing_is_told(line: Line) -> None:
    assert ask(line) == 0 and line.asked
    assert {one.says for one in stood(line)} == {Says.GOOD} and len(stood(line)) == 5
    asked = line.asked
    for _ in range(10):
        line.world.clock.on(minutes=5)
        ask(line)
    assert line.asked == asked
    line.world.clock.on(minutes=15)
    ask(line)
    assert line.asked > asked and told(line.world.kent) == []
    line.world.clock.on(days=-3)
    ask(line)
    assert {one.asked_at for one in stood(line)} == {line.world.clock()}, "a clock set back waits for nothing"


@pytest.mark.parametrize("way", ["ocsp", "crl"])
def test_what_waits_for_a_certificate_that_was_taken_back_is_not_sent_and_is_sealed_anew(line: Line, way: str) -> None:
    line.down = frozenset({"ocsp", "crl"} - {way})
    ask(line)
    line.world.notice()
    for one in line.issued["seal"]:
        line.authority.take_back(one, NOON - DAY)
    line.world.clock.on(hours=1)
    assert ask(line) == 2 and told(line.world.kent) == ["revoked", "revoked"]
    assert send(line.world) == [] and states(line.world) == [State.WAITING]
    known = medway_at_kent(line.world)
    assert waits(known, line.world.clock()) is Wait.KEYS and not known.pems("seal") and len(known.revoked) == 2
    line.world.clock.on(hours=1)
    assert ask(line) == 0 and told(line.world.kent) == ["revoked", "revoked"], "it is told once"
    fresh = tuple(shown("seal", line.authority.issue(one.public_key(), MEDWAY)) for one in line.issued["seal"])
    take_in(line.world, replace(known, certificates=(*known.certificates, *fresh)))
    confirm(line.world, SHAH, LOWE)
    assert send(line.world) == ["ParcelWithdrawn"] and states(line.world).count(State.WAITING) == 1


def shown(role: str, made: x509.Certificate) -> Certificate:
    return Certificate(CertificateRole(role), certificates.pem(made))


@pytest.mark.parametrize("role", ["sign", "tls"])
def test_nothing_is_accepted_from_a_certificate_that_was_taken_back(line: Line, role: str) -> None:
    assert from_medway(line.world) == "ParcelDelivered"
    ask(line)
    for one in line.issued[role]:
        line.authority.take_back(one, NOON)
    assert from_medway(line.world) == "ParcelDelivered", "nobody has asked yet"
    line.world.clock.on(hours=1)
    assert ask(line) == len(line.issued[role])
    assert from_medway(line.world) == "ParcelDeferred"


def from_medway(world: World) -> str:
    """Medway sends Kent a notice; how that ends."""
    seed = world.kent.store.edge().size
    made = sample.notice(seed, LaEstab("887LLLL"), LaEstab("886LLLL"), NOON.replace(tzinfo=None), seed)
    upload = UploadId(situations.new_id("u", world.medway.gateway.draw))
    intake.accept(world.medway.gateway, intake.Upload(upload, world.clock(), MEDWAY, made.name, made.content))
    (sent,) = dispatch.send_due(world.medway.gateway)
    return type(sent.fact).__name__


def test_receipt_under_a_certificate_that_was_taken_back_proves_nothing(line: Line) -> None:
    ask(line)
    line.world.clock.on(minutes=50)
    line.world.notice()

    def taken_back_on_the_way(deliver: Callable[[], Reply]) -> Reply:
        reply = deliver()
        for one in line.issued["sign"]:
            line.authority.take_back(one, NOON)
        line.world.clock.on(minutes=10)
        assert ask(line) == 2
        return reply

    line.world.wire.faults.append(taken_back_on_the_way)
    assert send(line.world) == ["ParcelDeferred"]


def test_stolen_signing_key_leaves_nothing_that_it_vouched_for_and_an_orderly_end_leaves_the_rest(line: Line) -> None:
    ask(line)
    for one, reason in zip(line.issued["sign"], (ReasonFlags.superseded, ReasonFlags.key_compromise), strict=True):
        line.authority.take_back(one, NOON, reason)
        line.world.clock.on(hours=1)
        assert ask(line) == 1
        known = medway_at_kent(line.world)
        assert bool(known.endpoint) is (reason is ReasonFlags.superseded)
    assert known.awaiting is not None and not known.certificates


def test_certificate_that_is_held_counts_again_when_its_authority_frees_it(line: Line) -> None:
    ask(line)
    line.world.notice()
    for one in line.issued["seal"]:
        line.authority.take_back(one, NOON, ReasonFlags.certificate_hold)
    line.world.clock.on(hours=1)
    assert ask(line) == 2 and send(line.world) == []
    assert waits(medway_at_kent(line.world), line.world.clock()) is Wait.AUTHORITY
    line.down = frozenset({"ocsp", "crl"})
    line.world.clock.on(days=5)
    assert ask(line) == 3 and send(line.world) == [], "silence frees nothing"
    line.down = frozenset()
    line.authority.taken.clear()
    line.world.clock.on(hours=1)
    assert ask(line) == 5 and send(line.world) == ["ParcelDelivered"]
    assert told(line.world.kent) == ["held"] * 2 + ["unknown"] * 3 + ["good"] * 5


@pytest.mark.parametrize("strict", [False, True], ids=["open", "fail-closed"])
def test_authority_that_is_silent_longer_than_its_answer_counts_is_told_of_once(line: Line, strict: bool) -> None:  # noqa: FBT001
    ask(line, strict=strict)
    line.down = frozenset({"ocsp", "crl"})
    line.world.clock.on(hours=20)
    assert ask(line, strict=strict) == 0, "what it said counts for a day"
    line.world.clock.on(hours=4)
    assert ask(line, strict=strict) == 5 and told(line.world.kent) == ["unknown"] * 5
    for _ in range(20):
        line.world.clock.on(minutes=5)
        assert ask(line, strict=strict) == 0
    assert len(told(line.world.kent)) == 5
    line.world.notice()
    closed = ["ParcelDelivered"] if not strict else []
    assert send(line.world) == closed
    assert from_medway(line.world) == ("ParcelDeferred" if strict else "ParcelDelivered")
    assert {one.words for one in stood(line)} == {"may have been taken back: its authority cannot be reached"}
    line.down = frozenset()
    line.world.clock.on(minutes=5)
    assert ask(line, strict=strict) == 5 and told(line.world.kent)[5:] == ["good"] * 5
    assert send(line.world) == (["ParcelDelivered"] if strict else [])


def test_setting_counts_at_the_next_look(line: Line) -> None:
    line.down = frozenset({"ocsp", "crl"})
    ask(line)
    assert not medway_at_kent(line.world).suspended
    assert ask(line, strict=True) == 1 and len(medway_at_kent(line.world).suspended) == 5
    assert ask(line) == 1 and not medway_at_kent(line.world).suspended


def test_new_certificate_counts_in_a_strict_gateway_once_its_authority_was_asked(line: Line) -> None:
    kent, known = line.world.kent, medway_at_kent(line.world)
    line.world.kent.store.enlist([replace(known, endpoint="", certificates=())], Record(()))
    strict = replace(kent.gateway, fail_closed=True)
    (came,) = trusting.take_in(strict, kent.store, [known], (b"", ()), line.world.clock())
    heard = trusting.read_out(came)
    for person in (SHAH, LOWE):
        trusting.confirm(strict, kent.store, MEDWAY, person, NUMBER, heard, line.world.clock())
    assert waits(medway_at_kent(line.world), line.world.clock()) is Wait.AUTHORITY
    ask(line, strict=True)
    assert waits(medway_at_kent(line.world), line.world.clock()) is None and told(kent) == []


def test_authority_that_the_record_names_is_not_fetched(line: Line) -> None:
    line.down = frozenset({"issuer"})
    ask(line)
    assert {one.doubt for one in stood(line)} == {Doubt.UNREACHABLE}
    known = medway_at_kent(line.world)
    named = replace(known, anchors=(Anchor(line.authority.pem, MEDWAY),))
    line.world.kent.store.enlist([named], Record(()))
    line.world.clock.on(minutes=5)
    ask(line)
    assert {one.says for one in stood(line)} == {Says.GOOD} and not any(one.issuer for one in stood(line))


def test_silent_address_is_asked_once_a_round(line: Line) -> None:
    line.down = frozenset({"ocsp", "crl"})
    ask(line)
    assert line.asked == 3, "issuer, responder and list, for five certificates"


def test_of_two_machines_that_ask_at_once_one_writes_it_down(line: Line) -> None:
    kent = line.world.kent
    for one in line.issued["seal"]:
        line.authority.take_back(one, NOON)
    (some,) = checking.due(kent.gateway, kent.store, line.world.clock())
    counts = [checking.check(kent.gateway, kent.store, line, some) for _ in range(2)]
    assert counts == [2, 0] and told(kent) == ["revoked", "revoked"]


def test_no_transaction_is_open_while_an_authority_is_asked(line: Line) -> None:
    kent = line.world.kent

    def writes_meanwhile(url: str, question: bytes, *, private: bool) -> bytes:
        kent.store.enlist([], Record(()))  # it would wait for ever
        return line(url, question, private=private)

    (some,) = checking.due(kent.gateway, kent.store, line.world.clock())
    checking.check(kent.gateway, kent.store, writes_meanwhile, some)
    assert {one.says for one in stood(line)} == {Says.GOOD}
