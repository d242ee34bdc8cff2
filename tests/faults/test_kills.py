"""Sender, receiver and workers are killed at random points, once in ten files, and then everything is counted.

CI kills 500 times on each kind of database (GATEWAY_KILLS, GATEWAY_MESSAGES); a plain run does less.

One run for each kind of database; the laws below are read from what it left. On PostgreSQL four workers share the queue.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property

import pytest
import sqlalchemy as sa

from gateway.core.delivery import State
from gateway.core.facts import parse_line
from gateway.core.records import Standing
from gateway.core.terms import digest
from gateway.edge.store import tables as t
from gateway.edge.verifying import verify_whole
from gateway.flows.situations import parse_named
from gateway.wiring import Installation
from tests.databases import databases
from tests.faults.killing import KILLED, Aftermath, Plan, run
from tests.simulator import TIDEWAY

PLANS = {"sqlite": (1500, 150, 1), "postgresql": (600, 60, 4)}
"""Messages, kills and workers beside the sender's own."""

EVERYTHING = 10**9


class Books:
    """What the two councils have written down, read once."""

    def __init__(self, after: Aftermath) -> None:
        self.after = after
        self.kent, self.medway = after.pair.kent, after.pair.medway

    @cached_property
    def sent(self) -> list[dict[str, object]]:
        """The lines of the sender's log."""
        return [parse_line(line) for line in self.kent.store.lines()]

    @cached_property
    def received(self) -> list[dict[str, object]]:
        return [parse_line(line) for line in self.medway.store.lines()]

    @cached_property
    def parcels(self) -> list[Standing]:
        return list(self.kent.store.parcels_in(list(State), EVERYTHING))

    @cached_property
    def shelf(self) -> list[Standing]:
        return list(self.medway.store.parcels_in(list(State), EVERYTHING))

    @cached_property
    def released(self) -> list[str]:
        """The ids of the disclosures that the school was told are on their way."""
        decisions = [one for answer in self.after.answers.values() for one in answer["decisions"]]  # type: ignore[attr-defined]
        return [one["disclosure"] for one in decisions if one["outcome"] == "release"]

    def places(self, fact: str, key: str) -> dict[object, list[int]]:
        """Where the sender's log has lines of one kind, by one of their fields."""
        found: dict[object, list[int]] = defaultdict(list)
        for index, line in enumerate(self.sent):
            if line["fact"] == fact:
                found[line[key]].append(index)
        return found


@pytest.fixture(scope="module", params=list(PLANS))
def books(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    folder = tmp_path_factory.mktemp("kills")
    with databases(request.param, folder) as urls:
        after = run(Plan.of(*PLANS[request.param]), folder, urls)
        yield Books(after)
        for one in (after.pair.kent, after.pair.medway):
            one.store.engine.dispose()


def counted(lines: list[dict[str, object]], fact: str, key: str) -> Counter[object]:
    return Counter(line[key] for line in lines if line["fact"] == fact)


def once(keys: object) -> Counter[object]:
    return Counter(dict.fromkeys(keys, 1))  # type: ignore[call-overload]


def test_every_part_was_killed_as_often_as_planned_and_none_ended_otherwise(books: Books) -> None:
    after = books.after
    assert after.killed.total() >= after.plan.kills
    assert set(after.killed) == set(after.plan.roles)
    assert set(after.ended) == {KILLED}


def test_every_file_that_was_answered_is_in_the_log_once(books: Books) -> None:
    assert len(books.after.answers) == books.after.plan.messages
    uploads = [answer["upload"] for answer in books.after.answers.values()]
    from_school = [line for line in books.sent if line.get("kind") != "notice"]  # of leavers, councils are told besides
    assert counted(from_school, "UploadAccepted", "upload") == once(uploads)
    assert counted(books.sent, "DisclosureReleased", "disclosure") == once(books.released)


def test_no_parcel_is_lost_or_stuck_and_the_sums_agree(books: Books) -> None:
    assert Counter(one.parcel.disclosure for one in books.parcels) == once(books.released)
    assert books.kent.store.counts() == {State.DELIVERED: len(books.released)}
    assert len(books.released) == books.after.plan.messages


def test_nothing_is_delivered_twice(books: Books) -> None:
    assert Counter(one.parcel.disclosure for one in books.shelf) == once(books.released)
    assert books.medway.store.counts() == {State.SHELVED: len(books.released)}
    assert counted(books.sent, "ParcelDelivered", "parcel") == once(one.parcel.id for one in books.parcels)
    assert counted(books.received, "MessageReceived", "disclosure") == once(books.released)


def test_what_lies_on_the_shelf_is_what_was_released(books: Books) -> None:
    rows = sa.select(t.joins.c.handle).join(t.log_lines, t.joins.c.line == t.log_lines.c.index)
    with books.kent.store.engine.connect() as db:
        handles = set(db.scalars(rows.where(t.joins.c.what == "payload")))
    arrived = [digest(_content(books.medway, one)) for one in books.shelf]
    assert len(set(arrived)) == len(arrived)
    assert set(arrived) <= handles
    assert {one.parcel.reader for one in books.shelf} == {TIDEWAY}


def test_every_disclosure_and_attempt_was_in_the_log_before_its_message_left(books: Books) -> None:
    message = {one.parcel.message: one.parcel for one in books.parcels}
    released = books.places("DisclosureReleased", "disclosure")
    started = books.places("AttemptStarted", "parcel")
    left: Counter[str] = Counter()
    for crossing in books.after.wire:
        parcel = message[crossing.message]  # type: ignore[index]
        left[crossing.message] += 1
        assert released[parcel.disclosure][0] < crossing.lines
        assert sum(index < crossing.lines for index in started[parcel.id]) >= left[crossing.message]


def test_every_arrival_was_sent_by_a_logged_attempt(books: Books) -> None:
    started = books.places("AttemptStarted", "parcel")
    parcel = {one.parcel.message: one.parcel.id for one in books.parcels}
    arrivals = [line for line in books.received if line["fact"] in {"MessageReceived", "MessageRepeated"}]
    assert len(arrivals) >= len(books.released)
    assert all(started[parcel[line["message"]]] for line in arrivals)  # type: ignore[index]


def test_no_two_attempts_of_one_parcel_are_under_way_while_a_lease_holds(books: Books) -> None:
    lease = books.kent.settings.lease.total_seconds()
    earlier: dict[str, list[tuple[float, float | None]]] = defaultdict(list)
    for crossing in books.after.wire:
        for out, back in earlier[crossing.message]:
            # an attempt that was cut off by a kill ends with its lease
            assert (back is not None and back <= crossing.out) or crossing.out - out > lease / 2
        earlier[crossing.message].append((crossing.out, crossing.back))


def test_every_delivery_has_the_receipt_that_its_line_names(books: Books) -> None:
    named = {line["parcel"]: line["receipt"] for line in books.sent if line["fact"] == "ParcelDelivered"}
    for one in books.parcels:
        evidence = books.kent.store.evidence(one.parcel.id)
        assert evidence is not None and evidence[1] is not None
        assert digest(evidence[1]) == named[one.parcel.id]


def test_both_logs_are_whole(books: Books) -> None:
    assert verify_whole(books.kent).startswith("sound: ")
    assert verify_whole(books.medway).startswith("sound: ")


def _content(medway: Installation, one: Standing) -> bytes:
    return parse_named(medway.vault.open_kept(medway.store.kept(one.parcel.sealed)))[1]
