"""What was called back, and breaches."""

import sqlalchemy as sa

from gateway.edge.store.tables.spine import Instant, tables

recalls = sa.Table(
    "recalls",
    tables,
    sa.Column("disclosure", sa.String(40), primary_key=True),
    sa.Column("home", sa.String(64), nullable=False),
    sa.Column("partner", sa.String(64), nullable=False),
    sa.Column("breach", sa.String(40), nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),
    sa.Column("text", sa.String(64), nullable=False),
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("gone", sa.Integer, nullable=False),
    sa.Column("answered_at", Instant),
    sa.Column("outcome", sa.String(16)),
    sa.Column("opened", sa.Integer),
    sa.Column("answer", sa.String(64)),
)
called_back = sa.Table(
    "called_back",
    tables,
    sa.Column("sender", sa.String(64), primary_key=True),
    sa.Column("disclosure", sa.String(40), primary_key=True),
    sa.Column("home", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("purpose", sa.String(8), nullable=False),
    sa.Column("reason", sa.String(32)),
    sa.Column("answered_at", Instant),
    sa.Column("outcome", sa.String(16)),
)
breaches = sa.Table(
    "breaches",
    tables,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("home", sa.String(64), nullable=False),
    sa.Column("nature", sa.String(32), nullable=False),
    sa.Column("aware", Instant, nullable=False),
    sa.Column("children", sa.Integer, nullable=False),
    sa.Column("classes", sa.JSON, nullable=False),
    sa.Column("flags", sa.JSON, nullable=False),
    sa.Column("disclosure", sa.String(40)),
    sa.Column("partner", sa.String(64)),
    sa.Column("contained", sa.Boolean, nullable=False),
    sa.Column("risk", sa.String(16)),
    sa.Column("told_ico", Instant),
    sa.Column("told_people", Instant),
    sa.Column("told_partner", Instant),
    sa.Column("text", sa.String(64)),
    sa.Index("ix_breaches_disclosure", "disclosure"),
    sa.Index("ix_breaches_home_aware", "home", "aware"),
)
