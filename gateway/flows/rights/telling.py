"""Tell every past recipient of what is concerned, and keep account of what each answered (Article 19).

A notice goes the way of every message: decided, sealed and logged. Sending again sends nothing twice: the same words
of the same day are the same upload.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gateway.core import rights
from gateway.core.days import day_of
from gateway.core.documents import messages
from gateway.core.documents.messages.about import Concerned, Rights
from gateway.core.documents.messages.parts import Heading, Reader, Reference, ReturnRoute, Sender
from gateway.core.documents.messages.words import Right
from gateway.core.errors import Code, Fault, Refusal
from gateway.core.facts import (
    NoticeAnswer,
    RightsKind,
    RightsNoticeAnswered,
    RightsNoticeSent,
    RightsStep,
    TaskKind,
    What,
    join,
)
from gateway.core.partners import Directory, Partner
from gateway.core.recipients import NOTIFY, TRACE
from gateway.core.records import Person, Record, RightsNotice
from gateway.core.rights import due
from gateway.core.tasks import Task
from gateway.core.terms import (
    DisclosureId,
    LaEstab,
    Outcome,
    PartnerId,
    PurposeCode,
    RequestId,
    TaskId,
    UploadId,
)
from gateway.flows import discretion, enquiry, intake
from gateway.flows.intake import Upload
from gateway.flows.ports import Gateway
from gateway.flows.rights import disclosed, guarding, meaning, requests
from gateway.flows.rights.disclosed import Disclosed
from gateway.flows.rights.meaning import Told
from gateway.flows.rights.ports import Rights as Store
from gateway.flows.rights.requests import Case
from gateway.flows.situations import new_id

ROLE = "Information governance officer"
POWER = "UK GDPR Article 19"
ASK = "ask the council"
"""Where its record names no telephone number."""

GONE = "what was written down is not kept any more"
WRITTEN = re.compile(r"[0-9a-f]{32}")
"""A reason that somebody wrote is named by what it rests under; all others are codes."""

MOST_MEANT = 20
"""Messages that one notice may mean (``schemas/notice``)."""

_TOLD_AS: Mapping[RightsKind, Right] = {
    **{RightsKind(one.value): one for one in Right},
    RightsKind.NHS_OPT_OUT: Right.NHS_NUMBER_REMOVAL,
}


@dataclass(frozen=True, slots=True)
class Meant:
    """One recipient, and what it was told before: what one notice is about.

    Who was told by word is told so again: no gateway knows what a notice would be about. So is who was told an address
    of which no program knows how what is right is written there.
    """

    reader: PartnerId
    purpose: PurposeCode
    by_word: bool
    told: tuple[Told, ...]


def concerned(gateway: Gateway, store: Store, case: Case) -> tuple[Meant, ...]:
    """Every past recipient of the fact since it was wrong, by whatever name it went; of all where none is named.

    What came by a partner's notice is not told back to that partner.
    """
    since, places = case.asked.wrong_since, meaning.places(gateway, store, case)
    told_us = _told_us(gateway, case)
    directory = gateway.store.register().directory
    found: dict[tuple[PartnerId, PurposeCode, bool], list[Told]] = {}
    for one in disclosed.about(gateway, store, case.request.handles, case.request.home):
        ours = told_us in {one.reader, one.recipient} or one.reader == case.request.home
        if ours or (since is not None and day_of(one.at) < since):
            continue
        purpose = _purpose(gateway, one, directory.get(one.reader))
        meant = places(one)
        by_word = one.state is None or any(each.right is None for each in meant)
        found.setdefault((one.reader, purpose, by_word), []).extend(meant)
    return tuple(Meant(*whom, tuple(told)) for whom, told in sorted(found.items()) if told)


def send(gateway: Gateway, store: Store, person: Person, request: RequestId, at: datetime) -> Sequence[RightsNotice]:
    """Tell each of them, once. Raises Refusal with RIGHTS_STEP before it is granted.

    And with FLAGGED while a stop flag stands on the child and two people have not let it go: where a child is may be
    in the correction.
    """
    case = requests.found(gateway, store, person, request)
    granted = next((one for one in case.steps if one.step is RightsStep.GRANTED), None)
    if granted is None or case.request.kind not in rights.NOTICED:
        raise Refusal(Code.RIGHTS_STEP)
    stops = any(flag.stop for flag in guarding.flags_on(gateway, store, case.request))
    if stops and not guarding.released(gateway, store, case.request, case.steps):
        raise Refusal(Code.FLAGGED)
    done = {one.about for one in store.rights_notices(request)}
    number = 0
    for meant in concerned(gateway, store, case):
        for some in _some(meant.told):
            number += 1
            if not {one.disclosed.disclosure for one in some} <= done:
                _sent(gateway, case, person, replace(meant, told=some), number, granted.at, at)
    return store.rights_notices(request)


@dataclass(frozen=True, slots=True)
class Row:
    """One past recipient as a list shows it: of a child with a stop flag it is "your council".

    ``why`` is what it said beside its answer: a code, or the sentence that somebody here wrote down.
    """

    about: DisclosureId
    reader: str
    outcome: Outcome
    at: datetime
    answer: NoticeAnswer | None
    why: str


def rows(gateway: Gateway, store: Store, case: Case) -> Sequence[Row]:
    """Who was told, and what each answered; whoever asks may be told of it (Article 19)."""
    stops = any(flag.stop for flag in guarding.flags_on(gateway, store, case.request))
    masked = stops and not guarding.released(gateway, store, case.request, case.steps)
    found = []
    for one in store.rights_notices(case.request.id):
        reader = discretion.YOUR_COUNCIL if masked else enquiry.name_of(gateway, one.reader)
        why = "" if masked else _why(gateway, one.reason)
        found.append(Row(one.about, reader, one.outcome, one.at, one.answer, why))
    return found


def _why(gateway: Gateway, reason: str) -> str:
    """What was written down rests closed until its retention ends, and is then gone."""
    if not WRITTEN.fullmatch(reason):
        return reason
    try:
        return gateway.vault.open_kept(gateway.store.kept(reason)).decode()
    except Fault:
        return GONE


def answered_by_hand(
    gateway: Gateway,
    store: Store,
    person: Person,
    request: RequestId,
    about: DisclosureId,
    answer: NoticeAnswer,
    reason: str,
    at: datetime,
) -> None:
    """What a recipient said by phone or letter, or why it is impossible to tell it. Raises Refusal."""
    case = requests.found(gateway, store, person, request)
    if len(reason.strip()) < requests.SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)
    notice = next((one for one in store.rights_notices(request) if one.about == about), None)
    if notice is None:
        raise Refusal(Code.NOT_FOUND)
    if notice.answer is not None:
        raise Refusal(Code.SETTLED)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    kept = gateway.vault.keep(reason.encode())
    why = join(gateway.draw, What.TEXT, reason, kept.id)
    fact = RightsNoticeAnswered(at, case.request.home, request, notice.about, answer, who.commitment, why.commitment)
    gateway.store.record(Record((fact,), (who, why), (kept,), rights_notices=(answered(notice, answer, at, kept.id),)))


def answered(notice: RightsNotice, answer: NoticeAnswer, at: datetime, reason: str) -> RightsNotice:
    """The notice with its answer."""
    return RightsNotice(
        notice.request,
        notice.about,
        notice.notice,
        notice.reader,
        notice.purpose,
        notice.outcome,
        notice.at,
        answer,
        at,
        reason,
    )


def chase(gateway: Gateway, store: Store, at: datetime) -> Sequence[Task]:
    """A task for each notice that nobody answered in time, and at once for one that may not go: they are told by word.

    Once each.
    """
    made = []
    for notice in store.unanswered_notices():
        request = store.rights_request(notice.request)
        until = gateway.rulebook.clocks.due(due.CHASED, notice.at)
        wanted = at >= until or notice.outcome is Outcome.REFUSE
        if request is not None and wanted and not gateway.store.tasks_about(notice.notice):
            owner = next(iter(gateway.owners.get(request.home, ())), None)
            task = TaskId(new_id("t", gateway.draw))
            made.append(Task(task, request.home, TaskKind.RIGHTS_CHASE, notice.notice, at, until, owner))
            gateway.store.record(Record((), tasks=(made[-1],)))
    return made


# -- one message ------------------------------------------------------------------------------------------------------


def _sent(
    gateway: Gateway, case: Case, person: Person, meant: Meant, number: int, granted: datetime, at: datetime
) -> None:
    nowhere = {"outcome": Outcome.REFUSE, "disclosure": new_id("d", gateway.draw)}
    decided = (None if meant.by_word else _decided(gateway, case, person, meant, number, granted, at)) or [nowhere]
    outcome, notice = Outcome(decided[0]["outcome"]), DisclosureId(decided[0]["disclosure"])
    about = dict.fromkeys(one.disclosed.disclosure for one in meant.told)
    rows = tuple(RightsNotice(case.request.id, one, notice, meant.reader, meant.purpose, outcome, at) for one in about)
    facts = tuple(RightsNoticeSent(at, case.request.home, row.request, row.about, notice, outcome) for row in rows)
    gateway.store.record(Record(facts, rights_notices=rows))


def _decided(
    gateway: Gateway, case: Case, person: Person, meant: Meant, number: int, granted: datetime, at: datetime
) -> Any:
    made = _message(gateway.store.register().directory, case, meant, number, granted)
    name, content = str(messages.file_name(made)), messages.write(made)
    upload = Upload(UploadId(new_id("u", gateway.draw)), at, case.request.home, name, content, by=person.id)
    return json.loads(intake.accept(gateway, upload).answer).get("decisions")


def _message(directory: Directory, case: Case, meant: Meant, number: int, granted: datetime) -> Rights:
    ours, theirs = directory.get(case.request.home), directory.get(meant.reader)
    heading = Heading(
        date_time=granted.replace(tzinfo=None, microsecond=0),
        source=Sender(number=_number(ours), council_name=ours.name),
        dest=_reader(theirs, ours),
        case=str(case.request.id),
        return_route=ReturnRoute(officer_role=ROLE, phone_no=ours.contact.phone or ASK),
        power=POWER,
        sequence=number,
    )
    right = _TOLD_AS[case.request.kind]
    records = tuple(_concerned(case, one, right, granted) for one in meant.told)
    return Rights(heading=heading, purpose=meant.purpose, right=right, records=records)


def _concerned(case: Case, one: Told, right: Right, granted: datetime) -> Concerned:
    meant = Reference(disclosure_id=one.disclosed.disclosure)
    corrects = right is Right.RECTIFICATION
    return Concerned(
        message=meant,
        number=one.disclosed.number,
        items=(one.item,) if one.item else (),
        wrong_since=case.asked.wrong_since if corrects else None,
        correction=(one.right or "") if corrects else "",
        was=one.was if corrects else "",
        entry=one.entry if corrects else None,
        addendum=case.asked.text if right is Right.ADDENDUM else "",
        restricted_from=granted.date() if right is Right.RESTRICTION else None,
    )


def _purpose(gateway: Gateway, one: Disclosed, reader: Partner) -> PurposeCode:
    """That of the message itself (``core/law/duties``); where it is none any more, the one such bodies write under."""
    if one.purpose in gateway.rulebook.purposes:
        return one.purpose
    return TRACE if reader.kind.school else NOTIFY


def _told_us(gateway: Gateway, case: Case) -> PartnerId | None:
    if case.request.notice is None:
        return None
    standing = gateway.store.parcel(case.request.notice)
    return standing.parcel.discloser if standing else None


def _some(told: tuple[Told, ...]) -> Iterable[tuple[Told, ...]]:
    for start in range(0, len(told), MOST_MEANT):
        yield told[start : start + MOST_MEANT]


def _number(partner: Partner) -> LaEstab:
    """An organisation's own number; a council's is its area's."""
    return partner.laestab or LaEstab(f"{partner.la}LLLL")


def _reader(partner: Partner, ours: Partner) -> Reader:
    """How a header names it: by its number, a team of ours by its word, a body without a number by its id."""
    if partner.laestab is not None or partner.la is not None:
        return Reader(number=_number(partner))
    if partner.team_of == ours.id:
        return Reader(number=_number(ours), team=partner.id.removeprefix(f"{ours.id}-"))
    return Reader(number=_number(ours), body=partner.id)


__all__ = ["Meant", "answered", "answered_by_hand", "chase", "concerned", "send"]
