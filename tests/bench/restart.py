"""How soon a gateway accepts again after a restart, with many parcels waiting for a partner that is away."""

import itertools
import secrets
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator

import sqlalchemy as sa

from gateway.core.delivery import State
from gateway.core.terms import UploadId
from gateway.edge.store import tables as t
from gateway.flows import intake, situations
from gateway.flows.intake import Upload
from gateway.wiring import Installation
from tests.bench.measuring import Aim, Figure, Scene
from tests.faults.pair import Client, leaver, set_up
from tests.simulator import KENT, LARKMERE, MEDWAY

BATCH = 1000
SOON = Aim("within 2 s", 2.0)
PROGRAM = [sys.executable, "-m", "gateway"]


def accepting_again(scene: Scene) -> Iterator[Figure]:
    """From the start of ``gateway serve`` to the answer to the first upload; Medway is not there."""
    folder = scene.folder / f"restart-{uuid.uuid4().hex[:8]}"
    pair = set_up(folder, dict.fromkeys((KENT, MEDWAY), "sqlite:///gateway.sqlite"))
    _wait_for(pair.kent, scene.size.waiting)
    waiting = pair.kent.store.counts()[State.WAITING]
    for one in (pair.kent, pair.medway):
        one.store.engine.dispose()
    files = itertools.count(2)
    taken = [_first_answer(pair.kent, Client(pair.school), next(files)) for _ in range(scene.size.restarts)]
    group = f"restart with {waiting:,} parcels waiting"
    yield Figure(group, "start of 'gateway serve' to the first accepted file, best of all", min(taken), "s", SOON)
    yield Figure(group, "start of 'gateway --version', for the machine's speed", _bare(), "s")


def _wait_for(kent: Installation, number: int) -> None:
    """Parcels as one upload leaves them, copied under ids of their own."""
    made = leaver(1)
    upload = Upload(UploadId(situations.new_id("u", secrets.token_bytes)), kent.gateway.clock(), LARKMERE, *_file(made))
    intake.accept(kent.gateway, upload)
    with kent.store.engine.begin() as db:
        parcel = dict(db.execute(sa.select(t.parcels)).mappings().one())
        kept = {row["id"]: dict(row) for row in db.execute(sa.select(t.kept)).mappings()}
        evidence = dict(db.execute(sa.select(t.evidence)).mappings().one())
        for first in range(1, number, BATCH):
            rows = [_copy(parcel, kept[parcel["sealed"]], evidence) for _ in range(first, min(number, first + BATCH))]
            for table, place in ((t.kept, 1), (t.parcels, 0), (t.evidence, 2)):
                db.execute(table.insert(), [row[place] for row in rows])


def _file(made: object) -> tuple[str, bytes]:
    return made.name, made.content  # type: ignore[attr-defined]


def _copy(
    parcel: dict[str, object], kept: dict[str, object], evidence: dict[str, object]
) -> tuple[dict[str, object], dict[str, object], dict[str, object]]:
    fresh, sealed = situations.new_id("p", secrets.token_bytes), uuid.uuid4().hex
    disclosure = situations.new_id("d", secrets.token_bytes)
    message = f"m{uuid.uuid4().hex}@kent.example"
    copied = {**parcel, "id": fresh, "disclosure": disclosure, "message": message, "sealed": sealed}
    return copied, {**kept, "id": sealed}, {**evidence, "parcel": fresh}


def _first_answer(kent: Installation, client: Client, number: int) -> float:
    made = leaver(number)
    began = time.monotonic()
    run = [*PROGRAM, "--dir", str(kent.settings.folder), "serve"]
    with subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while (answer := client.upload(made.name, made.content)) is None or answer[0] != 200:
                time.sleep(0.01)
            return time.monotonic() - began
        finally:
            client.close()
            process.terminate()


def _bare() -> float:
    began = time.monotonic()
    subprocess.run([*PROGRAM, "--version"], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began
