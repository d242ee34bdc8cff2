"""Children who go missing open a case by themselves, and officers of their home work on it until it closes."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.core import sample
from gateway.core.cases import CaseState
from gateway.core.documents.messages.parts import OpenIdentity
from gateway.core.documents.messages.tracing import Sought
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Because, Ending, EntryKind, Role, TaskKind
from gateway.core.records import Person, Record
from gateway.core.sample import SampleFile
from gateway.core.terms import CaseId, Kind, LaEstab, PartnerId, PersonId, UploadId, Upn
from gateway.flows import byhand, casebook, caselist, dispatch, intake, situations
from gateway.flows.caselist import Row
from gateway.flows.intake import Upload
from tests.flows.watch import FIRST, OFFICER, THEIR_OFFICER, WHY, flag, hand_in, lines, values
from tests.simulator import KENT, LARKMERE, MEDWAY, NOON, NUMBERS, World, leavers

MANAGER = Person(PersonId("m.head"), Role.MANAGER, KENT)
COLE = Person(PersonId("b.cole"), Role.OFFICER, KENT)
EARLIER = NOON.replace(tzinfo=None) - timedelta(hours=3)


def leaver(ground: str = "F", number: int = 1, **wish: object) -> SampleFile:
    asked = {"pupils": 1, "kind": Kind.CML, "dest": LaEstab("886LLLL"), "at": EARLIER, "leaving": EARLIER.date()}
    return leavers(**asked, ground=ground, seed=number, **wish)


def rows(world: World, person: Person = OFFICER) -> list[Row]:
    side = world.sides[person.organisation]
    return list(caselist.listed(side.gateway, side.store, person, world.clock()))


def only(world: World, person: Person = OFFICER) -> CaseId:
    (one,) = rows(world, person)
    return one.id


def refusal_of(act: Callable[[], object]) -> Code:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def test_a_leaver_on_ground_f_opens_a_case_in_the_transaction_that_takes_the_file(either: World) -> None:
    made = leaver()
    plan = hand_in(either, made)
    (row,) = rows(either)
    assert (row.home, row.because, row.state, row.needs) == (KENT, Because.GROUND_F, CaseState.OPEN, "an officer")
    (line,) = lines(either.kent, "CaseOpened")
    assert line["because"] == "ground-f" and line["case"] == row.id and "officer" not in line
    upload = json.loads(plan.answer)["upload"]
    (entry,) = either.kent.store.entries(row.id)
    assert entry.source == upload and entry.kind is EntryKind.RECEIVED
    (case,) = either.kent.store.cases([KENT], [CaseState.OPEN])
    assert case == either.kent.store.case(row.id) and case.handles and case.strong
    written = b"\n".join(either.kent.store.lines())
    assert not [one for one in values(made.content, "UPN", "Surname", "Forename") if one in written]


def test_the_same_number_again_is_an_entry_and_not_a_second_case(world: World) -> None:
    hand_in(world, leaver("G"))
    hand_in(world, leaver("H"))
    case = only(world)
    assert len(world.kent.store.entries(case)) == 2
    assert not world.kent.store.tasks([KENT])


def test_two_files_at_one_moment_open_one_case(either: World) -> None:
    first, second = leaver("G"), leaver("H")
    upload = Upload(UploadId(situations.new_id("u", os.urandom)), either.clock(), LARKMERE, first.name, first.content)

    def meanwhile(_: Record) -> Record:
        """Between the plan of the first and its writing the second goes all the way."""
        hand_in(either, second)
        return Record(())

    plan = intake.accept(either.kent.gateway, upload, meanwhile)
    case = either.kent.store.case(only(either))
    assert case is not None and case.because is Because.GROUND_H, "whoever was first in the log"
    assert len(either.kent.store.entries(case.id)) == 2
    assert len(lines(either.kent, "UploadAccepted")) == 2 and len(lines(either.kent, "CaseOpened")) == 1
    assert intake.accept(either.kent.gateway, upload).answer == plan.answer


def test_a_name_and_a_birth_alone_open_a_second_case_and_ask_a_person(world: World) -> None:
    made = leaver()
    hand_in(world, made)
    (upn,) = values(made.content, "UPN")
    other = leaver(number=2)
    (theirs,) = values(other.content, "UPN")
    hand_in(world, SampleFile(made.name, made.content.replace(upn, theirs)))
    (task,) = world.kent.store.tasks([KENT])
    first, second = sorted(rows(world), key=lambda row: row.id == task.subject)
    assert (task.kind, task.subject) == (TaskKind.SAME_CHILD, second.id) and first.id != second.id
    casebook.merge(world.kent.gateway, world.kent.store, OFFICER, second.id, first.id, "One child: same mother.", NOON)
    assert only(world) == first.id
    hand_in(world, SampleFile(made.name, made.content.replace(upn, theirs).replace(b"<Forename>", b"<Forename>A")))
    assert only(world) == first.id, "it finds the child by what either knew"
    shown = casebook.show(world.kent.gateway, world.kent.store, OFFICER, first.id, NOON)
    assert shown.merged == (second.id,) and len(shown.timeline) == 4
    casebook.reopen(world.kent.gateway, world.kent.store, OFFICER, second.id, "They are two children.", NOON)
    shown = casebook.show(world.kent.gateway, world.kent.store, OFFICER, second.id, NOON)
    assert f"Opened again; it had been merged with {first.id}. They are two children." in {
        one.text for one in shown.timeline
    }


def test_a_child_who_died_or_is_over_age_has_no_case(world: World) -> None:
    for number, ground in enumerate(("K", "L"), 1):
        hand_in(world, leaver(ground, number))
    assert rows(world) == []


def test_a_notice_opens_a_case_at_the_council_that_receives_it_and_none_where_it_was_written(either: World) -> None:
    either.notice()
    assert dispatch.send_due(either.kent.gateway)
    assert rows(either) == []
    (row,) = rows(either, THEIR_OFFICER)
    assert (row.home, row.because) == (MEDWAY, Because.NOTICE)
    either.notice()
    dispatch.send_due(either.kent.gateway)
    assert only(either, THEIR_OFFICER) == row.id


def test_a_referral_by_a_school_opens_a_case(world: World) -> None:
    made = sample.message(Kind.REFERRAL, 1, NUMBERS[LARKMERE], LaEstab("886LLLL"), NOON)
    hand_in(world, made)
    assert [row.because for row in rows(world)] == [Because.REFERRAL]


# -- working on it ----------------------------------------------------------------------------------------------------


def test_a_note_is_a_fact_or_an_opinion_with_its_author_and_both_times(world: World) -> None:
    hand_in(world, leaver())
    case, gateway, store = only(world), world.kent.gateway, world.kent.store
    seen = NOON - timedelta(days=1)
    casebook.note(gateway, store, OFFICER, case, EntryKind.FACT, {"text": "The flat is empty."}, NOON, seen)
    casebook.note(gateway, store, COLE, case, EntryKind.OPINION, {"text": "They have gone abroad."}, NOON)
    shown = casebook.show(gateway, store, OFFICER, case, NOON)
    said = {(one.kind, one.by, one.told_at, one.entered_at): one.text for one in shown.timeline}
    assert said[EntryKind.FACT, OFFICER.id, seen, NOON] == "The flat is empty."
    assert said[EntryKind.OPINION, COLE.id, NOON, NOON] == "They have gone abroad."
    assert b"flat" not in b"\n".join(store.lines())
    for kind in (EntryKind.SENT, EntryKind.TOLD):
        assert refusal_of(lambda kind=kind: casebook.note(gateway, store, OFFICER, case, kind, {"text": "x"}, NOON))  # type: ignore[misc]
    later = NOON + timedelta(minutes=1)
    code = refusal_of(lambda: casebook.note(gateway, store, OFFICER, case, EntryKind.FACT, {"text": "x"}, NOON, later))
    assert code is Code.CASE_STEP, "nothing was seen tomorrow"


def test_looking_at_a_case_is_a_fact_and_a_stranger_does_not_look(world: World) -> None:
    hand_in(world, leaver())
    case, gateway, store = only(world), world.kent.gateway, world.kent.store
    casebook.show(gateway, store, OFFICER, case, NOON, "The school rang.")
    (line,) = lines(world.kent, "CaseViewed")
    assert line["case"] == case and line["by"] and line["reason"]
    for person, code in (
        (THEIR_OFFICER, Code.ANOTHER_HOME),
        (Person(PersonId("o.per"), Role.OPERATOR, KENT), Code.NOT_ALLOWED),
        (Person(PersonId("a.udit"), Role.AUDITOR, KENT), Code.NOT_ALLOWED),
        (Person(PersonId("s.chool"), Role.SCHOOL_SENDER, KENT), Code.NOT_ALLOWED),
    ):
        assert refusal_of(lambda person=person: casebook.show(gateway, store, person, case, NOON)) is code  # type: ignore[misc]
    assert len(lines(world.kent, "CaseViewed")) == 1


def test_a_case_about_a_flagged_child_opens_to_named_officers_alone(world: World) -> None:
    made = leaver()
    hand_in(world, made)
    flag(world, made)
    case, gateway, store = only(world), world.kent.gateway, world.kent.store
    assert refusal_of(lambda: casebook.show(gateway, store, OFFICER, case, NOON)) is Code.SAFEGUARDING_ONLY
    note = {"text": "They moved."}
    code = refusal_of(lambda: casebook.note(gateway, store, OFFICER, case, EntryKind.FACT, note, NOON))
    assert code is Code.SAFEGUARDING_ONLY
    assert [row.label for row in rows(world)] == [""] and rows(world, FIRST)[0].label
    assert casebook.show(gateway, store, FIRST, case, NOON).child.who.surname


def test_a_case_has_one_officer_of_its_home(world: World) -> None:
    hand_in(world, leaver())
    case, gateway, store = only(world), world.kent.gateway, world.kent.store
    assert refusal_of(lambda: casebook.assign(gateway, store, OFFICER, case, THEIR_OFFICER, NOON)) is Code.NOT_ALLOWED
    casebook.assign(gateway, store, MANAGER, case, COLE, NOON)
    (row,) = rows(world)
    assert (row.officer, row.needs) == (COLE.id, "")
    assert caselist.listed(gateway, store, COLE, NOON, mine=True) and not caselist.listed(
        gateway, store, OFFICER, NOON, mine=True
    )
    (line,) = lines(world.kent, "CaseAssigned")
    assert COLE.id not in str(line)


def test_a_case_closes_on_evidence_or_a_managers_word_and_opens_again_with_its_history(either: World) -> None:
    hand_in(either, leaver())
    case, gateway, store = only(either), either.kent.gateway, either.kent.store

    def close(person: Person, ending: Ending, **evidence: str) -> None:
        casebook.close(gateway, store, person, case, ending, evidence, NOON)

    enrolled = {"school": "8864321"}
    assert refusal_of(lambda: close(OFFICER, Ending.ENROLLED_AND_STARTED, **enrolled)) is Code.EVIDENCE_WANTED
    assert refusal_of(lambda: close(OFFICER, Ending.ENQUIRIES_EXHAUSTED, reason=WHY)) is Code.EXHAUSTED
    assert refusal_of(lambda: close(MANAGER, Ending.ENQUIRIES_EXHAUSTED)) is Code.EVIDENCE_WANTED
    close(OFFICER, Ending.ENROLLED_AND_STARTED, **enrolled, day="2026-11-02")
    assert rows(either) == []
    closed = store.case(case)
    assert closed is not None and (closed.state, closed.ending) == (CaseState.CLOSED, Ending.ENROLLED_AND_STARTED)
    assert refusal_of(lambda: close(OFFICER, Ending.DIED, how="register")) is Code.CASE_STEP
    casebook.note(gateway, store, OFFICER, case, EntryKind.FACT, {"text": "A letter came late."}, NOON)
    casebook.reopen(gateway, store, OFFICER, case, "The child never started.", NOON)
    assert only(either) == case
    assert len(casebook.show(gateway, store, OFFICER, case, NOON).timeline) == 4
    (line,) = lines(either.kent, "CaseClosed")
    assert line["ending"] == "enrolled-and-started" and "8864321" not in str(line)


def test_of_two_people_who_change_a_case_at_once_one_is_told(world: World) -> None:
    hand_in(world, leaver())
    case, gateway, store = only(world), world.kent.gateway, world.kent.store
    seen = store.case(case)
    assert seen is not None
    casebook.assign(gateway, store, OFFICER, case, COLE, NOON)
    assert refusal_of(lambda: casebook.change(store, [seen], (seen,), Record(()))) is Code.CASE_MOVED


# -- opened by hand ---------------------------------------------------------------------------------------------------

BORN = date(2015, 3, 4)
SAID = {"reason": "A neighbour rang: a child is at home all day."}
ASSESSED = {**SAID, "who": "Dr Iqbal, home education", "day": "2026-09-28"}


def by_hand(
    world: World, because: Because = Because.BY_HAND, said: Mapping[str, str] = SAID, person: Person = OFFICER,
    home: PartnerId = KENT, **known: Any,
) -> tuple[CaseId, bool]:  # fmt: skip
    child = Sought(who=OpenIdentity(**(known or {"surname": "Quill", "forename": "Ines", "dob": BORN})))
    return byhand.open_case(world.kent.gateway, person, home, child, because, said, NOON)


def test_an_officer_opens_a_case_by_hand_and_it_is_hers_where_nobody_is_named(either: World) -> None:
    case, new = by_hand(either)
    (row,) = rows(either)
    assert new and (row.id, row.because, row.officer, row.label) == (case, Because.BY_HAND, OFFICER.id, "I.Q.")
    (line,) = lines(either.kent, "CaseOpened")
    assert line["because"] == "by-hand" and line["by"] and line["officer"]
    shown = casebook.show(either.kent.gateway, either.kent.store, OFFICER, case, NOON)
    (said,) = shown.timeline
    assert (said.kind, said.by, said.particulars["reason"]) == (EntryKind.FACT, OFFICER.id, SAID["reason"])
    written = b"\n".join(either.kent.store.lines())
    assert not [one for one in (b"Quill", b"Ines", b"2015-03-04", b"neighbour") if one in written]


def test_home_education_is_unsuitable_when_somebody_has_assessed_it(world: World) -> None:
    unsuitable = Because.UNSUITABLE_HOME_EDUCATION
    for lacking in (SAID, {**ASSESSED, "who": " "}, {**ASSESSED, "day": ""}, {**ASSESSED, "day": "2027-01-01"}):
        assert refusal_of(lambda said=lacking: by_hand(world, unsuitable, said)) is Code.EVIDENCE_WANTED  # type: ignore[misc]
    case, _ = by_hand(world, unsuitable, ASSESSED)
    assert [row.because for row in rows(world)] == [unsuitable]
    (said,) = casebook.show(world.kent.gateway, world.kent.store, OFFICER, case, NOON).timeline
    assert said.particulars == {name: ASSESSED[name] for name in ("reason", "who", "day")}


def test_a_case_by_hand_meets_the_one_that_a_file_opened(world: World) -> None:
    made = leaver()
    hand_in(world, made)
    first = only(world)
    (upn,) = values(made.content, "UPN")
    assert by_hand(world, upn=Upn(upn.decode())) == (first, False)
    shown = casebook.show(world.kent.gateway, world.kent.store, OFFICER, first, NOON)
    assert SAID in [one.particulars for one in shown.timeline]
    assert by_hand(world)[1] and not world.kent.store.tasks([KENT])
    assert by_hand(world)[1], "a name and a birth alone may be another child's"
    assert [task.kind for task in world.kent.store.tasks([KENT])] == [TaskKind.SAME_CHILD]


def test_who_may_not_open_a_case_and_of_whom_none_is_opened(world: World) -> None:
    reader = Person(PersonId("s.chool"), Role.SCHOOL_SENDER, KENT)
    assert refusal_of(lambda: by_hand(world, person=reader)) is Code.NOT_ALLOWED
    assert refusal_of(lambda: by_hand(world, Because.GROUND_F)) is Code.NOT_ALLOWED, "that is a school's to say"
    assert refusal_of(lambda: by_hand(world, person=THEIR_OFFICER)) is Code.ANOTHER_HOME
    assert refusal_of(lambda: by_hand(world, home=MEDWAY)) is Code.ANOTHER_HOME
    assert refusal_of(lambda: by_hand(world, said={"reason": "Call."})) is Code.REASON_WANTED
    assert refusal_of(lambda: by_hand(world, surname="Quill", forename="Ines")) is Code.EVIDENCE_WANTED
    assert rows(world) == []
