"""The index that claims read holds all that a claim asks, so that one partner's long queue costs nobody else."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

OPEN = sa.text("state IN ('waiting', 'sending')")


def upgrade() -> None:
    op.drop_index("ix_parcels_open_due", "parcels")
    columns = ["due", "id", "recipient", "leased_until"]
    op.create_index("ix_parcels_open", "parcels", columns, sqlite_where=OPEN, postgresql_where=OPEN)
