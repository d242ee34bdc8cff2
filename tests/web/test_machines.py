"""The machines' door: who may come in, what they are told, and that nothing else is ever shown."""

import base64
import hashlib
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.core.delivery import State
from gateway.core.errors import Fault, Reason
from gateway.core.log.mark import Height, Mark
from gateway.core.partners import Certificate, CertificateRole
from gateway.core.records import PeerCheckpoint, Record
from gateway.edge import certificates
from gateway.flows import dispatch
from gateway.web import access, machines
from tests.simulator import KENT, LARKMERE, MEDWAY, NOON, World, leavers, refused


@pytest.fixture(scope="module")
def school() -> tuple[str, bytes]:
    _, certificate = certificates.make("tls", "a school", (), NOON)
    return certificate.public_bytes(Encoding.PEM).decode(), certificate.public_bytes(Encoding.DER)


@pytest.fixture
def door(world: World, school: tuple[str, bytes]) -> FlaskClient:
    record = world.kent.store.register().directory.get(LARKMERE)
    enrolled = replace(record, certificates=(Certificate(CertificateRole.TLS, school[0]),))
    world.kent.store.enlist([enrolled], Record(()))
    client = machines.create(world.kent.gateway, lambda _name, _error: None).test_client()
    client.environ_base |= {access.CERTIFICATE: school[1]}  # type: ignore[dict-item]
    return client


def send(door: FlaskClient, content: bytes, name: str, **headers: str) -> TestResponse:
    sha256 = base64.b64encode(hashlib.sha256(content).digest()).decode()
    sent = {"Gateway-File-Name": name, "Content-Digest": f"sha-256=:{sha256}:", **headers}
    return door.post("/uploads", data=content, headers={key: value for key, value in sent.items() if value})


def told(answer: TestResponse) -> dict[str, object]:
    return dict(json.loads(answer.data))


def test_enrolled_school_sends_a_file_and_gets_findings_decision_and_receipt(door: FlaskClient) -> None:
    made = leavers()
    answer = send(door, made.content, made.name)
    body = told(answer)
    assert (answer.status_code, body["outcome"]) == (200, "accepted")
    assert "gateway-receipt/v1" in str(body["receipt"])
    assert send(door, made.content, made.name).data == answer.data


@pytest.mark.parametrize("route", ["/uploads", "/sent", "/checkpoint", "/held"])
def test_nobody_comes_in_without_an_enrolled_certificate(door: FlaskClient, route: str) -> None:
    door.environ_base |= {access.CERTIFICATE: b"of a stranger"}  # type: ignore[dict-item]
    answer = door.post(route) if route == "/uploads" else door.get(route)
    assert (answer.status_code, told(answer)["code"]) == (403, "not-enrolled")
    del door.environ_base[access.CERTIFICATE]
    assert (door.post(route) if route == "/uploads" else door.get(route)).status_code == 403


@pytest.mark.parametrize("stated", ["", "sha-256=:AAAA:", "md5=:AAAA:"])
def test_body_that_is_not_the_one_stated_is_refused_and_nothing_is_kept(
    door: FlaskClient, world: World, stated: str
) -> None:
    made = leavers()
    before = world.kent.store.edge().size
    answer = send(door, made.content, made.name, **{"Content-Digest": stated})
    assert (answer.status_code, told(answer)["code"]) == (400, "cut-short")
    assert world.kent.store.edge().size == before


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a\x00b.xml", "x" * 101, "=cmd.xml"])
def test_name_that_is_none_is_refused(door: FlaskClient, name: str) -> None:
    headers = {"Content-Digest": ""} if "\x00" in name else {}
    answer = send(door, b"<x/>", name.replace("\x00", "%00"), **headers)
    assert told(answer)["code"] in {"file-name", "cut-short"}


def test_refused_file_says_what_how_and_where_and_never_what_it_found(door: FlaskClient) -> None:
    from gateway.core.sample import Mistake

    made = leavers(pupils=3, faults=(Mistake.UPN_CHECK_LETTER,))
    answer = send(door, made.content, made.name)
    body = told(answer)
    assert (answer.status_code, body["code"]) == (422, "findings")
    findings = body["findings"]
    assert isinstance(findings, list)
    assert {"code", "severity", "message", "fix", "line", "path", "pupil"} == set(findings[0])
    values = {part.split(b"<")[0] for part in made.content.split(b"<Surname>")[1:]}
    assert not [value for value in values if value in answer.data]


