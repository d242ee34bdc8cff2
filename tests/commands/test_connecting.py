"""Connecting a partner's system at the operator's door: what is said, and what it takes to go live."""

import re
import zipfile
from pathlib import Path

import pytest

from gateway import wiring
from gateway.core import partners
from gateway.core.facts import parse_line
from gateway.core.partners import Channel
from tests.commands.test_commands import confirmed_by_two, run
from tests.simulator import KENT, MEDWAY


@pytest.fixture(scope="module")
def kent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kent, which knows Medway's gateway; nobody answers at its address."""
    folder = tmp_path_factory.mktemp("town") / "kent"
    other = folder.parent / "medway"
    (port,) = wiring.free_ports(1)
    assert run("--dir", folder, "init", KENT, "--address", "localhost").exit_code == 0
    run("--dir", other, "init", MEDWAY, "--address", "localhost", "--machines-port", str(port))
    record = folder.parent / "medway.toml"
    record.write_text(run("--dir", other, "partners", "export").output)
    run("--dir", folder, "partners", "import", record, "--private")
    confirmed_by_two(folder, KENT, MEDWAY)
    return folder


def facts(folder: Path) -> list[str]:
    installed = wiring.assemble(folder)
    found = [str(parse_line(line)["fact"]) for line in installed.store.lines(0, installed.store.edge().size)]
    installed.store.engine.dispose()
    return found


def test_from_the_kit_to_live(kent: Path, tmp_path: Path) -> None:
    told = run("--dir", kent, "partners", "kit", MEDWAY, "--out", tmp_path / "kit.zip")
    assert "the page to begin with is README.md" in told.output
    with zipfile.ZipFile(tmp_path / "kit.zip") as archive:
        assert archive.testzip() is None
    begun = run("--dir", kent, "partners", "onboard", MEDWAY, "--by", "c.first")
    assert f"{MEDWAY} is being connected" in begun.output
    assert "only specimens marked test" in run("--dir", kent, "partners", "show", MEDWAY).output
    went = run("--dir", kent, "partners", "rehearse", MEDWAY)
    assert went.exit_code == 0
    assert went.output.count(": unreachable") == 3
    assert re.search(r"0 of \d+ kinds passed both ways\. Left: absence,", went.output)
    first = run("--dir", kent, "partners", "live", MEDWAY, "--by", "c.first")
    assert "You are the first of two" in first.output
    assert "one of two people says that it may go live" in run("--dir", kent, "partners", "show", MEDWAY).output
    again = run("--dir", kent, "partners", "live", MEDWAY, "--by", "c.first")
    assert (again.exit_code, "(same-person)" in again.output) == (1, True)
    second = run("--dir", kent, "partners", "live", MEDWAY, "--by", "c.second")
    assert f"{MEDWAY} is live" in second.output
    refused = run("--dir", kent, "partners", "rehearse", MEDWAY)
    assert (refused.exit_code, "(specimen)" in refused.output) == (1, True)
    assert facts(kent).count("SpecimenSent") == facts(kent).count("SpecimenFailed") == 3
    assert facts(kent).count("OnboardingMoved") == 3


def test_a_queue_is_paused_and_let_go_on_and_status_and_the_doctor_say_so(kent: Path) -> None:
    why = ("--reason", "They move house.")
    told = run("--dir", kent, "partners", "pause", MEDWAY, "--by", "c.first", *why)
    assert f"Nothing goes to {MEDWAY} until you say" in told.output
    assert run("--dir", kent, "partners", "pause", MEDWAY, "--by", "c.first", *why).exit_code == 1
    for words in (("status",), ("doctor", "--offline")):
        assert "has paused its queue" in " ".join(run("--dir", kent, *words).output.split()), words
    assert "They move house." in run("--dir", kent, "partners", "show", MEDWAY).output
    (handed,) = partners.from_toml(run("--dir", kent, "partners", "export", MEDWAY).output)
    assert handed.paused is None
    assert run("--dir", kent, "partners", "resume", MEDWAY, "--by", "c.first").exit_code == 0
    assert "paused" not in run("--dir", kent, "status").output


def test_it_is_for_a_partner_with_a_gateway_and_never_for_a_home(kent: Path) -> None:
    assert run("--dir", kent, "partners", "kit", KENT).exit_code == 2
    assert run("--dir", kent, "partners", "kit", "nobody").exit_code == 1
    assert run("--dir", kent, "partners", "onboard", f"{KENT}-cme", "--by", "c.first").exit_code == 1
    assert run("--dir", kent, "partners", "onboard", MEDWAY, "--by", "nobody").exit_code == 1


def test_what_we_hand_out_says_nothing_of_whom_we_are_connecting(kent: Path) -> None:
    run("--dir", kent, "partners", "onboard", MEDWAY, "--by", "c.first")
    (handed,) = partners.from_toml(run("--dir", kent, "partners", "export", MEDWAY).output)
    assert not handed.onboarding
    assert handed.channel is Channel.AS4
