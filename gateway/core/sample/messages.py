"""Invents a message of every kind between councils, schools and teams: about invented children, the same for ever."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

from gateway.core.documents import Message
from gateway.core.documents.messages import about, casework, deleting, enclosing, handover, tracing
from gateway.core.documents.messages.parts import Heading, LastSchool, OpenIdentity, Phone, Reader, Reference
from gateway.core.documents.messages.words import Affected as How
from gateway.core.documents.messages.words import (
    Answer,
    CaseMatter,
    Cause,
    CheckQuestion,
    ClosureEvidence,
    ClosureOutcome,
    ForRole,
    NeededFor,
    Part,
    Profession,
    RefusalReason,
    Return,
    Right,
    Route,
    Side,
    Step,
    StepResult,
    TransferOutcome,
    Urgency,
    Wanted,
)
from gateway.core.facts import BreachNature, BreachRisk, RecallOutcome, RecallReason
from gateway.core.sample import notices, places
from gateway.core.sample.wishes import SampleFile
from gateway.core.terms import Digest, DisclosureId, Item, Kind, LaEstab, PurposeCode, digest

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_TEAM_OF: Mapping[Kind, str] = MappingProxyType({Kind.REFERRAL: "social-care", Kind.CASEFILE: "home-education"})


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the messages of one seed are made from."""

    top: Heading
    one: tracing.Missing
    ref: Reference
    purpose: PurposeCode
    rng: Random

    @property
    def today(self) -> date:
        return self.top.date_time.date()

    def ago(self, days: int) -> date:
        return self.today - timedelta(days)


def message(
    kind: Kind,
    seed: int,
    source: LaEstab,
    dest: LaEstab,
    at: datetime,
    sequence: int = 1,
    *,
    team: str = "",
    disclosure: DisclosureId | None = None,
    purpose: str = "P06",
) -> SampleFile:
    """A message of a ``kind`` about one child, or about the message of ``disclosure`` that went for ``purpose``.

    ``at`` is the time it says it was written; a zone is dropped. Within one council it goes to its ``team``.
    """
    return notices.sealed(invented(kind, seed, source, dest, at, sequence, team, disclosure, purpose))


def invented(
    kind: Kind,
    seed: int,
    source: LaEstab,
    dest: LaEstab,
    at: datetime,
    sequence: int = 1,
    team: str = "",
    disclosure: DisclosureId | None = None,
    purpose: str = "P06",
) -> Message:
    """The value of ``message``."""
    rng = Random(f"{kind}/{seed}")  # noqa: S311  (the same message for ever; nothing here is secret)
    one = notices.missing(seed, source, at.date(), rng)
    reader = Reader(number=dest, team=team or (_TEAM_OF.get(kind, "") if source.la == dest.la else ""))
    top = notices.heading(source, reader, at, sequence, rng, Urgency.SAME_DAY)
    ref = Reference(disclosure_id=disclosure or DisclosureId("d-" + "".join(rng.choices(_BASE32, k=26))))
    return _MADE[kind](_Scene(top, one, ref, PurposeCode(purpose), rng))


def _open(scene: _Scene, **more: Any) -> OpenIdentity:
    who = scene.one.who
    return OpenIdentity(**{field.name: getattr(who, field.name) for field in fields(who)}, **more)


def _notice(scene: _Scene) -> Message:
    return tracing.Notice(heading=scene.top, records=(scene.one,), cover=notices.cover(scene.rng))


def _enquiry(scene: _Scene) -> Message:
    sought = tracing.Sought(who=_open(scene, about=(Part.FORENAME,)), where=scene.one.where)
    to_school = not scene.top.dest.number.authority
    return tracing.Enquiry(
        heading=scene.top,
        reply_wanted=3,
        reason="A home visit found nobody.",
        needed_for=NeededFor.PUBLIC_TASK if to_school else None,
        cover=notices.cover(scene.rng),
        records=(sought,),
    )


