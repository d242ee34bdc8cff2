"""What was exchanged with a partner that is being connected."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "rehearsals",
        sa.Column("partner", sa.String(64), primary_key=True),
        sa.Column("way", sa.String(8), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("version", sa.String(8), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=False), nullable=False),
        sa.Column("message", sa.String(310), nullable=False),
        sa.Column("passed", sa.Boolean, nullable=False),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("said", sa.String(40), nullable=False),
    )
