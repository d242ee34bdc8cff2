"""What guards children and waits for people: flags, holds and tasks."""

from pathlib import Path
from typing import TypeVar

import click
from rich.markup import escape
from rich.table import Table

from gateway import wiring
from gateway.commands.root import gateway, grid, out, told
from gateway.commands.who import person_of
from gateway.core.errors import HELP, Code, Refusal
from gateway.core.facts import Excuse
from gateway.core.terms import DisclosureId, Flag, FlagId, ParcelId, TaskId, Token, stamp
from gateway.flows import flagging, holds, situations

T = TypeVar("T", bound=Token)
BY = click.option("--by", "person", required=True, help="Who does it; it stands in the log.")
WHY = click.option("--reason", required=True, help="Why, in a sentence. No child's name.")


# -- flags ------------------------------------------------------------------------------------------------------------


@gateway.group("flags")
def flag_group() -> None:
    """Children whose address, new school or new name somebody must not learn."""


@flag_group.command(
    "set", epilog="gateway flags set p-2v4dxyq7n5gwfa3mzk6tjbc2re 1 address-confidential --by s.lead --reason '…'"
)
@click.argument("parcel")
@click.argument("pupil", type=int)
@click.argument("flag", type=click.Choice([str(one) for one in Flag]))
@BY
@WHY
@click.pass_obj
@told
def set_flag(folder: Path, parcel: str, pupil: int, flag: str, person: str, reason: str) -> None:
    """Set a flag on one child of a parcel, in one step. It holds from this moment."""
    installed = wiring.assemble(folder)
    standing = installed.store.parcel(parsed(ParcelId, parcel))
    if standing is None:
        raise Refusal(Code.NOT_FOUND)
    here = situations.of(installed.gateway, standing.parcel.home, wiring.now())
    document = flagging.opened(installed.gateway, standing.parcel.id, here)
    flagging.set_flag(installed.gateway, here, person_of(installed, person), document, pupil, Flag(flag), reason)
    out.print("The flag stands. What is queued about this child is looked at again before it goes.")


@flag_group.command("list", epilog="gateway flags list --by s.lead")
@BY
@click.pass_obj
@told
def list_flags(folder: Path, person: str) -> None:
    """The flags that stand; a child by initials and the end of its number."""
    installed = wiring.assemble(folder)
    table = grid("id", "flag", "child", "since", "by", "lift proposed by", "reason")
    for one in flagging.listed(installed.gateway, installed.store, person_of(installed, person)):
        shown = (one.label, one.at, one.by or "the file itself", one.proposed_by, one.reason)
        table.add_row(one.id, one.flag, *map(escape, shown))
    listed(table)


@flag_group.command(
    "propose-lift", epilog="gateway flags propose-lift f-2v4dxyq7n5gwfa3mzk6tjbc2re --by s.lead --reason '…'"
)
@click.argument("flag")
@BY
@WHY
@click.pass_obj
@told
def propose_lift(folder: Path, flag: str, person: str, reason: str) -> None:
    """The first of two people says why a flag may go."""
    installed = wiring.assemble(folder)
    who = person_of(installed, person)
    flagging.propose(installed.gateway, installed.store, who, parsed(FlagId, flag), reason, wiring.now())
    out.print("Proposed. Somebody else lifts it: gateway flags lift.")


@flag_group.command("lift", epilog="gateway flags lift f-2v4dxyq7n5gwfa3mzk6tjbc2re --by m.head --reason '…'")
@click.argument("flag")
@BY
@WHY
@click.pass_obj
@told
def lift_flag(folder: Path, flag: str, person: str, reason: str) -> None:
    """The second of two people lifts it."""
    installed = wiring.assemble(folder)
    who = person_of(installed, person)
    flagging.lift(installed.gateway, installed.store, who, parsed(FlagId, flag), reason, wiring.now())
    out.print("The flag is lifted.")


# -- holds ------------------------------------------------------------------------------------------------------------


@gateway.group("holds")
def hold_group() -> None:
    """Disclosures that wait for people."""


@hold_group.command("list", epilog="gateway holds list --by s.lead")
@BY
@click.pass_obj
@told
def list_holds(folder: Path, person: str) -> None:
    """What waits, the most urgent first."""
    installed = wiring.assemble(folder)
    table = grid("disclosure", "purpose", "to", "because of", "due", "owner", "signatures")
    for one in holds.listed(installed.gateway, installed.store, person_of(installed, person), wiring.now()):
        late = "[bold red]overdue:[/] " if one.overdue else ""
        due = late + (stamp(one.due) if one.due else "")
        signed = f"{one.signed} of {one.people}"
        table.add_row(one.disclosure, one.purpose, escape(one.reader), ", ".join(one.reasons), due, one.owner, signed)
    listed(table)