def _reply(scene: _Scene) -> Message:
    """A reply of a grade that the seed chooses."""
    grade, one = scene.rng.randint(0, 4), scene.one
    spelt = f"{one.who.forename} {one.who.surname}"
    found = tracing.Found(
        number=1,
        who=_open(scene),
        searched=tracing.Searched(
            systems=("Admissions", "School rolls"), spellings=(spelt, spelt.upper()), day=scene.today
        )
        if grade == 0
        else None,
        known=True if grade > 0 else None,
        school=LastSchool(
            school=places.school(scene.top.source.number.la, 7, scene.rng).laestab, entry_date=scene.ago(3)
        )
        if grade > 1
        else None,
        phones=(Phone(phone_no=places.mobile(scene.rng)),) if grade > 2 else (),  # noqa: PLR2004
        involvement=tracing.Involvement(professions=(Profession.EARLY_HELP,)) if grade > 3 else None,  # noqa: PLR2004
    )
    return tracing.Reply(heading=scene.top, in_reply_to=scene.ref, grade=grade, records=(found,))


def _transfer(scene: _Scene) -> Message:
    moving = handover.Moving(who=scene.one.who, where=scene.one.where, case_opened=scene.ago(70))
    return handover.Transfer(
        heading=scene.top, takes_effect=scene.today, evidence="The new school confirmed the roll.", records=(moving,)
    )


def _transfer_answer(scene: _Scene) -> Message:
    answered = handover.Answered(
        number=1, who=scene.one.who, outcome=TransferOutcome.ACCEPTED, responsible_from=scene.today
    )
    return handover.TransferAnswer(heading=scene.top, in_reply_to=scene.ref, records=(answered,))


def _closure(scene: _Scene) -> Message:
    closed = handover.Closed(
        who=scene.one.who,
        outcome=ClosureOutcome.ENQUIRIES_EXHAUSTED,
        closed=scene.today,
        evidence=(handover.Evidence(shown=ClosureEvidence.RECORDS_SEARCHED, day=scene.ago(1)),),
    )
    return handover.Closure(heading=scene.top, records=(closed,))


def _joint_log(scene: _Scene) -> Message:
    steps = (
        handover.LogStep(by=Side.SCHOOL, what=Step.FIRST_DAY_CALL, day=scene.ago(4), result=StepResult.NO_ANSWER),
        handover.LogStep(by=Side.COUNCIL, what=Step.HOME_VISIT, day=scene.ago(2), result=StepResult.NO_TRACE),
    )
    logged = handover.Logged(
        who=scene.one.who, last_school=scene.one.where.last_school, last_seen=scene.one.where.last_seen, steps=steps
    )
    return handover.JointLog(heading=scene.top, records=(logged,))


def _request(scene: _Scene) -> Message:
    return handover.Request(
        heading=scene.top,
        wanted=Wanted.TRANSFER_FILE,
        due=scene.ago(-7),
        needed_for=None if scene.top.dest.number.authority else NeededFor.PUBLIC_TASK,
        records=(handover.Owed(who=scene.one.who, last_school=scene.one.where.last_school),),
    )


def _acknowledgement(scene: _Scene) -> Message:
    opened = about.Opened(message=scene.ref, opened_by="Duty officer", opened_at=scene.top.date_time)
    return about.Acknowledgement(heading=scene.top, purpose=scene.purpose, records=(opened,))


def _refusal(scene: _Scene) -> Message:
    refused = about.Refused(message=scene.ref, reason=RefusalReason.NOT_OUR_AREA)
    return about.RefusalMessage(heading=scene.top, purpose=scene.purpose, records=(refused,))


def _recall(scene: _Scene) -> Message:
    recalled = about.Recalled(message=scene.ref, reason=RecallReason.TOO_MUCH)
    return about.Recall(heading=scene.top, purpose=scene.purpose, due=scene.ago(-1), records=(recalled,))


def _recall_answer(scene: _Scene) -> Message:
    returned = about.Returned(message=scene.ref, outcome=RecallOutcome.DELETED, opened=False, day=scene.today)
    return about.RecallAnswer(heading=scene.top, purpose=scene.purpose, in_reply_to=scene.ref, records=(returned,))


def _breach(scene: _Scene) -> Message:
    return about.Breach(
        heading=scene.top,
        purpose=scene.purpose,
        aware=scene.top.date_time - timedelta(hours=scene.rng.randint(1, 70)),
        nature=BreachNature.WRONG_RECIPIENT,
        children=1,
        contained=True,
        risk=BreachRisk.UNLIKELY,
        records=(about.Lost(message=scene.ref, affected=How.DISCLOSED),),
    )


