"""Kent and ten more councils in one test: real gateways with one pair of keys among the ten, for keys are slow to make."""

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from gateway.core.agreements import Party, Signatory
from gateway.core.terms import PartnerId
from tests.simulator import KENT, MEDWAY, World, a_world, agreement

TEN: Sequence[PartnerId] = (MEDWAY, *(PartnerId(f"council-{number}") for number in range(201, 210)))


def ten(keys: Path, folder: Path) -> World:
    """Kent may tell each of them about missing children, and each of them Kent."""
    held = folder / "keys"
    shutil.copytree(keys, held)
    for home in TEN[1:]:
        shutil.copytree(keys / MEDWAY, held / home)
        for path in sorted((held / home).rglob(f"*{MEDWAY}*")):
            path.rename(path.with_name(path.name.replace(MEDWAY, home)))
    world = a_world(held, {home: f"sqlite:///{folder / home}.sqlite" for home in (KENT, *TEN)})
    signed = tuple(Signatory(Party(one), "director", date(2026, 9, 1)) for one in (KENT, *TEN))
    others = tuple(Party(one) for one in TEN)
    world.adopt(agreement(name="kent-ten-cme", recipients=others, signatories=signed))
    return world
