"""Two cases that were said to be about one child and are not: each is found by its own child alone again."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from gateway.core import documents
from gateway.core.cases import CaseState
from gateway.core.records import Case
from gateway.core.terms import CaseId, PartnerId
from gateway.flows import children
from gateway.flows.ports import Gateway


class Merged(Protocol):
    """What this asks of the store."""

    def case(self, case: CaseId) -> Case | None: ...
    def cases(self, homes: Sequence[PartnerId], states: Sequence[CaseState], into: CaseId) -> Sequence[Case]: ...


def apart(gateway: Gateway, store: Merged, found: Case, after: Case) -> tuple[Sequence[Case], tuple[Case, ...]]:
    """What changes when ``found`` goes on by itself as ``after``: the cases as they stand, and as they are then.

    The case in which it went on, and those in which that one did, no longer find its child.
    """
    seen, changed = [found], [after]
    into, known = found.into, dict[CaseId, Case]()
    while into is not None:
        kept = store.case(into)
        assert kept is not None, "a case is merged with one that is there, and none is taken away while it stands"
        merged = store.cases([found.home], [CaseState.MERGED], kept.id)
        parted = _without(gateway, kept, found, [known.get(one.id, one) for one in merged if one.id != found.id])
        known[kept.id] = parted
        seen.append(kept)
        changed.append(parted)
        into = kept.into
    return seen, tuple(changed)


def _without(gateway: Gateway, kept: Case, found: Case, others: Sequence[Case]) -> Case:
    """What it knew itself stays, and what it learnt from others that are still part of it."""
    who = documents.identity(documents.rested(gateway.vault.open_kept(kept.kept)))
    stay = {children.handle(key, gateway.vault.blind) for key in who.keys()}  # noqa: SIM118
    stay.update(handle for one in others for handle in one.handles)
    handles = tuple(one for one in kept.handles if one in stay or one not in found.handles)
    strong = frozenset(one for one in kept.strong if one in stay or one not in found.strong)
    return replace(kept, handles=handles, strong=strong, version=kept.version + 1)
