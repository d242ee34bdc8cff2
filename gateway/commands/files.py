"""Commands on files: check them without any set-up, and make samples of invented children."""

import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from gateway import settings
from gateway.commands.root import gateway, out, told
from gateway.core import documents, sample
from gateway.core.documents import Known, Member, Schemas
from gateway.core.errors import Code, Refusal, Severity
from gateway.core.terms import Kind, LaEstab
from gateway.edge import registry, shelves
from gateway.settings import Unusable

MOST_BYTES = 64 << 20
"""No file that anybody may send is larger, zipped or not; of a larger one no more is read."""

LEAVING = {"ctf": date(2026, 10, 2), "cml": date(2026, 10, 9), "cmj": date(2026, 10, 2)}
"""A sample is made on 6 October: a transfer file after the last day, a return of leavers before it."""

STATUS = {"clean": 0, "queries": 0, "errors": 1, "refused": 3}


@gateway.command(
    epilog="""gateway check 8864321_CTF_8871234_001.xml
    gateway check --format json outbox/*.xml"""
)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="json: one object a file.")
@click.pass_obj
@told
def check(folder: Path, files: tuple[Path, ...], form: str) -> None:
    """Say everything that is wrong with transfer files, and how to mend it. Sends nothing, keeps nothing.

    Status 0: clean or queries only. 1: errors. 3: refused as unsafe or unreadable. The highest over all files.
    """
    schemas, known = reference(folder / "reference")
    worst = 0
    for path in files:
        with path.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
        for report in checked(path.name, content, schemas, known):
            worst = max(worst, STATUS[str(report["outcome"])])
            if form == "json":
                click.echo(json.dumps(report, ensure_ascii=False))
            else:
                show(report)
    sys.exit(worst)


def reference(folder: Path) -> tuple[Schemas, Known]:
    """What the gateway ships, enough to read a file without any set-up, and an installation's own before it."""
    return registry.schemas(settings.shipped("schemas")), known_in(folder)


def known_in(folder: Path) -> Known:
    """What the rules know beside a file, by the installation's own reference files. Raises Unusable."""
    try:
        return shelves.known(settings.shipped("schemas"), settings.shipped("partners"), folder)
    except ValueError as error:
        raise Unusable(str(error)) from error


def checked(name: str, content: bytes, schemas: Schemas, known: Known) -> list[dict[str, object]]:
    """One report for a file, or one for each file in a zip."""
    try:
        members = documents.members(name, content)
    except Refusal as refusal:
        return [_refused(name, refusal)]
    if [one.content for one in members] == [content]:
        return [_report(name, content, schemas, known)]
    return [{**_of_member(one, schemas, known), "file": f"{name}/{one.name}"} for one in members]


def _of_member(member: Member, schemas: Schemas, known: Known) -> dict[str, object]:
    if member.refusal is not None:
        return _refused(member.name, member.refusal)
    return _report(member.name, member.content, schemas, known)


def _report(name: str, content: bytes, schemas: Schemas, known: Known) -> dict[str, object]:
    try:
        reading = documents.read(name, content, schemas, known)
    except Refusal as refusal:
        return _refused(name, refusal)
    destinations = documents.addressed(reading.document, known) if reading.document else ()
    return {
        "file": name,
        "kind": reading.kind,
        "version": reading.version,
        "outcome": reading.outcome,
        "pupils": reading.pupils,
        "counted": "row" if reading.rows else "line",
        "destinations": [asdict(one) for one in destinations],
        "directory": len(known.establishments) > 0,
        "findings": [
            {**asdict(finding), "hint": hint.sentence} if hint else asdict(finding)
            for finding in reading.findings
            for hint in [known.advice.hint(finding.code, reading.supplier)]
        ],
    }


def _refused(name: str, refusal: Refusal) -> dict[str, object]:
    told = {
        "code": refusal.code,
        "severity": Severity.ERROR,
        "message": refusal.help.sentence,
        "fix": refusal.help.fix,
        "line": 0,
        "path": "",
        "pupil": None,
    }
    findings = [asdict(finding) for finding in refusal.findings]
    return {
        "file": name,
        "kind": None,
        "version": None,
        "outcome": "refused",
        "pupils": 0,
        "counted": "row" if refusal.code is Code.SHEET else "line",
        "findings": [told, *findings],
    }


