"""A sealed parcel knows on which channel it is to be pulled; one of before that waits to be is closed anew once."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.add_column("parcels", sa.Column("mpc", sa.String(100)))
