"""The operators of one gateway at a real browser, by the keyboard alone: the first other council gets a machine, and its
keys count when two people have heard them read out by phone. Nobody else has to have a gateway for it.
"""

from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser

from gateway.core import partners
from gateway.core.as4 import Profile, certificates
from gateway.core.facts import Role
from gateway.core.partners import Certificate, CertificateRole, Channel, Contact, Phone
from gateway.core.records import Person
from gateway.core.terms import PartnerId, PersonId
from gateway.edge.certificates import make
from tests.simulator import KENT, NOON, World
from tests.web import office
from tests.web.browser import Window, served
from tests.web.stories import THREE

SURREY = PartnerId("council-936")
THEIRS, OURS = "01632 960777", "01632 960000"
"""The number that their record brings, and one that Kent had before."""


def a_certificate(role: str) -> str:
    return certificates.pem(make(role, SURREY, ("surrey.example",), NOON, Profile.EDELIVERY_2_0)[1])


def brought(world: World, folder: Path) -> tuple[Path, Path]:
    """What Surrey sends back for the kit: its record, and, later on, one more certificate."""
    shown = tuple(Certificate(role, a_certificate(role)) for role in CertificateRole)
    record = replace(
        world.kent.store.register().directory.get(SURREY), channel=Channel.AS4, contact=Contact(Phone(THEIRS)),
        endpoint="https://surrey.example/as4", profile=Profile.EDELIVERY_2_0, certificates=shown,
    )  # fmt: skip
    written, later = folder / "surrey.toml", folder / "surrey-2028.crt.pem"
    written.write_text(partners.to_toml((record,)), encoding="utf-8")
    later.write_text(a_certificate("seal"), encoding="ascii")
    return written, later


def signed_in(window: Window, world: World, address: str, name: str) -> Window:
    window.page.goto(address + office.link(world, Person(PersonId(name), Role.OPERATOR, KENT)))
    window.press("Sign in", "Overview")
    window.menu("Connecting", "Connecting partners")
    return window


def hand_in(window: Window, words: str, path: Path, heading: str) -> None:
    """Choose a file and take it in by the keyboard alone; the window that chooses it is the machine's own."""
    window.tab_to(words)
    window.page.locator("main input[type=file]").set_input_files(path)
    window.press("Take it in", heading)


def hear(window: Window, number: str, heading: str, said: str = "The same") -> str:
    """Say what they read out at this number; returns what the page then says."""
    window.tab_to("Which number did you call?")
    window.page.keyboard.press("Control+A")
    window.page.keyboard.type(number)
    window.pick(said)
    window.press("Put it on record", heading)
    return window.page.inner_text("main")


@THREE
def test_two_operators_take_in_the_keys_of_the_first_council_that_gets_a_gateway(
    world: World, browser: Browser, tmp_path: Path, size: dict[str, int], *, scripts: bool
) -> None:
    (record, later), wrong = brought(world, tmp_path), tmp_path / "letter.pdf"
    wrong.write_bytes(b"%PDF-1.7\xff")
    with served(office.door(world)) as address:
        window = signed_in(Window(browser, size, scripts=scripts), world, address, "o.bell")
        page, theirs, confirming = window.page, "Connecting Surrey", "Confirm the keys of Surrey"
        window.press("Surrey", theirs)
        assert "It is not registered here yet" in page.inner_text("main")
        assert window.take("Download the kit").path().read_bytes().startswith(b"PK")
        taking = "Take in a partner’s record"
        window.press("Take in their record", taking)
        window.press("Take it in", taking)
        window.press("Choose the file with their record", taking)
        hand_in(window, "Their record", wrong, taking)
        assert "Nothing was taken in: it is no text" in page.inner_text("main")
        hand_in(window, "Their record", record, theirs)
        assert "nobody has yet" in page.inner_text("main") and "It is live" not in page.inner_text("main")
        window.press("Confirm what is new, by phone", confirming)
        assert "https://surrey.example/as4" in page.inner_text("main")
        assert "Write the number that you called" in hear(window, "soon", confirming)
        assert "That number came with the record" in hear(window, THEIRS, confirming)
        assert "one of two people has" in hear(window, OURS, theirs)
        window.press("Confirm what is new, by phone", confirming)
        assert "you are the first of them" in hear(window, OURS, confirming)
        window.close()
        _second_person(Window(browser, size, scripts=scripts), world, address, later)


def _second_person(window: Window, world: World, address: str, later: Path) -> None:
    page, theirs = signed_in(window, world, address, "p.reed").page, "Connecting Surrey"
    taking = "A new certificate of Surrey"
    window.press("Surrey", theirs)
    window.press("Confirm what is new, by phone", "Confirm the keys of Surrey")
    assert "Their keys and their address are in force" in hear(window, OURS, theirs)
    window.press("Take in one new certificate", taking)
    window.press("Take it in", taking)
    window.press("Choose what it is for", taking)
    window.pick("Sealing")
    hand_in(window, "The certificate", later, theirs)
    assert "nobody has yet" in page.inner_text("main")
    window.press("Take in one new certificate", taking)
    window.pick("Sealing")
    hand_in(window, "The certificate", later, taking)
    assert "it waits already" in page.inner_text("main")
    window.press("Back", theirs)
    window.press("Confirm what is new, by phone", "Confirm the keys of Surrey")
    assert "Confirm what is new" not in hear(window, OURS, theirs, "Something else")
    window.menu("How it stands", "How the gateway stands")
    window.press("Health", "Health")
    window.press("How the gateway stands", "How the gateway stands")
    window.press("Who did what", "Who did what")
    assert "confirmed a partner’s keys by phone" in page.inner_text("main")
    window.close()
