"""Writers share a commit and nothing else: each keeps or loses its own work, and none goes on before the disk has it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.core.errors import Fault
from gateway.edge.store.engine import connect, reading, writing
from gateway.edge.store.turns import MOST, Turns

PATIENCE = 60.0


@dataclass
class Shop:
    """A database of one table, how often it was committed, and writers that can be held up inside."""

    engine: sa.Engine
    pool: ThreadPoolExecutor
    commits: int = 0

    @property
    def turns(self) -> Turns:
        made: Turns = self.engine.get_execution_options()["turns"]
        return made

    def write(self, number: int, then: Callable[[], object] = lambda: None) -> int:
        with writing(self.engine) as db:
            db.execute(sa.text("INSERT INTO made VALUES (:number)"), {"number": number})
            then()
        return number

    def written(self) -> list[int]:
        with reading(self.engine) as db:
            return sorted(db.scalars(sa.text("SELECT number FROM made")))

    def behind(self, first: Callable[[], object], *others: Callable[[], object]) -> tuple[Future[object], ...]:
        """Start the first; once it writes, start the others; once all of them wait, let it go on."""
        inside = threading.Event()

        def hold() -> None:
            inside.set()
            self.until(len(others))
            first()

        leading: Future[object] = self.pool.submit(lambda: self.write(0, hold))
        assert inside.wait(PATIENCE)
        following = tuple(self.pool.submit(one) for one in others)
        return (leading, *following)

    def until(self, waiting: int) -> None:
        for _ in range(int(PATIENCE * 1000)):
            if self.turns.waiting == waiting:
                return
            threading.Event().wait(0.001)
        raise AssertionError(f"{self.turns.waiting} of {waiting} wait")


def nothing() -> None:
    """Hold nobody up."""


def broken() -> None:
    raise ZeroDivisionError


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    engine = connect(f"sqlite:///{tmp_path / 'shop.sqlite'}")
    with ThreadPoolExecutor(MOST + 8) as pool:
        made = Shop(engine, pool)
        with writing(engine) as db:
            db.execute(sa.text("CREATE TABLE made (number INTEGER PRIMARY KEY)"))

        @sa.event.listens_for(engine, "commit")
        def count(_db: sa.Connection) -> None:
            made.commits += 1

        yield made
    engine.dispose()


def test_who_comes_while_another_writes_shares_its_commit(shop: Shop) -> None:
    done = shop.behind(nothing, *(lambda n=n: shop.write(n) for n in range(1, 6)))
    assert sorted(str(one.result(PATIENCE)) for one in done) == list("012345")
    assert shop.written() == [0, 1, 2, 3, 4, 5]
    assert shop.commits == 1


def test_one_alone_waits_for_nobody(shop: Shop) -> None:
    for number in range(3):
        shop.write(number)
    assert (shop.commits, shop.written()) == (3, [0, 1, 2])


def test_a_commit_is_shared_by_so_many_and_no_more(shop: Shop) -> None:
    done = shop.behind(nothing, *(lambda n=n: shop.write(n) for n in range(1, MOST + 4)))
    assert len({one.result(PATIENCE) for one in done}) == MOST + 4
    assert shop.written() == list(range(MOST + 4))
    assert shop.commits == 2


def test_a_disk_that_fails_under_the_second_is_a_fault_for_both_and_the_next_goes_on(shop: Shop) -> None:
    def lose() -> None:
        with writing(shop.engine) as db:
            db.execute(sa.text("INSERT INTO made VALUES (1)"))
            db.invalidate()  # as after an error of the disk: the connection is given up
            raise sa.exc.OperationalError("", {}, OSError())

    for one in shop.behind(nothing, lose):
        with pytest.raises(Fault):
            one.result(PATIENCE)
    assert shop.written() == []
    assert shop.write(2) == 2


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_what_fails_takes_back_its_own_work_and_nobody_elses(shop: Shop, place: int) -> None:
    after: list[Callable[[], object]] = [broken if at == place else nothing for at in range(4)]
    done = shop.behind(after[0], *(lambda n=n: shop.write(n, after[n]) for n in range(1, 4)))
    failed = [one.exception(PATIENCE) for one in done]
    assert [type(one) for one in failed] == [ZeroDivisionError if at == place else type(None) for at in range(4)]
    assert shop.written() == [at for at in range(4) if at != place]


def test_same_row_twice_in_one_commit_is_refused_once_the_first_is_safe(shop: Shop) -> None:
    """Who is told that somebody was first must find what the first has written."""
    seen: list[list[int]] = []

    def again() -> None:
        try:
            shop.write(0)
        except sa.exc.IntegrityError:
            seen.append(shop.written())

    for one in shop.behind(nothing, again, lambda: shop.write(2)):
        one.result(PATIENCE)
    assert seen == [[0, 2]]


def test_nobody_goes_on_before_the_commit(shop: Shop) -> None:
    """At the moment of the commit, nobody has been told that it is done."""
    told: list[int] = []
    early: list[int] = []

    @sa.event.listens_for(shop.engine, "commit")
    def look(_db: sa.Connection) -> None:
        early.extend(told)

    done = shop.behind(nothing, *(lambda n=n: told.append(shop.write(n)) for n in range(1, 4)))
    for one in done:
        one.result(PATIENCE)
    assert (early, sorted(told)) == ([], [1, 2, 3])


def test_commit_that_fails_has_failed_for_all(shop: Shop) -> None:
    @sa.event.listens_for(shop.engine, "commit", once=True)
    def fail(_db: sa.Connection) -> None:
        raise sa.exc.OperationalError("COMMIT", {}, OSError("disk I/O error"))

    done = shop.behind(nothing, *(lambda n=n: shop.write(n) for n in range(1, 4)))
    assert [type(one.exception(PATIENCE)) for one in done] == [Fault] * 4
    assert shop.written() == []
    assert shop.write(9) == 9
    assert shop.written() == [9]


def test_full_disk_in_the_middle_fails_all_who_share_and_writes_nothing_of_any(shop: Shop) -> None:
    """SQLite may end the transaction by itself then: what came after would be written without one."""

    def fill() -> None:
        with writing(shop.engine) as db:
            db.execute(sa.text("CREATE TABLE large (content BLOB)"))
            pages = db.execute(sa.text("PRAGMA page_count")).scalar_one()
            db.execute(sa.text(f"PRAGMA max_page_count = {pages + 1}"))
            db.execute(sa.text("INSERT INTO large VALUES (zeroblob(1000000))"))

    def end() -> None:
        """The same as seen from inside: the transaction is gone when the writer fails."""
        with writing(shop.engine) as db:
            db.execute(sa.text("INSERT INTO made VALUES (7)"))
            db.exec_driver_sql("ROLLBACK")
            raise sa.exc.OperationalError("INSERT", {}, OSError("database or disk is full"))

    assert isinstance(shop.pool.submit(fill).exception(PATIENCE), Fault)
    done = shop.behind(nothing, end)
    assert [type(one.exception(PATIENCE)) for one in done] == [Fault, Fault]
    assert shop.written() == []


def test_waiting_goes_on_when_the_database_cannot_be_opened(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'nowhere' / 'shop.sqlite'}")
    for _ in range(2):
        with pytest.raises(Fault), writing(engine):
            raise AssertionError("there is nothing to write to")


def test_postgresql_shares_nothing() -> None:
    assert "turns" not in connect("postgresql+psycopg://nobody@localhost/none").get_execution_options()
