"""The disclosure log: look, prove, bundle, and verify, with or without the database."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any, NoReturn

import click

from gateway import settings, wiring
from gateway.commands import asking  # the log's questions stand in a room of their own
from gateway.commands.claims import request_of
from gateway.commands.logged import log_group
from gateway.commands.root import err, grid, out, told
from gateway.commands.setup import enlist, own_record
from gateway.commands.who import person_of
from gateway.commands.written import NEW_FILE
from gateway.core import as4, bundle
from gateway.core.bundle import Bundle, Covered
from gateway.core.errors import Code, Refusal
from gateway.core.log import checkpoint, note, witness
from gateway.core.log.note import Verifier
from gateway.core.records import Person
from gateway.core.terms import DisclosureId
from gateway.edge import vault
from gateway.edge.store import Store
from gateway.edge.verifying import verify_whole
from gateway.flows import countersigning, doubting, enquiry, proving, recovery
from gateway.flows.rights import guarding, requests
from gateway.wiring import Installation

COVERED = (
    "It says 'your council': somebody must not learn where the child is. It proves the release and no more.\n"
    "Where more has to be shown, two safeguarding officers sign the person's request ('rights step REQUEST\n"
    "release-signed --by NAME'), and then: 'log bundle DISCLOSURE --request REQUEST --by NAME'."
)


@log_group.command("show", epilog="gateway log show --last 20")
@click.option("--last", type=click.IntRange(1), help="Only the newest so many lines.")
@click.option("--about", help="Only lines about one upload, disclosure, parcel or message id.")
@click.pass_obj
@told
def show(folder: Path, last: int | None, about: str | None) -> None:
    """Print lines, one JSON object each, as they were hashed."""
    opened = Store(settings.load(folder).database)
    if about:
        for index in opened.numbers_of(about):
            click.echo(b"".join(opened.lines(index, index + 1)))
        return
    end = opened.logs()[-1].end
    for line in opened.lines(max(0, end - last) if last else 0):
        click.echo(line)


@log_group.command("prove", epilog="gateway log prove 17 > 17.proof")
@click.argument("index", type=click.IntRange(0))
@click.option("--spicy", is_flag=True, help="In the form that torchwood's 'spicy -verify' reads.")
@click.pass_obj
@told
def prove(folder: Path, index: int, spicy: bool) -> None:
    """Print the proof (c2sp.org/tlog-proof) that the log holds one line."""
    try:
        _, found = wiring.assemble(folder).store.proof(index)
    except IndexError:
        raise Refusal(Code.NOT_FOUND) from None
    click.echo(found.spicy() if spicy else found.text(), nl=False)


@log_group.command(
    "bundle",
    epilog="""gateway log bundle d-2v4dxyq7n5gwfa3mzk6tjbc2re --out proof.zip
    gateway log bundle d-2v4dxyq7n5gwfa3mzk6tjbc2re --request q-6f3mzk2v4dxyq7n5gwfatjbc2e --by g.lowe --out proof.zip
    gateway log bundle --purpose P06 --since 2026-09-01 --by a.udit --out proofs.zip
    gateway log bundle --partner council-887 --by g.lowe --out theirs.zip""",
)
@click.argument("disclosure", required=False)
@click.option("--out", "path", type=NEW_FILE, required=True)
@asking.filtered
@click.option("--request", help="The rights request under which two people let it be shown where the child is.")
@click.option("--by", "person", help="Who asks by a filter or under a request; it stands in the log.")
@click.pass_obj
@told
def bundle_command(
    folder: Path, /, disclosure: str | None, path: Path, request: str | None, person: str | None, **filters: Any
) -> None:
    """Write one ZIP by which an outsider checks disclosures without this database: one, or all that a filter finds.

    With --partner it is for that partner, and holds the lines of what it received alone. One about a child whom
    somebody must not find says "your council".
    """
    if (disclosure is None or request is not None) != (person is not None) or (request and not disclosure):
        raise click.UsageError("name one disclosure, and --by where it is under a --request; or a filter and --by")
    installed = wiring.assemble(folder)
    wiring.publish(installed)
    for verifier, address in installed.settings.witnesses.known:
        wiring.ask_witness(installed, verifier, address, hurry=True)
    if disclosure is None:
        _bundle_all(installed, person_of(installed, str(person)), path, filters)
        return
    shown = _shown(installed, person_of(installed, str(person)), request) if request else ()
    try:
        made = _one(installed, DisclosureId(disclosure), shown)
    except (ValueError, IndexError):
        raise Refusal(Code.NOT_FOUND) from None
    path.write_bytes(bundle.pack(made))
    lines = "no line" if isinstance(made, Covered) else f"{len(made.lines)} lines"
    out.print(f"{path}: {lines}; check it with the key\n  {installed.vault.vkey}")
    if isinstance(made, Covered):
        out.print(COVERED)


def _one(installed: wiring.Installation, about: DisclosureId, shown: Collection[DisclosureId]) -> Bundle | Covered:
    try:
        return enquiry.bundle_of(installed.store, about, shown)
    except Refusal:
        return enquiry.covered_of(installed.store, about)


def _shown(installed: wiring.Installation, who: Person, request: str) -> frozenset[DisclosureId]:
    case = requests.found(installed.gateway, installed.store, who, request_of(request))
    return guarding.shown(installed.gateway, installed.store, case.request, case.steps)


def _bundle_all(installed: wiring.Installation, who: Person, path: Path, filters: dict[str, Any]) -> None:
    at = wiring.now()
    sought = asking.sought_by(installed, who, at, **filters)
    try:
        made, left_out = enquiry.bundled(installed.gateway, installed.store, installed.store, who, sought, at)
    except enquiry.TooMany as error:
        raise click.UsageError(str(error)) from error
    path.write_bytes(bundle.pack_all(made))
    out.print(f"{path}: {len(made)} disclosures; check it with the key\n  {installed.vault.vkey}")
    if left_out:
        out.print(f"{left_out} left out: their lines say where a child is whom somebody must not find.")
        out.print("Ask for each by its own number: its bundle proves it and says 'your council'.")


@log_group.command(
    "verify",
    epilog="""gateway log verify
    gateway log verify --bundle proof.zip --key kent.example.org/log/council-886+c74f20a3+AR...""",
)
@click.option("--bundle", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "vkeys", multiple=True, help="The log's public key, for --bundle; one for each log it spans.")
@click.option("--witness", "witnesses", multiple=True, help="The key of a witness that must have countersigned it.")
@click.pass_obj
@told
def verify(folder: Path, path: Path | None, vkeys: tuple[str, ...], witnesses: tuple[str, ...]) -> None:
    """Check the whole log of this installation, or one bundle without any installation. Status 1 if it fails."""
    if path is None:
        result = verify_whole(wiring.assemble(folder))
        out.print(result) if result.startswith("sound") else _fail(result)
        return
    if not vkeys:
        raise click.UsageError("--bundle needs --key: the log's public key, which the council publishes")
    try:
        logs, asked = tuple(map(note.parse_vkey, vkeys)), tuple(map(note.parse_vkey, witnesses))
        for log in logs:
            checkpoint.check_kinds(log, asked)
    except ValueError as error:
        raise click.UsageError("--key is not the public key of a log, or --witness not one of a witness") from error
    _verify_bundle(path, logs, asked)


@log_group.command("resign", epilog="gateway --dir kent log resign --yes")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
@told
def resign(folder: Path, yes: bool) -> None:
    """Sign the whole log again by a new key and go on under it, before the old one or its algorithm grows weak.

    Every old checkpoint stands and is checked by the old public key, which is archived with its algorithm in
    keys/archive and in the log itself. The new key signs the old log's newest checkpoint, and with it every line.
    """
    installed = wiring.assemble(folder)
    lost = wiring.missing(installed)
    if lost is not None:
        raise settings.Unusable(f"{lost.words} {wiring.MEND_BEHIND}")
    if not yes:
        click.confirm("Partners and witnesses have to be given the new key. Go on?", abort=True)
    wiring.publish(installed)
    known = installed.store.marks.known
    if known is None or known.height != installed.store.height():
        raise Refusal(Code.BUSY)
    before, at = installed.vault.verifier(known.height.log), wiring.now()
    vault.add_log(installed.settings.keys, recovery.next_log(installed.store, known))
    recovery.resign(installed.gateway, installed.store, installed.vault, known, at)
    vault.archive(installed.settings.keys, known.height.log, before)
    wiring.publish(installed)
    directory = installed.store.register().directory
    enlist(installed, [own_record(installed, directory.get(one)) for one in installed.settings.homes], at)
    out.print(f"{known.height.size} lines are signed again. The log goes on under a new key:\n  {installed.vault.vkey}")
    out.print("Where several machines serve this gateway, copy its keys/ to each of them now.")
    out.print("Hand it out: 'gateway partners export' for partners, and tell the operator of each witness.")
    out.print(f"The old key is archived: {vault.archive_file(installed.settings.keys, known.height.log)}")


@log_group.command(
    "witness",
    epilog="""gateway --dir kent log witness
    gateway --dir kent log witness --ask""",
)
@click.option("--ask", is_flag=True, help="Ask each of them now.")
@click.pass_obj
@told
def witness_command(folder: Path, ask: bool) -> None:
    """Who has countersigned our log and how far, whose logs we have, and what is wrong. Status 1 if anything is."""
    installed = wiring.assemble(folder)
    if ask:
        wiring.publish(installed)
        for verifier, address in installed.settings.witnesses.known:
            wiring.ask_witness(installed, verifier, address, hurry=True)
        for partner in wiring.cosigners(installed):
            wiring.ask_cosigner(installed, partner, hurry=True)
    unwell = _tell_ours(installed)
    unwell |= _tell_theirs(installed)
    if unwell:
        raise SystemExit(1)


def _tell_ours(installed: Installation) -> bool:
    """Who countersigns our log, how far, and whether that is enough. Whether anything is wrong."""
    size, unwell = installed.store.edge().size, False
    standing = {one.witness: one for one in wiring.witnesses(installed).standing()}
    table = grid("who", "countersigned", "behind by", "seen at", "what is wrong")
    for key, name in wiring.countersigners(installed).items():
        one = standing.get(key)
        if one is None:
            table.add_row(name, "0", str(size), "never", "not asked yet")
            continue
        seen = f"{one.seen_at:%Y-%m-%d %H:%M:%S}" if one.seen_at else "never"
        wrong = witness.WORDS[one.trouble] if one.trouble else ""
        table.add_row(name, str(one.cosigned), str(size - one.cosigned), seen, wrong)
        partner = key.startswith("partner:")  # whose machine may be away for a while
        unwell = unwell or one.trouble in witness.GRAVE or (one.trouble is not None and not partner)
    empty = (
        "Nobody countersigns our log: no witness in [witnesses] of config/gateway.toml, no partner with a witness key."
    )
    out.print(table if table.row_count else empty, markup=False)
    out.print(proving.words(installed.store.proven(wiring.now())), markup=False)
    doubts = doubting.standing(installed.store.tasks(installed.settings.homes))
    for doubt in doubts:
        out.print(f"[bold red]{doubt.words}[/]")
    return unwell or bool(doubts)


def _tell_theirs(installed: Installation) -> bool:
    """What we have countersigned, and which partner's log does not hang together. Whether any does not."""
    directory = installed.store.register().directory
    table = grid("log of", "we countersigned", "at", "name of the log")
    for one in installed.store.countersignings():
        partner = directory.find(one.partner)
        name = partner.name if partner else one.partner
        table.add_row(name, str(one.size), f"{one.at:%Y-%m-%d %H:%M:%S}", one.origin)
    if table.row_count:
        out.print(table, markup=False)
    doubts = installed.store.doubts()
    for doubt in doubts:
        out.print(f"[bold red]{countersigning.told(directory, doubt)}[/]")
    return bool(doubts)


