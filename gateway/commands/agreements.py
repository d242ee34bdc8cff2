"""Agreements: in and out as TOML, and each step of their life."""

from datetime import datetime
from pathlib import Path

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands import reviews  # noqa: F401  (the commands of the same group that stand there)
from gateway.commands.agreed import DAY, FILE, adopt, agreement_group, find, named, person_named, read_file
from gateway.commands.root import grid, out, told
from gateway.commands.written import NEW_FOLDER
from gateway.core import agreements
from gateway.core.agreements import Party
from gateway.core.days import day_of
from gateway.core.terms import Period
from gateway.flows import agreements as life
from gateway.wiring import Installation

by_whom = click.option("--by", "person", help="Who does it; it stands in the log.")


@agreement_group.command("list", epilog="gateway agreements list")
@click.pass_obj
@told
def list_agreements(folder: Path) -> None:
    """Agreements in the register and whether each is in force today."""
    today = day_of(wiring.now())
    table = grid("agreement", "title", "purposes", "from", "to", "review", "in force today")
    for one in wiring.assemble(folder).store.register().agreements:
        purposes = ", ".join(purpose for purpose, _ in one.purposes)
        period = (str(one.in_force.first), str(one.in_force.last or "open"), str(one.review))
        state = f"[green]yes[/] ({one.status})" if one.stands(today) else f"[red]no[/] ({one.status})"
        table.add_row(one.ref, escape(one.title), purposes, *period, state)
    out.print(table)


@agreement_group.command("show", epilog="gateway agreements show kent-medway-cme.v1")
@click.argument("ref")
@click.pass_obj
@told
def show_agreement(folder: Path, ref: str) -> None:
    """Print one version as TOML."""
    click.echo(agreements.to_toml(find(wiring.assemble(folder), ref)), nl=False)


@agreement_group.command("export", epilog="gateway agreements export --out agreed kent-medway-cme.v1")
@click.argument("refs", nargs=-1)
@click.option("--out", "target", type=NEW_FOLDER, required=True)
@click.pass_obj
@told
def export_agreements(folder: Path, refs: tuple[str, ...], target: Path) -> None:
    """Write versions into a folder, one TOML file each; all of them if none is named."""
    installed = wiring.assemble(folder)
    found = [find(installed, ref) for ref in refs] or installed.store.register().agreements
    for one in found:
        (target / f"{one.ref}.toml").write_text(agreements.to_toml(one), encoding="utf-8")
    out.print(f"{len(found)} agreement(s) in {target}.")


# -- its life ---------------------------------------------------------------------------------------------------------


@agreement_group.command("adopt", epilog="gateway agreements adopt kent-medway-cme.toml")
@click.argument("file", type=FILE)
@click.pass_obj
@told
def adopt_agreement(folder: Path, file: Path) -> None:
    """Put a version into the register. A version is never changed: what is agreed anew has a new number."""
    made = adopt(wiring.assemble(folder), read_file(file))
    out.print(f"{made.ref} is in the register.")


@agreement_group.command("import", epilog="gateway agreements import agreed/kent-medway-cme.v1.toml")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.pass_obj
@told
def import_agreements(folder: Path, files: tuple[Path, ...]) -> None:
    """Adopt several files; none is taken if one of them cannot be read."""
    installed = wiring.assemble(folder)
    for one in [read_file(path) for path in files]:
        adopt(installed, one)
    out.print(f"{len(files)} agreement(s) in the register.")


@agreement_group.command("consult", epilog="gateway agreements consult kent-medway-cme.v2 --by a.shah")
@click.argument("ref")
@by_whom
@click.pass_obj
@told
def consult_agreement(folder: Path, ref: str, person: str | None) -> None:
    """Lay a draft before its parties; from then on they may sign."""
    installed = wiring.assemble(folder)
    made = life.consult(installed.gateway, named(ref), person_named(person), wiring.now())
    out.print(f"{made.ref} is {made.status}. To be signed by: {', '.join(map(str, made.unsigned))}.")
    for words in agreements.blank(made):
        out.print(f"  [yellow]still empty:[/] {words}")


