"""Laws about the invented children: the same for ever, right in every number, and never a real person's."""

import re
from datetime import date
from itertools import islice, product
from random import Random

import pytest

from gateway.core.sample import Child, child
from gateway.core.sample.children import academic_year, birthday, uln, year_groups
from gateway.core.sample.names import ORIGINS
from gateway.core.sample.places import email, home, landline, mobile, postcode, school, urn
from gateway.core.terms import LaEstab, Upn

PRIMARY = LaEstab("8862345")
SECONDARY = LaEstab("8864321")

# Royal Mail's 124 areas begin with these letters before the first digit; the last column of BFPO, GIR and the islands too
ALLOCATED_UNDER_Z = {"ZE"}


def many(count: int, school: LaEstab = PRIMARY) -> list[Child]:
    return [child(7, n, school) for n in range(1, count + 1)]


def test_the_same_seed_and_number_give_the_same_child() -> None:
    assert child(3, 5) == child(3, 5)


@pytest.mark.parametrize(("seed", "n"), [(3, 6), (4, 5)])
def test_another_seed_or_number_gives_another_child(seed: int, n: int) -> None:
    assert child(3, 5) != child(seed, n)


def test_this_child_stays_who_she_is() -> None:
    one = child(3, 5)
    assert (one.upn, one.surname, one.forename, one.sex, one.dob, one.postcode) == FROZEN
    assert one.address == FROZEN_ADDRESS


FROZEN: tuple[object, ...] = ("D886902426000", "Thornbury", "Stanley", "M", date(2021, 9, 2), "ZL8 5HL")
FROZEN_ADDRESS: tuple[str, ...] = ("Rook House Bellmaker Close", "Market Fallow", "Penwick-on-Lyre")


def test_every_upn_has_a_right_check_letter_and_stands_once() -> None:
    upns = [one.upn for one in many(2000)]
    assert len(set(upns)) == 2000
    assert all(upn[0] == Upn.check_letter(upn[1:]) for upn in upns)


def test_a_whole_year_group_of_a_very_large_file_has_different_upns() -> None:
    upns = {child(1, n, PRIMARY, years=range(6, 7)).upn for n in range(1, 2501)}
    assert len(upns) == 2500


@pytest.mark.parametrize("other", [2, 17, 124])
def test_two_seeds_share_no_upn(other: int) -> None:
    ours = {child(1, n).upn for n in range(1, 200)}
    assert ours.isdisjoint(child(other, n).upn for n in range(1, 200))


def test_a_upn_names_a_school_number_that_no_school_has() -> None:
    assert all(one.upn[4] == "9" for one in many(200))


def test_a_upn_names_the_year_in_which_the_child_came_to_reception() -> None:
    for one in many(100):
        assert one.upn[8:10] == f"{(academic_year(one.dob) + 5) % 100:02d}"


def test_a_temporary_upn_ends_in_a_letter_and_checks() -> None:
    one = child(1, 40, PRIMARY, temporary_upn=True)
    assert one.upn.temporary
    assert not child(1, 40, PRIMARY).upn.temporary


@pytest.mark.parametrize("n", range(1, 60))
def test_a_uln_has_a_right_check_digit(n: int) -> None:
    number = uln(child(2, n, SECONDARY))
    assert re.fullmatch(r"9[89]\d{8}", number)
    total = sum(int(digit) * weight for digit, weight in zip(number, range(10, 0, -1), strict=True))
    assert total % 11 == 10  # ctf.md §8.2


def test_ulns_of_one_school_differ() -> None:
    everybody = [child(1, n, SECONDARY, temporary_upn=n % 40 == 0) for n in range(1, 1001)]
    assert len({uln(one) for one in everybody}) == 1000


@pytest.mark.parametrize(
    ("school", "first", "last"),
    [
        ("8861050", 0, 6),
        ("8862345", 0, 6),
        ("8863999", 0, 6),
        ("8864000", 7, 11),
        ("8865400", 7, 11),
        ("8866999", 7, 11),
        ("8867001", 0, 6),
        ("8869001", 0, 6),
    ],
)
def test_the_number_of_a_school_says_its_year_groups(school: str, first: int, last: int) -> None:
    assert year_groups(LaEstab(school)) == range(first, last + 1)


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (date(2026, 8, 31), 2025),
        (date(2026, 9, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
    ],
)
def test_the_school_year_turns_in_september(day: date, start: int) -> None:
    assert academic_year(day) == start


@pytest.mark.parametrize(
    ("year", "oldest", "youngest"),
    [(0, date(2021, 9, 1), date(2022, 8, 31)), (11, date(2010, 9, 1), date(2011, 8, 31))],
)
def test_a_birthday_fits_the_year_group_to_the_day(year: int, oldest: date, youngest: date) -> None:
    rng = Random(1)
    days = [birthday(2026, year, rng) for _ in range(5000)]
    assert min(days) == oldest
    assert max(days) == youngest


