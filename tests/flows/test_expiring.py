"""A certificate that ends soon is told of at each step, once, and not at all where another one outlasts it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.core import partners
from gateway.core.facts import parse_line
from gateway.core.partners import CERTIFICATE_DAYS, Certificate, CertificateRole
from gateway.core.records import Record
from gateway.edge import certificates
from gateway.flows import expiring
from tests.simulator import KENT, MEDWAY, NOON, World

END = NOON + timedelta(days=670)
"""The keys of the tests are two months old at noon."""


def steps(world: World) -> list[tuple[object, bool]]:
    """Each step in the log, and whether it is about a partner."""
    lines = [parse_line(line) for line in world.kent.store.lines()]
    return [(one["within"], "partner" in one) for one in lines if one["fact"] == "CertificateEnding"]


def test_every_step_is_told_once_of_our_own_certificates_and_of_a_partners(world: World) -> None:
    for days in (61, *CERTIFICATE_DAYS):
        world.clock.at = END - timedelta(days=days)
        said = expiring.sweep(world.kent.gateway, world.clock())
        assert said == (0 if days == 61 else 6)
        assert expiring.sweep(world.kent.gateway, world.clock()) == 0
    found = steps(world)
    assert [within for within, _ in found[::6]] == list(CERTIFICATE_DAYS)
    assert sum(theirs for _, theirs in found) == len(found) / 2


def test_gateway_that_was_off_for_a_month_says_the_last_step_alone(world: World) -> None:
    world.clock.at = END - timedelta(days=10)
    expiring.sweep(world.kent.gateway, world.clock())
    assert {within for within, _ in steps(world)} == {14}


def test_certificate_that_another_outlasts_is_not_told_of(world: World, tmp_path: Path) -> None:
    stem = tmp_path / "new"
    certificates.write(stem, *certificates.make("seal", MEDWAY, (), NOON + timedelta(days=90)))
    shown = Certificate(CertificateRole.SEAL, Path(f"{stem}.crt.pem").read_text())
    medway = world.kent.store.register().directory.get(MEDWAY)
    world.kent.store.enlist([replace(medway, certificates=(*medway.certificates, shown))], Record(()))
    world.clock.at = END - timedelta(days=5)
    assert expiring.sweep(world.kent.gateway, world.clock()) == 5


@pytest.mark.parametrize(("at", "words"), [(END - timedelta(days=3), "ends in 3 days"), (END, "ends in 0 days")])
def test_words_say_how_long_it_lasts(world: World, at: datetime, words: str) -> None:
    kent = world.kent.store.register().directory.get(KENT)
    assert [one.words for one in partners.ending(kent, at.astimezone(UTC))] == [
        f"its {role} certificate {words}" for role in ("sign", "seal", "tls")
    ]
