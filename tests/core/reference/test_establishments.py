"""The directory of establishments: what was published is found again by number, and nothing else is."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.reference import establishments, sheets
from gateway.core.reference.establishments import Establishment, Establishments
from gateway.core.reference.places import Point
from gateway.core.reference.sheets import Wrong
from gateway.core.terms import LaEstab

INVENTED = Path(__file__).parents[3] / "partners" / "invented"
HEADING = ",".join(name for (name,) in establishments.COLUMNS)
ROW = "100004,205,4001,Old School,Closed,01-09-1996,31-08-2024,Primary,4,11,Town,ZZ99 3AC,668200,472200"
NEXT = "100005,205,4002,Academy,Open,01-09-2024,,Primary,4,11,Town,ZZ99 3AC,668200,472200"
LINKS = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate"


def directory(*rows: str, links: tuple[str, ...] = (), heading: str = HEADING) -> Establishments:
    linked = [LINKS, *links] if links else []
    return Establishments(establishments.table(establishments.published([heading, *rows], linked)))


def test_what_was_published_is_found_by_its_number() -> None:
    known = directory(ROW, NEXT, links=("100004,100005,Academy,Successor,01-09-2024",))
    assert known.find(LaEstab("2054001")) == Establishment(
        laestab=LaEstab("2054001"), urn="100004", name="Old School", town="Town", phase="Primary", low=4, high=11,
        closed=True, opened_on=date(1996, 9, 1), closed_on=date(2024, 8, 31), postcode="ZZ993AC",
        at=Point(668200, 472200), successors=(LaEstab("2054002"),),
    )  # fmt: skip
    assert len(known) == len(list(known)) == 2
    assert known.find(LaEstab("2054003")) is None


def made(number: int) -> Establishment:
    return Establishment(
        LaEstab(f"{number:07d}"), f"{number % 1_000_000:06d}", f"S{number}", "", "", None, None,
        closed=False, opened_on=None, closed_on=None, postcode="", at=None, successors=(),
    )  # fmt: skip


@given(st.sets(st.integers(0, 9_999_999), max_size=40), st.integers(0, 9_999_999))
def test_every_number_in_the_directory_is_found_and_no_other(numbers: set[int], other: int) -> None:
    known = Establishments(establishments.table(map(made, numbers)))
    for number in numbers:
        assert known.find(LaEstab(f"{number:07d}")) == made(number)
    found = known.find(LaEstab(f"{other:07d}"))
    assert (found is None) == (other not in numbers)
    assert known.covers(f"{other:07d}"[:3]) == (f"{other:07d}"[:3] in {f"{number:07d}"[:3] for number in numbers})


def test_an_empty_directory_knows_nobody() -> None:
    empty = Establishments()
    assert not empty
    assert empty.find(LaEstab("8864321")) is None
    assert not empty.covers("886")


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_with_one_number_the_open_one_is_meant(order: int) -> None:
    academy = NEXT.replace("4002", "4001").replace("100005", "100003")
    known = directory(*[ROW, academy][::order])
    found = known.find(LaEstab("2054001"))
    assert found is not None
    assert found.urn == "100003"
    assert known.has(LaEstab("2054001"), "100004")
    assert not known.has(LaEstab("2054001"), "100006")


def test_of_several_closed_ones_the_last_is_meant() -> None:
    known = directory(ROW, NEXT.replace("4002", "4001").replace("Open,01-09-2024,", "Closed,01-09-2024,31-08-2025"))
    found = known.find(LaEstab("2054001"))
    assert found is not None
    assert found.closed_on == date(2025, 8, 31)
    assert found.open_on(date(2025, 8, 31))
    assert not found.open_on(date(2025, 9, 1))


def test_one_that_closed_without_a_day_is_closed_and_one_that_will_close_is_open() -> None:
    for row, is_open in ((ROW.replace("31-08-2024", ""), False), (NEXT, True)):
        (one,) = directory(row)
        assert one.open_on(date(2020, 1, 1)) is is_open


@pytest.mark.parametrize("kind", ["Predecessor", "Sixth Form Centre Link", ""])
def test_only_a_successor_follows(kind: str) -> None:
    known = directory(ROW, NEXT, links=(f"100004,100005,Academy,{kind},",))
    assert [one.successors for one in known] == [(), ()]


def test_a_merged_school_may_have_several_successors_each_once() -> None:
    third = NEXT.replace("100005", "100006").replace("4002", "4003")
    links = ("100004,100006,C,Successor - merged,", "100004,100005,A,Successor,", "100004,100005,A,Successor,")
    found = directory(ROW, NEXT, third, links=links).find(LaEstab("2054001"))
    assert found is not None
    assert found.successors == ("2054003", "2054002")


def test_what_has_no_number_is_left_out() -> None:
    centre = "100009,205,,Children’s Centre,Open,,,Not applicable,,,Town,,,"
    assert len(directory(ROW, centre, links=("100004,100009,C,Successor,",))) == 1


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (ROW.replace("100004", "10004"), "line 2: the URN"),
        (ROW.replace("Old School", " "), "line 2: the name"),
        (ROW.replace("31-08-2024", "2024"), "line 2: a day"),
        (ROW.replace("31-08-2024", "31-02-2024"), "line 2: a day"),
        (ROW.replace(",11,", ",eleven,"), "line 2: an age"),
        (ROW.replace("668200", "-3"), "line 2: easting"),
        (ROW.replace("205,4001", "20555,4001"), "line 2: the LA code"),
        (ROW.partition(",Town")[0], "line 2 has fewer cells"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_never_quoted(row: str, words: str) -> None:
    with pytest.raises(Wrong, match=words) as wrong:
        directory(row)
    assert "Old" not in str(wrong.value)


def test_a_urn_stands_once() -> None:
    with pytest.raises(Wrong, match="line 3: the URN"):
        directory(ROW, ROW)


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(Wrong, match="no column PhaseOfEducation"):
        directory(ROW, heading=HEADING.replace("PhaseOfEducation (name)", "Phase"))


def test_the_order_of_columns_and_others_beside_them_do_not_matter() -> None:
    cells, names = ROW.split(","), HEADING.split(",")
    known = directory(",".join(["x", *cells[::-1]]), heading=",".join(["Other", *names[::-1]]))
    assert list(known) == list(directory(ROW))


@pytest.mark.parametrize("coding", ["cp1252", "utf-8", "utf-8-sig"])
def test_both_encodings_are_read(coding: str) -> None:
    content = f"{HEADING}\n{ROW.replace('Old School', 'St Zoë’s')}\n".encode(coding)
    (one,) = Establishments(establishments.table(establishments.published(sheets.text(content).splitlines())))
    assert one.name == "St Zoë’s"


def test_bytes_of_no_encoding_are_refused() -> None:
    with pytest.raises(Wrong, match="neither"):
        sheets.text(b"\x81\x8d")


@pytest.mark.parametrize("cut", [1, 40, -1])
def test_a_table_that_is_not_whole_is_refused(cut: int) -> None:
    whole = directory(ROW, NEXT).table
    for wrong in (whole[:cut], whole.replace(b"Old", b"New"), b"\n" + whole):
        with pytest.raises(ValueError, match="establishments"):
            Establishments(wrong)


def test_the_invented_directory_is_one() -> None:
    content, links = ((INVENTED / name).read_bytes() for name in ("establishments.csv", "establishment-links.csv"))
    rows = establishments.published(sheets.text(content).splitlines(), sheets.text(links).splitlines())
    assert {one.successors for one in rows if one.closed} == {(LaEstab("2054002"),), (), (LaEstab("2054004"),)}
