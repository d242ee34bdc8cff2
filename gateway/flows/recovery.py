"""What a gateway does whose database fell behind its own log: find out, say what is missing, and go on under a new log.

A note signed by our own key cannot be made up, so whoever holds one may tell us how far we had come.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.core.errors import Fault
from gateway.core.facts import Fact, LogContinued, LogName, LogResigned, NoteSignature, PublicKey, SignatureAlgorithm
from gateway.core.log import checkpoint, note
from gateway.core.log.mark import Height, Mark
from gateway.core.log.note import signature_of
from gateway.core.log.tree import Edge
from gateway.core.partners import Channel, Partner
from gateway.core.records import LogKeys, Record
from gateway.core.terms import Digest, PartnerId, digest
from gateway.flows.ports import Gateway, Held

HOURS = "%d %b %Y %H:%M"


class Marks(Protocol):
    @property
    def known(self) -> Mark | None: ...
    def raise_to(self, made: Mark) -> None: ...


class Logs(Protocol):
    """What recovering asks of the store."""

    def edge(self) -> Edge: ...
    def height(self) -> Height: ...
    def last_written(self) -> datetime | None: ...
    def holds_what_was_signed(self) -> bool: ...
    def continue_log(self, after: Height, number: int, record: Record) -> None: ...


@dataclass(frozen=True, slots=True)
class Missing:
    """What a database has lost: ``lines`` at least (None: cannot be counted), between two moments."""

    lines: int | None
    since: datetime | None
    until: datetime

    @property
    def words(self) -> str:
        lost = "Lines are missing" if self.lines is None else f"{self.lines} of its lines are missing"
        since = f"after {self.since:{HOURS}}" if self.since else "from the beginning"
        return f"The database is behind its own log. {lost}, written {since} and before {self.until:{HOURS}} UTC."


def missing(logs: Logs, known: Mark | None) -> Missing | None:
    """What the database lacks of what is known to have been signed; None when it lacks nothing."""
    if known is None or logs.holds_what_was_signed():
        return None
    height = logs.height()
    lost = known.height.size - height.size
    counted = lost if known.height.log == height.log and lost > 0 else None
    return Missing(counted, logs.last_written(), known.at)


def partners_to_ask(gateway: Gateway) -> Sequence[Partner]:
    """Everybody whose gateway may hold a checkpoint of ours."""
    listed = gateway.store.register().directory.partners.values()
    return [one for one in listed if one.channel is Channel.AS4 and one.id not in gateway.homes and one.endpoint]


def learn(partner: Partner, home: PartnerId, ask: Held, keys: LogKeys, marks: Marks, at: datetime) -> bool:
    """Ask one partner how far our log had come and remember it; False when nobody answered."""
    try:
        notes = ask.held(partner, home)
    except Fault:
        return False
    for made in _verified(notes, keys, at):
        marks.raise_to(made)
    return True


def _verified(notes: Iterable[str], keys: LogKeys, at: datetime) -> Iterable[Mark]:
    """Marks from those notes that our own logs have signed."""
    for one in notes:
        try:
            number = keys.number_of(checkpoint.shown(one).origin)
            head = checkpoint.open_signed(one, keys.verifier(number)) if number else None
        except (ValueError, Fault):
            continue
        if number and head:
            yield Mark(Height(number, head.size), at, one)


def next_log(logs: Logs, known: Mark) -> int:
    """The number that no log of ours has had."""
    return max(logs.height().log, known.height.log) + 1


def resign(gateway: Gateway, logs: Logs, keys: LogKeys, known: Mark, at: datetime) -> LogContinued:
    """Begin the next log under a new key, which from its first checkpoint on signs all of the old one too.

    The old one must be whole and signed to its end, and the new key made. Raises Fault(BEHIND) when it has grown.
    """
    before = keys.verifier(known.height.log)
    algorithm, public = SignatureAlgorithm(note.ALGORITHM), PublicKey(before.public.hex())
    return go_on(
        gateway, logs, keys, known, at, LogResigned(at, gateway.homes[0], LogName(before.name), algorithm, public)
    )


def go_on(gateway: Gateway, logs: Logs, keys: LogKeys, known: Mark, at: datetime, *beside: Fact) -> LogContinued:
    """Begin the next log, whose first line says how far the old one was signed and what is left of it.

    Its key must have been made. Raises Fault.
    """
    height, edge, number = logs.height(), logs.edge(), next_log(logs, known)
    signer, head = keys.verifier(known.height.log), known.checkpoint
    fact = LogContinued(
        at=at,
        home=gateway.homes[0],
        vkey=digest(keys.verifier(number).vkey.encode()),
        origin=LogName(keys.origin(known.height.log)),
        size=known.height.size,
        root=Digest(head.root.hex()) if head else None,
        signature=NoteSignature(signature_of(known.note, signer).hex()) if known.note else None,
        held=edge.size,
        held_root=Digest(edge.root.hex()),
    )
    logs.continue_log(height, number, Record((fact, *beside)))
    return fact
