"""A partner's way changes while something waits for it: it goes by the way that the partner has when it goes."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.core import as4
from gateway.core.agreements import Status
from gateway.core.delivery import Parcel, State
from gateway.core.facts import Condition
from gateway.core.partners import Carrier, Channel
from gateway.core.records import Record
from gateway.core.terms import DisclosureId, Kind, Outcome
from gateway.edge.folders import Folders
from gateway.flows import casework, dispatch, handoffs, holds, pausing, speaking, turning
from tests.flows import test_pausing
from tests.flows.asked import a_message, sealed
from tests.flows.test_handoffs import handing, look
from tests.flows.test_pulling import ask, pulls, request
from tests.flows.watch import FIRST, SECOND, WHY, decisions_of, flag, lines
from tests.simulator import KENT, MEDWAY, OFFICER, TIDEWAY, World, agreement, refused
from tests.teams import member, one_gateway


def send(world: World) -> list[str]:
    return [type(one.fact).__name__ for one in dispatch.send_due(world.kent.gateway)]


def the(world: World, state: State) -> Parcel:
    (one,) = world.kent.store.parcels_in([state], 9)
    return one.parcel


def reached_by(world: World, channel: Channel, **changes: object) -> None:
    """From now on this is how Kent reaches Medway."""
    medway = world.kent.store.register().directory.get(MEDWAY)
    world.kent.store.enlist([replace(medway, channel=channel, **changes)], Record(()))  # type: ignore[arg-type]


def reasons(world: World) -> list[object]:
    return [one["reason"] for one in lines(world.kent, "ParcelWithdrawn")]


def test_notice_sealed_for_a_machine_is_laid_in_the_mailbox_that_its_reader_has_now(either: World) -> None:
    either.notice()
    before = the(either, State.WAITING)
    one_gateway(either)
    team = member(either, MEDWAY)
    assert send(either) == ["ParcelWithdrawn"] and reasons(either) == ["channel"]
    after = the(either, State.SHELVED)
    assert (after.disclosure, after.reader, after.recipient) == (before.disclosure, MEDWAY, KENT)
    (row,) = speaking.listed(either.kent.gateway, either.kent.store, team, either.clock())
    assert speaking.opened(either.kent.gateway, team, row.parcel, either.clock()).standing.parcel.id == after.id
    assert either.wire.carried == [] and not lines(either.kent, "AttemptStarted")
    assert send(either) == [], "once"


@pytest.mark.parametrize(
    ("first", "then", "closed"),
    [
        (Channel.AS4, {"channel": Channel.MESH, "mailbox": "X26OT001"}, Condition(Carrier.MESH)),
        (Channel.AS4, {"channel": Channel.FOLDER}, Condition(Carrier.FOLDER)),
        (Channel.FOLDER, {"channel": Channel.AS4}, None),
        (Channel.FOLDER, {"channel": Channel.MESH, "mailbox": "X26OT001", "plain": True}, Condition(Carrier.MESH)),
        (Channel.PULL, {"channel": Channel.AS4}, None),
        (Channel.PULL, {"channel": Channel.FOLDER}, Condition(Carrier.FOLDER)),
    ],
)
def test_what_waits_is_closed_anew_for_the_way_of_today(
    world: World, first: Channel, then: dict[str, object], closed: Condition | None
) -> None:
    world.adopt(agreement(2, carriers=(Carrier.AS4, Carrier.FOLDER, Carrier.MESH)))
    world.adopt(agreement(status=Status.SUPERSEDED))
    reached_by(world, first)
    world.notice()
    before = the(world, State.WAITING)
    reached_by(world, **then)  # type: ignore[arg-type]
    (turned,) = dispatch.send_due(world.kent.gateway)
    assert type(turned.fact).__name__ == "ParcelWithdrawn" and reasons(world) == ["channel"]
    after = the(world, State.WAITING)
    assert (after.disclosure, after.carrier) == (before.disclosure, closed)
    assert (after.sealed_for is None) is (closed == Condition(Carrier.FOLDER) or "plain" in then)
    if after.sealed_for is not None:
        evidence = world.kent.store.evidence(after.id)
        assert evidence is not None and as4.channel_of(evidence[0]) is None
    if closed is None:
        assert send(world) == ["ParcelDelivered"]


def test_an_agreement_that_does_not_know_the_new_way_refuses_it_and_says_so(world: World) -> None:
    world.notice()
    reached_by(world, Channel.FOLDER)
    assert send(world) == ["ParcelWithdrawn"]
    told = [one for one in lines(world.kent) if str(one["fact"]).startswith("Disclosure")][-1]
    assert (told["fact"], told["reasons"]) == ("DisclosureHeld", ["carrier"]), told
    assert world.kent.store.counts() == {State.WITHDRAWN: 1}


def test_transfer_file_for_a_school_that_nobody_serves_any_more_waits_for_upload(world: World, tmp_path: Path) -> None:
    folders = Folders(tmp_path / "handoff", {}, tmp_path / "folders")
    world.kent.gateway = replace(world.kent.gateway, couriers={Carrier.S2S: folders})
    world.leavers()
    tideway = world.kent.store.register().directory.get(TIDEWAY)
    world.kent.store.enlist([replace(tideway, served_by=None)], Record(()))
    assert send(world) == ["ParcelWithdrawn"]
    assert send(world) == ["ParcelHanded"]
    assert the(world, State.HANDED).carrier == Condition(Carrier.S2S)
    # a person may have uploaded it and not said so yet: it stays with them, whatever way there is now
    world.kent.store.enlist([replace(tideway, served_by=KENT)], Record(()))
    look(world, folders)
    assert world.kent.store.counts() == {State.WITHDRAWN: 1, State.HANDED: 1}


def test_what_lies_in_a_folder_from_which_nobody_fetches_any_more_is_taken_back_and_sent(
    world: World, tmp_path: Path
) -> None:
    folders = Folders(tmp_path / "handoff", {}, tmp_path / "folders")
    handing(world, folders)
    world.adopt(agreement(2, carriers=(Carrier.AS4, Carrier.FOLDER)))
    world.adopt(agreement(status=Status.SUPERSEDED))
    reached_by(world, Channel.FOLDER)
    world.notice()
    assert send(world) == ["ParcelHanded"] and len(folders.laid()) == 1
    reached_by(world, Channel.AS4)
    handoffs.look(world.kent.gateway, folders, world.clock())
    assert folders.laid() == {} and send(world) == ["ParcelDelivered"]


def test_a_queue_that_somebody_paused_turns_when_they_let_it_go_on(world: World) -> None:
    world.notice()
    test_pausing.pause(world)
    one_gateway(world)
    assert send(world) == []
    pausing.resume(world.kent.gateway, world.kent.store, test_pausing.BELL, MEDWAY, world.clock())
    assert send(world) == ["ParcelWithdrawn"] and the(world, State.SHELVED).reader == MEDWAY


def test_what_was_given_up_on_a_dead_machine_turns_when_somebody_sends_it_again(world: World) -> None:
    world.notice()
    world.wire.faults = [refused, refused]
    send(world)
    world.clock.on(hours=2)
    assert send(world) == ["ParcelAbandoned"]
    one_gateway(world)
    dispatch.resend(world.kent.gateway, the(world, State.ABANDONED).id, OFFICER.id, world.clock.on(minutes=2))
    assert send(world) == ["ParcelWithdrawn"] and the(world, State.SHELVED).reader == MEDWAY


def test_what_two_people_release_goes_by_the_way_of_the_day_on_which_they_do(world: World) -> None:
    """What they looked at was decided while the council had a machine."""
    made = sealed(a_message(world, Kind.NOTICE))
    flag(world, made)
    (held,) = (DisclosureId(one["disclosure"]) for one in decisions_of(world.upload(made.content, made.name, KENT)))
    gateway, store = world.kent.gateway, world.kent.store
    assert holds.preview(gateway, store, FIRST, held, world.clock()).decision.carrier is Carrier.AS4
    holds.release(gateway, store, FIRST, held, WHY, world.clock())
    one_gateway(world)
    went = holds.release(gateway, store, SECOND, held, WHY, world.clock())
    assert went is not None and went.decision.outcome is Outcome.RELEASE
    assert went.decision.carrier is Carrier.LAN and the(world, State.SHELVED).reader == MEDWAY


def test_what_nobody_collected_goes_to_the_machine_that_its_reader_has_now(either: World) -> None:
    machine = either.kent.store.register().directory.get(MEDWAY)
    medway = either.sides[MEDWAY]
    one_gateway(either)
    either.notice()
    shelved = the(either, State.SHELVED)
    assert turning.sweep(either.kent.gateway, either.kent.store, either.clock()) == 0
    either.sides[MEDWAY] = medway
    either.kent.store.enlist([replace(machine, onboarding=True)], Record(()))
    assert turning.sweep(either.kent.gateway, either.kent.store, either.clock()) == 0, "it is not live yet"
    either.kent.store.enlist([machine], Record(()))
    assert turning.sweep(either.kent.gateway, either.kent.store, either.clock()) == 1
    assert turning.sweep(either.kent.gateway, either.kent.store, either.clock()) == 0
    assert send(either) == ["ParcelDelivered"] and the(either, State.DELIVERED).disclosure == shelved.disclosure
    assert reasons(either) == ["channel"]


def test_what_would_not_be_released_in_the_new_way_stays_where_it_can_be_collected(world: World) -> None:
    one_gateway(world)
    team = member(world, MEDWAY)
    world.notice()
    medway = world.kent.store.register().directory.get(MEDWAY)
    world.kent.store.enlist([replace(medway, channel=Channel.FOLDER, served_by=None, endpoint="")], Record(()))
    assert turning.sweep(world.kent.gateway, world.kent.store, world.clock()) == 0
    shelved = the(world, State.SHELVED)
    assert casework.collect(world.kent.gateway, team, shelved.id, world.clock())[0]


def test_what_is_pulled_is_not_pushed_by_a_request_of_before(world: World) -> None:
    pulls(world)
    world.notice()
    assert ask(world, request(world)).about is not None
    world.clock.on(seconds=world.kent.gateway.lease / timedelta(seconds=1) + 1)
    reached_by(world, Channel.AS4, endpoint="https://medway.example/as4")
    assert send(world) == ["ParcelWithdrawn"]
    assert send(world) == ["ParcelDelivered"]
    assert reasons(world) == ["channel"]
