"""A flag on a child: one sets it, two lift it, and from its commit on nothing about the child leaves or opens."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from gateway.core import documents, sample
from gateway.core.agreements import Status
from gateway.core.delivery import Parcel, State
from gateway.core.documents.covering import marker_of
from gateway.core.documents.messages.tracing import Notice
from gateway.core.documents.messages.words import AskBefore
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Role, Stale, TaskKind
from gateway.core.records import Person, Record, Reply
from gateway.core.sample import SampleFile
from gateway.core.terms import Flag, FlagId, Kind, LaEstab, PartnerId, PersonId
from gateway.flows import casework, dispatch, flagging, holds, opening, situations
from tests.flows.watch import (
    DESK,
    FIRST,
    OFFICER,
    SECOND,
    THEIR_NAMED,
    THEIR_OFFICER,
    THEIRS,
    WHY,
    codes,
    decisions_of,
    flag,
    hand_in,
    lines,
    opened,
    read,
    values,
    with_desk,
)
from tests.simulator import ACADEMY, KENT, LARKMERE, MEDWAY, NOON, NUMBERS, TIDEWAY, World, agreement, leavers

STAY = frozenset({Flag.ADDRESS_CONFIDENTIAL})
KENTS, MEDWAYS = LaEstab("886LLLL"), LaEstab("887LLLL")
LEASE = timedelta(seconds=60)
COURT_ORDER = 11
"""The seed of a child with a contact whom a court order keeps away."""
RETURNED = NOON.replace(tzinfo=None) - timedelta(hours=3)
READER = Person(PersonId("r.office"), Role.SCHOOL_READER, ACADEMY)


def a_notice(child: int, number: int) -> SampleFile:
    """One of many notices about this child, each at a time of its own."""
    at = NOON.replace(tzinfo=None) - timedelta(minutes=number)
    return sample.notice(child, LaEstab("886LLLL"), LaEstab("887LLLL"), at, number % 999 + 1)


def standing(world: World, home: PartnerId = KENT) -> list[FlagId]:
    return [one.id for one in world.sides[home].store.flags([home])]


def refusal_of(act: Callable[[], object]) -> Code:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


# -- setting and lifting ----------------------------------------------------------------------------------------------


def test_one_person_sets_a_flag_in_one_step_and_the_log_has_commitments_alone(world: World) -> None:
    made = leavers(pupils=2)
    flag(world, made, 1)
    (line,) = lines(world.kent, "FlagSet")
    assert set(line) == {"v", "fact", "at", "home", "child", "flag", "by", "rows", "text"} and line["by"]
    (one,) = world.kent.store.flags([KENT])
    assert one.flag is Flag.ADDRESS_CONFIDENTIAL and one.by == FIRST.id
    secrets = [*values(made.content, "UPN", "Surname", "Forename"), *(each.value.encode() for each in Flag)]
    written = b"\n".join(world.kent.store.lines())
    assert not [one for one in (*secrets, FIRST.id.encode(), WHY.encode()) if one in written]


def test_a_flag_is_lifted_by_two_people_with_a_reason_and_by_nobody_twice(world: World) -> None:
    gateway, store, at = world.kent.gateway, world.kent.store, world.clock()
    flag(world, leavers(), 1)
    (one,) = standing(world)
    assert refusal_of(lambda: flagging.lift(gateway, store, SECOND, one, WHY, at)) is Code.SETTLED, "nobody proposed it"
    assert refusal_of(lambda: flagging.propose(gateway, store, FIRST, one, "no", at)) is Code.REASON_WANTED
    assert refusal_of(lambda: flagging.propose(gateway, store, OFFICER, one, WHY, at)) is Code.NOT_ALLOWED
    assert refusal_of(lambda: flagging.propose(gateway, store, THEIR_NAMED, one, WHY, at)) is Code.ANOTHER_HOME
    flagging.propose(gateway, store, FIRST, one, "A court has lifted it.", at)
    assert refusal_of(lambda: flagging.lift(gateway, store, FIRST, one, WHY, at)) is Code.SAME_PERSON
    assert refusal_of(lambda: flagging.propose(gateway, store, SECOND, one, WHY, at)) is Code.SETTLED
    assert standing(world) == [one], "one of two lifts nothing"
    flagging.lift(gateway, store, SECOND, one, "I have seen the order.", at)
    assert standing(world) == []
    assert refusal_of(lambda: flagging.lift(gateway, store, SECOND, one, WHY, at)) is Code.NOT_FOUND
    first, second = lines(world.kent, "FlagLiftProposed", "FlagLifted")
    assert all(line["by"] and line["reason"] and line["child"] and line["flag"] for line in (first, second))
    assert b"court" not in b"\n".join(world.kent.store.lines())


def test_a_lifted_flag_holds_nothing_any_more(world: World) -> None:
    made = leavers(pupils=1)
    flag(world, made, 1)
    (one,) = standing(world)
    flagging.propose(world.kent.gateway, world.kent.store, FIRST, one, WHY, world.clock())
    later = hand_in(world, leavers(pupils=1, at=RETURNED))
    assert decisions_of(later)[0]["outcome"] == "hold", "a proposal lifts nothing"
    flagging.lift(world.kent.gateway, world.kent.store, SECOND, one, WHY, world.clock())
    assert decisions_of(hand_in(world, leavers(pupils=1, at=RETURNED + LEASE)))[0]["outcome"] == "release"


def test_a_contacts_court_order_is_a_finding_and_sets_the_flag_in_nobodys_name(world: World) -> None:
    made = leavers(pupils=1, seed=COURT_ORDER, court_orders=True)
    assert b"<CourtOrder>Y</CourtOrder>" in made.content
    plan = hand_in(world, made)
    (decision,) = decisions_of(plan)
    assert (decision["outcome"], codes(decision)) == ("hold", [Code.FLAGGED])
    assert b"CTF-FLAG-001" in plan.answer
    (one,) = world.kent.store.flags([KENT])
    assert (one.flag, one.by) == (Flag.RESTRICTED_RESPONSIBILITY, None)
    assert "by" not in lines(world.kent, "FlagSet")[0]
    calm = made.content.replace(b"<CourtOrder>Y", b"<CourtOrder>N")
    (again,) = decisions_of(world.upload(calm, made.name))
    assert again["outcome"] == "hold", "a later file that does not say so lifts nothing"


# -- what is queued, what lies ready ----------------------------------------------------------------------------------


def claimed(world: World) -> tuple[list[Parcel], list[Parcel]]:
    """Everything that is due, by the very claim that dispatch makes: what may go, and what a flag keeps."""
    gateway, going, kept = world.kent.gateway, list[Parcel](), list[Parcel]()
    judge = dispatch.judge(gateway, world.clock())
    while some := gateway.store.claim(world.clock(), LEASE, 2000, judge, gateway.waits):
        for one in some:
            assert one.stale in {None, Stale.FLAG, Stale.AGREEMENT}
            (going if one.stale is None else kept).append(one.parcel)
    return going, kept


def test_of_a_thousand_queued_none_about_the_flagged_child_is_claimed_and_all_others_are(world: World) -> None:
    plans = [hand_in(world, a_notice(number % 20, number), sender=KENT) for number in range(1000)]
    about = {decisions_of(plan)[0]["disclosure"] for number, plan in enumerate(plans) if number % 20 == 7}
    flag(world, a_notice(7, 7))
    going, kept = claimed(world)
    assert {one.disclosure for one in kept} == about and len(about) == 50
    assert len({one.disclosure for one in going} - about) == len(going) == 950


@pytest.mark.parametrize("withdrawn", [False, True])
def test_none_of_fifty_leaves_the_wire_after_the_commit_that_stops_it(either: World, *, withdrawn: bool) -> None:
    notices = [hand_in(either, a_notice(number % 10, number), sender=KENT) for number in range(40)]
    files = [hand_in(either, leavers(pupils=1, seed=100 + number)) for number in range(10)]
    owed = {decisions_of(plan)[0]["disclosure"] for plan in files}
    about = {decisions_of(plan)[0]["disclosure"] for number, plan in enumerate(notices) if number % 10 == 3}
    if withdrawn:
        about = {decisions_of(plan)[0]["disclosure"] for plan in notices}
        either.kent.store.adopt(agreement(status=Status.WITHDRAWN), Record(()))
    else:
        flag(either, a_notice(3, 3))
    while dispatch.send_due(either.kent.gateway, 100):
        pass
    arrived = {line["disclosure"] for line in lines(either.medway, "MessageReceived")}
    everything = {decisions_of(plan)[0]["disclosure"] for plan in (*notices, *files)}
    assert arrived == everything - about >= owed and len(about) == (40 if withdrawn else 4)
    stopped = {line["disclosure"] for line in lines(either.kent, "DisclosureHeld", "DisclosureRefused")}
    assert stopped & everything == about, "each is decided anew under its own number"
    assert len(stopped - everything) == 1, "the alarm about a child with a plan, to a team that nobody agreed with"


def test_a_flag_set_between_the_claim_and_the_socket_still_keeps_it(either: World) -> None:
    """The wire of the first is where the flag is set on the second: both were claimed together."""
    first, second = a_notice(1, 1), a_notice(2, 2)
    for made in (first, second):
        hand_in(either, made, sender=KENT)
    queued = {one.parcel.id: one.parcel for one in either.kent.store.parcels_in([State.WAITING], 9)}

    def mark_the_other(deliver: Callable[[], Reply]) -> Reply:
        (going,) = either.kent.store.parcels_in([State.SENDING], 9)[:1]
        assert going.parcel.id in queued
        flag(either, first)
        flag(either, second)
        return deliver()

    either.wire.faults.append(mark_the_other)
    dispatch.send_due(either.kent.gateway)
    assert len(either.wire.carried) == 1, "what was on its way had gone; the other had not"
    assert len(lines(either.kent, "DisclosureHeld")) == 1


def test_a_flag_set_while_a_claim_is_under_way_is_seen_by_it_or_by_the_look_before_the_socket(either: World) -> None:
    made = a_notice(5, 5)
    for number in range(5, 105, 10):
        hand_in(either, a_notice(5, number), sender=KENT)
    begun, done = threading.Event(), threading.Event()
    gateway = either.kent.gateway
    inner = dispatch.judge(gateway, either.clock())

    def slow(parcel: Parcel, register: object, flags: frozenset[Flag]) -> Stale | None:
        begun.set()
        done.wait(0.3)  # the other one writes meanwhile, or waits for this claim
        return inner(parcel, register, flags)  # type: ignore[arg-type]

    def set_it() -> None:
        begun.wait(10)
        flag(either, made)
        done.set()

    setter = threading.Thread(target=set_it)
    setter.start()
    taken = gateway.store.claim(either.clock(), LEASE, 50, slow, gateway.waits)
    setter.join(30)
    assert not setter.is_alive() and len(taken) == 10
    looked = [gateway.store.look_again(one.parcel, dispatch.judge(gateway, either.clock())) for one in taken]
    assert looked == [Stale.FLAG] * 10, "after its commit none goes, whoever had claimed it before"
    either.clock.on(seconds=61)
    dispatch.send_due(gateway, 100)
    assert either.wire.carried == []


def test_of_a_hundred_uncollected_files_the_flagged_childs_opens_to_nobody_and_the_others_do(world: World) -> None:
    files = [leavers(pupils=1, seed=200 + number, dest=NUMBERS[ACADEMY]) for number in range(100)]
    files = [one for one in files if b"<CourtOrder>Y" not in one.content]
    plans = [hand_in(world, one) for one in files]
    listed = world.kent.store.shelved_for([ACADEMY])
    flag(world, files[13])
    about = decisions_of(plans[13])[0]["disclosure"]
    outcomes = {}
    for one in listed:
        try:
            casework.collect(world.kent.gateway, READER, one.parcel.id, world.clock())
            outcomes[one.parcel.disclosure] = "open"
        except Refusal as refusal:
            outcomes[one.parcel.disclosure] = refusal.code
    assert len(outcomes) == len(files) > 80
    assert outcomes.pop(about) is Code.NOT_FOUND
    assert set(outcomes.values()) == {"open"}
    assert len(lines(world.kent, "ParcelCollected")) == len(files) - 1


def test_a_file_about_a_newly_flagged_child_is_taken_from_the_shelf_and_waits_for_two(world: World) -> None:
    made = leavers(pupils=1, dest=NUMBERS[ACADEMY])
    (before,) = decisions_of(hand_in(world, made))
    (shelved,) = world.kent.store.shelved_for([ACADEMY])
    flag(world, made)
    (waiting,) = holds.listed(world.kent.gateway, world.kent.store, FIRST, world.clock())
    (task,) = world.kent.store.tasks([KENT])
    assert (task.kind, task.subject) == (TaskKind.HOLD, before["disclosure"]), "before anybody tries to open it"
    assert waiting.due is not None and world.kent.store.shelved_for([ACADEMY]) == []
    named = Person(PersonId("d.lead"), Role.SAFEGUARDING, ACADEMY)
    for person in (READER, named):
        code = refusal_of(partial(casework.collect, world.kent.gateway, person, shelved.parcel.id, NOON))
        assert code in {Code.FLAGGED, Code.SAFEGUARDING_ONLY, Code.NOT_FOUND}
    assert not lines(world.kent, "ParcelCollected")
    assert casework.shelf(world.kent.gateway, READER) == []
    (waiting,) = holds.listed(world.kent.gateway, world.kent.store, FIRST, world.clock())
    assert waiting.disclosure == before["disclosure"] and waiting.reasons == (Code.FLAGGED,)
    for person in (FIRST, SECOND):
        holds.release(world.kent.gateway, world.kent.store, person, waiting.disclosure, WHY, world.clock())
    (again,) = world.kent.store.shelved_for([ACADEMY])
    assert casework.collect(world.kent.gateway, READER, again.parcel.id, NOON)[1]


def test_a_flag_that_came_with_another_file_takes_it_from_the_shelf_in_the_next_sweep(either: World) -> None:
    """A school's answer about a child in a later file: nobody set a flag on the one that lies there."""
    made = leavers(pupils=2, dest=NUMBERS[ACADEMY])
    hand_in(either, made)
    hand_in(either, leavers(pupils=2, sequence=2), {1: STAY})
    opening.hold_flagged(either.kent.gateway, either.clock())
    assert [one.parcel.pupils for one in either.kent.store.shelved_for([ACADEMY])] == []
    about = {tuple(line["reasons"]) for line in lines(either.kent, "DisclosureHeld")}
    assert about == {(Code.FLAGGED,)}
    before = either.kent.store.edge().size
    opening.hold_flagged(either.kent.gateway, either.clock())
    assert either.kent.store.edge().size == before, "it is done once"


