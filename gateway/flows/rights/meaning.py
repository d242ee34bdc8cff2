"""Which values a request means: the item that it names, and the same fact wherever it stands under another name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.core import rights
from gateway.core.facts import RightsKind
from gateway.core.rights import Part, Wrong
from gateway.core.terms import Item, UploadId
from gateway.flows.ports import Gateway
from gateway.flows.rights import disclosed
from gateway.flows.rights.disclosed import Disclosed, Paper
from gateway.flows.rights.ports import Kept
from gateway.flows.rights.requests import Asked, Case

NHS_NUMBER = frozenset({"NHSnumber", "NHSno", "NationalHealthServiceNumber"})
"""As ``partners/items.toml`` knows it. No schema of this release carries one, so what is found came from another."""

Said = Mapping[UploadId, Sequence[Part]]
"""What each document says of the child."""


@dataclass(frozen=True, slots=True)
class Told:
    """What went to somebody, and which of its values is concerned; no item where it is all of it."""

    disclosed: Disclosed
    item: Item | None = None
    was: str = field(default="", repr=False)
    entry: int | None = None


def places(gateway: Gateway, store: Kept, case: Case) -> Callable[[Disclosed], Sequence[Told]]:
    """Where a disclosure held what is concerned: the item that was named, and the same fact under other names; the
    NHS number; or else anything at all.
    """
    asked, kind = case.asked, case.request.kind
    if kind in {RightsKind.NHS_OPT_OUT, RightsKind.NHS_NUMBER_REMOVAL}:
        return lambda one: [Told(one)] if any(each.rsplit("/", 1)[-1] in NHS_NUMBER for each in one.items) else []
    if not asked.item:
        return lambda one: [Told(one)]
    papers = disclosed.papers(gateway, store, case.request.handles, case.request.home)
    said = {one.source: disclosed.first(gateway, one) for one in papers}
    fact = wrong(asked, papers, said)

    def found_in(one: Disclosed) -> Sequence[Told]:
        own = [Told(one, fact.item, asked.was, asked.entry)] if fact.item in one.items else []
        others = fact.elsewhere(said.get(one.source, ())) if one.source else ()
        also = [Told(one, each.item, each.value, each.among) for each in others if each.item in one.items]
        found = [*own, *also]
        return found if kind is RightsKind.RECTIFICATION else found[:1]

    return found_in


def wrong(asked: Asked, papers: Sequence[Paper], said: Said) -> Wrong:
    """What is wrong, as the documents have it since it is; or all of them, where none is so young."""
    late = [said[one.source] for one in papers if is_late(asked, one)]
    return rights.wrong(Item(asked.item), asked.was, asked.entry, late or said.values())


def is_late(asked: Asked, paper: Paper) -> bool:
    """Whether it came since the item is wrong."""
    return asked.wrong_since is None or paper.at.date() >= asked.wrong_since


__all__ = ["Said", "Told", "is_late", "places", "wrong"]
