"""What a right makes of the documents that we keep ourselves: a version beside the original, a statement, or nothing.

The original of a correction rests, and every reader gets the version; what is erased is destroyed with its key. Of a
file about several children one is taken out and the others stay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.core import documents
from gateway.core.documents import Document, Meant
from gateway.core.errors import Code, Refusal
from gateway.core.facts import RightsKind
from gateway.core.records import Kept, Person, Record, RightsCopy, latest
from gateway.core.rights import Part
from gateway.core.terms import Item, ParcelId, RequestId, UploadId
from gateway.flows import situations
from gateway.flows.ports import Gateway
from gateway.flows.rights import disclosed, granting, meaning, requests
from gateway.flows.rights.granting import AGE_OF_ASKING
from gateway.flows.rights.ports import Rights as Store
from gateway.flows.rights.requests import Case
from gateway.flows.situations import Situation, named, parse_named

APPLIED = frozenset({RightsKind.RECTIFICATION, RightsKind.ADDENDUM, RightsKind.ERASURE})
"""What changes a document; anything else is a flag on the child."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a document, by whoever asks."""

    right: RightsKind
    item: str = ""
    correction: str = ""
    text: str = ""
    was: str = ""
    entry: int | None = None

    @property
    def meant(self) -> Meant:
        return Meant(Item(self.item), self.was, self.entry)


@dataclass(frozen=True, slots=True)
class Copy:
    """One document of ours: the parcel in which it came, or the upload; and where it rested at first."""

    of: ParcelId | UploadId
    source: UploadId
    kept: str
    pupils: int


@dataclass(frozen=True, slots=True)
class Changed:
    """What is written of it, and what is destroyed."""

    record: Record
    destroyed: tuple[str, ...] = ()


class Versions:
    """What is made of each document within one record, so that two changes of one follow each other."""

    def __init__(self, gateway: Gateway, store: Store, here: Situation) -> None:
        self._gateway, self._store, self._here = gateway, store, here
        self._made: dict[str, list[RightsCopy]] = {}
        self._new: dict[str, Kept] = {}

    def change(self, wish: Wish, copy: Copy, number: int) -> Changed:
        """Apply a wish to the child ``number`` of a document. Raises Refusal: NOT_FOUND where nothing is kept of it,
        WHICH_ONE where several values may be meant, FINDINGS where what is right does not fit.
        """
        rows = self._made.setdefault(copy.of, list(self._store.rights_copies(copy.of)))
        before = latest(copy.kept, rows)
        if not before:
            raise Refusal(Code.NOT_FOUND)
        kept = self._version(wish, copy, number, before)
        row = RightsCopy(copy.of, len(rows), wish.right, before, kept.id if kept else "", self._here.at)
        rows.append(row)
        if kept:
            self._new[kept.id] = kept
        gone = self._erased(rows, copy, None if kept is None else number) if wish.right is RightsKind.ERASURE else set()
        record = Record((), kept=(kept,) if kept else (), rights_copies=(row,))
        return Changed(record, tuple(sorted(gone)))

    def _erased(self, rows: Sequence[RightsCopy], copy: Copy, number: int | None) -> set[str]:
        """Every version that names the child, and what was put beside it; all of that where nobody is left."""
        said = disclosed.statements(self._gateway, rows, copy.pupils)
        return {one.before for one in rows} | {kept for kept, whose, _ in said if number in {None, whose}}

    def _version(self, wish: Wish, copy: Copy, number: int, before: str) -> Kept | None:
        document = self._read(before)
        place = disclosed.place(self._gateway, self._store, copy.source, number, document, copy.pupils)
        if place is None:
            raise Refusal(Code.NOT_FOUND)
        if wish.right is RightsKind.ADDENDUM:
            return self._here.keep(disclosed.statement(number, wish.text))
        if wish.right is RightsKind.ERASURE and len(document.pupils) <= 1:
            return None
        schemas = self._here.rulebook.schemas
        if wish.right is RightsKind.ERASURE:
            made = documents.without(document, place, schemas)
        elif wish.item:
            made = documents.corrected(document, place, wish.meant, wish.correction, schemas)
        else:
            raise Refusal(Code.NOT_FOUND)
        return self._here.keep(named(made.name, made.content))

    def _read(self, kept: str) -> Document:
        rests = self._new.get(kept) or self._gateway.store.kept(kept)
        name, content = parse_named(self._gateway.vault.open_kept(rests))
        rulebook = self._here.rulebook
        document = documents.read(name, content, rulebook.schemas, rulebook.known.meanings()).document
        if document is None:
            raise Refusal(Code.NOT_FOUND)
        return document


def grant(
    gateway: Gateway,
    store: Store,
    person: Person,
    request: RequestId,
    reason: str,
    at: datetime,
    age: int = AGE_OF_ASKING,
    *,
    without_child: bool = False,
) -> tuple[Case, int]:
    """Decide that it is done, and do it to our own copies in the same transaction; returns how many it changed.

    Raises Refusal as ``granting.grant``; WHICH_ONE where several values of a document that we keep may be meant; and
    FINDINGS where what is right does not fit one.
    """
    case = requests.found(gateway, store, person, request)
    made = list(_own(gateway, store, case, situations.of(gateway, case.request.home, at)))
    record = sum((one.record for one in made), Record(()))
    gone = tuple(kept for one in made for kept in one.destroyed)
    after = granting.grant(
        gateway, store, person, request, reason, at, age, without_child=without_child, beside=record, destroyed=gone
    )
    return after, len(made)


def _own(gateway: Gateway, store: Store, case: Case, here: Situation) -> Iterator[Changed]:
    """What it makes of every document of this home that holds what is concerned, by whatever name.

    A file of a school of ours is evidence of what the school told: it is corrected, and destroyed by retention alone.
    """
    asked, right = case.asked, case.request.kind
    if right not in APPLIED:
        return
    wish = Wish(right, asked.item, asked.correction, asked.text, asked.was, asked.entry)
    versions = Versions(gateway, store, here)
    papers = disclosed.papers(gateway, store, case.request.handles, case.request.home)
    said = {one.source: disclosed.parts(one.document, one.number) for one in papers}
    fact = meaning.wrong(asked, papers, said) if asked.item and right is RightsKind.RECTIFICATION else None
    if fact is not None and fact.unclear:
        raise Refusal(Code.WHICH_ONE)
    for paper in papers:
        if not meaning.is_late(asked, paper) or (paper.parcel is None and right is RightsKind.ERASURE):
            continue
        holds = not asked.item or any(map(wish.meant.fits, documents.leaves(paper.document, paper.number)))
        others = fact.elsewhere(said[paper.source], asked.correction) if fact else ()
        also = [_put(wish, one, right) for one, right in others]
        for one in [*([wish] if holds else []), *also]:
            copy = Copy(paper.parcel or paper.source, paper.source, paper.kept, paper.pupils)
            yield versions.change(one, copy, paper.pupil)


def _put(wish: Wish, one: Part, right: str | None) -> Wish:
    """The same of another place. Raises Refusal(WHICH_ONE) where nobody but a person can say what is right there."""
    if right is None:
        raise Refusal(Code.WHICH_ONE)
    return replace(wish, item=one.item, was=one.value, entry=one.among, correction=right)


__all__ = ["APPLIED", "Changed", "Copy", "Versions", "Wish", "grant"]
