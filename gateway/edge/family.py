"""One parent that keeps so many children alive: forks them, replaces those that die, and sees all out at the end.

The parent serves nobody and opens nothing but what its children share. No child outlives it: each holds one end of a
pipe that breaks with the parent, however that dies.
"""

import contextlib
import os
import select
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

PATIENCE = 75.0
"""Seconds that children have to end: longer than the longest attempt to send."""

SHORT = 10.0
"""A child that lived less long than this died at birth: the next one waits a little longer."""

FIRST_WAIT, LONGEST_WAIT = 0.2, 30.0


class Bell:
    """Wakes the main thread when this program is told to end (SIGTERM, Ctrl-C) or a child has ended."""

    def __init__(self) -> None:
        self.stopping = False
        self._heard, rung = os.pipe()
        for end in (self._heard, rung):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(rung, warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def wait(self, seconds: float | None, also: int) -> bool:
        """Until something rings or so many seconds have passed; true when ``also``, a pipe, can be read."""
        if self.stopping:
            return False
        ready, _, _ = select.select([self._heard, also], [], [], seconds)
        if self._heard in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._heard, 4096)
        return also in ready

    def _stop(self, *_: object) -> None:
        self.stopping = True


class Life:
    """What a child has of its parent."""

    def __init__(self, number: int, bell: Bell, leash: int, voice: int) -> None:
        self.number = number
        self._bell, self._leash, self._voice = bell, leash, voice

    def ready(self) -> None:
        """Tell the parent that this child does its work."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._voice, bytes([self.number]))

    def wait(self) -> None:
        """Until the child is told to end, or its parent is gone. It has ``PATIENCE`` for that even then."""
        while not self._bell.stopping:
            if self._bell.wait(None, self._leash):
                orphan = threading.Timer(PATIENCE, os._exit, (1,))
                orphan.daemon = True
                orphan.start()
                return


@dataclass(frozen=True, slots=True)
class Ended:
    """A child that ended although nobody told it to: its place, its id, its exit status (-9: killed by signal 9)."""

    number: int
    pid: int
    status: int


@dataclass(slots=True)
class _Place:
    """One child's place, which the next takes when it dies."""

    pid: int = 0
    born: float = 0.0
    due: float = 0.0
    wait: float = FIRST_WAIT


class Family:
    """``live`` is what a child does; ``on_ready`` is called once, when all have begun; ``on_ended`` for each that dies.

    Neither threads nor a database may be open here: a child would have half of them.
    """

    def __init__(
        self,
        number: int,
        live: Callable[[Life], None],
        on_ready: Callable[[], None],
        on_ended: Callable[[Ended], None],
        on_fault: Callable[[str, BaseException], None],
    ) -> None:
        self._places = {one: _Place() for one in range(number)}
        self._live, self._on_ready, self._on_ended, self._on_fault = live, on_ready, on_ended, on_fault
        self._leash, self._hand = os.pipe()
        self._ear, self._voice = os.pipe()
        self._silent = set(self._places)

    def keep(self) -> None:
        """Keep them until SIGTERM or Ctrl-C; then ``see_out``."""
        bell = Bell()
        while not bell.stopping:
            now = time.monotonic()
            self._reap(now)
            for number, place in self._places.items():
                if not place.pid and place.due <= now:
                    place.pid, place.born = self._bear(number, bell), now
            if bell.wait(self._until_next(now), self._ear):
                self._listen()

    def see_out(self, patience: float = PATIENCE) -> bool:
        """Tell all to end, wait, and kill those that do not; true when all ended by themselves and without a fault."""
        alive = [place.pid for place in self._places.values() if place.pid]
        for pid in alive:
            os.kill(pid, signal.SIGTERM)
        clean, deadline = True, time.monotonic() + patience
        for pid in alive:
            ended = 0
            while not ended and time.monotonic() < deadline:
                ended, status = os.waitpid(pid, os.WNOHANG)
                clean = clean and not (ended and status)
                time.sleep(0 if ended else 0.02)
            if not ended:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                clean = False
        return clean

    def _until_next(self, now: float) -> float | None:
        waiting = [place.due - now for place in self._places.values() if not place.pid]
        return max(0.0, min(waiting)) if waiting else None

    def _listen(self) -> None:
        was = bool(self._silent)
        self._silent -= set(os.read(self._ear, 4096))
        if was and not self._silent:
            self._on_ready()

    def _reap(self, now: float) -> None:
        for number, place in self._places.items():
            if not place.pid:
                continue
            pid, status = os.waitpid(place.pid, os.WNOHANG)
            if pid:
                place.wait = min(LONGEST_WAIT, 2 * place.wait) if now - place.born < SHORT else FIRST_WAIT
                place.pid, place.due = 0, now + place.wait
                self._on_ended(Ended(number, pid, os.waitstatus_to_exitcode(status)))

    def _bear(self, number: int, before: Bell) -> int:
        child = os.fork()
        if child:
            return child
        status = 1
        try:
            bell = Bell()
            bell.stopping = before.stopping  # it may have been told between the two
            os.close(self._hand)
            self._live(Life(number, bell, self._leash, self._voice))
            status = 0
        except BaseException as error:  # noqa: BLE001  (this is a door: nothing of the parent may run in the child)
            self._on_fault("child", error)
        finally:
            os._exit(status)
