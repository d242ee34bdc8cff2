"""Two gateways end to end beside the bare AS4 exchange, and accepting alone with one and with two processes."""

import http.client
import ssl
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from gateway import wiring
from gateway.core import as4
from gateway.core.as4 import Sealed, certificates
from gateway.core.delivery import State
from gateway.core.partners import Partner
from gateway.core.terms import UploadId
from gateway.edge.timetable import Timetable
from gateway.flows import dispatch, intake, situations
from gateway.flows.intake import Upload
from gateway.wiring import Installation
from tests.bench import exchange, files
from tests.bench.councils import LEFT_OUT, Councils, Serving, another, councils, serving
from tests.bench.measuring import Aim, Figure, Scene
from tests.simulator import KENT, MEDWAY

DATABASES = ("SQLite", "PostgreSQL")
THREADS = 4
"""Senders at a time. End to end, half of them take notices in and half are dispatch workers, as in ``gateway serve``."""

IDLE_SECONDS = 0.05
"""Between two looks for due parcels when there were none; the shipped settings have two seconds."""

HALF = Aim("at least half of the bare exchange", 0.5, at_least=True)
ACCEPTED = Aim("250 a second with two processes", 250.0, at_least=True)

Seeds = Iterator[int]


def end_to_end(scene: Scene) -> Iterator[Figure]:
    """Notices from an officer's hand to the stored receipt, and the bare exchange of the same, turn about."""
    group = "two gateways, 5 kB notices, mutual TLS"
    for database in DATABASES:
        if database == "PostgreSQL" and not scene.postgres:
            yield from (Figure(group, name.format(database), None, unit, note=LEFT_OUT) for name, unit in _NAMES)
            continue
        with councils(scene, database) as made, ExitStack() as stack:
            medway = stack.enter_context(serving(made.medway.settings.folder))
            bare = stack.enter_context(
                serving(made.medway.settings.folder, "-m", "tests.bench.exchange", str(made.medway.settings.folder))
            )
            whole, plain = _turns(made, bare, scene.size.notices, scene.size.exchanges)
            values = (
                statistics.median(plain), statistics.median(whole),
                statistics.median(one / other for one, other in zip(whole, plain, strict=True)), medway.peak,
            )  # fmt: skip
            for (name, unit), value in zip(_NAMES, values, strict=True):
                yield Figure(group, name.format(database), value, unit, HALF if unit == "times" else None)


_NAMES = (
    ("bare exchange, beside {}", "/s"),
    ("end to end, {}", "/s"),
    ("end to end to bare, {}", "times"),
    ("peak memory of the receiver, {}", "MB"),
)


def accepting(scene: Scene) -> Iterator[Figure]:
    """Messages that were sealed before, sent over keep-alive connections to one process and to two."""
    group = "accepting alone, 5 kB notices, mutual TLS"
    for database in DATABASES:
        if database == "PostgreSQL" and not scene.postgres:
            for unit in ("/s", "ms"):
                yield from (Figure(group, _accepting(n, unit, database), None, unit, note=LEFT_OUT) for n in (1, 2))
            continue
        with councils(scene, database) as made:
            second = another(made.medway.settings.folder)
            for number, folders in ((1, [made.medway.settings.folder]), (2, [made.medway.settings.folder, second])):
                sealed = _sealed(made, scene.size.accepted)
                with ExitStack() as stack:
                    processes = [stack.enter_context(serving(one)) for one in folders]
                    doors = [Door(one.port) for one in processes]
                    accept(made.kent, doors, sealed[: THREADS * 2])  # connections, caches
                    began, before = time.perf_counter(), sum(one.cpu_seconds for one in processes)
                    accept(made.kent, doors, sealed[THREADS * 2 :])
                    seconds = time.perf_counter() - began
                    spent = sum(one.cpu_seconds for one in processes) - before
                done = len(sealed) - THREADS * 2
                yield Figure(
                    group, _accepting(number, "/s", database), done / seconds, "/s", ACCEPTED if number > 1 else None
                )
                yield Figure(group, _accepting(number, "ms", database), 1000 * spent / done, "ms")


def _accepting(processes: int, unit: str, database: str) -> str:
    what = "accepted" if unit == "/s" else "computing for one message"
    return f"{what}, {processes} process{'es'[: 2 * (processes > 1)]}, {database}"


# -- notices, end to end and bare -------------------------------------------------------------------------------------


