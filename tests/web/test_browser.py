"""An office at a real browser: from the link to the collected file, with scripts and without, on a phone and a desk."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload

from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.sample import Mistake, SampleFile
from gateway.core.terms import PersonId, Upn
from tests.simulator import ACADEMY, LARKMERE, NUMBERS, World, leavers
from tests.web import office
from tests.web.browser import NARROW, PATIENCE, WIDE, Window, served
from tests.web.stories import FOUR

SENDER = Person(PersonId("l.office"), Role.SCHOOL_SENDER, LARKMERE)
READER = Person(PersonId("r.office"), Role.SCHOOL_READER, ACADEMY)

"""Where to leave pictures of the pages, for whoever wants to look at them."""

DROP = """([zone, name, content]) => {
  const dropped = new DataTransfer()
  dropped.items.add(new File([content], name, { type: 'text/xml' }))
  for (const kind of ['dragenter', 'dragover', 'drop']) {
    zone.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: dropped }))
  }
}"""


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """Larkmere sends to the academy next door, which collects from the same gateway."""
    with served(office.door(world)) as where:
        yield where


def to_academy(**wish: object) -> SampleFile:
    return leavers(dest=NUMBERS[ACADEMY], **wish)


def saved(folder: Path, made: SampleFile) -> Path:
    path = folder / made.name
    path.write_bytes(made.content)
    return path


def asked_about(folder: Path, made: SampleFile) -> Path:
    """With a temporary number for the first pupil: a query, which may be explained."""
    (number, *_) = re.findall(rb"<UPN>([^<]+)<", made.content)
    tail = number[1:12].decode() + "A"
    path = saved(folder, made)
    path.write_bytes(made.content.replace(number, (Upn.check_letter(tail) + tail).encode()))
    return path


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "text/xml", "buffer": content}


def sign_in(window: Window, address: str, link: str) -> None:
    window.page.goto(address + link)
    window.look("Sign in")
    window.page.get_by_role("button", name="Sign in").click()
    window.look("Overview")


def choose(window: Window, path: Path) -> None:
    window.page.locator("input[type=file]").set_input_files(path)


@FOUR
def test_office_sends_mends_and_follows_a_file_and_another_collects_it(
    world: World, browser: Browser, address: str, tmp_path: Path, size: dict[str, int], *, scripts: bool
) -> None:
    window = Window(browser, size, scripts=scripts)
    page = window.page
    sign_in(window, address, office.link(world, SENDER))
    page.get_by_role("button", name="Upload files").click()
    window.look("Upload files")
    window.click(page.get_by_role("button", name="Check the files"), "Upload files")
    assert "Select a file, or drop it on the page." in page.locator(".govuk-error-summary").inner_text()
    choose(window, saved(tmp_path, to_academy(pupils=3, faults=(Mistake.UPN_CHECK_LETTER,))))
    page.get_by_role("button", name="Check the files").click()
    window.look("2 of 3 pupils are ready, nothing was sent")
    window.small("report")
    assert "The UPN has the wrong check letter." in page.locator("main").inner_text()
    page.get_by_role("link", name="upload the new file").click()
    window.look("Upload files")
    choose(window, asked_about(tmp_path, to_academy(pupils=3)))
    page.get_by_role("button", name="Check the files").click()
    window.look("3 pupils ready to send, not sent yet")
    page.get_by_label("The UPN is a temporary one.").fill("The family is in a refuge.")
    window.click(page.get_by_role("button", name="Send 3 pupils now"), "3 pupils ready to send, not sent yet")
    assert "a place or a person that must stay secret" in page.locator("main").inner_text()
    page.get_by_label("The UPN is a temporary one.").fill("The last school was asked on Monday.")
    page.get_by_role("button", name="Send 3 pupils now").click()
    window.look("3 pupils accepted")
    page.get_by_role("button", name="See the receipt").click()
    window.look("Receipt for 3 pupils")
    with page.expect_download() as receipt:
        page.get_by_role("button", name="Download the signed receipt").click()
    assert "gateway-receipt/v1" in receipt.value.path().read_text()
    for words in ("Sent files", "Inbox", "Accessibility"):
        page.goto(address + {"Sent files": "/sent", "Inbox": "/inbox", "Accessibility": "/accessibility"}[words])
        window.look(words)
    page.goto(address + "/nothing")
    window.look("There is nothing here")
    window.close()
    _collect(world, browser, address, size, scripts=scripts)


def _collect(world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool) -> None:
    window = Window(browser, size, scripts=scripts)
    sign_in(window, address, office.link(world, READER))
    window.page.goto(address + "/inbox")
    window.look("Inbox")
    with window.page.expect_download() as collected:
        window.page.get_by_role("button", name="Collect").click()
    assert collected.value.path().read_bytes().startswith(b"<?xml")
    window.page.reload()
    window.look("Inbox")
    assert "Collected 1 time" in window.page.locator("main").inner_text()
    if scripts and size is NARROW:
        window.page.get_by_role("button", name="Menu").click()
    window.page.get_by_role("button", name="Sign out").click()
    window.look("You have signed out")
    window.close()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
def test_dropped_file_is_sent_with_progress_that_is_told(
    world: World, browser: Browser, address: str, size: dict[str, int]
) -> None:
    window = Window(browser, size, scripts=True)
    sign_in(window, address, office.link(world, SENDER))
    window.page.goto(address + "/upload")
    made = to_academy(pupils=2)
    zone = window.page.locator(".govuk-file-upload-button")
    zone.evaluate(f"(zone, told) => ({DROP})([zone, ...told])", [made.name, made.content.decode()])
    assert window.page.locator("input[type=file]").evaluate("input => input.files.length") == 1
    window.page.evaluate("document.querySelector('[data-progress-area]').hidden = false")  # as it is while it sends
    window.look("Upload files")
    window.page.evaluate(
        "new MutationObserver(() => (window.name += document.querySelector('[data-progress-words]').textContent))"
        ".observe(document.querySelector('[data-progress-words]'), { childList: true })"
    )
    window.page.get_by_role("button", name="Check the files").click()
    window.look("2 pupils ready to send, not sent yet")
    assert re.search("Uploading the files.*All uploaded", window.page.evaluate("window.name"))
    window.close()


def test_several_files_and_a_name_that_looks_like_a_page(world: World, browser: Browser, address: str) -> None:
    """A file name is a stranger's text: nowhere is it taken for a page (screens.md §4.4 trap 9)."""
    window = Window(browser, NARROW, scripts=True)
    sign_in(window, address, office.link(world, SENDER))
    window.page.goto(address + "/upload")
    made, evil = to_academy(), "<img src=x onerror=document.title='run'>" + "long" * 12 + ".xml"
    window.page.locator("input[type=file]").set_input_files([payload(made.name, made.content), payload(evil, b"<x/>")])
    window.page.get_by_role("button", name="Check the files").click()
    window.look("1 of 2 files ready, not sent yet")
    window.page.get_by_role("link", name=evil).click()
    window.look("The file was not accepted")
    window.page.go_back()
    window.page.get_by_role("button", name=re.compile("^Send")).click()
    window.look("1 of 2 files accepted")
    window.page.goto(address)
    window.look("Overview")
    window.close()


