"""Claims, pauses, dead letters, and parcels that may no longer go as they were sealed."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.core import as4
from gateway.core.agreements import Status
from gateway.core.as4 import Ebms
from gateway.core.delivery import State
from gateway.core.errors import Code, Refusal
from gateway.core.facts import parse_line
from gateway.core.partners import Certificate, CertificateRole
from gateway.core.records import Record, Reply
from gateway.core.terms import MessageId, PartnerId
from gateway.edge import vault
from gateway.flows import dispatch, enquiry
from tests.simulator import (
    KENT,
    LARKMERE,
    MEDWAY,
    NOON,
    OFFICER,
    TIDEWAY,
    Answering,
    Side,
    World,
    agreement,
    busy,
    garbled,
    lost_answer,
    make_keys,
    refused,
)


def facts(side: Side) -> list[str]:
    names = [str(parse_line(line)["fact"]) for line in side.store.lines()]
    return [name for name in names if name != "AgreementRecorded"]


def kinds(sent: object) -> list[str]:
    return [type(one.fact).__name__ for one in sent]  # type: ignore[attr-defined]


def send(world: World) -> list[str]:
    return kinds(dispatch.send_due(world.kent.gateway))


def deliver(world: World, **wish: object) -> None:
    world.leavers(**wish)


# -- waiting ----------------------------------------------------------------------------------------------------------


def test_partner_is_paused_after_three_faults_and_one_parcel_probes_for_all(either: World) -> None:
    for sequence in range(1, 6):
        deliver(either, sequence=sequence, seed=sequence)
    either.wire.faults = [refused] * 4
    assert send(either) == ["ParcelDeferred"] * 4 + ["ParcelDelivered"]
    store = either.kent.store
    assert store.counts()[State.DELIVERED] == 1


def test_paused_partner_gets_one_probe_and_everything_once_it_answers(world: World) -> None:
    for sequence in range(1, 5):
        deliver(world, sequence=sequence, seed=sequence)
    world.wire.faults = [refused] * 5
    assert send(world) == ["ParcelDeferred"] * 4
    assert "PartnerPaused" in facts(world.kent)
    world.clock.on(minutes=2)
    assert send(world) == ["ParcelDeferred"]
    assert send(world) == []
    world.clock.on(minutes=2)
    assert send(world) == ["ParcelDelivered"]
    assert send(world) == ["ParcelDelivered"] * 3
    assert facts(world.kent).count("PartnerPaused") == facts(world.kent).count("PartnerResumed") == 1


def test_a_dead_partner_does_not_delay_another(world: World) -> None:
    deliver(world)
    world.notice()
    world.kent.store.enlist([replace(world.kent.store.register().directory.get(MEDWAY))], Record(()))
    world.wire.faults = [refused]
    assert sorted(send(world)) == ["ParcelDeferred", "ParcelDelivered"]


def test_parcel_is_given_up_after_its_time_and_can_be_resent_with_the_same_bytes(world: World) -> None:
    deliver(world)
    world.wire.faults = [refused, refused]
    send(world)
    world.clock.on(hours=2)
    assert send(world) == ["ParcelAbandoned"]
    (dead,) = world.kent.store.parcels_in([State.ABANDONED], 9)
    assert dead.reason == "too-old"
    dispatch.resend(world.kent.gateway, dead.parcel.id, OFFICER.id, world.clock())
    world.clock.on(minutes=2)
    assert send(world) == ["ParcelDelivered"]
    assert len(set(world.wire.carried)) == 1


def test_only_a_dead_letter_can_be_resent(world: World) -> None:
    deliver(world)
    (waiting,) = world.kent.store.parcels_in([State.WAITING], 9)
    with pytest.raises(Refusal) as refusal:
        dispatch.resend(world.kent.gateway, waiting.parcel.id, OFFICER.id, NOON)
    assert refusal.value.code is Code.NOT_FOUND


def test_partners_signed_refusal_is_final_and_told(world: World) -> None:
    deliver(world)
    unknown = world.medway.store.register().directory.get(TIDEWAY)
    world.medway.store.enlist([replace(unknown, served_by=KENT)], Record(()))
    assert send(world) == ["ParcelAbandoned"]
    (dead,) = world.kent.store.parcels_in([State.ABANDONED], 9)
    assert dead.reason == "refused-by-partner"


# A partner whose product refuses what it knows in place of giving its receipt again.


def refusing(world: World, code: Ebms) -> Answering:
    """Refuse what is under way in an error signed by Medway, as phase4 does for an id that it knows."""

    def answer(_deliver: Callable[[], Reply]) -> Reply:
        (under_way,) = world.kent.store.parcels_in([State.SENDING], 9)
        problem, signer = as4.Problem(code, "It is a duplicate."), world.medway.vault.signers(MEDWAY)[0]
        body = as4.error_signal(problem, under_way.parcel.message, signer, MessageId("e@medway"), world.clock())
        return Reply(200, as4.SOAP_CONTENT_TYPE, body)

    return answer


def abandoned_after(world: World, *faults: Answering, resent: int | None = None) -> str | None:
    """Let the attempts for one parcel end like this; gives why it was given up. ``resent``: by a person, after it."""
    deliver(world)
    for number, fault in enumerate(faults, 1):
        world.wire.faults = [fault]
        assert send(world) == ["ParcelDeferred" if number not in {resent, len(faults)} else "ParcelAbandoned"]
        world.clock.on(minutes=2)
        if number == resent:
            (dead,) = world.kent.store.parcels_in([State.ABANDONED], 9)
            dispatch.resend(world.kent.gateway, dead.parcel.id, OFFICER.id, world.clock())
    (dead,) = world.kent.store.parcels_in([State.ABANDONED], 9)
    return dead.reason


@pytest.mark.parametrize("between", [[], [busy]])
@pytest.mark.parametrize("lost", [lost_answer, garbled, refused])
def test_what_is_refused_as_known_after_a_lost_answer_is_no_delivery_and_a_person_is_told_to_ask(
    world: World, lost: Answering, between: list[Answering]
) -> None:
    assert abandoned_after(world, lost, *between, refusing(world, Ebms.OTHER)) == "repeat-refused"
    (row,) = enquiry.sent(world.kent.gateway, LARKMERE, world.clock())
    assert row.overdue and "they may have it already. Your council phones them" in row.reason


@pytest.mark.parametrize("before", [[], [busy], [busy, busy]])
def test_what_certainly_never_arrived_and_is_refused_is_refused(world: World, before: list[Answering]) -> None:
    assert abandoned_after(world, *before, refusing(world, Ebms.OTHER)) == "refused-by-partner"


@pytest.mark.parametrize(
    ("first", "reason"), [([lost_answer], "repeat-refused"), ([], "refused-by-partner")], ids=["lost", "answered"]
)
def test_what_a_person_resends_and_is_refused_again_is_told_as_before(
    world: World, first: list[Answering], reason: str
) -> None:
    again = [refusing(world, Ebms.OTHER)] * 2
    assert abandoned_after(world, *first, *again, resent=len(first) + 1) == reason


def test_another_refusal_after_a_lost_answer_is_a_refusal(world: World) -> None:
    assert abandoned_after(world, lost_answer, refusing(world, Ebms.POLICY)) == "refused-by-partner"


def test_an_attempt_whose_worker_died_may_have_arrived(world: World) -> None:
    deliver(world)
    claim(world)
    world.clock.on(seconds=61)
    world.wire.faults = [refusing(world, Ebms.OTHER)]
    assert send(world) == ["ParcelAbandoned"]
    (dead,) = world.kent.store.parcels_in([State.ABANDONED], 9)
    assert dead.reason == "repeat-refused"


def test_a_receipt_that_comes_after_the_refusal_still_settles(world: World) -> None:
    deliver(world)
    (late,) = claim(world)
    world.clock.on(seconds=61)
    world.wire.faults = [refusing(world, Ebms.OTHER)]
    assert send(world) == ["ParcelAbandoned"]
    assert dispatch.send(world.kent.gateway, late).counted is True  # type: ignore[arg-type]
    assert world.kent.store.counts() == {State.DELIVERED: 1}


# -- leases and clocks ------------------------------------------------------------------------------------------------


def claim(world: World) -> list[object]:
    gateway = world.kent.gateway
    judge = dispatch.judge(gateway, world.clock())
    return list(gateway.store.claim(world.clock(), gateway.lease, 20, judge, gateway.waits))


def test_claimed_parcel_is_nobody_elses_until_the_lease_ends(either: World) -> None:
    deliver(either)
    assert len(claim(either)) == 1 and claim(either) == []
    either.clock.on(seconds=61)
    assert len(claim(either)) == 1


@pytest.mark.parametrize("jump", [timedelta(days=30), timedelta(days=-30)])
def test_a_clock_that_jumps_and_comes_back_strands_nothing(world: World, jump: timedelta) -> None:
    deliver(world)
    world.clock.at += jump
    claim(world)
    world.clock.at -= jump
    world.clock.on(seconds=61)
    assert send(world) == ["ParcelDelivered"]


def test_due_time_from_a_clock_that_ran_ahead_is_not_waited_for(world: World) -> None:
    deliver(world)
    world.wire.faults = [refused]
    world.clock.on(days=30)
    world.kent.gateway = replace(
        world.kent.gateway, waits=replace(world.kent.gateway.waits, give_up=timedelta(days=90))
    )
    send(world)
    world.clock.on(days=-30)
    assert send(world) == ["ParcelDelivered"]


def test_late_worker_does_not_undo_what_another_settled(world: World) -> None:
    deliver(world)
    (late,) = claim(world)
    world.clock.on(seconds=61)
    assert send(world) == ["ParcelDelivered"]
    world.wire.faults = [refused]
    assert dispatch.send(world.kent.gateway, late).counted is False  # type: ignore[arg-type]
    assert world.kent.store.counts() == {State.DELIVERED: 1}
    assert facts(world.kent).count("ParcelDelivered") == 1


def test_late_receipt_still_settles(world: World) -> None:
    deliver(world)
    (late,) = claim(world)
    world.clock.on(seconds=61)
    world.wire.faults = [refused]
    assert send(world) == ["ParcelDeferred"]
    assert dispatch.send(world.kent.gateway, late).counted is True  # type: ignore[arg-type]
    assert world.kent.store.counts() == {State.DELIVERED: 1}


def test_four_workers_never_send_one_parcel_at_the_same_time(either: World) -> None:
    for sequence in range(1, 25):
        deliver(either, sequence=sequence, seed=sequence, pupils=1, partial=True)
    faults: list[BaseException] = []

    def work() -> None:
        try:
            while dispatch.send_due(either.kent.gateway, 3):
                pass
        except BaseException as error:  # noqa: BLE001
            faults.append(error)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert faults == []
    assert either.kent.store.counts() == {State.DELIVERED: 24}
    assert len(either.wire.carried) == len(set(either.wire.carried)) == 24
    assert len(either.medway.store.shelved_for([TIDEWAY])) == 24


# -- stale parcels ----------------------------------------------------------------------------------------------------


def disclosures(side: Side) -> set[object]:
    return {parse_line(line).get("disclosure") for line in side.store.lines() if b'"disclosure"' in line}


def test_parcel_under_a_newer_version_is_withdrawn_and_sealed_anew_under_the_same_disclosure(either: World) -> None:
    either.notice()
    before = disclosures(either.kent)
    either.adopt(agreement(status=Status.SUPERSEDED))
    either.adopt(agreement(2))
    assert send(either) == ["ParcelWithdrawn"]
    assert send(either) == ["ParcelDelivered"]
    assert disclosures(either.kent) == before
    assert facts(either.kent)[3:] == [
        "ParcelWithdrawn",
        "DisclosureReleased",
        "ParcelSealed",
        "AttemptStarted",
        "ParcelDelivered",
    ]
    assert either.kent.store.counts() == {State.WITHDRAWN: 1, State.DELIVERED: 1}


def test_nothing_leaves_after_the_agreement_was_withdrawn(either: World) -> None:
    for seed in range(1, 4):
        either.notice(seed)
    either.adopt(agreement(status=Status.WITHDRAWN))
    assert send(either) == ["ParcelWithdrawn"] * 3
    assert send(either) == [] and either.wire.carried == []
    assert facts(either.kent)[-2:] == ["ParcelWithdrawn", "DisclosureRefused"]


def test_statutory_duty_goes_on_when_every_agreement_has_ended(world: World) -> None:
    deliver(world)
    world.adopt(agreement(status=Status.WITHDRAWN))
    assert send(world) == ["ParcelDelivered"]


def test_receiver_delivers_once_even_if_the_withdrawn_parcel_had_arrived(world: World) -> None:
    world.notice()
    world.wire.faults = [lost_answer]
    send(world)
    world.adopt(agreement(status=Status.SUPERSEDED))
    world.adopt(agreement(2))
    world.clock.on(minutes=1)
    assert send(world) == ["ParcelWithdrawn"] and send(world) == ["ParcelDelivered"]
    assert len(world.medway.store.shelved_for([MEDWAY])) == 1
    assert facts(world.medway)[-1] == "MessageRepeated"


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("newer")
    make_keys(folder, NOON - timedelta(days=59))
    return folder


def certificate(folder: Path, home: PartnerId, role: str) -> Certificate:
    pem = folder / home / home / f"{role}-{1 if role == 'tls' else 2}.crt.pem"
    return Certificate(CertificateRole(role), pem.read_text())


def with_certificates(world: World, *changed: Certificate, keep: bool) -> None:
    """Medway's record at Kent, with other certificates beside or in place of those of the same role."""
    medway = world.kent.store.register().directory.get(MEDWAY)
    roles = {one.role for one in changed}
    kept = tuple(one for one in medway.certificates if keep or one.role not in roles)
    world.kent.store.enlist([replace(medway, certificates=(*kept, *changed))], Record(()))


