"""Only what is allowed leaves, all of it, and what leaves is valid."""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.core.documents import Cut, Document, cut, expand, read, required
from gateway.core.documents.safe import laid_out
from gateway.core.documents.shape import Node
from gateway.core.errors import Code, Refusal
from gateway.core.terms import Item, Kind
from tests.core.documents import samples
from tests.core.documents.samples import CTF_NAME, HEADER, SCHOOLS, ctf, pupil, reading, upn

Element = etree._Element
Leaf = tuple[int, str, str]  # pupil, path, text
MARKER = "Zebrafinch"

OPEN = f"""<NAWdetails><SpeakWelsh {MARKER}="{MARKER}">2</SpeakWelsh><{MARKER}>{MARKER}</{MARKER}>
<HomeWelsh><Religion>{MARKER}</Religion></HomeWelsh>
<ALNneeds>{MARKER}<ALNType>SLCD</ALNType>{MARKER}<{MARKER}/></ALNneeds>
<ALNAreasOfNeed><{MARKER}/></ALNAreasOfNeed><x:SpeakWelsh xmlns:x="urn:{MARKER}">{MARKER}</x:SpeakWelsh></NAWdetails>"""
SUPPLIER = f'<SuppInfo><SuppID>{MARKER}</SuppID><UPN>{MARKER}</UPN><x:Y xmlns:x="urn:{MARKER}" a="1"/></SuppInfo>'
HIDING = ctf(
    pupil(1, blocks=f"<BasicDetails>{SUPPLIER}</BasicDetails>{OPEN}<Address><PostCode>ZZ99</PostCode>{SUPPLIER}</Address>"
          f"<Contacts><Contact><Surname>T</Surname><Address>{SUPPLIER}</Address>{SUPPLIER}</Contact></Contacts>"
          + SCHOOLS.replace("</School>", f"{SUPPLIER}</School>") + SUPPLIER),
    pupil(2),
    header=HEADER.replace("</Header>", f"{SUPPLIER}</Header>"),
)  # fmt: skip


@cache
def document(kind: str, version: str) -> Document:
    """The specimen, or generated pupils where the version has none."""
    shipped = (kind, version) in samples.SHELVES
    name, content = (None, samples.specimen(kind, version)) if shipped else samples.generated(kind, version)
    found = read(name, content, samples.schemas(), samples.known().meanings()).document
    assert found is not None
    return found


def record_of(of: Document) -> Node:
    return samples.schemas()[of.kind, of.version].record


def leaves_of(content: bytes) -> Iterator[Leaf]:
    """Every leaf below a record, found by plain walking."""
    for number, record in enumerate(etree.fromstring(content)[1], 1):
        for leaf in record.iterdescendants():
            if not len(leaf):
                path = [str(leaf.tag), *(str(above.tag) for above in leaf.iterancestors())][:-3]
                yield number, "/".join(reversed(path)), leaf.text or ""


def by_removing(of: Document, allowed: frozenset[Item], only: list[int]) -> list[Leaf]:
    return list(leaves_of(plainly_cut(of, allowed, only)))


def plainly_cut(of: Document, allowed: frozenset[Item], only: list[int]) -> bytes:
    """The same cut made the slow way: take away what is not allowed until nothing more must go."""

    def keep(element: Element, node: Node) -> bool:
        if node.leaf:
            return node.item in allowed and not len(element)
        for child in list(element):
            known = node.children.get(str(child.tag))
            if known is None or not keep(child, known):
                element.remove(child)
        present = {str(child.tag) for child in element}
        whole = all(child.name in present for child in node.children.values() if child.required)
        return whole and (bool(present) or node.required)

    root = etree.fromstring(of.content)
    records = [record for number, record in enumerate(root[1], 1) if number in only]
    for record in records:
        assert keep(record, record_of(of)) or not len(record)
    for gone in [record for record in root[1] if record not in records]:
        root[1].remove(gone)
    return etree.tostring(root)


@st.composite
def cuts(draw: st.DrawFn) -> tuple[Document, frozenset[Item], list[int]]:
    of = document(*draw(st.sampled_from(samples.EVERY)))
    schema = samples.schemas()[of.kind, of.version]
    usual = sorted(of.items - required(schema))
    some = draw(st.sets(st.sampled_from(usual), max_size=len(usual)))
    if draw(st.booleans()):
        some = set(usual) - some
    only = draw(st.lists(st.sampled_from([pupil.number for pupil in of.pupils]), min_size=1, unique=True))
    return of, frozenset(some) | required(schema), only


