"""Laws about a whole invented file: the same bytes for ever, well formed, in order, and true in itself."""

import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gateway.core.sample import Mis, Mistake, Wish, ctf, pieces
from gateway.core.sample.children import academic_year
from gateway.core.sample.quirks import QUIRKS
from gateway.core.terms import LaEstab, Upn
from tests.core.sample.reading import pupils, tags, text, texts, tree

PRIMARY = LaEstab("8862345")
SECONDARY = LaEstab("8864321")
UNKNOWN = LaEstab("XXXXXXX")
OUTSIDE = LaEstab("MMMMMMM")

EVERY_MIS = pytest.mark.parametrize("mis", list(Mis))

PUPIL_ORDER = [
    "UPN", "UniqueLearnerNumber", "UCI", "Surname", "Forename", "DOB", "Gender", "Sex", "BasicDetails", "FSMhistory",
    "NAWdetails", "LookedAfter", "SENhistory", "Address", "Phones", "Email", "Contacts", "Attendance",
    "StageAssessments", "SchoolHistory", "SuppInfo",
]  # fmt: skip


def moment(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, 15, tzinfo=UTC)


def digest(wish: Wish) -> str:
    return hashlib.sha256(ctf(wish).content).hexdigest()


# the same wish, the same bytes


@pytest.mark.parametrize(
    ("mis", "frozen"),
    [
        (Mis.SIMS, "d12b2b83a2d3bb6bdd2a24b8dc5e215a63889c2203f27b2336d25df70e46629b"),
        (Mis.ARBOR, "f55aad986c41163305789cb4936afd6a5099de709a9f8840dd40f9de8bdacc80"),
        (Mis.BROMCOM, "11f28c0ebe81420077d30475454bbc337dad31a1ecf0fdea45d05aad379c233a"),
        (Mis.SCHOLARPACK, "dae88d77ea23b2ac88a90f8f43f33402cca13a2c628f3ce3895ce3f7b321a1ad"),
        (Mis.GENERIC, "87bd0d76bb3c21031da01a2e4a15b07f99e316e0c697a0bbd294c89183021590"),
    ],
)
def test_the_bytes_never_change(mis: Mis, frozen: str) -> None:
    """A change here changes every demo and every vector made from a sample: change the digest on purpose only."""
    assert digest(Wish(pupils=30, mis=mis, sessions=True)) == frozen


@EVERY_MIS
def test_the_same_wish_gives_the_same_file(mis: Mis) -> None:
    assert ctf(Wish(pupils=12, mis=mis)) == ctf(Wish(pupils=12, mis=mis))


@pytest.mark.parametrize(
    "other",
    [
        Wish(seed=2),
        Wish(mis=Mis.ARBOR),
        Wish(version="25.0"),
        Wish(pupils=2),
        Wish(partial=True),
        Wish(sessions=True),
        Wish(care_authority="887"),
        Wish(dest=PRIMARY),
        Wish(source=PRIMARY),
        Wish(source_name="Penwick & Lyre School"),
        Wish(at=moment(2026, 10, 7)),
        Wish(leaving=date(2026, 10, 1)),
        Wish(faults=(Mistake.ULN,)),
    ],
)
def test_every_part_of_a_wish_is_heard(other: Wish) -> None:
    assert digest(other) != digest(Wish())


def test_a_pupil_does_not_depend_on_how_many_there_are() -> None:
    few, more = pupils(Wish(pupils=3)), pupils(Wish(pupils=9))
    assert [texts(one, ".//*") for one in few] == [texts(one, ".//*") for one in more[:3]]


def test_the_pieces_are_the_file() -> None:
    wish = Wish(pupils=5)
    parts = list(pieces(wish))
    assert len(parts) == 7  # the opening, five pupils, the end
    assert b"".join(parts) == ctf(wish).content


# name and header


@pytest.mark.parametrize(
    ("dest", "sequence", "name"),
    [
        (SECONDARY, 1, "8862345_CTF_8864321_001.xml"),
        (LaEstab("887LLLL"), 20, "8862345_CTF_887LLLL_020.xml"),
        (UNKNOWN, 7, "8862345_CTF_XXXXXXX_007.xml"),
        (OUTSIDE, 999, "8862345_CTF_MMMMMMM_999.xml"),
    ],
)
def test_the_name_says_from_whom_to_whom(dest: LaEstab, sequence: int, name: str) -> None:
    assert ctf(Wish(source=PRIMARY, dest=dest, sequence=sequence)).name == name


