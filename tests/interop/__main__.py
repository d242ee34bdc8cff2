"""``python -m tests.interop``: the gateway and every foreign product exchange messages; a table says who could with whom.

What a machine cannot run is left out and said; with GATEWAY_NOTHING_SKIPPED=1 that is a failure.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from gateway.core.as4 import Profile
from tests.interop import exchanges, gateways
from tests.interop.matrix import Cell, Exchanged, counted, notes, table
from tests.bench.peers import Unavailable
from tests.interop.peers import phase4
from tests.serving import serving
from tests.simulator import KENT, MEDWAY

GATEWAY = "gateway"


def main() -> int:
    cells: list[Cell] = []
    with tempfile.TemporaryDirectory(prefix="gateway-interop-") as folder:
        for profile in Profile:
            found = [*_beside_phase4(Path(folder) / profile, profile)]
            _say(*table(profile, found, exchanges.TIMED), "")
            cells += found
    _say(*notes(cells), counted(cells))
    return status(cells, os.environ.get("GATEWAY_NOTHING_SKIPPED", ""))


def status(cells: Sequence[Cell], nothing_skipped: str) -> int:
    """0 when all passed, and something did; what was left out counts where nothing may be."""
    left_out = nothing_skipped == "1" and any(one.left_out for one in cells)
    return int(left_out or any(one.failed for one in cells) or not any(one.passed for one in cells))


def _beside_phase4(folder: Path, profile: Profile) -> Iterator[Cell]:
    pairs = ((GATEWAY, phase4.VERSION), (phase4.VERSION, GATEWAY))
    try:
        phase4.built()
    except Unavailable as missing:
        yield from (Cell(*pair, left_out=str(missing)) for pair in pairs)
        return
    home = gateways.home(folder / "kent", profile)
    keys = folder / "phase4"
    keys.mkdir()
    home.introduce(keys)
    with phase4.serving(keys, MEDWAY, KENT) as peer:
        home.meet(keys, peer.endpoint(profile))
        yield _taken(pairs[0], exchanges.gateway_sends(home, peer))
        with serving(home.folder) as served:
            yield _taken(pairs[1], exchanges.phase4_sends(home, peer, served.ports["machines"]))
    home.installed.store.engine.dispose()


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
