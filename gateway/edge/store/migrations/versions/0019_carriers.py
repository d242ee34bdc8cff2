"""By which carrier a parcel goes that does not go from gateway to gateway."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("parcels", sa.Column("carrier", sa.String(16)))
