"""What a partner's record wants on a day, for whom it acts, who came after it, and all of it in plain words."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gateway.core import partners
from gateway.core.partners import (
    Agency,
    Assurance,
    Contact,
    ContractRef,
    Lapse,
    Partner,
    PartnerKind,
    Phone,
    Post,
    Proof,
    Safeguarding,
    Scheme,
    Verified,
    Want,
    lapsed,
)
from gateway.core.terms import PartnerId, Period
from tests.core.law.made import ACADEMY, CME, INDEPENDENT, KENT, MAINTAINED, MEDWAY, POLICE, TODAY, directory, shipped
from tests.core.law.test_partners import SMALL

NIGHT = Contact("01632 960000", Post.CONTROL_ROOM)
FORCE = replace(POLICE, contact=NIGHT)
COMPANY = Partner(
    PartnerId("company"),
    PartnerKind.ATTENDANCE_COMPANY,
    "Invented Attendance Ltd",
    Period(date(2020, 1, 1)),
    POLICE.channel,
    contact=NIGHT,
    agent_of=(Agency(MAINTAINED.id, ContractRef("ATT/2026-014"), date(2026, 9, 1), date(2027, 8, 31)),),
)
DOOR = Safeguarding(Post.SAFEGUARDING_DUTY_DESK, "Front door", Phone("01632 960001"))
TEMPLATES = partners.templates_from_toml(shipped("teams.toml"))


def _ends(*days: int, scheme: Scheme = Scheme.DSPT) -> Partner:
    return replace(FORCE, assurance=tuple(Assurance(scheme, TODAY + timedelta(days=one)) for one in days))


def said(partner: Partner, *others: Partner, day: date = TODAY) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for what, how in partners.told(partner, directory(*others), TEMPLATES, day):
        found.setdefault(what, []).append(how)
    return found


@pytest.mark.parametrize(
    ("days", "within", "over", "words"),
    [
        (90, 90, False, "dspt ends in 90 days"),
        (31, 90, False, "dspt ends in 31 days"),
        (30, 30, False, "dspt ends in 30 days"),
        (7, 7, False, "dspt ends in 7 days"),
        (0, 7, False, "dspt ends in 0 days"),
        (-1, 7, True, "dspt ended 1 day ago"),
    ],
)
def test_assurance_is_spoken_of_ninety_thirty_and_seven_days_before_its_end(
    days: int, within: int, words: str, *, over: bool
) -> None:
    (found,) = lapsed(_ends(days), TODAY)
    assert (found.within, found.over, found.words) == (within, over, words)
    assert lapsed(_ends(91), TODAY) == ()


def test_of_one_scheme_the_one_that_counts_longest_counts_and_of_two_each() -> None:
    assert lapsed(_ends(-5, 300), TODAY) == ()
    both = replace(FORCE, assurance=(*_ends(-5).assurance, *_ends(300, scheme=Scheme.CAF).assurance))
    assert [one.scheme for one in lapsed(both, TODAY)] == [Scheme.DSPT]


def test_steps_of_the_warning_may_be_others() -> None:
    assert lapsed(_ends(20), TODAY, (14,)) == ()
    assert [one.within for one in lapsed(_ends(14), TODAY, (14,))] == [14]


def test_who_cannot_be_called_at_night_is_told_and_a_school_is_called_through_its_council() -> None:
    assert lapsed(POLICE, TODAY) == (Lapse(Want.ROUND_THE_CLOCK),)
    assert lapsed(FORCE, TODAY) == lapsed(MAINTAINED, TODAY) == lapsed(CME, TODAY) == ()


def test_council_needs_a_named_safeguarding_contact() -> None:
    assert lapsed(replace(KENT, contact=NIGHT), TODAY) == (Lapse(Want.SAFEGUARDING),)
    assert lapsed(replace(KENT, contact=NIGHT, safeguarding=DOOR), TODAY) == ()


@pytest.mark.parametrize("more", [{"domain": "example.org"}, {"endpoint": "https://example.org/as4"}])
def test_domain_that_nobody_verified_is_told(more: dict[str, str]) -> None:
    assert lapsed(replace(FORCE, **more), TODAY) == (Lapse(Want.DOMAIN),)  # type: ignore[arg-type]
    sure = replace(FORCE, **{**more, "domain": "example.org"}, verified=Verified(TODAY, Proof.CALLED_BACK))  # type: ignore[arg-type]
    assert lapsed(sure, TODAY) == ()


def test_company_acts_for_a_school_under_a_contract_and_for_no_other_and_no_longer() -> None:
    found = COMPANY.acts_for(MAINTAINED.id, TODAY)
    assert found is not None
    assert found.contract == "ATT/2026-014"
    assert COMPANY.acts_for(ACADEMY.id, TODAY) is None
    assert COMPANY.acts_for(MAINTAINED.id, date(2026, 8, 31)) is None
    assert COMPANY.acts_for(MAINTAINED.id, date(2027, 9, 1)) is None
    assert lapsed(COMPANY, TODAY) == ()
    assert lapsed(COMPANY, date(2027, 9, 1)) == (Lapse(Want.CONTRACT),)


def test_nothing_is_asked_of_who_is_not_in_effect() -> None:
    assert lapsed(replace(_ends(-5), in_effect=Period(date(2000, 1, 1), date(2020, 1, 1))), TODAY) == ()


@pytest.mark.parametrize("text", ["", " ", "-", "x", "Jane\nDoe", "a" * 41])
def test_contract_has_a_reference(text: str) -> None:
    with pytest.raises(ValueError, match="ContractRef"):
        ContractRef(text)


@pytest.mark.parametrize("text", ["", "Jane Doe", "01632  960000", "12", "+", "01632 960000 ext", "1" * 40, "101\n"])
def test_phone_is_a_number_that_can_be_dialled(text: str) -> None:
    with pytest.raises(ValueError, match="Phone"):
        Phone(text)
    assert [Phone(one) for one in ("101", "01632 960000", "+44 1632 960000 ext 7")]


@pytest.mark.parametrize("office", ["Mrs Doe", "c/o Dr. Doe, Ward 7", "Office of Miss J Doe"])
def test_safeguarding_contact_is_an_office(office: str) -> None:
    with pytest.raises(ValueError, match="not a person"):
        Safeguarding(Post.NAMED_DOCTOR, office, Phone("101"))
    assert Safeguarding(Post.NAMED_DOCTOR, "Missions and Missing desk, Mission Street", Phone("101"))


OLDER = SMALL + (
    'ods = "?"\nagent_of = ["school-8864321"]\n\n[partner.contact]\nphone = "01632 960000"\nsafeguarding = "Jane Doe"\n'
    '\n[[partner.assurance]]\nscheme = "trust us"\nlast = 2027-06-30\n\n'
    '[[partner.assurance]]\nscheme = "dspt"\nlast = 2027-06-30\n'
)


def test_older_record_in_the_register_is_read_and_gives_no_right_without_a_contract() -> None:
    with pytest.raises(ValueError, match="each school needs the contract"):
        partners.from_toml(OLDER)
    (found,) = partners.from_register(OLDER)
    assert found.acts_for(PartnerId("school-8864321"), TODAY) is None
    assert (found.contact, found.ods) == (Contact("01632 960000"), "")
    assert found.assurance == (Assurance(Scheme.DSPT, date(2027, 6, 30)),)
    assert partners.from_register(SMALL) == partners.from_toml(SMALL)


@pytest.mark.parametrize(
    "spoilt", [OLDER.replace("police", "plice"), OLDER.replace("first", "frist"), "partner = 1", "="]
)
def test_register_takes_nothing_else_in_another_form(spoilt: str) -> None:
    with pytest.raises(ValueError, match=r"kind is not|unknown key|not a list|not TOML"):
        partners.from_register(spoilt)


def test_school_falls_back_on_the_safeguarding_contact_of_its_council() -> None:
    kent = replace(KENT, safeguarding=DOOR)
    own = Safeguarding(Post.DESIGNATED_SAFEGUARDING_LEAD, "Pastoral office", Phone("01632 960002"))
    lead = replace(ACADEMY, safeguarding=own)
    away = replace(INDEPENDENT, served_by=None)
    found = partners.Directory.of((kent, MEDWAY, MAINTAINED, lead, CME, POLICE, away))
    assert found.safeguarding(lead) == (lead, own)
    assert [found.safeguarding(one) for one in (MAINTAINED, CME, kent, away)] == [(kent, DOOR)] * 4
    assert found.safeguarding(POLICE) is found.safeguarding(MEDWAY) is None


def test_trust_answers_for_its_academies_while_they_are_open() -> None:
    trust = Partner(PartnerId("trust-one"), PartnerKind.ACADEMY_TRUST, "Invented Trust", KENT.in_effect, POLICE.channel)
    special = replace(MAINTAINED, id=PartnerId("s"), kind=PartnerKind.SPECIAL_SCHOOL, laestab=None, trust=trust.id)
    closed = replace(special, id=PartnerId("c"), in_effect=Period(date(2000, 1, 1), date(2020, 8, 31)))
    found = directory(trust, special, closed)
    assert found.academies(trust.id, TODAY) == (special,)
    with pytest.raises(ValueError, match="an academy and nobody else"):
        replace(MAINTAINED, trust=trust.id)


NEW = replace(MAINTAINED, id=PartnerId("school-8864999"), in_effect=Period(date(2027, 1, 1)))


def test_who_is_succeeded_ends_the_day_before_and_names_who_came_after() -> None:
    ended = partners.succession(MAINTAINED, NEW, date(2027, 1, 1))
    assert ended == replace(MAINTAINED, in_effect=Period(date(2000, 1, 1), date(2026, 12, 31)), successor=NEW.id)
    assert partners.succession(ended, NEW, date(2027, 1, 1)) == ended
    found = partners.Directory.of((KENT, ended, NEW))
    assert MAINTAINED.laestab is not None
    for day, name in ((date(2026, 12, 31), ended), (date(2027, 1, 1), NEW)):
        assert found.by_laestab(MAINTAINED.laestab, day) == name
    first = replace(ended, id=PartnerId("first"), laestab=None, successor=ended.id)
    assert partners.Directory.of((KENT, first, ended, NEW)).came_before(NEW.id) == (ended, first)


@pytest.mark.parametrize(
    ("old", "new", "day", "says"),
    [
        (MAINTAINED, MAINTAINED, date(2027, 1, 1), "nobody succeeds itself"),
        (MAINTAINED, POLICE, date(2027, 1, 1), "police-kent is no school"),
        (MEDWAY, NEW, date(2027, 1, 1), "school-8864999 is no council"),
        (POLICE, KENT, date(2027, 1, 1), "police-kent is no council"),
        (MAINTAINED, NEW, date(2026, 12, 31), "is not in effect on 2026-12-31"),
        (MAINTAINED, NEW, date(2000, 1, 1), "begins on 2000-01-01"),
        (replace(MAINTAINED, successor=KENT.id), NEW, date(2027, 1, 1), "council-886 came after"),
        (replace(MAINTAINED, in_effect=Period(date(2000, 1, 1), TODAY)), NEW, date(2027, 1, 1), "ended on 2026-11-20"),
    ],
)
def test_succession_that_does_not_fit_is_refused(old: Partner, new: Partner, day: date, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        partners.succession(old, new, day)


def test_whose_records_still_name_the_one_that_ended_is_known() -> None:
    found = directory(COMPANY)
    assert {one.id for one in partners.leaning(KENT, found, TODAY)} == {
        MAINTAINED.id,
        ACADEMY.id,
        INDEPENDENT.id,
        CME.id,
    }
    assert partners.leaning(MAINTAINED, found, TODAY) == (COMPANY,)
    assert partners.leaning(MAINTAINED, found, date(2028, 1, 1)) == ()


def test_partner_is_told_in_plain_words() -> None:
    own = Safeguarding(Post.NAMED_NURSE, "Child health office", Phone("01632 960003"), "office@example.org")
    whole = replace(
        FORCE, town="Maidstone", ods="X26", ico="ZA123456", domain="example.org", safeguarding=own,
        verified=Verified(date(2026, 3, 2), Proof.CALLED_BACK), assurance=(Assurance(Scheme.CAF, TODAY, "CAF-7"),),
    )  # fmt: skip
    assert said(whole) == {
        "name": ["Invented, Maidstone"],
        "kind": ["police"],
        "in effect": ["since 2000-01-01"],
        "ODS code": ["X26"],
        "ICO number": ["ZA123456"],
        "reached by": ["its inbox here"],
        "usually for": ["P12, P13; by a folder, carried by hand"],
        "domain": ["example.org, verified by calling them back on 2026-03-02"],
        "day and night": ["control room, 01632 960000"],
        "safeguarding": ["named nurse, Child health office, 01632 960003, office@example.org"],
        "assurance": ["caf until 2026-11-20, CAF-7"],
        "wanting": ["caf ends in 0 days"],
    }


def test_chain_of_successors_and_contracts_are_told_in_plain_words() -> None:
    old = replace(MAINTAINED, id=PartnerId("old"), name="Formerly", laestab=None)
    ended = partners.succession(old, ACADEMY, date(2020, 1, 1))
    assert said(ended, ended)["succeeded by"] == ["Invented (school-8864000), since 2000-01-01"]
    assert said(ACADEMY, ended)["formerly"] == ["Formerly (old), 2000-01-01 to 2019-12-31"]
    assert said(COMPANY)["acts for"] == [
        "Invented (school-8864321) under contract ATT/2026-014, 2026-09-01 to 2027-08-31"
    ]
    over = said(COMPANY, day=date(2027, 9, 1))
    assert over["acts for"][0].endswith(", not in force")
    assert over["wanting"] == ["no contract in force under which it acts for a school"]


def test_teams_are_told_with_what_they_are_usually_for() -> None:
    found = said(CME)
    assert found["part of"] == ["Invented (council-886)"]
    assert found["usually for"][0].startswith("P01, P02")
    assert said(MAINTAINED)["served by"] == ["Invented (council-886)"]
