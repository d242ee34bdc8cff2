"""Flags on children, what people clear, what they have to do, and by what each child of a file is found again."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

Instant = sa.DateTime(timezone=False)


def upgrade() -> None:
    for name, width in (("document", 64), ("form", 64), ("origin", 40), ("agent", 64), ("stands_on", 16)):
        op.add_column("decisions", sa.Column(name, sa.String(width)))
    op.create_index("ix_decisions_outcome_at", "decisions", ["outcome", "at"])
    op.create_index("ix_parcels_agreement_sealed_at", "parcels", ["agreement", "sealed_at"])
    op.add_column("people", sa.Column("also", sa.JSON))
    op.create_table(
        "named",
        sa.Column("source", sa.String(40), primary_key=True),
        sa.Column("pupil", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("handle", sa.String(100), primary_key=True),
    )
    op.create_index("ix_named_handle", "named", ["handle"])
    _flags()
    _tasks()


def _flags() -> None:
    op.create_table(
        "flags",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("flag", sa.String(32), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.String(32)),
        sa.Column("proposed_by", sa.String(32)),
        sa.Column("lifted_at", Instant),
        sa.Column("kept", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("wrapped_by", sa.String(64), nullable=False),
    )
    op.create_table(
        "flag_handles",
        sa.Column("handle", sa.String(100), primary_key=True),
        sa.Column("flag", sa.String(40), primary_key=True),
    )


def _tasks() -> None:
    op.create_table(
        "clearances",
        sa.Column("disclosure", sa.String(40), primary_key=True),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("flags", sa.JSON, nullable=False),
        sa.Column("by", sa.JSON, nullable=False),
        sa.Column("excuses", sa.JSON, nullable=False),
        sa.Column("glass", sa.Boolean, nullable=False),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(310), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("due", Instant, nullable=False),
        sa.Column("owner", sa.String(32)),
        sa.Column("escalated_at", Instant),
        sa.Column("done_at", Instant),
        sa.Column("done_by", sa.String(32)),
    )
    op.create_index("ix_tasks_done_at_due", "tasks", ["done_at", "due"])
    op.create_index("ix_tasks_subject", "tasks", ["subject"])
