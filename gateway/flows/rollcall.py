"""Of a list of pupils, who has a transfer file and who is missing one: of those who left us, or of those who came.

The list is read, answered and forgotten: nothing of it is kept, and it asks only about what the office itself sent, or
what was laid ready for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.core.clocks import SOMEWHERE
from gateway.core.days import day_of, noon
from gateway.core.documents.names import FileType
from gateway.core.documents.sheets import Listed
from gateway.core.errors import Code, Refusal
from gateway.core.recipients import TRANSFER
from gateway.core.records import Person
from gateway.core.terms import LaEstab, ParcelId, UploadId, stamp
from gateway.flows import enquiry, opening, receipts, undelivered
from gateway.flows.casework import COLLECTORS
from gateway.flows.enquiry import Child
from gateway.flows.ports import Gateway
from gateway.flows.receipts import Receipt, Receipts
from gateway.flows.reports import READERS

CLOCK = "ctf"


class Store(Receipts, Protocol):
    def sources_of(self, handle: str) -> Sequence[tuple[UploadId, int]]: ...


@dataclass(frozen=True, slots=True)
class Found:
    """A file about the pupil. ``upload`` leads to our receipt of it, where we sent it."""

    at: str
    words: str
    upload: UploadId | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One pupil of the list. ``ask`` is whom to ring about one who is missing a file."""

    row: int
    label: str
    files: tuple[Found, ...]
    due: datetime | None
    passed: bool
    ask: str = ""


def left(gateway: Gateway, store: Store, person: Person, pupils: Sequence[Listed], at: datetime) -> Sequence[Row]:
    """Of those who left us, for whom we sent a transfer file, and where it stands. Raises Refusal(NOT_ALLOWED)."""
    if person.role not in READERS:
        raise Refusal(Code.NOT_ALLOWED)
    known: dict[UploadId, Receipt | None] = {}
    rows = []
    for one in pupils:
        files = []
        for source, number in _sources(gateway, store, one):
            if source not in known:
                known[source] = _receipt(gateway, store, person, source, at)
            files += list(_sent(known[source], number))
        rows.append(_row(gateway, one, _own_number(gateway, person), files, "", at))
    return rows


def came(gateway: Gateway, store: Store, person: Person, pupils: Sequence[Listed], at: datetime) -> Sequence[Row]:
    """Of those who came to us, whose transfer file has been laid ready here. Raises Refusal(NOT_ALLOWED)."""
    if person.role not in COLLECTORS:
        raise Refusal(Code.NOT_ALLOWED)
    rows = []
    for one in pupils:
        files = [
            found
            for source, number in _sources(gateway, store, one)
            for found in lying(gateway, person, source, number)
        ]
        rows.append(_row(gateway, one, one.school, files, "" if files else _ask(gateway, one, at), at))
    return rows


def _row(gateway: Gateway, one: Listed, place: LaEstab | None, files: Sequence[Found], ask: str, at: datetime) -> Row:
    """``place`` is the old school: by its days the time runs."""
    start = noon(one.day) if one.day else None
    due = gateway.rulebook.clocks.due(CLOCK, start, place or SOMEWHERE) if start else None
    label = f"UPN ending {one.upn[-3:]}"
    passed = due is not None and due < at
    return Row(one.row, label, tuple(sorted(files, key=lambda found: found.at, reverse=True)), due, passed, ask)


def _sources(gateway: Gateway, store: Store, one: Listed) -> Iterator[tuple[UploadId, int]]:
    for handle in enquiry.handles_of(gateway, Child((one.upn,))):
        yield from store.sources_of(handle)


def _receipt(gateway: Gateway, store: Store, person: Person, source: UploadId, at: datetime) -> Receipt | None:
    """Our receipt for a transfer file; None for what others handed in, and for a return."""
    try:
        found = receipts.find(gateway, store, person, source, at)
    except Refusal:
        return None
    # of a guarded child even the name is told without the other school's number, and is no whole name any more
    return found if found.file.upper().split("_")[1:2] == [FileType.CTF] else None


def _sent(receipt: Receipt | None, number: int) -> Iterator[Found]:
    for told in receipt.decisions if receipt else ():
        if receipt is not None and number in told.raw["pupils"]:
            whom = f" to {told.raw['recipient']}" if told.raw["recipient"] else ""
            yield Found(stamp(receipt.at), f"Sent{whom}: {told.words}" if told.row else told.words, receipt.upload)


def lying(gateway: Gateway, person: Person, source: UploadId, number: int) -> Iterator[Found]:
    """What lies ready for this very organisation and opens to its people."""
    found = [
        one
        for one in gateway.store.parcels_of(source)
        if one.parcel.reader == person.organisation and one.parcel.purpose == TRANSFER and number in one.parcel.pupils
    ]
    guarded = opening.guarded(gateway, [one.parcel for one in found])
    for one in found:
        if ParcelId(one.parcel.id) not in guarded:
            whom = enquiry.name_of(gateway, one.parcel.discloser)
            yield Found(stamp(one.parcel.sealed_at), f"From {whom}: {enquiry.words_of(one)}")


def _ask(gateway: Gateway, one: Listed, at: datetime) -> str:
    directory = gateway.store.register().directory
    school = directory.by_laestab(one.school, day_of(at)) if one.school else None
    if school is None:
        return "Ring the old school and ask for the file."
    return f"Ring {undelivered.named_to_ring(directory, school)} and ask for the file."


def _own_number(gateway: Gateway, person: Person) -> LaEstab | None:
    found = gateway.store.register().directory.find(person.organisation)
    return found.laestab if found else None
