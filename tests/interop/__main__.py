"""``python -m tests.interop``: the gateway and every foreign product exchange messages; a table says who could with whom.

What a machine cannot run is left out and said; with GATEWAY_NOTHING_SKIPPED=1 that is a failure.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from gateway.core.as4 import Profile
from tests.bench.peers import Unavailable
from tests.interop import exchanges, gateways, handed
from tests.interop.gateways import Home
from tests.interop.matrix import Cell, Exchanged, counted, notes, table
from tests.interop.peers import as4_python, phase4, santuario
from tests.serving import serving
from tests.simulator import KENT, MEDWAY

GATEWAY = "gateway"


def main() -> int:
    cells: list[Cell] = []
    with tempfile.TemporaryDirectory(prefix="gateway-interop-") as folder:
        for profile in Profile:
            home = gateways.home(Path(folder) / profile / "kent", profile)
            found = [*_beside_phase4(home, Path(folder) / profile)]
            if profile is Profile.EDELIVERY_1_15:
                found += [*_beside_as4(home, Path(folder)), *_beside_santuario(Path(folder))]
            home.installed.store.engine.dispose()
            _say(*table(profile, found, exchanges.TIMED), "")
            cells += found
    _say(*notes(cells), counted(cells))
    return status(cells, os.environ.get("GATEWAY_NOTHING_SKIPPED", ""))


def status(cells: Sequence[Cell], nothing_skipped: str) -> int:
    """0 when all passed, and something did; what was left out counts where nothing may be."""
    left_out = nothing_skipped == "1" and any(one.left_out for one in cells)
    return int(left_out or any(one.failed for one in cells) or not any(one.passed for one in cells))


Pairs = tuple[tuple[str, str], tuple[str, str]]


def _beside_phase4(home: Home, folder: Path) -> Iterator[Cell]:
    pairs = _both_ways(phase4.VERSION)
    try:
        phase4.built()
    except Unavailable as missing:
        yield from _left_out(pairs, missing)
        return
    keys = folder / "phase4"
    keys.mkdir()
    home.introduce(keys)
    with phase4.serving(keys, MEDWAY, KENT) as peer:
        home.meet(keys, peer.endpoint(home.profile))
        yield _taken(pairs[0], exchanges.gateway_sends(home, peer))
        with serving(home.folder) as served:
            yield _taken(pairs[1], exchanges.phase4_sends(home, peer, served.ports["machines"]))


def _beside_as4(home: Home, folder: Path) -> Iterator[Cell]:
    pairs = _both_ways(as4_python.VERSION)
    keys = folder / "as4"
    keys.mkdir()
    pair = handed.introduce(home, keys)
    try:
        with as4_python.running(keys, "ours", "theirs") as peer:
            yield _taken(pairs[0], handed.gateway_writes(pair, peer))
            yield _taken(pairs[1], handed.as4_writes(pair, peer))
    except Unavailable as missing:
        yield from _left_out(pairs, missing)


def _beside_santuario(folder: Path) -> Iterator[Cell]:
    pairs = _both_ways(santuario.VERSION)
    place = folder / "santuario"
    place.mkdir()
    try:
        classes = santuario.compiled(place)
    except Unavailable as missing:
        yield from _left_out(pairs, missing)
        return
    yield _taken(pairs[0], handed.santuario_reads(classes, place))
    yield _taken(pairs[1], handed.santuario_writes(classes, place))


def _both_ways(other: str) -> Pairs:
    return (GATEWAY, other), (other, GATEWAY)


def _left_out(pairs: Pairs, missing: Unavailable) -> Iterator[Cell]:
    return (Cell(*pair, left_out=str(missing)) for pair in pairs)


def _taken(pair: tuple[str, str], exchanged: Iterator[Exchanged]) -> Cell:
    """Run them; each is told on stderr, for some take their time."""
    done: list[Exchanged] = []
    for one in exchanged:
        sys.stderr.write(f"{' to '.join(pair)}: {one.case}: {one.milliseconds:.0f} ms {one.fault}\n")
        done.append(one)
    return Cell(*pair, tuple(done))


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
