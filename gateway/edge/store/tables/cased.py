"""Cases of children missing education, their timelines, who is watched, whose file was blocked."""

import sqlalchemy as sa

from gateway.edge.store.tables.office import closed
from gateway.edge.store.tables.spine import Instant, tables

cases = sa.Table(
    "cases",
    tables,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("home", sa.String(64), nullable=False),
    sa.Column("because", sa.String(32), nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("officer", sa.String(32)),
    sa.Column("moved_at", Instant),
    sa.Column("to", sa.String(64)),
    sa.Column("offered", sa.String(40)),
    sa.Column("offered_at", Instant),
    sa.Column("into", sa.String(40)),
    sa.Column("closed_at", Instant),
    sa.Column("ending", sa.String(32)),
    sa.Column("version", sa.Integer, nullable=False),
    *closed(),
    sa.Index("ix_cases_home_state_opened_at", "home", "state", "opened_at"),
    sa.Index("ix_cases_home_state_moved_at", "home", "state", "moved_at"),
    sa.Index("ix_cases_offered", "offered"),
)
case_handles = sa.Table(
    "case_handles",
    tables,
    sa.Column("handle", sa.String(100), primary_key=True),
    sa.Column("case", sa.String(40), primary_key=True),
    sa.Column("strong", sa.Boolean, nullable=False),
    sa.Index("ix_case_handles_case", "case"),
)
case_entries = sa.Table(
    "case_entries",
    tables,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("case", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("entered_at", Instant, nullable=False),
    sa.Column("told_at", Instant, nullable=False),
    sa.Column("by", sa.String(32)),
    sa.Column("channel", sa.String(16)),
    sa.Column("disclosure", sa.String(40)),
    sa.Column("source", sa.String(40)),
    *closed(),
    sa.Index("ix_case_entries_case_told_at", "case", "told_at"),
)
watches = sa.Table(
    "watches",
    tables,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("home", sa.String(64), nullable=False),
    sa.Column("school", sa.String(7), nullable=False),
    sa.Column("expected", sa.Date, nullable=False),
    sa.Column("due", Instant, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("other", sa.String(64)),
    sa.Column("told_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("end", sa.String(16)),
    *closed(),
    sa.Index("ix_watches_closed_at_due", "closed_at", "due"),
)
watch_handles = sa.Table(
    "watch_handles",
    tables,
    sa.Column("handle", sa.String(100), primary_key=True),
    sa.Column("watch", sa.String(40), primary_key=True),
    sa.Column("strong", sa.Boolean, nullable=False),
    sa.Index("ix_watch_handles_watch", "watch"),
)
blocked = sa.Table(
    "blocked",
    tables,
    sa.Column("upload", sa.String(40), primary_key=True),
    sa.Column("pupil", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("home", sa.String(64), nullable=False),
    sa.Column("sender", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("due", Instant, nullable=False),
    sa.Column("handles", sa.JSON, nullable=False),
    sa.Column("cleared_at", Instant),
    *closed(),
    sa.Index("ix_blocked_home_cleared_at_due", "home", "cleared_at", "due"),
)
