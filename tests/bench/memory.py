"""A file of 500 pupils reported on, clean and wrong in every pupil: time, and memory above the idle process.

Each is read in a process of its own (``python -m tests.bench.memory FILE ROUNDS``), whose peak is its own.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from gateway.core import documents
from gateway.core.sample import SampleFile
from tests.bench import files
from tests.bench.measuring import Aim, Figure, Scene, peak_mb
from tests.simulator import rulebook

PUPILS = 500
KINDS: Mapping[str, Callable[[int, int], SampleFile]] = {
    "clean": files.leavers,
    "every pupil wrong by rule": files.wrong_by_rule,
    "every pupil wrong in form": files.all_wrong,
}
SECONDS = {"clean": Aim("under 1 s", 1.0)}
WRONG = Aim("under 3 s", 3.0)
TIMES = Aim("12 times the file above idle", 12.0)


def reports(scene: Scene) -> Iterator[Figure]:
    for kind in KINDS:
        made = KINDS[kind](PUPILS, 1)
        path = scene.folder / made.name
        path.write_bytes(made.content)
        command = [sys.executable, "-m", "tests.bench.memory", str(path), str(scene.size.reports)]
        said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        group, size = f"{PUPILS} pupils reported on", said["bytes"] / 1e6
        note = f"{size:.1f} MB, {said['findings']} findings, {said['computing']:.2f} s of computing"
        yield Figure(group, f"{kind}: time", said["seconds"], "s", SECONDS.get(kind, WRONG), note)
        above = said["peak"] - said["idle"]
        note = f"{above:.0f} MB above the idle {said['idle']:.0f} MB"
        yield Figure(group, f"{kind}: peak memory", above / size, "times the file", TIMES, note)


def main(path: Path, rounds: int) -> None:
    schemas, taken, computing = rulebook().schemas, list[float](), list[float]()
    for kind in KINDS.values():
        small = kind(1, 2)
        documents.read(small.name, small.content, schemas)  # whatever is built once for all files is idle cost
    idle = peak_mb()
    content = path.read_bytes()
    for _ in range(rounds):
        began, computed = time.perf_counter(), time.process_time()
        reading = documents.read(path.name, content, schemas)
        taken.append(time.perf_counter() - began)
        computing.append(time.process_time() - computed)
        kept = len(reading.document.pupils) if reading.document else 0
        findings = len(reading.findings)
        del reading
    said = {
        "computing": statistics.median(computing),
        "seconds": statistics.median(taken), "idle": idle, "peak": peak_mb(), "bytes": len(content),
        "findings": findings, "kept": kept,
    }  # fmt: skip
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
