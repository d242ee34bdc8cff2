"""Large and many at the real door: memory in bounds, everybody served, and whoever finds no room is told when to come."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.core import as4
from gateway.core.terms import PartnerId
from tests.faults.pair import Pair, set_up
from tests.faults.served import Medway, call, post, served, signal_in
from tests.simulator import KENT, MEDWAY

SIZE = 50_000_000
TIMES = 3
"""Less than so many times the largest part may a process take, above what it takes idle."""

SENDERS = 100


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("large")
    urls: dict[PartnerId, str] = {home: f"sqlite:///{folder / home}.sqlite" for home in (KENT, MEDWAY)}
    return set_up(folder, urls)


@pytest.fixture
def medway(pair: Pair) -> Iterator[Medway]:
    with served(pair) as running:
        yield running


@pytest.mark.parametrize("what", ["seal", "open"])
def test_message_is_sealed_and_opened_in_less_than_three_times_its_largest_part(what: str) -> None:
    command = [sys.executable, "-m", "tests.core.as4.large", what, str(SIZE)]
    took = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["times"]
    print(f"{what} {SIZE} bytes: {took:.2f} times the part")
    assert took < TIMES


def test_large_message_gets_its_receipt_at_the_door_in_less_than_three_times_its_size(
    pair: Pair, medway: Medway
) -> None:
    small, large = call(pair, "small@kent", b"warm"), call(pair, "large@kent", os.urandom(SIZE))
    assert isinstance(signal_in(pair, post(pair, small.content_type, small.body)), as4.Receipt)
    idle, began = medway.peak_mb(), time.monotonic()
    signal = signal_in(pair, post(pair, large.content_type, large.body))
    assert isinstance(signal, as4.Receipt) and signal.references == large.references
    took = (medway.peak_mb() - idle) * 1e6 / SIZE
    print(f"received {SIZE} bytes: {took:.2f} times the part, {time.monotonic() - began:.2f} s")
    assert took < TIMES


def test_a_hundred_senders_at_once_are_all_served(pair: Pair, medway: Medway) -> None:
    calls = [call(pair, f"{number}@kent", b"at once") for number in range(SENDERS)]
    together, times = threading.Barrier(SENDERS), list[float]()

    def send(made: as4.Sealed) -> bool:
        together.wait(60)
        began = time.monotonic()
        signal = signal_in(pair, post(pair, made.content_type, made.body))
        times.append(time.monotonic() - began)
        return isinstance(signal, as4.Receipt) and signal.references == made.references

    with ThreadPoolExecutor(SENDERS) as pool:
        assert all(pool.map(send, calls))
    print(f"{SENDERS} senders at once: the last was served after {max(times):.1f} s")