def test_the_header_says_what_was_wished() -> None:
    wish = Wish(
        source=PRIMARY,
        source_name="Penwick & Lyre <Infants>",
        dest=SECONDARY,
        at=datetime(2026, 8, 31, 17, 5, 9, 250, tzinfo=UTC),
        leaving=date(2026, 7, 21),
        version="25.0",
        mis=Mis.BROMCOM,
    )
    header = tree(wish).find("Header")
    assert header is not None
    assert [(tag, (header.findtext(tag) or "").strip()) for tag in tags(header)] == [
        ("DocumentName", "Common Transfer File"),
        ("CTFversion", "25.0"),
        ("DateTime", "2026-08-31T17:05:09"),
        ("DocumentQualifier", "full"),
        ("SupplierID", "BROMCOM"),
        ("SourceSchool", ""),
        ("DestSchool", ""),
    ]
    assert [text(header, f"SourceSchool/{tag}") for tag in ("LEA", "Estab", "SchoolName", "AcademicYear")] == [
        "886", "2345", "Penwick & Lyre <Infants>", "2025",
    ]  # fmt: skip
    assert [text(header, f"DestSchool/{tag}") for tag in ("LEA", "Estab")] == ["886", "4321"]


@pytest.mark.parametrize(
    ("dest", "lea", "estab", "urn"),
    [
        (UNKNOWN, "XXX", "XXXX", "XXXXXX"),
        (OUTSIDE, "MMM", "MMMM", "XXXXXX"),
        (LaEstab("887LLLL"), "887", "LLLL", "XXXXXX"),
    ],
)
def test_a_destination_without_a_number_is_written_in_letters(dest: LaEstab, lea: str, estab: str, urn: str) -> None:
    where = tree(Wish(dest=dest)).find("Header/DestSchool")
    assert where is not None
    assert [child.text for child in where] == [lea, estab, urn]


@pytest.mark.parametrize(
    "wrong",
    [
        {"pupils": 0},
        {"sequence": 0},
        {"sequence": 1000},
        {"dest": UNKNOWN, "pupils": 2},
        {"source": UNKNOWN},
        {"source": LaEstab("886LLLL")},
        {"faults": (Mistake.DUPLICATE_UPN,)},
        {"leaving": date(2026, 10, 7)},
    ],
)
def test_a_wish_that_no_file_can_fulfil_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"file|UPN"):
        replace(Wish(), **wrong)  # type: ignore[arg-type]


# versions


@pytest.mark.parametrize(("version", "present", "absent"), [("24.0", "Gender", "Sex"), ("25.0", "Sex", "Gender")])
def test_sex_is_gender_until_24(version: str, present: str, absent: str) -> None:
    for pupil in pupils(Wish(pupils=5, version=version)):
        assert text(pupil, present) in {"M", "F"}
        assert pupil.find(absent) is None
    assert bool(tree(Wish(version=version)).findall(".//Contact/Gender")) == (present == "Gender")


@pytest.mark.parametrize(
    ("tag", "since"),
    [
        ("ServiceChild", 17),
        ("EndDate", 17),
        ("NeedStartDate", 17),
        ("URN", 18),
        ("RemovalGrounds", 18),
        ("FSMCategory", 26),
        ("FSMEligibilityVerificationDate", 26),
    ],
)
def test_an_element_is_not_written_before_its_version(tag: str, since: int) -> None:
    assert tree(Wish(pupils=40, version=f"{since}.0")).findall(f".//{tag}")
    assert not tree(Wish(pupils=40, version=f"{since - 1}.0")).findall(f".//{tag}")


# order and shape


@EVERY_MIS
@pytest.mark.parametrize("partial", [False, True])
def test_elements_of_a_pupil_stand_in_order(mis: Mis, partial: bool) -> None:  # noqa: FBT001
    for pupil in pupils(Wish(pupils=30, mis=mis, partial=partial, source=SECONDARY)):
        places = [PUPIL_ORDER.index(tag) for tag in tags(pupil)]
        assert places == sorted(set(places))


@EVERY_MIS
def test_a_full_file_has_every_block_for_somebody(mis: Mis) -> None:
    seen = {tag for pupil in pupils(Wish(pupils=60, mis=mis, source=SECONDARY)) for tag in tags(pupil)}
    assert set(PUPIL_ORDER) - seen <= {"Gender", "NAWdetails", "SuppInfo"}


