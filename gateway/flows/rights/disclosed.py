"""Everything that is kept about one child, and everything that was told about it: to whom, when, why, which items."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gateway.core import documents
from gateway.core.delivery import State
from gateway.core.documents import Document
from gateway.core.errors import Fault, Refusal
from gateway.core.facts import DisclosureReleased, RightsKind, parse_line
from gateway.core.records import Act, RightsCopy, Sought, Standing, latest
from gateway.core.rights import Part
from gateway.core.terms import (
    Basis,
    DisclosureId,
    Item,
    ParcelId,
    PartnerId,
    PurposeCode,
    UploadId,
    parse_stamp,
)
from gateway.flows import children
from gateway.flows.ports import Gateway
from gateway.flows.rights.ports import Children, Files, Kept, Log
from gateway.flows.situations import parse_named
from gateway.flows.telling import CARRIERS

SPOKEN = frozenset(map(str, CARRIERS.values()))
NEVER_WENT = frozenset({State.WITHDRAWN, State.ABANDONED})
ENCLOSED_BYTES = Item("Enclosed/Part")


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One disclosure about the child. ``number`` is the child's place in what the recipient got, from 1.

    ``state`` is None where somebody told it by word: nothing was sent.
    """

    disclosure: DisclosureId
    discloser: PartnerId
    reader: PartnerId
    recipient: PartnerId
    purpose: PurposeCode
    basis: Basis | None
    at: datetime
    items: frozenset[Item]
    number: int
    state: State | None
    source: UploadId | None


@dataclass(frozen=True, slots=True)
class Paper:
    """One document that names the child: an upload or a received message. ``corrected``: a later version rests."""

    source: UploadId
    number: int
    sender: PartnerId
    at: datetime
    document: Document
    parcel: ParcelId | None = None
    corrected: bool = False
    beside: tuple[str, ...] = ()
    """Statements that were put beside it."""
    kept: str = ""
    """Where it rested at first, with ``pupils`` children of whom this was the one of the number ``pupil``."""
    pupils: int = 1
    pupil: int = 1


def about(gateway: Gateway, store: Kept, handles: Sequence[str], home: PartnerId) -> tuple[Disclosed, ...]:
    """What this home let go about the child, newest first; what was withdrawn or given up never went.

    What another home of the same gateway let go is the other's to answer for.
    """
    found = {}
    for source, pupil in _sources(gateway, store, handles):
        for standing in store.parcels_of(source):
            mine = not standing.parcel.received and standing.parcel.home == home
            if mine and pupil in standing.parcel.pupils and standing.state not in NEVER_WENT:
                one = _disclosed(store, standing, pupil)
                found[one.disclosure] = one
    for said in _by_word(store, handles, home):
        found.setdefault(said.disclosure, said)
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.disclosure), reverse=True))


def papers(gateway: Gateway, store: Kept, handles: Sequence[str], home: PartnerId) -> tuple[Paper, ...]:
    """Every document that this home keeps and that names the child, oldest first. What was erased is gone."""
    places = _sources(gateway, store, handles)
    found = [one for source, pupil in places for one in _papers(gateway, store, source, pupil, home)]
    return tuple(sorted(found, key=lambda one: (one.at, one.source, one.number)))


def parts(document: Document, number: int) -> tuple[Part, ...]:
    """Every value of one record of it; of a file enclosed only its kind and digest, for it is handed over as a file."""
    found = documents.leaves(document, number)
    return tuple(Part(one.item, one.value, one.among) for one in found if one.item != ENCLOSED_BYTES)


def before(gateway: Gateway, store: Kept, paper: Paper, at: datetime | None) -> tuple[Part, ...] | None:
    """What it said of the child until something was put right ``at`` that moment: with every correction of before.

    None where that is erased since, and nobody can say it any more.
    """
    copies = [one for one in store.rights_copies(paper.parcel or paper.source) if at is None or one.at < at]
    try:
        document = _read(gateway, latest(paper.kept, copies))
    except Fault as fault:
        if not fault.lasting:
            raise
        return None
    number = place(gateway, store, paper.source, paper.pupil, document, paper.pupils) if document else None
    return parts(document, number) if document and number else None


def place(
    gateway: Gateway, store: Children, source: UploadId, pupil: int, document: Document, pupils: int
) -> int | None:
    """Where a child stands in what rests now of a document: others may have been erased from it since."""
    if len(document.pupils) == pupils:
        return pupil if pupil <= max(pupils, 1) else None
    return children.place(document, store.handles_of(source, pupil), gateway.vault.blind)


def statement(pupil: int, text: str) -> bytes:
    """A statement as it rests: beside which child of the file, and what it says. No text of a message holds a NUL."""
    return f"{pupil}\0{text}".encode()


def parse_statement(rested: bytes, pupils: int) -> tuple[int | None, str]:
    """The opposite of ``statement``. One that was kept before the child was stands where only one can be meant."""
    pupil, told, text = rested.decode().rpartition("\0")
    return int(pupil) if told else 1 if pupils == 1 else None, text


def statements(gateway: Gateway, copies: Sequence[RightsCopy], pupils: int) -> Iterator[tuple[str, int | None, str]]:
    """Where each statement beside a document of so many children rests, beside whom it stands, and its text; without
    those that were erased with their child.
    """
    for one in copies:
        if one.right is not RightsKind.ADDENDUM:
            continue
        try:
            yield one.after, *parse_statement(gateway.vault.open_kept(gateway.store.kept(one.after)), pupils)
        except Fault as fault:
            if not fault.lasting:
                raise


