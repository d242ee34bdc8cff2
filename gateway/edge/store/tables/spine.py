"""The log and its lines, what is kept, what is sent, who there is."""

import sqlalchemy as sa

tables = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

Instant = sa.DateTime(timezone=False)
"""Instants are kept in UTC without a zone: SQLite knows none, and PostgreSQL would convert them."""

logs = sa.Table(
    "logs",
    tables,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    # where its lines begin in log_lines, whose places go on from log to log
    sa.Column("first", sa.BigInteger, nullable=False),
    sa.Column("edge", sa.LargeBinary, nullable=False),
)
log_lines = sa.Table(
    "log_lines",
    tables,
    sa.Column("index", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("line", sa.LargeBinary, nullable=False),
    sa.Column("leaf", sa.LargeBinary(32), nullable=False),
)
log_nodes = sa.Table(
    "log_nodes",
    tables,
    sa.Column("log", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("index", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
)
checkpoints = sa.Table(
    "checkpoints",
    tables,
    sa.Column("log", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
peer_checkpoints = sa.Table(
    "peer_checkpoints",
    tables,
    sa.Column("partner", sa.String(64), primary_key=True),
    sa.Column("origin", sa.String(300), primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
joins = sa.Table(
    "joins",
    tables,
    sa.Column("line", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("commitment", sa.String(64), primary_key=True),
    sa.Column("what", sa.String(16), nullable=False),
    sa.Column("handle", sa.String(200), nullable=False),
    sa.Column("salt", sa.LargeBinary(32), nullable=False),
    sa.Index("ix_joins_what_handle_line", "what", "handle", "line"),
)
mentions = sa.Table(
    "mentions",
    tables,
    sa.Column("subject", sa.String(310), primary_key=True),
    sa.Column("line", sa.BigInteger, primary_key=True, autoincrement=False),
)
kept = sa.Table(
    "kept",
    tables,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("wrapped_by", sa.String(64), nullable=False),
)
answers = sa.Table(
    "answers",
    tables,
    sa.Column("what", sa.String(8), primary_key=True),
    sa.Column("sender", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(400), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("soap", sa.String(64)),
    sa.Column("disclosure", sa.String(40)),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("upload", sa.String(40)),
    sa.Column("person", sa.String(32)),
    # one disclosure of one sender is delivered once, under whatever message id it comes
    sa.UniqueConstraint("sender", "disclosure"),
    sa.Index("ix_answers_upload", "upload"),
    sa.Index("ix_answers_person_upload", "person", "upload"),
    sa.Index("ix_answers_sender_at", "sender", "at"),
)
parcels = sa.Table(
    "parcels",
    tables,
    sa.Column("id", sa.String(40), primary_key=True),
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
    sa.Column("carrier", sa.String(16)),
    sa.Column("mpc", sa.String(100)),
    sa.Column("kind", sa.String(24)),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("due", Instant, nullable=False),
    sa.Column("leased_until", Instant),
    sa.Column("reason", sa.String(40)),
    sa.Column("moved_at", Instant, nullable=False),
    sa.Index("ix_parcels_disclosure", "disclosure"),
    sa.Index("ix_parcels_source", "source"),
    sa.Index("ix_parcels_reader_state", "reader", "state"),
    sa.Index("ix_parcels_discloser_sealed_at", "discloser", "sealed_at"),
    sa.Index("ix_parcels_agreement_sealed_at", "agreement", "sealed_at"),
    # how many went to a partner in the last minute
    sa.Index("ix_parcels_recipient_moved_at", "recipient", "moved_at"),
    sa.UniqueConstraint("message"),
)
OPEN_STATES = ("waiting", "sending")
sa.Index(
    "ix_parcels_open",
    # a queue for each partner: however long one is, a claim goes on to the next without reading its rows
    parcels.c.recipient,
    parcels.c.sealed_at,
    parcels.c.id,
    parcels.c.due,
    parcels.c.leased_until,
    sqlite_where=parcels.c.state.in_(OPEN_STATES),
    postgresql_where=parcels.c.state.in_(OPEN_STATES),
)
sa.Index(
    "ix_parcels_leased",
    parcels.c.leased_until,
    parcels.c.recipient,
    sqlite_where=parcels.c.leased_until.is_not(None),
    postgresql_where=parcels.c.leased_until.is_not(None),
)
pulls = sa.Table(
    "pulls",
    tables,
    sa.Column("partner", sa.String(64), primary_key=True),
    sa.Column("message", sa.String(310), primary_key=True),
    sa.Column("at", Instant, nullable=False),
)
lanes = sa.Table(
    "lanes",
    tables,
    sa.Column("partner", sa.String(64), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("open_at", Instant, nullable=False),
)
evidence = sa.Table(
    "evidence",
    tables,
    sa.Column("parcel", sa.String(40), primary_key=True),
    sa.Column("soap", sa.LargeBinary, nullable=False),
    sa.Column("receipt", sa.LargeBinary),
)
decisions = sa.Table(
    "decisions",
    tables,
    sa.Column("disclosure", sa.String(40), primary_key=True),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("home", sa.String(64), nullable=False),
    sa.Column("discloser", sa.String(64), nullable=False),
    sa.Column("reader", sa.String(64)),
    sa.Column("purpose", sa.String(8)),
    sa.Column("outcome", sa.String(8), nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("pupils", sa.JSON, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("document", sa.String(64)),
    sa.Column("form", sa.String(64)),
    sa.Column("origin", sa.String(40)),
    sa.Column("agent", sa.String(64)),
    sa.Column("stands_on", sa.String(16)),
    sa.Index("ix_decisions_source", "source"),
    sa.Index("ix_decisions_outcome_at", "outcome", "at"),
)
partners = sa.Table(
    "partners",
    tables,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
)
agreements = sa.Table(
    "agreements",
    tables,
    sa.Column("ref", sa.String(80), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
)
register = sa.Table(
    "register",
    tables,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.BigInteger, nullable=False),
)
witnesses = sa.Table(
    "witnesses",
    tables,
    sa.Column("origin", sa.String(300), primary_key=True),
    sa.Column("witness", sa.String(300), primary_key=True),
    sa.Column("holds", sa.BigInteger, nullable=False),
    sa.Column("next_at", Instant, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("trouble", sa.String(40)),
    sa.Column("seen_at", Instant),
)
cosignatures = sa.Table(
    "cosignatures",
    tables,
    sa.Column("origin", sa.String(300), primary_key=True),
    sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("witness", sa.String(300), primary_key=True),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
