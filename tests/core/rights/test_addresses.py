"""An address is one fact in parts and in lines; two that only look like each other are told apart, or asked about."""

import pytest

from gateway.core.rights import Part, Wrong, wrong
from gateway.core.rights.addresses import Same, addresses, same
from gateway.core.terms import Item

PC, OTHER_PC = "ZZ99 1AA", "ZZ99 9AA"
HOUSE = {"PAON": "11", "Street": "Mill Lane", "Town": "Exampleton"}
Record = list[Part]


def in_parts(root: str = "Address", postcode: str = PC, **said: str) -> Record:
    return [*(Part(Item(f"{root}/BS7666Address/{name}"), value) for name, value in said.items()), *tail(root, postcode)]


def in_lines(*lines: str, root: str = "LastAddress", postcode: str = PC) -> Record:
    said = [Part(Item(f"{root}/AddressLines/AddressLine{number}"), line) for number, line in enumerate(lines, 1)]
    return [*said, *tail(root, postcode)]


def tail(root: str, postcode: str) -> Record:
    return [Part(Item(f"{root}/PostCode"), postcode)] if postcode else []


def fact(item: str, *records: Record, was: str = "", also: tuple[str, ...] | None = None) -> Wrong:
    return wrong(Item(item), was, None, records, also)


def put(found: Wrong, right: str, *records: Record) -> list[tuple[str, str | None]]:
    """By its last name, where what is wrong stands besides, and what is right there."""
    return [(one.item.rsplit("/", 1)[-1], text) for record in records for one, text in found.elsewhere(record, right)]


PAON, STREET, TOWN, POST = (f"Address/BS7666Address/{name}" for name in ("PAON", "Street", "Town", "PostTown"))
LINE, SECOND = (f"LastAddress/AddressLines/AddressLine{number}" for number in (1, 2))
PARTS = in_parts(SAON="Flat 2", **{**HOUSE, "PAON": "  11 "})
LINES = in_lines("Flat 2, 11 Mill Lane", "EXAMPLETON", postcode="zz991aa")


@pytest.mark.parametrize(
    ("item", "right", "there"),
    [
        (STREET, "Mill Road", ("AddressLine1", "Flat 2, 11 Mill Road")),
        (PAON, "12", ("AddressLine1", "Flat 2, 12 Mill Lane")),
        (TOWN, "Otherton", ("AddressLine2", "Otherton")),
        (LINE, "Flat 2, 11 Mill Road", ("Street", "Mill Road")),
        (LINE, "Flat 2, 12 Mill Lane", ("PAON", "12")),
        (LINE, "Flat 3, 11 Mill Lane", ("SAON", "Flat 3")),
        (SECOND, "Otherton", ("Town", "Otherton")),
    ],
)
def test_what_is_wrong_in_one_shape_is_put_right_in_the_other_and_what_else_is_there_stays(
    item: str, right: str, there: tuple[str, str]
) -> None:
    found = fact(item, PARTS, LINES)
    assert not found.unclear and put(found, right, PARTS, LINES) == [there]


def test_a_line_that_is_two_things_in_parts_is_for_a_person_to_say() -> None:
    assert put(fact(LINE, PARTS, LINES), "Flat 3, 12 Mill Road", PARTS) == [("SAON", None)]


def test_a_town_that_is_its_own_post_town_stands_in_a_line_once_and_nobody_guesses_which_it_is() -> None:
    both = in_parts(**HOUSE, PostTown="Exampleton")
    lines = in_lines("11 Mill Lane", "Exampleton")
    assert put(fact(POST, both, lines), "Otherton", lines) == [("AddressLine2", None)]
    assert put(fact(SECOND, both, lines), "Otherton", both) == [("Town", None)]


@pytest.mark.parametrize(
    "other",
    [
        in_lines("17 Mill Lane", "Exampleton"),  # next door
        in_lines("11 Mill Lane", "Exampleton", postcode=OTHER_PC),
        in_parts("LastAddress", OTHER_PC, **{**HOUSE, "PAON": "44"}),  # a street of that name, elsewhere
        in_parts("LastAddress", PAON="44", Street="Mill Lane", Town="Exampleton"),
        in_lines("The Rectory", "Otherton"),
        in_parts("Contacts/Contact/Address", **HOUSE),  # where a parent lives is another fact
    ],
)
def test_another_address_is_left_alone_though_it_has_the_same_street(other: Record) -> None:
    parts = in_parts(**HOUSE)
    found = fact(STREET, parts, other)
    assert not found.unclear and put(found, "Mill Road", other) == []


@pytest.mark.parametrize(
    "other",
    [
        in_lines("11 Mill Lane", "Exampleton", postcode=""),
        in_lines("Exampleton", "11 Mill Lane"),  # in another order
        in_lines("The Old Mill, 11 Mill Lane", "Exampleton"),
        in_parts("LastAddress", SAON="Flat 2", **HOUSE),
    ],
)
def test_of_an_address_that_may_be_the_same_a_person_is_asked_and_nothing_is_put_right_before(other: Record) -> None:
    parts = in_parts(**HOUSE)
    found = fact(STREET, parts, other)
    assert found.unclear and put(found, "Mill Road", other) == []
    (doubted,) = found.doubted(other)
    settled = fact(STREET, parts, other, was="Mill Lane", also=("Mill Lane", doubted.text))
    ((_, right),) = put(settled, "Mill Road", other)
    assert not settled.unclear and right is not None and "Mill Road" in right
    another = fact(STREET, parts, other, was="Mill Lane", also=("Mill Lane",))
    assert not another.unclear and put(another, "Mill Road", other) == [], "it was said to be another"


def test_nobody_is_asked_about_an_address_in_which_what_is_wrong_does_not_stand() -> None:
    assert not fact(TOWN, in_parts(**HOUSE), in_lines("11 Mill Lane", postcode="")).unclear


def test_where_no_record_has_that_shape_a_person_is_asked_and_then_the_words_alone_are_put_right() -> None:
    lines = in_lines("11 Mill Lane", "Exampleton")
    assert fact(STREET, lines, was="Mill Lane").unclear
    (one,) = addresses(lines)
    assert put(fact(STREET, lines, was="Mill Lane", also=(one.text,)), "Mill Road", lines) == [
        ("AddressLine1", "11 Mill Road")
    ]
    twice = in_lines("York House, 11 Mill Lane", "York")
    (other,) = addresses(twice)
    assert put(fact(TOWN, twice, was="York", also=(other.text,)), "Leeds", twice) == [("AddressLine1", None)]


def test_two_that_are_wrong_since_different_days_are_asked_about_where_another_hangs_on_them() -> None:
    old, new = in_parts(**HOUSE), in_parts(**{**HOUSE, "Street": "Hill Lane"})
    assert fact(STREET, old, new, LINES).unclear
    assert not fact(STREET, old, new).unclear, "nothing else hangs on it"


def test_an_address_is_read_from_a_record_whole_and_compared_only_by_what_it_says() -> None:
    (parts,), (lines,) = addresses(PARTS), addresses(LINES)
    assert (parts.text, lines.postcode) == ("Flat 2,   11 , Mill Lane, Exampleton, ZZ99 1AA", "zz991aa")
    assert addresses(tail("Address", PC)) == ()
    assert same(parts, lines) is same(lines, parts) is Same.YES
    (twin,) = addresses(in_lines("flat 2 11 MILL lane exampleton", root="BelievedAddress"))
    assert same(twin, parts) is Same.YES and same(twin, lines) is Same.YES
