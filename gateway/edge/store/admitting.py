"""Sign-ins that have begun, and by what people of another provider are known here."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import sqlalchemy as sa

from gateway.core.records import Account, Person, Record
from gateway.core.terms import Digest, PersonId
from gateway.edge.store import signing, writing
from gateway.edge.store import tables as t
from gateway.edge.store.engine import naive


class Admitting:
    """A part of the store."""

    def _look(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def _change(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def keep_ceremony(self, key: Digest, body: str, expires: datetime) -> None:
        with self._change() as db:
            db.execute(t.ceremonies.insert().values(key=key, body=body, expires=naive(expires)))

    def take_ceremony(self, key: Digest, at: datetime) -> str | None:
        """What was kept, once and while it lasts."""
        c = t.ceremonies.c
        with self._change() as db:
            row = db.execute(t.ceremonies.delete().where(c.key == key).returning(c.body, c.expires)).one_or_none()
            return str(row.body) if row is not None and row.expires > naive(at) else None

    def take_mails(self, at: datetime, most: int) -> Sequence[str]:
        """Who asked for a link by mail, as they wrote themselves; each is taken once."""
        c = t.ceremonies.c
        with self._change() as db:
            asked = sa.select(c.key).where(c.body.startswith("mail:"), c.expires > naive(at)).limit(most)
            keys = list(db.scalars(asked.with_for_update()))
            gone = t.ceremonies.delete().where(c.key.in_(keys)).returning(c.body)
            return [body.removeprefix("mail:") for body in db.scalars(gone)] if keys else []

    def identity(self, key: Digest) -> PersonId | None:
        with self._look() as db:
            found = db.scalar(sa.select(t.identities.c.person).where(t.identities.c.key == key))
            return PersonId(found) if found else None

    def keep_identity(self, key: Digest, person: Person, record: Record, account: Account | None) -> None:
        """Somebody is known by this key from now on, as what they are now."""
        with self._change() as db:
            writing.upsert(db, t.identities, {"key": key, "person": person.id}, t.identities.c.key)
            signing.put_person(db, person, account)
            writing.write(db, record)
