"""For whom a council message is, and under which purpose: what it is about, who is on either side, what it names."""

from datetime import UTC, datetime

import pytest

from gateway.core import documents, recipients, sample
from gateway.core.documents import Document
from gateway.core.errors import Code
from gateway.core.partners import PartnerKind
from gateway.core.recipients import Destination
from gateway.core.terms import Kind, LaEstab, PartnerId, PurposeCode
from tests.core.law.made import KENT, MAINTAINED, TODAY, directory, partner, purposes, schemas

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
NHS = partner(PartnerKind.NHS_BODY, "nhs-kent")
TEAMS = [
    partner(kind, f"council-886-{name}")
    for name, kind in (
        ("council-tax", PartnerKind.INTERNAL_TEAM),
        ("housing", PartnerKind.INTERNAL_TEAM),
        ("social-care", PartnerKind.SOCIAL_CARE),
        ("early-help", PartnerKind.INTERNAL_TEAM),
        ("youth-justice", PartnerKind.YOUTH_JUSTICE),
        ("home-education", PartnerKind.INTERNAL_TEAM),
    )
]
EVERYBODY = directory(NHS, *TEAMS)


def written(kind: Kind, source: str, dest: str, old: str = "", new: str = "", *, team: str = "") -> Document:
    file = sample.message(kind, 1, LaEstab(source), LaEstab(dest), AT, team=team)
    assert old.encode() in file.content
    content = file.content.replace(old.encode(), new.encode())
    document = documents.read(file.name, content, schemas()).document
    assert document is not None
    return document


def of(document: Document) -> tuple[str, str | None]:
    (only,) = recipients.of(document, KENT, EVERYBODY, TODAY)
    return only.purpose, only.recipient


@pytest.mark.parametrize(
    ("kind", "source", "dest", "purpose", "recipient"),
    [
        (Kind.NOTICE, "886LLLL", "887LLLL", "P06", "council-887"),
        (Kind.ENQUIRY, "886LLLL", "887LLLL", "P07", "council-887"),
        (Kind.ENQUIRY, "886LLLL", "8871234", "P08", "school-8871234"),
        (Kind.REPLY, "886LLLL", "887LLLL", "P07", "council-887"),
        (Kind.REPLY, "8864321", "886LLLL", "P08", "council-886"),
        (Kind.REQUEST, "886LLLL", "887LLLL", "P07", "council-887"),
        (Kind.REQUEST, "886LLLL", "8864321", "P08", "school-8864321"),
        (Kind.TRANSFER, "886LLLL", "887LLLL", "P06", "council-887"),
        (Kind.TRANSFER_ANSWER, "886LLLL", "887LLLL", "P06", "council-887"),
        (Kind.CLOSURE, "886LLLL", "8864321", "P08", "school-8864321"),
        (Kind.JOINT_LOG, "8864321", "886LLLL", "P08", "council-886"),
        (Kind.ABSENCE, "8864321", "886LLLL", "P03", "council-886"),
        (Kind.CASEFILE, "8864321", "886LLLL", "P17", "council-886-home-education"),
        (Kind.DELETION, "8864321", "886LLLL", "P01", "council-886"),
        (Kind.ENCLOSURE, "8864321", "8871234", "P15", "school-8871234"),
        (Kind.REFERRAL, "886LLLL", "886LLLL", "P09", "council-886-social-care"),
        (Kind.NOTICE, "886LLLL", "909LLLL", "P06", None),
    ],
)
def test_a_kind_has_its_purpose_and_a_school_on_either_side_makes_it_tracing(
    kind: Kind, source: str, dest: str, purpose: str, recipient: str | None
) -> None:
    assert of(written(kind, source, dest)) == (purpose, recipient)


ASKED = "<Question>council-tax-address</Question>"
OPTIONS = "".join(f"\n    <Option>{word}</Option>" for word in ("match", "no-match", "not-held"))


@pytest.mark.parametrize(
    ("question", "team", "purpose"),
    [
        ("council-tax-address", "council-tax", "P25"),
        ("housing-address", "housing", "P26"),
        ("education-status", "youth-justice", "P14"),
        ("custody-status", "youth-justice", "P14"),
    ],
)
def test_a_check_goes_to_the_team_it_names_under_the_purpose_of_its_question(
    question: str, team: str, purpose: str
) -> None:
    asked = f"<Question>{question}</Question>"
    document = written(Kind.CHECK, "886LLLL", "886LLLL", ASKED + OPTIONS, asked, team=team)
    assert of(document) == (purpose, f"council-886-{team}")


