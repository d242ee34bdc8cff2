"""Every attack of the books at the real door of a gateway that runs, over mutual TLS, each refused for its own reason.

What is refused is answered with a signed error that names the message and nothing else; of what does not decrypt nobody
learns why, neither from the bytes of the answer nor from the time it takes. ``GATEWAY_ORACLE=300`` looks longer.
"""

import http.client
import math
import os
import ssl
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from lxml import etree

from gateway.core import as4
from gateway.core.as4 import As4Error, Cause, Profile, Sealed, certificates
from gateway.core.as4.names import WSU_ID
from gateway.core.delivery import State
from gateway.core.errors import Code
from gateway.core.facts import parse_line
from gateway.core.records import Reply
from gateway.core.terms import PartnerId, UploadId
from gateway.flows import intake, situations
from gateway.flows.intake import Upload
from tests.core.as4.keys import rsa_key
from tests.core.as4.kit import PUPIL, Change, changed
from tests.core.as4.spoiling import FORGED
from tests.core.as4.test_attacks import SIGNED, WRAPPINGS, signing, swap, with_attachments
from tests.core.as4.test_encryption import NOT_AGREED, SPOILT, secret, spoil
from tests.core.as4.test_mime import OTHER_FORMS
from tests.faults.pair import Pair, leaver, set_up
from tests.faults.served import Medway, agreed, call, said, served, signal_in, way
from tests.faults.test_malformed import BOMB, TELLING, as_it_is
from tests.simulator import KENT, LARKMERE, MEDWAY

ROUNDS = int(os.environ.get("GATEWAY_ORACLE", "12"))
WELCH = 4.5
"""Beyond this the means of two samples differ (reliability row 21)."""
SEEN = 0.1
"""A tenth of the time, which is less than an operation with an RSA key takes; few rounds tell no less."""

V1, V2 = Profile.EDELIVERY_1_15, Profile.EDELIVERY_2_0


@dataclass(frozen=True, slots=True)
class Door:
    """Medway's, at which Kent stands with one connection."""

    pair: Pair
    medway: Medway
    connection: http.client.HTTPSConnection

    def post(self, made: Sealed) -> Reply:
        self.connection.request("POST", "/as4", made.body, {"Content-Type": made.content_type})
        answer = self.connection.getresponse()
        reply = Reply(answer.status, answer.headers["Content-Type"] or "", answer.read())
        assert not any(word in reply.body for word in TELLING)
        return reply

    def refused(self, made: Sealed, message: str) -> tuple[str, str]:
        """Code and sentence of the one signed error, which names this message where it could be read that far."""
        reply = self.post(made)
        found = signal_in(self.pair, reply)
        assert isinstance(found, as4.ErrorSignal), "it got a receipt"
        (error,) = found.errors
        assert (reply.status, error.severity) == (200, "failure")
        assert found.ref_to in {None, message}, "it is about another message"
        return error.code, error.detail

    def takes(self, made: Sealed) -> bool:
        found = signal_in(self.pair, self.post(made))
        return isinstance(found, as4.Receipt) and found.references == made.references


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("bad-input")
    urls: dict[PartnerId, str] = {home: f"sqlite:///{folder / home}.sqlite" for home in (KENT, MEDWAY)}
    return set_up(folder, urls)


@pytest.fixture(scope="module")
def door(pair: Pair) -> Iterator[Door]:
    own, partner = pair.kent.vault.current(KENT, "tls"), way(pair)[1]
    context = ssl.create_default_context(cadata="".join(partner.pems("tls")))
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_cert_chain(own.certificate_file, own.key_file)
    with served(pair) as medway:
        port = pair.medway.settings.listen.machines_port
        connection = http.client.HTTPSConnection("localhost", port, timeout=90, context=context)
        yield Door(pair, medway, connection)
        connection.close()


def made(pair: Pair, name: str, profile: Profile = V2) -> Sealed:
    return call(pair, f"{name}@kent", PUPIL, b"two", newest=profile)


def expected(cause: Cause, where: str = "") -> tuple[str, str]:
    problem = As4Error(cause, where).problem
    return problem.code, problem.detail


# -- forged by an outsider, or signed so by a partner -----------------------------------------------------------------


@pytest.mark.parametrize(("change", "where"), [row[1:] for row in WRAPPINGS], ids=[row[0] for row in WRAPPINGS])
def test_wrapped_signature_is_refused_at_the_door_for_the_place_of_the_wrapping(
    door: Door, change: Change, where: str
) -> None:
    found = door.refused(changed(made(door.pair, "wrapped"), change), "wrapped@kent")
    assert found == expected(Cause.STRUCTURE, where)


