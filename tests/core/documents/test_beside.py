"""What the rules say beside what is known: silent where nothing is known, queries only, and never a value of the file."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.documents import NOTHING, RULES, Destination, Known, Reading, addressed, codesets, destinations, read
from gateway.core.documents.catalogue.beside import BESIDE
from gateway.core.documents.examples import Example, made
from gateway.core.errors import Severity
from gateway.core.reference.codes import Codes, Marks
from gateway.core.reference.limits import Limits, Uci
from gateway.core.terms import LaEstab
from tests.core.documents import samples
from tests.core.documents.samples import SCHOOLS, ctf, pupil

NEEDS_REFERENCE = {"EST", "DST", "FIN", "CODE", "UCI", "SAME"}
LETTERS = Uci("ABCDEFGHKLMRTVWXY", tuple(range(16, 4, -1)))


def reading(text: str, known: Known) -> Reading:
    example = Example.parse(text)
    version = "1.0" if example.of == "notice" else "26.0"
    return read(None, made(example, samples.specimen(example.of, version)), samples.schemas(), known)


def rules_of(text: str, known: Known) -> list[str]:
    return [finding.code.partition("-")[2] for finding in reading(text, known).findings]


@pytest.mark.parametrize(
    "rule", [rule for rule in BESIDE if rule.split("-")[0] in NEEDS_REFERENCE or rule == "LATE-003"]
)
def test_a_rule_without_its_reference_says_nothing(rule: str) -> None:
    assert rule in rules_of(BESIDE[rule].fires, samples.everything())
    assert rule not in rules_of(BESIDE[rule].fires, NOTHING)


def test_all_that_needs_a_reference_is_a_query() -> None:
    assert {row.severity for row in BESIDE.values()} == {Severity.QUERY}


def test_the_number_of_the_school_that_followed_is_told() -> None:
    (finding,) = reading("Header/DestSchool/Estab = 4001", samples.everything()).findings
    assert "has the number 2054002: use that?" in finding.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SchoolHistory/School/LeavingDate = 2026-09-14", "by the terms of 881."),
        ("SchoolHistory/School/LeavingDate = 2026-05-14", "by the usual school year."),
    ],
)
def test_a_late_file_says_by_whose_terms(text: str, words: str) -> None:
    (finding,) = reading(text, samples.everything()).findings
    assert finding.message.endswith(words)


def test_no_finding_quotes_what_stood_in_the_file() -> None:
    for row in BESIDE.values():
        told = " ".join(finding.message for finding in reading(row.fires, samples.everything()).findings)
        assert not any(value in told for value in ("WXYZ", "QUILL", "960001", "ZZ99", "2026-", "3999"))


@pytest.mark.parametrize(
    ("edit", "destination"),
    [
        ("of ctf", Destination(LaEstab("2053000"), "Broadmere Example School", "Winterhythe", 2)),
        ("UPN = A881123424001", Destination(LaEstab("2053000"), "Broadmere Example School", "Winterhythe", 1)),
        ("Header/DestSchool/Estab = 3999", Destination(LaEstab("2053999"), "", "", 2)),
        ("Header/DestSchool/Estab = LLLL", Destination(LaEstab("205LLLL"), "", "", 2)),
    ],
)
def test_a_destination_is_shown_with_name_town_and_number_of_pupils(edit: str, destination: Destination) -> None:
    document = reading(edit, samples.everything()).document
    assert document is not None
    assert addressed(document, samples.everything()) == (destination,)
    assert addressed(document, NOTHING) == (replace(destination, name="", town=""),)


@pytest.mark.parametrize(
    ("born", "left", "age"),
    [
        (date(2015, 8, 31), date(2026, 7, 21), 11),  # a year 6 leaver begins year 7
        (date(2015, 9, 1), date(2026, 7, 21), 10),
        (date(2015, 9, 1), date(2026, 6, 30), 9),  # still in the school year that began in 2025
        (date(2015, 9, 1), date(2026, 10, 2), 10),
        (date(2016, 2, 29), date(2026, 9, 1), 10),
    ],
)
def test_the_age_that_counts_is_that_before_the_school_year_begins(born: date, left: date, age: int) -> None:
    assert destinations.age_on_entry(born, left) == age


@pytest.mark.parametrize(
    ("school", "born", "fits"),
    [
        ("3003", "2016-09-01", True),  # a primary of 4 to 11: nine years old
        ("3003", "2015-09-01", True),  # ten, in year 6
        ("3003", "2015-08-31", False),  # eleven, in year 7
        ("3003", "2022-09-01", True),  # three turning four: the nursery of a school of statutory age 4
        ("3003", "2023-09-01", False),
        ("4006", "2016-09-01", False),  # a secondary of 11 to 18
        ("4006", "2015-09-01", True),  # ten: a year early is nothing to ask about
        ("4006", "2008-09-01", True),
        ("4006", "2008-08-31", False),
    ],
)
def test_a_pupil_fits_a_school_by_age(school: str, born: str, fits: bool) -> None:  # noqa: FBT001
    header = samples.HEADER.replace("<Estab>3000", f"<Estab>{school}")
    one = pupil(dob=born, blocks=SCHOOLS.replace("<EntryDate>2020-09-07</EntryDate>", ""))
    found = read(None, ctf(one, header=header), samples.schemas(), samples.everything()).findings
    assert [finding.code for finding in found] == ([] if fits else ["CTF-DST-001"])


# -- across the pupils ------------------------------------------------------------------------------------------------


def many(count: int, change: tuple[str, str] = ("", ""), *, only: int = 0) -> list[tuple[str, int | None]]:
    made = [pupil(serial) for serial in range(1, count + 1)]
    made = [one.replace(*change) if only in {0, place} else one for place, one in enumerate(made, 1)]
    return [(f.code, f.pupil) for f in read(None, ctf(*made), samples.schemas(), NOTHING).findings]


PHONE = ("<SchoolHistory>", "<Phones><Phone><PhoneNo>01632 960001</PhoneNo></Phone></Phones><SchoolHistory>")


def test_what_is_so_on_every_pupil_is_said_once_and_on_some_at_each() -> None:
    assert many(3, PHONE) == [("CTF-TEL-001", None)]
    assert many(3, PHONE, only=2) == [("CTF-TEL-001", 2)]
    assert many(1, PHONE) == [("CTF-TEL-001", 1)]
    assert many(3) == []


@pytest.mark.parametrize(
    ("surname", "forename", "fires"),
    [
        ("TEST", "ADA", True),
        ("ÉTÉ", "ZOË", True),
        ("Test", "ADA", False),
        ("O", "JO", False),
        ("O'NEIL-LEE", "J", True),
    ],
)
def test_capitals_are_more_than_initials(surname: str, forename: str, fires: bool) -> None:  # noqa: FBT001
    one = pupil(surname=surname).replace(">Ada<", f">{forename}<")
    found = read(None, ctf(one), samples.schemas(), NOTHING).findings
    assert [finding.code for finding in found] == (["CTF-CAP-001"] if fires else [])


def test_a_pupil_with_another_birthday_or_the_same_upn_is_no_twin() -> None:
    twins = read(None, ctf(pupil(1), pupil(2).replace("Adab", " ADA ")), samples.schemas(), NOTHING)
    assert [(f.code, f.pupil) for f in twins.findings] == [("CTF-DUP-001", 1), ("CTF-DUP-001", 2)]
    for other in (pupil(2, dob="2015-03-03").replace("Adab", "Ada"), pupil(2)):
        assert not read(None, ctf(pupil(1), other), samples.schemas(), NOTHING).findings
    same = read(None, ctf(pupil(1), pupil(1)), samples.schemas(), NOTHING)
    assert {finding.code for finding in same.findings} == {"CTF-UPN-003"}


@pytest.mark.parametrize(
    ("change", "fires"),
    [
        ("", True),
        ("Pupil[3]/BasicDetails/ServiceChild = N", False),
        ("Pupil[5]/BasicDetails/ServiceChild -", False),
        ("Pupil[1]/BasicDetails/ServiceChild -", False),
    ],
)
def test_a_value_is_the_same_only_when_every_pupil_has_it(change: str, fires: bool) -> None:  # noqa: FBT001
    edits = ["pupils = 5", *(f"Pupil[{n}]/BasicDetails/ServiceChild = Y" for n in range(1, 6))]
    text = " & ".join([*edits, change] if change else edits)
    found = [f.path for f in reading(text, samples.everything()).findings if "SAME" in f.code]
    assert ("Pupil/BasicDetails/ServiceChild" in found) is fires
    assert "Pupil/BasicDetails/EnrolStatus" not in found, "C on everybody is no wonder"


def test_what_is_ordinary_on_everybody_is_not_asked_about() -> None:
    found = [f.path for f in reading("pupils = 5", samples.everything()).findings if "SAME" in f.code]
    assert "Pupil/BasicDetails/ServiceChild" not in found


def test_an_unusual_value_of_an_ordinary_item_on_everybody_is_asked_about() -> None:
    edits = " & ".join(["pupils = 5", *(f"Pupil[{n}]/BasicDetails/EnrolStatus = G" for n in range(1, 6))])
    found = [f.path for f in reading(edits, samples.everything()).findings if "SAME" in f.code]
    assert "Pupil/BasicDetails/EnrolStatus" in found


# -- identifiers and marks --------------------------------------------------------------------------------------------


@given(st.integers(0, 10**12 - 1), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_of_a_uci_is_seen(number: int, place: int, by: int) -> None:
    digits = f"{number:012d}"
    right = [letter for letter in LETTERS.letters if codesets.uci_fits(digits + letter, LETTERS)]
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    assert len(right) == 1
    assert not codesets.uci_fits(wrong + right[0], LETTERS)


def test_a_uci_with_a_boards_letter_is_left_alone() -> None:
    assert codesets.uci_fits("12345B260001A", LETTERS)


@given(st.integers(0, 10**9 - 1))
def test_at_most_one_last_digit_makes_an_nhs_number(number: int) -> None:
    right = [last for last in range(10) if codesets.nhs_number_fits(f"{number:09d}{last}")]
    total = sum(int(digit) * weight for digit, weight in zip(f"{number:09d}", range(10, 1, -1), strict=True))
    assert len(right) == (0 if total % 11 == 1 else 1)


@pytest.mark.parametrize(("number", "fits"), [("9434765919", True), ("9434765918", False), ("943476591", False), ("943 476 5919", False), ("٩٤٣٤٧٦٥٩١٩", False)])  # fmt: skip
def test_an_nhs_number_is_ten_digits(number: str, fits: bool) -> None:  # noqa: FBT001
    assert codesets.nhs_number_fits(number) is fits


def test_an_nhs_number_is_found_however_deep_a_supplier_hides_it() -> None:
    nested = "SuppInfo/SuppID + <Health><Record><NHSNo>943 476 5919</NHSNo></Record></Health>"
    assert "NHS-001" in rules_of(nested, samples.everything())


@pytest.mark.parametrize(("written", "asked"), [("Z", True), ("8(1)(a)", True), ("A", False), ("o", False)])
def test_a_ground_that_no_regulations_have_is_asked_about_in_a_transfer_file(written: str, asked: bool) -> None:  # noqa: FBT001
    said = reading(f"SchoolHistory/School/RemovalGrounds = {written}", samples.everything())
    assert [finding.code for finding in said.findings] == (["CTF-CODE-001"] if asked else [])
    assert rules_of(f"SchoolHistory/School/RemovalGrounds = {written}", NOTHING) == []


SETS = Codes({}, (Marks(frozenset("/\\#")), Marks(frozenset("H"), until=date(2024, 8, 18)), Marks(frozenset("K"), since=date(2024, 8, 19))))  # fmt: skip


@given(st.dates(date(2024, 8, 1), date(2024, 9, 10)), st.text("/\\#HKZ", max_size=60))
def test_each_mark_is_looked_at_with_the_set_of_its_own_day(first: date, marks: str) -> None:
    each = all(mark in SETS.marks_on(first + timedelta(days=place // 2)) for place, mark in enumerate(marks))
    assert codesets.marks_fit(first, marks, SETS) == each


@pytest.mark.parametrize(
    ("marks", "fits"),
    [("HHHH", True), ("HHHHH", False), ("HHHHK", True), ("HHHKK", False), ("/\\##K", True), ("", True)],
)
def test_two_marks_are_one_day(marks: str, fits: bool) -> None:  # noqa: FBT001
    assert codesets.marks_fit(date(2024, 8, 17), marks, SETS) is fits


def test_how_late_far_ahead_and_alike_is_a_councils_own_choice() -> None:
    strict = replace(samples.everything(), limits=Limits(far=1, late=1, ahead=1))
    assert set(rules_of("of ctf", strict)) == {"LATE-003", "DST-002"}
    assert "DATE-007" in rules_of("SchoolHistory/School/LeavingDate = 2026-10-08", strict)


def test_every_row_says_more_than_its_code() -> None:
    assert len({row.sentence for row in RULES.values()}) == len(RULES)
