"""Who may sign in, the links by which they do, and where they are signed in; how often somebody tried of late."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gateway.core.facts import How
from gateway.core.records import Account, Person, Record, Session
from gateway.core.terms import Digest, PartnerId, PersonId, SessionId
from gateway.edge.store import questions, vouching, writing
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, insert, naive

SEEN = timedelta(minutes=1)
"""So often it is written down that a session was used."""


class Signing:
    """A part of the store."""

    def _look(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def _change(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def add_person(self, person: Person, record: Record, account: Account | None = None) -> None:
        """Let somebody sign in; without an account it begins to count at the next look at accounts."""
        with self._change() as db:
            put_person(db, person, account)
            writing.write(db, record)

    def add_new_person(self, person: Person, record: Record, account: Account) -> bool:
        """The same for a name that is nobody's; else False, and nothing written."""
        with self._change() as db:
            made = insert(db.dialect.name, t.people).values(_person_row(person)).on_conflict_do_nothing()
            if not db.execute(made).rowcount:
                return False
            put_person(db, person, account)
            writing.write(db, record)
            return True

    def keep_account(self, account: Account, record: Record) -> None:
        """Write down until when somebody may sign in. One that stands no more takes their links with it."""
        with self._change() as db:
            if account.stopped_at is not None:
                db.execute(t.links.delete().where(t.links.c.person == account.person))
            writing.upsert(db, t.accounts, _account_row(account), t.accounts.c.person)
            writing.write(db, record)

    def accounts(self) -> Sequence[tuple[Person, Account | None]]:
        """Everybody, and how their account stands."""
        with self._look() as db:
            found = {row.person: _account(row) for row in db.execute(sa.select(t.accounts))}
            return [(person, found.get(person.id)) for person in questions.people(db)]

    def told_of_end(self, person: PersonId, within: int, record: Record) -> bool:
        """Write down that somebody was told of the end of an account; False where they had been."""
        a = t.accounts.c
        with self._change() as db:
            new = sa.or_(a.told.is_(None), a.told > within)
            told = vouching.change(db, t.accounts.update().where(a.person == person, new).values(told=within))
            if told:
                writing.write(db, record)
            return bool(told)

    def keep_link(self, token: Digest, person: PersonId, expires: datetime, record: Record) -> None:
        with self._change() as db:
            db.execute(t.links.insert().values(digest=token, person=person, expires=naive(expires)))
            writing.write(db, record)

    def use_link(
        self, token: Digest, at: datetime, begun: Callable[[PersonId], tuple[Session, Record]]
    ) -> Person | None:
        """Turn a single-use link into a session; None when it was used, has expired, never was, or is nobody's now."""
        with self._change() as db:
            db.execute(t.links.delete().where(t.links.c.expires <= naive(at)))
            taken = t.links.delete().where(t.links.c.digest == token).returning(t.links.c.person)
            person_id = db.execute(taken).scalar_one_or_none()
            return None if person_id is None else begin(db, *begun(PersonId(person_id)))

    def begin_session(self, session: Session, record: Record) -> Person | None:
        """Sign somebody in; None, and nothing written, when they may not any more."""
        with self._change() as db:
            return begin(db, session, record)

    def session(self, digest: Digest, at: datetime, idle: timedelta) -> tuple[Session, Person] | None:
        """What the browser shows, while it lasts, and whose it is; that it was used is written down once a minute."""
        with self._look() as db:
            row = db.execute(sa.select(t.sessions).where(t.sessions.c.digest == digest)).one_or_none()
            found = _session(row) if row is not None else None
            person = questions.person(db, found.person) if found else None
        if found is None or person is None or found.expires <= at or found.seen_at + idle <= at:
            return None
        if found.seen_at + SEEN <= at:
            with self._change() as db:
                seen = t.sessions.update().where(t.sessions.c.digest == digest)
                db.execute(seen.values(seen_at=naive(at)))
        return found, person

    def sessions(self, person: PersonId | None = None) -> Sequence[Session]:
        """Those of one person, or everybody's; the newest first."""
        query = sa.select(t.sessions).order_by(t.sessions.c.started_at.desc(), t.sessions.c.id)
        with self._look() as db:
            return [_session(row) for row in db.execute(query if person is None else query.where(_of(person)))]

    def end_session(self, session: SessionId, record: Record) -> bool:
        """Whether it was there; what is told of it is written only then."""
        with self._change() as db:
            gone = db.execute(t.sessions.delete().where(t.sessions.c.id == session)).rowcount > 0
            if gone:
                writing.write(db, record)
            return gone

    def act_for(self, session: SessionId, organisation: PartnerId) -> None:
        with self._change() as db:
            chosen = t.sessions.update().where(t.sessions.c.id == session)
            db.execute(chosen.values(organisation=organisation))

    def knock(self, key: Digest, at: datetime, window: timedelta) -> int:
        """How often somebody knocked under this key within the window, this time included. One statement."""
        k = t.knocks.c
        over = k.since <= naive(at - window)
        with self._change() as db:
            made = insert(db.dialect.name, t.knocks).values(key=key, since=naive(at), count=1)
            again = made.on_conflict_do_update(
                index_elements=[k.key],
                set_={
                    "since": sa.case((over, naive(at)), else_=k.since),
                    "count": sa.case((over, 1), else_=k.count + 1),
                },
            )
            return int(db.execute(again.returning(k.count)).scalar_one())

    def forget_knocks(self, before: datetime) -> None:
        with self._change() as db:
            db.execute(t.knocks.delete().where(t.knocks.c.since <= naive(before)))
            db.execute(t.ceremonies.delete().where(t.ceremonies.c.expires <= naive(before)))