def cut_or_hollow(of: Document, allowed: frozenset[Item], only: list[int]) -> Cut | None:
    """The cut, or None of a message that would not hold what it promises: then what is left is really refused."""
    try:
        return cut(of, allowed, samples.schemas(), only)
    except Refusal:
        kept = read(of.name, plainly_cut(of, allowed, only), samples.schemas(), samples.known().meanings())
    assert of.kind is not Kind.CTF
    assert kept.document is None or len(kept.document.pupils) < len(only)
    return None


@settings(max_examples=150, deadline=None)
@given(cuts())
def test_a_cut_is_valid_and_holds_exactly_what_is_allowed(drawn: tuple[Document, frozenset[Item], list[int]]) -> None:
    of, allowed, only = drawn
    done = cut_or_hollow(of, allowed, only)
    if done is None:
        return
    again = read(of.name, done.document.content, samples.schemas(), samples.known().meanings())
    assert again.document == done.document
    found = list(leaves_of(done.document.content))
    assert found == by_removing(of, allowed, only)
    assert {path for _, path, _ in found} == done.shared == done.document.items <= allowed
    chosen = [pupil for pupil in of.pupils if pupil.number in only]
    assert done.shared | done.withheld == frozenset().union(*(pupil.items for pupil in chosen))
    assert not done.shared & done.withheld
    assert [pupil.came_as for pupil in done.document.pupils] == [pupil.came_as for pupil in chosen]
    assert done.document.unknown == 0


@pytest.mark.parametrize(("kind", "version"), samples.EVERY)
def test_cut_down_to_the_least_every_version_is_valid_as_a_whole(kind: str, version: str) -> None:
    of = document(kind, version)
    done = cut_or_hollow(of, required(samples.schemas()[of.kind, of.version]), [pupil.number for pupil in of.pupils])
    if done is None:
        return
    least = done.document
    schema = etree.XMLSchema(etree.fromstring(samples.xsd(kind, version)))
    assert schema.validate(etree.fromstring(least.content))
    assert len(least.pupils) == len(of.pupils)


def test_a_ground_is_known_of_a_cut_only_where_it_is_shared() -> None:
    of = document("cml", "26.0")
    assert all(pupil.ground for pupil in of.pupils)
    assert [pupil.ground for pupil in all_allowed(of).document.pupils] == [pupil.ground for pupil in of.pupils]
    without = cut(of, of.items - {Item("SchoolHistory/School/RemovalGrounds")}, samples.schemas()).document
    assert [pupil.ground for pupil in without.pupils] == [None, None]


@settings(max_examples=40, deadline=None)
@given(cuts())
def test_cutting_again_changes_nothing_and_cutting_more_is_cutting_once(
    drawn: tuple[Document, frozenset[Item], list[int]],
) -> None:
    of, allowed, only = drawn
    first = cut_or_hollow(of, allowed, only)
    if first is None:
        return
    done = first.document
    assert cut(done, allowed, samples.schemas()).document == done
    least = required(samples.schemas()[of.kind, of.version])
    if cut_or_hollow(of, least, only) is None:
        return
    assert cut(done, least, samples.schemas()).shared == cut(of, least, samples.schemas(), only).shared


@settings(max_examples=40, deadline=None)
@given(cuts())
def test_a_cut_leaves_the_document_as_it_was(drawn: tuple[Document, frozenset[Item], list[int]]) -> None:
    of, allowed, only = drawn
    before = of.content
    cut_or_hollow(of, allowed, only)
    assert laid_out(of.tree) == before == of.content


@pytest.mark.parametrize(("kind", "version"), samples.EVERY)
def test_without_any_one_required_item_nothing_goes(kind: str, version: str) -> None:
    of = document(kind, version)
    schema = samples.schemas()[of.kind, of.version]
    for item in required(schema):
        with pytest.raises(Refusal) as refused:
            cut(of, schema.items - {item}, samples.schemas())
        assert refused.value.code is Code.NOTHING_TO_SHARE
    for item in sorted(schema.items - required(schema)):
        done = cut_or_hollow(of, schema.items - {item}, [pupil.number for pupil in of.pupils])
        assert done is None or item not in done.shared


@pytest.mark.parametrize("only", [[], [0], [3], [-1]])
def test_without_a_chosen_pupil_nothing_goes(only: list[int]) -> None:
    of = document("ctf", "26.0")
    with pytest.raises(Refusal) as refused:
        cut(of, of.items, samples.schemas(), only)
    assert refused.value.code is Code.NOTHING_TO_SHARE