def test_a_health_check_goes_to_a_body_without_a_number() -> None:
    asked = "<Question>gp-registration</Question>\n<Necessity>Two home visits found nobody.</Necessity>"
    document = written(Kind.CHECK, "886LLLL", "886LLLL", ASKED + OPTIONS, asked, team="x")
    content = document.content.replace(b"<Team>x</Team>", b"<Body>nhs-kent</Body>")
    body = documents.read(document.name, content, schemas()).document
    assert body is not None
    assert of(body) == ("P10", "nhs-kent")
    nobody = documents.read(document.name, content.replace(b"nhs-kent", b"nhs-nowhere"), schemas()).document
    assert nobody is not None
    assert of(nobody) == ("P10", None)


@pytest.mark.parametrize(
    ("about", "purpose"),
    [("youth-justice", "P14"), ("ehc-status", "P15"), ("licence", "P20")],
)
def test_a_case_file_goes_under_the_purpose_of_its_matter(about: str, purpose: str) -> None:
    block = {
        "youth-justice": "<YouthJustice><EducationStatus>not-known</EducationStatus></YouthJustice>",
        "ehc-status": "<EHCstatus><Stage>plan</Stage></EHCstatus>",
        "licence": "<Licence><LicenceKind>employment</LicenceKind><Reference>L-1</Reference><From>2026-01-01</From>"
        "<To>2026-02-01</To></Licence>",
    }[about]
    file = sample.message(Kind.CASEFILE, 1, LaEstab("886LLLL"), LaEstab("887LLLL"), AT)
    start, end = file.content.index(b"<HomeEducation>"), file.content.index(b"</Child>")
    content = file.content[:start] + block.encode() + file.content[end:]
    document = documents.read(file.name, content.replace(b"home-education<", f"{about}<".encode()), schemas()).document
    assert document is not None
    assert of(document) == (purpose, "council-887")


@pytest.mark.parametrize(("team", "purpose"), [("social-care", "P09"), ("early-help", "P31")])
def test_a_referral_goes_to_social_care_or_to_early_help(team: str, purpose: str) -> None:
    assert of(written(Kind.REFERRAL, "886LLLL", "886LLLL", team=team)) == (purpose, f"council-886-{team}")


def test_a_team_that_the_council_has_not_registered_is_nobody() -> None:
    document = written(Kind.REFERRAL, "886LLLL", "886LLLL", team="nobody")
    assert recipients.of(document, KENT, EVERYBODY, TODAY) == (
        Destination(PurposeCode("P09"), PartnerId("council-886"), None, (1,), Code.NO_RECIPIENT),
    )


def test_a_team_of_another_council_is_that_councils_own_affair() -> None:
    assert of(written(Kind.REFERRAL, "886LLLL", "887LLLL", team="social-care")) == ("P09", "council-887")


@pytest.mark.parametrize("purpose", ["P06", "P07", "P25", "P99"])
def test_a_message_about_a_message_goes_under_the_purpose_of_that_one(purpose: str) -> None:
    file = sample.message(Kind.RECALL, 1, LaEstab("886LLLL"), LaEstab("887LLLL"), AT, purpose=purpose)
    document = documents.read(file.name, file.content, schemas()).document
    assert document is not None
    assert of(document) == (purpose, "council-887")


def test_the_purpose_that_a_kind_has_is_one_whose_row_names_the_kind_and_whose_kinds_have_a_power() -> None:
    cases = [
        (Kind.NOTICE, "886LLLL", "887LLLL"), (Kind.ENQUIRY, "886LLLL", "887LLLL"), (Kind.REPLY, "8864321", "886LLLL"),
        (Kind.REQUEST, "886LLLL", "8871234"), (Kind.TRANSFER, "886LLLL", "887LLLL"),
        (Kind.TRANSFER_ANSWER, "886LLLL", "887LLLL"), (Kind.CLOSURE, "886LLLL", "887LLLL"),
        (Kind.JOINT_LOG, "8864321", "886LLLL"), (Kind.ABSENCE, "8864321", "886LLLL"),
        (Kind.CASEFILE, "8864321", "886LLLL"), (Kind.REFERRAL, "886LLLL", "886LLLL"),
        (Kind.DELETION, "8864321", "886LLLL"), (Kind.ENCLOSURE, "8864321", "8871234"),
        (Kind.CHECK, "886LLLL", "887LLLL"), (Kind.CHECK_ANSWER, "886LLLL", "887LLLL"),
        *((kind, "886LLLL", "887LLLL") for kind in (
            Kind.ACKNOWLEDGEMENT, Kind.REFUSAL, Kind.RECALL, Kind.RECALL_ANSWER, Kind.BREACH, Kind.RIGHTS,
        )),
    ]  # fmt: skip
    assert {kind for kind, *_ in cases} == set(Kind) - recipients.TRANSFERS
    for kind, source, dest in cases:
        purpose, recipient = of(written(kind, source, dest))
        row = purposes()[PurposeCode(purpose)]
        assert kind in row.messages, (kind, purpose)
        assert recipient is not None
        sends = KENT if source == "886LLLL" else MAINTAINED
        assert row.power(sends.kind, EVERYBODY.get(PartnerId(recipient)).kind, TODAY, requested=False), (kind, purpose)
