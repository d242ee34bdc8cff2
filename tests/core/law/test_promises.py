"""What holds whatever is asked: agreements, bases, items and organisations are drawn at random."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core import agreements, decisions, law
from gateway.core.agreements import Agreement, Status
from gateway.core.decisions import HOLDS, NOTHING_CLEARED, Clearance, Decision, OneOff, Question
from gateway.core.errors import Code
from gateway.core.facts import Condition, Excuse, StandsOn
from gateway.core.law import Article9, Class, Exemption, Paper, Power, Purpose, Schedule1, Stated
from gateway.core.partners import Carrier, PartnerKind
from gateway.core.terms import Basis, Flag, Item, Kind, Outcome, PersonId, PurposeCode
from tests.core.law import drawn
from tests.core.law.made import TODAY, agreement, classes, document, partner, pupil, purposes, schemas, sensitive
from tests.core.law.oracle_tables import DUTIES

SCHEMA = schemas()[Kind.CTF, "26.0"]
HELD = tuple(map(Item, (
    "UPN", "Surname", "DOB", "Address/PostCode", "Contacts/Contact/Surname", "BasicDetails/Ethnicity",
    "LookedAfter/InCare", "SENhistory/SEN/SENprovision", "Attendance/YearData/AttendSessions/AttendanceMarks",
    "SchoolHistory/School/Estab", "SchoolHistory/School/RemovalGrounds",
)))  # fmt: skip
NAMED = (*HELD, "Address/*", "BasicDetails/*", "SENhistory/*", "Attendance/*", "SchoolHistory/*", "Contacts/*")
WAYS = [
    (purpose, power, sender, recipient)
    for purpose in purposes().values()
    if purpose.patterns(Kind.CTF)
    for power in purpose.powers
    for sender in power.disclosers
    for recipient in power.recipients
]
OFFICER = PersonId("o.officer")
LAPSED = {"last": TODAY - timedelta(days=1)}
OVERDUE = {"review": date(2026, 6, 1)}
Case = tuple[Question, tuple[Agreement, ...], Decision]
Change = dict[str, Any]

changes: st.SearchStrategy[Change] = st.fixed_dictionaries(
    {},
    optional={
        "art6": st.sampled_from([Basis.A6C, Basis.A6D, Basis.A6E, Basis.A6EA, Basis.A6F]),
        "art9": st.none() | st.sampled_from(Article9),
        "sch1": st.none() | st.sampled_from(Schedule1),
        "art10": st.none() | st.sampled_from(Schedule1),
        "exemption": st.none() | st.sampled_from(Exemption),
        "apd": st.none() | st.just(Condition("apd-invented")),
        "request": st.just("R-1"),
        "papers": st.just(()),
    },
)
grounds: st.SearchStrategy[Change | None] = st.sampled_from([
    None, {}, {}, {}, {"status": Status.DRAFT}, {"status": Status.SUSPENDED}, LAPSED, OVERDUE,
])  # fmt: skip


clearances = st.builds(
    Clearance,
    st.just(HOLDS) | st.frozensets(st.sampled_from(sorted(HOLDS))),
    st.just(frozenset(Flag)) | st.frozensets(st.sampled_from(Flag)),
    st.lists(st.sampled_from([OFFICER, PersonId("s.second"), PersonId("t.third")]), max_size=3).map(tuple),
    st.just(frozenset(Excuse)) | st.just(frozenset[Excuse]()),
    st.booleans(),
)


def _case(
    way: tuple[Purpose, Power, PartnerKind, PartnerKind],
    change: Change,
    ground: Change | None,
    named: set[str],
    held: set[Item],
    officer: bool,  # noqa: FBT001
    children: int,
    carrier: Carrier,
    lifted: bool,  # noqa: FBT001
    flags: set[Flag],
    clearance: Clearance,
) -> Case:
    """A question that is nearly in order, so that many are released and each fault is met alone and together."""
    purpose, power, kind, other = way
    sender, recipient = partner(kind, "the-sender"), partner(other, "the-recipient", estab="1234")
    papers = tuple((paper, "P-1") for paper in Paper)
    stated = replace(purpose.usual(power), papers=papers)
    stated = replace(stated, **change)
    patterns = sorted(named)
    agreed = (
        () if ground is None else (agreement(sender, recipient, stated, *patterns, purpose=purpose.code, **ground),)
    )
    one_off = OneOff(stated, tuple(patterns), OFFICER) if officer else None
    numbers = tuple(range(1, children + 1))
    file = document(*(pupil(number, *held) for number in numbers))
    criminal = frozenset({(HELD[-1], Class.CR)}) if lifted else frozenset()
    question = Question(
        purpose.code,
        sender,
        recipient,
        file,
        numbers,
        TODAY,
        carrier,
        lifted=criminal,
        one_off=one_off,
        flags=frozenset(flags),
        clearance=clearance,
        nhs_number=Flag.NHS_OPT_OUT not in flags,
        grade=2,
    )
    return question, agreed, _decide(question, agreed)


def _decide(question: Question, agreed: tuple[Agreement, ...]) -> Decision:
    return decisions.decide(question, purposes(), classes(), agreed, schemas(), sensitive())


cases = st.builds(
    _case,
    st.sampled_from(WAYS),
    st.just(Change()) | changes,
    grounds,
    st.sets(st.sampled_from(NAMED), min_size=1),
    st.sets(st.sampled_from(HELD), min_size=1),
    st.booleans(),
    st.sampled_from([1, 1, 2]),
    st.sampled_from([Carrier.LAN, Carrier.LAN, Carrier.AS4, Carrier.MESH]),
    st.booleans(),
    st.just(set[Flag]()) | st.sets(st.sampled_from(Flag), max_size=2),
    st.just(NOTHING_CLEARED) | clearances,
)


@settings(max_examples=120, deadline=None)
@given(cases)
def test_nothing_goes_that_neither_statute_nor_agreement_nor_officer_names(
    case: Case,
) -> None:
    question, agreed, decision = case
    most = agreements.reach(purposes()[question.purpose].patterns(Kind.CTF), SCHEMA)
    assert decision.allowed <= most
    if decision.allowed and not decision.duty_flow:
        patterns = question.one_off.items if decision.recorded and question.one_off else agreed[0].patterns(Kind.CTF)
        assert decision.allowed <= agreements.reach(patterns, SCHEMA)


@settings(max_examples=120, deadline=None)
@given(cases)
def test_nothing_discretionary_is_released_without_an_agreement_in_force_or_an_officers_decision(
    case: Case,
) -> None:
    question, agreed, decision = case
    if decision.outcome is Outcome.RELEASE and not decision.duty_flow:
        if decision.recorded:
            assert question.one_off is not None
            assert len(question.pupils) == 1
            another = set(decision.clearance.by) - {OFFICER} and Code.SECOND_PERSON in decision.cleared
            broken = decision.clearance.glass and Code.SECOND_PERSON in decision.cleared
            assert another or broken or decision.approve_later
        else:
            (cited,) = agreements.in_force(agreed, TODAY)
            assert decision.agreement == cited.ref


@settings(max_examples=120, deadline=None)
@given(cases)
def test_no_special_category_item_goes_without_its_condition_paragraph_and_policy_document(
    case: Case,
) -> None:
    question, _, decision = case
    if decision.outcome is not Outcome.RELEASE:
        return
    legal = decision.legal
    assert legal is not None
    present = {item for one in question.document.pupils for item in one.items}
    if Class.SC in law.classes_of(decision.allowed & present, classes(), Kind.CTF):
        assert legal.art9 is not None
        assert legal.art9 in purposes()[question.purpose].art9
        if legal.art9 is Article9.A9G:
            assert legal.sch1 in {Schedule1.S1P6, Schedule1.S1P10, Schedule1.S1P14, Schedule1.S1P18}
            assert legal.apd is not None or (
                legal.sch1 is Schedule1.S1P10 and question.recipient.kind is PartnerKind.POLICE
            )
        if legal.art9 is Article9.A9H:
            assert legal.sch1 is Schedule1.S1P2


@settings(max_examples=120, deadline=None)
@given(cases)
def test_no_item_about_an_offence_goes_without_its_condition(case: Case) -> None:
    question, _, decision = case
    criminal = HELD[-1] in decision.allowed and any(HELD[-1] in one.items for one in question.document.pupils)
    if decision.outcome is Outcome.RELEASE and question.lifted and criminal:
        assert decision.legal is not None
        assert decision.legal.art10 in purposes()[question.purpose].art10


@settings(max_examples=120, deadline=None)
@given(cases)
def test_no_public_authority_relies_on_an_interest_and_nobody_on_a_duty_that_is_none(
    case: Case,
) -> None:
    question, _, decision = case
    if decision.legal is not None:
        assert decision.legal.art6 not in {Basis.A6EA, Basis.A6F} or not question.discloser.kind.public_authority
        assert decision.legal.art6 is not Basis.A6C or decision.legal.duty
        assert decision.legal.exemption is not Exemption.X4


OWED = [
    (PurposeCode(code), PartnerKind(sender), PartnerKind(recipient), takes)
    for code, senders, recipients, takes in DUTIES
    for sender in sorted(senders)
    for recipient in sorted(recipients)
]
WITHOUT: list[Change | None] = [None, {"status": Status.DRAFT}, {"status": Status.SUSPENDED}, LAPSED, OVERDUE]


@pytest.mark.parametrize("ground", WITHOUT, ids=["none", "draft", "suspended", "lapsed", "overdue"])
def test_a_duty_is_never_refused_for_want_of_an_agreement(ground: Change | None) -> None:
    """Every purpose and every kind of discloser that ``law.md`` marks D, whatever became of an agreement."""
    for code, sending, receiving, takes in OWED:
        table = drawn.purposes(frozenset({takes} & {"ca04-s16la", "ca04-s16lc"}), opened=False)
        sender, recipient = partner(sending, "the-sender"), partner(receiving, "the-recipient", estab="1234")
        stated = Stated(Basis.A6C, request="R-1" if takes == "request" else "")
        kind = next(kind for kind, _ in table[code].items)
        made = (
            () if ground is None else (agreement(sender, recipient, stated, "UPN", purpose=code, kind=kind, **ground),)
        )
        form = OneOff(stated, ("UPN",), OFFICER) if takes == "request" else None
        asked = Question(code, sender, recipient, document(pupil(1), kind=kind), (1,), TODAY, Carrier.LAN, one_off=form)
        decision = decisions.decide(asked, table, classes(), made, schemas(), sensitive())
        assert decision.duty_flow, (code, sending, receiving)
        assert not {Code.NO_AGREEMENT, Code.AGREEMENT_NOT_IN_FORCE} & set(decision.reasons), (code, sending, receiving)


RANK = {Outcome.RELEASE: 0, Outcome.HOLD: 1, Outcome.REFUSE: 2}


@settings(max_examples=120, deadline=None)
@given(cases)
def test_flags_never_let_more_go_than_no_flags(case: Case) -> None:
    question, agreed, decision = case
    free = _decide(replace(question, flags=frozenset(), nhs_number=True), agreed)
    assert RANK[free.outcome] <= RANK[decision.outcome]
    assert decision.allowed <= free.allowed
    assert set(free.reasons) <= set(decision.reasons)


@settings(max_examples=120, deadline=None)
@given(cases)
def test_clearing_lets_a_hold_go_and_never_a_refusal(case: Case) -> None:
    question, agreed, decision = case
    before = _decide(replace(question, clearance=NOTHING_CLEARED), agreed)
    if before.outcome is Outcome.REFUSE:
        assert decision.outcome is Outcome.REFUSE
    assert decision.allowed <= before.allowed
    assert {*decision.reasons, *decision.cleared} == set(before.reasons)
    assert set(decision.cleared) <= HOLDS


@settings(max_examples=120, deadline=None)
@given(cases, st.sampled_from([PartnerKind.POLICE, PartnerKind.SOCIAL_CARE, PartnerKind.NHS_BODY]))
def test_a_broken_glass_lets_something_go_to_police_social_care_and_health_alone(
    case: Case, one_of_them: PartnerKind
) -> None:
    question, agreed, _ = case
    flags = question.flags | {Flag.PROTECTED_PERSON}
    broken = replace(question, flags=flags, own=False, clearance=Clearance(flags=flags, by=(OFFICER,), glass=True))
    decision = _decide(broken, agreed)
    to_them = question.recipient.kind in {PartnerKind.POLICE, PartnerKind.SOCIAL_CARE, PartnerKind.NHS_BODY}
    assert decision.outcome is not Outcome.RELEASE or to_them
    assert decision.outcome is not Outcome.HOLD or not to_them
    emergency = Question(
        PurposeCode("P34"), partner(PartnerKind.COUNCIL), partner(one_of_them), document(pupil(1)), (1,), TODAY,
        Carrier.LAN, one_off=OneOff(Stated(Basis.A6D), ("UPN",), OFFICER), flags=flags, clearance=broken.clearance,
    )  # fmt: skip
    assert _decide(emergency, ()).stands_on is StandsOn.BREAK_GLASS


@settings(max_examples=120, deadline=None)
@given(cases)
def test_a_release_has_a_ground_and_something_to_give_and_a_refusal_has_reasons_and_nothing(
    case: Case,
) -> None:
    _, _, decision = case
    if decision.outcome is Outcome.RELEASE:
        assert (decision.reasons, bool(decision.allowed), decision.legal is not None) == ((), True, True)
    elif decision.outcome is Outcome.REFUSE:
        assert (bool(decision.reasons), decision.allowed) == (True, frozenset())
    else:
        assert set(decision.reasons) <= HOLDS
