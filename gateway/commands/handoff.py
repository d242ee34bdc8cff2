"""Files that wait in a folder for somebody's hand: which, and that they were sent; and a school's own export folder."""

import hashlib
import json
import sys
import time
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands.guarding import BY, parsed
from gateway.commands.root import err, gateway, grid, out, told
from gateway.commands.school import council_of
from gateway.commands.who import person_of
from gateway.core import documents
from gateway.core.errors import WORDS, Code, Fault, Reason, Refusal
from gateway.core.terms import ParcelId, stamp
from gateway.edge.folders import put
from gateway.edge.transport import Council
from gateway.edge.watched import FINDINGS, QUIET_SECONDS, RECEIPT, Found, Watched, shown
from gateway.flows import handoffs, picking, reports
from gateway.settings import Unusable

EXPORTS = frozenset({".xml", ".zip", ".csv", ".xlsx"})
ANSWERED = frozenset({"accepted", "refused"})


@gateway.group("handoff")
def handoff_group() -> None:
    """Files that wait in a folder, to be uploaded to school2school or fetched."""


@handoff_group.command("list", epilog="gateway handoff list --by a.shah")
@BY
@click.pass_obj
@told
def list_handoffs(folder: Path, person: str) -> None:
    """What waits, the longest first. The files are in the hand-off folder of the settings, not encrypted."""
    installed = wiring.assemble(folder)
    who = person_of(installed, person)
    table = grid("parcel", "file", "to", "since", "state")
    for one in handoffs.waiting(installed.gateway, installed.store, installed.folders, who, wiring.now()):
        mark = "[bold red]overdue:[/] " if one.overdue else ""
        table.add_row(one.parcel, escape(one.file), escape(one.to), stamp(one.since), mark + one.words)
    out.print(table)


@handoff_group.command("sent", epilog="gateway handoff sent p-2v4dxyq7n5gwfa3mzk6tjbc2re --by a.shah")
@click.argument("parcel")
@BY
@click.pass_obj
@told
def handoff_sent(folder: Path, parcel: str, person: str) -> None:
    """Say that you uploaded it, or that it was fetched. It stands in the log; the file is removed from the folder."""
    installed, at = wiring.assemble(folder), wiring.now()
    who, wanted = person_of(installed, person), parsed(ParcelId, parcel)
    handoffs.sent(installed.gateway, who, wanted, at)
    handoffs.look(installed.gateway, installed.folders, at)
    out.print("Noted. The file is gone from the folder.")


@gateway.command("watch", epilog="gateway --dir school watch /srv/mis/export")
@click.argument("exports", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--every", type=float, default=15.0, show_default=True, help="Seconds between looks.")
@click.option(
    "--quiet", type=float, default=QUIET_SECONDS, show_default=True, help="Seconds a file has to be unchanged."
)
@click.option("--ready", is_flag=True, help="Send the pupils without errors; leave the others out.")
@click.option("--once", is_flag=True, help="Send what is there and end; status 1 if not all of it was accepted.")
@click.pass_obj
@told
def watch(folder: Path, exports: Path, every: float, quiet: float, ready: bool, once: bool) -> None:
    """At a school: send each file that the MIS writes into a folder, once; what came of it is written beside it."""
    council = council_of(folder)
    if council is None:
        raise Unusable("this is not a school's installation: a council names its folders in [folders] of the settings")
    watched = Watched(exports, 0 if once else quiet)
    while True:
        try:
            refused = sum(not _send(council, found, ready=ready) for found in watched.whole(_is_export))
        except Fault as fault:  # a share on another machine is away for a moment
            if once:
                raise
            err.print(f"{escape(str(exports))} cannot be read: {WORDS[fault.reason]}. It is tried again.")
        if once:
            for name in watched.unfinished:
                err.print(f"{escape(name)} was not sent: it is not whole. Export it again if nobody still writes it.")
            sys.exit(1 if refused or watched.unfinished else 0)
        time.sleep(every)


def _is_export(path: Path) -> bool:
    return path.suffix.lower() in EXPORTS


def _send(council: Council, found: Found, *, ready: bool) -> bool:
    """Whether it is with the council. Nothing is sent twice; what a fault stopped goes with the next look."""
    digest, beside = hashlib.sha256(found.content).hexdigest(), found.path.with_name(found.about(RECEIPT))
    if _receipted(beside) == digest:
        return True
    try:
        answers = _answers(council, found, ready=ready)
        if any(one["outcome"] not in ANSWERED for one in answers):
            raise Fault(Reason.HTTP_STATUS)  # noqa: TRY301  (told as any answer that is none)
        if stranger := next((one for one in answers if one.get("code") == Code.NOT_ENROLLED), None):
            err.print(f"{escape(found.name)} was not sent: {stranger['sentence']} {stranger['fix']} It is tried again.")
            return False  # which says nothing of the file: once the council knows us, it goes
        return _write_down(found, beside, {"sha256": digest, "answers": answers})
    except Fault as fault:
        err.print(f"{escape(found.name)} was not sent: {WORDS[fault.reason]}. It is tried again.")
    except OSError:
        err.print(f"{escape(found.name)}: what came of it cannot be written beside it. It is tried again.")
    return False


def _receipted(beside: Path) -> object:
    """The digest of what was sent before, as its receipt says; None where there is none that we wrote."""
    try:
        return json.loads(beside.read_bytes())["sha256"]
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _write_down(found: Found, beside: Path, receipt: dict[str, Any]) -> bool:
    """What came of it, beside it: whether it was accepted."""
    put(beside, json.dumps(receipt, ensure_ascii=False, indent=1).encode())
    findings = found.path.with_name(found.about(FINDINGS))
    if refused := any(one["outcome"] == "refused" for one in receipt["answers"]):
        put(findings, picking.words(receipt["answers"]).encode())
    else:
        findings.unlink(missing_ok=True)
    out.print(f"{escape(found.name)}: {'refused; see ' + escape(shown(findings.name)) if refused else 'accepted'}")
    return not refused


def _answers(council: Council, found: Found, *, ready: bool) -> list[dict[str, object]]:
    try:
        members = documents.members(found.name, found.content)
    except Refusal as refusal:
        return [reports.unopened(refusal)]
    return [
        reports.unopened(one.refusal) if one.refusal is not None else council.upload(one.name, one.content, ready=ready)
        for one in members
    ]
