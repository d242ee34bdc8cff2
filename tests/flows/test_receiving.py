"""What partners tell us is held against our own law and agreements: kept, cut, sent back, or put before a person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from gateway.core import as4, documents, sample
from gateway.core.agreements import Status
from gateway.core.delivery import State
from gateway.core.documents.messages.words import Urgency
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Excuse, TaskKind
from gateway.core.forms import decision
from gateway.core.law import Schedule1
from gateway.core.partners import Channel, Partner, PartnerKind
from gateway.core.records import Person, Record
from gateway.core.sample import SampleFile
from gateway.core.terms import DisclosureId, Kind, LaEstab, PartnerId, Period, PurposeCode
from gateway.flows import casework, dispatch, holds
from gateway.flows.situations import Extra
from tests.flows.test_one_offs import ENOUGH, FORM
from tests.flows.test_receive import errors_in, resealed, take
from tests.flows.watch import (
    GOVERNANCE,
    OFFICER,
    THEIR_OFFICER,
    WHY,
    case_of,
    codes,
    decisions_of,
    hand_in,
    lines,
    opened,
    read,
    with_desk,
)  # fmt: skip
from tests.simulator import KENT, MEDWAY, NOON, World, agreement, rulebook

KENTS, MEDWAYS = LaEstab("886LLLL"), LaEstab("887LLLL")
COMPANY, POLICE = PartnerId("attendance-plus"), PartnerId("police-medway")
P06, P07 = PurposeCode("P06"), PurposeCode("P07")
THEIR_GOVERNANCE = replace(GOVERNANCE, organisation=MEDWAY)
NOTICE = sample.notice(2, KENTS, MEDWAYS, NOON.replace(tzinfo=None), 2)


def an_enquiry(**heading: Any) -> SampleFile:
    made = sample.message(Kind.ENQUIRY, 1, KENTS, MEDWAYS, NOON)
    value = documents.value(read(made))
    return SampleFile(made.name, documents.write(replace(value, heading=replace(value.heading, **heading))))


def tell(world: World, made: SampleFile, purpose: str = "P06", sender: PartnerId = KENT, to: PartnerId = MEDWAY) -> Any:
    """Bring a message that some other product sent, without our own checks on the way out."""
    properties = (("originalSender", sender), ("finalRecipient", to), ("purpose", purpose))
    part = as4.Part(made.content, "application/xml", made.name)
    named = f"{made.name}.{purpose}.{sender}@kent"
    closed = resealed(world, named, b"", sender=as4.Party(sender), properties=properties, parts=(part,))
    return take(world, *closed)


def receipted(response: Any) -> bool:
    return b"NonRepudiationInformation" in response.body


def kept(world: World, reader: PartnerId = MEDWAY) -> list[SampleFile]:
    found = world.medway.store.shelved_for([reader])
    return [SampleFile(*opened(world.medway, one.parcel.sealed)) for one in found]


def withdraw(world: World) -> None:
    world.medway.store.adopt(agreement(status=Status.WITHDRAWN), Record(()))


def test_what_a_public_body_tells_us_without_an_agreement_is_kept_and_looked_at_today(either: World) -> None:
    withdraw(either)
    assert receipted(tell(either, NOTICE))
    (line,) = lines(either.medway, "MessageReceived")
    assert line["unagreed"] is True and "agreement" not in line
    (shelved,) = either.medway.store.shelved_for([MEDWAY])
    (task,) = either.medway.store.tasks([MEDWAY])
    assert (task.kind, task.subject) == (TaskKind.UNAGREED, shelved.parcel.id)
    assert task.due.isoformat() == "2026-11-03T23:59:00+00:00"
    holds.look_at(either.medway.gateway, either.medway.store, THEIR_OFFICER, task.id, either.clock())
    assert either.medway.store.tasks([MEDWAY]) == []


def test_what_comes_under_our_agreement_is_nobodys_task(world: World) -> None:
    assert receipted(tell(world, NOTICE))
    (line,) = lines(world.medway, "MessageReceived")
    assert (line["agreement"], "unagreed" in line) == (agreement().ref, False)
    assert world.medway.store.tasks([MEDWAY]) == []


def test_an_enquiry_is_owed_by_no_statute_because_an_answer_would_be(world: World) -> None:
    withdraw(world)
    assert receipted(tell(world, an_enquiry(), "P07"))
    (line,) = lines(world.medway, "MessageReceived")
    assert line["unagreed"] is True


def company(world: World) -> None:
    """A firm that connects with Kent's keys, so that only what it is makes the difference."""
    record = world.medway.store.register().directory.get(KENT)
    firm = Partner(
        COMPANY,
        PartnerKind.PROCESSOR,
        "Attendance Plus",
        Period(date(2020, 1, 1)),
        Channel.AS4,
        endpoint=record.endpoint,
        certificates=record.certificates,
    )
    world.medway.store.enlist([firm], Record(()))