def test_what_two_people_let_go_with_its_flag_stays_on_the_shelf(world: World) -> None:
    with_desk(world)
    (made,) = decisions_of(hand_in(world, leavers(pupils=1, dest=NUMBERS[ACADEMY]), {1: STAY}))
    for person in (FIRST, SECOND):
        holds.release(world.kent.gateway, world.kent.store, person, made["disclosure"], WHY, world.clock())
    opening.hold_flagged(world.kent.gateway, world.clock())
    assert len(world.kent.store.shelved_for([ACADEMY])) == 1


@pytest.mark.parametrize("flagged", [Flag.RESTRICTION, Flag.OBJECTION])
def test_a_restriction_or_an_objection_keeps_what_is_queued_as_a_flag_does(world: World, flagged: Flag) -> None:
    made = a_notice(2, 2)
    hand_in(world, made, sender=KENT)
    flag(world, made, 1, flagged)
    dispatch.send_due(world.kent.gateway)
    assert world.wire.carried == []
    (line,) = lines(world.kent, "DisclosureHeld")
    assert line["reasons"] == [{Flag.RESTRICTION: Code.RESTRICTED, Flag.OBJECTION: Code.OBJECTED}[flagged]]


# -- whom it does not stop --------------------------------------------------------------------------------------------


def test_a_return_that_is_owed_is_never_held_and_opens_to_named_officers_alone(world: World) -> None:
    made = leavers(pupils=1, kind=Kind.CML, dest=LaEstab("886LLLL"), at=RETURNED, leaving=RETURNED.date())
    (decision,) = decisions_of(hand_in(world, made, {1: STAY}))
    assert (decision["purpose"], decision["outcome"], decision["reasons"]) == ("P01", "release", [])
    (one,) = world.kent.store.shelved_for([KENT])
    assert casework.shelf(world.kent.gateway, OFFICER) == [], "the sender's name says enough"
    code = refusal_of(lambda: casework.collect(world.kent.gateway, OFFICER, one.parcel.id, NOON))
    assert code is Code.SAFEGUARDING_ONLY and not lines(world.kent, "ParcelCollected")
    assert [row.guarded for row in casework.shelf(world.kent.gateway, FIRST)] == [True]
    assert casework.collect(world.kent.gateway, FIRST, one.parcel.id, NOON)[1]


