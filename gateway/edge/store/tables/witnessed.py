"""What lines vouch for, and how the logs of partners stand with us."""

import sqlalchemy as sa

from gateway.edge.store.tables.spine import tables

vouched = sa.Table(
    "vouched",
    tables,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    # none yet: what was written without a line waits for the next one
    sa.Column("line", sa.BigInteger, index=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
