"""Two councils set up on disk as an operator would, and a school that sends to one of them over its real door."""

import base64
import contextlib
import hashlib
import http.client
import ssl
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from gateway import wiring
from gateway.commands import setup
from gateway.core import partners, sample
from gateway.core.partners import Certificate, CertificateRole, Channel, Partner, PartnerKind
from gateway.core.sample import Wish
from gateway.core.terms import PartnerId, Period
from gateway.edge import certificates
from gateway.wiring import Installation
from tests.simulator import KENT, LARKMERE, MEDWAY, NUMBERS, TIDEWAY

PATIENCE = 90.0
"""Seconds that a client waits for one answer: longer than any lock is held."""

QUICK = {
    "steps = [60, 120, 300, 900, 1800]": "steps = [0.2, 0.4, 0.8]",
    "then = 1800": "then = 1",
    "lease = 180": "lease = 5",
    "most = 20": "most = 6",
    "dispatch = 2": "dispatch = 0.2",
    "workers = 2": "workers = 1",
    "checkpoint = 0.5": "checkpoint = 0.3",
    'machines_host = "0.0.0.0"': 'machines_host = "127.0.0.1"',
}
"""The shipped settings with waits of a second instead of minutes."""

FOLDERS = {KENT: "kent", MEDWAY: "medway"}


@dataclass(frozen=True, slots=True)
class School:
    """Who uploads: where its council listens, whom it trusts there, and what it shows."""

    port: int
    context: ssl.SSLContext


@dataclass(frozen=True, slots=True)
class Pair:
    folder: Path
    kent: Installation
    medway: Installation
    school: School


def set_up(folder: Path, urls: dict[PartnerId, str]) -> Pair:
    """Two installations under ``folder`` that know each other, on free ports, and the school's key."""
    at, ports = wiring.now(), wiring.free_ports(4)
    made = {
        home: _installed(folder / FOLDERS[home], home, url, ports.pop(), ports.pop(), at) for home, url in urls.items()
    }
    kent, medway = made[KENT], made[MEDWAY]
    stem = folder / "school"
    certificates.write(stem, *certificates.make("tls", LARKMERE, (), at))
    pem = stem.with_name("school.crt.pem").read_text(encoding="ascii")
    for ours, theirs in ((kent, medway), (medway, kent)):
        exported = partners.to_toml((theirs.store.register().directory.get(theirs.settings.homes[0]),))
        schools = [_school(LARKMERE, KENT, at, pem), _school(TIDEWAY, MEDWAY, at)]
        setup.enlist(ours, [*partners.from_toml(exported), *schools], at)
    pinned = kent.vault.current(KENT, "tls").certificate_file.read_text(encoding="ascii")
    return Pair(folder, kent, medway, School(kent.settings.listen.machines_port, _trusting(pinned, stem)))


def leaver(number: int) -> sample.SampleFile:
    """The ``number``-th file that the school sends: one child, and no two files alike."""
    source, dest = NUMBERS[LARKMERE], NUMBERS[TIDEWAY]
    return sample.ctf(Wish(source=source, dest=dest, partial=True, seed=number, sequence=number % 999 + 1))


@dataclass
class Client:
    """A school's machine with one connection that it opens again when it breaks."""

    school: School
    _open: http.client.HTTPSConnection | None = field(default=None, init=False)

    def upload(self, name: str, content: bytes) -> tuple[int, bytes] | None:
        """Status and answer; None when the connection broke and nobody knows what became of the file."""
        sha256 = base64.b64encode(hashlib.sha256(content).digest()).decode()
        headers = {"Content-Digest": f"sha-256=:{sha256}:", "Gateway-File-Name": name}
        try:
            if self._open is None:
                self._open = http.client.HTTPSConnection(
                    "localhost", self.school.port, timeout=PATIENCE, context=self.school.context
                )
            self._open.request("POST", "/uploads", content, headers)
            answer = self._open.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return None

    def close(self) -> None:
        if self._open is not None:
            with contextlib.suppress(OSError):
                self._open.close()
            self._open = None


def _installed(folder: Path, home: PartnerId, url: str, machines: int, pages: int, at: datetime) -> Installation:
    text = setup.settings_text((home,), "localhost", machines, pages, url, at.date())
    for shipped, quick in QUICK.items():
        assert shipped in text
        text = text.replace(shipped, quick)
    return setup.found(folder, text, at)


def _school(one: PartnerId, served_by: PartnerId, at: datetime, pem: str = "") -> Partner:
    kind = PartnerKind.MAINTAINED_SCHOOL if one == LARKMERE else PartnerKind.ACADEMY
    first = Period(at.date() - timedelta(days=400))
    made = Partner(one, kind, f"School {one}", first, Channel.INBOX, laestab=NUMBERS[one], served_by=served_by)
    return replace(made, certificates=(Certificate(CertificateRole.TLS, pem),)) if pem else made


def _trusting(pem: str, stem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=pem)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_cert_chain(stem.with_name(stem.name + ".crt.pem"), stem.with_name(stem.name + ".key.pem"))
    return context
