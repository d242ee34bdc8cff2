"""A wrong recipient recalled, unopened and opened; a file that is not for us; and the record of the breach."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.core.agreements import Status
from gateway.core.delivery import State
from gateway.core.documents.messages import about as said
from gateway.core.documents.messages.parts import Heading
from gateway.core.errors import Code, Fault, Refusal
from gateway.core.facts import (
    BreachRisk,
    KeptReason,
    RecallOutcome,
    RecallReason,
    Role,
    Stale,
    TaskKind,
)
from gateway.core.records import Breach, Person, Record
from gateway.core.terms import DisclosureId, LaEstab, Outcome, ParcelId, PersonId, PurposeCode
from gateway.flows import about, breaches, casework, dispatch, holds, recalling, returning, situations
from gateway.flows.breaches import News
from gateway.flows.returning import Answer
from tests.flows.watch import GOVERNANCE, OFFICER, SCHOOL, THEIR_OFFICER, WHY, decisions_of, flag, lines
from tests.simulator import KENT, MEDWAY, Side, World, agreement, leavers, lost_answer, refused

THEIR_GOVERNANCE = Person(GOVERNANCE.id, GOVERNANCE.role, MEDWAY)
ANOTHER = Person(PersonId("m.elm"), Role.OFFICER, MEDWAY)
DELETED = Answer(RecallOutcome.DELETED)
NOWHERE = LaEstab("XXXXXXX")


@pytest.fixture
def told(world: World) -> DisclosureId:
    """Kent has told Medway of a child, and Medway's gateway has it."""
    made = a_notice(world)
    deliver(world)
    return made


def a_notice(world: World, seed: int = 1) -> DisclosureId:
    people = {KENT: GOVERNANCE, MEDWAY: THEIR_GOVERNANCE}
    for home, side in world.sides.items():
        side.store.add_person(people[home], Record(()))
    return DisclosureId(str(decisions_of(world.notice(seed))[0]["disclosure"]))


def deliver(world: World) -> None:
    for side in world.sides.values():
        while dispatch.send_due(side.gateway):
            pass


def recall(world: World, disclosure: DisclosureId, person: Person = OFFICER) -> recalling.Done:
    reason = RecallReason.WRONG_RECIPIENT
    return recalling.recall(world.kent.gateway, world.kent.store, person, disclosure, reason, WHY, world.clock())


def answer(world: World, disclosure: DisclosureId, given: Answer = DELETED) -> Outcome:
    return returning.answer(
        world.medway.gateway, world.medway.store, THEIR_OFFICER, disclosure, given, world.clock.on(hours=1)
    )


def held(world: World, disclosure: DisclosureId) -> ParcelId:
    (one,) = world.medway.store.parcels_under(disclosure)
    return one.parcel.id


def state_of(side: Side, disclosure: DisclosureId) -> State:
    (one,) = side.store.parcels_under(disclosure)
    return one.state


def kinds(side: Side) -> list[TaskKind]:
    return sorted(task.kind for task in side.store.tasks([side.home]))


def refusal_of(act: Callable[[], object]) -> Code:
    with pytest.raises(Refusal) as found:
        act()
    return found.value.code


# -- a wrong recipient ------------------------------------------------------------------------------------------------


def test_a_wrong_recipient_is_recalled_unopened_and_deletes_it(either: World) -> None:
    disclosure = a_notice(either)
    deliver(either)
    parcel, gateway = held(either, disclosure), either.medway.gateway
    kept = either.medway.store.parcels_under(disclosure)[0].parcel.sealed
    done = recall(either, disclosure)
    assert (done.withdrawn, done.gone, done.told) == (0, 1, Outcome.RELEASE)
    deliver(either)
    assert state_of(either.medway, disclosure) is State.FROZEN, "closed before anybody has read the recall"
    (line,) = lines(either.medway, "RecallReceived")
    assert (line["sender"], line["reason"], line["held"]) == (KENT, "wrong-recipient", 1)
    assert refusal_of(lambda: casework.collect(gateway, THEIR_OFFICER, parcel, either.clock())) is Code.CALLED_BACK
    assert kinds(either.medway) == [TaskKind.RECALL]
    assert answer(either, disclosure) is Outcome.RELEASE
    assert kinds(either.medway) == []
    assert state_of(either.medway, disclosure) is State.DESTROYED
    with pytest.raises(Fault):
        either.medway.store.kept(kept)
    deliver(either)
    (row,) = either.kent.store.recalls([KENT])
    assert (row.outcome, row.opened, row.partner) == (RecallOutcome.DELETED, 0, MEDWAY)
    assert row.answered_at == either.clock()
    (heard,) = lines(either.kent, "RecallHeard")
    assert (heard["outcome"], heard["opened"]) == ("deleted", 0)


