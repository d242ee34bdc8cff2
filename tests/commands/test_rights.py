"""What somebody asks for about a child, at the officer's door: taken in, checked, answered, refused, complained about."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway import wiring
from gateway.commands import claims, gateway
from gateway.core import sample
from gateway.core.terms import LaEstab
from tests.commands.test_commands import run
from tests.commands.test_guarding import kent, refused

__all__ = ["kent"]
WHY = "Passport and birth certificate were seen."
UPN = "U886905626000"


def ask(folder: Path, *words: str, said: str = "") -> Result:
    return CliRunner().invoke(gateway, ["--dir", str(folder), *words], input=said, catch_exceptions=False)


@pytest.fixture(scope="module")
def office(kent: Path) -> Path:
    """The same Kent, with somebody who decides, and a notice that went to Medway."""
    assert run("--dir", kent, "users", "add", "g.lowe", "--role", "governance", "--of", "council-886").exit_code == 0
    at = wiring.now().replace(tzinfo=None, microsecond=0)
    made = sample.notice(7, LaEstab("886LLLL"), LaEstab("887LLLL"), at, 7)
    path = kent / made.name
    path.write_bytes(made.content)
    assert UPN.encode() in made.content
    assert "release to Medway" in run("--dir", kent, "send", path, "--by", "a.shah").output
    return kent


def opened(folder: Path, *words: str, said: str = f"{UPN}\nHaddadin, Shirin\n") -> str:
    told = ask(folder, "rights", "open", *words, "--by", "a.shah", said=said)
    assert told.exit_code == 0, told.output
    found = re.search(r"q-[a-z2-7]{26}", told.output)
    assert found is not None
    return found[0]


def step(folder: Path, request: str, what: str, by: str = "a.shah") -> str:
    told = ask(folder, "rights", "step", request, what, "--by", by, "--reason", WHY)
    assert told.exit_code == 0, told.output
    return told.output


def test_a_parent_is_answered_once_identity_and_responsibility_are_there(office: Path) -> None:
    request = opened(office, "access", "--asker", "parent")
    page = office / "answer.json"
    assert "parental responsibility" in refused(office, "rights", "report", request, str(page), "--by", "a.shah")
    assert "being worked on, due" in step(office, request, "identity-shown")
    assert "paused" in step(office, request, "responsibility-asked")
    step(office, request, "responsibility-shown")
    made = ask(office, "rights", "report", request, str(page), "--by", "a.shah")
    assert "1 documents, 1 disclosures" in made.output
    assert [one["to"] for one in json.loads(page.read_text())["told"]] == ["Medway"]
    decided = ask(office, "rights", "decide", request, "granted", "--by", "a.shah", "--reason", WHY)
    assert decided.exit_code == 1, "an officer records"
    decided = ask(office, "rights", "decide", request, "granted", "--by", "g.lowe", "--reason", WHY)
    assert "answered" in decided.output
    shown = ask(office, "rights", "show", request, "--by", "g.lowe").output
    assert WHY in shown and "identity-shown" in shown


def test_a_correction_is_told_to_the_past_recipients_when_it_is_granted(office: Path) -> None:
    request = opened(
        office, "rectification", "--asker", "child", "--item", "LastAddress/PostCode",
        said=f"{UPN}\nHaddadin, Dariush\nZZ99 3CC\n\n",
    )  # fmt: skip
    step(office, request, "identity-shown")
    assert "Judged whether the child can decide" in refused(
        office, "rights", "decide", request, "granted", "--by", "g.lowe", "--reason", WHY
    )
    step(office, request, "competence-judged")
    told = ask(office, "rights", "decide", request, "granted", "--by", "g.lowe", "--reason", WHY)
    assert "1 disclosures that recipients have to put right" in told.output
    shown = ask(office, "rights", "show", request, "--by", "g.lowe").output
    assert "Medway" in shown and "not yet" in shown and "ZZ99" not in shown
    about = re.search(r"d-[a-z2-7]{26}", shown)
    assert about is not None
    told = ask(office, "rights", "answered", request, about[0], "impossible", "--by", "a.shah", "--reason", WHY)
    assert told.exit_code == 0, told.output
    assert "impossible" in ask(office, "rights", "show", request, "--by", "g.lowe").output
    listed = ask(office, "rights", "list", "--by", "g.lowe").output
    assert request in listed and "answered" in listed


def test_a_refusal_names_the_way_to_complain_and_a_complaint_is_acknowledged(office: Path) -> None:
    request = opened(office, "erasure", "--asker", "child")
    step(office, request, "identity-shown")
    step(office, request, "competence-judged")
    assert "no such right" in refused(office, "rights", "decide", request, "granted", "--by", "g.lowe", "--reason", WHY)
    told = ask(office, "rights", "decide", request, "refused", "--by", "g.lowe", "--reason", WHY)
    assert "Information Commissioner" in told.output
    told = ask(
        office, "complaints", "open", "--asker", "child", "--by", "a.shah", said=f"{UPN}\nHaddadin\nNobody answers\n"
    )
    complaint = re.search(r"q-[a-z2-7]{26}", told.output)
    assert complaint is not None and "ico.org.uk" in told.output
    assert complaint[0] in ask(office, "complaints", "list", "--by", "g.lowe").output
    assert complaint[0] not in ask(office, "rights", "list", "--by", "g.lowe").output
    step(office, complaint[0], "acknowledged")


def test_immigration_is_refused_as_an_exemption(office: Path) -> None:
    request = opened(office, "access", "--asker", "child")
    step(office, request, "identity-shown")
    told = ask(
        office, "rights", "report", request, str(office / "a.txt"), "--leave-out", "Address=X4", "--by", "a.shah"
    )
    assert told.exit_code == 2 and "X3S" in told.output + told.stderr
    assert not (office / "a.txt").exists()


def test_nothing_is_done_in_the_name_of_an_account_that_is_stopped(office: Path) -> None:
    assert run("--dir", office, "users", "add", "l.eaver", "--role", "governance", "--of", "council-886").exit_code == 0
    assert run("--dir", office, "users", "stop", "l.eaver").exit_code == 0
    assert "(account-stopped)" in refused(office, "rights", "list", "--by", "l.eaver")
    assert run("--dir", office, "users", "confirm", "l.eaver").exit_code == 0
    assert run("--dir", office, "rights", "list", "--by", "l.eaver").exit_code == 0


def test_what_is_late_is_said_to_be_overdue_and_what_is_paused_has_no_day() -> None:
    due = datetime(2026, 11, 5, 23, 59, tzinfo=UTC)
    shown = [claims.due_by(due, due + timedelta(minutes=late)) for late in (-1, 1)]
    assert shown == ["2026-11-05", "[bold red]overdue:[/] 2026-11-05"]
    assert claims.due_by(None, due) == ""


def test_which_one_is_meant_is_asked_and_put_on_record(office: Path) -> None:
    said = f"{UPN}\nHaddadin, Shirin\nZZ99 3CC\n\n"
    request = opened(office, "rectification", "--asker", "parent", "--item", "LastAddress/PostCode", said=said)
    which = ("rights", "which", request, "--by", "a.shah", "--reason", WHY)
    assert "numbers from 1 to 2" in ask(office, *which, said="3\n").output
    answered = ask(office, *which, said="1\n")
    assert answered.exit_code == 0 and "1  last address: post code: " in answered.output
    assert "meaning-said" in ask(office, "rights", "show", request, "--by", "a.shah").output
    access = opened(office, "access", "--asker", "parent")
    assert "cannot take that step" in refused(office, "rights", "which", access, "--by", "a.shah", "--reason", WHY)
