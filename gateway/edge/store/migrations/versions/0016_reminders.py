"""Which reminders were sent, and by which clock a task is due."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

Instant = sa.DateTime(timezone=False)


def upgrade() -> None:
    op.add_column("tasks", sa.Column("clock", sa.String(40)))
    op.create_table(
        "reminders",
        sa.Column("task", sa.String(40), primary_key=True),
        sa.Column("stage", sa.String(12), primary_key=True),
        sa.Column("leased_until", Instant, nullable=False),
        sa.Column("sent_at", Instant),
    )
