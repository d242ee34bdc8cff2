"""Cases of children missing education, their timelines, what is watched for."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

Instant = sa.DateTime(timezone=False)


def upgrade() -> None:
    _cases()
    _watches()


def _cases() -> None:
    op.create_table(
        "cases",
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
        *_closed(),
    )
    op.create_index("ix_cases_home_state_opened_at", "cases", ["home", "state", "opened_at"])
    op.create_index("ix_cases_offered", "cases", ["offered"])
    op.create_table(
        "case_handles",
        sa.Column("handle", sa.String(100), primary_key=True),
        sa.Column("case", sa.String(40), primary_key=True),
        sa.Column("strong", sa.Boolean, nullable=False),
    )
    op.create_index("ix_case_handles_case", "case_handles", ["case"])
    op.create_table(
        "case_entries",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("case", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("entered_at", Instant, nullable=False),
        sa.Column("told_at", Instant, nullable=False),
        sa.Column("by", sa.String(32)),
        sa.Column("channel", sa.String(16)),
        sa.Column("disclosure", sa.String(40)),
        sa.Column("source", sa.String(40)),
        *_closed(),
    )
    op.create_index("ix_case_entries_case_told_at", "case_entries", ["case", "told_at"])


def _watches() -> None:
    op.create_table(
        "watches",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("school", sa.String(7), nullable=False),
        sa.Column("expected", sa.Date, nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("told_at", Instant),
        sa.Column("closed_at", Instant),
        sa.Column("end", sa.String(16)),
        *_closed(),
    )
    op.create_index("ix_watches_closed_at_due", "watches", ["closed_at", "due"])
    op.create_table(
        "watch_handles",
        sa.Column("handle", sa.String(100), primary_key=True),
        sa.Column("watch", sa.String(40), primary_key=True),
        sa.Column("strong", sa.Boolean, nullable=False),
    )
    op.create_index("ix_watch_handles_watch", "watch_handles", ["watch"])
    op.create_table(
        "blocked",
        sa.Column("upload", sa.String(40), primary_key=True),
        sa.Column("pupil", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("due", Instant, nullable=False),
        sa.Column("handles", sa.JSON, nullable=False),
        sa.Column("cleared_at", Instant),
        *_closed(),
    )
    op.create_index("ix_blocked_home_cleared_at_due", "blocked", ["home", "cleared_at", "due"])


def _closed() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("kept", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("wrapped_by", sa.String(64), nullable=False),
    )
