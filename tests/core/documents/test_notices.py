"""A notice written from a value is read again without a finding, and says what the value says."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.core.documents import Reading, Verdict, notices, read, write
from gateway.core.documents.notices import (
    Address,
    Child,
    Contact,
    LastSchool,
    Marker,
    Notice,
    Question,
    ReturnRoute,
    Risk,
    Urgency,
)
from gateway.core.terms import Kind, LaEstab, Upn
from tests.core.documents import samples

FULL = Child(
    surname="Quillfeather",
    forename="Ada",
    upn=Upn("B881123424001"),
    aliases=("Addie Quill", "Ada Marrowby"),
    born=date(2015, 3, 2),
    sex="F",
    last_school=LastSchool(LaEstab("8864321"), "Larkfield Example Primary", date(2021, 9, 6), date(2026, 9, 18)),
    last_address=Address(("11 Invented Street", "Exampleton"), postcode="ZZ99 1AA"),
    believed_address=Address(postcode="ZZ99 2BB"),
    contacts=(
        Contact("Quillfeather", "Maud", "PAM", responsibility=True, phones=("07700 900001",), email="m@example.org"),
        Contact("Marrowby", responsibility=False, address=Address(("2 Madeup Row",), "Kent", "ZZ99 1AB", "England")),
    ),
    siblings=1,
    sibling_cases=("c-2w8x5t4r",),
    risk=Risk.SOCIAL_CARE_KNOWN,
    destination_evidence="A removal firm named the town.",
    last_seen=date(2026, 9, 18),
    markers=(Marker.ADDRESS_CONFIDENTIAL, Marker.S47_LIVE),
)
LITTLE = Child("Thistlewood", "Bram", upn_unknown="UN3", born_about=date(2014, 1, 1))
ROUTE = ReturnRoute("Children missing education officer", "01632 960100", "cme@kent.example")


def notice(*children: Child, sequence: int = 1) -> Notice:
    return Notice(
        LaEstab("886LLLL"), LaEstab("887LLLL"), sequence, datetime(2026, 10, 6, 9, 15), "c-7f3k2m9q", Urgency.SAME_DAY,  # noqa: DTZ001
        ROUTE, "Education Act 1996 s436A", children, "Kent", Question.MAY_BE_IN_YOUR_AREA, 2,
    )  # fmt: skip


def reading(of: Notice) -> Reading:
    return read(str(of.file_name), write(of), samples.schemas())


def in_one_line(content: bytes) -> bytes:
    return b"".join(map(bytes.strip, content.splitlines()))


def test_a_written_notice_is_read_without_a_finding() -> None:
    done = reading(notice(FULL, LITTLE))
    assert (done.kind, done.outcome, done.findings) == (Kind.NOTICE, Verdict.CLEAN, ())
    document = done.document
    assert document is not None
    assert in_one_line(document.content) == in_one_line(write(notice(FULL, LITTLE)))
    assert (document.source, document.dest, document.partial) == ("886LLLL", "887LLLL", False)
    assert document.name == "886LLLL_CME_887LLLL_001.xml"
    assert [(p.number, p.upn) for p in document.pupils] == [(1, Upn("B881123424001")), (2, None)]


def test_a_written_notice_says_what_the_value_says() -> None:
    texts = [
        (str(element.tag), element.text)
        for element in etree.fromstring(write(notice(FULL, LITTLE))).iter()
        if not len(element)
    ]
    assert texts == [
        ("DocumentName", "CME Notice"), ("NoticeVersion", "1.0"), ("DateTime", "2026-10-06T09:15:00"), ("LEA", "886"),
        ("CouncilName", "Kent"), ("LEA", "887"), ("CaseReference", "c-7f3k2m9q"), ("Urgency", "same-day"),
        ("OfficerRole", "Children missing education officer"), ("PhoneNo", "01632 960100"),
        ("Email", "cme@kent.example"), ("Power", "Education Act 1996 s436A"), ("Question", "may-be-in-your-area"),
        ("ReplyWanted", "2"),
        ("UPN", "B881123424001"), ("Surname", "Quillfeather"), ("Forename", "Ada"), ("Alias", "Addie Quill"),
        ("Alias", "Ada Marrowby"), ("DOB", "2015-03-02"), ("Sex", "F"), ("LEA", "886"), ("Estab", "4321"),
        ("SchoolName", "Larkfield Example Primary"), ("EntryDate", "2021-09-06"), ("LeavingDate", "2026-09-18"),
        ("AddressLine1", "11 Invented Street"), ("AddressLine2", "Exampleton"), ("PostCode", "ZZ99 1AA"),
        ("PostCode", "ZZ99 2BB"),
        ("Surname", "Quillfeather"), ("Forename", "Maud"), ("Relationship", "PAM"), ("Responsibility", "true"),
        ("PhoneNo", "07700 900001"), ("Email", "m@example.org"),
        ("Surname", "Marrowby"), ("Responsibility", "false"), ("AddressLine1", "2 Madeup Row"), ("County", "Kent"),
        ("PostCode", "ZZ99 1AB"), ("Country", "England"),
        ("Number", "1"), ("CaseReference", "c-2w8x5t4r"), ("RiskFlag", "social-care-known"),
        ("DestinationEvidence", "A removal firm named the town."), ("LastSeen", "2026-09-18"),
        ("HandlingMarker", "address-confidential"), ("HandlingMarker", "s47-live"),
        ("UPNunknown", "UN3"), ("Surname", "Thistlewood"), ("Forename", "Bram"), ("DOBabout", "2014-01-01"),
    ]  # fmt: skip


def test_the_shortest_notice_is_frozen() -> None:
    of = Notice(
        LaEstab("886LLLL"), LaEstab("887LLLL"), 42, datetime(2026, 10, 6, 9, 15), "c-1", Urgency.IMMEDIATE,  # noqa: DTZ001
        ReturnRoute("Duty officer", "01632 960100"), "EA96 s436A", (Child("A", "B", siblings=0),),
    )  # fmt: skip
    assert str(of.file_name) == "886LLLL_CME_887LLLL_042.xml"
    assert (
        write(of)
        == b"""<?xml version="1.0" encoding="UTF-8"?>