@EVERY_MIS
def test_a_partial_file_has_no_contacts_phones_or_results(mis: Mis) -> None:
    made = tree(Wish(pupils=30, mis=mis, partial=True))
    assert text(made, "Header/DocumentQualifier") == "partial"
    seen = {tag for pupil in made.iter("Pupil") for tag in tags(pupil)}
    assert seen == {
        "UPN",
        "Surname",
        "Forename",
        "DOB",
        "Sex",
        "BasicDetails",
        "Address",
        "Attendance",
        "SchoolHistory",
    }


@EVERY_MIS
def test_a_file_has_no_namespace_no_prefix_and_no_attribute(mis: Mis) -> None:
    content = ctf(Wish(pupils=20, mis=mis)).content
    assert b"xmlns" not in content
    assert not re.search(rb"<[A-Za-z]+[: ][^>]*>", content.split(b"?>", 1)[1])


def test_special_letters_survive() -> None:
    names = {text(pupil, "Surname") + text(pupil, "Forename") for pupil in pupils(Wish(pupils=150))}
    assert any("ł" in name or "Ż" in name for name in names)
    assert any("’" in name for name in names)


# what is said is true in itself


@EVERY_MIS
def test_upns_are_right_and_stand_once(mis: Mis) -> None:
    upns = [text(pupil, "UPN") for pupil in pupils(Wish(pupils=100, mis=mis))]
    assert len(set(upns)) == 100
    assert all(Upn(upn) for upn in upns)


def test_those_of_14_and_more_have_a_uln_and_nobody_else() -> None:
    at = date(2026, 10, 6)
    both = set()
    for pupil in pupils(Wish(pupils=120, source=SECONDARY)):
        born = date.fromisoformat(text(pupil, "DOB"))
        old_enough = (at.year - born.year - ((at.month, at.day) < (born.month, born.day))) >= 14
        assert bool(pupil.findall("UniqueLearnerNumber")) == old_enough
        both.add(old_enough)
    assert both == {True, False}


def test_those_who_sit_exams_have_a_uci_of_a_centre_that_does_not_exist() -> None:
    for pupil in pupils(Wish(pupils=30, source=SECONDARY)):
        expected = int(text(pupil, "BasicDetails/NCyearActual")) >= 10
        assert [bool(re.fullmatch(r"999990\d{6}[A-Z]", one)) for one in texts(pupil, "UCI")] == [True] * expected


def test_the_date_of_birth_fits_the_year_group() -> None:
    for pupil in pupils(Wish(pupils=50, source=SECONDARY)):
        year = int(text(pupil, "BasicDetails/NCyearActual"))
        born = date.fromisoformat(text(pupil, "DOB"))
        assert date(2021 - year, 9, 1) <= born <= date(2022 - year, 8, 31)


def test_reception_is_written_as_a_letter() -> None:
    years = Counter(texts(tree(Wish(pupils=14, source=PRIMARY)), ".//NCyearActual"))
    assert years == {"R": 2, "1": 2, "2": 2, "3": 2, "4": 2, "5": 2, "6": 2}


def test_in_summer_the_whole_of_year_6_moves_up() -> None:
    summer = Wish(
        pupils=20,
        source=PRIMARY,
        dest=SECONDARY,
        at=moment(2026, 7, 22),
        leaving=date(2026, 7, 21),
        version="25.0",
    )
    made = tree(summer)
    assert set(texts(made, ".//NCyearActual")) == {"6"}
    assert [texts(one, "School/LeavingReason")[0] for one in made.iter("SchoolHistory")] == ["PM"] * 20


def test_in_summer_only_those_in_the_last_year_of_a_phase_end_it() -> None:
    summer = Wish(pupils=21, source=PRIMARY, dest=PRIMARY, at=moment(2027, 7, 30), leaving=date(2027, 7, 21))
    for pupil in pupils(summer):
        ends_phase = text(pupil, "BasicDetails/NCyearActual") in {"2", "6"}
        assert texts(pupil, "SchoolHistory/School/LeavingReason")[0] == ("PM" if ends_phase else "IM")


def test_year_6_leaving_in_autumn_does_not_end_a_phase() -> None:
    assert {texts(one, "School/LeavingReason")[0] for one in tree(Wish(pupils=21)).iter("SchoolHistory")} == {"IM"}


