"""Passkeys as rows; what was answered once is kept for as long as it could be answered again."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core.records import Passkey, Person, Record, Session
from gateway.core.terms import Digest, PasskeyId, PersonId, digest
from gateway.edge.store import signing, writing
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, insert, naive


class Keyed:
    """A part of the store."""

    def _look(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def _change(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def passkeys(self, person: PersonId) -> Sequence[Passkey]:
        """The first one first."""
        c = t.passkeys.c
        with self._look() as db:
            rows = db.execute(sa.select(t.passkeys).where(c.person == person).order_by(c.added_at))
            return [_key(row) for row in rows]

    def passkey(self, credential: Digest) -> Passkey | None:
        with self._look() as db:
            row = db.execute(sa.select(t.passkeys).where(t.passkeys.c.credential == credential)).one_or_none()
            return _key(row) if row is not None else None

    def add_passkey(self, key: Passkey, once: Digest, until: datetime, record: Record) -> bool:
        """False, and nothing written, where this was answered before or the device's key is known."""
        known = sa.select(t.passkeys.c.id).where(t.passkeys.c.credential == digest(key.handle.encode()))
        with self._change() as db:
            if db.execute(known).first() is not None or not _burn(db, once, until):
                return False
            db.execute(t.passkeys.insert().values(**_row(key)))
            writing.write(db, record)
            return True

    def use_passkey(
        self, key: Passkey, once: Digest, until: datetime, session: Session, record: Record
    ) -> Person | None:
        """Sign its owner in; None, and nothing written, where this was answered before or they may not any more."""
        still = t.passkeys.update().where(t.passkeys.c.id == key.id)
        with self._change() as db:
            if not _burn(db, once, until):
                return None
            used = still.values(uses=key.count, used_at=naive(session.started_at))
            return signing.begin(db, session, record, used)

    def remove_passkey(self, key: PasskeyId, record: Record) -> bool:
        with self._change() as db:
            gone = db.execute(t.passkeys.delete().where(t.passkeys.c.id == key)).rowcount > 0
            if gone:
                writing.write(db, record)
            return gone


def _burn(db: sa.Connection, once: Digest, until: datetime) -> bool:
    """Whether it is answered for the first time."""
    made = insert(db.dialect.name, t.ceremonies).values(key=once, body="", expires=naive(until))
    return db.execute(made.on_conflict_do_nothing().returning(t.ceremonies.c.key)).first() is not None


def _row(key: Passkey) -> dict[str, object]:
    return {
        "id": key.id,
        "person": key.person,
        "credential": digest(key.handle.encode()),
        "handle": key.handle,
        "public": key.public,
        "uses": key.count,
        "name": key.name,
        "added_at": naive(key.added_at),
        "used_at": naive(key.used_at) if key.used_at else None,
    }


def _key(row: sa.Row[Any]) -> Passkey:
    used = aware(row.used_at) if row.used_at else None
    return Passkey(
        PasskeyId(row.id), PersonId(row.person), row.handle, row.public, row.uses, row.name, aware(row.added_at), used
    )
