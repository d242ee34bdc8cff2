"""The joins lie in the order of the lines: with random commitments first, every join wrote a page of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

COLUMNS = "commitment, line, what, handle, salt"
BY_HANDLE = "ix_joins_what_handle_line"


def upgrade() -> None:
    op.create_table(
        "joins_in_order",
        sa.Column("line", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("commitment", sa.String(64), primary_key=True),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("handle", sa.String(200), nullable=False),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
    )
    op.execute(f"INSERT INTO joins_in_order ({COLUMNS}) SELECT {COLUMNS} FROM joins ORDER BY line")
    op.drop_index(BY_HANDLE, "joins")
    op.drop_table("joins")
    op.rename_table("joins_in_order", "joins")
    op.create_index(BY_HANDLE, "joins", ["what", "handle", "line"])
