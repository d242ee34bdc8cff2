"""What a value says beyond its path, and what may not go whoever names it: rows that an officer can read."""

import pytest

from gateway.core import documents, law
from gateway.core.documents import Ground, Pupil, Regulations
from gateway.core.documents.formats import Formats
from gateway.core.law import Class, Raise, Sensitive
from gateway.core.terms import Item, Kind, PurposeCode
from gateway.edge import shelves
from tests.core.law.made import ROOT, classes, document, purposes, schemas, sensitive, specimens

MARKS = Item("Attendance/YearData/AttendSessions/AttendanceMarks")
GROUND = Item("SchoolHistory/School/RemovalGrounds")
REASON = Item("SchoolHistory/School/LeavingReason")


def formats() -> Formats:
    return shelves.shipped_formats(ROOT / "schemas")


def raised(kind: Kind, **told: str) -> set[tuple[str, str]]:
    values = {Item(path.replace("__", "/")): frozenset({value}) for path, value in told.items()}
    return {(item.rpartition("/")[2], class_) for item, class_ in law.raised(sensitive(), kind, values)}


@pytest.mark.parametrize(
    ("path", "value", "class_"),
    [
        (GROUND, "J", "CR"),
        (GROUND, "O", "CR"),
        (GROUND, "K", "SG"),
        (GROUND, "A", None),
        (REASON, "PE", "CR"),
        (REASON, "DD", "SG"),
        (REASON, "PM", None),
        (MARKS, "/\\/\\IIII/\\", "SC"),
        (MARKS, "/\\MM/\\", "SC"),
        (MARKS, "/\\RR", "SC"),
        (MARKS, "/\\/\\NNOO##", None),
        ("BasicDetails/Ethnicity", "WBRI", "SC"),
        ("BasicDetails/MedicalFlag", "true", "SC"),
        ("BasicDetails/MedicalFlag", "false", None),
        ("BasicDetails/NCyearActual", "7", None),
    ],
)
def test_a_value_of_a_transfer_file_says_what_its_row_says(path: str, value: str, class_: str | None) -> None:
    told = {Item(path): frozenset({value})}
    for kind in (Kind.CTF, Kind.CML, Kind.CMJ):
        assert law.raised(sensitive(), kind, told) == (frozenset() if class_ is None else {(Item(path), Class(class_))})
    assert law.raised(sensitive(), Kind.NOTICE, told) == frozenset()


@pytest.mark.parametrize(("value", "class_"), [("police", "CR"), ("protected", "SG"), ("none", None)])
def test_the_risk_flag_of_a_notice_says_what_it_names(value: str, class_: str | None) -> None:
    assert raised(Kind.NOTICE, RiskFlag=value) == (set() if class_ is None else {("RiskFlag", class_)})


def test_every_row_speaks_of_an_item_that_has_a_class() -> None:
    for one in sensitive().raises:
        for kind in one.kinds:
            declared = [schema for (of, _), schema in schemas().items() if of is kind]
            assert any(one.path in schema.items for schema in declared), one.path
            assert law.classed(one.path, classes(), kind)


def test_a_purpose_that_carries_what_a_value_raises_has_the_condition_for_it() -> None:
    """Otherwise a child would be held back for the very value that its council has to know of."""
    schema = schemas()[Kind.CTF, "26.0"]
    for code, purpose in purposes().items():
        carried = {item for pattern in purpose.patterns(Kind.CTF) for item in schema.items if _names(pattern, item)}
        found = {one.class_ for one in sensitive().raises if Kind.CTF in one.kinds and one.path in carried}
        assert Class.CR not in found or purpose.art10, code
        assert Class.SC not in found or purpose.art9, code


def _names(pattern: str, item: str) -> bool:
    return item == pattern or (pattern.endswith("/*") and item.startswith(pattern[:-1]))


# -- reading the values -----------------------------------------------------------------------------------------------


