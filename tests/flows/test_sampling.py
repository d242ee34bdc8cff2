"""The monthly sample: drawn by nobody, drawn again by anybody, looked at by who did not release it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType

import pytest

from gateway.core.errors import Code, Refusal
from gateway.core.facts import Role, SampleFinding
from gateway.core.records import Act, Person, Told
from gateway.core.terms import DisclosureId, PartnerId, PersonId
from gateway.flows import sampling
from gateway.flows.sampling import Drawn
from tests.flows.watch import lines
from tests.simulator import KENT, LARKMERE, World

AUDITOR = Person(PersonId("a.udit"), Role.AUDITOR, KENT)
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
FINE, EXCESS = (SampleFinding.FINE,), (SampleFinding.REASON, SampleFinding.EXCESS)


def released(line: int, **says: object) -> Told:
    """A line as the store tells it; what it says holds a salt, here its place."""
    body = MappingProxyType({"fact": "DisclosureReleased", "payload": f"{line:064}", **says})
    return Told(
        line, None, datetime(2026, 10, 5, tzinfo=UTC), KENT, Act.RELEASE, None, KENT, None, None, (), (), None, None,
        None, dict(body),
    )  # fmt: skip


def numbers(found: Sequence[Told]) -> list[int]:
    return [one.line for one in found]


def test_twenty_are_drawn_or_one_in_twenty_and_anybody_draws_the_same() -> None:
    few, many = [released(one) for one in range(12)], [released(one) for one in range(900)]
    assert numbers(sampling.draw(OCTOBER, few)) == list(range(12))
    drawn = numbers(sampling.draw(OCTOBER, many))
    assert len(drawn) == 45 and drawn == sorted(drawn) == numbers(sampling.draw(OCTOBER, many[::-1]))
    assert drawn != numbers(sampling.draw(NOVEMBER, many)), "a month draws for itself"
    assert 300 < sum(drawn) / len(drawn) < 600, "neither the first nor the last are favoured"


def test_what_is_added_later_takes_nobodys_lot_but_by_its_own() -> None:
    many = [released(one) for one in range(400)]
    before, after = set(numbers(sampling.draw(OCTOBER, many))), sampling.draw(OCTOBER, [*many, released(400)])
    assert len(before) == 20 and len(before - {one.line for one in after}) <= 1


def test_what_is_serious_is_looked_at_whole_and_takes_nobodys_place() -> None:
    month = [released(one) for one in range(430)]
    assert [one for one in numbers(sampling.draw(OCTOBER, month, range(400, 430))) if one >= 400] == [*range(400, 430)]
    assert len(sampling.draw(OCTOBER, month, range(400, 430))) == 50


@pytest.mark.parametrize("says", [{"purpose": "P27"}, {"purpose": "P30"}, {"stands_on": "break-glass"}])
def test_emergencies_and_purposes_that_need_an_opinion_are_serious(says: dict[str, object]) -> None:
    assert sampling.serious(released(1, **says)) and not sampling.serious(released(1, purpose="P06", stands_on="duty"))


def drawn_in_december(world: World) -> tuple[Drawn, ...]:
    world.clock.at = datetime(2026, 12, 2, 9, tzinfo=UTC)
    return sampling.sample(world.kent.gateway, world.kent.store, AUDITOR, NOVEMBER, world.clock())


def audit(world: World, one: Drawn, found: tuple[SampleFinding, ...], person: Person = AUDITOR) -> None:
    gateway, disclosure = world.kent.gateway, DisclosureId(one.row.disclosure)
    sampling.audit(gateway, world.kent.store, person, disclosure, found, world.clock())


def test_what_somebody_found_stands_in_the_log_and_on_the_list_and_the_last_word_counts(either: World) -> None:
    for seed in (1, 2):
        either.notice(seed=seed)
    first, second = drawn_in_december(either)
    assert (first.found, second.found) == ((), ())
    assert first.whole, "the generator's notice speaks of an offence"
    audit(either, first, FINE)
    audit(either, first, EXCESS)
    assert [one.found for one in drawn_in_december(either)] == [EXCESS, ()]
    assert [one["found"] for one in lines(either.kent, "SampleAudited")] == [["fine"], ["reason", "excess"]]
    assert len(lines(either.kent, "LogSearched")) == 2, "to look is itself in the log"


@pytest.mark.parametrize("found", [(), (SampleFinding.FINE, SampleFinding.BASIS)])
def test_nothing_or_both_is_no_finding(world: World, found: tuple[SampleFinding, ...]) -> None:
    world.notice(seed=1)
    (one,) = drawn_in_december(world)
    with pytest.raises(Refusal) as refusal:
        audit(world, one, found)
    assert refusal.value.code is Code.REASON_WANTED and not lines(world.kent, "SampleAudited")


def test_a_month_that_is_not_over_or_long_ago_has_no_sample(world: World) -> None:
    world.notice(seed=1)
    for month in (NOVEMBER, date(2025, 10, 1), date(2026, 10, 2)):
        with pytest.raises(Refusal) as refusal:
            sampling.sample(world.kent.gateway, world.kent.store, AUDITOR, month, world.clock())
        assert refusal.value.code is Code.NOT_FOUND


@pytest.mark.parametrize(
    ("role", "organisation"),
    [(Role.OFFICER, KENT), (Role.MANAGER, KENT), (Role.OPERATOR, KENT), (Role.AUDITOR, LARKMERE)],
)
def test_only_governance_and_auditors_of_a_home_look(world: World, role: Role, organisation: PartnerId) -> None:
    world.notice(seed=1)
    (one,) = drawn_in_december(world)
    other = Person(PersonId("x.other"), role, organisation)
    for tried in (
        lambda: audit(world, one, FINE, other),
        lambda: sampling.sample(world.kent.gateway, world.kent.store, other, NOVEMBER, world.clock()),
    ):
        with pytest.raises(Refusal) as refusal:
            tried()
        assert refusal.value.code is Code.NOT_ALLOWED
