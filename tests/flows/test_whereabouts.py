"""For a flagged child the recipient's very name is a location: nothing that the old school can fetch says where."""

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.core import bundle, documents, sample
from gateway.core.agreements import Party, Signatory
from gateway.core.documents import Identity
from gateway.core.documents.messages.parts import OpenIdentity
from gateway.core.documents.messages.tracing import Enquiry
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Asker, RightsKind, RightsStep, Role
from gateway.core.log import note
from gateway.core.partners import Certificate, CertificateRole
from gateway.core.records import Record
from gateway.core.sample import Mistake, SampleFile
from gateway.core.terms import DisclosureId, Flag, Kind, PurposeCode
from gateway.edge import certificates
from gateway.flows import casework, children, dispatch, enquiry, holds
from gateway.flows.enquiry import Child
from gateway.flows.rights import guarding, requests
from gateway.flows.situations import Extra
from gateway.web import access, machines
from tests.flows.asked import NUMBERS as COUNCILS
from tests.flows.asked import about, sealed
from tests.flows.watch import (
    FIRST,
    OFFICER,
    SCHOOL,
    SECOND,
    THEIR_OFFICER,
    WHY,
    decisions_of,
    flag,
    hand_in,
    read,
    with_desk,
)
from tests.simulator import ACADEMY, KENT, LARKMERE, MEDWAY, NOON, NUMBERS, World, agreement, leavers
from tests.web.office import Office

SECRETS = (b"8874123", b"887LLLL", b"council-887", b"Medway", b"School school-887")
"""The new school's number and name, and the new council's."""

STARTS = ("/", "/upload", "/sent", "/inbox", "/accessibility")


def told(answer: TestResponse) -> bytes:
    """An answer as it came, with its headers."""
    return str(answer.headers).encode() + bytes(answer.data)


def everything(office: Office) -> dict[str, bytes]:
    """Every report, and every page and file to which a link leads from any page, each fetched once."""
    kept = office.world.kent.store.reports_of(LARKMERE, office.world.clock(), 30)
    reports = [f"/reports/{one.id}{more}" for one in kept for more in ("", "/1", "/1/findings.csv")]
    found, waiting = dict[str, bytes](), [*STARTS, *reports]
    while waiting:
        address = waiting.pop()
        if address in found or address.startswith("/static/"):
            continue
        answer = office.client.get(address)
        assert answer.status_code in {200, 303, 403, 404}, address
        found[address] = told(answer)
        waiting += [one.decode() for one in re.findall(rb'href="(/[^"#]*)"', answer.data)]
    return found


def naming(found: dict[str, bytes]) -> set[tuple[str, bytes]]:
    """Which pages name it; the public register lists with whom a council has agreements, whoever the child is."""
    pages = ((address, content) for address, content in found.items() if address != "/register")
    return {(address, secret) for address, content in pages for secret in SECRETS if secret in content}


@pytest.fixture
def machine(world: World) -> FlaskClient:
    """The school's own system at the machines' door."""
    _, certificate = certificates.make("tls", "a school", (), NOON)
    record = world.kent.store.register().directory.get(LARKMERE)
    pem = certificate.public_bytes(Encoding.PEM).decode()
    enrolled = replace(record, certificates=(Certificate(CertificateRole.TLS, pem),))
    world.kent.store.enlist([enrolled], Record(()))
    client = machines.create(world.kent.gateway, lambda _name, _error: None).test_client()
    client.environ_base |= {access.CERTIFICATE: certificate.public_bytes(Encoding.DER)}  # type: ignore[dict-item]
    return client


def answers(machine: FlaskClient, made: SampleFile) -> Iterator[tuple[str, bytes]]:
    """All that its system can ask, and the same file again."""
    sha256 = base64.b64encode(hashlib.sha256(made.content).digest()).decode()
    headers = {"Gateway-File-Name": made.name, "Content-Digest": f"sha-256=:{sha256}:"}
    yield "POST /uploads", told(machine.post("/uploads", data=made.content, headers=headers))
    for address in ("/sent", "/checkpoint", "/held"):
        yield address, told(machine.get(address))


def test_the_walk_finds_the_new_school_where_no_flag_hides_it(world: World, machine: FlaskClient) -> None:
    made, office = leavers(pupils=2), Office(world)
    office.upload((made.name, made.content))
    dispatch.send_due(world.kent.gateway)
    found = everything(office) | dict(answers(machine, made))
    kinds = {re.sub(r"/[ru]-[a-z2-7]+", "/ID", address) for address, _ in naming(found)}
    assert {"/", "/sent", "/receipts/ID", "/reports/ID/1", "POST /uploads"} <= kinds