@pytest.mark.parametrize(
    ("dest", "reason", "ground"), [(SECONDARY, "IM", "A"), (OUTSIDE, "II", "A"), (UNKNOWN, "UK", "I")]
)
def test_the_reason_for_leaving_fits_the_destination(dest: LaEstab, reason: str, ground: str) -> None:
    here = tree(Wish(dest=dest)).find(".//SchoolHistory/School")
    assert here is not None
    assert text(here, "LeavingReason") == reason
    assert text(here, "RemovalGrounds") == ground


@EVERY_MIS
@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize(
    ("at", "leaving"),
    [
        (moment(2026, 10, 6), date(2026, 10, 2)),
        (moment(2026, 9, 3), date(2026, 7, 21)),  # last year's leavers, sent in the new year
        (moment(2026, 9, 1), date(2026, 9, 1)),  # before the first day of term
        (moment(2027, 7, 30), date(2027, 7, 21)),
    ],
)
def test_the_schools_follow_each_other(mis: Mis, partial: bool, at: datetime, leaving: date) -> None:  # noqa: FBT001
    for pupil in pupils(Wish(pupils=10, mis=mis, partial=partial, at=at, leaving=leaving, source=PRIMARY)):
        here, before = pupil.findall("SchoolHistory/School")
        assert text(here, "LEA") + text(here, "Estab") == PRIMARY
        assert text(here, "LeavingDate") == leaving.isoformat()
        days = [date.fromisoformat(text(one, tag)) for one in (before, here) for tag in ("EntryDate", "LeavingDate")]
        assert days == sorted(days)
        assert days[0] > date.fromisoformat(text(pupil, "DOB"))
        assert text(before, "LEA") + text(before, "Estab") != PRIMARY


def test_a_school_of_invented_number_never_comes_before_itself() -> None:
    ours = LaEstab("8869008")  # the number that seed 1 gives to the school before
    for pupil in pupils(Wish(pupils=20, source=ours)):
        numbers = texts(pupil, "SchoolHistory/School/Estab")
        assert len(set(numbers)) == len(numbers)


@EVERY_MIS
@pytest.mark.parametrize("source", [PRIMARY, SECONDARY])
def test_sessions_add_up(mis: Mis, source: LaEstab) -> None:
    rows = tree(Wish(pupils=60, mis=mis, source=source)).findall(".//YearData")
    for row in rows:
        possible, authorised, attended, unauthorised = (
            int(text(row, f"Sessions{kind}")) for kind in ("Possible", "Authorised", "Attended", "Unauthorised")
        )
        assert possible == authorised + attended + unauthorised
        assert 0 <= possible <= 400
    assert any(int(text(row, "SessionsUnauthorised")) for row in rows)


def test_marks_say_what_the_sums_say() -> None:
    rows = tree(Wish(pupils=40, sessions=True)).findall(".//YearData")
    assert rows
    for row in rows:
        marks = text(row, "AttendSessions/AttendanceMarks")
        assert len(marks) % 2 == 0  # two for each day
        counted = Counter(marks)
        assert set(counted) <= set("/\\L#IMCOGU")
        assert len(marks) - counted["#"] == int(text(row, "SessionsPossible"))
        assert sum(counted[mark] for mark in "IMC") == int(text(row, "SessionsAuthorised"))
        assert sum(counted[mark] for mark in "OGU") == int(text(row, "SessionsUnauthorised"))


def test_marks_begin_on_a_school_day_and_end_on_the_last_day() -> None:
    for pupil in pupils(Wish(pupils=10, sessions=True)):
        row = pupil.findall("Attendance/YearData")[0]
        first = date.fromisoformat(text(row, "AttendSessions/AttendanceStartDate"))
        marks = text(row, "AttendSessions/AttendanceMarks")
        assert first == date(2026, 9, 2)
        assert len(marks) == 2 * ((date(2026, 10, 2) - first).days + 1)
        weekend = (date(2026, 9, 5) - first).days * 2
        assert marks[weekend : weekend + 4] == "####"
        assert marks[0] != "#"


def test_without_being_asked_there_are_no_marks() -> None:
    assert not tree(Wish(pupils=20)).findall(".//AttendSessions")


