"""What opens a case, what may happen to one, and what has to be shown before it closes."""

from datetime import date, datetime
from itertools import product

import pytest

from gateway.core import cases, documents, sample
from gateway.core.cases import LIVE, STEPS, CaseState
from gateway.core.cases.ages import begins, compulsory, ends, year_group
from gateway.core.cases.closing import NEEDS, may_close
from gateway.core.documents import Document
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    Because,
    CaseAssigned,
    CaseClosed,
    CaseDeclined,
    CaseMerged,
    CaseOffered,
    CaseReopened,
    CaseTransferred,
    Ending,
    EntryAdded,
    Role,
)
from gateway.core.sample import Wish
from gateway.core.terms import Kind, LaEstab
from tests.simulator import rulebook

OWN, SCHOOL, LOST = LaEstab("886LLLL"), LaEstab("8869001"), LaEstab("XXXXXXX")
DAY = date(2026, 10, 2)
OLDER = 4
"""The seed of a child who was at school two years before."""


def document(**wish: object) -> Document:
    made = sample.ctf(Wish(source=SCHOOL, leaving=DAY, **wish))  # type: ignore[arg-type]
    found = documents.read(made.name, made.content, rulebook().schemas, rulebook().known).document
    assert found is not None
    return found


def opened(**wish: object) -> list[Because]:
    return [why for _, why in cases.openings(document(**wish), rulebook().known, DAY)]


@pytest.mark.parametrize(("ground", "why"), [
    ("F", [Because.GROUND_F]), ("G", [Because.GROUND_G]), ("H", [Because.GROUND_H]), ("I", [Because.GROUND_I]),
    ("A", []), ("C", []), ("K", []), ("L", []), ("O", [Because.NO_DESTINATION]), ("N", [Because.NO_DESTINATION]),
])  # fmt: skip
def test_a_leaver_opens_a_case_by_its_ground_or_for_want_of_a_school(ground: str, why: list[Because]) -> None:
    assert opened(kind=Kind.CML, dest=OWN, ground=ground) == why


@pytest.mark.parametrize(("ground", "why"), [
    ("D", [Because.GROUND_F]), ("E", [Because.GROUND_G]), ("F", [Because.GROUND_H]), ("H", [Because.GROUND_I]),
    ("J", []),
])  # fmt: skip
def test_a_letter_of_2006_means_what_it_meant_then(ground: str, why: list[Because]) -> None:
    made = sample.ctf(Wish(source=SCHOOL, dest=OWN, kind=Kind.CML, leaving=date(2024, 5, 1), ground=ground, seed=OLDER))
    read = documents.read(made.name, made.content, rulebook().schemas, rulebook().known.meanings()).document
    assert read is not None
    assert [each for _, each in cases.openings(read, rulebook().known, DAY)] == why


def test_a_lost_pupil_opens_a_case_and_one_with_a_school_does_not() -> None:
    assert opened(dest=LOST) == [Because.GROUND_I], "the ground says more than that nobody knows where it is"
    made = sample.ctf(Wish(source=SCHOOL, leaving=DAY, dest=LOST))
    bare = made.content.replace(b"<RemovalGrounds>I</RemovalGrounds>", b"")
    read = documents.read(made.name, bare, rulebook().schemas, rulebook().known).document
    assert read is not None and read.content != made.content
    assert cases.openings(read, rulebook().known, DAY) == ((1, Because.NO_DESTINATION),)
    assert opened(dest=LaEstab("8874123")) == []
    assert opened(dest=LaEstab("MMMMMMM")) == [], "it has a school, though none that can answer"


def test_joiners_open_nothing_and_notices_and_referrals_do() -> None:
    assert opened(kind=Kind.CMJ, dest=OWN) == []
    for kind, why in ((Kind.NOTICE, Because.NOTICE), (Kind.REFERRAL, Because.REFERRAL), (Kind.CLOSURE, None)):
        made = sample.message(kind, 1, OWN, LaEstab("887LLLL"), datetime(2026, 11, 3, 12))  # noqa: DTZ001
        read = documents.read(made.name, made.content, rulebook().schemas).document
        assert read is not None
        found = [each for _, each in cases.openings(read, rulebook().known, DAY)]
        assert set(found) == ({why} if why else set())


