"""The table of postcodes: each is found where the directory put it, and no other is."""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.reference import places
from gateway.core.reference.places import Place, Places, Point, postcode
from gateway.core.reference.sheets import Wrong

PARTNERS = Path(__file__).parents[3] / "partners"
HEADING = "pcd,pcds,doterm,oslaua,oscty,oseast1m,osnrth1m"
KENT = "ZZ992CC,ZZ99 2CC,,E07000110,E10000016,669500,473500"
LETTERS = st.sampled_from(string.ascii_uppercase)
DIGITS = st.sampled_from(string.digits)
POSTCODES = st.one_of(
    st.tuples(LETTERS, DIGITS, DIGITS, LETTERS, LETTERS),
    st.tuples(LETTERS, DIGITS, LETTERS, DIGITS, LETTERS, LETTERS),
    st.tuples(LETTERS, LETTERS, DIGITS, DIGITS, LETTERS, LETTERS),
    st.tuples(LETTERS, LETTERS, DIGITS, DIGITS, DIGITS, LETTERS, LETTERS),
).map("".join)
METRES = st.integers(0, 800_000)
POINTS = st.builds(Point, METRES, METRES)


def table(*rows: str, heading: str = HEADING) -> Places:
    return Places(places.published([heading, *rows]), {"E10000016": "886", "E06000035": "887"})


@given(
    st.dictionaries(POSTCODES, st.tuples(st.integers(1, 800_000), METRES, st.integers(1, 9)), max_size=30), POSTCODES
)
def test_every_postcode_is_found_where_it_is_and_no_other(known: dict[str, tuple[int, int, int]], other: str) -> None:
    made = table(*(f",{code},,E0600000{area},,{east},{north}" for code, (east, north, area) in known.items()))
    assert len(made) == len(known)
    for code, (east, north, area) in known.items():
        assert made.find(f" {code[:-3]} {code[-3:].lower()}") == Place(Point(east, north), (f"E0600000{area}",))
    assert (made.find(other) is None) == (other not in known)


def test_a_postcode_is_of_the_authority_of_its_county_or_its_district() -> None:
    made = table(KENT, "ZZ992BB,ZZ99 2BB,,E06000035,E99999999,1,1", "ZZ993ZZ,ZZ99 3ZZ,,S12000033,S99999999,,")
    assert [made.authority(code) for code in ("ZZ99 2CC", "ZZ99 2BB", "ZZ99 3ZZ", "ZZ99 9AA", "nowhere")] == [
        "886", "887", None, None, None,
    ]  # fmt: skip
    assert made.find("ZZ99 3ZZ") == Place(None, ("S99999999", "S12000033"))


def test_the_newer_names_of_the_columns_and_no_county_will_do() -> None:
    made = table("ZZ992CC,E06000035,1,2", heading="pcds,lad25cd,east1m,north1m")
    assert made.authority("ZZ99 2CC") == "887"


@pytest.mark.parametrize("text", ["", "A1", "AAA1 1AA", "A1 AAA", "A11 111", "A1 1AA 1", "É1 1AA", "A١ 1AA"])
def test_what_is_no_postcode_is_none(text: str) -> None:
    assert postcode(text) is None
    assert table(KENT).find(text) is None


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (KENT.replace("ZZ99 2CC", "ZZ99"), "line 2: the postcode"),
        (KENT.replace("669500", "9000000"), "line 2: easting"),
        (KENT.replace("473500", "12.5"), "line 2: easting"),
        ("ZZ99 2CC", "line 2 has fewer"),
        (f"{KENT}\n{KENT.lower()}", "twice"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(row: str, words: str) -> None:
    with pytest.raises(Wrong, match=words):
        table(*row.splitlines())


@pytest.mark.parametrize("cut", [0, 1, 12, 40, -1])
def test_a_table_that_is_not_whole_is_refused(cut: int) -> None:
    whole = bytes(table(KENT).table)
    with pytest.raises(ValueError, match="table of places"):
        Places(whole[:cut] or b"x")


def test_no_table_knows_no_place() -> None:
    assert not Places()
    assert Places().find("ZZ99 2CC") is None
    assert Places().authority("ZZ99 2CC") is None


@given(POINTS, POINTS, POINTS)
def test_a_distance_is_one(one: Point, two: Point, three: Point) -> None:
    assert one.metres(two) == two.metres(one) >= 0
    assert (one.metres(two) == 0) == (one == two)
    assert one.metres(three) <= one.metres(two) + two.metres(three) + 1e-6


def test_three_and_four_kilometres_make_five() -> None:
    assert Point(3_000, 0).metres(Point(0, 4_000)) == 5_000


@pytest.mark.parametrize("at", [(-1, 0), (0, -1), (800_001, 0), (0, 1_400_001)])
def test_nobody_is_off_the_grid(at: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="Grid"):
        Point(*at)


def test_the_shipped_areas_name_each_council_at_most_once_and_every_english_one_that_is_open() -> None:
    known = places.authorities_from_toml((PARTNERS / "areas.toml").read_text())
    listed = (PARTNERS / "councils.toml").read_text()
    assert all(f'la = "{la}"' in listed for la in known.values())
    assert {"886", "887", "881", "205", "940"} <= set(known.values())
    assert len(set(known.values())) == 153


@pytest.mark.parametrize(
    "text",
    [
        '[[area]]\nla = "88"\ncodes = ["E10000016"]\nsource = "x"',
        '[[area]]\nla = "886"\ncodes = ["E1000001"]\nsource = "x"',
        '[[area]]\nla = "886"\ncodes = ["E10000016"]',
        '[[area]]\nla = "886"\ncodes = ["E10000016"]\nsource = "x"\n[[area]]\nla = "887"\ncodes = ["E10000016"]\nsource = "x"',
        '[[areas]]\nla = "886"',
    ],
)
def test_areas_are_read_strictly(text: str) -> None:
    with pytest.raises(ValueError, match=r"area|named"):
        places.authorities_from_toml(text)