@agreement_group.command(
    "sign", epilog='gateway agreements sign kent-medway-cme.v2 --party council-886 --role "Director of Education"'
)
@click.argument("ref")
@click.option("--party", required=True, help="As the agreement names it: council-886, or 'schools-of council-886'.")
@click.option("--role", required=True, help="The senior officer's role, never a name.")
@click.pass_obj
@told
def sign_agreement(folder: Path, ref: str, party: str, role: str) -> None:
    """Record that a party's senior officer has signed; the last signature lets it be made active."""
    installed = wiring.assemble(folder)
    try:
        signing = Party.parse(party)
    except ValueError as error:
        raise click.UsageError("a party is written like council-886") from error
    made = life.sign(installed.gateway, named(ref), signing, role, wiring.now())
    left = f"Still to sign: {', '.join(map(str, made.unsigned))}." if made.unsigned else "Every party has signed."
    out.print(f"{made.ref} is signed for {signing}. {left}")


@agreement_group.command("activate", epilog="gateway agreements activate kent-medway-cme.v2 --by a.shah")
@click.argument("ref")
@by_whom
@click.pass_obj
@told
def activate_agreement(folder: Path, ref: str, person: str | None) -> None:
    """Put a version into force once every party has signed it; it takes the place of the older ones."""
    installed = wiring.assemble(folder)
    made = life.activate(installed.gateway, named(ref), person_named(person), wiring.now())
    out.print(f"{made.ref} is {made.status} from {made.in_force.first}.")


@agreement_group.command("suspend", epilog="gateway agreements suspend kent-medway-cme.v1 --by a.shah")
@click.argument("ref")
@by_whom
@click.pass_obj
@told
def suspend_agreement(folder: Path, ref: str, person: str | None) -> None:
    """Let nothing leave under an agreement until it is made active again, not even what is queued."""
    _end(wiring.assemble(folder), ref, person, for_good=False)


@agreement_group.command("withdraw", epilog="gateway agreements withdraw kent-medway-cme.v1 --by a.shah")
@click.argument("ref")
@by_whom
@click.pass_obj
@told
def withdraw_agreement(folder: Path, ref: str, person: str | None) -> None:
    """Let nothing leave under an agreement any more, not even what is queued."""
    _end(wiring.assemble(folder), ref, person, for_good=True)


@agreement_group.command("end", epilog="gateway agreements end kent-medway-cme.v1")
@click.argument("ref")
@click.option("--suspend", is_flag=True, help="Suspend it instead of withdrawing it.")
@click.pass_obj
@told
def end_agreement(folder: Path, ref: str, suspend: bool) -> None:
    """End an agreement: nothing more leaves under it, not even what is queued."""
    _end(wiring.assemble(folder), ref, None, for_good=not suspend)


@agreement_group.command(
    "renew",
    epilog="gateway agreements renew kent-medway-cme.v1 --from 2027-09-01 --to 2028-08-31 --review 2028-06-01 "
    '--because "Reviewed; nothing changed"',
)
@click.argument("ref")
@click.option("--from", "first", type=DAY, required=True, help="The first day of the new version.")
@click.option("--to", "last", type=DAY, required=True, help="Its last day.")
@click.option("--review", type=DAY, required=True, help="Its review, within twelve months.")
@click.option("--because", "words", required=True, help="What the review came to; it stands in the change log.")
@click.pass_obj
@told
def renew_agreement(
    folder: Path, ref: str, first: datetime, last: datetime, review: datetime, words: str
) -> None:  # fmt: skip
    """The review is done: make the next version with the same terms, for every party to sign."""
    installed = wiring.assemble(folder)
    try:
        period = Period(first.date(), last.date())
    except ValueError as error:
        raise click.UsageError("the last day comes before the first") from error
    made = life.renew(installed.gateway, named(ref), period, review.date(), words, wiring.now())
    out.print(f"{made.ref} is {made.status}. To be signed by: {', '.join(map(str, made.unsigned))}.")


def _end(installed: Installation, ref: str, person: str | None, *, for_good: bool) -> None:
    step = life.withdraw if for_good else life.suspend
    made = step(installed.gateway, named(ref), person_named(person), wiring.now())
    out.print(f"{ref} is {made.status}. What was queued under it will be decided again.")
