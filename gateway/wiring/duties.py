"""What an installation does besides its doors: sign checkpoints, ask partners and witnesses, say how it stands."""

import contextlib
from collections.abc import Callable, Container, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from gateway.core.errors import Fault, Refusal
from gateway.core.log import witness
from gateway.core.log.mark import Height, Mark
from gateway.core.log.note import Verifier
from gateway.core.measures import Measures
from gateway.core.partners import Partner
from gateway.core.terms import PartnerId
from gateway.edge import journal, transport
from gateway.edge.counters import Counters
from gateway.edge.store.witnesses import Witnesses
from gateway.edge.vault import ROLES, ROLES_OF_A_HOME
from gateway.flows import (
    checking,
    doubting,
    dropping,
    mailbox,
    picking,
    pulling,
    recovery,
    witnessing,
)
from gateway.flows.recovery import Missing
from gateway.web.operating import Checks
from gateway.wiring.joining import Installation

T = TypeVar("T")
R = TypeVar("R")

ASKERS = 16
MEND_BEHIND = "Nothing is sent, signed or accepted. Restore a newer backup, or go on without them: 'gateway recover'."


def missing(installed: Installation) -> Missing | None:
    """What the database lacks of what is known to have been signed."""
    return recovery.missing(installed.store, installed.store.marks.known)


def ask_partners(installed: Installation, patience: float | None = None) -> int:
    """Ask every partner how far our log had come; returns how many answered within ``patience`` seconds.

    Who answers later is still believed: the mark rises then.
    """
    home, at = installed.settings.homes[0], installed.gateway.clock()

    def learn(partner: Partner) -> bool:
        return recovery.learn(partner, home, installed.ask, installed.vault, installed.store.marks, at)

    return sum(_asked(learn, recovery.partners_to_ask(installed.gateway), patience))


def publish(installed: Installation) -> str | None:
    """Sign a checkpoint if the log has grown."""
    return installed.store.publish(installed.gateway.clock(), installed.vault)


def witnesses(installed: Installation) -> Witnesses:
    """What our database keeps of those who countersign our log."""
    return Witnesses(installed.store.engine, installed.vault.origin(installed.vault.newest_log))


def ask_witness(
    installed: Installation, verifier: Verifier, address: str, *, hurry: bool = False
) -> witness.Trouble | None:
    """Ask one witness to countersign the newest checkpoint, if its turn has come; what is wrong, if anything is."""
    trouble = witnessing.ask(_hands(installed), verifier, address, hurry=hurry)
    if trouble is not None:
        _unwell(installed, verifier.name, trouble)
    return trouble


def _unwell(installed: Installation, name: str, trouble: witness.Trouble) -> None:
    """Say why somebody does not countersign; who doubts our log itself is written down, and a person is asked."""
    journal.unwell(name, trouble, grave=trouble in witness.GRAVE)
    if trouble in witness.GRAVE:
        look_ahead(installed)  # if enough of them say that lines are missing, nothing more is written at all
        with contextlib.suppress(Fault):
            doubting.doubted(installed.gateway, name, trouble, installed.gateway.clock())


def _hands(installed: Installation) -> witnessing.Hands:
    return witnessing.Hands(
        witnesses(installed),
        transport.ask_witness,
        installed.gateway.clock,
        installed.vault.verifier(installed.vault.newest_log),
        timedelta(seconds=installed.settings.timetable.witness),
    )


def cosigners(installed: Installation) -> Sequence[Partner]:
    """Partners whose gateways countersign our log: they have handed out the key with which they do."""
    return [one for one in recovery.partners_to_ask(installed.gateway) if one.witnesses]


def countersigners(installed: Installation) -> Mapping[str, str]:
    """Everybody who countersigns our log, by what they are called in tables, with the name that people know."""
    named = {witnessing.name_of(verifier): verifier.name for verifier, _ in installed.settings.witnesses.known}
    return named | {witnessing.of_partner(one.id): one.name for one in cosigners(installed)}


def ask_cosigner(installed: Installation, partner: Partner, *, hurry: bool = False) -> witness.Trouble | None:
    """Ask a partner's gateway to countersign the newest checkpoint, over the door by which messages go."""
    home = installed.settings.homes[0]
    hands = replace(_hands(installed), post=lambda _, question: installed.ask.add_checkpoint(partner, home, question))
    keys = tuple(one.verifier for one in partner.witnesses)
    whom = witnessing.Witness(witnessing.of_partner(partner.id), keys, partner.endpoint)
    trouble = witnessing.ask_witness(hands, whom, hurry=hurry)
    if trouble is not None:
        _unwell(installed, whom.name, trouble)
    return trouble


def ask_cosigners(installed: Installation, met: Container[PartnerId] | None = None) -> None:
    """Ask those of them whom we have just ``met`` over a message, or all of them."""
    for partner in cosigners(installed):
        if met is None or partner.id in met:
            ask_cosigner(installed, partner, hurry=met is not None)


