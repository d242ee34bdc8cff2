"""What a peer may cost: seconds, bytes, sockets and threads, and the room that all requests in memory share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Times are seconds on the monotonic clock; sizes are bytes.

    A body must end within ``body`` seconds, or go on at ``steady`` bytes a second over all of its time; on its way
    there it must keep up ``rate`` bytes a second after the first ``stall`` seconds. So a dripping peer goes early, and
    a school whose line is slow gets a large file in. A peer that reads must take each piece of an answer (at most
    64 KiB) within ``write`` seconds. ``connections`` counts all doors together; when they are taken, or the machine's
    limit on open files is near, further peers wait in the kernel's queue.
    """

    handshake: float = 10.0
    header: float = 10.0
    body: float = 60.0
    stall: float = 10.0
    rate: int = 4 * KIB
    steady: int = 64 * KIB
    write: float = 30.0
    idle: float = 15.0
    header_bytes: int = 16 * KIB
    body_bytes: int = 40 * MIB
    buffered_bytes: int = 512 * MIB
    connections: int = 2000
    threads: int = 8


class Room:
    """The bytes of bodies and answers that stand in memory, over all connections. Used on the loop's thread only."""

    def __init__(self, most: int) -> None:
        self.used = 0
        self._most = most

    @property
    def full(self) -> bool:
        return self.used >= self._most

    @contextmanager
    def lease(self) -> "Iterator[Lease]":
        """A share of the room that is given back at the end, however it ends."""
        lease = Lease(self)
        try:
            yield lease
        finally:
            lease.give_back(lease.size)

    def fits(self, size: int) -> bool:
        return self.used + size <= self._most


class Lease:
    """What one request holds of the room."""

    def __init__(self, room: Room) -> None:
        self.size = 0
        self._room = room

    def take(self, size: int) -> bool:
        """Take ``size`` bytes if they fit."""
        if not self._room.fits(size):
            return False
        self.add(size)
        return True

    def add(self, size: int) -> None:
        """Count ``size`` bytes that are there already, fit or not: whoever comes next finds the room full."""
        self.size += size
        self._room.used += size

    def give_back(self, size: int) -> None:
        self.size -= size
        self._room.used -= size
