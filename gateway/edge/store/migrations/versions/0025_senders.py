"""What a person sent by hand, found by that person."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_index("ix_answers_person_upload", "answers", ["person", "upload"])
