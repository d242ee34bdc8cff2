"""How a rights request runs, and by when it is answered, as the ICO counts."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.core import rights
from gateway.core.facts import Asker, RightsKind, RightsStep
from gateway.core.rights import STEPS, Standing, State, Taken
from gateway.core.terms import PersonId
from tests.simulator import rulebook

CAME = datetime(2026, 11, 3, 12, tzinfo=UTC)
OFFICER, OTHER = PersonId("a.shah"), PersonId("n.okoro")


def after(
    *steps: tuple[RightsStep, int],
    came: datetime = CAME,
    kind: RightsKind = RightsKind.ACCESS,
    asker: Asker = Asker.CHILD,
) -> Standing:
    """Where a request stands after steps, each so many days after it came."""
    taken = [Taken(step, came + timedelta(days=days), OFFICER) for step, days in steps]
    return rights.standing(rulebook().clocks, kind, asker, came, taken)


SHOWN = (RightsStep.IDENTITY_SHOWN, 0)


@pytest.mark.parametrize(
    ("came", "by"),
    [
        (datetime(2026, 11, 3, 12, tzinfo=UTC), "2026-12-03T23:59"),
        (datetime(2027, 1, 31, 12, tzinfo=UTC), "2027-03-01T23:59"),  # 28 February is a Sunday
        (datetime(2026, 11, 25, 12, tzinfo=UTC), "2026-12-29T23:59"),  # Christmas, a weekend and its bank holiday
        (datetime(2027, 3, 1, 12, tzinfo=UTC), "2027-04-01T22:59"),  # summer time has begun
        (datetime(2026, 8, 31, 23, 30, tzinfo=UTC), "2026-10-01T22:59"),  # in London it was 1 September
    ],
)
def test_it_is_due_on_the_corresponding_day_of_the_next_month_or_the_next_working_day(came: datetime, by: str) -> None:
    due = after(SHOWN, came=came).due
    assert due is not None and f"{due:%Y-%m-%dT%H:%M}" == by


def test_the_clock_begins_when_identity_was_asked_for_and_shown() -> None:
    asked = after((RightsStep.IDENTITY_ASKED, 1), (RightsStep.IDENTITY_SHOWN, 10))
    assert asked.due == datetime(2026, 12, 14, 23, 59, tzinfo=UTC), "a month after the 13th, a Sunday"
    assert after(SHOWN).due == datetime(2026, 12, 3, 23, 59, tzinfo=UTC)


def test_a_pause_stops_it_and_its_days_are_added() -> None:
    assert after(SHOWN, (RightsStep.PAUSED, 2)).due is None
    resumed = after(SHOWN, (RightsStep.PAUSED, 2), (RightsStep.RESUMED, 9))
    assert resumed.due == datetime(2026, 12, 10, 23, 59, tzinfo=UTC)
    assert resumed.state is State.RUNNING


def test_an_extension_adds_two_months_and_is_told_once() -> None:
    extended = after(SHOWN, (RightsStep.EXTENDED, 20))
    assert (extended.state, extended.due) == (State.EXTENDED, datetime(2027, 2, 3, 23, 59, tzinfo=UTC))
    with pytest.raises(ValueError, match="no such step"):
        after(SHOWN, (RightsStep.EXTENDED, 20), (RightsStep.EXTENDED, 21))
    paused = after(SHOWN, (RightsStep.EXTENDED, 20), (RightsStep.PAUSED, 21), (RightsStep.RESUMED, 22))
    assert paused.state is State.EXTENDED


def test_nothing_is_granted_before_identity_is_shown() -> None:
    for first in ((), ((RightsStep.IDENTITY_ASKED, 1),)):
        with pytest.raises(ValueError, match="no such step"):
            after(*first, (RightsStep.GRANTED, 2))
    assert after(SHOWN, (RightsStep.GRANTED, 2)).state is State.ANSWERED


def test_what_is_over_takes_no_step_but_telling_and_signing() -> None:
    left = {(state, step) for state, step in STEPS if state.over}
    assert left == {
        (State.ANSWERED, RightsStep.TOLD),
        (State.REFUSED, RightsStep.TOLD),
        (State.ANSWERED, RightsStep.RELEASE_SIGNED),
    }
    for end in (RightsStep.GRANTED, RightsStep.REFUSED, RightsStep.WITHDRAWN):
        assert after(SHOWN, (end, 3)).due is None


def test_whatever_is_not_over_may_be_withdrawn_or_refused() -> None:
    for state in State:
        for step in (RightsStep.WITHDRAWN, RightsStep.REFUSED):
            assert ((state, step) in STEPS) is not state.over


def test_a_parent_shows_responsibility_and_nobody_else_has_to() -> None:
    assert not after(SHOWN, asker=Asker.PARENT).responsibility
    assert after(SHOWN, (RightsStep.RESPONSIBILITY_SHOWN, 1), asker=Asker.PARENT).responsibility
    assert after(asker=Asker.REFERRER).responsibility


def test_evidence_of_responsibility_ends_the_pause_that_asked_for_it() -> None:
    shown = after(SHOWN, (RightsStep.RESPONSIBILITY_ASKED, 1), (RightsStep.RESPONSIBILITY_SHOWN, 8))
    assert (shown.state, shown.due) == (State.RUNNING, datetime(2026, 12, 10, 23, 59, tzinfo=UTC))


def test_a_complaint_is_due_its_acknowledgement() -> None:
    assert after(kind=RightsKind.COMPLAINT).due == datetime(2026, 12, 3, 23, 59, tzinfo=UTC)
    weekend = after(kind=RightsKind.COMPLAINT, came=datetime(2026, 11, 5, 12, tzinfo=UTC))
    assert weekend.due == datetime(2026, 12, 7, 23, 59, tzinfo=UTC), "the 5th is a Saturday"
    assert after((RightsStep.ACKNOWLEDGED, 3), kind=RightsKind.COMPLAINT).due is None


def test_two_signatures_are_those_of_two_people() -> None:
    taken = [
        Taken(RightsStep.IDENTITY_SHOWN, CAME, OFFICER),
        *(Taken(RightsStep.RELEASE_SIGNED, CAME, who) for who in (OFFICER, OFFICER, OTHER)),
    ]
    assert rights.standing(rulebook().clocks, RightsKind.ACCESS, Asker.CHILD, CAME, taken).signed == (OFFICER, OTHER)


def test_every_kind_and_state_is_told_in_words() -> None:
    assert set(rights.KIND_WORDS) == set(RightsKind)
    assert set(rights.STATE_WORDS) == set(State)
