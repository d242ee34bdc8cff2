"""Whether a child who is asked about is guarded, and whether two people let more go than "your council".

What they let go is about that child alone: a disclosure about another guarded child too is not among it.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Protocol

from gateway.core.facts import RightsStep
from gateway.core.records import RightsRequest, RightsTaken, Standing
from gateway.core.terms import DisclosureId, Flag, UploadId
from gateway.flows import discretion
from gateway.flows.ports import Gateway
from gateway.flows.rights.ports import Children


class Shelved(Children, Protocol):
    """What is asked of the store to tell which disclosures are about one child alone."""

    def parcels_of(self, source: UploadId) -> Sequence[Standing]: ...
    def flags_in(self, sources: Sequence[UploadId]) -> Mapping[tuple[str, int], frozenset[Flag]]: ...


def flags_on(gateway: Gateway, store: Children, request: RightsRequest) -> frozenset[Flag]:
    """The flags on the child, by all that it was found by when it was asked about, and by all that has come since."""
    known = {*request.handles}
    for source, pupil in (one for handle in request.handles for one in store.sources_of(handle)):
        known.update(store.handles_of(source, pupil))
    return frozenset[Flag]().union(*gateway.store.flags_on(sorted(known)).values())


def released(gateway: Gateway, store: Children, request: RightsRequest, steps: Sequence[RightsTaken]) -> bool:
    """Whether two people let more go than "your council", knowing of every flag that stands by now."""
    flags = flags_on(gateway, store, request)
    signed = set()
    for one in steps:
        if one.step is RightsStep.RELEASE_SIGNED:
            knew = set(json.loads(gateway.vault.open_kept(one.kept))["flags"])
            signed |= {one.by} if flags <= knew else set()
    return len(signed) > 1


def shown(
    gateway: Gateway, store: Shelved, request: RightsRequest, steps: Sequence[RightsTaken]
) -> frozenset[DisclosureId]:
    """The disclosures about the child of which two people let it be said where they went."""
    if not released(gateway, store, request, steps):
        return frozenset()
    found_by = {one for handle in request.handles for one in store.sources_of(handle)}
    known, first = set(request.handles), request.handles[0]
    places = {one for one in found_by if (own := set(store.handles_of(*one))) <= known or first in own}
    marked = store.flags_in(sorted({source for source, _ in places}))
    others = {place for place, flags in marked.items() if discretion.stops(flags)} - places
    found, barred = set(), set()
    for source in {source for source, _ in places}:
        for one in store.parcels_of(source):
            told = {(source, number) for number in one.parcel.pupils}
            found |= {one.parcel.disclosure} if told & places else set()
            barred |= {one.parcel.disclosure} if told & others else set()
    return frozenset(found - barred)
