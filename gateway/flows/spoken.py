"""What somebody of a partner without a machine says, as the message that it is: an answer to what came, or news.

Nobody answers more than was asked; who is told is the council that served it to them, under its own reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from gateway.core import documents
from gateway.core.days import day_of
from gateway.core.documents import Message
from gateway.core.documents.messages import about as said
from gateway.core.documents.messages.casework import Check, CheckAnswer, Referral, Referred, Result
from gateway.core.documents.messages.handover import Transfer
from gateway.core.documents.messages.parts import Heading, Identity, OpenIdentity, Whereabouts
from gateway.core.documents.messages.tracing import Enquiry, Missing, Notice, Reply
from gateway.core.documents.messages.words import (
    ANSWERS,
    Answer,
    CheckQuestion,
    CustodyAnswer,
    Part,
    Question,
    RefusalReason,
    Route,
    TransferOutcome,
    TransferReason,
)
from gateway.core.errors import Code, Refusal
from gateway.core.facts import KeptReason, RecallOutcome
from gateway.core.partners import Partner
from gateway.core.records import Person
from gateway.core.terms import Upn
from gateway.flows import notices, replying, speaking, wording
from gateway.flows.ports import Gateway
from gateway.flows.reading import Opened
from gateway.flows.situations import new_id


@dataclass(frozen=True, slots=True)
class Told:
    """A child of whom they tell the council. ``no_upn`` is the code of why there is no number (CS051)."""

    surname: str
    forename: str
    born: date | None
    concern: str
    upn: Upn | None = None
    no_upn: str = ""
    last_seen: date | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody about to speak for ``partner`` to ``home``."""

    gateway: Gateway
    person: Person
    partner: Partner
    home: Partner
    at: datetime

    def heading(self, opened: Opened) -> Heading:
        """Of an answer, under the reference of who asked; a file without one is known by its disclosure."""
        case = documents.case_of(opened.document) or str(opened.standing.parcel.disclosure)
        return speaking.heading(self.gateway, self.person, case, self.at)


def speaker(gateway: Gateway, person: Person, at: datetime) -> Speaker:
    """Raises Refusal(NOT_ALLOWED)."""
    partner = speaking.partner_of(gateway, person, at)
    return Speaker(gateway, person, partner, gateway.store.register().directory.receiver(partner), at)


# -- what may be said to what came -----------------------------------------------------------------------------------


def enquiry(opened: Opened) -> Enquiry | None:
    found = documents.value(opened.document) if _is_message(opened) else None
    return found if isinstance(found, Enquiry) else None


def check(opened: Opened) -> Check | None:
    found = documents.value(opened.document) if _is_message(opened) else None
    return found if isinstance(found, Check) else None


def options(asked: Check) -> tuple[Answer | CustodyAnswer, ...]:
    """The closed list of answers to a check."""
    if asked.question is CheckQuestion.CUSTODY_STATUS:
        return tuple(CustodyAnswer)
    allowed = asked.options or ANSWERS[asked.question]
    return tuple(one for one in Answer if one in allowed)


def _is_message(opened: Opened) -> bool:
    return documents.case_of(opened.document) != ""


# -- answers ----------------------------------------------------------------------------------------------------------


def reply(by: Speaker, opened: Opened, given: replying.Answer) -> Message:
    """A graded answer. Raises Refusal: ABOVE_ASKED, NOT_FOUND for no such child in it."""
    asked = enquiry(opened)
    if asked is None or not 1 <= given.number <= len(asked.records):
        raise Refusal(Code.NOT_FOUND)
    if given.grade > asked.reply_wanted:
        raise Refusal(Code.ABOVE_ASKED)
    record = replying.found(given, asked.records[given.number - 1], by.at)
    return Reply(heading=by.heading(opened), in_reply_to=opened.meant, grade=given.grade, records=(record,))


