"""What somebody who asks is given: the copy of the data beside the actual recipients, and the copy to take elsewhere.

What its case files hold is in it too, and left out whole for a child with a stop flag. Whoever is neither the child
nor a parent with responsibility reads what is about themselves, and of the rest not even that there is any.

For a child with a stop flag it says "your council" wherever it would name an organisation, and holds no place, until
two people let more go (``flows/discretion`` for what a school reads).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from gateway.core import documents, rights
from gateway.core.documents.identities import plain
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Asker, Condition, RightsKind, RightsReported, What, join
from gateway.core.law.words import Exemption
from gateway.core.records import Person, Record
from gateway.core.rights import Answer, Line, Part, Whole
from gateway.core.rights import Document as Shown
from gateway.core.terms import Basis, Kind, RequestId, stamp
from gateway.flows import discretion, enquiry
from gateway.flows.ports import Gateway
from gateway.flows.rights import disclosed, entries, granting, guarding, requests
from gateway.flows.rights.disclosed import Disclosed, Paper
from gateway.flows.rights.ports import Rights
from gateway.flows.rights.requests import Case

MOST_WHY = frozenset({"P01", "P02", "P03", "P04", "P05", "P06", "P07", "P08"})
"""Purposes that say nothing of who else is concerned with a guarded child: no police, no social care."""

WITHHELD, BY_WORD = "withheld", "told by word"
NOTHING_CHOSEN: Mapping[str, Exemption] = MappingProxyType({})


def answer(
    gateway: Gateway,
    store: Rights,
    person: Person,
    request: RequestId,
    at: datetime,
    exempt: Mapping[str, Exemption] = NOTHING_CHOSEN,
    *,
    without_child: bool = False,
) -> Answer:
    """Put the answer together and log that, before anybody reads it. ``exempt``: what an officer leaves out, and why.

    Raises Refusal: RIGHTS_STEP before identity is shown, RESPONSIBILITY_WANTED, CHILD_TO_ASK,
    COMPETENCE_WANTED, NOT_FOUND.
    """
    case, whole = _ready(gateway, store, person, request, at, exempt, without_child=without_child)
    found = disclosed.papers(gateway, store, case.request.handles, case.request.home)
    told = disclosed.about(gateway, store, case.request.handles, case.request.home)
    home = enquiry.name_of(gateway, case.request.home)
    shown = [_shown(gateway, one, whole, case) for one in found]
    made = Answer(
        at,
        discretion.YOUR_COUNCIL if whole.masked else home,
        (*(one for one in shown if one.shown or whole.of_child), *_written(gateway, store, case, whole, exempt)),
        tuple(_line(gateway, one, masked=whole.masked) for one in told) if whole.of_child else (),
        whole.masked,
        _rights({one.basis for one in told if one.basis}) if found or told else (),
        of_child=whole.of_child,
    )
    _log(gateway, case, person, made, at)
    return made


def portable(
    gateway: Gateway, store: Rights, person: Person, request: RequestId, at: datetime
) -> tuple[str, bytes] | None:
    """The newest transfer file about the child, with nobody else's data in it, as a file to take elsewhere.

    None where no transfer file is kept. Raises Refusal: NO_SUCH_RIGHT for anybody but the child and a parent; FLAGGED
    for a child with a stop flag until two people let it go, because its header names both schools.
    """
    case, whole = _ready(gateway, store, person, request, at, NOTHING_CHOSEN, without_child=False)
    if not whole.of_child:
        raise Refusal(Code.NO_SUCH_RIGHT)
    if whole.masked:
        raise Refusal(Code.FLAGGED)
    files = [
        one
        for one in disclosed.papers(gateway, store, case.request.handles, case.request.home)
        if one.document.kind in {Kind.CTF, Kind.CML, Kind.CMJ}
    ]
    if not files:
        return None
    newest = max(files, key=lambda one: (tuple(map(int, one.document.version.split("."))), one.at))
    shown = _parts(newest, whole, case)
    gone = {one.item for one in shown if one.why}
    allowed = frozenset(one.item for one in shown) - gone
    cut = documents.cut(newest.document, allowed, gateway.rulebook.schemas, [newest.number]).document
    return cut.name, cut.content


# -- small print ------------------------------------------------------------------------------------------------------


def _ready(
    gateway: Gateway,
    store: Rights,
    person: Person,
    request: RequestId,
    at: datetime,
    exempt: Mapping[str, Exemption],
    *,
    without_child: bool,
) -> tuple[Case, Whole]:
    case = requests.found(gateway, store, person, request)
    known = case.stands.state in {rights.State.RUNNING, rights.State.EXTENDED, rights.State.ANSWERED}
    if not known or case.request.kind not in {RightsKind.ACCESS, RightsKind.PORTABLE_COPY}:
        raise Refusal(Code.RESPONSIBILITY_WANTED if _lacks_responsibility(case) else Code.RIGHTS_STEP)
    granting.refuse_unready(gateway, store, case, at, without_child=without_child)
    flags = guarding.flags_on(gateway, store, case.request)
    cleared = guarding.released(gateway, store, case.request, case.steps)
    return case, Whole(case.request.asker, flags, cleared, exempt=tuple(exempt.items()))


def _written(
    gateway: Gateway, store: Rights, case: Case, whole: Whole, exempt: Mapping[str, Exemption]
) -> tuple[Shown, ...]:
    """What case files hold: to the child and a parent, and to nobody while the child is guarded."""
    if whole.masked or not whole.of_child:
        return ()
    return entries.about(gateway, store, case.request.home, case.request.handles, exempt.get(entries.NOTE))


def _lacks_responsibility(case: Case) -> bool:
    return case.request.asker is Asker.PARENT and not case.stands.responsibility


def _shown(gateway: Gateway, paper: Paper, whole: Whole, case: Case) -> Shown:
    masked = whole.masked
    return Shown(
        str(paper.document.kind),
        discretion.YOUR_COUNCIL if masked else enquiry.name_of(gateway, paper.sender),
        stamp(paper.at)[:10],
        _parts(paper, whole, case),
        () if masked or not whole.of_child else paper.beside,
        paper.corrected,
    )


def _parts(paper: Paper, whole: Whole, case: Case) -> tuple[rights.Shown, ...]:
    found: Sequence[Part] = disclosed.parts(paper.document, paper.number)
    own = _own(found, case.asked.who) if whole.asker is not Asker.CHILD else frozenset[int]()
    if whole.asker is Asker.REFERRER and not _told_by(found, case.asked.who):
        found = [one for one in found if not one.item.startswith("Referrer/")]
    return rights.show(found, Whole(whole.asker, whole.flags, whole.cleared, own, whole.exempt))


def _told_by(parts: Sequence[Part], who: str) -> bool:
    """Whether the referrer whom a record names is who asks, and not another."""
    named = [{plain(word) for word in part.value.split()} for part in parts if part.item == "Referrer/Name"]
    return any(len(words) > 1 and words <= _words(who) for words in named)


def _words(who: str) -> set[str]:
    return {plain(word) for word in who.replace(",", " ").split()}


def _own(parts: Sequence[Part], who: str) -> frozenset[int]:
    """The contacts that bear the name of who asks: both words of it, however they are written."""
    said = _words(who)
    names: dict[int, set[str]] = {}
    for part in parts:
        if part.item.startswith("Contacts/") and part.item.rsplit("/", 1)[-1] in {"Surname", "Forename"}:
            names.setdefault(part.among, set()).add(plain(part.value))
    return frozenset(number for number, named in names.items() if len(named) > 1 and named <= said)


def _line(gateway: Gateway, one: Disclosed, *, masked: bool) -> Line:
    purposes = gateway.rulebook.purposes
    why = purposes[one.purpose].sentence if one.purpose in purposes else str(one.purpose)
    return Line(
        stamp(one.at)[:10],
        discretion.YOUR_COUNCIL if masked else enquiry.name_of(gateway, one.reader),
        discretion.YOUR_COUNCIL if masked else enquiry.name_of(gateway, one.discloser),
        WITHHELD if masked and one.purpose not in MOST_WHY else why,
        str(one.basis or ""),
        tuple(sorted(one.items)),
        discretion.WITH_YOUR_COUNCIL if masked else enquiry.WORDS[one.state] if one.state else BY_WORD,
    )


def _rights(bases: set[Basis]) -> tuple[str, ...]:
    said = [rights.why_not(kind, basis) for kind in RightsKind for basis in sorted(bases or {Basis.A6E})]
    return tuple(dict.fromkeys(one for one in said if one))


def _log(gateway: Gateway, case: Case, person: Person, made: Answer, at: datetime) -> None:
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    left = made.left_out
    fact = RightsReported(
        at,
        case.request.home,
        case.request.id,
        len(made.documents),
        len(made.lines),
        left.total(),
        tuple(sorted(Condition(code) for code in left)),
        made.masked,
        who.commitment,
    )
    gateway.store.record(Record((fact,), (who,)))
