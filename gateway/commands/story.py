"""The story that the demo tells, step by step; every step looks at what really happened and breaks if it did not."""

import json
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands import columns
from gateway.commands.root import WIDTH, out
from gateway.commands.school import decision_words
from gateway.commands.stage import KENT, LARKMERE, MEDWAY, NUMBERS, OFFICERS, TIDEWAY, Broken, Stage, agreement
from gateway.core import bundle, sample
from gateway.core.delivery import State
from gateway.core.facts import parse_line
from gateway.core.log import note
from gateway.core.sample import Mistake, Wish
from gateway.core.terms import LaEstab
from gateway.edge.verifying import verify_whole
from gateway.flows import agreements, casework, enquiry

PUPILS = 13


def tell(stage: Stage) -> None:
    """Tell it from the school's first file to the forged log. Raises Broken at the first step that does not hold."""
    steps: tuple[tuple[str, Callable[[Stage], None]], ...] = (
        ("A school sends a leaver file with mistakes", _mistakes),
        ("The file is mended and sent again", _mended),
        ("A pupil whose destination nobody knows", _unknown),
        ("The council tells the next council about a missing child", _notice),
        ("The other council is switched off", _outage),
        ("The agreement ends", _ended),
        ("Anyone can check what was disclosed", _proved),
        ("Somebody changes one line of the log", _forged),
    )
    for number, (title, step) in enumerate(steps, 1):
        out.print(f"\n[bold]{number}. {title}[/]")
        step(stage)


def _file(stage: Stage, sequence: int, pupils: int = PUPILS, **wish: object) -> sample.SampleFile:
    dest = wish.pop("dest", NUMBERS[TIDEWAY])
    assert isinstance(dest, LaEstab)
    asked = Wish(
        seed=stage.seed + sequence,
        pupils=pupils,
        source=NUMBERS[LARKMERE],
        dest=dest,
        sequence=sequence,
        **wish,  # type: ignore[arg-type]
    )
    made = sample.ctf(asked)
    stage.sent.append(made.content)
    return made


def files_to_try(stage: Stage) -> Iterator[Path]:
    """Files that a reader of the story may send by hand: with mistakes, mended, and for a school that nobody knows."""
    faults = (Mistake.UPN_CHECK_LETTER, Mistake.MISSING_LEAVING_DATE)
    for name, made in (
        ("with-mistakes", _file(stage, 8, faults=faults)),
        ("mended", _file(stage, 8)),
        ("destination-unknown", _file(stage, 8, 1, dest=LaEstab("XXXXXXX"))),
    ):
        path = stage.folder / "files-to-try" / name / made.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.content)
        yield path


def _mistakes(stage: Stage) -> None:
    made = _file(stage, 1, faults=(Mistake.UPN_CHECK_LETTER,))
    answer = stage.send(made.name, made.content)
    _expect(answer["outcome"] == "refused", "the file with mistakes was not refused")
    out.print(f"  {made.name}, {PUPILS} pupils: [red]{answer['sentence']}[/]")
    findings = answer["findings"]
    assert isinstance(findings, list)
    _expect(bool(findings), "the refusal did not say what is wrong")
    click.echo(columns.findings(findings, WIDTH))


def _mended(stage: Stage) -> None:
    made = _file(stage, 1)
    answer = stage.send(made.name, made.content)
    decision = _released(answer)
    standing = stage.until_settled(str(decision["disclosure"]), State.DELIVERED)
    _show_delivery(stage, standing.parcel.id, "Medway")
    again = stage.send(made.name, made.content)
    _expect(again["receipt"] == answer["receipt"], "the same file got another receipt")
    out.print("  The same bytes sent again get the same receipt, and nothing is sent twice.")
    shelf = casework.shelf_of(stage.medway.gateway, TIDEWAY)
    _expect(len(shelf) == 1, "the file does not lie on the new school's shelf")
    out.print(f"  It waits in {shelf[0].reader}'s inbox at Medway: {shelf[0].pupils} pupils.")


def _unknown(stage: Stage) -> None:
    made = _file(stage, 2, pupils=1, dest=LaEstab("XXXXXXX"))
    decision = _released(stage.send(made.name, made.content))
    standing = next(iter(stage.parcels(str(decision["disclosure"]))))
    _expect(standing.state is State.SHELVED, "the file does not wait for the council's team")
    officer = stage.kent.store.person(OFFICERS[KENT])
    assert officer is not None
    name, content = casework.collect(stage.kent.gateway, officer, standing.parcel.id, wiring.now())
    _expect(b"<UPN>" in content and b"SuppInfo" not in content, "what was collected is not the extract")
    out.print(f"  Kent's officer collects {name} ({len(content):,} bytes); the collection is in the log.")


def _notice(stage: Stage) -> None:
    decision = _released(_tell_medway(stage, 1))
    _expect(decision["agreement"] is not None, "the notice went without an agreement")
    standing = stage.until_settled(str(decision["disclosure"]), State.DELIVERED)
    _show_delivery(stage, standing.parcel.id, "Medway")


def _outage(stage: Stage) -> None:
    stage.stop(MEDWAY)
    decision = _released(_tell_medway(stage, 2))
    disclosure = str(decision["disclosure"])
    failed = stage.until(
        "a failed attempt",
        lambda: next((one for one in stage.parcels(disclosure) if one.attempts and one.reason), None),
    )
    out.print(f"  Attempt {failed.attempts} failed ({failed.reason}); the next one is due by itself.")
    stage.start(MEDWAY)
    standing = stage.until_settled(disclosure, State.DELIVERED)
    out.print(f"  Medway is back: [green]delivered[/] at attempt {standing.attempts}, the same bytes and message id.")


