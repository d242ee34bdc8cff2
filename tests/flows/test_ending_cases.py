"""A case and all that hangs on it: closed, kept with its timeline, and destroyed to the last note when its years are over."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.core import bundle
from gateway.core.cases import CaseState
from gateway.core.errors import Code, Fault
from gateway.core.facts import Ending, EntryKind, RetentionClass, RightsStep, Source
from gateway.core.records import Explanation, Kept, Record
from gateway.core.retention import Live
from gateway.core.sample import SampleFile
from gateway.core.terms import CaseId, DisclosureId, PartnerId, RuleCode, UploadId
from gateway.edge.store import carrying
from gateway.edge.store import tables as t
from gateway.edge.verifying import verify_whole
from gateway.flows import casebook, casework, destroying, enquiry, retaining
from tests import simulator
from tests.flows.test_cases import MANAGER, leaver, only
from tests.flows.test_never_arrived import moving
from tests.flows.test_recalls import deliver
from tests.flows.test_retaining import CLOSED, NINETY, arrived, hands, refusal_of
from tests.flows.test_rights_answered import opened, step
from tests.flows.watch import GOVERNANCE, OFFICER, WHY, hand_in, lines
from tests.simulator import KENT, LARKMERE, MEDWAY, NUMBERS, TIDEWAY, World

OVER = datetime(2033, 1, 5, 9, tzinfo=UTC)
NOTE = "The neighbour saw the family load a van."


@pytest.fixture
def own(keys: Path, tmp_path: Path, filled: dict[PartnerId, str]) -> Iterator[World]:
    """Two councils on either database, with keys that a test may destroy."""
    made = simulator.opened(shutil.copytree(keys, tmp_path / "keys"), filled)
    made.kent.store.add_person(GOVERNANCE, Record(()))
    yield made
    simulator.close(made)


def start(world: World, source: Source, code: str = "case-6", born: date | None = None) -> int:
    kept = hands(world.kent, world.kent.store.living)
    made = retaining.start(world.kent.gateway, kept, GOVERNANCE, source, code, CLOSED, world.clock.on(days=1), born)
    return made.year


def run(world: World, at: datetime = OVER) -> destroying.Run:
    return destroying.run(world.kent.gateway, hands(world.kent, world.kent.store.living), GOVERNANCE, at)


def note(world: World, case: CaseId, kind: EntryKind = EntryKind.FACT, text: str = NOTE) -> None:
    casebook.note(world.kent.gateway, world.kent.store, OFFICER, case, kind, {"text": text}, world.clock())


def told(world: World, case: CaseId) -> list[str]:
    shown = casebook.show(world.kent.gateway, world.kent.store, OFFICER, case, world.clock())
    return [one.text for one in shown.timeline]


def close(world: World, case: CaseId) -> None:
    ending = (Ending.ENQUIRIES_EXHAUSTED, {"reason": WHY}, world.clock())
    casebook.close(world.kent.gateway, world.kent.store, MANAGER, case, *ending)


def a_case(world: World, made: SampleFile | None = None) -> tuple[CaseId, UploadId]:
    """A leaver whose destination nobody knows, and what an officer wrote of it: the case, and the file that opened it."""
    plan = hand_in(world, made or leaver("G"))
    case = only(world)
    note(world, case)
    note(world, case, EntryKind.OPINION, "I think that they went to Medway.")
    source = UploadId(json.loads(plan.answer)["upload"])
    for one in world.kent.store.parcels_of(source):
        casework.collect(world.kent.gateway, OFFICER, one.parcel.id, world.clock())
    return case, source


def rests(world: World, table: sa.Table) -> int:
    with world.kent.store.engine.connect() as db:
        return int(db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_a_case_is_closed_kept_and_destroyed_with_every_note_while_its_proofs_still_verify(
    own: World, tmp_path: Path
) -> None:
    case, papers = a_case(own)
    kent, store = own.kent, own.kent.store
    assert refusal_of(lambda: start(own, case)) is Code.CASE_STEP, "its duties are not met"
    close(own, case)
    assert retaining.waiting(kent.gateway, store, GOVERNANCE, own.clock.on(days=1)) == [case, papers]
    assert (start(own, case), start(own, papers)) == (2032, 2032)
    assert retaining.waiting(kent.gateway, store, GOVERNANCE, own.clock.on(days=1)) == []
    resting = store.resting_of(case)
    assert len(resting) == 5, "who the child is, the file, two notes and the closing"
    assert {one.wrapped_by for one in (*resting, *store.resting_of(papers))} == {"case-6.2032"}
    assert NOTE in told(own, case), "closed, and still readable"
    store.publish(own.clock(), kent.vault)
    (disclosure,) = (one for (one,) in _disclosures(own, papers))
    packed = bundle.pack(enquiry.bundle_of(store, disclosure))
    written, saved = list(store.lines()), tmp_path / "kent.backup"
    carrying.back_up(store.engine.url.render_as_string(hide_password=False), saved)
    done = run(own)
    assert ({one.source: one.documents for one in done.destroyed}, done.keys) == (
        {case: 5, papers: 2}, ("case-6.2032",)
    )  # fmt: skip
    assert all(one.documents_until == OVER.date() for one in done.destroyed)
    assert store.case(case) is None and store.entries(case) == []
    assert [rests(own, table) for table in (t.cases, t.case_entries, t.case_handles, t.named)] == [0, 0, 0, 0]
    assert not [one for one in resting if _opens(saved, one.id, own)], "nor does a backup give a note back"
    assert list(store.lines())[: len(written)] == written
    store.publish(own.clock(), kent.vault)
    assert verify_whole(kent).startswith("sound: ")
    key = [kent.vault.verifier(1)]
    before = bundle.verify(bundle.unpack(packed), key).lines
    after = bundle.verify(bundle.unpack(bundle.pack(enquiry.bundle_of(store, disclosure))), key).lines
    assert len(before) > 1 and after[: len(before)] == before
    assert {row.source for row in store.destructions([KENT])} == {case, papers}
    assert store.salts_of(case) == 0, "who destroyed it belongs to the year"


def _disclosures(world: World, source: UploadId) -> list[tuple[DisclosureId]]:
    with world.kent.store.engine.connect() as db:
        query = sa.select(t.decisions.c.disclosure).where(t.decisions.c.source == source)
        return [(DisclosureId(one),) for one in db.execute(query).scalars()]


def _opens(backup: Path, kept: str, world: World) -> bool:
    """Whether what rests in a row of a backup can be opened with the keys that are left."""
    engine = sa.create_engine(f"sqlite:///{backup}")
    with engine.connect() as db:
        rows = [
            row
            for table in (t.cases, t.case_entries)
            for row in db.execute(sa.select(table).where(table.c.kept == kept))
        ]
    engine.dispose()
    (row,) = rows
    try:
        world.kent.vault.open_kept(Kept(row.kept, row.sealed, row.wrapped, row.wrapped_by))
    except Fault:
        return False
    return True


def test_a_case_that_is_opened_again_is_put_off_whole(own: World) -> None:
    case, _ = a_case(own)
    close(own, case)
    start(own, case)
    casebook.reopen(own.kent.gateway, own.kent.store, OFFICER, case, "They are back in Maidstone.", own.clock())
    done = run(own)
    assert not done.destroyed and dict(done.left) == {case: {Live.CASE}}
    assert NOTE in told(own, case)
    (one,) = own.kent.store.retained([KENT])
    assert not own.kent.store.destroy(one, Record(())), "nor where it was opened while the run looked"


def test_a_case_takes_those_that_went_on_in_it_along(own: World) -> None:
    case, _ = a_case(own)
    other = leaver("H", 2)
    hand_in(own, other)
    (second,) = (one.id for one in own.kent.store.cases([KENT], [CaseState.OPEN]) if one.id != case)
    note(own, second, text="She was seen at the swimming pool.")
    casebook.merge(own.kent.gateway, own.kent.store, OFFICER, second, case, "One child: same mother.", own.clock())
    close(own, case)
    start(own, case)
    assert len(run(own).destroyed) == 1
    assert own.kent.store.case(second) is None and rests(own, t.case_entries) == 0


def test_papers_that_go_before_their_case_leave_its_own_lines_their_salts(own: World) -> None:
    case, papers = a_case(own)
    close(own, case)
    start(own, papers)
    start(own, case, "cme-35")
    before = own.kent.store.salts_of(case)
    assert [one.source for one in run(own).destroyed] == [papers]
    assert own.kent.store.salts_of(case) == before
    assert NOTE in told(own, case)


def test_a_note_that_came_after_the_clock_was_started_is_counted_for_the_backups(own: World) -> None:
    case, _ = a_case(own)
    close(own, case)
    start(own, case)
    note(own, case, text="A letter came from the grandmother.")
    (gone,) = run(own).destroyed
    assert gone.documents_until == gone.salts_until == OVER.date() + NINETY, "it rested under a key that goes on"


def test_who_is_watched_or_on_the_list_keeps_the_file_and_then_goes_with_it(own: World) -> None:
    plan = hand_in(own, moving(NUMBERS[TIDEWAY]))
    deliver(own)
    source = UploadId(json.loads(plan.answer)["upload"])
    start(own, source)
    assert dict(run(own).left) == {source: {Live.WATCHED}}
    arrived(own)
    assert rests(own, t.watches) == 1
    (one,) = run(own, OVER.replace(year=2034)).destroyed
    assert one.documents == 2, "the file, and who was watched"
    assert [rests(own, table) for table in (t.watches, t.watch_handles)] == [0, 0]


def test_what_stands_of_a_file_that_was_refused_ends_too(own: World) -> None:
    good = leaver("F")
    plan = hand_in(own, SampleFile(good.name, good.content.replace(b"<DOB>", b"<DOB>x", 1)))
    source = UploadId(json.loads(plan.answer)["upload"])
    start(own, source)
    assert dict(run(own).left) == {source: {Live.WATCHED}}, "the school has not been called yet"
    hand_in(own, good)
    close(own, only(own))
    assert [one.source for one in run(own, OVER.replace(year=2034)).destroyed] == [source]
    assert rests(own, t.blocked) == 0


def test_an_explanation_rests_under_the_key_of_its_file_and_ends_with_it(own: World) -> None:
    _, papers = a_case(own)
    close(own, only(own))
    kept = own.kent.vault.keep(b"The child has two homes.")
    one = Explanation(papers, RuleCode("CTF-UPN-001"), LARKMERE, KENT, (1,), own.clock(), kept)
    own.kent.store.record(Record((), explained=(one,)))
    start(own, papers)
    (held,) = own.kent.store.explanations_of(papers)
    assert held.kept.wrapped_by == "case-6.2032" and own.kent.vault.open_kept(held.kept)
    (gone,) = run(own).destroyed
    assert (gone.documents, gone.documents_until) == (3, OVER.date())
    assert own.kent.store.explanations_of(papers) == []


def test_a_rights_request_that_was_answered_ends_with_its_steps(own: World) -> None:
    made = leaver("G")
    hand_in(own, made)
    request = opened(own, made)
    assert refusal_of(lambda: start(own, request)) is Code.RIGHTS_STEP
    step(own, request, RightsStep.REFUSED, GOVERNANCE)
    assert request in retaining.waiting(own.kent.gateway, own.kent.store, GOVERNANCE, own.clock.on(days=1))
    assert start(own, request) == 2032
    (gone,) = run(own).destroyed
    assert (gone.source, gone.documents) == (request, 2)
    assert own.kent.store.rights_request(request) is None and own.kent.store.rights_steps(request) == []
    assert own.kent.store.case(only(own)) is not None, "the case stays"


def test_another_home_neither_starts_nor_sees_it(own: World) -> None:
    case, _ = a_case(own)
    close(own, case)
    theirs = GOVERNANCE.__class__(GOVERNANCE.id, GOVERNANCE.role, MEDWAY)
    side = own.medway
    assert retaining.waiting(side.gateway, own.kent.store, theirs, own.clock.on(days=1)) == []
    kept = hands(own.kent, own.kent.store.living)
    begin = (theirs, case, RetentionClass("case-6"), CLOSED, own.clock())
    assert refusal_of(lambda: retaining.start(side.gateway, kept, *begin)) is Code.NOT_FOUND
    assert lines(own.kent, "RetentionStarted") == []
