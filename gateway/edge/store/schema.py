"""The schema of the database, as Alembic's migrations build it; asking which one it is does not load Alembic."""

from pathlib import Path

import sqlalchemy as sa

from gateway.edge.store.engine import connect, reading

MIGRATIONS = Path(__file__).parent / "migrations"

NEWEST = "0032"
"""This release's schema: the newest migration. They are numbered in order."""


def upgrade(url: str, number: str = "head") -> None:
    """Bring the schema of a database to this release's, or to an earlier ``number``."""
    from alembic import command
    from alembic.config import Config

    engine = connect(url)
    with engine.connect() as db:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = db
        command.upgrade(config, number)
        db.commit()
    engine.dispose()


def is_current(url: str) -> bool:
    """Whether a database has exactly this release's schema. Raises Fault(STORE) when it cannot be asked."""
    return found(url) == NEWEST


def found(url: str) -> str:
    """The number of a database's schema; empty when it has none. Raises Fault(STORE) when it cannot be asked."""
    engine = connect(url)
    try:
        return _found(engine)
    finally:
        engine.dispose()


def has_schema(engine: sa.Engine) -> bool:
    """Whether the schema is exactly this release's."""
    return _found(engine) == NEWEST


def _found(engine: sa.Engine) -> str:
    with reading(engine) as db:
        if not sa.inspect(db).has_table("alembic_version"):
            return ""
        return str(db.execute(sa.text("SELECT max(version_num) FROM alembic_version")).scalar_one() or "")
