"""What the pages of an office keep and ask: reports for a week, drafts for a day, receipts for ever."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core.records import Answer, Draft, Explanation, Report
from gateway.core.terms import PartnerId, PersonId, ReportId, UploadId
from gateway.edge.store import explained, questions
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, naive, reading, writing

Row = sa.Row[Any]


class Office:
    """A part of the store."""

    engine: sa.Engine

    def keep_report(self, report: Report, drafts: Sequence[Draft] = ()) -> None:
        """Keep a report and the files in it that wait, and destroy those whose time is over."""
        with writing(self.engine) as db:
            for table in (t.reports, t.drafts):
                db.execute(table.delete().where(table.c.expires <= naive(report.at)))
            db.execute(t.reports.insert().values(**_row(report)))
            for one in drafts:
                db.execute(t.drafts.insert().values(**_draft_row(one)))

    def send_report(self, report: Report) -> None:
        """What was said when its files were sent takes the place of what was said before; the drafts are destroyed."""
        with writing(self.engine) as db:
            db.execute(t.drafts.delete().where(t.drafts.c.report == report.id))
            db.execute(t.reports.update().where(t.reports.c.id == report.id).values(**_row(report)))

    def drafts(self, report_id: ReportId, at: datetime) -> Sequence[Draft]:
        d = t.drafts.c
        with reading(self.engine) as db:
            rows = db.execute(sa.select(t.drafts).where(d.report == report_id, d.expires > naive(at)))
            return [
                Draft(UploadId(one.upload), ReportId(one.report), aware(one.expires), explained.closed_of(one))
                for one in rows
            ]

    def explanations(self, reader: PartnerId, most: int) -> Sequence[Explanation]:
        return explained.for_reader(self.engine, reader, most)

    def explanations_of(self, upload: UploadId) -> Sequence[Explanation]:
        return explained.of_upload(self.engine, upload)

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
    return {
        "id": report.id,
        "organisation": report.organisation,
        "person": report.person,
        "at": naive(report.at),
        "expires": naive(report.expires),
        **explained.closed_row(report.kept),
    }


def _draft_row(draft: Draft) -> dict[str, object]:
    return {
        "upload": draft.upload,
        "report": draft.report,
        "expires": naive(draft.expires),
        **explained.closed_row(draft.kept),
    }


def _report(row: Row) -> Report:
    """The opposite of ``_row``."""
    return Report(
        ReportId(row.id),
        PartnerId(row.organisation),
        PersonId(row.person),
        aware(row.at),
        aware(row.expires),
        explained.closed_of(row),
    )
