"""What a missing-education officer does by hand: tell another council about a child, and collect what has arrived."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gateway.core import documents, roles
from gateway.core.delivery import State
from gateway.core.documents import FileName, converting, handoff
from gateway.core.documents.messages.words import ForRole
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Condition, ParcelCollected, Stale, What, join
from gateway.core.law import Purposes
from gateway.core.notices import Side
from gateway.core.partners import Carrier, Directory
from gateway.core.recipients import NOBODY
from gateway.core.records import Collection, Person, Record, Standing, latest
from gateway.core.roles import Can
from gateway.core.terms import Kind, LaEstab, ParcelId, PartnerId, UploadId, stamp
from gateway.flows import apart, enclosing, enquiry, flagging, handling, intake, opening, uncollected
from gateway.flows.intake import Plan, Upload
from gateway.flows.ports import Gateway
from gateway.flows.situations import PLAIN, Extra, new_id, parse_named

COLLECTORS = roles.who(Can.COLLECT)


def send(
    gateway: Gateway,
    home: PartnerId,
    name: str,
    content: bytes,
    at: datetime,
    named: Mapping[int, PartnerId] = NOBODY,
    *,
    ready: bool = False,
    extra: Extra = PLAIN,
    beside: Callable[[Record], Record] = intake.nothing_beside,
) -> Plan:
    """Send a notice, or a school's file for the school, as an officer of ``home``; it goes the way of every file.

    ``named``: the home council that the officer knows of a pupil, by the pupil's number. It is never guessed. Raises
    Refusal with ANOTHER_HOME where the officer does not act for ``home``, and with what is wrong about a form.
    """
    if home not in gateway.homes:
        raise Refusal(Code.NOT_ALLOWED)
    if extra.person is not None and home not in extra.person.homes:
        raise Refusal(Code.ANOTHER_HOME)
    if extra.person is not None and extra.person.role not in flagging.SETTERS:
        raise Refusal(Code.NOT_ALLOWED)
    by = extra.person.id if extra.person else None
    upload = Upload(
        UploadId(new_id("u", gateway.draw)),
        at,
        home,
        name,
        content,
        ready,
        named,
        by,
        protect=extra.protect,
        extra=extra,
    )
    return intake.accept(gateway, upload, beside)


def forward(gateway: Gateway, home: PartnerId, parcel_id: ParcelId, at: datetime, extra: Extra) -> Plan:
    """Pass on what another organisation told us, or use it for another purpose, to the one that ``extra`` names.

    Whether its terms let it go stands in the decision. Raises as ``send``, and NOT_FOUND for a parcel of others.
    """
    standing = gateway.store.parcel(parcel_id)
    if standing is None or standing.parcel.home != home or not standing.parcel.received:
        raise Refusal(Code.NOT_FOUND)
    if standing.state in CLOSED:
        raise Refusal(Code.CALLED_BACK)
    name, content = as_it_stands(gateway, standing)
    return send(gateway, home, name, content, at, extra=replace(extra, drawn_from=parcel_id))


@dataclass(frozen=True, slots=True)
class Shelved:
    """One extract on a shelf, as its reader sees it."""

    parcel: ParcelId
    sender: str
    reader: str
    purpose: str
    pupils: int
    since: str
    words: str
    state: State
    sentence: str
    """The purpose in words."""
    collected: tuple[Collection, ...] = ()
    """When it was collected and by whom, first to last."""
    expires: datetime | None = None
    reader_id: str = ""
    guarded: bool = False
    """It opens to named safeguarding officers only."""
    kept_for: ForRole | None = None
    """The one role of its reader that opens it."""
    told: bool = False
    """It says something about a file that they have, and is read here in words (``addenda``)."""
    closed: bool = False
    """To whoever looks: they see that something waits, and for whom, and not what or from where."""


ABOUT_A_FILE = "Something to know about a file that you have."
CLOSED = frozenset({State.FROZEN, State.DESTROYED})
"""Called back, not for its reader, or deleted: nobody opens it, whoever they are."""


class Collections(Protocol):
    """What telling how often something was collected asks of the log."""

    def collections(self, parcels: Sequence[ParcelId]) -> Mapping[ParcelId, Sequence[Collection]]: ...


def inbox(gateway: Gateway, log: Collections, person: Person) -> Sequence[Shelved]:
    """What lies ready for somebody's organisation, newest first, and how often each file was collected."""
    if person.role not in COLLECTORS:
        return []
    found = shelf(gateway, person)
    taken = log.collections([one.parcel for one in found if one.state is State.COLLECTED])
    return [replace(one, collected=tuple(taken.get(one.parcel, ()))) for one in found]


