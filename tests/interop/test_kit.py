"""A stranger with phase4, its own keys and nothing of ours but the kit, has a ping and every specimen receipted."""

import re
import subprocess
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gateway import wiring
from gateway.core import partners
from gateway.core.as4 import Profile
from gateway.core.facts import Role
from gateway.core.partners import Certificate, CertificateRole, Channel
from gateway.core.records import Person
from gateway.core.terms import PersonId
from gateway.edge import certificates as issued
from gateway.flows import connecting, people
from tests.bench.peers import Unavailable
from tests.commands.test_commands import run
from tests.interop.conftest import run as program
from tests.interop.peers import phase4
from tests.needs import needs
from tests.serving import serving
from tests.simulator import KENT, MEDWAY

ROLES = ("sign", "seal", "tls")


@pytest.fixture(scope="module")
def java() -> Path:
    try:
        return phase4.built()
    except Unavailable as missing:
        needs(condition=False, what=str(missing))
        raise


@dataclass
class Met:
    """Kent's installation, and what the integrator has: the kit as it was unzipped, and the keys it made."""

    kent: Path
    kit: Path
    keys: Path


def met(folder: Path, profile: Profile) -> Met:
    """Both sides as their pages say: keys from the kit's own page, a record, two people on the phone, onboarding."""
    made = Met(folder / "kent", folder / "kit", folder / "keys")
    (machines,) = wiring.free_ports(1)
    said = ("--address", "localhost", "--machines-port", str(machines), "--pages-port", "0", "--operator-port", "0")
    assert run("--dir", made.kent, "init", KENT, *said).exit_code == 0
    _kit(made)
    _make_keys(made, profile)
    shown = tuple(Certificate(CertificateRole(role), (made.keys / f"{role}.crt.pem").read_text()) for role in ROLES)
    installed = wiring.assemble(made.kent)
    council = installed.store.register().directory.get(MEDWAY)
    for name in ("a.shah", "g.lowe"):
        person = Person(PersonId(name), Role.OPERATOR, KENT)
        people.add(installed.gateway, installed.store, person, KENT, wiring.now())
    record = folder / "medway.toml"
    there = replace(council, channel=Channel.AS4, endpoint="https://localhost:1/as4", profile=profile)
    record.write_text(partners.to_toml([replace(there, certificates=shown)]))
    installed.store.engine.dispose()
    steps = [
        ("import", record, "--private"),
        ("onboard", MEDWAY, "--by", "a.shah"),
        *(("confirm", MEDWAY, "--by", name, "--number", "01632 960111") for name in ("a.shah", "g.lowe")),
    ]
    for words in steps:
        told = run("--dir", made.kent, "partners", *words)
        assert told.exit_code == 0, told.output
    _kit(made)
    return made


def _kit(made: Met) -> None:
    file = made.kent.parent / "kit.zip"
    told = run("--dir", made.kent, "partners", "kit", MEDWAY, "--out", file)
    assert told.exit_code == 0, told.output
    with zipfile.ZipFile(file) as archive:
        archive.extractall(made.kit)


def _make_keys(made: Met, profile: Profile) -> None:
    """By the commands of the page; for profile 2.0, whose sealing key no authority of theirs signs here, by ours."""
    made.keys.mkdir()
    page = (made.kit / "README.md").read_text()
    for command in re.findall(r"^openssl req .*$", page, re.MULTILINE):
        done = program(*command.split(), where=made.keys)
        assert done.returncode == 0, done.stderr
    if profile is Profile.EDELIVERY_2_0:
        for role in ("sign", "seal"):
            for left in made.keys.glob(f"{role}.*"):
                left.unlink()
            issued.write(made.keys / role, *issued.make(role, MEDWAY, (), wiring.now(), profile))


@pytest.mark.parametrize("profile", Profile)
def test_an_integrator_with_the_kit_alone_gets_every_specimen_receipted(
    tmp_path: Path, java: Path, profile: Profile
) -> None:
    made = met(tmp_path, profile)
    with serving(made.kent):
        path, quiet = f"{java / 'classes'}:{java / 'lib'}/*", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        words = ["-Dphase4.manager.inmemory=true", "-cp", path, "interop.FromKit", made.kit, profile, made.keys]
        done = subprocess.run(
            ["java", phase4.HEAP, quiet, *map(str, words)],
            cwd=tmp_path, capture_output=True, text=True, timeout=500, check=False,
        )  # fmt: skip
    said = [line.split() for line in done.stdout.splitlines()]
    assert [line for line in said if line[2:] != ["receipt"]] == [], done.stderr[-2000:]
    wanted = {path.name for path in (made.kit / "specimens" / "to-us").iterdir()}
    assert [line[0] for line in said] == ["ping", *sorted(wanted)]
    installed = wiring.assemble(made.kent)
    store, council = installed.store, installed.store.register().directory.get(MEDWAY)
    assert store.counts() == {}
    assert all(one.came for one in connecting.far(installed.gateway, store, council))
    told = run("--dir", made.kent, "partners", "rehearse", MEDWAY, "--show")
    assert re.search(r"0 of \d+ kinds passed both ways", told.output)
    store.engine.dispose()
