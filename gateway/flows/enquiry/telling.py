"""Everything disclosed about one child, as Article 15(1)(c) asks: to whom, when, why, which items, and what came of it.

Actual recipients stand by name (Harrison v Cameron [2024] EWHC 1377 (KB)). A school reads its own lines alone, and of
a child whom somebody must not find it never reads where a file went.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

from gateway.core.delivery import State
from gateway.core.documents.identities import Identity
from gateway.core.errors import HELP, Code
from gateway.core.law.plainly import BASES
from gateway.core.partners import Directory
from gateway.core.records import Act, After, Person, Sought, Told
from gateway.core.terms import Basis, Outcome, PartnerId, PurposeCode, Upn, stamp
from gateway.flows import apart, children, closures, discretion
from gateway.flows.enquiry.rows import WORDS
from gateway.flows.enquiry.viewing import Mine, child_looked, homes_of, nobodys, own_of, reason_of
from gateway.flows.ports import Gateway


class Log(Protocol):
    """What the questions ask of the store."""

    def told(self, sought: Sought, most: int, after: After | None = None) -> Sequence[Told]: ...
    def told_of(self, sought: Sought) -> Sequence[Told]: ...


@dataclass(frozen=True, slots=True)
class Child:
    """By what somebody asks about a child: numbers it has had, and names as (surname, forename, day of birth)."""

    upns: tuple[Upn, ...] = field(default=(), repr=False)
    names: tuple[tuple[str, str, date], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """One line about a disclosure as people read it."""

    line: int
    at: str
    act: Act
    home: str
    discloser: str
    recipient: str
    purpose: str
    why: str
    power: str
    basis: str
    items: tuple[str, ...]
    withheld: tuple[str, ...]
    agreement: str
    released_by: tuple[str, ...]
    outcome: str
    settled: str
    reasons: tuple[str, ...]
    disclosure: str
    children: int

    def as_json(self) -> dict[str, object]:
        return asdict(self)


ACTS = {
    Act.RELEASE: "released",
    Act.HOLD: "held for people to look at",
    Act.REFUSE: "refused: nothing went",
    Act.RECEIVE: "received from them",
}


def handles_of(gateway: Gateway, child: Child) -> tuple[str, ...]:
    """The keyed digests by which the child's lines, files and flags are found; without the key none leads back."""
    keys = [f"upn:{upn}" for upn in child.upns]
    for surname, forename, born in child.names:
        keys += Identity(names=((surname, forename),), born=born).keys()
    return tuple(dict.fromkeys(children.handle(key, gateway.vault.blind) for key in keys))


def find(store: Log, homes: Sequence[PartnerId], handles: Sequence[str]) -> Sequence[Told]:
    """Every line about one child at these homes, newest first: what rights and recalls build on."""
    return store.told_of(Sought(tuple(homes), children=tuple(handles)))


def about_child(
    gateway: Gateway, store: Log, person: Person, child: Child, reason: str, at: datetime, mine: Mine = nobodys
) -> Sequence[Shown]:
    """Everything disclosed about one child that this person may see, newest first; that they looked is logged first.

    Raises Refusal: NOT_ALLOWED, or REASON_WANTED where it is neither a case of theirs nor a child of their school.
    """
    homes, own, handles = homes_of(gateway, person), own_of(person), handles_of(gateway, child)
    if own is None:
        closures.refuse_closed(gateway, person, handles)
    said = "" if own or mine(person, handles) else reason_of(reason)
    found = lines(gateway, store, person, homes, handles, own)
    gateway.store.record(child_looked(gateway, person, handles, said, len(found), at))
    return shown(gateway, person, found, handles)


def lines(
    gateway: Gateway,
    store: Log,
    person: Person,
    homes: Sequence[PartnerId],
    handles: Sequence[str],
    own: PartnerId | None = None,
) -> Sequence[Told]:
    """The same as it stands in the log, for somebody to whom the child is open; nothing is written."""
    return [
        one
        for one in store.told_of(Sought(tuple(homes), children=tuple(handles), own=own))
        if not apart.untold(gateway.homes, person, one.says.get("purpose"), _texts(one.says, "shared"))
    ]


