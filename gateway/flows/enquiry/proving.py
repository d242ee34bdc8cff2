"""Proof for outsiders: every line about a disclosure with its proof, the message that left and its receipt.

Of a child with a stop flag the bundle says "your council": it is covered, and proves the release and nothing of where
the file went. Only the release's own line stands in it, as its hash: how many others there are tells whether the file
was sealed for another council or laid on a shelf of ours. Two people who sign a rights request let the lines be shown.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from gateway.core import bundle
from gateway.core.bundle import Bundle, Covered
from gateway.core.decisions import Clearance
from gateway.core.errors import Code, Refusal
from gateway.core.facts import parse_line
from gateway.core.log.proof import Proof
from gateway.core.records import Standing
from gateway.core.terms import DisclosureId, Flag, ParcelId, UploadId
from gateway.flows import discretion

ANY = frozenset[str]()
THEIRS = frozenset({
    "DisclosureReleased", "ParcelSealed", "ParcelPacked", "ParcelShelved", "ParcelDelivered", "ParcelTaken",
    "ParcelCollected",
})  # fmt: skip
"""What a recipient may see of our log: that we held it first, or tried in vain, is not theirs."""
RELEASED = frozenset({"DisclosureReleased"})


class Logbook(Protocol):
    """What proving asks of the store."""

    def numbers_of(self, subject: str) -> Sequence[int]: ...
    def proof(self, index: int) -> tuple[bytes, Proof]: ...
    def parcels_under(self, disclosure: DisclosureId) -> Sequence[Standing]: ...
    def evidence(self, parcel_id: ParcelId) -> tuple[bytes, bytes | None] | None: ...
    def flags_in(self, sources: Sequence[UploadId]) -> Mapping[tuple[str, int], frozenset[Flag]]: ...
    def clearance(self, disclosure: DisclosureId) -> Clearance | None: ...


def bundle_of(store: Logbook, disclosure: DisclosureId, shown: Collection[DisclosureId] = ()) -> Bundle:
    """Every line about one disclosure with its proof, the message that left and its receipt.

    Its lines name the council that received it, so it raises Refusal(FLAGGED) for one about a child with a stop flag,
    unless it is among those that two people let be ``shown``: that they let the file go says nothing about who may
    learn where it went. Raises IndexError for a disclosure without lines, or with one that no checkpoint covers yet.
    """
    parcels = store.parcels_under(disclosure)
    if disclosure not in shown and _tells_whereabouts(store, parcels):
        raise Refusal(Code.FLAGGED)
    return _bundled(store, disclosure, parcels, ANY)


def covered_of(store: Logbook, disclosure: DisclosureId) -> Covered:
    """What may be proved to anybody of a release. IndexError where there is none, or no checkpoint covers it."""
    line, found = _bundled(store, disclosure, (), RELEASED).lines[0]
    return bundle.covered(disclosure, line, found)


def bundle_for_reader(store: Logbook, disclosure: DisclosureId) -> Bundle:
    """The same for whoever received it: that it was released, sealed and delivered, and nothing of what came before.

    Raises IndexError as ``bundle_of`` does, and where nothing was released.
    """
    return _bundled(store, disclosure, store.parcels_under(disclosure), THEIRS)


def _bundled(store: Logbook, disclosure: DisclosureId, parcels: Sequence[Standing], kinds: frozenset[str]) -> Bundle:
    subjects = [disclosure, *(one.parcel.id for one in parcels)]
    numbers = sorted({number for subject in subjects for number in store.numbers_of(subject)})
    if not numbers:
        raise IndexError(disclosure)
    proved = (store.proof(number) for number in numbers)
    lines = tuple(one for one in proved if not kinds or parse_line(one[0])["fact"] in kinds)
    if not lines:
        raise IndexError(disclosure)
    sealed = [found for one in parcels if (found := store.evidence(one.parcel.id))]
    delivered = [found for found in sealed if found[1] is not None]
    best = next(iter(delivered or sealed), None)
    return Bundle(lines, *best) if best else Bundle(lines)


def _tells_whereabouts(store: Logbook, parcels: Sequence[Standing]) -> bool:
    children = {(one.parcel.source, number) for one in parcels for number in one.parcel.pupils}
    marked = store.flags_in(sorted({one.parcel.source for one in parcels}))
    return any(discretion.stops(marked.get(child, ())) for child in children)
