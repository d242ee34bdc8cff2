"""What the authorities of certificates said: read as one, and written with what follows from it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa

from gateway.core.as4.authorities import Doubt
from gateway.core.facts import Says
from gateway.core.partners import Checked, Partner
from gateway.core.records import Record, Register
from gateway.core.terms import Digest
from gateway.edge.store import tables as t
from gateway.edge.store import writing
from gateway.edge.store.asking import Asked
from gateway.edge.store.engine import aware, reading

Known = Mapping[Digest, Checked]
Change = Callable[[Register, Known], tuple[Sequence[Partner], Record]]


class Checking(Asked):
    """A part of the store."""

    def _change(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def _enlist(self, db: sa.Connection, partner_list: Sequence[Partner], record: Record) -> None:
        raise NotImplementedError

    def checked(self) -> Known:
        """Every certificate whose authority was asked, by its fingerprint."""
        with reading(self.engine) as db:
            return _known(db)

    def check(self, seen: Checked | None, after: Checked, change: Change) -> bool:
        """Put ``after`` in the place of what was ``seen``, with the ``change`` of the register that goes with it.

        False, and nothing written, when somebody else was first. Nobody changes the register meanwhile.
        """
        with self._change() as db:
            db.execute(sa.select(t.register.c.version).with_for_update())
            known = _known(db)
            if known.get(after.certificate) != seen:
                return False
            listed, record = change(self._registered(db), known)
            record += Record((), checked=(after,))
            if listed:
                self._enlist(db, listed, record)
            else:
                writing.write(db, record)
            return True


def _known(db: sa.Connection) -> Known:
    return {one.certificate: one for one in map(_checked, db.execute(sa.select(t.checked)))}


def _checked(row: sa.Row[Any]) -> Checked:
    return Checked(
        Digest(row.certificate),
        Says(row.says),
        aware(row.asked_at),
        aware(row.again_at),
        Doubt(row.doubt) if row.doubt else None,
        aware(row.this_update) if row.this_update else None,
        aware(row.next_update) if row.next_update else None,
        aware(row.since) if row.since else None,
        row.stolen,
        row.issuer,
    )