def shown(gateway: Gateway, person: Person, found: Sequence[Told], handles: Sequence[str] = ()) -> Sequence[Shown]:
    """Lines as this person may read them; ``handles`` are the child's, where they asked about one."""
    directory = gateway.store.register().directory
    hidden = _hidden(gateway, person, found, handles)
    rows = ((one, _shown(gateway, directory, one)) for one in found)
    own = person.organisation
    return [_without_whereabouts(row, one.discloser == own) if one.line in hidden else row for one, row in rows]


def _hidden(gateway: Gateway, person: Person, found: Sequence[Told], handles: Sequence[str]) -> frozenset[int]:
    """The lines that name a place where a child with a stop flag may be found.

    Of an enquiry that is over nobody can tell any more about whom it was, so it names nobody either.
    """
    if person.organisation in gateway.homes:
        return frozenset()
    if any(map(discretion.stops, gateway.store.flags_on(handles).values())):
        return frozenset(one.line for one in found)
    over = frozenset(one.line for one in found if one.act is Act.RECEIVE and _erased(gateway, one))
    flags = gateway.store.flags_in([one.source for one in found if one.source is not None])
    guarded = {key for key, some in flags.items() if discretion.stops(some)}
    return over | {one.line for one in found if any((one.source, number) in guarded for number in one.pupils)}


def _erased(gateway: Gateway, told: Told) -> bool:
    """Whether by nothing any child of it can be found again."""
    source = told.source
    return source is not None and not any(gateway.store.handles_of(source, number) for number in told.pupils)


def _without_whereabouts(row: Shown, own: bool) -> Shown:  # noqa: FBT001  (of one caller)
    """Neither to whom nor, where it came from somebody else, from whom: who asks after a child is where it may be."""
    return replace(
        row, discloser=row.discloser if own else discretion.YOUR_COUNCIL, recipient=discretion.YOUR_COUNCIL,
        agreement="", outcome=discretion.WITH_YOUR_COUNCIL, settled="", released_by=(), reasons=(),
    )  # fmt: skip


def _shown(gateway: Gateway, directory: Directory, told: Told) -> Shown:
    says = told.says
    code = says.get("purpose")
    purpose = gateway.rulebook.purposes.get(PurposeCode(str(code))) if code else None
    return Shown(
        line=told.line,
        at=stamp(told.at),
        act=told.act,
        home=_name(directory, told.home),
        discloser=_name(directory, told.discloser),
        recipient=_name(directory, told.reader),
        purpose=str(code or ""),
        why=purpose.sentence if purpose else "",
        power=str(says.get("power", "")),
        basis=f"{BASES[Basis(str(says['article6']))]} ({says['article6']})" if "article6" in says else "",
        items=_texts(says, "shared"),
        withheld=_texts(says, "withheld"),
        agreement=str(says.get("agreement", "")),
        released_by=tuple(told.approved),
        outcome=_outcome(told),
        settled=stamp(told.settled_at) if told.settled_at else "",
        reasons=tuple(HELP[Code(one)].sentence for one in _texts(says, "reasons")),
        disclosure=told.disclosure or "",
        children=len(_texts(says, "children")),
    )


def _outcome(told: Told) -> str:
    if told.later is not None:
        return "decided anew since"
    if told.state is Outcome.REFUSE:
        return "refused by a person: nothing went"
    return WORDS[told.state] if isinstance(told.state, State) else ACTS[told.act]


def _texts(says: Mapping[str, object], name: str) -> tuple[str, ...]:
    found = says.get(name)
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _name(directory: Directory, partner: PartnerId | None) -> str:
    """What people call an organisation; one that is gone from the directory by its number."""
    if partner is None:
        return ""
    found = directory.find(partner)
    return found.name if found else partner
