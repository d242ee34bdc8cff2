"""Everything that is kept belongs to one whole with one clock, ends with it, and leaves every proof standing."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_type_hints

import pytest
import sqlalchemy as sa

from gateway.core import retention
from gateway.core.errors import Code, Fault
from gateway.core.facts import (
    FACTS,
    OF_ITS_SOURCE,
    OWNERS,
    WHOLES,
    BreachRisk,
    RecallOutcome,
    RecallReason,
    Source,
    Whole,
    source_of,
)
from gateway.core.records import Kept, Record, Sought
from gateway.core.retention import Live
from gateway.core.terms import BreachId, Commitment, DisclosureId, FlagId, Kind, PurposeCode, Upn, YearId
from gateway.edge.store import tables as t
from gateway.edge.store import wholes
from gateway.edge.verifying import verify_whole
from gateway.flows import breaches, consents, enquiry, flagging, recalling, retaining
from gateway.flows.breaches import News
from gateway.flows.consents import Given
from tests.flows.test_recalls import deliver
from tests.flows.test_retaining import OVER, RULES, hands, own, proved, refusal_of, run, told
from tests.flows.watch import FIRST, GOVERNANCE, OFFICER, SECOND, WHY, flag, lines
from tests.owned import BY_THEMSELVES, closed, ownerless
from tests.simulator import KENT, MEDWAY, World, leavers

__all__ = ["own"]

ENDED = date(2026, 11, 20)
NEW_YEAR = datetime(2027, 1, 2, 9, tzinfo=UTC)
LATER = OVER.replace(year=2034)
WORDS = (WHY, "It went to the wrong council, and nobody opened it.", "Everybody has been told by telephone.")


# -- the table --------------------------------------------------------------------------------------------------------


def test_every_fact_that_commits_to_something_belongs_to_one_whole() -> None:
    commits = {
        name
        for name, kind in FACTS.items()
        if any(Commitment.__name__ in str(get_type_hints(kind)[one.name]) for one in fields(kind))
    }
    assert commits == set(OWNERS) | OF_ITS_SOURCE
    assert not set(OWNERS) & OF_ITS_SOURCE


def test_every_whole_has_one_kind_of_id_and_a_class_with_its_event() -> None:
    assert sorted(WHOLES.values()) == sorted(Whole)
    assert not {str(one) for one in Whole} & {str(one) for one in Kind}, "a rule says which of both it means"
    for whole in Whole:
        mine = {one.code for one in RULES if retention.find(RULES, one.code, KENT, whole)}
        assert mine and all(one.event for one in RULES if one.code in mine)
        assert whole in retention.BY_CHILD or len(mine) == 1, f"{whole} has one class, and nobody chooses"
    for kind, whole in WHOLES.items():
        may = retention.choices(RULES, named(kind))
        assert ("cme-35" in may) is (whole in retention.BY_CHILD) and ("year-6" in may) is (whole is Whole.YEAR)


def test_every_table_in_which_something_rests_closed_belongs_to_one_whole(world: World) -> None:
    found = list[str]()
    with world.kent.store.engine.connect() as db:
        for kind in WHOLES:
            found += [one.table.name for one in wholes.holding(db, named(kind)).places if one.name is not None]
    # texts and documents of every whole rest in one table: each is found by its own line
    assert sorted([*found, "kept", *BY_THEMSELVES]) == sorted(closed())


def named(kind: type[Source]) -> Source:
    """Something of this kind that is not here."""
    return YearId(f"y-2026-{KENT}") if kind is YearId else kind(f"{_LETTER[WHOLES[kind]]}-{'a' * 26}")


_LETTER = {
    Whole.PAPERS: "u", Whole.CASE: "c", Whole.RIGHTS_REQUEST: "q", Whole.BREACH: "b", Whole.FLAG: "f",
    Whole.CONSENT: "k",
}  # fmt: skip


def test_a_text_that_nothing_owns_is_seen(own: World) -> None:
    own.kent.store.record(Record((), kept=(own.kent.vault.keep(b"nobody's"),)))
    assert ownerless(own.kent.store) == ["kept: 0 sources"]


# -- one of each, from its event to its end ---------------------------------------------------------------------------


def everything(world: World) -> dict[Whole, Source]:
    """A recall, its breach, a lifted flag, a withdrawn consent and a year of looking, at Kent; each is over."""
    kent = world.kent
    disclosure, papers = told(world)
    gateway, store = kent.gateway, kent.store
    done = recalling.recall(gateway, store, OFFICER, disclosure, RecallReason.WRONG_RECIPIENT, WORDS[1], world.clock())
    at = world.clock.on(hours=1)
    for news in (News(risk=BreachRisk.UNLIKELY, why=WORDS[2]), News(told_partner=at)):
        breaches.update(gateway, store, GOVERNANCE, done.breach, news, at)
    flag(world, leavers(), 1)
    ((stands),) = [one.id for one in store.flags([KENT])]
    flagging.propose(gateway, store, FIRST, stands, WHY, at)
    flagging.lift(gateway, store, SECOND, stands, WHY, at)
    given = Given(KENT, Upn("B881123424001"), PurposeCode("P24"), OFFICER.id)
    consents.record(gateway, given, "CONSENT/2026/17", at)
    consent = consents.withdraw(gateway, store, given, at)
    enquiry.search(gateway, store, GOVERNANCE, Sought((), partner=MEDWAY), at)
    year = YearId(f"y-{at.year}-{KENT}")
    return {
        Whole.PAPERS: papers,
        Whole.BREACH: done.breach,
        Whole.FLAG: stands,
        Whole.CONSENT: consent.id,
        Whole.YEAR: year,
    }


_CODES = {Whole.BREACH: "breach-6", Whole.FLAG: "flag-6", Whole.CONSENT: "consent-6", Whole.YEAR: "year-6"}


def started(world: World, sources: dict[Whole, Source]) -> None:
    for whole, source in sources.items():
        code = _CODES.get(whole, "case-6")
        event = date(2026, 12, 31) if whole is Whole.YEAR else ENDED
        retaining.start(world.kent.gateway, hands(world.kent), GOVERNANCE, source, code, event, NEW_YEAR)


def resting(world: World, sources: Sequence[Source]) -> list[Kept]:
    return [kept for source in sources for kept in world.kent.store.resting_of(source)]


def words(world: World, rests: Sequence[Kept]) -> Iterator[str]:
    for one in rests:
        try:
            yield world.kent.vault.open_kept(one).decode(errors="replace")
        except Fault:
            continue


def test_each_is_waited_for_started_seen_held_destroyed_and_certified(own: World, tmp_path: Path) -> None:
    sources = everything(own)
    kent, named = own.kent, list(sources.values())
    waits = retaining.waiting(kent.gateway, kent.store, GOVERNANCE, NEW_YEAR)
    assert set(named) <= set(waits), "each is over, and nobody has said so"
    started(own, sources)
    assert not set(named) & set(retaining.waiting(kent.gateway, kent.store, GOVERNANCE, NEW_YEAR))
    rests = resting(own, named)
    assert all(one.wrapped_by.endswith(".2032") for one in rests), "each under the key of its class and year"
    said = "\n".join(words(own, rests))
    assert all(one in said for one in WORDS), "each text is found by its line"

    before = proved(own, disclosure_of(own))
    ahead = retaining.preview(kent.gateway, hands(kent), GOVERNANCE, OVER.date())
    assert {one.retained.source for one in ahead} == set(named)
    assert all(one.salts for one in ahead) and sum(one.documents for one in ahead) == len(rests)
    settle(own)
    done = run(own)
    assert {one.source for one in done.destroyed} == set(named)
    assert set(done.keys) == {one.wrapped_by for one in rests}, (
        "of a consent nothing rests closed: its paper is elsewhere"
    )

    assert list(words(own, rests)) == [], "what a backup still holds opens to nobody"
    assert resting(own, named) == []
    assert {one.source for one in retaining.certified(kent.gateway, kent.store, GOVERNANCE)} == set(named)
    with kent.store.engine.connect() as db:
        left = [table.name for table in (t.recalls, t.breaches, t.flags, t.consents) if _rows(db, table)]
    assert left == []
    after = proved(own, disclosure_of(own))
    assert after.lines[: len(before.lines)] == before.lines
    kent.store.publish(own.clock(), kent.vault)
    assert verify_whole(kent).startswith("sound: ")
    assert ownerless(kent.store) == []


def _rows(db: sa.Connection, table: sa.Table) -> int:
    return int(db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def disclosure_of(world: World) -> DisclosureId:
    (line,) = lines(world.kent, "DisclosureRecalled")
    return DisclosureId(str(line["disclosure"]))


def settle(world: World) -> None:
    """The other side answers the recall by telephone."""
    deliver(world)
    store, at = world.kent.store, world.clock()
    recalling.heard(world.kent.gateway, store, OFFICER, disclosure_of(world), RecallOutcome.DELETED, 0, at)


def test_what_is_not_over_has_no_clock(own: World) -> None:
    disclosure, _ = told(own)
    kent = own.kent
    done = recalling.recall(kent.gateway, kent.store, OFFICER, disclosure, RecallReason.WRONG_CHILD, WHY, own.clock())
    flag(own, leavers(), 1)
    ((stands),) = [one.id for one in kent.store.flags([KENT])]
    enquiry.search(kent.gateway, kent.store, GOVERNANCE, Sought((), partner=MEDWAY), own.clock())
    year = YearId(f"y-2026-{KENT}")

    def start(source: Source, code: str) -> None:
        retaining.start(kent.gateway, hands(kent), GOVERNANCE, source, code, ENDED, own.clock())

    for source, code in ((done.breach, "breach-6"), (stands, "flag-6"), (year, "year-6")):
        assert refusal_of(lambda source=source, code=code: start(source, code)) is Code.NOT_OVER  # type: ignore[misc]
    assert not set(retaining.waiting(kent.gateway, kent.store, GOVERNANCE, own.clock())) & {done.breach, stands, year}
    assert refusal_of(lambda: start(stands, "case-6")) is Code.NOT_FOUND, "a flag has a class of its own"
    for nothing in (BreachId("b-" + "a" * 26), FlagId("f-" + "a" * 26), YearId(f"y-2019-{KENT}")):
        assert refusal_of(lambda nothing=nothing: start(nothing, "flag-6")) is Code.NOT_FOUND  # type: ignore[misc]


def test_the_reason_of_a_hold_goes_with_what_was_held(own: World) -> None:
    _, papers = told(own)
    kent = own.kent
    mine = hands(kent)
    retaining.start(kent.gateway, mine, GOVERNANCE, papers, "case-6", ENDED, own.clock())
    retaining.hold(kent.gateway, mine, GOVERNANCE, papers, "Somebody has gone to court.", own.clock())
    assert any("court" in one for one in words(own, resting(own, [papers])))
    assert dict(run(own).left) == {papers: {Live.HELD}}
    retaining.free(kent.gateway, mine, GOVERNANCE, papers, "The court has decided.", own.clock())
    (gone,) = run(own, LATER).destroyed
    assert gone.documents == 2, "the notice and the reason"
    assert ownerless(kent.store) == []


@pytest.mark.parametrize("text", ["x-" + "a" * 26, "y-26-council-886", "", "k-short"])
def test_what_is_no_id_of_anything_kept_is_no_source(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        source_of(text)
