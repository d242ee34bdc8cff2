"""A school's own end: send files to the council, see what became of them; and the council's officers doing the same."""

import json
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands import columns
from gateway.commands.root import WIDTH, gateway, grid, out, told
from gateway.commands.who import person_of
from gateway.core import documents
from gateway.core.facts import StandsOn
from gateway.core.terms import PartnerId, PurposeCode
from gateway.edge import certificates
from gateway.edge.transport import Council
from gateway.flows import casework, enquiry, flagging, reports
from gateway.flows.situations import Extra
from gateway.settings import Unusable

STATUS = {"accepted": 0, "refused": 1}


@gateway.group("school")
def school_group() -> None:
    """Set up a school that sends files from its own machine."""


@school_group.command(
    "init",
    epilog="gateway --dir school school init school-8864321 --council https://kent.example.org:8443 --pin kent.crt.pem",
)
@click.argument("school")
@click.option("--council", required=True, help="Address of the council's door for machines.")
@click.option(
    "--pin", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True, help="Its certificate."
)
@click.pass_obj
@told
def init_school(folder: Path, school: str, council: str, pin: Path) -> None:
    """Make a school's key; hand the certificate to the council, whose operator enrols it."""
    try:
        made = PartnerId(school)
    except ValueError as error:
        raise click.UsageError("a school is written like school-8864321") from error
    stem = found(folder, made, council, pin.read_text(encoding="ascii"))
    out.print(f"Hand this certificate to your council:\n  {stem}.crt.pem")


def found(folder: Path, school: PartnerId, council: str, pem: str) -> Path:
    """Make a school's end under ``folder``; returns the stem of its key files."""
    path = folder / "config" / "school.toml"
    if path.exists():
        raise Unusable(f"{folder} is set up already")
    stem = folder / "keys" / f"{school}-tls"
    certificates.write(stem, *certificates.make("tls", school, (), wiring.now()))
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "council.crt.pem").write_text(pem, encoding="ascii")
    path.write_text(f'school = "{school}"\ncouncil = "{council}"\n', encoding="utf-8")
    return stem


def council_of(folder: Path) -> Council | None:
    """The way to its council, where ``folder`` is a school's."""
    path = folder / "config" / "school.toml"
    if not path.is_file():
        return None
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    stem = folder / "keys" / f"{raw['school']}-tls"
    pem = (path.parent / "council.crt.pem").read_text(encoding="ascii")
    return Council(raw["council"], pem, Path(f"{stem}.crt.pem"), Path(f"{stem}.key.pem"))


@gateway.command(epilog="gateway --dir school send 8864321_CTF_8871234_001.xml")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--ready", is_flag=True, help="Send the pupils without errors; leave the others out.")
@click.option("--home", help="At a council with two homes: which of them sends.")
@click.option(
    "--named", multiple=True, metavar="PUPIL=COUNCIL", help="A pupil's home council, by an officer: 3=council-887."
)
@click.option("--by", "person", help="At a council: the officer who sends it.")
@click.option("--to", help="At a council: for whom it is, where the file does not say so; with --purpose.")
@click.option("--purpose", help="Why, such as P09.")
@click.option(
    "--decision-form",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="For what no agreement covers.",
)
@click.option(
    "--protect",
    multiple=True,
    metavar="PUPIL=FLAG",
    help="A child whose address, new school or new name someone must not learn: 3=address-confidential.",
)
@click.pass_obj
@told
def send(
    folder: Path,
    files: tuple[Path, ...],
    ready: bool,
    home: str | None,
    named: tuple[str, ...],
    person: str | None,
    to: str | None,
    purpose: str | None,
    decision_form: Path | None,
    protect: tuple[str, ...],
) -> None:
    """Send files: from a school to its council, or, in a council's installation, an officer's own notice.

    The findings, the decision for each recipient and the receipt are the answer. Status 1 if any was refused.
    """
    protect = protect or _asked_at_the_terminal()
    worst, beside = 0, said(to, purpose, decision_form, protect)
    for path in files:
        for member in documents.members(path.name, path.read_bytes()):
            answer = (
                reports.unopened(member.refusal)
                if member.refusal is not None
                else _send_one(folder, member.name, member.content, home, _named(named), person, beside, ready=ready)
            )
            show_answer(member.name, answer)
            worst = max(worst, STATUS[str(answer["outcome"])])
    sys.exit(worst)


def _asked_at_the_terminal() -> tuple[str, ...]:
    """Every file is asked about; a program that sends says it with an option."""
    if not sys.stdin.isatty():
        return ()
    question = "Is there a child here whose address, new school or new name someone must not learn? Numbers, or Enter"
    return tuple(str(click.prompt(question, default="", show_default=False)).replace(",", " ").split())