def put_person(db: sa.Connection, person: Person, account: Account | None) -> None:
    writing.upsert(db, t.people, _person_row(person), t.people.c.id)
    if account is not None:
        writing.upsert(db, t.accounts, _account_row(account), t.accounts.c.person)


def begin(db: sa.Connection, session: Session, record: Record, beside: sa.Update | None = None) -> Person | None:
    """Sign somebody in whose account stands, and change what is ``beside`` it; else None, and nothing written."""
    row = db.execute(sa.select(t.accounts).where(t.accounts.c.person == session.person)).one_or_none()
    if row is not None and not _account(row).stands(session.started_at):
        return None
    found = questions.person(db, session.person)
    if found is not None:
        db.execute(t.sessions.insert().values(**_session_row(session)))
        if beside is not None:
            db.execute(beside)
        writing.write(db, record)
    return found


def _of(person: PersonId) -> sa.ColumnElement[bool]:
    return t.sessions.c.person == person


def _person_row(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "role": person.role,
        "organisation": person.organisation,
        "also": list(person.also),
    }


def _account_row(account: Account) -> dict[str, object]:
    return {
        "person": account.person,
        "confirmed_at": naive(account.confirmed_at),
        "ends": naive(account.ends),
        "stopped_at": naive(account.stopped_at) if account.stopped_at else None,
        "told": None,
    }


def _account(row: sa.Row[Any]) -> Account:
    stopped = aware(row.stopped_at) if row.stopped_at else None
    return Account(PersonId(row.person), aware(row.confirmed_at), aware(row.ends), stopped)


def _session_row(session: Session) -> dict[str, object]:
    return {
        "digest": session.digest,
        "id": session.id,
        "person": session.person,
        "organisation": session.organisation,
        "how": session.how,
        "machine": session.machine,
        "started_at": naive(session.started_at),
        "seen_at": naive(session.seen_at),
        "expires": naive(session.expires),
    }


def _session(row: sa.Row[Any]) -> Session:
    return Session(
        Digest(row.digest),
        SessionId(row.id),
        PersonId(row.person),
        How(row.how),
        row.machine,
        aware(row.started_at),
        aware(row.seen_at),
        aware(row.expires),
        PartnerId(row.organisation) if row.organisation else None,
    )
