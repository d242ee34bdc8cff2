"""Sessions that can be listed and ended, accounts that end unless confirmed, passkeys, cases closed to all but some.

Whoever was signed in signs in anew: of the sessions before, nobody knows where they were opened.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

Instant = sa.DateTime(timezone=False)


def upgrade() -> None:
    op.drop_table("sessions")
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("organisation", sa.String(64)),
        sa.Column("how", sa.String(12), nullable=False),
        sa.Column("machine", sa.String(80), nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.Column("expires", Instant, nullable=False),
    )
    op.create_index("ix_sessions_id", "sessions", ["id"])
    op.create_index("ix_sessions_person", "sessions", ["person"])
    op.create_table(
        "accounts",
        sa.Column("person", sa.String(32), primary_key=True),
        sa.Column("confirmed_at", Instant, nullable=False),
        sa.Column("ends", Instant, nullable=False),
        sa.Column("stopped_at", Instant),
        sa.Column("told", sa.Integer),
    )
    op.create_table(
        "knocks",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("since", Instant, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "ceremonies",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("expires", Instant, nullable=False),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("credential", sa.String(64), nullable=False, unique=True),
        sa.Column("handle", sa.Text, nullable=False),
        sa.Column("public", sa.LargeBinary, nullable=False),
        sa.Column("uses", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("added_at", Instant, nullable=False),
        sa.Column("used_at", Instant),
    )
    op.create_index("ix_passkeys_person", "passkeys", ["person"])
    op.create_table(
        "closures",
        sa.Column("case", sa.String(40), primary_key=True),
        sa.Column("person", sa.String(32), primary_key=True),
    )
    op.create_table(
        "identities",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False),
    )
