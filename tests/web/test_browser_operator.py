"""Whoever runs the machine at a real browser, by the keyboard alone: queues, dead letters, set-up, traffic, audit."""

import json

from playwright.sync_api import Browser

from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.terms import PersonId
from gateway.flows import dispatch
from tests.simulator import KENT, MEDWAY, World, leavers, refused
from tests.web import office
from tests.web.browser import Window, served
from tests.web.stories import THREE

BELL = Person(PersonId("o.bell"), Role.OPERATOR, KENT)


def busy(world: World) -> None:
    """Two files were given up, and two notices wait."""
    for number in (1, 2):
        made = leavers(pupils=1, sequence=number, seed=number)
        world.upload(made.content, made.name)
    world.wire.faults = [refused] * 99
    for _ in range(9):
        dispatch.send_due(world.kent.gateway)
        world.clock.on(minutes=20)
    world.wire.faults = []
    for seed in (1, 2):
        world.notice(seed=seed)


@THREE
def test_operator_pauses_a_queue_sends_again_and_hands_on_a_report(
    world: World, browser: Browser, size: dict[str, int], *, scripts: bool
) -> None:
    queued = MEDWAY in world.sides
    if queued:
        busy(world)
    with served(office.door(world)) as address:
        window = Window(browser, size, scripts=scripts)
        page = window.page
        page.goto(address + office.link(world, BELL))
        window.press("Sign in", "Overview")
        window.press("How the gateway stands", "How the gateway stands")
        if queued:
            _queue(window)
        else:
            assert "There is nobody yet to whom anything is sent." in page.inner_text("main")
        window.press("Set-up", "Set-up")
        assert ("reached by mailbox" in page.inner_text("main")) is not queued
        page.go_back()
        window.press("Traffic of seven days", "Traffic of seven days")
        page.go_back()
        window.press("Who did what", "Who did what")
        assert ("paused what goes to a partner" in page.inner_text("main")) is queued
        page.go_back()
        assert "queues" in json.loads(window.take("Download a diagnostics report").path().read_text())
        window.close()


def _queue(window: Window) -> None:
    """A queue is stopped with a reason, what was given up goes again, and the queue goes on."""
    page = window.page
    window.press("Pause it", "Pause what goes to Medway")
    window.press("Pause it", "Pause what goes to Medway")
    window.press("Say why in a sentence", "Pause what goes to Medway")
    page.keyboard.type("Their network is closed until Monday.")
    window.press("Pause it", "How the gateway stands")
    assert "Paused by o.bell since" in page.inner_text("main")
    window.small("queue")
    window.press("Send all that is for Medway again", "How the gateway stands")
    assert "Nothing was given up" in page.inner_text("main")
    window.press("Let it go on", "How the gateway stands")
