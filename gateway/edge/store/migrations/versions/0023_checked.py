"""What the authorities of partners' certificates said last."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

Instant = sa.DateTime(timezone=False)


def upgrade() -> None:
    op.create_table(
        "checked",
        sa.Column("certificate", sa.String(64), primary_key=True),
        sa.Column("says", sa.String(16), nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("again_at", Instant, nullable=False),
        sa.Column("doubt", sa.String(16)),
        sa.Column("this_update", Instant),
        sa.Column("next_update", Instant),
        sa.Column("since", Instant),
        sa.Column("stolen", sa.Boolean, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
    )