def test_what_two_people_had_opened_is_said_so_and_what_was_passed_on_to_whom(world: World, told: DisclosureId) -> None:
    for person in (THEIR_OFFICER, ANOTHER, THEIR_OFFICER):
        casework.collect(world.medway.gateway, person, held(world, told), world.clock())
    recall(world, told)
    deliver(world)
    assert state_of(world.medway, told) is State.COLLECTED, "a person has it, and a person says what becomes of it"
    shared = Answer(RecallOutcome.SHARED_ON, KeptReason.WITH_ANOTHER_BODY, ("Medway social care",))
    assert answer(world, told, shared) is Outcome.RELEASE
    deliver(world)
    (row,) = world.kent.store.recalls([KENT])
    assert (row.outcome, row.opened) == (RecallOutcome.SHARED_ON, 2), "two people, one of them twice"
    assert row.answer is not None
    assert world.kent.vault.open_kept(world.kent.store.kept(row.answer)) == b"Medway social care"
    assert recalling.answers(world.kent.gateway, [row]) == {told: "with another body; passed on to Medway social care"}
    assert not [side.home for side in world.sides.values() if b"Medway social" in b"".join(side.store.lines())]


def test_what_is_deleted_here_may_have_been_passed_on_before_and_the_answer_says_so(
    world: World, told: DisclosureId
) -> None:
    recall(world, told)
    deliver(world)
    passed = Answer(RecallOutcome.DELETED, None, ("Hampshire", "Tideway Academy"))
    assert answer(world, told, passed) is Outcome.RELEASE
    assert state_of(world.medway, told) is State.DESTROYED
    deliver(world)
    (row,) = world.kent.store.recalls([KENT])
    assert row.outcome is RecallOutcome.DELETED
    assert recalling.answers(world.kent.gateway, [row]) == {told: "passed on to Hampshire, Tideway Academy"}


def test_a_recall_may_be_refused_with_a_reason_and_the_file_opens_again(world: World, told: DisclosureId) -> None:
    recall(world, told)
    deliver(world)
    bare = Answer(RecallOutcome.KEPT)
    assert refusal_of(lambda: answer(world, told, bare)) is Code.KEPT_BECAUSE
    for reason, to in ((None, ()), (None, ("Hampshire",)), (KeptReason.LEGAL_CLAIM, ())):
        half = Answer(RecallOutcome.SHARED_ON, reason, to)
        assert refusal_of(lambda half=half: answer(world, told, half)) is Code.PASSED_ON_TO  # type: ignore[misc]
    assert refusal_of(lambda: answer(world, told, Answer(RecallOutcome.NOT_FOUND))) is Code.NOT_FOUND
    answer(world, told, Answer(RecallOutcome.KEPT, KeptReason.NEEDED_TO_PROTECT_A_CHILD))
    assert casework.collect(world.medway.gateway, THEIR_OFFICER, held(world, told), world.clock())
    assert refusal_of(lambda: answer(world, told)) is Code.SETTLED
    deliver(world)
    (row,) = world.kent.store.recalls([KENT])
    assert row.outcome is RecallOutcome.KEPT


def test_what_has_not_gone_never_goes(world: World) -> None:
    disclosure = a_notice(world)
    done = recall(world, disclosure)
    assert (done.withdrawn, done.gone, done.told) == (1, 0, None)
    (row,) = breaches.listed(world.kent.gateway, world.kent.store, GOVERNANCE, world.clock())
    assert row.breach.contained, "nobody ever had it"
    deliver(world)
    (one,) = world.kent.store.parcels_under(disclosure)
    assert (one.state, one.reason) == (State.WITHDRAWN, Stale.RECALLED)
    assert world.wire.carried == []


def test_a_recall_between_claim_and_sending_stops_it(world: World) -> None:
    both = [a_notice(world, 1), a_notice(world, 2)]
    first, second = sorted(both, key=lambda one: world.kent.store.parcels_under(one)[0].parcel.id)

    def call_back(deliver: Callable[[], object]) -> object:
        recall(world, second)
        return deliver()

    world.wire.faults.append(call_back)  # type: ignore[arg-type]
    sent = dispatch.send_due(world.kent.gateway)
    assert {one.parcel.disclosure for one in sent} == {first, second}, "both were claimed together"
    assert [one.counted for one in sent if one.parcel.disclosure == second] == [False]
    assert world.medway.store.parcels_under(second) == []
    assert state_of(world.kent, second) is State.WITHDRAWN


