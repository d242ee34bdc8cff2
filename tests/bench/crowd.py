"""One honest upload alone and beside a crowd of slow peers, from the connection to the receipt, on one machine."""

import statistics
from collections.abc import Iterator, Sequence

from gateway import wiring
from gateway.core.terms import PartnerId
from tests.bench.measuring import Aim, Figure, Scene
from tests.faults import crowd
from tests.faults.pair import set_up
from tests.simulator import KENT, MEDWAY

WITHIN = 6.0
"""Seconds in which the uploads beside the crowd begin: soon afterwards the first of it are let go."""

SECOND = Aim("under 1 s", 1000.0)


def beside_slow_peers(scene: Scene) -> Iterator[Figure]:
    folder = scene.folder / "crowd"
    folder.mkdir()
    urls: dict[PartnerId, str] = {home: f"sqlite:///{folder / home}.sqlite" for home in (KENT, MEDWAY)}
    number, made = scene.size.uploads, set_up(folder, urls)
    running = wiring.Running(made.kent)
    with crowd.files(scene.size.crowd):
        running.start()
        alone = crowd.uploads(made, number)
        with crowd.crowd(made, scene.size.crowd):
            beside = crowd.uploads(made, number, number + 1, WITHIN)
        running.stop()
    made.medway.store.engine.dispose()
    group = f"one upload, and {scene.size.crowd} slow peers"
    for where, times, aim in (("alone", alone, None), ("beside them", beside, SECOND)):
        for name, value in (("median", statistics.median(times)), ("95 of 100", highest(times))):
            note = f"{len(times)} uploads, {1000 * max(times):.0f} ms at most"
            yield Figure(group, f"{where}: {name}", 1000 * value, "ms", aim, note)


def highest(times: Sequence[float], share: float = 0.95) -> float:
    """What so large a share of them did not exceed."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]
