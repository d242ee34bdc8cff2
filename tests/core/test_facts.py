"""Bytes of a line that may never change, and what a line can never hold."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from gateway.core import facts
from gateway.core.errors import Code, Reason
from gateway.core.facts import (
    MOST_BYTES,
    MOST_CHILDREN,
    Citation,
    Condition,
    DisclosureReleased,
    Fact,
    OnboardingMoved,
    ParcelDeferred,
    ParcelHanded,
    ParcelPacked,
    ParcelTaken,
    QueuePaused,
    QueueResumed,
    SampleAudited,
    SampleFinding,
    SpecimenFailed,
    SpecimenReceipted,
    SpecimenReceived,
    SpecimenRefused,
    SpecimenSent,
    UploadRefused,
    Version,
    What,
    commitment_of,
    commitments,
    join,
    join_person,
    line,
    parse_line,
    subjects,
)
from gateway.core.terms import (
    AgreementRef,
    Basis,
    CarrierReference,
    Commitment,
    Digest,
    DisclosureId,
    Item,
    Kind,
    MessageId,
    Outcome,
    ParcelId,
    PartnerId,
    PurposeCode,
    UploadId,
)

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
KENT = PartnerId("council-886")
C = Commitment("c" * 64)


def released(children: int = 1, **changes: object) -> DisclosureReleased:
    values: dict[str, object] = {
        "at": NOON,
        "home": KENT,
        "disclosure": DisclosureId("d-" + "a" * 26),
        "source": C,
        "discloser": C,
        "recipient": PartnerId("council-887"),
        "reader": C,
        "purpose": PurposeCode("P04"),
        "power": Citation("PIR05 reg 9(3)"),
        "duty": True,
        "article6": Basis.A6C,
        "article9": Condition("A9G"),
        "schedule1": Condition("S1P6"),
        "article10": None,
        "policy": Condition("apd-1"),
        "exemption": None,
        "agreement": None,
        "carrier": Condition("as4"),
        "kind": Kind.CTF,
        "version": Version("26.0"),
        "shared": (Item("Surname"), Item("UPN")),
        "withheld": (Item("Email"),),
        "unknown": 3,
        "children": (C,) * children,
        "payload": C,
        **changes,
    }
    return DisclosureReleased(**values)  # type: ignore[arg-type]


def test_line_of_a_disclosure_is_frozen() -> None:
    assert line(released()).decode() == (
        '{"article6":"A6C","article9":"A9G","at":"2026-01-12T12:00:00.000Z","carrier":"as4",'
        f'"children":["{C}"],"discloser":"{C}","disclosure":"d-aaaaaaaaaaaaaaaaaaaaaaaaaa","duty":true,'
        '"fact":"DisclosureReleased","home":"council-886","kind":"ctf",'
        f'"payload":"{C}","policy":"apd-1","power":"PIR05 reg 9(3)","purpose":"P04","reader":"{C}",'
        '"recipient":"council-887","schedule1":"S1P6","shared":["Surname","UPN"],'
        f'"source":"{C}","unknown":3,"v":1,"version":"26.0","withheld":["Email"]}}'
    )


def test_line_of_a_refusal_is_frozen() -> None:
    fact = UploadRefused(NOON, KENT, UploadId("u-" + "b" * 26), C, Code.FINDINGS, 2, 1)
    assert line(fact) == (
        b'{"at":"2026-01-12T12:00:00.000Z","code":"findings","errors":2,"fact":"UploadRefused","home":"council-886",'
        b'"queries":1,"sender":"' + C.encode() + b'","upload":"u-bbbbbbbbbbbbbbbbbbbbbbbbbb","v":1}'
    )


def test_line_of_a_deferral_is_frozen() -> None:
    fact = ParcelDeferred(NOON, KENT, ParcelId("p-" + "c" * 26), 3, NOON, Reason.TIMEOUT)
    assert line(fact) == (
        b'{"at":"2026-01-12T12:00:00.000Z","attempt":3,"fact":"ParcelDeferred","home":"council-886",'
        b'"parcel":"p-cccccccccccccccccccccccccc","reason":"timeout","until":"2026-01-12T12:00:00.000Z","v":1}'
    )


def test_lines_of_a_rehearsal_are_frozen_and_each_says_what_it_is() -> None:
    named, head = MessageId("m-1@kent.example"), b'{"at":"2026-01-12T12:00:00.000Z",'
    medway, soap = PartnerId("council-887"), Digest("5" * 64)
    sent = SpecimenSent(
        NOON, KENT, named, medway, Kind.NOTICE, Version("1.0"), soap, Outcome.REFUSE, (Code.NO_AGREEMENT,)
    )
    assert line(sent) == head + (
        b'"fact":"SpecimenSent","home":"council-886","kind":"notice","message":"m-1@kent.example",'
        b'"outcome":"refuse","partner":"council-887","reasons":["no-agreement"],"soap":"' + b"5" * 64 + b'","v":1,'
        b'"version":"1.0"}'
    )
    assert line(SpecimenReceipted(NOON, KENT, named, soap, soap)) == head + (
        b'"fact":"SpecimenReceipted","home":"council-886","message":"m-1@kent.example","receipt":"' + b"5" * 64 + b'",'
        b'"receipt_signed_by":"' + b"5" * 64 + b'","v":1}'
    )
    assert line(SpecimenFailed(NOON, KENT, named, Reason.TIMEOUT)) == head + (
        b'"fact":"SpecimenFailed","home":"council-886","message":"m-1@kent.example","reason":"timeout","v":1}'
    )
    came = SpecimenReceived(NOON, KENT, named, medway, Kind.NOTICE, Version("1.0"), soap, soap, Outcome.RELEASE)
    assert line(came) == head + (
        b'"fact":"SpecimenReceived","home":"council-886","kind":"notice","message":"m-1@kent.example",'
        b'"outcome":"release","receipt":"' + b"5" * 64 + b'","sender":"council-887","soap":"' + b"5" * 64 + b'","v":1,'
        b'"version":"1.0"}'
    )
    assert line(SpecimenRefused(NOON, KENT, medway, Code.FINDINGS)) == head + (
        b'"code":"findings","fact":"SpecimenRefused","home":"council-886","sender":"council-887","v":1}'
    )
    assert (
        line(OnboardingMoved(NOON, KENT, C, Condition("live"), C, 8, 19))
        == head
        + (
            f'"by":"{C}","fact":"OnboardingMoved","home":"council-886","known":19,"partner":"{C}","passed":8,'
            '"status":"live","v":1}'
        ).encode()
    )


def test_line_of_a_sample_that_somebody_looked_at_is_frozen() -> None:
    found = (SampleFinding.BASIS, SampleFinding.EXCESS)
    assert (
        line(SampleAudited(NOON, KENT, DisclosureId("d-" + "a" * 26), 7, found, C))
        == (
            f'{{"at":"2026-01-12T12:00:00.000Z","by":"{C}","disclosure":"d-{"a" * 26}","fact":"SampleAudited",'
            '"found":["basis","excess"],"home":"council-886","of":7,"v":1}'
        ).encode()
    )


def test_lines_of_a_queue_that_people_stop_are_frozen() -> None:
    head = b'{"at":"2026-01-12T12:00:00.000Z",'
    assert (
        line(QueuePaused(NOON, KENT, C, C, C))
        == head
        + f'"by":"{C}","fact":"QueuePaused","home":"council-886","partner":"{C}","reason":"{C}","v":1}}'.encode()
    )
    assert (
        line(QueueResumed(NOON, KENT, C, C))
        == head + f'"by":"{C}","fact":"QueueResumed","home":"council-886","partner":"{C}","v":1}}'.encode()
    )


def test_lines_of_what_a_carrier_has_are_frozen() -> None:
    parcel, head = ParcelId("p-" + "c" * 26), b'{"at":"2026-01-12T12:00:00.000Z",'
    disclosure, s2s = DisclosureId("d-" + "a" * 26), Condition("s2s")
    assert line(ParcelPacked(NOON, KENT, parcel, disclosure, s2s, None)) == head + (
        b'"carrier":"s2s","disclosure":"d-aaaaaaaaaaaaaaaaaaaaaaaaaa","fact":"ParcelPacked","home":"council-886",'
        b'"parcel":"p-cccccccccccccccccccccccccc","v":1}'
    )
    assert line(ParcelHanded(NOON, KENT, parcel, Condition("mesh"), CarrierReference("20260112120000_1A"))) == head + (
        b'"carrier":"mesh","fact":"ParcelHanded","home":"council-886","parcel":"p-cccccccccccccccccccccccccc",'
        b'"reference":"20260112120000_1A","v":1}'
    )
    assert line(ParcelTaken(NOON, KENT, parcel, by=C)) == head + (
        b'"by":"' + C.encode() + b'","fact":"ParcelTaken","home":"council-886",'
        b'"parcel":"p-cccccccccccccccccccccccccc","v":1}'
    )


def test_line_reads_back_and_nothing_else_does() -> None:
    content = line(released())
    assert parse_line(content)["fact"] == "DisclosureReleased"
    body = json.loads(content)
    for other in (
        json.dumps(body).encode(),
        content.replace(b'"v":1', b'"v":2'),
        content.replace(b"DisclosureReleased", b"DisclosureForged"),
        content.replace(b"12:00:00.000Z", b"12:00:00Z"),
        content + b"\n",
        b"[]",
    ):
        with pytest.raises(ValueError, match=r".+"):
            parse_line(other)


def test_five_hundred_children_and_every_item_of_a_schema_fit_one_line() -> None:
    many = tuple(Item(f"Attendance/YearData/AttendSessions/Number{n}") for n in range(250))
    assert len(line(released(MOST_CHILDREN, shared=many, withheld=many))) <= MOST_BYTES
    with pytest.raises(ValueError, match="65,535"):
        line(released(1000))


@pytest.mark.parametrize("value", ["a name", 1.5, b"bytes", ("a name",), {"a": 1}])
def test_fact_cannot_carry_free_text_past_its_types(value: object) -> None:
    with pytest.raises(TypeError):
        line(released(shared=value))


@pytest.mark.parametrize("text", ["", "x" * 301, "PIR05\nreg 9", "reg 9 <b>"])
def test_citation_is_one_short_line(text: str) -> None:
    with pytest.raises(ValueError, match="Citation"):
        Citation(text)


def test_every_salt_is_fresh_and_binds_its_value() -> None:
    drawn = iter([b"\1" * 32, b"\2" * 32])
    first, second = (join(lambda _: next(drawn), What.CHILD, "same", "h") for _ in range(2))
    assert first.commitment != second.commitment
    assert {first.salt, second.salt} == {b"\1" * 32, b"\2" * 32}


def test_commitments_and_subjects_of_a_fact_are_found() -> None:
    fact = released(3)
    assert list(commitments(fact)) == [C] * 7
    assert subjects(fact) == {"d-" + "a" * 26}


def test_only_registered_kinds_have_a_line_that_reads_back() -> None:
    @dataclass(frozen=True, slots=True)
    class Gossip(Fact):
        agreement: AgreementRef

    content = line(Gossip(NOON, KENT, AgreementRef("a.v1")))
    with pytest.raises(ValueError, match="not a line"):
        parse_line(content)
    assert "Gossip" not in facts.FACTS


def test_what_no_person_did_commits_to_nobody() -> None:
    def draw(count: int) -> bytes:
        return b"s" * count

    assert (join_person(draw, None), commitment_of(())) == ((), None)
    (who,) = join_person(draw, "a.shah")
    assert who == join(draw, What.PERSON, "a.shah", "a.shah") and commitment_of((who,)) == who.commitment
