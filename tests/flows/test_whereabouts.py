"""For a flagged child the recipient's very name is a location: nothing that the old school can fetch says where."""

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.core.errors import Code, Refusal
from gateway.core.facts import Role
from gateway.core.partners import Certificate, CertificateRole
from gateway.core.records import Record
from gateway.core.sample import Mistake, SampleFile
from gateway.core.terms import DisclosureId, Flag
from gateway.edge import certificates
from gateway.flows import dispatch, enquiry, holds
from gateway.web import access, machines
from tests.flows.watch import FIRST, SECOND, WHY, decisions_of, flag, hand_in, with_desk
from tests.simulator import ACADEMY, LARKMERE, NOON, NUMBERS, World, leavers
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
    return {(address, secret) for address, content in found.items() for secret in SECRETS if secret in content}


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


def test_a_bundle_about_a_flagged_child_is_refused_even_when_two_people_let_the_file_go(world: World) -> None:
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


def test_a_bundle_is_refused_where_the_flag_came_after_delivery(world: World) -> None:
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
