"""Which files a school has asked for: of whom, by when each is due, and whether it has come.

A request is on record however it was made: one that no agreement lets go to the council is put on record all the same,
and the office rings the old school. So nothing of its own is kept here: the list is read from the school's receipts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from gateway.core import documents
from gateway.core.days import LONDON, day_of
from gateway.core.documents.messages.handover import Owed, Request
from gateway.core.records import Person
from gateway.core.terms import DisclosureId, UploadId
from gateway.flows import enquiry, rollcall, undelivered
from gateway.flows.enquiry import Child
from gateway.flows.ports import Gateway
from gateway.flows.receipts import Receipt
from gateway.flows.reports import SENDERS
from gateway.flows.rollcall import Found, Store


@dataclass(frozen=True, slots=True)
class Awaited:
    """One file that was asked for. ``went``: the council has the request; else the school alone is to be rung.

    ``files`` is what has come of that pupil since; ``ring`` is the old school by its name, with its number.
    """

    upload: UploadId
    asked: datetime
    label: str
    ring: str
    council: str
    went: bool
    due: datetime
    passed: bool
    files: tuple[Found, ...]


def listed(gateway: Gateway, store: Store, person: Person, sent: Sequence[Receipt], at: datetime) -> Sequence[Awaited]:
    """What the school has asked for, what has not come first, by the day it is due; ``sent`` are its receipts."""
    asked = (one for one in sent if one.asks)
    found = [one for receipt in asked for one in _of(gateway, store, person, receipt, at)]
    return sorted(found, key=lambda one: (bool(one.files), one.due))


def late(gateway: Gateway, store: Store, person: Person, sent: Sequence[Receipt], at: datetime) -> Sequence[Awaited]:
    """What should have come and has not, for whoever may ask again."""
    if person.role not in SENDERS or person.organisation in gateway.homes:
        return []
    return [one for one in listed(gateway, store, person, sent, at) if one.passed and not one.files]


def _of(gateway: Gateway, store: Store, person: Person, receipt: Receipt, at: datetime) -> Iterator[Awaited]:
    told = receipt.decisions[0]
    request = _request(gateway, DisclosureId(told.raw["disclosure"]))
    if request is None:
        return
    labels = documents.labels(documents.write(request))
    for number, owed in enumerate(request.records, 1):
        files = tuple(_came(gateway, store, person, owed))
        due = datetime.combine(request.due, time.max, LONDON)
        yield Awaited(
            receipt.upload,
            receipt.at,
            labels.get(number, ""),
            _ring(gateway, owed, at),
            told.raw["recipient"] or "",
            not told.stopped,
            due,
            due < at,
            files,
        )


def _request(gateway: Gateway, disclosure: DisclosureId) -> Request | None:
    """The request as it was made; None where it is no longer kept."""
    read = undelivered.handed_in(gateway, disclosure)
    if read is None:
        return None
    _, name, content = read
    document = documents.read(name, content, gateway.rulebook.schemas, gateway.rulebook.known).document
    made = documents.value(document) if document is not None else None
    return made if isinstance(made, Request) else None


def _came(gateway: Gateway, store: Store, person: Person, owed: Owed) -> Iterator[Found]:
    """The transfer files of this child that lie ready for the school, whenever they came."""
    who = owed.who
    names = ((who.surname, who.forename, who.dob),) if who.dob is not None else ()
    child = Child((who.upn,) if who.upn is not None else (), names)
    seen = dict.fromkeys(one for handle in enquiry.handles_of(gateway, child) for one in store.sources_of(handle))
    for source, number in seen:
        yield from rollcall.lying(gateway, person, source, number)


def _ring(gateway: Gateway, owed: Owed, at: datetime) -> str:
    old = owed.last_school.school if owed.last_school is not None else None
    directory = gateway.store.register().directory
    school = directory.by_laestab(old, day_of(at)) if old is not None else None
    return undelivered.named_to_ring(directory, school) if school is not None else f"the school with the number {old}"