# -- what the other side is told --------------------------------------------------------------------------------------


def released(world: World, made: SampleFile, sender: PartnerId) -> None:
    """Sent by two people's hands."""
    with_desk(world)
    (decision,) = decisions_of(hand_in(world, made, {1: STAY}, sender))
    assert decision["outcome"] == "hold"
    for person in (FIRST, SECOND):
        holds.release(world.kent.gateway, world.kent.store, person, decision["disclosure"], WHY, world.clock())
    (sent,) = dispatch.send_due(world.kent.gateway)
    assert type(sent.fact).__name__ == "ParcelDelivered"


def test_a_released_notice_says_whom_to_ask_and_never_why(world: World) -> None:
    made = a_notice(2, 2)
    released(world, made, KENT)
    (one,) = world.medway.store.shelved_for([MEDWAY])
    name, content = opened(world.medway, one.parcel.sealed)
    marker = marker_of(read(SampleFile(name, content)))
    assert marker is not None and marker.phone == DESK
    assert set(marker.ask_before) == {AskBefore.CONTACTING_THE_FAMILY, AskBefore.SHARING_ON}
    assert b"HandlingMarker" not in content and b"confidential" not in content


def an_answer(number: int) -> SampleFile:
    """Medway tells Kent of the very child of Kent's own notice."""
    told, theirs = (
        documents.value(
            read(sample.notice(2, source, dest, NOON.replace(tzinfo=None) - timedelta(hours=number), number))
        )
        for source, dest in ((KENTS, MEDWAYS), (MEDWAYS, KENTS))
    )
    assert isinstance(told, Notice) and isinstance(theirs, Notice)
    made = replace(theirs, records=told.records)
    return SampleFile(str(documents.file_name(made)), documents.write(made))