def test_a_year_of_attendance_stands_once_for_a_pupil_and_the_latest_comes_first() -> None:
    for pupil in pupils(Wish(pupils=60, source=SECONDARY)):
        years = [int(year) for year in texts(pupil, "Attendance/YearData/Year")]
        assert years == sorted(set(years), reverse=True)
        assert years[0] == 2026


def test_nobody_attended_before_reception() -> None:
    for pupil in pupils(Wish(pupils=14, source=PRIMARY)):
        reception = academic_year(date.fromisoformat(text(pupil, "DOB"))) + 5
        assert min(int(year) for year in texts(pupil, "Attendance/YearData/Year")) >= reception


def test_who_came_in_september_left_the_school_before_in_july() -> None:
    for pupil in pupils(Wish(pupils=14, source=PRIMARY)):
        entered, left = (texts(pupil, f"SchoolHistory/School/{tag}") for tag in ("EntryDate", "LeavingDate"))
        assert left[1] == entered[0][:4] + "-07-21"


def test_results_are_of_stages_that_are_over_and_each_stands_once() -> None:
    for pupil in pupils(Wish(pupils=60, source=SECONDARY)):
        keys = []
        for stage in pupil.findall("StageAssessments/KeyStage"):
            for result in stage.findall("StageAssessment"):
                assert tags(result) == [
                    "Locale", "Year", "Subject", "Method", "Component", "ResultStatus", "ResultQualifier", "Result",
                ]  # fmt: skip
                assert int(text(result, "Year")) <= 2026
                keys.append((text(stage, "Stage"), *(text(result, tag) for tag in tags(result)[:5])))
        assert len(keys) == len(set(keys))
        assert {key[0] for key in keys} == {"EYF", "KS1", "KS2"}


def test_year_1_has_only_its_early_years_profile_and_reception_nothing() -> None:
    stages = {
        text(pupil, "BasicDetails/NCyearActual"): texts(pupil, "StageAssessments/KeyStage/Stage")
        for pupil in pupils(Wish(pupils=7, source=PRIMARY))
    }
    assert stages["R"] == []
    assert stages["1"] == stages["2"] == ["EYF"]
    assert stages["3"] == ["EYF", "KS1"]
    assert stages["5"] == ["EYF", "KS1", "KS2"]


def test_needs_and_meals_begin_at_the_school_and_not_after_the_last_day() -> None:
    made = pupils(Wish(pupils=150))
    for pupil in made:
        entry = texts(pupil, "SchoolHistory/School/EntryDate")[0]
        for begun in texts(pupil, "SENhistory/SEN/StartDate") + texts(pupil, "FSMhistory/FSMinstance/FSMstartDate"):
            assert entry <= begun <= "2026-10-02"
        for spell in pupil.findall("FSMhistory/FSMinstance"):
            ended = spell.findtext("FSMendDate")
            assert ended is None or text(spell, "FSMstartDate") <= ended
    assert 10 < sum(pupil.find("SENhistory") is not None for pupil in made) < 60
    assert 15 < sum(pupil.find("FSMhistory") is not None for pupil in made) < 75


def test_a_plan_follows_support_without_a_gap() -> None:
    histories = [one for one in tree(Wish(pupils=200)).iter("SENhistory") if len(one.findall("SEN")) == 2]
    assert histories
    for history in histories:
        support, plan = history.findall("SEN")
        assert text(support, "SENprovision") == "K"
        assert text(plan, "SENprovision") == "E"
        assert text(support, "EndDate") == text(plan, "StartDate")


def test_nobody_is_in_care_unless_it_is_wished() -> None:
    assert set(texts(tree(Wish(pupils=100)), ".//InCare")) == {"false"}


@pytest.mark.parametrize("partial", [False, True])
def test_the_first_pupil_alone_is_in_the_care_that_was_wished(partial: bool) -> None:  # noqa: FBT001
    first, *others = pupils(Wish(pupils=20, care_authority="887", partial=partial))
    care = first.find("LookedAfter")
    assert care is not None
    assert [(child.tag, child.text) for child in care] == [("InCare", "true"), ("CareAuthority", "887")]
    assert not any(one.findall("LookedAfter/CareAuthority") for one in others)


# what each system does


@EVERY_MIS
def test_the_supplier_signs(mis: Mis) -> None:
    assert text(tree(Wish(mis=mis)), "Header/SupplierID") == QUIRKS[mis].supplier


