"""Health over MESH: what a council asks, what a practice answers, and what becomes of it when an answer is lost."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import requests
from mesh_client import MeshClient

from gateway import settings
from gateway.core import sample
from gateway.core.agreements import Party, Signatory, Status
from gateway.core.delivery import State
from gateway.core.documents.messages.casework import Check, CheckAnswer, Result
from gateway.core.documents.messages.parts import Reader
from gateway.core.documents.messages.words import Answer, CheckQuestion
from gateway.core.errors import Fault, Reason
from gateway.core.facts import parse_line
from gateway.core.law import Paper
from gateway.core.partners import Carrier, Certificate, CertificateRole, Channel, Partner, PartnerKind
from gateway.core.records import Record
from gateway.core.sample import notices
from gateway.core.sample.wishes import SampleFile
from gateway.core.terms import Kind, LaEstab, ParcelId, PartnerId, Period, PurposeCode, digest
from gateway.edge import registry, store, vault
from gateway.edge.mesh import Mailbox
from gateway.edge.store import tables
from gateway.flows import casework, connecting, dispatch, enquiry, mailbox
from gateway.flows.situations import Extra
from tests import sandbox
from tests.sandbox import HEALTHS, KENTS, OTHERS
from tests.simulator import KENT, NOON, OFFICER, Side, World, _side

HEALTH = PartnerId("nhs-invented")
COUNCIL = LaEstab("886LLLL")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sandbox.sandbox(tmp_path_factory.mktemp("mesh") / "log") as served:
        yield served


@pytest.fixture(scope="module")
def health_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("health")
    vault.found(folder)
    for role in vault.ROLES:
        vault.add_pair(folder, HEALTH, role, ("localhost",), NOON - timedelta(days=60))
    return folder


@dataclass
class Ward:
    """Kent and a health body, each with a mailbox on the sandbox."""

    world: World
    url: str
    ours: Mailbox
    theirs: Mailbox

    @property
    def health(self) -> Side:
        return self.world.sides[HEALTH]

    def send(self) -> list[str]:
        return [type(one.fact).__name__ for one in dispatch.send_due(self.world.kent.gateway)]

    def poll(self) -> int:
        return mailbox.poll(self.world.kent.gateway, self.world.kent.store, self.ours)

    def poll_theirs(self) -> int:
        return mailbox.poll(self.health.gateway, self.health.store, self.theirs)

    def at_health(self) -> MeshClient:
        """The client of a health system that is none of ours."""
        return MeshClient(self.url, HEALTHS, sandbox.PASSWORD, shared_key=sandbox.SECRET.encode(), max_retries=0)


@pytest.fixture
def ward(world: World, url: str, health_keys: Path, tmp_path: Path) -> Ward:
    for each in (KENTS, HEALTHS, OTHERS):
        requests.delete(f"{url}/messageexchange/admin/reset/{each}", timeout=60)
    database = f"sqlite:///{tmp_path / 'health'}.sqlite"
    store.upgrade(database)
    world.sides[HEALTH] = _side(world, HEALTH, database, health_keys)
    ours, theirs = (Mailbox(sandbox.address(url, one, tmp_path)) for one in (KENTS, HEALTHS))
    for home, one in ((KENT, ours), (HEALTH, theirs)):
        side = world.sides[home]
        side.gateway = replace(side.gateway, couriers={Carrier.MESH: one})
    introduce(world)
    return Ward(world, url, ours, theirs)


def introduce(world: World, **changes: object) -> None:
    kent = world.kent.store.register().directory.get(KENT)
    at_theirs = replace(kent, channel=Channel.MESH, mailbox=KENTS)
    pairs = world.sides[HEALTH].vault.pairs(HEALTH)
    shown = tuple(Certificate(CertificateRole(one.role), one.certificate_file.read_text()) for one in pairs)
    first = Period(date(2020, 1, 1))
    health = Partner(
        HEALTH, PartnerKind.NHS_BODY, "Invented Health", first, Channel.MESH, mailbox=HEALTHS,
        profile="edelivery-1.15", certificates=shown,
    )  # fmt: skip
    world.kent.store.enlist([replace(health, **changes)], Record(()))  # type: ignore[arg-type]
    world.sides[HEALTH].store.enlist([health, at_theirs], Record(()))
    template = registry.agreement_templates(settings.shipped("partners"))["health-trace"]
    ((code, stated),) = template.purposes
    made = replace(
        template,
        purposes=((code, replace(stated, papers=((Paper.NECESSITY, "N-12"),))),),
        status=Status.ACTIVE,
        in_force=Period(date(2026, 9, 1), date(2027, 8, 31)),
        review=date(2027, 6, 1),
        max_messages=None,
        assurance=(),
        signatories=tuple(Signatory(Party(one), "director", date(2026, 9, 1)) for one in (KENT, HEALTH)),
    )
    for home in (KENT, HEALTH):
        world.sides[home].store.adopt(made, Record(()))


def a_check(seed: int = 1) -> SampleFile:
    """Is this missing child registered with a practice, and where?"""
    made = sample.invented(Kind.CHECK, seed, COUNCIL, COUNCIL, NOON, team="cme")
    assert isinstance(made, Check)
    heading = replace(made.heading, dest=Reader(number=COUNCIL, body=HEALTH))
    options = (Answer.REGISTERED, Answer.NOT_REGISTERED, Answer.NOT_HELD)
    asked = replace(
        made, heading=heading, question=CheckQuestion.GP_REGISTRATION, options=options, necessity="Nobody else knows."
    )
    return notices.sealed(asked)


def ask(ward: Ward, seed: int = 1) -> str:
    """Kent asks; the parcel's id."""
    made = a_check(seed)
    extra = Extra(OFFICER, HEALTH, PurposeCode("P10"))
    plan = casework.send(ward.world.kent.gateway, KENT, made.name, made.content, ward.world.clock(), extra=extra)
    (decision,) = json.loads(plan.answer)["decisions"]
    assert decision["outcome"] == "release", decision["reasons"]
    (waiting,) = ward.world.kent.store.parcels_in([State.WAITING], 9)
    return waiting.parcel.id


