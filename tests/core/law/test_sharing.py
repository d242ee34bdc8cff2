"""Extracts of the shipped specimens: what a decision allows, and nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core import agreements, decisions, documents, sharing
from gateway.core.agreements import Agreement, Status
from gateway.core.decisions import Decision, Question
from gateway.core.documents import Document
from gateway.core.facts import Condition
from gateway.core.law import Article9, Class, Schedule1, Stated, classes_of
from gateway.core.partners import Carrier, Partner
from gateway.core.terms import Basis, Item, Kind, Outcome, PurposeCode
from tests.core.law.made import (
    ACADEMY,
    KENT,
    MAINTAINED,
    MEDWAY,
    TODAY,
    agreement,
    classes,
    purposes,
    schemas,
    shipped,
    specimens,
)

CTF = [file for file in specimens() if file.kind is Kind.CTF]


MUST_BE_THERE = ("UPN", "Surname", "Forename", "DOB", "Gender", "Sex")
"""What every version of the transfer file requires of a pupil."""

STATED = Stated(Basis.A6E, Article9.A9G, Schedule1.S1P6, Schedule1.S1P36, apd=Condition("apd-education"))


def _adopted(name: str) -> Agreement:
    draft = agreements.from_toml(shipped(f"templates/{name}.toml"))
    parties = dict.fromkeys((*draft.senders, *draft.recipients))
    signed = tuple(agreements.Signatory(party, "Director", TODAY) for party in parties)
    return replace(draft, status=Status.ACTIVE, signatories=signed, assurance=())


def _decide(file: Document, purpose: str, sender: Partner, recipient: Partner, *made: Agreement) -> Decision:
    numbers = tuple(pupil.number for pupil in file.pupils)
    question = Question(PurposeCode(purpose), sender, recipient, file, numbers, TODAY, Carrier.LAN)
    return decisions.decide(question, purposes(), classes(), made, schemas())


@pytest.mark.parametrize("file", CTF, ids=lambda file: file.version)
def test_another_council_opens_only_identity_school_and_address(file: Document) -> None:
    decision = _decide(file, "P06", KENT, MEDWAY, _adopted("council-council-cme"))
    extract = sharing.extract(file, decision, schemas())
    assert extract.shared == extract.document.items <= decision.allowed
    assert classes_of(extract.shared, classes(), file.kind) <= {Class.ID, Class.CO, Class.ED}
    assert {item.split("/")[0] for item in extract.shared} <= {
        "UPN", "Surname", "Forename", "DOB", "Gender", "Sex", "BasicDetails", "Address", "SchoolHistory",
    }  # fmt: skip
    assert Item("BasicDetails/Ethnicity") in extract.withheld
    for never in (b"SENhistory", b"Ethnicity", b"Contacts", b"SuppInfo", b"RemovalGrounds"):
        assert never not in extract.document.content


@pytest.mark.parametrize("file", CTF, ids=lambda file: file.version)
def test_a_transfer_by_duty_keeps_every_item_and_nothing_of_the_supplier(file: Document) -> None:
    decision = _decide(file, "P04", MAINTAINED, ACADEMY)
    extract = sharing.extract(file, decision, schemas())
    assert (extract.shared, extract.withheld) == (file.items, frozenset())
    assert b"SuppInfo" not in extract.document.content


def test_only_the_pupils_of_the_decision_are_in_the_extract() -> None:
    file = next(file for file in CTF if len(file.pupils) > 1)
    decision = replace(_decide(file, "P04", MAINTAINED, ACADEMY), pupils=(file.pupils[-1].number,))
    extract = sharing.extract(file, decision, schemas())
    assert [pupil.upn for pupil in extract.document.pupils] == [file.pupils[-1].upn]


OF_P06 = [file for file in specimens() if purposes()[PurposeCode("P06")].patterns(file.kind)]


@pytest.mark.parametrize("file", OF_P06, ids=lambda file: f"{file.kind}-{file.version}")
def test_an_extract_is_a_document_again(file: Document) -> None:
    decision = _decide(file, "P06", KENT, MEDWAY, _adopted("council-council-cme"))
    extract = sharing.extract(file, decision, schemas())
    again = documents.read(extract.document.name, extract.document.content, schemas())
    assert again.document is not None
    assert again.document.items == extract.shared


NAMED = (
    "UPN",
    "Surname",
    "Forename",
    "DOB",
    "Gender",
    "Sex",
    "Address/*",
    "BasicDetails/*",
    "SchoolHistory/*",
    "SENhistory/*",
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CTF), st.sets(st.sampled_from(NAMED)), st.sets(st.sampled_from(NAMED), max_size=2))
def test_what_is_shared_was_agreed_whatever_was_agreed(file: Document, agreed: set[str], forbidden: set[str]) -> None:
    """Of the bytes that leave, as they are read again, and not only of the decision."""
    patterns = (*MUST_BE_THERE, *sorted(agreed))
    made = agreement(ACADEMY, MAINTAINED, STATED, *patterns, purpose="P04")
    made = replace(made, forbidden=((Kind.CTF, tuple(sorted(forbidden - set(MUST_BE_THERE)))),))
    decision = _decide(file, "P04", ACADEMY, MAINTAINED, made)
    assert decision.outcome is Outcome.RELEASE
    extract = sharing.extract(file, decision, schemas())
    again = documents.read(extract.document.name, extract.document.content, schemas()).document
    assert again is not None
    schema = schemas()[file.kind, file.version]
    assert again.items == extract.shared <= agreements.reach(patterns, schema)
    assert not again.items & agreements.reach(forbidden - set(MUST_BE_THERE), schema)


@pytest.mark.parametrize("outcome", [Outcome.HOLD, Outcome.REFUSE])
def test_what_is_not_released_gives_no_extract(outcome: Outcome) -> None:
    decision = replace(_decide(CTF[0], "P04", MAINTAINED, ACADEMY), outcome=outcome)
    with pytest.raises(ValueError, match="only a release"):
        sharing.extract(CTF[0], decision, schemas())
