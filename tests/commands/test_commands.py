"""The operator's door: every command of the README runs, says what it did, and ends with the right status."""

import importlib
import json
import pkgutil
import re
import shutil
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from gateway import commands, wiring
from gateway.commands import gateway, stage
from gateway.commands.root import PLACES
from gateway.core import agreements, partners
from gateway.core.as4 import Profile, certificates
from gateway.core.delivery import State
from gateway.core.records import Record
from gateway.core.terms import PartnerId
from gateway.flows import dispatch
from tests.simulator import KENT, LARKMERE, MEDWAY

ROOT = Path(__file__).parents[2]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(gateway, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture(scope="module")
def kent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kent's installation, made by the README's own commands."""
    folder = tmp_path_factory.mktemp("town") / "kent"
    assert run("--dir", folder, "init", KENT, "--address", "localhost", "--accept-as4").exit_code == 0
    return folder


@pytest.fixture(scope="module")
def medway(tmp_path_factory: pytest.TempPathFactory, kent: Path) -> Path:
    folder = tmp_path_factory.mktemp("town") / "medway"
    run("--dir", folder, "init", MEDWAY, "--address", "localhost", "--machines-port", "9443")
    for ours, theirs in ((kent, folder), (folder, kent)):
        record = folder / "record.toml"
        record.write_text(run("--dir", theirs, "partners", "export").output)
        told = run("--dir", ours, "partners", "import", record, "--private").output
        assert "nobody has confirmed it yet" in told and "They read out to you" in told
        confirmed_by_two(ours, *((KENT, MEDWAY) if ours == kent else (MEDWAY, KENT)))
    made = folder / "agreement.toml"
    made.write_text(agreements.to_toml(stage.agreement(wiring.now().date())))
    for one in (kent, folder):
        assert "is in the register" in run("--dir", one, "agreements", "adopt", made).output
    return folder


for _room in pkgutil.iter_modules(commands.__path__):
    importlib.import_module(f"gateway.commands.{_room.name}")


def walk(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    found = [(path, command)]
    if isinstance(command, click.Group):
        for name, inside in command.commands.items():
            found += walk(inside, (*path, name))
    return found


@pytest.mark.parametrize(
    ("path", "command"), walk(gateway)[1:], ids=lambda one: " ".join(one) if isinstance(one, tuple) else ""
)
def test_every_command_says_what_it_does_and_shows_an_example(path: tuple[str, ...], command: click.Command) -> None:
    shown = run(*path, "--help")
    assert shown.exit_code == 0
    assert command.help
    assert isinstance(command, click.Group) or "gateway " in (command.epilog or ""), path
    listed = {line.split()[0] for line in shown.output.partition("Commands:")[2].splitlines() if line.strip()}
    assert set(command.commands if isinstance(command, click.Group) else ()) <= listed, (
        "and a group names what is in it"
    )


LOADED_ALONE = """
import os, sys
import gateway.wiring
from gateway.commands.root import gateway as group
assert {one for one in sys.modules if one.startswith("gateway.commands.")} == {"gateway.commands.root"}
for name in sys.argv[1:]:
    child = os.fork()
    if not child:
        try:
            group.get_command(None, name).name
            os._exit(0)
        finally:
            os._exit(1)
    if os.waitpid(child, 0)[1]:
        print(name)
"""


def test_every_command_stands_in_the_room_that_is_loaded_for_it() -> None:
    assert set(PLACES) == set(gateway.commands)
    done = subprocess.run([sys.executable, "-c", LOADED_ALONE, *PLACES], check=True, capture_output=True, text=True)
    assert [f"{name} is not in {PLACES[name]}" for name in done.stdout.split()] == []


def test_a_gateway_starts_without_what_serving_does_not_need() -> None:
    look = "import sys, gateway.commands.running; print({*sys.modules} & {'xmlschema', 'alembic', 'gateway.commands.story'})"
    done = subprocess.run([sys.executable, "-c", look], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "set()"


def test_every_command_of_the_readme_exists_and_takes_these_words() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [
        line.split("#")[0].strip()
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
    ]
    said = [line for line in lines if line.startswith("gateway ")]
    assert len(said) > 12
    for line in said:
        words = [word for word in line.split()[1:] if word not in {">"}]
        command: click.Command = gateway
        while words and (words[0] == "--dir" or isinstance(command, click.Group)):
            if words[0] == "--dir":
                words = words[2:]
                continue
            assert isinstance(command, click.Group)
            command = command.commands[words.pop(0)]
        options = {name for one in command.params for name in one.opts}
        assert {word for word in words if word.startswith("--")} <= options, line


def confirmed_by_two(folder: Path, home: str, partner: str) -> None:
    """Two people of a council call another one, and what they import is in force."""
    for person in ("c.first", "c.second"):
        assert run("--dir", folder, "users", "add", person, "--role", "operator", "--of", home).exit_code == 0
        words = ("partners", "confirm", partner, "--by", person, "--number", "01632 960111")
        told = run("--dir", folder, *words)
        assert told.exit_code == 0, told.output
        again = run("--dir", folder, *words)
        assert (again.exit_code == 1 and "(same-person)" in again.output) or "(settled)" in again.output
    assert "Two people have confirmed it" in told.output


def readme_lines() -> list[list[str]]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    said = [line.split(" #")[0].split() for block in blocks for line in block.splitlines()]
    return [words for words in said if words[:1] == ["gateway"]]


def test_the_readmes_commands_run_as_they_stand(tmp_path: Path, medway: Path) -> None:
    """In an empty folder, in the README's order; only the address is this machine's and the neighbour is a test's."""
    machines, pages = wiring.free_ports(2)
    today = wiring.now().date()
    schools = tuple(
        replace(stage.school_record(school, council, today))
        for school, council in ((LARKMERE, KENT), (stage.TIDEWAY, MEDWAY))
    )
    neighbour = wiring.assemble(medway).store.register().directory.get(MEDWAY)
    (tmp_path / "medway.toml").write_text(partners.to_toml((neighbour, *schools)))
    (tmp_path / "kent-medway-cme.toml").write_text(agreements.to_toml(stage.agreement(today)))
    for name, invented in (("all.csv", "establishments.csv"), ("ONSPD.csv", "places.csv")):
        shutil.copy(ROOT / "partners" / "invented" / invented, tmp_path / name)
    serving: list[subprocess.Popen[bytes]] = []
    lines = [*readme_lines()]
    sample_first = sorted(lines, key=lambda words: words[1] != "sample")  # the school's office has its file already
    try:
        for words in sample_first:
            line = " ".join(words[1:]).replace("kent.example.org:8443", f"localhost:{machines}")
            line = line.replace(
                "--address kent.example.org",
                f"--address localhost --machines-port {machines} --pages-port {pages} --operator-port 0 --accept-as4",
            )
            if line.endswith("serve"):
                (tmp_path / "kent.crt.pem").write_text((tmp_path / "kent/keys/council-886/tls-1.crt.pem").read_text())
                serving.append(start_serving(tmp_path, line))
                continue
            if "proof.zip" in line:
                line = line.replace("KEY", prove_one(tmp_path))
            if "receipt.txt" in line:
                line = line.replace("KEY", receipt_of_one(tmp_path))
            if " restore " in line:
                lose_the_database(tmp_path, serving[0])
            told = run_in(tmp_path, line, until_let_in=" send " in line)
            assert told.returncode == 0, f"{line}\n{told.stdout}{told.stderr}"
    finally:
        for one in serving:
            one.terminate()
            one.wait(timeout=60)
            assert one.stdout is not None
            one.stdout.close()
    assert len(serving) == 1


def receipt_of_one(folder: Path) -> str:
    """Put the receipt of the school's file where the README says, and give the key that it is checked with."""
    installed = wiring.assemble(folder / "kent")
    (kept,) = installed.store.receipts(LARKMERE, 1)
    (folder / "receipt.txt").write_text(json.loads(kept.body)["receipt"])
    return installed.vault.vkey


def lose_the_database(folder: Path, serving: "subprocess.Popen[bytes]") -> None:
    serving.terminate()
    serving.wait(timeout=60)
    for left in (folder / "kent").glob("gateway.sqlite*"):
        left.unlink()


def run_in(folder: Path, line: str, *, until_let_in: bool) -> "subprocess.CompletedProcess[str]":
    words, _, target = line.partition(" > ")
    for _ in range(40 if until_let_in else 1):
        told = subprocess.run(
            [sys.executable, "-m", "gateway", *words.split()], cwd=folder, capture_output=True, text=True, check=False
        )
        if told.returncode == 0:
            break
        time.sleep(0.5)
    if target:
        (folder / target.strip()).write_text(told.stdout)
    return told


def start_serving(folder: Path, line: str) -> "subprocess.Popen[bytes]":
    made = subprocess.Popen([sys.executable, "-m", "gateway", *line.split()], cwd=folder, stdout=subprocess.PIPE)
    assert made.stdout is not None
    assert made.stdout.readline().startswith(b"serving")
    return made


def prove_one(folder: Path) -> str:
    """The bundle of the school's disclosure, and the key to check it with."""
    installed = wiring.assemble(folder / "kent")
    (sent,) = installed.store.parcels_in(list(State), 9)
    told = run("--dir", folder / "kent", "log", "bundle", sent.parcel.disclosure, "--out", folder / "proof.zip")
    assert told.exit_code == 0
    return installed.vault.vkey


# -- files, without any set-up ----------------------------------------------------------------------------------------


def sample(folder: Path, *options: str) -> Path:
    made = run("sample", "--out", folder, *options)
    assert made.exit_code == 0, made.output
    return Path(made.output.strip())


@pytest.mark.parametrize(
    ("options", "outcome", "status"),
    [
        ((), "clean", 0),
        (("--mis", "arbor"), "queries", 0),
        (("--fault", "upn-check-letter"), "errors", 1),
    ],
)
def test_check_says_what_is_wrong_and_its_status_is_the_worst(
    tmp_path: Path, options: tuple[str, ...], outcome: str, status: int
) -> None:
    path = sample(tmp_path, "--pupils", "2", *options)
    told = run("check", "--format", "json", path)
    report = json.loads(told.output)
    assert (report["outcome"], told.exit_code) == (outcome, status)
    told_of_the_file = {"file", "kind", "version", "outcome", "pupils", "counted", "findings"}
    assert set(report) == told_of_the_file | {"destinations", "directory"}
    assert (report["kind"], report["version"], report["pupils"]) == ("ctf", "26.0", 2)
    for finding in report["findings"]:
        assert set(finding) == {"code", "severity", "line", "path", "pupil", "message", "fix"}
    assert path.name in run("check", path).output


def test_check_refuses_what_is_unsafe_with_three_and_takes_the_highest_over_all(tmp_path: Path) -> None:
    good = sample(tmp_path, "--seed", "3")
    bad = tmp_path / "8864321_CTF_8871234_009.xml"
    bad.write_bytes(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><CTfile>&e;</CTfile>')
    told = run("check", "--format", "json", good, bad)
    first, second = map(json.loads, told.output.splitlines())
    assert told.exit_code == 3
    assert (first["outcome"], second["outcome"]) == ("clean", "refused")
    assert second["findings"][0]["code"] == "unsafe-xml"
    assert "root:" not in told.output


def test_check_looks_into_a_zip_file_by_file(tmp_path: Path) -> None:
    paths = [sample(tmp_path / str(seed), "--seed", str(seed)) for seed in (1, 2)]
    packed = tmp_path / "files.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for number, path in enumerate(paths, 1):
            made.write(path, f"8864321_CTF_8871234_{number:03d}.xml")
    told = run("check", "--format", "json", packed)
    assert [json.loads(line)["outcome"] for line in told.output.splitlines()] == ["clean", "clean"]


@pytest.mark.parametrize("number", range(12, 27))
def test_a_sample_can_be_made_of_every_version(tmp_path: Path, number: int) -> None:
    told = run("check", "--format", "json", sample(tmp_path, "--version", f"{number}.0", "--seed", "3"))
    (report,) = map(json.loads, told.output.splitlines())
    assert (told.exit_code, report["kind"], report["version"]) == (0, "ctf", f"{number}.0")
    asked = "CTF-VER-002" if number <= 18 else "CTF-VER-001" if number < 24 else None
    assert [one["code"] for one in report["findings"] if "VER" in one["code"]] == ([asked] if asked else [])


@pytest.mark.parametrize("kind", ["cml", "cmj"])
def test_a_sample_can_be_a_return(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, "--kind", kind, "--pupils", "2")
    assert path.name == f"8864321_{kind.upper()}_886LLLL_001.xml"
    (report,) = map(json.loads, run("check", "--format", "json", path).output.splitlines())
    assert (report["kind"], report["pupils"], report["findings"]) == (kind, 2, [])
    assert run("sample", "--kind", kind, "--to", "8871234").exit_code == 2
    assert run("sample", "--version", "11.0").exit_code == 2


def test_check_without_a_directory_of_schools_does_not_say_that_a_school_is_missing_from_it(tmp_path: Path) -> None:
    told = run("--dir", tmp_path, "check", sample(tmp_path)).output
    assert "no directory of schools" in told
    assert "not in the directory" not in told


def test_check_of_a_file_that_is_not_there_is_a_usage_error() -> None:
    assert run("check", "no-such-file.xml").exit_code == 2
    assert run("sample", "--to", "nonsense").exit_code == 2


def test_shipped_agreements_fit_every_specimen() -> None:
    told = run("agreements", "check")
    assert told.exit_code == 0, told.output
    assert "requires: " in told.output
    assert "valid extract" not in told.output


def test_a_starter_comes_with_our_own_council_in_it_and_with_whom_it_is(medway: Path) -> None:
    listed = run("agreements", "starter").output
    assert "own-special-needs" in listed and "P15" in listed and "council-council-cme" in listed
    own = agreements.from_toml(run("--dir", medway, "agreements", "starter", "own-special-needs").output)
    assert [str(one) for one in own.parties] == [MEDWAY, f"{MEDWAY}-send"] and own.lead == MEDWAY
    asked = ("--dir", medway, "agreements", "starter", "council-council-cme")
    path = medway / "cme.toml"
    assert "adopt" in run(*asked, "--with", KENT, "--out", path).output
    between = agreements.from_toml(path.read_text())
    assert {str(one).removeprefix("schools-of ") for one in between.parties} == {KENT, MEDWAY}
    assert {one.number for one in between.members} <= {"886", "887", ""}
    assert "say with whom it is" in run(*asked).output and run(*asked).exit_code == 2
    assert "not in the directory" in run(*asked, "--with", "council-000").output
    assert "no such starter" in run("--dir", medway, "agreements", "starter", "own-parking").output
    assert run("--dir", medway, "agreements", "adopt", path).exit_code == 0


# -- an installation --------------------------------------------------------------------------------------------------


def test_second_init_refuses_to_touch_what_is_there(kent: Path) -> None:
    before = (kent / "keys" / "log.key").read_bytes()
    told = run("--dir", kent, "init", KENT)
    assert told.exit_code == 1
    assert (kent / "keys" / "log.key").read_bytes() == before


def test_nothing_runs_where_nothing_is_set_up(tmp_path: Path) -> None:
    told = CliRunner().invoke(gateway, ["--dir", str(tmp_path), "status"])
    assert told.exit_code == 1
    assert "gateway init" in told.stderr


def test_private_keys_are_readable_by_their_owner_only(kent: Path) -> None:
    private = [path for path in (kent / "keys").rglob("*.key*") if path.is_file()]
    assert len(private) == 9
    assert {path.stat().st_mode & 0o777 for path in private} == {0o600}


def test_record_that_is_handed_to_partners_round_trips_and_holds_no_private_key(kent: Path) -> None:
    text = run("--dir", kent, "partners", "export").output
    (record,) = partners.from_toml(text)
    signed, signatures = partners.signatures_in(text)
    assert len(signatures) == 2, "by the key of each profile"
    assert partners.to_toml((record,)).encode() == signed
    assert all(partners.vouched(record, record, signed, [one], wiring.now()) for one in signatures)
    assert "PRIVATE" not in text
    assert {one.role for one in record.certificates} == {"sign", "seal", "tls"}


def test_home_cannot_be_imported_over(kent: Path, tmp_path: Path) -> None:
    record = tmp_path / "kent.toml"
    record.write_text(run("--dir", kent, "partners", "export").output)
    assert run("--dir", kent, "partners", "import", record).exit_code == 2


def test_version_of_an_agreement_cannot_be_changed(kent: Path, medway: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(agreements.to_toml(replace(stage.agreement(wiring.now().date()), title="Something else")))
    told = run("--dir", kent, "agreements", "adopt", other)
    assert told.exit_code == 2
    assert "new version" in told.output
    assert run("--dir", kent, "agreements", "show", "kent-medway-cme.v1").output.startswith('name = "kent-medway-cme"')


@pytest.mark.parametrize("days", [14, 0])
def test_next_key_stands_beside_the_old_one_and_is_used_when_its_day_has_come(kent: Path, days: int) -> None:
    before = signs(kent, wiring.now())
    pairs = len(wiring.assemble(kent).store.register().directory.get(KENT).pems("sign"))
    told = run("--dir", kent, "keys", "rotate", "sign", "--days", str(days))
    assert (told.exit_code, "Used from" in told.output) == (0, True)
    record = wiring.assemble(kent).store.register().directory.get(KENT)
    assert len(record.pems("sign")) == pairs + len(Profile)
    for later, changed in ((0, days == 0), (max(0, days - 1), days == 0), (days + 1, True)):
        at = wiring.now() + timedelta(days=later)
        assert len(signs(kent, at) - before) == (len(Profile) if changed else 0)
    assert "council-886" in run("--dir", kent, "keys", "list").output


def signs(kent: Path, at: datetime) -> set[certificates.Certificate]:
    """What Kent signs with at an instant, one for each profile."""
    return {one.certificate for one in wiring.assemble(kent, lambda: at).vault.signers(KENT)}


def test_retired_key_is_used_no_more_and_leaves_the_record(kent: Path) -> None:
    run("--dir", kent, "keys", "rotate", "seal", "--days", "0")
    installed = wiring.assemble(kent)
    old = min((pair for pair in installed.vault.pairs(KENT) if pair.role == "seal"), key=lambda pair: pair.number)
    told = run("--dir", kent, "keys", "retire", "seal", str(old.number))
    assert (told.exit_code, "is retired" in told.output) == (0, True)
    after = wiring.assemble(kent)
    assert old.certificate not in after.vault.opener(KENT).certificates
    assert certificates.fingerprint(old.certificate) not in after.store.register().directory.get(KENT).fingerprints(
        "seal"
    )
    assert (old.key_file.parent / "retired" / old.key_file.name).stat().st_mode & 0o777 == 0o600
    assert run("--dir", kent, "keys", "retire", "seal", str(old.number)).exit_code == 2
    run("--dir", kent, "keys", "rotate", "seal", "--days", "0")
    numbers = [pair.number for pair in wiring.assemble(kent).vault.pairs(KENT) if pair.role == "seal"]
    assert old.number not in numbers


def test_only_key_of_a_role_is_not_retired(kent: Path) -> None:
    told = run("--dir", kent, "keys", "retire", "tls", "1")
    assert (told.exit_code, "the only one" in told.output) == (2, True)


def test_officer_sends_a_notice_and_it_is_proved_without_the_database(kent: Path, medway: Path, tmp_path: Path) -> None:
    from gateway.core import sample as generator
    from gateway.core.terms import LaEstab

    made = generator.notice(1, LaEstab("886LLLL"), LaEstab("887LLLL"), wiring.now())
    path = tmp_path / made.name
    path.write_bytes(made.content)
    told = run("--dir", kent, "send", path)
    assert told.exit_code == 0, told.output
    disclosure = re.findall(r"d-[a-z2-7]{26}", told.output)[0]
    assert "kent-medway-cme.v1" in told.output
    assert "waiting to be sent" in run("--dir", kent, "sent").output
    bundle = tmp_path / "proof.zip"
    assert run("--dir", kent, "log", "bundle", disclosure, "--out", bundle).exit_code == 0
    key = wiring.assemble(kent).vault.vkey
    checked = run("--dir", tmp_path / "nowhere", "log", "verify", "--bundle", bundle, "--key", key)
    assert checked.exit_code == 0, checked.output
    other = run("log", "verify", "--bundle", bundle, "--key", wiring.assemble(medway).vault.vkey)
    assert other.exit_code == 1
    whole = run("--dir", kent, "log", "verify")
    assert (whole.exit_code, whole.output.startswith("sound")) == (0, True)


def test_log_is_shown_and_each_line_proved(kent: Path) -> None:
    wiring.publish(wiring.assemble(kent))
    first = run("--dir", kent, "log", "show").output.splitlines()[0]
    assert json.loads(first)["fact"] == "LogOpened"
    assert run("--dir", kent, "log", "prove", "0").output.startswith("c2sp.org/tlog-proof@v1\nindex 0\n")
    assert run("--dir", kent, "log", "prove", "999999").exit_code == 1


def test_people_are_added_listed_and_given_a_link(kent: Path) -> None:
    assert run("--dir", kent, "users", "add", "a.shah", "--role", "officer", "--of", KENT).exit_code == 0
    assert "a.shah" in run("--dir", kent, "users", "list").output
    assert re.fullmatch(
        r"http://127\.0\.0\.1:8080/link/[A-Za-z0-9_-]{43}\n", run("--dir", kent, "users", "link", "a.shah").output
    )
    assert run("--dir", kent, "users", "link", "nobody").exit_code == 1
    assert run("--dir", kent, "users", "add", "b", "--role", "officer", "--of", "Kent!").exit_code == 2


def test_school_is_set_up_and_its_certificate_enrolled(kent: Path, tmp_path: Path) -> None:
    installed = wiring.assemble(kent)
    record = stage.school_record(LARKMERE, KENT, wiring.now().date())
    installed.store.enlist([record], Record(()))
    pin = installed.vault.current(KENT, "tls").certificate_file
    folder = tmp_path / "larkmere"
    told = run("--dir", folder, "school", "init", LARKMERE, "--council", "https://localhost:8443", "--pin", pin)
    assert told.exit_code == 0
    certificate = folder / "keys" / f"{LARKMERE}-tls.crt.pem"
    assert run("--dir", kent, "partners", "enrol", LARKMERE, certificate).exit_code == 0
    found = wiring.assemble(kent).store.register().directory.get(LARKMERE)
    assert len(found.pems("tls")) == 1
    assert run("--dir", kent, "partners", "enrol", "school-0000000", certificate).exit_code == 1


def test_school_whose_council_does_not_answer_is_told_so(kent: Path, tmp_path: Path) -> None:
    pin = wiring.assemble(kent).vault.current(KENT, "tls").certificate_file
    (port,) = wiring.free_ports(1)
    run("--dir", tmp_path, "school", "init", LARKMERE, "--council", f"https://localhost:{port}", "--pin", pin)
    path = sample(tmp_path / "files")
    told = CliRunner().invoke(gateway, ["--dir", str(tmp_path), "send", str(path)])
    assert told.exit_code == 1
    assert "A machine failed" in told.stderr


def test_status_says_what_needs_somebody(kent: Path) -> None:
    told = run("--dir", kent, "status")
    assert told.exit_code == 0
    assert "waiting:" in told.output
    assert "under a signed checkpoint" in told.output


def test_work_sends_what_is_due_and_a_dead_letter_can_be_resent(kent: Path, medway: Path) -> None:
    told = run("--dir", kent, "work", "--once")
    assert told.exit_code == 0
    installed = wiring.assemble(kent)
    open_ones = installed.store.parcels_in([State.WAITING], 9)
    assert open_ones
    assert {one.reason for one in open_ones} == {"unreachable"}
    assert dispatch.send_due(installed.gateway) == []
    assert run("--dir", kent, "resend", open_ones[0].parcel.id, "--by", "a.shah").exit_code == 1


def test_two_homes_of_one_gateway_have_keys_and_records_of_their_own(tmp_path: Path) -> None:
    homes = (PartnerId("council-213"), PartnerId("council-207"))
    assert run("--dir", tmp_path / "shared", "init", *homes).exit_code == 0
    installed = wiring.assemble(tmp_path / "shared")
    directory = installed.store.register().directory
    assert installed.settings.homes == homes
    door = [directory.get(home).fingerprints("tls") for home in homes]
    assert door[0] == door[1]
    assert {one.id for one in directory.by_certificate("tls", next(iter(door[0])))} == set(homes)
    prints = [directory.get(home).fingerprints("sign") for home in homes]
    assert prints[0] and prints[1] and not prints[0] & prints[1]


def test_record_that_would_break_the_register_is_refused_and_nothing_is_written(kent: Path, tmp_path: Path) -> None:
    stray = replace(stage.school_record(LARKMERE, KENT, wiring.now().date()), served_by=PartnerId("council-999"))
    record = tmp_path / "stray.toml"
    record.write_text(partners.to_toml((stray,)))
    told = run("--dir", kent, "partners", "import", record)
    assert (told.exit_code, "not in the directory" in told.output) == (2, True)
    assert run("--dir", kent, "status").exit_code == 0


ONE_LETTER_OF_THE_SIGNATURE = """
    UPDATE checkpoints SET note = substr(note, 1, length(note) - 5)
    || CASE substr(note, -5, 1) WHEN 'A' THEN 'B' ELSE 'A' END || substr(note, -4)
"""


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ('UPDATE log_lines SET leaf = zeroblob(32) WHERE "index" = 1', "line 1 is not the one that was hashed"),
        ("UPDATE log_lines SET line = replace(line, 'home', 'hole') WHERE \"index\" = 1", "line 1 is not the one"),
        ('DELETE FROM log_lines WHERE "index" = (SELECT max("index") FROM log_lines)', "altered"),
        (ONE_LETTER_OF_THE_SIGNATURE, "was altered: it is not signed by this log"),
        ("UPDATE logs SET edge = x'0000000000000000'", "there are lines beside those that were hashed"),
    ],
)
def test_damage_to_the_log_is_found_and_told_in_a_sentence(kent: Path, tmp_path: Path, damage: str, words: str) -> None:
    import shutil
    import sqlite3

    wiring.publish(wiring.assemble(kent))
    copy = tmp_path / "copy"
    shutil.copytree(kent, copy)
    with sqlite3.connect(copy / "gateway.sqlite") as db:
        db.execute(damage)
    told = CliRunner().invoke(gateway, ["--dir", str(copy), "log", "verify"])
    assert told.exit_code == 1
    assert words in told.stderr
