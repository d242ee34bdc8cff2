"""Version 1.1 may add to 1.0 without breaking it: what it adds stands in an Extension, which 1.0 passes over."""

import runpy
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from gateway.core.documents import Reading, Schema, Schemas, build, cut, read, required, value
from gateway.core.errors import Code, Refusal, Severity
from gateway.core.terms import Item, Kind
from tests.core.documents import samples

KINDS = list(map(Kind, samples.MESSAGES))
NEW = "<Extension><Origin>1.1</Origin><SchoolPhase>SS</SchoolPhase></Extension>"
SECRET = b"SchoolPhase"


def of_1_1(kind: Kind, *, header: str = NEW, record: str = NEW) -> bytes:
    """The specimen as a writer of 1.1 would write it."""
    root = etree.fromstring(samples.specimen(kind, "1.0"), etree.XMLParser(remove_comments=True))
    version = root.find("Header/NoticeVersion")
    assert version is not None
    version.text = "1.1"
    for parent, added in ((root[0], header), (root[1][0], record)):
        if added:
            parent.append(etree.fromstring(added))
    return etree.tostring(root)


def reading(kind: Kind, content: bytes, schemas: Schemas | None = None) -> Reading:
    return read(samples.NAMES[kind], content, schemas or samples.schemas())


@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_of_1_0_takes_a_message_of_1_1_and_says_that_it_does_not_know_all(kind: Kind) -> None:
    done = reading(kind, of_1_1(kind))
    plain = reading(kind, samples.specimen(kind, "1.0")).document
    prefix = samples.NAMES[kind].split("_")[1]
    assert [(finding.code, finding.severity) for finding in done.findings] == [(f"{prefix}-MSG-001", Severity.QUERY)]
    assert done.document is not None and plain is not None
    assert (done.version, done.document.items, done.document.unknown) == ("1.0", plain.items, 2)
    assert value(done.document) == value(plain)


@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_in_an_extension_is_no_item_and_is_never_passed_on(kind: Kind) -> None:
    document = reading(kind, of_1_1(kind)).document
    assert document is not None
    assert document.content.count(SECRET) == 4
    done = cut(document, document.items, samples.schemas()).document
    assert SECRET not in done.content
    assert b"Extension" not in done.content
    assert not [item for item in samples.schemas()[kind, "1.0"].items if "Extension" in item]
    again = reading(kind, done.content)
    assert again.document == done


def test_what_a_later_version_puts_elsewhere_is_an_error() -> None:
    stray = of_1_1(Kind.NOTICE, header="", record="<SchoolPhase>SS</SchoolPhase>")
    assert "CME-XSD-002" in [finding.code for finding in reading(Kind.NOTICE, stray).findings]
    nameless = of_1_1(Kind.NOTICE, header="", record="<Extension><SchoolPhase>SS</SchoolPhase></Extension>")
    assert "CME-XSD-001" in [finding.code for finding in reading(Kind.NOTICE, nameless).findings]


@pytest.mark.parametrize("version", ["0.9", "2.0", "1", "1.", "1.01", "1.100", "one", ""])
def test_another_major_version_is_not_guessed_at(version: str) -> None:
    content = samples.specimen("notice", "1.0").replace(
        b"<NoticeVersion>1.0<", b"<NoticeVersion>%b<" % version.encode()
    )
    with pytest.raises(Refusal) as refused:
        reading(Kind.NOTICE, content)
    assert refused.value.code is Code.WRONG_VERSION


# -- when the newer schema is shipped ---------------------------------------------------------------------------------


@pytest.fixture
def both(tmp_path: Path) -> Schemas:
    """1.0 and a 1.1 that was made from the same masters, as somebody would make it one day."""
    shutil.copytree(samples.SCHEMAS, tmp_path / "schemas", ignore=shutil.ignore_patterns("[0-9]*"))
    shared = tmp_path / "schemas" / "notice" / "shared.master.xsd"
    text = shared.read_text()
    added = (
        '<xs:element name="SchoolPhase" type="Name" minOccurs="0" v:since="1.1" v:says="The phase."/>'
        '<xs:element name="Extension" type="Later" minOccurs="0" v:since="1.1" v:says="What 1.2 adds."/>'
    )
    later = (
        '<xs:complexType name="Later"><xs:sequence><xs:element name="Origin" type="Words"/>'
        '<xs:any processContents="skip" minOccurs="0" maxOccurs="200"/></xs:sequence></xs:complexType>'
    )
    anything = '<xs:any processContents="skip" minOccurs="0" maxOccurs="200"/>'
    assert anything in text
    text = text.replace(anything, added + anything.replace("/>", ' v:until="1.0"/>'))
    shared.write_text(text.replace("<!-- Who a child is -->", later))
    run = runpy.run_path(str(tmp_path / "schemas" / "build.py"))
    made: dict[tuple[Kind, str], Schema] = {}
    for version in ("1.0", "1.1"):
        schema, _ = run["_message"](shared.with_name("notice.master.xsd"), version)
        made[Kind.NOTICE, version] = build(Kind.NOTICE, run["_print"](schema, version))
    return made


