"""The way of a school's return to its council: leavers as P01 with their ground, joiners as P02, and never for want of paper."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from gateway import settings
from gateway.core import documents
from gateway.core.agreements import Agreement, Signatory, Status
from gateway.core.documents import Ground, Known, Regulations, formats
from gateway.core.errors import Code
from gateway.core.facts import parse_line
from gateway.core.sample import SampleFile
from gateway.core.terms import Kind, LaEstab, Period
from gateway.edge import registry
from gateway.flows import casework, dispatch
from gateway.flows.situations import parse_named
from tests.simulator import ACADEMY, KENT, LARKMERE, MEDWAY, NOON, NUMBERS, OFFICER, World, agreement, leavers, rulebook

COUNCIL = LaEstab("886LLLL")
MADE, LEFT = datetime(2026, 11, 3, 9, 15), date(2026, 11, 6)  # noqa: DTZ001  (a file has no zone)


def a_return(kind: Kind = Kind.CML, **wish: object) -> SampleFile:
    day = LEFT if kind is Kind.CML else MADE.date()
    return leavers(**{"kind": kind, "dest": COUNCIL, "at": MADE, "leaving": day, **wish})


def decision_of(answer: bytes) -> dict[str, Any]:
    (decision,) = json.loads(answer)["decisions"]
    return dict(decision)


def collected(world: World) -> bytes:
    (row,) = casework.shelf(world.kent.gateway, OFFICER)
    _, content = casework.collect(world.kent.gateway, OFFICER, row.parcel, NOON)
    return content


@pytest.mark.parametrize("school", [LARKMERE, ACADEMY])
def test_leavers_reach_the_council_as_the_return_that_is_owed_with_their_ground(world: World, school: Any) -> None:
    made = a_return(ground="F", source=NUMBERS[school])
    answer = world.upload(made.content, made.name, school).answer
    decision = decision_of(answer)
    stored = {"letter": "F", "regulations": Regulations.OF_2024}
    assert json.loads(answer)["grounds"] == {"1": stored, "2": stored}, "in the set that it belongs to, for ever"
    assert (decision["purpose"], decision["outcome"], decision["duty"]) == ("P01", "release", True)
    assert (decision["recipient"], decision["basis"], decision["agreement"]) == ("Kent", "A6C", None)
    content = collected(world)
    assert content.count(b"<RemovalGrounds>F</RemovalGrounds>") == 2
    assert b"Contacts" in content
    assert b"SuppInfo" not in content
    read = documents.read(made.name, content, rulebook().schemas, rulebook().known.meanings()).document
    assert read is not None
    assert [pupil.ground for pupil in read.pupils] == [Ground("F", Regulations.OF_2024)] * 2


def test_the_return_holds_what_regulation_13_lists_and_no_more(world: World) -> None:
    made = a_return(care_authority="886")
    decision = decision_of(world.upload(made.content, made.name).answer)
    assert {"LookedAfter/InCare", "BasicDetails/Ethnicity"} <= set(decision["withheld"])
    assert {"Surname", "Address/PostCode", "SchoolHistory/School/RemovalGrounds"} <= set(decision["shared"])
    assert not {item.split("/")[0] for item in decision["shared"]} & {"LookedAfter", "SENhistory", "Email", "UCI"}


def test_joiners_reach_the_council_as_the_return_that_is_owed(world: World) -> None:
    made = a_return(Kind.CMJ)
    decision = decision_of(world.upload(made.content, made.name).answer)
    assert (decision["purpose"], decision["outcome"], decision["duty"]) == ("P02", "release", True)
    assert b"<EntryDate>2026-11-03</EntryDate>" in collected(world)


def lapsed() -> Agreement:
    """The agreement of Kent's schools with Kent about leavers, over since the summer."""
    template = registry.agreement_templates(settings.shipped("partners"))["school-council-leavers"]
    parties = (*template.senders, *template.recipients)
    return replace(
        template,
        status=Status.EXPIRED,
        in_force=Period(date(2025, 9, 1), date(2026, 7, 31)),
        signatories=tuple(Signatory(party, "head", date(2025, 9, 1)) for party in parties),
    )


@pytest.mark.parametrize(("kind", "purpose"), [(Kind.CML, "P01"), (Kind.CMJ, "P02")])
def test_a_return_is_never_blocked_because_an_agreement_lapsed(world: World, kind: Kind, purpose: str) -> None:
    world.adopt(lapsed())
    made = a_return(kind, source=NUMBERS[ACADEMY])
    decision = decision_of(world.upload(made.content, made.name, ACADEMY).answer)
    assert (decision["purpose"], decision["outcome"], decision["reasons"]) == (purpose, "release", [])


def test_a_query_does_not_stop_a_return(world: World) -> None:
    made = a_return(leaving=MADE.date() - timedelta(days=30), ground="I")
    plan = world.upload(made.content, made.name)
    assert "CML-LATE-002" in {finding["code"] for finding in json.loads(plan.answer)["findings"]}
    assert decision_of(plan.answer)["outcome"] == "release"


