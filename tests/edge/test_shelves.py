"""What an installation's own folder says about law: since when, and which purposes it opened."""

from datetime import date
from pathlib import Path

import pytest

from gateway import settings
from gateway.core.law import Provision
from gateway.core.terms import PurposeCode
from gateway.edge import registry
from tests.core.law.made import TODAY, opening

PARTNERS, SCHEMAS = settings.shipped("partners"), settings.shipped("schemas")
BEGUN = (
    '[[provision]]\nid = "ca04-s16la"\nwhat = "Told."\nsource = "an order"\n[[provision.begins]]\nfirst = 2026-11-01\n'
)
OPENED = """
[[opening]]
purpose = "P29"
first = 2026-11-01
until = 2027-04-30
approved_by = "data-protection officer"
approval = "DPO-41"
legal_opinion = "LEG-17"
opinion = "opinion.pdf"
"""


def test_an_installation_says_itself_what_has_begun(tmp_path: Path) -> None:
    (tmp_path / "commencement.toml").write_text(BEGUN)
    book = registry.rulebook(SCHEMAS, PARTNERS, tmp_path)
    assert book.commencement.in_force(Provision("ca04-s16la"), TODAY, "886")
    assert book.purposes[PurposeCode("P06")].powers[0].under == book.commencement.named(Provision("ca04-s16la"))


def test_what_is_opened_is_open_with_its_opinion_beside_it(tmp_path: Path) -> None:
    (tmp_path / "openings.toml").write_text(OPENED)
    (tmp_path / "opinion.pdf").write_bytes(b"%PDF-")
    purpose = registry.rulebook(SCHEMAS, PARTNERS, tmp_path).purposes[PurposeCode("P29")]
    assert purpose.opening == opening("P29")
    assert purpose.is_on(TODAY)
    assert not purpose.is_on(date(2027, 5, 1))


@pytest.mark.parametrize("content", [None, b""])
def test_an_opinion_that_is_not_there_opens_nothing(tmp_path: Path, content: bytes | None) -> None:
    (tmp_path / "openings.toml").write_text(OPENED)
    if content is not None:
        (tmp_path / "opinion.pdf").write_bytes(content)
    with pytest.raises(
        ValueError, match=r"openings\.toml: P29 is opened only with its legal opinion: put opinion\.pdf"
    ):
        registry.rulebook(SCHEMAS, PARTNERS, tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("openings.toml", OPENED.replace('approval = "DPO-41"\n', ""), "P29 is opened only with the reference of its"),
        ("commencement.toml", BEGUN.replace("s16la", "s16zz"), "nothing depends on ca04-s16zz"),
    ],
)
def test_a_file_that_is_not_right_stops_the_start_by_its_name(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=f"{name}: .*{says}"):
        registry.rulebook(SCHEMAS, PARTNERS, tmp_path)


def test_a_schema_with_an_item_that_nobody_classed_stops_the_start(tmp_path: Path) -> None:
    for path in PARTNERS.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    items = tmp_path / "items.toml"
    row = '[[item]]\npath = "LastSeen"'
    assert row in items.read_text()
    items.write_text(items.read_text().replace(row, '[[item]]\npath = "LastHeard"'))
    with pytest.raises(
        ValueError, match=r"items\.toml gives no class to LastSeen of a enquiry, LastSeen of a joint-log"
    ):
        registry.rulebook(SCHEMAS, tmp_path)
