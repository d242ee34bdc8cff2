"""A case closed, kept, and destroyed when its years are over, while every proof of it still verifies."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway import settings
from gateway.core import bundle, retention
from gateway.core.errors import Code, Fault, Refusal
from gateway.core.facts import Ending, RecallReason, RightsStep, Source, Whole
from gateway.core.log import tree
from gateway.core.records import Kept, Record, Retained
from gateway.core.retention import Live
from gateway.core.sample import SampleFile
from gateway.core.terms import CaseId, DisclosureId, Flag, Kind, LaEstab, PartnerId, UploadId
from gateway.edge.store import carrying
from gateway.edge.store import tables as t
from gateway.edge.verifying import verify_whole
from gateway.flows import casebook, casework, destroying, dispatch, enquiry, recalling, retaining, watching
from gateway.flows.retaining import Hands
from tests import simulator
from tests.flows.test_cases import MANAGER, leaver, only
from tests.flows.test_recalls import deliver
from tests.flows.test_rights_answered import opened, step
from tests.flows.watch import GOVERNANCE, OFFICER, WHY, decisions_of, flag, hand_in, lines, values
from tests.simulator import KENT, MEDWAY, Side, World, leavers

RULES = retention.from_toml((settings.shipped("partners") / "retention.toml").read_text(encoding="utf-8"))
NINETY = timedelta(days=90)
CLOSED = date(2026, 11, 20)
OVER = datetime(2033, 1, 5, 9, tzinfo=UTC)
"""Six years after a case of 2026, its year is over."""


@pytest.fixture
def own(keys: Path, tmp_path: Path, filled: dict[PartnerId, str]) -> Iterator[World]:
    """Two councils on either database, with keys that a test may destroy."""
    made = simulator.opened(shutil.copytree(keys, tmp_path / "keys"), filled)
    made.kent.store.add_person(GOVERNANCE, Record(()))
    yield made
    simulator.close(made)


def hands(side: Side, *still: retaining.Still) -> Hands:
    return Hands(side.store, side.vault, RULES, NINETY, still)


def told(world: World, seed: int = 1) -> tuple[DisclosureId, UploadId]:
    """Kent has told Medway of a child: the disclosure, and the source that it came from."""
    disclosure = DisclosureId(str(decisions_of(world.notice(seed))[0]["disclosure"]))
    deliver(world)
    found = world.kent.store.decided(disclosure)
    assert found is not None
    return disclosure, found.source


def start(world: World, source: UploadId, code: str = "case-6", born: date | None = None) -> int:
    at = world.clock.on(days=1)
    made = retaining.start(world.kent.gateway, hands(world.kent), GOVERNANCE, source, code, CLOSED, at, born)
    return made.year


def run(world: World, at: datetime = OVER, *still: retaining.Still) -> destroying.Run:
    return destroying.run(world.kent.gateway, hands(world.kent, *still), GOVERNANCE, at)


def refusal_of(act: Callable[[], object]) -> Code:
    with pytest.raises(Refusal) as found:
        act()
    return found.value.code


def proved(world: World, disclosure: DisclosureId) -> bundle.Checked:
    world.kent.store.publish(world.clock(), world.kent.vault)
    packed = bundle.pack(enquiry.bundle_of(world.kent.store, disclosure))
    return bundle.verify(bundle.unpack(packed), [world.kent.vault.verifier(1)])


# -- a case, from its closing to its end ------------------------------------------------------------------------------


def test_a_closed_case_is_kept_and_destroyed_while_its_proofs_still_verify(own: World, tmp_path: Path) -> None:
    disclosure, source = told(own)
    before, kent = proved(own, disclosure), own.kent
    older = bundle.pack(enquiry.bundle_of(kent.store, disclosure))
    assert start(own, source) == 2032
    (document,) = kent.store.resting_of(source)
    assert document.wrapped_by == "case-6.2032"
    assert kent.vault.open_kept(document), "closed, and still readable"
    (ahead,) = retaining.preview(kent.gateway, hands(kent), GOVERNANCE, date(2033, 6, 1))
    assert (ahead.documents, ahead.ends, ahead.stops) == (1, date(2032, 12, 31), frozenset())
    assert ahead.salts > 3
    saved = tmp_path / "kent.backup"
    carrying.back_up(kent.store.engine.url.render_as_string(hide_password=False), saved)
    written = list(kent.store.lines())
    assert run(own, datetime(2032, 12, 31, 23, tzinfo=UTC)).destroyed == (), "its last day is not over"
    (gone,) = run(own).destroyed
    assert (gone.documents, gone.salts) == (1, ahead.salts)
    with pytest.raises(Fault):
        kent.store.kept(document.id)
    assert kent.store.salts_of(source) == 0, "who destroyed it belongs to the year in which that was done"
    assert list(kent.store.lines())[: len(written)] == written, "no line is touched"
    assert _root(kent) == kent.store.edge().root
    after = proved(own, disclosure)
    assert after.lines[: len(before.lines)] == before.lines
    assert (after.soap, after.receipt) == (before.soap, before.receipt) == (True, True)
    assert bundle.verify(bundle.unpack(older), [kent.vault.verifier(1)]).lines == before.lines, "the old bundle too"
    assert not _opens(saved, document.id, kent), "nor does a backup give it back"


def _root(side: Side) -> bytes:
    return tree.Edge().grow_all(tree.leaf(line) for line in side.store.lines()).root


def _opens(backup: Path, kept: str, side: Side) -> bool:
    """Whether a document that lies in a backup can be opened with the keys that are left."""
    engine = sa.create_engine(f"sqlite:///{backup}")
    with engine.connect() as db:
        row = db.execute(sa.select(t.kept).where(t.kept.c.id == kept)).one()
    engine.dispose()
    try:
        side.vault.open_kept(Kept(row.id, row.sealed, row.wrapped, row.wrapped_by))
    except Fault:
        return False
    return True


def test_the_full_check_is_green_after_a_run_and_still_finds_what_nobody_logged(own: World) -> None:
    _, source = told(own)
    start(own, source)
    assert run(own).destroyed
    own.kent.store.publish(own.clock(), own.kent.vault)
    assert verify_whole(own.kent).startswith("sound: ")
    with own.kent.store.engine.begin() as db:
        table, left = t.joins, db.execute(sa.select(t.joins)).first()
        assert left is not None
        db.execute(table.delete().where(*(column == left._mapping[column.name] for column in table.primary_key)))
    assert "1 rows are missing in joins" in verify_whole(own.kent)


def test_the_certificate_names_the_day_on_which_the_last_backup_ends_that_could_give_it_back(own: World) -> None:
    _, source = told(own)
    start(own, source)
    (gone,) = run(own).destroyed
    assert gone.documents_until == OVER.date(), "its key is gone, so every backup is blind from today"
    assert gone.salts_until == OVER.date() + NINETY
    assert own.kent.store.destructions([KENT]) == [gone]
    ((line,), (key,)) = lines(own.kent, "RetentionDestroyed"), lines(own.kent, "WrappingKeyDestroyed")
    assert (line["source"], line["documents"], line["by"] != GOVERNANCE.id) == (source, 1, True)
    assert (key["retention"], key["year"]) == ("case-6", 2032)
    assert own.kent.vault.wrapping_keys() == []


def test_a_backup_from_before_the_clock_was_started_is_counted(own: World) -> None:
    _, source = told(own)
    own.clock.at = datetime(2032, 12, 20, 9, tzinfo=UTC)
    made = retaining.start(
        own.kent.gateway, hands(own.kent), GOVERNANCE, source, "case-6", date(2026, 1, 1), own.clock()
    )
    (gone,) = run(own).destroyed
    assert gone.documents_until == (made.wrapped_at + NINETY).date() > OVER.date()


# -- what does not go -------------------------------------------------------------------------------------------------


def test_what_is_held_restricted_or_runs_does_not_go_and_its_years_key_ends_all_the_same(own: World) -> None:
    kent = own.kent
    made = leavers(pupils=1)
    sources = [told(own, 1)[1], told(own, 2)[1], told(own, 3)[1]]
    restricted = own.upload(made.content, made.name)
    deliver(own)
    arrived(own)
    decided = kent.store.decided(DisclosureId(str(decisions_of(restricted)[0]["disclosure"])))
    assert decided is not None
    sources.append(decided.source)
    for one in sources:
        start(own, one)
    retaining.hold(kent.gateway, hands(kent), GOVERNANCE, sources[0], WHY, own.clock())
    flag(own, made, 1, Flag.RESTRICTION)

    def request(source: Source) -> list[Live]:
        return [Live.RIGHTS] if source == sources[1] else []

    done = run(own, OVER, request)
    assert [one.source for one in done.destroyed] == [sources[2]]
    why = {sources[0]: {Live.HELD}, sources[1]: {Live.RIGHTS}, sources[3]: {Live.RESTRICTED}}
    assert dict(done.left) == why
    assert done.keys == ("case-6.2032",)
    assert kent.vault.wrapping_keys() == ["case-6.2033"]
    assert all(kent.vault.open_kept(one) for source in why for one in kent.store.resting_of(source))
    retaining.free(kent.gateway, hands(kent), GOVERNANCE, sources[0], WHY, own.clock())
    again = run(own, OVER.replace(year=2034))
    assert {one.source for one in again.destroyed} == {sources[0], sources[1]}


def test_a_disclosure_that_is_called_back_and_not_answered_does_not_go(own: World) -> None:
    disclosure, source = told(own)
    start(own, source)
    recalling.recall(own.kent.gateway, own.kent.store, OFFICER, disclosure, RecallReason.WRONG_CHILD, WHY, own.clock())
    deliver(own)
    done = run(own)
    assert done.destroyed == ()
    assert dict(done.left) == {source: {Live.TASK}}


def test_what_waits_to_be_sent_does_not_go(own: World) -> None:
    disclosure = DisclosureId(str(decisions_of(own.notice())[0]["disclosure"]))
    found = own.kent.store.decided(disclosure)
    assert found is not None
    start(own, found.source)
    assert dict(run(own).left) == {found.source: {Live.UNDER_WAY}}
    dispatch.send_due(own.kent.gateway)


def test_a_restriction_set_while_a_run_looks_stops_it(own: World) -> None:
    made = leavers(pupils=1)
    sent = own.upload(made.content, made.name)
    deliver(own)
    found = own.kent.store.decided(DisclosureId(str(decisions_of(sent)[0]["disclosure"])))
    assert found is not None
    start(own, found.source)

    def meanwhile(source: Source) -> list[Live]:
        if source == found.source and not own.kent.store.flags([KENT]):
            flag(own, made, 1, Flag.RESTRICTION)
        return []

    assert run(own, OVER, meanwhile).destroyed == ()
    assert own.kent.store.resting_of(found.source)


def test_a_run_that_died_before_it_ended_a_key_ends_it_the_next_time(own: World) -> None:
    _, source = told(own)
    start(own, source)
    store = own.kent.store
    (one,) = store.retained([KENT])
    assert store.destroy(one, Record((), retained=(_destroyed(one),)))
    assert own.kent.vault.wrapping_keys() == ["case-6.2032"]
    assert run(own).keys == ("case-6.2032",)
    assert run(own).keys == ()


def _destroyed(one: Retained) -> Retained:
    return replace(one, destroyed_at=OVER)


# -- what lives on --


def arrived(world: World) -> None:
    """Somebody says of every leaver who is watched that it has started at its next school."""
    for one in world.kent.store.watches([KENT]):
        watching.started(world.kent.gateway, world.kent.store, OFFICER, one.id, world.clock())


def family(world: World) -> tuple[SampleFile, UploadId]:
    """A child whose file Kent took and sent on, and the source; the years of it are over in 2033."""
    made = leavers(pupils=1, seed=5)
    sent = world.upload(made.content, made.name)
    deliver(world)
    arrived(world)
    found = world.kent.store.decided(DisclosureId(str(decisions_of(sent)[0]["disclosure"])))
    assert found is not None
    start(world, found.source)
    return made, found.source


def case_about(world: World, made: SampleFile) -> CaseId:
    """A case at Kent about the same child, opened by another file than the one that is to go."""
    (upn,) = values(made.content, "UPN")
    missing = leaver()
    (theirs,) = values(missing.content, "UPN")
    hand_in(world, SampleFile(missing.name, missing.content.replace(theirs, upn)))
    return only(world)


def test_the_papers_of_a_child_with_a_live_case_stay_until_it_is_closed(own: World) -> None:
    kent = own.kent
    made, source = family(own)
    case = case_about(own, made)
    later = OVER.replace(year=2034)
    assert dict(run(own, OVER, kent.store.living).left) == {source: {Live.CASE}}
    assert kent.store.resting_of(source)
    casebook.close(kent.gateway, kent.store, MANAGER, case, Ending.ENQUIRIES_EXHAUSTED, {"reason": WHY}, OVER)
    assert [one.source for one in run(own, later, kent.store.living).destroyed] == [source]


def test_the_papers_of_a_child_about_whom_somebody_asks_stay_until_that_is_answered(own: World) -> None:
    kent = own.kent
    made, source = family(own)
    request = opened(own, made)
    later = OVER.replace(year=2034)
    assert dict(run(own, OVER, kent.store.living).left) == {source: {Live.RIGHTS}}
    step(own, request, RightsStep.REFUSED, GOVERNANCE)
    assert [one.source for one in run(own, later, kent.store.living).destroyed] == [source]


def test_a_case_or_a_request_that_comes_while_a_run_looks_stops_it(own: World) -> None:
    made, source = family(own)
    ((one,), nobody) = own.kent.store.retained([KENT]), leavers(pupils=1, seed=9)
    opened(own, nobody)
    assert own.kent.store.living(source) == frozenset(), "a stranger's request stops nothing"
    request = opened(own, made)
    assert not own.kent.store.destroy(one, Record((), retained=(_destroyed(one),)))
    step(own, request, RightsStep.WITHDRAWN)
    case_about(own, made)
    assert not own.kent.store.destroy(one, Record((), retained=(_destroyed(one),)))
    assert own.kent.store.resting_of(source)


# -- rules and who may ------------------------------------------------------------------------------------------------


def test_a_class_by_age_needs_the_birthday_and_the_log_has_the_year_alone(own: World) -> None:
    _, source = told(own)
    assert refusal_of(lambda: start(own, source, "cme-age-31")) is Code.BIRTHDAY_WANTED
    assert start(own, source, "cme-age-31", date(2012, 5, 17)) == 2043
    (line,) = lines(own.kent, "RetentionStarted")
    assert line["year"] == 2043 and "05-17" not in str(line)
    assert refusal_of(lambda: start(own, source)) is Code.SETTLED


@pytest.mark.parametrize(
    ("code", "year"), [("cme-35", 2061), ("cme-age-75", 2087), ("policy-6-months", 2027), ("register-6", 2032)]
)
def test_each_class_ends_in_the_year_that_its_source_says(code: str, year: int) -> None:
    rule = retention.find(RULES, code, KENT)
    assert rule is not None
    assert rule.last_year(CLOSED, date(2012, 5, 17)) == year


def test_a_homes_own_rule_stands_before_everybodys() -> None:
    row = '[[class]]\ncode = "case-6"\nwhat = "w"\nevent = "e"\nsource = "s"\nyears = 7\nhome = "council-886"\n'
    rules = (*RULES, *retention.from_toml(row))
    found = [retention.find(rules, "case-6", home) for home in (KENT, MEDWAY)]
    assert [one.years for one in found if one] == [7, 6]
    narrow = (*rules, *retention.from_toml(row.replace("years = 7", 'years = 2\nkind = "enquiry"')))
    found = [retention.find(narrow, "case-6", KENT, kind) for kind in (Kind.ENQUIRY, Kind.CTF, Whole.CASE)]
    assert [one.years for one in found if one] == [2, 7, 7], "of one home's rows the one for this kind"
    everybody = retention.from_toml(
        row.replace("years = 7", 'years = 3\nkind = "case"').replace('home = "council-886"', "")
    )
    found = [retention.find((*RULES, *everybody), "case-6", MEDWAY, kind) for kind in (Whole.CASE, Kind.CTF)]
    assert [one.years for one in found if one] == [3, 6]
    with pytest.raises(ValueError, match="class 1"):
        retention.from_toml(row.replace("years = 7", 'years = 7\nkind = "anything"'))
    with pytest.raises(ValueError, match="exactly one"):
        retention.from_toml(row.replace("years = 7", "years = 7\nage = 3"))


def test_only_governance_starts_holds_and_destroys_and_only_what_is_its_own(own: World) -> None:
    gateway, mine = own.kent.gateway, hands(own.kent)
    _, source = told(own)
    nobody = UploadId("u-" + "a" * 26)
    assert refusal_of(lambda: destroying.run(gateway, mine, OFFICER, OVER)) is Code.NOT_ALLOWED
    assert refusal_of(lambda: start(own, nobody)) is Code.NOT_FOUND
    assert refusal_of(lambda: start(own, source, "for-ever")) is Code.NOT_FOUND
    start(own, source)
    assert refusal_of(lambda: retaining.hold(gateway, mine, OFFICER, source, WHY, OVER)) is Code.NOT_ALLOWED
    assert refusal_of(lambda: retaining.hold(gateway, mine, GOVERNANCE, source, "no", OVER)) is Code.REASON_WANTED
    assert refusal_of(lambda: retaining.free(gateway, mine, GOVERNANCE, source, WHY, OVER)) is Code.SETTLED
    retaining.hold(gateway, mine, GOVERNANCE, source, WHY, OVER)
    assert WHY.encode() not in b"".join(own.kent.store.lines())
    assert os.sep not in "".join(own.kent.vault.wrapping_keys())


def test_a_file_that_its_reader_had_collected_opens_no_more(own: World) -> None:
    sent = own.leavers(dest=LaEstab("XXXXXXX"), pupils=1)
    found = own.kent.store.decided(DisclosureId(str(decisions_of(sent)[0]["disclosure"])))
    assert found is not None
    (one,) = own.kent.store.parcels_of(found.source)
    casework.collect(own.kent.gateway, OFFICER, one.parcel.id, own.clock())
    start(own, found.source)
    ending = (MANAGER, only(own), Ending.ENQUIRIES_EXHAUSTED, {"reason": WHY}, own.clock())
    casebook.close(own.kent.gateway, own.kent.store, *ending)
    assert len(run(own).destroyed) == 1
    again = partial(casework.collect, own.kent.gateway, OFFICER, one.parcel.id, OVER)
    assert refusal_of(again) is Code.CALLED_BACK
