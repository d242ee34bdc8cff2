"""A story: an error stops a school's leavers file, and its office tells the council by form, at once and without a UPN."""

import json
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from gateway.core import documents
from gateway.core.documents import Document
from gateway.core.errors import Code
from gateway.core.facts import Because, Role, TaskKind, WatchEnd
from gateway.core.forms import DeletionForm
from gateway.core.forms.deletion import Parent
from gateway.core.records import Person
from gateway.core.sample import SampleFile
from gateway.core.terms import Flag, Kind, PartnerId, PersonId, Upn
from gateway.flows import caselist, deleting, discretion, watching
from gateway.flows.intake import Plan
from tests.flows.test_cases import leaver, refusal_of, rows
from tests.flows.test_messages import shelf
from tests.flows.test_never_arrived import agreed, told, watches
from tests.flows.watch import OFFICER, SCHOOL, codes, decisions_of, flag, hand_in, lines, values
from tests.simulator import KENT, LARKMERE, MEDWAY, NOON, NUMBERS, TIDEWAY, World

LEAST = DeletionForm(phone="01632 960200", surname="Quillfeather", forename="Addie", day=NOON.date(), ground="G")
MAUD = Parent(surname="Quillfeather", forename="Maud", phone="07700 900001")
FULL = replace(
    LEAST, born=date(2015, 3, 2), address=("11 Invented Street",), postcode="ZZ99 1AA", parents=(MAUD,),
    goes_to="To family at the coast.",
)  # fmt: skip


def send(world: World, form: DeletionForm = FULL, person: Person = SCHOOL) -> Plan:
    return deleting.send(world.kent.gateway, person, form, world.clock())[1]


def same_child(made: SampleFile, day: date = LEAST.day) -> DeletionForm:
    """The form about the child of a file, filled in by somebody who does not know its number."""
    surname, forename, born = (values(made.content, name)[0].decode() for name in ("Surname", "Forename", "DOB"))
    return replace(FULL, surname=surname, forename=forename, born=date.fromisoformat(born), ground="F", day=day)


def sent(world: World) -> Document:
    """What lies on the council's own shelf."""
    ((_, document),) = shelf(world.kent, KENT)
    return document


def test_a_pupil_whose_file_is_stopped_is_told_by_form_without_a_number(either: World) -> None:
    world = either
    good = leaver("F")
    bad = SampleFile(good.name, good.content.replace(b"<UPN>", b"<UPN>x", 1))
    assert hand_in(world, bad).refusal is Code.FINDINGS
    world.clock.on(days=2)
    gateway, store = world.kent.gateway, world.kent.store
    assert [row.sender for row in watching.stopped(gateway, store, OFFICER, world.clock())] == [LARKMERE]

    plan = send(world, same_child(good, day=world.clock().date()))
    (decision,) = decisions_of(plan)
    assert (decision["outcome"], decision["purpose"], decision["recipient"]) == ("release", "P01", "Kent")
    assert decision["stands_on"] == "duty"
    assert watching.stopped(gateway, store, OFFICER, world.clock()) == [], "it came through"
    (row,) = rows(world)
    assert row.because == Because.GROUND_F
    assert sent(world).kind is Kind.DELETION
    assert [line["kind"] for line in lines(world.kent, "UploadAccepted")] == ["deletion"]
    written = b"\n".join(store.lines())
    assert not [one for one in values(good.content, "UPN", "Surname", "Forename") if one in written]


def test_a_name_a_day_and_a_ground_are_enough_and_a_query_never_stops_it(world: World) -> None:
    plan = send(world, LEAST)
    answer = json.loads(plan.answer)
    assert [(one["code"], one["severity"]) for one in answer["findings"]] == [
        ("DEL-DEL-002", "query"), ("DEL-DOB-003", "query"), ("DEL-GRD-005", "query"),
    ]  # fmt: skip
    assert all(one["fix"] for one in answer["findings"])
    assert [one["outcome"] for one in answer["decisions"]] == ["release"] and answer["receipt"]
    assert sent(world).pupils[0].upn is None
    assert len(rows(world)) == 1


def test_an_error_is_told_with_how_to_mend_it_and_nothing_goes(world: World) -> None:
    plan = send(world, replace(FULL, born=NOON.date() + timedelta(days=1), in_care=True))
    assert plan.refusal is Code.FINDINGS
    assert [(one["code"], bool(one["fix"])) for one in json.loads(plan.answer)["findings"]] == [("DEL-DOB-001", True)]
    assert shelf(world.kent, KENT) == []
    assert [task.kind for task in world.kent.store.tasks([KENT])] == [TaskKind.DELETION_ALARM], "never the alarm"


