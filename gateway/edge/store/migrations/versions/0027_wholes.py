"""Consents have an id, a year of a home may have a clock, and lines that belong to their year are found by it."""

import json

import sqlalchemy as sa
from alembic import op

from gateway.core.facts import year_of

revision = "0027"
down_revision = "0026"

MANY = 2000
_LINES = sa.text('SELECT "index", line FROM log_lines WHERE "index" >= :first AND "index" < :first + :many')
_LAST = sa.text('SELECT max("index") FROM log_lines')
_FOUND = sa.text("INSERT INTO mentions (subject, line) VALUES (:subject, :line)")


def upgrade() -> None:
    op.add_column("consents", sa.Column("id", sa.String(40)))  # of those of before there is none
    op.create_index("ix_consents_id", "consents", ["id"])
    for table in ("retained", "destructions"):
        with op.batch_alter_table(table) as change:
            change.alter_column("source", existing_type=sa.String(40), existing_nullable=False, type_=sa.String(80))
    db = op.get_bind()
    for first in range(0, (db.execute(_LAST).scalar() or 0) + 1, MANY):
        rows = []
        for index, line in db.execute(_LINES, {"first": first, "many": MANY}):
            said = json.loads(bytes(line))
            # what is no fact was written by nobody here: to say so is the verifier's part
            year = year_of(*(str(said.get(one)) for one in ("fact", "home", "at"))) if isinstance(said, dict) else None
            rows += [{"subject": year, "line": index}] if year else []
        if rows:
            db.execute(_FOUND, rows)
