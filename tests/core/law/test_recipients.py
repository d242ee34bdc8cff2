"""For whom a file is: what its header says, whose child it is in care of, and whom an officer names."""

from datetime import date

import pytest

from gateway.core import recipients
from gateway.core.errors import Code
from gateway.core.partners import Directory, PartnerKind
from gateway.core.recipients import Destination
from gateway.core.terms import Kind, PartnerId, PurposeCode
from tests.core.law.made import CME, ESSEX, KENT, MAINTAINED, TODAY, directory, document, partner, pupil, purposes

OLD = partner(
    PartnerKind.MAINTAINED_SCHOOL, "school-8862001", estab="2001", last=date(2026, 8, 31), successor="school-8864000"
)
WALES = partner(PartnerKind.COUNCIL, area="660")
CLOSED = partner(PartnerKind.COUNCIL, area="837", last=date(2019, 3, 31), successor="council-839")
AFTER = partner(PartnerKind.COUNCIL, area="839", first=date(2019, 4, 1))
SPLIT = partner(PartnerKind.COUNCIL, area="909", last=date(2023, 3, 31))
EVERYBODY = directory(OLD, WALES, CLOSED, AFTER, SPLIT)
NO_RECIPIENT = Code.NO_RECIPIENT


def _to(purpose: str, recipient: str | None, *pupils: int, by: str = "school-8864321") -> Destination:
    refusal = NO_RECIPIENT if recipient is None else None
    to = None if recipient is None else PartnerId(recipient)
    return Destination(PurposeCode(purpose), PartnerId(by), to, pupils or (1,), refusal)


@pytest.mark.parametrize(
    ("source", "dest", "name", "kind", "destination"),
    [
        ("8864321", "8864000", "", "ctf", _to("P04", "school-8864000")),
        ("8864321", "8871234", "", "ctf", _to("P04", "school-8871234")),
        ("8864321", "8862001", "", "ctf", _to("P04", "school-8864000")),
        ("8864321", "8869999", "", "ctf", _to("P04", None)),
        ("8864321", "MMMMMMM", "", "ctf", _to("P04", None)),
        ("8864321", "XXXXXXX", "", "ctf", _to("P05", "council-886-cme")),
        ("8864321", "886LLLL", "8864321_CTF_886LLLL_001.xml", "ctf", _to("P08", "council-886")),
        ("8864321", "886LLLL", "8864321_CML_886LLLL_001.xml", "cml", _to("P01", "council-886")),
        ("8864321", "886LLLL", "8864321_CMJ_886LLLL_001.xml", "cmj", _to("P02", "council-886")),
        ("8864321", "887LLLL", "", "ctf", _to("P08", "council-887")),
        ("8864321", "909LLLL", "", "ctf", _to("P08", None)),
        ("8864321", "837LLLL", "", "ctf", _to("P08", "council-839")),
        ("886LLLL", "8864000", "", "ctf", _to("P04", "school-8864000", by="council-886")),
        ("886LLLL", "887LLLL", "", "ctf", _to("P06", "council-887", by="council-886")),
        ("886LLLL", "887LLLL", "886LLLL_CME_887LLLL_001.xml", "notice", _to("P06", "council-887", by="council-886")),
        ("886LLLL", "660LLLL", "", "notice", _to("P06", "council-660", by="council-886")),
        ("886LLLL", "886LLLL", "", "notice", _to("P06", None, by="council-886")),
        ("8862001", "8864000", "", "ctf", _to("P04", None, by="school-8864000")),
    ],
)
def test_the_header_says_for_whom_a_file_is(
    source: str, dest: str, name: str, kind: str, destination: Destination
) -> None:
    file = document(pupil(1), source=source, dest=dest, name=name, kind=Kind(kind))
    assert recipients.of(file, KENT, EVERYBODY, TODAY) == (destination,)


