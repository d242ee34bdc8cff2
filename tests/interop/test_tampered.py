"""A log that was tampered with, read by Go's sumdb and torchwood as an outsider is handed it: they find it too."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from gateway.core.log import checkpoint, tiles, tree
from gateway.core.log.strict import to64
from gateway.core.log.tiles import ENTRIES, Tile
from gateway.edge.store import Store, logbook
from gateway.edge.store import tables as t
from tests.faults.tampering import Tampering, spoil, ways
from tests.faults.test_tampering import copied, lived
from tests.interop.conftest import run
from tests.simulator import KENT, MEDWAY, Side, a_world

TIMES, TRIES = 4, 60
"""So often is each way done that an outsider can see; of the tree he sees every eighth level, and nodes stand on more."""

SHOWN = {"log_lines": ("line", "leaf", ""), "log_nodes": ("hash", ""), "checkpoints": ("note", "")}
"""What an outsider is handed of the log; a dropped row is a whole one. The rest, our own check alone can see."""


@pytest.fixture(scope="module")
def kent(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Side]:
    folder = tmp_path_factory.mktemp("tampered")
    side = lived(a_world(keys, {home: f"sqlite:///{folder / home}" for home in (KENT, MEDWAY)}))
    side.store.engine.dispose()
    yield side
    side.store.engine.dispose()


def shown(store: Store, folder: Path, proofs: dict[int, str]) -> dict[str, bytes]:
    """The log as it is published: tiles, bundles of lines and signed heads, straight from the rows."""
    notes = {size: text for size, text in store.checkpoints(1) if isinstance(text, str)}
    newest = max(proofs)
    files = {"checkpoint": notes.get(newest, "").encode()}
    with store.engine.connect() as db:
        for tile in tiles.cover(newest):
            first = tile.index * tiles.WIDTH
            lines = list(logbook.lines(db, first, first + tile.width))
            files[tile.path] = tiles.bundle(lines) if tile.level == ENTRIES else hashes_of(db, tile)
    for size, text in proofs.items():
        if size != newest:
            files[f"heads/{size}"] = notes.get(size, "").encode()
            files[f"heads/{size}.consistency"] = text.encode()
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return files


def hashes_of(db: sa.Connection, tile: Tile) -> bytes:
    """Side by side: the leaf hashes of lines, or every eighth level of the tree above them."""
    n, first = t.log_nodes.c, tile.index * tiles.WIDTH
    if tile.level == 0:
        place, query = t.log_lines.c.index, sa.select(t.log_lines.c.leaf)
    else:
        place, query = n.index, sa.select(n.hash).where(n.log == 1, n.level == tile.level * tiles.HEIGHT)
    return b"".join(db.scalars(query.where(place >= first, place < first + tile.width).order_by(place)))


def proofs_of(store: Store) -> dict[int, str]:
    """How each signed head leads to the newest, from the log as it was before anybody touched it."""
    sizes = [size for size, _ in store.checkpoints(1)]
    with store.engine.connect() as db:
        log = logbook.logs(db)[0]
        rows = logbook.Hashes(db, log)
        ways_up = {
            size: tiles.gathered(lambda hashes: tree.prove_consistency(size, max(sizes), hashes), log.edge, rows)  # noqa: B023  (called at once)
            for size in sizes
        }
        return {size: "".join(f"{to64(one)}\n" for one in way) for size, way in ways_up.items()}


def accepted(programs: Path, folder: Path, vkey: str) -> bool:
    return run(f"{programs}/tlogcheck", "check", vkey, where=folder).returncode == 0


def test_what_an_outsider_is_handed_of_a_tampered_log_is_refused_by_programs_nobody_here_wrote(
    programs: Path, kent: Side, tmp_path: Path
) -> None:
    vkey, random, proofs = kent.vault.vkey, Random(22), proofs_of(kent.store)
    sound = shown(kent.store, tmp_path / "sound", proofs)
    assert checkpoint.shown(sound["checkpoint"].decode()).size > tiles.WIDTH, "more than one tile"
    assert accepted(programs, tmp_path / "sound", vkey)
    done = Counter[str]()
    for way in [one for one in ways() if _is_shown(one)]:
        for _ in range(TRIES if way.table is t.log_nodes else TIMES):
            if done[str(way)] == TIMES:
                break
            copy = copied(kent, tmp_path / "copy")
            with copy.store.engine.begin() as db:
                changed = spoil(db, way, random)
            spoilt = shown(copy.store, tmp_path / "spoilt", proofs) if changed else sound
            copy.store.engine.dispose()
            if spoilt != sound:  # a line that no head covers yet is shown to nobody
                done[str(way)] += 1
                assert not accepted(programs, tmp_path / "spoilt", vkey), way
            shutil.rmtree(tmp_path / "spoilt", ignore_errors=True)
    assert {"alter log_lines.line", "swap log_lines.line", "alter log_lines.leaf", "drop log_lines"} <= set(done)
    assert {"alter log_nodes.hash", "drop log_nodes", "alter checkpoints.note", "drop checkpoints"} <= set(done)


def _is_shown(way: Tampering) -> bool:
    return way.how in {"alter", "swap", "drop"} and way.column in SHOWN.get(way.table.name, ())
