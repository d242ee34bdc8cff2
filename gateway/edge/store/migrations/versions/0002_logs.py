"""Logs are numbered, for one that is recovered goes on under a new name; partners' checkpoints go with their logs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

Instant = sa.DateTime(timezone=False)
LONG_AGO = "1970-01-01 00:00:00"
"""When a checkpoint was shown that was kept without its time."""


def upgrade() -> None:
    _logs()
    _nodes()
    _checkpoints()
    _peers()


def _logs() -> None:
    op.create_table(
        "logs",
        sa.Column("number", sa.Integer, autoincrement=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("edge", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_logs"),
    )
    op.execute("INSERT INTO logs (number, first, edge) SELECT 1, 0, edge FROM log_head")
    op.drop_table("log_head")


def _nodes() -> None:
    op.rename_table("log_nodes", "before")
    _rename_key("log_nodes")
    op.create_table(
        "log_nodes",
        sa.Column("log", sa.Integer, autoincrement=False),
        sa.Column("level", sa.Integer, autoincrement=False),
        sa.Column("index", sa.BigInteger, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("log", "level", "index", name="pk_log_nodes"),
    )
    op.execute('INSERT INTO log_nodes (log, level, "index", hash) SELECT 1, level, "index", hash FROM before')
    op.drop_table("before")


def _checkpoints() -> None:
    op.rename_table("checkpoints", "before")
    _rename_key("checkpoints")
    op.create_table(
        "checkpoints",
        sa.Column("log", sa.Integer, autoincrement=False),
        sa.Column("size", sa.BigInteger, autoincrement=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("log", "size", name="pk_checkpoints"),
    )
    op.execute('INSERT INTO checkpoints (log, size, note, "at") SELECT 1, size, note, "at" FROM before')
    op.drop_table("before")


def _peers() -> None:
    op.rename_table("peer_checkpoints", "before")
    _rename_key("peer_checkpoints")
    op.create_table(
        "peer_checkpoints",
        sa.Column("partner", sa.String(64)),
        sa.Column("origin", sa.String(300)),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("partner", "origin", name="pk_peer_checkpoints"),
    )
    found = "strpos(note, chr(10))" if op.get_bind().dialect.name == "postgresql" else "instr(note, char(10))"
    op.execute(
        'INSERT INTO peer_checkpoints (partner, origin, size, note, "at") '
        f"SELECT partner, substr(note, 1, {found} - 1), size, note, '{LONG_AGO}' FROM before"
    )
    op.drop_table("before")


def _rename_key(table: str) -> None:
    """PostgreSQL keeps the name of a key when its table is renamed, and the new table needs it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f'ALTER INDEX "pk_{table}" RENAME TO "pk_before"')
