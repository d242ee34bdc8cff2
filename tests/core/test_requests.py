"""A request says on which power it asks, what, how much and where the answer goes, or it goes back in one word."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from gateway.core import requests
from gateway.core.documents import Document, Message, messages, read, value, write
from gateway.core.documents.messages.handover import Owed, Request
from gateway.core.documents.messages.parts import (
    Heading,
    Identity,
    OpenIdentity,
    Reader,
    Reference,
    ReturnRoute,
    Sender,
)
from gateway.core.documents.messages.tracing import Enquiry, Missing, Notice, Reply, Sought
from gateway.core.documents.messages.words import NeededFor, Question, RefusalReason, Urgency, Wanted
from gateway.core.errors import Code
from gateway.core.partners import PartnerKind
from gateway.core.terms import DisclosureId, Flag, Kind, LaEstab, PurposeCode, RuleCode
from tests.core.documents import samples
from tests.core.documents.test_messages import AT, KENT, MEDWAY, one_of, reading

SCHOOL = LaEstab("8874123")
PRIVATE = [PartnerKind.INDEPENDENT_SCHOOL, PartnerKind.NON_MAINTAINED_SPECIAL_SCHOOL]
TOP = Heading(
    date_time=AT,
    source=Sender(number=KENT),
    dest=Reader(number=MEDWAY),
    case="c-1",
    return_route=ReturnRoute(officer_role="Duty officer", phone_no="01632 960100"),
    power="EA96 s436A",
)
ADA = Identity(surname="Quill", forename="Ada", dob=date(2015, 3, 2), upn_unknown="UN5")
ENQUIRY = Enquiry(
    heading=TOP,
    reply_wanted=3,
    reason="The child was seen alone in your area.",
    records=(Sought(who=OpenIdentity(surname="Quill", forename="Ada", dob=ADA.dob, upn_unknown="UN5")),),
)
NOTICE = Notice(heading=TOP, question=Question.IS_THE_CHILD_KNOWN, reply_wanted=2, records=(Missing(who=ADA),))
REQUEST = Request(heading=TOP, wanted=Wanted.TRANSFER_FILE, due=date(2026, 10, 20), records=(Owed(who=ADA),))


def document(message: Message) -> Document:
    found = read(str(messages.file_name(message)), write(message), samples.schemas()).document
    assert found is not None
    return found


def lacks(message: Message, recipient: PartnerKind = PartnerKind.COUNCIL) -> list[str]:
    found = requests.wanting(document(message), recipient)
    assert all(RuleCode(one.code) and one.message and one.fix and one.path for one in found)
    return [one.code for one in found]


def topped(message: Any, **changes: object) -> Any:
    return replace(message, heading=replace(message.heading, **changes))


@pytest.mark.parametrize("message", [ENQUIRY, NOTICE, REQUEST], ids=lambda one: type(one).__name__)
def test_a_whole_request_lacks_nothing(message: Message) -> None:
    assert lacks(message) == [] and requests.asks(document(message))


def test_an_invented_check_lacks_nothing() -> None:
    assert lacks(one_of(Kind.CHECK)) == [] and requests.asks(document(one_of(Kind.CHECK)))


@pytest.mark.parametrize("power", ["n/a", "none", "statutory duty", "section 47", "DPA 2018 Sch 2 para 2"])
@pytest.mark.parametrize("message", [ENQUIRY, NOTICE, REQUEST], ids=lambda one: type(one).__name__)
def test_words_that_name_no_law_are_no_power(message: Message, power: str) -> None:
    assert [code[4:] for code in lacks(topped(message, power=power))] == ["ASK-001"]


@pytest.mark.parametrize(
    "route",
    [
        ReturnRoute(officer_role="n/a", phone_no="01632 960100"),
        ReturnRoute(officer_role="Duty officer", phone_no="none"),
        ReturnRoute(officer_role="Duty officer", phone_no="ext 12", email="cme@kent.example"),
    ],
    ids=["nobody", "no number", "an extension"],
)
def test_a_way_back_is_somebody_who_answers_a_telephone(route: ReturnRoute) -> None:
    assert lacks(topped(REQUEST, return_route=route)) == ["RQF-ASK-004"]


@pytest.mark.parametrize("reason", ["n/a", "as discussed", "safeguarding"])
@pytest.mark.parametrize("grade", [3, 4])
def test_the_higher_grades_need_a_reason_that_is_one(reason: str, grade: int) -> None:
    assert lacks(replace(ENQUIRY, reason=reason, reply_wanted=grade)) == ["ENQ-ASK-005"]
    assert lacks(replace(ENQUIRY, reason=reason, reply_wanted=2)) == []


def test_a_notice_cannot_ask_for_the_higher_grades_since_it_cannot_say_why() -> None:
    assert lacks(replace(NOTICE, reply_wanted=3)) == ["CME-ASK-005"]


def test_a_question_and_a_grade_are_asked() -> None:
    assert lacks(replace(NOTICE, question=None)) == ["CME-ASK-002"]
    assert lacks(replace(ENQUIRY, reply_wanted=0)) == ["ENQ-ASK-003"]


@pytest.mark.parametrize("wanted", [None, 0])
def test_a_notice_that_wants_no_answer_is_no_request(wanted: int | None) -> None:
    plain = topped(replace(NOTICE, reply_wanted=wanted), power="n/a")
    assert lacks(plain) == [] and not requests.asks(document(plain))


@pytest.mark.parametrize("recipient", PartnerKind)
def test_the_sentence_is_asked_where_the_request_alone_opens_the_answer(recipient: PartnerKind) -> None:
    expected = ["ASK-006"] if recipient in PRIVATE else []
    for message in (ENQUIRY, REQUEST, NOTICE, one_of(Kind.CHECK)):
        assert [code[4:] for code in lacks(message, recipient)] == expected
    for message in (
        replace(ENQUIRY, needed_for=NeededFor.PUBLIC_TASK),
        replace(REQUEST, needed_for=NeededFor.PUBLIC_TASK),
    ):
        assert lacks(message, recipient) == []


def test_everything_that_is_lacking_is_said_at_once_with_its_reason_code() -> None:
    bad = topped(replace(ENQUIRY, reason="n/a"), power="-", return_route=ReturnRoute(officer_role="-", phone_no="-"))
    found = requests.wanting(document(bad), PartnerKind.INDEPENDENT_SCHOOL)
    assert [one.code for one in found] == ["ENQ-ASK-001", "ENQ-ASK-004", "ENQ-ASK-005", "ENQ-ASK-006"]
    assert requests.codes(found) == (Code.NEEDED_FOR, Code.REQUEST_INCOMPLETE)
    assert requests.codes(found[:2]) == (Code.REQUEST_INCOMPLETE,)
    assert requests.codes(found[3:]) == (Code.NEEDED_FOR,)
    assert requests.codes(()) == ()


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.ENQUIRY, Kind.REQUEST, Kind.CHECK, Kind.NOTICE}))
def test_what_is_no_request_lacks_nothing(kind: Kind) -> None:
    found = transfer(kind) if kind in {Kind.CTF, Kind.CML, Kind.CMJ} else reading(one_of(kind)).document
    assert found is not None
    assert requests.wanting(found, PartnerKind.INDEPENDENT_SCHOOL) == () and not requests.asks(found)


def transfer(kind: str) -> Document:
    name, content = samples.generated(kind, "26.0")
    found = read(name, content, samples.schemas(), samples.known()).document
    assert found is not None
    return found


@pytest.mark.parametrize("urgency", Urgency)
def test_urgency_is_the_messages_own(urgency: Urgency) -> None:
    found = document(topped(ENQUIRY, urgency=urgency))
    assert requests.urgent(found) is (urgency is not Urgency.ROUTINE)
    assert requests.immediate(found) is (urgency is Urgency.IMMEDIATE)
    assert not requests.urgent(transfer("ctf")) and not requests.immediate(transfer("ctf"))


@pytest.mark.parametrize("seed", range(8))
def test_a_reply_has_a_grade_and_nothing_else_has(seed: int) -> None:
    reply = one_of(Kind.REPLY, seed)
    assert isinstance(reply, Reply) and requests.grade_of(document(reply)) == reply.grade
    assert requests.grade_of(document(ENQUIRY)) is None and requests.grade_of(transfer("ctf")) is None
    assert [requests.grade_wanted(document(one)) for one in (ENQUIRY, NOTICE, REQUEST, reply)] == [3, 2, None, None]


@pytest.mark.parametrize("flag", Flag)
def test_a_stop_flag_leaves_known_or_not_and_no_other_flag_does(flag: Flag) -> None:
    assert requests.grade_allowed({flag}) == (1 if flag.stop else 4)
    assert requests.grade_allowed({flag, Flag.RESTRICTION}) == (1 if flag.stop else 4)
    assert requests.grade_allowed(()) == 4


def test_a_request_goes_back_to_its_sender_naming_the_message_the_reason_and_no_child() -> None:
    meant = Reference(disclosure_id=DisclosureId("d-" + "a" * 26))
    asked = document(topped(ENQUIRY, power="n/a", urgency=Urgency.SAME_DAY))
    made = requests.returned(
        asked, meant=meant, purpose=PurposeCode("P07"), at=datetime(2026, 10, 7, 9), case="r-1",  # noqa: DTZ001
        route=TOP.return_route, power="EA96 s436A", sequence=7,
    )  # fmt: skip
    found = document(made)
    assert (found.kind, found.source, found.dest, found.name) == (
        Kind.REFUSAL,
        MEDWAY,
        KENT,
        "887LLLL_RFS_886LLLL_007.xml",
    )
    assert value(found) == made and made.heading.urgency is Urgency.SAME_DAY
    assert [(one.message, one.reason) for one in made.records] == [(meant, RefusalReason.INCOMPLETE_REQUEST)]
    assert b"Quill" not in found.content and b"c-1" not in found.content