def pull(installed: Installation, told: Callable[[str, BaseException], None], most: int) -> int:
    """Fetch what partners keep for us, from all of them at once; returns how many messages came."""

    def one(partner: Partner) -> int:
        try:
            return pulling.pull(installed.gateway, installed.ask, partner, most)
        except Exception as error:  # noqa: BLE001  (what fails at one partner is told, and keeps nobody else waiting)
            told("pull", error)
            return 0

    return sum(_asked(one, pulling.partners_to_pull(installed.gateway), None))


def look_ahead(installed: Installation) -> None:
    """Witnesses that hold more of our log than we do say that it was set back: while they do, nothing is signed.

    They are ours to choose, and as many must agree as make a quorum.
    """
    if not installed.settings.witnesses.known:
        return
    height, log = installed.store.height(), installed.vault.newest_log
    among = {witnessing.name_of(verifier) for verifier, _ in installed.settings.witnesses.known}
    held = witnesses(installed).witnessed_size(max(1, installed.settings.witnesses.quorum), among)
    ahead = held is not None and height.log == log and held > height.size
    installed.store.marks.claim(Mark(Height(log, held), installed.gateway.clock(), None) if ahead and held else None)


def ask_witnesses(installed: Installation, patience: float | None = None) -> None:
    """Ask every witness now, whatever it is thought to hold, and wait ``patience`` seconds for all of them."""

    def ask(known: tuple[Verifier, str]) -> bool:
        return ask_witness(installed, *known, hurry=True) is None

    _asked(ask, installed.settings.witnesses.known, patience)
    look_ahead(installed)


def ask_authorities(installed: Installation, at: datetime) -> None:
    """Ask the authorities of partners' certificates whether they took any back, all of them at once."""
    gateway, store = installed.gateway, installed.store
    due = checking.due(gateway, store, at)
    _asked(lambda some: checking.check(gateway, store, transport.ask_authority, some), due, None)


def poll(installed: Installation, _: datetime) -> None:
    """Take what MESH brought, if we have a mailbox there."""
    if installed.mailbox is not None:
        mailbox.poll(installed.gateway, installed.store, installed.mailbox)


def drop(installed: Installation, at: datetime) -> None:
    """Lay what is new on our shelves where a program of our own imports it."""
    for reader, (person, folder) in installed.drops.items():
        named = installed.store.person(person)
        try:
            if named is not None:
                dropping.drop(installed.gateway, named, reader, folder, at)
        except (Fault, Refusal, OSError) as error:
            journal.told(f"drop {reader}", error)


def pick_up(installed: Installation, at: datetime) -> None:
    """Take in what partners left in their folders. One that cannot be read keeps no other waiting."""
    for partner, tray in installed.trays.items():
        try:
            picking.take_in(installed.gateway, partner, tray, at)
        except Exception as error:  # noqa: BLE001  (as in ``pull``)
            journal.told(f"pickup {partner}", error)


def _asked(ask: Callable[[T], R], whom: Sequence[T], patience: float | None) -> list[R]:
    """Ask all at once; the answers that came in time."""
    pool = ThreadPoolExecutor(ASKERS)
    done, _ = wait([pool.submit(ask, one) for one in whom], timeout=patience)
    pool.shutdown(wait=False)
    return [one.result() for one in done]


def checks(installed: Installation) -> Checks:
    """What must hold before this gateway is sent any work, by the code of what is wrong when it does not."""

    def keys_are_valid() -> bool:
        homes = installed.settings.homes
        return all(
            installed.vault.current(home, role)
            for home in homes
            for role in (ROLES if home == homes[0] else ROLES_OF_A_HOME)
        )

    return {
        "database-not-writable": installed.store.is_writable,
        "database-of-another-release": installed.store.is_current,
        "database-behind-its-log": lambda: missing(installed) is None,
        "own-keys-not-valid": keys_are_valid,
    }


def measure(installed: Installation, counters: Counters) -> Measures:
    """Everything that /metrics shows."""
    at, settings = installed.gateway.clock(), installed.settings
    ends: dict[str, list[datetime]] = {}
    for home in settings.homes:
        newest = {(pair.role, pair.profile): pair for pair in installed.vault.pairs(home)}
        for (role, _), pair in newest.items():
            ends.setdefault(role, []).append(pair.certificate.not_valid_after_utc)
    asked = {one.witness: one for one in witnesses(installed).standing()}
    named = [asked.get(witnessing.name_of(verifier)) for verifier, _ in settings.witnesses.known]
    well = sum(one is not None and one.trouble is None for one in named)
    return replace(
        installed.store.measure(at, settings.waits.pause_after),
        witnesses={"well": well, "unwell": len(named) - well},
        days_left={role: (min(some) - at).days for role, some in ends.items()},
        counted=counters.totals(),
    )