def facts(side: Side) -> list[str]:
    return [str(parse_line(line)["fact"]) for line in side.store.lines()]


# -- the two stories --------------------------------------------------------------------------------------------------


def test_council_asks_health_over_mesh_and_a_signed_receipt_comes_back_as_a_message_of_its_own(ward: Ward) -> None:
    parcel = ask(ward)
    kent = ward.world.kent
    assert ward.send() == ["ParcelHanded"] and kent.store.counts() == {State.HANDED: 1}
    (row,) = enquiry.sent(kent.gateway, KENT, ward.world.clock())
    assert row.words == "sent by MESH: no receipt has come yet"
    assert ward.poll_theirs() == 1 and len(ward.health.store.shelved_for([HEALTH])) == 1
    assert kent.store.counts() == {State.HANDED: 1}, "their receipt lies in our mailbox"
    assert ward.poll() == 1 and kent.store.counts() == {State.DELIVERED: 1}
    lines = [parse_line(line) for line in kent.store.lines()]
    (handed,) = [one for one in lines if one["fact"] == "ParcelHanded"]
    assert handed["carrier"] == "mesh" and handed["reference"] and handed["parcel"] == parcel
    assert "ParcelSealed" in facts(kent) and facts(kent)[-1] == "ParcelDelivered"
    evidence = kent.store.evidence(ParcelId(parcel))
    assert evidence is not None and evidence[1] is not None
    assert (ward.poll(), ward.poll_theirs()) == (0, 0), "all is acknowledged"


