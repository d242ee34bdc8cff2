"""How a case speaks to others: the messages that are made of what a case knows of its child."""

from dataclasses import replace
from datetime import date, datetime

from gateway.core import documents
from gateway.core.documents import Document
from gateway.core.documents.messages.casework import Casefile, EhcStatus, Filed, Referral, Referred
from gateway.core.documents.messages.handover import (
    Answered,
    Closed,
    Closure,
    Evidence,
    JointLog,
    Logged,
    LogStep,
    Moving,
    Transfer,
    TransferAnswer,
)
from gateway.core.documents.messages.parts import Heading, Identity, LastSchool, Reader, Reference, ReturnRoute, Sender
from gateway.core.documents.messages.tracing import Enquiry, Missing, Notice, Sought
from gateway.core.documents.messages.words import (
    CaseMatter,
    ClosureEvidence,
    ClosureOutcome,
    EHCstage,
    Part,
    Question,
    Route,
    TransferOutcome,
    TransferReason,
)
from gateway.core.partners import Partner
from gateway.core.terms import DisclosureId, LaEstab

ROLE = "Children missing education officer"
POWER = "Education Act 1996 s436A; Localism Act 2011 s1"
ASK = "ask the council"
"""Where its record names no telephone number."""


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
    """Tell another council that a child may be in its area; or a school, a team of ours, a body without a number."""
    missing = Missing(who=_who(child), where=child.where)
    return Notice(heading=_heading(ours, theirs, case, at), question=Question.MAY_BE_IN_YOUR_AREA, records=(missing,))


def enquiry(
    child: Sought, case: str, grade: int, reason: str, phone: str, ours: Partner, theirs: Partner, at: datetime
) -> documents.Message:
    """Ask another council whether it knows a child; what nobody here knows of it is said to be unknown."""
    given = {Part.UPN: child.who.upn, Part.SURNAME: child.who.surname, Part.FORENAME: child.who.forename,
             Part.DOB: child.who.dob or child.who.dob_about}  # fmt: skip
    who = replace(child.who, unknown=tuple(part for part, known in given.items() if not known))
    sought = replace(child, who=who)
    heading = _heading(ours, theirs, case, at)
    heading = replace(heading, return_route=replace(heading.return_route, phone_no=phone))
    return Enquiry(heading=heading, reply_wanted=grade, reason=reason, records=(sought,))


def closure(
    child: Sought, case: str, school: LaEstab, started: date, ours: Partner, theirs: Partner, at: datetime
) -> documents.Message:
    """Tell another council that a child it watched has started at a school of ours."""
    shown = Evidence(shown=ClosureEvidence.SCHOOL_CONFIRMED_ROLL, day=started)
    closed = Closed(
        who=_who(child),
        outcome=ClosureOutcome.IN_EDUCATION,
        closed=started,
        school=LastSchool(school=school, entry_date=started),
        evidence=(shown,),
    )
    return Closure(heading=_heading(ours, theirs, case, at), records=(closed,))


def joint_log(
    child: Sought, case: str, steps: tuple[LogStep, ...], ours: Partner, theirs: Partner, at: datetime
) -> documents.Message:
    """Show a school or another council the enquiries that were made together."""
    seen, school = child.where.last_seen, child.where.last_school
    logged = Logged(who=_who(child), last_school=school, last_seen=seen, steps=steps)
    return JointLog(heading=_heading(ours, theirs, case, at), records=(logged,))


def concern(child: Sought, case: str, about: str, ours: Partner, team: str, at: datetime) -> documents.Message:
    """Tell our own social care that a child it knows was taken off a roll."""
    one = Referred(who=child.who, where=child.where, concern=about)
    heading = _heading(ours, ours, case, at, team)
    return Referral(heading=heading, route=Route.PROFESSIONAL, received=at.date(), records=(one,))


def plan_status(child: Sought, case: str, ours: Partner, team: str, at: datetime) -> documents.Message:
    """Tell our own special needs team that a child with a plan was taken off a roll."""
    status = EhcStatus(stage=EHCstage.PLAN, maintaining_la=ours.la or "")
    one = Filed(who=_who(child), ehc_status=status)
    return Casefile(heading=_heading(ours, ours, case, at, team), about=CaseMatter.EHC_STATUS, records=(one,))


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


def _heading(ours: Partner, theirs: Partner, case: str, at: datetime, team: str = "") -> Heading:
    return Heading(
        date_time=at.replace(tzinfo=None, microsecond=0),
        source=Sender(number=_number(ours), council_name=ours.name),
        dest=_reader(ours, theirs, team),
        case=case,
        return_route=ReturnRoute(officer_role=ROLE, phone_no=ours.contact.phone or ASK),
        power=POWER,
    )


def _reader(ours: Partner, theirs: Partner, team: str) -> Reader:
    """A team stands under its council's number, and who has no number under ours, by its id."""
    if theirs.team_of == ours.id:
        return Reader(number=_number(ours), team=theirs.id.removeprefix(f"{ours.id}-"))
    if theirs.laestab is not None and not theirs.laestab.authority:
        return Reader(number=theirs.laestab)
    return Reader(number=_number(theirs), team=team) if theirs.la else Reader(number=_number(ours), body=theirs.id)


def _number(council: Partner) -> LaEstab:
    return LaEstab(f"{council.la}LLLL")
