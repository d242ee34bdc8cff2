"""The pages as their users wait for them: a hundred offices that upload at once, and the search of a long log."""

import html
import http.client
import os
import re
import statistics
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from flask.testing import FlaskClient

from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.sample import SampleFile
from gateway.core.terms import PersonId
from gateway.edge.store import Store
from gateway.flows import people
from gateway.flows.ports import Gateway
from gateway.web import pages
from gateway.wiring import Installation
from tests.bench import files
from tests.bench.councils import councils, database_seconds
from tests.bench.measuring import Aim, Figure, Scene, Turns, cpu_seconds_of, idle_rate, measured
from tests.bench.stages import a_world_of
from tests.serving import serving
from tests.simulator import KENT, LARKMERE, World
from tests.web.office import means

PROCESSES, PUPILS = 2, 30
SOON = Aim("95 % within 5 s", 5.0)
NONE = Aim("none", 0.0)
PAGE = Aim("at most 300 ms", 300.0)
NAMES = ("search page, no filter", "search page, the slowest")
LOOKER = Person(PersonId("o.looker"), Role.GOVERNANCE, KENT)
SEARCHES: Mapping[str, Mapping[str, str]] = {
    "without a filter": {},
    "by purpose": {"purpose": "P04"},
    "by basis": {"basis": "A6C"},
    "by class": {"class": "SC"},
    "by officer": {"officer": "officer.0"},
    "by what was done": {"what": "hold"},
    "by officer and what was done": {"officer": "officer.0", "what": "hold"},
    "by purpose and class": {"purpose": "P04", "class": "SC"},
    "not signed for": {"late": "yes"},
}


# -- a hundred offices at once ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Office:
    """One user with a session, and the file that is handed in."""

    port: int
    session: str
    file: SampleFile

    def hand_in(self, ready: threading.Barrier) -> tuple[float, str]:
        """Seconds from sending the file until its report has come, and what was wrong, if anything."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            token = re.search(r'name="csrf_token" value="([^"]+)"', self._ask(connection, "GET", "/upload"))
            assert token is not None
            body, kind = _form(token[1], self.file)
            ready.wait()
            began = time.perf_counter()
            report = self._ask(connection, "POST", "/upload", body, kind)
            said = self._ask(connection, "GET", report)
            right = f"{PUPILS} pupils ready to send" in said
            return time.perf_counter() - began, "" if right else "the report says something else"
        except (OSError, http.client.HTTPException, ValueError) as error:
            ready.abort()
            return 0.0, f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    def _ask(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes = b"", kind: str = ""
    ) -> str:
        """The page, or where it sends us."""
        headers = {"Cookie": f"session-{self.port}={self.session}", "Content-Type": kind}
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        if answer.status == http.client.SEE_OTHER:
            return urllib.parse.urlsplit(answer.headers["Location"]).path
        if answer.status != http.client.OK:
            raise ValueError(f"{method} is answered by {answer.status}")
        return page


def handed_in(scene: Scene) -> Iterator[Figure]:
    for database in ("SQLite", "PostgreSQL"):
        group = f"{scene.size.offices} school users upload {PUPILS} pupils at once, {PROCESSES} processes, {database}"
        if database == "PostgreSQL" and not scene.postgres:
            yield Figure(group, "errors", None, "in all", NONE, "no PostgreSQL server")
            yield Figure(group, "95 % of reports", None, "s", SOON, "no PostgreSQL server")
            continue
        with councils(scene, database) as made:
            yield from _together(scene, made.kent, group)


def _together(scene: Scene, kent: Installation, group: str) -> Iterator[Figure]:
    said = kent.settings.folder / "config" / "gateway.toml"
    text = said.read_text(encoding="utf-8")
    assert "processes = 1\n" in text
    said.write_text(text.replace("processes = 1\n", f"processes = {PROCESSES}\n"), encoding="utf-8")
    with serving(kent.settings.folder) as served:
        running = [served.started.pid, *served.children()]
        computed: Callable[[], float] = lambda: sum(map(cpu_seconds_of, running))  # noqa: E731
        offices = _offices(kent, served.ports["pages"], scene.size.offices + PROCESSES * 2)
        _all(offices[: PROCESSES * 2])  # tables, templates
        idle = idle_rate(computed)
        before, began = computed(), time.monotonic()
        taken = _all(offices[PROCESSES * 2 :])
        spent = computed() - before - idle * (time.monotonic() - began)
    wrong = [words for _, words in taken if words]
    waited = sorted(seconds for seconds, words in taken if not words) or [0.0]
    late = waited[min(len(waited) - 1, int(0.95 * len(waited)))]
    cores = min(PROCESSES, os.cpu_count() or 1)
    yield Figure(group, "errors", len(wrong), "in all", NONE, wrong[0] if wrong else "")
    note = f"computing, on {cores} cores that do nothing else; {late:.1f} s by the clock, load {os.getloadavg()[0]:.1f}"
    yield Figure(group, "95 % of reports", 0.95 * spent / cores, "s", SOON, note)
    note = f"{statistics.median(waited):.1f} s by the clock, the median of those that waited for each other"
    yield Figure(group, "computing for one", 1000 * spent / len(taken), "ms", note=note)


def _offices(kent: Installation, port: int, number: int) -> list[Office]:
    """So many users of one school's office, signed in."""
    made = list[Office]()
    for seed in range(number):
        user = Person(PersonId(f"office.{seed}"), Role.SCHOOL_SENDER, LARKMERE)
        made.append(Office(port, _held(kent.gateway, kent.store, user), files.leavers(PUPILS, seed)))
    return made