def test_only_the_pupils_asked_for_are_looked_at() -> None:
    file = next(one for one in specimens() if one.kind is Kind.NOTICE)
    paths = [Item("Surname")]
    names = [documents.told(file, [pupil.number], paths, formats().grounds)[Item("Surname")] for pupil in file.pupils]
    assert len(names) == len(set(names)) == len(file.pupils) > 1
    both = documents.told(file, [pupil.number for pupil in file.pupils], paths, formats().grounds)
    assert both == {Item("Surname"): frozenset().union(*names)}
    assert documents.told(file, [], paths, formats().grounds) == {}


def test_every_value_of_an_item_that_repeats_is_told() -> None:
    file = next(one for one in specimens() if one.kind is Kind.REPLY and _professions(one.pupils))
    path = Item("Involvement/Profession")
    told = documents.told(file, [one.number for one in file.pupils], [path], formats().grounds)
    assert told[path] == {element.text for element in file.tree.iter("Profession")}


def _professions(pupils: tuple[Pupil, ...]) -> bool:
    return any(Item("Involvement/Profession") in one.items for one in pupils)


@pytest.mark.parametrize(
    ("letter", "regulations", "says"),
    [("J", Regulations.OF_2024, "J"), ("I", Regulations.OF_2006, "J"), ("J", Regulations.OF_2006, "K")],
)
def test_a_removal_ground_is_told_by_its_letter_of_2024(letter: str, regulations: Regulations, says: str) -> None:
    leaver = Pupil(1, 1, None, None, frozenset({GROUND}), ground=Ground(letter, regulations))
    assert documents.told(document(leaver), [1], [GROUND], formats().grounds) == {GROUND: {says}}


# -- refused by name --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "named", "but_under"),
    [
        ("NHSnumber", "NHS number", "P11"),
        ("Identity/nhsnumber", "NHS number", "P11"),
        ("Benefits/*", "receipt of benefits", None),
        ("HomeOffice/*", "Home Office involvement", "P27"),
        ("Nationality", "Home Office involvement", "P27"),
        ("Probation/Officer", "probation involvement", "P14"),
    ],
)
def test_an_item_that_may_not_go_is_refused_by_name(pattern: str, named: str, but_under: str | None) -> None:
    for code in purposes():
        found = law.refused_items(["Surname", pattern], sensitive(), code)
        assert [one.name for one in found] == ([] if code == but_under else [named]), code


def test_no_shipped_purpose_and_no_common_pattern_names_one() -> None:
    assert law.refused_items(["UPN", "Address/*", "NAWdetails/*"], sensitive(), PurposeCode("P06")) == ()
    for code, purpose in purposes().items():
        for _, patterns in purpose.items:
            assert law.refused_items(patterns, sensitive(), code) == ()


def test_the_four_that_law_names_are_there_each_with_its_reason() -> None:
    assert [one.name for one in sensitive().refused] == [
        "NHS number",
        "receipt of benefits",
        "Home Office involvement",
        "probation involvement",
    ]
    assert all(one.why.endswith(".") for one in sensitive().refused)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('class = "CR"', 'class = "XX"', "class is not as it should be"),
        ('why = "', 'because = "', "unknown key because"),
        ('names = ["Probation", "ProbationInvolvement"]', "names = []", "refused 4: names is not as it should be"),
        ("[[refused]]", "[[refuse]]", "file: unknown key refuse; file: missing key refused"),
    ],
)
def test_both_lists_are_read_strictly(old: str, new: str, says: str) -> None:
    text = (ROOT / "partners" / "items.toml").read_text()
    with pytest.raises(ValueError, match=says):
        law.sensitive_from_toml(text.replace(old, new))


def test_a_row_without_values_means_any_that_is_there() -> None:
    row = Raise(frozenset({Kind.CTF}), Item("UPN"), Class.SC, "invented")
    table = Sensitive((row,))
    assert law.raised(table, Kind.CTF, {Item("UPN"): frozenset({"x"})}) == {(Item("UPN"), Class.SC)}
    assert law.raised(table, Kind.CTF, {Item("UPN"): frozenset({""})}) == frozenset()
    assert law.raised(table, Kind.CTF, {}) == frozenset()
