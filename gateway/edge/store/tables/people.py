"""Who may sign in and until when, who has, by which keys, and which cases open to some of them alone."""

import sqlalchemy as sa

from gateway.edge.store.tables.spine import Instant, tables

people = sa.Table(
    "people",
    tables,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("organisation", sa.String(64), nullable=False),
    sa.Column("also", sa.JSON),
)
accounts = sa.Table(
    "accounts",
    tables,
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("confirmed_at", Instant, nullable=False),
    sa.Column("ends", Instant, nullable=False),
    sa.Column("stopped_at", Instant),
    sa.Column("told", sa.Integer),
)
links = sa.Table(
    "links",
    tables,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("person", sa.String(32), nullable=False),
    sa.Column("expires", Instant, nullable=False),
)
sessions = sa.Table(
    "sessions",
    tables,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("id", sa.String(40), nullable=False),
    sa.Column("person", sa.String(32), nullable=False),
    sa.Column("organisation", sa.String(64)),
    sa.Column("how", sa.String(12), nullable=False),
    sa.Column("machine", sa.String(80), nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("expires", Instant, nullable=False),
    sa.Index("ix_sessions_id", "id"),
    sa.Index("ix_sessions_person", "person"),
)
knocks = sa.Table(
    "knocks",
    tables,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("since", Instant, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
)
ceremonies = sa.Table(
    "ceremonies",
    tables,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("expires", Instant, nullable=False),
)
passkeys = sa.Table(
    "passkeys",
    tables,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("person", sa.String(32), nullable=False),
    sa.Column("credential", sa.String(64), nullable=False),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("public", sa.LargeBinary, nullable=False),
    sa.Column("uses", sa.BigInteger, nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.UniqueConstraint("credential"),
    sa.Index("ix_passkeys_person", "person"),
)
closures = sa.Table(
    "closures",
    tables,
    sa.Column("case", sa.String(40), primary_key=True),
    sa.Column("person", sa.String(32), primary_key=True),
)
identities = sa.Table(
    "identities",
    tables,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("person", sa.String(32), nullable=False),
)