def test_specimens_go_to_health_by_mesh_and_pass_when_their_receipts_come(ward: Ward) -> None:
    kent = ward.world.kent
    for side, partner in ((kent, HEALTH), (ward.health, KENT)):
        found = side.store.register().directory.get(partner)
        side.store.enlist([replace(found, onboarding=True)], Record(()))
    went = list(connecting.rehearse(kent.gateway, kent.store, HEALTH))
    assert {one.went for one in went} == {True} and {one.passed for one in went} == {False}
    assert kent.store.counts() == {}

    def far() -> set[tuple[bool, tuple[str, ...]]]:
        health = kent.store.register().directory.get(HEALTH)
        kinds = connecting.far(kent.gateway, kent.store, health)
        return {(one.to == one.sent > 0, one.said if one.to < one.sent else ()) for one in kinds}

    assert far() == {(False, ("no receipt yet",))}
    assert ward.poll_theirs() == ward.poll() == len(went)
    assert far() == {(True, ())}
    assert facts(ward.health)[-1] == "SpecimenReceived" and facts(kent)[-1] == "SpecimenReceipted"


def an_answer() -> SampleFile:
    """Yes: it is registered in our own area."""
    made = sample.invented(Kind.CHECK_ANSWER, 3, COUNCIL, COUNCIL, NOON, team="cme", purpose="P10")
    assert isinstance(made, CheckAnswer)
    said = (Result(number=1, answer=Answer.REGISTERED, area="886"),)
    return notices.sealed(replace(made, question=CheckQuestion.GP_REGISTRATION, records=said))


def brought(ward: Ward, file: SampleFile, local: str = "practice-7", sender: str = HEALTHS, workflow: str = "") -> str:
    """A health system that is none of ours puts a plain file into our mailbox; MESH's id for it."""
    with closing(MeshClient(ward.url, sender, sandbox.PASSWORD, sandbox.SECRET.encode(), max_retries=0)) as client:
        return str(client.send_message(
            KENTS, file.content, workflow_id=f"CME_GATEWAY{workflow}", local_id=local, filename=file.name,
            content_type="application/xml",
        ))  # fmt: skip


def answers(ward: Ward) -> list[tuple[str, dict[str, str]]]:
    """What lies in the health system's mailbox: what it answers, and what it says."""
    with closing(ward.at_health()) as client:
        found = [client.retrieve_message(one) for one in client.list_messages()]
        return [(str(one.local_id), json.loads(one.read())) for one in found]


def test_plain_specimen_of_a_mailbox_that_is_being_connected_is_taken_and_what_is_real_refused(ward: Ward) -> None:
    introduce(ward.world, plain=True, certificates=(), onboarding=True)
    answer = an_answer()
    brought(ward, answer, workflow="_TEST")
    brought(ward, answer, "practice-8")
    assert ward.poll() == 2
    introduce(ward.world, plain=True, certificates=())
    assert facts(ward.world.kent)[-2:] == ["SpecimenReceived", "MessageRefused"]
    assert ward.world.kent.store.counts() == {}
    brought(ward, answer, "practice-9", workflow="_TEST")
    assert ward.poll() == 1
    assert facts(ward.world.kent)[-1] == "MessageRefused"
    told = [one.get("code") for _, one in answers(ward)]
    assert told == [None, "onboarding", "specimen"]


def test_plain_answer_of_a_practice_is_received_and_receipted_by_its_digest(ward: Ward) -> None:
    introduce(ward.world, plain=True, certificates=())
    kent, answer = ward.world.kent, an_answer()
    brought(ward, answer)
    assert ward.poll() == 1
    assert len(kent.store.shelved_for([KENT])) == 1 and "MessageReceived" in facts(kent)
    ((local, receipt),) = answers(ward)
    assert local == "practice-7" and receipt["sha256"] == digest(answer.content)


def test_plain_file_that_its_sender_sent_blindly_again_is_delivered_once_and_has_the_same_receipt(ward: Ward) -> None:
    introduce(ward.world, plain=True, certificates=())
    for _ in range(2):
        brought(ward, an_answer())
    brought(ward, an_answer(), "practice-8")
    assert ward.poll() == 3
    first, second, third = (receipt for _, receipt in answers(ward))
    assert first == second != third
    assert facts(ward.world.kent).count("MessageReceived") == len(ward.world.kent.store.shelved_for([KENT])) == 2