def test_recipients_new_certificate_in_place_of_the_old_one_makes_the_parcel_stale(world: World, newer: Path) -> None:
    deliver(world)
    with_certificates(world, certificate(newer, MEDWAY, "seal"), keep=False)
    assert send(world) == ["ParcelWithdrawn"]
    (again,) = world.kent.store.parcels_in([State.WAITING], 9)
    assert again.parcel.sealed_for in world.kent.store.register().directory.get(MEDWAY).fingerprints("seal")


def test_in_overlap_what_is_sealed_to_the_old_certificate_still_goes(world: World, newer: Path) -> None:
    deliver(world)
    with_certificates(world, certificate(newer, MEDWAY, "seal"), keep=True)
    assert send(world) == ["ParcelDelivered"]


def test_our_own_new_signing_key_makes_the_queue_stale(world: World, keys: Path, tmp_path: Path) -> None:
    import shutil

    deliver(world)
    folder = tmp_path / "kent-keys"
    shutil.copytree(keys / KENT, folder)
    vault.add_pairs(folder, KENT, "sign", (), NOON)
    renewed = vault.FolderVault(folder, "council-886.example/log", world.clock)
    gateway = replace(world.kent.gateway, vault=renewed, keys=renewed)
    assert kinds(dispatch.send_due(gateway)) == ["ParcelWithdrawn"]
    (again,) = world.kent.store.parcels_in([State.WAITING], 9)
    assert again.parcel.signed_by is not None


