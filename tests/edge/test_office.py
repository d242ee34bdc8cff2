"""What the pages keep: a week for a report, a day for a draft, for ever for a receipt, on either database."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.core.records import Draft, Explanation, Labels, Record, Report
from gateway.core.terms import PersonId, ReportId, RuleCode, UploadId
from gateway.edge.store import tables as t
from tests.simulator import ACADEMY, KENT, LARKMERE, NOON, World, leavers
from tests.web.office import random_id

DAY, WEEK = timedelta(days=1), timedelta(days=7)


def report(world: World, days: float = 0, content: bytes = b"x") -> Report:
    at = NOON + timedelta(days=days)
    kept = world.kent.vault.keep(content)
    return Report(ReportId(random_id("r")), LARKMERE, PersonId("l.office"), at, at + WEEK, kept)


def test_report_comes_back_as_it_was_kept(either: World) -> None:
    made = report(either)
    either.kent.store.keep_report(made)
    assert either.kent.store.report(made.id, NOON) == made
    assert either.kent.store.report(ReportId(random_id("r")), NOON) is None


def test_report_ends_with_its_week_and_the_next_one_destroys_it(either: World) -> None:
    store = either.kent.store
    old = report(either)
    store.keep_report(old)
    assert store.report(old.id, NOON + WEEK - timedelta(seconds=1)) == old
    assert store.report(old.id, NOON + WEEK) is None
    store.keep_report(report(either, days=7))
    with store.engine.connect() as db:
        assert db.execute(sa.select(sa.func.count()).select_from(t.reports)).scalar_one() == 1


def test_labels_end_before_their_report_and_nothing_of_them_is_left(either: World) -> None:
    store, vault = either.kent.store, either.kent.vault
    made = replace(report(either), labels=Labels(NOON + timedelta(hours=4), vault.keep(b"A.B., UPN ending 12X")))
    store.keep_report(made)
    assert store.report(made.id, NOON + timedelta(hours=3)) == made
    assert store.reports_of(LARKMERE, NOON + timedelta(hours=4), 9) == [replace(made, labels=None)]
    store.forget_reports(NOON + timedelta(hours=4))
    with store.engine.connect() as db:
        assert db.execute(sa.select(t.labels)).all() == []
    assert store.report(made.id, NOON) == replace(made, labels=None)
    later = replace(made, labels=Labels(NOON + DAY, vault.keep(b"C.D.")))
    for _ in range(2):
        store.send_report(later)
    assert store.report(made.id, NOON) == later
    store.forget_reports(NOON + WEEK)
    assert store.report(made.id, NOON) is None


def test_reports_of_an_organisation_are_its_own_newest_first_and_no_more_than_asked(either: World) -> None:
    store = either.kent.store
    mine = [report(either, days=day) for day in (0, 1, 2)]
    theirs = replace(report(either, days=3), organisation=ACADEMY)
    for one in (*mine, theirs):
        store.keep_report(one)
    assert store.reports_of(LARKMERE, NOON, 9) == mine[::-1]
    assert store.reports_of(LARKMERE, NOON, 2) == [mine[2], mine[1]]
    assert store.reports_of(ACADEMY, NOON, 9) == [theirs]


def test_what_a_report_says_rests_closed(either: World) -> None:
    made = report(either, content=b"A.B., UPN ending 12X")
    either.kent.store.keep_report(made)
    with either.kent.store.engine.connect() as db:
        (row,) = db.execute(sa.select(t.reports)).all()
    assert b"UPN ending" not in b"".join(one for one in row if isinstance(one, bytes))
    assert either.kent.vault.open_kept(made.kept) == b"A.B., UPN ending 12X"


def draft(world: World, of: Report) -> Draft:
    return Draft(UploadId(random_id("u")), of.id, of.at + DAY, world.kent.vault.keep(b"a.xml\n<x/>"))


def test_draft_waits_with_its_report_for_a_day_and_is_gone_when_that_is_sent(either: World) -> None:
    store, made, other = either.kent.store, report(either), report(either, days=0.5)
    waiting = [draft(either, made), draft(either, made)]
    store.keep_report(made, waiting)
    store.keep_report(other, [draft(either, other)])
    assert sorted(store.drafts(made.id, NOON), key=str) == sorted(waiting, key=str)
    assert store.drafts(made.id, NOON + DAY) == []
    sent = replace(made, kept=either.kent.vault.keep(b"sent"))
    store.send_report(sent)
    assert store.drafts(made.id, NOON) == []
    assert store.report(made.id, NOON) == sent
    assert len(store.drafts(other.id, NOON + DAY)) == 1
    store.keep_report(report(either, days=1.5))
    assert store.drafts(other.id, NOON) == [], "swept away by the next report"


@pytest.mark.past_the_flows
def test_explanation_comes_back_as_it_was_written_and_is_released_once(either: World) -> None:
    store, upload = either.kent.store, UploadId(random_id("u"))
    rules = [RuleCode("CTF-UPN-002"), RuleCode("CTF-ATT-001")]
    made = [
        Explanation(upload, rule, LARKMERE, KENT, (1, 3)[:place], NOON, either.kent.vault.keep(b"x"), by)
        for place, (rule, by) in enumerate(zip(rules, (PersonId("l.office"), None), strict=True))
    ]
    store.record(Record((), explained=tuple(made)))
    assert store.explanations_of(upload) == sorted(made, key=lambda one: one.rule)
    assert store.explanations(KENT, 1) == [min(made, key=lambda one: one.rule)]
    assert store.explanations(LARKMERE, 9) == []
    assert store.release(upload, rules[0], PersonId("k.officer"), NOON + DAY, Record(()))
    assert not store.release(upload, rules[0], PersonId("k.other"), NOON + WEEK, Record(()))
    after = {one.rule: (one.released_by, one.released_at) for one in store.explanations_of(upload)}
    assert after == {rules[0]: (PersonId("k.officer"), NOON + DAY), rules[1]: (None, None)}


def test_receipt_is_found_by_its_number_and_by_its_sender_only(either: World) -> None:
    store = either.kent.store
    made = [leavers(), leavers(pupils=3)]
    for one in made:
        either.upload(one.content, one.name)
        either.clock.on(seconds=1)
    newest, oldest = store.receipts(LARKMERE, 9)
    assert newest.at > oldest.at
    assert newest.upload is not None
    assert store.receipt(LARKMERE, newest.upload) == newest
    assert store.receipt(ACADEMY, newest.upload) is None
    assert store.receipt(LARKMERE, UploadId(random_id("u"))) is None
    assert store.receipts(LARKMERE, 1) == [newest]
    assert store.receipts(ACADEMY, 9) == []