def _turns(made: Councils, bare: Serving, notices: int, rounds: int) -> tuple[list[float], list[float]]:
    """Rates of the whole and of the bare exchange, a pair a round; a first short round warms both."""
    seeds = count(1)
    whole, plain = [_whole(made, 2 * THREADS, seeds)], [_bare(made.kent, bare, 2 * THREADS, seeds)]
    for _ in range(rounds):
        plain.append(_bare(made.kent, bare, notices, seeds))
        whole.append(_whole(made, notices, seeds))
    return whole[1:], plain[1:]


def _whole(made: Councils, notices: int, seeds: Seeds) -> float:
    """Notices a second that came in, were decided, sealed, sent, received, stored, receipted and settled."""
    gateway = made.kent.gateway
    written = [files.notice(next(seeds), wiring.now()) for _ in range(notices)]
    before = made.kent.store.counts().get(State.DELIVERED, 0)
    told = Timetable(wiring.told)
    told.every(made.kent.settings.timetable.checkpoint, "checkpoint", lambda: wiring.publish(made.kent))

    left = iter(written)

    def take_in() -> None:
        for notice in left:
            upload = UploadId(situations.new_id("u", gateway.draw))
            plan = intake.accept(gateway, Upload(upload, gateway.clock(), KENT, notice.name, notice.content))
            assert len(plan.record.parcels) == 1, plan.answer

    def send() -> None:
        while made.kent.store.counts().get(State.DELIVERED, 0) < before + notices:
            if not dispatch.send_due(gateway, made.kent.settings.most):
                time.sleep(IDLE_SECONDS)

    told.start()
    try:
        seconds = _together(*[take_in, send] * (THREADS // 2))
    finally:
        told.stop()
    assert made.kent.store.counts().get(State.DELIVERED, 0) == before + notices, made.kent.store.counts()
    return notices / seconds


def _bare(kent: Installation, door: Serving, notices: int, seeds: Seeds) -> float:
    """Notices a second that were sealed, sent over the same TLS to the same server, opened and receipted."""
    ours, theirs = both(kent)
    there = replace(theirs, endpoint=f"https://localhost:{door.port}/as4")
    signers, known = kent.vault.signers(KENT), certificates.valid(theirs.pems("sign"), wiring.now())
    written = [files.notice(next(seeds), wiring.now()) for _ in range(notices)]

    left = iter(written)

    def exchanged() -> None:
        for notice in left:
            message = exchange.message(ours, theirs, notice.name, notice.content)
            sealed = exchange.seal(message, signers, theirs)
            reply = kent.gateway.transport.send(there, KENT, sealed.content_type, sealed.body)
            as4.check_receipt(reply.content_type, reply.body, message.message_id, sealed.references, known, as4.Rules())

    return notices / _together(*[exchanged] * THREADS)


def both(kent: Installation) -> tuple[Partner, Partner]:
    directory = kent.store.register().directory
    return directory.get(KENT), directory.get(MEDWAY)


def _together(*workers: Callable[[], None]) -> float:
    """Seconds until all of them are through, each on a thread of its own."""
    began = time.perf_counter()
    with ThreadPoolExecutor(len(workers)) as pool:
        for done in [pool.submit(worker) for worker in workers]:
            done.result()
    return time.perf_counter() - began


# -- accepting alone --------------------------------------------------------------------------------------------------


def _sealed(made: Councils, number: int) -> list[Sealed]:
    ours, theirs = both(made.kent)
    signers = made.kent.vault.signers(KENT)
    return [
        exchange.seal(exchange.message(ours, theirs, one.name, one.content), signers, theirs)
        for one in (files.notice(seed, wiring.now()) for seed in range(number + THREADS * 2))
    ]


@dataclass(frozen=True, slots=True)
class Door:
    """Where messages are received on this machine."""

    port: int
    path: str = "/as4"


def accept(kent: Installation, doors: Sequence[Door], sealed: Sequence[Sealed]) -> None:
    """Send every message; each thread keeps one connection, to one door after the other."""
    context, waiting = _tls(kent), iter(sealed)

    def client(door: Door) -> None:
        connection = http.client.HTTPSConnection("localhost", door.port, timeout=90, context=context)
        for one in waiting:
            connection.request("POST", door.path, one.body, {"Content-Type": one.content_type})
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == http.client.OK and b"NonRepudiationInformation" in body, (answer.status, body)

        connection.close()

    _together(*(partial(client, doors[number % len(doors)]) for number in range(THREADS)))


def _tls(kent: Installation) -> ssl.SSLContext:
    """As ``edge.transport`` shows itself: our certificate, and theirs pinned."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    for pem in both(kent)[1].pems("tls"):
        context.load_verify_locations(cadata=pem)
    pair = kent.vault.current(KENT, "tls")
    context.load_cert_chain(pair.certificate_file, pair.key_file)
    return context