def test_what_the_return_holds_is_the_list_of_the_regulations_and_no_more(world: World) -> None:
    send(world, replace(FULL, upn=Upn("B881123424001"), in_care=True, plan=True, moves_on=NOON.date()))
    held = {str(item) for item in sent(world).items}
    assert {"UPN", "DOB", "Address/PostCode", "Contacts/Contact/Phones/Phone/PhoneNo", "MovesOn"} <= held
    assert {"SchoolHistory/School/RemovalGrounds", "DestinationEvidence"} <= held
    assert not {item for item in held if item.startswith(("LookedAfter", "SENhistory"))}


def test_care_and_a_plan_are_told_to_those_who_look_after_the_child(world: World) -> None:
    agreed(world, "social-care", "P09", "apd-safeguarding")
    agreed(world, "send", "P15", "apd-education")
    send(world, replace(FULL, in_care=True, plan=True))
    assert (told(world, "social-care"), told(world, "send")) == (["P09"], ["P15"])
    send(world, replace(FULL, forename="Bram"))
    assert (told(world, "social-care"), told(world, "send")) == (["P09"], ["P15"]), "nobody else is told of"


def test_a_live_enquiry_is_found_by_name_and_birth_and_social_care_hears_of_it(world: World) -> None:
    agreed(world, "social-care", "P09", "apd-safeguarding")
    made = leaver("F")
    flag(world, made, 1, Flag.S47_LIVE)
    send(world, same_child(made))
    assert told(world, "social-care") == ["P09"]


def test_without_a_ground_to_tell_them_a_person_has_to_call_within_the_hour(world: World) -> None:
    send(world, replace(FULL, in_care=True))
    (task,) = world.kent.store.tasks([KENT])
    assert (task.kind, task.due - NOON) == (TaskKind.DELETION_ALARM, timedelta(hours=1))


@pytest.mark.parametrize("first", [NOON.date() + timedelta(days=6), None])
def test_a_child_who_goes_to_a_school_is_watched_until_it_starts(world: World, first: date | None) -> None:
    send(world, replace(FULL, ground="A", goes_to="", next_school=NUMBERS[TIDEWAY], first_day=first))
    (watch,) = watches(world)
    assert (watch.school, watch.other) == (NUMBERS[TIDEWAY], MEDWAY)
    assert watch.expected == (first or NOON.date() + timedelta(days=1))
    assert rows(world) == []


def test_ground_k_stops_the_watch_and_opens_and_tells_nothing(world: World) -> None:
    agreed(world, "social-care", "P09", "apd-safeguarding")
    send(world, replace(FULL, ground="A", goes_to="", next_school=NUMBERS[TIDEWAY]))
    assert watches(world)
    send(world, replace(FULL, ground="K", in_care=True))
    assert [line["end"] for line in lines(world.kent, "WatchClosed")] == [WatchEnd.DIED]
    assert (watches(world), rows(world), told(world, "social-care")) == ([], [], [])


def test_the_case_knows_the_home_the_parents_and_where_the_child_goes(world: World) -> None:
    send(world)
    (row,) = rows(world)
    case = world.kent.store.case(row.id)
    assert case is not None
    child = documents.rested(world.kent.vault.open_kept(case.kept))
    assert child.where.last_school is not None and child.where.last_school.leaving_date == NOON.date()
    assert child.where.last_address is not None and child.where.last_address.postcode == "ZZ99 1AA"
    assert [one.surname for one in child.where.contacts] == ["Quillfeather"]
    assert child.where.destination_evidence == "To family at the coast."


def test_a_child_whom_somebody_must_not_find_is_flagged_with_the_return(world: World) -> None:
    plan = send(world, replace(FULL, guarded=True))
    ((_, found),) = world.kent.store.flags_on([h for one in plan.record.named for _, h in one.handles]).items()
    assert discretion.stops(found)
    (decision,) = decisions_of(plan)
    assert (decision["outcome"], codes(decision)) == ("release", []), "its own council is owed it all the same"


def test_only_the_sender_of_a_school_may_send_its_return(world: World) -> None:
    reader = replace(SCHOOL, role=Role.SCHOOL_READER)
    stranger = Person(PersonId("x.office"), Role.SCHOOL_SENDER, PartnerId("school-8869999"))
    for person in (reader, OFFICER, stranger, replace(SCHOOL, organisation=KENT)):
        assert refusal_of(partial(send, world, FULL, person)) is Code.NOT_ALLOWED
    assert caselist.listed(world.kent.gateway, world.kent.store, OFFICER, NOON) == ()
