"""Children missing education: the cases of the homes, their timelines, and what officers do with them."""

from datetime import datetime
from pathlib import Path

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands.guarding import BY, WHY, listed, parsed
from gateway.commands.root import gateway, grid, out, told
from gateway.commands.who import person_of
from gateway.core import cases
from gateway.core.days import LONDON
from gateway.core.documents.messages.parts import OpenIdentity
from gateway.core.documents.messages.tracing import Sought
from gateway.core.documents.messages.words import Side, Step, StepResult
from gateway.core.facts import Because, Ending, EntryKind
from gateway.core.terms import CaseId, PartnerId, Upn, stamp
from gateway.flows import byhand, casebook, caselist, happened
from gateway.flows.enquiry import telling
from gateway.flows.happened import Event

CASE = click.argument("case")
DAY = click.DateTime(["%Y-%m-%d"])
TOLD_AT = click.option(
    "--at",
    "told_at",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]),
    help="When it was, in local time; now if not given.",
)


@gateway.group("cases")
def case_group() -> None:
    """Children missing education: one case each, with one home, one officer and a timeline that keeps everything."""


@case_group.command("list", epilog="gateway cases list --by a.shah --mine")
@BY
@click.option("--mine", is_flag=True, help="Only those of whoever asks.")
@click.pass_obj
@told
def list_cases(folder: Path, person: str, mine: bool) -> None:
    """The cases that are ours: first what waits for somebody, then the longest open."""
    installed = wiring.assemble(folder)
    table = grid("id", "home", "because", "child", "open since", "officer", "needs")
    who = person_of(installed, person)
    for one in caselist.listed(installed.gateway, installed.store, who, wiring.now(), mine=mine):
        child = escape(one.label) if one.label else "[red]safeguarding officers only[/]"
        needs = f"[bold red]{one.needs}[/]" if one.needs else ""
        table.add_row(one.id, one.home, one.because, child, stamp(one.opened_at), one.officer or "nobody", needs)
    listed(table)


@case_group.command("show", epilog="gateway cases show c-2v4dxyq7n5gwfa3mzk6tjbc2re --by a.shah")
@CASE
@BY
@click.option("--reason", default="", help="Why you look, where it is not your case.")
@click.pass_obj
@told
def show_case(folder: Path, case: str, person: str, reason: str) -> None:
    """Who the child is, and everything that was noted, sent, received, told and learnt. Looking stands in the log."""
    installed = wiring.assemble(folder)
    who, wanted = person_of(installed, person), parsed(CaseId, case)
    shown = casebook.show(installed.gateway, installed.store, who, wanted, wiring.now(), reason)
    one = shown.case
    out.print(f"[bold]{one.id}[/] · {one.home} · {one.because} · {one.state} · {one.officer or 'no officer yet'}")
    for line in _child(shown.child):
        out.print(f"  {escape(line)}")
    if shown.joint is not None:
        refer, done = (stamp(each)[:10] for each in (shown.joint.refer_by, shown.joint.done_by))
        out.print(f"  joint enquiries: begun by {refer}, done by {done} ({shown.joint.kept})")
    table = grid("when", "entered", "what", "who", "by", "text")
    for event in happened.events(installed.gateway, installed.store, who, shown):
        table.add_row(stamp(event.at), *_told(event))
    out.print(table)


def _told(event: Event) -> tuple[str, str, str, str, str]:
    """When it was entered, what it is, who did it, by which channel, and what it says."""
    if event.said is not None:
        said = event.said
        rest = ", ".join(f"{name}: {value}" for name, value in said.particulars.items() if value)
        entered = "" if said.entered_at == said.told_at else stamp(said.entered_at)
        text = f"{said.text} ({rest})" if rest else said.text
        return entered, said.kind, said.by, said.channel or "", escape(text)
    if event.line is not None:
        line = event.line
        went = f"{line.purpose} from {line.discloser} to {line.recipient} ({line.disclosure})"
        return "", telling.ACTS[line.act], ", ".join(line.released_by), "", escape(went)
    assert event.done is not None, "it is one of the three"
    return "", "step", event.done.by, "", escape(happened.words(event.done))


