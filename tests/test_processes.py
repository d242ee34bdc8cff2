"""Several processes at the same doors: they share the work, one that dies is replaced, and none outlives the parent."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.edge.store import Store
from gateway.settings import load
from tests.databases import databases
from tests.serving import PATIENCE, Served, found, is_alive, serving, until
from tests.simulator import KENT, leavers

CUT = b"POST /sign-out HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nthese are not a hundred"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp(request.param)
    with databases(request.param, made) as urls:
        yield found(made, urls[KENT])


@pytest.fixture
def two(folder: Path) -> Iterator[Served]:
    with serving(folder, "--processes", "2") as served:
        yield served


def test_two_processes_share_the_doors_the_database_and_the_counts(two: Served) -> None:
    asked = 0
    while len({one["process"] for one in two.lines() if one["process"] in two.children()}) < 2:
        assert b" 403 " in two.get("/")
        asked += 1
        assert asked < 1000, "one process takes everybody"
    opened = Store(load(two.folder).database)
    before, sent = opened.edge().size, range(6)
    for number in sent:
        made = leavers(sequence=number + 1, seed=number)
        assert two.council.upload(made.name, made.content)["outcome"] == "accepted"
    size = opened.edge().size
    assert size >= before + len(sent)
    until(lambda: f"\n{size}\n" in (opened.newest_checkpoint() or ""))
    opened.engine.dispose()
    for _ in range(5):  # whichever answers, it tells what all did together
        told = two.measured().splitlines()
        assert f'gateway_pages_requests_total{{status="4xx"}} {asked}' in told
        assert f'gateway_uploads_total{{outcome="accepted"}} {len(sent)}' in told


def test_killed_process_is_replaced_and_nobody_waits_for_it(two: Served) -> None:
    before = two.children()
    counted = two.measured()
    os.kill(before[0], signal.SIGKILL)
    for _ in range(40):
        assert b" 403 " in two.get("/")
    until(lambda: len(two.children()) == 2 and before[0] not in two.children())
    (told,) = [one for one in two.lines("child-ended") if one["pid"] == before[0]]
    assert (told["status"], told["level"]) == (-9, "error")
    until(lambda: {one["process"] for one in two.lines() if b" 403 " in two.get("/")} >= set(two.children()))
    assert "gateway_log_lines" in counted


def test_request_that_is_cut_is_refused_by_each_of_them(two: Served) -> None:
    answered = len(two.lines())
    assert all(b" 400 " in two.ask(CUT).split(b"\r\n")[0] for _ in range(30))
    assert len(two.lines()) == answered, "a cut request reached an application"


def test_no_process_outlives_a_parent_that_was_killed(two: Served) -> None:
    children = two.children()
    assert len(children) == 2
    two.started.kill()
    until(lambda: not any(map(is_alive, children)))


@pytest.mark.parametrize("number", ["1", "2"])
def test_told_to_end_it_finishes_what_has_begun_and_ends_with_status_0(folder: Path, number: str) -> None:
    with serving(folder, "--processes", number) as served:
        children = served.children()
        with socket.create_connection(("127.0.0.1", served.ports["pages"]), timeout=PATIENCE) as sock:
            sock.sendall(
                b"POST /link/none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
            )
            assert sock.recv(64).startswith(b"HTTP/1.1 100")  # it has read the head
            served.started.terminate()
            until(lambda: refuses(served.ports["pages"]))
            sock.sendall(b"a=b")
            assert sock.recv(64).startswith(b"HTTP/1.1 410")
        assert served.started.wait(PATIENCE) == 0
        assert not any(map(is_alive, children))


def refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        return True
    return False


def test_port_that_is_taken_is_said_in_words(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        path = folder / "config" / "gateway.toml"
        text = path.read_text()
        path.write_text(text.replace("operator_port = 0", f"operator_port = {port}"))
        try:
            with pytest.raises(AssertionError), serving(folder, "--processes", "2"):
                pass
        finally:
            path.write_text(text)
    assert "a port of [listen] cannot be opened" in (folder / "serve.log").read_text()