def test_worker_that_dies_between_claim_and_renewal_leaves_the_parcel_to_the_next(world: World) -> None:
    world.notice()
    world.adopt(agreement(status=Status.SUPERSEDED))
    world.adopt(agreement(2))
    (abandoned,) = claim(world)
    assert abandoned.stale is not None  # type: ignore[attr-defined]
    world.clock.on(seconds=61)
    assert send(world) == ["ParcelWithdrawn"] and send(world) == ["ParcelDelivered"]
    assert dispatch.renew(world.kent.gateway, abandoned).counted is False  # type: ignore[arg-type]


def test_council_whose_time_is_over_gets_nothing_and_nothing_spins(world: World) -> None:
    from datetime import date

    from gateway.core.terms import Period

    deliver(world)
    over = replace(
        world.kent.store.register().directory.get(MEDWAY), in_effect=Period(date(2009, 4, 1), date(2026, 11, 2))
    )
    world.kent.store.enlist([over], Record(()))
    assert send(world) == ["ParcelWithdrawn"]
    assert send(world) == []
    assert facts(world.kent)[-1] == "DisclosureRefused"
    assert world.wire.carried == []


def test_receipt_that_comes_after_the_parcel_was_withdrawn_is_kept(world: World) -> None:
    world.notice()
    (late,) = claim(world)
    world.adopt(agreement(status=Status.WITHDRAWN))
    world.clock.on(minutes=3)
    assert send(world) == ["ParcelWithdrawn"]
    assert dispatch.send(world.kent.gateway, late).counted is True  # type: ignore[arg-type]
    (known,) = world.kent.store.parcels_in(list(State), 9)
    evidence = world.kent.store.evidence(known.parcel.id)
    assert known.state is State.DELIVERED
    assert evidence is not None and evidence[1] is not None
