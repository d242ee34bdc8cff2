"""What the gateway says about a sample: nothing to mend in a clean one, and every mistake is found where it is."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gateway.core import documents
from gateway.core.documents import Ground, Known, Reading, Regulations, Schemas
from gateway.core.errors import Finding, Severity
from gateway.core.sample import Mis, Mistake, SampleFile, Wish, ctf, notice
from gateway.core.terms import Item, Kind, LaEstab
from gateway.edge import shelves
from tests.core.documents import samples

ROOM = Path(__file__).parents[3] / "schemas"
EVERY_MIS = pytest.mark.parametrize("mis", list(Mis))


def _schemas() -> Schemas:
    built = [documents.build(Kind(xsd.stem), xsd.read_bytes()) for xsd in sorted(ROOM.glob("*/*/*.xsd"))]
    return {(schema.layout.kind, schema.version): schema for schema in built}


SCHEMAS = _schemas()
BESIDE = Known(formats=shelves.shipped_formats(ROOM))
VERSIONS = sorted(version for kind, version in SCHEMAS if kind is Kind.CTF)


def read(made: SampleFile) -> Reading:
    return documents.read(made.name, made.content, SCHEMAS)


def errors(reading: Reading) -> list[Finding]:
    return [finding for finding in reading.findings if finding.severity is Severity.ERROR]


QUERIES = {
    (Mis.ARBOR, True): {"CTF-SCH-004": 41},
    (Mis.ARBOR, False): {"CTF-SCH-004": 41},
    (Mis.BROMCOM, True): {"CTF-UPN-002": 1},
    (Mis.BROMCOM, False): {"CTF-UPN-002": 1, "CTF-TEL-001": 1},
    (Mis.SCHOLARPACK, False): {"CTF-CAP-001": 1},
}


@pytest.mark.parametrize("version", VERSIONS)
@EVERY_MIS
@pytest.mark.parametrize("partial", [False, True])
def test_a_clean_sample_has_no_error_and_only_the_queries_of_its_quirks(version: str, mis: Mis, partial: bool) -> None:  # noqa: FBT001
    wish = Wish(pupils=41, version=version, mis=mis, partial=partial, sessions=True)
    reading = read(ctf(wish))
    assert errors(reading) == []
    blank = (
        {} if mis is Mis.ARBOR and version < "18" else QUERIES.get((mis, partial), {})
    )  # no ground to leave blank before 18.0
    assert Counter(finding.code for finding in reading.findings) == blank
    assert reading.pupils == 41


@EVERY_MIS
@pytest.mark.parametrize("partial", [False, True])
def test_what_is_known_beside_a_clean_sample_asks_nothing_more(mis: Mis, partial: bool) -> None:  # noqa: FBT001
    made = ctf(Wish(pupils=41, mis=mis, partial=partial, sessions=True))
    reading = documents.read(made.name, made.content, SCHEMAS, samples.everything())
    asked = Counter(finding.code for finding in reading.findings if finding.code != "CTF-FLAG-001")
    assert asked == QUERIES.get((mis, partial), {})


@EVERY_MIS
@pytest.mark.parametrize("dest", ["XXXXXXX", "MMMMMMM", "887LLLL"])
@pytest.mark.parametrize("source", ["8862345", "8864321"])
def test_a_sample_to_nowhere_has_no_error(mis: Mis, dest: str, source: str) -> None:
    assert errors(read(ctf(Wish(mis=mis, dest=LaEstab(dest), source=LaEstab(source))))) == []


@pytest.mark.parametrize("seed", range(20))
def test_no_seed_brings_an_error(seed: int) -> None:
    assert read(ctf(Wish(pupils=10, seed=seed))).findings == ()


FOUND = {
    Mistake.UPN_CHECK_LETTER: ("CTF-UPN-001", "Pupil/UPN"),
    Mistake.ULN: ("CTF-ULN-001", "Pupil/UniqueLearnerNumber"),
    Mistake.MISSING_LEAVING_DATE: ("CTF-SCH-001", "Pupil/SchoolHistory/School"),
    Mistake.BAD_DATE: ("CTF-XSD-004", "Pupil/DOB"),
    Mistake.UNKNOWN_ELEMENT: ("CTF-XSD-002", "Pupil/*"),
    Mistake.DUPLICATE_UPN: ("CTF-UPN-003", "Pupil/UPN"),
    Mistake.WRONG_ORDER: ("CTF-XSD-003", "Pupil/Forename"),
    Mistake.FUTURE_DOB: ("CTF-DOB-001", "Pupil/DOB"),
}


@EVERY_MIS
@pytest.mark.parametrize("mistake", list(Mistake))
def test_every_mistake_is_found_where_it_is(mis: Mis, mistake: Mistake) -> None:
    reading = read(ctf(Wish(pupils=3, mis=mis, faults=(mistake,))))
    found = [(finding.pupil, finding.code, finding.path) for finding in errors(reading)]
    expected = [(2, *FOUND[mistake])]
    if mistake is Mistake.DUPLICATE_UPN:
        expected.insert(0, (1, *FOUND[mistake]))  # nobody knows whose it is
    assert found == expected


@pytest.mark.parametrize("mistake", sorted(set(Mistake) - {Mistake.DUPLICATE_UPN}))
def test_a_mistake_of_a_pupil_alone_is_found_too(mistake: Mistake) -> None:
    assert [finding.pupil for finding in errors(read(ctf(Wish(faults=(mistake,)))))] == [1]


def test_all_mistakes_that_can_stand_together_are_found_at_once() -> None:
    together = (Mistake.UPN_CHECK_LETTER, Mistake.ULN, Mistake.MISSING_LEAVING_DATE, Mistake.FUTURE_DOB)
    found = {finding.code for finding in errors(read(ctf(Wish(pupils=2, faults=together))))}
    assert found == {FOUND[mistake][0] for mistake in together}


def test_a_reader_sees_who_is_in_care() -> None:
    document = read(ctf(Wish(pupils=3, care_authority="887"))).document
    assert document is not None
    assert [pupil.care_authority for pupil in document.pupils] == ["887", None, None]


def test_a_sims_file_holds_what_no_schema_knows() -> None:
    with_extras, without = (read(ctf(Wish(pupils=3, mis=mis))).document for mis in (Mis.SIMS, Mis.GENERIC))
    assert with_extras is not None
    assert without is not None
    assert with_extras.unknown >= 3 * 3  # in the pupil, in each contact, in the school that was left
    assert without.unknown == 0


def test_cut_to_the_least_nothing_of_the_extension_is_left() -> None:
    document = read(ctf(Wish(pupils=5))).document
    assert document is not None
    schema = SCHEMAS[Kind.CTF, "26.0"]
    keep = documents.required(schema) | documents.expand(("SchoolHistory/*",), schema)
    cut = documents.cut(document, keep, SCHEMAS)
    for word in (b"SuppInfo", b"Religion", b"CourtOrder", b"LeavingComment", b"Ethnicity"):
        assert word in document.content
        assert word not in cut.document.content


def test_a_full_sample_fills_most_of_the_format() -> None:
    wish = Wish(pupils=60, source=LaEstab("8864321"), care_authority="887", sessions=True, mis=Mis.BROMCOM)
    document = read(ctf(wish)).document
    assert document is not None
    english = {item for item in SCHEMAS[Kind.CTF, "26.0"].items if not item.startswith("NAWdetails")}
    assert len(document.items) > len(english) / 2
    assert Item("Contacts/Contact/Relationship") in document.items


@pytest.mark.parametrize("seed", range(25))
def test_a_notice_is_read_without_a_finding(seed: int) -> None:
    made = notice(seed, LaEstab("886LLLL"), LaEstab("887LLLL"), datetime(2026, 10, 6, 9, 15, tzinfo=UTC))
    reading = read(made)
    assert reading.findings == ()
    assert reading.kind is Kind.NOTICE


def test_a_repeated_wish_is_read_to_the_same_document() -> None:
    wish = Wish(pupils=4, mis=Mis.BROMCOM)
    assert read(ctf(wish)).document == read(ctf(replace(wish))).document


# returns

MONDAY = datetime(2026, 9, 28, 9, 15, tzinfo=UTC)
COUNCIL = LaEstab("886LLLL")


def returned(kind: Kind, **wish: object) -> Reading:
    asked = {"kind": kind, "dest": COUNCIL, "at": MONDAY if kind is Kind.CML else Wish().at, "pupils": 7, **wish}
    made = ctf(Wish(**asked))  # type: ignore[arg-type]
    return documents.read(made.name, made.content, SCHEMAS, BESIDE)


@EVERY_MIS
@pytest.mark.parametrize("version", ["24.0", "25.0", "26.0"])
@pytest.mark.parametrize("kind", [Kind.CML, Kind.CMJ])
def test_a_return_has_nothing_to_mend_and_nothing_to_explain_but_its_quirks(kind: Kind, version: str, mis: Mis) -> None:
    reading = returned(kind, version=version, mis=mis)
    asked = {finding.code.partition("-")[2] for finding in reading.findings}
    assert (reading.kind, reading.pupils, errors(reading)) == (kind, 7, [])
    assert asked <= {"FLAG-001", "SCH-004", "TEL-001"}


@pytest.mark.parametrize("letter", "ABCDEFGHIJKLMNO")
def test_a_leaver_may_leave_on_any_ground(letter: str) -> None:
    reading = returned(Kind.CML, ground=letter, mis=Mis.BROMCOM)
    assert errors(reading) == []
    assert reading.document is not None
    assert {pupil.ground for pupil in reading.document.pupils} == {Ground(letter, Regulations.OF_2024)}
    asked = {finding.code for finding in reading.findings} - {"CML-TEL-001"}
    assert asked <= ({"CML-GRD-005"} if letter in "FG" else set())


@pytest.mark.parametrize(
    "wrong",
    [{"kind": Kind.CML, "dest": LaEstab("8864321")}, {"kind": Kind.NOTICE, "dest": COUNCIL}, {"version": "11.0"},
     {"version": "27.0"}, {"version": "26"}, {"kind": Kind.CMJ, "dest": COUNCIL, "leaving": date(2026, 10, 7)}],
)  # fmt: skip
def test_no_file_of_another_kind_or_version_can_be_wished(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"file|return"):
        Wish(**wrong)  # type: ignore[arg-type]


# each version of its own day


@EVERY_MIS
@pytest.mark.parametrize("number", range(12, 27))
def test_a_file_of_any_version_made_in_its_own_year_is_taken_as_that_version(number: int, mis: Mis) -> None:
    at = datetime(2000 + number, 11, 20, 9, 15, tzinfo=UTC)
    made = ctf(Wish(version=f"{number}.0", at=at, leaving=at.date(), pupils=5, mis=mis, sessions=True))
    reading = documents.read(made.name, made.content, SCHEMAS, BESIDE)
    assert (reading.kind, reading.version, errors(reading)) == (Kind.CTF, f"{number}.0", [])
    asked = {finding.code for finding in reading.findings} - {
        "CTF-FLAG-001",
        "CTF-SCH-004",
        "CTF-TEL-001",
        "CTF-CAP-001",
    }
    assert asked == ({"CTF-VER-002"} if number <= 18 else set())
