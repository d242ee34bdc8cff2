"""What people ask for about themselves: requests, their steps, who was told, and what became of our copies."""

import sqlalchemy as sa

from gateway.edge.store.tables.spine import Instant, tables

rights_requests = sa.Table(
    "rights_requests",
    tables,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("home", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("asker", sa.String(16), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("handles", sa.JSON, nullable=False),
    sa.Column("kept", sa.String(64), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("wrapped_by", sa.String(64), nullable=False),
    sa.Column("notice", sa.String(40)),
    sa.Index("ix_rights_requests_home_at", "home", "at"),
)

rights_steps = sa.Table(
    "rights_steps",
    tables,
    sa.Column("request", sa.String(40), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("step", sa.String(24), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("kept", sa.String(64), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("wrapped_by", sa.String(64), nullable=False),
)

rights_notices = sa.Table(
    "rights_notices",
    tables,
    sa.Column("request", sa.String(40), primary_key=True),
    sa.Column("about", sa.String(40), primary_key=True),
    sa.Column("notice", sa.String(40), nullable=False),
    sa.Column("reader", sa.String(64), nullable=False),
    sa.Column("purpose", sa.String(8), nullable=False),
    sa.Column("outcome", sa.String(8), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("answer", sa.String(16)),
    sa.Column("answered_at", Instant),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Index("ix_rights_notices_notice", "notice"),
)

rights_copies = sa.Table(
    "rights_copies",
    tables,
    sa.Column("parcel", sa.String(40), primary_key=True),  # or the upload
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("right", sa.String(24), nullable=False),
    sa.Column("before", sa.String(64), nullable=False),
    sa.Column("after", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
