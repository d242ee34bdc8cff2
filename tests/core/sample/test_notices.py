"""Laws about an invented notice: the same for ever, readable without a finding, and about nobody."""

import hashlib
import re
from datetime import UTC, date, datetime

import pytest

from gateway.core.sample import SampleFile, notice
from gateway.core.terms import LaEstab, Upn
from tests.core.sample.reading import Element, root, tags, text, texts

KENT, MEDWAY = LaEstab("886LLLL"), LaEstab("887LLLL")
AT = datetime(2026, 10, 6, 9, 15, 7, 123, tzinfo=UTC)


def made(seed: int) -> SampleFile:
    return notice(seed, KENT, MEDWAY, AT)


def child(seed: int) -> Element:
    found = root(made(seed)).find("Children/Child")
    assert found is not None
    return found


def test_the_bytes_never_change() -> None:
    assert hashlib.sha256(made(1).content).hexdigest() == FROZEN


FROZEN = "b6dc0053aac74404d940ef437573b3e54c631ffdcafd0b13b305da51b368e7bb"


def test_the_same_seed_gives_the_same_notice_and_another_seed_another() -> None:
    assert made(1) == made(1)
    assert made(1).content != made(2).content


@pytest.mark.parametrize(
    ("sequence", "name"), [(1, "886LLLL_CME_887LLLL_001.xml"), (42, "886LLLL_CME_887LLLL_042.xml")]
)
def test_the_name_says_from_whom_to_whom(sequence: int, name: str) -> None:
    assert notice(1, KENT, MEDWAY, AT, sequence).name == name


def test_the_header_says_what_was_asked_for() -> None:
    header = root(made(3)).find("Header")
    assert header is not None
    assert [text(header, path) for path in ("DateTime", "From/LEA", "To/LEA")] == ["2026-10-06T09:15:07", "886", "887"]


@pytest.mark.parametrize(("source", "dest"), [("8864321", "887LLLL"), ("886LLLL", "8874321"), ("XXXXXXX", "887LLLL")])
def test_a_notice_goes_from_council_to_council(source: str, dest: str) -> None:
    with pytest.raises(ValueError, match="authority"):
        notice(1, LaEstab(source), LaEstab(dest), AT)


@pytest.mark.parametrize("seed", range(30))
def test_the_dates_follow_each_other(seed: int) -> None:
    one = child(seed)
    days = [text(one, path) for path in ("DOB", "LastSchool/EntryDate", "LastSchool/LeavingDate")]
    assert days == sorted(days)
    assert days[2] == text(one, "LastSeen")
    assert days[2] < "2026-10-06"
    entered, born = date.fromisoformat(days[1]), date.fromisoformat(days[0])
    assert 4 <= (entered - born).days / 365.25 < 12


@pytest.mark.parametrize("seed", range(30))
def test_a_child_known_to_social_care_is_never_routine(seed: int) -> None:
    urgency = text(root(made(seed)), "Header/Urgency")
    assert urgency == {"none": "routine", "social-care-known": "same-day"}[text(child(seed), "RiskFlag")]


def test_among_thirty_some_are_at_risk_and_some_have_a_believed_address() -> None:
    children = [child(seed) for seed in range(30)]
    assert 2 < sum(text(one, "RiskFlag") != "none" for one in children) < 15
    assert 5 < sum("BelievedAddress" in tags(one) for one in children) < 25
    assert all(("BelievedAddress" in tags(one)) == ("DestinationEvidence" in tags(one)) for one in children)


def test_every_parent_has_an_address_and_two_numbers() -> None:
    for seed in range(20):
        contacts = child(seed).findall("Contacts/Contact")
        assert contacts
        for contact in contacts:
            assert text(contact, "Relationship") in {"PAM", "PAF"}
            assert len(texts(contact, "Phones/Phone/PhoneNo")) == 2
            assert text(contact, "Address/PostCode")


def test_nothing_in_a_notice_leads_to_anybody() -> None:
    for seed in range(60):
        one = root(made(seed))
        assert all(re.fullmatch(r"01632960\d{3}|07700900\d{3}", number) for number in texts(one, ".//PhoneNo"))
        assert all(re.fullmatch(r"Z[ADFL]\d{1,2} \d[A-Z]{2}", postcode) for postcode in texts(one, ".//PostCode"))
        assert all(email.endswith("@example.org") for email in texts(one, ".//Email"))
        assert text(one, ".//LastSchool/Estab")[0] == "9"
        assert Upn(text(one, ".//UPN"))[4] == "9"


def test_twenty_notices_are_about_twenty_children() -> None:
    assert len({text(child(seed), "UPN") for seed in range(20)}) == 20
    assert len({text(child(seed), "LastSchool/Estab") for seed in range(20)}) > 10
