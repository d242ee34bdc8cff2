"""Two validators nobody here wrote agree about what is valid, on many small damages of the specimens."""

import os
import random
from copy import deepcopy
from functools import cache
from itertools import chain

import pytest
import xmlschema
from lxml import etree

from gateway.core.documents import RULES
from gateway.core.documents.explain import Explainer
from gateway.core.documents.shape import known_path, leaves
from gateway.core.terms import Kind
from tests.core.documents import samples

MUTANTS = int(os.environ.get("GATEWAY_MUTANTS", "2200"))
"""Over all schemas together; CI asks for more than 10,000."""

SEED = int(os.environ.get("GATEWAY_SEED", random.randrange(10**6)))
MARKER = "Zebrafinch"
TEXTS = (
    "", " ", "\t", "  F ", "F", "M", "0", "1", "true", "TRUE", "true ", "yes", "-1", "+5", "007", "12345", "1.5", "1e3",
    "2024-02-29", "2023-02-29", "2024-13-01", "2024-01-01Z", "2024-1-1", "0000-01-01", " 2024-01-01 ", "24-01-01",
    "2024-01-01T00:00:00", "XXX", "XXXX", "XXXXXX", "MMM", "LLLL", "881", "1234", "１２３", "é", "ÅÄÖ", "a" * 100, "a" * 101,
    "a" * 200, "a" * 201, "a b", "a\nb", "a  b", "K", "ENG", "eng", "WBRI", "TFSM", "UN10", "UN11", "none", "police",
    "B881123424001", "b881123424001", "9276308686", "357833.0", "-357833.", ".5", MARKER,
)  # fmt: skip
Element = etree._Element


@cache
def records(kind: str, version: str) -> tuple[Element, ...]:
    """What is damaged: the records of a specimen, or generated ones where the version has none."""
    content = (
        samples.specimen(kind, version) if (kind, version) in samples.SHELVES else samples.generated(kind, version)[1]
    )
    parser = etree.XMLParser(remove_comments=True)  # as the reader does
    return tuple(etree.fromstring(content, parser)[1])


def below(record: Element) -> list[Element]:
    return list(record.iterdescendants())


def retext(record: Element, chance: random.Random) -> None:
    chance.choice(below(record)).text = chance.choice(TEXTS)


def drop(record: Element, chance: random.Random) -> None:
    doomed = chance.choice(below(record))
    parent = doomed.getparent()
    assert parent is not None
    parent.remove(doomed)


def double(record: Element, chance: random.Random) -> None:
    twin = chance.choice(below(record))
    twin.addnext(deepcopy(twin))


def move(record: Element, chance: random.Random) -> None:
    one, other = chance.sample(below(record), 2)
    if one not in other.iterancestors():
        other.addprevious(one)


def rename(record: Element, chance: random.Random) -> None:
    chance.choice(below(record)).tag = chance.choice([*{str(e.tag) for e in record.iter()}, MARKER])


def add(record: Element, chance: random.Random) -> None:
    stranger = etree.Element(chance.choice([MARKER, "Email", "SuppInfo", "{urn:x}PostCode"]))
    chance.choice(below(record)).append(stranger)


def attribute(record: Element, chance: random.Random) -> None:
    chance.choice(below(record)).set(chance.choice([MARKER, "lang", "{urn:x}y"]), MARKER)


DAMAGES = (retext, retext, retext, retext, drop, drop, double, move, rename, add, attribute)


def mutant(original: Element, chance: random.Random) -> Element:
    """One to three damages to a record of which a few blocks are kept, so that it is quick to check."""
    record = deepcopy(original)
    blocks = [child for child in record if len(child)]
    for block in chance.sample(blocks, max(0, len(blocks) - 2)):
        record.remove(block)
    for _ in range(chance.randint(1, 3)):
        if len(below(record)) > 1:  # a message's record may hold two elements, and one is not moved
            chance.choice(DAMAGES)(record, chance)
    return record


