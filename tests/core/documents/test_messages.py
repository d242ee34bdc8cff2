"""A message written from a value is read again without a finding, and gives the same value: every kind, any value."""

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.core.documents import Message, Reading, Verdict, messages, read, value, write
from gateway.core.documents.layouts import BY_KIND, MESSAGES, Layout
from gateway.core.documents.messages.enclosing import About
from gateway.core.documents.messages.forms import FORMS
from gateway.core.documents.messages.parts import (
    Address,
    Contact,
    Cover,
    Heading,
    Identity,
    LastSchool,
    Reader,
    ReturnRoute,
    Sender,
    Siblings,
    Whereabouts,
)
from gateway.core.documents.messages.tracing import Missing, Notice
from gateway.core.documents.messages.words import AskBefore, Urgency
from gateway.core.documents.messages.writing import places
from gateway.core.errors import Refusal
from gateway.core.sample import invented
from gateway.core.terms import Digest, DisclosureId, Item, Kind, LaEstab, MessageId, PurposeCode, Upn
from tests.core.documents import samples

KENT, MEDWAY, SCHOOL = LaEstab("886LLLL"), LaEstab("887LLLL"), LaEstab("8864321")
AT = datetime(2026, 10, 6, 9, 15)  # noqa: DTZ001
KINDS = [layout.kind for layout in MESSAGES]
TOP = Heading(
    date_time=AT,
    source=Sender(number=KENT),
    dest=Reader(number=MEDWAY),
    case="c-1",
    urgency=Urgency.IMMEDIATE,
    return_route=ReturnRoute(officer_role="Duty officer", phone_no="01632 960100"),
    power="EA96 s436A",
    sequence=42,
)
LITTLE = Missing(who=Identity(surname="A", forename="B"), where=Whereabouts(siblings=Siblings(number=0)))


def reading(message: Message) -> Reading:
    return read(str(messages.file_name(message)), write(message), samples.schemas())


def one_of(kind: Kind, seed: int = 1) -> Message:
    """An invented message, between the organisations that send this kind."""
    source = SCHOOL if kind in {Kind.ABSENCE, Kind.CASEFILE, Kind.DELETION, Kind.ENCLOSURE} else KENT
    dest = KENT if kind in {Kind.ABSENCE, Kind.CASEFILE, Kind.DELETION, Kind.REFERRAL} else MEDWAY
    return invented(kind, seed, source, dest, AT)


def test_every_kind_but_the_transfer_file_has_a_form_and_a_layout() -> None:
    assert set(FORMS) == {layout.kind for layout in MESSAGES} == set(Kind) - {Kind.CTF, Kind.CML, Kind.CMJ}


@pytest.mark.parametrize("layout", MESSAGES, ids=lambda layout: layout.kind)
def test_the_page_of_the_family_names_each_kind_with_its_file_type_and_root(layout: Layout) -> None:
    page = (samples.SCHEMAS / "notice" / "README.md").read_text()
    assert f"| {layout.kind} | `{layout.prefix}` | `{layout.root}` |" in page


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(6))
def test_an_invented_message_of_each_kind_is_read_without_a_finding_and_gives_its_value(kind: Kind, seed: int) -> None:
    message = one_of(kind, seed)
    done = reading(message)
    assert (done.kind, done.outcome, done.findings) == (kind, Verdict.CLEAN, ())
    assert done.document is not None
    assert value(done.document) == message


@pytest.mark.parametrize("layout", MESSAGES, ids=lambda layout: layout.kind)
def test_a_message_with_a_wrong_header_is_told_of_its_header_and_of_nothing_that_goes_by_it(layout: Layout) -> None:
    wrong = samples.specimen(layout.kind, "1.0").replace(b"</DateTime>", b"</DateTime><Strange/>", 1)
    reading = samples.reading(wrong, samples.NAMES[layout.kind])
    assert reading.document is None
    assert [finding.code for finding in reading.findings] == [f"{layout.prefix}-XSD-002"]


def test_the_shortest_notice_is_frozen() -> None:
    of = Notice(heading=TOP, records=(LITTLE,))
    assert str(messages.file_name(of)) == "886LLLL_CME_887LLLL_042.xml"
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


def test_the_cover_is_in_every_kind_and_comes_last_of_what_the_header_says() -> None:
    for form in FORMS.values():
        assert [field.name for field in fields(form.message)][-2:] == ["cover", "records"]
    cover = Cover(ask_before=(AskBefore.SHARING_ON,), phone_no="01632 960101")
    header = etree.fromstring(write(Notice(heading=TOP, cover=cover, records=(LITTLE,))))[0]
    assert [str(each.tag) for each in header][-1] == "Cover"
    assert [each.text for each in header[-1]] == ["sharing-on", "01632 960101"]


