"""Agreements: strict, immutable, in force on some days, and proved against our schemas."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import agreements
from gateway.core.agreements import Agreement, Direction, Party, Signatory, Status
from gateway.core.facts import Condition
from gateway.core.law import Article9, Exemption, Paper, Schedule1, Stated
from gateway.core.partners import Carrier
from gateway.core.terms import Basis, Item, Kind, PartnerId, Period, PurposeCode
from tests.core.law.made import (
    ACADEMY,
    ACROSS,
    CME,
    ESSEX,
    KENT,
    MAINTAINED,
    MEDWAY,
    ROOT,
    agreement,
    purposes,
    schemas,
    shipped,
    specimens,
)

P06, P07 = PurposeCode("P06"), PurposeCode("P07")
PLAIN = Stated(Basis.A6E)
TEMPLATES = tuple(sorted(path.stem for path in (ROOT / "partners" / "templates").glob("*.toml")))
WHOLE = Agreement(
    name="kent-medway-cme",
    version=3,
    title="Kent and Medway tell each other",
    status=Status.ACTIVE,
    direction=Direction.BOTH_WAYS,
    senders=(Party(PartnerId("council-886")), Party(PartnerId("council-886"), schools=True)),
    recipients=(Party(PartnerId("council-887")),),
    in_force=Period(date(2026, 9, 1), date(2027, 8, 31)),
    review=date(2027, 6, 1),
    purposes=(
        (
            P06,
            Stated(
                Basis.A6E,
                Article9.A9G,
                Schedule1.S1P6,
                Schedule1.S1P36,
                Exemption.X2,
                Condition("apd-safeguarding"),
                "R-1",
                ((Paper.LEGAL_OPINION, "LS/2026/014"), (Paper.NECESSITY, "N-1")),
            ),
        ),
        (P07, PLAIN),
    ),
    items=((Kind.CTF, ("UPN", "Address/*")), (Kind.NOTICE, ("UPN",))),
    max_children=100,
    carriers=(Carrier.AS4,),
    signatories=(
        Signatory(Party(PartnerId("council-886")), "Director of Education", date(2026, 8, 20)),
        Signatory(Party(PartnerId("council-886"), schools=True), "Head teachers, by accession", date(2026, 8, 20)),
        Signatory(Party(PartnerId("council-887")), "Director of Children", date(2026, 8, 21)),
    ),
)
FROZEN = """\
name = "kent-medway-cme"
version = 3
title = "Kent and Medway tell each other"
status = "active"
direction = "both-ways"
senders = [
    "council-886",
    "schools-of council-886",
]
recipients = [
    "council-887",
]
first = 2026-09-01
last = 2027-08-31
review = 2027-06-01
max_children = 100
carriers = [
    "as4",
]

[[purposes]]
code = "P06"
art6 = "A6E"
art9 = "A9G"
sch1 = "S1P6"
art10 = "S1P36"
exemption = "X2"
apd = "apd-safeguarding"
request = "R-1"

[purposes.papers]
legal-opinion = "LS/2026/014"
necessity = "N-1"

[[purposes]]
code = "P07"
art6 = "A6E"

[items]
ctf = [
    "UPN",
    "Address/*",
]
notice = [
    "UPN",
]

[[signatories]]
party = "council-886"
role = "Director of Education"
day = 2026-08-20

[[signatories]]
party = "schools-of council-886"
role = "Head teachers, by accession"
day = 2026-08-20

