"""The shipped schemas are what their masters say, stand alone, accept their specimens, and have the shape we think."""

import runpy
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from gateway.core.documents import Verdict, build, expand, read, required
from gateway.core.documents.layouts import BY_KIND
from gateway.core.documents.shape import Content, Node, known_path, leaves
from gateway.core.terms import Item, Kind
from tests.core.documents import samples

XS = "{http://www.w3.org/2001/XMLSchema}"
ELEMENT = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{}</xs:schema>'
RECORD = ELEMENT.format(
    '<xs:element name="CTfile" type="T"/><xs:element name="Header" type="T"/><xs:element name="Pupil" type="T"/>'
    '<xs:complexType name="T">{}</xs:complexType>'
)


def test_the_shipped_schemas_are_what_their_masters_say() -> None:
    done = subprocess.run(
        [sys.executable, samples.SCHEMAS / "build.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_a_schema_changed_by_hand_is_found(tmp_path: Path) -> None:
    for master in samples.SCHEMAS.glob("*/*.master.xsd"):
        copy = tmp_path / master.relative_to(samples.SCHEMAS)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(master.read_bytes())
    script = tmp_path / "build.py"
    script.write_bytes((samples.SCHEMAS / "build.py").read_bytes())
    run = runpy.run_path(str(script))
    specimens = len(list(samples.SCHEMAS.glob("notice/*/*.specimen.xml")))
    assert specimens == len(samples.MESSAGES) + 1, "of a case file there are two, about two matters"
    assert len(run["differing"]()) == len(samples.EVERY) + specimens
    run["write"]()
    assert run["differing"]() == []
    one = tmp_path / "ctf" / "25.0" / "ctf.xsd"
    assert one.read_bytes() == samples.xsd("ctf", "25.0")
    one.write_bytes(one.read_bytes() + b" ")
    assert run["differing"]() == [one]
    assert run["main"](["--check"]) == 1
    assert run["main"](["--what"]) == 2


@pytest.mark.parametrize(("kind", "version"), samples.SHELVES)
def test_every_specimen_is_clean(kind: str, version: str) -> None:
    done = read(samples.NAMES[kind], samples.specimen(kind, version), samples.schemas())
    assert (done.outcome, done.findings, done.kind, done.version) == (Verdict.CLEAN, (), kind, version)
    records = 1 if kind == "enclosure" else 2  # that one never holds more
    assert done.pupils == records
    assert done.document is not None
    assert len(done.document.pupils) == records


@pytest.mark.parametrize(("kind", "version"), samples.SHELVES)
def test_every_specimen_is_valid_as_a_whole_too(kind: str, version: str) -> None:
    schema = etree.XMLSchema(etree.fromstring(samples.xsd(kind, version)))
    assert schema.validate(etree.fromstring(samples.specimen(kind, version)))


@pytest.mark.parametrize(("kind", "version"), samples.EVERY)
def test_a_schema_stands_alone_and_its_header_and_record_are_global(kind: str, version: str) -> None:
    root = etree.fromstring(samples.xsd(kind, version))
    assert not list(root.iter(f"{XS}include", f"{XS}import", f"{XS}redefine"))
    assert root.get("targetNamespace") is None
    layout = BY_KIND[Kind(kind)]
    found = {element.get("name") for element in root.findall(f"{XS}element")}
    assert found == {layout.root, layout.header, layout.record}


OF_ANOTHER_GRADE_OR_MATTER = {
    "reply": {"Searched"},
    "rights": {"Addendum", "RestrictedFrom", "RestrictedTo", "Was", "Entry"},
    "check-answer": {"Area", "LastContact", "CustodyAnswer", "HandlingMarker"},
    "casefile": {"EHCstatus", "YouthJustice", "Licence"},
}


@pytest.mark.parametrize(("kind", "version"), samples.SHELVES)
def test_a_specimen_touches_most_blocks(kind: str, version: str) -> None:
    schema = samples.schemas()[Kind(kind), version]
    document = read(samples.NAMES[kind], samples.specimen(kind, version), samples.schemas()).document
    assert document is not None
    blocks = {item.split("/")[0] for item in schema.items}
    touched = {item.split("/")[0] for item in document.items}
    of_a_transfer = {"UCI", "FSMhistory", "NAWdetails", "Attendance", "StageAssessments"}
    elsewhere = of_a_transfer if kind in {"cml", "cmj"} else OF_ANOTHER_GRADE_OR_MATTER.get(kind, set())
    assert blocks - touched <= {"UPNunknown", "DOBabout"} | elsewhere


@pytest.mark.parametrize(
    ("kind", "version", "names"),
    [
        *(("ctf", f"{number}.0", {"UPN", "Surname", "Forename", "DOB", "Gender"}) for number in range(12, 24)),
        *((kind, "24.0", {"UPN", "Surname", "Forename", "DOB"}) for kind in ("ctf", "cml")),  # either will do
        ("cmj", "26.0", {"UPN", "Surname", "Forename", "DOB", "Sex"}),
        ("ctf", "25.0", {"UPN", "Surname", "Forename", "DOB", "Sex"}),
        ("ctf", "26.0", {"UPN", "Surname", "Forename", "DOB", "Sex"}),
        ("notice", "1.0", {"Surname", "Forename"}),
    ],
)
def test_a_record_cannot_do_without_very_little(kind: str, version: str, names: set[str]) -> None:
    assert required(samples.schemas()[Kind(kind), version]) == names


def test_versions_differ_as_the_reference_says() -> None:
    """ctf.md §1.1, §4.2, §4.4, §4.6, §4.10, §4.12: what each version brought, and what it took away."""
    of = [samples.schemas()[Kind.CTF, f"{number}.0"].items for number in range(12, 27)]
    brought = {number: {str(item) for item in new - old} for number, (old, new) in enumerate(pairwise(of), 13)}
    welsh = {item for item in brought[21] if item.startswith("NAWdetails/")}
    assert len(welsh) == 9
    assert {number: new for number, new in brought.items() if new} == {
        13: {"NAWdetails/EthnicitySource"},
        17: {
            "BasicDetails/ServiceChild", "SENhistory/SEN/EndDate", "SENhistory/SENneeds/SENneed/NeedStartDate",
            "SENhistory/SENneeds/SENneed/NeedEndDate",
        },
        18: {"Attendance/YearData/URN", "SchoolHistory/School/URN", "SchoolHistory/School/RemovalGrounds"},
        21: welsh,
        24: {"Sex", "Contacts/Contact/Sex"},
        26: {"FSMhistory/FSMinstance/FSMEligibilityVerificationDate", "FSMhistory/FSMinstance/FSMCategory"},
    }  # fmt: skip
    gone = {number: {str(item) for item in old - new} for number, (old, new) in enumerate(pairwise(of), 13)}
    assert {number: old for number, old in gone.items() if old} == {25: {"Gender"}}


def test_what_is_new_about_meals_in_26_stands_in_any_order() -> None:
    """ctf.md §13.9: where the two items stand is not known."""
    specimen = samples.specimen("ctf", "26.0")
    country, category = b"<UKcountry>ENG</UKcountry>", b"<FSMCategory>TFSM</FSMCategory>"
    turned = specimen.replace(country, b"<x/>").replace(category, country).replace(b"<x/>", category)
    assert turned != specimen
    assert samples.codes(turned) == samples.codes(specimen)


@pytest.mark.parametrize("before", [b"<EntryDate>2021", b"<LeavingDate>2026", b"<LeavingReason>"])
def test_a_ground_stands_anywhere_behind_the_name_of_the_school(before: bytes) -> None:
    """ctf.md §13.1: its place is not known."""
    specimen, ground = samples.specimen("ctf", "26.0"), b"<RemovalGrounds>A</RemovalGrounds>"
    moved = specimen.replace(ground, b"").replace(before, ground + before, 1)
    assert moved != specimen
    assert samples.codes(moved) == samples.codes(specimen)


def test_a_return_has_the_elements_of_the_transfer_file_of_its_version() -> None:
    for kind, version in samples.EVERY:
        if kind in {"cml", "cmj"}:
            assert samples.schemas()[Kind(kind), version].items == samples.schemas()[Kind.CTF, version].items


def test_nothing_of_a_supplier_is_ever_an_item() -> None:
    for schema in samples.schemas().values():
        assert not [item for item in schema.items if "SuppI" in item or "Extension" in item]


def test_expand_names_every_declared_leaf_under_a_block() -> None:
    schema = samples.schemas()[Kind.CTF, "26.0"]
    assert expand(["UPN", "LookedAfter/*", "SENhistory/SEN/*"], schema) == {
        "UPN", "LookedAfter/InCare", "LookedAfter/CareAuthority",
        "SENhistory/SEN/StartDate", "SENhistory/SEN/SENprovision", "SENhistory/SEN/EndDate",
    }  # fmt: skip
    assert len(expand(["Address/*"], schema)) == 19
    assert expand([], schema) == frozenset()


@pytest.mark.parametrize(
    "pattern", ["", "*", "/*", "Nothing", "Address", "UPN/*", "Address/", "SuppInfo/*", "Addr*", "Sex "]
)
def test_a_pattern_that_names_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="names no item"):
        expand(["UPN", pattern], samples.schemas()[Kind.CTF, "26.0"])


def node(*names: str) -> Node:
    here = samples.schemas()[Kind.CTF, "26.0"].record
    for name in names:
        here = here.children[name]
    return here


@pytest.mark.parametrize(
    ("path", "leaf", "is_required", "repeated", "is_open"),
    [
        (("UPN",), True, True, False, False),
        (("Email",), True, False, False, False),
        (("BasicDetails",), False, False, False, False),
        (("BasicDetails", "PreferredSurname"), True, False, True, False),
        (("BasicDetails", "Languages", "Type"), False, True, True, False),
        (("BasicDetails", "Languages", "Type", "Language"), True, True, False, False),
        (("NAWdetails",), False, False, False, True),
        (("NAWdetails", "ALNneeds", "ALNType"), True, True, True, False),
        (("Address", "Northing"), True, False, True, False),
        (("Contacts", "Contact"), False, True, True, False),
        (("SuppInfo",), False, False, False, True),
    ],
)
def test_the_shape_says_leaf_required_repeated_open(
    path: tuple[str, ...], *, leaf: bool, is_required: bool, repeated: bool, is_open: bool
) -> None:
    found = node(*path)
    assert (found.leaf, found.required, found.repeated, found.open) == (leaf, is_required, repeated, is_open)


def test_suppliers_content_stands_in_all_its_places() -> None:
    def places(here: Node, path: str) -> set[str]:
        found = {path} if here.content is Content.SUPPLIER else set()
        return found.union(*(places(child, f"{path}/{name}") for name, child in here.children.items()))

    schema = samples.schemas()[Kind.CTF, "26.0"]
    assert places(schema.record, "Pupil") == {
        "Pupil/SuppInfo", "Pupil/BasicDetails/SuppInfo", "Pupil/SENhistory/SuppInfo", "Pupil/Address/SuppInfo",
        "Pupil/Contacts/Contact/SuppInfo", "Pupil/Contacts/Contact/Address/SuppInfo",
        "Pupil/SchoolHistory/School/SuppInfo",
    }  # fmt: skip
    assert places(schema.header, "Header") == {"Header/SuppInfo"}
    for kind in map(Kind, samples.MESSAGES):
        one = samples.schemas()[kind, "1.0"]
        assert places(one.record, "Record") == {"Record/Extension"}
        assert places(one.header, "Header") == {"Header/Extension"}


def test_every_item_is_the_path_of_one_leaf() -> None:
    for schema in samples.schemas().values():
        found = [leaf.item for leaf in leaves(schema.record)]
        assert len(found) == len(set(found)) == len(schema.items)
        assert all(known_path(schema.record, tuple(item.split("/"))).endswith(f"/{item}") for item in schema.items)
        assert all(isinstance(item, Item) for item in schema.items)


@pytest.mark.parametrize(
    ("names", "path"),
    [
        (("Address", "PostCode"), "Pupil/Address/PostCode"),
        (("Address", "Secret"), "Pupil/Address/*"),
        (("Secret", "PostCode"), "Pupil/*"),
        (("SuppInfo", "Secret", "Deeper"), "Pupil/SuppInfo/*"),
        ((), "Pupil"),
    ],
)
def test_a_path_in_a_finding_ends_where_the_schema_stops_knowing(names: tuple[str, ...], path: str) -> None:
    assert known_path(samples.schemas()[Kind.CTF, "26.0"].record, names) == path


@pytest.mark.parametrize(
    "xsd",
    [
        "", "<a/>", "<!DOCTYPE a><a/>", ELEMENT.format(""), ELEMENT.format('<xs:element name="Other"/>'),
        ELEMENT.format('<xs:include schemaLocation="http://127.0.0.1:9/x.xsd"/>'),
        ELEMENT.format('<xs:import schemaLocation="http://127.0.0.1:9/x.xsd"/>'),
        ELEMENT.format('<xs:element name="CTfile" type="xs:string"/>'),
        RECORD.format("<xs:all><xs:element name='a' type='xs:string'/></xs:all>"),
        RECORD.format("<xs:sequence><xs:choice><xs:element name='a' type='xs:string'/></xs:choice></xs:sequence>"),
        RECORD.format("<xs:sequence><xs:any processContents='lax' minOccurs='0'/></xs:sequence>"),
        RECORD.format("<xs:sequence><xs:element name='a'/></xs:sequence>"),
        RECORD.format("<xs:sequence><xs:element name='a' type='xs:string'/></xs:sequence><xs:attribute name='b'/>"),
        RECORD.format("<xs:sequence><xs:sequence><xs:element name='a' type='xs:string'/></xs:sequence></xs:sequence>"),
    ],
)  # fmt: skip
def test_a_schema_that_we_do_not_wholly_understand_is_refused(xsd: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        build(Kind.CTF, xsd.encode())


def test_what_is_required_inside_what_is_required_is_required() -> None:
    xsd = RECORD.format(
        "<xs:sequence><xs:element name='a' type='B'/><xs:element name='c' type='B' minOccurs='0'/></xs:sequence>"
    )
    inner = (
        "<xs:complexType name='B'><xs:sequence><xs:element name='d' type='xs:string'/></xs:sequence></xs:complexType>"
    )
    assert required(build(Kind.CTF, xsd.replace("</xs:schema>", f"{inner}</xs:schema>").encode())) == {"a/d"}


def test_a_small_schema_of_ours_is_understood() -> None:
    xsd = RECORD.format("<xs:sequence><xs:element name='UPN' type='xs:string'/></xs:sequence>")
    assert build(Kind.CTF, xsd.encode()).items == {"UPN"}