@pytest.mark.parametrize("sent", ["before", "after", "refused", "released"])
def test_no_page_or_answer_that_the_old_school_can_fetch_says_where_the_child_went(
    world: World, machine: FlaskClient, sent: str
) -> None:
    """The flag stands before the file comes, or is set when it has long been delivered."""
    made, office = leavers(pupils=2), Office(world)
    with_desk(world)
    if sent == "before":
        flag(world, made, 1)
    office.upload((made.name, made.content))
    dispatch.send_due(world.kent.gateway)
    if sent != "before":
        flag(world, made, 1)
    for one in holds.listed(world.kent.gateway, world.kent.store, FIRST, world.clock()):
        if sent == "refused":
            holds.refuse(world.kent.gateway, world.kent.store, FIRST, one.disclosure, WHY, world.clock())
        else:
            for person in (FIRST, SECOND):
                holds.release(world.kent.gateway, world.kent.store, person, one.disclosure, WHY, world.clock())
    dispatch.send_due(world.kent.gateway)
    found = everything(office) | dict(answers(machine, made))
    found["the same file again"] = told(office.upload((made.name, made.content)).answer)
    found |= everything(office)
    assert len(found) > 10
    assert naming(found) == set()
    assert b"your council" in found["/sent"] and b"your council" in found["POST /uploads"]


def test_a_file_that_waits_to_be_sent_hides_it_when_the_flag_comes_after_the_check(world: World) -> None:
    made, office = leavers(pupils=2), Office(world)
    office.check((made.name, made.content))
    assert any(address.startswith("/reports/") for address, _ in naming(everything(office)))
    flag(world, made, 1)
    assert naming(everything(office)) == set()


def test_a_repeated_file_hides_it_in_the_report_of_every_time_it_was_handed_in(world: World) -> None:
    made, office = leavers(pupils=2), Office(world)
    for _ in range(2):
        office.upload((made.name, made.content))
    flag(world, made, 1)
    assert naming(everything(office)) == set()


@pytest.mark.parametrize("name", ["leavers.zip", "8864321_CTF_8874123_001.zip", "Copy of 8864321_ctf_8874123.zip"])
def test_a_file_from_a_zip_hides_it_too_whatever_the_zip_is_called(world: World, name: str) -> None:
    """And so does its neighbour in the zip, about whom nobody set a flag."""
    made, other, office = leavers(pupils=1), leavers(pupils=1, seed=7, dest=NUMBERS[ACADEMY]), Office(world)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        for one in (made, other):
            opened.writestr(one.name, one.content)
    office.upload((name, packed.getvalue()))
    assert naming(everything(office))
    flag(world, made, 1)
    assert naming(everything(office)) == set()


def test_a_file_with_pupils_left_out_hides_it_and_its_findings_too(world: World) -> None:
    made, office = leavers(pupils=3, faults=(Mistake.UPN_CHECK_LETTER,)), Office(world)
    good = leavers(pupils=3)
    office.upload((made.name, made.content), ready="yes")
    flag(world, good, 1)
    found = everything(office)
    assert any("findings.csv" in address for address in found)
    assert naming(found) == set()


@pytest.mark.parametrize("role", [Role.SCHOOL_READER, Role.SAFEGUARDING, Role.MANAGER])
def test_nobody_of_the_old_school_reads_it_whatever_their_role(world: World, role: Role) -> None:
    made = leavers(pupils=1)
    Office(world).upload((made.name, made.content))
    flag(world, made, 1)
    assert naming(everything(Office(world, role, name="x.other"))) == set()


def covering(world: World, about: DisclosureId) -> bytes:
    """All that the covered bundle of a disclosure says, checked with the key of the log and nothing else."""
    packed = bundle.pack(enquiry.covered_of(world.kent.store, about))
    assert bundle.verify_covered(bundle.unpack_covered(packed), [note.parse_vkey(world.kent.vault.vkey)])
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return b"".join(map(archive.read, archive.namelist()))


def test_a_bundle_about_a_flagged_child_says_your_council_even_when_two_people_let_the_file_go(world: World) -> None:
    made = leavers(pupils=1)
    with_desk(world)
    (decision,) = decisions_of(hand_in(world, made, {1: frozenset({Flag.PROTECTED_PERSON})}))
    about = DisclosureId(decision["disclosure"])
    for person in (FIRST, SECOND):
        holds.release(world.kent.gateway, world.kent.store, person, about, WHY, world.clock())
    world.kent.store.publish(NOON, world.kent.vault)
    with pytest.raises(Refusal) as refused:
        enquiry.bundle_of(world.kent.store, about)
    assert refused.value.code is Code.FLAGGED, "that it may go says nothing about who may learn where it went"
    told = covering(world, about)
    assert b"your council" in told and not [one for one in SECRETS if one in told]


