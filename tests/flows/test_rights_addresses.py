"""An address that is wrong is put right in whichever shape it went, and who is not sure asks which one is meant."""

import re

import pytest

from gateway.core.errors import Code, Refusal
from gateway.core.facts import RightsKind, RightsStep, TaskKind, parse_line
from gateway.core.sample import SampleFile
from gateway.core.terms import Item, Kind, Outcome, ParcelId, RequestId
from gateway.flows import casework
from gateway.flows.rights import meaning, ours, requests, settling, telling
from tests.flows.test_rights_chased import GOVERNANCE, POSTCODE, THEIRS, WHY, asked, carry, noticed, refusal_of, shelved
from tests.flows.watch import OFFICER, values
from tests.simulator import ACADEMY, MEDWAY, TIDEWAY, World, leavers

__all__ = ["noticed"]
LANE = "Saltpan Crescent"
IN_PARTS = b"""<Address><BS7666Address><SAON>Flat 13</SAON><PAON> 169   </PAON><Street>Saltpan Crescent</Street>
<Locality>The Sallows</Locality><Town>Harrowmouth</Town></BS7666Address><PostCode>%s</PostCode>"""
STREET = Item("Address/BS7666Address/Street")


def in_parts(world: World, made: SampleFile, postcode: str = POSTCODE) -> None:
    """The child's school hands in a file in which the notice's last address stands in parts."""
    file = leavers(pupils=1, seed=5)
    content = file.content.replace(values(file.content, "UPN")[0], values(made.content, "UPN")[0])
    mine = IN_PARTS % postcode.encode()
    world.upload(re.sub(rb"<Address>.*?</PostCode>", mine, content, count=1, flags=re.DOTALL), file.name)


def wanted(world: World, made: SampleFile, was: str = "") -> RequestId:
    """Somebody shows that the street is wrong, and who they are."""
    kent, at = world.kent, world.clock()
    wish = asked(kent, made, RightsKind.RECTIFICATION, item=STREET, correction="Saltpan Road", was=was)
    request = requests.open_request(kent.gateway, OFFICER, wish, at)
    for step in (RightsStep.IDENTITY_SHOWN, RightsStep.RESPONSIBILITY_SHOWN):
        requests.step(kent.gateway, kent.store, OFFICER, request, step, WHY, at)
    return request


def grant(world: World, request: RequestId) -> int:
    kent = world.kent
    return ours.grant(kent.gateway, kent.store, GOVERNANCE, request, WHY, world.clock(), without_child=True)[1]


def test_an_address_is_put_right_in_the_other_shape_too_at_every_past_recipient(
    noticed: tuple[World, SampleFile],
) -> None:
    world, made = noticed
    kent = world.kent
    in_parts(world, made)
    request = wanted(world, made)
    assert grant(world, request) == 3, "the school's file and both copies of the notice"
    told = telling.send(kent.gateway, kent.store, GOVERNANCE, request, world.clock())
    assert {(one.reader, one.outcome) for one in told} == {
        (TIDEWAY, Outcome.RELEASE), (MEDWAY, Outcome.RELEASE), (ACADEMY, Outcome.RELEASE),
    }  # fmt: skip
    carry(world)
    for task in [one for one in world.medway.store.tasks([MEDWAY]) if one.kind is TaskKind.RIGHTS_NOTICE]:
        settling.apply(world.medway.gateway, world.medway.store, THEIRS, ParcelId(task.subject), world.clock())
    (copy,) = shelved(world.medway, Kind.NOTICE)
    _, collected = casework.collect(world.medway.gateway, THEIRS, copy, world.clock())
    child, *parents = values(collected, "AddressLine1")
    assert child == b"Flat 13 169 Saltpan Road" and child not in parents, "where a parent lives is another fact"


def test_which_one_is_meant_can_be_said_and_then_it_is_done(noticed: tuple[World, SampleFile]) -> None:
    """Nobody is sure that an address without a postcode is the same: a person is asked, and answers."""
    world, made = noticed
    kent = world.kent
    in_parts(world, made, postcode="")
    request = wanted(world, made)
    assert refusal_of(lambda: grant(world, request)) is Code.WHICH_ONE
    case = requests.found(kent.gateway, kent.store, OFFICER, request)
    known = meaning.look(kent.gateway, kent.store, OFFICER, case, world.clock())
    assert [one.text.split(", ")[0] for one in known] == [LANE, "Flat 13 169 Saltpan Crescent"]
    assert parse_line([*kent.store.lines()][-1])["fact"] == "ChildLooked"
    with pytest.raises(Refusal) as refusal:
        meaning.say(kent.gateway, kent.store, OFFICER, case, [], WHY, world.clock())
    assert refusal.value.code is Code.WHICH_ONE
    case = meaning.say(kent.gateway, kent.store, OFFICER, case, known, WHY, world.clock())
    assert case.asked.was == LANE and [one.step for one in case.steps][-1] is RightsStep.MEANING_SAID
    assert grant(world, request) == 3
    again = telling.concerned(kent.gateway, kent.store, requests.found(kent.gateway, kent.store, OFFICER, request))
    assert {one.reader for one in again} == {MEDWAY, ACADEMY, TIDEWAY}
    assert not [one for one in (LANE, "Saltpan Road") if one.encode() in b"".join(kent.store.lines())]


def test_who_was_told_another_street_under_that_name_has_nothing_to_put_right(
    noticed: tuple[World, SampleFile],
) -> None:
    world, made = noticed
    kent = world.kent
    in_parts(world, made)
    request = wanted(world, made, was="Another Street")
    assert grant(world, request) == 0, "nothing of ours says so"
    case = requests.found(kent.gateway, kent.store, OFFICER, request)
    assert telling.concerned(kent.gateway, kent.store, case) == ()
