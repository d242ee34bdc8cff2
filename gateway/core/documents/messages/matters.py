"""What one kind of message alone asks of its records."""

from collections.abc import Iterator
from datetime import datetime

from gateway.core.documents.messages.words import (
    ANSWERS,
    CaseMatter,
    CheckQuestion,
    ClosureOutcome,
    Return,
    Right,
    Route,
    TransferOutcome,
)
from gateway.core.documents.rules import Head, RuleHit, at, text
from gateway.core.documents.trees import Element
from gateway.core.facts import RecallOutcome


def transfer_answer_hits(child: Element, _: Head) -> Iterator[RuleHit]:
    needed = {TransferOutcome.ACCEPTED: "ResponsibleFrom", TransferOutcome.REFUSED: "Reason"}
    outcome = text(child, "Outcome")
    if not outcome or child.find(needed[TransferOutcome(outcome)]) is None:
        yield "TRF-001", child


def closure_hits(child: Element, _: Head) -> Iterator[RuleHit]:
    if any(child.find(path) is None for path in ("Outcome", "Closed", "Evidence")):
        yield "CLO-001", child
    if text(child, "Outcome") == ClosureOutcome.IN_EDUCATION and child.find("School") is None:
        yield "CLO-002", child


def joint_hits(child: Element, _: Head) -> Iterator[RuleHit]:
    if len({text(step, "By") for step in child.iterfind("Step")}) < 2:  # noqa: PLR2004  (the school and the council)
        yield "LOG-001", child


def opened_hits(record: Element, head: Head) -> Iterator[RuleHit]:
    given = text(record, "OpenedAt")
    if not given or head.at is None:
        return
    try:
        opened = datetime.fromisoformat(given).replace(tzinfo=None)
    except ValueError:  # 24:00:00, which XSD allows and no clock shows
        yield "HEAD-002", at(record, "OpenedAt")
        return
    if opened > head.at:
        yield "MSG-005", at(record, "OpenedAt")


def recalled_hits(record: Element, _: Head) -> Iterator[RuleHit]:
    outcome = text(record, "Outcome")
    reasoned = outcome in {RecallOutcome.KEPT, RecallOutcome.SHARED_ON}
    if not outcome or (reasoned and record.find("Reason") is None):
        yield "RCA-001", record


# -- rights -----------------------------------------------------------------------------------------------------------

_RIGHTS: dict[Right, tuple[frozenset[str], frozenset[str]]] = {
    Right.RECTIFICATION: (frozenset({"Item", "Correction"}), frozenset({"WrongSince", "Was", "Entry"})),
    Right.ERASURE: (frozenset(), frozenset({"Item"})),
    Right.RESTRICTION: (frozenset({"RestrictedFrom"}), frozenset({"Item", "RestrictedTo"})),
    Right.ADDENDUM: (frozenset({"Addendum"}), frozenset({"Item"})),
    Right.NHS_NUMBER_REMOVAL: (frozenset(), frozenset()),
}
"""What each right needs, and what may stand beside it."""

_OF_RIGHTS = frozenset(
    {"Item", "WrongSince", "Correction", "Was", "Entry", "Addendum", "RestrictedFrom", "RestrictedTo"}
)


def rights_hits(record: Element, head: Head) -> Iterator[RuleHit]:
    assert head.header is not None, "records are read after their header"
    needs, may = _RIGHTS[Right(text(head.header, "Right"))]
    given = {str(each.tag) for each in record} & _OF_RIGHTS
    several = "Correction" in needs and len(record.findall("Item")) > 1
    if not needs <= given or several:
        yield "RGT-001", record
    if given - needs - may:
        yield "RGT-002", record


# -- referrals --------------------------------------------------------------------------------------------------------

_BY_WHICH_KNOWN = ("Title", "Name", "Organisation", "PhoneNo", "Email")


def referral_hits(child: Element, head: Head) -> Iterator[RuleHit]:
    assert head.header is not None, "records are read after their header"
    referrer = child.find("Referrer")
    anonymous = referrer is not None and text(referrer, "Anonymous") in {"true", "1"}
    if anonymous and any(child.find(f"Referrer/{name}") is not None for name in _BY_WHICH_KNOWN):
        yield "REF-001", at(child, "Referrer")
    if text(head.header, "Route") == Route.CHANGE_OF_DETAILS and child.find("NewDetails") is None:
        yield "REF-002", child


# -- checks -----------------------------------------------------------------------------------------------------------

_ADDRESS_CHECKS = frozenset(question for question in CheckQuestion if question.endswith("-address"))
_BESIDE = {
    CheckQuestion.COUNCIL_TAX_ADDRESS: frozenset({"LiableFrom", "LiableTo"}),
    CheckQuestion.GP_REGISTRATION: frozenset({"Area", "LastContact"}),
}
"""What may go beside the answer: nothing but this, and never money (law.md §1.4 P10, P25)."""


def check_hits(header: Element) -> Iterator[RuleHit]:
    """The header of a check: its options are answers to its question, and the NHS is told why it is asked."""
    question = CheckQuestion(text(header, "Question"))
    for option in header.iterfind("Option"):
        if (option.text or "").strip() not in ANSWERS[question]:
            yield "CHK-001", option
    if question is CheckQuestion.GP_REGISTRATION and not text(header, "Necessity"):
        yield "LAW-002", header


def checked_hits(child: Element, head: Head) -> Iterator[RuleHit]:
    assert head.header is not None, "records are read after their header"
    if text(head.header, "Question") in _ADDRESS_CHECKS and child.find("Address") is None:
        yield "CHK-003", child


def check_answer_hits(record: Element, head: Head) -> Iterator[RuleHit]:
    assert head.header is not None, "records are read after their header"
    question = CheckQuestion(text(head.header, "Question"))
    of_custody = question is CheckQuestion.CUSTODY_STATUS
    other = record.find("Answer" if of_custody else "CustodyAnswer")
    if other is not None or not (
        text(record, "CustodyAnswer") if of_custody else text(record, "Answer") in ANSWERS[question]
    ):
        yield "CHK-001", record
    for tag in ("LiableFrom", "LiableTo", "Area", "LastContact"):
        if record.find(tag) is not None and tag not in _BESIDE.get(question, frozenset()):
            yield "CHK-002", at(record, tag)


# -- absence and case files -------------------------------------------------------------------------------------------

_DAYS = {Return.WITHOUT_LEAVE: 10, Return.SICKNESS: 15, Return.IRREGULAR: 0}
"""School days after which each return is due (PRR24 reg 13)."""


def absence_hits(child: Element, _: Head) -> Iterator[RuleHit]:
    given, days = text(child, "Return"), text(child, "SchoolDays")
    if given and days and int(days) < _DAYS[Return(given)]:
        yield "ABS-002", at(child, "SchoolDays")


_BLOCKS = {
    CaseMatter.HOME_EDUCATION: "HomeEducation",
    CaseMatter.EHC_STATUS: "EHCstatus",
    CaseMatter.YOUTH_JUSTICE: "YouthJustice",
    CaseMatter.LICENCE: "Licence",
}


def casefile_hits(child: Element, head: Head) -> Iterator[RuleHit]:
    assert head.header is not None, "records are read after their header"
    given = {tag for tag in _BLOCKS.values() if child.find(tag) is not None}
    if given != {_BLOCKS[CaseMatter(text(head.header, "About"))]}:
        yield "CAS-001", child