def checked(by: Speaker, opened: Opened, answers: Mapping[int, str]) -> Message:
    """The answers to a check, by the number of the child. Raises Refusal(NOT_FOUND) for what may not be answered."""
    asked = check(opened)
    known = {str(one): one for one in options(asked)} if asked else {}
    if asked is None or set(answers) != set(range(1, len(asked.records) + 1)) or set(answers.values()) - set(known):
        raise Refusal(Code.NOT_FOUND)
    return CheckAnswer(
        heading=by.heading(opened),
        in_reply_to=opened.meant,
        question=asked.question,
        records=tuple(_result(number, known[text]) for number, text in sorted(answers.items())),
    )


def _result(number: int, given: Answer | CustodyAnswer) -> Result:
    if isinstance(given, CustodyAnswer):
        return Result(number=number, custody_answer=given)
    return Result(number=number, answer=given)


def transferred(by: Speaker, opened: Opened, since: date | None, reason: TransferReason | None) -> Message:
    """A case taken over from a day, or not for a reason. Raises Refusal(NOT_FOUND) for what is no transfer."""
    if not _is_message(opened) or not isinstance(documents.value(opened.document), Transfer):
        raise Refusal(Code.NOT_FOUND)
    outcome = TransferOutcome.REFUSED if since is None else TransferOutcome.ACCEPTED
    disclosure = opened.standing.parcel.disclosure
    return wording.answer(
        opened.document, disclosure, outcome, by.partner, by.home, by.at, responsible_from=since, reason=reason
    )


def done(by: Speaker, opened: Opened) -> Message:
    """That a person there has read it and done what it asks."""
    one = said.Opened(message=opened.meant, opened_by=speaking.ROLE, opened_at=notices.plain(by.at))
    return said.Acknowledgement(heading=by.heading(opened), purpose=opened.standing.parcel.purpose, records=(one,))


def declined(by: Speaker, opened: Opened, reason: RefusalReason) -> Message:
    """That they cannot do what it asks, and why."""
    one = said.Refused(message=opened.meant, reason=reason)
    return said.RefusalMessage(heading=by.heading(opened), purpose=opened.standing.parcel.purpose, records=(one,))


def recalled(by: Speaker, opened: Opened, outcome: RecallOutcome, reason: KeptReason | None) -> Message:
    """What became of what was called back. Raises Refusal(NOT_FOUND) for what is no recall."""
    asked = documents.value(opened.document) if _is_message(opened) else None
    if not isinstance(asked, said.Recall):
        raise Refusal(Code.NOT_FOUND)
    day = day_of(by.at) if outcome is RecallOutcome.DELETED else None
    records = tuple(
        said.Returned(message=one.message, outcome=outcome, day=day, reason=reason) for one in asked.records
    )
    return said.RecallAnswer(
        heading=by.heading(opened), purpose=asked.purpose, in_reply_to=asked.records[0].message, records=records
    )


# -- news -------------------------------------------------------------------------------------------------------------


def told(by: Speaker, child: Told) -> Message:
    """A notice of another council, by which a case opens here; of anybody else a referral."""
    heading = speaking.heading(by.gateway, by.person, new_id("n", by.gateway.draw), by.at)
    where = Whereabouts(last_seen=child.last_seen, destination_evidence=child.concern if by.partner.la else "")
    who = OpenIdentity(upn=child.upn, surname=child.surname, forename=child.forename, dob=child.born)
    if by.partner.la:
        no_upn = "" if child.upn else child.no_upn
        named = Identity(upn=who.upn, upn_unknown=no_upn, surname=who.surname, forename=who.forename, dob=who.dob)
        missing = Missing(who=named, where=where)
        return Notice(heading=heading, question=Question.MAY_BE_IN_YOUR_AREA, records=(missing,))
    parts = {Part.UPN: child.upn, Part.DOB: child.born}
    unknown = tuple(part for part, known in parts.items() if not known)
    one = Referred(who=replace(who, unknown=unknown), where=where, concern=child.concern)
    day = day_of(by.at)
    return Referral(heading=heading, route=Route.PROFESSIONAL, received=day, records=(one,))
