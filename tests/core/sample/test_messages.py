"""Laws about invented messages: the same bytes for ever, one for each kind, about nobody, and no person in an id."""

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.core.documents.layouts import MESSAGES
from gateway.core.sample import SampleFile, message
from gateway.core.terms import DisclosureId, Kind, LaEstab
from tests.core.sample.reading import root, texts

VECTORS = Path(__file__).parents[1] / "vectors" / "messages.json"
KINDS = [layout.kind for layout in MESSAGES]
KENT, MEDWAY, SCHOOL = LaEstab("886LLLL"), LaEstab("887LLLL"), LaEstab("8864321")
AT = datetime(2026, 10, 6, 9, 15, 7, 123, tzinfo=UTC)


def made(kind: Kind, seed: int = 1) -> SampleFile:
    source = SCHOOL if kind in {Kind.ABSENCE, Kind.CASEFILE, Kind.DELETION, Kind.ENCLOSURE} else KENT
    dest = KENT if kind in {Kind.ABSENCE, Kind.CASEFILE, Kind.DELETION, Kind.REFERRAL} else MEDWAY
    return message(kind, seed, source, dest, AT)


def test_the_bytes_of_each_kind_never_change() -> None:
    """To freeze them anew: write what this test shows into the vector file, and say in the commit why."""
    now = {kind.value: hashlib.sha256(made(kind).content).hexdigest() for kind in KINDS}
    assert json.loads(VECTORS.read_text()) == now


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_message_and_another_seed_another(kind: Kind) -> None:
    assert made(kind) == made(kind)
    assert made(kind).content != made(kind, 2).content


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_in_a_message_leads_to_anybody(kind: Kind) -> None:
    for seed in range(10):
        one = root(made(kind, seed))
        assert all(re.fullmatch(r"01632960\d{3}|07700900\d{3}", number) for number in texts(one, ".//PhoneNo"))
        assert all(re.fullmatch(r"Z[ADFL]\d{1,2} \d[A-Z]{2}", postcode) for postcode in texts(one, ".//PostCode"))
        assert all(email.endswith("@example.org") for email in texts(one, ".//Email"))


@pytest.mark.parametrize("kind", KINDS)
def test_no_id_and_no_file_name_says_anything_of_a_child(kind: Kind) -> None:
    for seed in range(10):
        file = made(kind, seed)
        one = root(file)
        spoken = [file.name, *texts(one, ".//CaseReference"), *texts(one, ".//DisclosureId")]
        private = {*texts(one, ".//UPN"), *texts(one, ".//Surname"), *texts(one, ".//DOB")}
        assert not [word for word in private for said in spoken if word.lower() in said.lower()]


def test_replies_come_in_every_grade() -> None:
    assert {texts(root(made(Kind.REPLY, seed)), "Header/Grade")[0] for seed in range(40)} == set("01234")


def test_a_message_about_a_message_names_the_one_it_is_given() -> None:
    meant = DisclosureId("d-" + "b" * 26)
    file = message(Kind.RECALL, 1, KENT, MEDWAY, AT, disclosure=meant, purpose="P07")
    one = root(file)
    assert (texts(one, ".//DisclosureId"), texts(one, "Header/Purpose")) == ([meant], ["P07"])