@pytest.mark.parametrize("purpose", ["P24", "P32", "P00"])
def test_a_private_company_tells_nothing_without_an_agreement_but_what_a_childs_welfare_needs(
    world: World, purpose: str
) -> None:
    company(world)
    refused = tell(world, NOTICE, purpose, COMPANY)
    assert not receipted(refused)
    assert f"{Code.NO_AGREEMENT}:" in " ".join(errors_in(world, refused))
    assert kept(world) == [] and lines(world.medway, "MessageRefused")[-1]["code"] == Code.NO_AGREEMENT
    assert receipted(tell(world, NOTICE, "P08", COMPANY)), "a trace of a missing child is heard"
    assert lines(world.medway, "MessageReceived")[-1]["unagreed"] is True


def test_items_beyond_our_agreement_are_not_kept_and_named_in_the_line(world: World) -> None:
    items = dict(rulebook().purposes[P06].items)
    few = {**items, Kind.NOTICE: ("Surname", "Forename", "DOB", "UPN", "Sex", "LastSchool/*", "LastSeen")}
    narrow = agreement(version=2, items=tuple(few.items()), mandatory=())
    world.medway.store.adopt(narrow, Record(()))
    assert b"<Contacts>" in NOTICE.content and b"<LastAddress>" in NOTICE.content
    assert receipted(tell(world, NOTICE))
    (line,) = lines(world.medway, "MessageReceived")
    assert {item.partition("/")[0] for item in line["left_out"]} >= {"Contacts", "LastAddress"}
    (rested,) = kept(world)
    assert b"<LastSchool>" in rested.content
    assert not [one for one in (b"<Contacts>", b"<LastAddress>", b"PhoneNo>07") if one in rested.content]
    assert set(read(rested).items).isdisjoint(line["left_out"])
    assert b"<LastAddress>" not in b"".join(one.content for one in kept(world))


def test_a_request_without_a_power_goes_back_and_nothing_of_it_is_kept(world: World) -> None:
    refused = tell(world, an_enquiry(power="UK GDPR Article 6", urgency=Urgency.ROUTINE), "P07")
    assert f"{Code.REQUEST_INCOMPLETE}:" in " ".join(errors_in(world, refused))
    assert kept(world) == []
    (line,) = lines(world.medway, "MessageRefused")
    assert line["code"] == Code.REQUEST_INCOMPLETE


@pytest.mark.parametrize("urgency", [Urgency.SAME_DAY, Urgency.IMMEDIATE])
def test_an_urgent_one_goes_to_a_person_at_once_instead(world: World, urgency: Urgency) -> None:
    assert receipted(tell(world, an_enquiry(power="none", urgency=urgency), "P07"))
    (task,) = [one for one in world.medway.store.tasks([MEDWAY]) if one.kind is TaskKind.REQUEST]
    assert task.due.isoformat() == "2026-11-03T23:59:00+00:00"
    assert len(kept(world)) == 1