def shelf(gateway: Gateway, person: Person) -> Sequence[Shelved]:
    """What lies ready for somebody to collect, newest first.

    What opens to named safeguarding officers alone is shown to nobody else: the sender's name says enough.
    """
    own = _reads_for(gateway, person)
    found = shelf_of(gateway, *sorted(own | _looks_after(gateway, person)))
    named = opening.is_named(gateway, person)
    shown = [one for one in found if (named if one.guarded else one.reader_id in own)]
    return [_unseen(one) if apart.closed_to(gateway.homes, person, one.kept_for) else one for one in shown]


def _unseen(one: Shelved) -> Shelved:
    return replace(one, sender="", purpose="", pupils=0, sentence="", told=False, closed=True)


def shelf_of(gateway: Gateway, *readers: PartnerId) -> Sequence[Shelved]:
    """What lies ready for these organisations, newest first."""
    directory, purposes = gateway.store.register().directory, gateway.rulebook.purposes
    found = gateway.store.shelved_for(readers)
    known = gateway.store.notices_in([one.parcel.id for one in found])
    found = [one for one in found if one.parcel.id not in known or known[one.parcel.id].ended_at is None]
    guarded = opening.guarded(gateway, [one.parcel for one in found])
    rows = [
        replace(
            _shelved(one, directory, purposes),
            guarded=one.parcel.id in guarded,
            kept_for=apart.kept_for(one.parcel, directory),
            reader_id=one.parcel.reader,
            expires=uncollected.expires(gateway, one),
        )
        for one in found
    ]
    return handling.marked(gateway, directory, [one.parcel for one in found], rows)


def listed(shelf: Sequence[Shelved]) -> Iterator[tuple[str, ...]]:
    """A shelf as a list, its headings first."""
    yield "parcel", "from", "purpose", "pupils", "since", "state"
    for one in shelf:
        yield one.parcel, one.sender, one.purpose, str(one.pupils), one.since, one.words


class Use(StrEnum):
    """What a file is collected for: as it came, for Capita One, or to be handed to school2school."""

    XML = "xml"
    ONE = "one"
    S2S = "s2s"


def collect(
    gateway: Gateway, person: Person, parcel_id: ParcelId, at: datetime, use: Use = Use.XML
) -> tuple[str, bytes]:
    """Hand a shelved extract, by file name and content, to somebody of the organisation it is for, and log that first.

    Collecting again gives the same bytes and is logged again. Raises Refusal(NOT_FOUND) for a parcel of others: that
    it exists is not told; CALLED_BACK for one that is closed to all, EXPIRED; and, with nothing logged, WRONG_VERSION,
    WRONG_KIND or TOO_LARGE where it cannot be of that ``use``.
    """
    standing = readable(gateway, person, parcel_id)
    if standing.state in CLOSED:
        raise Refusal(Code.CALLED_BACK)
    if standing.state is State.EXPIRED:
        raise Refusal(Code.EXPIRED)
    notice = gateway.store.notices_in([parcel_id]).get(parcel_id)
    ours = gateway.store.notice(standing.parcel.disclosure, Side.SENT)
    if any(one is not None and one.ended_at is not None for one in (notice, ours)):
        raise Refusal(Code.NOT_FOUND)  # its copy is destroyed, or counts as destroyed where we asked from here
    opened = as_it_stands(gateway, standing)
    file = _made_for(use, gateway, person, at, *opened)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    asks = opening.asks(gateway, standing.parcel, notice)
    carrier = Condition(Carrier.S2S) if use is Use.S2S else None
    fact = ParcelCollected(at, standing.parcel.home, parcel_id, who.commitment, carrier)
    if not asks and opening.closed_to(gateway, person, standing.parcel):
        raise Refusal(Code.SAFEGUARDING_ONLY)
    stale = gateway.store.collect(parcel_id, Record((fact,), (who,)), opening.judge(gateway, person, at, asks=asks))
    if stale is False:
        raise Refusal(Code.NOT_FOUND)
    if isinstance(stale, Stale):
        raise opening.take_back(gateway, standing, stale, at)
    return file


