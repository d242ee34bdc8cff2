"""By which labels an office knows the pupils of a report: they end before the report does."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.create_table(
        "labels",
        sa.Column("report", sa.String(40), primary_key=True),
        sa.Column("expires", sa.DateTime(timezone=False), nullable=False),
        sa.Column("kept", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("wrapped_by", sa.String(64), nullable=False),
    )
    op.create_index("ix_labels_expires", "labels", ["expires"])
