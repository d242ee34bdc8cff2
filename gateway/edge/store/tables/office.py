"""What pages and people work with: reports, explanations, flags, clearances, tasks."""

from typing import Any

import sqlalchemy as sa

from gateway.edge.store.tables.spine import Instant, tables


def closed() -> tuple[sa.Column[Any], ...]:
    """What rests closed as what is kept does, but in a row of its own: whatever deletes the row takes the key too."""
    return (
        sa.Column("kept", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("wrapped_by", sa.String(64), nullable=False),
    )


reports = sa.Table(
    "reports",
    tables,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("organisation", sa.String(64), nullable=False),
    sa.Column("person", sa.String(32), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("expires", Instant, nullable=False),
    *closed(),
    sa.Index("ix_reports_organisation_at", "organisation", "at"),
    sa.Index("ix_reports_expires", "expires"),
)
labels = sa.Table(
    "labels",
    tables,
    sa.Column("report", sa.String(40), primary_key=True),
    sa.Column("expires", Instant, nullable=False),
    *closed(),
    sa.Index("ix_labels_expires", "expires"),
)
drafts = sa.Table(
    "drafts",
    tables,
    sa.Column("upload", sa.String(40), primary_key=True),
    sa.Column("report", sa.String(40), nullable=False),
    sa.Column("expires", Instant, nullable=False),
    *closed(),
    sa.Index("ix_drafts_expires", "expires"),
)
explanations = sa.Table(
    "explanations",
    tables,
    sa.Column("upload", sa.String(40), primary_key=True),
    sa.Column("rule", sa.String(20), primary_key=True),
    sa.Column("sender", sa.String(64), nullable=False),
    sa.Column("reader", sa.String(64), nullable=False),
    sa.Column("pupils", sa.Text, nullable=False),
    sa.Column("by", sa.String(32)),
    sa.Column("at", Instant, nullable=False),
    *closed(),
    sa.Column("released_at", Instant),
    sa.Column("released_by", sa.String(32)),
    sa.Index("ix_explanations_reader_at", "reader", "at"),
)

named = sa.Table(
    "named",
    tables,
    sa.Column("source", sa.String(40), primary_key=True),
    sa.Column("pupil", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("handle", sa.String(100), primary_key=True),
    sa.Index("ix_named_handle", "handle"),
)
flags = sa.Table(
    "flags",
    tables,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("home", sa.String(64), nullable=False),
    sa.Column("flag", sa.String(32), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.String(32)),
    sa.Column("proposed_by", sa.String(32)),
    sa.Column("lifted_at", Instant),
    *closed(),
)
flag_handles = sa.Table(
    "flag_handles",
    tables,
    sa.Column("handle", sa.String(100), primary_key=True),
    sa.Column("flag", sa.String(40), primary_key=True),
)
clearances = sa.Table(
    "clearances",
    tables,
    sa.Column("disclosure", sa.String(40), primary_key=True),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("flags", sa.JSON, nullable=False),
    sa.Column("by", sa.JSON, nullable=False),
    sa.Column("excuses", sa.JSON, nullable=False),
    sa.Column("glass", sa.Boolean, nullable=False),
)
tasks = sa.Table(
    "tasks",
    tables,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("home", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("subject", sa.String(310), nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("due", Instant, nullable=False),
    sa.Column("owner", sa.String(32)),
    sa.Column("escalated_at", Instant),
    sa.Column("done_at", Instant),
    sa.Column("clock", sa.String(40)),
    sa.Index("ix_tasks_done_at_due", "done_at", "due"),
    sa.Index("ix_tasks_subject", "subject"),
    sa.Index("ix_tasks_home_due", "home", "due"),
)
consents = sa.Table(
    "consents",
    tables,
    sa.Column("home", sa.String(64), primary_key=True),
    sa.Column("child", sa.String(200), primary_key=True),
    sa.Column("purpose", sa.String(8), primary_key=True),
    sa.Column("evidence", sa.String(80), nullable=False),
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("withdrawn", Instant),
    sa.Column("id", sa.String(40), index=True),
)
