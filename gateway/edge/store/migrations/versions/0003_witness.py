"""Witnesses: what each is known to hold of our log, and their countersignatures."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Instant = sa.DateTime(timezone=False)


def upgrade() -> None:
    op.create_table(
        "witnesses",
        sa.Column("origin", sa.String(300)),
        sa.Column("witness", sa.String(300)),
        sa.Column("holds", sa.BigInteger, nullable=False),
        sa.Column("next_at", Instant, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("trouble", sa.String(40)),
        sa.Column("seen_at", Instant),
        sa.PrimaryKeyConstraint("origin", "witness", name="pk_witnesses"),
    )
    op.create_table(
        "cosignatures",
        sa.Column("origin", sa.String(300)),
        sa.Column("size", sa.BigInteger, autoincrement=False),
        sa.Column("witness", sa.String(300)),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("origin", "size", "witness", name="pk_cosignatures"),
    )
