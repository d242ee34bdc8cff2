"""What the pages of an office keep and ask: reports for a week, receipts for ever."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core.records import Answer, Kept, Report
from gateway.core.terms import PartnerId, PersonId, ReportId, UploadId
from gateway.edge.store import questions
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, naive, reading, writing

Row = sa.Row[Any]


class Office:
    """A part of the store."""

    engine: sa.Engine

    def keep_report(self, report: Report) -> None:
        """Keep a report, and destroy those whose week is over."""
        with writing(self.engine) as db:
            db.execute(t.reports.delete().where(t.reports.c.expires <= naive(report.at)))
            db.execute(t.reports.insert().values(**_row(report)))

    def report(self, report_id: ReportId, at: datetime) -> Report | None:
        return next(iter(self._reports(at, t.reports.c.id == report_id, most=1)), None)

    def reports_of(self, organisation: PartnerId, at: datetime, most: int) -> Sequence[Report]:
        """Newest first."""
        return self._reports(at, t.reports.c.organisation == organisation, most=most)

    def receipt(self, sender: PartnerId, upload: UploadId) -> Answer | None:
        """What was answered to this sender for this upload."""
        a = t.answers.c
        with reading(self.engine) as db:
            row = db.execute(sa.select(t.answers).where(a.upload == upload, a.sender == sender)).one_or_none()
            return questions.answer_of(row) if row else None

    def receipts(self, sender: PartnerId, most: int) -> Sequence[Answer]:
        """What was answered to this sender's uploads, newest first."""
        a = t.answers.c
        query = sa.select(t.answers).where(a.sender == sender, a.upload.is_not(None))
        with reading(self.engine) as db:
            return [questions.answer_of(row) for row in db.execute(query.order_by(a.at.desc(), a.upload).limit(most))]

    def _reports(self, at: datetime, *where: sa.ColumnElement[bool], most: int) -> Sequence[Report]:
        r = t.reports.c
        query = sa.select(t.reports).where(*where, r.expires > naive(at)).order_by(r.at.desc(), r.id).limit(most)
        with reading(self.engine) as db:
            return [_report(row) for row in db.execute(query)]


def _row(report: Report) -> dict[str, object]:
    closed = report.kept
    return {
        "id": report.id,
        "organisation": report.organisation,
        "person": report.person,
        "at": naive(report.at),
        "expires": naive(report.expires),
        "kept": closed.id,
        "sealed": closed.sealed,
        "wrapped": closed.wrapped,
        "wrapped_by": closed.wrapped_by,
    }


def _report(row: Row) -> Report:
    """The opposite of ``_row``."""
    return Report(
        ReportId(row.id),
        PartnerId(row.organisation),
        PersonId(row.person),
        aware(row.at),
        aware(row.expires),
        Kept(row.kept, row.sealed, row.wrapped, row.wrapped_by),
    )