# -- passing on -------------------------------------------------------------------------------------------------------


SOCIAL_CARE = PartnerId("council-887-social-care")
FILLED = replace(
    FORM,
    discloser=MEDWAY,
    on_request=False,
    items=ENOUGH,
    basis=replace(FORM.basis, sch1=Schedule1.S1P18),
)


@pytest.fixture
def told(world: World) -> World:
    """Medway has a notice from Kent, and knows the police, by their inbox."""
    police = Partner(POLICE, PartnerKind.POLICE, "Police", Period(date(2020, 1, 1)), Channel.INBOX, served_by=MEDWAY)
    world.medway.store.enlist([police], Record(()))
    with_desk(world, MEDWAY)
    hand_in(world, NOTICE, sender=KENT)
    dispatch.send_due(world.kent.gateway)
    return world


def forwarded(world: World, to: PartnerId, purpose: str) -> dict[str, Any]:
    (shelved,) = [one for one in world.medway.store.shelved_for([MEDWAY]) if one.parcel.received]
    filled = replace(FILLED, recipient=to, purpose=PurposeCode(purpose), child=case_of(NOTICE))
    extra = Extra(THEIR_OFFICER, to, PurposeCode(purpose), decision.to_toml(filled))
    plan = casework.forward(world.medway.gateway, MEDWAY, shelved.parcel.id, world.clock(), extra)
    return decisions_of(plan)[0]


def release(world: World, person: Person, about: str, *excuses: Excuse) -> object:
    gateway, store = world.medway.gateway, world.medway.store
    return holds.release(gateway, store, person, DisclosureId(about), WHY, world.clock(), excuses)


def test_what_another_told_us_goes_on_only_when_somebody_says_what_excuses_it(told: World) -> None:
    made = forwarded(told, POLICE, "P13")
    assert (made["outcome"], Code.ONWARD in codes(made)) == ("hold", True), codes(made)
    decided = told.medway.store.decided(DisclosureId(made["disclosure"]))
    assert decided is not None and decided.origin is not None
    came = told.medway.store.parcel(decided.origin)
    assert came is not None and came.parcel.discloser == KENT, "the hold names the source"
    about = made["disclosure"]
    assert refusal_of(lambda: release(told, THEIR_GOVERNANCE, about)) is Code.REASON_WANTED
    assert refusal_of(lambda: release(told, THEIR_GOVERNANCE, about, Excuse.LEGAL_CLAIM)) is Code.REASON_WANTED
    assert refusal_of(lambda: release(told, THEIR_OFFICER, about, Excuse.FAMILY_ASKED)) is Code.NOT_ALLOWED
    assert release(told, THEIR_GOVERNANCE, about, Excuse.FAMILY_ASKED) is not None
    (line,) = lines(told.medway, "DisclosureReleased")
    assert (line["excuse"], line["stands_on"]) == (Excuse.FAMILY_ASKED, "one-off")
    assert "agent" not in line, "the home discloses what it passes on"


def test_our_own_team_uses_it_for_another_purpose_only_when_somebody_excuses_that_too(told: World) -> None:
    made = forwarded(told, SOCIAL_CARE, "P31")
    assert made["outcome"] == "hold" and Code.ONWARD in codes(made), codes(made)
    release(told, THEIR_GOVERNANCE, made["disclosure"], Excuse.SERIOUS_HARM)
    (line,) = lines(told.medway, "DisclosureReleased")
    assert line["excuse"] == Excuse.SERIOUS_HARM


def test_nobody_passes_on_what_they_were_not_told(told: World) -> None:
    (sent,) = told.kent.store.parcels_in([State.DELIVERED], 9)
    extra = Extra(OFFICER, PartnerId("council-888"), P06)
    forward = partial(casework.forward, told.kent.gateway, KENT, sent.parcel.id, NOON, extra)
    assert refusal_of(forward) is Code.NOT_FOUND, "it told that itself"


def refusal_of(act: Callable[[], object]) -> Code:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code