def test_1_0_is_byte_for_byte_what_it_was_when_1_1_is_made(both: Schemas) -> None:
    assert both[Kind.NOTICE, "1.0"].xsd == samples.xsd("notice", "1.0")


def test_1_1_only_adds(both: Schemas) -> None:
    old, new = both[Kind.NOTICE, "1.0"], both[Kind.NOTICE, "1.1"]
    assert new.items - old.items == {Item("Extension/Origin"), Item("Extension/SchoolPhase")}
    assert old.items < new.items
    assert required(old) == required(new)


def test_the_newest_shipped_version_that_is_not_newer_reads_a_message(both: Schemas) -> None:
    first = reading(Kind.NOTICE, samples.specimen("notice", "1.0"), both)
    second = reading(Kind.NOTICE, of_1_1(Kind.NOTICE), both)
    third = reading(Kind.NOTICE, of_1_1(Kind.NOTICE).replace(b"<NoticeVersion>1.1", b"<NoticeVersion>1.12"), both)
    assert [done.version for done in (first, second, third)] == ["1.0", "1.1", "1.1"]
    assert [[finding.code for finding in done.findings] for done in (first, second, third)] == [[], [], ["CME-MSG-001"]]
    assert second.document is not None
    assert Item("Extension/SchoolPhase") in second.document.items


def test_every_version_of_every_kind_only_adds_to_the_one_before(both: Schemas) -> None:
    every: dict[tuple[Kind, str], Schema] = {**samples.schemas(), **both}
    pairs = 0
    for kind in KINDS:
        versions = sorted(
            ((int(name.partition(".")[2]), schema) for (of, name), schema in every.items() if of is kind),
            key=lambda one: one[0],
        )
        for (_, old), (_, new) in pairwise(versions):
            pairs += 1
            assert old.items <= new.items
            assert required(old) == required(new)
    assert pairs, "1.1 of the notice at least"


def test_what_1_2_adds_to_the_header_of_a_1_1_message_is_not_passed_on_either(both: Schemas) -> None:
    nested = NEW.replace("</Extension>", "<Extension><Origin>1.2</Origin><Later>x</Later></Extension></Extension>")
    document = reading(Kind.NOTICE, of_1_1(Kind.NOTICE, header=nested, record=nested), both).document
    assert document is not None
    done = cut(document, document.items, both).document
    assert (done.content.count(SECRET), done.content.count(b"<Later>")) == (4, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_every_element_of_ours_is_explained_to_whoever_implements_it(kind: Kind) -> None:
    schema = etree.fromstring(samples.xsd(kind, "1.0"))
    xs = "{http://www.w3.org/2001/XMLSchema}"
    borrowed = {f"{xs}complexType", f"{xs}group"}
    from_ctf = {"Address", "ContactAddress", "BS7666Address", "AddressLines", "AddressTail", "Phones", "Contacts"}
    for element in schema.iter(f"{xs}element"):
        owner = next(one for one in element.iterancestors() if one.getparent() is schema or one is schema)
        frame = owner is schema or owner.tag not in borrowed
        if not frame and owner.get("name") not in from_ctf and "ref" not in element.attrib:
            assert element.findtext(f"{xs}annotation/{xs}documentation"), (kind, element.get("name"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_specimen_explains_each_element_of_ours_once(kind: Kind) -> None:
    comments = [str(one.text) for one in etree.fromstring(samples.specimen(kind, "1.0")).iter(etree.Comment)]
    assert len(comments) > 15
    assert all(comment.strip().endswith((".", "?", "'.", ")")) for comment in comments), comments
