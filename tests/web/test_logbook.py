"""The disclosure log at the pages: by filter and page by page, about one child, as a file and with its proofs."""

import csv
import io
import zipfile

import pytest

from gateway.core import bundle
from gateway.core.documents import identities
from gateway.core.facts import Role
from gateway.core.records import Act
from gateway.flows.enquiry import searching
from gateway.web import prints, words
from tests.flows.asked import carry
from tests.flows.watch import lines, read
from tests.needs import needs
from tests.simulator import KENT, LARKMERE, MEDWAY, World, leavers
from tests.web.office import Office

WHY = "Her mother asks to whom we gave it."


def governance(world: World, role: Role = Role.GOVERNANCE, name: str = "i.gov") -> Office:
    return Office(world, role, KENT, name)


def test_the_log_is_asked_by_filters_that_stand_in_the_address(world: World) -> None:
    world.leavers()
    office = governance(world)
    everything = office.get("/log")
    assert (
        everything.heading == "Disclosure log"
        and "School school-8864321 to School school-8874123" in everything.text
        and "Released" in everything.text
    )
    assert "Housing, Kent" in everything.text, "every council has such a team"
    assert "No line of the log fits" in office.get("/log?purpose=P25").text
    assert "No line of the log fits" not in office.get("/log?purpose=P04&what=release").text
    before = "since-day=1&since-month=12&since-year=2026"
    assert "No line of the log fits" in office.get(f"/log?{before}").text
    assert "Filter (1 in use)" in office.get(f"/log?{before}").text, "a day is one filter, not three"


def test_searching_is_a_fact(world: World) -> None:
    office = governance(world)
    office.get("/log?purpose=P04")
    (fact,) = lines(world.kent, "LogSearched")
    assert "P04" not in str(fact)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/log?since-day=31&since-month=2&since-year=2026", "must be a real date"),
        ("/log?purpose=P99", "Choose one of these"),
        ("/log?agreement=kent-medway", "Choose one of these"),
        ("/log?officer=A.Shah@kent.example", "Write the name by which somebody signs in"),
        ("/log?disclosure=d-1", "Write d- and the 26 letters"),
        ("/log/list.csv?purpose=P99", "Choose one of these"),
    ],
)
def test_a_filter_that_cannot_be_is_said_at_its_field(world: World, address: str, said: str) -> None:
    page = governance(world).get(address)
    assert page.status == 422 and said in page.text and page.title.startswith("Error: Disclosure log")


@pytest.mark.parametrize("address", ["/log?partner=no+partner", "/log?after=yesterday", "/log/list.doc"])
def test_an_address_that_was_made_up_finds_nothing(world: World, address: str) -> None:
    assert governance(world).get(address).status in {404, 422}


def test_pages_follow_each_other_without_a_line_twice(world: World) -> None:
    for seed in range(searching.PAGE + 3):
        world.leavers(seed=seed, pupils=1)
    office = governance(world)
    first = office.get("/log?what=release")
    (older,) = [str(one.get("href")) for one in first.tree.iter("a") if one.get("rel") == "next"]
    second = office.get(older)
    seen = [set(numbers(page.text)) for page in (first, second)]
    assert [len(one) for one in seen] == [searching.PAGE, 3] and not seen[0] & seen[1]
    assert "what=release" in older, "the filter goes along"


def test_the_oldest_come_first_where_that_is_asked_and_so_does_every_page(either: World) -> None:
    for seed in range(searching.PAGE + 1):
        either.leavers(seed=seed, pupils=1)
    office = governance(either)
    newest = numbers(office.get("/log?what=release").text)
    first = office.get("/log?what=release&order=oldest")
    (more,) = [str(one.get("href")) for one in first.tree.iter("a") if one.get("rel") == "next"]
    assert "Newer lines" in first.text and "order=oldest" in more
    oldest = numbers(first.text) + numbers(office.get(more).text)
    assert oldest == sorted(oldest, key=int) and oldest[:0:-1] == newest


