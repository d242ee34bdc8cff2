"""What went wrong: call back what was sent, answer what was called back from us, and keep the record of breaches."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands.guarding import BY, WHY
from gateway.commands.root import gateway, grid, out, told
from gateway.commands.who import person_of
from gateway.core.errors import Code, Refusal
from gateway.core.facts import BreachRisk, KeptReason, RecallOutcome, RecallReason
from gateway.core.terms import BreachId, DisclosureId, Outcome, Token, stamp
from gateway.flows import breaches, recalling, returning
from gateway.flows.breaches import News, Row

T = TypeVar("T", bound=Token)
OUTCOME = click.option("--outcome", required=True, type=click.Choice([str(one) for one in RecallOutcome]))
MOMENT = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"])
PHONE = "No message goes: {}. Phone them, and write down what they say: gateway recalls heard."


@gateway.command(
    epilog="gateway recall d-2v4dxyq7n5gwfa3mzk6tjbc2re --because wrong-recipient --by g.lowe --reason '…'"
)
@click.argument("disclosure")
@click.option(
    "--because", type=click.Choice([str(one) for one in RecallReason]), default="wrong-recipient", show_default=True
)
@BY
@WHY
@click.pass_obj
@told
def recall(folder: Path, disclosure: str, because: str, person: str, reason: str) -> None:
    """Call back a disclosure: what has not gone never goes, and whoever has it is asked to delete it.

    It opens the breach record, with 72 hours to the Information Commissioner.
    """
    installed = wiring.assemble(folder)
    who, wanted = person_of(installed, person), _parsed(DisclosureId, disclosure)
    done = recalling.recall(
        installed.gateway, installed.store, who, wanted, RecallReason(because), reason, wiring.now()
    )  # fmt: skip
    out.print(f"Withdrawn before they went: {done.withdrawn}. Gone, or perhaps gone: {done.gone}.")
    if done.told is Outcome.RELEASE:
        out.print("Whoever has it is asked to delete it and to answer: gateway recalls list.")
    elif done.told is not None:
        out.print(PHONE.format(done.told))
    out.print(f"The breach record is [bold]{done.breach}[/]: gateway breaches show.")


@gateway.group("recalls")
def recall_group() -> None:
    """What was called back, by us and from us."""


@recall_group.command("list", epilog="gateway recalls list --by g.lowe")
@BY
@click.pass_obj
@told
def list_recalls(folder: Path, person: str) -> None:
    """What was called back, and what became of it."""
    installed = wiring.assemble(folder)
    who = person_of(installed, person)
    table = grid("disclosure", "called back by", "from", "since", "answer by", "what became of it", "opened by")
    ours = recalling.listed(installed.gateway, installed.store, who)
    answers = recalling.answers(installed.gateway, ours)
    for one in ours:
        became = str(one.outcome or ("not answered" if one.gone else "had not gone"))
        became = escape("; ".join(filter(None, (became, answers[one.disclosure]))))
        opened = "" if one.opened is None else str(one.opened)
        table.add_row(one.disclosure, one.home, one.partner, stamp(one.at), str(one.due), became, opened)
    for call in returning.listed(installed.gateway, installed.store, who):
        became = str(call.outcome or "not answered")
        table.add_row(call.disclosure, call.sender, call.home, stamp(call.at), str(call.due), became, "")
    out.print(table if table.row_count else "Nothing.")


@recall_group.command(
    "answer",
    epilog="gateway recalls answer d-2v4dxyq7n5gwfa3mzk6tjbc2re --outcome deleted --by b.jones\n"
    "gateway recalls answer d-2v4dxyq7n5gwfa3mzk6tjbc2re --outcome kept --kept-because legal-claim --by b.jones",
)
@click.argument("disclosure")
@OUTCOME
@click.option(
    "--kept-because", type=click.Choice([str(one) for one in KeptReason]), help="Why, where it is kept or shared-on."
)
@click.option("--passed-on", multiple=True, help="An organisation to which it went on; as often as needed.")
@click.option("--opened-by", type=int, default=0, help="How many people saw it, if more than collected it.")
@BY
@click.pass_obj
@told
def answer_recall(
    folder: Path,
    disclosure: str,
    outcome: str,
    kept_because: str | None,
    passed_on: tuple[str, ...],
    opened_by: int,
    person: str,
) -> None:
    """Delete what was called back from us, or say why it is kept; whoever called it back is told."""
    installed = wiring.assemble(folder)
    kept = KeptReason(kept_because) if kept_because else None
    given = returning.Answer(RecallOutcome(outcome), kept, passed_on, opened_by)
    who, wanted = person_of(installed, person), _parsed(DisclosureId, disclosure)
    went = returning.answer(installed.gateway, installed.store, who, wanted, given, wiring.now())
    out.print("Done, and answered." if went is Outcome.RELEASE else f"Done. {PHONE.format(went)}")


@recall_group.command(
    "heard", epilog="gateway recalls heard d-2v4dxyq7n5gwfa3mzk6tjbc2re --outcome deleted --by g.lowe"
)
@click.argument("disclosure")
@OUTCOME
@click.option("--opened-by", type=int, help="How many people there had opened it, if they said.")
@BY
@click.pass_obj
@told
def hear(folder: Path, disclosure: str, outcome: str, opened_by: int | None, person: str) -> None:
    """Write down what the other side said by telephone about what we called back."""
    installed = wiring.assemble(folder)
    who, wanted = person_of(installed, person), _parsed(DisclosureId, disclosure)
    said = RecallOutcome(outcome)
    recalling.heard(installed.gateway, installed.store, who, wanted, said, opened_by, wiring.now())
    out.print("Written down.")


@gateway.group("breaches")
def breach_group() -> None:
    """The record of personal data breaches, and its clocks."""


@breach_group.command("list", epilog="gateway breaches list --by g.lowe")
@BY
@click.pass_obj
@told
def list_breaches(folder: Path, person: str) -> None:
    """Every breach, newest first, and by when whom it has to be told."""
    installed = wiring.assemble(folder)
    table = grid("id", "what", "children", "contained", "risk", "tell them by", "tell the ICO by")
    for row in breaches.listed(installed.gateway, installed.store, person_of(installed, person), wiring.now()):
        one = row.breach
        contained = "yes" if one.contained else "no"
        late = "[bold red]late:[/] " if row.late else ""
        other, ico = _by(row.partner_by), _by(row.ico_by)
        table.add_row(one.id, one.nature, str(one.children), contained, one.risk or "", other, late + ico)
    out.print(table if table.row_count else "Nothing.")


@breach_group.command("show", epilog="gateway breaches show b-2v4dxyq7n5gwfa3mzk6tjbc2re --by g.lowe")
@click.argument("breach")
@BY
@click.pass_obj
@told
def show_breach(folder: Path, breach: str, person: str) -> None:
    """Who, what, how many, contained or not, and who was told."""
    installed = wiring.assemble(folder)
    who, wanted = person_of(installed, person), _parsed(BreachId, breach)
    row = breaches.shown(installed.gateway, installed.store, who, wanted, wiring.now())
    for name, text in _told_of(row):
        out.print(f"  {name}: {escape(text)}")


@breach_group.command(
    "update", epilog="gateway breaches update b-2v4dxyq7n5gwfa3mzk6tjbc2re --contained --risk likely --by g.lowe"
)
@click.argument("breach")
@click.option("--contained/--not-contained", default=None, help="Whether it has been contained.")
@click.option("--risk", type=click.Choice([str(one) for one in BreachRisk]), help="To the people concerned.")
@click.option("--told-ico", type=MOMENT, help="When the Commissioner was told, in UTC.")
@click.option("--told-people", type=MOMENT, help="When the people were told, in UTC.")
@click.option("--told-them", type=MOMENT, help="When the other party was told, in UTC.")
@click.option("--why", default="", help="Why somebody is not told. No child's name.")
@BY
@click.pass_obj
@told
def update_breach(
    folder: Path,
    breach: str,
    contained: bool | None,
    risk: str | None,
    told_ico: datetime | None,
    told_people: datetime | None,
    told_them: datetime | None,
    why: str,
    person: str,
) -> None:
    """Write down what is known by now. Unlikely to be a risk, so that nobody is told, needs a reason."""
    installed = wiring.assemble(folder)
    ico, people, them = (at.replace(tzinfo=UTC) if at else None for at in (told_ico, told_people, told_them))
    news = News(contained, BreachRisk(risk) if risk else None, ico, people, them, why)
    who, wanted = person_of(installed, person), _parsed(BreachId, breach)
    breaches.update(installed.gateway, installed.store, who, wanted, news, wiring.now())
    out.print("Written down.")


def _told_of(row: Row) -> list[tuple[str, str]]:
    one = row.breach
    return [
        ("what", one.nature),
        ("disclosure", one.disclosure or ""),
        ("with", row.partner),
        ("we know since", stamp(one.aware)),
        ("children", str(one.children)),
        ("classes of items", ", ".join(one.classes)),
        ("flags on the children", ", ".join(one.flags) or "none"),
        ("contained", "yes" if one.contained else "no"),
        ("risk", one.risk or "not assessed"),
        ("other party", f"told {stamp(one.told_partner)}" if one.told_partner else f"tell by {_by(row.partner_by)}"),
        ("Commissioner", f"told {stamp(one.told_ico)}" if one.told_ico else f"tell by {_by(row.ico_by)}"),
        ("people", f"told {stamp(one.told_people)}" if one.told_people else "not told"),
        ("why not", row.why),
    ]


def _by(at: datetime | None) -> str:
    return stamp(at) if at else "nothing to tell"


def _parsed(kind: type[T], text: str) -> T:
    try:
        return kind(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None
