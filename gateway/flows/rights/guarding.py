"""Whether a child who is asked about is guarded, and whether two people let more go than "your council"."""

import json
from collections.abc import Sequence

from gateway.core.facts import RightsStep
from gateway.core.records import RightsRequest, RightsTaken
from gateway.core.terms import Flag
from gateway.flows.ports import Gateway
from gateway.flows.rights.ports import Children


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
