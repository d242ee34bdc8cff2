"""A correction of a correction: everybody is told by what was sent to them last, and erasing leaves no version behind."""

import pytest

from gateway.core.errors import Fault
from gateway.core.facts import RightsKind, RightsStep, TaskKind
from gateway.core.sample import SampleFile
from gateway.core.terms import Item, Kind, Outcome, ParcelId
from gateway.flows import casework
from gateway.flows.rights import ours, requests, settling, telling
from tests.flows.test_rights_chased import (
    GOVERNANCE,
    POSTCODE,
    RIGHT,
    THEIRS,
    WHY,
    WRONG,
    asked,
    carry,
    noticed,
    shelved,
    told_medway,
)
from tests.flows.watch import OFFICER, values
from tests.simulator import ACADEMY, MEDWAY, TIDEWAY, World, leavers

__all__ = ["noticed"]
AGAIN = "ZZ99 4DD"
ADDRESS = Item("Address/PostCode")


def hand_in_of(world: World, made: SampleFile) -> None:
    """The child's school hands in a file: the same postcode under another name than the council's notice has it."""
    file = leavers(pupils=1, seed=5)
    content = file.content.replace(values(file.content, "UPN")[0], values(made.content, "UPN")[0])
    world.upload(content.replace(values(file.content, "PostCode")[0], POSTCODE.encode(), 1), file.name)


def put_right(world: World, made: SampleFile, right: str, was: str = "") -> list[tuple[str, str | None, str]]:
    """Somebody shows that it is wrong; it is granted, told and applied at Medway. Who was told, of what, and what
    stood there.
    """
    kent, medway, at = world.kent, world.medway, world.clock.on(days=1)
    wish = asked(kent, made, RightsKind.RECTIFICATION, item=ADDRESS, correction=right, was=was)
    request = requests.open_request(kent.gateway, OFFICER, wish, at)
    for step in (RightsStep.IDENTITY_SHOWN, RightsStep.RESPONSIBILITY_SHOWN):
        requests.step(kent.gateway, kent.store, OFFICER, request, step, WHY, at)
    ours.grant(kent.gateway, kent.store, GOVERNANCE, request, WHY, at, without_child=True)
    case = requests.found(kent.gateway, kent.store, OFFICER, request)
    found = telling.concerned(kent.gateway, kent.store, case)
    sent = telling.send(kent.gateway, kent.store, GOVERNANCE, request, world.clock())
    assert {one.outcome for one in sent} == {Outcome.RELEASE}
    carry(world)
    for task in [one for one in medway.store.tasks([MEDWAY]) if one.kind is TaskKind.RIGHTS_NOTICE]:
        settling.apply(medway.gateway, medway.store, THEIRS, ParcelId(task.subject), world.clock())
    return sorted((one.reader, told.item, told.was) for one in found for told in one.told)


@pytest.mark.parametrize("was", ["", RIGHT])
def test_a_second_correction_is_told_by_what_the_first_one_left(noticed: tuple[World, SampleFile], was: str) -> None:
    world, made = noticed
    hand_in_of(world, made)
    first = put_right(world, made, RIGHT)
    assert first == [(MEDWAY, WRONG, POSTCODE), (ACADEMY, WRONG, POSTCODE), (TIDEWAY, ADDRESS, "")]
    second = put_right(world, made, AGAIN, was)
    assert second == [(MEDWAY, WRONG, RIGHT), (ACADEMY, WRONG, RIGHT), (TIDEWAY, ADDRESS, was)]
    (copy,) = shelved(world.medway, Kind.NOTICE)
    _, collected = casework.collect(world.medway.gateway, THEIRS, copy, world.clock())
    assert values(collected, "PostCode")[0].decode() == AGAIN


def test_what_is_told_late_is_told_by_what_stood_there_when_it_was_granted(
    noticed: tuple[World, SampleFile],
) -> None:
    world, made = noticed
    hand_in_of(world, made)
    put_right(world, made, RIGHT)
    (request,) = [one.id for one in world.kent.store.rights_requests([world.kent.home])]
    put_right(world, made, AGAIN)
    case = requests.found(world.kent.gateway, world.kent.store, OFFICER, request)
    found = telling.concerned(world.kent.gateway, world.kent.store, case)
    assert {told.was for one in found for told in one.told} == {POSTCODE, ""}


def test_what_is_erased_leaves_no_version_behind(noticed: tuple[World, SampleFile]) -> None:
    world, made = noticed
    medway = world.medway
    (copy,) = shelved(medway, Kind.NOTICE)
    hand_in_of(world, made)
    for right in (RIGHT, AGAIN, "ZZ99 5EE"):
        put_right(world, made, right)
    world.clock.on(days=1)
    notice = told_medway(world, made, RightsKind.ERASURE, by_hand=True)
    settling.apply(medway.gateway, medway.store, THEIRS, notice, world.clock())
    rows = medway.store.rights_copies(copy)
    assert [one.right for one in rows] == [*[RightsKind.RECTIFICATION] * 3, RightsKind.ERASURE]
    for version in {one.before for one in rows}:
        with pytest.raises(Fault):
            medway.store.kept(version)