def _child(child: Sought) -> list[str]:
    who, where = child.who, child.where
    lines = [f"{who.forename} {who.surname}".strip(), f"born {who.dob or who.dob_about or 'nobody knows when'}"]
    if who.upn:
        lines.append(f"UPN {who.upn}")
    if where.last_school is not None:
        left = where.last_school.leaving_date
        lines.append(f"last at school {where.last_school.school}" + (f" until {left}" if left else ""))
    return [line for line in lines if line]


@case_group.command(
    "open",
    epilog="gateway cases open --upn H801200001001 --because by-hand --reason 'The neighbour rang.' --by a.shah",
)
@click.option("--surname", default="", help="The child's surname.")
@click.option("--forename", default="", help="The child's forename.")
@click.option("--born", type=DAY, help="The day of birth; with both names, or else --upn.")
@click.option("--upn", default="", help="The child's number.")
@click.option("--because", type=click.Choice([str(one) for one in cases.BY_PEOPLE]), default=str(Because.BY_HAND))
@click.option("--reason", required=True, help="Why, in a sentence. It rests closed.")
@click.option("--assessed-by", default="", help="Who found that the home education is not suitable.")
@click.option("--assessed-on", type=DAY, help="The day of that assessment.")
@click.option("--home", help="Of somebody who acts for two councils: which of them.")
@BY
@click.pass_obj
@told
def open_case(
    folder: Path,
    surname: str,
    forename: str,
    born: datetime | None,
    upn: str,
    because: str,
    reason: str,
    assessed_by: str,
    assessed_on: datetime | None,
    home: str | None,
    person: str,
) -> None:
    """Open a case about a child of whom no file and no message told."""
    installed = wiring.assemble(folder)
    who = person_of(installed, person)
    of = who.organisation if home is None else parsed(PartnerId, home)
    known = OpenIdentity(upn=_upn(upn), surname=surname, forename=forename, dob=None if born is None else born.date())
    said = {"reason": reason, "who": assessed_by, "day": assessed_on.date().isoformat() if assessed_on else ""}
    case, new = byhand.open_case(installed.gateway, who, of, Sought(who=known), Because(because), said, wiring.now())
    out.print(f"{case} is open." if new else f"{case} is open already: what you said stands in it.")


def _upn(text: str) -> Upn | None:
    try:
        return Upn(text) if text else None
    except ValueError:
        raise click.UsageError("That is no UPN: a letter, eleven digits, and a digit or letter.") from None


@case_group.command("assign", epilog="gateway cases assign c-2v4dxyq7n5gwfa3mzk6tjbc2re b.cole --by a.shah")
@CASE
@click.argument("officer")
@BY
@click.pass_obj
@told
def assign_case(folder: Path, case: str, officer: str, person: str) -> None:
    """Give a case to somebody of its home."""
    installed = wiring.assemble(folder)
    who, whom, wanted = person_of(installed, person), person_of(installed, officer), parsed(CaseId, case)
    casebook.assign(installed.gateway, installed.store, who, wanted, whom, wiring.now())
    out.print(f"The case is with {escape(whom.id)}.")


@case_group.command(
    "note", epilog="gateway cases note c-2v4dxyq7n5gwfa3mzk6tjbc2re 'The flat is empty.' --fact --by a.shah"
)
@CASE
@click.argument("text")
@click.option("--fact", "kind", flag_value=EntryKind.FACT.value, help="It is so: seen, heard or read.")
@click.option("--opinion", "kind", flag_value=EntryKind.OPINION.value, help="It is what its author thinks.")
@BY
@TOLD_AT
@click.pass_obj
@told
def note_case(folder: Path, case: str, text: str, kind: str | None, person: str, told_at: datetime | None) -> None:
    """Write a note, marked as fact or as opinion."""
    if kind is None:
        raise click.UsageError("Say whether it is --fact or --opinion.")
    installed = wiring.assemble(folder)
    who, wanted = person_of(installed, person), parsed(CaseId, case)
    casebook.note(
        installed.gateway, installed.store, who, wanted, EntryKind(kind), {"text": text}, wiring.now(), local(told_at)
    )
    out.print("Noted.")


