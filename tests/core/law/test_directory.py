"""The directory: whom a number means on a day, who came after whom, and who receives for whom."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.core import partners
from gateway.core.partners import Agency, Certificate, CertificateRole, ContractRef, Directory, Partner, PartnerKind
from gateway.core.terms import LaEstab, PartnerId, digest
from tests.core.law.made import (
    ACADEMY,
    CME,
    ESSEX,
    KENT,
    MAINTAINED,
    MEDWAY,
    POLICE,
    TODAY,
    directory,
    partner,
    purposes,
    shipped,
)

COUNCILS = Directory.of(partners.from_toml(shipped("councils.toml")))
SCHOOL = PartnerKind.MAINTAINED_SCHOOL


def _school(name: str, estab: str, first: int, last: int | None = None, successor: str | None = None) -> Partner:
    """A school from a 1 September to a 31 August."""
    end = None if last is None else date(last, 8, 31)
    return partner(SCHOOL, name, estab=estab, first=date(first, 9, 1), last=end, successor=successor)


def _acting(school: str) -> tuple[Agency, ...]:
    return (Agency(PartnerId(school), ContractRef("ATT-1")),)


def test_the_councils_of_england_and_wales_are_all_there() -> None:
    current = [one for one in COUNCILS.partners.values() if one.in_effect.covers(TODAY)]
    wales = [one for one in current if one.la is not None and "660" <= one.la <= "681"]
    assert (len(current) - len(wales), len(wales)) == (153, 22)
    assert all(one.id == f"council-{one.la}" for one in current)


@pytest.mark.parametrize(
    ("la", "name"),
    [
        ("201", "City of London"),
        ("420", "Isles of Scilly"),
        ("838", "Dorset"),
        ("839", "Bournemouth, Christchurch and Poole"),
        ("886", "Kent"),
        ("887", "Medway"),
        ("943", "Westmorland and Furness"),
        ("660", "Isle of Anglesey"),
        ("681", "Cardiff"),
    ],
)
def test_a_council_is_found_by_its_three_digits(la: str, name: str) -> None:
    found = COUNCILS.council(la, TODAY)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("la", ["820", "835", "836", "837", "875", "909", "928"])
def test_a_council_that_was_closed_is_known_and_answers_no_more(la: str) -> None:
    closed = COUNCILS.council(la)
    assert closed is not None
    assert not closed.in_effect.covers(TODAY)
    answering = COUNCILS.council(la, TODAY)
    assert (answering.id if answering else None) == ("council-839" if la in {"836", "837"} else None)


def test_a_council_that_is_split_has_no_one_successor_and_nobody_is_guessed() -> None:
    assert COUNCILS.by_laestab(LaEstab("909LLLL"), TODAY) is None
    before = COUNCILS.by_laestab(LaEstab("909LLLL"), date(2023, 3, 31))
    assert before is not None
    assert before.name == "Cumbria"


def test_the_places_outside_the_maintained_sector_are_there() -> None:
    found = partners.from_toml(shipped("destinations.toml"))
    assert [one.id for one in found] == [
        "scotland",
        "northern-ireland",
        "service-childrens-education",
        "lost-pupil-store",
    ]
    assert all(one.certificates == () and one.endpoint == "" for one in found)


def test_a_chain_of_successors_leads_to_the_one_in_effect() -> None:
    found = directory(
        _school("old", "2001", 1990, 2015, "middle"),
        _school("middle", "2002", 2015, 2022, "new"),
        _school("new", "2003", 2022),
    )
    for day, name in ((date(2010, 1, 1), "old"), (date(2020, 1, 1), "middle"), (TODAY, "new")):
        answering = found.by_laestab(LaEstab("8862001"), day)
        assert answering is not None
        assert answering.id == name


def test_a_chain_that_ends_leads_nowhere() -> None:
    found = directory(_school("old", "2001", 1990, 2015, "gone"), _school("gone", "2002", 2015, 2022))
    assert found.by_laestab(LaEstab("8862001"), TODAY) is None


def test_a_successor_that_has_not_begun_does_not_answer_yet() -> None:
    found = directory(_school("old", "2001", 1990, 2026, "new"), _school("new", "2002", 2027))
    assert found.by_laestab(LaEstab("8862001"), TODAY) is None


def test_who_has_not_begun_has_no_successor_yet() -> None:
    found = directory(_school("later", "2001", 2027, 2030, "after"), _school("after", "2002", 1990))
    assert found.by_laestab(LaEstab("8862001"), TODAY) is None


def test_two_schools_do_not_share_a_number_for_a_single_day() -> None:
    day = date(2020, 9, 1)
    with pytest.raises(ValueError, match="share the number"):
        directory(partner(SCHOOL, "a", estab="2001", last=day), partner(SCHOOL, "b", estab="2001", first=day))


def test_a_number_may_pass_from_one_school_to_the_next() -> None:
    found = directory(_school("old", "2001", 1990, 2020), _school("new", "2001", 2020))
    for day, name in ((date(2020, 8, 31), "old"), (date(2020, 9, 1), "new")):
        answering = found.by_laestab(LaEstab("8862001"), day)
        assert answering is not None
        assert answering.id == name


@pytest.mark.parametrize("number", ["8869999", "XXXXXXX", "MMMMMMM", "999LLLL"])
def test_a_number_that_nobody_has_is_nobody(number: str) -> None:
    assert directory().by_laestab(LaEstab(number), TODAY) is None


def test_the_authority_form_of_a_number_is_the_council() -> None:
    assert directory().by_laestab(LaEstab("887LLLL"), TODAY) == MEDWAY


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ([replace(POLICE, name="Again")], "one id"),
        ([_school("a", "2001", 1990, 2000, "b"), _school("b", "2002", 1990, 2000, "a")], "b succeeds itself"),
        ([_school("a", "2001", 1990, 2000, "a")], "a succeeds itself"),
        (
            [
                _school("a", "2001", 1990, 2000, "b"),
                _school("b", "2002", 1990, 2000, "c"),
                _school("c", "2003", 1990, 2000, "b"),
            ],
            "succeeds itself",
        ),
        ([_school("a", "2001", 1990, 2000, "nobody")], "a names a partner that is not in the directory"),
        ([replace(_school("a", "2001", 1990), served_by=PartnerId("nobody"))], "not in the directory"),
        ([replace(POLICE, id=PartnerId("a"), agent_of=_acting("nobody"))], "not in the directory"),
        ([replace(POLICE, id=PartnerId("a"), agent_of=_acting("council-887"))], "acts for one that is no school"),
        ([replace(ACADEMY, id=PartnerId("a"), laestab=None, trust=PartnerId("nobody"))], "not in the directory"),
        ([replace(ACADEMY, id=PartnerId("a"), laestab=None, trust=KENT.id)], "names a trust that is none"),
        ([replace(POLICE, id=PartnerId("a"), served_by=CME.id)], "no gateway of its own"),
        ([_school("a", "2001", 1990, 2021), _school("b", "2001", 2020)], "a and b share the number 8862001"),
        ([_school("a", "2001", 1990), _school("b", "2001", 2020)], "share the number"),
        ([replace(ESSEX, id=PartnerId("council-881-again"))], "share the number 881"),
    ],
)
def test_what_does_not_hang_together_is_refused(more: list[Partner], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        directory(*more)


def test_the_council_receives_for_its_schools_and_teams_and_a_council_for_itself() -> None:
    found = directory()
    assert [found.receiver(one).id for one in (MAINTAINED, ACADEMY, CME, KENT)] == ["council-886"] * 4
    assert found.receiver(POLICE) == POLICE


def test_a_team_is_found_by_its_council_and_name() -> None:
    found = directory()
    assert found.team(KENT.id, "cme") == CME
    assert found.team(MEDWAY.id, "cme") is None
    assert found.teams_of(KENT.id) == (CME,)


def test_a_partner_is_found_by_its_id_or_not_at_all() -> None:
    found = directory()
    assert found.get(KENT.id) == found.find(KENT.id) == found.find_text("council-886") == KENT
    assert found.find(PartnerId("nobody")) is None
    assert found.find_text("Not An Id") is None
    with pytest.raises(KeyError):
        found.get(PartnerId("nobody"))


def test_a_certificate_leads_to_the_partner_that_registered_it_for_that_role() -> None:
    pem = "-----BEGIN CERTIFICATE-----\nb25l\n-----END CERTIFICATE-----\n"
    shown = replace(POLICE, id=PartnerId("shows-one"), certificates=(Certificate(CertificateRole.TLS, pem),))
    found = directory(shown)
    assert found.by_certificate("tls", digest(b"one")) == (shown,)
    assert found.by_certificate("sign", digest(b"one")) == ()


def test_the_teams_that_every_council_has_become_partners_of_one_council() -> None:
    templates = {template.name: template for template in partners.templates_from_toml(shipped("teams.toml"))}
    teams = [template.of(KENT, TODAY) for template in templates.values() if template.own]
    found = Directory.of([KENT, *teams])
    assert found.teams_of(KENT.id) == tuple(teams)
    assert found.team(KENT.id, "cme") == templates["cme"].of(KENT, TODAY)
    with pytest.raises(ValueError, match="own name"):
        templates["police"].of(KENT, TODAY)


def test_every_template_takes_part_in_the_purposes_that_it_names() -> None:
    for template in partners.templates_from_toml(shipped("teams.toml")):
        for code in template.purposes:
            taking_part = {kind for power in purposes()[code].powers for kind in (*power.disclosers, *power.recipients)}
            assert template.kind in taking_part, (template.name, code)


def test_every_kind_of_partner_has_a_template() -> None:
    kinds = {template.kind for template in partners.templates_from_toml(shipped("teams.toml"))}
    assert set(PartnerKind) - kinds == {PartnerKind.OUTSIDE_AUTHORITY}
