"""Writers of one process take turns at one SQLite transaction and share its commit, so its one wait for the disk.

Who comes while another writes joins that transaction. Nobody goes on before the commit that holds their work is over,
and when it fails it has failed for all of them. SQLite has one writer anyhow; waiting here is fair and costs nothing,
where its own waiting is sleep and try again. PostgreSQL has many writers, so nobody shares there.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

MOST = 32
"""Writers in one transaction: the first of them waits for the last."""

LOOK_SECONDS = 0.1


class _Shared:
    """One transaction and how it ended."""

    def __init__(self, db: sa.Connection) -> None:
        self.db = db
        self.writers = 0
        self.over = threading.Event()
        self.failure: BaseException | None = None

    def end(self, failure: BaseException | None = None) -> None:
        """Commit, or roll back for ``failure``; either way all who wait are told."""
        try:
            if failure is None:
                self.db.commit()
            else:
                self.db.rollback()
        except BaseException as error:  # noqa: BLE001  (whatever it is, everybody's work depends on it)
            failure = failure or error
            self.db.invalidate()  # its transaction is not over; closing the connection ends it
        finally:
            self.failure = failure
            self.db.close()
            self.over.set()


class Turns:
    """The turns of all threads that write with one engine."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        self._queue = threading.Lock()
        self._shared: _Shared | None = None
        self.waiting = 0

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction of one's own, to look at: an exception takes back what was done here and nothing else.

        Raises what made the database fail, at the beginning, inside, or at the commit.
        """
        self._take_turn()
        try:
            shared = self._shared = self._shared or self._begin()
            shared.writers += 1
            refused: BaseException | None = None
            try:
                yield from _alone(shared)
            except BaseException as error:  # noqa: BLE001  (it goes on below, once the others' work is safe)
                refused = error
            if refused is not None and (shared.writers == 1 or not _intact(shared.db)):
                self._end(shared, refused)
            elif not self.waiting or shared.writers >= MOST:
                self._end(shared)
        finally:
            self._turn.release()
        self._wait(shared)
        if refused is not None:
            raise refused
        if shared.failure is not None:
            raise shared.failure

    def _take_turn(self) -> None:
        with self._queue:
            self.waiting += 1
        try:
            self._turn.acquire()
        finally:
            with self._queue:
                self.waiting -= 1

    def _begin(self) -> _Shared:
        db = self._engine.connect()
        try:
            db.begin()
        except BaseException:
            db.close()
            raise
        return _Shared(db)

    def _end(self, shared: _Shared, failure: BaseException | None = None) -> None:
        self._shared = None
        shared.end(failure)

    def _wait(self, shared: _Shared) -> None:
        """Until the commit; one whose successor was interrupted before its turn came commits for all itself."""
        while not shared.over.wait(LOOK_SECONDS):
            with self._turn:
                if self._shared is shared and not self.waiting:
                    self._end(shared)


def _alone(shared: _Shared) -> Iterator[sa.Connection]:
    """The first has the transaction to itself; whoever joins works behind a savepoint."""
    if shared.writers == 1:
        yield shared.db
    else:
        with shared.db.begin_nested():
            yield shared.db


def _intact(db: sa.Connection) -> bool:
    """Whether the transaction is still there: SQLite ends it by itself when the disk is full or fails."""
    if db.invalidated:  # the disk failed under it: asked for its connection, it would only complain
        return False
    raw = db.connection.dbapi_connection
    return raw is not None and bool(raw.in_transaction)
