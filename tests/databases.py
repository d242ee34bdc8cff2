"""Databases for tests, on either kind of server: empty ones, and copies of some that were filled once."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa

from gateway.core.terms import PartnerId
from tests.needs import needs
from tests.simulator import KENT, MEDWAY

POSTGRES = os.environ.get("GATEWAY_TEST_POSTGRES", "")
"""``postgresql+psycopg://USER@HOST:PORT/postgres`` of a server on which databases may be made."""

Urls = dict[PartnerId, str]


@contextmanager
def databases(kind: str, folder: Path, like: Urls | None = None) -> Iterator[Urls]:
    """A database for each council on one kind of server, gone afterwards: empty, or as those are that it is ``like``.

    Nobody may have those open meanwhile.
    """
    filled = like or {}
    if kind == "sqlite":
        for home, url in filled.items():
            shutil.copy(str(sa.make_url(url).database), folder / f"{home}.sqlite")
        yield {home: f"sqlite:///{folder / home}.sqlite" for home in (KENT, MEDWAY)}
        return
    needs(bool(POSTGRES), "a PostgreSQL server (GATEWAY_TEST_POSTGRES)")
    with ExitStack() as stack:
        yield {home: stack.enter_context(on_postgresql(POSTGRES, filled.get(home, ""))) for home in (KENT, MEDWAY)}


@contextmanager
def on_postgresql(server: str, like: str = "") -> Iterator[str]:
    """One database on this server."""
    admin, name = sa.create_engine(server, isolation_level="AUTOCOMMIT"), f"t_{uuid.uuid4().hex}"
    template = f' TEMPLATE "{sa.make_url(like).database}"' if like else ""
    with admin.connect() as db:
        db.exec_driver_sql(f'CREATE DATABASE "{name}"{template}')
    try:
        yield server.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with admin.connect() as db:
            db.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
        admin.dispose()