@case_group.command(
    "step", epilog="gateway cases step c-2v4dxyq7n5gwfa3mzk6tjbc2re council home-visit no-answer --by a.shah"
)
@CASE
@click.argument("side", type=click.Choice([str(one) for one in Side]))
@click.argument("step", type=click.Choice([str(one) for one in Step]))
@click.argument("result", type=click.Choice([str(one) for one in StepResult]))
@click.option("--note", "text", default="", help="What was said or seen.")
@BY
@TOLD_AT
@click.pass_obj
@told
def step_case(
    folder: Path, case: str, side: str, step: str, result: str, text: str, person: str, told_at: datetime | None
) -> None:
    """Write a step of the enquiries that school and council make together."""
    installed = wiring.assemble(folder)
    who, wanted = person_of(installed, person), parsed(CaseId, case)
    said = {"text": text or f"{step}: {result}", "side": side, "step": step, "result": result}
    at = wiring.now()
    casebook.note(installed.gateway, installed.store, who, wanted, EntryKind.STEP, said, at, local(told_at))
    out.print("Noted.")


@case_group.command(
    "close",
    epilog="gateway cases close c-2v4dxyq7n5gwfa3mzk6tjbc2re enrolled-and-started --school 8864321 --day 2026-11-16 "
    "--by a.shah",
)
@CASE
@click.argument("ending", type=click.Choice([str(one) for one in Ending]))
@click.option("--school", default="", help="The school at which the child is enrolled and has started.")
@click.option("--day", default="", help="The day: started there, assessed, confirmed, or over age since.")
@click.option("--who", "assessor", default="", help="Who found the home education suitable.")
@click.option("--how", default="", help="How it was confirmed.")
@click.option("--reason", default="", help="A manager's reason that every enquiry was made.")
@BY
@click.pass_obj
@told
def close_case(
    folder: Path, case: str, ending: str, school: str, day: str, assessor: str, how: str, reason: str, person: str
) -> None:
    """Close a case on its evidence, or on a manager's word that every enquiry was made."""
    installed = wiring.assemble(folder)
    who, wanted = person_of(installed, person), parsed(CaseId, case)
    evidence = {"school": school, "day": day, "who": assessor, "how": how, "reason": reason}
    casebook.close(installed.gateway, installed.store, who, wanted, Ending(ending), evidence, wiring.now())
    out.print("Closed. A letter that comes late is still entered; it can be opened again.")
    if Ending(ending) is Ending.DIED:
        out.print("Nothing goes out about the child any more, and nobody is reminded; 'flags list' shows it.")


@case_group.command("reopen", epilog="gateway cases reopen c-2v4dxyq7n5gwfa3mzk6tjbc2re --by m.head --reason '…'")
@CASE
@BY
@WHY
@click.pass_obj
@told
def reopen_case(folder: Path, case: str, person: str, reason: str) -> None:
    """Go on with a case that was closed, merged or handed over."""
    installed = wiring.assemble(folder)
    who, wanted = person_of(installed, person), parsed(CaseId, case)
    casebook.reopen(installed.gateway, installed.store, who, wanted, reason, wiring.now())
    out.print("Open again, with everything that was in it.")


@case_group.command(
    "merge",
    epilog="gateway cases merge c-2v4dxyq7n5gwfa3mzk6tjbc2re c-7n5gwfa3mzk6tjbc2re2v4dxyq --by a.shah --reason '…'",
)
@CASE
@click.argument("into")
@BY
@WHY
@click.pass_obj
@told
def merge_cases(folder: Path, case: str, into: str, person: str, reason: str) -> None:
    """Say that two cases are about one child: the first goes on in the second."""
    installed = wiring.assemble(folder)
    who, first, second = person_of(installed, person), parsed(CaseId, case), parsed(CaseId, into)
    casebook.merge(installed.gateway, installed.store, who, first, second, reason, wiring.now())
    out.print("Merged. What was in the first is shown with the second.")


def local(at: datetime | None) -> datetime | None:
    """What somebody typed, as the clock on the wall showed it."""
    return None if at is None else at.replace(tzinfo=LONDON)
