"""The doctor: a gateway that is well passes, and each thing that is not well is named with what to do."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway import wiring
from gateway.commands import setup
from gateway.core import partners
from gateway.core.checkup import Check, Health
from gateway.core.facts import LogOpened, Role
from gateway.core.log.mark import Height, Mark
from gateway.core.partners import Assurance, Contact, Phone, Post, Proof, Safeguarding, Scheme, Verified
from gateway.core.records import Person, Record
from gateway.core.terms import PartnerId, PersonId, digest
from gateway.edge import vault
from gateway.edge.store import operating
from gateway.flows import doubting, proving
from gateway.wiring import Installation
from gateway.wiring.examining import examine
from tests.commands.test_commands import run
from tests.databases import POSTGRES
from tests.faults.pair import set_up
from tests.needs import needs
from tests.simulator import KENT, MEDWAY

WHOLE: dict[str, Any] = {
    "domain": "example.org",
    "verified": Verified(date(2026, 3, 2), Proof.CALLED_BACK),
    "contact": Contact("01632 960000", Post.DUTY_OFFICER),
    "safeguarding": Safeguarding(Post.SAFEGUARDING_DUTY_DESK, "Front door", Phone("01632 960001")),
}
"""What two councils tell each other beside their keys."""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two councils that know each other, with the addresses that they will really have."""
    folder = tmp_path_factory.mktemp("pair")
    made = set_up(folder, dict.fromkeys((KENT, MEDWAY), "sqlite:///gateway.sqlite"))
    for side in (made.kent, made.medway):
        directory = side.store.register().directory
        setup.enlist(side, [replace(directory.get(one), **WHOLE) for one in (KENT, MEDWAY)], wiring.now())
        for person in ("s.lead", "m.head"):
            side.store.add_person(Person(PersonId(person), Role.SAFEGUARDING, KENT), Record(()))
        side.store.engine.dispose()
    settings = folder / "kent" / "config" / "gateway.toml"
    settings.write_text(settings.read_text().replace("[holds]", f'[holds]\n{KENT} = ["s.lead", "m.head"]'))
    return folder


@pytest.fixture
def kent(pair: Path, tmp_path: Path) -> Path:
    return shutil.copytree(pair / "kent", tmp_path / "kent")


@pytest.fixture
def medway(pair: Path, tmp_path: Path) -> Iterator[None]:
    running = wiring.Running(wiring.assemble(shutil.copytree(pair / "medway", tmp_path / "medway")))
    running.start()
    yield
    running.stop()


def found(folder: Path, *, offline: bool = True) -> dict[str, Check]:
    return {check.name: check for check in examine(folder, offline=offline)}


def test_gateway_that_is_well_passes_and_its_partner_answers(kent: Path, medway: None) -> None:
    checks = found(kent, offline=False)
    assert {check.health for check in checks.values()} == {Health.GOOD}, checks
    assert "answers in" in checks["reach Medway"].words
    assert {"disk", "settings", "database", "clock", "log", "checkpoint", "queue", f"tls certificate of {KENT}"} <= set(
        checks
    )
    told = run("--dir", kent, "doctor", "--offline", "--format", "json")
    assert (told.exit_code, {one["health"] for one in json.loads(told.output)}) == (0, {"good"})


def test_partner_that_does_not_answer_is_a_warning_and_no_failure(kent: Path) -> None:
    check = found(kent, offline=False)["reach Medway"]
    assert (check.health, check.words) == (Health.WARN, "the recipient's gateway cannot be reached")
    assert run("--dir", kent, "doctor").exit_code == 0


def test_a_council_whose_public_pages_name_nobody_to_ring_at_night_is_told(kent: Path) -> None:
    installed = wiring.assemble(kent)
    ours = installed.store.register().directory.get(KENT)
    for bare, shown in (({"contact": Contact()}, "only that of Front door"), ({"safeguarding": None}, "none but 999")):
        ours = replace(ours, **bare)
        setup.enlist(installed, [ours], wiring.now())
        check = found(kent)["public number of Kent"]
        assert check.health is Health.WARN and check.words.endswith(shown) and "partners amend" in check.fix


