"""What a figure is, what it is held against, and how time, memory and the machine's fsync are measured."""

import os
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

T = TypeVar("T")

BLOCK = 4096
FSYNCS = 25


@dataclass(frozen=True, slots=True)
class Aim:
    """What the issue asks for: ``words`` as people read it, and the limit itself."""

    words: str
    limit: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. ``value`` is None for what this machine could not measure, and ``note`` says why."""

    group: str
    name: str
    value: float | None
    unit: str
    aim: Aim | None = None
    note: str = ""
    fsync_ms: float = 0.0

    @property
    def met(self) -> bool | None:
        return None if self.aim is None or self.value is None else self.aim.met(self.value)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured. The figures are the same in a quick run, and worth less."""

    rounds: int = 15
    pupils: tuple[tuple[int, int], ...] = ((1, 15), (30, 10), (500, 4))
    """Pupils of a file, and how often it goes through the stages."""
    protected: int = 45
    """Rounds beside other products and the primitives."""
    warming: int = 300
    """Messages until a JVM has compiled what it runs often."""
    large_part: int = 50_000_000
    reports: int = 5
    check_pupils: int = 2_000
    check_files: int = 10_000
    check_rounds: int = 3
    notices: int = 120
    exchanges: int = 5
    accepted: int = 600
    crowd: int = 500
    uploads: int = 100
    lines: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    samples: int = 200
    offices: int = 100
    searches: int = 5
    waiting: int = 100_000
    restarts: int = 3


QUICK = Size(
    rounds=2, pupils=((1, 2), (30, 1), (500, 1)), reports=1, notices=8, exchanges=1, accepted=16,
    lines=(256, 1_024, 4_096), samples=5, waiting=50, restarts=1, check_pupils=20, check_files=10,
    check_rounds=1, crowd=20, uploads=3, protected=2, warming=2, large_part=1_000_000, offices=4, searches=1,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and how much: databases lie under ``folder``; ``postgres`` is the server that may be used, or empty."""

    folder: Path
    size: Size
    postgres: str
    peers: Path


@dataclass(slots=True)
class Watch:
    """Seconds by name, over all rounds."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def time(self, name: str, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        done = work()
        self.add(name, time.perf_counter() - began)
        return done

    def add(self, name: str, seconds: float) -> None:
        self.seconds.setdefault(name, []).append(seconds)

    def ms(self, name: str) -> float:
        return 1000 * statistics.median(self.seconds[name])


@dataclass(frozen=True, slots=True)
class Took:
    """What one step took by the clock, and what was computed for it."""

    seconds: float
    computing: float


@dataclass(slots=True)
class Turns:
    """What every step of everybody took, round by round."""

    took: dict[tuple[str, str], list[Took]] = field(default_factory=dict)

    def add(self, who: str, steps: Mapping[str, Took]) -> None:
        for step, one in steps.items():
            self.took.setdefault((who, step), []).append(one)

    def computing(self, who: str, step: str) -> list[float]:
        return [one.computing for one in self.took[who, step]]

    def ms(self, who: str, step: str) -> float:
        """Of computing, the median."""
        return 1000 * statistics.median(self.computing(who, step))

    def clock(self, who: str, step: str) -> str:
        return f"{1000 * statistics.median(one.seconds for one in self.took[who, step]):.2f} ms by the clock"


def measured(work: Callable[[], T], elsewhere: Callable[[], float] = float) -> tuple[T, Took]:
    """What this thread computes, and what another process that works for it has computed ``elsewhere``."""
    other, began, computed = elsewhere(), time.perf_counter(), time.thread_time()
    done = work()
    computing = time.thread_time() - computed
    seconds = time.perf_counter() - began
    return done, Took(seconds, computing + elsewhere() - other)


def idle_rate(computed: Callable[[], float], calm: float = 3.0) -> float:
    """Seconds that a server computes in a second in which nobody asks it for anything."""
    before, began = computed(), time.perf_counter()
    time.sleep(calm)
    return (computed() - before) / (time.perf_counter() - began)


def serving_seconds_of(process_id: int) -> Callable[[], float]:
    """What a process that serves us has computed so far, to the nanosecond: the first field of its schedstat."""
    path = Path(f"/proc/{process_id}/schedstat")
    return lambda: int(path.read_text(encoding="ascii").split()[0]) / 1e9


def fsync_ms(folder: Path, times: int = FSYNCS) -> float:
    """The median of writing 4 kB at the end of a file and waiting until it is on the disk."""
    path = folder / "fsync"
    taken = []
    written = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    try:
        for _ in range(times):
            block = os.urandom(BLOCK)
            began = time.perf_counter()
            os.write(written, block)
            os.fdatasync(written)
            taken.append(time.perf_counter() - began)
    finally:
        os.close(written)
        path.unlink()
    return 1000 * statistics.median(taken)


def signature_ms(_folder: Path, times: int = FSYNCS) -> float:
    """The median of one RSA-3072 signature: 2 ms on a machine that nobody else uses, more on one that is shared."""
    key = rsa.generate_private_key(65537, 3072)
    watch = Watch()
    for _ in range(times):
        watch.time("sign", lambda: key.sign(b"bench", padding.PKCS1v15(), hashes.SHA256()))
    return watch.ms("sign")


def peak_mb(process_id: int | str = "self") -> float:
    """The most memory that a process has had, in MB; ``ru_maxrss`` would begin with what the parent's had been."""
    (line,) = [one for one in _status(process_id) if one.startswith("VmHWM")]
    return int(line.split()[1]) / 1000


def cpu_seconds_of(process_id: int) -> float:
    """What a process has computed so far, in all its threads: fields 14 and 15 of its stat (proc(5))."""
    after_name = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median over the rounds of ours to theirs: noise that lasts a round hits both."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


def _status(process_id: int | str) -> Iterable[str]:
    return Path(f"/proc/{process_id}/status").read_text(encoding="ascii").splitlines()
