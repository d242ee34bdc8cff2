"""The way of one leaver file, from the school's hand to the next school's shelf."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.core import sample
from gateway.core.delivery import State
from gateway.core.errors import Code
from gateway.core.facts import parse_line
from gateway.core.partners import Agency, Channel, ContractRef, Partner, PartnerKind
from gateway.core.records import Record
from gateway.core.terms import LaEstab, PartnerId, Period
from gateway.flows import casework, dispatch, intake
from tests.simulator import (
    ACADEMY,
    KENT,
    LARKMERE,
    MEDWAY,
    NOON,
    NUMBERS,
    OFFICER,
    TIDEWAY,
    Side,
    World,
    busy,
    leavers,
    lost_answer,
    refused,
)


def lines(side: Side) -> list[dict[str, object]]:
    return [parse_line(line) for line in side.store.lines()]


def facts(side: Side) -> list[str]:
    """But for what is watched for, which has laws of its own."""
    known = ("AgreementRecorded", "WatchOpened")
    return [str(line["fact"]) for line in lines(side) if line["fact"] not in known]


def answer_of(plan: intake.Plan) -> dict[str, object]:
    return dict(json.loads(plan.answer))


def decisions_of(plan: intake.Plan) -> list[dict[str, Any]]:
    return list(json.loads(plan.answer)["decisions"])


def test_next_school_finds_on_its_shelf_what_may_go_and_nothing_more(either: World) -> None:
    made = leavers(pupils=3)
    assert b"<SuppInfo>" in made.content and b"Religion" in made.content
    either.upload(made.content, made.name)
    (sent,) = dispatch.send_due(either.kent.gateway)
    assert sent.counted
    (shelved,) = either.medway.store.shelved_for([TIDEWAY])
    rested = either.medway.vault.open_kept(either.medway.store.kept(shelved.parcel.sealed))
    assert b"<UPN>" in rested and b"SuppInfo" not in rested and b"Religion" not in rested
    assert rested.startswith(made.name.encode())


def test_the_log_knows_before_a_byte_leaves(world: World) -> None:
    known: list[list[str]] = []

    def look(deliver: object) -> object:
        known.append(facts(world.kent))
        return deliver()  # type: ignore[operator]

    world.wire.faults.append(look)  # type: ignore[arg-type]
    world.leavers()
    dispatch.send_due(world.kent.gateway)
    assert known == [["UploadAccepted", "DisclosureReleased", "ParcelSealed", "AttemptStarted"]]
    assert facts(world.kent)[-1] == "ParcelDelivered"


def test_no_line_names_a_child_a_school_or_an_officer(world: World) -> None:
    made = leavers(pupils=5)
    world.upload(made.content, made.name)
    dispatch.send_due(world.kent.gateway)
    (shelved,) = world.medway.store.shelved_for([TIDEWAY])
    upns = [part.split(b"<")[0] for part in made.content.split(b"<UPN>")[1:]]
    surnames = [part.split(b"<")[0] for part in made.content.split(b"<Surname>")[1:]]
    written = b"\n".join([*world.kent.store.lines(), *world.medway.store.lines()])
    assert len(upns) == 5
    assert not [secret for secret in (*upns, *surnames, NUMBERS[TIDEWAY].encode()) if secret in written]
    assert shelved.parcel.reader.encode() not in written


@pytest.mark.parametrize("fault", [refused, lost_answer, busy])
def test_whatever_fails_the_same_bytes_go_again_and_are_delivered_once(world: World, fault: object) -> None:
    world.leavers()
    world.wire.faults.append(fault)  # type: ignore[arg-type]
    (first,) = dispatch.send_due(world.kent.gateway)
    assert type(first.fact).__name__ == "ParcelDeferred"
    assert dispatch.send_due(world.kent.gateway) == []
    world.clock.on(seconds=13)
    (second,) = dispatch.send_due(world.kent.gateway)
    assert type(second.fact).__name__ == "ParcelDelivered"
    assert world.wire.carried[0] == world.wire.carried[1]
    assert len(world.medway.store.shelved_for([TIDEWAY])) == 1


def test_same_bytes_from_the_same_school_get_the_same_answer_and_no_second_disclosure(world: World) -> None:
    made = leavers()
    first = world.upload(made.content, made.name)
    world.clock.on(days=40)
    again = world.upload(made.content, made.name)
    assert again.answer == first.answer and again.record.facts == ()
    assert facts(world.kent).count("DisclosureReleased") == 1


def test_file_with_an_error_is_refused_whole_and_nothing_of_it_is_kept(world: World) -> None:
    made = leavers(faults=(sample.Mistake.UPN_CHECK_LETTER,))
    plan = world.upload(made.content, made.name)
    answer = answer_of(plan)
    assert plan.refusal is Code.FINDINGS and answer["outcome"] == "refused"
    assert plan.record.kept == () and plan.record.parcels == () and plan.record.answer is None
    assert facts(world.kent) == ["UploadRefused"]
    assert sum(world.kent.store.counts().values()) == 0


def test_ready_pupils_go_by_explicit_choice_and_the_others_stay(world: World) -> None:
    made = leavers(pupils=3, faults=(sample.Mistake.UPN_CHECK_LETTER,))
    plan = world.upload(made.content, made.name, ready=True)
    (accepted,) = [line for line in lines(world.kent) if line["fact"] == "UploadAccepted"]
    assert plan.refusal is None
    assert (accepted["fact"], accepted["pupils"], accepted["left_out"]) == ("UploadAccepted", 2, 1)


def test_another_schools_file_is_refused(world: World) -> None:
    made = leavers()
    plan = world.upload(made.content, made.name, ACADEMY)
    assert plan.refusal is Code.NOT_YOUR_FILE
    assert facts(world.kent) == ["UploadRefused"]


def test_maintained_school_owes_the_file_and_needs_no_agreement(world: World) -> None:
    world.leavers()
    (line,) = [line for line in lines(world.kent) if line["fact"] == "DisclosureReleased"]
    assert (line["duty"], line["article6"], line["power"]) == (True, "A6C", "PIR05 reg 9(3)")
    assert "agreement" not in line and line["carrier"] == "as4"


def test_academy_needs_an_agreement_and_the_refusal_is_logged(world: World) -> None:
    made = leavers(source=NUMBERS[ACADEMY])
    plan = world.upload(made.content, made.name, ACADEMY)
    (decision,) = decisions_of(plan)
    assert decision["outcome"] == "refuse"
    assert [reason["code"] for reason in decision["reasons"]] == [Code.NO_AGREEMENT]
    assert facts(world.kent) == ["UploadAccepted", "DisclosureRefused"]
    assert sum(world.kent.store.counts().values()) == 0


def test_unknown_destination_goes_to_the_councils_own_team_and_collection_is_logged_first(world: World) -> None:
    world.leavers(dest=LaEstab("XXXXXXX"), pupils=1)
    kent = world.kent
    (row,) = casework.shelf(kent.gateway, OFFICER)
    assert row.purpose == "P05" and row.words == "waiting to be collected"
    name, content = casework.collect(kent.gateway, OFFICER, row.parcel, NOON)
    assert name.endswith("_CTF_XXXXXXX_001.xml") and content.startswith(b"<?xml")
    assert facts(kent)[-1] == "ParcelCollected"
    assert kent.store.counts() == {State.COLLECTED: 1}


def test_officer_of_another_council_is_not_even_told_that_a_file_exists(world: World) -> None:
    from dataclasses import replace

    from gateway.core.errors import Refusal

    world.leavers(dest=LaEstab("XXXXXXX"), pupils=1)
    (row,) = casework.shelf(world.kent.gateway, OFFICER)
    stranger = replace(OFFICER, organisation=MEDWAY)
    with pytest.raises(Refusal) as refusal:
        casework.collect(world.kent.gateway, stranger, row.parcel, NOON)
    assert refusal.value.code is Code.NOT_FOUND
    assert "ParcelCollected" not in facts(world.kent)


def test_council_in_whose_care_the_child_is_gets_a_few_items_and_never_the_whole_file(world: World) -> None:
    plan = world.leavers(care_authority="887", dest=NUMBERS[ACADEMY])
    transfer, told = decisions_of(plan)
    assert (transfer["purpose"], told["purpose"]) == ("P04", "P06")
    assert told["pupils"] == [1] and told["agreement"] == "kent-medway-cme.v1"
    assert "Attendance/YearData/Year" in told["withheld"] and "Surname" in told["shared"]
    assert set(told["shared"]) < set(transfer["shared"])


def test_receipt_carries_the_newest_checkpoint_and_the_gateways_signature(world: World) -> None:
    from gateway.core.log import note

    world.kent.store.publish(NOON, world.kent.vault)
    receipt = str(answer_of(world.leavers())["receipt"])
    opened = note.open_note(receipt, [note.parse_vkey(world.kent.vault.vkey)])
    assert opened.text.startswith("gateway-receipt/v1\nhome council-886\nsender school-8864321\n")
    checkpoint = opened.text.rsplit("checkpoint ", 1)[1].strip()
    import base64

    assert base64.b64decode(checkpoint).decode() == world.kent.store.newest_checkpoint()


def test_more_than_five_hundred_children_become_several_lines(world: World) -> None:
    world.leavers(pupils=501, partial=True)
    released = [line for line in lines(world.kent) if line["fact"] == "DisclosureReleased"]
    assert [len(line["children"]) for line in released] == [500, 1]  # type: ignore[arg-type]


def test_what_a_working_day_has_not_brought_there_stands_on_the_senders_list(world: World) -> None:
    from gateway.flows import enquiry

    world.leavers()
    (soon,) = enquiry.sent(world.kent.gateway, LARKMERE, NOON + timedelta(hours=23))
    (late,) = enquiry.sent(world.kent.gateway, LARKMERE, NOON + timedelta(hours=24))
    assert (soon.overdue, late.overdue) == (False, True)
    assert enquiry.sent(world.kent.gateway, KENT, NOON) == []


def test_officer_names_a_pupils_home_council_and_nobody_guesses_it(world: World) -> None:
    made = leavers(dest=NUMBERS[ACADEMY])
    plan = casework.send(world.kent.gateway, KENT, made.name, made.content, NOON, {2: MEDWAY})
    transfer, told = decisions_of(plan)
    assert (transfer["purpose"], told["purpose"], told["pupils"]) == ("P04", "P06", [2])
    assert told["recipient"] == "Medway"


def test_only_a_home_sends_as_the_council(world: World) -> None:
    from gateway.core.errors import Refusal

    made = leavers()
    with pytest.raises(Refusal) as refusal:
        casework.send(world.kent.gateway, MEDWAY, made.name, made.content, NOON)
    assert refusal.value.code is Code.NOT_ALLOWED


def test_officer_counts_pupils_as_the_file_came_even_when_one_is_left_out(world: World) -> None:
    made = leavers(pupils=3, dest=NUMBERS[ACADEMY], faults=(sample.Mistake.UPN_CHECK_LETTER,))  # pupil 2 is wrong
    plan = casework.send(world.kent.gateway, KENT, made.name, made.content, NOON, {3: MEDWAY}, ready=True)
    transfer, told = decisions_of(plan)
    assert (transfer["pupils"], told["pupils"]) == ([1, 3], [3])
    (standing,) = [one for one in world.kent.store.parcels_in(list(State), 9) if one.parcel.purpose == "P06"]
    sent = dispatch.send_due(world.kent.gateway)
    assert standing.parcel.id in {one.parcel.id for one in sent}
    (shelved,) = world.medway.store.shelved_for([MEDWAY])
    rested = world.medway.vault.open_kept(world.medway.store.kept(shelved.parcel.sealed))
    third = made.content.split(b"<UPN>")[3].split(b"<")[0]
    assert third in rested and rested.count(b"<UPN>") == 1


def test_pupil_who_is_not_in_the_document_cannot_be_named(world: World) -> None:
    made = leavers(pupils=3, faults=(sample.Mistake.UPN_CHECK_LETTER,))
    plan = casework.send(world.kent.gateway, KENT, made.name, made.content, NOON, {2: MEDWAY}, ready=True)
    assert plan.refusal is Code.NOT_FOUND
    assert facts(world.kent) == ["UploadRefused"]


def test_what_nobody_collects_stands_on_the_senders_list_after_a_working_day(world: World) -> None:
    from gateway.flows import enquiry

    world.leavers(dest=NUMBERS[ACADEMY])
    (row,) = enquiry.sent(world.kent.gateway, LARKMERE, NOON + timedelta(days=2))
    assert (row.words, row.overdue) == ("waiting to be collected", True)


def test_zip_is_for_the_sender_to_unpack(world: World) -> None:
    plan = world.upload(b"PK\x03\x04" + b"\0" * 40, "8864321_CTF_8874123_001.xml")
    assert plan.refusal is Code.NOT_A_FILE_WE_KNOW


@pytest.mark.parametrize(
    ("school", "first", "accepted"), [(LARKMERE, -9, True), (LARKMERE, 9, False), (ACADEMY, -9, False)]
)
def test_company_sends_for_a_school_while_it_has_its_contract(
    world: World, school: PartnerId, first: int, *, accepted: bool
) -> None:
    contract = Agency(school, ContractRef("ATT/2026-014"), (NOON + timedelta(days=first)).date())
    kind, always = PartnerKind.ATTENDANCE_COMPANY, Period(date(2020, 1, 1))
    company = Partner(
        PartnerId("company"), kind, "Invented", always, Channel.INBOX, served_by=KENT, agent_of=(contract,)
    )
    world.kent.store.enlist([company], Record(()))
    made = leavers()
    plan = world.upload(made.content, made.name, company.id)
    assert plan.refusal is (None if accepted else Code.NO_CONTRACT)
