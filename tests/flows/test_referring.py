"""Laws of referrals: who tells is never told what is known, and stands apart from the case of the child."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.core.cases import CaseState
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Because, Channel, EntryKind, Role, TaskKind, parse_line
from gateway.core.records import Case, Person
from gateway.core.terms import LaEstab, PartnerId, PersonId, Upn
from gateway.flows import casebook, referring
from gateway.flows.referring import Spoken, Told
from gateway.flows.rights import entries
from tests.simulator import KENT, MEDWAY, World

NEIGHBOUR = {"name": "Nobody Invented", "reach": "01632 960777", "role": "a neighbour"}
TOLD = Told(concern="A girl is at home all day.", surname="Bee", forename="Ada", upn=Upn("H801200001001"))
HANNAH = Person(PersonId("c.hall"), Role.OFFICER, KENT)
HEAD = Person(PersonId("m.head"), Role.MANAGER, KENT)
WHY = "I have to ring them back about the flat."


def cases(world: World) -> list[Case]:
    return list(world.kent.store.cases([KENT], list(CaseState)))


def by_form(world: World, told: Told) -> None:
    world.clock.on(seconds=1)
    referring.by_form(world.kent.gateway, KENT, told, world.clock())


def by_word(world: World, told: Told, person: Person = HANNAH, home: PartnerId = KENT, **spoken: object) -> Case:
    at = world.clock()
    said = {"channel": Channel.PHONE, "at": at, "professional": True, "check": "I rang back.", **spoken}
    found = referring.by_word(world.kent.gateway, person, home, told, Spoken(**said), at)  # type: ignore[arg-type]
    return next(one for one in cases(world) if one.id == found)


def timeline(world: World, case: Case) -> list[casebook.Said]:
    return list(casebook.timeline(world.kent.gateway, world.kent.store, case)[0])


def words(world: World, case: Case) -> str:
    """All that a timeline says, whoever reads it."""
    return str([(one.text, dict(one.particulars)) for one in timeline(world, case)])


def test_what_a_stranger_tells_opens_a_case_that_somebody_has_to_read(world: World) -> None:
    by_form(world, replace(TOLD, beside={"place": "11 Invented Street"}))
    (case,) = cases(world)
    assert case.because is Because.REFERRAL and case.strong
    (said,) = timeline(world, case)
    assert (said.kind, said.by, said.text) == (EntryKind.RECEIVED, "", TOLD.concern)
    assert said.particulars == {"place": "11 Invented Street"}
    (task,) = world.kent.store.tasks_about(case.id)
    assert task.kind is TaskKind.REFERRAL and timedelta(0) < task.due - world.clock() < timedelta(days=4)


def test_who_is_known_already_gets_no_second_case_and_nothing_answers_otherwise(world: World) -> None:
    assert by_form(world, TOLD) is by_form(world, replace(TOLD, concern="I saw her again.")) is None  # type: ignore[func-returns-value]
    (case,) = cases(world)
    assert [one.text for one in timeline(world, case)] == [TOLD.concern, "I saw her again."]


def test_a_child_of_whom_nothing_is_known_has_a_case_of_its_own(world: World) -> None:
    nobody = Told(concern="A boy sits in the park each morning.", beside={"place": "the park"})
    by_form(world, nobody)
    by_form(world, nobody)
    assert len({case.handles for case in cases(world)}) == 2


def test_signs_that_nobody_sees_do_not_stop_a_referral(world: World) -> None:
    by_form(world, replace(TOLD, surname="Be\x00e\u202e", concern="\x0b" + TOLD.concern))
    (case,) = cases(world)
    shown = casebook.show(world.kent.gateway, world.kent.store, HEAD, case.id, world.clock())
    assert shown.child.who.surname == "Bee" and shown.timeline[0].text == TOLD.concern


def test_too_little_is_no_referral(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        by_form(world, replace(TOLD, concern="  help  "))
    assert refused.value.code is Code.REASON_WANTED and not cases(world)


def test_the_referrer_stands_in_no_timeline_no_line_and_no_copy_of_the_childs_data(world: World) -> None:
    by_form(world, replace(TOLD, referrer=NEIGHBOUR))
    (case,) = cases(world)
    side = world.kent
    copies = entries.about(side.gateway, side.store, KENT, case.handles)
    for told in (words(world, case), str([one.shown for one in copies]), str([*side.store.lines()])):
        assert not [said for said in NEIGHBOUR.values() if said in told]
    assert len(copies) == 1
    kinds = [str(line["kind"]) for line in map(parse_line, side.store.lines()) if line["fact"] == "EntryAdded"]
    assert sorted(kinds) == ["received", "referrer"], "that somebody gave their name is no secret of the log"


def test_who_gives_nothing_of_themselves_leaves_nothing_to_open(world: World) -> None:
    by_form(world, replace(TOLD, referrer={"name": "", "reach": "", "role": ""}))
    (case,) = cases(world)
    assert not referring.has_referrer(world.kent.store, case)


def test_the_referrer_opens_to_few_with_a_reason_that_stands_in_the_log(world: World) -> None:
    by_form(world, replace(TOLD, referrer=NEIGHBOUR))
    (case,) = cases(world)
    ask = (world.kent.gateway, world.kent.store)
    with pytest.raises(Refusal) as refused:
        referring.referrers(*ask, HANNAH, case.id, WHY, world.clock())
    assert refused.value.code is Code.NOT_ALLOWED, "the case is not hers"
    with pytest.raises(Refusal) as refused:
        referring.referrers(*ask, HEAD, case.id, "because", world.clock())
    assert refused.value.code is Code.REASON_WANTED
    assert referring.referrers(*ask, HEAD, case.id, WHY, world.clock()) == [NEIGHBOUR]
    casebook.assign(*ask, HEAD, case.id, HANNAH, world.clock())
    assert referring.referrers(*ask, HANNAH, case.id, WHY, world.clock()) == [NEIGHBOUR]
    facts = [line for line in map(parse_line, world.kent.store.lines()) if line["fact"] == "ReferrerViewed"]
    assert len(facts) == 2 and all(line["reason"] and WHY not in json.dumps(line) for line in facts)


def test_the_referrer_goes_on_with_a_case_that_goes_on_in_another(world: World) -> None:
    by_form(world, replace(TOLD, referrer=NEIGHBOUR))
    first = cases(world)[0]
    into = by_word(
        world,
        replace(TOLD, upn=Upn(Upn.check_letter("801200001002") + "801200001002"), referrer={"name": "Mr Invented"}),
    )
    casebook.merge(world.kent.gateway, world.kent.store, HEAD, first.id, into.id, WHY, world.clock())
    found = referring.referrers(world.kent.gateway, world.kent.store, HEAD, into.id, WHY, world.clock())
    assert found == [NEIGHBOUR]


def test_a_professional_who_tells_stands_in_the_timeline_with_both_times(world: World) -> None:
    early = world.clock() - timedelta(hours=3)
    told = replace(TOLD, referrer={"name": "Ms Ito", "role": "health visitor"}, school=LaEstab("8864321"))
    case = by_word(world, replace(told, last_seen=early.date()), at=early)
    heard, opened = timeline(world, case)
    assert (heard.kind, heard.channel, heard.text) == (EntryKind.LEARNT, Channel.PHONE, TOLD.concern)
    assert (heard.told_at, heard.entered_at, heard.by) == (early, world.clock(), "c.hall")
    assert heard.particulars == {"person": "Ms Ito", "identity": "I rang back.", "role": "health visitor"}
    assert opened.by == "c.hall" and case.officer == "c.hall", "whoever takes the call has the case"
    shown = casebook.show(world.kent.gateway, world.kent.store, HANNAH, case.id, world.clock())
    assert shown.joint is not None and shown.joint.refer_by < shown.joint.done_by, "the clocks of the enquiries run"


def test_a_member_of_the_public_who_rings_is_kept_apart_named_or_not(world: World) -> None:
    case = by_word(world, replace(TOLD, referrer=NEIGHBOUR), professional=False)
    by_word(world, replace(TOLD, referrer={"role": "a neighbour"}), professional=False, check="")
    said = words(world, case)
    assert referring.APART in said and referring.UNNAMED in said
    assert NEIGHBOUR["name"] not in said and "I rang back." not in said and "neighbour" not in said
    found = referring.referrers(world.kent.gateway, world.kent.store, HANNAH, case.id, WHY, world.clock())
    assert sorted(found, key=len) == [{"role": "a neighbour"}, {**NEIGHBOUR, "identity": "I rang back."}]


@pytest.mark.parametrize(
    ("told", "person", "home", "spoken", "code"),
    [
        (TOLD, HANNAH, KENT, {}, Code.EVIDENCE_WANTED),
        (replace(TOLD, referrer=NEIGHBOUR), HANNAH, KENT, {"check": " "}, Code.EVIDENCE_WANTED),
        (replace(TOLD, referrer=NEIGHBOUR, concern="help"), HANNAH, KENT, {}, Code.REASON_WANTED),
        (replace(TOLD, referrer=NEIGHBOUR), HANNAH, MEDWAY, {}, Code.ANOTHER_HOME),
        (replace(TOLD, referrer=NEIGHBOUR), replace(HANNAH, role=Role.OPERATOR), KENT, {}, Code.NOT_ALLOWED),
    ],
)
def test_what_is_not_whole_is_refused_and_nothing_is_written(
    world: World, told: Told, person: Person, home: PartnerId, spoken: dict[str, object], code: Code
) -> None:
    with pytest.raises(Refusal) as refused:
        by_word(world, told, person, home, **spoken)
    assert refused.value.code is code and not cases(world)


def test_nobody_tells_anything_tomorrow(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        by_word(world, replace(TOLD, referrer=NEIGHBOUR), at=world.clock() + timedelta(days=1))
    assert refused.value.code is Code.CASE_STEP and not cases(world)
