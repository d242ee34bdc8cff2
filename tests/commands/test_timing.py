"""By when, at the operator's door: the clocks, what is due and overdue, reminders by mail, and terms."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result

from gateway import wiring
from gateway.core.checkup import Health
from gateway.core.errors import Fault
from gateway.core.facts import TaskKind
from gateway.core.records import Record
from gateway.core.reminders import Letter
from gateway.core.tasks import Task
from gateway.core.terms import TaskId
from gateway.edge.mail import Server
from gateway.edge.store import tables as t
from gateway.wiring import examining, free_ports, letters, machine
from gateway.wiring.sweeps import SWEEPS
from gateway.wiring.unmailed import Noting, troubles
from tests.commands.test_commands import run
from tests.edge.server_peers import identity
from tests.mailbox import Mailbox, mailbox
from tests.notify import KEY, TEMPLATE, notify
from tests.simulator import KENT

ROOT = Path(__file__).parents[2]
TERMS = ROOT / "partners" / "invented" / "terms.toml"


@pytest.fixture(scope="module")
def kent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town") / "kent"
    assert run("--dir", folder, "init", KENT, "--address", "localhost").exit_code == 0
    for person, home in (("s.lead", KENT), ("l.office", "council-887")):
        assert run("--dir", folder, "users", "add", person, "--role", "officer", "--of", home).exit_code == 0
    at = wiring.now()
    tasks = [
        Task(TaskId("t-" + letter * 26), KENT, TaskKind.HOLD, "d-" + letter * 26, at, at + timedelta(hours=hours))
        for letter, hours in (("a", 1), ("b", -1))
    ]
    wiring.assemble(folder).store.record(Record((), tasks=tuple(tasks)))
    return folder


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as opened:
        yield opened


def flat(told: Result) -> str:
    assert told.exit_code == 0, told.output
    return " ".join(told.output.split())


def set_up(folder: Path, section: str, more: str) -> None:
    """Put lines under a heading of the settings, in place of what was put there before."""
    path = folder / "config" / "gateway.toml"
    whole = path.read_text()
    head, _, rest = whole.partition(f"\n[{section}]\n")
    path.write_text(f"{head}\n[{section}]\n{more}" + rest[rest.index("\n[") if "\n[" in rest else len(rest) :])


def test_all_clocks_are_listed_without_an_installation(tmp_path: Path) -> None:
    told = flat(run("--dir", tmp_path, "clocks"))
    for words in ("breach-ico", "72 hours", "Article 33", "ctf", "15 school", "law", "guidance", "setting"):
        assert words in told


def test_a_clock_is_reckoned_and_says_how(tmp_path: Path) -> None:
    told = flat(run("--dir", tmp_path, "clocks", "--explain", "sar", "--from", "2026-09-03"))
    assert (
        "By the end of Monday 5 October 2026: 1 month after Thursday 3 September 2026, moved on from Saturday" in told
    )
    assert "Article 12(3) UK GDPR" in told
    assert "(law)" in told
    night = flat(run("--dir", tmp_path, "clocks", "--explain", "new-pupil-return", "--from", "2026-07-01T00:30"))
    assert "Monday 6 July 2026: 5 days after Wednesday 1 July 2026" in night  # by London's time, not by UTC
    assert "By the end" in flat(run("--dir", tmp_path, "clocks", "--explain", "foi"))


def test_school_days_are_those_of_the_imported_terms(tmp_path: Path) -> None:
    ask = ("--dir", tmp_path, "clocks", "--explain", "left-not-arrived", "--from", "2026-10-16")
    assert "the usual school year" in flat(run(*ask, "--school", "8812098"))
    assert "2 school years are in" in flat(run("--dir", tmp_path, "terms", "import", TERMS))
    assert "By the end of Friday 13 November 2026" in flat(run(*ask, "--school", "8812098"))
    assert "by the calendar of authority 881" in flat(run(*ask, "--authority", "881"))
    for wrong in (("--school", "12"), ("--authority", "88x"), ("--explain", "sla")):
        assert run(*ask, *wrong).exit_code == 2


def test_terms_are_shown_and_a_wrong_file_changes_nothing(tmp_path: Path) -> None:
    assert flat(run("--dir", tmp_path, "terms", "show")) == "Everybody else goes by the usual school year."
    run("--dir", tmp_path, "terms", "import", TERMS)
    shown = flat(run("--dir", tmp_path, "terms", "show"))
    assert "8812098" in shown and "2026/27" in shown and "07.09.2026 to 16.10.2026" in shown
    assert "usual school year" in flat(run("--dir", tmp_path, "terms", "show", "--school", "8864321"))
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(TERMS.read_text().replace("2026-12-18", "2027-12-18"))
    told = run("--dir", tmp_path, "terms", "import", wrong)
    assert told.exit_code == 1
    assert flat(run("--dir", tmp_path, "terms", "show")) == shown


def test_a_council_sets_its_own_clocks_but_none_beyond_the_law(kent: Path) -> None:
    set_up(kent, "clocks", "left-not-arrived = 5\n")
    assert "5 school days after" in flat(run("--dir", kent, "clocks", "--explain", "left-not-arrived"))
    assert wiring.assemble(kent).gateway.rulebook.clocks.get("left-not-arrived").length == 5
    set_up(kent, "clocks", "breach-ico = 73\n")
    for command in (("clocks",), ("due", "--by", "s.lead")):
        told = run("--dir", kent, *command)
        assert told.exit_code == 1
        assert "breach-ico is 72 hours at most" in " ".join((told.output + told.stderr).split())
    set_up(kent, "clocks", "")


def test_what_is_due_is_listed_for_those_of_the_home(kent: Path) -> None:
    told = flat(run("--dir", kent, "due", "--by", "s.lead"))
    assert told.index("t-bbb") < told.index("t-aaa")
    assert told.count("overdue:") == 1
    late = flat(run("--dir", kent, "due", "--by", "s.lead", "--overdue", "--home", KENT))
    assert "t-bbb" in late and "t-aaa" not in late
    assert flat(run("--dir", kent, "due", "--by", "l.office")) == "Nothing."
    for wrong in (("--by", "s.lead", "--home", "council-887"), ("--by", "s.lead", "--home", "?"), ("--by", "n.obody")):
        assert run("--dir", kent, "due", *wrong).exit_code == 1


def test_reminders_go_by_the_councils_mail_server_once(kent: Path, box: Mailbox) -> None:
    told = run("--dir", kent, "remind")
    assert told.exit_code == 1
    assert "No mail server" in told.output + told.stderr
    set_up(kent, "mail", f'host = "127.0.0.1"\nport = {box.port}\nsecurity = "none"\nsender = "g@kent.example"\n')
    set_up(kent, "mail.homes", f'{KENT} = "cme-team@kent.example"\n')
    box.answers = ["451 not now"]
    failed = run("--dir", kent, "remind")
    assert failed.exit_code == 1
    assert "the mail server would not take it" in " ".join((failed.output + failed.stderr).split())
    assert flat(run("--dir", kent, "remind")) == "1 letter went."
    assert flat(run("--dir", kent, "remind")) == "There was nothing to tell anybody."
    assert box.told == [("cme-team@kent.example", "Gateway: 1 overdue, 1 due soon")]


def test_letters_that_do_not_go_stand_under_health_with_what_to_do_until_they_go(kent: Path, box: Mailbox) -> None:
    set_up(kent, "mail", f'host = "127.0.0.1"\nport = {box.port}\nsecurity = "none"\nsender = "g@kent.example"\n')
    set_up(kent, "mail.homes", f'{KENT} = "cme-team@kent.example"\n')
    set_up(kent, "mail.people", '"s.lead" = "lead@kent.example"\n')
    installed = wiring.assemble(kent)
    mail, at = installed.settings.mail, wiring.now()
    assert mail is not None
    by = Noting(letters.post(mail, wiring.now), installed.store)
    to_team, to_lead, to_nobody = (
        Letter(f"{name}@kent.example", "Gateway: 1 overdue", "Something waits.\n", name * 4)
        for name in ("cme-team", "lead", "left-us")
    )
    assert list(troubles(installed, at)) == []
    box.refuses = {to_team.to, to_nobody.to}
    for one in (to_team, to_team, to_nobody):
        with pytest.raises(Fault, match="mail"):
            by.send(one, at)
    by.send(to_lead, at)
    (told,) = troubles(installed, at)
    name = installed.store.register().directory.get(KENT).name
    assert (told.name, told.health) == (f"e-mail to {name}", Health.WARN) and "at 2 tries" in told.words
    assert f"{KENT} under [mail.homes]" in told.fix
    assert told in list(examining.looked_at(installed)), "at the page of health and for the doctor"
    assert list(machine.told(installed).unmailed()) == [told]
    with installed.store.engine.connect() as db:
        assert "@" not in str(db.execute(sa.select(t.unmailed)).all())
    off = Noting(Server("127.0.0.1", free_ports(1)[0], "none", "g@kent.example"), installed.store)
    with pytest.raises(Fault, match="unreachable"):
        off.send(to_lead, at)
    stopped, still = troubles(installed, at)
    assert (stopped.name, stopped.health, still) == ("e-mail", Health.WRONG, told)
    assert "127.0.0.1: it cannot be reached" in stopped.words and "gateway doctor" in stopped.fix
    box.refuses = set()
    by.send(to_team, at)
    assert list(troubles(installed, at)) == []
    box.refuses = {to_lead.to}
    with pytest.raises(Fault, match="mail"):
        by.send(to_lead, at)
    assert "s.lead under [mail.people]" in next(troubles(installed, at)).fix
    assert list(troubles(installed, at + timedelta(days=31))) == [], "nobody tries it any more"


def test_reminders_go_by_notify_as_they_go_by_the_mail_server(kent: Path, tmp_path: Path) -> None:
    known = identity(tmp_path, "notify")
    at = wiring.now()
    one = Task(TaskId("t-" + "n" * 26), KENT, TaskKind.HOLD, "d-" + "n" * 26, at, at + timedelta(hours=1))
    wiring.assemble(kent).store.record(Record((), tasks=(one,)))
    with notify(str(known.certificate_file), str(known.key_file), wiring.now) as stub:
        lines = f'notify_template = "{TEMPLATE}"\nnotify_url = "{stub.url}"\nauthority = "{known.certificate_file}"\n'
        key = kent / "keys" / "notify-key"
        key.write_text("another")
        set_up(kent, "mail", 'host = ""\nsender = "g@kent.example"\nnotify_key_file = "keys/notify-key"\n' + lines)
        set_up(kent, "mail.homes", f'{KENT} = "cme-team@kent.example"\n')
        refused = run("--dir", kent, "remind")
        assert refused.exit_code == 1
        assert "GOV.UK Notify does not know our key" in " ".join((refused.output + refused.stderr).split())
        key.write_text(KEY)
        assert flat(run("--dir", kent, "remind")) == "1 letter went."
        assert flat(run("--dir", kent, "remind")) == "There was nothing to tell anybody."
        told = [each for each in examining.examine(kent, offline=False) if each.name == "mail"]
        stub.subject = "another"
        told += [each for each in examining.examine(kent, offline=False) if each.name == "mail"]
    assert [(each.health, each.words) for each in told] == [
        (Health.GOOD, "takes our letters"),
        (Health.WARN, "its template does not hold ((subject)) and ((text)), or is not there"),
    ]
    assert stub.told == [("cme-team@kent.example", "Gateway: 1 due soon")]


def test_a_gateway_that_runs_reminds_by_itself_and_does_not_wait_for_mail_before_its_doors_open(
    kent: Path, box: Mailbox
) -> None:
    (sweep,) = [one for one in SWEEPS if one.name == "reminders"]
    assert not sweep.at_start
    at = wiring.now()
    set_up(kent, "mail", 'host = ""\n')
    assert sweep.do(wiring.assemble(kent), at) == 0
    set_up(kent, "mail", f'host = "127.0.0.1"\nport = {box.port}\nsecurity = "none"\nsender = "g@kent.example"\n')
    set_up(kent, "mail.homes", f'{KENT} = "cme-team@kent.example"\n')
    installed = wiring.assemble(kent)
    one = Task(TaskId("t-" + "c" * 26), KENT, TaskKind.HOLD, "d-" + "c" * 26, at, at + timedelta(hours=1))
    installed.store.record(Record((), tasks=(one,)))
    assert [sweep.do(installed, at), sweep.do(installed, at)] == [1, 0]
    assert one.id in box.letters[0].as_string()
