"""A person answers what another council asked; who may be the child is shown with the rule, and nothing decides itself.

Nobody answers more than was asked, and of a child with a stop flag only whether it is known; two named safeguarding
officers then let it go.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from gateway.core import documents, matching, requests
from gateway.core.cases import BY_PEOPLE
from gateway.core.documents import Document, Identity
from gateway.core.documents.messages.parts import LastSchool, OpenIdentity, Phone, Reference
from gateway.core.documents.messages.tracing import Enquiry, Found, Involvement, Reply, Searched, Sought
from gateway.core.documents.messages.words import Profession
from gateway.core.errors import Code, Refusal
from gateway.core.matching import Part, Rule
from gateway.core.notices import Side, is_matched
from gateway.core.records import Case, Notice, Person
from gateway.core.terms import CaseId, DisclosureId, Flag, Kind, LaEstab, PartnerId, UploadId
from gateway.flows import children, discretion, notices, opening, sending, situations
from gateway.flows.intake import Plan
from gateway.flows.ports import Gateway
from gateway.flows.situations import parse_named


class Known(Protocol):
    """What looking for the child asks of the store."""

    def sources_of(self, handle: str) -> Sequence[tuple[UploadId, int]]: ...
    def kept_of(self, source: UploadId, home: PartnerId) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A child of ours that may be the one. ``rule`` fired; ``label`` is by what an officer knows the child.

    ``kind`` is that of the paper in which it is child ``number``; None where the source is a case opened by hand.
    """

    source: UploadId | CaseId
    number: int
    kind: Kind | None
    label: str
    rule: Rule
    differs: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person answers about one child, of one grade; ``number`` is the child's place in the enquiry."""

    grade: int
    number: int = 1
    systems: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    known: bool | None = None
    school: LaEstab | None = None
    started: date | None = None
    phones: tuple[str, ...] = ()
    professions: tuple[Profession, ...] = ()
    call_first: str = ""


def answer(gateway: Gateway, person: Person, disclosure: DisclosureId, given: Answer, at: datetime) -> Plan:
    """Send a person's answer. Raises Refusal: ABOVE_ASKED, GRADE_CAPPED, NOT_FOUND for no such child in it."""
    notice = _asked(gateway, person, disclosure)
    document = notices.opened_document(gateway, notice, at)
    enquiry = documents.value(document)
    assert isinstance(enquiry, Enquiry)
    if not 1 <= given.number <= len(enquiry.records):
        raise Refusal(Code.NOT_FOUND)
    if given.grade > enquiry.reply_wanted:
        raise Refusal(Code.ABOVE_ASKED)
    # what a partner asked us to be asked about first is for two to let go; the asker may have marked it so
    if given.grade > requests.grade_allowed(_flags(gateway, document, given.number) - {Flag.ASK_FIRST, Flag.DIED}):
        raise Refusal(Code.GRADE_CAPPED)
    reply = Reply(
        heading=notices.back(gateway, notice, document, at),
        in_reply_to=Reference(disclosure_id=disclosure),
        grade=given.grade,
        records=(found(given, enquiry.records[given.number - 1], at),),
    )
    return sending.by_hand(gateway, person, notice.home, reply, at)


def asked(gateway: Gateway, person: Person, disclosure: DisclosureId, at: datetime) -> Enquiry:
    """What they ask, how fully, and after how many children. Raises Refusal."""
    enquiry = documents.value(notices.opened_document(gateway, _asked(gateway, person, disclosure), at))
    assert isinstance(enquiry, Enquiry)
    return enquiry


def suggestions(
    gateway: Gateway, known: Known, person: Person, disclosure: DisclosureId, number: int, at: datetime
) -> Sequence[Suggestion]:
    """Who of our children may be the one, the best first: for a person to look at.

    What may lead somebody to a child with a stop flag is shown to named safeguarding officers alone.
    """
    notice = _asked(gateway, person, disclosure)
    document = notices.opened_document(gateway, notice, at)
    wanted = documents.identities(document).get(number)
    if wanted is None:
        raise Refusal(Code.NOT_FOUND)
    if discretion.stops(_flags(gateway, document, number)) and not opening.is_named(gateway, person):
        raise Refusal(Code.SAFEGUARDING_ONLY)
    handles = children.handles(document, gateway.vault.blind)[number]
    places = dict.fromkeys(place for one in handles for place in known.sources_of(one) if place[0] != notice.source)
    found = [one for place in places if (one := _candidate(gateway, known, notice, handles, *place, at))]
    found += [
        _in_case(gateway, one) for one in gateway.store.cases_on(notice.home, handles) if one.because in BY_PEOPLE
    ]
    fired = matching.match(wanted, [who for _, who in found])
    return [Suggestion(*found[one.candidate][0], one.rule, one.differs) for one in fired if one.candidate is not None]


