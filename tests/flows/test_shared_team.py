"""Two controllers, one team: the acting home is chosen for each case, said in each line, and never mixed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from gateway.core import as4, sample
from gateway.core.agreements import Status
from gateway.core.documents.messages.words import Urgency
from gateway.core.errors import Code, Refusal
from gateway.core.notices import Side
from gateway.core.partners import Carrier
from gateway.core.records import Arrival, Named, Notice, Person, Record
from gateway.core.sample import SampleFile
from gateway.core.terms import (
    DisclosureId,
    Flag,
    Kind,
    LaEstab,
    ParcelId,
    PartnerId,
    PersonId,
    PurposeCode,
    UploadId,
)
from gateway.flows import casework, children, dispatch, flagging, holds, seeking, situations
from gateway.flows.situations import Extra
from tests.flows.watch import (
    DESK,
    FIRST,
    OFFICER,
    SCHOOL,
    SECOND,
    THEIR_NAMED,
    THEIR_OFFICER,
    WHY,
    codes,
    decisions_of,
    hand_in,
    lines,
    read,
    with_desk,
)  # fmt: skip
from tests.simulator import ACADEMY, KENT, MEDWAY, NOON, NUMBERS, World, agreement, leavers

BOTH = Person(PersonId("b.both"), OFFICER.role, KENT, (MEDWAY,))
BOTH_NAMED = Person(PersonId("s.both"), FIRST.role, MEDWAY, (KENT,))
NUMBER = {KENT: LaEstab("886LLLL"), MEDWAY: LaEstab("887LLLL")}
STAY = {1: frozenset({Flag.ADDRESS_CONFIDENTIAL})}


class TwoKeyrings:
    """The keys of two homes that one gateway holds."""

    def __init__(self, world: World) -> None:
        self.sides = dict(world.sides)

    def signers(self, home: PartnerId) -> tuple[as4.Signer, ...]:
        return self.sides[home].vault.signers(home)

    def opener(self, home: PartnerId) -> as4.Opener:
        return self.sides[home].vault.opener(home)


@pytest.fixture
def shared(world: World) -> World:
    """Kent's gateway acts for Medway too."""
    with_desk(world)
    owners = {KENT: (OFFICER.id,), MEDWAY: (THEIR_OFFICER.id,)}
    kent = world.kent.gateway
    world.kent.gateway = replace(kent, homes=(KENT, MEDWAY), keys=TwoKeyrings(world), owners=owners)
    return world


def a_notice(source: PartnerId, dest: PartnerId, seed: int = 2) -> SampleFile:
    return sample.notice(seed, NUMBER[source], NUMBER[dest], NOON.replace(tzinfo=None), seed)


def send(world: World, person: Person, home: PartnerId, made: SampleFile, **more: object) -> dict[str, object]:
    extra = Extra(person, **more)  # type: ignore[arg-type]
    plan = casework.send(world.kent.gateway, home, made.name, made.content, world.clock(), extra=extra)
    return decisions_of(plan)[0]


def refusal_of(act: Callable[[], object]) -> Code:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


@pytest.mark.parametrize(("source", "dest", "reads"), [(KENT, MEDWAY, THEIR_OFFICER), (MEDWAY, KENT, OFFICER)])
def test_a_case_that_passes_between_two_homes_of_one_gateway_is_a_disclosure_without_the_network(
    shared: World, source: PartnerId, dest: PartnerId, reads: Person
) -> None:
    made = send(shared, BOTH, source, a_notice(source, dest))
    assert (made["outcome"], made["purpose"], made["agreement"]) == ("release", "P06", agreement().ref)
    assert dispatch.send_due(shared.kent.gateway) == [] and shared.wire.carried == []
    (line,) = lines(shared.kent, "DisclosureReleased")
    assert (line["home"], line["recipient"]) == (source, dest)
    assert {one["home"] for one in lines(shared.kent, "UploadAccepted", "ParcelShelved")} == {source}
    (row,) = casework.shelf(shared.kent.gateway, reads)
    assert casework.collect(shared.kent.gateway, reads, row.parcel, NOON)[1]
    other = OFFICER if reads is THEIR_OFFICER else THEIR_OFFICER
    assert casework.shelf(shared.kent.gateway, other) == []


def test_between_two_homes_nobody_is_asked_about_a_carrier_where_nothing_is_carried(shared: World) -> None:
    shared.kent.store.adopt(agreement(2, carriers=(Carrier.AS4,)), Record(()))
    made = send(shared, BOTH, KENT, a_notice(KENT, MEDWAY))
    assert (made["outcome"], made["agreement"]) == ("release", agreement(2).ref), codes(made)