def _verify_bundle(path: Path, logs: tuple[Verifier, ...], witnesses: tuple[Verifier, ...]) -> None:
    try:
        unpacked = bundle.unpack_all(path.read_bytes())
    except ValueError as error:
        _fail(f"This bundle does not hold: {error}.")
    for made in unpacked.values():
        if isinstance(made, Covered):
            _verify_covered(made, logs, witnesses)
        else:
            _verify_one(made, logs, witnesses)


def _verify_covered(made: Covered, logs: tuple[Verifier, ...], witnesses: tuple[Verifier, ...]) -> None:
    try:
        size = bundle.verify_covered(made, logs)
    except ValueError as error:
        _fail(f"This bundle does not hold: {error}.")
    out.print(f"[green]The line of this hash is in the log[/] (checkpoint of {size} lines).")
    out.print(f"{made.disclosure}: it went to {bundle.YOUR_COUNCIL}; more is not said, for a child's safety.")
    if witnesses:
        _fail("It names nobody who countersigned it: that could say where the child is.")


def _verify_one(made: Bundle, logs: tuple[Verifier, ...], witnesses: tuple[Verifier, ...]) -> None:
    try:
        checked = bundle.verify(made, logs, witnesses)
    except as4.As4Error as error:
        _fail(f"The receipt does not hold: {error.cause}.")
    except ValueError as error:
        _fail(f"This bundle does not hold: {error}.")
    else:
        names = " and ".join(log.name for log in logs)
        out.print(f"[green]Every line is in the log {names}[/] (checkpoint of {checked.size} lines).")
        out.print(f"message: {'the one the line names' if checked.soap else 'none in the bundle'}")
        out.print(f"receipt: {'signed, and for this very message' if checked.receipt else 'none in the bundle'}")
        for one in checked.witnesses:
            out.print(f"countersigned: by {one.name}")
        for line in checked.lines:
            click.echo(json.dumps(line, ensure_ascii=False))
        if missing := [one.name for one in witnesses if one not in checked.witnesses]:
            _fail(f"Not countersigned by {', '.join(missing)}.")


def _fail(words: str) -> NoReturn:
    err.print(f"[bold red]{words}[/]")
    raise SystemExit(1)
