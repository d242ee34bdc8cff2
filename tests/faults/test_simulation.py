"""Months of bad weather, drawn from a seed: every message arrives, once, logged before it left, and none waits for
another's partner. GATEWAY_SEED replays a seed that a failure has named.
"""

import os
import random
from collections import Counter
from datetime import timedelta

import pytest

from gateway.core.delivery import State
from gateway.core.errors import Reason
from gateway.core.terms import PartnerId
from tests.faults.simulation import LATE, Simulation, Weather, simulate
from tests.simulator import NOON

DAYS = 60
SEEDS = 8
CALM = Weather(partners=4, lost=0, killed=0, busy=0, nonsense=0)


def test_every_message_arrives_once_and_in_time_through_outages_losses_deaths_and_jumping_clocks() -> None:
    first = int(os.environ.get("GATEWAY_SEED", random.randrange(10**6)))
    happened = sum((simulate(seed, DAYS).happened for seed in range(first, first + SEEDS)), Counter[str]())
    print(f"simulated {SEEDS * DAYS} days from seed {first}: {dict(happened)}")
    assert all(happened[one] for one in ("message", "outage", "jump", "killed", "lost")), f"seed {first}"


def test_seed_gives_the_same_story_again() -> None:
    assert simulate(11, 20).sent == simulate(11, 20).sent
    assert simulate(11, 20).sent != simulate(12, 20).sent


def test_failure_names_its_seed() -> None:
    strict = Simulation(7)
    strict.accept(strict.partners[:1])
    with pytest.raises(AssertionError, match="seed 7"):
        strict.judge()


def a_week(down: bool) -> tuple[Simulation, PartnerId]:  # noqa: FBT001 - a table
    """Every four hours a message for each of four partners, one of which may be down."""
    made = Simulation(3, CALM)
    dead, *_ = made.partners
    if down:
        made.sky.down[dead] = NOON + timedelta(days=7)
    for number in range(42):
        made.accept(made.partners)
        made.until(NOON + timedelta(hours=4 * (number + 1)))
    return made, dead


def test_partner_that_is_down_for_a_week_delays_nobody_else_and_gets_everything_after() -> None:
    quiet, dead = a_week(down=False)
    others = quiet.delays(dead)
    held, _ = a_week(down=True)
    assert len(held.delays(dead)) == len(others) == 3 * 42
    for part in (0.5, 0.95):
        assert held.delays(dead)[int(part * len(others))] <= 1.1 * others[int(part * len(others))]
    tried = sum(one.left for one in held.sent.values() if one.partner == dead)
    assert tried < 42  # one parcel probes for all
    assert held.store.counts() == {State.DELIVERED: 3 * 42, State.WAITING: 42}
    held.until(held.sky.at + LATE)
    held.judge()


def test_message_that_comes_too_late_is_found() -> None:
    made = Simulation(5, CALM)
    made.accept(made.partners[:1])
    made.sky.at += 2 * LATE
    with pytest.raises(AssertionError, match="after nothing was in its way"):
        made.drain()


def test_dead_letters_are_asked_for_again_and_arrive() -> None:
    """A clock thirty days ahead makes what fails look too old: it is given up and told, and somebody sends it again."""
    made = Simulation(6, CALM)
    made.accept(made.partners[:1])
    made.sky.down[made.partners[0]] = NOON + timedelta(hours=1)
    made.sky.jump(timedelta(days=31))
    made.drain()
    (dead,) = made.store.parcels_in([State.ABANDONED], 9)
    assert dead.reason == Reason.TOO_OLD
    made.sky.jump(timedelta())
    made.until(NOON + LATE)
    assert made.happened["abandoned"] == 1
    made.judge()
