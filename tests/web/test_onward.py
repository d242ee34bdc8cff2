"""Who has to sign in first comes to the page that they wanted: the one to which a letter leads, for one."""

import re
from itertools import chain

import pytest
from flask.testing import FlaskClient

from gateway.core import reminders
from gateway.core.clocks import ClockCode
from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.reminders import News, Reminder, Stage
from gateway.core.roles import Can, who
from gateway.core.terms import PersonId
from gateway.web import access
from tests.flows.test_reminding import task
from tests.simulator import KENT, NOON, OFFICER, World, rulebook
from tests.web.office import door, link

LINK = "https://gateway.kent.example/"
OPERATOR = Person(PersonId("o.bell"), Role.OPERATOR, KENT)


@pytest.fixture
def client(world: World) -> FlaskClient:
    return door(world).test_client()


def sign_in(client: FlaskClient, world: World, person: Person) -> str:
    """Where it leads."""
    answer = client.post(link(world, person))
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_the_page_of_a_letter_opens_after_signing_in_and_once(client: FlaskClient, world: World) -> None:
    refused = client.get("/due")
    assert refused.status_code == 403 and "/sign-in" in refused.text
    (held,) = refused.headers.getlist("Set-Cookie")
    assert "wanted" in held and "HttpOnly" in held and "SameSite=Lax" in held and "Max-Age=3600" in held
    assert sign_in(client, world, OFFICER) == "/due"
    assert client.get("/due").status_code == 200
    assert sign_in(client, world, OFFICER) == "/"


def test_who_is_signed_in_and_comes_from_their_mail_goes_on_without_signing_in_again(
    client: FlaskClient, world: World
) -> None:
    """A browser hands over no strict cookie when another site leads to us, so the first page is refused."""
    sign_in(client, world, OFFICER)
    client.set_cookie("wanted-80", "/agreements")
    assert client.get("/sign-in").headers["Location"] == "/agreements"
    assert client.get("/sign-in").status_code == 200, "who wants to sign in anew does"


def test_a_page_that_is_not_theirs_is_none_to_go_on_to(client: FlaskClient, world: World) -> None:
    client.get("/due")
    assert sign_in(client, world, OPERATOR) == "/"


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/due", "//evil.example/due", "/\\evil.example", "/sign-out", "/due/../../evil", "due",
        "/link/x", "/static/app.css", "/due?x=1", "", "/due\\n", "/nowhere",
    ],
)  # fmt: skip
def test_nothing_but_a_page_of_ours_is_gone_on_to(client: FlaskClient, world: World, path: str) -> None:
    client.set_cookie("wanted-80", path)
    assert sign_in(client, world, OFFICER) == "/"


def test_what_was_sent_without_a_session_is_not_remembered(client: FlaskClient) -> None:
    assert not [one for one in client.post("/due", data={}).headers.getlist("Set-Cookie") if "wanted" in one]


def letters() -> dict[str, tuple[reminders.Letter, frozenset[Role]]]:
    """Every letter that leads to a page, and the roles that get it."""
    news = [News("a@kent.example", "x", "7")]
    clock = [Reminder(task(0, NOON, owner=PersonId("s.lead")), Stage.SOON)]
    assert ClockCode("hold-tracing") == clock[0].task.clock
    ends = [News("a@kent.example", "x", reminders.ENDED)]
    return {
        "due": (reminders.letter("a@kent.example", clock, rulebook().clocks, LINK), access.SETTERS),
        "accounts": (reminders.accounts_end("a@kent.example", news, LINK), who(Can.SEE_ACCOUNTS)),
        "certificates": (reminders.certificates_end("a@kent.example", news, LINK), who(Can.OPERATE)),
        "reviews": (reminders.agreements_reviewed("a@kent.example", news, LINK), who(Can.KEEP)),
        "ends": (reminders.agreements_end("a@kent.example", ends, LINK), who(Can.KEEP)),
        "files": (reminders.files_wait("a@kent.example", news, LINK), who(Can.COLLECT)),
        "uncollected": (reminders.files_uncollected("a@kent.example", news, LINK), who(Can.SEND)),
    }


@pytest.mark.parametrize("name", letters())
def test_each_letter_leads_to_one_page_that_everybody_who_gets_it_may_open(world: World, name: str) -> None:
    letter, readers = letters()[name]
    (path,) = set(re.findall(r"https://gateway\.kent\.example(/\S+)", letter.text))
    endpoint, _ = door(world).url_map.bind("").match(path, "GET")
    assert readers <= access.PAGES[str(endpoint)], sorted(readers - access.PAGES[str(endpoint)])
    assert not re.search(r"council-|school-|\b[A-Z]\d{11}[0-9A-Z]\b", "".join(chain((letter.subject, letter.text))))