def test_database_that_fails_is_503_with_a_time_to_try_again(world: World, school: tuple[str, bytes]) -> None:
    class Full:
        def __getattr__(self, name: str) -> object:
            raise Fault(Reason.STORE)

    faults: list[str] = []
    gateway = replace(world.kent.gateway, store=Full())  # type: ignore[arg-type]
    door = machines.create(gateway, lambda name, _error: faults.append(name)).test_client()
    door.environ_base |= {access.CERTIFICATE: school[1]}  # type: ignore[dict-item]
    answer = send(door, b"<x/>", "x.xml")
    assert (answer.status_code, told(answer)["code"], answer.headers["Retry-After"]) == (503, "busy", "30")
    assert faults == ["machines"]


def test_school_sees_what_became_of_its_files_and_of_nobody_elses(door: FlaskClient, world: World) -> None:
    made = leavers()
    send(door, made.content, made.name)
    world.notice()
    world.wire.faults = [refused, refused]
    dispatch.send_due(world.kent.gateway)
    (row,) = json.loads(door.get("/sent").data)
    assert (row["state"], row["attempts"], row["overdue"]) == (State.WAITING, 1, False)


def test_as4_message_is_answered_over_the_door(world: World) -> None:
    world.leavers()
    (one,) = world.kent.store.parcels_in([State.WAITING], 9)
    body = world.kent.vault.open_kept(world.kent.store.kept(one.parcel.sealed))
    door = machines.create(world.medway.gateway, lambda _name, _error: None).test_client()
    door.environ_base |= {access.CERTIFICATE: world.kent.tls}  # type: ignore[dict-item]
    answer = door.post("/as4", data=body, content_type=one.parcel.content_type)
    assert answer.status_code == 200
    assert answer.content_type.startswith("application/soap+xml")
    assert b"NonRepudiationInformation" in answer.data


@pytest.mark.parametrize(
    ("method", "route"), [("GET", "/"), ("GET", "/uploads"), ("DELETE", "/as4"), ("GET", "/x.php")]
)
def test_anything_else_is_not_there(door: FlaskClient, method: str, route: str) -> None:
    answer = door.open(route, method=method)
    assert (answer.status_code, told(answer)["code"]) == (404, "not-found")


def test_checkpoint_is_handed_to_partners(door: FlaskClient, world: World) -> None:
    assert door.get("/checkpoint").data == b""
    note = world.kent.store.publish(NOON, world.kent.vault)
    assert door.get("/checkpoint").data.decode() == (note or "")  # nothing to sign in an empty log


def test_every_route_has_an_entry_and_every_entry_a_route(world: World) -> None:
    app = machines.create(world.kent.gateway, lambda _name, _error: None)
    with pytest.raises(RuntimeError, match="routes and access differ"):
        access.check(app, access.MACHINES | {"forgotten"})
    with pytest.raises(RuntimeError, match="routes and access differ"):
        access.check(app, access.MACHINES - {"as4"})
    assert KENT in world.sides


def test_partner_is_shown_the_checkpoints_that_it_has_shown_us_and_no_others(door: FlaskClient, world: World) -> None:
    shown = [PeerCheckpoint(who, "a/log", 3, f"{who}'s note", NOON) for who in (LARKMERE, MEDWAY)]
    world.kent.store.record(Record((), shown=tuple(shown)))
    answer = door.get("/held")
    assert (answer.status_code, answer.json) == (200, [f"{LARKMERE}'s note"])


def test_database_behind_its_log_answers_every_machine_with_503(door: FlaskClient, world: World) -> None:
    world.kent.store.marks.raise_to(Mark(Height(1, 10**6), NOON, None))
    made = leavers()
    answers = [send(door, made.content, made.name), door.post("/as4", data=b"x"), *map(door.get, ("/sent", "/held"))]
    assert {(one.status_code, one.headers["Retry-After"]) for one in answers} == {(503, "30")}
    assert told(answers[0])["code"] == "busy"
