"""The rules of council messages beyond their schemas: one table of small questions for each kind.

What a rule asks of a record that an agreement may cut is asked again of the cut (``cutting``), so that no hollow
message leaves.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from gateway.core.documents import destinations, layouts, returns
from gateway.core.documents.messages import enclosing, grades, matters
from gateway.core.documents.messages.words import RiskFlag, Urgency
from gateway.core.documents.names import FileName
from gateway.core.documents.rules import Head, RuleHit, at, birth_hits, day, instant, names_agree, text, upn_hits
from gateway.core.documents.trees import Element
from gateway.core.terms import Kind, LaEstab

RecordRule = Callable[[Element, Head], Iterator[RuleHit]]
NOTIFICATION = timedelta(hours=72)  # UK GDPR Art 33(1)


def head(header: Element, name: FileName | None, _: int) -> tuple[Head, list[RuleHit]]:
    """What a schema-valid header says, and the rules it breaks."""
    made_at, zone = instant(header)
    source, dest = number(header, "From"), number(header, "To")
    urgent = text(header, "Urgency") != Urgency.ROUTINE
    made = Head(name, source, dest, made_at, partial=False, urgent=urgent, header=header)
    return made, [*zone, *_heading(header, made), *names_agree(header, made)]


def hits(kind: Kind) -> RecordRule:
    """The rules of one kind's records, as one."""

    def every(record: Element, head: Head) -> Iterator[RuleHit]:
        for rule in RULES_OF_RECORD[kind]:
            yield from rule(record, head)

    return every


def number(header: Element, path: str) -> LaEstab:
    """The authority or the school that ``From`` or ``To`` names."""
    return LaEstab(text(header, f"{path}/LEA") + (text(header, f"{path}/Estab") or "LLLL"))


# -- the header -------------------------------------------------------------------------------------------------------


def _heading(header: Element, head: Head) -> Iterator[RuleHit]:
    root = header.getparent()
    layout = layouts.BY_ROOT[str(root.tag)] if root is not None else None
    if layout is not None and text(header, "DocumentName") != layout.title:
        yield "HEAD-001", header
    inside = text(header, "To/Team") or text(header, "To/Body")
    if head.source == head.dest and not inside:
        yield "HEAD-008", header
    due = day(header, "Due")
    if due and head.day and due < head.day:
        yield "MSG-004", at(header, "Due")
    answered = header.find("InReplyTo")
    if answered is not None and not len(answered):
        yield "MSG-002", answered
    yield from _asked(header, head)
    yield from _known_since(header, head)


def _asked(header: Element, head: Head) -> Iterator[RuleHit]:
    """What a request has to say before it may be answered."""
    asks = header.getparent()
    kind = None if asks is None else layouts.BY_ROOT[str(asks.tag)].kind
    to_school = head.dest is not None and not head.dest.authority
    if kind in {Kind.ENQUIRY, Kind.REQUEST} and to_school and not text(header, "NeededFor"):
        yield "LAW-001", header
    if kind is Kind.ENQUIRY and text(header, "ReplyWanted") in {"3", "4"} and not text(header, "Reason"):
        yield "GRADE-001", at(header, "ReplyWanted")
    if kind is Kind.CHECK:
        yield from matters.check_hits(header)


def _known_since(header: Element, head: Head) -> Iterator[RuleHit]:
    """A breach: 72 hours run from the moment it was known."""
    given = text(header, "Aware")
    if not given or head.at is None:
        return
    try:
        aware = datetime.fromisoformat(given).replace(tzinfo=None)
    except ValueError:
        yield "HEAD-002", at(header, "Aware")
        return
    if aware > head.at:
        yield "MSG-005", at(header, "Aware")
    elif head.at - aware > NOTIFICATION and not text(header, "ToldICO") and text(header, "Risk") != "unlikely":
        yield "BRE-001", at(header, "Aware")


# -- what records share -----------------------------------------------------------------------------------------------


def _who(child: Element, head: Head) -> Iterator[RuleHit]:
    yield from upn_hits(child, head)
    yield from birth_hits(child, head)


def _fully(child: Element, _: Head) -> Iterator[RuleHit]:
    """A child who is to be found needs a number and a date of birth, or a word that they are not known."""
    unknown = {(each.text or "").strip() for each in child.iterfind("Unknown")}
    if child.find("UPN") is None and child.find("UPNunknown") is None and "UPN" not in unknown:
        yield "UPN-006", child
    if child.find("DOB") is None and child.find("DOBabout") is None and "DOB" not in unknown:
        yield "DOB-003", child


_NAMES = ("UPN", "Surname", "Forename", "Aliases", "Concern", "Number")


def _open(child: Element, _: Head) -> Iterator[RuleHit]:
    """What is unknown is not there, what is about is there, and something says who is meant."""
    for word, rule, wrong in (("Unknown", "IDN-001", True), ("About", "IDN-003", False)):
        for each in child.iterfind(word):
            if (child.find((each.text or "").strip()) is not None) is wrong:
                yield rule, each
    if all(child.find(name) is None for name in _NAMES):
        yield "IDN-002", child


