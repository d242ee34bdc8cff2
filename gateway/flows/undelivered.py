"""What a school, or its council, still has to see to: files that reached nobody, what to do, and which clock runs on.

A list of its own, for a file that nobody has is nobody's news: the recipient cannot miss what it never heard of.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from gateway.core import documents
from gateway.core.clocks import SOMEWHERE, Clock
from gateway.core.days import noon
from gateway.core.delivery import State
from gateway.core.errors import Fault
from gateway.core.facts import Condition
from gateway.core.partners import Carrier, Directory, Partner
from gateway.core.records import Decided, Person, Standing
from gateway.core.terms import DisclosureId, ParcelId, UploadId, stamp
from gateway.flows import enquiry, opening, receipts, uncollected
from gateway.flows.ports import Gateway
from gateway.flows.receipts import Receipt, Receipts, Told
from gateway.flows.reports import READERS
from gateway.flows.situations import parse_named
from gateway.flows.uncollected import Shelves

RING = "Ring {whom} and ask them to sign in and collect it."
TODO: Mapping[State, str] = MappingProxyType(
    {
        State.SHELVED: RING,
        State.EXPIRED: "Ring {whom}. When they are ready, lay it there again: it then waits as long as before.",
        State.WAITING: "It is tried again by itself: you need not send it again. Ring {whom} if time runs out.",
        State.SENDING: "It is being sent now. Look again in an hour.",
        State.HANDED: "Nothing says yet that it was taken. Ring {whom} and ask whether they have it.",
        State.ABANDONED: "It is not tried any more. Ring your council and ask that it is sent again or in another way.",
        State.FROZEN: "Somebody called it back, or said that it is not for them. Ring your council.",
        State.DESTROYED: "It was deleted after it was called back. Ring your council before you send it again.",
    }
)
S2S = "Your council uploads it to school2school. Ring your council if time runs out."


class Store(Receipts, Shelves, Protocol):
    """What the list asks of the store beside the gateway's own port."""


@dataclass(frozen=True, slots=True)
class Owed:
    """The clock that runs over a file, and by when what it asks is due."""

    clock: Clock
    due: datetime
    passed: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One file that reached nobody yet. ``upload`` leads to its receipt; ``again``: it may be laid ready once more."""

    title: str
    upload: UploadId | None
    whom: str
    pupils: int
    since: str
    state: State | None
    words: str
    todo: tuple[str, ...]
    expires: datetime | None = None
    owed: Owed | None = None
    again: ParcelId | None = None


def listed(gateway: Gateway, store: Store, person: Person, at: datetime) -> Sequence[Row]:
    """What the person's organisation sent and nobody has; for a council also what its schools leave lying."""
    if person.role not in READERS:
        return []
    rows = list(_sent(gateway, store, person, at))
    seen = {row.again for row in rows}
    rows += [one for one in _left(gateway, store, person, at) if one.again is None or one.again not in seen]
    return sorted(rows, key=lambda row: (row.owed is None, row.owed.due if row.owed else at, row.since))


def named_to_ring(directory: Directory, partner: Partner) -> str:
    """An organisation by its name, with the number at which to ring it where a record has one."""
    number = partner.contact.phone or directory.number_to_ask(partner)
    return f"{partner.name} on {number}" if number else partner.name


def handed_in(gateway: Gateway, disclosure: DisclosureId) -> tuple[Decided, str, bytes] | None:
    """What was decided under this disclosure, and the file about which it was; None where that is no longer kept."""
    decided = gateway.store.decided(disclosure)
    if decided is None or decided.document is None:
        return None
    try:
        return (decided, *parse_named(gateway.vault.open_kept(gateway.store.kept(decided.document))))
    except Fault:
        return None


def _sent(gateway: Gateway, store: Store, person: Person, at: datetime) -> Iterator[Row]:
    for receipt in receipts.newest(gateway, store, person, at):
        for told in receipt.decisions:
            if told.stopped and receipt.asks:
                continue
            if told.stopped:
                todo = tuple(f"{one['sentence']} {one['fix']}" for one in told.raw["reasons"])
                yield _row(gateway, receipt, told, None, todo, at)
            elif told.row is not None and (told.row.overdue or told.row.state in {State.SHELVED, State.FROZEN}):
                standing = gateway.store.parcel(ParcelId(told.row.parcel))
                if standing is not None and standing.state in TODO:
                    yield _row(gateway, receipt, told, standing, (_todo(gateway, standing),), at)


def _row(
    gateway: Gateway, receipt: Receipt, told: Told, standing: Standing | None, todo: tuple[str, ...], at: datetime
) -> Row:
    reason = told.row.reason if told.row else ""
    again = standing.parcel.id if standing and standing.state is State.EXPIRED else None
    return Row(
        receipt.file,
        receipt.upload,
        told.raw["recipient"] or "",
        len(told.raw["pupils"]),
        told.row.since if told.row else stamp(receipt.at),
        standing.state if standing else None,
        f"{told.words}: {reason}" if reason else told.words,
        todo,
        uncollected.expires(gateway, standing) if standing else None,
        _owed(gateway, told.raw["disclosure"], at),
        again,
    )


def _left(gateway: Gateway, store: Store, person: Person, at: datetime) -> Iterator[Row]:
    """What lies at the council's own homes for schools and others, and what of it expired."""
    homes, own = sorted(person.homes & set(gateway.homes)), uncollected.own(gateway)
    found = [one for one in store.uncollected_at(homes, uncollected.MOST) if one.parcel.reader not in own]
    guarded = opening.guarded(gateway, [one.parcel for one in found])
    for one in found:
        if one.parcel.id in guarded and not opening.is_named(gateway, person):
            continue
        whom = enquiry.name_of(gateway, one.parcel.reader)
        yield Row(
            f"From {enquiry.name_of(gateway, one.parcel.discloser)}",
            None,
            whom,
            len(one.parcel.pupils),
            stamp(one.moved_at),
            one.state,
            enquiry.words_of(one),
            (_todo(gateway, one),),
            uncollected.expires(gateway, one),
            _owed(gateway, one.parcel.disclosure, at),
            one.parcel.id if one.state is State.EXPIRED else None,
        )


def _todo(gateway: Gateway, standing: Standing) -> str:
    """What a person can do now, with whom to ring."""
    if standing.state is State.HANDED and standing.parcel.carrier == Condition(Carrier.S2S):
        return S2S
    directory = gateway.store.register().directory
    reader = directory.find(standing.parcel.reader)
    return TODO[standing.state].format(whom=named_to_ring(directory, reader) if reader else standing.parcel.reader)


def _owed(gateway: Gateway, disclosure: str, at: datetime) -> Owed | None:
    """By when the law wants it there, from the days that the file itself says; None where it cannot be read."""
    read = handed_in(gateway, DisclosureId(disclosure))
    if read is None:
        return None
    decided, name, content = read
    found = documents.began(name, content, gateway.rulebook.known)
    if found is None:
        return None
    code, first = found
    sender = gateway.store.register().directory.find(decided.discloser)
    place = sender.laestab if sender and sender.laestab else SOMEWHERE
    due = gateway.rulebook.clocks.due(code, noon(first), place)
    return Owed(gateway.rulebook.clocks.get(code), due, due < at)
