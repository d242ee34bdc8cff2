"""The command that says which children of two files are one, by label and never by name."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from gateway.commands.files import MOST_BYTES, reference
from gateway.commands.root import err, gateway, told
from gateway.core import documents, matching
from gateway.core.documents import Document, Known, Schemas
from gateway.core.errors import Code, Refusal
from gateway.core.matching import Candidates, Match


@gateway.command(
    "match",
    epilog="""gateway match 8864321_CTF_8871234_001.xml 886LLLL_ENQ_887LLLL_001.xml
    gateway match leavers.xml joiners.xml --format json""",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("other", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="json: one object a pupil.")
@click.pass_obj
@told
def match_files(folder: Path, file: Path, other: Path, form: str) -> None:
    """Say for each pupil of FILE which one of OTHER it is, and by which rule. Decides nothing, keeps nothing.

    Only a certain match may be acted on without somebody who looks at both records. Status 1: a file cannot be read.
    """
    schemas, known = reference(folder / "reference")
    one, another = (_read(path, schemas, known) for path in (file, other))
    for report in reports(one, another):
        click.echo(json.dumps(report, ensure_ascii=False) if form == "json" else "\n".join(_shown(report)))


def reports(one: Document, other: Document) -> Iterator[dict[str, object]]:
    """What each pupil of ``one`` matches in ``other``; a pupil is its number in the file as it came, and its label."""
    labels, others = documents.labels(one.content), documents.labels(other.content)
    asked, candidates = documents.identities(one), Candidates.of(documents.identities(other).values())
    for pupil in one.pupils:
        found = matching.match(asked[pupil.number], candidates)
        yield {
            "pupil": pupil.came_as,
            "label": labels.get(pupil.number, ""),
            "verdict": found[0].verdict.value,
            "matches": [_match(each, other, others) for each in found],
        }


def _match(found: Match, other: Document, labels: Mapping[int, str]) -> dict[str, object]:
    pupil = None if found.candidate is None else other.pupils[found.candidate]
    return {
        "pupil": pupil.came_as if pupil else None,
        "label": labels.get(pupil.number, "") if pupil else "",
        "verdict": found.verdict.value,
        "rule": found.rule.value,
        "words": found.rule.words,
        "differs": [part.value for part in found.differs] if pupil else [],
        "certain": found.certain,
    }


def _shown(report: dict[str, object]) -> Iterator[str]:
    yield f"{click.style(_who(report), bold=True)}: {report['verdict']}"
    matches = report["matches"]
    assert isinstance(matches, list)
    for each in matches:
        differs = f" Differs or is not given: {', '.join(each['differs'])}." if each["differs"] else ""
        look = "" if each["certain"] or each["verdict"] == matching.Verdict.UNMATCHED else " Somebody has to look."
        yield f"  {_who(each) + ': ' if each['pupil'] else ''}{each['words']}{differs}{look}"


def _who(report: dict[str, object]) -> str:
    return f"pupil {report['pupil']}" + (f" ({report['label']})" if report["label"] else "")


def _read(path: Path, schemas: Schemas, known: Known) -> Document:
    with path.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    reading = documents.read(path.name, content, schemas, known)
    if reading.document is None:
        raise Refusal(Code.FINDINGS)
    if len(reading.document.pupils) < reading.pupils:
        missing = reading.pupils - len(reading.document.pupils)
        err.print(f"{path.name}: {missing} of {reading.pupils} have errors and are not looked at; see gateway check.")
    return reading.document
