"""Until when what is kept, and what was destroyed."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

Instant = sa.DateTime(timezone=False)


def upgrade() -> None:
    op.create_table(
        "retained",
        sa.Column("source", sa.String(40), primary_key=True),
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("retention", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("wrapped_at", Instant, nullable=False),
        sa.Column("held", sa.String(64)),
        sa.Column("held_by", sa.String(32)),
        sa.Column("destroyed_at", Instant),
    )
    op.create_index("ix_retained_home_year", "retained", ["home", "year"])
    op.create_table(
        "destructions",
        sa.Column("source", sa.String(40), primary_key=True),
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("retention", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("documents", sa.Integer, nullable=False),
        sa.Column("salts", sa.Integer, nullable=False),
        sa.Column("documents_until", sa.Date, nullable=False),
        sa.Column("salts_until", sa.Date, nullable=False),
    )
