"""A life that ends at its k-th line: a forked child runs it, and the parent judges what it left on disk.

The child dies by ``os._exit`` just before a line of ``gateway/flows`` or ``gateway/edge`` (and of whoever asks for it)
is executed; nothing of it survives but its files. A line that only goes on where it was counts once.

First the files are read at every line of one whole life. Between two lines that leave the same files a death makes no
difference, so a child dies at the first and the last line of each such stretch, and at every twentieth line to see
that this holds; with GATEWAY_EVERY_LINE=1 at every one.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import gateway
from gateway.core.records import Reply
from gateway.core.terms import PartnerId, digest
from gateway.edge.store import Store
from tests.simulator import KENT, MEDWAY, NOON, Side, Wire, World

ROOT = str(Path(gateway.__file__).parent)
FLOORS = (ROOT + "/flows/", ROOT + "/edge/")
DIED, ENDED, FAILED = 137, 0, 1
STEP = 1 if os.environ.get("GATEWAY_EVERY_LINE") == "1" else 20


@dataclass
class Tracer:
    """Counts lines and hands each number on; what happens ``elsewhere`` is not ours to count."""

    at_line: Callable[[int], None]
    places: tuple[str, ...] = FLOORS
    count: int = 0
    away: bool = False
    _last: tuple[CodeType, int] | None = None

    def calls(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        return self.lines if frame.f_code.co_filename.startswith(self.places) else None

    def lines(self, frame: FrameType, event: str, _arg: Any) -> Any:
        here = (frame.f_code, frame.f_lineno)
        if event == "line" and not self.away and here != self._last:
            self._last = here
            self.count += 1
            self.at_line(self.count)
        return self.lines

    @contextmanager
    def elsewhere(self) -> Iterator[None]:
        """Another machine's work, that does not die with us."""
        self.away = True
        try:
            yield
        finally:
            self.away = False


Life = Callable[[Tracer], None]


def _die(point: int, line: int) -> None:
    if line == point:
        os._exit(DIED)


def _go_on(_line: int) -> None:
    """Nobody dies here."""


def lived(life: Life, at_line: Callable[[int], None], places: tuple[str, ...] = FLOORS) -> int:
    """Run ``life`` in a process of its own, with ``at_line`` called before each line; how it ended."""
    child = os.fork()
    if not child:
        try:
            tracer = Tracer(at_line, places)
            sys.settrace(tracer.calls)
            life(tracer)
            sys.settrace(None)
            os._exit(ENDED)
        finally:
            os._exit(FAILED)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def ends(states: list[str]) -> list[int]:
    """The numbers, from 1, of the first and the last line of each stretch that leaves the same files."""
    last = len(states)
    return [
        at
        for at, state in enumerate(states, 1)
        if at in {1, last} or state != states[at - 2] or state != states[at] or at % STEP == 0
    ]


@dataclass
class Stage:
    """Two councils whose databases can be put back to how they were, and what a life did that others saw."""

    world: World
    folder: Path
    states: list[str] = field(default_factory=list)
    deaths: int = 0
    _kept: dict[PartnerId, bytes] = field(default_factory=dict)

    def keep(self) -> None:
        """From here every life begins, with the register as it is in memory already."""
        for side in self.world.sides.values():
            side.store.register()
        self.close()
        self._kept = {home: self.path(home).read_bytes() for home in self.world.sides}

    def reset(self) -> None:
        self.close()
        for seen in ("ack", "wire"):
            (self.folder / seen).unlink(missing_ok=True)
        for home, content in self._kept.items():
            for end in ("-wal", "-shm"):
                self.path(home).with_name(self.path(home).name + end).unlink(missing_ok=True)
            self.path(home).write_bytes(content)

    def each(self, life: Life, places: tuple[str, ...] = FLOORS) -> Iterator[int]:
        """End a life at its lines; the caller looks at what is left after each."""
        at = self.world.clock.at
        self.states = self._survey(life, places)
        self.deaths = 0
        for point in ends(self.states):
            self.reset()
            self.world.clock.at = at
            assert lived(life, partial(_die, point), places) == DIED, point
            self.deaths += 1
            yield point
        self.reset()
        self.world.clock.at = at
        assert lived(life, _go_on, places) == ENDED
        yield len(self.states) + 1  # all was said, and then the process died

    def _survey(self, life: Life, places: tuple[str, ...]) -> list[str]:
        """What the files are before each line of a life that nobody ends."""
        self.reset()
        found = os.open(self.folder / "survey", os.O_CREAT | os.O_TRUNC | os.O_RDWR)

        def look(_line: int) -> None:
            os.write(found, self._files())

        assert lived(life, look, places) == ENDED
        states = os.pread(found, os.fstat(found).st_size, 0).decode().split()
        os.close(found)
        assert states
        return states

    def _files(self) -> bytes:
        whole = hashlib.blake2b()
        for home in self.world.sides:
            for end in ("", "-wal"):
                whole.update(_content(self.path(home).with_name(self.path(home).name + end)))
        for seen in ("ack", "wire"):
            whole.update(b"|" + _content(self.folder / seen))
        return whole.hexdigest()[:32].encode() + b"\n"

    def path(self, home: PartnerId) -> Path:
        return self.folder / f"{home}.sqlite"

    def close(self) -> None:
        for side in self.world.sides.values():
            side.store.engine.dispose()

    # what others saw of it

    def acknowledge(self, answer: bytes) -> None:
        self._write("ack", answer)

    @property
    def acknowledged(self) -> bytes | None:
        path = self.folder / "ack"
        return path.read_bytes() if path.exists() else None

    @property
    def crossed(self) -> list[str]:
        """The digests of the messages that left, in order."""
        path = self.folder / "wire"
        return path.read_text(encoding="ascii").split() if path.exists() else []

    def cross(self, message: str) -> None:
        self._write("wire", f"{message}\n".encode())

    def _write(self, name: str, content: bytes) -> None:
        opened = os.open(self.folder / name, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        os.write(opened, content)
        os.close(opened)


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b"none"


def stage(beginning: World, folder: Path) -> Stage:
    """A copy of two councils, on SQLite under ``folder``, with everything warm and nothing open."""
    world = World(beginning.clock, {}, Wire.__new__(Wire))
    world.clock.at = NOON
    world.wire = Wire(world)
    for home in (KENT, MEDWAY):
        side, path = beginning.sides[home], folder / f"{home}.sqlite"
        shutil.copy(str(side.store.engine.url.database), path)
        world.sides[home] = _opened(side, Store(f"sqlite:///{path}"), world)
    made = Stage(world, folder)
    made.keep()
    return made


def _opened(side: Side, store: Store, world: World) -> Side:
    return replace(side, store=store, gateway=replace(side.gateway, store=store, transport=world.wire))


@dataclass(frozen=True)
class Noted:
    """The wire of a life: what leaves is seen by others before it arrives, and arrives at a machine that lives on."""

    stage: Stage
    tracer: Tracer

    def send(self, recipient: Any, home: PartnerId, content_type: str, body: bytes) -> Reply:
        self.stage.cross(digest(body))
        with self.tracer.elsewhere():
            return self.stage.world.wire.send(recipient, home, content_type, body)
