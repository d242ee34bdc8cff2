"""Messages received, each with a receipt that is on the disk before it goes out: the gateway beside phase4's server.

Both have the same keys and are sent the same bytes. phase4 opens, keeps the content and its receipt in files and syncs
them; the gateway also validates, decides, encrypts for rest and writes the disclosure log.
"""

import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from gateway import wiring
from gateway.core import as4
from gateway.core.as4 import Profile, Sealed, certificates
from gateway.wiring import Installation
from tests.bench import exchange, files
from tests.bench.councils import Councils, Serving, another, councils, serving
from tests.bench.gateways import Door, accept, both
from tests.bench.measuring import Aim, Figure, Scene, cpu_seconds_of, idle_rate
from tests.bench.peers import Unavailable
from tests.interop.peers import phase4
from tests.simulator import KENT, MEDWAY

LESS = Aim("no more than phase4's server", 1.0)
PROCESSES = 2  # of ours: as many as there are cores, as phase4 uses them all by itself


@dataclass(frozen=True, slots=True)
class Server:
    """Where a receiver is reached, and what it has computed so far."""

    doors: tuple[Door, ...]
    computed: Callable[[], float]
    idle: float
    """Seconds that it computes in a second in which nobody comes: what is no message's."""
    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)

    def take(self, kent: Installation, sealed: Sequence[Sealed]) -> None:
        began, before = time.perf_counter(), self.computed()
        accept(kent, self.doors, sealed)
        taken = time.perf_counter() - began
        self.rates.append(len(sealed) / taken)
        self.costs.append(1000 * (self.computed() - before - self.idle * taken) / len(sealed))


def received(scene: Scene) -> Iterator[Figure]:
    try:
        phase4.built()
    except Unavailable as reason:
        for profile in Profile:
            yield Figure(_group(profile), "computing: ours to phase4's", None, "times", LESS, str(reason))
        return
    with councils(scene, "SQLite") as made, ExitStack() as stack:
        folder = made.medway.settings.folder
        running = [stack.enter_context(serving(one)) for one in (folder, another(folder))[:PROCESSES]]
        doors = tuple(Door(one.port) for one in running)
        ours = partial(_computed, running)
        keys = scene.folder / "phase4-server"
        _lay_keys(made, keys)
        peer = stack.enter_context(phase4.serving(keys, MEDWAY, KENT))
        theirs = partial(cpu_seconds_of, peer.running.pid)
        for profile in Profile:
            there = Server((Door(peer.port, f"/{profile}"),), theirs, idle_rate(theirs))
            yield from _beside(scene, made, profile, Server(doors, ours, idle_rate(ours)), there)


def _beside(scene: Scene, made: Councils, profile: Profile, ours: Server, theirs: Server) -> Iterator[Figure]:
    rounds, each = scene.size.exchanges, scene.size.accepted // 3
    accept(made.kent, theirs.doors, _sealed(made, profile, scene.size.warming))
    accept(made.kent, ours.doors, _sealed(made, profile, 8))
    for _ in range(rounds):
        some = _sealed(made, profile, each)
        ours.take(made.kent, some)
        theirs.take(made.kent, some)
    group = _group(profile)
    for name, one in ((f"gateway, {PROCESSES} processes", ours), (f"{phase4.VERSION}, warm JVM", theirs)):
        yield Figure(group, f"{name}: received", statistics.median(one.rates), "/s")
        yield Figure(group, f"{name}: computing for one", statistics.median(one.costs), "ms")
    ratio = statistics.median(one / other for one, other in zip(ours.costs, theirs.costs, strict=True))
    clock = statistics.median(one / other for one, other in zip(ours.rates, theirs.rates, strict=True))
    yield Figure(group, "computing: ours to phase4's", ratio, "times", LESS, f"{clock:.2f} times its rate by the clock")


def _computed(running: Sequence[Serving]) -> float:
    return sum(one.cpu_seconds for one in running)


def _group(profile: Profile) -> str:
    return f"received with durable receipt, 5 kB notices, {profile}"


def _sealed(made: Councils, profile: Profile, number: int) -> list[Sealed]:
    ours, theirs = both(made.kent)
    signer = next(one for one in made.kent.vault.signers(KENT) if certificates.profile_of(one.certificate) is profile)
    opens = made.medway.vault.current(MEDWAY, "seal", profile).certificate
    seeds = (int.from_bytes(os.urandom(4)) for _ in range(number))
    notices = (files.notice(seed, wiring.now()) for seed in seeds)
    messages = (exchange.message(ours, theirs, one.name, one.content) for one in notices)
    return [as4.seal(one, signer, opens, profile, os.urandom) for one in messages]


def _lay_keys(made: Councils, folder: Path) -> None:
    """Medway's keys and Kent's certificates, by the names that phase4's program reads."""
    folder.mkdir()
    ours, theirs = made.kent.vault, made.medway.vault
    shutil.copy(ours.current(KENT, "tls").certificate_file, folder / "their-tls.crt.pem")
    pairs = {"tls": theirs.current(MEDWAY, "tls")}
    for profile in Profile:
        for role in ("sign", "seal"):
            pairs[f"{profile}-{role}"] = theirs.current(MEDWAY, role, profile)
            pem = ours.current(KENT, role, profile).certificate_file
            shutil.copy(pem, folder / f"{profile}-their-{role}.crt.pem")
    for name, pair in pairs.items():
        shutil.copy(pair.key_file, folder / f"{name}.key.pem")
        shutil.copy(pair.certificate_file, folder / f"{name}.crt.pem")
