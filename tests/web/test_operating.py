"""The operator's door: what it measures is what the database holds, and it says in codes what is wrong."""

import json
from dataclasses import replace
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from gateway.core import measures
from gateway.core.delivery import State
from gateway.core.errors import Fault, Reason
from gateway.core.measures import COUNTED, Measures
from gateway.core.sample import Mistake
from gateway.edge.counters import Counters
from gateway.flows import casework, dispatch
from gateway.web import access, operating
from tests.simulator import KENT, OFFICER, World, leavers, refused

PAUSE_AFTER = 3


def nothing() -> Measures:
    return Measures({}, 0.0, 0, 0, 0)


def read(text: str) -> dict[str, float]:
    """Every sample by its name and labels, as Prometheus' own parser reads them."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation.endswith(".")
        assert family.type in {"gauge", "counter"}
        for sample in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sorted(sample.labels.items()))
            name = f"{sample.name}{{{labels}}}" if labels else sample.name
            assert name not in found
            found[name] = sample.value
    assert found
    return found


def measured(world: World, at: datetime | None = None) -> dict[str, float]:
    return read(measures.text(world.kent.store.measure(at or world.clock(), PAUSE_AFTER)))


def test_every_sample_says_what_the_database_holds(either: World) -> None:
    world, store = either, either.kent.store
    assert measured(world) == dict.fromkeys(measured(world), 0.0) | {
        "gateway_log_lines": store.edge().size,
        "gateway_checkpoint_lag_lines": store.edge().size,
    }
    world.leavers()
    world.notice(seed=1)
    world.wire.faults = [refused, refused]
    dispatch.send_due(world.kent.gateway)
    world.notice(seed=2)
    store.publish(world.clock(), world.kent.vault)
    signed = store.edge().size
    world.notice(seed=3)
    now = measured(world, world.clock.on(minutes=5))
    counts = store.counts()
    assert sum(counts.values()) == 4
    assert {state: now[f"gateway_parcels{{state={state}}}"] for state in State} == {
        state: counts.get(state, 0) for state in State
    }
    assert now["gateway_parcels_oldest_due_seconds"] == pytest.approx(300, abs=1)  # the second notice: nobody tried it
    assert (now["gateway_log_lines"], now["gateway_checkpoint_lines"]) == (store.edge().size, signed)
    assert now["gateway_checkpoint_lag_lines"] == store.edge().size - signed > 0
    dispatch.send_due(world.kent.gateway)
    after = measured(world)
    assert after["gateway_parcels{state=delivered}"] == store.counts()[State.DELIVERED] > 0


def test_partner_that_does_not_answer_is_counted_as_paused(world: World) -> None:
    for seed in range(1, 5):
        world.notice(seed=seed)
    world.wire.faults = [refused] * 4
    assert measured(world)["gateway_partners_paused"] == 0
    dispatch.send_due(world.kent.gateway)
    assert measured(world)["gateway_partners_paused"] == 1


def test_what_waits_on_a_shelf_or_is_collected_is_counted_there(world: World) -> None:
    from gateway.core.terms import LaEstab

    made = leavers(dest=LaEstab("XXXXXXX"), pupils=1)
    world.upload(made.content, made.name)
    assert measured(world)["gateway_parcels{state=shelved}"] == 1
    assert measured(world, world.clock.on(hours=1))["gateway_parcels_oldest_due_seconds"] == 0  # nobody is to send it
    (one,) = world.kent.store.parcels_in([State.SHELVED], 9)
    casework.collect(world.kent.gateway, OFFICER, one.parcel.id, world.clock())
    now = measured(world)
    assert (now["gateway_parcels{state=shelved}"], now["gateway_parcels{state=collected}"]) == (0, 1)


def test_counts_and_days_stand_under_their_labels() -> None:
    counted = {kind: at for at, kind in enumerate(COUNTED)}
    now = read(measures.text(replace(nothing(), days_left={"tls": 12, "sign": -1}, counted=counted)))
    assert (now["gateway_certificate_days_left{role=tls}"], now["gateway_certificate_days_left{role=sign}"]) == (12, -1)
    for (what, label), value in counted.items():
        name = {"uploads": "outcome", "faults": "reason"}.get(what, "status")
        assert now[f"gateway_{what}_total{{{name}={label}}}"] == value


def test_no_measure_names_anybody(world: World) -> None:
    made = leavers(pupils=3, faults=(Mistake.UPN_CHECK_LETTER,))
    world.upload(made.content, made.name)
    world.notice()
    told = measures.text(world.kent.store.measure(world.clock(), PAUSE_AFTER))
    for word in (*map(str, world.kent.store.register().directory.partners), KENT, "council-", "school-", ".example"):
        assert word not in told, word


def door(checks: operating.Checks, told: Measures | None = None) -> FlaskClient:
    def measure() -> Measures:
        if told is None:
            raise Fault(Reason.STORE)
        return told

    return operating.create(checks, measure).test_client()


def broken() -> bool:
    raise Fault(Reason.STORE)


def test_ready_means_that_everything_holds_and_else_all_is_said_at_once() -> None:
    good = door({"a": lambda: True, "b": lambda: True}).get("/readyz")
    assert (good.status_code, json.loads(good.data)) == (200, {"ready": True, "wrong": []})
    bad = door({"a": lambda: False, "b": lambda: True, "c": broken}).get("/readyz")
    assert (bad.status_code, json.loads(bad.data)) == (503, {"ready": False, "wrong": ["a", "c"]})


def test_alive_asks_no_database() -> None:
    answer = door({"a": broken}).get("/healthz")
    assert (answer.status_code, answer.data) == (200, b"ok\n")


def test_measures_without_a_database_are_503_and_not_half_a_page() -> None:
    assert door({}).get("/metrics").status_code == 503
    answer = door({}, nothing()).get("/metrics")
    assert (answer.status_code, answer.content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")


def test_nothing_else_is_at_this_door() -> None:
    for method, path in (("GET", "/"), ("POST", "/metrics"), ("GET", "/checkpoint")):
        assert door({}, nothing()).open(path, method=method).status_code == 404
    assert {"healthz", "readyz", "metrics"} == access.OPERATING


def test_processes_count_in_their_own_rows_and_sum_over_all() -> None:
    kinds = (("uploads", "accepted"), ("faults", "store"))
    ours = Counters(kinds, rows=3)
    ours.take(0).add("uploads", "accepted")
    ours.take(2).add("uploads", "accepted")
    ours.add("faults", "store")
    ours.add("faults", "store")
    assert ours.totals() == {("uploads", "accepted"): 2, ("faults", "store"): 2}
    with pytest.raises(KeyError):
        ours.add("faults", "unheard of")
