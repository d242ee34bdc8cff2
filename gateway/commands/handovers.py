"""What leaves a case for others: handing it over to another council, and what is told or learnt by word of mouth."""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands.cases import CASE, TOLD_AT, case_group, local
from gateway.commands.guarding import BY, parsed
from gateway.commands.root import FAILED, out, told
from gateway.commands.who import person_of
from gateway.core.documents.messages.words import TransferReason
from gateway.core.errors import HELP
from gateway.core.facts import Channel
from gateway.core.terms import CaseId, Outcome, ParcelId, PartnerId, PurposeCode
from gateway.flows import jointly, telling, transferring
from gateway.flows.intake import Plan
from gateway.flows.telling import Word

# -- other councils ---------------------------------------------------------------------------------------------------


def _outcomes(plan: Plan) -> None:
    for one in json.loads(plan.answer).get("decisions", []):
        reasons = "; ".join(reason["sentence"] for reason in one["reasons"])
        out.print(f"{one['outcome']} to {escape(one['recipient'] or 'nobody')}: {escape(reasons) or 'it goes.'}")


@case_group.command(
    "transfer",
    epilog="gateway cases transfer c-2v4dxyq7n5gwfa3mzk6tjbc2re council-887 --from 2026-12-01 "
    "--evidence '…' --by a.shah",
)
@CASE
@click.argument("council")
@click.option(
    "--from", "effect", required=True, type=click.DateTime(["%Y-%m-%d"]), help="From when it should be theirs."
)
@click.option("--evidence", required=True, help="What shows that the child is theirs.")
@BY
@click.pass_obj
@told
def transfer_case(folder: Path, case: str, council: str, effect: datetime, evidence: str, person: str) -> None:
    """Ask another council to take a case over. It stays ours until a person there accepts it."""
    installed = wiring.assemble(folder)
    who, wanted, to = person_of(installed, person), parsed(CaseId, case), parsed(PartnerId, council)
    at = wiring.now()
    _outcomes(transferring.offer(installed.gateway, installed.store, who, wanted, to, effect.date(), evidence, at))


@case_group.command("accept", epilog="gateway cases accept p-2v4dxyq7n5gwfa3mzk6tjbc2re --from 2026-12-01 --by m.ash")
@click.argument("parcel")
@click.option("--from", "since", required=True, type=click.DateTime(["%Y-%m-%d"]), help="From when it is ours.")
@BY
@click.pass_obj
@told
def accept_case(folder: Path, parcel: str, since: datetime, person: str) -> None:
    """Take over a case that another council offered: it opens here, and they are told."""
    installed = wiring.assemble(folder)
    who, wanted = person_of(installed, person), parsed(ParcelId, parcel)
    _outcomes(transferring.accept(installed.gateway, who, wanted, since.date(), wiring.now()))


@case_group.command(
    "decline", epilog="gateway cases decline p-2v4dxyq7n5gwfa3mzk6tjbc2re does-not-live-here --by m.ash"
)
@click.argument("parcel")
@click.argument("reason", type=click.Choice([str(one) for one in TransferReason]))
@BY
@click.pass_obj
@told
def decline_case(folder: Path, parcel: str, reason: str, person: str) -> None:
    """Say why a case that another council offered is not ours to take."""
    installed = wiring.assemble(folder)
    who, wanted = person_of(installed, person), parsed(ParcelId, parcel)
    _outcomes(transferring.decline(installed.gateway, who, wanted, TransferReason(reason), wiring.now()))


# -- enquiries that school and council make together ------------------------------------------------------------------


@case_group.command(
    "joint-log", epilog="gateway cases joint-log c-2v4dxyq7n5gwfa3mzk6tjbc2re school-8864321 --by a.shah"
)
@CASE
@click.argument("partner")
@BY
@click.pass_obj
@told
def send_joint_log(folder: Path, case: str, partner: str, person: str) -> None:
    """Send the steps of the joint enquiries to the school or to another council. They stand in its case there."""
    installed = wiring.assemble(folder)
    who, wanted, to = person_of(installed, person), parsed(CaseId, case), parsed(PartnerId, partner)
    _outcomes(jointly.send(installed.gateway, installed.store, who, wanted, to, wiring.now()))


# -- by word of mouth -------------------------------------------------------------------------------------------------

WORD = (
    click.argument("channel", type=click.Choice([str(one) for one in Channel])),
    click.option("--with", "whom", required=True, help="Who it was, and in which office."),
    click.option("--check", required=True, help="How it was made sure that it was they."),
    click.option("--text", required=True, help="What was said."),
)


def worded(command: Callable[..., None]) -> Callable[..., None]:
    for one in reversed(WORD):
        command = one(command)
    return command


@case_group.command(
    "learnt",
    epilog="gateway cases learnt c-2v4dxyq7n5gwfa3mzk6tjbc2re phone --with 'Ms Ito, Larkmere School' "
    "--check 'rang the school back' --text '…' --by a.shah",
)
@CASE
@worded
@BY
@TOLD_AT
@click.pass_obj
@told
def learnt_case(
    folder: Path, case: str, channel: str, whom: str, check: str, text: str, person: str, told_at: datetime | None
) -> None:
    """Write down what somebody told us."""
    installed, at = wiring.assemble(folder), wiring.now()
    who, wanted = person_of(installed, person), parsed(CaseId, case)
    word = Word(text, whom, check, Channel(channel), local(told_at) or at)
    telling.learnt(installed.gateway, installed.store, who, wanted, word, at)
    out.print("Noted.")


@case_group.command(
    "told",
    epilog="gateway cases told c-2v4dxyq7n5gwfa3mzk6tjbc2re council-887 phone --purpose P06 --with 'Mr Ash, duty desk' "
    "--check 'number of the directory' --text '…' --by a.shah",
)
@CASE
@click.argument("partner")
@worded
@click.option("--purpose", default="P06", help="Why; see 'gateway purposes'.")
@click.option("--form", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The decision form.")
@BY
@TOLD_AT
@click.pass_obj
@told
def told_case(
    folder: Path, case: str, partner: str, channel: str, whom: str, check: str, text: str, purpose: str,
    form: Path | None, person: str, told_at: datetime | None,
) -> None:  # fmt: skip
    """Ask whether something may be told, and write that it is. Ask before you tell. Status 1 if it may not."""
    installed, at = wiring.assemble(folder), wiring.now()
    who, wanted, to = person_of(installed, person), parsed(CaseId, case), parsed(PartnerId, partner)
    word = Word(text, whom, check, Channel(channel), local(told_at) or at)
    said = form.read_text(encoding="utf-8") if form else ""
    why = parsed(PurposeCode, purpose)
    made = telling.tell(installed.gateway, installed.store, who, wanted, to, why, word, at, said)
    if made.decision.outcome is Outcome.RELEASE:
        out.print(f"It may be told: {', '.join(sorted(made.extract.shared)) if made.extract else ''}")
        return
    out.print("[bold]It may not be told.[/]")
    for reason in made.decision.reasons:
        out.print(f"  {HELP[reason].sentence} {HELP[reason].fix}")
    sys.exit(FAILED)
