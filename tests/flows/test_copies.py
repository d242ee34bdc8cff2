"""A certificate of what was destroyed names what each recipient said of its own copy, and when, or that nobody said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.core.documents.messages.words import ClosureEvidence, ClosureOutcome
from gateway.core.facts import BreachRisk, KeptReason, RecallOutcome, RightsKind, parse_line
from gateway.core.sample import SampleFile
from gateway.core.terms import DisclosureId, Kind, LaEstab, UploadId
from gateway.flows import asking, breaches, casework, copies, holds, recalling
from gateway.flows.breaches import News
from gateway.flows.copies import Copy
from gateway.flows.returning import Answer
from gateway.flows.rights import settling
from tests.flows.asked import a_message, sent
from tests.flows.test_recalls import a_notice, answer, deliver, held, recall
from tests.flows.test_retaining import own, run, start, told  # noqa: F401  (own is a fixture)
from tests.flows.test_rights_chased import THEIRS, carry, noticed, told_medway  # noqa: F401  (noticed)
from tests.flows.watch import GOVERNANCE, OFFICER, THEIR_OFFICER, WHY, decisions_of
from tests.simulator import KENT, MEDWAY, Side, World

LATER = datetime(2033, 3, 1, 9, tzinfo=UTC)


def source_of(side: Side, disclosure: DisclosureId) -> UploadId:
    found = side.store.decided(disclosure)
    assert found is not None
    return found.source


def the_copy(side: Side, disclosure: DisclosureId) -> Copy:
    (one,) = copies.elsewhere(side.store, source_of(side, disclosure))
    assert (one.disclosure, one.reader) == (disclosure, MEDWAY)
    return one


def words_of(side: Side, disclosure: DisclosureId) -> list[str]:
    return [one.words for one in the_copy(side, disclosure).said]


def settle_breach(world: World, disclosure: DisclosureId) -> None:
    """So that nothing runs about it any more."""
    kent, at = world.kent, world.clock()
    found = kent.store.breach_about(disclosure)
    assert found is not None
    news = News(contained=True, risk=BreachRisk.UNLIKELY, told_partner=at, why=WHY)
    breaches.update(kent.gateway, kent.store, GOVERNANCE, found.id, news, at)
    for task in kent.store.tasks_about(disclosure):
        holds.look_at(kent.gateway, kent.store, GOVERNANCE, task.id, at)


def test_what_a_recipient_deleted_unopened_is_named_after_our_own_is_destroyed(own: World) -> None:  # noqa: F811
    disclosure = a_notice(own)
    deliver(own)
    recall(own, disclosure)
    deliver(own)
    answer(own, disclosure)
    said_at = own.clock()
    deliver(own)
    settle_breach(own, disclosure)
    start(own, source_of(own.kent, disclosure))
    done = run(own, LATER)
    assert (len(done.destroyed), done.left) == (1, ()), own.kent.store.tasks([own.kent.home])
    (said,) = the_copy(own.kent, disclosure).said
    assert (said.words, said.at, said.noted) == ("deleted, opened by nobody", said_at, False)
    (line,) = own.kent.store.lines(said.line, said.line + 1)
    assert parse_line(line)["fact"] == "RecallHeard", "the line that proves that the recipient said so"


def test_where_nobody_said_anything_the_copy_is_named_all_the_same(own: World) -> None:  # noqa: F811
    disclosure, source = told(own)
    start(own, source)
    assert len(run(own).destroyed) == 1
    assert the_copy(own.kent, disclosure).said == ()


def test_who_took_it_from_a_shelf_of_ours_has_a_copy_too(world: World) -> None:
    sent = world.leavers(dest=LaEstab("XXXXXXX"), pupils=1)
    disclosure = DisclosureId(str(decisions_of(sent)[0]["disclosure"]))
    source = source_of(world.kent, disclosure)
    (one,) = world.kent.store.parcels_of(source)
    assert copies.elsewhere(world.kent.store, source) == [], "it lies here"
    casework.collect(world.kent.gateway, OFFICER, one.parcel.id, world.clock())
    assert copies.elsewhere(world.kent.store, source) == [Copy(disclosure, one.parcel.reader, ())]


def test_what_never_left_is_no_copy(world: World) -> None:
    disclosure = a_notice(world)
    recall(world, disclosure)
    assert copies.elsewhere(world.kent.store, source_of(world.kent, disclosure)) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Answer(RecallOutcome.DELETED), "deleted, opened by 1"),
        (Answer(RecallOutcome.KEPT, KeptReason.LEGAL_CLAIM), "kept, opened by 1"),
        (Answer(RecallOutcome.SHARED_ON, KeptReason.WITH_ANOTHER_BODY, ("x",)), "kept, and passed on, opened by 1"),
    ],
)
def test_a_copy_that_was_opened_or_kept_is_said_so(world: World, given: Answer, words: str) -> None:
    disclosure = a_notice(world)
    deliver(world)
    casework.collect(world.medway.gateway, THEIR_OFFICER, held(world, disclosure), world.clock())
    recall(world, disclosure)
    deliver(world)
    answer(world, disclosure, given)
    deliver(world)
    assert words_of(world.kent, disclosure) == [words]


def test_what_was_said_by_telephone_is_told_from_what_a_machine_said(world: World) -> None:
    disclosure = a_notice(world)
    deliver(world)
    recall(world, disclosure)
    heard = (OFFICER, disclosure, RecallOutcome.DELETED, None, world.clock())
    recalling.heard(world.kent.gateway, world.kent.store, *heard)
    (said,) = the_copy(world.kent, disclosure).said
    assert (said.words, said.noted) == ("deleted", True)


@pytest.mark.parametrize("right", [RightsKind.ERASURE, RightsKind.RESTRICTION])
def test_an_erasure_that_a_recipient_answered_is_named_and_no_other_right(
    noticed: tuple[World, SampleFile],  # noqa: F811
    right: RightsKind,
) -> None:
    world, made = noticed
    kent, medway = world.kent, world.medway
    notice = told_medway(world, made, right, by_hand=True)
    settling.apply(medway.gateway, medway.store, THEIRS, notice, world.clock())
    carry(world)
    (request,) = kent.store.rights_requests([KENT])
    found = [
        (one.reader, said.words)
        for row in kent.store.rights_notices(request.id)
        for one in copies.elsewhere(kent.store, source_of(kent, row.about))
        for said in one.said
    ]
    assert found == ([(MEDWAY, "erased, as was asked")] if right is RightsKind.ERASURE else [])


def test_an_enquiry_that_is_over_says_that_its_copies_were_told_to_go(world: World) -> None:
    disclosure = sent(world, replace(a_message(world, Kind.ENQUIRY)))
    deliver(world)
    why = (ClosureOutcome.ENQUIRIES_EXHAUSTED, ClosureEvidence.RECORDS_SEARCHED)
    asking.close(world.kent.gateway, OFFICER, disclosure, *why, world.clock())
    assert words_of(world.kent, disclosure) == ["told to destroy it, for nobody looks for the child any more"]
