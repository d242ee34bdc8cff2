"""Every request has a number, which the answer, the page and the log agree on; and nobody's words get into the log."""

import io
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask, render_template_string

from gateway import wiring
from gateway.core.errors import HELP, Code
from gateway.edge import journal
from gateway.web import machines, numbered, pages
from gateway.web.numbered import Answered
from tests import serving
from tests.simulator import World
from tests.web.office import means

OURS = re.compile(r"[0-9a-f]{4}(-[0-9a-f]{4}){3}")
WHO = "Quillfeather"


@dataclass
class Told:
    answers: list[Answered] = field(default_factory=list)
    faults: list[tuple[str, str, str]] = field(default_factory=list)

    def fault(self, door: str, error: BaseException) -> None:
        self.faults.append((door, type(error).__name__, numbered.current()))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def app(told: Told) -> Flask:
    made = Flask("numbered")
    made.config["PROPAGATE_EXCEPTIONS"] = True

    @made.get("/of/<pupil>")
    def of(pupil: str) -> str:
        numbered.about(upload="u-1")
        return render_template_string("{{ request_number }}")

    @made.get("/broken")
    def broken() -> str:
        raise ValueError(f"no such pupil: {WHO}")

    draws = iter(range(256))
    return numbered.number(made, "pages", lambda size: bytes([next(draws)] * size), told.answers.append, told.fault)


def test_number_is_in_the_answer_on_the_page_and_in_what_is_told(app: Flask, told: Told) -> None:
    one, two = (app.test_client().get(f"/of/{WHO}", buffered=True) for _ in range(2))
    assert one.headers["X-Request-ID"] == one.text == told.answers[0].number == "0000-0000-0000-0000"
    assert two.headers["X-Request-ID"] == two.text == told.answers[1].number == "0101-0101-0101-0101"
    assert (told.answers[0].route, told.answers[0].status, told.answers[0].about) == ("of", 200, {"upload": "u-1"})
    assert told.answers[0].milliseconds >= 0


@pytest.mark.parametrize("given", ["0123456789abcdef0123456789abcdef", "123e4567-e89b-12d3-a456-426614174000"])
def test_number_of_a_proxy_is_taken_over(app: Flask, given: str) -> None:
    assert app.test_client().get("/of/x", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize(
    "given",
    [
        "A123456789012",
        WHO,
        "2011-05-06",
        "07700900123",
        "0123456789ABCDEF0123456789ABCDEF",
        "0" * 33,
        "a" * 32 + "\n",
        "",
    ],
)
def test_number_that_could_be_anybodys_is_not(app: Flask, given: str) -> None:
    answer = app.test_client().get("/of/x", environ_overrides={"HTTP_X_REQUEST_ID": given})
    assert OURS.fullmatch(answer.headers["X-Request-ID"])


def test_what_nobody_expected_is_answered_with_the_number_and_told_once(app: Flask, told: Told) -> None:
    answer = app.test_client().get("/broken", buffered=True)
    number = answer.headers["X-Request-ID"]
    assert answer.status_code == 500
    assert f"quote this number: {number}\n" in answer.text
    assert WHO not in answer.text
    assert told.faults == [("pages", "ValueError", number)]
    assert [(one.route, one.status) for one in told.answers] == [("broken", 500)]


def test_address_that_is_none_is_told_without_it(app: Flask, told: Told) -> None:
    app.test_client().get(f"/{WHO}", buffered=True)
    assert [(one.route, one.status) for one in told.answers] == [("none", 404)]


def test_page_and_answer_that_refuse_show_the_number(world: World, told: Told) -> None:
    gateway, store = world.kent.gateway, world.kent.store
    made = pages.create(gateway, store, told.fault, "secret", means(world.kent))
    people = numbered.number(made, "pages", gateway.draw, told.answers.append, told.fault)
    page = people.test_client().get("/")
    assert (page.status_code, HELP[Code.NOT_SIGNED_IN].sentence.rstrip(".") in page.text) == (403, True)
    assert page.headers["X-Request-ID"] in page.text
    door = numbered.number(
        machines.create(gateway, told.fault), "machines", gateway.draw, told.answers.append, told.fault
    )
    answer = door.test_client().get("/sent")
    assert json.loads(answer.data)["request"] == answer.headers["X-Request-ID"]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    with serving.written() as stream:
        yield stream


def test_fault_is_written_by_kind_and_place_with_the_number(told: Told, written: io.StringIO) -> None:
    app = Flask("broken")
    app.config["PROPAGATE_EXCEPTIONS"] = True

    @app.get("/broken")
    def broken() -> str:
        raise ValueError(WHO)

    numbered.number(app, "pages", lambda size: b"\7" * size, told.answers.append, wiring.told)
    number = app.test_client().get("/broken", buffered=True).headers["X-Request-ID"]
    (line,) = written.getvalue().splitlines()
    made = json.loads(line)
    assert made.pop("request") == number
    assert (made["level"], made["event"], made["in"], made["reason"]) == ("error", "fault", "pages", "ValueError")
    assert made["where"].startswith("test_numbered.py:")
    assert set(made) == {"time", "level", "event", "in", "reason", "where", "process"}
    assert WHO not in line


def test_what_a_library_says_is_told_by_its_name_and_place_alone(written: io.StringIO) -> None:
    try:
        raise KeyError(WHO)  # noqa: TRY301
    except KeyError:
        logging.getLogger("library.deep").exception("no such pupil: %s", WHO)
    (line,) = written.getvalue().splitlines()
    made = json.loads(line)
    assert (made["event"], made["name"], made["kind"]) == ("library", "library.deep", "KeyError")
    assert WHO not in line


def test_text_for_a_terminal_says_the_same() -> None:
    record = logging.LogRecord("gateway", logging.INFO, "x.py", 1, "answered", (), None)
    record.told = {"door": "pages", "status": 200}
    line = journal.Text(lambda: {"request": "4f2a"}).format(record)
    assert re.fullmatch(r"\S+T\S+ info answered request=4f2a door=pages status=200", line)
