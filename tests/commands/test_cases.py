"""A case at the operator's door: it opens by itself, is worked on, and closes on its evidence."""

import re
from pathlib import Path

import pytest

from gateway import wiring
from gateway.commands import stage
from gateway.core import partners, sample
from gateway.core.sample import Wish
from gateway.core.terms import Kind, LaEstab
from tests.commands.test_commands import run
from tests.simulator import KENT, LARKMERE, NUMBERS


@pytest.fixture(scope="module")
def kent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kent with its school and three people."""
    town = tmp_path_factory.mktemp("town")
    folder = town / "kent"
    assert run("--dir", folder, "init", KENT, "--address", "localhost", "--accept-as4").exit_code == 0
    school = stage.school_record(LARKMERE, KENT, wiring.now().date())
    (town / "all.toml").write_text(partners.to_toml((school,)))
    assert run("--dir", folder, "partners", "import", town / "all.toml").exit_code == 0
    for person, role in (("a.shah", "officer"), ("b.cole", "officer"), ("m.head", "manager")):
        assert run("--dir", folder, "users", "add", person, "--role", role, "--of", KENT).exit_code == 0
    return folder


def left(folder: Path, seed: int, ground: str) -> None:
    at = wiring.now().replace(tzinfo=None, microsecond=0)
    own = LaEstab("886LLLL")
    made = sample.ctf(
        Wish(source=NUMBERS[LARKMERE], dest=own, kind=Kind.CML, at=at, leaving=at.date(), ground=ground, seed=seed)
    )
    (folder / made.name).write_bytes(made.content)
    told = run("--dir", folder, "send", folder / made.name, "--by", "a.shah")
    assert told.exit_code == 0, told.output


def case_in(told: str) -> str:
    found = re.search(r"c-[a-z2-7]{26}", told)
    assert found is not None, told
    return found[0]


def test_a_case_opens_is_worked_on_and_closes_on_its_evidence(kent: Path) -> None:
    def do(*words: str, status: int = 0) -> str:
        told = run("--dir", kent, *words)
        assert told.exit_code == status, told.output
        return told.output

    left(kent, 1, "F")
    listed = do("cases", "list", "--by", "a.shah")
    case = case_in(listed)
    assert "ground-f" in listed and "an officer" in listed
    do("cases", "assign", case, "b.cole", "--by", "a.shah")
    assert case in do("cases", "list", "--mine", "--by", "b.cole")
    assert "Nothing." in do("cases", "list", "--mine", "--by", "a.shah")
    do("cases", "note", case, "The flat is empty.", "--fact", "--by", "b.cole")
    assert "--fact or --opinion" in do("cases", "note", case, "Perhaps.", "--by", "b.cole", status=2)
    do("cases", "step", case, "council", "home-visit", "no-answer", "--by", "b.cole")
    sent = do("cases", "joint-log", case, LARKMERE, "--by", "b.cole")
    assert sent.startswith("refuse to Larkmere") and "agreement" in sent, "nobody agreed to it"
    do(
        "cases",
        "learnt",
        case,
        "phone",
        "--with",
        "Ms Ito",
        "--check",
        "rang back",
        "--text",
        "Gone.",
        "--by",
        "b.cole",
    )
    late = ("--with", "Ms Ito", "--check", "letterhead", "--text", "Moved.", "--by", "b.cole", "--at")
    do("cases", "learnt", case, "letter", *late, "2026-01-05T09:30")
    assert "lies in the past" in do("cases", "learnt", case, "letter", *late, "2099-01-05", status=1)
    spoken = ("--purpose", "P06", "--with", "x", "--check", "y", "--text", "z", "--by", "b.cole")
    assert "It may not be told." in do("cases", "told", case, LARKMERE, "letter", *spoken, status=1)
    shown = do("cases", "show", case, "--by", "b.cole")
    assert re.search(r"^2026-01-05T09:30:00.000Z +20\d\d-\d\d-\d\dT", shown, re.MULTILINE), "told, and entered"
    assert "The flat is empty." in shown and "Ms Ito" in shown and "joint enquiries" in shown and "UPN" in shown
    assert "Given to b.cole" in shown and "Looked at" in shown and "released" in shown, shown
    refused = do("cases", "close", case, "enquiries-exhausted", "--reason", "No trace.", "--by", "b.cole", status=1)
    assert "(exhausted)" in refused
    wanted = do("cases", "close", case, "enrolled-and-started", "--school", "8864321", "--by", "b.cole", status=1)
    assert "(evidence-wanted)" in wanted
    do("cases", "close", case, "enquiries-exhausted", "--reason", "No trace anywhere.", "--by", "m.head")
    assert "Nothing." in do("cases", "list", "--by", "a.shah")
    do("cases", "reopen", case, "--reason", "A neighbour has seen the child.", "--by", "m.head")
    assert case in do("cases", "list", "--by", "a.shah")
    word = ("phone", "--with", "x", "--check", "y", "--text", "z", "--by", "b.cole")
    assert "(no-recipient)" in do("cases", "told", case, KENT, *word, status=1)
    assert "Nothing." in do("watches", "list", "--by", "a.shah")
    assert "Nothing." in do("blocked", "--by", "a.shah")


def test_an_officer_opens_a_case_about_a_child_of_whom_no_file_told(kent: Path) -> None:
    named = ("--surname", "Quill", "--forename", "Ines", "--born", "2015-03-04")
    why = ("--reason", "A neighbour rang: a child is at home all day.", "--by", "b.cole")
    told = run("--dir", kent, "cases", "open", *named, *why)
    assert told.exit_code == 0 and "is open." in told.output, told.output
    listed = run("--dir", kent, "cases", "list", "--mine", "--by", "b.cole").output
    assert case_in(told.output) in listed and "by-hand" in listed
    unsuitable = run("--dir", kent, "cases", "open", *named, "--because", "unsuitable-home-education", *why)
    assert unsuitable.exit_code == 1 and "(evidence-wanted)" in unsuitable.output
    assert "That is no UPN" in run("--dir", kent, "cases", "open", "--upn", "X1", *why).output