def test_a_notice_to_another_home_of_one_gateway_is_matched_against_what_that_home_looks_out_for(
    shared: World,
) -> None:
    gateway, store, at = shared.kent.gateway, shared.kent.store, shared.clock()
    made = a_notice(KENT, MEDWAY)
    handles = children.handles(read(made), gateway.vault.blind)[1]
    asked = DisclosureId("d-" + "a" * 26)
    enquiry = Notice(
        asked, Side.RECEIVED, MEDWAY, PartnerId("council-201"), ParcelId("p-" + "a" * 26), UploadId("u-" + "a" * 26),
        Kind.ENQUIRY, PurposeCode("P05"), Urgency.ROUTINE, "theirs", at, watched_until=at + timedelta(days=365),
        handles=handles,
    )  # fmt: skip
    store.record(Record((), noticed=(enquiry,)))
    send(shared, BOTH, KENT, a_notice(KENT, MEDWAY, seed=3))
    assert seeking.look(gateway, store, at) == [], "of somebody else"
    sent = send(shared, BOTH, KENT, made)
    source = store.decided(DisclosureId(str(sent["disclosure"])))
    assert source is not None
    assert [(hit.disclosure, came) for hit, came in seeking.look(gateway, store, at)] == [(asked, source.source)]
    (line,) = lines(shared.kent, "EnquiryMatched")
    assert (line["home"], line["source"]) == (MEDWAY, source.source)
    assert store.kept_of(source.source, MEDWAY), "what lies on its shelf may be looked at beside the enquiry"
    assert seeking.look(gateway, store, at) == [], "once"


def test_a_child_of_whom_another_home_was_not_told_is_not_matched_there(shared: World) -> None:
    gateway, store, at = shared.kent.gateway, shared.kent.store, shared.clock()
    made = leavers(pupils=2)
    handles = children.handles(read(made), gateway.vault.blind)
    for number, letter in ((1, "a"), (2, "b")):
        asked, parcel, came = (f"{kind}-{letter * 26}" for kind in "dpu")
        enquiry = Notice(
            DisclosureId(asked), Side.RECEIVED, MEDWAY, PartnerId("council-201"), ParcelId(parcel), UploadId(came),
            Kind.ENQUIRY, PurposeCode("P05"), Urgency.ROUTINE, "theirs", at, watched_until=at + timedelta(days=365),
            handles=handles[number],
        )  # fmt: skip
        store.record(Record((), noticed=(enquiry,)))
    source = UploadId("u-" + "c" * 26)
    named = Named(source, tuple((number, one) for number in (1, 2) for one in handles[number]))
    store.record(Record((), named=(named,), arrived=(Arrival(source, MEDWAY, 2),)))
    assert [hit.disclosure for hit, _ in seeking.look(gateway, store, at)] == ["d-" + "b" * 26]


def test_between_two_homes_it_takes_an_agreement_too(shared: World) -> None:
    shared.kent.store.adopt(agreement(status=Status.WITHDRAWN), Record(()))
    made = send(shared, BOTH, MEDWAY, a_notice(MEDWAY, KENT))
    assert (made["outcome"], codes(made)) == ("refuse", [Code.AGREEMENT_NOT_IN_FORCE])
    (line,) = lines(shared.kent, "DisclosureRefused")
    assert line["home"] == MEDWAY


def test_an_officer_of_one_home_acts_for_no_other(shared: World) -> None:
    before = shared.kent.store.edge().size
    for person, home, other in ((OFFICER, MEDWAY, KENT), (THEIR_OFFICER, KENT, MEDWAY)):
        code = refusal_of(partial(send, shared, person, home, a_notice(home, other)))
        assert code is Code.ANOTHER_HOME
    assert shared.kent.store.edge().size == before


def test_a_home_sends_no_file_of_the_other(shared: World) -> None:
    """Whoever of the team it is: the file says whose case it is."""
    made = a_notice(KENT, MEDWAY)
    plan = casework.send(shared.kent.gateway, MEDWAY, made.name, made.content, NOON, extra=Extra(BOTH))
    assert plan.refusal is Code.NOT_YOUR_FILE


def test_the_shared_team_sees_both_shelves_and_an_officer_of_one_sees_one(shared: World) -> None:
    send(shared, BOTH, KENT, a_notice(KENT, MEDWAY, 2))
    send(shared, BOTH, MEDWAY, a_notice(MEDWAY, KENT, 3))
    seen = {who.id: len(casework.shelf(shared.kent.gateway, who)) for who in (OFFICER, THEIR_OFFICER, BOTH)}
    assert seen == {OFFICER.id: 1, THEIR_OFFICER.id: 1, BOTH.id: 2}
    for one in casework.shelf(shared.kent.gateway, BOTH):
        assert casework.collect(shared.kent.gateway, BOTH, one.parcel, NOON)[1]


