"""What one home tells another of the same gateway is matched at both, there by each child that was told of."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


_ROWS = sa.text("SELECT source, home FROM arrivals")
_PUT = sa.text("INSERT INTO arrivals (source, home, pupil) VALUES (:source, :home, 0)")


def upgrade() -> None:
    db = op.get_bind()
    waiting = [dict(row) for row in db.execute(_ROWS).mappings()]
    op.drop_table("arrivals")
    op.create_table(
        "arrivals",
        sa.Column("source", sa.String(40), primary_key=True),
        sa.Column("home", sa.String(64), primary_key=True),
        sa.Column("pupil", sa.Integer, primary_key=True, autoincrement=False),
    )
    if waiting:
        db.execute(_PUT, waiting)
