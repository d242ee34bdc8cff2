"""A correction is chased through two councils to three past recipients: acknowledged, refused, impossible."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from gateway.core import documents, sample
from gateway.core.agreements import Agreement, Party, Signatory
from gateway.core.documents.messages.about import Concerned, Rights
from gateway.core.documents.messages.parts import Reference
from gateway.core.documents.messages.words import RefusalReason, Right
from gateway.core.errors import Code, Fault, Refusal
from gateway.core.facts import Asker, Excuse, NoticeAnswer, RightsKind, RightsStep, Role, TaskKind
from gateway.core.records import Person, Record
from gateway.core.sample import SampleFile
from gateway.core.terms import (
    DisclosureId,
    Flag,
    Item,
    Kind,
    LaEstab,
    Outcome,
    ParcelId,
    PartnerId,
    PersonId,
    PurposeCode,
    RequestId,
)
from gateway.flows import casework, children, dispatch, holds, situations
from gateway.flows import telling as by_word
from gateway.flows.rights import arriving, disclosed, granting, ours, requests, settling, telling
from gateway.flows.rights.requests import Asked
from gateway.flows.situations import Extra
from tests.flows.test_cases import leaver, only
from tests.flows.test_transfer_refused import by_phone
from tests.flows.watch import FIRST, OFFICER, SECOND, flag, hand_in, lines, read, values
from tests.simulator import ACADEMY, KENT, MEDWAY, NOON, TIDEWAY, Side, World, agreement, leavers, rulebook

GOVERNANCE = Person(PersonId("g.lowe"), Role.GOVERNANCE, KENT)
THEIRS = Person(PersonId("m.ash"), Role.OFFICER, MEDWAY)
THEIR_GOVERNANCE = Person(PersonId("m.dale"), Role.GOVERNANCE, MEDWAY)
WRONG = Item("LastAddress/PostCode")
RIGHT = "ZZ99 3CC"
WHY = "The birth certificate and a letter of the council show it."
P08 = PurposeCode("P08")
POSTCODE = "ZF12 7TJ"


def party(home: PartnerId, school: PartnerId) -> Agreement:
    """A council and a school find out together where children are."""
    purpose = rulebook().purposes[P08]
    power = next(one for one in purpose.powers if not one.duty)
    signed = tuple(Signatory(Party(one), "director", date(2026, 9, 1)) for one in (home, school))
    return agreement(
        name=f"trace-{school}",
        purposes=((P08, purpose.usual(power)),),
        items=purpose.items,
        senders=(Party(home),),
        recipients=(Party(school),),
        signatories=signed,
    )


def sent(side: Side, made: SampleFile, person: Person, at: datetime, **extra: Any) -> DisclosureId:
    """An officer sends it; whatever holds it is released."""
    plan = casework.send(side.gateway, side.home, made.name, made.content, at, extra=Extra(person, **extra))
    (one,) = json.loads(plan.answer)["decisions"]
    assert one["outcome"] == "release", plan.answer
    return DisclosureId(one["disclosure"])


def carry(world: World) -> None:
    """Everything that is due goes, both ways."""
    for side in (world.kent, world.medway, world.kent):
        while dispatch.send_due(side.gateway):
            pass


def shelved(side: Side, kind: Kind, reader: PartnerId | None = None) -> list[ParcelId]:
    """What lies there of this kind, the newest first."""
    found = []
    for one in side.store.shelved_for([reader or side.home]):
        name, content = situations.parse_named(side.vault.open_kept(side.store.kept(one.parcel.sealed)))
        document = documents.read(name, content, rulebook().schemas).document
        if document is not None and document.kind is kind:
            found.append(one.parcel.id)
    return found


def asked(side: Side, made: SampleFile, kind: RightsKind, **more: Any) -> Asked:
    known = children.handles(read(made), side.vault.blind)[1]
    return Asked(side.home, kind, Asker.PARENT, known, who="Haddadin Shirin", label="D.H.", **more)


def granted(world: World, request: RequestId) -> None:
    """Identity and responsibility are shown, and the governance officer decides."""
    gateway, store, at = world.kent.gateway, world.kent.store, world.clock()
    for step in (RightsStep.IDENTITY_SHOWN, RightsStep.RESPONSIBILITY_SHOWN):
        requests.step(gateway, store, OFFICER, request, step, "Passport and birth certificate seen.", at)
    granting.grant(gateway, store, GOVERNANCE, request, WHY, at)


@pytest.fixture
def noticed(world: World) -> tuple[World, SampleFile]:
    """Kent told Medway and the academy about a child; Medway passed it on to Tideway."""
    for one in (party(KENT, ACADEMY), party(MEDWAY, TIDEWAY)):
        world.adopt(one)
    made = sample.notice(7, LaEstab("886LLLL"), LaEstab("887LLLL"), NOON.replace(tzinfo=None), 7)
    sent(world.kent, made, OFFICER, world.clock())
    sent(world.kent, made, OFFICER, world.clock(), to=ACADEMY, purpose=P08)
    carry(world)
    (parcel,) = shelved(world.medway, Kind.NOTICE)
    plan = casework.forward(world.medway.gateway, MEDWAY, parcel, world.clock(), Extra(THEIRS, to=TIDEWAY, purpose=P08))
    (one,) = json.loads(plan.answer)["decisions"]
    assert (one["outcome"], [each["code"] for each in one["reasons"]]) == ("hold", ["onward"])
    holds.release(
        world.medway.gateway,
        world.medway.store,
        THEIR_GOVERNANCE,
        DisclosureId(one["disclosure"]),
        WHY,
        world.clock(),
        [Excuse.COMPLETE_SERVICE],
    )
    return world, made


def test_a_correction_reaches_three_past_recipients_through_two_councils(noticed: tuple[World, SampleFile]) -> None:
    world, made = noticed
    kent, medway = world.kent, world.medway
    # a parent shows that the postcode is wrong, and has been since September
    wish = asked(kent, made, RightsKind.RECTIFICATION, item=WRONG, wrong_since=date(2026, 9, 1), correction=RIGHT)
    request = requests.open_request(kent.gateway, OFFICER, wish, world.clock())
    assert refusal_of(lambda: telling.send(kent.gateway, kent.store, GOVERNANCE, request, world.clock())) is (
        Code.RIGHTS_STEP
    ), "nobody decided it yet"
    granted(world, request)
    told = telling.send(kent.gateway, kent.store, GOVERNANCE, request, world.clock())
    assert {(one.reader, one.outcome, one.answer) for one in told} == {
        (MEDWAY, Outcome.RELEASE, None),
        (ACADEMY, Outcome.RELEASE, None),
    }
    assert telling.send(kent.gateway, kent.store, GOVERNANCE, request, world.clock()) == told, "nobody is told twice"
    carry(world)
    # at Medway a person has two working days
    (task,) = [one for one in medway.store.tasks([MEDWAY]) if one.kind is TaskKind.RIGHTS_NOTICE]
    assert task.due.date() == date(2026, 11, 5)
    ((_, right, sender),) = settling.waiting(medway.gateway, THEIRS, [task])
    assert (right, sender) == (RightsKind.RECTIFICATION, "Kent")
    notice = ParcelId(task.subject)
    world.clock.on(hours=3)
    settled = settling.apply(medway.gateway, medway.store, THEIRS, notice, world.clock())
    assert (settled.copies, settled.told) == (1, 1)
    assert medway.store.tasks_about(notice) == []
    # our copy is right, the original rests beside it, and the officer collects the right one
    (copy,) = shelved(medway, Kind.NOTICE)
    _, collected = casework.collect(medway.gateway, THEIRS, copy, world.clock())
    standing = medway.store.parcel(copy)
    assert standing is not None
    original = medway.vault.open_kept(medway.store.kept(standing.parcel.document))
    assert values(collected, "PostCode")[0].decode() == RIGHT
    assert POSTCODE.encode() in original and values(original, "PostCode")[0].decode() == POSTCODE
    # Tideway has the notice on its shelf, and says by phone that it will not
    (passed_on,) = medway.store.rights_notices(settled.passed_on[0])
    assert (passed_on.reader, passed_on.outcome) == (TIDEWAY, Outcome.RELEASE)
    assert len(shelved(medway, Kind.RIGHTS, TIDEWAY)) == 1
    telling.answered_by_hand(
        medway.gateway, medway.store, THEIRS, settled.passed_on[0], passed_on.about, NoticeAnswer.REFUSED, WHY,
        world.clock(),
    )  # fmt: skip
    # the academy has closed; Medway's acknowledgement comes by itself
    carry(world)
    theirs = next(one for one in kent.store.rights_notices(request) if one.reader == ACADEMY)
    telling.answered_by_hand(
        kent.gateway, kent.store, OFFICER, request, theirs.about, NoticeAnswer.IMPOSSIBLE, WHY, world.clock()
    )
    answers = {one.reader: one.answer for one in kent.store.rights_notices(request)}
    answers |= {one.reader: one.answer for one in medway.store.rights_notices(settled.passed_on[0])}
    assert answers == {
        MEDWAY: NoticeAnswer.ACKNOWLEDGED,
        ACADEMY: NoticeAnswer.IMPOSSIBLE,
        TIDEWAY: NoticeAnswer.REFUSED,
    }
    assert telling.chase(kent.gateway, kent.store, world.clock.on(days=30)) == []
    said = b"\n".join([*kent.store.lines(), *medway.store.lines()])
    assert not [one for one in (RIGHT, POSTCODE, WHY, "Haddadin", OFFICER.id) if one.encode() in said]


def test_a_fact_is_put_right_by_every_name_under_which_it_went(noticed: tuple[World, SampleFile]) -> None:
    """A school's file has an address, the council's notice a last address: one postcode, and three recipients."""
    world, made = noticed
    kent = world.kent
    file = leavers(pupils=1, seed=5)
    content = file.content.replace(values(file.content, "UPN")[0], values(made.content, "UPN")[0])
    content = content.replace(values(file.content, "PostCode")[0], POSTCODE.replace(" ", "").encode(), 1)
    world.upload(content, file.name)
    wish = asked(kent, made, RightsKind.RECTIFICATION, item=Item("Address/PostCode"), correction=RIGHT)
    request = requests.open_request(kent.gateway, OFFICER, wish, world.clock())
    for step in (RightsStep.IDENTITY_SHOWN, RightsStep.RESPONSIBILITY_SHOWN):
        requests.step(kent.gateway, kent.store, OFFICER, request, step, WHY, world.clock())
    _, changed = ours.grant(kent.gateway, kent.store, GOVERNANCE, request, WHY, world.clock(), without_child=True)
    assert changed == 3, "the school's file and both copies of the notice"
    case = requests.found(kent.gateway, kent.store, OFFICER, request)
    meant = telling.concerned(kent.gateway, kent.store, case)
    assert {(one.reader, told.item) for one in meant for told in one.told} == {
        (TIDEWAY, "Address/PostCode"),
        (MEDWAY, WRONG),
        (ACADEMY, WRONG),
    }
    told = telling.send(kent.gateway, kent.store, GOVERNANCE, request, world.clock())
    assert {one.outcome for one in told} == {Outcome.RELEASE}
    carry(world)
    tasks = [one for one in world.medway.store.tasks([MEDWAY]) if one.kind is TaskKind.RIGHTS_NOTICE]
    for task in tasks:
        settling.apply(world.medway.gateway, world.medway.store, THEIRS, ParcelId(task.subject), world.clock())
    (copy,) = shelved(world.medway, Kind.NOTICE)
    _, collected = casework.collect(world.medway.gateway, THEIRS, copy, world.clock())
    assert values(collected, "PostCode")[0].decode() == RIGHT


def test_a_notice_is_settled_once_and_only_by_its_own_home(noticed: tuple[World, SampleFile]) -> None:
    world, made = noticed
    notice = told_medway(world, made)
    medway = world.medway
    assert refusal_of(lambda: settling.apply(medway.gateway, medway.store, OFFICER, notice, world.clock())) is (
        Code.NOT_FOUND
    )
    settling.apply(medway.gateway, medway.store, THEIRS, notice, world.clock())
    assert refusal_of(lambda: settling.apply(medway.gateway, medway.store, THEIRS, notice, world.clock())) is (
        Code.SETTLED
    )
    assert len(lines(medway, "RightsNoticeSettled")) == 1


@pytest.mark.parametrize(
    ("reason", "answer"),
    [
        (RefusalReason.NO_POWER, NoticeAnswer.REFUSED),
        (RefusalReason.UNKNOWN_CHILD, NoticeAnswer.IMPOSSIBLE),
    ],
)
def test_a_refusal_comes_back_with_its_reason(
    noticed: tuple[World, SampleFile], reason: RefusalReason, answer: NoticeAnswer
) -> None:
    world, made = noticed
    notice = told_medway(world, made)
    assert settling.decline(world.medway.gateway, world.medway.store, THEIRS, notice, reason, world.clock()) is (
        Outcome.RELEASE
    )
    carry(world)
    (request,) = world.kent.store.rights_requests([KENT])
    known = {one.reader: (one.answer, one.reason) for one in world.kent.store.rights_notices(request.id)}
    assert known == {MEDWAY: (answer, reason), ACADEMY: (None, "")}
    assert shelved(world.medway, Kind.RIGHTS, TIDEWAY) == [], "what is not applied is not passed on"


def test_who_does_not_answer_is_chased_once_after_five_working_days(noticed: tuple[World, SampleFile]) -> None:
    world, made = noticed
    told_medway(world, made)
    kent = world.kent
    assert telling.chase(kent.gateway, kent.store, world.clock.on(days=6)) == []
    late = telling.chase(kent.gateway, kent.store, world.clock.on(days=2))
    assert [one.kind for one in late] == [TaskKind.RIGHTS_CHASE] * 2
    assert telling.chase(kent.gateway, kent.store, world.clock.on(days=1)) == []


def test_a_correction_is_told_and_answered_though_no_agreement_is_in_force_any_more(
    noticed: tuple[World, SampleFile],
) -> None:
    """Article 19 is a duty: it goes on a power of its own, and so does the answer."""
    world, made = noticed
    world.clock.on(days=400)
    notice = told_medway(world, made)
    (request,) = world.kent.store.rights_requests([KENT])
    assert {(one.reader, one.outcome) for one in world.kent.store.rights_notices(request.id)} == {
        (MEDWAY, Outcome.RELEASE),
        (ACADEMY, Outcome.RELEASE),
    }
    released = [one for one in lines(world.kent, "DisclosureReleased") if one["power"].startswith("UK GDPR Art 19")]
    assert [(one["duty"], "agreement" in one) for one in released] == [(True, False)] * 2
    assert [one.kind for one in world.medway.store.tasks([MEDWAY])] == [TaskKind.RIGHTS_NOTICE], "nobody asks for ours"
    assert settling.apply(world.medway.gateway, world.medway.store, THEIRS, notice, world.clock()).told == 1
    carry(world)
    answers = {one.reader: one.answer for one in world.kent.store.rights_notices(request.id)}
    assert answers == {MEDWAY: NoticeAnswer.ACKNOWLEDGED, ACADEMY: None}


def test_who_may_not_be_told_by_message_is_told_by_a_person_who_has_a_task_at_once(
    noticed: tuple[World, SampleFile],
) -> None:
    """Here because nothing can be sealed for them."""
    world, made = noticed
    kent = world.kent
    known = kent.store.register().directory.get(MEDWAY)
    kent.store.enlist([replace(known, onboarding=True)], Record(()))
    given = asked(kent, made, RightsKind.RECTIFICATION, item=WRONG, correction=RIGHT)
    request = requests.open_request(kent.gateway, OFFICER, given, world.clock())
    granted(world, request)
    refused = {one.notice for one in telling.send(kent.gateway, kent.store, GOVERNANCE, request, world.clock())
               if one.outcome is Outcome.REFUSE}  # fmt: skip
    assert refused == {one.subject for one in telling.chase(kent.gateway, kent.store, world.clock())} != set()
    assert telling.chase(kent.gateway, kent.store, world.clock()) == []


def test_who_was_told_by_phone_is_a_recipient_and_is_told_by_word_what_is_right(world: World) -> None:
    kent, made = world.kent, leaver()
    hand_in(world, made)
    spoken = by_word.tell(kent.gateway, kent.store, OFFICER, only(world), MEDWAY, PurposeCode("P06"), by_phone(), NOON)
    (meant,) = lines(kent, "DisclosureReleased")[-1:]
    assert (spoken.decision.outcome, meant["carrier"]) == (Outcome.RELEASE, "phone")
    given = asked(kent, made, RightsKind.RECTIFICATION, item=Item("Surname"), correction="Quill")
    told = [one for one in disclosed.about(kent.gateway, kent.store, given.handles, KENT) if one.state is None]
    assert [(one.reader, one.disclosure, one.purpose) for one in told] == [(MEDWAY, meant["disclosure"], "P06")]
    assert disclosed.about(kent.gateway, kent.store, given.handles, MEDWAY) == (), "another home's is the other's"
    request = requests.open_request(kent.gateway, OFFICER, given, world.clock())
    requests.step(kent.gateway, kent.store, OFFICER, request, RightsStep.CHILD_AGREED, WHY, world.clock())
    granted(world, request)
    sent_to = telling.send(kent.gateway, kent.store, GOVERNANCE, request, world.clock())
    (notice,) = [one for one in sent_to if one.about == meant["disclosure"]]
    assert (notice.reader, notice.outcome) == (MEDWAY, Outcome.REFUSE), "no gateway knows that disclosure"
    assert notice.notice in {one.subject for one in telling.chase(kent.gateway, kent.store, world.clock())}


def test_erasure_destroys_the_key_and_a_restriction_freezes_what_goes_out(noticed: tuple[World, SampleFile]) -> None:
    world, made = noticed
    medway = world.medway
    notice = told_medway(world, made, RightsKind.RESTRICTION)
    settling.apply(medway.gateway, medway.store, THEIRS, notice, world.clock())
    handles = children.handles(read(made), medway.vault.blind)[1]
    assert set().union(*medway.store.flags_on(handles).values()) == {Flag.RESTRICTION}
    (copy,) = shelved(medway, Kind.NOTICE)
    plan = casework.forward(
        medway.gateway, MEDWAY, copy, world.clock.on(minutes=1), Extra(THEIRS, to=ACADEMY, purpose=P08)
    )
    (one,) = json.loads(plan.answer)["decisions"]
    assert "restricted" in [each["code"] for each in one["reasons"]] or one["outcome"] == "refuse"


def test_an_erased_copy_is_gone_for_everybody(noticed: tuple[World, SampleFile]) -> None:
    world, made = noticed
    medway = world.medway
    (copy,) = shelved(medway, Kind.NOTICE)
    standing = medway.store.parcel(copy)
    assert standing is not None
    notice = told_medway(world, made, RightsKind.ERASURE, by_hand=True)
    settling.apply(medway.gateway, medway.store, THEIRS, notice, world.clock())
    assert refusal_of(lambda: casework.collect(medway.gateway, THEIRS, copy, world.clock())) is Code.NOT_FOUND
    with pytest.raises(Fault):
        medway.store.kept(standing.parcel.document)
    known = children.handles(read(made), medway.vault.blind)[1]
    assert [one.parcel for one in disclosed.papers(medway.gateway, medway.store, known[:1], MEDWAY) if one.parcel] == []


def test_a_statement_stands_beside_the_original(noticed: tuple[World, SampleFile]) -> None:
    world, made = noticed
    medway = world.medway
    notice = told_medway(world, made, RightsKind.ADDENDUM, text="The family does not agree with the neighbour.")
    settling.apply(medway.gateway, medway.store, THEIRS, notice, world.clock())
    known = children.handles(read(made), medway.vault.blind)[1]
    papers = [one for one in disclosed.papers(medway.gateway, medway.store, known[:1], MEDWAY) if one.parcel]
    assert [one.beside for one in papers] == [("The family does not agree with the neighbour.",)]
    assert not papers[0].corrected


def test_nothing_is_told_on_about_a_flagged_child_until_two_people_let_it_go(
    noticed: tuple[World, SampleFile],
) -> None:
    world, made = noticed
    kent = world.kent
    wish = asked(kent, made, RightsKind.RECTIFICATION, item=WRONG, correction=RIGHT)
    request = requests.open_request(kent.gateway, OFFICER, wish, world.clock())
    granted(world, request)
    flag(world, made)

    def send() -> object:
        return telling.send(kent.gateway, kent.store, GOVERNANCE, request, world.clock())

    def sign(person: Person) -> object:
        return requests.step(kent.gateway, kent.store, person, request, RightsStep.RELEASE_SIGNED, WHY, world.clock())

    assert refusal_of(send) is Code.FLAGGED
    sign(FIRST)
    assert refusal_of(send) is Code.FLAGGED, "one of two is nobody"
    assert refusal_of(lambda: sign(FIRST)) is Code.SAME_PERSON
    assert refusal_of(lambda: sign(OFFICER)) is Code.SAFEGUARDING_ONLY
    sign(SECOND)
    flag(world, made, what=Flag.S47_LIVE)
    assert refusal_of(send) is Code.FLAGGED, "nobody signed knowing of the new flag"


def test_who_was_told_is_your_council_while_a_stop_flag_stands(noticed: tuple[World, SampleFile]) -> None:
    world, made = noticed
    told_medway(world, made)
    kent = world.kent
    (request,) = kent.store.rights_requests([KENT])

    def readers() -> set[str]:
        case = requests.found(kent.gateway, kent.store, OFFICER, request.id)
        return {one.reader for one in telling.rows(kent.gateway, kent.store, case)}

    assert readers() == {"Medway", "School school-8864999"}
    flag(world, made)
    assert readers() == {"your council"}


def test_an_opt_out_that_a_partner_tells_of_suppresses_the_number_here(noticed: tuple[World, SampleFile]) -> None:
    world, made = noticed
    medway = world.medway
    kind = RightsKind.NHS_NUMBER_REMOVAL
    request = requests.open_request(world.kent.gateway, OFFICER, asked(world.kent, made, kind), world.clock())
    granted(world, request)
    kent = world.kent
    assert telling.send(kent.gateway, kent.store, GOVERNANCE, request, world.clock()) == [], "nobody got the number"
    meant = [
        one
        for one in disclosed.about(kent.gateway, kent.store, asked(kent, made, kind).handles[:1], KENT)
        if one.reader == MEDWAY
    ]
    heading = sample.message(
        Kind.RIGHTS, 1, LaEstab("886LLLL"), LaEstab("887LLLL"), NOON, disclosure=meant[0].disclosure
    )
    document = documents.read(heading.name, heading.content, rulebook().schemas).document
    assert document is not None
    said = documents.value(document)
    assert isinstance(said, Rights)
    only = Concerned(message=Reference(disclosure_id=meant[0].disclosure), number=1)
    notice = sample_file(replace(said, right=Right.NHS_NUMBER_REMOVAL, records=(only,)))
    sent(kent, notice, OFFICER, world.clock())
    carry(world)
    settling.apply(medway.gateway, medway.store, THEIRS, shelved(medway, Kind.RIGHTS)[0], world.clock())
    handles = children.handles(read(made), medway.vault.blind)[1]
    assert set().union(*medway.store.flags_on(handles).values()) == {Flag.NHS_OPT_OUT}


def test_who_answers_for_somebody_else_answers_nothing(noticed: tuple[World, SampleFile]) -> None:
    world, made = noticed
    told_medway(world, made)
    kent = world.kent
    (request,) = kent.store.rights_requests([KENT])
    notice = next(one for one in kent.store.rights_notices(request.id) if one.reader == MEDWAY)
    file = sample.message(
        Kind.ACKNOWLEDGEMENT, 1, LaEstab("887LLLL"), LaEstab("886LLLL"), NOON, disclosure=notice.notice
    )
    document = documents.read(file.name, file.content, rulebook().schemas).document
    standing = kent.store.parcel(kent.store.parcels_under(notice.notice)[0].parcel.id)
    assert document is not None and standing is not None
    here = situations.of(kent.gateway, KENT, world.clock())
    partners = here.register.directory
    known = [
        len(arriving.record(kent.store, document, standing.parcel, partners.get(one), here).facts)
        for one in (MEDWAY, ACADEMY)
    ]
    assert known == [1, 0]


def sample_file(said: Rights) -> SampleFile:
    return SampleFile(str(documents.file_name(said)), documents.write(said))


def told_medway(
    world: World, made: SampleFile, kind: RightsKind = RightsKind.RECTIFICATION, *, by_hand: bool = False, **more: Any
) -> ParcelId:
    """Kent tells of a right, and Medway has the notice."""
    kent = world.kent
    if kind is RightsKind.RECTIFICATION:
        more = {"item": WRONG, "correction": RIGHT, **more}
    request = requests.open_request(kent.gateway, OFFICER, asked(kent, made, kind, **more), world.clock())
    if by_hand:  # no law asks it of a council, which may do it all the same
        for step in (RightsStep.IDENTITY_SHOWN, RightsStep.RESPONSIBILITY_SHOWN, RightsStep.GRANTED):
            requests.step(kent.gateway, kent.store, GOVERNANCE, request, step, WHY, world.clock())
    else:
        granted(world, request)
    telling.send(kent.gateway, kent.store, GOVERNANCE, request, world.clock())
    carry(world)
    return shelved(world.medway, Kind.RIGHTS)[0]


def refusal_of(act: Callable[[], object]) -> Code:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code
