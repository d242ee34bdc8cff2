"""Which reminder of which task, or other news for which address, was sent, or is being sent by one machine; and to
which addresses, known by their digests, letters do not go.
"""

import sqlalchemy as sa

from gateway.edge.store.tables.spine import Instant, tables

reminders = sa.Table(
    "reminders",
    tables,
    sa.Column("task", sa.String(40), primary_key=True),
    sa.Column("stage", sa.String(12), primary_key=True),
    sa.Column("leased_until", Instant, nullable=False),
    sa.Column("sent_at", Instant),
)
unmailed = sa.Table(
    "unmailed",
    tables,
    sa.Column("to", sa.String(64), primary_key=True),
    sa.Column("since", Instant, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
)