def test_what_is_sealed_anew_or_sent_again_after_its_recall_does_not_go(world: World) -> None:
    disclosure = a_notice(world)
    world.wire.faults.extend([refused] * 200)
    for _ in range(200):
        dispatch.send_due(world.kent.gateway)
        world.clock.on(seconds=40)
    (one,) = world.kent.store.parcels_under(disclosure)
    assert one.state is State.ABANDONED
    recall(world, disclosure)
    world.wire.faults.clear()
    dispatch.resend(world.kent.gateway, one.parcel.id, OFFICER.id, world.clock())
    deliver(world)
    world.clock.on(minutes=5)
    deliver(world)
    assert state_of(world.kent, disclosure) is State.WITHDRAWN
    assert disclosure not in {each.parcel.disclosure for each in world.medway.store.parcels_in([*State], 99)}


def test_a_file_that_arrives_after_its_recall_opens_to_nobody(world: World) -> None:
    disclosure = a_notice(world)
    copied: list[Callable[[], object]] = []

    def keep(deliver: Callable[[], object]) -> object:
        copied.append(deliver)
        return refused(deliver)  # type: ignore[arg-type]

    world.wire.faults.append(keep)  # type: ignore[arg-type]
    dispatch.send_due(world.kent.gateway)
    assert recall(world, disclosure).gone == 1, "an attempt without an answer may have arrived"
    deliver(world)
    world.clock.on(minutes=2)
    deliver(world)
    assert refusal_of(lambda: answer(world, disclosure)) is Code.NOT_FOUND, "nothing of it is here yet"
    copied[0]()
    assert state_of(world.medway, disclosure) is State.FROZEN


def test_a_lost_receipt_still_asks_the_partner_that_has_it(world: World) -> None:
    disclosure = a_notice(world)
    world.wire.faults.append(lost_answer)
    dispatch.send_due(world.kent.gateway)
    done = recall(world, disclosure)
    assert (done.withdrawn, done.gone, done.told) == (1, 1, Outcome.RELEASE)
    world.clock.on(minutes=2)
    deliver(world)
    assert state_of(world.medway, disclosure) is State.FROZEN


def test_claims_and_recalls_of_several_machines_never_both_win(either: World) -> None:
    wanted = [a_notice(either, number) for number in (1, 2, 3, 4)]
    workers = [threading.Thread(target=dispatch.send_due, args=(either.kent.gateway, 1)) for _ in wanted]
    callers = [threading.Thread(target=recall, args=(either, one)) for one in wanted]
    for one in (*workers, *callers):
        one.start()
    for one in (*workers, *callers):
        one.join()
    deliver(either)
    either.clock.on(minutes=2)
    deliver(either)
    for disclosure in wanted:
        there = either.medway.store.parcels_under(disclosure)
        assert [one.state for one in there] in ([], [State.FROZEN]), "withdrawn, or called back from there"
        assert bool(there) <= bool(either.medway.store.called_back(KENT, disclosure))


# -- who may, and on what it stands -----------------------------------------------------------------------------------


def test_nobody_else_calls_back_and_nobody_twice(world: World, told: DisclosureId) -> None:
    assert refusal_of(lambda: recall(world, told, SCHOOL)) is Code.NOT_ALLOWED
    assert refusal_of(lambda: recall(world, told, THEIR_OFFICER)) is Code.ANOTHER_HOME
    assert refusal_of(lambda: recall(world, DisclosureId("d-" + "a" * 26))) is Code.NOT_FOUND
    recall(world, told)
    assert refusal_of(lambda: recall(world, told)) is Code.SETTLED
    assert len(lines(world.kent, "DisclosureRecalled")) == 1


def test_a_recall_goes_though_the_agreement_is_withdrawn(world: World, told: DisclosureId) -> None:
    world.adopt(agreement(status=Status.WITHDRAWN))
    assert recall(world, told).told is Outcome.RELEASE
    deliver(world)
    assert state_of(world.medway, told) is State.FROZEN
    released = lines(world.kent, "DisclosureReleased")[-1]
    assert (released["purpose"], released["duty"], released["article6"]) == ("P06", True, "A6C")
    assert answer(world, told) is Outcome.RELEASE


