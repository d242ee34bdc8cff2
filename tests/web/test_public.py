"""Pages that anybody reads: privacy with what is actually in use, accessibility from its file, and every message."""

import pytest

from gateway.core.errors import HELP, Code
from gateway.core.terms import Kind
from gateway.web import statements
from gateway.web.statements import Compliance
from tests.flows.asked import a_message, carry, sent
from tests.flows.watch import with_desk
from tests.simulator import World
from tests.web.office import STATEMENTS, Office


@pytest.fixture
def anybody(world: World) -> Office:
    return Office(world, signed_in=False)


def test_privacy_names_the_controller_and_only_what_is_in_use(world: World, anybody: Office) -> None:
    before = anybody.get("/privacy/council-886")
    assert before.heading == "Privacy: Kent" and "Kent is the controller" in before.text
    assert "Nothing was disclosed in the last twelve months" in before.text
    message = a_message(world, Kind.ENQUIRY)
    sent(world, message)
    carry(world)
    world.clock.on(seconds=1)
    page = anybody.get("/privacy/council-886")
    assert ("Council" in page.text and "Public task" in page.text) or "Legal obligation" in page.text
    assert str(message.records[0].who.surname) not in page.answer.text
    for words in (STATEMENTS.privacy.hours, "How long it is kept", "What you may ask for", "0303 123 1113"):
        assert words in page.text
    world.clock.on(days=366)
    assert "Nothing was disclosed" in anybody.get("/privacy/council-886").text


def test_privacy_gives_the_phones_of_the_home_and_of_no_other(world: World, anybody: Office) -> None:
    with_desk(world)
    assert "01632 960123" in anybody.get("/privacy/council-886").text
    assert anybody.get("/privacy/council-887").status == 404
    assert "/privacy/council-886" in anybody.get("/privacy").answer.text


def test_the_accessibility_statement_says_what_its_file_says(anybody: Office) -> None:
    page, said = anybody.get("/accessibility").text, STATEMENTS.accessibility
    for words in (said.status.words, said.tested, said.report, *said.problems, "0808 800 0082"):
        assert words in page
    assert all(one.words for one in Compliance)


@pytest.mark.parametrize(
    "text", ["", "[privacy]\n", '[privacy]\nofficer = ""\n[accessibility]\n', '[more]\na = "b"\n', "not toml ="]
)
def test_a_file_of_statements_that_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        statements.from_toml(text)


def test_every_code_has_its_words_and_its_place(anybody: Office) -> None:
    page = anybody.get("/help")
    ids = {one.get("id") for one in page.tree.iter("li")}
    assert set(map(str, HELP)) <= ids and set(HELP) == set(Code)
