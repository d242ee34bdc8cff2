"""What the pages carry of GOV.UK Frontend is what was built, nothing of it is GOV.UK's own, and our script is safe."""

import hashlib
import re
import shutil

import pytest

from tests.needs import needs
from tests.web import vendored


@pytest.mark.parametrize("name", vendored.BUILT)
def test_files_of_the_design_system_are_those_that_were_built(name: str) -> None:
    content = (vendored.STATIC / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == vendored.BUILT[name]


def test_nothing_is_carried_that_belongs_to_gov_uk_alone() -> None:
    for path in vendored.STATIC.iterdir():
        assert path.suffix in {".css", ".js", ".txt"}, path
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".txt":
            assert not re.search("GDS Transport|@font-face|crest|crown|sourceMappingURL", text, re.IGNORECASE), path
            assert not re.search(r"https?://[a-z]", text), path
    css = (vendored.STATIC / "govuk-frontend.min.css").read_text(encoding="utf-8")
    assert css.count("{") == css.count("}") > 1000
    assert "url(" not in css


def test_what_is_left_out_was_there() -> None:
    """The three expressions find what they are for; nothing else of a rule's neighbours goes with it."""
    given = (
        "@font-face{font-family:GDS Transport;src:url(x)}.a{font-family:GDS Transport,arial,sans-serif}"
        ".govuk-footer__copyright-logo:before{background:url(crest.svg)}.b{color:red}"
        "@supports (mask-position:initial){.govuk-footer__copyright-logo:before{mask:url(crest.svg)}"
        "@media screen{.govuk-footer__copyright-logo:before{background:linktext}}}.c{color:red}\n"
        "/*# sourceMappingURL=x.map */\n"
    )
    made = vendored.without_what_is_not_ours(given)
    assert made == '.a{font-family:"Helvetica Neue",helvetica,arial,sans-serif}.b{color:red}.c{color:red}\n'


def test_build_makes_the_same_files_again() -> None:
    needs(shutil.which("npm") is not None, "npm (nodejs)")
    made = vendored.build()
    assert {name: hashlib.sha256(content).hexdigest() for name, content in made.items()} == vendored.BUILT


def test_our_script_writes_text_only() -> None:
    text = (vendored.STATIC / "gateway.js").read_text(encoding="utf-8")
    assert "textContent" in text
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function", text)
    assert len(text.splitlines()) < 100