def test_a_transfer_file_is_called_back_under_its_own_purpose(world: World) -> None:
    a_notice(world)
    made = DisclosureId(str(decisions_of(world.leavers(pupils=1))[0]["disclosure"]))
    deliver(world)
    assert recall(world, made).told is Outcome.RELEASE
    deliver(world)
    assert state_of(world.medway, made) is State.FROZEN
    assert lines(world.kent, "DisclosureReleased")[-1]["purpose"] == "P04"
    answer(world, made)
    deliver(world)
    assert [one.outcome for one in world.kent.store.recalls([KENT])] == [RecallOutcome.DELETED]


def test_a_partner_calls_back_only_what_it_sent(world: World, told: DisclosureId) -> None:
    """Medway calls back, at Kent, a disclosure that Medway never sent: nothing of ours is closed."""
    here = world.kent.gateway
    own = DisclosureId(str(decisions_of(world.leavers(dest=NOWHERE, pupils=1))[0]["disclosure"]))
    (shelved,) = world.kent.store.parcels_under(own)
    _pretend(world, own)
    assert state_of(world.kent, own) is State.SHELVED
    assert casework.collect(here, OFFICER, shelved.parcel.id, world.clock())


def _pretend(world: World, disclosure: DisclosureId) -> None:
    here = situations.of(world.medway.gateway, MEDWAY, world.clock())
    meant = said.Recalled(message=about.reference(disclosure), reason=RecallReason.WRONG_CHILD)

    def written(heading: Heading) -> said.Recall:
        return said.Recall(heading=heading, purpose=PurposeCode("P06"), due=date(2026, 11, 5), records=(meant,))

    kent = here.register.directory.get(KENT)
    record, outcome = about.told(world.medway.gateway, here, THEIR_OFFICER.id, kent, disclosure, written)
    assert outcome is Outcome.RELEASE
    world.medway.store.record(record)
    deliver(world)


# -- the breach -------------------------------------------------------------------------------------------------------


def test_a_recall_opens_the_breach_record_with_its_two_clocks(world: World) -> None:
    made = leavers(pupils=2)
    a_notice(world)
    flagged = DisclosureId(str(decisions_of(world.upload(made.content, made.name))[0]["disclosure"]))
    deliver(world)
    flag(world, made, 1)
    at, done = world.clock(), recall(world, flagged)
    found = world.kent.store.breach(done.breach)
    assert found is not None
    assert (found.children, found.contained, found.partner, found.aware) == (2, False, MEDWAY, at)
    assert {"ID", "CO"} <= set(found.classes) and found.flags, "a child with a stop flag is among them"
    due = {task.kind: task for task in world.kent.store.tasks([KENT])}
    assert due[TaskKind.BREACH_ICO].due == at + timedelta(hours=72)
    assert due[TaskKind.BREACH_PARTNER].due == at + timedelta(hours=24)
    assert due[TaskKind.BREACH_ICO].owner == GOVERNANCE.id
    (line,) = lines(world.kent, "BreachOpened")
    assert "address-confidential" not in str(line) and line["children"] == 2


def test_72_hours_run_through_the_night_on_which_the_clocks_change(world: World) -> None:
    disclosure = a_notice(world)
    world.clock.at = datetime(2026, 10, 24, 12, tzinfo=UTC)
    done = recall(world, disclosure)
    due = {task.kind: task.due for task in world.kent.store.tasks([KENT]) if task.subject == done.breach}
    assert due[TaskKind.BREACH_ICO] == datetime(2026, 10, 27, 12, tzinfo=UTC)


def test_the_record_says_who_was_told_and_why_somebody_was_not(world: World, told: DisclosureId) -> None:
    breach = recall(world, told).breach
    store, at = world.kent.store, world.clock.on(hours=30)

    def update(news: News, person: Person = GOVERNANCE) -> Breach:
        return breaches.update(world.kent.gateway, store, person, breach, news, at)

    (row,) = breaches.listed(world.kent.gateway, store, OFFICER, at)
    assert row.late, "the other party should have been told within 24 hours"
    assert refusal_of(lambda: update(News(told_ico=at), OFFICER)) is Code.NOT_ALLOWED
    assert refusal_of(lambda: update(News(risk=BreachRisk.UNLIKELY))) is Code.REASON_WANTED
    update(News(contained=True, told_partner=at))
    assert TaskKind.BREACH_PARTNER not in kinds(world.kent)
    update(News(risk=BreachRisk.UNLIKELY, why="It was deleted unopened within the hour."))
    row = breaches.shown(world.kent.gateway, store, GOVERNANCE, breach, at)
    assert (row.late, row.ico_by, row.why) == (False, None, "It was deleted unopened within the hour.")
    assert TaskKind.BREACH_ICO not in kinds(world.kent)
    assert row.breach.contained and row.breach.told_partner == at
    assert b"deleted unopened" not in b"".join(store.lines())


