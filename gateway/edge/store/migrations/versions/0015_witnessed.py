"""What lines vouch for, and how the logs of partners stand with us."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "vouched",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("line", sa.BigInteger),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_vouched_line", "vouched", ["line"])
