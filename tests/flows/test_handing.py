"""Handing in: seen before it is sent, and explained to the school's own council."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.core import documents
from gateway.core.delivery import State
from gateway.core.documents.messages.about import Rights
from gateway.core.errors import Code, Refusal
from gateway.core.explaining import Told
from gateway.core.facts import Role, parse_line
from gateway.core.records import Person, Record
from gateway.core.sample import Mistake
from gateway.core.terms import LaEstab, PersonId, RuleCode, Upn
from gateway.edge.store import tables as t
from gateway.flows import addenda, casework, dispatch, explaining, handing, releasing, reports, returning
from gateway.flows.handing import Choice, Given
from gateway.flows.reports import Read
from gateway.flows.situations import parse_named
from tests.simulator import ACADEMY, KENT, LARKMERE, MEDWAY, NUMBERS, TIDEWAY, World, leavers, rulebook

SENDER = Person(PersonId("l.office"), Role.SCHOOL_SENDER, LARKMERE)
OFFICER = Person(PersonId("k.officer"), Role.OFFICER, KENT)
RULE = RuleCode("CTF-UPN-002")
TEXT = "The number was asked for on Monday."


def check(world: World, *, pupils: int = 2, sequence: int = 1, dest: LaEstab = NUMBERS[TIDEWAY]) -> Read:
    made = leavers(pupils=pupils, sequence=sequence, dest=dest)
    given = [Given(made.name, temporary(made.content))]
    return handing.check(world.kent.gateway, world.kent.store, SENDER, given, world.clock.on(seconds=1), Choice())


def temporary(content: bytes, which: int = 0) -> bytes:
    """With a temporary number for one pupil, the first if no other is meant, which is asked about."""
    number = re.findall(rb"<UPN>([^<]+)<", content)[which]
    tail = number[1:12].decode() + "A"
    return content.replace(number, (Upn.check_letter(tail) + tail).encode())


def send(world: World, checked: Read, text: str = "", *, confirmed: bool = False, by: Person = SENDER) -> Read:
    told = {1: {RULE: Told(text, confirmed)}}
    return handing.send(world.kent.gateway, world.kent.store, by, checked.id, world.clock.on(seconds=1), told)


def kinds(world: World) -> list[object]:
    return [parse_line(line)["fact"] for line in world.kent.store.lines()]


def rows(world: World, table: sa.Table) -> int:
    with world.kent.store.engine.connect() as db:
        return int(db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_nothing_is_received_before_it_is_sent(world: World) -> None:
    before = world.kent.store.edge().size
    (entry,) = check(world).entries
    assert (entry.waits, entry.accepted, entry.ready) == (True, False, 2)
    assert world.kent.store.edge().size == before
    assert "receipt" not in entry.answer or not entry.answer["receipt"]
    assert not world.kent.store.receipts(LARKMERE, 9)
    (one,) = entry.answer["decisions"]
    assert (one["outcome"], one["recipient"], one["pupils"]) == ("release", "School school-8874123", [1, 2])


def test_what_was_checked_is_sent_once_and_the_draft_is_gone(world: World) -> None:
    checked = check(world)
    assert rows(world, t.drafts) == 1
    (entry,) = send(world, checked).entries
    assert entry.accepted and not entry.waits and not entry.repeated
    assert rows(world, t.drafts) == 0
    assert kinds(world).count("UploadAccepted") == 1
    with pytest.raises(Refusal) as refusal:
        send(world, checked)
    assert refusal.value.code is Code.DRAFT_GONE
    assert reports.read(world.kent.gateway, world.kent.store, SENDER, checked.id, world.clock()).entries == (entry,)


def test_two_who_checked_the_same_file_send_it_once(world: World) -> None:
    first, second = check(world), check(world)
    assert send(world, first).entries[0].accepted
    (again,) = send(world, second).entries
    assert again.repeated
    assert kinds(world).count("UploadAccepted") == 1
    (entry,) = check(world).entries
    assert entry.repeated, "what was sent already shows its first receipt"


def test_file_that_nobody_sends_is_destroyed_after_a_day(world: World) -> None:
    checked = check(world)
    store, gateway = world.kent.store, world.kent.gateway
    assert [number for _, number, _ in reports.unsent([checked], world.clock())] == [1]
    world.clock.on(seconds=int(timedelta(days=1).total_seconds()))
    assert not list(reports.unsent(reports.newest(gateway, store, SENDER, world.clock()), world.clock()))
    with pytest.raises(Refusal) as refusal:
        send(world, checked)
    assert refusal.value.code is Code.DRAFT_GONE
    check(world, sequence=2)
    assert rows(world, t.drafts) == 1, "the next report swept the old one away"


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (Person(PersonId("x.x"), Role.SCHOOL_SENDER, ACADEMY), Code.NOT_FOUND),
        (Person(PersonId("x.x"), Role.SCHOOL_READER, LARKMERE), Code.NOT_ALLOWED),
        (OFFICER, Code.NOT_FOUND),
    ],
)
def test_only_those_who_may_send_for_the_school_send_its_draft(world: World, by: Person, code: Code) -> None:
    checked = check(world)
    with pytest.raises(Refusal) as refusal:
        send(world, checked, by=by)
    assert refusal.value.code is code
    assert rows(world, t.drafts) == 1


def test_draft_and_explanation_rest_closed(world: World) -> None:
    checked = check(world)
    send(world, checked, TEXT)
    check(world, sequence=2)
    with world.kent.store.engine.connect() as db:
        for table in (t.drafts, t.explanations, t.reports):
            for row in db.execute(sa.select(table)):
                assert not [cell for cell in row if isinstance(cell, bytes | str) and b"Surname" in _bytes(cell)]
                assert not [cell for cell in row if isinstance(cell, bytes | str) and TEXT.encode() in _bytes(cell)]


def _bytes(cell: bytes | str) -> bytes:
    return cell.encode() if isinstance(cell, str) else cell


def test_query_never_stops_a_file_and_goes_as_not_explained(world: World) -> None:
    (entry,) = send(world, check(world)).entries
    assert entry.accepted
    assert [(one.rule, one.explained) for one in entry.asked] == [(RULE, False)]
    assert "QueryExplained" not in kinds(world)


def test_explanation_is_read_by_the_schools_own_council_and_the_reading_is_logged(world: World) -> None:
    (entry,) = send(world, check(world, pupils=3), TEXT).entries
    assert [(one.rule, one.explained) for one in entry.asked] == [(RULE, True)]
    gateway, store = world.kent.gateway, world.kent.store
    (waiting,) = explaining.waiting(gateway, store, OFFICER)
    assert (waiting.rule, waiting.sender, waiting.reader, waiting.by) == (RULE, LARKMERE, KENT, SENDER.id)
    (read,) = explaining.read(gateway, store, OFFICER, waiting.upload, world.clock())
    assert (read.text, read.school) == (TEXT, world.kent.store.register().directory.get(LARKMERE).name)
    assert kinds(world)[-1] == "ExplanationRead"
    assert TEXT.encode() not in b"".join(world.kent.store.lines())


@pytest.mark.parametrize(
    "person",
    [
        SENDER,
        Person(PersonId("k.ig"), Role.GOVERNANCE, KENT),
        Person(PersonId("m.officer"), Role.OFFICER, MEDWAY),
        Person(PersonId("k.op"), Role.OPERATOR, KENT),
    ],
)
def test_nobody_else_reads_an_explanation(world: World, person: Person) -> None:
    (entry,) = send(world, check(world), TEXT).entries
    gateway, store = world.kent.gateway, world.kent.store
    assert not explaining.waiting(gateway, store, person)
    (held,) = store.explanations_of(explaining.waiting(gateway, store, OFFICER)[0].upload)
    with pytest.raises(Refusal) as refusal:
        explaining.read(gateway, store, person, held.upload, world.clock())
    assert refusal.value.code is Code.NOT_FOUND
    assert entry.accepted and "ExplanationRead" not in kinds(world)


def test_explanation_with_an_address_is_not_kept_and_nothing_is_sent_until_it_is_confirmed(world: World) -> None:
    checked = check(world)
    before = world.kent.store.edge().size
    with pytest.raises(Refusal) as refusal:
        send(world, checked, "They moved to 3 Saltmarsh Close")
    assert refusal.value.code is Code.CONFIRM_TEXT
    assert (world.kent.store.edge().size, rows(world, t.explanations), rows(world, t.drafts)) == (before, 0, 1)
    assert send(world, checked, "They moved to 3 Saltmarsh Close", confirmed=True).entries[0].accepted
    assert rows(world, t.explanations) == 1


def test_text_about_what_nobody_asked_is_dropped(world: World) -> None:
    checked = check(world)
    told = {1: {RuleCode("CTF-ATT-001"): Told("about nothing")}, 7: {RULE: Told("no such file")}}
    handing.send(world.kent.gateway, world.kent.store, SENDER, checked.id, world.clock.on(seconds=1), told)
    assert rows(world, t.explanations) == 0


@pytest.mark.parametrize(("supplier", "hinted"), [(b"ScholarPack", True), (b"SIMS", False)])
def test_finding_says_how_to_mend_it_in_the_system_that_made_the_file(
    world: World,
    supplier: bytes,
    hinted: bool,  # noqa: FBT001
) -> None:
    made = leavers(faults=(Mistake.MISSING_LEAVING_DATE,))
    content = re.sub(rb"<SupplierID>[^<]*<", b"<SupplierID>" + supplier + b"<", made.content)
    given = [Given(made.name, content)]
    read = handing.check(world.kent.gateway, world.kent.store, SENDER, given, world.clock.on(seconds=1), Choice())
    (found,) = [one for one in read.entries[0].answer["findings"] if one["code"] == "CTF-SCH-001"]
    assert ("hint" in found) is hinted


def test_destination_is_named_with_its_town(world: World) -> None:
    tideway = world.kent.store.register().directory.get(TIDEWAY)
    world.kent.store.enlist([replace(tideway, name="Tideway Academy", town="Rochester")], Record(()))
    (one,) = check(world).entries[0].answer["decisions"]
    assert (one["recipient"], one["town"], len(one["pupils"])) == ("Tideway Academy", "Rochester", 2)


def test_explanation_goes_further_when_an_officer_releases_it_once_and_as_an_addendum(world: World) -> None:
    send(world, check(world), TEXT)
    gateway, store, medway = world.kent.gateway, world.kent.store, world.medway
    (waiting,) = explaining.waiting(gateway, store, OFFICER)
    outcomes = releasing.release(gateway, store, OFFICER, waiting.upload, RULE, world.clock.on(seconds=1))
    assert outcomes == ("release",)
    dispatch.send_due(gateway)
    (came,) = medway.store.shelved_for([MEDWAY])
    name, content = parse_named(medway.vault.open_kept(medway.store.kept(came.parcel.sealed)))
    document = documents.read(name, content, rulebook().schemas).document
    assert document is not None
    told = documents.value(document)
    assert isinstance(told, Rights)
    assert [(one.number, one.addendum) for one in told.records] == [(1, f"The UPN is a temporary one. {TEXT}")]
    with pytest.raises(Refusal) as refusal:
        releasing.release(gateway, store, OFFICER, waiting.upload, RULE, world.clock.on(seconds=1))
    assert refusal.value.code is Code.RELEASED
    (after,) = explaining.waiting(gateway, store, OFFICER)
    assert after.released_by == OFFICER.id
    assert kinds(world).count("ExplanationReleased") == 1


def test_explanation_reaches_the_school_next_door_about_the_pupil_that_it_means_and_no_other(world: World) -> None:
    """Pupil 3 of the file as it came is the second that the school has: one before was held."""
    made = leavers(pupils=3, dest=NUMBERS[ACADEMY], faults=(Mistake.UPN_CHECK_LETTER,))
    given = Given(made.name, temporary(made.content, 2))
    gateway, store = world.kent.gateway, world.kent.store
    send(world, handing.check(gateway, store, SENDER, [given], world.clock.on(seconds=1), Choice(ready=True)), TEXT)
    (waiting,) = explaining.waiting(gateway, store, OFFICER)
    assert waiting.pupils == (3,)
    assert releasing.named(gateway, store, waiting) == [f"School {ACADEMY}"]
    assert not releasing.reached(gateway, store, replace(waiting, pupils=(2,))), "it was held, so nobody has it"
    assert releasing.release(gateway, store, OFFICER, waiting.upload, RULE, world.clock.on(seconds=1)) == ("release",)
    office = Person(PersonId("n.office"), Role.SCHOOL_READER, ACADEMY)
    about, file = casework.inbox(gateway, store, office)
    assert about.told and not file.told
    sender, (one,) = addenda.read(gateway, office, about.parcel, world.clock())
    labels = documents.labels(given.content)
    assert (sender, one.number, one.label) == ("Kent", 2, labels[3])
    assert one.said == (("Addendum", f"The UPN is a temporary one. {TEXT}"),)
    assert kinds(world).count("ParcelCollected") == 1
    with pytest.raises(Refusal) as refusal:
        addenda.read(gateway, office, file.parcel, world.clock())
    assert refusal.value.code is Code.NOT_FOUND


def test_explanation_of_a_file_that_is_not_here_any_more_names_the_place_of_its_pupil(world: World) -> None:
    send(world, check(world, dest=NUMBERS[ACADEMY]), TEXT)
    gateway, store = world.kent.gateway, world.kent.store
    (waiting,) = explaining.waiting(gateway, store, OFFICER)
    releasing.release(gateway, store, OFFICER, waiting.upload, RULE, world.clock.on(seconds=1))
    office = Person(PersonId("n.office"), Role.SCHOOL_READER, ACADEMY)
    about, file = casework.inbox(gateway, store, office)
    returning.not_ours(gateway, store, office, file.parcel, "This child was never on our roll.", world.clock())
    _, (one,) = addenda.read(gateway, office, about.parcel, world.clock())
    assert (one.number, one.label, one.came) == (1, "", None)


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.ABANDONED])
def test_explanation_names_nobody_by_a_file_that_never_went(world: World, state: State) -> None:
    send(world, check(world, dest=NUMBERS[ACADEMY]), TEXT)
    gateway, store = world.kent.gateway, world.kent.store
    (waiting,) = explaining.waiting(gateway, store, OFFICER)
    releasing.release(gateway, store, OFFICER, waiting.upload, RULE, world.clock.on(seconds=1))
    office = Person(PersonId("n.office"), Role.SCHOOL_READER, ACADEMY)
    about, file = casework.inbox(gateway, store, office)
    with store.engine.begin() as db:
        db.execute(t.parcels.update().where(t.parcels.c.id == file.parcel).values(state=state))
    _, (one,) = addenda.read(gateway, office, about.parcel, world.clock())
    assert (one.number, one.label, one.came) == (1, "", None)


@pytest.mark.parametrize(
    "person", [SENDER, Person(PersonId("k.ig"), Role.GOVERNANCE, KENT), replace(OFFICER, organisation=MEDWAY)]
)
def test_nobody_else_releases_an_explanation(world: World, person: Person) -> None:
    send(world, check(world), TEXT)
    gateway, store = world.kent.gateway, world.kent.store
    (waiting,) = explaining.waiting(gateway, store, OFFICER)
    with pytest.raises(Refusal) as refusal:
        releasing.release(gateway, store, person, waiting.upload, RULE, world.clock())
    assert refusal.value.code is Code.NOT_FOUND
    assert "ExplanationReleased" not in kinds(world)
