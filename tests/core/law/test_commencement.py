"""Since when, and where, a provision is law: by rows, for one area or for all, and an installation's own first."""

from datetime import date

import pytest

from gateway.core import law
from gateway.core.documents import Ground, Regulations
from gateway.core.errors import Code
from gateway.core.law import S16LC, S434A, Commencement, Provision
from gateway.core.partners import PartnerKind
from gateway.core.terms import Basis, PurposeCode
from tests.core.law.made import INDEPENDENT, KENT, MEDWAY, TODAY, commencement, purposes, shipped

IN_KENT = """
[[provision]]
id = "ca04-s16la"
what = "Invented."
source = "an order"

[[provision.begins]]
first = 2026-11-01
last = 2026-12-31
areas = ["886", "881"]

[[provision.begins]]
first = 2027-04-01
"""


def begun(own: str = IN_KENT) -> Commencement:
    return law.commencement_from_toml(shipped("commencement.toml"), own)


S16LA = Provision("ca04-s16la")


@pytest.mark.parametrize(
    ("day", "area", "there"),
    [
        (date(2026, 10, 31), "886", False),
        (date(2026, 11, 1), "886", True),
        (date(2026, 11, 1), "881", True),
        (date(2026, 11, 1), "887", False),
        (date(2026, 11, 1), None, False),
        (date(2026, 12, 31), "886", True),
        (date(2027, 1, 1), "886", False),
        (date(2027, 4, 1), "887", True),
        (date(2027, 4, 1), None, True),
    ],
)
def test_a_provision_is_in_force_on_its_days_in_its_areas(day: date, area: str | None, there: bool) -> None:  # noqa: FBT001
    assert begun().in_force(S16LA, day, area) is there


def test_what_the_2026_act_brings_is_in_force_nowhere_as_it_is_shipped() -> None:
    for provision in ("ca04-s16la", "ca04-s16lc", "ea96-s434a"):
        assert not commencement().in_force(Provision(provision), date(2040, 1, 1), "886")


def test_own_rows_take_the_place_of_the_shipped_ones_and_of_no_others() -> None:
    mine = begun()
    assert mine.provisions.keys() == commencement().provisions.keys()
    assert [one for one in mine.provisions if mine.provisions[one] != commencement().provisions[one]] == [S16LA]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("ca04-s16la", "ca04-s16lx", "nothing depends on ca04-s16lx"),
        ('"881"', '"88"', "areas is not as it should be"),
        ("first = 2027", "from = 2027", "unknown key from; begins 2: missing key first"),
        ("last = 2026-12-31", "last = 2026-10-01", "provision 1: begins is not as it should be"),
        ('source = "an order"\n', "", "provision 1: missing key source"),
        (IN_KENT, IN_KENT + IN_KENT, "two provisions have one id"),
    ],
)
def test_rows_are_read_strictly(old: str, new: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        begun(IN_KENT.replace(old, new))


def test_a_provision_that_no_row_names_opens_and_closes_nothing() -> None:
    with pytest.raises(ValueError, match="not in commencement"):
        commencement().in_force(Provision("ca04-s99"), TODAY, "886")
    with pytest.raises(ValueError, match="not in commencement"):
        law.from_toml(shipped("purposes.toml"))


def test_every_provision_that_a_purpose_waits_for_is_shipped_and_so_are_the_two_promises() -> None:
    waited = {power.under.id for one in purposes().values() for power in one.powers if power.under}
    assert waited | {S16LC, S434A, "duaa-s70"} == set(commencement().provisions)


@pytest.mark.parametrize(("code", "recipient"), [("P06", PartnerKind.COUNCIL), ("P09", PartnerKind.SOCIAL_CARE)])
def test_telling_becomes_a_duty_where_and_when_it_is_commenced(code: str, recipient: PartnerKind) -> None:
    purpose = law.from_toml(shipped("purposes.toml"), begun())[PurposeCode(code)]

    def power(area: str | None, day: date) -> tuple[bool, str]:
        found = purpose.power(PartnerKind.COUNCIL, recipient, day, requested=False, area=area)
        assert found is not None
        return found.duty, found.art6[0]

    assert power("886", TODAY) == (True, Basis.A6C)
    assert power("887", TODAY) == power(None, TODAY) == (False, Basis.A6E)
    assert power("887", date(2027, 4, 1)) == (True, Basis.A6C)


def test_an_enquiry_becomes_a_duty_only_where_somebody_asked() -> None:
    purpose = law.from_toml(shipped("purposes.toml"), begun())[PurposeCode("P07")]
    found = [
        purpose.power(PartnerKind.COUNCIL, PartnerKind.COUNCIL, TODAY, requested=asked, area="886")
        for asked in (True, False)
    ]
    assert [(one.duty, one.citation) for one in found if one] == [
        (True, "CA04 s16LA"),
        (False, "EA96 s436A; LGA 1972 s111; Localism Act 2011 s1; CA04 s11"),
    ]


def test_the_six_tests_go_by_the_area_of_the_discloser() -> None:
    purpose = law.from_toml(shipped("purposes.toml"), begun())[PurposeCode("P06")]
    obliged = law.Stated(Basis.A6C)
    assert law.judge(purpose, KENT, MEDWAY, frozenset(), obliged, TODAY).legal is not None
    assert law.judge(purpose, MEDWAY, KENT, frozenset(), obliged, TODAY).reasons == (Code.BASIS_NOT_OPEN,)


def test_there_was_no_recognised_interest_before_it_was_commenced() -> None:
    purpose, interest = purposes()[PurposeCode("P08")], law.Stated(Basis.A6EA)
    before = law.judge(purpose, INDEPENDENT, KENT, frozenset(), interest, date(2026, 2, 4))
    assert before.reasons == (Code.BASIS_NOT_OPEN,)
    assert law.judge(purpose, INDEPENDENT, KENT, frozenset(), interest, date(2026, 2, 5)).legal is not None
    legitimate = law.Stated(Basis.A6F)
    assert law.judge(purpose, INDEPENDENT, KENT, frozenset(), legitimate, date(2026, 2, 4)).legal is not None


# -- what depends on it -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("area", "opted_out", "goes"), [
    ("886", True, True), ("886", False, True), ("887", True, False), ("887", False, True),
])  # fmt: skip
def test_an_opt_out_of_the_nhs_number_counts_until_the_identifier_is_law_there(
    area: str,
    opted_out: bool,  # noqa: FBT001
    goes: bool,  # noqa: FBT001
) -> None:
    there = begun(IN_KENT.replace("s16la", "s16lc"))
    assert law.nhs_number_may_go(opted_out=opted_out, day=TODAY, area=area, commencement=there) is goes


@pytest.mark.parametrize(
    ("letter", "regulations", "area", "held", "goes"),
    [
        ("F", Regulations.OF_2024, "886", False, False),
        ("F", Regulations.OF_2024, "886", True, True),
        ("F", Regulations.OF_2024, "887", False, True),
        ("F", Regulations.OF_2006, "886", False, True),
        ("A", Regulations.OF_2024, "886", False, True),
        (None, Regulations.OF_2024, "886", False, True),
    ],
)
def test_leaving_for_home_education_asks_for_consent_once_that_is_law_there(
    letter: str | None,
    regulations: Regulations,
    area: str,
    held: bool,  # noqa: FBT001
    goes: bool,  # noqa: FBT001
) -> None:
    there = begun(IN_KENT.replace("ca04-s16la", "ea96-s434a"))
    ground = Ground(letter, regulations) if letter else None
    assert law.consent_to_leave(ground, TODAY, area, there, held=held) is goes