def test_a_return_without_a_ground_is_refused_and_nothing_of_it_is_kept(world: World) -> None:
    made = a_return()
    plan = world.upload(made.content.replace(b"<RemovalGrounds>A</RemovalGrounds>", b""), made.name)
    assert plan.refusal is Code.FINDINGS
    assert {finding["code"] for finding in json.loads(plan.answer)["findings"]} >= {"CML-RET-001"}
    assert plan.record.kept == ()


def test_a_ground_that_tells_of_an_offence_goes_on_its_own_condition_and_the_log_says_so(world: World) -> None:
    def lines() -> list[dict[str, object]]:
        return [line for line in map(parse_line, world.kent.store.lines()) if line["fact"] == "DisclosureReleased"]

    for sequence, letter in enumerate("FJ", 1):
        made = a_return(ground=letter, sequence=sequence)
        world.upload(made.content, made.name)
    plain, detained = lines()
    assert "article10" not in plain
    assert (detained["purpose"], detained["article10"]) == ("P01", "S1P36")


def test_the_letter_of_2006_for_detained_is_another_one() -> None:
    grounds = rulebook().known.formats.grounds
    assert grounds.criminal(Ground("I", Regulations.OF_2006))
    assert not grounds.criminal(Ground("J", Regulations.OF_2006))
    assert not grounds.criminal(Ground("I", Regulations.OF_2024))
    assert not grounds.criminal(None)


def test_another_councils_child_is_told_to_it_from_a_return_too(world: World) -> None:
    """What reaches the other council lacks much of what a school's return needs, and is taken all the same."""
    made = a_return(care_authority="887")
    answer = json.loads(world.upload(made.content, made.name).answer)
    assert [(one["purpose"], one["outcome"]) for one in answer["decisions"]] == [("P01", "release"), ("P06", "release")]
    (sent,) = dispatch.send_due(world.kent.gateway)
    assert sent.counted
    (shelved,) = world.medway.store.shelved_for([MEDWAY])
    name, content = parse_named(world.medway.vault.open_kept(world.medway.store.kept(shelved.parcel.sealed)))
    assert "_CML_" in name
    assert b"RemovalGrounds" not in content
    assert b"<UPN>" in content


def test_a_hint_of_a_court_order_is_asked_about_and_never_sent(world: World) -> None:
    made = a_return(pupils=40, court_orders=True)
    assert b"<CourtOrder>Y</CourtOrder>" in made.content
    plan = world.upload(made.content, made.name)
    assert "CML-FLAG-001" in {finding["code"] for finding in json.loads(plan.answer)["findings"]}
    assert b"CourtOrder" not in collected(world)
    assert KENT in {one.home for one in plan.record.facts}


def test_a_table_that_becomes_stricter_puts_no_other_child_in_the_place_of_one_that_was_accepted(world: World) -> None:
    made = a_return(care_authority="887")
    content = made.content.replace(b"<LeavingReason>IM</LeavingReason>", b"", 1)  # of the first pupil, who is in care
    world.upload(content, made.name)
    world.adopt(agreement(status=Status.SUPERSEDED))
    world.adopt(agreement(2))
    text = (settings.shipped("schemas") / "formats.toml").read_text()
    stricter = text.replace(
        'path = "LeavingReason"\nwithin = "own-school"\ncml = "query"',
        'path = "LeavingReason"\nwithin = "own-school"\ncml = "error"',
    )
    assert stricter != text
    gateway = world.kent.gateway
    rules = replace(gateway.rulebook, known=Known(formats=formats.from_toml(stricter)))
    assert len(documents.read(made.name, content, rules.schemas, rules.known).document.pupils) == 1  # type: ignore[union-attr]
    later = replace(gateway, rulebook=rules)
    for _ in ("withdrawn and sealed anew", "delivered"):
        dispatch.send_due(later)
    (shelved,) = world.medway.store.shelved_for([MEDWAY])
    rested = world.medway.vault.open_kept(world.medway.store.kept(shelved.parcel.sealed))
    first = content.split(b"<UPN>")[1].split(b"<")[0]
    assert first in rested
    assert rested.count(b"<UPN>") == 1


def test_a_release_that_reads_less_of_a_file_sends_nothing_of_it_rather_than_another_child(world: World) -> None:
    made = a_return(care_authority="887")
    world.upload(made.content, made.name)
    world.adopt(agreement(status=Status.SUPERSEDED))
    world.adopt(agreement(2))
    gateway = world.kent.gateway
    second = made.content.split(b"<UPN>")[2].split(b"<")[0]
    xsd = gateway.rulebook.schemas[Kind.CML, "26.0"].xsd
    narrow = documents.build(Kind.CML, xsd.replace(b"[A-Z][0-9]{11}[0-9A-Z]", second))
    schemas = {**gateway.rulebook.schemas, (Kind.CML, "26.0"): narrow}
    later = replace(gateway, rulebook=replace(gateway.rulebook, schemas=schemas))
    for _ in ("withdrawn", "nothing left to send"):
        dispatch.send_due(later)
    assert world.wire.carried == []
    assert world.medway.store.shelved_for([MEDWAY]) == []
