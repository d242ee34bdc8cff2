"""``python -m tests.bench``: take every figure, print the table, write the JSON."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from tests.bench import (
    checking,
    crowd,
    gateways,
    logbook,
    memory,
    pages,
    protecting,
    questions,
    receiving,
    restart,
    stages,
)
from tests.bench.measuring import QUICK, Figure, Scene, Size, fsync_ms, signature_ms
from tests.bench.report import number, show

ROOT = Path(__file__).parents[2]

SECTIONS: dict[str, Callable[[Scene], Iterator[Figure]]] = {
    "stages": stages.cost,
    "decision": stages.deciding,
    "peers": stages.beside_peers,
    "protecting": protecting.protecting,
    "reports": memory.reports,
    "check": checking.checked,
    "gateways": gateways.end_to_end,
    "accepting": gateways.accepting,
    "crowd": crowd.beside_slow_peers,
    "receiving": receiving.received,
    "restart": restart.accepting_again,
    "offices": pages.handed_in,
    "log": logbook.growing,
    "questions": questions.asked,
}


def main(arguments: list[str]) -> None:
    said = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="gateway-bench-", dir=said.dir) as folder:
        postgres = os.environ.get("GATEWAY_TEST_POSTGRES", "")
        scene = Scene(Path(folder), QUICK if said.quick else Size(), postgres, said.peers)
        figures = list(_measured(scene, said.only or list(SECTIONS)))
    show(figures, said.json, quick=said.quick)


def _measured(scene: Scene, chosen: list[str]) -> Iterator[Figure]:
    for words, taken in (("4 kB written and fdatasync", fsync_ms), ("one RSA-3072 signature", signature_ms)):
        yield Figure("this machine", words, taken(scene.folder), "ms", fsync_ms=fsync_ms(scene.folder))
    for name in chosen:
        for figure in SECTIONS[name](scene):
            sys.stderr.write(f"{figure.group}: {figure.name}: {number(figure)}\n")
            # taken again beside each figure: a shared machine's disk is not the same from minute to minute
            yield replace(figure, fsync_ms=fsync_ms(scene.folder))


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    made.add_argument("--quick", action="store_true", help="every figure from small numbers, in less than a minute")
    made.add_argument("--only", action="append", choices=list(SECTIONS), help="this section only; may be repeated")
    made.add_argument("--json", type=Path, default=ROOT / "bench.json", help="where the figures are written")
    made.add_argument("--dir", type=Path, help="where the databases lie while it runs: the disk that is measured")
    made.add_argument("--peers", type=Path, default=ROOT / ".venv-peers", help="where the peers' libraries are kept")
    return made


if __name__ == "__main__":
    main(sys.argv[1:])