def born(gateway: Gateway, store: Kept, handles: Sequence[str], home: PartnerId) -> date | None:
    """The child's day of birth, as the newest document has it."""
    for paper in reversed(papers(gateway, store, handles, home)):
        known = documents.identities(paper.document).get(paper.number)
        if known is not None and known.born is not None and not known.about:
            return known.born
    return None


def _sources(gateway: Gateway, store: Kept, handles: Sequence[str]) -> Iterator[tuple[UploadId, int]]:
    """Where the child stands, by any of its handles; of another child of its name and birth nothing is among it.

    Whoever is found by a name alone and has a number there that is none of this child's is somebody else.
    """
    places = dict.fromkeys(one for handle in handles for one in store.sources_of(handle))
    known, own = set(handles), {one: set(store.handles_of(*one)) for one in places}
    if all(some <= known for some in own.values()):
        yield from places
        return
    numbers = {one: _numbers(gateway, store, one[0], own[one]) for one in places}
    mine = known & set[str]().union(*(some for some in numbers.values() if some))
    for one in places:
        unread = numbers[one] is None
        if handles[0] in own[one] or own[one] <= known if unread else not numbers[one] or not mine or own[one] & mine:
            yield one


def _numbers(gateway: Gateway, store: Kept, source: UploadId, own: Collection[str]) -> frozenset[str] | None:
    """The handles of a child's numbers in a document; None where it can be read no more."""
    came = next((one.parcel for one in store.parcels_of(source) if one.parcel.received), None)
    decided = next((one.document for one in store.decided_for(source) if one.document), "")
    kept = latest(came.document if came else decided, store.rights_copies(came.id if came else source))
    document = _read(gateway, kept) if kept else None
    number = None if document is None else children.place(document, own, gateway.vault.blind)
    if document is None or number is None:
        return None
    return children.strong(documents.identities(document)[number], gateway.vault.blind)


def _disclosed(store: Files, standing: Standing, pupil: int) -> Disclosed:
    parcel = standing.parcel
    lines = [parse_line(line) for line in store.lines_about(parcel.disclosure)]
    released = [line for line in lines if line["fact"] == DisclosureReleased.__name__]
    said = released[-1] if released else {}
    shared = said.get("shared", [])
    assert isinstance(shared, list)
    return Disclosed(
        parcel.disclosure,
        parcel.discloser,
        parcel.reader,
        parcel.recipient,
        parcel.purpose,
        Basis(str(said["article6"])) if said else None,
        parse_stamp(str(said["at"])) if said else parcel.sealed_at,
        frozenset(map(Item, shared)),
        parcel.pupils.index(pupil) + 1,
        standing.state,
        parcel.source,
    )


def _by_word(store: Log, handles: Sequence[str], home: PartnerId) -> Iterator[Disclosed]:
    """What somebody told by phone, by letter or in a meeting about this one child."""
    for one in store.told_of(Sought((home,), children=tuple(handles), act=Act.RELEASE, standing=True)):
        sent = one.state is not None or one.says["carrier"] not in SPOKEN
        if sent or one.disclosure is None or one.discloser is None or one.reader is None:
            continue
        shared = one.says["shared"]
        assert isinstance(shared, list)
        yield Disclosed(
            one.disclosure,
            one.discloser,
            one.reader,
            one.reader,
            PurposeCode(str(one.says["purpose"])),
            Basis(str(one.says["article6"])),
            one.at,
            frozenset(map(Item, shared)),
            1,
            None,
            None,
        )


def _papers(gateway: Gateway, store: Kept, source: UploadId, pupil: int, home: PartnerId) -> Iterator[Paper]:
    """Of a document that came by a partner's message it is the message; of an upload what was decided about."""
    standings = [one.parcel for one in store.parcels_of(source) if home in {one.parcel.home, one.parcel.reader}]
    came = next((one for one in standings if one.received and one.home == home), None)
    decided = next((one for one in store.decided_for(source) if one.document), None)
    if came is not None:
        first, sender, at, pupils = came.document, came.discloser, came.sealed_at, len(came.pupils)
    elif decided is not None and decided.document is not None and (decided.home == home or standings):
        first, sender, at, pupils = decided.document, decided.discloser, decided.at, 0
    else:
        return
    of = came.id if came else source
    copies = store.rights_copies(of)
    kept = latest(first, copies)
    document = _read(gateway, kept) if kept else None
    if document is None:
        return
    pupils = pupils or len(document.pupils)
    number = place(gateway, store, source, pupil, document, pupils)
    if number is not None:
        said = statements(gateway, copies, pupils)
        beside = tuple(text for _, whose, text in said if whose == pupil)
        parcel = came.id if came else None
        yield Paper(source, number, sender, at, document, parcel, kept != first, beside, first, pupils, pupil)


def _read(gateway: Gateway, kept: str) -> Document | None:
    name, content = parse_named(gateway.vault.open_kept(gateway.store.kept(kept)))
    try:
        return documents.read(name, content, gateway.rulebook.schemas, gateway.rulebook.known.meanings()).document
    except Refusal:
        return None
