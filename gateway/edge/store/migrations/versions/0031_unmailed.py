"""Letters that would not go: since when, why, and how often it was tried; to whom stands there as a digest alone."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "unmailed",
        sa.Column("to", sa.String(64), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=False), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
    )