@hold_group.command("show", epilog="gateway holds show d-2v4dxyq7n5gwfa3mzk6tjbc2re --by s.lead")
@click.argument("disclosure")
@BY
@click.pass_obj
@told
def show_hold(folder: Path, disclosure: str, person: str) -> None:
    """What would go, what would stay behind, and why it waits."""
    installed = wiring.assemble(folder)
    who, wanted = person_of(installed, person), parsed(DisclosureId, disclosure)
    found = holds.preview(installed.gateway, installed.store, who, wanted, wiring.now())
    row = found.row
    out.print(f"[bold]{row.purpose} to {escape(row.reader)}[/] · {row.signed} of {row.people} signatures")
    for reason in row.reasons:
        out.print(f"  {HELP[reason].sentence} {HELP[reason].fix}")
    if found.flags:
        out.print(f"  flags: {', '.join(sorted(found.flags))}")
    out.print(f"  would go: {', '.join(sorted(found.shared)) or 'nothing'}")
    out.print(f"  would stay: {', '.join(sorted(found.withheld)) or 'nothing'}")
    for reason in found.stands:
        out.print(f"  [red]no signature clears this: {HELP[reason].sentence}[/]")


@hold_group.command("release", epilog="gateway holds release d-2v4dxyq7n5gwfa3mzk6tjbc2re --by s.lead --reason '…'")
@click.argument("disclosure")
@BY
@WHY
@click.option("--because", "excuses", multiple=True, type=click.Choice([str(one) for one in Excuse]))
@click.pass_obj
@told
def release_hold(folder: Path, disclosure: str, person: str, reason: str, excuses: tuple[str, ...]) -> None:
    """Put a signature under it; with the last one it is decided anew and goes."""
    installed = wiring.assemble(folder)
    who, wanted, said = person_of(installed, person), parsed(DisclosureId, disclosure), map(Excuse, excuses)
    made = holds.release(installed.gateway, installed.store, who, wanted, reason, wiring.now(), said)
    if made is None:
        out.print("Signed. It takes another signature, of somebody else.")
    else:
        out.print(f"{made.decision.outcome}: {', '.join(made.decision.reasons) or 'it goes.'}")


@hold_group.command("refuse", epilog="gateway holds refuse d-2v4dxyq7n5gwfa3mzk6tjbc2re --by s.lead --reason '…'")
@click.argument("disclosure")
@BY
@WHY
@click.pass_obj
@told
def refuse_hold(folder: Path, disclosure: str, person: str, reason: str) -> None:
    """Decide that it does not go. Not sharing is a decision too, and is kept."""
    installed = wiring.assemble(folder)
    who, wanted = person_of(installed, person), parsed(DisclosureId, disclosure)
    holds.refuse(installed.gateway, installed.store, who, wanted, reason, wiring.now())
    out.print("Refused. It stands in the log.")


@hold_group.command(
    "break-glass", epilog="gateway holds break-glass d-2v4dxyq7n5gwfa3mzk6tjbc2re --by s.lead --reason '…'"
)
@click.argument("disclosure")
@BY
@WHY
@click.pass_obj
@told
def break_glass(folder: Path, disclosure: str, person: str, reason: str) -> None:
    """Alone, to the police, social care or health: somebody else looks at it on the next working day."""
    installed = wiring.assemble(folder)
    who, wanted = person_of(installed, person), parsed(DisclosureId, disclosure)
    made = holds.break_glass(installed.gateway, installed.store, who, wanted, reason, wiring.now())
    out.print(f"{made.decision.outcome}: {', '.join(made.decision.reasons) or 'it goes.'}")


# -- tasks ------------------------------------------------------------------------------------------------------------


@gateway.group("tasks")
def task_group() -> None:
    """What somebody has to do by a time."""


@task_group.command("list", epilog="gateway tasks list")
@click.pass_obj
@told
def list_tasks(folder: Path) -> None:
    """What is not done, the most urgent first."""
    installed, at = wiring.assemble(folder), wiring.now()
    table = grid("id", "what", "about", "due", "owner")
    for one in installed.store.tasks(installed.settings.homes):
        late = "[bold red]overdue, with the deputies:[/] " if one.escalated_at else ""
        mark = late or ("[red]overdue:[/] " if one.due < at else "")
        table.add_row(one.id, one.kind, one.subject, mark + stamp(one.due), one.owner or "")
    listed(table)


@task_group.command("done", epilog="gateway tasks done t-2v4dxyq7n5gwfa3mzk6tjbc2re --by m.head")
@click.argument("task")
@BY
@click.pass_obj
@told
def finish_task(folder: Path, task: str, person: str) -> None:
    """Say that you have looked at it. A hold is done by deciding it."""
    installed = wiring.assemble(folder)
    holds.look_at(installed.gateway, installed.store, person_of(installed, person), parsed(TaskId, task), wiring.now())
    out.print("Done.")


def listed(table: Table) -> None:
    out.print(table if table.row_count else "Nothing.")


def parsed(kind: type[T], text: str) -> T:
    try:
        return kind(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None
