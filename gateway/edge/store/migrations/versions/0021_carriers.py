"""By which carrier a parcel goes that does not go from gateway to gateway."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("parcels", sa.Column("carrier", sa.String(16)))