def test_year_groups_are_filled_in_turn() -> None:
    years = [one.year for one in many(14)]
    assert sorted(years) == sorted([*range(7), *range(7)])


def test_names_come_from_many_origins_and_keep_their_letters() -> None:
    everybody = many(600)
    assert len({one.origin for one in everybody}) == len(set(ORIGINS))
    letters = {letter for one in everybody for letter in one.surname + one.forename}
    assert set("łŞọžßÞđ’'-é") <= letters | {letter.lower() for letter in letters} | {"Ş"}


def test_siblings_in_name_only_live_apart() -> None:
    one, other = child(1, 1), child(1, 2)
    assert one.home != other.home


def test_every_child_has_a_carer_with_responsibility() -> None:
    for one in many(200):
        assert 2 <= len(one.carers) <= 4
        assert one.carers[0].responsibility
        assert one.carers[0].home is None


def test_some_fathers_live_elsewhere_in_the_same_town() -> None:
    apart = [(one, one.carers[1].home) for one in many(60) if one.carers[1].home]
    assert 5 < len(apart) < 40
    assert all(far is not None and far.town == one.home.town and far != one.home for one, far in apart)


# no number, place or address leads anywhere


def draws(what: str, count: int = 3000) -> list[str]:
    rng = Random(what)
    makers = {"landline": landline, "mobile": mobile, "postcode": postcode}
    return [makers[what](rng) for _ in range(count)]


def test_landlines_are_ofcoms_drama_numbers() -> None:
    assert all(re.fullmatch(r"01632960\d{3}", number) for number in draws("landline"))


def test_mobiles_are_ofcoms_drama_numbers() -> None:
    assert all(re.fullmatch(r"07700900\d{3}", number) for number in draws("mobile"))


def test_postcodes_have_the_right_form_in_areas_that_do_not_exist() -> None:
    form = re.compile(r"[A-PR-UWYZ][A-HK-Y][1-9][0-9]? [1-9][ABD-HJLNP-UW-Z]{2}")
    for made in draws("postcode"):
        assert form.fullmatch(made)
        assert made[0] == "Z"
        assert made[:2] not in ALLOCATED_UNDER_Z


def test_grid_references_lie_in_the_north_sea() -> None:
    rng = Random(4)
    for made in (home(rng) for _ in range(500)):
        assert 660_000 <= float(made.easting) < 670_000
        assert 470_000 <= float(made.northing) < 480_000


def test_property_numbers_have_twelve_digits_of_a_block_nobody_uses() -> None:
    rng = Random(5)
    assert all(re.fullmatch(r"9999\d{8}", home(rng).uprn) for _ in range(200))


@pytest.mark.parametrize(
    ("words", "address"),
    [
        (("Ada", "Marsh"), "ada.marsh@example.org"),
        (("Zoë-James", "O’Tierney", "4"), "zoejames.otierney.4@example.org"),
        (("Ọláyínká", "Ọdúnsì"), "olayinka.odunsi@example.org"),
        (("Þ", "Sjöqvist"), "sjoqvist@example.org"),
    ],
)
def test_mail_goes_to_a_domain_that_nobody_can_have(words: tuple[str, ...], address: str) -> None:
    assert email(*words) == address


def test_every_address_of_a_child_is_plain_ascii() -> None:
    for one in many(400):
        for made in (one.email, *(carer.email for carer in one.carers)):
            assert re.fullmatch(r"[a-z0-9.]+@example\.org", made)


@pytest.mark.parametrize("laestab", ["8864321", "8869999", "9382001", "0010000"])
def test_a_urn_has_six_digits_and_begins_with_9(laestab: str) -> None:
    assert re.fullmatch(r"9\d{5}", urn(LaEstab(laestab)))


def test_schools_nearby_have_different_urns() -> None:
    urns = {urn(LaEstab(f"{la}{estab}")) for la, estab in islice(product((886, 887), range(2000, 2200)), 400)}
    assert len(urns) == 400


@pytest.mark.parametrize("number", [0, 7, 999, 1000, 12_345])
def test_an_invented_school_has_a_number_that_no_school_has(number: int) -> None:
    made = school("886", number, Random(1))
    assert re.fullmatch(r"8869\d{3}", made.laestab)


def test_a_home_has_a_number_or_a_name_and_a_flat_only_with_a_number() -> None:
    rng = Random(6)
    homes = [home(rng) for _ in range(400)]
    assert all(bool(one.number) != bool(one.house) for one in homes)
    assert all(one.number for one in homes if one.flat)
    assert any(one.flat for one in homes)
    assert any(one.house for one in homes)


def test_an_address_in_lines_leaves_nothing_blank() -> None:
    assert all(all(line.strip() == line and line for line in one.address) for one in many(200))