def test_a_council_without_a_missing_education_team_takes_lost_pupils_itself() -> None:
    everybody = directory()
    without = Directory.of(one for one in everybody.partners.values() if one != CME)
    file = document(pupil(1), dest="XXXXXXX")
    assert recipients.of(file, KENT, without, TODAY) == (_to("P05", "council-886"),)


def test_a_file_from_nobody_we_know_goes_to_nobody() -> None:
    file = document(pupil(1, care="881"), source="8869999")
    (nobody,) = recipients.of(file, KENT, EVERYBODY, TODAY)
    assert (nobody.recipient, nobody.refusal) == (None, Code.UNKNOWN_SENDER)


def test_a_child_in_the_care_of_another_council_is_told_to_it_by_the_home() -> None:
    file = document(pupil(1), pupil(2, care="881"), pupil(3, care="881"), pupil(4, care="660"))
    assert recipients.of(file, KENT, EVERYBODY, TODAY) == (
        _to("P04", "school-8864000", 1, 2, 3, 4),
        _to("P06", "council-660", 4, by="council-886"),
        _to("P06", "council-881", 2, 3, by="council-886"),
    )


@pytest.mark.parametrize(
    ("dest", "care"),
    [
        ("8864000", "886"),
        ("8871234", "887"),
        ("887LLLL", "887"),
        ("8864000", "XXX"),
        ("8864000", "MMM"),
        ("8864000", None),
    ],
)
def test_nobody_is_told_twice_or_told_what_is_not_known(dest: str, care: str | None) -> None:
    file = document(pupil(1, care=care), dest=dest)
    assert len(recipients.of(file, KENT, EVERYBODY, TODAY)) == 1


@pytest.mark.parametrize("care", ["909", "999"])
def test_a_care_authority_that_answers_no_more_is_said_and_nobody_is_guessed(care: str) -> None:
    file = document(pupil(1, care=care))
    assert recipients.of(file, KENT, EVERYBODY, TODAY)[1:] == (_to("P06", None, 1, by="council-886"),)


def test_a_care_authority_that_was_merged_is_told_through_its_successor() -> None:
    file = document(pupil(1, care="837"))
    assert recipients.of(file, KENT, EVERYBODY, TODAY)[1:] == (_to("P06", "council-839", 1, by="council-886"),)


def test_an_officer_names_a_council_before_the_file_does() -> None:
    file = document(pupil(1, care="660"), pupil(2))
    named = {1: ESSEX.id, 2: PartnerId("council-837")}
    assert recipients.of(file, KENT, EVERYBODY, TODAY, named)[1:] == (
        _to("P06", "council-839", 2, by="council-886"),
        _to("P06", "council-881", 1, by="council-886"),
    )


@pytest.mark.parametrize("named", ["school-8864000", "nobody", "council-909"])
def test_an_officer_can_only_name_a_council_that_answers(named: str) -> None:
    found = recipients.of(document(pupil(1)), KENT, EVERYBODY, TODAY, {1: PartnerId(named)})
    assert found[1:] == (_to("P06", None, 1, by="council-886"),)


def test_a_file_for_outside_the_sector_still_tells_the_council_that_an_officer_names() -> None:
    file = document(pupil(1), dest="MMMMMMM")
    assert recipients.of(file, KENT, EVERYBODY, TODAY, {1: ESSEX.id}) == (
        _to("P04", None),
        _to("P06", "council-881", 1, by="council-886"),
    )


def test_a_purpose_of_a_destination_is_one_that_its_kinds_have_a_power_for() -> None:
    for dest, kind in (
        ("8864000", "ctf"),
        ("XXXXXXX", "ctf"),
        ("886LLLL", "ctf"),
        ("886LLLL", "cml"),
        ("886LLLL", "cmj"),
    ):
        (first,) = recipients.of(document(pupil(1), dest=dest, kind=Kind(kind)), KENT, EVERYBODY, TODAY)
        assert first.recipient is not None
        to = EVERYBODY.get(first.recipient).kind
        assert purposes()[first.purpose].power(MAINTAINED.kind, to, TODAY, requested=False) is not None