def _stopped(child: Element, head: Head) -> Iterator[RuleHit]:
    if child.find("HandlingMarker") is not None and head.header is not None and head.header.find("Cover") is None:
        yield "MSG-003", at(child, "HandlingMarker")


def _where(child: Element, head: Head) -> Iterator[RuleHit]:
    entered, left = day(child, "LastSchool/EntryDate"), day(child, "LastSchool/LeavingDate")
    if entered and left and left < entered:
        yield "DATE-001", at(child, "LastSchool/LeavingDate")
    if text(child, "RiskFlag") not in {"", RiskFlag.NONE} and head.header is not None and not head.urgent:
        yield "RISK-001", at(child, "RiskFlag")


def _past(*paths: str) -> RecordRule:
    """Days that cannot lie after the message."""

    def rule(record: Element, head: Head) -> Iterator[RuleHit]:
        for path in paths:
            for each in record.iterfind(path):
                if head.day and (each.text or "").strip() > head.day.isoformat():
                    yield "DATE-004", each

    return rule


def _in_order(first: str, last: str) -> RecordRule:
    def rule(record: Element, _: Head) -> Iterator[RuleHit]:
        begins, ends = day(record, first), day(record, last)
        if begins and ends and ends < begins:
            yield "DATE-002", at(record, last)

    return rule


def _meant(record: Element, _: Head) -> Iterator[RuleHit]:
    if record.find("DisclosureId") is None and record.find("MessageId") is None:
        yield "MSG-002", record


def _needs(rule: str, *paths: str) -> RecordRule:
    """A record that must hold each of these, whatever else."""

    def asked(record: Element, _: Head) -> Iterator[RuleHit]:
        if any(record.find(path) is None for path in paths):
            yield rule, record

    return asked


def _by_header(rule: RecordRule) -> RecordRule:
    """A rule that goes by what the header says; while the header is wrong, that alone is told."""

    def asked(record: Element, head: Head) -> Iterator[RuleHit]:
        if head.header is not None:
            yield from rule(record, head)

    return asked


# -- the table --------------------------------------------------------------------------------------------------------

_CHILD: tuple[RecordRule, ...] = (_who, _stopped)
_TRACED: tuple[RecordRule, ...] = (*_CHILD, _fully, _where, _past("LastSeen"))

RULES_OF_RECORD: Mapping[Kind, tuple[RecordRule, ...]] = MappingProxyType(
    {
        Kind.NOTICE: (*_TRACED, destinations.notice_hits),
        Kind.ENQUIRY: (*_TRACED, _open, destinations.notice_hits),
        Kind.REPLY: (*_CHILD, _open, _past("Searched/Day"), _by_header(grades.reply_hits)),
        Kind.TRANSFER: (*_TRACED, _past("CaseOpened"), destinations.notice_hits),
        Kind.TRANSFER_ANSWER: (*_CHILD, matters.transfer_answer_hits),
        Kind.CLOSURE: (*_CHILD, _past("Closed", "Evidence/Day"), matters.closure_hits),
        Kind.JOINT_LOG: (*_CHILD, _past("LastSeen", "Step/Day"), matters.joint_hits),
        Kind.REQUEST: _CHILD,
        Kind.ACKNOWLEDGEMENT: (_meant, _needs("ACK-001", "OpenedBy", "OpenedAt"), matters.opened_hits),
        Kind.REFUSAL: (_meant, _needs("RFS-001", "Reason")),
        Kind.RECALL: (_meant, _needs("RCL-001", "Reason")),
        Kind.RECALL_ANSWER: (_meant, _past("Day"), matters.recalled_hits),
        Kind.BREACH: (_meant,),
        Kind.RIGHTS: (_meant, _in_order("RestrictedFrom", "RestrictedTo"), _by_header(matters.rights_hits)),
        Kind.REFERRAL: (*_TRACED, _open, _by_header(matters.referral_hits)),
        Kind.CHECK: (*_CHILD, _by_header(matters.checked_hits)),
        Kind.CHECK_ANSWER: (
            _stopped, _in_order("LiableFrom", "LiableTo"), _past("LastContact"), _by_header(matters.check_answer_hits),
        ),
        Kind.ABSENCE: (
            *_CHILD, _past("FirstDay", "LastDay"), _in_order("FirstDay", "LastDay"),
            _needs("ABS-001", "Return", "FirstDay"), matters.absence_hits,
        ),
        Kind.CASEFILE: (
            *_CHILD, _past("HomeEducation/Notified"), _in_order("Licence/From", "Licence/To"),
            _by_header(matters.casefile_hits),
        ),
        Kind.DELETION: (*_CHILD, _by_header(returns.deletion_hits)),
        Kind.ENCLOSURE: (*_CHILD, enclosing.hits),
    }
)  # fmt: skip
