"""Proof for outsiders: every line about a disclosure with its proof, the message that left and its receipt."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from gateway.core.bundle import Bundle
from gateway.core.decisions import Clearance
from gateway.core.errors import Code, Refusal
from gateway.core.log.proof import Proof
from gateway.core.records import Standing
from gateway.core.terms import DisclosureId, Flag, ParcelId, UploadId


class Logbook(Protocol):
    """What proving asks of the store."""

    def numbers_of(self, subject: str) -> Sequence[int]: ...
    def proof(self, index: int) -> tuple[bytes, Proof]: ...
    def parcels_under(self, disclosure: DisclosureId) -> Sequence[Standing]: ...
    def evidence(self, parcel_id: ParcelId) -> tuple[bytes, bytes | None] | None: ...
    def flags_in(self, sources: Sequence[UploadId]) -> Mapping[tuple[str, int], frozenset[Flag]]: ...
    def clearance(self, disclosure: DisclosureId) -> Clearance | None: ...


def bundle_of(store: Logbook, disclosure: DisclosureId) -> Bundle:
    """Every line about one disclosure with its proof, the message that left and its receipt.

    Its lines name the council that received it, so it raises Refusal(FLAGGED) for one about a child with a stop flag,
    unless two people have let it go knowing of that; and IndexError for a disclosure without lines, or with one that no
    checkpoint covers yet.
    """
    parcels = store.parcels_under(disclosure)
    _refuse_whereabouts(store, parcels)
    subjects = [disclosure, *(one.parcel.id for one in parcels)]
    numbers = sorted({number for subject in subjects for number in store.numbers_of(subject)})
    if not numbers:
        raise IndexError(disclosure)
    lines = tuple(store.proof(number) for number in numbers)
    sealed = [found for one in parcels if (found := store.evidence(one.parcel.id))]
    delivered = [found for found in sealed if found[1] is not None]
    best = next(iter(delivered or sealed), None)
    return Bundle(lines, *best) if best else Bundle(lines)


def _refuse_whereabouts(store: Logbook, parcels: Sequence[Standing]) -> None:
    children = {(one.parcel.source, number) for one in parcels for number in one.parcel.pupils}
    marked = store.flags_in(sorted({one.parcel.source for one in parcels}))
    stopping = {flag for child in children for flag in marked.get(child, ()) if flag.stop}
    if stopping:  # that two let the file go says nothing about who may learn where it went
        raise Refusal(Code.FLAGGED)
