"""A partner's machine that answers our dispatch with what is no receipt for it, over its own mutual TLS: nothing of that
settles a parcel, it goes again byte for byte the same, and the true receipt settles it.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from gateway import wiring
from gateway.core import as4
from gateway.core.as4 import certificates
from gateway.core.delivery import State
from gateway.core.errors import Reason
from gateway.core.partners import Channel
from gateway.core.terms import MessageId, PartnerId, UploadId
from gateway.edge.server import Limits, Listener, Server, server_context
from gateway.flows import dispatch, intake, situations
from gateway.flows.intake import Upload
from tests.faults.pair import Pair, leaver, set_up
from tests.faults.test_malformed import between
from tests.simulator import KENT, LARKMERE, MEDWAY

Answer = Callable[[as4.Opened], tuple[str, bytes]]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("bad-answers")
    urls: dict[PartnerId, str] = {home: f"sqlite:///{folder / home}.sqlite" for home in (KENT, MEDWAY)}
    return set_up(folder, urls)


@contextmanager
def medway(pair: Pair, answer: Answer) -> Iterator[list[bytes]]:
    """Medway's machine, which has all its keys, opens what comes and says what it likes; gives the bodies that came."""
    came: list[bytes] = []
    kent = certificates.valid(pair.medway.store.register().directory.get(KENT).pems("sign"), wiring.now())

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        came.append(environ["wsgi.input"].read())
        opener = pair.medway.vault.opener(MEDWAY)
        kind, body = answer(as4.open_sealed(environ["CONTENT_TYPE"], came[-1], opener, lambda _: kent, as4.Rules()))
        start_response("200 OK", [("Content-Type", kind)])
        return [body]

    own = pair.medway.vault.current(MEDWAY, "tls")
    shown = pair.medway.store.register().directory.get(KENT).pems("tls")
    context = server_context(own.certificate_file, own.key_file, shown)
    port = pair.medway.settings.listen.machines_port
    with Server((Listener("machines", "127.0.0.1", port, app, context),), Limits(), wiring.told):
        yield came


def receipt(pair: Pair, opened: as4.Opened, *, by: PartnerId = MEDWAY) -> tuple[str, bytes]:
    vault = (pair.medway if by == MEDWAY else pair.kent).vault
    signer = certificates.answering(vault.signers(by), [opened.signer])
    named = MessageId(f"{os.urandom(8).hex()}@medway")
    return as4.SOAP_CONTENT_TYPE, as4.receipt(opened, signer, named, wiring.now())


def about_another(pair: Pair, opened: as4.Opened) -> tuple[str, bytes]:
    return receipt(pair, replace(opened, message=replace(opened.message, message_id=MessageId("other@kent"))))


def over_other_content(pair: Pair, opened: as4.Opened) -> tuple[str, bytes]:
    *others, last = opened.references
    return receipt(pair, replace(opened, references=(*others, replace(last, digest=opened.references[0].digest))))


def over_less(pair: Pair, opened: as4.Opened) -> tuple[str, bytes]:
    return receipt(pair, replace(opened, references=opened.references[:-1]))


def unsigned(pair: Pair, opened: as4.Opened) -> tuple[str, bytes]:
    kind, body = receipt(pair, opened)
    return kind, between(body, b"<ds:Signature>", b"</ds:Signature>", b"")


def changed(pair: Pair, opened: as4.Opened) -> tuple[str, bytes]:
    kind, body = receipt(pair, opened)
    return kind, body.replace(b"@medway<", b"@Medway<")


def pull(pair: Pair, _opened: as4.Opened) -> tuple[str, bytes]:
    named = MessageId(f"{os.urandom(8).hex()}@medway")
    signer = pair.medway.vault.signers(MEDWAY)[0]
    return as4.SOAP_CONTENT_TYPE, as4.pull_request("urn:x", signer, named, wiring.now())


WRONG: dict[str, tuple[Callable[[Pair, as4.Opened], tuple[str, bytes]], Reason]] = {
    "a receipt for another message": (about_another, Reason.RECEIPT_INVALID),
    "a receipt over other content": (over_other_content, Reason.RECEIPT_INVALID),
    "a receipt over less": (over_less, Reason.RECEIPT_INVALID),
    "a receipt that nobody signed": (unsigned, Reason.RECEIPT_INVALID),
    "a receipt that was changed": (changed, Reason.RECEIPT_INVALID),
    "a receipt that we signed ourselves": (lambda pair, one: receipt(pair, one, by=KENT), Reason.RECEIPT_INVALID),
    "a request to pull": (pull, Reason.RECEIPT_MISSING),
    "nothing": (lambda _pair, _one: (as4.SOAP_CONTENT_TYPE, b""), Reason.RECEIPT_MISSING),
    "a page": (lambda _pair, _one: ("text/html", b"<html>Welcome</html>"), Reason.RECEIPT_INVALID),
}


@pytest.mark.parametrize(("wrong", "reason"), WRONG.values(), ids=WRONG)
def test_answer_that_is_no_receipt_for_it_settles_nothing_and_the_true_one_does(
    pair: Pair, wrong: Callable[[Pair, as4.Opened], tuple[str, bytes]], reason: Reason
) -> None:
    kent, file = pair.kent.gateway, leaver([*WRONG.values()].index((wrong, reason)) + 1)
    assert pair.kent.store.register().directory.get(MEDWAY).channel is Channel.AS4
    before = pair.kent.store.counts().get(State.DELIVERED, 0)
    upload = UploadId(situations.new_id("u", kent.draw))
    intake.accept(kent, Upload(upload, kent.clock(), LARKMERE, file.name, file.content))
    with medway(pair, lambda opened: wrong(pair, opened)) as first:
        (sent,) = dispatch.send_due(kent)
    assert (type(sent.fact).__name__, getattr(sent.fact, "reason", None)) == ("ParcelDeferred", reason)
    assert pair.kent.store.counts() == {State.WAITING: 1} | ({State.DELIVERED: before} if before else {})
    later = replace(kent, clock=lambda: wiring.now() + timedelta(minutes=5))
    with medway(pair, lambda opened: receipt(pair, opened)) as again:
        (sent,) = dispatch.send_due(later)
    assert type(sent.fact).__name__ == "ParcelDelivered" and first == again
    assert pair.kent.store.counts() == {State.DELIVERED: before + 1}
