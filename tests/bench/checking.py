"""``gateway check`` as a program of its own: a large file, and many small ones on one core, beside libxml2 alone.

The installation has the invented directory of schools, postcodes and terms, so that every rule has what it needs.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from gateway.core import sample
from gateway.core.sample import Mis, Wish
from gateway.edge import shelves
from tests.bench.measuring import Aim, Figure, Scene, median_ratio

ROOT = Path(__file__).parents[2]
XSD = ROOT / "schemas" / "ctf" / "26.0" / "ctf.xsd"
RATIO = Aim("at most 5 times", 5.0)
"""What lxml needs to parse and validate the same bytes is what nobody can save."""

NOISE = "the pupils cost less than the start varies"


@dataclass(frozen=True, slots=True)
class Took:
    """What one run of a program took; ``work`` is the bare program's without its start."""

    seconds: float
    computing: float
    peak: float
    work: float = 0.0


def checked(scene: Scene) -> Iterator[Figure]:
    shelves.lend_invented(ROOT / "partners" / "invented", scene.folder / "check" / "reference")
    yield from _large(scene)
    yield from _small(scene)


def _large(scene: Scene) -> Iterator[Figure]:
    """A file of SIMS', whose 2,000 pupils are 14 MB."""
    pupils = scene.size.check_pupils
    one, large = (_written(scene, f"{number}-pupils", [Wish(pupils=number, mis=Mis.SIMS)]) for number in (1, pupils))
    rounds = [(_check(scene, one), _check(scene, large), _bare(large, pupils)) for _ in range(scene.size.check_rounds)]
    starts, ours, bare = zip(*rounds, strict=True)
    group = f"gateway check, {pupils:,} pupils"
    size, peak = large[0].stat().st_size / 1e6, max(each.peak for each in ours)
    yield Figure(group, "time", _seconds(ours), "s", Aim("under 4 s", 4.0), _note(ours, f"{size:.1f} MB"))
    yield Figure(group, "peak memory", peak, "MB", Aim("under 300 MB", 300.0))
    yield _ratio(group, ours, bare)
    idle = statistics.median(each.computing for each in starts)
    less = [each.computing - start.computing for each, start in zip(ours, starts, strict=True)]
    if min(less) <= 0:  # a small file on a busy machine: two starts differ by more than its pupils cost
        yield Figure(group, "work to work of bare lxml", None, "times", RATIO, f"{NOISE} of {idle:.2f} s")
        return
    work = median_ratio(less, [each.work for each in bare])
    note = f"less the {idle:.2f} s of computing that a file of one pupil takes; bare less its start"
    yield Figure(group, "work to work of bare lxml", work, "times", RATIO, note)


def _small(scene: Scene) -> Iterator[Figure]:
    """One pupil a file, from each system in turn, all in one command that may use one core."""
    number, core = scene.size.check_files, str(min(os.sched_getaffinity(0)))
    systems = zip(range(number), cycle(Mis), strict=False)
    files = _written(scene, "small", [Wish(seed=seed, mis=mis, sequence=seed % 999 + 1) for seed, mis in systems])
    ours, bare = zip(
        *((_check(scene, files, core), _bare(files, number)) for _ in range(scene.size.check_rounds)), strict=True
    )
    group = f"gateway check, {number:,} files on one core"
    size, peak = sum(path.stat().st_size for path in files) / 1e6, max(each.peak for each in ours)
    yield Figure(group, "time", _seconds(ours), "s", Aim("under 60 s", 60.0), _note(ours, f"{size:.1f} MB"))
    yield Figure(group, "peak memory", peak, "MB")
    yield _ratio(group, ours, bare)


def _written(scene: Scene, name: str, wishes: Sequence[Wish]) -> list[Path]:
    """The files of these wishes, in folders of as many as have names of their own."""
    paths = []
    for part, some in enumerate(_parts(wishes)):
        folder = scene.folder / "check" / name / str(part)
        folder.mkdir(parents=True)
        for wish in some:
            paths.append(folder / wish.name)
            paths[-1].write_bytes(sample.ctf(wish).content)
    return paths


def _parts(wishes: Sequence[Wish]) -> Iterator[Sequence[Wish]]:
    return (wishes[at : at + 999] for at in range(0, len(wishes), 999))


def _check(scene: Scene, files: Sequence[Path], core: str = "any") -> Took:
    gateway = [sys.executable, "-m", "gateway", "--dir", str(scene.folder / "check"), "check"]
    said = _said([sys.executable, "-m", "tests.bench.watched", core, *gateway, *map(str, files)])
    assert said["status"] == 0, "the files have no error"
    return Took(said["seconds"], said["computing"], said["peak"])


def _bare(files: Sequence[Path], pupils: int) -> Took:
    said = _said([sys.executable, "-m", "tests.bench.bare", str(XSD), *map(str, files)])
    assert said["valid"] == pupils, "every record is valid"
    return Took(0.0, said["computing"], 0.0, said["work"])


def _said(command: Sequence[str]) -> dict[str, float]:
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    said: dict[str, float] = json.loads(done.stdout)
    return said


def _seconds(rounds: Sequence[Took]) -> float:
    return statistics.median(each.seconds for each in rounds)


def _note(rounds: Sequence[Took], size: str) -> str:
    computing = statistics.median(each.computing for each in rounds)
    return f"{size}, {computing:.2f} s of computing, load {os.getloadavg()[0]:.1f}"


def _ratio(group: str, ours: Sequence[Took], bare: Sequence[Took]) -> Figure:
    """Computing against computing, whole program against whole program, round by round."""
    ratio = median_ratio([each.computing for each in ours], [each.computing for each in bare])
    took = statistics.median(each.computing for each in bare)
    return Figure(group, "program to bare lxml's", ratio, "times", RATIO, f"bare: {took:.2f} s of computing")
