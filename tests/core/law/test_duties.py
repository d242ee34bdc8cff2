"""What a controller owes of itself: to call back, to answer, and to tell whoever had it what is right (Article 19)."""

from typing import Any

import pytest

from gateway.core import law
from gateway.core.decisions import Decision
from gateway.core.errors import Code
from gateway.core.law import Bar
from gateway.core.terms import Basis, Item, Kind, Outcome, PurposeCode
from tests.core.law.made import purposes
from tests.core.law.rows import ask

CORRECTION = ["DisclosureId", "Number", "Item", "Correction"]


def told(purpose: str, recipient: str, **more: Any) -> Decision:
    """What is decided of a rights notice of a council that has no agreement."""
    row = {"purpose": purpose, "from": "council", "to": recipient, "file": "rights", "agreement": "none"}
    return ask({**row, "holds": CORRECTION, **more})


@pytest.mark.parametrize(
    ("purpose", "recipient"),
    [
        ("P06", "council"),
        ("P08", "independent-school"),
        ("P09", "social-care"),
        ("P12", "police"),
        ("P10", "nhs-body"),
        ("P04", "academy"),
        ("P21", "legal-adviser"),
        ("P24", "researcher"),
        ("P29", "government-department"),
    ],
)
def test_whoever_had_it_is_told_what_is_right_with_no_agreement_form_or_paper(purpose: str, recipient: str) -> None:
    """To the health service too: the law of confidence gives way to a legal obligation."""
    held = (Outcome.HOLD, (Code.APPROVAL,)) if purposes()[PurposeCode(purpose)].person else (Outcome.RELEASE, ())
    made = told(purpose, recipient, carrier="as4")
    assert (made.outcome, made.reasons) == held
    assert made.duty_flow and made.legal is not None
    assert (made.legal.power, made.legal.art6) == ("UK GDPR Art 19, with Art 16 to Art 18", Basis.A6C)
    assert (made.legal.art9, made.legal.sch1, made.legal.apd is not None) == ("A9G", "S1P6", True)
    assert set(map(Item, CORRECTION)) <= made.allowed


def test_an_agreement_that_lapsed_or_lists_less_takes_nothing_from_the_duty() -> None:
    for agreement in ("lapsed", "suspended", "in-force"):
        made = told("P06", "council", agreement=agreement, agreed=["DisclosureId"])
        assert (made.outcome, Item("Correction") in made.allowed) == (Outcome.RELEASE, True)
        assert (made.agreement is not None) is (agreement == "in-force"), "one in force is named beside it"


@pytest.mark.parametrize(
    "purpose", sorted(code for code, row in purposes().items() if set(row.bars) - {Bar.CONFIDENCE})
)
def test_what_another_enactment_shuts_is_told_by_word(purpose: str) -> None:
    made = told(purpose, "council", carrier="as4")
    assert made.outcome is Outcome.REFUSE and Code.BARRED in made.reasons
    assert Code.PURPOSE_OFF not in made.reasons, "that a purpose was closed again takes nothing from the duty"


@pytest.mark.parametrize(
    ("more", "outcome", "reason"),
    [
        ({"flags": ["address-confidential"]}, Outcome.HOLD, Code.FLAGGED),
        ({"flags": ["died"]}, Outcome.HOLD, Code.FLAGGED),
        ({"flags": ["ask-first"]}, Outcome.HOLD, Code.FLAGGED),
        ({"certificate": False}, Outcome.REFUSE, Code.NO_CERTIFICATE),
    ],
)
def test_what_guards_a_child_still_holds_it(more: dict[str, Any], outcome: Outcome, reason: Code) -> None:
    made = told("P06", "council", **more)
    assert (made.outcome, made.reasons) == (outcome, (reason,))


def test_a_person_still_looks_first_where_the_purpose_wants_that() -> None:
    assert told("P22", "channel-panel").reasons == (Code.APPROVAL,)


@pytest.mark.parametrize("kind", [Kind.ACKNOWLEDGEMENT, Kind.REFUSAL])
def test_the_answer_that_somebody_has_it_needs_no_agreement_either(kind: Kind) -> None:
    made = told("P06", "council", file=kind, holds=["DisclosureId"])
    assert (made.outcome, made.duty_flow) == (Outcome.RELEASE, True)


@pytest.mark.parametrize("kind", [one for one in Kind if one not in law.OWN_DUTY])
def test_every_other_document_stands_on_its_purpose_as_it_is(kind: Kind) -> None:
    for purpose in purposes().values():
        assert law.as_owed(purpose, kind) is purpose