def test_holds_flags_and_tasks_are_each_homes_own(shared: World) -> None:
    gateway, store, at = shared.kent.gateway, shared.kent.store, shared.clock()
    ours = send(shared, OFFICER, KENT, a_notice(KENT, MEDWAY, 2), protect=STAY)
    theirs = send(shared, THEIR_OFFICER, MEDWAY, a_notice(MEDWAY, KENT, 3), protect=STAY)
    homes = {
        who.id: {row.home for row in holds.listed(gateway, store, who, at)} for who in (FIRST, THEIR_NAMED, BOTH_NAMED)
    }
    assert homes == {FIRST.id: {KENT}, THEIR_NAMED.id: {MEDWAY}, BOTH_NAMED.id: {KENT, MEDWAY}}
    assert [{one.home for one in flagging.listed(gateway, store, who)} for who in (FIRST, THEIR_NAMED)] == [
        {KENT}, {MEDWAY},
    ]  # fmt: skip
    assert {one.home: one.owner for one in store.tasks([KENT, MEDWAY])} == {KENT: OFFICER.id, MEDWAY: THEIR_OFFICER.id}
    stranger = partial(holds.release, gateway, store, FIRST, DisclosureId(str(theirs["disclosure"])), WHY, at)
    assert refusal_of(stranger) is Code.ANOTHER_HOME
    about = DisclosureId(str(ours["disclosure"]))
    store.add_person(BOTH_NAMED, Record(()))
    assert holds.release(gateway, store, BOTH_NAMED, about, WHY, at) is None
    assert holds.release(gateway, store, SECOND, about, WHY, at) is not None
    assert {line["home"] for line in lines(shared.kent, "HoldSigned", "DisclosureReleased")} == {KENT}


def test_what_two_people_let_go_to_the_other_home_says_whom_to_ask_first_and_never_why(shared: World) -> None:
    gateway, store = shared.kent.gateway, shared.kent.store
    with_desk(shared)
    made = send(shared, BOTH, KENT, a_notice(KENT, MEDWAY), protect=STAY)
    plain = send(shared, BOTH, KENT, a_notice(KENT, MEDWAY, 3))
    assert (made["outcome"], plain["outcome"]) == ("hold", "release")
    for person in (FIRST, SECOND):
        holds.release(gateway, store, person, DisclosureId(str(made["disclosure"])), WHY, NOON)
    words = {}
    for one in casework.shelf(gateway, THEIR_OFFICER):
        standing = store.parcel(one.parcel)
        assert standing is not None
        words[str(standing.parcel.disclosure)] = one.words
    asked = words.pop(str(made["disclosure"]))
    assert f"Ask Kent ({DESK}) before you contact the family" in asked
    assert not any(flag in asked for flag in Flag) and not any("Ask" in one for one in words.values())


def test_a_flag_of_one_home_is_set_and_lifted_by_nobody_of_the_other(shared: World) -> None:
    made = a_notice(KENT, MEDWAY)
    here = situations.of(shared.kent.gateway, KENT, shared.clock())
    set_it = partial(flagging.set_flag, shared.kent.gateway, here, THEIR_NAMED, read(made), 1, Flag.S47_LIVE, WHY)
    assert refusal_of(set_it) is Code.ANOTHER_HOME
    flagging.set_flag(shared.kent.gateway, here, BOTH_NAMED, read(made), 1, Flag.S47_LIVE, WHY)
    (one,) = shared.kent.store.flags([KENT])
    lift = partial(flagging.propose, shared.kent.gateway, shared.kent.store, THEIR_NAMED, one.id, WHY, NOON)
    assert refusal_of(lift) is Code.ANOTHER_HOME


def test_a_line_names_the_council_that_sends_for_a_school_and_nobody_where_the_school_sends(shared: World) -> None:
    for number, sender in ((1, KENT), (2, SCHOOL.organisation)):
        made = leavers(pupils=1, seed=number, dest=NUMBERS[ACADEMY])
        if sender == KENT:
            decision = send(shared, OFFICER, KENT, made)
        else:
            (decision,) = decisions_of(hand_in(shared, made, sender=sender))
        decided = shared.kent.store.decided(DisclosureId(str(decision["disclosure"])))
        assert decided is not None
        assert (decided.discloser, decided.agent) == (SCHOOL.organisation, KENT if sender == KENT else None)
    by_council, by_school = lines(shared.kent, "DisclosureReleased")
    assert by_council["agent"] and "agent" not in by_school
    assert by_council["home"] == by_school["home"] == KENT