[[signatories]]
party = "council-887"
role = "Director of Children"
day = 2026-08-21
"""


def test_an_agreement_is_printed_as_it_always_was() -> None:
    assert agreements.to_toml(WHOLE) == FROZEN
    assert agreements.from_toml(FROZEN) == WHOLE


@given(
    st.sampled_from(Status),
    st.sampled_from(Basis),
    st.none() | st.sampled_from(Article9),
    st.none() | st.sampled_from(Paper),
    st.sets(st.sampled_from(Carrier)),
    st.integers(1, 9999),
)
def test_what_is_printed_is_what_is_read(
    status: Status, art6: Basis, art9: Article9 | None, paper: Paper | None, carriers: set[Carrier], version: int
) -> None:
    stated = Stated(art6, art9, papers=((paper, "R-1"),) if paper else ())
    made = replace(WHOLE, status=status, version=version, purposes=((P06, stated),), carriers=tuple(sorted(carriers)))
    assert agreements.from_toml(agreements.to_toml(made)) == made


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_shipped_template_comes_back_byte_for_byte_and_lets_nothing_out_yet(name: str) -> None:
    made = agreements.from_toml(shipped(f"templates/{name}.toml"))
    assert agreements.to_toml(made) == shipped(f"templates/{name}.toml")
    assert made.ref == f"{name}.v1"
    assert made.status is Status.DRAFT
    assert agreements.in_force([made], made.in_force.first) == ()


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_shipped_template_yields_a_valid_extract_of_every_specimen_it_covers(name: str) -> None:
    made = agreements.from_toml(shipped(f"templates/{name}.toml"))
    report = agreements.check(made, purposes(), schemas(), specimens())
    assert report.sound, report
    assert {fit.kind for fit in report.fits} == {kind for kind, _ in made.items}
    everywhere = {specimen.version for specimen in specimens() if specimen.kind is Kind.CTF}
    assert {fit.version for fit in report.fits if fit.kind is Kind.CTF} == (
        everywhere if made.patterns(Kind.CTF) else set()
    )
    assert all(fit.shared for fit in report.fits)
    assert report.wanting == ()
    assert report.blank, "a template cannot know the names, numbers and dates of whoever takes it up"


def test_there_is_a_starter_template_for_each_kind_of_partner() -> None:
    assert set(TEMPLATES) == {
        "academy-ctf", "alternative-provision", "attendance-company", "confidential-files", "council-council-cme",
        "health-trace", "mash-referral", "own-social-care", "own-special-needs", "police-request",
        "school-council-leavers", "youth-justice",
    }  # fmt: skip


def test_what_an_agreement_forgets_and_names_for_nothing_is_listed() -> None:
    items = ("UPN", "Forename", "Invented", "Address/*", "SENhistory/*")
    made = agreement(KENT, MEDWAY, PLAIN, *items)
    made = replace(made, purposes=(*made.purposes, (PurposeCode("P98"), PLAIN)))
    report = agreements.check(made, purposes(), schemas(), specimens())
    assert not report.sound
    assert report.unknown == ("P98",)
    assert report.idle == ((Kind.CTF, "Invented"), (Kind.CTF, "SENhistory/*"))
    versions = [f"{number}.0" for number in range(12, 27)]
    assert {(version, item) for _, version, item in report.missing} == {
        *((version, "Gender" if version < "24" else "Sex") for version in versions if version != "24.0"),
        *((version, item) for version in versions for item in ("Surname", "DOB")),
    }
    assert report.fits
    assert not any(fit.valid for fit in report.fits)


def test_an_agreement_that_covers_no_specimen_is_not_proved() -> None:
    made = agreements.from_toml(shipped("templates/academy-ctf.toml"))
    assert not agreements.check(made, purposes(), schemas(), []).sound


def test_patterns_reach_the_items_of_one_version() -> None:
    assert agreements.reach(("Gender", "Sex"), schemas()[Kind.CTF, "19.0"]) == {Item("Gender")}
    assert agreements.reach(("Gender", "Sex"), schemas()[Kind.CTF, "26.0"]) == {Item("Sex")}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("version = 3", "version = 0", "agreement: version is not as it should be"),
        ("version = 3", "version = true", "agreement: version is not as it should be"),
        ("version = 3", "version = 10000", "not a AgreementRef"),
        ("kent-medway-cme", "Kent", "not a AgreementRef"),
        ("kent-medway-cme", "kent.v1", "not"),
        ('title = "Kent and Medway tell each other"\n', "", "agreement: missing key title"),
        ("max_children", "min_children", "agreement: unknown key min_children; agreement: missing key max_children"),
        ("last = 2027-08-31", "last = 2025-08-31", "agreement: a period ends before it begins"),
        ('code = "P07"', 'code = "P06"', "agreement: a purpose is named twice"),
        ('art6 = "A6E"\n\n[items]', 'art6 = "6(1)(e)"\n\n[items]', "purpose 2: art6 is not as it should be"),
        ('legal-opinion = "LS/2026/014"', 'letter = "x"', "purpose 1: papers is not as it should be"),
        ('notice = [\n    "UPN",\n]', "notice = []", "agreement: items is not as it should be"),
        ('"schools-of council-886",', '"pupils-of council-886",', "agreement: senders is not as it should be"),
        ('party = "council-887"', 'party = "council-881"', "agreement: an adopted agreement is signed for every party"),
        ('carriers = [\n    "as4",\n]', "carriers = 4", "agreement: carriers is not as it should be"),
    ],
)
def test_an_agreement_is_read_strictly(old: str, new: str, says: str) -> None:
    assert old in FROZEN
    with pytest.raises(ValueError, match=says):
        agreements.from_toml(FROZEN.replace(old, new, 1))


@pytest.mark.parametrize("status", Status)
def test_only_an_active_agreement_lets_anything_out(status: Status) -> None:
    stands = replace(WHOLE, status=status).stands(date(2026, 11, 20))
    assert stands is (status in {Status.ACTIVE, Status.REVIEW_DUE})


@pytest.mark.parametrize(
    ("review", "day", "stands"),
    [
        ("2027-06-01", "2026-08-31", False),
        ("2027-06-01", "2026-09-01", True),
        ("2027-06-01", "2027-08-31", True),
        ("2027-06-01", "2027-09-01", False),
        ("2027-01-15", "2027-04-15", True),
        ("2027-01-15", "2027-04-16", False),
        ("2026-11-30", "2027-02-28", True),
        ("2026-11-30", "2027-03-01", False),
    ],
)
def test_an_agreement_stands_in_its_period_and_up_to_three_months_behind_its_review(
    review: str, day: str, *, stands: bool
) -> None:
    made = replace(WHOLE, review=date.fromisoformat(review))
    assert made.stands(date.fromisoformat(day)) is stands


def test_the_newest_version_that_stands_takes_the_place_of_the_older() -> None:
    newer, newest = replace(WHOLE, version=4), replace(WHOLE, version=10, status=Status.DRAFT)
    other = replace(WHOLE, name="other")
    day = date(2026, 11, 20)
    assert agreements.in_force([newest, newer, WHOLE, other], day) == (newer, other)
    assert agreements.in_force([WHOLE], date(2026, 8, 31)) == ()


@pytest.mark.parametrize(
    ("party", "covered"),
    [
        ("council-886", {"council-886", "council-886-cme"}),
        ("schools-of council-886", {"school-8864321", "school-8864000"}),
        ("school-8864321", {"school-8864321"}),
        ("council-886-cme", {"council-886-cme"}),
        ("schools-of council-881", set()),
    ],
)
def test_a_party_is_a_partner_with_its_teams_or_all_schools_of_a_council(party: str, covered: set[str]) -> None:
    everybody = (KENT, MEDWAY, ESSEX, CME, MAINTAINED, ACADEMY, ACROSS)
    assert {one.id for one in everybody if Party.parse(party).covers(one)} == covered
    assert str(Party.parse(party)) == party


@pytest.mark.parametrize(
    "text", ["", "schools-of ", "Schools-of council-886", "schools-of  council-886", "council-886 "]
)
def test_a_party_is_read_strictly(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        Party.parse(text)


def test_an_agreement_covers_its_purposes_parties_and_kinds_and_no_others() -> None:
    made = agreement(KENT, MEDWAY, PLAIN, "UPN")

    def covering(purpose: str, sender: str, recipient: str, kind: Kind = Kind.CTF) -> bool:
        who = {one.id: one for one in (KENT, MEDWAY, ESSEX)}
        one, two = who[PartnerId(sender)], who[PartnerId(recipient)]
        return agreements.covering([made], PurposeCode(purpose), one, two, kind) == (made,)

    assert covering("P06", "council-886", "council-887")
    assert not covering("P07", "council-886", "council-887")
    assert not covering("P06", "council-887", "council-886")
    assert not covering("P06", "council-886", "council-881")
    assert not covering("P06", "council-881", "council-887")
    assert not covering("P06", "council-886", "council-887", Kind.NOTICE)
    assert agreements.covering([replace(made, status=Status.SIGNED)], P06, KENT, MEDWAY, Kind.CTF) == ()
    withdrawn = replace(made, status=Status.WITHDRAWN)
    assert agreements.covering([withdrawn], P06, KENT, MEDWAY, Kind.CTF) == (withdrawn,)
