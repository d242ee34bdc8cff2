"""How an agreement comes into force and goes out of it: step by step, signature by signature, day by day."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from gateway.core import agreements
from gateway.core.agreements import STEPS, Agreement, Party, Status, lifecycle
from gateway.core.errors import Code, Refusal
from gateway.core.partners import Assurance, Scheme
from gateway.core.terms import PartnerId, Period
from tests.core.law.made import MEDWAY
from tests.core.law.test_agreements import WHOLE

FIRST, REVIEW, LAST = date(2026, 9, 1), date(2027, 6, 1), date(2027, 8, 31)
LIFE = {
    ("draft", "in-consultation"), ("draft", "withdrawn"),
    ("in-consultation", "signed"), ("in-consultation", "withdrawn"),
    ("signed", "active"), ("signed", "expired"), ("signed", "withdrawn"),
    ("active", "review-due"), ("active", "suspended"), ("active", "expired"), ("active", "withdrawn"),
    ("active", "superseded"),
    ("review-due", "suspended"), ("review-due", "expired"), ("review-due", "withdrawn"), ("review-due", "superseded"),
    ("suspended", "active"), ("suspended", "expired"), ("suspended", "withdrawn"), ("suspended", "superseded"),
}  # fmt: skip
"""The whole life, written a second time; what is not here cannot happen."""


def draft(**changes: object) -> Agreement:
    asked = {"status": Status.IN_CONSULTATION, "signatories": (), **changes}
    return replace(WHOLE, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(("now", "then"), list(product(Status, Status)))
def test_an_agreement_takes_the_steps_of_its_life_and_no_other(now: Status, then: Status) -> None:
    held = replace(WHOLE, status=now)
    if (now, then) in LIFE:
        assert lifecycle.moved(held, then) == replace(WHOLE, status=then)
    else:
        with pytest.raises(Refusal) as refused:
            lifecycle.moved(held, then)
        assert refused.value.code is Code.AGREEMENT_STEP


def test_each_party_signs_once_and_the_last_signature_makes_it_signed() -> None:
    made = draft()
    for number, party in enumerate(WHOLE.parties, 1):
        assert made.status is Status.IN_CONSULTATION
        with pytest.raises(Refusal) as unsigned:
            lifecycle.activated(made, FIRST)
        assert unsigned.value.code is Code.AGREEMENT_UNSIGNED
        made = lifecycle.signed(made, party, "Director", FIRST)
        assert len(made.signatories) == number
    assert made.status is Status.SIGNED
    assert lifecycle.activated(made, FIRST).status is Status.ACTIVE


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.IN_CONSULTATION])
def test_nobody_signs_what_is_not_in_consultation(status: Status) -> None:
    held = replace(WHOLE, status=Status.DRAFT, signatories=WHOLE.signatories[:2])
    held = held if status is Status.DRAFT else replace(WHOLE, status=status)
    with pytest.raises(Refusal):
        lifecycle.signed(held, WHOLE.parties[2], "Director", FIRST)


def test_nobody_signs_twice_or_for_a_stranger() -> None:
    made = lifecycle.signed(draft(), WHOLE.parties[0], "Director", FIRST)
    for party in (WHOLE.parties[0], Party(PartnerId("council-881"))):
        with pytest.raises(Refusal) as refused:
            lifecycle.signed(made, party, "Director", FIRST)
        assert refused.value.code is Code.AGREEMENT_STEP


@pytest.mark.parametrize(
    ("status", "day", "then"),
    [
        ("active", "2027-05-31", None),
        ("active", "2027-06-01", "review-due"),
        ("active", "2027-09-01", "expired"),
        ("review-due", "2027-08-31", None),
        ("review-due", "2027-09-01", "expired"),
        ("signed", "2027-09-01", "expired"),
        ("suspended", "2027-08-31", None),
        ("suspended", "2027-09-01", "expired"),
        ("draft", "2027-09-01", None),
        ("in-consultation", "2027-09-01", None),
        ("withdrawn", "2027-09-01", None),
        ("superseded", "2027-09-01", None),
        ("expired", "2027-09-01", None),
    ],
)
def test_a_day_moves_an_agreement_by_itself(status: str, day: str, then: str | None) -> None:
    assert lifecycle.due(replace(WHOLE, status=Status(status)), date.fromisoformat(day)) == then


@pytest.mark.parametrize(
    ("review", "last_good"),
    [("2026-11-30", "2027-02-28"), ("2027-01-15", "2027-04-15"), ("2027-11-30", "2028-02-29"), ("2026-10-31", "2027-01-31")],
)  # fmt: skip
@pytest.mark.parametrize("status", [Status.ACTIVE, Status.REVIEW_DUE])
def test_a_review_three_calendar_months_overdue_suspends_it(review: str, last_good: str, status: Status) -> None:
    made = replace(WHOLE, status=status, review=date.fromisoformat(review), in_force=Period(FIRST))
    day = date.fromisoformat(last_good)
    assert lifecycle.due(made, day) in {None, Status.REVIEW_DUE}
    assert made.stands(day)
    assert lifecycle.due(made, day + timedelta(days=1)) is Status.SUSPENDED
    assert not made.stands(day + timedelta(days=1))


def test_every_step_that_a_day_takes_is_in_the_table_and_ends() -> None:
    for status in Status:
        for days in range(0, 900, 7):
            made, day = replace(WHOLE, status=status), FIRST + timedelta(days=days)
            for _ in range(4):
                then = lifecycle.due(made, day)
                if then is None:
                    break
                made = lifecycle.moved(made, then)
            assert lifecycle.due(made, day) is None


def test_what_is_over_cannot_be_made_active() -> None:
    signed = replace(WHOLE, status=Status.SIGNED)
    assert lifecycle.activated(signed, LAST).status is Status.ACTIVE
    overdue = replace(WHOLE, status=Status.SUSPENDED, review=date(2026, 10, 1))
    assert lifecycle.activated(overdue, date(2027, 1, 1)).status is Status.ACTIVE
    for held, day in ((signed, LAST + timedelta(days=1)), (overdue, date(2027, 1, 2))):
        with pytest.raises(Refusal) as refused:
            lifecycle.activated(held, day)
        assert refused.value.code is Code.AGREEMENT_STEP


@pytest.mark.parametrize(
    ("left", "within"),
    [(91, None), (90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (1, 7), (0, 7), (-1, 7), (-200, 7)],
)
def test_somebody_is_reminded_90_30_and_7_days_before_the_review(left: int, within: int | None) -> None:
    found = lifecycle.reminder(WHOLE, REVIEW - timedelta(days=left))
    assert (found.within if found else None) == within
    if found:
        assert (found.agreement, found.review, found.days) == (WHOLE.ref, REVIEW, left)


@pytest.mark.parametrize("status", Status)
def test_only_what_is_or_was_just_in_force_is_reminded_of(status: Status) -> None:
    told = lifecycle.reminder(replace(WHOLE, status=status), REVIEW)
    assert (told is not None) is (status in {Status.ACTIVE, Status.REVIEW_DUE, Status.SUSPENDED})


def test_a_newer_version_takes_the_place_of_the_older_from_its_first_day_on() -> None:
    older = replace(WHOLE, status=Status.REVIEW_DUE)
    newer = replace(WHOLE, version=4, in_force=Period(REVIEW, date(2028, 5, 31)), review=date(2028, 3, 1))
    other, ended = replace(WHOLE, name="other"), replace(WHOLE, version=2, status=Status.WITHDRAWN)
    listed = [newer, older, other, ended]
    assert lifecycle.overtaken(listed, REVIEW - timedelta(days=1)) == ()
    assert lifecycle.overtaken(listed, REVIEW) == (older,)
    assert lifecycle.overtaken([replace(newer, status=Status.SIGNED), older], REVIEW) == ()


def test_a_renewed_agreement_has_the_same_terms_for_longer_and_is_signed_by_nobody() -> None:
    period = Period(date(2027, 9, 1), date(2028, 8, 31))
    made = lifecycle.renewed(WHOLE, period, date(2028, 6, 1), "Reviewed; nothing changed")
    assert (made.ref, made.status, made.signatories) == ("kent-medway-cme.v4", Status.IN_CONSULTATION, ())
    assert made.changes[-1].version == 4
    back = replace(
        made, version=3, in_force=WHOLE.in_force, review=WHOLE.review, changes=WHOLE.changes,
        status=WHOLE.status, signatories=WHOLE.signatories,
    )  # fmt: skip
    assert back == WHOLE


@pytest.mark.parametrize(("review", "late"), [("2027-09-01", False), ("2027-09-02", True)])
def test_a_review_is_within_twelve_months_of_the_first_day(review: str, *, late: bool) -> None:
    assert lifecycle.review_too_late(replace(WHOLE, review=date.fromisoformat(review))) is late


def test_the_table_names_every_status() -> None:
    assert set(STEPS) == set(Status)


# -- assurance --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "day", "refused"),
    [
        ("2026-11-20", "2026-11-20", None),
        ("2026-11-20", "2026-11-21", False),
        ("2026-11-20", "2026-12-20", False),
        ("2026-11-20", "2026-12-21", True),
        (None, "2026-09-01", False),
        (None, "2026-10-01", False),
        (None, "2026-10-02", True),
    ],
)
def test_assurance_that_is_over_is_a_warning_for_thirty_days_and_then_a_refusal(
    last: str | None, day: str, *, refused: bool | None
) -> None:
    asked = replace(WHOLE, assurance=(Scheme.DSPT,))
    shown = (Assurance(Scheme.DSPT, date.fromisoformat(last)), Assurance(Scheme.DSPT, date(2025, 1, 1))) if last else ()
    found = agreements.unassured(asked, replace(MEDWAY, assurance=shown), date.fromisoformat(day))
    assert [one.refused for one in found] == ([] if refused is None else [refused])
    assert all((one.scheme, one.last) == ("dspt", date.fromisoformat(last) if last else None) for one in found)


def test_only_what_the_agreement_asks_for_is_missed() -> None:
    holds = replace(MEDWAY, assurance=(Assurance(Scheme.DSPT, date(2030, 1, 1)),))
    asked = replace(WHOLE, assurance=(Scheme.DSPT, Scheme.CYBER_ESSENTIALS_PLUS))
    assert [one.scheme for one in agreements.unassured(asked, holds, FIRST)] == ["cyber-essentials-plus"]
    assert agreements.unassured(WHOLE, MEDWAY, FIRST) == ()
    none = agreements.unassured(asked, holds, FIRST + timedelta(days=1), grace_days=0)
    assert [one.refused for one in none] == [True]
