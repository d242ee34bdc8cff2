"""A partner changes every key it has while files are on their way, nobody picks up a telephone, and nothing is lost."""

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from gateway import wiring
from gateway.commands import keys
from gateway.core.delivery import State
from gateway.core.records import Standing
from gateway.edge import vault
from gateway.wiring import Installation
from tests.faults.pair import Client, School, leaver, set_up
from tests.serving import until
from tests.simulator import KENT, MEDWAY


class Traffic:
    """A school that sends one file after another until it is told to stop."""

    def __init__(self, school: School) -> None:
        self._client, self._stop = Client(school), threading.Event()
        self.accepted = 0
        self._thread = threading.Thread(target=self._send, daemon=True)
        self._thread.start()

    def _send(self) -> None:
        number = 0
        while not self._stop.wait(0.2):
            number += 1
            made = leaver(number)
            answer = self._client.upload(made.name, made.content)
            assert answer is not None and answer[0] == 200, answer
            self.accepted += 1

    def go_on(self, files: int) -> None:
        wanted = self.accepted + files
        until(lambda: self.accepted >= wanted)

    def end(self) -> int:
        self._stop.set()
        self._thread.join()
        self._client.close()
        return self.accepted


def run(*words: str | Path, fails: bool = False) -> str:
    """A command as an operator runs it beside the gateways; what it says, whether it ``fails`` or not."""
    line = [sys.executable, "-m", "gateway", *map(str, words)]
    told = subprocess.run(line, capture_output=True, text=True, check=False)
    assert fails or told.returncode == 0, told.stdout + told.stderr
    return told.stdout


def hand_over(folder: Path, record: Path) -> None:
    """Medway exports its record, Kent imports it: what Medway's keys in force have signed waits for nobody."""
    record.write_text(run("--dir", folder / "medway", "partners", "export"))
    assert "confirmed" not in run("--dir", folder / "kent", "partners", "import", record)


def test_partner_changes_all_its_keys_under_traffic_and_nothing_is_lost(tmp_path: Path) -> None:
    pair = set_up(tmp_path, dict.fromkeys((KENT, MEDWAY), "sqlite:///gateway.sqlite"))
    sides = [wiring.Running(pair.kent), wiring.Running(pair.medway)]
    for side in sides:
        side.start()
    traffic = Traffic(pair.school)
    try:
        traffic.go_on(5)
        begins = wiring.now() + timedelta(seconds=15)  # the record is handed over before
        for role in vault.ROLES:
            made = vault.add_pairs(pair.medway.settings.keys, MEDWAY, role, pair.medway.settings.listen.names, begins)
            keys.record_pairs(pair.medway, made, wiring.now())
        hand_over(tmp_path, tmp_path / "both.toml")
        time.sleep(max(0.0, (begins - wiring.now()).total_seconds()))
        traffic.go_on(10)
        for role in vault.ROLES:
            run("--dir", tmp_path / "medway", "keys", "retire", role, "1")
        traffic.go_on(3)
        hand_over(tmp_path, tmp_path / "new.toml")
        traffic.go_on(5)
        sent = traffic.end()
        until(lambda: delivered(pair.kent) == sent)
        counts = pair.kent.store.counts()
        assert counts.get(State.ABANDONED, 0) == 0
        ways = Counter(one.parcel.sealed_for for one in pair.kent.store.parcels_in([State.DELIVERED], 9999))
        assert len(ways) == 2, ways
        assert len({one.parcel.disclosure for one in came(pair.medway)}) == len(came(pair.medway)) == sent
        print(f"{sent} files, {counts.get(State.WITHDRAWN, 0)} sealed anew, {ways}")
    finally:
        traffic.end()
        for side in sides:
            side.stop()


def delivered(side: Installation) -> int:
    return len({one.parcel.disclosure for one in side.store.parcels_in([State.DELIVERED], 9999)})


def came(side: Installation) -> Sequence[Standing]:
    return [one for one in side.store.parcels_in([State.SHELVED], 9999) if one.parcel.received]