OPEN_TEXT = "NAWdetails/text()[normalize-space()]"
PADDED = f"<xs:element name='a' type='xs:{{}}' xmlns:xs='{samples.XS}'/>"
MIXED = f"""<xs:element name='a' xmlns:xs='{samples.XS}'><xs:complexType><xs:sequence>
<xs:any processContents='skip' minOccurs='0'/></xs:sequence></xs:complexType></xs:element>"""

DIFFERENCES = (  # what, a schema that shows it, a document, libxml2's verdict; xmlschema's is the other
    (
        "libxml2 does not collapse the blanks around a plain xs:date",
        PADDED.format("date"),
        "<a> 2026-10-06 </a>",
        False,
    ),
    ("nor around a plain xs:dateTime", PADDED.format("dateTime"), "<a> 2026-10-06T09:15:00 </a>", False),
    ("xmlschema lets text stand in a type that is nothing but xs:any", MIXED, "<a>text</a>", False),
)


@pytest.mark.parametrize(("what", "declared", "document", "verdict"), DIFFERENCES)
def test_a_known_difference_is_still_one(what: str, declared: str, document: str, verdict: bool) -> None:  # noqa: FBT001
    xsd = f"<xs:schema xmlns:xs='{samples.XS}'>{declared}</xs:schema>"
    element = etree.fromstring(document)
    assert etree.XMLSchema(etree.fromstring(xsd)).validate(element) is verdict, what
    assert xmlschema.XMLSchema10(xsd).is_valid(element) is not verdict, what


@pytest.mark.parametrize(("kind", "version"), samples.EVERY)
def test_no_schema_of_ours_has_a_plain_date_for_libxml2_treats_the_blanks_of_a_restricted_one_rightly(
    kind: str, version: str
) -> None:
    for plain in (b'type="xs:date"', b'type="xs:dateTime"', b'memberTypes="xs:date'):
        assert plain not in samples.xsd(kind, version)


@pytest.mark.parametrize(("kind", "version"), samples.EVERY)
def test_libxml2_and_xmlschema_accept_the_same_records(kind: str, version: str) -> None:
    schema = samples.schemas()[Kind(kind), version]
    other = xmlschema.XMLSchema10(schema.xsd.decode(), allow="none", defuse="always")
    chance = random.Random(f"{SEED} {kind} {version}")
    verdicts = []
    for _ in range(-(-MUTANTS // len(samples.EVERY))):
        record = mutant(chance.choice(records(kind, version)), chance)
        while record.xpath(f"boolean({OPEN_TEXT})"):  # the last of the known differences
            record = mutant(chance.choice(records(kind, version)), chance)
        verdicts.append(schema.accepts(record))
        assert other.is_valid(record) is verdicts[-1], (SEED, etree.tostring(record, encoding="unicode"))
    print(f"{kind} {version}: {len(verdicts)} mutants, {sum(verdicts)} of them valid, seed {SEED}")
    enough = len(verdicts) >= 200  # of a message's few elements hardly a damage is harmless
    assert not enough or 0.01 < sum(verdicts) / len(verdicts) < 0.9, "the damages are too hard or too soft to tell"


@pytest.mark.parametrize(("kind", "version"), samples.EVERY)
@pytest.mark.parametrize("thorough", [True, False])
def test_every_refused_record_is_told_why_in_names_that_the_schema_knows(
    kind: str, version: str, *, thorough: bool
) -> None:
    schema = samples.schemas()[Kind(kind), version]
    chance = random.Random(f"{kind} {version} {thorough}")
    known = {*chain.from_iterable(str(leaf.item).split("/") for leaf in leaves(schema.record)), "*", schema.record.name}
    known |= {"SuppInfo", "SuppID", "Extension", "Origin"}
    refused = [m for m in (mutant(records(kind, version)[0], chance) for _ in range(80)) if not schema.accepts(m)]
    assert len(refused) > 20
    for record in refused:
        explainer = Explainer(schema)
        explainer._records = 50 if thorough else 0
        hits = explainer.hits(record, schema.record)
        assert hits
        for rule, element, path in hits:
            assert rule in RULES
            assert element is record or record in element.iterancestors()
            assert set(path.split("/")) <= known
            assert path == known_path(schema.record, tuple(path.split("/")[1:])), path
