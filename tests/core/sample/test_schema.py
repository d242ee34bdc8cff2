"""Every sample fits the schema of its version, and the mistakes that are mistakes of form do not."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from gateway.core.sample import Mis, Mistake, Wish
from gateway.core.terms import LaEstab
from tests.core.sample.reading import tree

SCHEMAS = Path(__file__).parents[3] / "schemas" / "ctf"
VERSIONS = sorted(path.parent.name for path in SCHEMAS.glob("*/ctf.xsd"))

EVERY_VERSION = pytest.mark.parametrize("version", VERSIONS)
EVERY_MIS = pytest.mark.parametrize("mis", list(Mis))


@cache
def schema(version: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / version / "ctf.xsd"))


def complaints(wish: Wish) -> list[str]:
    judge = schema(wish.version)
    judge.validate(tree(wish))
    return str(judge.error_log).splitlines()


def test_there_are_schemas_to_fit() -> None:
    assert len(VERSIONS) >= 3


@EVERY_VERSION
@EVERY_MIS
@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("source", ["8862345", "8864321"])
def test_a_sample_fits_its_schema(version: str, mis: Mis, partial: bool, source: str) -> None:  # noqa: FBT001
    wish = Wish(pupils=20, version=version, mis=mis, partial=partial, source=LaEstab(source), care_authority="887")
    assert complaints(replace(wish, sessions=True)) == []


@EVERY_VERSION
@pytest.mark.parametrize("dest", ["XXXXXXX", "MMMMMMM", "887LLLL"])
def test_a_sample_to_nowhere_fits_its_schema(version: str, dest: str) -> None:
    assert complaints(Wish(version=version, dest=LaEstab(dest))) == []


@EVERY_VERSION
@EVERY_MIS
@pytest.mark.parametrize("mistake", [Mistake.BAD_DATE, Mistake.UNKNOWN_ELEMENT, Mistake.WRONG_ORDER])
def test_a_mistake_of_form_does_not_fit(version: str, mis: Mis, mistake: Mistake) -> None:
    assert complaints(Wish(pupils=3, version=version, mis=mis, faults=(mistake,)))
