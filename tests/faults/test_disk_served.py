"""A full disk under a gateway that runs, at each of its doors: a school's files, a partner's messages, people's pages.

Each is told 503 and when to come back, and what they sent goes on by itself when there is space again.
"""

import base64
import hashlib
import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway import wiring
from gateway.core.delivery import State
from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.terms import PartnerId, PersonId
from gateway.edge.verifying import verify_whole
from gateway.flows import dispatch, people
from gateway.wiring import Installation, Running
from tests.faults.pair import PATIENCE, Pair, leaver, set_up
from tests.faults.test_disk import MOST, Disk
from tests.faults.test_disk import disk as disk  # noqa: PLC0414  (a fixture)
from tests.simulator import KENT, MEDWAY


@contextmanager
def council(tmp_path: Path, disk: Disk, home: PartnerId) -> Iterator[tuple[Pair, Running]]:
    """Both councils; the one at ``home`` is served, and has its database on the small disk."""
    urls = {one: disk.url(one) if one == home else f"sqlite:///{tmp_path / one}.db" for one in (KENT, MEDWAY)}
    pair = set_up(tmp_path / "pair", urls)
    served = pair.kent if home == KENT else pair.medway
    disk.watch(served.store.engine)
    running = Running(served)
    running.start()
    try:
        yield pair, running
    finally:
        running.stop()
        for one in (pair.kent, pair.medway):
            one.store.engine.dispose()


def upload(pair: Pair, number: int) -> tuple[int, str | None]:
    """Status and Retry-After."""
    made = leaver(number)
    sha256 = base64.b64encode(hashlib.sha256(made.content).digest()).decode()
    headers = {"Content-Digest": f"sha-256=:{sha256}:", "Gateway-File-Name": made.name}
    door = http.client.HTTPSConnection("localhost", pair.school.port, timeout=PATIENCE, context=pair.school.context)
    return asked(door, "/uploads", made.content, headers)


def page(installed: Installation, path: str) -> tuple[int, str | None]:
    return asked(http.client.HTTPConnection("127.0.0.1", installed.settings.listen.pages_port, timeout=PATIENCE), path)


def asked(
    door: http.client.HTTPConnection, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, str | None]:
    try:
        door.request("POST", path, body, headers or {})
        answer = door.getresponse()
        answer.read()
        return answer.status, answer.getheader("Retry-After")
    finally:
        door.close()


def until(look: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)


BUSY = (503, "30")


def link(installed: Installation) -> str:
    gateway, at = installed.gateway, wiring.now()
    person = Person(PersonId("a.shah"), Role.OFFICER, KENT)
    people.add(gateway, installed.store, person, KENT, at)
    return "/link/" + people.issue_link(gateway, installed.store, person.id, KENT, at)


def test_schools_and_people_are_told_to_come_back_and_all_goes_on_when_there_is_space(
    tmp_path: Path, disk: Disk
) -> None:
    with council(tmp_path, disk, KENT) as (pair, _):
        sign_in = link(pair.kent)
        assert upload(pair, 1) == (200, None)
        disk.fill()
        refused = next(number for number in range(2, MOST) if upload(pair, number) == BUSY)
        disk.lock()
        assert upload(pair, refused) == BUSY
        assert page(pair.kent, sign_in) == BUSY
        disk.give_back()
        until(lambda: page(pair.kent, sign_in)[0] == 303)  # the first may meet a connection of before
        until(lambda: upload(pair, refused) == (200, None))
        until(lambda: signed(pair.kent))
        assert sum(pair.kent.store.counts().values()) == refused
        assert verify_whole(pair.kent).startswith("sound: ")


def signed(installed: Installation) -> bool:
    """Whether a checkpoint covers all there is: the timetable went on by itself."""
    note = installed.store.newest_checkpoint()
    return note is not None and int(note.split("\n")[1]) == installed.store.edge().size


def test_partner_is_told_to_come_back_and_its_message_is_delivered_once_when_there_is_space(
    tmp_path: Path, disk: Disk
) -> None:
    with council(tmp_path, disk, MEDWAY) as (pair, _):
        with_sender = Running(pair.kent)
        with_sender.server.start()
        try:
            assert upload(pair, 1) == (200, None)
            disk.lock()
            (sent,) = dispatch.send_due(pair.kent.gateway)
            assert (type(sent.fact).__name__, getattr(sent.fact, "reason", "")) == ("ParcelDeferred", "busy")
            disk.give_back()
            until(lambda: not dispatch.send_due(pair.kent.gateway) and State.DELIVERED in pair.kent.store.counts())
        finally:
            with_sender.server.stop()
        assert pair.medway.store.counts() == {State.SHELVED: 1}
        assert verify_whole(pair.medway).startswith("sound: ")