@pytest.mark.parametrize(
    ("missing", "goes", "stays"),
    [
        ("SchoolHistory/School/Estab", "SchoolHistory", ""),
        ("LookedAfter/InCare", "LookedAfter", ""),
        ("SENhistory/SEN/SENprovision", "SENhistory/SEN/", "SENhistory/SENneeds/"),
        ("SENhistory/SENneeds/SENneed/SENtype", "SENhistory/SENneeds", "SENhistory/SEN/"),
        ("Contacts/Contact/Surname", "Contacts", ""),
        ("Contacts/Contact/Phones/Phone/PhoneNo", "Contacts/Contact/Phones", "Contacts/Contact/Surname"),
        ("Attendance/YearData/AttendSessions/AttendanceMarks", "Attendance/YearData/AttendSessions", "Attendance/YearData/Year"),
        ("StageAssessments/KeyStage/StageAssessment/Subject", "StageAssessments", ""),
        ("BasicDetails/Languages/Type/Language", "BasicDetails/Languages", "BasicDetails/Ethnicity"),
        ("NAWdetails/ALNneeds/ALNType", "NAWdetails/ALNneeds", "NAWdetails/SpeakWelsh"),
        ("Address/PostCode", "Address/PostCode", "Address/BS7666Address/PAON"),
    ],
)  # fmt: skip
def test_an_element_goes_with_a_child_it_cannot_do_without(missing: str, goes: str, stays: str) -> None:
    of = document("ctf", "26.0")
    shared = cut(of, of.items - {Item(missing)}, samples.schemas()).shared
    assert not {item for item in shared if item.startswith(goes)}
    assert {item for item in of.items if not item.startswith(goes)} == shared
    assert not stays or {item for item in shared if item.startswith(stays)}


def all_allowed(of: Document) -> Cut:
    return cut(of, samples.schemas()[of.kind, of.version].items, samples.schemas())


def test_nothing_unknown_or_a_suppliers_own_ever_leaves() -> None:
    of = reading(HIDING).document
    assert of is not None
    assert of.content.count(MARKER.encode()) > 30
    done = all_allowed(of)
    assert MARKER.encode() not in done.document.content
    assert b"Supp" not in done.document.content.replace(b"SupplierID", b"")
    assert b"xmlns" not in done.document.content
    assert {"NAWdetails/SpeakWelsh", "NAWdetails/ALNneeds/ALNType", "Address/PostCode"} <= done.shared
    assert not {"NAWdetails/HomeWelsh", "NAWdetails/ALNAreasOfNeed/ALNAreaOfNeed"} & done.shared
    assert reading(done.document.content).document == done.document


def test_where_nothing_goes_the_cut_is_the_document_itself() -> None:
    of = reading(ctf(pupil(1), pupil(2))).document
    assert of is not None
    assert cut(of, of.items, samples.schemas()).document is of
    assert cut(of, of.items, samples.schemas(), [2, 1]).document is of
    assert cut(of, of.items, samples.schemas(), [1]).document is not of


@pytest.mark.parametrize(
    "content",
    [
        ctf(pupil(1, blocks=SUPPLIER), pupil(2)),
        ctf(pupil(1, blocks=f"<BasicDetails>{SUPPLIER}</BasicDetails>"), pupil(2)),
        ctf(pupil(1), pupil(2), header=HEADER.replace("</Header>", f"{SUPPLIER}</Header>")),
        ctf(pupil(1), pupil(2, blocks=OPEN)),
        ctf(pupil(1), pupil(2, blocks="<NAWdetails></NAWdetails>")),
        ctf(pupil(1, blocks="<BasicDetails></BasicDetails>"), pupil(2)),
    ],
)
def test_a_document_that_holds_more_than_its_items_never_goes_as_it_is(content: bytes) -> None:
    of = reading(content).document
    assert of is not None
    assert len(of.pupils) == 2
    done = cut(of, of.items, samples.schemas())
    assert done.document is not of
    assert done.shared == of.items
    for name in (MARKER.encode(), b"<SuppInfo>", b"<BasicDetails>", b"<NAWdetails></"):
        assert name not in done.document.content


