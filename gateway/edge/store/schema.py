"""The schema of the database, as Alembic's migrations build it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from gateway.edge.store.engine import connect

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(url: str) -> None:
    """Bring the schema of a database to this release's."""
    engine = connect(url)
    with engine.connect() as db:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = db
        command.upgrade(config, "head")
        db.commit()
    engine.dispose()


def is_current(url: str) -> bool:
    """Whether a database has exactly this release's schema."""
    engine = connect(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    try:
        with engine.connect() as db:
            found = MigrationContext.configure(db).get_current_revision()
    finally:
        engine.dispose()
    return found == ScriptDirectory.from_config(config).get_current_head()
