"""Which profile two gateways use: 2.0 where both show keys for it, 1.15 with everybody else, and both at once."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core import as4
from gateway.core.as4 import Profile, certificates
from gateway.core.as4.names import ED25519, RSA_SHA256
from gateway.core.delivery import State
from gateway.core.facts import parse_line
from gateway.core.partners import Certificate, CertificateRole
from gateway.core.records import Record
from gateway.core.terms import PartnerId
from gateway.edge import vault
from gateway.flows import dispatch
from tests.flows.test_receive import queued, queued_content, resealed, take
from tests.simulator import KENT, MEDWAY, NOON, World

V1, V2 = Profile.EDELIVERY_1_15, Profile.EDELIVERY_2_0
SIGNED = {V1: RSA_SHA256.encode(), V2: ED25519.encode()}


def knows(world: World, at: PartnerId, of: PartnerId, profiles: set[Profile], newest: str = V2) -> None:
    """At one council the other's record shows certificates of these profiles alone."""
    store = world.sides[at].store
    known = store.register().directory.get(of)
    kept = tuple(
        one
        for one in known.certificates
        if one.role == "tls" or certificates.profile_of(certificates.load(one.pem)) in profiles
    )
    store.enlist([replace(known, certificates=kept, profile=newest)], Record(()))


def sent(world: World) -> list[str]:
    return [type(one.fact).__name__ for one in dispatch.send_due(world.kent.gateway)]


def used(message: bytes) -> set[Profile]:
    return {profile for profile, name in SIGNED.items() if name in message}


def receipt_of(world: World) -> bytes:
    (one,) = world.kent.store.parcels_in([State.DELIVERED], 9)
    evidence = world.kent.store.evidence(one.parcel.id)
    assert evidence is not None and evidence[1] is not None
    return evidence[1]


@pytest.mark.parametrize(
    ("shown", "newest", "expected"),
    [({V1, V2}, V2, V2), ({V1, V2}, "", V2), ({V1, V2}, V1, V1), ({V1}, V2, V1), ({V1}, "", V1), ({V2}, V2, V2)],
)
def test_message_and_receipt_are_of_the_newest_profile_that_both_show(
    world: World, shown: set[Profile], newest: str, expected: Profile
) -> None:
    knows(world, KENT, MEDWAY, shown, newest)
    world.leavers()
    assert sent(world) == ["ParcelDelivered"]
    assert used(world.wire.carried[0]) == used(receipt_of(world)) == {expected}


def test_a_gateway_that_has_not_got_our_new_record_is_answered_with_the_key_that_it_knows(world: World) -> None:
    """Kent shows both; Medway holds Kent's old record, and Kent holds the old record of Medway."""
    knows(world, MEDWAY, KENT, {V1})
    knows(world, KENT, MEDWAY, {V1})
    world.leavers()
    assert sent(world) == ["ParcelDelivered"]
    assert used(receipt_of(world)) == {V1}


@pytest.mark.parametrize(("shown", "expected"), [({V1, V2}, V1), ({V1}, V1), ({V2}, V2)])
def test_an_error_is_signed_by_a_key_that_the_sender_can_read(
    world: World, shown: set[Profile], expected: Profile
) -> None:
    world.leavers()
    kind, body = resealed(world, "m1@kent", queued_content(world), V2 if V2 in shown else V1)
    knows(world, MEDWAY, KENT, shown)
    response = take(world, kind, body.replace(b"urn:cme-gateway:records", b"urn:cme-gateway:recordz"))
    signal = as4.read_signal(response.content_type, response.body, world.medway.signs, as4.Rules())
    assert isinstance(signal, as4.ErrorSignal) and used(response.body) == {expected}


def test_a_partner_for_whose_keys_we_have_none_gets_nothing_and_it_is_said(world: World) -> None:
    knows(world, KENT, MEDWAY, {V2}, V1)
    plan = world.notice()  # a transfer file would go by school2school instead
    assert b"no-certificate" in plan.answer and world.kent.store.counts() == {}


def test_what_is_sealed_by_either_profile_opens(world: World) -> None:
    world.leavers()
    assert take(world, *queued(world)).status == 200
    other = resealed(world, "m1@kent", queued_content(world) + b" ", V1)
    assert used(other[1]) == {V1} and take(world, *other).status == 200


@pytest.mark.parametrize("profile", [V1, V2])
@pytest.mark.parametrize("role", ["sign", "seal"])
def test_keys_of_both_profiles_roll_over_under_traffic(
    world: World, keys: Path, tmp_path: Path, role: str, profile: Profile
) -> None:
    """Medway's next keys: its new record shows old and new; then the old ones are gone, and nothing is lost."""
    knows(world, KENT, MEDWAY, {profile})
    world.leavers(seed=1, sequence=1)
    folder = tmp_path / MEDWAY
    shutil.copytree(keys / MEDWAY, folder)
    old = [one for one in vault.FolderVault(folder, "x/log", world.clock).pairs(MEDWAY) if one.role == role]
    new = vault.add_pairs(folder, MEDWAY, role, (), NOON)
    renewed = vault.FolderVault(folder, world.medway.vault.origin(1), world.clock)
    medway = world.medway
    medway.vault, medway.gateway = renewed, replace(medway.gateway, vault=renewed, keys=renewed)
    partner = world.kent.store.register().directory.get(MEDWAY)
    more = [Certificate(CertificateRole(role), one.certificate_file.read_text()) for one in new]
    world.kent.store.enlist([replace(partner, certificates=(*partner.certificates, *more))], Record(()))
    world.leavers(seed=2, sequence=2)
    assert sent(world) == ["ParcelDelivered"] * 2
    for one in old:
        vault.retire(one)
    world.leavers(seed=3, sequence=3)
    assert sent(world) == ["ParcelDelivered"]
    fact, field = {"sign": ("ParcelDelivered", "receipt_signed_by"), "seal": ("ParcelSealed", "sealed_for")}[role]
    told = [line[field] for line in map(parse_line, world.kent.store.lines()) if line["fact"] == fact]
    assert told[-1] in {certificates.fingerprint(one.certificate) for one in new if one.profile is profile}


def test_a_profile_for_which_a_partner_shows_nothing_to_verify_its_receipt_by_is_not_used(world: World) -> None:
    partner = world.kent.store.register().directory.get(MEDWAY)
    kept = tuple(
        one
        for one in partner.certificates
        if (one.role, certificates.profile_of(certificates.load(one.pem))) != (CertificateRole.SIGN, V2)
    )
    world.kent.store.enlist([replace(partner, certificates=kept)], Record(()))
    world.leavers()
    assert sent(world) == ["ParcelDelivered"] and used(world.wire.carried[0]) == {V1}
