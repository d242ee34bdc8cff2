"""A log line is for ever: whatever is done here, none holds a number, a name, a school, an officer, a flag or a reason."""

from dataclasses import replace

from gateway.core import documents
from gateway.core.documents.sheets import Form
from gateway.core.partners import Channel
from gateway.core.records import Record, Sought
from gateway.core.sample import SampleFile
from gateway.core.terms import Flag, PurposeCode, Upn
from gateway.flows import consents, dispatch, enquiry, flagging, holds
from gateway.flows.consents import Given
from gateway.flows.enquiry import Child
from tests.flows.watch import FIRST, GOVERNANCE, OFFICER, SCHOOL, SECOND, WHY, flag, hand_in, lines, read, with_desk
from tests.simulator import ACADEMY, KENT, LARKMERE, MEDWAY, NUMBERS, TIDEWAY, World, agreement, busy, leavers, refused

ASKED = "Her mother asks to whom we gave it."


def test_nothing_that_people_do_leaves_a_word_in_a_line(world: World) -> None:
    kent, at = world.kent, world.clock
    with_desk(world)
    world.adopt(agreement())
    files = [leavers(pupils=3), *(leavers(pupils=1, seed=seed) for seed in (31, 32, 33))]
    hand_in(world, files[0])
    world.notice()
    world.wire.faults.append(refused)
    dispatch.send_due(kent.gateway)
    for made in files[1:]:
        hand_in(world, made, {1: frozenset({Flag.ADDRESS_CONFIDENTIAL})})
    first, second, _ = kent.store.held([KENT])
    for person in (FIRST, SECOND):
        holds.release(kent.gateway, kent.store, person, first.disclosure, WHY, at())
    holds.refuse(kent.gateway, kent.store, FIRST, second.disclosure, WHY, at())
    flag(world, files[0])
    one = kent.store.flags([KENT])[0].id
    flagging.propose(kent.gateway, kent.store, FIRST, one, WHY, at())
    flagging.lift(kent.gateway, kent.store, SECOND, one, WHY, at())
    known = [each for made in files for each in documents.identities(read(made)).values()]
    upns = [each.upn for each in known if each.upn is not None]
    consents.record(kent.gateway, Given(KENT, Upn(upns[0]), PurposeCode("P24"), OFFICER.id), "box-7", at())
    enquiry.about_child(kent.gateway, kent.store, OFFICER, Child(tuple(upns[:1])), ASKED, at())
    for person, sought in ((GOVERNANCE, Sought((), partner=TIDEWAY)), (SCHOOL, Sought(()))):
        enquiry.export(kent.gateway, kent.store, person, sought, Form.CSV, at())
    world.clock.on(minutes=2)
    dispatch.send_due(kent.gateway)
    people = [person.id for person in (FIRST, SECOND, GOVERNANCE, OFFICER, SCHOOL)]
    schools = [*(NUMBERS[school] for school in (LARKMERE, TIDEWAY)), LARKMERE, TIDEWAY, ACADEMY]
    names = [name for each in known for pair in each.names for name in pair if len(name) > 3]
    secrets = [*upns, *names, *schools, *people, *Flag, WHY, ASKED, "box-7"]
    written = b"\n".join([*kent.store.lines(), *world.medway.store.lines()]).lower()
    assert len({line["fact"] for line in lines(kent)}) > 15 and len(upns) == 6
    assert not [secret for secret in secrets if secret.lower().encode() in written]


def test_a_school_with_a_gateway_of_its_own_stands_in_no_line_in_clear(world: World) -> None:
    """Tideway runs its own, which is out of order for a while."""
    directory = world.kent.store.register().directory
    machine = directory.get(MEDWAY)
    school = replace(
        directory.get(TIDEWAY),
        served_by=None,
        channel=Channel.AS4,
        endpoint=machine.endpoint,
        party_type=machine.party_type,
        profile=machine.profile,
        certificates=machine.certificates,
    )
    world.kent.store.enlist([replace(machine, certificates=()), school], Record(()))
    world.wire.faults += [busy] * 9
    hand_in(world, leavers(pupils=1))
    for _ in range(5):
        dispatch.send_due(world.kent.gateway)
        world.clock.on(minutes=40)
    assert {line["fact"] for line in lines(world.kent)} >= {"DisclosureReleased", "ParcelSealed", "PartnerPaused"}
    assert TIDEWAY.encode() not in b"".join(world.kent.store.lines())
    (told,) = enquiry.find(world.kent.store, [KENT], handles(world, leavers(pupils=1)))
    assert told.partner == TIDEWAY, "those who may ask are told all the same"


def handles(world: World, made: SampleFile) -> tuple[str, ...]:
    (one,) = documents.identities(read(made)).values()
    return enquiry.handles_of(world.kent.gateway, Child(one.upns))
