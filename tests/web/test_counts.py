"""Counts at the pages: charts that say the same as their tables, the board's quarter, and a log that is checked now."""

import pytest
import sqlalchemy as sa

from gateway.core.facts import Role, TaskKind
from gateway.core.terms import Kind
from gateway.edge.store import tables as t
from gateway.web import charts, prints
from tests.flows.asked import a_message, carry, sent
from tests.flows.watch import GOVERNANCE, lines
from tests.needs import needs
from tests.simulator import KENT, LARKMERE, MEDWAY, World, leavers
from tests.web.office import Office


def governance(world: World) -> Office:
    return Office(world, GOVERNANCE.role, KENT, GOVERNANCE.id)


def busy(world: World) -> None:
    made = leavers(pupils=2)
    world.upload(made.content, made.name)
    sent(world, a_message(world, Kind.ENQUIRY))
    carry(world)


def test_each_chart_says_the_same_as_its_table(world: World) -> None:
    busy(world)
    page = governance(world).get("/charts")
    tree = page.tree
    pictures, tables = list(tree.iter("svg")), list(tree.iter("table"))
    assert len(pictures) == len(tables) == 3
    for picture, table in zip(pictures, tables, strict=True):
        bars = [str(one.text_content()).rsplit(": ", 1) for one in picture.iter("text")]
        rows = [[str(one.text_content()) for one in row] for row in table.findall(".//tbody/tr")]
        assert bars == rows and bars
        assert picture.get("role") == "img" and len(set(str(picture.get("aria-labelledby")).split())) == 2
        assert not list(picture.iter("style", "script"))
    assert "November 2026: 2" in page.text and "Medway" in page.text


def test_a_bar_is_as_long_as_its_number() -> None:
    made = charts.bars("x", "Things", ("Thing", "How many"), [("a", 1000), ("b", 500), ("c", 0), ("d", 1)])
    assert [one.wide for one in made.bars] == [600, 300, 0, 2]
    assert made.description == "4 bars, 1,501 in all; the longest is a with 1,000."
    assert charts.bars("x", "Nothing", ("a", "b"), []).description == "There is nothing to show."


def test_the_board_reads_one_quarter_and_takes_it_as_pdf(world: World) -> None:
    busy(world)
    office = governance(world)
    page = office.get("/board")
    assert page.heading == "For the board: 1 October 2026 to 31 December 2026" and "still runs" in page.text
    assert "Disclosures released2" in page.text and "/board?quarter=2026-3" in page.answer.text
    assert "Disclosures released0" in office.get("/board?quarter=2026-3").text
    assert {office.get(f"/board?quarter={one}").status for one in ("2026-5", "x", "1-1", "2026")} == {404}
    needs(prints.ready(), "WeasyPrint (the extra [pdf])")
    made = office.get("/board.pdf?quarter=2026-4").answer
    assert made.data.startswith(b"%PDF") and made.headers["Content-Disposition"].endswith('filename="board.pdf"')


@pytest.mark.past_the_flows
def test_the_log_is_checked_now_and_says_what_to_do_if_it_fails(world: World) -> None:
    busy(world)
    office = governance(world)
    before = office.get("/verified")
    assert "Nobody has had it checked lately" in before.text and "What to do if it fails" in before.text
    sound = office.post("/verified")
    assert "Verified" in sound.text and "Sound" in sound.text
    assert f"Last checked 3 November 2026 at 12:00pm by {GOVERNANCE.id}" in office.get("/verified").text
    (checked,) = lines(world.kent, "LogChecked")
    assert checked["sound"] is True
    with world.kent.store.engine.begin() as db:
        db.execute(sa.update(t.log_lines).where(t.log_lines.c.index == 3).values(line=b"{}"))
    altered = office.post("/verified")
    assert "Something is wrong" in altered.text and "altered" in altered.text
    page = office.get("/verified").text
    assert "Something is wrong" in page, "it says so until it is sound again"
    assert "a check of every line found that our log is not what was written" in page
    office.post("/verified")
    (task,) = [one for one in world.kent.store.tasks([KENT]) if one.kind is TaskKind.LOG_TROUBLE]
    assert task.home == KENT, "somebody is told, once, as of everything that is due"
    (where,) = office.get("/due").tree.xpath("//main//a[. = 'own-check']/@href")
    assert where == "/verified"


def test_counts_are_for_people_of_the_home(world: World) -> None:
    for address in ("/charts", "/board", "/verified"):
        assert Office(world, Role.GOVERNANCE, MEDWAY, "x.medway").get(address).status == 403
        assert Office(world, Role.SCHOOL_SENDER, LARKMERE).get(address).status == 403