def test_a_bundle_says_your_council_where_the_flag_came_after_delivery(world: World) -> None:
    made = leavers(pupils=1)
    (decision,) = decisions_of(hand_in(world, made))
    dispatch.send_due(world.kent.gateway)
    world.kent.store.publish(NOON, world.kent.vault)
    about = DisclosureId(decision["disclosure"])
    assert enquiry.bundle_of(world.kent.store, about).lines
    flag(world, made, 1)
    with pytest.raises(Refusal) as refused:
        enquiry.bundle_of(world.kent.store, about)
    assert refused.value.code is Code.FLAGGED
    assert not [one for one in SECRETS if one in covering(world, about)]


def test_what_is_not_released_has_no_line_to_cover(world: World) -> None:
    with_desk(world)
    (decision,) = decisions_of(hand_in(world, leavers(pupils=1), {1: frozenset({Flag.PROTECTED_PERSON})}))
    world.kent.store.publish(NOON, world.kent.vault)
    with pytest.raises(IndexError):
        enquiry.covered_of(world.kent.store, DisclosureId(decision["disclosure"]))


def test_two_people_who_sign_a_request_let_the_lines_about_that_child_be_shown(world: World) -> None:
    made, kent = leavers(pupils=2), world.kent
    (decision,) = decisions_of(hand_in(world, made))
    about = DisclosureId(decision["disclosure"])
    kent.store.publish(NOON, kent.vault)
    flag(world, made, 1)
    known = children.handles(read(made), kent.vault.blind)
    wish = requests.Asked(KENT, RightsKind.ACCESS, Asker.PARENT, known[1])
    request = requests.open_request(kent.gateway, OFFICER, wish, world.clock())

    def shown() -> frozenset[DisclosureId]:
        case = requests.found(kent.gateway, kent.store, OFFICER, request)
        return guarding.shown(kent.gateway, kent.store, case.request, case.steps)

    for person in (FIRST, SECOND):
        assert shown() == frozenset()
        requests.step(kent.gateway, kent.store, person, request, RightsStep.RELEASE_SIGNED, WHY, world.clock())
    assert shown() == {about} and enquiry.bundle_of(kent.store, about, shown()).lines
    flag(world, made, 2)
    assert shown() == frozenset(), "nobody signed for the other child of the file"


def asked_of_the_school(world: World, child: Identity) -> None:
    """Medway asks the old school itself, under an agreement, whether it knows the child."""
    signed = tuple(Signatory(Party(one), "director", date(2026, 9, 1)) for one in (MEDWAY, LARKMERE))
    basis = dict(agreement().purposes)[PurposeCode("P07")]
    world.adopt(
        agreement(
            name="medway-larkmere",
            purposes=((PurposeCode("P08"), basis),),
            senders=(Party(MEDWAY),),
            recipients=(Party(LARKMERE),),
            signatories=signed,
        )
    )
    at = world.clock().replace(tzinfo=None)
    message = documents.value(read(sample.message(Kind.ENQUIRY, 3, COUNCILS[MEDWAY], NUMBERS[LARKMERE], at)))
    assert isinstance(message, Enquiry)
    (surname, forename), *_ = child.names
    who = OpenIdentity(surname=surname.title(), forename=forename.title(), dob=child.born)
    made = sealed(replace(about(message, who), cover=None, reply_wanted=2))
    side = world.medway.gateway
    plan = casework.send(side, MEDWAY, made.name, made.content, world.clock(), extra=Extra(person=THEIR_OFFICER))
    assert [one["outcome"] for one in decisions_of(plan)] == ["release"]
    assert dispatch.send_due(side)


@pytest.mark.parametrize("set_", ["before", "after"])
def test_an_enquiry_to_the_old_school_tells_it_nothing_of_who_asks_after_a_guarded_child(
    world: World, set_: str
) -> None:
    """It goes to the named safeguarding officers of the school's council instead."""
    made, office = leavers(pupils=1, seed=5, dest=NUMBERS[ACADEMY]), Office(world)
    child = documents.identities(read(made))[1]
    if set_ == "before":
        flag(world, made, 1)
    asked_of_the_school(world, child)
    if set_ == "after":
        assert naming(everything(office)), "nobody hides who asks after any other child"
        flag(world, made, 1)
    assert naming(everything(office)) == set()
    (lying,) = casework.shelf(world.kent.gateway, FIRST)
    with pytest.raises(Refusal) as refused:
        casework.collect(world.kent.gateway, SCHOOL, lying.parcel, world.clock())
    assert refused.value.code is Code.SAFEGUARDING_ONLY
    named = tuple((surname, forename, child.born) for surname, forename in child.names if child.born)
    rows = enquiry.about_child(
        world.kent.gateway, world.kent.store, SCHOOL, Child(child.upns, named), "", world.clock()
    )
    assert {(one.discloser, one.recipient) for one in rows} == {("your council", "your council")}
    assert casework.collect(world.kent.gateway, FIRST, lying.parcel, world.clock())