def as_it_stands(gateway: Gateway, standing: Standing) -> tuple[str, bytes]:
    """What lies there, put right where a right was applied to it. Raises Refusal(NOT_FOUND) where it was erased."""
    kept = latest(standing.parcel.sealed, gateway.store.rights_copies(standing.parcel.id))
    if not kept:
        raise Refusal(Code.NOT_FOUND)
    return parse_named(gateway.vault.open_kept(gateway.store.kept(kept)))


def readable(gateway: Gateway, person: Person, parcel_id: ParcelId) -> Standing:
    """A parcel that somebody may collect, were it not closed to all.

    Raises Refusal with NOT_FOUND for one of others, and ROLE_ONLY for one that is for another role at their school.
    """
    standing = gateway.store.parcel(parcel_id)
    if standing is None or person.role not in COLLECTORS:
        raise Refusal(Code.NOT_FOUND)
    reader = standing.parcel.reader
    if reader not in _reads_for(gateway, person) and not (
        reader in _looks_after(gateway, person) and opening.guarded(gateway, [standing.parcel])
    ):
        raise Refusal(Code.NOT_FOUND)
    role = apart.kept_for(standing.parcel, gateway.store.register().directory)
    if apart.closed_to(gateway.homes, person, role):
        raise Refusal(Code.ROLE_ONLY)
    return standing


def _made_for(use: Use, gateway: Gateway, person: Person, at: datetime, name: str, content: bytes) -> tuple[str, bytes]:
    """The file as its use asks for it. What is shelved was read before, so it is a document."""
    if use is Use.XML:
        return enclosing.taken_out(name, content, gateway.rulebook)
    schemas, known = gateway.rulebook.schemas, gateway.rulebook.known
    document = documents.read(name, content, schemas, known).document
    if document is None:
        raise Refusal(Code.WRONG_KIND)
    if use is Use.S2S:
        return handoff.for_s2s(document)
    area = gateway.store.register().directory.get(person.organisation).area
    council = LaEstab(f"{area or document.dest.la}LLLL")
    sequence = FileName.parse(name).sequence
    one = converting.for_one(document, council, at.date(), sequence, schemas, known).document
    return one.name, one.content


def _reads_for(gateway: Gateway, person: Person) -> frozenset[PartnerId]:
    """An officer reads what is for their home, or homes, and its own teams; anybody else only their organisation's."""
    directory = gateway.store.register().directory
    teams = (partner.id for home in person.homes for partner in directory.teams_of(home))
    return frozenset({*person.homes, *teams})


def _looks_after(gateway: Gateway, person: Person) -> frozenset[PartnerId]:
    """The schools for which a home's named safeguarding officer opens what is about a child with a stop flag."""
    if not opening.is_named(gateway, person):
        return frozenset()
    served = gateway.store.register().directory.partners.values()
    return frozenset(one.id for one in served if one.kind.school and one.served_by in person.homes)


def _shelved(standing: Standing, directory: Directory, purposes: Purposes) -> Shelved:
    parcel = standing.parcel
    told = parcel.kind is Kind.RIGHTS
    purpose = purposes[parcel.purpose].sentence if parcel.purpose in purposes else ""
    return Shelved(
        parcel.id,
        directory.get(parcel.discloser).name,
        directory.get(parcel.reader).name,
        parcel.purpose,
        len(parcel.pupils),
        stamp(standing.moved_at),
        enquiry.WORDS[standing.state],
        standing.state,
        ABOUT_A_FILE if told else purpose,
        told=told,
    )
