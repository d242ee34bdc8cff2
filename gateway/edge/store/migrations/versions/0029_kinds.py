"""A parcel knows what kind of document it was cut from; of those of before it is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("parcels", sa.Column("kind", sa.String(24)))