def test_what_goes_back_to_the_council_that_asked_to_be_asked_is_not_held_for_that(world: World) -> None:
    with_desk(world, MEDWAY)
    released(world, a_notice(2, 2), KENT)
    (before,) = world.medway.store.flags([MEDWAY])
    (decision,) = decisions_of(hand_in(world, an_answer(1), sender=MEDWAY))
    assert (decision["outcome"], decision["recipient"]) == ("release", "Kent")
    (sent,) = dispatch.send_due(world.medway.gateway)
    assert type(sent.fact).__name__ == "ParcelDelivered"
    (one,) = world.kent.store.shelved_for([KENT])
    assert marker_of(read(SampleFile(*opened(world.kent, one.parcel.sealed)))) is None, (
        "they need not ask us what they said"
    )
    here = situations.of(world.medway.gateway, MEDWAY, world.clock())
    assert flagging.ask_first(read(an_answer(2)), here, KENT) == Record(()), "once is enough"
    world.medway.store.record(flagging.ask_first(read(an_answer(2)), here, PartnerId("council-888")))
    assert len(world.medway.store.flags([MEDWAY])) == 2 and before.flag is Flag.ASK_FIRST
    (decision,) = decisions_of(hand_in(world, an_answer(2), sender=MEDWAY))
    assert (decision["outcome"], codes(decision)) == ("hold", [Code.FLAGGED]), "another council asked too"


