"""Every item that any schema declares has a class, and the longest path decides which."""

import pytest

from gateway.core import law
from gateway.core.law import Class
from gateway.core.terms import Item, Kind
from tests.core.law.made import classes, schemas, shipped

ROW = '[[item]]\npath = "Address"\nname = "home address"\nclass = "CO"\nkinds = ["ctf"]\n'


def test_every_item_of_every_schema_has_a_class() -> None:
    for (kind, _), schema in schemas().items():
        for item in schema.items:
            assert law.classed(item, classes(), kind).name


def test_every_row_speaks_of_something() -> None:
    for kind, path in classes():
        items = {item for (of, _), schema in schemas().items() if of is kind for item in schema.items}
        assert any(item == path or item.startswith(f"{path}/") for item in items), path


@pytest.mark.parametrize(
    ("kind", "item", "class_"),
    [
        ("ctf", "UPN", "ID"),
        ("ctf", "BasicDetails/Ethnicity", "SC"),
        ("ctf", "BasicDetails/MedicalFlag", "SC"),
        ("ctf", "BasicDetails/Disabilities/Disability", "SC"),
        ("ctf", "SENhistory/SENneeds/SENneed/SENtype", "SC"),
        ("ctf", "NAWdetails/NationalIdentity", "SC"),
        ("ctf", "NAWdetails/SpeakWelsh", "ED"),
        ("ctf", "LookedAfter/CareAuthority", "SG"),
        ("ctf", "FSMhistory/FSMinstance/FSMstartDate", "FI"),
        ("ctf", "Attendance/YearData/SessionsAttended", "ED"),
        ("ctf", "Attendance/YearData/AttendSessions/AttendanceMarks", "SC"),
        ("ctf", "Contacts/Contact/Surname", "FA"),
        ("ctf", "Contacts/Contact/Address/PostCode", "CO"),
        ("ctf", "SchoolHistory/School/LEA", "ED"),
        ("notice", "RiskFlag", "CR"),
        ("notice", "HandlingMarker", "SG"),
        ("notice", "Siblings/Number", "FA"),
    ],
)
def test_an_item_has_the_class_of_its_longest_path(kind: str, item: str, class_: str) -> None:
    assert law.classed(Item(item), classes(), Kind(kind)).class_ == class_


def test_the_classes_of_several_items_are_taken_together() -> None:
    items = [Item("UPN"), Item("DOB"), Item("Address/PostCode")]
    assert law.classes_of(items, classes(), Kind.CTF) == {Class.ID, Class.CO}


@pytest.mark.parametrize("item", ["Religion", "Addressee", "BasicDetails/Invented", "SuppInfo/Religion"])
def test_an_item_that_nobody_classed_is_an_error(item: str) -> None:
    with pytest.raises(ValueError, match="no class"):
        law.classes_of([Item(item)], classes(), Kind.CTF)


def test_a_class_is_for_one_kind_of_document() -> None:
    with pytest.raises(ValueError, match="no class"):
        law.classed(Item("LastSeen"), classes(), Kind.CTF)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ROW + ROW, "item 2: classed twice"),
        (ROW.replace('"CO"', '"XX"'), "item 1: class is not as it should be"),
        (ROW.replace("name", "nom"), "unknown key nom; item 1: missing key name"),
        ("item = 3", "not a list of tables"),
        ("item = [", "not TOML"),
    ],
)
def test_the_table_of_items_is_read_strictly(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        law.classes_from_toml(text)


def test_every_class_has_words_for_people() -> None:
    assert all(class_.words for class_ in Class)
    assert shipped("items.toml").isascii()


def test_one_item_is_said_in_words_that_tell_it_from_others_below_the_same_path() -> None:
    known = {"LastAddress": "last address", "Surname": "family name"}
    said = [
        law.worded(one, known) for one in ("LastAddress/PostCode", "LastAddress/UniquePropertyRef", "Surname", "New")
    ]
    assert said == ["last address: post code", "last address: unique property ref", "family name", "New"]
