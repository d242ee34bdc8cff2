"""What the questions to the log are answered from: a row for each line about a disclosure, and the classes it holds.

Both follow from the lines and what leads back from them; nothing is decided by them.
"""

import sqlalchemy as sa

from gateway.edge.store.tables.spine import Instant, tables

disclosed = sa.Table(
    "disclosed",
    tables,
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
    sa.Index("ix_disclosed_at_line", "at", "line"),
    sa.Index("ix_disclosed_disclosure", "disclosure"),
    sa.Index("ix_disclosed_source", "source"),
    *(
        sa.Index(f"ix_disclosed_{name}_at_line", name, "at", "line")
        for name in ("act", "discloser", "partner", "purpose", "basis", "agreement", "state")
    ),
)
disclosed_classes = sa.Table(
    "disclosed_classes",
    tables,
    sa.Column("class", sa.String(2), primary_key=True),
    sa.Column("at", Instant, primary_key=True),
    sa.Column("line", sa.BigInteger, primary_key=True, autoincrement=False),
)
