"""A queue for each partner, which a claim goes through in turn; and which requests to pull were answered."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

Instant = sa.DateTime(timezone=False)
OPEN = sa.text("state IN ('waiting', 'sending')")
LEASED = sa.text("leased_until IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_parcels_open", "parcels")
    columns = ["recipient", "sealed_at", "id", "due", "leased_until"]
    op.create_index("ix_parcels_open", "parcels", columns, sqlite_where=OPEN, postgresql_where=OPEN)
    columns = ["leased_until", "recipient"]
    op.create_index("ix_parcels_leased", "parcels", columns, sqlite_where=LEASED, postgresql_where=LEASED)
    op.create_index("ix_parcels_recipient_moved_at", "parcels", ["recipient", "moved_at"])
    op.create_table(
        "pulls",
        sa.Column("partner", sa.String(64), primary_key=True),
        sa.Column("message", sa.String(310), primary_key=True),
        sa.Column("at", Instant, nullable=False),
    )
