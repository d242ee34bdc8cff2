"""Handing in by a person: whose it is, who may, and what a choice is about."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.core.errors import Code, Fault, Reason, Refusal
from gateway.core.facts import Role
from gateway.core.records import Lasts, Person, Record
from gateway.core.sample import Mistake
from gateway.core.terms import PartnerId, PersonId, digest
from gateway.edge.store import tables as t
from gateway.flows import handing, receipts, reports
from gateway.flows.handing import Choice, Given
from gateway.flows.reports import Read
from tests.core.documents.sheeted import row, separated, typed, workbook
from tests.core.documents.test_archive import built, entry, flat_bomb
from tests.core.documents.test_sheets import OLE, cell, with_part, zipped
from tests.simulator import ACADEMY, KENT, LARKMERE, World, leavers

SENDER = Person(PersonId("l.office"), Role.SCHOOL_SENDER, LARKMERE)
WRONG = (Mistake.MISSING_LEAVING_DATE,)


def send(world: World, *contents: tuple[str, bytes], by: Person = SENDER, choice: Choice = Choice()) -> Read:  # noqa: B008
    """Hand in, and send at once what could go."""
    given, gateway, store = [Given(*one) for one in contents], world.kent.gateway, world.kent.store
    checked = handing.check(gateway, store, by, given, world.clock.on(seconds=1), choice)
    if not any(one.waits for one in checked.entries):
        return checked
    return handing.send(gateway, store, by, checked.id, world.clock.on(seconds=1))


@pytest.mark.parametrize("role", sorted(set(Role) - set(reports.SENDERS)))
def test_who_may_not_send_sends_nothing_by_any_door(world: World, role: Role) -> None:
    made = leavers()
    before = world.kent.store.edge().size
    with pytest.raises(Refusal) as refusal:
        send(world, (made.name, made.content), by=Person(PersonId("x.x"), role, LARKMERE))
    assert refusal.value.code is Code.NOT_ALLOWED
    assert world.kent.store.edge().size == before


def test_report_is_read_as_it_was_made_and_by_its_own_organisation_only(world: World) -> None:
    made = leavers(pupils=3, faults=WRONG)
    report = send(world, (made.name, made.content))
    store, at = world.kent.store, world.clock()
    assert reports.read(world.kent.gateway, store, SENDER, report.id, at) == report
    for role, organisation in [(role, ACADEMY) for role in Role] + [(Role.OFFICER, KENT), (Role.OPERATOR, LARKMERE)]:
        other = Person(PersonId("x.x"), role, PartnerId(organisation))
        with pytest.raises(Refusal) as refusal:
            reports.read(world.kent.gateway, store, other, report.id, at)
        assert refusal.value.code is Code.NOT_FOUND
        assert not reports.newest(world.kent.gateway, store, other, at)
        assert not receipts.newest(world.kent.gateway, store, other, at)


@pytest.mark.parametrize(
    ("choice", "goes"),
    [(Choice(), False), (Choice(ready=True), True), (Choice(only=digest(b"another")), False)],
)
def test_part_of_a_file_goes_by_choice_only(world: World, choice: Choice, goes: bool) -> None:  # noqa: FBT001
    made = leavers(pupils=3, faults=WRONG)
    (entry,) = send(world, (made.name, made.content), choice=choice).entries
    assert (entry.accepted, entry.pupils, entry.ready, entry.held) == (goes, 3, 2, 1)
    (chosen,) = send(world, (made.name, made.content), choice=Choice(only=digest(made.content))).entries
    assert chosen.accepted


def test_findings_stand_pupil_by_pupil_the_whole_file_first_and_errors_before_queries(world: World) -> None:
    made = leavers(pupils=4, faults=(Mistake.ULN, Mistake.MISSING_LEAVING_DATE))
    (entry,) = send(world, (made.name.replace(".xml", "(1).xml"), made.content)).entries
    groups = list(entry.groups())
    assert [group.pupil for group in groups] == [None, 2]
    severities = [[one["severity"] for one in group.findings] for group in groups]
    assert severities == [["query"], ["error", "error"]]
    assert (entry.errors, entry.queries) == (2, 1)
    assert groups[1].label == entry.labels["2"]


def test_report_holds_as_many_findings_as_anybody_mends_and_says_how_many_more(world: World) -> None:
    made = leavers()
    strange = made.content.replace(b"<CTFpupilData>", b"<CTFpupilData>" + b"<Foo/>" * 2_500)
    report = send(world, (made.name, strange))
    assert (report.entries[0].errors, report.entries[0].more) == (reports.MOST_FINDINGS, 500)
    kept = world.kent.store.report(report.id, world.clock())
    assert kept is not None
    assert len(kept.kept.sealed) < 20_000


def test_machine_that_fails_in_the_middle_loses_nothing_that_was_taken(world: World) -> None:
    """The office sends all of it again: what had arrived has the same receipt, and goes once."""
    first, second = leavers(), leavers(pupils=3)

    class Failing:
        def __init__(self) -> None:
            self.records = 0

        def __getattr__(self, name: str) -> object:
            return getattr(world.kent.store, name)

        def record(self, record: Record) -> None:
            self.records += 1
            if self.records == 2:
                raise Fault(Reason.STORE)
            world.kent.store.record(record)

    broken = replace(world.kent.gateway, store=Failing())  # type: ignore[arg-type]
    files = [Given(one.name, one.content) for one in (first, second)]
    checked = handing.check(world.kent.gateway, world.kent.store, SENDER, files, world.clock(), Choice())
    with pytest.raises(Fault):
        handing.send(broken, world.kent.store, SENDER, checked.id, world.clock())
    again = send(world, (first.name, first.content), (second.name, second.content))
    assert [entry.repeated for entry in again.entries] == [True, False]
    assert len(world.kent.store.receipts(LARKMERE, 9)) == 2


def names(found: Iterator[tuple[Read, int, reports.Entry]]) -> list[tuple[str, int]]:
    return [(entry.name, number) for _, number, entry in found]


def test_file_in_which_nothing_could_be_counted_is_told_of_until_the_next_one(world: World) -> None:
    send(world, ("a.zip", b"PK\x03\x04"), ("b.xml", b"no"))
    store = world.kent.store
    assert names(reports.unmended(reports.newest(world.kent.gateway, store, SENDER, world.clock()))) == [
        ("b.xml", 2),
        ("a.zip", 1),
    ]
    made = leavers()
    send(world, (made.name, made.content))
    assert names(reports.unmended(reports.newest(world.kent.gateway, store, SENDER, world.clock()))) == []


# -- by which label the office knows a pupil --------------------------------------------------------------------------


def labels_at(world: World, report: Read, **later: float) -> dict[str, str]:
    """What the report shows some time after it was made, when the gateway has looked at what is over."""
    at = world.clock.on(**later)
    world.kent.store.forget_reports(at)
    (entry,) = reports.read(world.kent.gateway, world.kent.store, SENDER, report.id, at).entries
    assert entry.answer["findings"] or entry.waits or entry.accepted
    return dict(entry.labels)


def rests(world: World) -> int:
    with world.kent.store.engine.connect() as db:
        return len(db.execute(sa.select(t.labels)).all())


def test_initials_beside_a_refused_file_are_destroyed_after_one_sitting(world: World) -> None:
    made = leavers(pupils=3, faults=WRONG)
    report = send(world, (made.name, made.content))
    assert report.entries[0].refused and len(labels_at(world, report, hours=3, minutes=59)) == 3
    assert labels_at(world, report, minutes=2) == {} and rests(world) == 0
    (entry,) = reports.read(world.kent.gateway, world.kent.store, SENDER, report.id, world.clock()).entries
    assert entry.unlabelled and [one.pupil for one in entry.groups() if one.pupil]
    again = send(world, (made.name, made.content))
    assert len(again.entries[0].labels) == 3 and rests(world) == 1


def test_initials_of_a_file_that_waits_stay_until_it_is_sent_and_one_sitting_longer(world: World) -> None:
    made, gateway, store = leavers(pupils=2), world.kent.gateway, world.kent.store
    checked = handing.check(gateway, store, SENDER, [Given(made.name, made.content)], world.clock(), Choice())
    assert len(labels_at(world, checked, hours=23)) == 2
    handing.send(gateway, store, SENDER, checked.id, world.clock())
    assert len(labels_at(world, checked, hours=3)) == 2
    assert labels_at(world, checked, hours=2) == {}


def test_how_long_a_sitting_is_is_a_setting(world: World) -> None:
    made = leavers(pupils=3, faults=WRONG)
    world.kent.gateway = replace(world.kent.gateway, lasts=Lasts(labels=timedelta(hours=1)))
    report = send(world, (made.name, made.content))
    assert len(labels_at(world, report, minutes=59)) == 3 and labels_at(world, report, minutes=2) == {}


def test_file_that_was_mended_under_another_name_is_not_told_of_again_when_initials_are_gone(world: World) -> None:
    wrong, right = leavers(pupils=3, faults=WRONG), leavers(pupils=3)
    send(world, ("8864321_CTF_8874123_001.xml", wrong.content))
    send(world, ("8864321_CTF_8874123_002.xml", right.content))
    for later in (0, 5):
        found = reports.newest(world.kent.gateway, world.kent.store, SENDER, world.clock.on(hours=later))
        assert names(reports.unmended(found)) == [], later


LEAVERS = separated(row(1), row(2)).encode()
BAD_FILES = {
    "wrong kind": ("letter.docx", zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<x/>"))),
    "wrong version": (leavers().name, leavers().content.replace(b"<CTFversion>26.0", b"<CTFversion>1.0")),
    "encrypted zip": ("leavers.zip", built(entry(b"8864321_CTF_8874123_001.xml", b"<x/>", flags=1))),
    "password-protected workbook": ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le")),
    "macro workbook": ("a.xlsm", with_part("xl/vbaProject.bin")),
    "formula cell": ("a.xlsx", workbook(typed(), change=cell("F2", "=1+1"))),
    "1029:1 zip bomb": ("a.zip", flat_bomb()),
    "name with ../": ("a.zip", zipped(("../a.xml", b"<x/>"))),
    "CSV in Windows-1252": ("a.csv", LEAVERS.replace(b"Example,Ada", b"Ex\xe4mple,Ada")),
    "one cell of many": ("a.csv", separated(row(1), row(2, dob="soon")).encode()),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content"), BAD_FILES.values(), ids=BAD_FILES)
def test_bad_file_is_a_clear_finding_and_nothing_of_it_is_stored(world: World, name: str, content: bytes) -> None:
    with world.kent.store.engine.connect() as asked:
        before = asked.exec_driver_sql("select count(*) from kept").scalar()
    (one,) = send(world, (name, content)).entries
    assert not one.accepted
    assert one.answer["sentence"].endswith(".") and one.answer["fix"].endswith(".")
    assert one.answer["findings"] or one.answer["code"] == Code.WRONG_VERSION
    assert all(each["message"].endswith(".") and each["fix"].endswith(".") for each in one.answer["findings"])
    with world.kent.store.engine.connect() as asked:
        assert asked.exec_driver_sql("select count(*) from kept").scalar() == before
    assert not world.kent.store.receipts(LARKMERE, 9)


def test_mixed_zip_has_an_answer_for_each_file_and_the_good_ones_go(world: World) -> None:
    made = leavers(seed=9)
    content = zipped(("a/read me.txt", b"Hello"), (made.name, made.content), ("leavers.csv", LEAVERS))
    letter, file, sheet = send(world, ("all.zip", content)).entries
    assert [one.accepted for one in (letter, file, sheet)] == [False, True, True]
    assert letter.answer["findings"][0]["code"] == "DOC-ZIP-011"
    assert {one.inside for one in (letter, file, sheet)} == {"all.zip"}


def test_a_sheet_is_an_upload_like_any_other_and_the_same_sheet_has_the_same_receipt(world: World) -> None:
    (first,) = send(world, ("leavers.csv", LEAVERS)).entries
    (again,) = send(world, ("leavers.xlsx", workbook(typed(1), {**typed(2)}))).entries
    assert (first.accepted, first.pupils, first.counted) == (True, 2, "row")
    assert (first.name, first.inside) == ("8864321_CTF_8874123_001.xml", "leavers.csv")
    assert again.repeated and again.answer["receipt"] == first.answer["receipt"]


def test_the_good_rows_go_by_choice_and_the_labels_are_those_of_the_sheet(world: World) -> None:
    content = separated(row(1), row(2, dob="soon", forename="Bea")).encode()
    (one,) = send(world, ("a.csv", content), choice=Choice(ready=True)).entries
    assert (one.accepted, one.ready, one.held) == (True, 1, 1)
    assert one.answer["findings"][0]["line"] == 3
    assert one.labels["2"].startswith("B.E., UPN ending")
