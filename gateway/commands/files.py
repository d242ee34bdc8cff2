"""The command that checks files, without any set-up."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from gateway import settings
from gateway.commands import columns
from gateway.commands.root import WIDTH, gateway, told
from gateway.core import documents
from gateway.core.documents import Known, Member, Schemas
from gateway.core.errors import Code, Refusal, Severity
from gateway.core.terms import LaEstab
from gateway.edge import shelves
from gateway.edge.xsds import AsAsked
from gateway.settings import Unusable

MOST_BYTES = 64 << 20
"""No file that anybody may send is larger, zipped or not; of a larger one no more is read."""

STATUS = {"clean": 0, "queries": 0, "errors": 1, "refused": 3}

WORDS = {
    "clean": ("no findings", "green"),
    "queries": ("can go, with questions", "yellow"),
    "errors": ("has errors to mend", "red"),
    "refused": ("was not opened", "red"),
}


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
    return AsAsked(settings.shipped("schemas")), known_in(folder)


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
    kind = f" · {report['kind']} {report['version']} · {report['pupils']} pupils" if report["kind"] else ""
    words, colour = WORDS[str(report["outcome"])]
    lines = [f"{click.style(report['file'], bold=True)}{kind}: {click.style(words, fg=colour)}"]
    destinations = report.get("destinations", [])
    assert isinstance(destinations, list)
    named = bool(report.get("directory"))
    lines += [f"  goes to {_destination(one, directory=named)}" for one in destinations]
    lines += [columns.findings(findings, WIDTH, str(report["counted"]))] if findings else []
    click.echo("\n".join(lines))


def _destination(one: dict[str, object], *, directory: bool) -> str:
    """A number with the name and town that belong to it, as somebody checks it before sending."""
    number = LaEstab(str(one["laestab"]))
    kinds = ((number.unknown, "a school not known"), (number.outside, "outside the maintained sector"))
    words = next((words for is_so, words in kinds if is_so), "the council" if number.authority else "")
    unnamed = "not in the directory" if directory else "no directory of schools here to name it by"
    named = ", ".join(filter(None, (str(one["name"]) or words, str(one["town"])))) or unnamed
    count = one["pupils"]
    return f"{number} ({named}): {count} pupil{'' if count == 1 else 's'}"