def all_suggestions(
    gateway: Gateway, known: Known, person: Person, disclosure: DisclosureId, at: datetime
) -> Mapping[int, Sequence[Suggestion] | None]:
    """The same for every child of an enquiry: None for one at whom others look. Raises as it does where that is all."""
    found: dict[int, Sequence[Suggestion] | None] = {}
    for number in range(1, len(asked(gateway, person, disclosure, at).records) + 1):
        try:
            found[number] = suggestions(gateway, known, person, disclosure, number, at)
        except Refusal as refusal:
            if refusal.code is not Code.SAFEGUARDING_ONLY:
                raise
            found[number] = None
    if all(one is None for one in found.values()):
        raise Refusal(Code.SAFEGUARDING_ONLY)
    return found


def _asked(gateway: Gateway, person: Person, disclosure: DisclosureId) -> Notice:
    """An enquiry that came to us and still stands. Raises Refusal."""
    notice = notices.of(gateway, person, disclosure, Side.RECEIVED)
    if notice.kind is not Kind.ENQUIRY:
        raise Refusal(Code.WRONG_KIND)
    if notice.ended_at is not None:
        raise Refusal(Code.SETTLED)
    return notice


def _flags(gateway: Gateway, document: Document, number: int) -> frozenset[Flag]:
    known = children.handles(document, gateway.vault.blind)
    return children.flags_on(known, gateway.store.flags_on).get(number, frozenset())


_Candidate = tuple[tuple[UploadId | CaseId, int, Kind | None, str], Identity]


def _in_case(gateway: Gateway, case: Case) -> _Candidate:
    """The child of a case that a person opened: no paper tells of it."""
    child = documents.rested(gateway.vault.open_kept(case.kept))
    return (case.id, 1, None, documents.label(child)), documents.identity(child)


def _candidate(
    gateway: Gateway,
    known: Known,
    notice: Notice,
    handles: Sequence[str],
    source: UploadId,
    number: int,
    at: datetime,
) -> _Candidate | None:
    """One child of a document that this home holds; nobody of what only asks or answers, or was erased from it."""
    kept = known.kept_of(source, notice.home)
    if kept is None:
        return None
    here = situations.of(gateway, notice.home, at)
    name, content = parse_named(gateway.vault.open_kept(gateway.store.kept(kept)))
    document = documents.read(name, content, here.rulebook.schemas, here.rulebook.known.meanings()).document
    if document is None or not is_matched(document.kind):
        return None
    if not set(handles) & set(children.handles(document, gateway.vault.blind).get(number, ())):
        number = children.place(document, handles, gateway.vault.blind) or 0  # one before it was erased, or it was
    who = documents.identities(document).get(number)
    label = documents.labels(document.content).get(number, "")
    return None if who is None else ((source, number, document.kind, label), who)


def found(given: Answer, sought: Sought, at: datetime) -> Found:
    """The record of an answer: as the asker named the child, so that it is recognised, and our own flags are."""
    who = sought.who
    spelt = " ".join(one for one in (who.forename, who.surname) if one)
    searched = Searched(
        systems=given.systems,
        spellings=tuple(dict.fromkeys((*((spelt,) if spelt else ()), *who.aliases, *given.spellings))),
        day=notices.plain(at).date(),
    )
    school = LastSchool(school=given.school, entry_date=given.started) if given.school else None
    involved = Involvement(professions=given.professions, call_first=given.call_first) if given.professions else None
    return Found(
        number=given.number,
        who=OpenIdentity(upn=who.upn, surname=who.surname, forename=who.forename, dob=who.dob),
        searched=searched if given.grade == 0 else None,
        known=given.known,
        school=school,
        phones=tuple(Phone(phone_no=one) for one in given.phones),
        involvement=involved,
    )
