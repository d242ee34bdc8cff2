"""One fact is found under every name that documents have for it, and what only looks like it is left alone."""

import pytest

from gateway.core.rights import Part, wrong
from gateway.core.rights.alike import ALIKE, names
from gateway.core.terms import Item
from tests.core.law.made import schemas

FILE, NOTICE, BELIEVED = (Item(f"{one}/PostCode") for one in ("Address", "LastAddress", "BelievedAddress"))
OLD, NEW = "ZZ99 1AA", "ZZ99 2BB"


def test_every_name_of_the_table_is_one_that_a_document_has() -> None:
    known = frozenset[str]().union(*(one.items for one in schemas().values()))
    for family in ALIKE:
        for path in family:
            assert any(item == path or item.startswith(f"{path}/") for item in known), path


def test_an_item_has_the_names_of_its_family_below_the_same_path() -> None:
    assert set(names(NOTICE)) == {FILE, NOTICE, BELIEVED, Item("NewDetails/Address/PostCode")}
    assert names(NOTICE)[0] == NOTICE
    assert names(Item("LastSeen")) == (Item("LastSeen"),)
    assert Item("Contacts/Contact/Address/PostCode") not in names(FILE), "where a parent lives is another fact"


def test_the_same_value_under_another_name_is_meant_however_it_is_written_and_another_value_is_not() -> None:
    said = [Part(FILE, OLD), Part(NOTICE, "zz991aa"), Part(BELIEVED, NEW)]
    assert wrong(FILE, "", None, [said]).elsewhere(said, "x") == ((Part(NOTICE, "zz991aa"), "x"),)


def test_what_somebody_said_stands_there_is_what_is_meant() -> None:
    said = [Part(FILE, OLD), Part(NOTICE, OLD), Part(BELIEVED, NEW)]
    assert wrong(FILE, NEW, None, [said]).elsewhere(said, "x") == ((Part(BELIEVED, NEW), "x"),)


def test_where_no_record_has_the_name_one_value_under_another_is_meant() -> None:
    said = [Part(NOTICE, OLD)]
    assert wrong(FILE, "", None, [said]).elsewhere(said, "x") == ((Part(NOTICE, OLD), "x"),)


@pytest.mark.parametrize(
    ("records", "unclear"),
    [
        ([[Part(NOTICE, OLD), Part(BELIEVED, NEW)]], True),  # which of the two, nobody said
        ([[Part(FILE, OLD)], [Part(FILE, NEW), Part(NOTICE, OLD)]], True),
        ([[Part(FILE, OLD)], [Part(FILE, NEW)]], False),  # nothing else hangs on it
        ([[]], False),
    ],
)
def test_where_several_values_may_be_meant_nothing_else_is_put_right_before_somebody_says_which(
    records: list[list[Part]], *, unclear: bool
) -> None:
    fact = wrong(FILE, "", None, records)
    assert (fact.unclear, [one for some in records for one in fact.elsewhere(some)]) == (unclear, [])


def test_of_several_entries_the_one_that_is_meant_is_looked_for() -> None:
    phone, other = Item("Phones/Phone/PhoneNo"), Item("NewDetails/Phones/Phone/PhoneNo")
    said = [Part(phone, "01632 960001", 1), Part(phone, "01632 960002", 2), Part(other, "01632 960002", 1)]
    assert wrong(phone, "", 2, [said]).elsewhere(said, "x") == ((said[2], "x"),)
    assert wrong(phone, "", 1, [said]).elsewhere(said) == ()


def test_a_record_that_says_something_else_under_that_name_has_nothing_to_mend() -> None:
    old, new = [Part(FILE, OLD)], [Part(FILE, NEW)]
    found = wrong(FILE, OLD, None, [old, new])
    assert (found.stands_in(old), found.stands_in(new), found.stands_in([])) == (True, False, False)
    assert wrong(FILE, "", None, [[]]).stands_in(new), "nobody can tell what it says"
