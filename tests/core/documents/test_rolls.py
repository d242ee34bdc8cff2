"""A list of pupils is read whatever its columns are called and however it came."""

from datetime import date

import pytest

from gateway.core.documents import sheets
from gateway.core.documents.sheets import Listed, Roll
from gateway.core.errors import Refusal
from gateway.core.terms import LaEstab, Upn
from tests.core.documents.test_strangers import STRANGERS


def upn(tail: str) -> Upn:
    return Upn(Upn.check_letter(tail) + tail)


ONE, TWO = upn("886432126001"), upn("886432126002")
DAY, SCHOOL = date(2026, 10, 23), LaEstab("8864321")


def test_letter_in_place_of_a_list_is_called_a_letter() -> None:
    with pytest.raises(Refusal) as refused:
        sheets.roll(STRANGERS["leavers.docx"][0])
    assert "Word document" in refused.value.findings[0].message


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        (f"{ONE}", Listed(1, ONE)),
        (f"{ONE.lower()}", Listed(1, ONE)),
        (f"Name,UPN,Left\nAda,{ONE},23/10/2026", Listed(2, ONE, DAY)),
        (f"{ONE}\t2026-10-23\t886/4321", Listed(1, ONE, DAY, SCHOOL)),
        (f"8864321;{ONE};23.10.2026", Listed(1, ONE, DAY, SCHOOL)),
        (f"{ONE} 23/10/2026 8864321", Listed(1, ONE, DAY, SCHOOL)),
        (f"{ONE},31/02/2026", Listed(1, ONE)),
        (f"﻿{ONE},5/3/2026", Listed(1, ONE, date(2026, 3, 5))),
    ],
)
def test_number_day_and_school_are_known_by_their_form(text: str, listed: Listed) -> None:
    assert sheets.roll(text.encode()) == Roll((listed,), ())


def test_row_without_a_right_number_is_said_and_a_heading_is_none() -> None:
    wrong = "B" + ONE[1:] if ONE[0] != "B" else "C" + ONE[1:]
    found = sheets.roll(f"UPN,Left\n{ONE},23/10/2026\n{wrong},23/10/2026\nAda Lovelace\n{TWO}\n".encode())
    assert [one.upn for one in found.pupils] == [ONE, TWO]
    assert found.unread == (3, 4)


def test_pupil_who_stands_twice_is_one() -> None:
    assert [one.row for one in sheets.roll(f"{ONE}\n{ONE}".encode()).pupils] == [1]


def test_filled_in_template_is_a_list_too() -> None:
    content = sheets.template("leavers", sheets.Form("xlsx"))
    assert sheets.roll(content).pupils == ()


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", b"\x00\x01"])
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal):
        sheets.roll(content)


def test_number_of_a_pupil_is_in_no_repr() -> None:
    assert ONE not in repr(sheets.roll(ONE.encode()))
