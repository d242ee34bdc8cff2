"""Files wait to be sent until somebody has seen where they go, and a school explains what it was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

Instant = sa.DateTime(timezone=False)


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("upload", sa.String(40), primary_key=True),
        sa.Column("report", sa.String(40), nullable=False),
        sa.Column("expires", Instant, nullable=False),
        *_closed(),
    )
    op.create_index("ix_drafts_expires", "drafts", ["expires"])
    op.create_table(
        "explanations",
        sa.Column("upload", sa.String(40), primary_key=True),
        sa.Column("rule", sa.String(20), primary_key=True),
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("reader", sa.String(64), nullable=False),
        sa.Column("pupils", sa.Text, nullable=False),
        sa.Column("by", sa.String(32)),
        sa.Column("at", Instant, nullable=False),
        *_closed(),
        sa.Column("released_at", Instant),
        sa.Column("released_by", sa.String(32)),
    )
    op.create_index("ix_explanations_reader_at", "explanations", ["reader", "at"])


def _closed() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("kept", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("wrapped_by", sa.String(64), nullable=False),
    )
