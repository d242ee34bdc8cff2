"""Asking other councils after a child, and answering them: by people, in grades, and over after a year."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands.notices import BY, line_of, parsed, show, show_row
from gateway.commands.root import FAILED, gateway, grid, out, told
from gateway.commands.who import person_of
from gateway.core.documents.messages.words import ClosureEvidence, ClosureOutcome, Profession
from gateway.core.errors import HELP, Code
from gateway.core.notices import Side
from gateway.core.terms import Kind, LaEstab, PartnerId
from gateway.flows import asking, notices, replying
from gateway.flows.asking import Sent
from gateway.flows.intake import Plan
from gateway.flows.replying import Answer
from gateway.flows.sending import decisions_of

OUTCOMES = [str(one) for one in ClosureOutcome if one is not ClosureOutcome.IN_EDUCATION]


@gateway.group("enquiries")
def enquiry_group() -> None:
    """Ask several councils after one child, and answer those who ask."""


@enquiry_group.command(
    "ask",
    epilog="gateway --dir kent enquiries ask 886LLLL_ENQ_887LLLL_001.xml --to council-887 --to council-201 --by a.shah",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "councils", multiple=True, required=True, help="A council to ask; once for each.")
@click.option("--home", help="At a gateway with two homes: which of them asks.")
@BY
@click.pass_obj
@told
def ask(folder: Path, file: Path, councils: tuple[str, ...], home: str | None, person: str) -> None:
    """Send one enquiry to each of these councils. Each looks out for the child for a year, or until you close it."""
    installed = wiring.assemble(folder)
    acting = PartnerId(home) if home else installed.settings.homes[0]
    try:
        wanted = [PartnerId(one) for one in councils]
    except ValueError as error:
        raise click.UsageError("a council is written like council-887") from error
    who = person_of(installed, person)
    _show_sent(asking.ask(installed.gateway, who, acting, file.name, file.read_bytes(), wanted, wiring.now()))


@enquiry_group.command("list", epilog="gateway enquiries list --received --by a.shah")
@click.option("--received", is_flag=True, help="What other councils ask us, in place of what we ask.")
@BY
@click.pass_obj
@told
def list_enquiries(folder: Path, received: bool, person: str) -> None:
    """Newest first, one line for each council."""
    installed = wiring.assemble(folder)
    side = Side.RECEIVED if received else Side.SENT
    table = grid("disclosure", "kind", "urgency", "asked by" if received else "asked", "state", "since")
    for row in notices.listed(installed.gateway, installed.store, person_of(installed, person), side, [Kind.ENQUIRY]):
        table.add_row(*map(escape, line_of(row)))
    show(table)


@enquiry_group.command("show", epilog="gateway enquiries show d-2v4dxyq7n5gwfa3mzk6tjbc2re --by a.shah")
@click.argument("disclosure")
@click.option("--child", "number", type=int, default=1, show_default=True, help="Its place in the enquiry.")
@BY
@click.pass_obj
@told
def show_enquiry(folder: Path, disclosure: str, number: int, person: str) -> None:
    """Of ours, how far each council has come; of theirs, which of our children it may be, and by which rule."""
    installed, at = wiring.assemble(folder), wiring.now()
    who, wanted = person_of(installed, person), parsed(disclosure)
    row = notices.shown(installed.gateway, installed.store, who, wanted)
    if row.notice.side is Side.SENT:
        for one in asking.all_of(installed.gateway, row.notice):
            show_row(notices.row_of(installed.gateway, installed.store, one))
        return
    show_row(row)
    if row.notice.ended_at is not None:
        out.print("It is over, and our copy is destroyed.")
        return
    found = replying.suggestions(installed.gateway, installed.store, who, wanted, number, at)
    table = grid("perhaps", "in", "child", "because", "differs")
    for each in found:
        differs = ", ".join(each.differs)
        table.add_row(
            each.rule.verdict, f"{each.kind or 'case'} {each.source}", str(each.number), each.rule.words, differs
        )
    out.print(table if found else "Nobody here has this number, or this name with this date of birth.")
    out.print("You decide, and you answer: gateway enquiries answer.")


@enquiry_group.command(
    "answer",
    epilog="""gateway enquiries answer d-2v4dxyq7n5gwfa3mzk6tjbc2re --grade 0 --system Admissions --by b.jones
    gateway enquiries answer d-2v4dxyq7n5gwfa3mzk6tjbc2re --grade 2 --known --school 8874123 --by b.jones""",
)
@click.argument("disclosure")
@click.option(
    "--grade",
    type=click.IntRange(0, 4),
    required=True,
    help="0 no trace, 1 known, 2 school, 3 contact, 4 who works with the child.",
)
@click.option("--child", "number", type=int, default=1, show_default=True, help="Its place in the enquiry.")
@click.option("--system", "systems", multiple=True, help="Grade 0: where you have looked.")
@click.option("--spelling", "spellings", multiple=True, help="Grade 0: a spelling that you tried beside those given.")
@click.option("--known/--not-known", default=None, help="Grade 1: whether the child is known.")
@click.option("--school", help="Grade 2: the school's number.")
@click.option("--started", type=click.DateTime(["%Y-%m-%d"]), help="Grade 2: the first day there.")
@click.option("--phone", "phones", multiple=True, help="Grade 3: where the family is reached.")
@click.option(
    "--with", "professions", multiple=True, type=click.Choice([str(one) for one in Profession]), help="Grade 4."
)
@click.option("--call-first", default="", help="Grade 4: whom to call first, by role.")
@BY
@click.pass_obj
@told
def answer(
    folder: Path,
    disclosure: str,
    grade: int,
    number: int,
    systems: tuple[str, ...],
    spellings: tuple[str, ...],
    known: bool | None,
    school: str | None,
    started: datetime | None,
    phones: tuple[str, ...],
    professions: tuple[str, ...],
    call_first: str,
    person: str,
) -> None:
    """Answer what another council asked, as often as there is something new to say."""
    if grade == 0 and not systems:
        raise click.UsageError("a grade 0 says where you have looked: --system")
    installed = wiring.assemble(folder)
    try:
        placed = LaEstab(school) if school else None
    except ValueError as error:
        raise click.UsageError("a school has seven digits, such as 8874123") from error
    given = Answer(
        grade,
        number,
        systems,
        spellings,
        known,
        placed,
        started.date() if started else None,
        phones,
        tuple(map(Profession, professions)),
        call_first,
    )
    plan = replying.answer(installed.gateway, person_of(installed, person), parsed(disclosure), given, wiring.now())
    out.print(escape(_words(plan)))
    if _refused(plan):
        sys.exit(FAILED)


@enquiry_group.command("renew", epilog="gateway enquiries renew d-2v4dxyq7n5gwfa3mzk6tjbc2re --by a.shah")
@click.argument("disclosure")
@BY
@click.pass_obj
@told
def renew(folder: Path, disclosure: str, person: str) -> None:
    """Ask everybody again for another year. Any one of its disclosures names the enquiry."""
    installed = wiring.assemble(folder)
    _show_sent(asking.renew(installed.gateway, person_of(installed, person), parsed(disclosure), wiring.now()))


@enquiry_group.command(
    "close",
    epilog="gateway enquiries close d-2v4dxyq7n5gwfa3mzk6tjbc2re --outcome responsibility-transferred "
    "--evidence school-confirmed-roll --by a.shah",
)
@click.argument("disclosure")
@click.option("--outcome", type=click.Choice(OUTCOMES), required=True, help="How it ended; never where the child is.")
@click.option("--evidence", type=click.Choice([str(one) for one in ClosureEvidence]), required=True)
@BY
@click.pass_obj
@told
def close(folder: Path, disclosure: str, outcome: str, evidence: str, person: str) -> None:
    """Tell everybody who was asked that it is over; they destroy their copies. Who cannot be told has to be phoned."""
    installed, at = wiring.assemble(folder), wiring.now()
    who, said = person_of(installed, person), (ClosureOutcome(outcome), ClosureEvidence(evidence))
    _show_sent(asking.close(installed.gateway, who, parsed(disclosure), *said, at))


def _show_sent(sent: Sequence[Sent]) -> None:
    table = grid("council", "what becomes of it")
    for one in sent:
        table.add_row(one.council, escape(_words(one.plan)))
    out.print(table)
    if any(_refused(one.plan) for one in sent):
        sys.exit(FAILED)


def _refused(plan: Plan) -> bool:
    return plan.refusal is not None or any(one["outcome"] == "refuse" for one in decisions_of(plan))


def _words(plan: Plan) -> str:
    """What was decided, in words."""
    if plan.refusal is not None:
        said = json.loads(plan.answer)
        found = "; ".join(f"{one['message']} {one['fix']}" for one in said["findings"])
        return f"refused: {HELP[plan.refusal].sentence} {found}".strip()
    made = []
    for one in decisions_of(plan):
        reasons = " ".join(HELP[Code(reason["code"])].sentence for reason in one["reasons"])
        made.append(f"{one['outcome']} {one['disclosure']} {reasons}".strip())
    return "; ".join(made)