@pytest.mark.parametrize(("made", "sender", "reader"), [
    (a_notice(2, 2), KENT, MEDWAY), (leavers(pupils=1), LARKMERE, TIDEWAY),
])  # fmt: skip
def test_the_receiving_gateway_makes_the_marker_a_flag_of_its_own_that_opens_to_named_officers(
    world: World, made: SampleFile, sender: PartnerId, reader: PartnerId
) -> None:
    released(world, made, sender)
    (one,) = world.medway.store.flags([MEDWAY])
    assert (one.flag, one.by) == (Flag.ASK_FIRST, None)
    (line,) = lines(world.medway, "MessageReceived")
    assert line["marked"] is True and "by" not in lines(world.medway, "FlagSet")[0]
    (shelved,) = world.medway.store.shelved_for([reader])
    lead = Person(PersonId("d.lead"), Role.SAFEGUARDING, reader)
    for stranger in (THEIR_OFFICER,) if reader == MEDWAY else (THEIRS, lead):
        code = refusal_of(partial(casework.collect, world.medway.gateway, stranger, shelved.parcel.id, NOON))
        assert code is Code.SAFEGUARDING_ONLY, "never school to school"
        assert casework.shelf(world.medway.gateway, stranger) == []
    assert casework.shelf(world.medway.gateway, THEIR_NAMED)
    assert casework.collect(world.medway.gateway, THEIR_NAMED, shelved.parcel.id, NOON)[1]