def _named(texts: tuple[str, ...]) -> dict[int, PartnerId]:
    """``3=council-887`` as the number of a pupil and a council."""
    try:
        return {int(number): PartnerId(council) for number, _, council in (one.partition("=") for one in texts)}
    except ValueError as error:
        raise click.UsageError("--named is written like 3=council-887") from error


def said(to: str | None, purpose: str | None, form: Path | None, protect: tuple[str, ...]) -> Extra:
    """What an officer says beside the file. Raises UsageError."""
    try:
        flags = flagging.asked_for(protect)
        asked = PartnerId(to) if to else None, PurposeCode(purpose) if purpose else None
    except ValueError as error:
        raise click.UsageError("--to is like council-887, --purpose like P09, --protect like 3=s47-live") from error
    if (to is None) != (purpose is None):
        raise click.UsageError("--to and --purpose go together")
    return Extra(None, *asked, form.read_text(encoding="utf-8") if form else "", protect=flags)


def _send_one(
    folder: Path,
    name: str,
    content: bytes,
    home: str | None,
    named: dict[int, PartnerId],
    person: str | None,
    beside: Extra,
    *,
    ready: bool,
) -> dict[str, object]:
    council = council_of(folder)
    if council is not None and (named or person or beside.to):
        raise click.UsageError("--named, --by, --to and --decision-form are for officers of the council")
    if council is not None:
        return council.upload(name, content, ready=ready, protect=beside.protect)
    installed = wiring.assemble(folder)
    sender = PartnerId(home) if home else installed.settings.homes[0]
    extra = replace(beside, person=person_of(installed, person)) if person else beside
    plan = casework.send(installed.gateway, sender, name, content, wiring.now(), named, ready=ready, extra=extra)
    return dict(json.loads(plan.answer))


def show_answer(name: str, answer: dict[str, object]) -> None:
    """An answer as a person reads it."""
    if answer["outcome"] == "refused":
        out.print(f"[bold]{escape(name)}[/]: [red]{answer['sentence']}[/] {answer['fix']} ({answer['code']})")
    else:
        out.print(f"[bold]{escape(name)}[/]: [green]accepted[/] ({answer['pupils']} pupils, upload {answer['upload']})")
    findings, decisions = answer["findings"], answer.get("decisions", [])
    assert isinstance(findings, list)
    assert isinstance(decisions, list)
    if findings:
        click.echo(columns.findings(findings, WIDTH, str(answer.get("counted", "line"))))
    for one in decisions:
        out.print(decision_words(one))


_STANDS_ON = {
    StandsOn.DUTY: "statutory duty, no agreement needed",
    StandsOn.ONE_OFF: "a recorded decision about one child",
    StandsOn.BREAK_GLASS: "broken glass, to be looked at",
    StandsOn.AGREEMENT: "an agreement",
}


def decision_words(one: dict[str, object]) -> str:
    """One decision in a sentence or two."""
    colour = {"release": "green", "hold": "yellow", "refuse": "red"}[str(one["outcome"])]
    to = escape(str(one["recipient"] or "nobody that could be named"))
    head = f"  [{colour}]{one['outcome']}[/] to [bold]{to}[/] · {one['purpose']} {one['disclosure']}"
    reasons, remarks = one["reasons"], one.get("remarks", [])
    assert isinstance(reasons, list)
    assert isinstance(remarks, list)
    if reasons:
        return "\n".join([head, *(f"    {reason['sentence']} {reason['fix']}" for reason in reasons)])
    ground = f"agreement {one['agreement']}" if one["agreement"] else _STANDS_ON[StandsOn(str(one["stands_on"]))]
    shared, withheld = one["shared"], one["withheld"]
    assert isinstance(shared, list)
    assert isinstance(withheld, list)
    held = f"{len(withheld)} withheld" + (f", {one['unknown']} unknown" if one["unknown"] else "")
    return (
        f"{head}\n    {escape(str(one['power']))} · {one['basis']} · {ground} · carrier {one['carrier']}\n"
        f"    items: {len(shared)} shared, {held}"
        + "".join(f"\n    {remark['sentence']} {remark['fix']}" for remark in remarks)
    )


@gateway.command(epilog="gateway --dir school sent")
@click.pass_obj
@told
def sent(folder: Path) -> None:
    """What became of what was sent; what one working day has not brought there is marked."""
    council = council_of(folder)
    if council is not None:
        rows = council.sent()
    else:
        installed = wiring.assemble(folder)
        found_rows = [enquiry.sent(installed.gateway, home, wiring.now()) for home in installed.settings.homes]
        rows = [row.as_json() for page in found_rows for row in page]
    table = grid("to", "purpose", "state", "since", "attempts", "last fault", "parcel")
    for row in rows:
        mark = "[bold red]overdue:[/] " if row["overdue"] else ""
        table.add_row(
            escape(row["recipient"]),
            row["purpose"],
            mark + row["words"],
            row["since"],
            str(row["attempts"]),
            row["reason"],
            row["parcel"],
        )
    out.print(table)
