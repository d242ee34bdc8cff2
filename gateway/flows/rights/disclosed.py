"""Everything that is kept about one child, and everything that was told about it: to whom, when, why, which items."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gateway.core import documents
from gateway.core.delivery import State
from gateway.core.documents import Document
from gateway.core.errors import Refusal
from gateway.core.facts import DisclosureReleased, parse_line
from gateway.core.records import Standing, latest
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
from gateway.flows.ports import Gateway
from gateway.flows.rights.ports import Children, Files, Kept
from gateway.flows.situations import parse_named

NEVER_WENT = frozenset({State.WITHDRAWN, State.ABANDONED})


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One disclosure about the child. ``number`` is the child's place in what the recipient got, from 1."""

    disclosure: DisclosureId
    discloser: PartnerId
    reader: PartnerId
    recipient: PartnerId
    purpose: PurposeCode
    basis: Basis | None
    at: datetime
    items: frozenset[Item]
    number: int
    state: State


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


def about(store: Kept, handles: Sequence[str]) -> tuple[Disclosed, ...]:
    """What went about this child, newest first; what was withdrawn or given up never went."""
    found = {}
    for source, pupil in _sources(store, handles):
        for standing in store.parcels_of(source):
            if not standing.parcel.received and pupil in standing.parcel.pupils and standing.state not in NEVER_WENT:
                one = _disclosed(store, standing, pupil)
                found[one.disclosure] = one
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.disclosure), reverse=True))


def papers(gateway: Gateway, store: Kept, handles: Sequence[str]) -> tuple[Paper, ...]:
    """Every document that is kept and names the child, oldest first. What was erased is gone."""
    found = [one for source, pupil in _sources(store, handles) for one in _papers(gateway, store, source, pupil)]
    return tuple(sorted(found, key=lambda one: (one.at, one.source, one.number)))


def born(gateway: Gateway, store: Kept, handle: str) -> date | None:
    """The child's day of birth, as the newest document has it."""
    for paper in reversed(papers(gateway, store, (handle,))):
        known = documents.identities(paper.document).get(paper.number)
        if known is not None and known.born is not None and not known.about:
            return known.born
    return None


def latest_kept(store: Files, standing: Standing) -> str:
    """Where the document of a parcel rests by now; empty where it was erased."""
    return latest(standing.parcel.document, store.rights_copies(standing.parcel.id))


def _sources(store: Children, handles: Sequence[str]) -> Iterator[tuple[UploadId, int]]:
    yield from dict.fromkeys(one for handle in handles for one in store.sources_of(handle))


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
    )


def _papers(gateway: Gateway, store: Kept, source: UploadId, pupil: int) -> Iterator[Paper]:
    standings = store.parcels_of(source)
    came = next((one for one in standings if one.parcel.received), None)
    if came is not None:
        kept, sender, at, parcel = (
            latest_kept(store, came),
            came.parcel.discloser,
            came.parcel.sealed_at,
            came.parcel.id,
        )
        corrected = kept != came.parcel.document
        beside = tuple(_beside(gateway, store, parcel))
    else:
        decided = next((one for one in store.decided_for(source) if one.document), None)
        if decided is None or decided.document is None:
            return
        kept, parcel = decided.document, None
        sender, at = decided.discloser, decided.at
        corrected, beside = False, ()
    document = _read(gateway, kept) if kept else None
    if document is not None:
        yield Paper(source, pupil, sender, at, document, parcel, corrected, beside)


def _beside(gateway: Gateway, store: Files, parcel: ParcelId) -> Iterator[str]:
    for one in store.rights_copies(parcel):
        if one.right == "addendum":
            yield gateway.vault.open_kept(gateway.store.kept(one.after)).decode()


def _read(gateway: Gateway, kept: str) -> Document | None:
    name, content = parse_named(gateway.vault.open_kept(gateway.store.kept(kept)))
    try:
        return documents.read(name, content, gateway.rulebook.schemas, gateway.rulebook.known.meanings()).document
    except Refusal:
        return None
