"""Apache Santuario, which knows nothing of ours, reads what the gateway writes and writes what it reads (profile 1.15)."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.core import as4
from gateway.core.as4 import Rules, Sealed
from gateway.core.terms import MessageId
from tests.bench.peers import Unavailable
from tests.core.as4.keys import identity
from tests.core.as4.kit import AT, V1, message, opened, sealed, stream
from tests.interop.peers import santuario
from tests.interop.peers.santuario import Santuario
from tests.needs import needs

SIZES = {1: [5_000], 2: [0, 1], 35: [*range(34), 100_000]}


@pytest.fixture(scope="module")
def java(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Santuario]:
    with contextlib.ExitStack() as stack:
        try:
            running = stack.enter_context(santuario.running(tmp_path_factory.mktemp("classes")))
        except Unavailable as missing:
            needs(condition=False, what=str(missing))
            raise
        yield running


def contents(parts: int) -> list[bytes]:
    return [stream(f"part {number}")(size) for number, size in enumerate(SIZES[parts])]


def checked(java: Santuario, body: bytes, out: Path) -> str:
    return java.check(body, identity("medway", V1), out)


@pytest.mark.parametrize("parts", [1, 2, 35])
def test_java_reads_what_the_gateway_seals(java: Santuario, tmp_path: Path, parts: int) -> None:
    made = sealed(message(*contents(parts)), V1)
    assert checked(java, made.body, tmp_path) == f"VERIFIED {parts}"
    assert [(tmp_path / f"part-{number}").read_bytes() for number in range(parts)] == contents(parts)


@pytest.mark.parametrize("old", [b"council-886", b"kent-medway-cme.v3", b"#body-"])
def test_java_refuses_what_was_altered_on_the_way(java: Santuario, tmp_path: Path, old: bytes) -> None:
    made = sealed(message(b"one"), V1)
    altered = made.body.replace(old, old[:-1] + b"7")
    assert altered != made.body
    assert checked(java, altered, tmp_path).startswith(("REFUSED", "FAILED org.apache.xml.security."))


@pytest.mark.parametrize("parts", [1, 35])
def test_java_verifies_our_receipts_and_errors(java: Santuario, tmp_path: Path, parts: int) -> None:
    made = sealed(message(*contents(parts)), V1)
    medway = identity("medway", V1)
    receipt_id = MessageId("r@medway.example")
    receipt = as4.receipt(opened(made, profile=V1), medway.signer, receipt_id, AT, "a checkpoint\n")
    error = as4.error_signal(as4.As4Error(as4.Cause.DIGEST).problem, None, medway.signer, receipt_id, AT)
    for signal in (receipt, error):
        assert checked(java, signal, tmp_path) == "VERIFIED 0"
        altered = signal.replace(b"r@medway", b"s@medway")
        assert checked(java, altered, tmp_path) == "REFUSED"


@pytest.mark.parametrize("parts", [1, 2, 35])
def test_the_gateway_opens_what_java_sends(java: Santuario, parts: int) -> None:
    made = sent_by_java(java, contents(parts))
    found = opened(made, Rules(), profile=V1)
    assert [part.content for part in found.message.parts] == contents(parts)
    assert {part.mime for part in found.message.parts} == {"application/xml"}
    assert (found.message.sender.id, found.message.recipient.id) == ("council-886", "council-887")
    assert len(found.references) == 2 + parts
    # Santuario wraps its base64.
    assert b"\n" in made.soap


@pytest.mark.parametrize("old", [b"council-887", b"urn:cme:leavers"])
def test_the_gateway_refuses_what_java_sent_once_it_was_altered(java: Santuario, old: bytes) -> None:
    made = sent_by_java(java, [b"one"])
    altered = Sealed(made.content_type, made.body.replace(old, b"urn:other"), made.soap, made.soap_digest, ())
    with pytest.raises(as4.As4Error) as caught:
        opened(altered, profile=V1)
    assert caught.value.cause is as4.Cause.DIGEST


def sent_by_java(java: Santuario, parts: list[bytes]) -> Sealed:
    kind, body = santuario.CONTENT_TYPE, java.write(parts, identity("kent", V1), identity("medway", V1))
    return Sealed(kind, body, as4.mime.unpack(kind, body, Rules()).soap, sealed().soap_digest, ())
