"""Everybody whom the two privacy notices name is shipped, with what they are for and how they are reached.

The rows are those of the table of parties in the reference on law (§5), written here once more from the notices, so
that a row which the shipped file lacks is missed. E is Essex, W is Westminster with Kensington and Chelsea.
"""

import pytest

from gateway.core import partners
from gateway.core.law import Verdict
from gateway.core.partners import Channel, PartnerKind
from tests.core.law.made import purposes, shipped

TEMPLATES = {one.name: one for one in partners.templates_from_toml(shipped("teams.toml"))}

PARTIES = {
    "Education providers, schools, academies (E, W)": (
        "maintained-school academy special-school",
        "P01 P02 P03 P04 P08",
    ),
    "Pupil referral units, with and without a sixth form (E, W)": ("pupil-referral-unit", "P01 P02 P03 P04 P08"),
    "Independent and boarding schools (W)": ("independent-school non-maintained-special-school", "P01 P02 P08"),
    "Academy trusts (W)": ("academy-trust", ""),
    "Previous and current school (W)": ("maintained-school academy independent-school", "P08"),
    "Companies commissioned by a school to monitor attendance (E)": ("attendance-company", "P19"),
    "Other authorities and boroughs, colleagues there (E, W)": ("council", "P06 P07"),
    "Capita One (E)": ("processor", ""),
    "Children's Social Care, Social Services (E, W)": ("social-care", "P09"),
    "Family Solutions, Access and Early Help (E, W)": ("early-help", "P31"),
    "MASH (W)": ("mash", "P09"),
    "Safeguarding service (W)": ("safeguarding", "P09"),
    "Youth Offending, Youth Justice Service (E, W)": ("youth-justice", "P14"),
    "Probation (W)": ("probation", "P14"),
    "Police, Metropolitan Police (W)": ("police", "P12 P13"),
    "Statutory Assessment Service, SEND (E, W)": ("send", "P15"),
    "Education Psychology Service (E)": ("psychology", "P15 P31"),
    "Exclusions (E, W)": ("exclusions", "P16"),
    "Admissions and Access to Education (E, W)": ("admissions", "P08"),
    "Elective home education (E, W)": ("home-education", "P17"),
    "Child Licensing (E, W)": ("licensing", "P20"),
    "Data Team (E, W)": ("statistics", "P35"),
    "Other education teams (E, W)": ("education", "P31"),
    "Legal Services; Governance and Legal (E, W)": ("legal", "P21"),
    "Health agencies, NHS (E, W)": ("nhs-body", "P10 P11"),
    "GPs (E, W)": ("practice", "P10 P11"),
    "Hospitals (E, W)": ("hospital", "P10 P11"),
    "Community matrons, district nurses (E, W)": ("community-health", "P10 P11"),
    "Integrated care record, My Care Record (E)": ("care-record", "P33"),
    "Ormiston alternative provision, formerly TBAP (W)": ("alternative-provision", "P18"),
    "Housing (W)": ("housing", "P26"),
    "Council Tax (W)": ("council-tax", "P25"),
    "Parking Services (W)": ("parking", "P26"),
    "Fraud Team (W)": ("fraud", "P26"),
    "Home Office (W)": ("home-office", "P27"),
    "DWP (W)": ("work-and-pensions", "P28 P29"),
    "Members of the public, concerned or anonymous (E, W)": ("public", "P32"),
    "ICO (E, W)": ("information-commissioner", ""),
    "The council's data protection officer (E, W)": ("data-protection", ""),
    "Research recipients (E)": ("researcher", "P24"),
    "DfE (implied)": ("department-for-education", "P23"),
    "Revenue and Customs, for the address of child benefit": ("revenue", "P30"),
    "Prevent and the Channel panel (W)": ("channel-panel", "P22"),
}
TEAMS = {
    "cme", "social-care", "early-help", "mash", "safeguarding", "youth-justice", "send", "psychology", "exclusions",
    "admissions", "home-education", "licensing", "statistics", "education", "legal", "data-protection", "housing",
    "council-tax", "parking", "fraud", "virtual-school",
}  # fmt: skip
OFF = {"home-office": "P27", "work-and-pensions": "P28", "revenue": "P30"}


@pytest.mark.parametrize("party", PARTIES)
def test_party_of_the_privacy_notices_is_shipped_with_its_purposes(party: str) -> None:
    names, codes = PARTIES[party]
    for name in names.split():
        template = TEMPLATES[name]
        assert set(codes.split()) <= set(template.purposes), name
        assert template.title


def test_part_of_the_council_is_a_team_and_nobody_else_is() -> None:
    assert {name for name, one in TEMPLATES.items() if one.own} == TEAMS
    assert all(one.kind.own_team and one.channel is Channel.INBOX for one in TEMPLATES.values() if one.own)


def test_departments_that_must_not_be_told_are_named_and_their_purposes_are_off() -> None:
    for name, code in OFF.items():
        (row,) = [one for key, one in purposes().items() if key == code]
        assert code in TEMPLATES[name].purposes
        assert not row.on
        assert row.verdict in {Verdict.DOUBTFUL, Verdict.NO}


def test_nobody_is_shipped_for_a_purpose_that_is_none_and_each_name_stands_once() -> None:
    listed = partners.templates_from_toml(shipped("teams.toml"))
    assert len(TEMPLATES) == len(listed)
    assert {code for one in listed for code in one.purposes} <= set(purposes())


def test_who_has_no_purpose_of_its_own_is_no_recipient_by_default() -> None:
    assert {name for name, one in TEMPLATES.items() if not one.purposes} == {
        "academy-trust", "processor", "information-commissioner", "data-protection",
    }  # fmt: skip


def test_one_that_was_replaced_is_still_known_by_its_former_name() -> None:
    """As the two copies of one notice name Ormiston and TBAP: the invented pair shows how that is written."""
    former, present = partners.from_toml(shipped("invented/succession.toml"))
    assert (former.successor, former.kind, present.kind) == (present.id, *[PartnerKind.ALTERNATIVE_PROVISION] * 2)
    assert former.in_effect.last is not None
    assert (present.in_effect.first - former.in_effect.last).days == 1
    found = partners.Directory.of((former, present))
    assert found.current(former, present.in_effect.first) == present
    told = dict(partners.told(present, found, tuple(TEMPLATES.values()), present.in_effect.first))
    assert told["formerly"] == "Harbour Road AP (ap-harbour-road), 2016-09-01 to 2023-08-31"
    assert told["usually for"] == "P18; by its inbox here"
