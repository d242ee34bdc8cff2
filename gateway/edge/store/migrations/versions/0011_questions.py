"""What the questions to the log are answered from. Rows for the lines of before come by ``gateway log index``."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

Instant = sa.DateTime(timezone=False)
ASKED_BY = ("act", "discloser", "partner", "purpose", "basis", "agreement", "state")


def upgrade() -> None:
    op.create_table(
        "disclosed",
        sa.Column("line", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("disclosure", sa.String(40)),
        sa.Column("at", Instant, nullable=False),
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("act", sa.String(8), nullable=False),
        sa.Column("source", sa.String(40)),
        sa.Column("discloser", sa.String(64)),
        sa.Column("reader", sa.String(64)),
        sa.Column("partner", sa.String(64)),
        sa.Column("purpose", sa.String(8)),
        sa.Column("basis", sa.String(4)),
        sa.Column("schedule1", sa.String(40)),
        sa.Column("agreement", sa.String(80)),
        sa.Column("children", sa.Integer, nullable=False),
        sa.Column("pupils", sa.JSON, nullable=False),
        sa.Column("approved", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16)),
        sa.Column("settled_at", Instant),
        sa.Column("later", sa.BigInteger),
    )
    op.create_index("ix_disclosed_at_line", "disclosed", ["at", "line"])
    op.create_index("ix_disclosed_disclosure", "disclosed", ["disclosure"])
    op.create_index("ix_disclosed_source", "disclosed", ["source"])
    for name in ASKED_BY:
        op.create_index(f"ix_disclosed_{name}_at_line", "disclosed", [name, "at", "line"])
    op.create_table(
        "disclosed_classes",
        sa.Column("class", sa.String(2), primary_key=True),
        sa.Column("at", Instant, primary_key=True),
        sa.Column("line", sa.BigInteger, primary_key=True, autoincrement=False),
    )
