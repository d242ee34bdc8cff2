"""Notices and enquiries, sent and received, and what is on watch."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

Instant = sa.DateTime(timezone=False)
WIDTHS = (
    ("home", 64), ("partner", 64), ("parcel", 40), ("source", 40), ("kind", 24), ("purpose", 8), ("urgency", 12),
    ("matter", 100),
)  # fmt: skip
DUE = ("receipt_due", "opening_due", "acknowledgement_due", "renewal_due", "watched_until")


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("disclosure", sa.String(40), primary_key=True),
        sa.Column("side", sa.String(8), primary_key=True),
        *(sa.Column(name, sa.String(width), nullable=False) for name, width in WIDTHS),
        sa.Column("at", Instant, nullable=False),
        sa.Column("payload", sa.String(64)),
        *(sa.Column(name, Instant) for name in ("opened_at", "answered_at", "ended_at", *DUE)),
    )
    op.create_index("ix_notices_parcel", "notices", ["parcel"])
    op.create_index("ix_notices_matter", "notices", ["matter"])
    op.create_index("ix_notices_home_side_at", "notices", ["home", "side", "at"])
    for due in DUE:
        waits = sa.text(f"{due} IS NOT NULL")
        op.create_index(f"ix_notices_{due}", "notices", [due], sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "watched",
        sa.Column("handle", sa.String(100), primary_key=True),
        sa.Column("disclosure", sa.String(40), primary_key=True),
    )
    op.create_index("ix_watched_disclosure", "watched", ["disclosure"])
    op.create_table(
        "arrivals",
        sa.Column("source", sa.String(40), primary_key=True),
        sa.Column("home", sa.String(64), nullable=False),
    )