def numbers(text: str) -> list[str]:
    return [part.split()[0] for part in text.split("· line ")[1:]]


def test_a_list_is_taken_away_with_its_filter_printed_on_it(world: World) -> None:
    world.leavers()
    office = governance(world)
    answer = office.get("/log/list.csv?what=release").answer
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert any("act: release" in " ".join(row) for row in rows[:5])
    assert office.get("/log/list.xlsx").answer.get_data()[:2] == b"PK"
    assert len(lines(world.kent, "LogExported")) == 2


def test_list_is_taken_as_a_tagged_pdf_with_its_filter_on_it_and_that_stands_in_the_log(world: World) -> None:
    needs(prints.ready(), "WeasyPrint (the extra [pdf])")
    world.leavers()
    office = governance(world)
    assert "/log/list.pdf?what=release" in office.get("/log?what=release").answer.text
    answer = office.get("/log/list.pdf?what=release").answer
    assert answer.data.startswith(b"%PDF")
    assert 'filename="disclosure-log.pdf"' in answer.headers["Content-Disposition"]
    (exported,) = lines(world.kent, "LogExported")
    assert (exported["format"], exported["count"]) == ("pdf", 1)
    assert office.get("/log/list.pdf?since-day=31&since-month=2&since-year=2026").status == 422


def test_proofs_of_what_a_filter_finds_are_for_governance_and_auditors(world: World) -> None:
    world.leavers()
    carry(world)
    world.kent.store.publish(world.clock(), world.kent.vault)
    answer = governance(world, Role.AUDITOR, "a.udit").get("/log/proofs.zip?what=release").answer
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as found:
        (name,) = found.namelist()
        assert bundle.unpack(found.read(name)).lines
    officer = governance(world, Role.OFFICER, "c.hall")
    assert officer.get("/log/proofs.zip").status == 403
    assert "/log/proofs.zip" not in officer.get("/log").answer.text


def test_a_child_is_looked_up_with_a_reason_and_never_by_an_address(world: World) -> None:
    made = leavers(pupils=1)
    world.upload(made.content, made.name)
    (who,) = identities(read(made)).values()
    office = governance(world)
    upn = next(iter(who.upns))
    without = office.post("/log/child", upn=upn, reason="")
    assert without.status == 422 and not lines(world.kent, "ChildLooked")
    found = office.post("/log/child", upn=upn.lower(), reason=WHY)
    assert found.heading == "What was disclosed about this child" and "Released" in found.text
    assert upn not in found.answer.text
    (fact,) = lines(world.kent, "ChildLooked")
    assert fact["count"] == 1


def test_everything_wrong_with_how_a_child_is_named_is_said(world: World) -> None:
    office = governance(world)
    assert "Write the UPN, or both names and the day of birth" in office.post("/log/child", reason=WHY).text
    assert "A UPN is a letter" in office.post("/log/child", upn="123", reason=WHY).text
    born = {"born-day": "31", "born-month": "2", "born-year": "2014"}
    assert "must be a real date" in office.post("/log/child", surname="A", forename="B", reason=WHY, **born).text


def test_a_school_looks_up_its_own_lines_without_a_reason(world: World) -> None:
    made = leavers(pupils=1)
    world.upload(made.content, made.name)
    (who,) = identities(read(made)).values()
    school = Office(world, Role.SCHOOL_READER, LARKMERE, "l.reader")
    assert "Released" in school.post("/log/child", upn=next(iter(who.upns))).text
    assert school.get("/log").status == 403


def test_the_log_is_closed_to_operators_and_to_other_councils(world: World) -> None:
    world.leavers()
    assert governance(world, Role.OPERATOR, "o.op").get("/log").status == 403
    assert Office(world, Role.GOVERNANCE, MEDWAY, "i.theirs").get("/log").status == 403


def test_every_act_has_words() -> None:
    assert set(words.ACTS) == set(Act)
