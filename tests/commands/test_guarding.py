"""A child whom somebody must not find, at the operator's door: flagged, held, looked at by two, sent, and asked about."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway import wiring
from gateway.commands import gateway, stage
from gateway.core import agreements, partners, sample
from gateway.core.delivery import State
from gateway.core.partners import Phone, Post, Safeguarding
from gateway.core.records import Record
from gateway.core.terms import LaEstab
from gateway.flows import holds
from tests.commands.test_commands import confirmed_by_two, run
from tests.simulator import KENT, LARKMERE, MEDWAY

WHY = "The duty desk spoke with the family's social worker."


@pytest.fixture(scope="module")
def kent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kent with its school, the next council, an agreement between them and three people."""
    town = tmp_path_factory.mktemp("town")
    folder, other = town / "kent", town / "medway"
    assert run("--dir", folder, "init", KENT, "--address", "localhost", "--accept-as4").exit_code == 0
    assert run("--dir", other, "init", MEDWAY, "--address", "localhost").exit_code == 0
    today = wiring.now().date()
    neighbour = wiring.assemble(other).store.register().directory.get(MEDWAY)
    (town / "all.toml").write_text(partners.to_toml((neighbour, stage.school_record(LARKMERE, KENT, today))))
    assert run("--dir", folder, "partners", "import", town / "all.toml").exit_code == 0
    confirmed_by_two(folder, KENT, MEDWAY)
    (town / "terms.toml").write_text(agreements.to_toml(stage.agreement(today)))
    assert run("--dir", folder, "agreements", "adopt", town / "terms.toml").exit_code == 0
    installed = wiring.assemble(folder)
    desk = Safeguarding(Post.SAFEGUARDING_DUTY_DESK, "Duty desk", Phone("01632960101"))
    own = replace(installed.store.register().directory.get(KENT), safeguarding=desk)
    installed.store.enlist([own], Record(()))
    for person, role in (("s.lead", "safeguarding"), ("t.lead", "safeguarding"), ("a.shah", "officer")):
        assert run("--dir", folder, "users", "add", person, "--role", role, "--of", KENT).exit_code == 0
    return folder


def notice(folder: Path, seed: int, *more: str) -> str:
    at = wiring.now().replace(tzinfo=None, microsecond=0)
    made = sample.notice(seed, LaEstab("886LLLL"), LaEstab("887LLLL"), at, seed)
    path = folder / made.name
    path.write_bytes(made.content)
    return run("--dir", folder, "send", path, "--by", "a.shah", *more).output


def disclosure(told: str) -> str:
    found = re.search(r"d-[a-z2-7]{26}", told)
    assert found is not None, told
    return found[0]


def test_a_protected_child_waits_for_two_named_people_and_then_goes(kent: Path) -> None:
    told = notice(kent, 1, "--protect", "1=address-confidential")
    assert "hold to Medway" in told
    assert "two people" in told
    held = disclosure(told)
    assert held in run("--dir", kent, "holds", "list", "--by", "s.lead").output
    shown = run("--dir", kent, "holds", "show", held, "--by", "s.lead").output
    assert "would go: " in shown
    assert "address-confidential" in shown
    assert "You may not do this." in refused(kent, "holds", "release", held, "--by", "a.shah", "--reason", WHY)
    first = run("--dir", kent, "holds", "release", held, "--by", "s.lead", "--reason", WHY)
    assert "another signature" in first.output
    assert "takes two people" in refused(kent, "holds", "release", held, "--by", "s.lead", "--reason", WHY)
    second = run("--dir", kent, "holds", "release", held, "--by", "t.lead", "--reason", WHY)
    assert "release: it goes." in second.output
    assert "Somebody settled this before." in refused(kent, "holds", "refuse", held, "--by", "t.lead", "--reason", WHY)
    assert run("--dir", kent, "tasks", "list").output.strip() == "Nothing."


def test_a_bundle_about_a_protected_child_says_your_council_until_two_people_sign_for_more(kent: Path) -> None:
    told = notice(kent, 6, "--protect", "1=protected-person")
    about, proof = disclosure(told), kent / "covered.zip"
    for person in ("s.lead", "t.lead"):
        assert run("--dir", kent, "holds", "release", about, "--by", person, "--reason", WHY).exit_code == 0
    made = run("--dir", kent, "log", "bundle", about, "--out", proof)
    assert made.exit_code == 0 and "It says 'your council'" in made.output
    key = made.output.split("with the key\n")[1].split()[0]
    checked = run("log", "verify", "--bundle", proof, "--key", key)
    assert checked.exit_code == 0 and f"{about}: it went to your council" in checked.output
    assert "edway" not in made.output + checked.output and "council-887" not in made.output + checked.output
    upn = next(kent.glob("*006*.xml")).read_bytes().split(b"<UPN>")[1].split(b"<")[0].decode()
    asking = ["--dir", str(kent), "rights", "open", "access", "--asker", "parent", "--by", "a.shah"]
    asked = CliRunner().invoke(gateway, asking, input=f"{upn}\nInvented, Person\n")
    request = re.search(r"q-[a-z2-7]{26}", asked.output)
    assert request is not None, asked.output
    under = ("log", "bundle", about, "--request", request[0], "--by", "a.shah", "--out", proof)
    for person in ("s.lead", "t.lead"):
        assert "It says 'your council'" in run("--dir", kent, *under).output
        signed = ("rights", "step", request[0], "release-signed", "--by", person, "--reason", WHY)
        assert run("--dir", kent, *signed).exit_code == 0
    whole = run("--dir", kent, *under)
    assert "It says" not in whole.output and "lines; check it" in whole.output
    assert "DisclosureReleased" in run("log", "verify", "--bundle", proof, "--key", key).output


