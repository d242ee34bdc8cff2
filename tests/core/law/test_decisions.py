"""The table of decisions, row by row, and what the rows cannot say."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from gateway.core import decisions
from gateway.core.agreements import Agreement, Direction, Party, Status
from gateway.core.decisions import Decision, OneOff, Question
from gateway.core.errors import Code
from gateway.core.facts import Condition, StandsOn
from gateway.core.law import Article9, Class, Exemption, Schedule1, Stated
from gateway.core.partners import Carrier, PartnerKind
from gateway.core.recipients import Destination
from gateway.core.terms import Basis, Item, Kind, Outcome, PartnerId, PersonId, PurposeCode
from tests.core.law.made import (
    ACADEMY,
    ACROSS,
    CME,
    ESSEX,
    KENT,
    MAINTAINED,
    MEDWAY,
    ROOT,
    TODAY,
    agreement,
    classes,
    document,
    partner,
    pupil,
    purposes,
    schemas,
)
from tests.core.law.rows import CASES, NEVER, WORDS, Row, ask

P06 = Stated(Basis.A6E, Article9.A9G, Schedule1.S1P6, Schedule1.S1P36, apd=Condition("apd-safeguarding"))


@pytest.mark.parametrize("row", CASES, ids=[row["says"] for row in CASES])
def test_every_row_of_the_table_is_what_the_gateway_decides(row: Row) -> None:
    decision = ask(row)
    assert (decision.outcome, set(decision.reasons)) == (row["outcome"], set(map(Code, row["reasons"])))
    assert decision.duty_flow is row.get("duty", False)
    assert decision.remarks == tuple(map(Code, row.get("remarks", ())))
    assert decision.approve_later is row.get("later", False)
    if decision.outcome is Outcome.RELEASE:
        assert decision.allowed & set(map(Item, row["holds"])) == set(map(Item, row["goes"]))
        assert decision.recorded is row.get("recorded", False)
        assert (decision.agreement is not None) is (row["agreement"] == "in-force")
        assert (decision.stands_on is StandsOn.BREAK_GLASS) is row.get("glass", False)
        _legal_is(decision, row)


def _legal_is(decision: Decision, row: Row) -> None:
    legal = decision.legal
    assert legal is not None
    assert legal.purpose == row["purpose"]
    assert legal.duty is row.get("duty", False)
    assert legal.art6 == row.get("art6", "A6C" if legal.duty else "A6E")
    assert " ".join(part for part in (legal.art9, legal.sch1) if part) == row.get("art9", "")
    assert legal.art10 == row.get("art10")
    assert legal.exemption == row.get("basis", {}).get("exemption")


def test_the_table_says_of_every_purpose_and_outcome_when_it_is_so_or_why_it_never_is() -> None:
    said = Counter({(row["purpose"], row["outcome"]) for row in CASES})
    said.update((row["purpose"], row["outcome"]) for row in NEVER)
    assert said == Counter(product(purposes(), Outcome))


def test_a_purpose_that_never_lets_anything_go_carries_no_document() -> None:
    """Nothing can be asked that would be answered otherwise, so the sentence in the table is true."""
    for row in NEVER:
        assert not purposes()[PurposeCode(row["purpose"])].items
        assert row["why"].endswith(".")


def test_every_row_speaks_the_language_that_the_heading_of_the_table_explains() -> None:
    heading = (ROOT / "tests/core/law/decisions.toml").read_text().partition("[[case]]")[0]
    spoken = {word for row in CASES for word in row}
    assert spoken == WORDS
    assert {word for word in WORDS if not re.search(rf"\b{word}\b", heading)} == set()
    assert len({row["says"] for row in CASES}) == len(CASES)


def _kent_to_medway(*made: Agreement, items: tuple[str, ...] = ("UPN",), **changed: Any) -> Decision:
    children = changed.pop("children", 1)
    numbers = tuple(range(1, children + 1))
    file = document(*(pupil(number, *items) for number in numbers))
    question = Question(PurposeCode("P06"), KENT, MEDWAY, file, numbers, TODAY, Carrier.AS4)
    return decisions.decide(replace(question, **changed), purposes(), classes(), made, schemas())


def test_a_newer_version_that_no_longer_speaks_of_a_purpose_takes_the_older_ones_place() -> None:
    first = agreement(KENT, MEDWAY, P06, "UPN")
    second = replace(first, version=2, purposes=((PurposeCode("P07"), P06),))
    assert _kent_to_medway(first).outcome is Outcome.RELEASE
    assert _kent_to_medway(first, second).reasons == (Code.AGREEMENT_NOT_IN_FORCE,)


def test_the_newest_version_in_force_is_the_one_that_is_cited() -> None:
    first = agreement(KENT, MEDWAY, P06, "UPN")
    later = replace(first, version=2), replace(first, version=3, status=Status.SUSPENDED)
    assert _kent_to_medway(first, *later).agreement == "invented.v2"


def test_of_two_agreements_the_one_that_lets_it_go_is_used() -> None:
    narrow = replace(agreement(KENT, MEDWAY, P06, "DOB"), name="a-narrow-one")
    wide = agreement(KENT, MEDWAY, P06, "UPN")
    assert _kent_to_medway(narrow, wide).agreement == wide.ref


@pytest.mark.parametrize(("direction", "outcome"), [("one-way", "refuse"), ("both-ways", "release")])
def test_an_agreement_answers_the_other_way_only_if_it_says_so(direction: str, outcome: str) -> None:
    made = agreement(MEDWAY, KENT, P06, "UPN", direction=Direction(direction))
    assert _kent_to_medway(made).outcome == outcome


@pytest.mark.parametrize(("children", "reasons"), [(2, ()), (3, (Code.TOO_MANY_CHILDREN,))])
def test_more_children_than_agreed_wait_for_a_person(children: int, reasons: tuple[Code, ...]) -> None:
    decision = _kent_to_medway(agreement(KENT, MEDWAY, P06, "UPN", max_children=2), children=children)
    assert decision.reasons == reasons
    assert decision.outcome is (Outcome.HOLD if reasons else Outcome.RELEASE)


def test_a_carrier_outside_the_agreement_waits_for_a_person() -> None:
    made = replace(agreement(KENT, MEDWAY, P06, "UPN"), carriers=(Carrier.LAN,))
    assert _kent_to_medway(made).reasons == (Code.CARRIER,)
    assert _kent_to_medway(made, carrier=Carrier.LAN).reasons == ()
    sealed = replace(made, carriers=(Carrier.AS4, Carrier.S2S))
    assert _kent_to_medway(sealed, carrier=Carrier.LAN).reasons == (), "it lies on our own shelf for another home"
    assert _kent_to_medway(sealed, carrier=Carrier.MESH).reasons == (Code.CARRIER,)


def test_every_reason_is_said_at_once_and_any_refusal_outweighs_a_hold() -> None:
    stated = replace(P06, art6=Basis.A6F, exemption=Exemption.X4)
    decision = _kent_to_medway(agreement(KENT, MEDWAY, stated, "DOB", max_children=1), children=2)
    assert set(decision.reasons) == {
        Code.BASIS_NOT_OPEN,
        Code.EXEMPTION_NOT_OPEN,
        Code.TOO_MANY_CHILDREN,
        Code.NOTHING_TO_SHARE,
    }
    assert (decision.outcome, decision.allowed, decision.legal) == (Outcome.REFUSE, frozenset(), None)


def test_only_what_would_go_is_judged_and_not_the_whole_document() -> None:
    file = ("UPN", "SENhistory/SEN/SENprovision", "BasicDetails/Ethnicity")
    stated = Stated(Basis.A6E)
    assert _kent_to_medway(agreement(KENT, MEDWAY, stated, "UPN"), items=file).outcome is Outcome.RELEASE


def test_only_the_pupils_in_question_are_judged() -> None:
    file = document(pupil(1, "UPN", "BasicDetails/Ethnicity"), pupil(2, "UPN"))
    made = agreement(ACADEMY, MAINTAINED, Stated(Basis.A6E), "UPN", "BasicDetails/*", purpose="P04")
    for number, reasons in ((1, (Code.NO_ARTICLE_9,)), (2, ())):
        question = Question(PurposeCode("P04"), ACADEMY, MAINTAINED, file, (number,), TODAY, Carrier.LAN)
        assert decisions.decide(question, purposes(), classes(), [made], schemas()).reasons == reasons


def test_a_value_that_speaks_of_an_offence_gives_its_item_the_class() -> None:
    ground = Item("SchoolHistory/School/RemovalGrounds")
    file = document(pupil(1, "UPN", ground))
    stated = replace(P06, art10=None)
    made = agreement(ACADEMY, MAINTAINED, stated, "UPN", "SchoolHistory/*", purpose="P04")
    question = Question(PurposeCode("P04"), ACADEMY, MAINTAINED, file, (1,), TODAY, Carrier.LAN)
    assert decisions.decide(question, purposes(), classes(), [made], schemas()).reasons == ()
    lifted = replace(question, lifted=frozenset({(ground, Class.CR)}))
    assert decisions.decide(lifted, purposes(), classes(), [made], schemas()).reasons == (Code.NO_ARTICLE_10,)


def test_a_value_that_stays_behind_makes_nothing_criminal() -> None:
    ground = Item("SchoolHistory/School/RemovalGrounds")
    file = document(pupil(1, "UPN", ground))
    made = agreement(ACADEMY, MAINTAINED, replace(P06, art10=None), "UPN", purpose="P04")
    lifted = frozenset({(ground, Class.CR)})
    question = Question(PurposeCode("P04"), ACADEMY, MAINTAINED, file, (1,), TODAY, Carrier.LAN, lifted=lifted)
    assert decisions.decide(question, purposes(), classes(), [made], schemas()).outcome is Outcome.RELEASE


def test_an_item_without_a_class_stops_everything() -> None:
    table = {key: row for key, row in classes().items() if key != (Kind.CTF, "UPN")}
    question = Question(PurposeCode("P04"), MAINTAINED, ACADEMY, document(pupil(1)), (1,), TODAY, Carrier.LAN)
    with pytest.raises(ValueError, match="no class"):
        decisions.decide(question, purposes(), table, [], schemas())


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"purpose": PurposeCode("P99")}, Code.NO_PURPOSE),
        ({"document": document(pupil(1), version="3.0")}, Code.WRONG_VERSION),
        ({"recipient": partner(PartnerKind.COUNCIL, area="909", last=date(2023, 3, 31))}, Code.NO_RECIPIENT),
        ({"discloser": partner(PartnerKind.COUNCIL, area="909", last=date(2023, 3, 31))}, Code.NO_PURPOSE),
    ],
)
def test_what_is_not_there_gets_nothing(changed: dict[str, Any], reason: Code) -> None:
    made = agreement(KENT, MEDWAY, P06, "UPN")
    also = replace(
        made,
        senders=(Party(PartnerId("council-909")),),
        signatories=(*made.signatories, replace(made.signatories[0], party=Party(PartnerId("council-909")))),
    )
    assert _kent_to_medway(made, replace(also, name="also"), **changed).reasons == (reason,)


def test_a_team_is_covered_by_what_its_council_agreed_and_another_council_is_not() -> None:
    made = agreement(ACADEMY, KENT, P06, "UPN", purpose="P05")
    file = document(pupil(1))
    asked = Question(PurposeCode("P05"), ACADEMY, CME, file, (1,), TODAY, Carrier.LAN)
    assert decisions.decide(asked, purposes(), classes(), [made], schemas()).outcome is Outcome.RELEASE
    elsewhere = replace(asked, recipient=ESSEX)
    assert decisions.decide(elsewhere, purposes(), classes(), [made], schemas()).reasons == (Code.NO_AGREEMENT,)


def test_every_school_that_a_council_serves_is_a_party_that_can_be_named() -> None:
    made = agreement(ACADEMY, ACROSS, replace(P06, art10=None), "UPN", purpose="P04")
    schools = Party(KENT.id, schools=True)
    everyone = replace(
        made,
        senders=(schools,),
        signatories=tuple(
            replace(one, party=party)
            for one, party in zip(made.signatories, (schools, made.recipients[0]), strict=True)
        ),
    )
    asked = Question(PurposeCode("P04"), ACADEMY, ACROSS, document(pupil(1)), (1,), TODAY, Carrier.S2S)
    assert decisions.decide(asked, purposes(), classes(), [everyone], schemas()).outcome is Outcome.RELEASE
    stranger = replace(asked, discloser=partner(PartnerKind.ACADEMY, area="887"))
    assert decisions.decide(stranger, purposes(), classes(), [everyone], schemas()).reasons == (Code.NO_AGREEMENT,)


def test_an_emergency_about_more_than_one_child_is_decided_child_by_child() -> None:
    one_off = OneOff(Stated(Basis.A6D), ("UPN",), PersonId("o.officer"))
    decision = _kent_to_medway(children=2, one_off=one_off)
    assert decision.reasons == (Code.NO_AGREEMENT,)


def test_a_form_tells_enough_of_each_child_and_not_of_them_together() -> None:
    enough = ("UPN", "Surname", "Forename", "DOB", "Address/PostCode")
    form = OneOff(P06, enough, PersonId("o.officer"), siblings=True)
    cleared = decisions.Clearance(frozenset({Code.SECOND_PERSON}), by=(PersonId("s.second"),))
    asked = Question(
        PurposeCode("P06"), KENT, MEDWAY, document(pupil(1, *enough), pupil(2, *enough)), (1, 2), TODAY, Carrier.AS4,
        one_off=form, clearance=cleared,
    )  # fmt: skip
    assert decisions.decide(asked, purposes(), classes(), (), schemas()).outcome is Outcome.RELEASE
    less = replace(asked, document=document(pupil(1, *enough), pupil(2, "UPN", "Surname")))
    assert decisions.decide(less, purposes(), classes(), (), schemas()).reasons == (Code.MINIMUM_ITEMS,)


def test_a_destination_that_nobody_can_be_found_for_is_refused_with_its_reason() -> None:
    nobody = Destination(PurposeCode("P04"), MAINTAINED.id, None, (1, 2), Code.NO_RECIPIENT)
    decision = decisions.refused(nobody, Code.NO_RECIPIENT)
    assert (decision.outcome, decision.reasons) == (Outcome.REFUSE, (Code.NO_RECIPIENT,))
    assert (decision.recipient, decision.pupils, decision.allowed) == (None, (1, 2), frozenset())