def test_a_transfer_file_carries_its_marker_in_a_part_of_its_own_that_was_signed(world: World) -> None:
    released(world, leavers(pupils=1), LARKMERE)
    (delivered,) = world.kent.store.parcels_in([State.DELIVERED], 9)
    evidence = world.kent.store.evidence(delivered.parcel.id)
    assert evidence is not None
    assert evidence[0].count(b"handling.xml") >= 1, "the part is named in the signed message"
    assert DESK.encode() not in evidence[0]


def test_nothing_goes_while_our_own_record_names_no_number_to_ask_at(world: World) -> None:
    kent = replace(world.kent.store.register().directory.get(KENT), safeguarding=None)
    world.kent.store.enlist([kent], Record(()))
    (decision,) = decisions_of(hand_in(world, leavers(pupils=1), {1: STAY}))
    store, gateway = world.kent.store, world.kent.gateway
    holds.release(gateway, store, FIRST, decision["disclosure"], WHY, world.clock())
    again = partial(holds.release, gateway, store, SECOND, decision["disclosure"], WHY, world.clock())
    assert refusal_of(again) is Code.NO_CONTACT
    assert [row.signed for row in holds.listed(gateway, store, FIRST, world.clock())] == [1], "it goes on waiting"
    with_desk(world)
    assert again() is not None
