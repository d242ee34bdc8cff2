"""The directory at the operator's door: who is there, what is wanting, who came after whom, and what is logged of it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gateway import wiring
from gateway.commands import stage
from gateway.core import partners
from gateway.core.as4 import Option
from gateway.core.partners import (
    Agency,
    Assurance,
    Channel,
    Contact,
    ContractRef,
    Directory,
    Partner,
    PartnerKind,
    Proof,
    Scheme,
    Verified,
)
from gateway.core.terms import LaEstab, PartnerId, Period
from gateway.flows import mailing
from gateway.wiring.sweeps import SWEEPS
from tests.commands.test_commands import run
from tests.mailbox import mailbox
from tests.simulator import KENT, LARKMERE, MEDWAY

TODAY = wiring.now().date()
FORCE = Partner(
    PartnerId("police-kent"),
    PartnerKind.POLICE,
    "Invented [bold] Police",
    Period(date(2000, 1, 1)),
    Channel.FOLDER,
    assurance=(Assurance(Scheme.DSPT, TODAY + timedelta(days=20)),),
)
COMPANY = Partner(
    PartnerId("company"),
    PartnerKind.ATTENDANCE_COMPANY,
    "Invented Attendance Ltd",
    Period(date(2020, 1, 1)),
    Channel.INBOX,
    contact=Contact("01632 960000"),
    agent_of=(Agency(LARKMERE, ContractRef("ATT/2026-014")),),
)
SCHOOL = stage.school_record(LARKMERE, KENT, TODAY)
NEW = replace(SCHOOL, id=PartnerId("school-8864999"), name="Larkmere Academy", in_effect=Period(TODAY))


@pytest.fixture
def kent(tmp_path: Path) -> Path:
    folder = tmp_path / "kent"
    assert run("--dir", folder, "init", KENT).exit_code == 0
    told = run("--dir", folder, "partners", "import", written(tmp_path, FORCE, SCHOOL, COMPANY))
    assert f"company acts for {LARKMERE}: see contract ATT/2026-014 at the school" in told.output
    assert "police-kent: dspt ends in 20 days; no number that answers day and night" in told.output
    return folder


def written(folder: Path, *listed: Partner) -> Path:
    path = folder / "record.toml"
    path.write_text(partners.to_toml(listed), encoding="utf-8")
    return path


def directory(folder: Path) -> Directory:
    return wiring.assemble(folder).store.register().directory


def lines(folder: Path) -> int:
    return wiring.assemble(folder).store.edge().size


def rows(folder: Path, *options: str) -> set[str]:
    """The ids that a list names."""
    told = run("--dir", folder, "partners", "list", *options)
    assert told.exit_code == 0
    return {line.split()[0] for line in told.output.splitlines()} & set(directory(folder).partners)


def test_partners_are_listed_by_kind_and_by_what_is_wanting(kent: Path) -> None:
    assert {KENT, LARKMERE, "company", "police-kent", f"{KENT}-cme"} <= rows(kent)
    assert MEDWAY not in rows(kent)
    assert MEDWAY in rows(kent, "--all")
    assert rows(kent, "--kind", "police") == {"police-kent"}
    assert rows(kent, "--kind", "home") == {KENT}
    assert len(rows(kent, "--kind", "council")) > 175
    assert rows(kent, "--expiring") == {KENT, "police-kent"}
    assert "dspt ends in 20 days" in run("--dir", kent, "partners", "list", "--kind", "police").output


def test_one_partner_is_shown_in_plain_words(kent: Path) -> None:
    told = run("--dir", kent, "partners", "show", "police-kent").output
    assert "Invented [bold] Police" in told
    for words in ("a folder, carried by hand", "P12, P13", "dspt until", "no number that answers day and night"):
        assert words in told
    assert "under contract ATT/2026-014" in run("--dir", kent, "partners", "show", "company").output
    home = run("--dir", kent, "partners", "show", KENT).output
    assert "One of the homes" in home
    signs = directory(kent).get(KENT).fingerprints("sign")
    assert len(signs) == 2 and all(re.search(f"sign certificate  {print_of}, 20..-..-..", home) for print_of in signs)
    assert "for edelivery-1.15" in home and "for edelivery-2.0" in home
    assert run("--dir", kent, "partners", "show", "nobody").exit_code == 1


def test_every_kind_that_is_shipped_is_listed_without_an_installation(tmp_path: Path) -> None:
    told = run("--dir", tmp_path, "partners", "kinds")
    assert told.exit_code == 0
    for words in ("mash", "internal-team of the council", "P27 off", "scotland", "information-commissioner"):
        assert words in told.output


def test_home_says_of_itself_what_its_keys_do_not(kent: Path, tmp_path: Path) -> None:
    before = directory(kent).get(KENT)
    said = replace(before, contact=Contact("01632 960000"), certificates=(), endpoint="https://elsewhere.example.org/")
    told = run("--dir", kent, "partners", "amend", written(tmp_path, said))
    assert "no named safeguarding contact" in told.output
    assert directory(kent).get(KENT) == replace(before, contact=said.contact)
    assert run("--dir", kent, "keys", "rotate", "sign", "--home", KENT).exit_code == 0
    assert directory(kent).get(KENT).contact == said.contact
    assert run("--dir", kent, "partners", "amend", written(tmp_path, FORCE)).exit_code == 2


def test_agent_without_a_contract_is_not_taken(kent: Path, tmp_path: Path) -> None:
    record = written(tmp_path, replace(COMPANY, agent_of=()))
    record.write_text(record.read_text().replace("[partner.contact]", f'agent_of = ["{LARKMERE}"]\n[partner.contact]'))
    told = run("--dir", kent, "partners", "import", record)
    assert (told.exit_code, "each school needs the contract of Article 28" in told.output) == (2, True)


def test_school_is_succeeded_under_its_own_number_and_the_log_says_so(kent: Path, tmp_path: Path) -> None:
    before = lines(kent)
    told = run(
        "--dir", kent, "partners", "succeed", LARKMERE, NEW.id, "--on", str(TODAY), "--record", written(tmp_path, NEW)
    )
    assert told.exit_code == 0, told.output
    assert "The record of company still names" in told.output
    found = directory(kent)
    assert found.get(LARKMERE).in_effect.last == TODAY - timedelta(days=1)
    for day, school in ((TODAY, NEW.id), (TODAY - timedelta(days=1), LARKMERE)):
        answering = found.by_laestab(LaEstab("8864321"), day)
        assert answering is not None
        assert answering.id == school
    assert lines(kent) == before + 2
    assert f"formerly  {SCHOOL.name} ({LARKMERE})" in run("--dir", kent, "partners", "show", NEW.id).output


@pytest.mark.parametrize(
    ("old", "new", "says", "status"),
    [
        (KENT, MEDWAY, "is a home of this gateway", 2),
        (LARKMERE, "police-kent", "is no school", 2),
        ("company", "police-kent", "", 0),
        (LARKMERE, LARKMERE, "nobody succeeds itself", 2),
        ("nobody", MEDWAY, "", 1),
        (LARKMERE, "nobody", "", 1),
    ],
)
def test_succession_that_cannot_be_changes_nothing(kent: Path, old: str, new: str, says: str, status: int) -> None:
    before = lines(kent)
    told = run("--dir", kent, "partners", "succeed", old, new, "--on", str(TODAY))
    assert (told.exit_code, says in told.output, lines(kent) > before) == (status, True, status == 0)


def test_everything_that_is_imported_is_in_the_log_whether_or_not_it_has_keys(kent: Path, tmp_path: Path) -> None:
    before = lines(kent)
    run("--dir", kent, "partners", "import", written(tmp_path, replace(FORCE, ods="X26")))
    assert lines(kent) == before + 1


def test_domain_is_verified_by_us_and_not_by_what_its_record_claims(kent: Path, tmp_path: Path) -> None:
    claimed = replace(FORCE, domain="example.org", verified=Verified(TODAY, Proof.CALLED_BACK))
    run("--dir", kent, "partners", "import", written(tmp_path, claimed))
    assert directory(kent).get(FORCE.id).verified is None
    before = wiring.now().date()
    assert run("--dir", kent, "partners", "verify", FORCE.id, "--how", "dns-record").exit_code == 0
    sure = directory(kent).get(FORCE.id)
    assert sure.verified in {Verified(day, Proof.DNS_RECORD) for day in (before, wiring.now().date())}
    run("--dir", kent, "partners", "import", written(tmp_path, claimed))
    assert directory(kent).get(FORCE.id) == sure
    run("--dir", kent, "partners", "import", written(tmp_path, replace(claimed, domain="example.com")))
    assert directory(kent).get(FORCE.id).verified is None
    assert run("--dir", kent, "partners", "verify", COMPANY.id, "--how", "dns-record").exit_code == 2


def test_of_overlapping_certificates_the_one_that_lasts_longest_counts(kent: Path) -> None:
    home = directory(kent).get(KENT)
    soon = datetime.combine(TODAY + timedelta(days=9), datetime.min.time(), UTC)
    ending = tuple(replace(one, last=soon) for one in home.certificates if one.role == "sign")
    assert partners.ends(replace(home, certificates=ending)) == soon.date()
    both = partners.ends(replace(home, certificates=(*home.certificates, *ending)))
    assert both is not None
    assert both > soon.date()
    shown = replace(home, certificates=(*home.certificates, *ending), assurance=FORCE.assurance)
    assert partners.ends(shown) == FORCE.assurance[0].last


def test_what_is_granted_to_a_partner_stands_here_and_is_never_taken_from_its_own_record(
    kent: Path, tmp_path: Path
) -> None:
    told = run("--dir", kent, "partners", "grant", FORCE.id, "mgf1-sha1", "base64-parts", "mgf1-sha1")
    assert (told.exit_code, "mgf1-sha1, base64-parts." in told.output) == (0, True)
    claims = replace(FORCE, accepts=(Option.LONGER_HASHES,))
    unknown = replace(claims, id=PartnerId("police-surrey"))
    assert run("--dir", kent, "partners", "import", written(tmp_path, claims, unknown)).exit_code == 0
    directory = wiring.assemble(kent).store.register().directory
    assert directory.get(FORCE.id).accepts == (Option.MGF1_SHA1, Option.BASE64_PARTS)
    assert directory.get(unknown.id).accepts == ()
    assert "mgf1-sha1, base64-parts" in run("--dir", kent, "partners", "show", FORCE.id).output
    assert run("--dir", kent, "partners", "grant", FORCE.id).exit_code == 0
    assert wiring.assemble(kent).store.register().directory.get(FORCE.id).accepts == ()
    assert run("--dir", kent, "partners", "grant", FORCE.id, "md5").exit_code == 2


def test_a_team_without_a_machine_is_invited_at_the_address_that_two_people_confirmed(
    kent: Path, tmp_path: Path
) -> None:
    box = replace(
        FORCE, id=PartnerId("police-hub"), channel=Channel.INBOX, served_by=KENT, endpoint="mailto:hub@police.example"
    )
    for person, role in (("a.shah", "officer"), ("g.lowe", "governance")):
        assert run("--dir", kent, "users", "add", person, "--role", role, "--of", KENT).exit_code == 0
    told = run("--dir", kent, "partners", "import", written(tmp_path, box))
    assert "mailto:hub@police.example" in told.output
    refused = run("--dir", kent, "partners", "invite", "police-hub")
    assert refused.exit_code == 1, "nobody has confirmed the address yet"
    for person in ("a.shah", "g.lowe"):
        confirm = ("partners", "confirm", "police-hub", "--by", person, "--number", "01622 690690")
        assert run("--dir", kent, *confirm).exit_code == 0
    invited = run("--dir", kent, "partners", "invite", "police-hub")
    assert invited.exit_code == 0, invited.output
    assert "send this link to hub@police.example" in " ".join(invited.output.split())
    assert "/link/" in invited.output.splitlines()[-1]
    assert "team.police-hub" in run("--dir", kent, "users", "list").output
    moved = replace(box, endpoint="mailto:thief@evil.example")
    assert run("--dir", kent, "partners", "import", written(tmp_path, moved)).exit_code == 0
    assert "hub@police.example" in run("--dir", kent, "partners", "invite", "police-hub").output
    with mailbox() as post:
        settings = kent / "config" / "gateway.toml"
        said = settings.read_text().replace('host = ""\n', f'host = "127.0.0.1"\nport = {post.port}\n')
        said = said.replace("port = 587\n", "").replace('security = "starttls"', 'security = "none"')
        settings.write_text(said.replace("[mail.homes]\n", f'[mail.homes]\n{KENT} = "team@kent.example"\n'))
        assert run("--dir", kent, "partners", "invite", "police-hub").exit_code == 0
        assert [to for to, _ in post.told] == ["hub@police.example"]
        installed = wiring.assemble(kent)
        (sweep,) = [one for one in SWEEPS if one.name == "teams"]
        assert sweep.do(installed, wiring.now()) == 0
        (links,) = [one for one in SWEEPS if one.name == "mail-links"]
        mailing.ask(installed.gateway, installed.store, "hub@police.example", "127.0.0.1", wiring.now())
        mailing.ask(installed.gateway, installed.store, "team@kent.example", "127.0.0.1", wiring.now())
        assert links.do(installed, wiring.now()) == 1
    refused = run("--dir", kent, "partners", "invite", LARKMERE)
    assert refused.exit_code == 1


def test_a_number_to_ring_waits_at_the_command_line_too_and_what_was_not_read_out_is_taken_away(
    kent: Path, tmp_path: Path
) -> None:
    box = replace(
        FORCE, id=PartnerId("police-hub"), channel=Channel.INBOX, served_by=KENT, endpoint="mailto:hub@police.example",
        contact=Contact("01622 690690"),
    )  # fmt: skip
    say = ("partners", "confirm", "police-hub", "--by")
    run("--dir", kent, "partners", "import", written(tmp_path, box))
    for person, role in (("a.shah", "officer"), ("g.lowe", "governance")):
        run("--dir", kent, "users", "add", person, "--role", role, "--of", KENT)
        assert run("--dir", kent, *say, person, "--number", "01622 690111").exit_code == 0
    assert directory(kent).get(box.id) == box
    rung = replace(box, contact=Contact("01632 960666"))
    for one in (rung, box):
        told = run("--dir", kent, "partners", "import", written(tmp_path, one))
        assert "telephone number: 01632 960666" in told.output
        assert directory(kent).get(box.id).contact == box.contact
    assert "01632 960666" in run("--dir", kent, "partners", "show", "police-hub").output
    assert run("--dir", kent, *say, "a.shah", "--number", "01632 960666").exit_code == 1
    denied = run("--dir", kent, *say, "g.lowe", "--number", "01622 690690", "--differs")
    assert "waits no more" in denied.output and directory(kent).get(box.id) == box
    assert run("--dir", kent, *say, "a.shah", "--number", "01622 690690").exit_code == 1, "nothing waits"