def test_an_answer_by_telephone_is_written_down(world: World, told: DisclosureId) -> None:
    recall(world, told)
    gateway, store = world.kent.gateway, world.kent.store
    recalling.heard(gateway, store, OFFICER, told, RecallOutcome.DELETED, 1, world.clock())
    (row,) = recalling.listed(gateway, store, OFFICER)
    assert (row.outcome, row.opened) == (RecallOutcome.DELETED, 1)
    assert lines(world.kent, "RecallHeard")[0]["by"]
    assert TaskKind.RECALL not in kinds(world.kent), "who wrote it down has looked at it"


# -- this is not for us -----------------------------------------------------------------------------------------------


def not_ours(world: World, disclosure: DisclosureId, text: str = WHY) -> Outcome | None:
    parcel, at = held(world, disclosure), world.clock()
    return returning.not_ours(world.medway.gateway, world.medway.store, THEIR_OFFICER, parcel, text, at)


def test_a_file_that_is_not_for_us_is_closed_and_both_teams_and_the_sender_are_told(
    world: World, told: DisclosureId
) -> None:
    assert refusal_of(lambda: not_ours(world, told, "no")) is Code.REASON_WANTED
    assert not_ours(world, told) is Outcome.RELEASE
    assert state_of(world.medway, told) is State.FROZEN
    assert refusal_of(lambda: not_ours(world, told)) is Code.CALLED_BACK
    (task,) = world.medway.store.tasks([MEDWAY])
    assert (task.kind, task.owner) == (TaskKind.NOT_FOR_US, THEIR_GOVERNANCE.id)
    deliver(world)
    found = world.kent.store.breach_about(told)
    assert found is not None
    assert kinds(world.kent) == [TaskKind.BREACH_ICO, TaskKind.BREACH_PARTNER]
    assert recall(world, told).breach == found.id, "calling it back goes on with the same record"
    deliver(world)
    answer(world, told)
    assert state_of(world.medway, told) is State.DESTROYED


def test_a_file_on_our_own_shelf_that_is_not_for_its_reader_is_our_own_breach(world: World) -> None:
    a_notice(world)
    made = DisclosureId(str(decisions_of(world.leavers(dest=NOWHERE, pupils=1))[0]["disclosure"]))
    (one,) = world.kent.store.parcels_under(made)
    store, gateway = world.kent.store, world.kent.gateway
    assert returning.not_ours(gateway, store, OFFICER, one.parcel.id, WHY, world.clock()) is None
    assert state_of(world.kent, made) is State.FROZEN
    assert store.breach_about(made) is not None
    assert refusal_of(lambda: casework.collect(gateway, OFFICER, one.parcel.id, world.clock())) is Code.CALLED_BACK


def test_who_opened_a_file_on_our_shelf_before_it_was_not_for_them_is_asked_what_became_of_it(world: World) -> None:
    a_notice(world)
    made = DisclosureId(str(decisions_of(world.leavers(dest=NOWHERE, pupils=1))[0]["disclosure"]))
    (one,) = world.kent.store.parcels_under(made)
    gateway, store = world.kent.gateway, world.kent.store
    casework.collect(gateway, OFFICER, one.parcel.id, world.clock())
    returning.not_ours(gateway, store, OFFICER, one.parcel.id, WHY, world.clock())
    done = recall(world, made)
    assert (done.withdrawn, done.gone, done.told) == (0, 1, Outcome.RELEASE)
    assert TaskKind.RECALL in kinds(world.kent) and state_of(world.kent, made) is State.FROZEN
    recalling.heard(gateway, store, OFFICER, made, RecallOutcome.DELETED, 1, world.clock())
    assert TaskKind.RECALL not in kinds(world.kent)


def test_a_task_about_a_recall_that_was_answered_is_done_by_looking_at_it(world: World, told: DisclosureId) -> None:
    recall(world, told)
    (task,) = (one for one in world.kent.store.tasks([KENT]) if one.kind is TaskKind.RECALL)
    holds.look_at(world.kent.gateway, world.kent.store, OFFICER, task.id, world.clock())
    assert TaskKind.RECALL not in kinds(world.kent)