def _ended(stage: Stage) -> None:
    ended = agreement(wiring.now().date())
    for one in (stage.kent, stage.medway):
        agreements.withdraw(one.gateway, ended.ref, None, wiring.now())
    answer = _tell_medway(stage, 3)
    (decision,) = _decisions(answer)
    out.print(decision_words(decision))
    _expect(decision["outcome"] == "refuse", "a notice left under an agreement that had ended")


def _proved(stage: Stage) -> None:
    for name, installed in (("Kent", stage.kent), ("Medway", stage.medway)):
        wiring.publish(installed)
        result = verify_whole(installed)
        _expect(result.startswith("sound"), f"{name}'s log: {result}")
        out.print(f"  {name}'s disclosure log is [green]{result}[/].")
    delivered = stage.kent.store.parcels_in([State.DELIVERED], 1)[0]
    made = bundle.pack(enquiry.bundle_of(stage.kent.store, delivered.parcel.disclosure))
    path = stage.folder / "proof.zip"
    path.write_bytes(made)
    checked = bundle.verify(bundle.unpack(path.read_bytes()), (note.parse_vkey(stage.kent.vault.vkey),))
    _expect(checked.soap and checked.receipt, "the bundle lacks the message or the receipt")
    out.print(
        f"  One disclosure as a ZIP of {len(made):,} bytes: {len(checked.lines)} lines, message and receipt hold."
    )
    secret = {value for made in stage.sent for value in re.findall(rb"<(?:UPN|Surname)>([^<]+)<", made)}
    named = sum(value in line for value in secret for line in stage.kent.store.lines())
    _expect(bool(secret) and not named, "a line of the log names a child")
    out.print(f"  None of the {len(secret)} names and numbers in these files stands in any line.")


def _forged(stage: Stage) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = _copy(stage, Path(folder) / "kent")
        found = verify_whole(wiring.assemble(copy))
    _expect("altered" in found, "the changed line was not found")
    out.print(f"  In a copy, one refusal is turned into a release: [green]found[/]. {found}")


def _copy(stage: Stage, folder: Path) -> Path:
    """A copy of Kent's installation in which one line says something else."""
    folder.mkdir(parents=True)
    for name in ("config", "keys"):
        (folder / name).symlink_to(stage.folder / "kent" / name)
    with (
        sqlite3.connect(stage.folder / "kent" / "gateway.sqlite") as source,
        sqlite3.connect(folder / "gateway.sqlite") as copy,
    ):
        source.backup(copy)
        rows = copy.execute('SELECT "index", line FROM log_lines ORDER BY "index"').fetchall()
        index, line = next((at, text) for at, text in rows if parse_line(bytes(text))["fact"] == "DisclosureRefused")
        forged = bytes(line).replace(b"DisclosureRefused", b"DisclosureReleased")
        copy.execute('UPDATE log_lines SET line = ? WHERE "index" = ?', (forged, index))
    return folder


def _tell_medway(stage: Stage, sequence: int) -> dict[str, object]:
    made = sample.notice(stage.seed + sequence, LaEstab("886LLLL"), LaEstab("887LLLL"), _clock(), sequence)
    stage.sent.append(made.content)
    plan = casework.send(stage.kent.gateway, KENT, made.name, made.content, wiring.now())
    return dict(json.loads(plan.answer))


def _clock() -> datetime:
    """The time as a council's own clock shows it: files have no zone."""
    return wiring.now().replace(tzinfo=None, microsecond=0)


def _decisions(answer: dict[str, object]) -> list[dict[str, object]]:
    found = answer.get("decisions")
    if not isinstance(found, list):
        raise Broken(f"the file was not accepted: {answer.get('sentence')}")
    return found


def _released(answer: dict[str, object]) -> dict[str, object]:
    """The one decision of an answer, shown; it must be a release."""
    (decision,) = _decisions(answer)
    out.print(decision_words(decision))
    shared, withheld = decision["shared"], decision["withheld"]
    assert isinstance(shared, list)
    assert isinstance(withheld, list)
    out.print(f"    shared: {escape(_some(shared))}")
    out.print(f"    withheld: {escape(_some(withheld))}")
    _expect(decision["outcome"] == "release", "a lawful disclosure was not released")
    return decision


def _some(items: list[str]) -> str:
    return ", ".join(items[:6]) + (f" and {len(items) - 6} more" if len(items) > 6 else "") if items else "nothing"  # noqa: PLR2004


def _show_delivery(stage: Stage, parcel_id: str, where: str) -> None:
    """What the log says about the way of one parcel."""
    lines = [parse_line(next(stage.kent.store.lines(at, at + 1))) for at in stage.kent.store.numbers_of(parcel_id)]
    facts = [str(line["fact"]) for line in lines]
    _expect(facts[0] == "ParcelSealed" and facts[-1] == "ParcelDelivered", f"the log tells another story: {facts}")
    _expect("AttemptStarted" in facts, "bytes left before the log knew")
    out.print(
        f"  Sealed for {where} (SOAP part {str(lines[0]['soap'])[:12]}…), sent by AS4, [green]signed receipt back[/]."
    )


def _expect(held: bool, words: str) -> None:
    if not held:
        raise Broken(words)
