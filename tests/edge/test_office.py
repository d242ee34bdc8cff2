"""What the pages keep: a week for a report, for ever for a receipt, and each organisation its own, on either database."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from gateway.core.records import Report
from gateway.core.terms import PersonId, ReportId, UploadId
from gateway.edge.store import tables as t
from tests.simulator import ACADEMY, LARKMERE, NOON, World, leavers
from tests.web.office import random_id

WEEK = timedelta(days=7)


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
