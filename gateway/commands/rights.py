"""What people ask for about themselves: taken in, checked, decided, and told to everybody who was told before."""

from datetime import date
from pathlib import Path

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands import answers  # noqa: F401  (the commands of the same group that stand there)
from gateway.commands.claims import (
    COMPLAINT_ROUTE,
    child_of,
    complaint_group,
    disclosure_of,
    due_by,
    home_of,
    item_of,
    prompt,
    request_of,
    rights_group,
    stands,
)
from gateway.commands.guarding import BY, WHY
from gateway.commands.root import grid, out, told
from gateway.commands.who import person_of
from gateway.core import law, rights
from gateway.core.facts import Asker, NoticeAnswer, RightsKind, RightsStep, TaskKind
from gateway.core.terms import Flag, stamp
from gateway.flows.rights import granting, guarding, meaning, ours, requests, settling, telling
from gateway.flows.rights.requests import Asked
from gateway.wiring import Installation

WITHDRAW = "withdraw-consent"
"""What people call an objection where nothing rests on consent (law.md §1.8)."""

_ELSEWHERE = frozenset({RightsKind.COMPLAINT})
_BY_OTHERS = frozenset({RightsStep.GRANTED, RightsStep.REFUSED, RightsStep.MEANING_SAID})
"""'decide' and 'which' record these."""
RECORDED = tuple(str(one) for one in RightsStep if one not in _BY_OTHERS)


# -- taking in --------------------------------------------------------------------------------------------------------


