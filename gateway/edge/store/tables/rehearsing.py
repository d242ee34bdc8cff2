"""The latest specimen of each kind, version and way that was exchanged with a partner that is being connected."""

import sqlalchemy as sa

from gateway.edge.store.tables.spine import Instant, tables

rehearsals = sa.Table(
    "rehearsals",
    tables,
    sa.Column("partner", sa.String(64), primary_key=True),
    sa.Column("way", sa.String(8), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("version", sa.String(8), primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("message", sa.String(310), nullable=False),
    sa.Column("passed", sa.Boolean, nullable=False),
    sa.Column("outcome", sa.String(8), nullable=False),
    sa.Column("said", sa.String(40), nullable=False),
    sa.Column("soap", sa.LargeBinary),
)