def test_mailbox_of_ours_is_known_at_mesh_by_its_password_alone(ward: Ward) -> None:
    ward.ours.greet()
    ward.ours._address.password.write_text("another")
    with pytest.raises(Fault):
        ward.ours.greet()


# -- what may go wrong ------------------------------------------------------------------------------------------------


def test_lost_answer_of_mesh_sends_nothing_twice(ward: Ward) -> None:
    """MESH has it, and we do not know: it is asked under our own name before anything is sent again."""
    ask(ward)
    gateway = ward.world.kent.gateway
    at = ward.world.clock()
    (claimed,) = gateway.store.claim(at, gateway.lease, 9, dispatch.judge(gateway, at), gateway.waits)
    dispatch._attempt(gateway, claimed)  # and the machine stops
    ward.world.clock.on(minutes=2)
    assert ward.send() == ["ParcelHanded"]
    with closing(ward.at_health()) as client:
        assert len(client.list_messages()) == 1


def test_receipt_that_comes_before_we_know_that_mesh_had_it_settles_it_all_the_same(ward: Ward) -> None:
    ask(ward)
    gateway = ward.world.kent.gateway
    at = ward.world.clock()
    (claimed,) = gateway.store.claim(at, gateway.lease, 9, dispatch.judge(gateway, at), gateway.waits)
    dispatch._attempt(gateway, claimed)
    ward.poll_theirs()
    ward.poll()
    assert ward.world.kent.store.counts() == {State.DELIVERED: 1}
    ward.world.clock.on(minutes=2)
    assert ward.send() == []


def test_message_fetched_again_is_delivered_once_and_has_the_same_receipt(ward: Ward) -> None:
    """The acknowledgement was lost after all had been written down."""
    ask(ward)
    ward.send()

    class Forgetful(Mailbox):
        def acknowledge(self, one: str) -> None:
            raise Fault(Reason.CUT_OFF)

    lost = Forgetful(ward.theirs._address)
    with pytest.raises(Fault):
        mailbox.poll(ward.health.gateway, ward.health.store, lost)
    assert ward.poll_theirs() == 1
    assert len(ward.health.store.shelved_for([HEALTH])) == 1 and facts(ward.health).count("MessageReceived") == 1
    assert ward.poll() == 2 and ward.world.kent.store.counts() == {State.DELIVERED: 1}


def test_plain_file_goes_to_a_mailbox_that_opens_nothing_else_and_the_line_says_so(ward: Ward) -> None:
    introduce(ward.world, plain=True, certificates=())
    parcel, kent = ask(ward), ward.world.kent
    assert ward.send() == ["ParcelHanded"] and "ParcelPacked" in facts(kent) and "ParcelSealed" not in facts(kent)
    with closing(ward.at_health()) as client:
        (one,) = client.list_messages()
        got = client.retrieve_message(one)
        content = got.read()
        assert content.startswith(b"<?xml") and got.local_id == parcel
        for stated in ("0" * 64, digest(content)):
            receipt = json.dumps({"sha256": stated}).encode()
            client.send_message(KENTS, receipt, workflow_id="CME_GATEWAY_ACK", local_id=parcel)
            ward.poll()
            state = State.HANDED if stated == "0" * 64 else State.TAKEN
            assert kent.store.counts() == {state: 1}, "a receipt names what it is for"


def test_receipt_from_another_mailbox_settles_nothing(ward: Ward) -> None:
    introduce(ward.world, plain=True, certificates=())
    parcel = ask(ward)
    ward.send()
    with closing(ward.at_health()) as client:
        content = client.retrieve_message(client.list_messages()[0]).read()
    with closing(MeshClient(ward.url, OTHERS, sandbox.PASSWORD, sandbox.SECRET.encode(), max_retries=0)) as client:
        receipt = json.dumps({"sha256": digest(content)}).encode()
        client.send_message(KENTS, receipt, workflow_id="CME_GATEWAY_ACK", local_id=parcel)
    assert ward.poll() == 1 and ward.world.kent.store.counts() == {State.HANDED: 1}


