"""How a case speaks to others: the messages that are made of what a case knows of its child."""

from datetime import date, datetime

from gateway.core import documents
from gateway.core.documents import Document
from gateway.core.documents.messages.handover import Answered, Moving, Transfer, TransferAnswer
from gateway.core.documents.messages.parts import Heading, Identity, Reader, Reference, ReturnRoute, Sender
from gateway.core.documents.messages.tracing import Missing, Notice, Sought
from gateway.core.documents.messages.words import Question, TransferOutcome, TransferReason
from gateway.core.partners import Partner
from gateway.core.terms import DisclosureId, LaEstab
from gateway.flows.releasing import ASK, POWER, ROLE


def transfer(
    child: Sought, case: str, opened: date, effect: date, evidence: str, ours: Partner, theirs: Partner, at: datetime
) -> documents.Message:
    """Ask another council to be responsible for a child from a day on: with it goes what the case knows."""
    moving = Moving(who=_who(child), where=child.where, case_opened=opened)
    heading = _heading(ours, theirs, case, at)
    return Transfer(heading=heading, takes_effect=effect, evidence=evidence, records=(moving,))


def answer(
    asked: Document, disclosure: DisclosureId, outcome: TransferOutcome, ours: Partner, theirs: Partner, at: datetime,
    *, responsible_from: date | None = None, reason: TransferReason | None = None,
) -> documents.Message:  # fmt: skip
    """What a person of ours says to a transfer: accepted from a day, or refused for a reason."""
    said = documents.value(asked)
    assert isinstance(said, Transfer), "only a transfer is answered so"
    records = tuple(
        Answered(number=number, who=one.who, outcome=outcome, responsible_from=responsible_from, reason=reason)
        for number, one in enumerate(said.records, 1)
    )
    heading = _heading(ours, theirs, said.heading.case, at)
    return TransferAnswer(heading=heading, in_reply_to=Reference(disclosure_id=disclosure), records=records)


def notice(child: Sought, case: str, ours: Partner, theirs: Partner, at: datetime) -> documents.Message:
    """Tell another council that a child may be in its area."""
    missing = Missing(who=_who(child), where=child.where)
    return Notice(heading=_heading(ours, theirs, case, at), question=Question.MAY_BE_IN_YOUR_AREA, records=(missing,))


def _who(child: Sought) -> Identity:
    """Without what only an enquiry says: which parts nobody knows."""
    who = child.who
    return Identity(
        upn=who.upn,
        upn_unknown=who.upn_unknown,
        title=who.title,
        surname=who.surname,
        forename=who.forename,
        middle_names=who.middle_names,
        aliases=who.aliases,
        dob=who.dob,
        dob_about=who.dob_about,
        sex=who.sex,
    )


def _heading(ours: Partner, theirs: Partner, case: str, at: datetime) -> Heading:
    return Heading(
        date_time=at.replace(tzinfo=None, microsecond=0),
        source=Sender(number=_number(ours), council_name=ours.name),
        dest=Reader(number=_number(theirs)),
        case=case,
        return_route=ReturnRoute(officer_role=ROLE, phone_no=ours.contact.phone or ASK),
        power=POWER,
    )


def _number(council: Partner) -> LaEstab:
    return LaEstab(f"{council.la}LLLL")
