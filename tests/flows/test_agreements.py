"""The life of an agreement between two councils: signed, in force, used, reviewed, over; and what is queued under it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.core import agreements as core
from gateway.core.agreements import Agreement, Party, Status
from gateway.core.delivery import State
from gateway.core.errors import Code, Fault, Refusal
from gateway.core.facts import DisclosureReleased, parse_line
from gateway.core.records import Record, Register
from gateway.core.terms import AgreementRef, Kind, Outcome, Period, PersonId
from gateway.edge.store import Store
from gateway.flows import agreements, dispatch
from gateway.flows.intake import Plan
from gateway.flows.ports import Gateway
from tests.simulator import KENT, MEDWAY, NOON, Side, World, agreement
from tests.simulator import refused as unreachable

V1, V2 = AgreementRef("kent-medway-cme.v1"), AgreementRef("kent-medway-cme.v2")
SHAH = PersonId("a.shah")


def standing(side: Side, ref: AgreementRef = V1) -> Status:
    return next(one.status for one in side.store.register().agreements if one.ref == ref)


def told(side: Side, *names: str) -> Iterator[dict[str, object]]:
    for line in map(parse_line, side.store.lines()):
        if line["fact"] in names:
            yield line


def listed(line: dict[str, object], name: str) -> list[object]:
    found = line[name]
    assert isinstance(found, list)
    return found


def states(side: Side, plan: Plan) -> list[State]:
    (parcel,) = plan.record.parcels
    return [one.state for one in side.store.parcels_under(parcel.disclosure)]


def draft(**changes: object) -> Agreement:
    asked = {"version": 2, "status": Status.DRAFT, "signatories": (), **changes}
    return agreement(**asked)  # type: ignore[arg-type]


def bring_in(side: Side, made: Agreement) -> None:
    """Adopted, consulted on and signed by all."""
    agreements.adopt(side.gateway, made, NOON)
    agreements.consult(side.gateway, made.ref, SHAH, NOON)
    for party in made.parties:
        agreements.sign(side.gateway, made.ref, party, "Director of Education", NOON)


def test_agreement_is_signed_party_by_party_and_only_then_in_force(either: World) -> None:
    kent = either.kent
    agreements.adopt(kent.gateway, draft(), NOON)
    with pytest.raises(Refusal) as early:
        agreements.activate(kent.gateway, V2, SHAH, NOON)
    assert early.value.code is Code.AGREEMENT_UNSIGNED
    assert agreements.consult(kent.gateway, V2, SHAH, NOON).status is Status.IN_CONSULTATION
    assert agreements.sign(kent.gateway, V2, Party(KENT), "Director", NOON).unsigned == (Party(MEDWAY),)
    with pytest.raises(Refusal) as half:
        agreements.activate(kent.gateway, V2, SHAH, NOON)
    assert half.value.code is Code.AGREEMENT_UNSIGNED
    assert agreements.sign(kent.gateway, V2, Party(MEDWAY), "Director", NOON).status is Status.SIGNED
    assert standing(kent) is Status.ACTIVE
    assert agreements.activate(kent.gateway, V2, SHAH, NOON).status is Status.ACTIVE
    assert (standing(kent), standing(kent, V2)) == (Status.SUPERSEDED, Status.ACTIVE)
    moved = [(line["agreement"], line["status"]) for line in told(kent, "AgreementMoved")]
    assert moved == [(V2, "in-consultation"), (V2, "signed"), (V2, "active"), (V1, "superseded")]
    signed = list(told(kent, "AgreementSigned"))
    assert len({line["party"] for line in signed}) == 2
    assert {line["terms"] for line in signed} == {core.terms_digest(draft())}


def test_terms_of_a_version_never_change(world: World) -> None:
    kent = world.kent
    before = kent.store.register()
    with pytest.raises(agreements.OtherTerms):
        agreements.adopt(kent.gateway, agreement(title="Something else"), NOON)
    assert agreements.adopt(kent.gateway, agreement(), NOON) == agreement()
    assert kent.store.register().version == before.version, "the same again changes nothing and says nothing"


def test_what_has_come_of_a_version_elsewhere_is_taken_over_and_no_step_back(world: World) -> None:
    kent = world.kent
    bring_in(kent, draft())
    agreements.adopt(kent.gateway, replace(draft(), status=Status.SIGNED, signatories=()), NOON)
    elsewhere = agreement(2)
    agreements.adopt(kent.gateway, elsewhere, NOON)
    assert (standing(kent), standing(kent, V2)) == (Status.SUPERSEDED, Status.ACTIVE)
    for back in (Status.DRAFT, Status.SIGNED, Status.IN_CONSULTATION):
        with pytest.raises(Refusal) as refused:
            agreements.adopt(kent.gateway, replace(elsewhere, status=back), NOON)
        assert refused.value.code is Code.AGREEMENT_STEP


def test_signatures_of_the_other_party_come_with_its_copy(world: World) -> None:
    kent, made = world.kent, draft(status=Status.IN_CONSULTATION)
    agreements.adopt(kent.gateway, made, NOON)
    agreements.sign(kent.gateway, V2, Party(KENT), "Director", NOON)
    theirs = replace(made, signatories=(core.Signatory(Party(MEDWAY), "Chief executive", date(2026, 11, 2)),))
    assert agreements.adopt(kent.gateway, theirs, NOON).unsigned == ()
    assert len(list(told(kent, "AgreementSigned"))) == 2


@pytest.mark.parametrize(
    ("step", "status"), [(agreements.withdraw, Status.WITHDRAWN), (agreements.suspend, Status.SUSPENDED)]
)
def test_what_is_queued_under_an_agreement_that_ends_is_decided_again_and_stays(
    world: World, step: object, status: Status
) -> None:
    assert callable(step)
    world.wire.faults = [unreachable]
    plan = world.notice()
    dispatch.send_due(world.kent.gateway, 10)
    step(world.kent.gateway, V1, SHAH, world.clock())
    assert standing(world.kent) is status
    world.clock.at += timedelta(hours=3)
    dispatch.send_due(world.kent.gateway, 10)
    assert states(world.kent, plan) == [State.WITHDRAWN]
    assert len(world.wire.carried) == 1
    (decided,) = world.kent.store.decided_not_released(9)
    assert (decided.outcome, decided.reasons[0]) == (Outcome.REFUSE, Code.AGREEMENT_NOT_IN_FORCE)


def test_review_that_falls_due_does_not_disturb_what_is_queued(world: World) -> None:
    """The terms are the same: sealed once, sent as it is."""
    world.wire.faults = [unreachable]
    plan = world.notice()
    dispatch.send_due(world.kent.gateway, 10)
    world.clock.at = NOON + timedelta(hours=3)
    made = replace(agreement(), status=Status.REVIEW_DUE)
    world.kent.store.adopt(made, Record(()))
    dispatch.send_due(world.kent.gateway, 10)
    assert states(world.kent, plan) == [State.DELIVERED]
    assert world.wire.carried[0] == world.wire.carried[1]


def test_sweep_moves_what_the_days_have_moved_on_both_sides_and_once(world: World) -> None:
    sides = world.sides.values()
    days = [
        ("2027-03-02", Status.ACTIVE, None),
        ("2027-03-03", Status.ACTIVE, 90),
        ("2027-05-02", Status.ACTIVE, 30),
        ("2027-05-25", Status.ACTIVE, 7),
        ("2027-06-01", Status.REVIEW_DUE, 7),
        ("2027-08-31", Status.REVIEW_DUE, 7),
        ("2027-09-01", Status.EXPIRED, None),
        ("2028-01-01", Status.EXPIRED, None),
    ]
    for day, status, within in days:
        at = datetime.fromisoformat(f"{day}T09:00:00+00:00")
        for side in sides:
            before = standing(side)
            swept = agreements.sweep(side.gateway, at)
            assert [one.status for one in swept.moved] == ([] if before is status else [status])
            assert [one.within for one in swept.reminders] == ([within] if within else [])
            assert standing(side) is status
            version = side.store.register().version
            again = agreements.sweep(side.gateway, at)
            assert (again.moved, again.reminders) == ((), swept.reminders)
            assert side.store.register().version == version
    assert [line["status"] for line in told(world.kent, "AgreementMoved")] == ["review-due", "expired"]


def test_overdue_review_stops_a_notice_but_not_a_schools_return(world: World) -> None:
    overdue = agreement(review=date(2026, 8, 2))
    world.adopt(overdue)
    swept = agreements.sweep(world.kent.gateway, world.clock())
    assert [one.status for one in swept.moved] == [Status.SUSPENDED]
    (refused,) = world.notice().record.decided
    assert (refused.outcome, refused.reasons[0]) == (Outcome.REFUSE, Code.AGREEMENT_NOT_IN_FORCE)
    (released,) = (one for one in world.leavers().record.facts if isinstance(one, DisclosureReleased))
    assert (released.duty, released.agreement) == (True, None)


def test_version_that_begins_later_supersedes_only_then(world: World) -> None:
    later = draft(in_force=Period(date(2026, 12, 1), date(2027, 11, 30)), review=date(2027, 9, 1))
    bring_in(world.kent, later)
    agreements.activate(world.kent.gateway, V2, SHAH, NOON)
    assert (standing(world.kent), standing(world.kent, V2)) == (Status.ACTIVE, Status.ACTIVE)
    assert agreements.sweep(world.kent.gateway, datetime(2026, 11, 30, 9, tzinfo=UTC)).moved == ()
    (gone,) = agreements.sweep(world.kent.gateway, datetime(2026, 12, 1, 9, tzinfo=UTC)).moved
    assert (gone.ref, gone.status) == (V1, Status.SUPERSEDED)


def test_a_version_begins_with_the_midnight_of_london_also_in_summer(world: World) -> None:
    later = draft(in_force=Period(date(2027, 4, 1), date(2028, 3, 31)), review=date(2028, 1, 1))
    bring_in(world.kent, later)
    agreements.activate(world.kent.gateway, V2, SHAH, NOON)
    assert agreements.sweep(world.kent.gateway, datetime(2027, 3, 31, 22, 59, 59, tzinfo=UTC)).moved == ()
    (gone,) = agreements.sweep(world.kent.gateway, datetime(2027, 3, 31, 23, tzinfo=UTC)).moved
    assert (gone.ref, gone.status) == (V1, Status.SUPERSEDED)


def test_review_that_is_done_is_a_new_version_for_all_to_sign(world: World) -> None:
    kent = world.kent
    period = Period(date(2027, 9, 1), date(2028, 8, 31))
    with pytest.raises(Refusal):
        agreements.renew(kent.gateway, V1, period, date(2028, 9, 2), "Too far", NOON)
    made = agreements.renew(kent.gateway, V1, period, date(2028, 6, 1), "Nothing changed", NOON)
    assert (made.ref, made.status, made.unsigned) == (V2, Status.IN_CONSULTATION, made.parties)
    assert standing(kent) is Status.ACTIVE
    with pytest.raises(Refusal):
        agreements.renew(kent.gateway, V1, period, date(2028, 6, 1), "Twice", NOON)
    with pytest.raises(Refusal) as unknown:
        agreements.renew(kent.gateway, AgreementRef("other.v1"), period, date(2028, 6, 1), "Whose", NOON)
    assert unknown.value.code is Code.NOT_FOUND


def test_review_of_an_older_version_is_no_longer_asked_for(world: World) -> None:
    at = datetime(2027, 5, 30, 9, tzinfo=UTC)
    assert [one.agreement for one in agreements.sweep(world.kent.gateway, at).reminders] == [V1]
    world.adopt(agreement(2, in_force=Period(date(2027, 5, 1), date(2028, 4, 30)), review=date(2028, 4, 1)))
    assert agreements.sweep(world.kent.gateway, at).reminders == ()


# -- two at once ------------------------------------------------------------------------------------------------------


class Late:
    """A register as somebody read it just before somebody else wrote, so many times."""

    def __init__(self, store: Store, times: int) -> None:
        self._store, self._times = store, times

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def register(self) -> Register:
        read = self._store.register()
        if self._times:
            self._times -= 1
            other = AgreementRef("kent-medway-cme.v1")
            made = next(one for one in read.agreements if one.ref == other)
            self._store.adopt(made, Record(()))
        return read


def late(gateway: Gateway, store: Store, times: int) -> Gateway:
    return replace(gateway, store=Late(store, times))  # type: ignore[arg-type]


def test_step_that_somebody_else_came_before_is_decided_again_and_done_once(either: World) -> None:
    side = either.kent
    agreements.suspend(late(side.gateway, side.store, 2), V1, SHAH, NOON)
    assert standing(side) is Status.SUSPENDED
    assert len(list(told(side, "AgreementMoved"))) == 1
    with pytest.raises(Fault):
        agreements.withdraw(late(side.gateway, side.store, 99), V1, SHAH, NOON)
    assert standing(side) is Status.SUSPENDED


def test_sweep_that_somebody_else_came_before_leaves_it_to_the_next(world: World) -> None:
    side, at = world.kent, datetime(2027, 6, 1, 9, tzinfo=UTC)
    assert agreements.sweep(late(side.gateway, side.store, 1), at).moved == ()
    assert standing(side) is Status.ACTIVE
    assert len(agreements.sweep(side.gateway, at).moved) == 1


# -- what it was used for ---------------------------------------------------------------------------------------------


def test_use_of_an_agreement_is_counted_from_the_log(either: World) -> None:
    kent = either.kent
    for seed in (1, 2, 3):
        either.clock.at = NOON + timedelta(days=seed)
        either.notice(seed)
    used = agreements.usage(kent.gateway, V1, NOON)
    assert (used.messages, used.held, used.refused) == (3, 0, 0)
    assert used.used == ((Kind.NOTICE, 3),)
    released = list(told(kent, "DisclosureReleased"))
    assert used.children == sum(len(listed(line, "children")) for line in released) > 0
    went = {str(item) for line in released for item in listed(line, "shared")}
    idle = dict(used.unused)[Kind.NOTICE]
    assert "Surname" in went
    assert "Surname" not in idle
    assert dict(used.unused)[Kind.CTF] == dict(agreement().items)[Kind.CTF]
    for pattern in dict(agreement().items)[Kind.NOTICE]:
        under = any(item == pattern or item.startswith(pattern.removesuffix("*")) for item in went)
        assert (pattern in idle) is not under, pattern
    assert agreements.usage(kent.gateway, V1, NOON + timedelta(days=3)).messages == 1
    assert kent.store.sent_under(V1, NOON + timedelta(days=2)) == 2
    assert kent.store.sent_under(V2, NOON) == 0


def test_what_was_refused_while_it_was_suspended_counts_for_its_review(world: World) -> None:
    agreements.suspend(world.kent.gateway, V1, SHAH, NOON)
    world.notice()
    used = agreements.usage(world.kent.gateway, V1, NOON)
    assert (used.messages, used.children, used.refused) == (0, 0, 1)
    assert agreements.usage(world.kent.gateway, V1, world.clock() + timedelta(seconds=1)).refused == 0


def test_parcel_that_is_sealed_anew_is_still_one_message(world: World) -> None:
    world.wire.faults = [unreachable]
    world.notice()
    dispatch.send_due(world.kent.gateway, 10)
    agreements.suspend(world.kent.gateway, V1, SHAH, NOON)
    agreements.activate(world.kent.gateway, V1, SHAH, NOON)
    world.adopt(agreement(2))
    world.clock.at += timedelta(hours=3)
    dispatch.send_due(world.kent.gateway, 10)
    assert world.kent.store.sent_under(V1, NOON) + world.kent.store.sent_under(V2, NOON) == 2
    world.clock.at += timedelta(hours=3)
    dispatch.send_due(world.kent.gateway, 10)
    assert world.kent.store.sent_under(V2, NOON) == 1


def test_mandatory_item_that_did_not_go_is_counted(world: World) -> None:
    owed = ((Kind.NOTICE, ("Surname", "DestinationEvidence")),)
    made = agreement(3, mandatory=owed)
    lines = [
        {"fact": "DisclosureReleased", "agreement": str(made.ref), "at": "2026-11-03T12:00:00.000Z", "kind": "notice",
         "shared": shared, "children": ["c"]}
        for shared in (["Surname", "DestinationEvidence"], ["Surname"], ["UPN"])
    ]  # fmt: skip
    other = {**lines[0], "agreement": "other.v1"}
    used = core.usage(made, [*lines, other], NOON)
    assert (used.messages, used.children, used.short) == (3, 3, 2)