def _held(gateway: Gateway, store: Store, user: Person) -> str:
    """What the browser of somebody holds who was let in and has signed in."""
    at = gateway.clock()
    people.add(gateway, store, user, KENT, at)
    came = people.use_link(gateway, store, people.issue_link(gateway, store, user.id, KENT, at), "a browser", at)
    assert came is not None
    return came.token


def _all(offices: Sequence[Office]) -> list[tuple[float, str]]:
    """Each on a thread of its own, all at once."""
    ready = threading.Barrier(len(offices))
    with ThreadPoolExecutor(len(offices)) as pool:
        return list(pool.map(partial(Office.hand_in, ready=ready), offices))


def _form(token: str, file: SampleFile) -> tuple[bytes, str]:
    """A form with one file (RFC 7578)."""
    line = f"--{uuid.uuid4().hex}"
    head = (
        f'{line}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'{line}\r\nContent-Disposition: form-data; name="files"; filename="{file.name}"\r\n'
        "Content-Type: text/xml\r\n\r\n"
    )
    return head.encode() + file.content + f"\r\n{line}--\r\n".encode(), f"multipart/form-data; boundary={line[2:]}"


# -- the search of the log --------------------------------------------------------------------------------------------


def searched(scene: Scene, url: str, group: str) -> Iterator[Figure]:
    """Every page as information governance gets it: found, drawn, and that it was looked at written into the log."""
    world = a_world_of(scene, url)
    client, turns = _signed_in(world), Turns()
    server = database_seconds(world.kent.store)
    for number in range(scene.size.searches + 1):
        taken = turns if number else Turns()  # the first warms up
        for name, filters in SEARCHES.items():
            (page, took) = measured(partial(client.get, "/log", query_string=filters), server)
            assert page.status_code == http.client.OK, name
            taken.add("", {name: took})
            if after := re.search(r'href="(/log\?[^"]*after=[^"]*)"', page.text):
                (page, took) = measured(partial(client.get, html.unescape(after[1])), server)
                assert page.status_code == http.client.OK, name
                taken.add("", {f"{name}, its second page": took})
    slowest = max((words for _, words in turns.took), key=partial(turns.ms, ""))
    for name, words in zip(NAMES, ("without a filter", slowest), strict=True):
        note = f"computing; {turns.clock('', words)}; {words}, of {len(turns.took)}"
        yield Figure(group, name, turns.ms("", words), "ms", PAGE, note)
    world.kent.store.engine.dispose()


def _signed_in(world: World) -> FlaskClient:
    gateway, store = world.kent.gateway, world.kent.store
    client = pages.create(gateway, store, lambda _name, _error: None, "of a bench", means(world.kent)).test_client()
    client.set_cookie("session-80", _held(gateway, store, LOOKER))
    return client