def show(report: dict[str, object]) -> None:
    """One report as a person reads it."""
    findings = report["findings"]
    assert isinstance(findings, list)
    words = {
        "clean": "[green]no findings[/]",
        "queries": "[yellow]can go, with questions[/]",
        "errors": "[red]has errors to mend[/]",
        "refused": "[red]was not opened[/]",
    }
    kind = f" · {report['kind']} {report['version']} · {report['pupils']} pupils" if report["kind"] else ""
    out.print(f"[bold]{escape(str(report['file']))}[/]{kind}: {words[str(report['outcome'])]}")
    destinations = report.get("destinations", [])
    assert isinstance(destinations, list)
    for one in destinations:
        out.print(f"  goes to {escape(_destination(one, directory=bool(report['directory'])))}")
    if findings:
        out.print(finding_table(findings, str(report["counted"])))


def _destination(one: dict[str, object], *, directory: bool) -> str:
    """A number with the name and town that belong to it, as somebody checks it before sending."""
    number = LaEstab(str(one["laestab"]))
    kinds = ((number.unknown, "a school not known"), (number.outside, "outside the maintained sector"))
    words = next((words for is_so, words in kinds if is_so), "the council" if number.authority else "")
    unnamed = "not in the directory" if directory else "no directory of schools here to name it by"
    named = ", ".join(filter(None, (str(one["name"]) or words, str(one["town"])))) or unnamed
    count = one["pupils"]
    return f"{number} ({named}): {count} pupil{'' if count == 1 else 's'}"


def finding_table(findings: list[dict[str, object]], counted: str = "line") -> Table:
    """Findings with line, or the row of a sheet, pupil, what is wrong and how to mend it."""
    table = Table(box=None, padding=(0, 1))
    for heading in (counted, "pupil", "", "what is wrong", "how to mend it"):
        table.add_column(heading, overflow="fold", justify="right" if heading in {counted, "pupil"} else "left")
    for one in findings:
        colour = "red" if one["severity"] == Severity.ERROR else "yellow"
        table.add_row(
            str(one["line"] or ""),
            str(one["pupil"] or ""),
            f"[{colour}]{one['code']}[/]",
            escape(str(one["message"])),
            escape(" ".join(str(one[words]) for words in ("fix", "hint") if one.get(words))),
        )
    return table


@gateway.command("sample", epilog="gateway sample --pupils 30 --seed 7 --mis arbor --to 8871234 --out samples")
@click.option("--pupils", type=click.IntRange(1, 100_000), default=1, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--mis", type=click.Choice([str(one) for one in sample.Mis]), default="sims", show_default=True)
@click.option("--kind", type=click.Choice(["ctf", "cml", "cmj"]), default="ctf", help="cml: leavers. cmj: joiners.")
@click.option("--version", default="26.0", show_default=True, help="12.0 to 26.0; of returns 24.0 to 26.0.")
@click.option("--ground", default="A", show_default=True, help="Why the leavers of a return are taken off the roll.")
@click.option("--from", "source", default="8864321", show_default=True, help="DfE number of the sending school.")
@click.option("--to", "dest", help="DfE number, XXXXXXX or LLLL form; 8871234, of a return the own council.")
@click.option("--partial", is_flag=True, help="A partial file.")
@click.option("--sessions", is_flag=True, help="With attendance marks.")
@click.option("--fault", "faults", multiple=True, help="A deliberate mistake, such as upn-check-letter.")
@click.option("--out", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), show_default=True)
def make_sample(
    pupils: int, seed: int, mis: str, kind: str, version: str, ground: str, source: str, dest: str | None,
    partial: bool, sessions: bool, faults: tuple[str, ...], folder: Path,
) -> None:  # fmt: skip
    """Write a Common Transfer File, or a return, of invented children: the same for the same seed."""
    try:
        wish = sample.Wish(
            pupils=pupils,
            seed=seed,
            mis=sample.Mis(mis),
            kind=Kind(kind),
            version=version,
            ground=ground,
            source=LaEstab(source),
            dest=LaEstab(dest or ("8871234" if kind == "ctf" else f"{source[:3]}LLLL")),
            leaving=LEAVING[kind],
            partial=partial,
            sessions=sessions,
            faults=tuple(map(sample.Mistake, faults)),
        )
        made = sample.ctf(wish)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / made.name
    path.write_bytes(made.content)
    click.echo(path)