def test_folder_without_an_installation_or_keys_is_told(kent: Path, tmp_path: Path) -> None:
    assert found(tmp_path / "nowhere")["set-up"].health is Health.WRONG
    shutil.rmtree(kent / "keys")
    assert "put your copy of them back" in found(kent)["set-up"].words
    assert run("--dir", kent, "doctor").exit_code == 1


def test_database_behind_its_log_is_told_with_the_way_out(kent: Path) -> None:
    wiring.assemble(kent).store.marks.raise_to(Mark(Height(1, 10**6), wiring.now(), None))
    check = found(kent)["log"]
    assert (check.health, "gateway recover" in check.fix) == (Health.WRONG, True)


def test_certificate_near_its_end_is_told_with_the_command_that_renews_it(kent: Path) -> None:
    installed = wiring.assemble(kent)
    for one in installed.vault.pairs(KENT):
        if one.role == "sign":
            vault.retire(one)
    vault.add_pair(kent / "keys", KENT, "sign", (), wiring.now() - timedelta(days=725))
    check = found(kent)[f"sign certificate of {KENT}"]
    assert (check.health, check.fix) == (Health.WRONG, f"gateway keys rotate sign --home {KENT}")
    other = found(kent)[f"seal certificate of {KENT}"]
    assert other.health is Health.GOOD


def grow(installed: Installation, *what: str) -> None:
    for word in what:
        installed.store.record(Record((LogOpened(wiring.now(), KENT, digest(word.encode())),)))
    assert wiring.publish(installed)
    installed.store.engine.dispose()


def test_a_partner_that_holds_another_past_of_our_log_is_told_until_it_is_settled(
    kent: Path, medway: None, tmp_path: Path
) -> None:
    grow(wiring.assemble(kent), "both")
    other = shutil.copytree(kent, tmp_path / "other")
    grow(wiring.assemble(kent), "what Medway is shown")
    assert run("--dir", kent, "log", "witness", "--ask").exit_code == 0
    grow(wiring.assemble(other), "another", "and more")
    told = "our log does not go on from what it has seen of it"
    assert told not in run("--dir", other, "status").output
    for asked in (("--ask",), ()):
        seen = run("--dir", other, "log", "witness", *asked)
        assert (seen.exit_code, told in " ".join(seen.output.split())) == (1, True), seen.output
    assert told in " ".join(run("--dir", other, "status").output.split())
    check = found(other)["our own log"]
    assert (check.health, told in check.words, "gateway tasks done t-" in check.words) == (Health.WRONG, True, True)
    (task,) = doubting.standing(wiring.assemble(other).store.tasks([KENT]))
    assert run("--dir", other, "tasks", "done", task.task, "--by", "s.lead").exit_code == 0
    assert "our own log" not in found(other)


def test_check_of_our_own_log_that_failed_is_told_until_somebody_has_seen_to_it(kent: Path) -> None:
    installed = wiring.assemble(kent)
    proving.checked(installed.gateway, Person(PersonId("g.lowe"), Role.GOVERNANCE, KENT), "altered", wiring.now())
    check = found(kent)["our own log"]
    assert (check.health, "is not what was written" in check.words) == (Health.WRONG, True)


def test_key_that_others_can_read_is_told(kent: Path) -> None:
    (kent / "keys" / "log.key").chmod(0o644)
    check = found(kent)["keys"]
    assert (check.health, "log.key" in check.words) == (Health.WRONG, True)


def test_partner_without_certificates_is_told(kent: Path, tmp_path: Path) -> None:
    medway = wiring.assemble(kent).store.register().directory.get(MEDWAY)
    record = tmp_path / "medway.toml"
    text = partners.to_toml((medway,))
    record.write_text(text.partition("[[partner.certificate")[0])
    assert run("--dir", kent, "partners", "import", record).exit_code == 0
    assert found(kent)["seal certificate of Medway"].words == "there is none"


