"""What lines vouch for, and how the logs of partners stand with us."""

import os

import sqlalchemy as sa
from alembic import op

from gateway.core.log.rows import NONCE, content_of
from gateway.edge.store import vouching

revision = "0015"
down_revision = "0014"

NEW = frozenset({"alembic_version", "vouched", "countersigned", "doubts"})
SOME = 1000

Instant = sa.DateTime(timezone=False)


def upgrade() -> None:
    op.create_table(
        "vouched",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("line", sa.BigInteger),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_vouched_line", "vouched", ["line"])
    op.create_table(
        "countersigned",
        sa.Column("origin", sa.String(300), primary_key=True),
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_table(
        "doubts",
        sa.Column("task", sa.String(40), primary_key=True),
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(300), nullable=False),
        sa.Column("trouble", sa.String(16), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("held", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_index("ix_doubts_origin", "doubts", ["origin"])
    _vouch(op.get_bind())


def _vouch(db: sa.Connection) -> None:
    """What earlier releases wrote waits for the next line, which vouches for it."""
    held = sa.MetaData()
    held.reflect(db)
    for table in held.sorted_tables:
        if table.name in NEW or not vouching.is_evidence(table):
            continue
        rows = db.execute(sa.select(table)).mappings()
        for some in rows.partitions(SOME):
            number = db.execute(sa.text("SELECT coalesce(max(id), 0) + 1 FROM vouched")).scalar_one()
            content = content_of(os.urandom(NONCE), [vouching.entry(table, row) for row in some])
            db.execute(held.tables["vouched"].insert(), {"id": number, "line": None, "content": content})
