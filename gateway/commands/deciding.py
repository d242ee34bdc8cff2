"""What would be decided about a file, and why, in plain words."""

import json
import sys
from pathlib import Path

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands.root import gateway, out, told
from gateway.core.decisions import reasoning
from gateway.core.errors import HELP
from gateway.core.records import Rulebook
from gateway.core.terms import Outcome, PartnerId, PersonId, PurposeCode
from gateway.flows import rehearsing
from gateway.flows.rehearsing import Rehearsed, Wish

COLOURS = {Outcome.RELEASE: "green", Outcome.HOLD: "yellow", Outcome.REFUSE: "red"}


@gateway.command(
    epilog="gateway --dir kent decide 886LLLL_CMENOT_887LLLL_001.xml --to council-887 --purpose P06 --explain"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", required=True, help="The partner who would get it.")
@click.option("--purpose", required=True, help="A row of the table of purposes, such as P06.")
@click.option("--from", "discloser", help="Who would tell it, if not whom the file names as its source.")
@click.option("--home", help="At a gateway with two homes: which of them acts.")
@click.option("--decision-form", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A filled-in form.")
@click.option("--by", "person", help="Who filled in the form.")
@click.option("--explain", is_flag=True, help="Print the ten checks, one by one.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_obj
@told
def decide(
    folder: Path,
    file: Path,
    to: str,
    purpose: str,
    discloser: str | None,
    home: str | None,
    decision_form: Path | None,
    person: str | None,
    explain: bool,
    form: str,
) -> None:
    """Say what would be decided, and why. Nothing is written and nothing is sent. Status 1 unless all may go."""
    installed = wiring.assemble(folder)
    try:
        wish = Wish(
            PartnerId(to),
            PurposeCode(purpose),
            PartnerId(discloser) if discloser else None,
            decision_form.read_text(encoding="utf-8") if decision_form else "",
            PersonId(person) if person else None,
        )
        acting = PartnerId(home) if home else installed.settings.homes[0]
    except ValueError as error:
        raise click.UsageError("a partner is like council-887, a purpose like P06") from error
    found = rehearsing.rehearse(installed.gateway, acting, file.name, file.read_bytes(), wish, wiring.now())
    if form == "json":
        click.echo(json.dumps([_plain(one) for one in found], indent=1))
    else:
        for one in found:
            _show(one, installed.gateway.rulebook, explain=explain)
    sys.exit(0 if all(one.decision.outcome is Outcome.RELEASE for one in found) else 1)


def _plain(one: Rehearsed) -> dict[str, object]:
    decision = one.decision
    return {
        "outcome": decision.outcome,
        "reasons": list(decision.reasons),
        "pupils": list(decision.pupils),
        "agreement": decision.agreement,
        "stands_on": decision.stands_on,
        "shared": sorted(one.extract.shared) if one.extract else [],
        "withheld": sorted(one.extract.withheld) if one.extract else [],
    }


def _show(one: Rehearsed, rules: Rulebook, *, explain: bool) -> None:
    decision = one.decision
    colour = COLOURS[decision.outcome]
    numbers = ", ".join(map(str, decision.pupils))
    out.print(f"[bold]Pupil {numbers}[/]: [{colour}]{reasoning.outcome_words(decision)}[/]")
    if explain:
        for step in reasoning.steps(one.question, decision, rules.purposes, rules.classes):
            mark = "[green]holds[/]" if step.holds else f"[{colour}]stops[/]"
            out.print(f"  {step.number:>2}. {step.title}: {mark}")
            for words in step.words:
                out.print(f"      {escape(words)}")
            for words in step.mend:
                out.print(f"      [bold]{escape(words)}[/]")
        return
    for reason in decision.reasons:
        out.print(f"  {HELP[reason].sentence} {HELP[reason].fix}")