@pytest.mark.parametrize(("change", "cause", "where"), [row[1:] for row in SIGNED], ids=[row[0] for row in SIGNED])
def test_signature_of_another_form_is_refused_at_the_door_though_it_is_well_signed(
    door: Door, change: Change, cause: Cause, where: str
) -> None:
    signer, _, profile = agreed(door.pair)
    assert profile is V2
    spoilt = changed(made(door.pair, "signed"), signing(change, signer))
    assert door.refused(spoilt, "signed@kent") == expected(cause, where)


@pytest.mark.parametrize(
    ("profile", "change", "cause", "where"), [row[1:] for row in NOT_AGREED], ids=[row[0] for row in NOT_AGREED]
)
def test_encryption_that_was_not_agreed_is_refused_at_the_door_by_name(
    door: Door, profile: Profile, change: Change, cause: Cause, where: str
) -> None:
    spoilt = changed(made(door.pair, "sealed", profile), change)
    assert door.refused(spoilt, "sealed@kent") == expected(cause, where)


@pytest.mark.parametrize(("spoil", "cause"), FORGED.values(), ids=FORGED)
def test_forged_message_is_refused_at_the_door(door: Door, spoil: Callable[[Sealed], Sealed], cause: Cause) -> None:
    found = signal_in(door.pair, door.post(spoil(made(door.pair, "forged"))))
    assert isinstance(found, as4.ErrorSignal)
    assert [(one.code, one.detail) for one in found.errors] == [expected(cause)]


def test_swapped_attachments_are_refused_at_the_door(door: Door) -> None:
    swapped = with_attachments(made(door.pair, "swapped"), swap)
    assert door.refused(swapped, "swapped@kent") == expected(Cause.DIGEST)


@pytest.mark.parametrize(
    ("kind", "body", "cause"), [row for row in OTHER_FORMS if "\n" not in row[0]], ids=[*range(len(OTHER_FORMS) - 1)]
)
def test_package_of_another_form_is_refused_at_the_door_for_its_own_reason(
    door: Door, kind: str, body: bytes, cause: Cause
) -> None:
    assert door.refused(replace(made(door.pair, "form"), content_type=kind, body=body), "form@kent") == expected(cause)


@pytest.mark.parametrize(
    ("content", "cause"), [(b"no gzip", Cause.COMPRESSION), (BOMB, Cause.UNZIPPED_TOO_LARGE)], ids=["none", "bomb"]
)
def test_gzip_that_is_none_or_a_bomb_is_refused_at_the_door(door: Door, content: bytes, cause: Cause) -> None:
    kind, body = as_it_is(door.pair, content)
    signal = signal_in(door.pair, door.post(replace(made(door.pair, "zip"), content_type=kind, body=body)))
    assert isinstance(signal, as4.ErrorSignal)
    assert [(one.code, one.detail) for one in signal.errors] == [expected(cause)]


def test_message_that_another_than_its_sender_signed_is_refused_at_the_door(door: Door) -> None:
    ours, whom, profile = agreed(door.pair)
    call_of_kents = said("whose@kent", PUPIL)
    medway = certificates.answering(door.pair.medway.vault.signers(MEDWAY), [ours.certificate])
    forged = as4.seal(call_of_kents, medway, whom, profile, os.urandom)
    assert door.refused(forged, "whose@kent") == expected(Cause.STRANGER)
    nobodys = replace(call_of_kents, sender=as4.Party("council-999"))
    forged = as4.seal(nobodys, ours, whom, profile, os.urandom)
    assert door.refused(forged, "whose@kent") == expected(Cause.UNKNOWN_SENDER)


# -- said again -------------------------------------------------------------------------------------------------------


def test_message_that_is_replayed_gets_its_receipt_again_and_another_under_its_id_a_signed_error(door: Door) -> None:
    kent, medway, file = door.pair.kent, door.pair.medway, leaver(1)
    intake.accept(
        kent.gateway,
        Upload(UploadId(situations.new_id("u", os.urandom)), kent.gateway.clock(), LARKMERE, file.name, file.content),
    )
    (one,) = kent.store.parcels_in([State.WAITING], 9)
    assert one.parcel.message is not None
    body = kent.vault.open_kept(kent.store.kept(one.parcel.sealed))
    whole = replace(made(door.pair, "unused"), content_type=one.parcel.content_type, body=body)
    first = door.post(whole)
    assert isinstance(signal_in(door.pair, first), as4.Receipt)
    assert [door.post(whole) for _ in range(3)] == [first] * 3
    other = as4.seal(
        replace(said("x@kent", b"<other/>"), message_id=one.parcel.message), *agreed(door.pair), os.urandom
    )
    code, detail = door.refused(other, one.parcel.message)
    assert (code, detail.partition(":")[0]) == ("EBMS:0004", Code.KNOWN_ID_OTHER_CONTENT)
    assert door.post(whole) == first
    assert medway.store.counts() == {State.SHELVED: 1}
    lines = [parse_line(line) for line in medway.store.lines()]
    assert [line["sender"] for line in lines if line.get("code") == Code.KNOWN_ID_OTHER_CONTENT] == [KENT]


