"""Which values a request means: the item that it names, and the same fact wherever it stands under another name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.core import law, rights
from gateway.core.days import day_of
from gateway.core.errors import Code, Refusal
from gateway.core.facts import RightsKind, RightsStep
from gateway.core.records import Person
from gateway.core.rights import Part, Wrong
from gateway.core.terms import Item, UploadId
from gateway.flows.enquiry import viewing
from gateway.flows.ports import Gateway
from gateway.flows.rights import disclosed, guarding, requests
from gateway.flows.rights.disclosed import Disclosed, Paper
from gateway.flows.rights.ports import Kept, Rights
from gateway.flows.rights.requests import Asked, Case, Meaning

NHS_NUMBER = frozenset({"NHSnumber", "NHSno", "NationalHealthServiceNumber"})
"""As ``partners/items.toml`` knows it. No schema of this release carries one, so what is found came from another."""

Said = Mapping[UploadId, Sequence[Part]]
"""What each document says of the child."""


@dataclass(frozen=True, slots=True)
class Told:
    """What went to somebody, and which of its values is concerned; no item where it is all of it.

    ``right`` is what is right there; None where a message cannot say it, and a person has to.
    """

    disclosed: Disclosed
    item: Item | None = None
    was: str = field(default="", repr=False)
    entry: int | None = None
    right: str | None = field(default="", repr=False)


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
    granted = next((one.at for one in case.steps if one.step is RightsStep.GRANTED), None)
    held = {one.source: disclosed.before(gateway, store, one, granted) for one in papers}
    said = {source: there for source, there in held.items() if there is not None}
    fact = wrong(asked, papers, said)

    def found_in(one: Disclosed) -> Sequence[Told]:
        there = said.get(one.source, ()) if one.source else ()
        mine = fact.item in one.items and (one.source not in said or fact.stands_in(there))
        own = [Told(one, fact.item, asked.was, asked.entry, asked.correction)] if mine else []
        others = list(fact.elsewhere(there, asked.correction))
        others += [(part, None) for each in fact.doubted(there) for part in each.parts[:1]]
        also = [Told(one, part.item, part.value, part.among, right) for part, right in others if part.item in one.items]
        found = [*own, *also]
        return found if kind is RightsKind.RECTIFICATION else found[:1]

    return found_in


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that may be meant: a value where it stands, or an address that may be the same."""

    where: Item
    text: str = field(repr=False)
    entry: int | None = None

    def words(self, known: Mapping[str, str]) -> str:
        """``known`` is what people call each path (``law.names``)."""
        return f"{law.worded(self.where, known)}{f', entry {self.entry}' if (self.entry or 1) > 1 else ''}: {self.text}"


def look(gateway: Gateway, store: Rights, person: Person, case: Case, at: datetime) -> tuple[Choice, ...]:
    """What may be meant, for somebody to choose from; that they looked is on record. Raises Refusal as ``choices``."""
    found = choices(gateway, store, case)
    gateway.store.record(viewing.child_looked(gateway, person, case.request.handles, "", len(found), at))
    return found


def choices(gateway: Gateway, store: Kept, case: Case) -> tuple[Choice, ...]:
    """What a correction may mean, for whoever asked to say; each once, in the order of the documents.

    Raises Refusal: RIGHTS_STEP where it is no correction of an item; FLAGGED where it says where a child is whom
    somebody must not find, and two people have not let it.
    """
    if case.request.kind is not RightsKind.RECTIFICATION or not case.asked.item:
        raise Refusal(Code.RIGHTS_STEP)
    stops = any(flag.stop for flag in guarding.flags_on(gateway, store, case.request))
    if stops and not guarding.released(gateway, store, case.request, case.steps):
        raise Refusal(Code.FLAGGED)
    asked = replace(case.asked, was="", entry=None, also=None)
    papers = disclosed.papers(gateway, store, case.request.handles, case.request.home)
    said = {one.source: disclosed.parts(one.document, one.number) for one in papers}
    known = rights.names(Item(asked.item))
    found = [Choice(one.item, one.value, one.among) for record in said.values() for one in record if one.item in known]
    fact = wrong(asked, papers, said)
    doubted = [each for record in said.values() for each in fact.doubted(record)]
    return tuple(dict.fromkeys([*found, *(Choice(Item(each.root), each.text) for each in doubted)]))


def say(
    gateway: Gateway, store: Rights, person: Person, case: Case, meant: Sequence[Choice], reason: str, at: datetime
) -> Case:
    """Put on record which of the choices are meant, all of them one fact; whatever is not among them is another.

    Raises Refusal as ``requests.step``; WHICH_ONE where two entries of the wrong item itself are chosen, or nothing is.
    """
    own = [one for one in meant if one.where == case.asked.item]
    first = next(iter([*own, *(one for one in meant if one.entry is not None), *meant]), None)
    if first is None or len({(one.text, one.entry) for one in own}) > 1:
        raise Refusal(Code.WHICH_ONE)
    twice = [one for one in choices(gateway, store, case) if (one.where, one.text) == (first.where, first.text)]
    entry = first.entry if own and len(twice) > 1 else None
    said = Meaning(first.text if first.entry else case.asked.was, entry, tuple(one.text for one in meant))
    return requests.step(gateway, store, person, case.request.id, RightsStep.MEANING_SAID, reason, at, meant=said)


def wrong(asked: Asked, papers: Sequence[Paper], said: Said) -> Wrong:
    """What is wrong, as the documents have it since it is; or all of them, where none is so young."""
    late = [said[one.source] for one in papers if one.source in said and is_late(asked, one)]
    return rights.wrong(Item(asked.item), asked.was, asked.entry, late or said.values(), asked.also)


def is_late(asked: Asked, paper: Paper) -> bool:
    """Whether it came since the item is wrong."""
    return asked.wrong_since is None or day_of(paper.at) >= asked.wrong_since


__all__ = ["Choice", "Said", "Told", "choices", "is_late", "look", "places", "say", "wrong"]