def test_the_unknown_that_was_cut_is_counted_for_the_chosen_pupils_and_the_header() -> None:
    of = reading(HIDING).document
    assert of is not None
    schema = samples.schemas()[of.kind, of.version]
    in_header = 2
    assert cut(of, schema.items, samples.schemas(), [2]).unknown == in_header
    assert cut(of, schema.items, samples.schemas(), [1]).unknown == of.unknown == in_header + of.pupils[0].unknown


def test_the_header_goes_as_it_is_but_for_the_suppliers_own() -> None:
    of = reading(HIDING).document
    assert of is not None
    done = all_allowed(of).document
    before, after = etree.fromstring(of.content)[0], etree.fromstring(done.content)[0]
    before.remove(before[-1])
    texts = [[(e.tag, (e.text or "").strip()) for e in header.iter()] for header in (before, after)]
    assert texts[0] == texts[1]


def test_a_full_file_from_which_something_is_withheld_calls_itself_partial() -> None:
    of = document("ctf", "26.0")
    whole, less = all_allowed(of).document, cut(of, of.items - {Item("Email")}, samples.schemas()).document
    assert (whole.partial, b"<DocumentQualifier>full<" in whole.content) == (False, True)
    assert (less.partial, b"<DocumentQualifier>partial<" in less.content) == (True, True)
    second = cut(of, of.items - {Item("Email")}, samples.schemas(), [2]).document
    assert not second.partial, "the second pupil has no e-mail, so nothing was withheld"
    assert not cut(
        document("notice", "1.0"), frozenset({Item("Surname"), Item("Forename")}), samples.schemas()
    ).document.partial


def test_a_cut_without_dates_of_leaving_is_still_read_without_an_error() -> None:
    of = document("ctf", "26.0")
    schema = samples.schemas()[of.kind, of.version]
    allowed = schema.items - {Item("SchoolHistory/School/LeavingDate")}
    assert reading(cut(of, allowed, samples.schemas()).document.content).findings == ()


def test_the_pupils_of_a_cut_are_numbered_anew_and_remember_where_they_came_from() -> None:
    of = reading(ctf(*map(pupil, range(1, 7)))).document
    assert of is not None
    done = cut(of, required(samples.schemas()[of.kind, of.version]), samples.schemas(), {5, 2, 4}).document
    assert [(p.number, p.came_as, p.upn) for p in done.pupils] == [(1, 2, upn(2)), (2, 4, upn(4)), (3, 5, upn(5))]
    assert [p.line for p in done.pupils] == [of.pupils[1].line, of.pupils[3].line, of.pupils[4].line]


def test_care_that_is_not_shared_is_not_known_of_the_cut() -> None:
    of = document("ctf", "26.0")
    assert of.pupils[0].care_authority == "886"
    assert all_allowed(of).document.pupils[0].care_authority == "886"
    without = cut(of, of.items - {Item("LookedAfter/CareAuthority")}, samples.schemas()).document
    assert without.pupils[0].care_authority is None


def test_an_agreement_in_patterns_cuts_as_it_says() -> None:
    of = document("ctf", "26.0")
    schema = samples.schemas()[Kind.CTF, "26.0"]
    allowed = expand(["UPN", "Surname", "Forename", "DOB", "Sex", "Address/*"], schema)
    done = cut(of, allowed, samples.schemas(), [2])
    assert re.sub(r">\s+<", "><", done.document.content.decode()) == (
        '<?xml version="1.0" encoding="UTF-8"?><CTfile><Header><DocumentName>Common Transfer File</DocumentName>'
        "<CTFversion>26.0</CTFversion><DateTime>2026-10-06T09:15:00</DateTime>"
        "<DocumentQualifier>partial</DocumentQualifier><SupplierID>DEMO</SupplierID><SourceSchool>"
        "<LEA>881</LEA><Estab>1234</Estab><URN>100000</URN>"
        "<SchoolName>Larkfield Example Primary</SchoolName><AcademicYear>2026</AcademicYear>"
        "</SourceSchool><DestSchool><LEA>205</LEA><Estab>3000</Estab><URN>XXXXXX</URN>"
        "</DestSchool></Header><CTFpupilData><Pupil><UPN>R205300019012</UPN><Surname>Thistlewood</Surname>"
        "<Forename>Bram</Forename><DOB>2014-11-30</DOB><Sex>M</Sex>"
        "<Address><PostCode>ZZ99 1AC</PostCode></Address></Pupil></CTFpupilData></CTfile>"
    )


def test_the_name_of_the_file_stays() -> None:
    assert all_allowed(document("ctf", "26.0")).document.name == CTF_NAME
