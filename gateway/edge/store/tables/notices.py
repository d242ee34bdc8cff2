"""Notices and enquiries, sent and received, what is on watch, and what has come in since it was last looked through."""

import sqlalchemy as sa

from gateway.edge.store.tables.spine import Instant, tables

notices = sa.Table(
    "notices",
    tables,
    sa.Column("disclosure", sa.String(40), primary_key=True),
    sa.Column("side", sa.String(8), primary_key=True),
    sa.Column("home", sa.String(64), nullable=False),
    sa.Column("partner", sa.String(64), nullable=False),
    sa.Column("parcel", sa.String(40), nullable=False),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("purpose", sa.String(8), nullable=False),
    sa.Column("urgency", sa.String(12), nullable=False),
    # a keyed digest of the sender's reference of the case: what belongs together is found by it
    sa.Column("matter", sa.String(100), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("payload", sa.String(64)),
    sa.Column("opened_at", Instant),
    sa.Column("answered_at", Instant),
    sa.Column("ended_at", Instant),
    # each until it has been done, or need not be any more
    sa.Column("receipt_due", Instant),
    sa.Column("opening_due", Instant),
    sa.Column("acknowledgement_due", Instant),
    sa.Column("renewal_due", Instant),
    sa.Column("watched_until", Instant),
    sa.Index("ix_notices_parcel", "parcel"),
    sa.Index("ix_notices_matter", "matter"),
    sa.Index("ix_notices_home_side_at", "home", "side", "at"),
)
DUE = ("receipt_due", "opening_due", "acknowledgement_due", "renewal_due", "watched_until")
for _due in DUE:
    # only what waits stands in them, so that a look costs nothing however many notices there were
    _waits = notices.c[_due].is_not(None)
    sa.Index(f"ix_notices_{_due}", notices.c[_due], sqlite_where=_waits, postgresql_where=_waits)

watched = sa.Table(
    "watched",
    tables,
    sa.Column("handle", sa.String(100), primary_key=True),
    sa.Column("disclosure", sa.String(40), primary_key=True),
    sa.Index("ix_watched_disclosure", "disclosure"),
)
arrivals = sa.Table(
    "arrivals",
    tables,
    sa.Column("source", sa.String(40), primary_key=True),
    sa.Column("home", sa.String(64), primary_key=True),
    sa.Column("pupil", sa.Integer, primary_key=True, autoincrement=False),
)
