"""The operator connects a partner at the pages: the kit, what was rehearsed and what is to come, and two who say live."""

import io
import re
import zipfile
from dataclasses import replace

from gateway.core.errors import HELP, Code
from gateway.core.facts import Role
from gateway.core.partners import Channel
from gateway.core.records import Record
from gateway.flows import connecting
from tests.flows.test_connecting import SHAH, connect, rehearsed
from tests.flows.watch import lines
from tests.simulator import KENT, MEDWAY, World, refused
from tests.web.office import Office

PAGE = f"/operator/partners/{MEDWAY}"
NONE_YET = r"0 of \d+ kinds have passed"


def operator(world: World, name: str = "o.op") -> Office:
    return Office(world, Role.OPERATOR, KENT, name)


def test_from_the_kit_to_live_at_the_pages(world: World) -> None:
    first, second = operator(world), operator(world, "p.op")
    listed = first.get("/operator/partners")
    assert listed.heading == "Connecting partners" and "Medway Live" in listed.text
    page = first.get(PAGE)
    assert (
        page.heading == "Connecting Medway" and "It is live" in page.text and "From the moment you begin" in page.text
    )
    begun = first.follow(first.post(f"{PAGE}/begin"))
    assert "only specimens marked test go there" in begun.text and re.search(NONE_YET, begun.text)
    world.wire.faults = [refused]
    rehearsed(world.kent, MEDWAY)
    assert re.search(f"Medway Being connected {NONE_YET}", first.get("/operator/partners").text)
    shown = first.get(PAGE).text
    assert "It did not pass: " in shown and "absence" in shown and "To come" in shown
    one = first.follow(first.post(f"{PAGE}/live"))
    assert "One person has said that it may go live" in one.text and "You have said that it may go live" in one.text
    assert first.post(f"{PAGE}/live").status == 409
    assert "It is live" in second.follow(second.post(f"{PAGE}/live")).text
    assert [line["status"] for line in lines(world.kent, "OnboardingMoved")] == ["onboarding", "agreed", "live"]


def test_every_specimen_that_passed_both_ways_says_so(world: World) -> None:
    connect(world)
    assert all(one.passed for one in (*rehearsed(world.kent, MEDWAY), *rehearsed(world.medway, KENT)))
    shown = operator(world).get(PAGE)
    assert re.search(r"(\d+) of \1 kinds have passed", shown.text) and "To come" not in shown.text


def test_what_is_pulled_or_plain_is_told_so(world: World) -> None:
    connect(world)
    found = world.kent.store.register().directory.get(MEDWAY)
    world.kent.store.enlist([replace(found, channel=Channel.PULL)], Record(()))
    assert "It has the next specimen whenever it pulls" in operator(world).get(PAGE).text
    plain = replace(found, channel=Channel.MESH, mailbox="X26ABC1", plain=True)
    world.kent.store.enlist([plain], Record(()))
    told = operator(world).get(PAGE).text
    assert "It takes plain files alone" in told and "To it" not in told


def test_the_kit_is_the_one_that_the_command_writes(world: World) -> None:
    answer = operator(world).get(f"{PAGE}/kit").answer
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="kit-{MEDWAY}.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None and {"README.md", "domibus/pmode.xml"} <= {*archive.namelist()}


def test_a_kit_can_be_had_for_somebody_who_is_not_registered_yet_and_for_nobody_else(world: World) -> None:
    office = operator(world)
    listed = office.get("/operator/partners").text
    english, _, welsh = listed.partition("Not registered yet")[2].partition("Councils in Wales, not registered yet")
    assert "Surrey" in english and "Cardiff" not in english and "Cardiff" in welsh and "Surrey" not in welsh
    assert "Scotland" not in listed, "a place where files are laid has no system to connect"
    assert office.get("/operator/partners/scotland").status == 404
    stranger = "/operator/partners/council-936"
    assert "not registered here yet" in office.get(stranger).text
    assert office.get(f"{stranger}/kit").status == 200
    for nobody in (KENT, "nobody", f"{KENT}-cme", "school-8864321"):
        assert office.get(f"/operator/partners/{nobody}").status == 404
        assert office.get(f"/operator/partners/{nobody}/kit").status == 404


def test_whose_keys_wait_for_people_is_told_so_and_cannot_go_live(world: World) -> None:
    connecting.begin(world.kent.gateway, world.kent.store, MEDWAY, SHAH, world.clock())
    found = world.kent.store.register().directory.get(MEDWAY)
    without = tuple(one for one in found.certificates if one.role != "seal")
    world.kent.store.enlist([replace(found, certificates=without, revoked=(*found.fingerprints("seal"),))], Record(()))
    page = operator(world).get(PAGE).text
    assert "It can go live when its keys and its address are in force" in page and "It may go live" not in page
    told = operator(world).post(f"{PAGE}/live")
    assert told.status == HELP[Code.NO_CERTIFICATE].status
    assert "There is no valid certificate" in told.text


def test_only_who_runs_the_machine_sees_these_pages(world: World) -> None:
    for role in (Role.OFFICER, Role.GOVERNANCE):
        office = Office(world, role, KENT, f"x.{role}")
        for address in ("/operator/partners", PAGE, f"{PAGE}/kit"):
            assert office.get(address).status == 403
