"""Pull over the real doors: mutual TLS, the timetable's own step, and a partner that is not there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway import wiring
from gateway.core.delivery import State
from gateway.core.errors import Fault, Reason
from gateway.core.partners import Channel
from gateway.core.records import Record
from gateway.core.terms import PartnerId, UploadId
from gateway.flows import intake, situations
from gateway.flows.intake import Upload
from gateway.wiring import duties
from tests.faults.pair import Pair, leaver, set_up
from tests.simulator import KENT, LARKMERE, MEDWAY, TIDEWAY


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    urls: dict[PartnerId, str] = {home: f"sqlite:///{tmp_path / home}.sqlite" for home in (KENT, MEDWAY)}
    made = set_up(tmp_path, urls)
    medway = made.kent.store.register().directory.get(MEDWAY)
    made.kent.store.enlist([replace(medway, channel=Channel.PULL, endpoint="")], Record(()))
    kent = made.medway.store.register().directory.get(KENT)
    made.medway.store.enlist([replace(kent, pulled=True)], Record(()))
    yield made
    made.medway.store.engine.dispose()


def test_council_without_a_server_collects_over_the_door_of_the_other_and_hears_when_it_is_gone(pair: Pair) -> None:
    for number in (1, 2):
        made, kent = leaver(number), pair.kent.gateway
        upload = UploadId(situations.new_id("u", kent.draw))
        intake.accept(kent, Upload(upload, kent.clock(), LARKMERE, made.name, made.content))
    told: list[BaseException] = []
    running = wiring.Running(pair.kent)
    running.start()
    try:
        assert duties.pull(pair.medway, lambda _name, error: told.append(error), 20) == 2
        assert duties.pull(pair.medway, lambda _name, error: told.append(error), 20) == 0
    finally:
        running.stop()
    assert told == []
    assert pair.kent.store.counts() == {State.DELIVERED: 2}
    assert len(pair.medway.store.shelved_for([TIDEWAY])) == 2
    assert duties.pull(pair.medway, lambda _name, error: told.append(error), 20) == 0
    assert [error.reason for error in told if isinstance(error, Fault)] == [Reason.UNREACHABLE]