@pytest.mark.parametrize("words", [("--request", "q-x"), (), ("d-x", "--by", "s.lead"), ("d-x", "--request", "q-x")])
def test_a_bundle_is_of_one_disclosure_or_of_a_filter_and_somebody_asks(kent: Path, words: tuple[str, ...]) -> None:
    assert run("--dir", kent, "log", "bundle", *words, "--out", kent / "none.zip").exit_code == 2


def test_a_flag_is_listed_without_a_name_and_lifted_by_two(kent: Path) -> None:
    notice(kent, 2, "--protect", "1=s47-live")
    listed = run("--dir", kent, "flags", "list", "--by", "s.lead").output
    flag = next(line.split()[0] for line in listed.splitlines() if "s47-live" in line)
    assert "a.shah" in listed
    assert "only to your organisation's named" in refused(kent, "flags", "list", "--by", "a.shah")
    assert "settled" in refused(kent, "flags", "lift", flag, "--by", "t.lead", "--reason", WHY)
    assert "Proposed." in run("--dir", kent, "flags", "propose-lift", flag, "--by", "s.lead", "--reason", WHY).output
    assert "takes two people" in refused(kent, "flags", "lift", flag, "--by", "s.lead", "--reason", WHY)
    assert "lifted" in run("--dir", kent, "flags", "lift", flag, "--by", "t.lead", "--reason", WHY).output
    assert flag not in run("--dir", kent, "flags", "list", "--by", "s.lead").output


def test_a_flag_set_on_a_queued_parcel_stops_it_at_the_next_look(kent: Path) -> None:
    sent = notice(kent, 3)
    assert "release to Medway" in sent
    installed = wiring.assemble(kent)
    waiting = installed.store.parcels_in([State.WAITING], 10)
    parcel = next(one.parcel.id for one in waiting if one.parcel.disclosure == disclosure(sent))
    told = run("--dir", kent, "flags", "set", parcel, "1", "protected-person", "--by", "s.lead", "--reason", WHY)
    assert "The flag stands." in told.output
    assert parcel in run("--dir", kent, "work", "--once").output
    held = run("--dir", kent, "holds", "list", "--by", "s.lead").output
    assert disclosure(sent) in held
    assert "police" in refused(kent, "holds", "break-glass", disclosure(sent), "--by", "s.lead", "--reason", WHY)
    assert (
        "Refused." in run("--dir", kent, "holds", "refuse", disclosure(sent), "--by", "s.lead", "--reason", WHY).output
    )


def test_what_would_be_decided_is_told_in_ten_checks_and_nothing_is_written(kent: Path) -> None:
    at = wiring.now().replace(tzinfo=None, microsecond=0)
    made = sample.notice(9, LaEstab("886LLLL"), LaEstab("887LLLL"), at, 9)
    path = kent / made.name
    path.write_bytes(made.content)
    before = wiring.assemble(kent).store.edge().size
    told = run("--dir", kent, "decide", path, "--to", MEDWAY, "--purpose", "P06", "--explain")
    assert told.exit_code == 0, told.output
    assert [int(number) for number in re.findall(r"^ +(\d+)\. ", told.output, re.MULTILINE)] == list(range(1, 11))
    assert "Release: it may go." in told.output
    assert "Agreement: kent-medway-cme.v1." in told.output
    other = run("--dir", kent, "decide", path, "--to", MEDWAY, "--purpose", "P09", "--explain")
    assert other.exit_code == 1
    assert "stops" in other.output
    assert wiring.assemble(kent).store.edge().size == before


def refused(folder: Path, *words: str) -> str:
    told = run("--dir", folder, *words)
    assert told.exit_code == 1, told.output
    return told.output + (told.stderr if told.stderr_bytes else "")


def test_overdue_tasks_go_to_the_deputies_once(kent: Path) -> None:
    notice(kent, 4, "--protect", "1=address-confidential")
    installed = wiring.assemble(kent)
    later = wiring.now() + timedelta(days=9)
    assert holds.escalate(installed.store, later)
    assert holds.escalate(installed.store, later) == []
    assert "with the deputies" in run("--dir", kent, "tasks", "list").output