def test_only_bromcom_has_a_byte_order_mark_and_its_lines_end_as_on_windows() -> None:
    marked = {mis for mis in Mis if ctf(Wish(mis=mis)).content.startswith(b"\xef\xbb\xbf")}
    assert marked == {Mis.BROMCOM}
    content = ctf(Wish(mis=Mis.BROMCOM)).content
    assert content.count(b"\n") == content.count(b"\r\n") > 50


def test_generic_writes_everything_on_one_line() -> None:
    assert b"\n" not in ctf(Wish(pupils=3, mis=Mis.GENERIC)).content


def test_sims_frames_the_house_number() -> None:
    numbers = texts(tree(Wish(pupils=80)), "CTFpupilData/Pupil/Address/BS7666Address/PAON")
    assert all(re.fullmatch(r"(?=.{10}$) {0,3}\d{1,3}[A ] {5}| {10}\S.*", number) for number in numbers)
    assert any(number.strip().isdigit() for number in numbers)
    assert any(number.endswith(("Cottage", "House", "Maltings", "Barn", "Farm")) for number in numbers)


def test_the_others_do_not_frame_it() -> None:
    for mis in (Mis.BROMCOM, Mis.SCHOLARPACK, Mis.GENERIC):
        assert all(number == number.strip() for number in texts(tree(Wish(pupils=20, mis=mis)), ".//PAON"))


def test_sims_writes_the_northing_first_for_a_contact_who_lives_elsewhere() -> None:
    made = tree(Wish(pupils=20))
    for where, first in ((".//Contact/Address", "Northing"), ("CTFpupilData/Pupil/Address", "Easting")):
        grids = [[tag for tag in tags(one) if tag.endswith("ing")] for one in made.findall(where)]
        assert {grid[0] for grid in grids if grid} == {first}


def test_sims_keeps_religion_court_orders_and_a_comment_in_its_extension() -> None:
    made = tree(Wish(pupils=60, court_orders=True))
    assert {str(one.getparent().tag) for one in made.iter("SuppInfo")} == {"Pupil", "Contact", "School"}  # type: ignore[union-attr]
    assert {one[0].tag for one in made.iter("SuppInfo")} == {"SuppID"}
    assert {"Christian", "Muslim", "Sikh"} <= set(texts(made, "CTFpupilData/Pupil/SuppInfo/Religion"))
    assert set(texts(made, ".//Contact/SuppInfo/CourtOrder")) == {"Y", "N"}
    assert len(texts(made, ".//School/SuppInfo/LeavingComment")) == 60


def test_nobody_else_has_an_extension() -> None:
    assert not any(tree(Wish(pupils=10, mis=mis)).findall(".//SuppInfo") for mis in set(Mis) - {Mis.SIMS})


def test_sims_gives_contacts_a_priority_out_of_order_and_no_relationship() -> None:
    made = tree(Wish(pupils=40))
    orders = {tuple(texts(one, "Contact/Order")) for one in made.iter("Contacts")}
    assert orders == {("3", "4"), ("3", "4", "2"), ("3", "4", "2", "1")}
    assert not made.findall(".//Relationship")
    assert tree(Wish(mis=Mis.ARBOR)).findall(".//Relationship")


def test_sims_writes_one_type_of_phone_twice() -> None:
    for phones in tree(Wish(pupils=10)).findall(".//Contact/Phones"):
        assert texts(phones, "Phone/TelephoneType") == ["H", "M", "M"]


def test_sims_writes_x_for_a_urn_it_does_not_know() -> None:
    for pupil in pupils(Wish(pupils=10)):
        here, before = texts(pupil, "SchoolHistory/School/URN")
        assert re.fullmatch(r"9\d{5}", here)
        assert before == "XXXXXX"
    assert all(
        len(texts(one, "School/URN")) == 1 for one in tree(Wish(pupils=5, mis=Mis.GENERIC)).iter("SchoolHistory")
    )


def test_sims_keeps_many_years_of_attendance() -> None:
    rows = {mis: len(tree(Wish(pupils=20, mis=mis, source=SECONDARY)).findall(".//YearData")) for mis in Mis}
    assert rows[Mis.SIMS] == 80
    assert rows[Mis.GENERIC] == 20


