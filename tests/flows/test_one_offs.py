"""Without an agreement one named child is told about on a recorded decision that a second person approves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gateway.core import documents, forms, sample
from gateway.core.agreements import Status
from gateway.core.documents.messages.words import Urgency
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Role, TaskKind
from gateway.core.forms import DecisionForm, decision
from gateway.core.law import Article9, Schedule1
from gateway.core.partners import Channel, Partner, PartnerKind
from gateway.core.records import Person, Record
from gateway.core.sample import SampleFile
from gateway.core.terms import Basis, DisclosureId, Flag, Kind, LaEstab, PartnerId, Period, PersonId, PurposeCode
from gateway.flows import casework, dispatch, holds, oneoff
from gateway.flows.situations import Extra
from tests.flows.watch import (
    FIRST,
    OFFICER,
    SECOND,
    WHY,
    case_of,
    codes,
    decisions_of,
    enlist,
    hand_in,
    lines,
    read,
    values,
    with_desk,
)  # fmt: skip
from tests.simulator import ACADEMY, KENT, MEDWAY, NOON, NUMBERS, World, agreement, leavers, rulebook

FORM = decision.from_toml((Path(__file__).parents[1] / "core/forms/vectors/decision.toml").read_text())
COLLEAGUE = Person(PersonId("b.colleague"), Role.OFFICER, KENT)
ENOUGH = (
    "UPN", "UPNunknown", "Surname", "Forename", "DOB", "DOBabout", "LastSchool/*", "LastAddress/*", "BelievedAddress/*",
    "DestinationEvidence", "LastSeen",
)  # fmt: skip
"""What a notice needs at least under these purposes; to social care it says at what risk the child is, too."""

POLICE, NHS = PartnerId("police-kent"), PartnerId("nhs-kent")
SOCIAL_CARE = PartnerId("council-886-social-care")
KENTS, MEDWAYS = LaEstab("886LLLL"), LaEstab("887LLLL")


@pytest.fixture
def unagreed(world: World) -> World:
    """The two councils have no agreement in force; Kent also knows the police and a health body, by their inboxes."""
    world.kent.store.adopt(agreement(status=Status.WITHDRAWN), Record(()))
    first = Period(date(2020, 1, 1))
    enlist(world, *(
        Partner(one, kind, name, first, Channel.INBOX, served_by=KENT)
        for one, kind, name in ((POLICE, PartnerKind.POLICE, "Police"), (NHS, PartnerKind.NHS_BODY, "Health"))
    ))  # fmt: skip
    with_desk(world)
    return world


def a_notice(seed: int = 2, number: int = 2) -> SampleFile:
    return sample.notice(seed, KENTS, MEDWAYS, NOON.replace(tzinfo=None) - timedelta(minutes=number), number)


def form(purpose: str = "P06", to: PartnerId = MEDWAY, **changes: Any) -> DecisionForm:
    said = {"on_request": False, "purpose": PurposeCode(purpose), "recipient": to, "items": ENOUGH, **changes}
    return replace(FORM, **said)


def send(
    world: World, made: SampleFile, filled: DecisionForm, to: PartnerId | None = None, purpose: str = "", **more: Any
) -> dict[str, Any]:
    told = decision.to_toml(replace(filled, child=case_of(made), day=world.clock().date()))
    extra = Extra(OFFICER, to or filled.recipient, PurposeCode(purpose or filled.purpose), told, **more)
    plan = casework.send(world.kent.gateway, KENT, made.name, made.content, world.clock(), extra=extra)
    return decisions_of(plan)[0]


def approve(world: World, person: Person, about: str, why: str = WHY) -> object:
    return holds.release(world.kent.gateway, world.kent.store, person, DisclosureId(about), why, world.clock())


def kinds(world: World) -> list[TaskKind]:
    return [one.kind for one in world.kent.store.tasks([KENT])]


def refusal_of(act: Callable[[], object]) -> Code:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def test_a_decision_form_waits_for_a_second_person_and_its_line_says_on_what_it_stood(unagreed: World) -> None:
    made = send(unagreed, a_notice(), form())
    assert (made["outcome"], codes(made)) == ("hold", [Code.SECOND_PERSON])
    assert dispatch.send_due(unagreed.kent.gateway) == []
    approve(unagreed, COLLEAGUE, made["disclosure"])
    (sent,) = dispatch.send_due(unagreed.kent.gateway)
    assert type(sent.fact).__name__ == "ParcelDelivered"
    (line,) = lines(unagreed.kent, "DisclosureReleased")
    assert (line["stands_on"], line.get("agreement"), len(line["approved"])) == ("one-off", None, 1)
    assert line["form"] and line["power"]
    items = {item.partition("/")[0] for item in line["shared"]}
    assert items <= {one.partition("/")[0] for one in ENOUGH}, "no more than the form says"
    assert kinds(unagreed) == []
    written = b"\n".join(unagreed.kent.store.lines())
    assert FORM.child.encode() not in written and b"Quillfeather" not in written


def test_without_a_form_nothing_goes_for_want_of_an_agreement(unagreed: World) -> None:
    (made,) = decisions_of(hand_in(unagreed, a_notice(), sender=KENT))
    assert (made["outcome"], codes(made)) == ("refuse", [Code.AGREEMENT_NOT_IN_FORCE])


@pytest.mark.parametrize("purpose", ["P06", "P09"])
def test_a_form_by_which_nobody_could_find_the_child_is_sent_back_and_mended(unagreed: World, purpose: str) -> None:
    """However urgent: what goes is the least that the purpose needs, or it helps nobody."""
    filled = form() if purpose == "P06" else urgent_form("P09")
    made = send(unagreed, a_notice(), replace(filled, items=FORM.items))
    assert (made["outcome"], codes(made)[0]) == ("refuse", Code.MINIMUM_ITEMS)
    assert "List in the decision form" in str(made["reasons"][0])
    assert send(unagreed, a_notice(3, 3), filled)["outcome"] in {"hold", "release"}


def test_who_asked_does_not_approve(unagreed: World) -> None:
    made = send(unagreed, a_notice(), form())
    assert refusal_of(partial(approve, unagreed, OFFICER, made["disclosure"])) is Code.SAME_PERSON
    assert dispatch.send_due(unagreed.kent.gateway) == []


@pytest.mark.parametrize("wrong", [
    form(to=PartnerId("council-888")), form("P07"), form(discloser=PartnerId("council-888")),
])  # fmt: skip
def test_a_form_about_another_disclosure_stands_for_nothing(unagreed: World, wrong: DecisionForm) -> None:
    before = unagreed.kent.store.edge().size
    assert refusal_of(partial(send, unagreed, a_notice(), wrong, MEDWAY, "P06")) is Code.DECISION_FORM
    assert unagreed.kent.store.edge().size == before


def test_a_form_that_refuses_sends_nothing(unagreed: World) -> None:
    assert refusal_of(partial(send, unagreed, a_notice(), form(decision=forms.Decided.REFUSE))) is Code.DECISION_FORM


AT_ONCE: dict[str, tuple[PartnerId, dict[str, Any]]] = {
    "P09": (SOCIAL_CARE, {"art9": Article9.A9G, "sch1": Schedule1.S1P18, "art10": Schedule1.S1P18}),
    "P13": (POLICE, {"art9": Article9.A9G, "sch1": Schedule1.S1P18}),
    "P34": (SOCIAL_CARE, {"art6": Basis.A6D, "art9": None, "sch1": None}),
}


def urgent_form(purpose: str, **changes: Any) -> DecisionForm:
    to, basis = AT_ONCE[purpose]
    items = (*ENOUGH, "RiskFlag") if purpose == "P09" else ENOUGH
    return form(purpose, to, **{"basis": replace(FORM.basis, **basis), "items": items, **changes})


@pytest.mark.parametrize("purpose", AT_ONCE)
def test_what_cannot_wait_goes_at_once_and_is_looked_at_the_next_working_day(unagreed: World, purpose: str) -> None:
    made = send(unagreed, a_notice(), urgent_form(purpose))
    assert made["outcome"] == "release", codes(made)
    (line,) = lines(unagreed.kent, "DisclosureReleased")
    assert line["stands_on"] == "one-off" and "approved" not in line
    (task,) = unagreed.kent.store.tasks([KENT])
    assert (task.kind, task.subject) == (TaskKind.APPROVAL_AFTER, made["disclosure"])
    assert task.due.isoformat() == "2026-11-04T23:59:00+00:00"
    look = partial(holds.look_at, unagreed.kent.gateway, unagreed.kent.store)
    assert refusal_of(lambda: look(OFFICER, task.id, unagreed.clock())) is Code.SAME_PERSON
    look(COLLEAGUE, task.id, unagreed.clock())
    assert kinds(unagreed) == [] and len(lines(unagreed.kent, "TaskDone")) == 1


def test_a_form_that_answers_no_request_is_no_duty_whatever_stands_in_its_empty_lines() -> None:
    """A duty on request needs no second person, so the request must have been made."""
    assert FORM.request
    asked, unasked = (form("P09", SOCIAL_CARE, on_request=one).stated().request for one in (True, False))
    assert asked and not unasked


def test_a_notice_marked_immediate_goes_at_once_and_a_routine_one_waits(unagreed: World) -> None:
    calm = a_notice()
    value = documents.value(read(calm))
    loud = replace(value, heading=replace(value.heading, urgency=Urgency.IMMEDIATE))
    made = SampleFile(calm.name, documents.write(loud))
    assert send(unagreed, calm, form())["outcome"] == "hold"
    assert send(unagreed, made, form())["outcome"] == "release"
    assert sorted(kinds(unagreed)) == [TaskKind.APPROVAL_AFTER, TaskKind.HOLD]


def test_the_fourth_in_a_quarter_to_one_partner_asks_for_an_agreement(unagreed: World) -> None:
    for number in range(2, 7):
        made = send(unagreed, a_notice(number=number), form())
        approve(unagreed, COLLEAGUE, made["disclosure"])
    remarks = [line.get("remarks") for line in lines(unagreed.kent, "DisclosureReleased")]
    assert [Code.NO_AGREEMENT in (one or ()) for one in remarks] == [False, False, False, True, True]
    unagreed.clock.at = NOON + timedelta(days=60)
    approve(unagreed, COLLEAGUE, send(unagreed, a_notice(number=9), form())["disclosure"])
    assert Code.NO_AGREEMENT not in (lines(unagreed.kent, "DisclosureReleased")[-1].get("remarks") or ())


def test_flags_hold_a_one_off_too_and_then_it_takes_two_named_officers(unagreed: World) -> None:
    protect = {1: frozenset({Flag.PROTECTED_PERSON})}
    made = send(unagreed, a_notice(), form(), protect=protect)
    assert (made["outcome"], set(codes(made))) == ("hold", {Code.FLAGGED, Code.SECOND_PERSON})
    unagreed.kent.store.add_person(COLLEAGUE, Record(()))
    assert approve(unagreed, COLLEAGUE, made["disclosure"]) is None, "the second person for the form, and no more"
    assert approve(unagreed, FIRST, made["disclosure"]) is None
    assert approve(unagreed, SECOND, made["disclosure"]) is not None


# -- breaking the glass -----------------------------------------------------------------------------------------------


def smash(world: World, person: Person, about: str) -> object:
    return holds.break_glass(world.kent.gateway, world.kent.store, person, DisclosureId(about), WHY, world.clock())


GUARDED = {1: frozenset({Flag.PROTECTED_PERSON})}


@pytest.mark.parametrize("purpose", ["P09", "P10", "P13"])
def test_one_person_breaks_the_glass_for_those_who_protect_a_child_and_is_looked_at_afterwards(
    unagreed: World, purpose: str
) -> None:
    filled = form("P10", NHS) if purpose == "P10" else urgent_form(purpose)
    made = send(unagreed, a_notice(), filled, protect=GUARDED)
    assert made["outcome"] == "hold", codes(made)
    assert smash(unagreed, OFFICER, made["disclosure"])
    (line,) = lines(unagreed.kent, "DisclosureReleased")
    assert line["stands_on"] == "break-glass" and lines(unagreed.kent, "GlassBroken")[0]["reason"]
    (review,) = [one for one in unagreed.kent.store.tasks([KENT]) if one.kind is TaskKind.GLASS_REVIEW]
    assert review.due.isoformat() == "2026-11-04T23:59:00+00:00"
    assert TaskKind.HOLD not in kinds(unagreed)
    look = partial(holds.look_at, unagreed.kent.gateway, unagreed.kent.store)
    assert refusal_of(lambda: look(OFFICER, review.id, unagreed.clock())) is Code.SAME_PERSON
    look(FIRST, review.id, unagreed.clock())
    assert TaskKind.GLASS_REVIEW not in kinds(unagreed)


def test_a_child_without_number_name_or_birth_is_guarded_in_the_very_file_that_tells_of_it(unagreed: World) -> None:
    """A referral about an unborn or unknown child: nothing but its place in this document leads back to it."""
    made = sample.message(Kind.REFERRAL, 1, KENTS, KENTS, NOON, team="social-care")
    filled = urgent_form("P09", items=("Unknown", "Forename", "Concern", "Referrer/*"))
    decided = send(unagreed, made, filled, protect=GUARDED)
    assert (decided["outcome"], codes(decided)[0]) == ("hold", Code.FLAGGED)
    (one,) = unagreed.kent.store.flags([KENT])
    assert len(one.handles) == 1


def test_nobody_breaks_the_glass_for_a_school_or_another_council(unagreed: World) -> None:
    stay = {1: frozenset({Flag.ADDRESS_CONFIDENTIAL})}
    notice = send(unagreed, a_notice(), form(), protect=stay)
    (file,) = decisions_of(hand_in(unagreed, leavers(pupils=1, dest=NUMBERS[ACADEMY]), stay))
    for made in (notice, file):
        assert made["outcome"] == "hold"
        assert refusal_of(partial(smash, unagreed, FIRST, made["disclosure"])) is Code.NO_GLASS_HERE
    assert not lines(unagreed.kent, "GlassBroken", "DisclosureReleased")


def test_a_form_about_another_child_or_of_last_year_stands_for_nothing(unagreed: World) -> None:
    notice = a_notice()
    for wrong in (
        form(child="Zebedee Nobody, of another case"),
        form(child=case_of(notice), day=date(2026, 9, 1), received=None),
    ):
        extra = Extra(OFFICER, MEDWAY, PurposeCode("P06"), decision.to_toml(wrong))
        plan = casework.send(unagreed.kent.gateway, KENT, notice.name, notice.content, unagreed.clock(), extra=extra)
        assert plan.refusal is Code.DECISION_FORM
    assert not lines(unagreed.kent, "DisclosureHeld", "DisclosureReleased")


def test_siblings_are_of_one_family_and_nobody_else_goes_with_them(unagreed: World) -> None:
    class_ = leavers(pupils=20, seed=9)
    document = documents.read(class_.name, class_.content, rulebook().schemas).document
    assert document is not None
    (surname, forename) = documents.identities(document)[1].names[0]
    filled = urgent_form("P13", siblings=True, child=f"{forename} {surname}")
    extra = Extra(OFFICER, POLICE, PurposeCode("P13"), decision.to_toml(filled))
    plan = casework.send(unagreed.kent.gateway, KENT, class_.name, class_.content, unagreed.clock(), extra=extra)
    (made,) = decisions_of(plan)
    assert (made["outcome"], codes(made)) == ("refuse", [Code.NO_AGREEMENT])


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR, Role.SCHOOL_READER])
def test_whoever_runs_the_machine_or_reads_the_log_sends_nothing_and_breaks_no_glass(
    unagreed: World, role: Role
) -> None:
    onlooker, notice = Person(PersonId("on.looker"), role, KENT), a_notice()
    extra = Extra(onlooker, MEDWAY, PurposeCode("P06"), "")
    act = partial(
        casework.send, unagreed.kent.gateway, KENT, notice.name, notice.content, unagreed.clock(), extra=extra
    )
    assert refusal_of(act) is Code.NOT_ALLOWED
    held = send(unagreed, notice, form())
    assert refusal_of(partial(smash, unagreed, onlooker, held["disclosure"])) is Code.NOT_ALLOWED


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ("Ann Lee", True),
        ("LEE, Ann", True),
        ("Kayleen Hannahson", False),
        ("Annabel Leeson", False),
        ("Lee Smith and Ann-Marie Jones", False),
    ],
)
def test_a_form_names_a_child_in_whole_words(said: str, fits: bool) -> None:  # noqa: FBT001  (a table)
    text = decision.to_toml(replace(FORM, child=said, siblings=False))
    made = leavers(pupils=1)
    surname, forename = (one[0].decode() for one in (values(made.content, "Surname"), values(made.content, "Forename")))
    content = made.content.replace(f">{surname}<".encode(), b">Lee<").replace(f">{forename}<".encode(), b">Ann<")
    document = read(replace(made, content=content))
    try:
        oneoff.refuse_another(text, document, FORM.day)
    except Refusal:
        assert not fits
    else:
        assert fits
