"""Laws about mistakes on purpose: each is really there, in one pupil, and is the only thing that differs."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.core.sample import Mis, Mistake, Wish, ctf
from gateway.core.terms import LaEstab, Upn
from tests.core.sample.reading import Element, pupils, tags, text, texts

EVERY_MISTAKE = pytest.mark.parametrize("mistake", list(Mistake))
THREE = Wish(pupils=3)


def spoilt(mistake: Mistake, wish: Wish = THREE) -> Element:
    return pupils(replace(wish, faults=(mistake,)))[1]


def lines(wish: Wish) -> list[bytes]:
    return ctf(wish).content.splitlines()


@EVERY_MISTAKE
def test_a_mistake_touches_the_second_pupil_only(mistake: Mistake) -> None:
    wrong, right = pupils(replace(THREE, faults=(mistake,))), pupils(THREE)
    same = [
        (tags(one), texts(one, ".//*")) == (tags(other), texts(other, ".//*"))
        for one, other in zip(wrong, right, strict=True)
    ]
    assert same == [True, False, True]


@EVERY_MISTAKE
def test_a_mistake_changes_two_lines_at_most(mistake: Mistake) -> None:
    wrong, right = lines(replace(THREE, faults=(mistake,))), lines(THREE)
    assert abs(len(wrong) - len(right)) <= 1
    assert len(set(wrong) - set(right)) <= 1


@pytest.mark.parametrize("mistake", sorted(set(Mistake) - {Mistake.DUPLICATE_UPN}))
def test_a_pupil_alone_takes_the_mistake(mistake: Mistake) -> None:
    assert ctf(Wish(faults=(mistake,))).content != ctf(Wish()).content


@EVERY_MISTAKE
@pytest.mark.parametrize("mis", list(Mis))
@pytest.mark.parametrize("partial", [False, True])
def test_every_system_can_make_every_mistake(mistake: Mistake, mis: Mis, partial: bool) -> None:  # noqa: FBT001
    wish = replace(THREE, mis=mis, partial=partial)
    assert ctf(replace(wish, faults=(mistake,))).content != ctf(wish).content


def test_several_mistakes_stand_together() -> None:
    wrong = pupils(replace(THREE, faults=(Mistake.ULN, Mistake.FUTURE_DOB, Mistake.WRONG_ORDER)))[1]
    assert tags(wrong)[:5] == ["UPN", "UniqueLearnerNumber", "Forename", "Surname", "DOB"]
    assert text(wrong, "DOB") == "2027-03-02"


def test_a_wrong_check_letter_is_the_only_thing_wrong_with_the_upn() -> None:
    upn = text(spoilt(Mistake.UPN_CHECK_LETTER), "UPN")
    assert Upn.GRAMMAR.fullmatch(upn)
    with pytest.raises(ValueError, match="check letter"):
        Upn(upn)


@pytest.mark.parametrize("source", ["8862345", "8864321"])
def test_a_wrong_uln_stands_once_behind_the_upn(source: str) -> None:
    pupil = spoilt(Mistake.ULN, replace(THREE, source=LaEstab(source), pupils=30))
    assert tags(pupil)[:3] == ["UPN", "UniqueLearnerNumber", "Surname"]
    number = text(pupil, "UniqueLearnerNumber")
    assert sum(int(digit) * weight for digit, weight in zip(number, range(10, 0, -1), strict=True)) % 11 != 10


def test_the_sending_school_loses_its_last_day_and_no_other_does() -> None:
    here, before = spoilt(Mistake.MISSING_LEAVING_DATE).findall("SchoolHistory/School")
    assert here.find("LeavingDate") is None
    assert before.find("LeavingDate") is not None


def test_arbor_writes_the_missing_day_as_an_empty_element() -> None:
    wish = replace(THREE, mis=Mis.ARBOR)
    here = spoilt(Mistake.MISSING_LEAVING_DATE, wish).findall("SchoolHistory/School")[0]
    assert text(here, "LeavingDate") == ""


def test_a_bad_date_is_no_day_at_all() -> None:
    with pytest.raises(ValueError, match="day"):
        date.fromisoformat(text(spoilt(Mistake.BAD_DATE), "DOB"))


def test_an_unknown_element_is_one_that_the_format_never_had() -> None:
    assert tags(spoilt(Mistake.UNKNOWN_ELEMENT))[-1] == "SafeguardingFile"


def test_a_twin_has_the_first_pupils_upn() -> None:
    first, second, third = (text(one, "UPN") for one in pupils(replace(THREE, faults=(Mistake.DUPLICATE_UPN,))))
    assert first == second != third


def test_the_forename_comes_before_the_surname() -> None:
    order = tags(spoilt(Mistake.WRONG_ORDER))
    assert order.index("Forename") + 1 == order.index("Surname")


def test_a_child_is_born_after_the_file_was_made() -> None:
    assert text(spoilt(Mistake.FUTURE_DOB), "DOB") > "2026-10-06"
