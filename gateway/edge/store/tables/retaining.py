"""Until when what is kept, and what was destroyed."""

import sqlalchemy as sa

from gateway.edge.store.tables.spine import Instant, tables

retained = sa.Table(
    "retained",
    tables,
    sa.Column("source", sa.String(80), primary_key=True),
    sa.Column("home", sa.String(64), nullable=False),
    sa.Column("retention", sa.String(40), nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("wrapped_at", Instant, nullable=False),
    sa.Column("held", sa.String(64)),
    sa.Column("held_by", sa.String(32)),
    sa.Column("destroyed_at", Instant),
    sa.Index("ix_retained_home_year", "home", "year"),
)
destructions = sa.Table(
    "destructions",
    tables,
    sa.Column("source", sa.String(80), primary_key=True),
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
