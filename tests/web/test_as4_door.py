"""The status of every answer to an AS4 message (SOAP over HTTP): 200 for what was read, signed, whatever it says."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from gateway.core import as4
from gateway.core.delivery import State
from gateway.core.errors import Fault, Reason
from gateway.web import access, machines
from tests.flows.test_receive import resealed, sealed
from tests.simulator import World


@pytest.fixture
def door(world: World) -> FlaskClient:
    """Medway's door, at which Kent stands."""
    client = machines.create(world.medway.gateway, lambda _name, _error: None).test_client()
    client.environ_base |= {access.CERTIFICATE: world.kent.tls}  # type: ignore[dict-item]
    return client


def answer_to(door: FlaskClient, world: World, message: tuple[str, bytes]) -> tuple[int, as4.Receipt | as4.ErrorSignal]:
    """The status, and the signal of Medway's that stands in the very same answer."""
    answer = door.post("/as4", data=message[1], content_type=message[0])
    known = world.medway.signs
    return answer.status_code, as4.read_signal(answer.headers["Content-Type"], answer.data, known, as4.Rules())


def test_a_message_gets_its_receipt_in_the_same_answer_with_200_and_again(door: FlaskClient, world: World) -> None:
    message = sealed(world)
    (one,) = world.kent.store.parcels_in([State.WAITING], 9)
    status, signal = answer_to(door, world, message)
    assert isinstance(signal, as4.Receipt)
    assert (status, signal.ref_to, world.wire.carried) == (200, one.parcel.message, [])
    assert answer_to(door, world, message) == (200, signal)


def test_a_call_to_the_test_service_is_200(door: FlaskClient, world: World) -> None:
    call = resealed(world, "m1@kent", b"", service=as4.TEST_SERVICE, action=as4.TEST_ACTION, parts=())
    status, signal = answer_to(door, world, call)
    assert status == 200 and isinstance(signal, as4.Receipt)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda message: message, "EBMS:0004"),  # its content is no file we know
        (lambda message: (message[0], message[1][:-40]), "EBMS:0007"),
        (lambda message: ("text/plain", message[1]), "EBMS:0007"),
        (lambda message: (message[0], b""), "EBMS:0007"),
        (lambda message: (as4.SOAP_CONTENT_TYPE, b"<x/>"), "EBMS:0009"),
        (lambda message: (message[0], message[1].replace(b"council-886", b"council-887")), "EBMS:0101"),
    ],
    ids=["content", "cut", "not AS4", "empty", "not SOAP", "another sender"],
)
def test_an_error_of_the_message_is_signed_and_200(door: FlaskClient, world: World, spoil: object, code: str) -> None:
    assert callable(spoil)
    status, signal = answer_to(door, world, spoil(resealed(world, "m1@kent", b"<CTfile/>")))
    assert isinstance(signal, as4.ErrorSignal)
    assert (status, [error.code for error in signal.errors]) == (200, [code])


def test_a_stranger_is_told_so_and_signed_with_403(door: FlaskClient, world: World) -> None:
    door.environ_base |= {access.CERTIFICATE: b"of a stranger"}  # type: ignore[dict-item]
    status, signal = answer_to(door, world, sealed(world))
    assert isinstance(signal, as4.ErrorSignal)
    assert (status, [error.code for error in signal.errors]) == (403, ["EBMS:0101"])


def test_what_is_no_message_is_404_and_what_is_too_large_413(door: FlaskClient) -> None:
    assert [door.open("/as4", method=method).status_code for method in ("GET", "PUT", "DELETE")] == [404] * 3
    larger = {"CONTENT_LENGTH": str(as4.Rules().message_bytes + 1)}
    assert door.post("/as4", data=b"x", environ_overrides=larger).status_code == 413


def test_a_fault_of_our_own_is_503_and_no_signal_so_that_the_sender_tries_again(
    door: FlaskClient, world: World
) -> None:
    class Full:
        def __getattr__(self, name: str) -> object:
            raise Fault(Reason.STORE)

    gateway = replace(world.medway.gateway, store=Full())  # type: ignore[arg-type]
    broken = machines.create(gateway, lambda _name, _error: None).test_client()
    broken.environ_base |= door.environ_base
    content_type, body = sealed(world)
    answer = broken.post("/as4", data=body, content_type=content_type)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, machines.RETRY_AFTER)
    assert b"Messaging" not in answer.data
    assert answer_to(door, world, (content_type, body))[0] == 200