@rights_group.command(
    "open",
    epilog="gateway rights open access --asker parent --by a.shah < upn.txt\n"
    "gateway rights open rectification --asker child --item Address/PostCode --since 2026-09-01 --by a.shah",
)
@click.argument("kind", type=click.Choice([*(str(one) for one in RightsKind if one not in _ELSEWHERE), WITHDRAW]))
@click.option("--asker", type=click.Choice([str(one) for one in Asker if one is not Asker.PARTNER]), required=True)
@click.option("--item", default="", help="The wrong item, as its schema names it: Address/PostCode.")
@click.option(
    "--which", "entry", type=int, help="Which of several contacts or entries, from 1, where two say the same."
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Since which day it is wrong.")
@click.option("--parcel", help="A parcel in which the child stands, where it has no pupil number.")
@click.option("--pupil", type=int, default=1, show_default=True, help="Which child of the parcel.")
@click.option("--home", help="Which home was asked, where this gateway has several.")
@BY
@click.pass_obj
@told
def open_request(
    folder: Path,
    kind: str,
    asker: str,
    item: str,
    entry: int | None,
    since: date | None,
    parcel: str | None,
    pupil: int,
    home: str | None,
    person: str,
) -> None:
    """Take a request in. Names and numbers are asked for, so that they stand in no list of commands."""
    installed = wiring.assemble(folder)
    handles = child_of(installed, parcel, pupil)
    what = RightsKind.OBJECTION if kind == WITHDRAW else RightsKind(kind)
    asked = Asked(
        home_of(installed, home),
        what,
        Asker(asker),
        handles,
        click.prompt("Who asks (surname, forename)", default="", show_default=False, err=True),
        item=item_of(item),
        wrong_since=since.date() if since else None,  # type: ignore[attr-defined]
        correction=prompt("What is right") if what is RightsKind.RECTIFICATION else "",
        text=prompt("The statement to put beside it") if what is RightsKind.ADDENDUM else "",
        was=_was() if what is RightsKind.RECTIFICATION else "",
        entry=entry,
    )
    request = requests.open_request(installed.gateway, person_of(installed, person), asked, wiring.now())
    out.print(f"[bold]{request}[/]: {rights.KIND_WORDS[what]}")
    if what in requests.HOLDING:
        out.print("It holds from this moment, while it is looked at: see 'gateway flags list'.")
    out.print("Next: check who asks, and record it: gateway rights step … identity-shown")


def _was() -> str:
    """Asked last, and may be left out: most items stand in a record once."""
    return str(click.prompt("What stands there now, if it stands there more than once", default="", err=True))


@complaint_group.command("open", epilog="gateway complaints open --asker parent --by a.shah < upn.txt")
@click.option("--asker", type=click.Choice([str(one) for one in Asker if one is not Asker.PARTNER]), required=True)
@click.option("--parcel", help="A parcel in which the child stands, where it has no pupil number.")
@click.option("--pupil", type=int, default=1, show_default=True)
@click.option("--home", help="To which home, where this gateway has several.")
@BY
@click.pass_obj
@told
def open_complaint(folder: Path, asker: str, parcel: str | None, pupil: int, home: str | None, person: str) -> None:
    """Take a complaint in. Who complains, and of what, is asked for."""
    installed = wiring.assemble(folder)
    handles = child_of(installed, parcel, pupil)
    who, text = prompt("Who complains"), prompt("Of what")
    asked = Asked(home_of(installed, home), RightsKind.COMPLAINT, Asker(asker), handles, who, text=text)
    request = requests.open_request(installed.gateway, person_of(installed, person), asked, wiring.now())
    out.print(f"[bold]{request}[/]: {rights.KIND_WORDS[RightsKind.COMPLAINT]}\n{COMPLAINT_ROUTE}")
    out.print("Acknowledge it: gateway rights step … acknowledged")


@complaint_group.command("list", epilog="gateway complaints list --by g.lowe")
@BY
@click.pass_obj
@told
def list_complaints(folder: Path, person: str) -> None:
    """Complaints, the most urgent first."""
    _list(folder, person, complaints=True)


@rights_group.command("list", epilog="gateway rights list --by g.lowe")
@BY
@click.pass_obj
@told
def list_requests(folder: Path, person: str) -> None:
    """Requests, the most urgent first, and notices of partners that wait for a person."""
    _list(folder, person, complaints=False)


@rights_group.command("show", epilog="gateway rights show q-2v4dxyq7n5gwfa3mzk6tjbc2re --by g.lowe")
@click.argument("request")
@BY
@click.pass_obj
@told
def show_request(folder: Path, request: str, person: str) -> None:
    """One request: every step and why, and what each past recipient answered."""
    installed = wiring.assemble(folder)
    case = requests.found(installed.gateway, installed.store, person_of(installed, person), request_of(request))
    out.print(f"[bold]{rights.KIND_WORDS[case.request.kind]}[/], asked by a {case.request.asker}: {stands(case)}")
    for one in case.steps:
        out.print(f"  {stamp(one.at)}  {one.step}, {one.by}: {escape(requests.reason_of(installed.gateway, one))}")
    table = grid("about", "told", "how", "since", "answer")
    for each in telling.rows(installed.gateway, installed.store, case):
        answer = f"{each.answer} {each.why}" if each.answer else "not yet"
        table.add_row(each.about, escape(each.reader), each.outcome, stamp(each.at), escape(answer))
    if table.row_count:
        out.print(table)
    if case.stands.state.over and Flag.RESTRICTION in guarding.flags_on(
        installed.gateway, installed.store, case.request
    ):
        out.print("The restriction stands. Before it is lifted, tell the person: gateway rights step … told")


# -- the steps --------------------------------------------------------------------------------------------------------


@rights_group.command(
    "step", epilog="gateway rights step q-2v4dxyq7n5gwfa3mzk6tjbc2re identity-shown --by a.shah --reason '…'"
)
@click.argument("request")
@click.argument("what", type=click.Choice(RECORDED))
@BY
@WHY
@click.pass_obj
@told
def take_step(folder: Path, request: str, what: str, person: str, reason: str) -> None:
    """Record a step: identity, responsibility, the child's agreement, a pause, an extension, a signature."""
    installed = wiring.assemble(folder)
    who, step = person_of(installed, person), RightsStep(what)
    case = requests.step(installed.gateway, installed.store, who, request_of(request), step, reason, wiring.now())
    out.print(stands(case))


@rights_group.command(
    "decide", epilog="gateway rights decide q-2v4dxyq7n5gwfa3mzk6tjbc2re granted --by g.lowe --reason '…'"
)
@click.argument("request")
@click.argument("outcome", type=click.Choice(["granted", "refused"]))
@click.option("--age", type=int, default=granting.AGE_OF_ASKING, show_default=True, help="From when a child is asked.")
@click.option("--without-child", is_flag=True, help="The child was not asked, and the reason says why not.")
@BY
@WHY
@click.pass_obj
@told
def decide(
    folder: Path, request: str, outcome: str, age: int, *, without_child: bool, person: str, reason: str
) -> None:
    """A manager or the governance officer decides. Past recipients are told at once of what was granted."""
    installed = wiring.assemble(folder)
    hands, store, who, at = installed.gateway, installed.store, person_of(installed, person), wiring.now()
    if outcome == "refused":
        requests.step(hands, store, who, request_of(request), RightsStep.REFUSED, reason, at)
        out.print(f"Refused. {COMPLAINT_ROUTE}")
        return
    case, changed = ours.grant(hands, store, who, request_of(request), reason, at, age, without_child=without_child)
    out.print(stands(case))
    if case.request.kind in ours.APPLIED:
        out.print(f"{changed} of our own copies say so now.")
    if case.request.kind is RightsKind.ERASURE:
        out.print("What our own schools handed in is destroyed by 'gateway retention run', once its clock has begun.")
    if case.request.kind in rights.NOTICED:
        _tell(installed, request, person)


@rights_group.command(
    "which", epilog="gateway rights which q-2v4dxyq7n5gwfa3mzk6tjbc2re --by a.shah --reason 'She rang and said so.'"
)
@click.argument("request")
@BY
@WHY
@click.pass_obj
@told
def which(folder: Path, request: str, person: str, reason: str) -> None:
    """Put on record which value a correction means, as its asker says. Shows each that may be meant, and asks."""
    installed = wiring.assemble(folder)
    hands, store, who = installed.gateway, installed.store, person_of(installed, person)
    case = requests.found(hands, store, who, request_of(request))
    known = meaning.look(hands, store, who, case, wiring.now())
    called = law.names(hands.rulebook.classes)
    for number, one in enumerate(known, 1):
        click.echo(f"{number}  {one.words(called)}", err=True)
    said = prompt("Which of these are wrong in the same way (numbers, with commas between)").replace(" ", "").split(",")
    if not all(one.isdigit() and 1 <= int(one) <= len(known) for one in said):
        raise click.UsageError(f"numbers from 1 to {len(known)}, with commas between")
    meant = [known[int(one) - 1] for one in said]
    out.print(stands(meaning.say(hands, store, who, case, meant, reason, wiring.now())))


@rights_group.command("tell", epilog="gateway rights tell q-2v4dxyq7n5gwfa3mzk6tjbc2re --by g.lowe")
@click.argument("request")
@BY
@click.pass_obj
@told
def tell(folder: Path, request: str, person: str) -> None:
    """Tell every past recipient who has not been told; nobody is told twice."""
    _tell(wiring.assemble(folder), request, person)


@rights_group.command(
    "answered", epilog="gateway rights answered q-2v4dxy… d-2v4dxy… impossible --by a.shah --reason '…'"
)
@click.argument("request")
@click.argument("about")
@click.argument("answer", type=click.Choice([str(one) for one in NoticeAnswer]))
@BY
@WHY
@click.pass_obj
@told
def answered(folder: Path, request: str, about: str, answer: str, person: str, reason: str) -> None:
    """What a past recipient said by phone or letter, or why it is impossible to tell it."""
    installed = wiring.assemble(folder)
    who, meant = person_of(installed, person), disclosure_of(about)
    telling.answered_by_hand(
        installed.gateway, installed.store, who, request_of(request), meant, NoticeAnswer(answer), reason, wiring.now()
    )
    out.print("Recorded.")


# -- small print ------------------------------------------------------------------------------------------------------


def _list(folder: Path, person: str, *, complaints: bool) -> None:
    installed, at = wiring.assemble(folder), wiring.now()
    who = person_of(installed, person)
    table = grid("id", "what", "asked by", "stands", "due")
    for case in requests.listed(installed.gateway, installed.store, who):
        if (case.request.kind is RightsKind.COMPLAINT) is complaints:
            state = rights.STATE_WORDS[case.stands.state]
            table.add_row(case.request.id, case.request.kind, case.request.asker, state, due_by(case.stands.due, at))
    tasks = () if complaints else installed.store.tasks(sorted(who.homes & set(installed.gateway.homes)))
    for task, right, sender in settling.waiting(installed.gateway, who, tasks):
        waits = "waits for a person" if task.kind is TaskKind.RIGHTS_NOTICE else "acknowledged; to be decided"
        table.add_row(task.subject, f"notice: {right}", escape(sender), waits, due_by(task.due, at))
    out.print(table if table.row_count else "Nothing.")


def _tell(installed: Installation, request: str, person: str) -> None:
    who = person_of(installed, person)
    notices = telling.send(installed.gateway, installed.store, who, request_of(request), wiring.now())
    out.print(f"{len(notices)} disclosures that recipients have to put right: gateway rights show {request}")
