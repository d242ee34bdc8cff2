"""The spine: log, joins, documents at rest, answers, parcels, register, people."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Instant = sa.DateTime(timezone=False)
OPEN = sa.text("state IN ('waiting', 'sending')")


def upgrade() -> None:
    _log()
    _documents()
    _parcels()
    _register()
    _people()
    op.execute("INSERT INTO log_head (id, edge) VALUES (1, " + _empty_edge() + ")")
    op.execute("INSERT INTO register (id, version) VALUES (1, 1)")


def _empty_edge() -> str:
    """Eight zero bytes: a log without lines."""
    zero = "00" * 8
    return f"decode('{zero}', 'hex')" if op.get_bind().dialect.name == "postgresql" else f"x'{zero}'"


def _log() -> None:
    op.create_table(
        "log_lines",
        sa.Column("index", sa.BigInteger, autoincrement=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
        sa.Column("leaf", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("index", name="pk_log_lines"),
    )
    op.create_table(
        "log_nodes",
        sa.Column("level", sa.Integer, autoincrement=False),
        sa.Column("index", sa.BigInteger, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name="pk_log_nodes"),
    )
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer, autoincrement=False),
        sa.Column("edge", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_head"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.BigInteger, autoincrement=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoints"),
    )
    op.create_table(
        "peer_checkpoints",
        sa.Column("partner", sa.String(64)),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("partner", name="pk_peer_checkpoints"),
    )
    op.create_table(
        "joins",
        sa.Column("commitment", sa.String(64)),
        sa.Column("line", sa.BigInteger, nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("handle", sa.String(200), nullable=False),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("commitment", name="pk_joins"),
    )
    op.create_index("ix_joins_what_handle_line", "joins", ["what", "handle", "line"])
    op.create_table(
        "mentions",
        sa.Column("subject", sa.String(310)),
        sa.Column("line", sa.BigInteger, autoincrement=False),
        sa.PrimaryKeyConstraint("subject", "line", name="pk_mentions"),
    )


def _documents() -> None:
    op.create_table(
        "kept",
        sa.Column("id", sa.String(64)),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("wrapped_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept"),
    )
    op.create_table(
        "answers",
        sa.Column("what", sa.String(8)),
        sa.Column("sender", sa.String(64)),
        sa.Column("key", sa.String(400)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("soap", sa.String(64)),
        sa.Column("disclosure", sa.String(40)),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("what", "sender", "key", name="pk_answers"),
        sa.UniqueConstraint("sender", "disclosure", name="uq_answers_sender_disclosure"),
    )
    op.create_table(
        "decisions",
        sa.Column("disclosure", sa.String(40)),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("discloser", sa.String(64), nullable=False),
        sa.Column("reader", sa.String(64)),
        sa.Column("purpose", sa.String(8)),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("pupils", sa.JSON, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("disclosure", name="pk_decisions"),
    )
    op.create_index("ix_decisions_source", "decisions", ["source"])


def _parcels() -> None:
    op.create_table(
        "parcels",
        sa.Column("id", sa.String(40)),
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("disclosure", sa.String(40), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("discloser", sa.String(64), nullable=False),
        sa.Column("recipient", sa.String(64), nullable=False),
        sa.Column("reader", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(8), nullable=False),
        sa.Column("agreement", sa.String(80)),
        sa.Column("agreement_content", sa.String(64)),
        sa.Column("pupils", sa.JSON, nullable=False),
        sa.Column("document", sa.String(64), nullable=False),
        sa.Column("sealed_at", Instant, nullable=False),
        sa.Column("message", sa.String(310)),
        sa.Column("content_type", sa.String(300), nullable=False),
        sa.Column("sealed", sa.String(64), nullable=False),
        sa.Column("sealed_for", sa.String(64)),
        sa.Column("signed_by", sa.String(64)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", Instant, nullable=False),
        sa.Column("leased_until", Instant),
        sa.Column("reason", sa.String(40)),
        sa.Column("moved_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_parcels"),
        sa.UniqueConstraint("message", name="uq_parcels_message"),
    )
    op.create_index("ix_parcels_disclosure", "parcels", ["disclosure"])
    op.create_index("ix_parcels_source", "parcels", ["source"])
    op.create_index("ix_parcels_reader_state", "parcels", ["reader", "state"])
    op.create_index("ix_parcels_discloser_sealed_at", "parcels", ["discloser", "sealed_at"])
    op.create_index("ix_parcels_open_due", "parcels", ["due", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "lanes",
        sa.Column("partner", sa.String(64)),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("open_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("partner", name="pk_lanes"),
    )
    op.create_table(
        "evidence",
        sa.Column("parcel", sa.String(40)),
        sa.Column("soap", sa.LargeBinary, nullable=False),
        sa.Column("receipt", sa.LargeBinary),
        sa.PrimaryKeyConstraint("parcel", name="pk_evidence"),
    )


def _register() -> None:
    op.create_table(
        "partners",
        sa.Column("id", sa.String(64)),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_partners"),
    )
    op.create_table(
        "agreements",
        sa.Column("ref", sa.String(80)),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("ref", name="pk_agreements"),
    )
    op.create_table(
        "register",
        sa.Column("id", sa.Integer, autoincrement=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register"),
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(32)),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    for name in ("links", "sessions"):
        op.create_table(
            name,
            sa.Column("digest", sa.String(64)),
            sa.Column("person", sa.String(32), nullable=False),
            sa.Column("expires", Instant, nullable=False),
            sa.PrimaryKeyConstraint("digest", name=f"pk_{name}"),
        )