# -- what does not decrypt --------------------------------------------------------------------------------------------


def sealed_wrongly(pair: Pair, profile: Profile) -> dict[str, Sealed]:
    """One message in every way in which only a private key, or the session key, tells that it does not open."""
    whole = made(pair, "oracle", profile)
    ours, other = agreed(pair, Profile.EDELIVERY_1_15)[1].public_key(), rsa_key("surrey").public_key()
    assert isinstance(ours, RSAPublicKey)
    keys = {f"key: {name}": changed(whole, change) for name, kind, change in secret(ours, other) if kind is profile}
    return keys | {f"content: {name}": spoil(change)(whole) for name, change in SPOILT}


def without_ids_and_times(body: bytes) -> list[tuple[str, dict[str, str], str]]:
    """An error signal, but for its own id, its time, and what follows from them."""
    varies = {"Timestamp", "MessageId", "DigestValue", "SignatureValue"}
    told = []
    for each in etree.fromstring(body).iter():
        name = str(each.tag).rpartition("}")[2]
        attributes = {str(key): str(value) for key, value in each.attrib.items() if key not in {WSU_ID, "URI"}}
        told.append((str(each.tag), attributes, "" if name in varies else each.text or ""))
    return told


@pytest.mark.parametrize("profile", list(Profile))
def test_answer_to_what_does_not_decrypt_is_the_same_whatever_was_wrong(door: Door, profile: Profile) -> None:
    answers = {name: door.post(wrong) for name, wrong in sealed_wrongly(door.pair, profile).items()}
    assert len(answers) > 15
    for reply in answers.values():
        found = signal_in(door.pair, reply)
        assert isinstance(found, as4.ErrorSignal)
        assert [(one.code, one.detail) for one in found.errors] == [expected(Cause.DECRYPTION)]
    told = {name: (reply.status, len(reply.body), without_ids_and_times(reply.body)) for name, reply in answers.items()}
    first = next(iter(told.values()))
    assert {name: one for name, one in told.items() if one != first} == {}


@pytest.mark.parametrize("profile", list(Profile))
def test_time_to_refuse_what_does_not_decrypt_is_the_same_whatever_was_wrong(door: Door, profile: Profile) -> None:
    """All in turn, in another order each round. What the gateway computed is timed, for a machine that is busy with
    other things makes everybody wait; of each the quickest half counts, in which nothing else of the gateway ran.
    """
    wrong, draw = sealed_wrongly(door.pair, profile), Random(7)
    times: dict[str, list[float]] = {name: [] for name in wrong}
    for _ in range(ROUNDS):
        for name in draw.sample([*wrong], len(wrong)):
            began = door.medway.computing()
            door.post(wrong[name])
            times[name].append((door.medway.computing() - began) * 1000)
    kept = {name: sorted(each)[: len(each) // 2] for name, each in times.items()}
    means = {name: statistics.fmean(each) for name, each in kept.items()}
    usual = statistics.median(means.values())
    told = {name: welch(each, [*chain(*(kept[one] for one in kept if one != name))]) for name, each in kept.items()}
    most = max(abs(one) for one in told.values())
    print(
        f"{profile}: {ROUNDS} x {len(wrong)}, {min(means.values()):.2f} to {max(means.values()):.2f} ms, |t| {most:.1f}"
    )
    seen = {name for name in kept if abs(means[name] - usual) > SEEN * usual and abs(told[name]) > WELCH}
    assert {name: (round(means[name], 3), round(usual, 3), round(told[name], 1)) for name in seen} == {}


def welch(some: list[float], rest: list[float]) -> float:
    """By how many of their standard errors the means of two samples differ."""
    spread = statistics.variance(some) / len(some) + statistics.variance(rest) / len(rest)
    return (statistics.fmean(some) - statistics.fmean(rest)) / math.sqrt(spread)


# -- and after all of it ----------------------------------------------------------------------------------------------


def test_after_all_that_an_honest_message_is_taken(door: Door) -> None:
    assert door.takes(made(door.pair, "honest")) and door.takes(made(door.pair, "honest-1", V1))
