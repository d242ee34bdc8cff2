"""What a request lacks before anybody may answer it, how urgent it is, and how full an answer may be.

A request cites its power, says what it asks and how full an answer it wants, and gives a way back (law.md §9 rule 6).
One that lacks something goes back unanswered (``returned``); an urgent one goes to a person at once instead.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from gateway.core import documents
from gateway.core.citations import cites
from gateway.core.documents import Document, Message
from gateway.core.documents.layouts import BY_KIND
from gateway.core.documents.messages.about import RefusalMessage, Refused
from gateway.core.documents.messages.casework import Check
from gateway.core.documents.messages.forms import FORMS
from gateway.core.documents.messages.handover import Request
from gateway.core.documents.messages.parts import Heading, Reader, Reference, ReturnRoute, Sender
from gateway.core.documents.messages.tracing import Enquiry, Notice, Reply
from gateway.core.documents.messages.words import RefusalReason, Urgency
from gateway.core.errors import Code, Finding, Severity
from gateway.core.partners import PartnerKind
from gateway.core.terms import Flag, PurposeCode

REASONED = 3
"""The lowest grade of an answer that has to be asked for with a reason (law.md §1.4 P07)."""

FULLEST, KNOWN_OR_NOT = 4, 1
"""The highest grade there is, and the highest about a child with a stop flag (law.md §9 rule 10)."""

ON_REQUEST_ALONE = frozenset({PartnerKind.INDEPENDENT_SCHOOL, PartnerKind.NON_MAINTAINED_SPECIAL_SCHOOL})
"""Schools whose basis to answer is the request itself: Article 6(1)(ea), Annex 1 paragraph 1."""

Asking = Enquiry | Request | Check | Notice


class Rule(StrEnum):
    """What a request can lack, as a finding names it after the prefix of its kind."""

    POWER = "ASK-001"
    QUESTION = "ASK-002"
    GRADE = "ASK-003"
    ROUTE = "ASK-004"
    REASON = "ASK-005"
    NEEDED_FOR = "ASK-006"


WORDS: Mapping[Rule, tuple[str, str]] = MappingProxyType({
    Rule.POWER: (
        "The request names no law that lets the sender ask.",
        "Name the Act or the Regulations with the year. Data-protection law gives no power to ask.",
    ),
    Rule.QUESTION: ("The request does not say what it asks.", "Put the question into the message."),
    Rule.GRADE: ("The request asks for no answer in particular.", "Say how full an answer is wanted, from 0 to 4."),
    Rule.ROUTE: (
        "The request gives no way back that somebody answers.",
        "Give the role of whoever answers questions and a telephone number.",
    ),
    Rule.REASON: (
        "An answer of grade 3 or 4 is asked for and no reason says why.",
        "Say why that much is needed, or ask for less. A notice cannot say why: send an enquiry.",
    ),
    Rule.NEEDED_FOR: (
        "The school may only answer a request that says that it is needed for the council's public task.",
        "Add NeededFor with its sentence. A notice and a check have no place for it: send an enquiry.",
    ),
})  # fmt: skip


def asks(document: Document) -> bool:
    """Whether it wants an answer about a child: an enquiry, a request for a file, a check, a notice that says so."""
    return _asking(document) is not None


def wanting(document: Document, recipient: PartnerKind) -> tuple[Finding, ...]:
    """Everything that the request lacks, asked of a recipient of this kind; nothing of what is no request."""
    message = _asking(document)
    if message is None:
        return ()
    prefix = BY_KIND[document.kind].prefix
    return tuple(
        Finding(f"{prefix}-{rule}", Severity.ERROR, *WORDS[rule], path=path)
        for rule, path in (*_heading(message.heading), *_asked(message), *_sentence(message, recipient))
    )


def codes(lacks: Iterable[Finding]) -> tuple[Code, ...]:
    """The reasons why a request with these findings is not answered."""
    found = {Code.NEEDED_FOR if one.code.endswith(Rule.NEEDED_FOR) else Code.REQUEST_INCOMPLETE for one in lacks}
    return tuple(sorted(found))


def may_be_called(number: str) -> bool:
    """Whether somebody can be rung on it, however it is written."""
    return sum(map(str.isdigit, number)) >= LEAST_DIGITS


def urgent(document: Document) -> bool:
    """Whether it goes to a person the same day. A transfer file and a return never are."""
    return _urgency(document) is not Urgency.ROUTINE


def immediate(document: Document) -> bool:
    """Whether it cannot wait for a second person."""
    return _urgency(document) is Urgency.IMMEDIATE


def grade_of(document: Document) -> int | None:
    """How full an answer it is; None of what is no reply."""
    message = documents.value(document) if document.kind in FORMS else None
    return message.grade if isinstance(message, Reply) else None


def grade_wanted(document: Document) -> int | None:
    """How full an answer it asks for; None of what asks for none in particular."""
    message = _asking(document)
    return message.reply_wanted if isinstance(message, Enquiry | Notice) else None


def grade_allowed(flags: Collection[Flag]) -> int:
    """The fullest answer about a child with these flags: with a stop flag whether it is known, and no more."""
    return KNOWN_OR_NOT if any(flag.stop for flag in flags) else FULLEST


def returned(
    request: Document,
    *,
    meant: Reference,
    purpose: PurposeCode,
    at: datetime,
    case: str,
    route: ReturnRoute,
    power: str,
    reason: RefusalReason = RefusalReason.INCOMPLETE_REQUEST,
    sequence: int = 1,
) -> RefusalMessage:
    """The refusal with which a request goes back to who sent it: ``meant`` is how its message or disclosure is named.

    It says why in one word of a list and nothing about a child. ``at`` is in seconds without zone.
    """
    heading = Heading(
        date_time=at,
        source=Sender(number=request.dest),
        dest=Reader(number=request.source),
        case=case,
        urgency=_urgency(request),
        return_route=route,
        power=power,
        sequence=sequence,
    )
    return RefusalMessage(heading=heading, purpose=purpose, records=(Refused(message=meant, reason=reason),))


# -- what is asked of each --------------------------------------------------------------------------------------------

_NOTHING = frozenset({"", "na", "none", "nil", "tbc", "tba", "unknown", "notknown", "asabove", "seeabove", "x", "xx"})
LEAST_DIGITS, LEAST_WORDS = 5, 3

_Lack = tuple[Rule, str]


def _asking(document: Document) -> Asking | None:
    message: Message | None = documents.value(document) if document.kind in FORMS else None
    if isinstance(message, Enquiry | Request | Check):
        return message
    return message if isinstance(message, Notice) and message.reply_wanted else None  # 0 wants no answer


def _heading(heading: Heading) -> Iterator[_Lack]:
    if not cites(heading.power):
        yield Rule.POWER, "Header/Power"
    route = heading.return_route
    if not may_be_called(route.phone_no) or not _says(route.officer_role):
        yield Rule.ROUTE, "Header/ReturnRoute"


def _asked(message: Asking) -> Iterator[_Lack]:
    """The question, the items and the reason. The schema asks the question of a check and the file of a request."""
    if isinstance(message, Request | Check):
        return
    if isinstance(message, Notice) and message.question is None:
        yield Rule.QUESTION, "Header/Question"
    if message.reply_wanted == 0:
        yield Rule.GRADE, "Header/ReplyWanted"
    reason = message.reason if isinstance(message, Enquiry) else ""
    if (message.reply_wanted or 0) >= REASONED and len(reason.split()) < LEAST_WORDS:
        yield Rule.REASON, "Header/Reason"


def _sentence(message: Asking, recipient: PartnerKind) -> Iterator[_Lack]:
    has = isinstance(message, Enquiry | Request) and message.needed_for is not None
    if recipient in ON_REQUEST_ALONE and not has:
        yield Rule.NEEDED_FOR, "Header/NeededFor"


def _says(words: str) -> bool:
    """Whether something stands there that is no way of saying nothing."""
    return "".join(filter(str.isalnum, words.casefold())) not in _NOTHING


def _urgency(document: Document) -> Urgency:
    return documents.value(document).heading.urgency if document.kind in FORMS else Urgency.ROUTINE