@pytest.mark.parametrize(
    ("more", "health", "words"),
    [
        (
            {"contact": Contact(), "verified": None},
            Health.WARN,
            "no number that answers day and night; its domain",
        ),
        ({"assurance": (5,)}, Health.WARN, "dspt ends in 5 days"),
        ({"assurance": (-5,)}, Health.WRONG, "dspt ended 5 days ago"),
    ],
)
def test_record_that_wants_something_is_told(kent: Path, more: dict[str, Any], health: Health, words: str) -> None:
    installed = wiring.assemble(kent)
    shown = tuple(
        Assurance(Scheme.DSPT, wiring.now().date() + timedelta(days=days)) for days in more.pop("assurance", ())
    )
    for home, fix in ((KENT, "partners amend"), (MEDWAY, "partners import")):
        record = installed.store.register().directory.get(home)
        setup.enlist(installed, [replace(record, assurance=shown, **more)], wiring.now())
        check = found(kent)[f"record of {record.name}"]
        assert (check.health, check.words.startswith(words), fix in check.fix) == (health, True, True)


def test_clock_that_was_set_back_is_told(kent: Path) -> None:
    from tests.flows.test_recovery import refusal

    ahead = wiring.assemble(kent)
    record = refusal()
    fact = replace(record.facts[0], at=wiring.now() + timedelta(hours=3))
    ahead.store.record(replace(record, facts=(fact,)))
    assert found(kent)["clock"].health is Health.WRONG


@pytest.mark.parametrize("setting", ["synchronous_commit"])
def test_database_that_may_lose_a_commit_is_told(urls: dict[PartnerId, str], setting: str) -> None:
    engine = sa.create_engine(urls[KENT])
    if engine.dialect.name == "sqlite":
        assert operating.not_durable(engine) == ["PRAGMA journal_mode is delete"]
        return
    needs(bool(POSTGRES), "PostgreSQL server (GATEWAY_TEST_POSTGRES)")
    assert operating.not_durable(engine) == []
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.exec_driver_sql(f'ALTER DATABASE "{engine.url.database}" SET {setting} = off')
    engine.dispose()
    assert operating.not_durable(engine) == ["SHOW synchronous_commit is off"]
    engine.dispose()


def test_home_for_whose_holds_nobody_answers_is_a_warning_and_one_who_may_not_sign_in_is_wrong(kent: Path) -> None:
    name, settings = f"holds of {KENT}", kent / "config" / "gateway.toml"
    assert found(kent)[name].words == "s.lead answers for them, m.head deputises"
    text, line = settings.read_text(), f'{KENT} = ["s.lead", "m.head"]'
    for said, health in (
        ("", Health.WARN),
        (f'{KENT} = ["s.lead"]', Health.WARN),
        (f'{KENT} = ["no.body"]', Health.WRONG),
    ):
        settings.write_text(text.replace(line, said))
        assert found(kent)[name].health is health


def test_folder_that_is_not_there_and_a_name_that_may_not_sign_in_are_told(kent: Path) -> None:
    name, settings = f"folders of {KENT}", kent / "config" / "gateway.toml"
    text = settings.read_text()
    assert name not in found(kent)
    for person, made, words in (
        ("s.lead", False, "cannot be read and written"),
        ("s.lead", True, "can be read and written"),
        ("no.body", True, "may not sign in"),
    ):
        settings.write_text(text.replace("quiet = 10", f'quiet = 10\n{KENT} = {{drop = "one", by = "{person}"}}'))
        if made:
            (kent / "one").mkdir(exist_ok=True)
        check = found(kent)[name]
        assert words in check.words and (check.health is Health.GOOD) is (made and person == "s.lead")


def test_mailbox_that_cannot_be_reached_is_a_warning(kent: Path) -> None:
    settings = kent / "config" / "gateway.toml"
    (port,) = wiring.free_ports(1)
    for name in ("password", "shared"):
        (kent / "keys" / name).write_text("secret")
    address = (
        f'url = "http://127.0.0.1:{port}"\nmailbox = "X26ABC1"\npassword = "keys/password"\nshared_key = "keys/shared"'
    )
    settings.write_text(settings.read_text().replace('url = ""', address))
    assert found(kent, offline=False)["mesh"].health is Health.WARN
