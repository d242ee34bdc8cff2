"""What a line of the disclosure log costs to append, to prove and to verify, as the log grows a hundredfold."""

import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.core.facts import Fact, Join, MessageReceived, Version, What, join
from gateway.core.log import note, proof
from gateway.core.records import Record
from gateway.core.terms import DisclosureId, Kind, MessageId, PurposeCode, digest
from gateway.edge import store, verifying
from gateway.edge.store import Store
from gateway.flows.situations import new_id
from tests.bench.measuring import Aim, Figure, Scene, Watch, peak_mb
from tests.simulator import KENT, MEDWAY, NOON

ORIGIN = "bench.example/log"
BATCH = 1000
LAST = 10
"""Batches before each size whose append is timed."""

FLAT = 1.5


@dataclass(frozen=True)
class OneKey:
    """The name and key of the one log there is (``core.records.LogKeys``)."""

    key: Ed25519PrivateKey

    def origin(self, _log: int) -> str:
        return ORIGIN

    def number_of(self, origin: str) -> int | None:
        return 1 if origin == ORIGIN else None

    def archived(self, _log: int) -> note.Verifier | None:
        return None

    def verifier(self, _log: int) -> note.Verifier:
        return note.Verifier(ORIGIN, self.key.public_key().public_bytes_raw())

    def sign_log(self, log: int, text: str) -> str:
        return note.sign_note(text, ORIGIN, self.verifier(log).public, self.key.sign)


@dataclass(frozen=True)
class Whole:
    """A gateway's database and keys (``commands.verifying.Logged``)."""

    store: Store
    vault: OneKey


def growing(scene: Scene) -> Iterator[Figure]:
    """One log on SQLite, grown once; at each size: append in batches and one by one, prove, verify."""
    url = f"sqlite:///{scene.folder / 'log.sqlite'}"
    store.upgrade(url)
    opened, keys = Store(url), OneKey(Ed25519PrivateKey.generate())
    log = keys.verifier(1)
    costs: dict[str, list[float]] = {}
    for size in scene.size.lines:
        watch, group = Watch(), f"log of {size:,} lines"
        _grow(opened, size, watch)
        for _ in range(scene.size.samples):
            one = _record(1)
            watch.time("one", lambda: opened.record(one))  # noqa: B023  (called at once)
        opened.publish(NOON, keys)
        _prove(opened, log, size, scene.size.samples, watch)
        for name, words in NAMES.items():
            costs.setdefault(name, []).append(watch.ms(name))
            yield Figure(group, words, watch.ms(name), "ms")
    first, last = scene.size.lines[0], scene.size.lines[-1]
    for name, words in NAMES.items():
        aim = Aim(f"flat: at most {FLAT} times", FLAT)
        yield Figure(f"log from {first:,} to {last:,} lines", words, costs[name][-1] / costs[name][0], "times", aim)
    logs = opened.logs()
    watch.time("tree", lambda: verifying.verify_tree(Whole(opened, keys), logs))
    began = time.thread_time()  # of one core, whoever else uses it meanwhile
    audit = opened.audit()
    watch.add("rows", time.thread_time() - began)
    assert not audit.wrong
    lines = opened.edge().size
    for name, words, most in (("tree", "lines against the tree", 100_000), ("rows", "lines against rows", 20_000)):
        least = Aim(f"at least {most:,}", most, at_least=True)
        yield Figure(f"log of {last:,} lines", words, lines / watch.ms(name) * 1000, "/s", least)
    yield Figure(f"log of {last:,} lines", "peak memory of this process", peak_mb(), "MB")
    opened.engine.dispose()


NAMES = {
    "batched": "append, 1,000 lines a commit: for one line",
    "one": "append, one line a commit",
    "prove": "prove inclusion of a line",
    "verify": "verify that proof",
}


def _grow(opened: Store, size: int, watch: Watch) -> None:
    at = opened.edge().size
    while at < size:
        lines = min(BATCH, size - at)
        record = _record(lines)
        began = time.perf_counter()
        opened.record(record)
        taken = time.perf_counter() - began
        at += lines
        if size - at < LAST * BATCH:
            watch.add("batched", taken / lines)


def _prove(opened: Store, log: note.Verifier, size: int, samples: int, watch: Watch) -> None:
    chosen = random.Random(size)
    for _ in range(samples):
        index = chosen.randrange(size)
        line, made = watch.time("prove", lambda: opened.proof(index))  # noqa: B023  (called at once)
        head = watch.time("verify", lambda: proof.verify(line, made, log))  # noqa: B023
        assert head.size >= size


def _record(lines: int) -> Record:
    """As many received messages, each about one child: what a busy gateway's log mostly holds."""
    made = [_received() for _ in range(lines)]
    return Record(tuple(fact for fact, _ in made), tuple(one for _, joins in made for one in joins))


def _received() -> tuple[Fact, tuple[Join, ...]]:
    named, content = new_id("m", os.urandom), digest(os.urandom(8))
    child = join(os.urandom, What.CHILD, named, digest(named.encode()))
    payload = join(os.urandom, What.PAYLOAD, named, content)
    fact = MessageReceived(
        at=NOON, home=KENT, sender=MEDWAY, message=MessageId(f"{named}@bench.example"),
        disclosure=DisclosureId(new_id("d", os.urandom)), soap=content, kind=Kind.NOTICE, version=Version("1.0"),
        purpose=PurposeCode("P06"), agreement=None, children=(child.commitment,), payload=payload.commitment,
        receipt=content,
    )  # fmt: skip
    return fact, (child, payload)
