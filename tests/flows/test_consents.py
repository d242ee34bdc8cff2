"""Consent to research: on record with its paper, withdrawn at any time, and asked about each child by itself."""

from dataclasses import replace

import pytest

from gateway.core import documents, law
from gateway.core.errors import Code, Refusal
from gateway.core.facts import What, parse_line
from gateway.core.law import Stated
from gateway.core.terms import Basis, PartnerId, PersonId, PurposeCode, Upn
from gateway.flows import consents
from gateway.flows.consents import Given
from tests.simulator import KENT, MEDWAY, NOON, World, leavers, rulebook

ADA, BRAM = Upn("B881123424001"), Upn("Q881123424002")
P24 = PurposeCode("P24")
OFFICER = PersonId("a.shah")


def given(upn: Upn = ADA, home: PartnerId = KENT, purpose: str = "P24") -> Given:
    return Given(home, upn, PurposeCode(purpose), OFFICER)


def standing(world: World, upn: Upn = ADA, home: PartnerId = KENT) -> bool:
    store, child = world.kent.store, consents.handle(world.kent.gateway, upn)
    return child in store.consented(home, P24, [child])


def test_a_consent_stands_from_its_record_to_its_withdrawal_and_may_be_given_again(either: World) -> None:
    kent = either.kent
    assert not standing(either)
    made = consents.record(kent.gateway, given(), "CONSENT/2026/17", NOON)
    assert standing(either)
    assert kent.store.consents(KENT) == [made]
    over = consents.withdraw(kent.gateway, kent.store, given(), NOON)
    assert not standing(either)
    assert kent.store.consents(KENT) == [over] == [replace(made, withdrawn=NOON)]
    consents.record(kent.gateway, given(), "CONSENT/2026/18", NOON)
    assert standing(either)
    assert [one.evidence for one in kent.store.consents(KENT)] == ["CONSENT/2026/18"]


def test_it_is_one_childs_and_one_homes(either: World) -> None:
    consents.record(either.kent.gateway, given(), "CONSENT/2026/17", NOON)
    assert not standing(either, BRAM)
    assert not standing(either, home=MEDWAY)
    assert either.kent.store.consents(MEDWAY) == []


def test_the_log_says_that_it_was_given_and_withdrawn_and_names_nobody(world: World) -> None:
    kent = world.kent
    before = kent.store.edge().size
    consents.record(kent.gateway, given(), "CONSENT/2026/17", NOON)
    consents.withdraw(kent.gateway, kent.store, given(), NOON)
    lines = list(kent.store.lines(before))
    assert [parse_line(one)["fact"] for one in lines] == ["ConsentRecorded", "ConsentWithdrawn"]
    assert not any(word in one for one in lines for word in (ADA.encode(), b"CONSENT/2026/17", OFFICER.encode()))


def test_its_lines_are_found_by_the_child_as_a_disclosures_are(world: World) -> None:
    made = consents.record(world.kent.gateway, given(), "CONSENT/2026/17", NOON)
    assert made.child == world.kent.gateway.vault.blind(f"child:{ADA}")
    with world.kent.store.engine.connect() as db:
        rows = db.exec_driver_sql("select what from joins where handle = ?", (made.child,)).all()
    assert [row[0] for row in rows] == [What.CHILD]


def test_nothing_is_withdrawn_twice_or_without_a_consent(world: World) -> None:
    kent = world.kent
    with pytest.raises(Refusal) as none:
        consents.withdraw(kent.gateway, kent.store, given(), NOON)
    consents.record(kent.gateway, given(), "CONSENT/2026/17", NOON)
    consents.withdraw(kent.gateway, kent.store, given(), NOON)
    with pytest.raises(Refusal) as twice:
        consents.withdraw(kent.gateway, kent.store, given(), NOON)
    assert none.value.code is twice.value.code is Code.NOT_FOUND


@pytest.mark.parametrize("purpose", ["P06", "P23", "P99"])
def test_only_a_purpose_that_asks_for_consent_takes_one(world: World, purpose: str) -> None:
    with pytest.raises(Refusal) as refused:
        consents.record(world.kent.gateway, given(purpose=purpose), "CONSENT/2026/17", NOON)
    assert refused.value.code is Code.NO_PURPOSE


@pytest.mark.parametrize("evidence", ["", "17", "her mother said so", "CONSENT", "a letter 3"])
def test_evidence_is_the_reference_of_a_paper_and_no_sentence(world: World, evidence: str) -> None:
    with pytest.raises(ValueError, match="reference of a paper"):
        consents.record(world.kent.gateway, given(), evidence, NOON)
    assert world.kent.store.consents(KENT) == []


def test_the_pupils_of_a_file_who_consented_are_told_apart(world: World) -> None:
    kent, file = world.kent, leavers(pupils=3)
    document = documents.read(file.name, file.content, rulebook().schemas, rulebook().known).document
    assert document is not None
    _, second, _ = document.pupils
    assert second.upn is not None
    consents.record(kent.gateway, given(second.upn), "CONSENT/2026/17", NOON)
    assert consents.consented(kent.gateway, kent.store, KENT, P24, document) == {second.number}


@pytest.mark.parametrize(
    ("code", "basis", "without"),
    [
        ("P24", Basis.A6A, {2}),
        ("P24", Basis.A6E, {1, 2}),
        ("P06", Basis.A6E, set()),
        ("P06", Basis.A6A, set()),
    ],
)
def test_only_research_asks_and_only_the_basis_of_consent_is_answered_by_it(
    code: str, basis: Basis, without: set[int]
) -> None:
    purpose = rulebook().purposes[PurposeCode(code)]
    assert law.unconsented(purpose, Stated(basis), (1, 2), {1}) == without
