"""The sample audit at the pages: the months that are over, what was drawn, and what somebody finds."""

from datetime import UTC, datetime

from gateway.core.facts import Role
from tests.flows.watch import lines
from tests.simulator import KENT, World
from tests.web.office import Office


def test_an_auditor_looks_at_what_was_drawn_and_writes_down_what_is_wrong(world: World) -> None:
    world.notice(seed=1)
    world.clock.at = datetime(2026, 12, 2, 9, tzinfo=UTC)
    office = Office(world, Role.AUDITOR, KENT, "a.udit")
    assert "Sample audit" in office.get("/").text
    page = office.get("/samples")
    assert page.heading == "Sample audit of November 2026" and "0 of 1 looked at." in page.text
    (address,) = {str(one.get("href")) for one in page.tree.iter("a") if "Write down" in str(one.text_content())}
    assert office.get(address).heading == "What you found"
    empty = office.post(address)
    assert empty.status == 422 and "Say what you found" in empty.text
    both = office.post(address, found=["fine", "basis"])
    assert both.status == 422 and "Choose that nothing is wrong with it, or else all that is" in both.text
    after = office.follow(office.post(address, found=["basis", "excess"]))
    assert after.heading == "Sample audit of November 2026" and "1 of 1 looked at." in after.text
    assert "The legal basis is not the right one." in after.text and "Something is wrong" in after.text
    assert len(lines(world.kent, "SampleAudited")) == 1
    assert "Nothing was released in that month." in office.get("/samples?month=2026-10").text


def test_other_months_and_other_people_find_nothing(world: World) -> None:
    office = Office(world, Role.GOVERNANCE, KENT, "g.gov")
    for month in ("2026-11", "never", "2020-01"):
        assert office.get(f"/samples?month={month}").status == 404
    assert office.post("/samples/d-2v4dxyq7n5gwfa3mzk6tjbc2re", found="fine").status == 404
    assert Office(world, Role.OFFICER, KENT, "o.ff").get("/samples").status == 403
