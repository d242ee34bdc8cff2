"""Which reminder of which task was sent, or is being sent by one machine."""

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
