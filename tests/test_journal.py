"""The log of a gateway that serves: everything that happened is in it, and nothing of what anybody sent."""

import base64
import hashlib
import http.client
import json
import re
import sqlite3
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.edge.transport import Council
from tests.serving import PATIENCE, Served, found, serving, until
from tests.simulator import leavers

SURNAME, UPN, BORN = "Quillfeather", "X987654321098", "2011-05-06"
PERSONAL = f"{SURNAME}-{UPN}-{BORN}"
LINE = {"time", "level", "event", "process"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("journal")
    with serving(found(folder, "sqlite:///gateway.sqlite")) as made:
        yield made


def machine(served: Served, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
    """Ask at the machines' door as the enrolled school; status, the request's number, the answer."""
    council = served.council
    door = http.client.HTTPSConnection("localhost", served.ports["machines"], timeout=PATIENCE, context=shown(council))
    door.request(method, path, body, headers)
    answer = door.getresponse()
    content = answer.read()
    door.close()
    return answer.status, answer.headers.get("X-Request-ID", ""), content


def shown(council: Council) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=council.pem)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_cert_chain(council.certificate, council.key)
    return context


def upload(served: Served, name: str, content: bytes, **headers: str) -> tuple[int, str, bytes]:
    sha256 = base64.b64encode(hashlib.sha256(content).digest()).decode()
    sent = {"Content-Digest": f"sha-256=:{sha256}:", "Gateway-File-Name": name, **headers}
    return machine(served, "POST", "/uploads", content, sent)


def everywhere(served: Served) -> int:
    """Personal data in every place of a request that can carry some; how many of them reach an application."""
    bad = f"<Pupil><Surname>{SURNAME}</Surname><UPN>{UPN}</UPN><DOB>{BORN}</DOB>".encode()
    asked = [
        upload(served, f"{SURNAME}.xml", bad),
        upload(served, f"../{PERSONAL}", bad),
        upload(served, "a.xml", bad.replace(b"<Pupil>", b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///Quillfeather'>]>")),
        upload(served, "a.xml", bad, **{"Content-Digest": PERSONAL, "X-Request-ID": UPN}),
        machine(served, "POST", f"/as4?pupil={PERSONAL}", bad, {"Content-Type": f"multipart/{PERSONAL}"}),
        machine(
            served, "GET", f"/{PERSONAL}?q={PERSONAL}", b"", {"Cookie": f"session={PERSONAL}", "Referer": PERSONAL}
        ),
        machine(served, "DELETE", "/sent", b"", {"User-Agent": PERSONAL, PERSONAL: PERSONAL}),
        machine(served, "QUILLFEATHER", "/sent", b"", {"Authorization": PERSONAL, "X-Forwarded-For": PERSONAL}),
    ]
    made = leavers(seed=5)
    asked.append(upload(served, made.name, made.content))
    for raw in (
        f"GET /link/{PERSONAL} HTTP/1.1\r\nHost: {PERSONAL}\r\nCookie: session={PERSONAL}\r\n",
        f"POST /link/{PERSONAL} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n",
        f"POST /collect/{PERSONAL} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nX-Request-ID: {BORN}\r\n",
        f"GET /static/{PERSONAL} HTTP/1.1\r\nHost: x\r\n",
    ):
        assert b"X-Request-ID: " in served.ask(f"{raw}Connection: close\r\n\r\n".encode())
    served.ask(f"GET /{PERSONAL} HTTP/9.9\r\n{PERSONAL}\r\n\r\n".encode())
    served.ask(f"POST /link/{PERSONAL} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{PERSONAL}".encode())
    assert all(number for _, number, _ in asked)
    return len(asked) + 4


def test_nothing_that_anybody_sent_is_in_the_log(served: Served) -> None:
    before = len(served.lines())
    expected = everywhere(served)
    until(lambda: len(served.lines()) >= before + expected)
    told = served.log.read_text()
    assert len(served.lines()) == before + expected  # what no application saw has no line
    for secret in (SURNAME, SURNAME.upper(), UPN, BORN, "Pupil", "DOCTYPE", "/link/", "/collect/"):
        assert secret not in told, secret


def test_every_line_is_one_object_and_says_when_what_and_where(served: Served) -> None:
    served.get("/")
    lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    assert lines
    for one in lines:
        assert set(one) >= LINE, one
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", one["time"])
        assert one["process"] == served.started.pid
    for one in served.lines():
        assert set(one) - {"upload", "message"} == LINE | {"request", "door", "route", "status", "milliseconds"}


def test_line_of_an_upload_names_request_and_upload_as_the_school_was_told(served: Served) -> None:
    made = leavers(sequence=9, seed=9)
    status, number, answer = upload(served, made.name, made.content)
    assert status == 200
    until(lambda: any(one["request"] == number for one in served.lines()))
    (line,) = [one for one in served.lines() if one["request"] == number]
    assert (line["door"], line["route"], line["status"]) == ("machines", "uploads", 200)
    assert line["upload"] in answer.decode()


def test_fault_is_told_with_the_number_that_the_answer_shows(tmp_path: Path) -> None:
    with serving(found(tmp_path, "sqlite:///gateway.sqlite"), "--log-format", "json") as served:
        spoilt = sqlite3.connect(served.folder / "gateway.sqlite")
        spoilt.execute("ALTER TABLE answers RENAME TO gone")
        spoilt.commit()
        made = leavers(seed=5)
        status, number, answer = upload(served, made.name, made.content)
        assert (status, json.loads(answer)["request"]) == (503, number)
        until(lambda: served.lines("fault"))
        (fault,) = [one for one in served.lines("fault") if one["request"] == number]
        assert (fault["reason"], fault["in"], fault["level"]) == ("store", "machines", "error")
        assert fault["where"].startswith("engine.py:")
        assert 'gateway_faults_total{reason="store"}' in served.measured()
        surnames = {part.split(b"<")[0].decode() for part in made.content.split(b"<Surname>")[1:]}
        assert surnames
        assert not [one for one in surnames if one in served.log.read_text()]
        assert made.name not in served.log.read_text()
        spoilt.close()
