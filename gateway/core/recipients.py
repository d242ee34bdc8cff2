"""For whom a document is: what it names itself, and what an officer adds. Nobody is ever guessed from an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from gateway.core import documents
from gateway.core.documents import Document, Pupil
from gateway.core.errors import Code
from gateway.core.partners import Carrier, Directory, Partner, PartnerKind
from gateway.core.terms import Kind, PartnerId, PurposeCode

DELETION = PurposeCode("P01")
NEW_PUPIL = PurposeCode("P02")
TRANSFER = PurposeCode("P04")
LOST = PurposeCode("P05")
NOTIFY = PurposeCode("P06")
ENQUIRE = PurposeCode("P07")
TRACE = PurposeCode("P08")
SEND = PurposeCode("P15")
PROTECTION_FILE = PurposeCode("P36")

TRANSFERS = frozenset({Kind.CTF, Kind.CML, Kind.CMJ})
"""Files of a school's own system; every other kind is a message."""

NOBODY: Mapping[int, PartnerId] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Destination:
    """One organisation for which these pupils are meant, and why; or ``refusal``, where nobody can be named."""

    purpose: PurposeCode
    discloser: PartnerId
    recipient: PartnerId | None
    pupils: tuple[int, ...]
    refusal: Code | None = None
    by_word: Carrier | None = None
    """The way by which a person tells it, where no message carries it."""


def of(
    document: Document, home: Partner, directory: Directory, day: date, named: Mapping[int, PartnerId] = NOBODY
) -> tuple[Destination, ...]:
    """Everybody for whom a document that reached ``home`` is.

    ``named`` is the council that an officer named for a pupil, by the pupil's number; it stands before the file's own
    care authority. The destination comes first, then the other councils in order of their ids, with purpose P06 and
    the home as discloser.
    """
    pupils = tuple(pupil.number for pupil in document.pupils)
    source = directory.by_laestab(document.source, day)
    if source is None:
        return (Destination(TRANSFER, home.id, None, pupils, Code.UNKNOWN_SENDER),)
    purpose, recipient = _destination(document, source, home, directory, day)
    refusal = Code.NO_RECIPIENT if recipient is None or recipient is source else None
    first = Destination(purpose, source.id, None if refusal or recipient is None else recipient.id, pupils, refusal)
    answering = directory.council(recipient.area, day) if recipient and recipient.area else None
    known = {home.id, *([answering.id] if answering else [])}
    return (first, *_home_councils(document, home, directory, day, named, known))


def _destination(
    document: Document, source: Partner, home: Partner, directory: Directory, day: date
) -> tuple[PurposeCode, Partner | None]:
    """What the header's destination means (ctf.md §2): a school, an authority, not known, or outside the sector."""
    if document.kind not in TRANSFERS:
        return _message(document, source, home, directory, day)
    if document.dest.unknown:
        return LOST, directory.team(home.id, "cme") or home
    recipient = None if document.dest.outside else directory.by_laestab(document.dest, day)
    if not document.dest.authority:
        return TRANSFER, recipient
    if source.kind is PartnerKind.COUNCIL:
        return NOTIFY, recipient
    return _RETURNS.get(document.kind, TRACE), recipient


# -- messages ---------------------------------------------------------------------------------------------------------

_BETWEEN_COUNCILS = {
    Kind.NOTICE: NOTIFY,
    Kind.ENQUIRY: ENQUIRE,
    Kind.REPLY: ENQUIRE,
    Kind.TRANSFER: NOTIFY,
    Kind.TRANSFER_ANSWER: NOTIFY,
    Kind.CLOSURE: NOTIFY,
    Kind.JOINT_LOG: NOTIFY,
    Kind.REQUEST: ENQUIRE,
    Kind.REFERRAL: PurposeCode("P09"),
    Kind.ABSENCE: PurposeCode("P03"),
    Kind.DELETION: DELETION,
}
"""With a school on either side, tracing is P08 instead."""

_BY_MATTER = {
    "council-tax-address": PurposeCode("P25"),
    "housing-address": PurposeCode("P26"),
    "parking-address": PurposeCode("P26"),
    "fraud-address": PurposeCode("P26"),
    "gp-registration": PurposeCode("P10"),
    "custody-status": PurposeCode("P14"),
    "education-status": PurposeCode("P14"),
    "home-education": PurposeCode("P17"),
    "ehc-status": SEND,
    "youth-justice": PurposeCode("P14"),
    "licence": PurposeCode("P20"),
    "senco": SEND,
    "dsl": PROTECTION_FILE,
}
"""A check or a case file goes under the purpose of what it is about."""

_EARLY_HELP = {"early-help": PurposeCode("P31"), "psychology": PurposeCode("P31")}


def _message(
    document: Document, source: Partner, home: Partner, directory: Directory, day: date
) -> tuple[PurposeCode, Partner | None]:
    """The purpose that a message's kind has, and whom its header names: a team of ours, a body, or the number's holder.

    A team of another council is that council's own affair: the message goes to the council.
    """
    said = documents.subject(document)
    named = directory.by_laestab(document.dest, day)
    if said.body:
        named = directory.find_text(said.body)
    elif said.team and named is not None and named.id == home.id:
        named = directory.team(named.id, said.team)
    school = source.kind.school or (named is not None and named.kind.school)
    return _purpose(document.kind, said, school=school), named


def _purpose(kind: Kind, said: documents.Subject, *, school: bool) -> PurposeCode:
    """A message about a message goes under the purpose of that one; ``P00`` is none, and refuses."""
    usual = _BETWEEN_COUNCILS.get(kind)
    if usual is None:
        return _BY_MATTER.get(said.matter) or _stated(said.matter)
    if kind is Kind.REFERRAL:
        return _EARLY_HELP.get(said.team, usual)
    return TRACE if school and usual in {NOTIFY, ENQUIRE} else usual


def _stated(code: str) -> PurposeCode:
    try:
        return PurposeCode(code)
    except ValueError:
        return PurposeCode("P00")


# -- returns and home councils ----------------------------------------------------------------------------------------

_RETURNS = {Kind.CML: DELETION, Kind.CMJ: NEW_PUPIL}
"""A school's leavers and joiners are returns that it owes; any other file to a council helps to find a child."""


def _home_councils(
    document: Document,
    home: Partner,
    directory: Directory,
    day: date,
    named: Mapping[int, PartnerId],
    known: set[PartnerId],
) -> tuple[Destination, ...]:
    told: dict[PartnerId, list[int]] = {}
    nobody: list[int] = []
    for pupil in document.pupils:
        if pupil.number not in named and not _in_care_of_an_authority(pupil):
            continue
        council = _council(pupil, directory, day, named)
        if council is None:
            nobody.append(pupil.number)
        elif council.id not in known:
            told.setdefault(council.id, []).append(pupil.number)
    found = [Destination(NOTIFY, home.id, council, tuple(numbers)) for council, numbers in sorted(told.items())]
    if nobody:
        found.append(Destination(NOTIFY, home.id, None, tuple(nobody), Code.NO_RECIPIENT))
    return tuple(found)


def _in_care_of_an_authority(pupil: Pupil) -> bool:
    """``XXX`` and ``MMM`` say that the authority is not known, or outside England and Wales."""
    return pupil.care_authority is not None and pupil.care_authority.isdigit()


def _council(pupil: Pupil, directory: Directory, day: date, named: Mapping[int, PartnerId]) -> Partner | None:
    if pupil.number not in named:
        return directory.council(pupil.care_authority or "", day)
    partner = directory.find(named[pupil.number])
    return directory.current(partner, day) if partner is not None and partner.kind is PartnerKind.COUNCIL else None