def _rights(scene: _Scene) -> Message:
    concerned = about.Concerned(
        message=scene.ref,
        number=1,
        items=(Item("LastAddress/PostCode"),),
        wrong_since=scene.ago(30),
        correction=places.postcode(scene.rng),
    )
    return about.Rights(heading=scene.top, purpose=scene.purpose, right=Right.RECTIFICATION, records=(concerned,))


def _referral(scene: _Scene) -> Message:
    who = OpenIdentity(forename=scene.one.who.forename, unknown=(Part.SURNAME, Part.UPN, Part.DOB))
    referred = casework.Referred(
        who=who,
        concern="At home on school days since the summer.",
        referrer=casework.Referrer(anonymous=True, role="neighbour"),
    )
    return casework.Referral(heading=scene.top, route=Route.PUBLIC, received=scene.today, records=(referred,))


def _check(scene: _Scene) -> Message:
    checked = casework.Checked(who=scene.one.who, address=scene.one.where.last_address)
    return casework.Check(
        heading=scene.top,
        question=CheckQuestion.COUNCIL_TAX_ADDRESS,
        options=(Answer.MATCH, Answer.NO_MATCH, Answer.NOT_HELD),
        due=scene.ago(-7),
        records=(checked,),
    )


def _check_answer(scene: _Scene) -> Message:
    answered = casework.Result(number=1, answer=Answer.MATCH)
    return casework.CheckAnswer(
        heading=scene.top,
        in_reply_to=scene.ref,
        question=CheckQuestion.COUNCIL_TAX_ADDRESS,
        records=(answered,),
    )


def _absence(scene: _Scene) -> Message:
    absent = casework.Absent(
        who=scene.one.who,
        address=scene.one.where.last_address,
        return_=Return.WITHOUT_LEAVE,
        first_day=scene.ago(14),
        last_day=scene.ago(1),
        school_days=10,
        cause=Cause.NOT_KNOWN,
    )
    return casework.Absence(heading=scene.top, records=(absent,))


def _casefile(scene: _Scene) -> Message:
    letter = casework.Letter(sha256=Digest(digest(str(scene.top.case).encode())), media_type="application/pdf", pages=2)
    filed = casework.Filed(
        who=scene.one.who,
        address=scene.one.where.last_address,
        home_education=casework.HomeEducation(notified=scene.ago(2), letter=letter),
    )
    return casework.Casefile(heading=scene.top, about=CaseMatter.HOME_EDUCATION, records=(filed,))


def _deletion(scene: _Scene) -> Message:
    where, left = scene.one.where, scene.today
    council = LaEstab(f"{scene.top.source.number.la}LLLL")
    following = places.school(council.la, 7, scene.rng)
    stays = (
        deleting.Stay(school=scene.top.source.number, leaving_date=left, removal_grounds="A"),
        deleting.Stay(school=following.laestab, school_name=following.name, entry_date=left + timedelta(days=1)),
    )
    deleted = deleting.Deleted(who=scene.one.who, address=where.last_address, contacts=where.contacts, schools=stays)
    return deleting.Deletion(heading=scene.top, records=(deleted,))


def _enclosure(scene: _Scene) -> Message:
    file = f"%PDF-1.4 invented, {scene.top.case}".encode()
    about = enclosing.About(who=scene.one.who, for_role=ForRole.SENCO, enclosed=enclosing.enclose("file.pdf", file))
    return enclosing.Enclosure(heading=scene.top, records=(about,))


_MADE: Mapping[Kind, Callable[[_Scene], Message]] = MappingProxyType(
    {
        Kind.NOTICE: _notice,
        Kind.ENQUIRY: _enquiry,
        Kind.REPLY: _reply,
        Kind.TRANSFER: _transfer,
        Kind.TRANSFER_ANSWER: _transfer_answer,
        Kind.CLOSURE: _closure,
        Kind.JOINT_LOG: _joint_log,
        Kind.REQUEST: _request,
        Kind.ACKNOWLEDGEMENT: _acknowledgement,
        Kind.REFUSAL: _refusal,
        Kind.RECALL: _recall,
        Kind.RECALL_ANSWER: _recall_answer,
        Kind.BREACH: _breach,
        Kind.RIGHTS: _rights,
        Kind.REFERRAL: _referral,
        Kind.CHECK: _check,
        Kind.CHECK_ANSWER: _check_answer,
        Kind.ABSENCE: _absence,
        Kind.CASEFILE: _casefile,
        Kind.DELETION: _deletion,
        Kind.ENCLOSURE: _enclosure,
    }
)