@pytest.mark.parametrize(("born", "first", "last"), [
    (date(2021, 3, 31), date(2026, 3, 31), date(2037, 6, 26)),
    (date(2021, 4, 1), date(2026, 8, 31), date(2037, 6, 26)),
    (date(2021, 9, 1), date(2026, 12, 31), date(2038, 6, 25)),
    (date(2021, 8, 31), date(2026, 8, 31), date(2037, 6, 26)),
    (date(2020, 2, 29), date(2025, 3, 31), date(2036, 6, 27)),
])  # fmt: skip
def test_compulsory_school_age_begins_on_a_prescribed_day_and_ends_on_a_friday_in_june(
    born: date, first: date, last: date
) -> None:
    assert (begins(born), ends(born)) == (first, last)
    assert compulsory(born, first) and compulsory(born, last)
    assert not compulsory(born, first.replace(day=first.day - 1)) and not compulsory(
        born, last.replace(day=last.day + 1)
    )
    assert compulsory(None, first), "whose birth nobody knows may be"


def test_nothing_happens_to_a_case_but_what_the_table_says() -> None:
    steps = (
        CaseAssigned, CaseOffered, CaseTransferred, CaseDeclined, CaseClosed, CaseReopened, CaseMerged, EntryAdded,
    )  # fmt: skip
    for state, step in product(CaseState, steps):
        if (state, step) in STEPS:
            assert cases.after(state, step) is STEPS[state, step]
            continue
        with pytest.raises(Refusal) as refused:
            cases.after(state, step)
        assert refused.value.code is Code.CASE_STEP
    assert {state for state, step in STEPS if step is CaseTransferred} == {CaseState.OFFERED}, "nobody else's unasked"
    assert {STEPS[state, CaseReopened] for state in set(CaseState) - LIVE} == {CaseState.OPEN}, "none is gone for good"


def test_each_ending_has_its_evidence_and_enrolled_is_not_enough() -> None:
    assert cases.lacking(Ending.ENROLLED_AND_STARTED, {"school": "8864321"}) == ("day",)
    assert cases.lacking(Ending.ENROLLED_AND_STARTED, {"school": "8864321", "day": " "}) == ("day",)
    assert set(NEEDS) == set(Ending) and all(NEEDS.values())
    assert all(cases.lacking(ending, {}) == NEEDS[ending] for ending in Ending)
    assert all(not cases.lacking(ending, dict.fromkeys(NEEDS[ending], "x")) for ending in Ending)


def test_only_a_manager_says_that_every_enquiry_was_made() -> None:
    assert [role for role in Role if may_close(Ending.ENQUIRIES_EXHAUSTED, role)] == [Role.MANAGER]
    assert {role for role in Role if may_close(Ending.DIED, role)} == {Role.OFFICER, Role.MANAGER, Role.SAFEGUARDING}


def test_joint_enquiries_are_due_by_the_tenth_and_the_twentieth_school_day() -> None:
    found = cases.joint(date(2026, 9, 7), SCHOOL, rulebook().clocks)
    assert (found.refer_by.date(), found.done_by.date()) == (date(2026, 9, 21), date(2026, 10, 5))
    over_half_term = cases.joint(date(2026, 10, 19), SCHOOL, rulebook().clocks)
    assert over_half_term.refer_by.date() > date(2026, 11, 2), "no school day lies in the half term"


def test_a_child_rests_as_bytes_and_comes_back_the_same() -> None:
    child = documents.about(document(kind=Kind.CML, dest=OWN, ground="F"), 1)
    assert documents.rested(documents.rest(child)) == child
    assert child.who.upn is not None and child.where.last_school is not None
    assert child.where.last_school.leaving_date == DAY
    said = documents.label(child)
    assert child.who.surname not in said and said.endswith(child.who.upn[-3:])


@pytest.mark.parametrize(
    ("born", "day", "year"),
    [
        (date(2014, 8, 31), date(2026, 9, 1), 8),
        (date(2014, 9, 1), date(2026, 9, 1), 7),
        (date(2014, 9, 1), date(2026, 8, 31), 6),
        (date(2022, 8, 31), date(2026, 9, 1), 0),
    ],
)
def test_a_year_group_goes_from_september_to_august(born: date, day: date, year: int) -> None:
    assert year_group(born, day) == year
