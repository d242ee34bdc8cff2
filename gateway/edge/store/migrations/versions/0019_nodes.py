"""Every fourth level of the log's tree is kept, where it was every eighth: a proof reads 16 hashes a step, not 256."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op

from gateway.core.log.tree import Edge, Subtree

revision = "0019"
down_revision = "0018"

STEP = 4
PAGE = 4096

logs = sa.table("logs", sa.column("number"), sa.column("first"), sa.column("edge"))
lines = sa.table("log_lines", sa.column("index"), sa.column("leaf"))
nodes = sa.table("log_nodes", sa.column("log"), sa.column("level"), sa.column("index"), sa.column("hash"))


def upgrade() -> None:
    """Made anew from the leaf hashes, which the full check holds against the lines, and the nodes against both."""
    db = op.get_bind()
    db.execute(nodes.delete())
    for log in db.execute(sa.select(logs)).all():
        edge = Edge()
        for leaves in _leaves(db, log.first, log.first + Edge.from_bytes(log.edge).size):
            edge, subtrees = edge.extend(leaves, STEP)
            _write(db, log.number, subtrees)


def _leaves(db: sa.Connection, first: int, end: int) -> Iterator[Sequence[bytes]]:
    place = lines.c.index
    for at in range(first, end, PAGE):
        query = sa.select(lines.c.leaf).where(place >= at, place < min(at + PAGE, end)).order_by(place)
        yield db.scalars(query).all()


def _write(db: sa.Connection, log: int, subtrees: Sequence[Subtree]) -> None:
    if subtrees:
        rows = [{"log": log, "level": level, "index": index, "hash": root} for level, index, root in subtrees]
        db.execute(nodes.insert(), rows)