def test_stranger_gets_no_answer_and_a_bad_file_is_refused_in_words(ward: Ward) -> None:
    introduce(ward.world, plain=True, certificates=())
    brought(ward, an_answer(), sender=OTHERS)
    brought(ward, replace(an_answer(), content=b"<not-xml"), "practice-8")
    assert ward.poll() == 2 and facts(ward.world.kent).count("MessageRefused") == 2
    ((local, told),) = answers(ward)
    assert (local, told["outcome"]) == ("practice-8", "refused") and told["fix"]


def test_plain_file_from_one_who_seals_is_refused(ward: Ward) -> None:
    brought(ward, an_answer())
    ward.poll()
    assert facts(ward.world.kent)[-1] == "MessageRefused" and ward.world.kent.store.shelved_for([KENT]) == []


def test_large_message_goes_in_several_requests_and_comes_whole(ward: Ward, tmp_path: Path) -> None:
    gateway = ward.world.kent.gateway
    small = Mailbox(sandbox.address(ward.url, KENTS, tmp_path, chunk=1_000))
    ward.world.kent.gateway = replace(gateway, couriers={Carrier.MESH: small})
    ask(ward)
    assert ward.send() == ["ParcelHanded"], [one.reason for one in ward.world.kent.store.parcels_in(list(State), 9)]
    ward.poll_theirs()
    ward.poll()
    assert ward.world.kent.store.counts() == {State.DELIVERED: 1}


@pytest.mark.parametrize("then", [1_000, 999, 400], ids=["the same", "in as many pieces", "in more pieces"])
def test_message_whose_sending_broke_off_twice_between_its_pieces_is_finished_and_is_one(
    ward: Ward, tmp_path: Path, then: int
) -> None:
    """Each piece but the first is tried twice by the library itself. The most bytes of a piece may change meanwhile."""
    gateway = ward.world.kent.gateway
    with sandbox.cutting(ward.url, 4) as line:
        ask(ward)
        for became, chunk in (("ParcelDeferred", 1_000), ("ParcelDeferred", then), ("ParcelHanded", then)):
            small = Mailbox(sandbox.address(line, KENTS, tmp_path, chunk=chunk))
            ward.world.kent.gateway = replace(gateway, couriers={Carrier.MESH: small})
            assert ward.send() == [became]
            ward.world.clock.on(minutes=3)
    assert ward.poll_theirs() == 1
    ward.poll()
    assert ward.world.kent.store.counts() == {State.DELIVERED: 1}


