"""A run of the whole: a school uploads, two councils exchange, and somebody kills a process every moment."""

import contextlib
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from gateway.core.delivery import OPEN, State
from gateway.core.terms import PartnerId
from tests.faults.nursery import WIRE, Crossing, crossings
from tests.faults.pair import Client, Pair, leaver, set_up

KILLED = -9
CLIENTS = 4
DRAIN_SECONDS = 150.0
HEAD_START = 8
"""Kills that the files may be ahead of, so that they are spread over the whole run."""

NO_ANSWER = frozenset({503})


@dataclass(frozen=True, slots=True)
class Plan:
    """How much happens. Set GATEWAY_MESSAGES, GATEWAY_KILLS and GATEWAY_SEED for more, or for the same again."""

    messages: int
    kills: int
    workers: int
    seed: int

    @classmethod
    def of(cls, messages: int, kills: int, workers: int) -> "Plan":
        return cls(
            int(os.environ.get("GATEWAY_MESSAGES", messages)),
            int(os.environ.get("GATEWAY_KILLS", kills)),
            workers,
            int(os.environ.get("GATEWAY_SEED", random.randrange(10**6))),
        )

    @property
    def roles(self) -> tuple[str, ...]:
        return ("sender", "receiver", *(f"worker-{number}" for number in range(1, self.workers + 1)))


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What is left when the killing is over and the queue had time to drain. ``answers`` is what the school holds."""

    plan: Plan
    pair: Pair
    answers: dict[int, dict[str, object]]
    killed: Counter[str]
    ended: tuple[int, ...]
    wire: tuple[Crossing, ...]
    seconds: float


@dataclass
class Nursery:
    """Our end of ``tests.faults.nursery``. ``ended`` is how each process ended that was replaced."""

    folder: Path
    children: dict[str, int] = field(default_factory=dict)
    ended: list[int] = field(default_factory=list)

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.faults.nursery", str(self.folder)]
        self._parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._parent.stdin is not None and self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.wait(timeout=60)
        self._parent.stdout.close()

    def start(self, role: str) -> None:
        assert self._parent.stdin is not None and self._parent.stdout is not None
        self._parent.stdin.write(role + "\n")
        self._parent.stdin.flush()
        child, ended = map(int, self._parent.stdout.readline().split())
        if role in self.children:
            self.ended.append(ended)
        self.children[role] = child

    def replace(self, role: str) -> None:
        """kill -9; the id is not anybody else's before the parent has asked how its child ended."""
        os.kill(self.children[role], 9)
        self.start(role)


@dataclass
class Feed:
    """Files that wait for a 2xx answer, handed to several clients; each is sent again until it has one."""

    pair: Pair
    messages: int
    allowed: Callable[[], float]
    pause: float = 0.02
    answers: dict[int, dict[str, object]] = field(default_factory=dict)
    _next: int = 1
    _lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        client = Client(self.pair.school)
        try:
            while (number := self._take()) is not None:
                self.answers[number] = self._sent(client, number)
        finally:
            client.close()

    def work_until_over(self) -> None:
        """The same, for a run that ends when somebody says so: a file that has no answer by then is nobody's."""
        with contextlib.suppress(TimeoutError):
            self.work()

    def _take(self) -> int | None:
        while not self.over.is_set():
            with self._lock:
                if self._next > self.messages:
                    return None
                if self._next <= self.allowed():
                    self._next += 1
                    return self._next - 1
            time.sleep(0.02)
        return None

    def _sent(self, client: Client, number: int) -> dict[str, object]:
        made = leaver(number)
        while not self.over.is_set():
            answer = client.upload(made.name, made.content)
            if answer is not None and answer[0] not in NO_ANSWER:
                assert answer[0] == 200, answer
                return dict(json.loads(answer[1]))
            time.sleep(self.pause)
        raise TimeoutError(number)


def run(plan: Plan, folder: Path, urls: dict[PartnerId, str]) -> Aftermath:
    """Send, kill, stop killing, let the queue drain. Deterministic but for the machine's own timing."""
    pair = set_up(folder, urls)
    chance = random.Random(plan.seed)
    killed: Counter[str] = Counter()
    feed = Feed(pair, plan.messages, lambda: plan.messages * (killed.total() + HEAD_START) / plan.kills)
    began = time.monotonic()
    with Nursery(folder) as nursery, ThreadPoolExecutor(CLIENTS) as pool:
        for role in plan.roles:
            nursery.start(role)
        clients = [pool.submit(feed.work) for _ in range(CLIENTS)]
        try:
            _kill(plan, nursery, chance, killed, lambda: _progress(pair, feed))
            for one in clients:
                one.result()
            _drain(pair)
        finally:
            feed.over.set()
        ended = tuple(nursery.ended)
    wire = tuple(crossings(folder / WIRE))
    made = Aftermath(plan, pair, feed.answers, killed, ended, wire, time.monotonic() - began)
    _tell(made)
    return made


def _kill(
    plan: Plan, nursery: Nursery, chance: random.Random, killed: Counter[str], progress: Callable[[], float]
) -> None:
    """Every 20 to 250 ms, as long as anything is on its way; never so fast that nothing gets through."""
    while (done := progress()) < 1 or killed.total() < plan.kills:
        time.sleep(chance.uniform(0.02, 0.25))
        if killed.total() <= plan.kills * 1.1 * done + 5:
            role = chance.choice(plan.roles)
            nursery.replace(role)
            killed[role] += 1


def _progress(pair: Pair, feed: Feed) -> float:
    delivered = pair.kent.store.counts().get(State.DELIVERED, 0)
    return (len(feed.answers) + delivered) / (2 * feed.messages)


def _drain(pair: Pair) -> None:
    end = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < end and any(pair.kent.store.counts().get(state) for state in OPEN):
        time.sleep(0.2)


def _tell(made: Aftermath) -> None:
    """The numbers, for whoever reads the run's output (pytest -s)."""
    again = len(made.wire) - len({one.message for one in made.wire})
    cut = sum(one.back is None for one in made.wire)
    sys.stdout.write(
        f"\nkills: {made.plan.messages} messages, {made.killed.total()} kills {dict(made.killed)}, "
        f"{again} messages again on the wire, {cut} attempts cut, {made.seconds:.0f} s, seed {made.plan.seed}\n"
    )
