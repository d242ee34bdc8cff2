"""The log by every filter, page by page, and as a file: what is asked is found, whole, and that it was asked stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.core.documents import sheets
from gateway.core.documents.sheets import Form, separated, workbooks
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Role
from gateway.core.law import Class
from gateway.core.records import Act, Person, Sought
from gateway.core.terms import AgreementRef, Basis, Flag, PartnerId, PersonId, PurposeCode, parse_stamp
from gateway.flows import dispatch, enquiry, holds
from gateway.flows.enquiry import Between, Page, Shown
from tests.flows.watch import FIRST, GOVERNANCE, SCHOOL, SECOND, THEIRS, WHY, hand_in, lines, with_desk
from tests.simulator import KENT, LARKMERE, MEDWAY, NOON, TIDEWAY, World, agreement, leavers

ALL = Sought(())
HIDE = {1: frozenset({Flag.ADDRESS_CONFIDENTIAL})}


def asked(world: World, sought: Sought, person: Person = GOVERNANCE, **how: object) -> Page:
    kent = world.kent
    return enquiry.search(kent.gateway, kent.store, person, sought, world.clock(), **how)  # type: ignore[arg-type]


def found(world: World, **filters: object) -> list[str]:
    return [one.disclosure for one in asked(world, replace(ALL, **filters)).rows]  # type: ignore[arg-type]


@pytest.fixture
def busy(world: World) -> World:
    """A release that was delivered, a notice under an agreement, a hold that two let go, one that waits, and an alarm
    to a team that nobody agreed with."""
    with_desk(world)
    world.adopt(agreement())
    hand_in(world, leavers(pupils=2))
    dispatch.send_due(world.kent.gateway)
    world.clock.on(hours=1)
    world.notice()
    for seed in (31, 32):
        world.clock.on(hours=1)
        hand_in(world, leavers(pupils=1, seed=seed), HIDE)
    held = world.kent.store.held([KENT])[-1].disclosure
    for person in (FIRST, SECOND):
        holds.release(world.kent.gateway, world.kent.store, person, held, WHY, world.clock())
    return world


def test_every_filter_finds_what_it_says_and_nothing_else(busy: World) -> None:
    everything = asked(busy, ALL).rows
    assert len(everything) == 6 and [one.at for one in everything] == sorted((o.at for o in everything), reverse=True)
    notices = [one.disclosure for one in everything if one.agreement]
    assert found(busy, agreement=agreement().ref) == notices and len(notices) == 1

    def where(holds: Callable[[Shown], bool]) -> list[str]:
        return [one.disclosure for one in everything if holds(one)]

    assert found(busy, partner=TIDEWAY) == where(lambda one: TIDEWAY in one.recipient) != found(busy, partner=MEDWAY)
    assert found(busy, purpose=PurposeCode("P04")) == where(lambda one: one.purpose == "P04")
    assert found(busy, basis=Basis.A6C) == where(lambda one: "A6C" in one.basis)
    assert found(busy, officer=FIRST.id) == where(lambda one: FIRST.id in one.released_by) and found(
        busy, officer=FIRST.id
    )
    assert found(busy, act=Act.HOLD) == where(lambda one: one.act is Act.HOLD)
    assert len(found(busy, act=Act.HOLD, standing=True)) == 1
    assert found(busy, act=Act.REFUSE) == where(lambda one: one.purpose == "P15") and found(busy, act=Act.REFUSE)
    assert found(busy, class_=Class.ID) == where(lambda one: one.act is Act.RELEASE)
    assert found(busy, class_=Class.CR) == notices, "a pupil's file holds nothing of the kind"
    late = parse_stamp(everything[0].at)
    assert found(busy, since=late) == where(lambda one: parse_stamp(one.at) >= late)
    assert found(busy, until=late) == where(lambda one: parse_stamp(one.at) < late)
    both = found(busy, partner=TIDEWAY, act=Act.RELEASE, purpose=PurposeCode("P04"), class_=Class.ID, until=late)
    assert both == where(lambda one: TIDEWAY in one.recipient and one.act is Act.RELEASE and parse_stamp(one.at) < late)


def test_pages_hold_each_line_once_whatever_is_written_meanwhile(busy: World) -> None:
    whole, pages, after = asked(busy, ALL).rows, list[Shown](), None
    for seed in range(50, 60):
        page = asked(busy, ALL, most=2, after=after)
        pages += page.rows
        after = page.after
        if after is None:
            break
        busy.clock.on(seconds=1)
        hand_in(busy, leavers(pupils=1, seed=seed))
    assert [one.line for one in pages] == [one.line for one in whole]
    by_class = asked(busy, replace(ALL, class_=Class.ID), most=1)
    assert (
        by_class.after
        and asked(busy, replace(ALL, class_=Class.ID), most=1, after=by_class.after).rows != by_class.rows
    )


def test_nobody_has_signed_for_it_after_five_working_days(busy: World) -> None:
    homes = (KENT,)
    sent = parse_stamp(asked(busy, ALL).rows[-1].at)
    assert enquiry.unacknowledged(homes, NOON + timedelta(days=7)).until == NOON, "from Tuesday to Tuesday"
    late = enquiry.unacknowledged(homes, sent + timedelta(days=30))
    others = replace(ALL, partner=PartnerId("council-201"), until=NOON)
    both = enquiry.unacknowledged(homes, sent + timedelta(days=30), others)
    assert (both.partner, both.until, both.states) == (others.partner, NOON, late.states), "all that is asked must hold"
    assert {one.outcome for one in asked(busy, late).rows} == {"waiting to be sent"}
    assert asked(busy, enquiry.unacknowledged(homes, sent + timedelta(days=6))).rows == []
    dispatch.send_due(busy.kent.gateway)
    assert asked(busy, late).rows == []


def test_a_school_searches_and_prints_its_own_lines_alone(busy: World) -> None:
    mine = asked(busy, ALL, SCHOOL).rows
    assert mine and {LARKMERE in one.discloser for one in mine} == {True}
    assert len(mine) < len(asked(busy, ALL).rows), "the notice is Kent's own"
    guarded = [one for one in mine if one.recipient == "your council"]
    assert len(guarded) == 3 and "Tideway" not in str(guarded) and TIDEWAY not in str(guarded)
    printed = enquiry.export(busy.kent.gateway, busy.kent.store, SCHOOL, ALL, Form.CSV, busy.clock())
    assert printed.count(b",your council,") == 3
    with pytest.raises(Refusal) as stranger:
        asked(busy, ALL, THEIRS)
    assert stranger.value.code is Code.NOT_ALLOWED


@pytest.mark.parametrize(
    "sought",
    [
        Sought((), partner=TIDEWAY),
        Sought((), agreement=AgreementRef("kent-medway-cme.v1")),
        Sought((), officer=FIRST.id),
        enquiry.unacknowledged((), NOON + timedelta(days=30)),
    ],
    ids=["partner", "agreement", "officer", "state"],
)
def test_a_school_does_not_ask_by_what_a_guarded_line_keeps_from_it(busy: World, sought: Sought) -> None:
    """A filter that finds the line, or does not, would say to whom it went and how far it came."""
    for act in (
        lambda: asked(busy, sought, SCHOOL),
        lambda: enquiry.export(busy.kent.gateway, busy.kent.store, SCHOOL, sought, Form.CSV, busy.clock()),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code is Code.NOT_ALLOWED
    assert asked(busy, replace(ALL, purpose=PurposeCode("P04")), SCHOOL).rows, "by what it reads anyway it may"


def test_searching_and_exporting_are_facts_of_commitments(busy: World) -> None:
    shown = asked(busy, replace(ALL, partner=TIDEWAY)).rows
    enquiry.export(busy.kent.gateway, busy.kent.store, GOVERNANCE, replace(ALL, partner=TIDEWAY), Form.XLSX, NOON)
    searched, exported = lines(busy.kent, "LogSearched"), lines(busy.kent, "LogExported")
    assert searched[-1]["count"] == len(shown) == exported[-1]["count"] and exported[-1]["format"] == "xlsx"
    written = b"\n".join(busy.kent.store.lines())
    assert not [one for one in (GOVERNANCE.id, TIDEWAY, "partner: ") if one.encode() in written]


@pytest.mark.parametrize("form", Form)
def test_an_export_says_its_filter_and_holds_every_line(busy: World, form: Form) -> None:
    sought = replace(ALL, act=Act.RELEASE)
    content = enquiry.export(busy.kent.gateway, busy.kent.store, GOVERNANCE, sought, form, NOON)
    table = (workbooks if form is Form.XLSX else separated).read(content)
    rows = [cells for _, cells in table.rows]
    assert rows[1] == ("Filter", "homes: council-886; act: release") and rows[2][1].startswith("2026-")
    assert rows[3][0] == "Line" and len(rows) == 4 + len(asked(busy, sought).rows)


def test_a_cell_that_a_spreadsheet_would_run_is_still() -> None:
    from gateway.core.documents.sheets.lists import listed, still

    for cell in ("=1+1", "+44", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"):
        assert still(cell) == "'" + cell
        assert listed((), ("a",), [(cell,)], Form.CSV, NOON).decode("utf-8-sig").split("\n", 2)[2].lstrip('"')[0] == "'"
    assert still("School = Larkmere") == "School = Larkmere"
    assert sheets.is_workbook(listed((), ("a",), [("=1+1",)], Form.XLSX, NOON))


@pytest.mark.parametrize("role", [Role.OPERATOR])
def test_an_operator_sees_no_line_and_counts_all_the_same(busy: World, role: Role) -> None:
    keeper, year = Person(PersonId("o.ops"), role, KENT), Between(NOON - timedelta(days=1), NOON + timedelta(days=1))
    with pytest.raises(Refusal):
        asked(busy, ALL, keeper)
    rows = enquiry.processing(busy.kent.gateway, busy.kent.store, keeper, year)
    assert sum(one.disclosures for one in rows) == 3 and sum(one.children for one in rows) == 4
    assert {(one.purpose, one.basis) for one in rows} >= {("P04", "A6C")} and "" not in {one.recipients for one in rows}
    assert enquiry.classes(busy.kent.gateway, busy.kent.store, keeper, year)[PurposeCode("P04"), Class.ID] == 2
    told = {
        one.heading: (one.number, one.share) for one in enquiry.board(busy.kent.gateway, busy.kent.store, keeper, year)
    }
    assert told["Disclosures released"] == (3, "") and told["Delivered or collected"] == (1, "33 %")
    assert told["Held, and still waiting for people"][0] == 1
    later = Between(NOON + timedelta(days=1), NOON + timedelta(days=2))
    assert enquiry.processing(busy.kent.gateway, busy.kent.store, keeper, later) == []


def test_another_homes_lines_are_nobodys_to_search(busy: World) -> None:
    with pytest.raises(Refusal) as refused:
        asked(busy, replace(ALL, homes=(PartnerId("council-887"),)))
    assert refused.value.code is Code.NOT_ALLOWED
