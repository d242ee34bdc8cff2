"""What lines vouch for, and how the logs of partners stand with us."""

import sqlalchemy as sa

from gateway.edge.store.tables.spine import Instant, tables

vouched = sa.Table(
    "vouched",
    tables,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    # none yet: what was written without a line waits for the next one
    sa.Column("line", sa.BigInteger, index=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
countersigned = sa.Table(
    "countersigned",
    tables,
    sa.Column("origin", sa.String(300), primary_key=True),
    sa.Column("partner", sa.String(64), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
doubts = sa.Table(
    "doubts",
    tables,
    sa.Column("task", sa.String(40), primary_key=True),
    sa.Column("partner", sa.String(64), nullable=False),
    sa.Column("origin", sa.String(300), nullable=False),
    sa.Column("trouble", sa.String(16), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("held", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_doubts_origin", "origin"),
)
