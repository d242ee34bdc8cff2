"""Debian's chromium, driven by Playwright against our own server, and what every page must be like in it."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Download, Locator, Page, Request, Route, sync_playwright

from gateway.edge.server import Limits, Listener, Server

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}
ZOOMED = {"width": 640, "height": 450}
"""What 200 % leaves of a desk's screen."""
SHOTS = os.environ.get("GATEWAY_SHOTS", "")
"""Where every page of every story is pictured, by ``make shots``; nothing is then looked for on it."""
LEAVES = """here => {
  document.documentElement.dataset.left = "yes";
  if (here.tagName === "A") return !(here.getAttribute("href") || "#").startsWith("#") && !here.hasAttribute("download");
  return here.tagName === "BUTTON" && here.type === "submit" && here.form !== null;
}"""
"""Whether the page will be another one once this is pressed; marks the page that is left."""

PATIENCE = 60_000
"""Milliseconds in which any machine shows a page."""

TABS = 200
"""No page has more places for the focus before the one that a person looks for: the longest lists all councils."""

ALLOWED = {"label-content-name-mismatch": ".govuk-file-upload-button"}
"""Of newer axe only: the design system's own button is named by the label and itself, with a hidden comma between them,
by design (alphagov/govuk-frontend#5652; screens.md §4.4 trap 2)."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of the pages on our own server."""
    faults: list[BaseException] = []
    listener = Listener("pages", "127.0.0.1", 0, app.wsgi_app, None)
    with Server((listener,), Limits(), lambda _name, error: faults.append(error)) as server:
        yield f"http://127.0.0.1:{server.ports['pages']}"
    assert not faults, faults


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS), headless=True)
        yield browser
        browser.close()


