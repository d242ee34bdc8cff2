"""What the pages of an office keep: labels for a sitting, drafts for a day, reports for a week, receipts for ever."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core.records import Answer, Draft, Explanation, Labels, Report
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
            _forget(db, report.at)
            db.execute(t.reports.insert().values(**_row(report)))
            _label(db, report)
            for one in drafts:
                db.execute(t.drafts.insert().values(**_draft_row(one)))

    def send_report(self, report: Report) -> None:
        """What was said when its files were sent takes the place of what was said before; the drafts are destroyed."""
        with writing(self.engine) as db:
            db.execute(t.drafts.delete().where(t.drafts.c.report == report.id))
            db.execute(t.reports.update().where(t.reports.c.id == report.id).values(**_row(report)))
            db.execute(t.labels.delete().where(t.labels.c.report == report.id))
            _label(db, report)

    def forget_reports(self, at: datetime) -> None:
        """Destroy the reports, drafts and labels whose time is over, whether or not anybody hands anything in."""
        with writing(self.engine) as db:
            _forget(db, at)

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
            found = db.execute(query).all()
            lasting = (t.labels.c.report.in_([row.id for row in found]), t.labels.c.expires > naive(at))
            labels = {row.report: _labels(row) for row in db.execute(sa.select(t.labels).where(*lasting))}
            return [_report(row, labels.get(row.id)) for row in found]


def _forget(db: sa.Connection, at: datetime) -> None:
    for table in (t.reports, t.drafts, t.labels):
        db.execute(table.delete().where(table.c.expires <= naive(at)))


def _label(db: sa.Connection, report: Report) -> None:
    if report.labels is not None:
        expires, rest = naive(report.labels.expires), explained.closed_row(report.labels.kept)
        db.execute(t.labels.insert().values(report=report.id, expires=expires, **rest))


def _labels(row: Row) -> Labels:
    """What ``_label`` wrote."""
    return Labels(aware(row.expires), explained.closed_of(row))


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


def _report(row: Row, labels: Labels | None) -> Report:
    """The opposite of ``_row``."""
    return Report(
        ReportId(row.id),
        PartnerId(row.organisation),
        PersonId(row.person),
        aware(row.at),
        aware(row.expires),
        explained.closed_of(row),
        labels,
    )