def test_arbor_writes_lines_and_empty_elements() -> None:
    made = tree(Wish(pupils=20, mis=Mis.ARBOR))
    assert not made.findall(".//BS7666Address")
    assert len(made.findall("CTFpupilData/Pupil/Address/AddressLines/AddressLine3")) == 20
    empty = [str(one.getparent().tag) + "/" + str(one.tag) for one in made.iter() if len(one) == 0 and not one.text]  # type: ignore[union-attr]
    assert empty == ["School/RemovalGrounds"] * 20


def test_the_others_leave_out_what_is_empty() -> None:
    for mis in set(Mis) - {Mis.ARBOR}:
        assert not [one.tag for one in tree(Wish(pupils=30, mis=mis)).iter() if len(one) == 0 and not one.text]


def test_bromcom_puts_a_space_in_phone_numbers_and_nobody_else_does() -> None:
    for mis in Mis:
        numbers = texts(tree(Wish(pupils=10, mis=mis)), ".//PhoneNo")
        assert {" " in number for number in numbers} == {mis is Mis.BROMCOM}


def test_bromcom_has_a_temporary_upn_for_one_in_forty() -> None:
    for mis in Mis:
        upns = texts(tree(Wish(pupils=80, mis=mis)), ".//Pupil/UPN")
        temporary = [n for n, upn in enumerate(upns, 1) if Upn(upn).temporary]
        assert temporary == ([40, 80] if mis is Mis.BROMCOM else [])


def test_scholarpack_writes_names_in_capitals_and_truth_as_a_digit() -> None:
    made = tree(Wish(pupils=30, mis=Mis.SCHOLARPACK))
    for tag in ("Surname", "Forename", "PreferredSurname", "MiddleNames"):
        assert all(name == name.upper() for name in texts(made, f".//{tag}"))
    assert set(texts(made, ".//MedicalFlag")) == {"0", "1"}
    assert set(texts(made, ".//Responsibility")) == {"0", "1"}


# size


@pytest.mark.parametrize(("partial", "least", "most"), [(False, 6_000, 8_000), (True, 2_000, 3_000)])
def test_a_sims_pupil_weighs_what_a_real_one_does(partial: bool, least: int, most: int) -> None:  # noqa: FBT001
    weight = len(ctf(Wish(pupils=200, partial=partial)).content) / 200
    assert least < weight < most  # ctf.md §12


def test_500_pupils_stay_under_the_limit_of_school2school() -> None:
    assert 3_000_000 < len(ctf(Wish(pupils=500)).content) < 4_000_000


def test_marks_weigh_about_730_letters_a_year() -> None:
    bare, marked = (len(ctf(Wish(pupils=100, sessions=wanted)).content) for wanted in (False, True))
    assert 700 < (marked - bare) / 100 < 4 * 900


# nothing leads to anybody


@EVERY_MIS
def test_every_number_and_address_in_a_file_is_invented(mis: Mis) -> None:
    made = tree(Wish(pupils=60, mis=mis, source=SECONDARY))
    assert all(re.fullmatch(r"01632 ?960\d{3}|07700 ?900\d{3}", one) for one in texts(made, ".//PhoneNo"))
    assert all(re.fullmatch(r"Z[ADFL]\d{1,2} \d[A-Z]{2}", one) for one in texts(made, ".//PostCode"))
    assert all(one.endswith("@example.org") for one in texts(made, ".//Email"))
    assert all(one[0] in "9X" for one in texts(made, ".//URN"))
    assert all(one[4] == "9" for one in texts(made, ".//Pupil/UPN"))
    assert all(one.startswith(("98", "99")) for one in texts(made, ".//UniqueLearnerNumber"))
    assert all(one.startswith("9999") for one in texts(made, ".//UniquePropertyReferenceNumber"))
    assert all(one[0] == "9" for one in texts(made, ".//School/Estab") if one != SECONDARY.estab)


@EVERY_MIS
def test_no_other_telephone_or_postcode_hides_anywhere_in_the_text(mis: Mis) -> None:
    content = ctf(Wish(pupils=60, mis=mis)).content.decode()
    for number in re.findall(r">(0\d[\d ]{8,})<", content):
        assert re.fullmatch(r"01632 ?960\d{3}|07700 ?900\d{3}", number)
    for found in re.findall(r"\b[A-Z]{1,2}\d{1,2} \d[A-Z]{2}\b", content):
        assert found[0] == "Z"
    assert set(re.findall(r"@[a-z.]+", content)) == {"@example.org"}