def test_a_last_school_may_be_known_only_by_its_council() -> None:
    where = Whereabouts(last_school=LastSchool(school=KENT))
    done = write(Notice(heading=TOP, records=(Missing(who=LITTLE.who, where=where),)))
    assert b"<LastSchool>\n        <LEA>886</LEA>\n      </LastSchool>" in done


def test_title_and_personal_email_of_a_child_and_of_a_parent_have_a_place() -> None:
    who = Identity(title="Miss", surname="A", forename="B", email="a@example.org")
    parent = Contact(title="Dr", surname="C", email="c@example.org", address=Address(as_pupil=True))
    of = Notice(heading=TOP, records=(Missing(who=who, where=Whereabouts(contacts=(parent,))),))
    document = reading(of).document
    assert document is not None
    assert {"Title", "Email", "Contacts/Contact/Title", "Contacts/Contact/Email"} <= document.items
    assert value(document) == of


@pytest.mark.parametrize(
    ("source", "dest", "at"),
    [
        ("XXXXXXX", "887LLLL", AT),
        ("886LLLL", "MMMMMMM", AT),
        ("886LLLL", "887LLLL", AT.replace(tzinfo=UTC)),
        ("886LLLL", "887LLLL", AT.replace(microsecond=1)),
    ],
)
def test_a_message_goes_from_a_number_to_a_number(source: str, dest: str, at: datetime) -> None:
    with pytest.raises(ValueError, match="number to a number"):
        Heading(
            date_time=at,
            source=Sender(number=LaEstab(source)),
            dest=Reader(number=LaEstab(dest)),
            case="c",
            return_route=TOP.return_route,
            power="P",
        )


def test_more_than_20_children_are_not_one_notice() -> None:
    assert reading(Notice(heading=TOP, records=(LITTLE,) * 20)).pupils == 20
    with pytest.raises(Refusal, match="too-large"):
        reading(Notice(heading=TOP, records=(LITTLE,) * 21))


def test_the_version_that_is_written_is_one_that_is_shipped() -> None:
    assert {(kind, messages.VERSION) for kind in KINDS} <= set(samples.schemas())


# -- the values and the schemas say the same --------------------------------------------------------------------------

XS = {"xs": "http://www.w3.org/2001/XMLSchema"}


def words_in(kind: Any, found: set[type[StrEnum]]) -> set[type[StrEnum]]:
    for place in places(kind):
        if isinstance(place.type, type) and issubclass(place.type, StrEnum):
            found.add(place.type)
        elif is_dataclass(place.type):
            words_in(place.type, found)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_of_the_schema_is_a_word_of_the_code(kind: Kind) -> None:
    schema = etree.fromstring(samples.xsd(kind, "1.0"))
    declared = {
        str(one.get("name")): [str(word.get("value")) for word in one.iterfind(".//xs:enumeration", XS)]
        for one in schema.iterfind("xs:simpleType", XS)
        if one.find(".//xs:enumeration", XS) is not None
    }
    ours = {one.__name__: list(one) for one in words_in(FORMS[kind].message, words_in(FORMS[kind].record, set()))}
    assert ours.items() >= {name: words for name, words in declared.items() if name not in {"Sex", "Version"}}.items()
    assert set(ours) <= set(declared)


def fullest(kind: Any, hint: Any = None) -> Any:
    """A value with every field given."""
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind, include_extras=True)
        return kind(**{field.name: fullest(None, hints[field.name]) for field in fields(kind)})
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    inner = [one for one in get_args(hint) if one not in {NoneType, Ellipsis}] or [hint]
    made = fullest(inner[0]) if is_dataclass(inner[0]) else PLAIN.get(inner[0]) or next(iter(inner[0]))
    return (made,) if get_origin(hint) is tuple else made