@pytest.mark.parametrize("cut", [0, 4], ids=["at once", "after it broke off twice more"])
def test_what_was_begun_in_pieces_of_a_size_that_nobody_knows_is_sent_anew_and_comes_once(
    ward: Ward, tmp_path: Path, cut: int
) -> None:
    """As by a release that did not yet say the size to MESH."""
    parcel, kent = ask(ward), ward.world.kent
    with closing(MeshClient(ward.url, KENTS, sandbox.PASSWORD, sandbox.SECRET.encode(), max_retries=0)) as client:
        client.send_chunk(HEALTHS, b"x" * 1_200, 1, 2, workflow_id="CME_GATEWAY", local_id=parcel)
    with sandbox.cutting(ward.url, cut) as line:
        nobody, small = (sandbox.address(one, KENTS, tmp_path, chunk=1_000) for one in ("http://127.0.0.1:9", line))
        for address, became in ((nobody, "Deferred"), *((small, "Deferred"),) * (cut // 2), (small, "Handed")):
            kent.gateway = replace(kent.gateway, couriers={Carrier.MESH: Mailbox(address)})
            assert ward.send() == [f"Parcel{became}"]
            ward.world.clock.on(minutes=3)
    with closing(ward.at_health()) as client:
        assert len(client.list_messages()) == 1
    assert ward.poll_theirs() == 1 and ward.poll() == 1
    assert kent.store.counts() == {State.DELIVERED: 1}


def test_what_mesh_cannot_deliver_is_given_up_and_told(ward: Ward) -> None:
    parcel = ask(ward)
    ward.send()
    report = {"mailbox_id": KENTS, "code": "14", "description": "not collected", "local_id": parcel}
    url = f"{ward.url}/messageexchange/admin/report"
    requests.post(url, json={**report, "workflow_id": "CME_GATEWAY", "subject": "NDR"}, timeout=60).raise_for_status()
    assert ward.poll() == 1
    (dead,) = ward.world.kent.store.parcels_in([State.ABANDONED], 9)
    assert dead.reason == "undelivered"


def test_what_nobody_signs_for_is_given_up_in_the_end_and_a_late_receipt_still_settles_it(ward: Ward) -> None:
    ask(ward)
    ward.send()
    ward.world.clock.on(hours=2)
    ward.poll()
    assert ward.world.kent.store.counts() == {State.ABANDONED: 1}
    ward.poll_theirs()
    ward.poll()
    assert ward.world.kent.store.counts() == {State.DELIVERED: 1}


@pytest.mark.parametrize(
    ("changed", "reason"), [({"url": "http://127.0.0.1:9"}, Reason.UNREACHABLE), ({"mailbox": OTHERS}, None)]
)
def test_mesh_that_fails_defers_the_parcel(ward: Ward, changed: dict[str, str], reason: Reason | None) -> None:
    """No server there; or a mailbox whose password is another."""
    broken = replace(ward.ours._address, **changed)  # type: ignore[arg-type]
    if reason is None:
        broken.password.write_text("another")
    gateway = ward.world.kent.gateway
    ward.world.kent.gateway = replace(gateway, couriers={Carrier.MESH: Mailbox(broken)})
    ask(ward)
    assert ward.send() == ["ParcelDeferred"]
    (waiting,) = ward.world.kent.store.parcels_in([State.WAITING], 9)
    assert waiting.reason == reason or reason is None


def test_without_a_mailbox_of_ours_it_waits_and_pauses_nobody(ward: Ward) -> None:
    ward.world.kent.gateway = replace(ward.world.kent.gateway, couriers={})
    ask(ward)
    for _ in range(4):
        assert ward.send() == ["ParcelDeferred"]
        ward.world.clock.on(minutes=1)
    assert "PartnerPaused" not in facts(ward.world.kent)


def test_message_that_breaks_us_keeps_no_other_waiting_and_is_told(ward: Ward) -> None:
    """The bytes that a receipt would be held against are gone: nobody can settle it, and the next is taken all the same."""
    introduce(ward.world, plain=True, certificates=())
    parcel, kent = ParcelId(ask(ward)), ward.world.kent
    ward.send()
    standing = kent.store.parcel(parcel)
    assert standing is not None
    with kent.store.engine.begin() as db:
        db.execute(tables.kept.delete().where(tables.kept.c.id == standing.parcel.sealed))
    with closing(ward.at_health()) as client:
        client.send_message(KENTS, b'{"sha256": ""}', workflow_id="CME_GATEWAY_ACK", local_id=parcel)
    brought(ward, an_answer())
    with pytest.raises(Fault):
        ward.poll()
    assert len(kent.store.shelved_for([KENT])) == 1 and kent.store.counts()[State.HANDED] == 1


def test_message_that_does_not_unpack_is_refused_and_keeps_no_other_waiting(ward: Ward) -> None:
    introduce(ward.world, plain=True, certificates=())
    named = {"Mex-To": KENTS, "Mex-WorkflowID": "CME_GATEWAY", "Mex-LocalID": "practice-6", "Mex-FileName": "a.xml"}
    with closing(ward.at_health()) as client:
        sent = client._session.post(
            f"{client.mailbox_url}/outbox", b"no gzip", headers={**named, "Content-Encoding": "gzip"}, timeout=60
        )
    sent.raise_for_status()
    brought(ward, an_answer())
    assert ward.poll() == 2 and ward.poll() == 0
    assert [local for local, _ in answers(ward)] == ["practice-6", "practice-7"]
    assert facts(ward.world.kent).count("MessageRefused") == len(ward.world.kent.store.shelved_for([KENT])) == 1