<CMEnotice>
  <Header>
    <DocumentName>CME Notice</DocumentName>
    <NoticeVersion>1.0</NoticeVersion>
    <DateTime>2026-10-06T09:15:00</DateTime>
    <From>
      <LEA>886</LEA>
    </From>
    <To>
      <LEA>887</LEA>
    </To>
    <CaseReference>c-1</CaseReference>
    <Urgency>immediate</Urgency>
    <ReturnRoute>
      <OfficerRole>Duty officer</OfficerRole>
      <PhoneNo>01632 960100</PhoneNo>
    </ReturnRoute>
    <Power>EA96 s436A</Power>
  </Header>
  <Children>
    <Child>
      <Surname>A</Surname>
      <Forename>B</Forename>
      <Siblings>
        <Number>0</Number>
      </Siblings>
    </Child>
  </Children>
</CMEnotice>"""
    )
    assert [finding.code for finding in reading(of).findings] == ["CME-UPN-006", "CME-DOB-003"]


def test_a_last_school_may_be_known_only_by_its_council() -> None:
    done = write(notice(Child("A", "B", last_school=LastSchool(LaEstab("886LLLL")))))
    assert b"<LastSchool>\n        <LEA>886</LEA>\n      </LastSchool>" in done


def test_every_word_of_the_schema_is_a_word_of_the_code() -> None:
    schema = etree.fromstring(samples.xsd("notice", "1.0"))
    for words, name in ((Urgency, "Urgency"), (Question, "Question"), (Risk, "RiskFlag"), (Marker, "HandlingMarker")):
        declared = schema.xpath(
            "xs:simpleType[@name=$name]//xs:enumeration/@value",
            name=name,
            namespaces={"xs": "http://www.w3.org/2001/XMLSchema"},
        )
        assert declared == list(words)


@pytest.mark.parametrize(
    ("source", "dest", "at"),
    [
        ("8864321", "887LLLL", datetime(2026, 10, 6)),  # noqa: DTZ001
        ("886LLLL", "XXXXXXX", datetime(2026, 10, 6)),  # noqa: DTZ001
        ("886LLLL", "887LLLL", datetime(2026, 10, 6, tzinfo=UTC)),
    ],
)
def test_a_notice_goes_from_authority_to_authority(source: str, dest: str, at: datetime) -> None:
    with pytest.raises(ValueError, match="authority to authority"):
        Notice(LaEstab(source), LaEstab(dest), 1, at, "c", Urgency.ROUTINE, ROUTE, "P", (LITTLE,))


def test_more_than_20_children_are_not_one_notice() -> None:
    assert reading(notice(*[LITTLE] * 20)).pupils == 20
    with pytest.raises(Exception, match="too-large"):
        reading(notice(*[LITTLE] * 21))


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=100)


@settings(max_examples=60, deadline=None)
@given(NAMES, NAMES, st.dates(date(2005, 1, 1), date(2026, 10, 6)), st.sampled_from(["", "M", "F", "U"]))
def test_any_name_survives_writing_and_reading(surname: str, forename: str, born: date, sex: str) -> None:
    done = reading(notice(Child(surname, forename, upn_unknown="UN1", born=born, sex=sex)))
    assert done.outcome is Verdict.CLEAN
    assert done.document is not None
    child = etree.fromstring(done.document.content)[1][0]
    assert (child.findtext("Surname"), child.findtext("Forename"), child.findtext("DOB")) == (
        surname,
        forename,
        str(born),
    )


def test_the_version_that_is_written_is_one_that_is_shipped() -> None:
    assert (Kind.NOTICE, notices.VERSION) in samples.schemas()
