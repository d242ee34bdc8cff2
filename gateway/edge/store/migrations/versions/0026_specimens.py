"""What the receipt of a specimen must repeat, for partners whose receipts come by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("rehearsals", sa.Column("soap", sa.LargeBinary))