PLAIN: dict[Any, Any] = {
    str: "x", bool: True, int: 1, date: date(2026, 10, 1), datetime: AT, LaEstab: SCHOOL, Upn: Upn("B881123424001"),
    Item: Item("UPN"), Digest: Digest("0" * 64), PurposeCode: PurposeCode("P06"),
    DisclosureId: DisclosureId("d-" + "a" * 26), MessageId: MessageId("a@b"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_value_has_a_field_for_every_item_of_the_schema_and_for_no_more(kind: Kind) -> None:
    record = etree.fromstring(write(fullest(FORMS[kind].message)))[1][0]
    found = {
        "/".join([*(str(above.tag) for above in reversed(list(leaf.iterancestors())[:-3])), str(leaf.tag)])
        for leaf in record.iterdescendants()
        if not len(leaf)
    }
    lines = {f"AddressLine{number}" for number in range(2, 6)}
    as_pupil_of_a_child = {item for item in found if item.endswith("/AddressAsPupil") and "Contact/" not in item}
    schema = {str(item) for item in samples.schemas()[kind, "1.0"].items}
    assert found - as_pupil_of_a_child == {item for item in schema if item.rpartition("/")[2] not in lines}


# -- any value --------------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=100)
DAYS = st.dates(date(2005, 1, 1), date(2026, 10, 6))
DRAWN: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(1, 20),
    date: DAYS,
    datetime: st.datetimes(datetime(2020, 1, 1), datetime(2026, 10, 6)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001
    LaEstab: st.sampled_from([KENT, MEDWAY, SCHOOL]),
    Upn: st.integers(0, 999).map(samples.upn).map(Upn),
    Item: st.sampled_from([Item("UPN"), Item("LastAddress/PostCode")]),
    Digest: st.from_regex(r"[0-9a-f]{64}", fullmatch=True).map(Digest),
    PurposeCode: st.sampled_from([PurposeCode("P06"), PurposeCode("P07")]),
    DisclosureId: st.from_regex(r"d-[a-z2-7]{26}", fullmatch=True).map(DisclosureId),
    MessageId: st.just(MessageId("m-1@kent.example")),
}
WORDS = {  # fields whose text has a grammar of its own
    "upn_unknown": st.sampled_from([f"UN{number}" for number in range(1, 11)]),
    "sex": st.sampled_from("MFU"), "gender": st.sampled_from("MFU"), "telephone_type": st.sampled_from("FHAMWD"),
    "relationship": st.sampled_from(["PAM", "PAF", "OTH"]), "uprn": st.from_regex(r"[0-9]{1,12}", fullmatch=True).filter(str.isascii),
    "easting": st.just("357833.0"), "northing": st.just("-1.5"), "area": st.just("886"), "maintaining_la": st.just("887"),
    "case": st.just("c-1"), "cases": st.just("c-2"), "reference": st.just("L-1"), "agent": st.just("a-1"),
    "parts": st.sampled_from(["JVBERi0xLjQ=", "+/8"]), "team": st.just("council-tax"), "body": st.just("nhs-kent"),
    "removal_grounds": st.sampled_from("ABCDEFGHIJKLMNO"), "sen_provision": st.just("E"),
    "reply_wanted": st.integers(0, 4), "grade": st.integers(0, 4), "sequence": st.integers(1, 999),
}  # fmt: skip


def drawn(hint: Any, name: str) -> st.SearchStrategy[Any]:
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    inner = next(one for one in [*get_args(hint), hint] if one not in {NoneType, Ellipsis})
    if is_dataclass(inner) and isinstance(inner, type):
        one = values(inner)
    elif isinstance(inner, type) and issubclass(inner, StrEnum):
        one = st.sampled_from(inner)
    else:
        one = WORDS.get(name, DRAWN.get(inner, TEXT))
    if get_origin(hint) is tuple:
        most = 1 if inner is About else 2 if name == "ask_before" else 3  # an enclosure is about one child
        return st.lists(one, min_size=1, max_size=most).map(tuple)
    return one


def values(kind: type) -> st.SearchStrategy[Any]:
    """Any value of a part; what may be left out is, now and then. Of two that exclude each other one is there."""
    hints = get_type_hints(kind, include_extras=True)
    given = {field.name: drawn(hints[field.name], field.name) for field in fields(kind)}
    must = {
        field.name
        for field in fields(kind)
        if field.default.__class__.__name__ == "_MISSING_TYPE" or field.name in {"surname", "forename", "sequence"}
    }
    rivals = {"upn_unknown", "dob_about", "message_id", "as_pupil", "bs7666"}
    usual = {name: one for name, one in given.items() if name in must and name not in rivals}
    some = {name: one for name, one in given.items() if name not in must and name not in rivals}
    return st.fixed_dictionaries(usual, optional=some).map(lambda chosen: kind(**chosen))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_value_survives_writing_and_reading(kind: Kind, data: st.DataObject) -> None:
    message = data.draw(values(FORMS[kind].message))
    schema = samples.schemas()[kind, "1.0"]
    root = etree.fromstring(write(message))
    assert schema.accepts(root[0]) and all(schema.accepts(record) for record in root[1]), write(message)
    done = reading(message)
    if done.document is not None and len(done.document.pupils) == len(message.records):
        assert value(done.document) == message


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_says_its_kind(kind: Kind) -> None:
    root = etree.fromstring(write(one_of(kind)))
    layout = BY_KIND[kind]
    assert (root.tag, root[1].tag, root[1][0].tag) == (layout.root, layout.records, layout.record)
    assert root.findtext("Header/DocumentName") == layout.title