class Window:
    """A browser window in which every page is looked at: nothing in the console, no barrier, nothing cut off."""

    def __init__(self, browser: Browser, size: dict[str, int], *, scripts: bool) -> None:
        self.size = size
        self.context = browser.new_context(viewport=size, java_script_enabled=scripts)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.scripts, self.complaints = scripts, list[str]()
        self.seen = set[str]()
        self._beside: Page | None = None
        self._shown = ""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", self._lose)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not re.search("status of (4|503)", message.text):
            self.complaints.append(message.text)

    def _lose(self, request: Request) -> None:
        if not request.is_navigation_request():  # a download ends its navigation, which is no failure
            self.complaints.append(request.url)

    def look(self, heading: str) -> None:
        """The page shown has this heading and keeps the laws of pages."""
        self.page.wait_for_load_state("load")
        self.page.get_by_role("heading", level=1, name=heading).wait_for(timeout=PATIENCE)
        assert not self.complaints, self.complaints
        self.seen.add(self.page.title())
        if SHOTS:
            self._picture(heading)
            return
        self._fits(heading)
        if self.scripts:
            barriers(self.page)
        else:
            self._barriers_without_scripts()

    def _barriers_without_scripts(self) -> None:
        """axe is a script: where none runs, it looks at the same page in another window, from which ours are taken."""
        self._shown = re.sub(r"<script.*?</script>", "", self.page.content(), flags=re.DOTALL)
        if self._beside is None:
            assert self.context.browser is not None
            self._beside = self.context.browser.new_context(viewport=self.size).new_page()  # type: ignore[arg-type]
            self._beside.route("**/*", self._show)
        self._beside.goto(self.page.url)
        barriers(self._beside)

    def _show(self, route: Route) -> None:
        """The page itself is ours, as it is now; its styles and pictures are the server's."""
        if route.request.is_navigation_request():
            route.fulfill(body=self._shown, content_type="text/html; charset=utf-8")
        else:
            route.continue_()

    def _fits(self, heading: str) -> None:
        """Nothing is cut off, on a phone or a desk, and at 200 % there."""
        for size in (self.size, ZOOMED) if self.size is WIDE else (self.size,):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{heading}: {wide} pixels do not fit into {size['width']}"
        self.page.set_viewport_size(self.size)  # type: ignore[arg-type]

    def _picture(self, heading: str) -> None:
        story = re.sub(r"[^a-z0-9]+", "-", os.environ["PYTEST_CURRENT_TEST"].split("::")[-1].rpartition(" ")[0].lower())
        place = Path(SHOTS) / story.strip("-")
        place.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^A-Za-z0-9]+", "-", heading).strip("-")[:60]
        self.page.screenshot(path=place / f"{len([*place.iterdir()]):02}-{name}.png", full_page=True)

    def small(self, name: str) -> None:
        """One of the few pictures that the README shows: what a desk's screen shows first."""
        if SHOTS and self.size is WIDE and self.scripts:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(SHOTS) / f"{name}.png", clip={"x": 0, "y": 0, "width": 1280, "height": 800})

    def tab_to(self, words: str) -> None:
        """Go to a link, button or field by the keyboard alone, and see there that it has the focus."""
        name = "e => e === document.body ? '' : (e.textContent || '') + ' ' + Array.from(e.labels || [], one => one.textContent).join(' ')"
        for _ in range(TABS):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(f"({name})(document.activeElement)")
            if words in " ".join(here.split()):
                return
        raise AssertionError(f"{words} cannot be reached by the keyboard")

    def write(self, words: str, text: str) -> None:
        """Fill a field in by the keyboard alone, or choose in a list that opens what begins so."""
        self.tab_to(words)
        self.page.keyboard.type(text)

    def pick(self, words: str, *, exact: bool = False) -> None:
        """Choose a radio or a box by the keyboard alone: Tab goes to the group of radios, the arrows go through it."""
        wanted = self.page.get_by_role("main").get_by_label(words, exact=exact).first
        group = wanted.get_attribute("name")
        for _ in range(TABS):
            if wanted.evaluate("e => e === document.activeElement"):
                self.page.keyboard.press("Space")
                assert wanted.is_checked(), words
                return
            there = self.page.evaluate("[document.activeElement.type, document.activeElement.name]")
            self.page.keyboard.press("ArrowDown" if there == ["radio", group] else "Tab")
        raise AssertionError(f"{words} cannot be chosen by the keyboard")

    def take(self, words: str) -> Download:
        """Take a file by the keyboard alone."""
        self.tab_to(words)
        with self.page.expect_download() as taken:
            self.page.keyboard.press("Enter")
        return taken.value

    def press(self, words: str, heading: str) -> None:
        """Follow a link or press a button by the keyboard alone."""
        self.tab_to(words)
        leaves = self.page.evaluate(f"({LEAVES})(document.activeElement)")
        self.page.keyboard.press("Enter")
        self._arrive(heading, leaves=leaves)

    def click(self, what: Locator, heading: str) -> None:
        """Follow a link or press a button with the mouse."""
        leaves = what.evaluate(LEAVES)
        what.click()
        self._arrive(heading, leaves=leaves)

    def _arrive(self, heading: str, *, leaves: bool) -> None:
        if leaves:  # two pages may have one heading, and the old one stands until the new one comes
            self.page.locator("html:not([data-left])").wait_for(state="attached", timeout=PATIENCE)
        self.look(heading)

    def menu(self, words: str, heading: str) -> None:
        """Follow a link of the navigation, which a phone keeps behind a button, by the keyboard alone."""
        if self.page.get_by_role("button", name="Menu").is_visible():
            self.tab_to("Menu")
            self.page.keyboard.press("Enter")
        self.press(words, heading)

    def close(self) -> None:
        self.context.close()
        if self._beside is not None:
            self._beside.context.close()


def barriers(page: Page) -> None:
    """Raises AssertionError with what axe-core finds, if it finds anything."""
    options: dict[str, Any] = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response
    assert found["passes"], "axe looked at nothing"
    told = [
        f"{rule['id']}: {node['html']}"
        for rule in found["violations"]
        for node in rule["nodes"]
        if ALLOWED.get(rule["id"], "no such selector") not in str(node["target"])
    ]
    assert not told, "\n".join(told)
