"""The school's pages: receipts are found by their number, and reports are there for a week."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

Instant = sa.DateTime(timezone=False)


def upgrade() -> None:
    op.add_column("answers", sa.Column("upload", sa.String(40)))
    op.add_column("answers", sa.Column("person", sa.String(32)))
    op.create_index("ix_answers_upload", "answers", ["upload"])
    op.create_index("ix_answers_sender_at", "answers", ["sender", "at"])
    op.create_table(
        "reports",
        sa.Column("id", sa.String(40)),
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("expires", Instant, nullable=False),
        sa.Column("kept", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("wrapped_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
    )
    op.create_index("ix_reports_organisation_at", "reports", ["organisation", "at"])
    op.create_index("ix_reports_expires", "reports", ["expires"])