def test_upload_that_fails_says_so_where_the_office_looks(world: World, browser: Browser, address: str) -> None:
    window = Window(browser, WIDE, scripts=True)
    sign_in(window, address, office.link(world, SENDER))
    window.page.goto(address + "/upload")
    window.page.locator("input[type=file]").set_input_files([payload("a.xml", b"<x/>")])
    world.clock.on(hours=9)
    window.page.get_by_role("button", name="Check the files").click()
    told = window.page.get_by_role("status").filter(has_text="Your session has ended, so nothing was done")
    told.wait_for(timeout=PATIENCE)
    assert window.page.get_by_role("button", name="Check the files").is_enabled()
    window.context.set_offline(offline=True)
    window.page.get_by_role("button", name="Check the files").click()
    window.page.get_by_role("status").filter(has_text="The connection was cut").wait_for(timeout=PATIENCE)
    window.close()


def test_whoever_opens_an_old_link_is_told_whom_to_ask(world: World, browser: Browser, address: str) -> None:
    window = Window(browser, NARROW, scripts=False)
    link = office.link(world, SENDER)
    world.clock.on(hours=25)
    window.page.goto(address + link)
    window.page.get_by_role("button", name="Sign in").click()
    window.look("This link does not work any more")
    assert "otherwise ask your council" in window.page.locator("main").inner_text()
    window.close()


def test_page_of_a_failed_machine_is_whole_too(world: World, browser: Browser) -> None:
    with served(office.door_of_a_failed_machine(world)) as where:
        window = Window(browser, NARROW, scripts=True)
        window.page.goto(where + "/link/x")
        window.look("The gateway cannot do this now.")
        window.close()


def test_page_reader_finds_a_barrier_where_there_is_one(browser: Browser) -> None:
    from tests.web.browser import barriers

    page = browser.new_page()
    page.set_content(
        "<html lang=en><title>x</title><main><h1>x</h1><img src='data:,'><p style='color:#bbb'>pale</p></main>"
    )
    with pytest.raises(AssertionError, match="image-alt"):
        barriers(page)
    page.close()


def test_office_protects_a_child_and_reads_no_whereabouts_afterwards(
    world: World, browser: Browser, address: str, tmp_path: Path
) -> None:
    window = Window(browser, NARROW, scripts=True)
    page = window.page
    sign_in(window, address, office.link(world, SENDER))
    page.get_by_role("button", name="Upload files").click()
    choose(window, saved(tmp_path, to_academy(pupils=2)))
    page.get_by_role("button", name="Check the files").click()
    window.look("2 pupils ready to send, not sent yet")
    question = page.get_by_role("group", name="Is there a child here whose address")
    question.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Send 2 pupils now").click()
    window.look("2 pupils accepted")
    text = page.locator("main").inner_text()
    assert "your council" in text
    assert f"School {ACADEMY}" not in text
    assert NUMBERS[ACADEMY] not in text
    assert "waits for two people" in text
    window.close()
