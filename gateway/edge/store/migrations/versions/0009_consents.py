"""Who agreed to research that is not anonymous, child by child."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

Instant = sa.DateTime(timezone=False)


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("home", sa.String(64), primary_key=True),
        sa.Column("child", sa.String(200), primary_key=True),
        sa.Column("purpose", sa.String(8), primary_key=True),
        sa.Column("evidence", sa.String(80), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("withdrawn", Instant),
    )
