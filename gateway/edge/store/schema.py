"""The schema of the database, as Alembic's migrations build it."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from gateway.edge.store.engine import connect, reading

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(url: str) -> None:
    """Bring the schema of a database to this release's."""
    engine = connect(url)
    with engine.connect() as db:
        config = _config()
        config.attributes["connection"] = db
        command.upgrade(config, "head")
        db.commit()
    engine.dispose()


def is_current(url: str) -> bool:
    """Whether a database has exactly this release's schema. Raises Fault(STORE) when it cannot be asked."""
    engine = connect(url)
    try:
        return has_schema(engine)
    finally:
        engine.dispose()


def has_schema(engine: sa.Engine) -> bool:
    """Whether the schema is exactly that of the newest migration."""
    with reading(engine) as db:
        found = MigrationContext.configure(db).get_current_revision()
    return found == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
