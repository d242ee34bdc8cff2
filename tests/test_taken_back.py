"""Two gateways that run, and an authority with a door of its own: it takes a certificate back, and both of them stop."""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from gateway import wiring
from gateway.commands import setup
from gateway.core.as4 import certificates
from gateway.core.delivery import State
from gateway.core.errors import Fault, Reason
from gateway.core.partners import Anchor, Wait, waits
from gateway.core.terms import PartnerId
from gateway.edge import vault
from gateway.wiring import Installation, Running, duties
from tests.authority import Authority, Office, served
from tests.faults.pair import Client, Pair, leaver, set_up
from tests.serving import until
from tests.simulator import KENT, MEDWAY
from tests.test_rollover import delivered, hand_over, run

LATER = timedelta(hours=2)


@dataclass
class Town:
    """Kent, Medway with certificates of an authority, and a school that sends."""

    pair: Pair
    kent: Installation
    medway: Installation
    authority: Authority
    office: Office
    issued: dict[str, list[x509.Certificate]]
    sent: int = 0
    _client: Client = field(init=False)

    def __post_init__(self) -> None:
        self._client = Client(self.pair.school)

    def send(self) -> None:
        """A door that was renewed closes what rests, so the school may have to come again."""
        self.sent += 1
        made = leaver(self.sent)
        answer = self._client.upload(made.name, made.content) or self._client.upload(made.name, made.content)
        assert answer is not None and answer[0] == 200, answer

    def take_back(self, role: str) -> None:
        for one in self.issued[role]:
            self.authority.take_back(one, wiring.now())

    def ask(self) -> None:
        """What the timetable does an hour later."""
        duties.ask_authorities(self.kent, wiring.now() + LATER)

    def said(self, *words: str) -> str:
        return run("--dir", self.pair.folder / "kent", *words)

    def close(self) -> None:
        self._client.close()


@pytest.fixture
def town(tmp_path: Path, urls: dict[PartnerId, str]) -> Iterator[Town]:
    with opened(tmp_path, urls) as made:
        yield made


@contextmanager
def opened(tmp_path: Path, urls: dict[PartnerId, str], renewed: str = "") -> Iterator[Town]:
    """``renewed``: Medway shows newer certificates, made out to that name, than Kent pins; Kent knows the authority."""
    office = Office(lambda _path, _posted: None)
    with served(office) as url:
        pair, authority = set_up(tmp_path, urls), Authority(url, at=wiring.now())
        issued = certified(pair.medway, authority)
        office.answer = lambda path, posted: answered(authority, issued, path, posted)
        for side in (pair.kent, pair.medway):
            side.store.engine.dispose()
        kent, medway = (wiring.assemble(tmp_path / name) for name in ("kent", "medway"))
        record = setup.own_record(medway, medway.store.register().directory.get(MEDWAY))
        anchored = replace(record, anchors=(Anchor(authority.pem, MEDWAY),) if renewed else ())
        for side, known in ((kent, anchored), (medway, record)):
            setup.enlist(side, [known], wiring.now())
        if renewed:
            certified(medway, authority, renewed, ("sign", "tls"))
            medway.store.engine.dispose()
            medway = wiring.assemble(tmp_path / "medway")
        made = Town(pair, kent, medway, authority, office, issued)
        sides = [Running(kent), Running(medway)]
        for one in sides:
            one.start()
        yield made
        made.close()
        for one in sides:
            one.stop()


def certified(
    medway: Installation, authority: Authority, name: str = MEDWAY, roles: Collection[str] = vault.ROLES
) -> dict[str, list[x509.Certificate]]:
    """The authority makes out a certificate for each key of Medway's."""
    issued: dict[str, list[x509.Certificate]] = {}
    for pair in (one for one in medway.vault.pairs(MEDWAY) if one.role in roles):
        made = authority.issue(pair.certificate.public_key(), name, hosts=("localhost",))
        pair.certificate_file.write_bytes(made.public_bytes(Encoding.PEM))
        issued.setdefault(pair.role, []).append(made)
    return issued


def answered(
    authority: Authority, issued: dict[str, list[x509.Certificate]], path: str, posted: bytes
) -> bytes | None:  # fmt: skip
    if path == "/crl":
        return authority.crl(wiring.now())
    if path == "/issuer":
        return authority.certificate.public_bytes(Encoding.DER)
    serial = ocsp.load_der_ocsp_request(posted).serial_number
    meant = next(one for some in issued.values() for one in some if one.serial_number == serial)
    return authority.answer(meant, posted, wiring.now())


def lets_in(town: Town) -> bool:
    """Whether Kent's door lets Medway in."""
    kent = town.medway.store.register().directory.get(KENT)
    try:
        return town.medway.ask.look(kent, MEDWAY).status == 200
    except Fault:
        return False


def test_authority_takes_a_certificate_back_and_both_ways_are_shut_until_the_partner_has_another(town: Town) -> None:
    town.send()
    until(lambda: delivered(town.kent) == 1)
    until(lambda: len(town.kent.store.checked()) == 5)  # the timetable has asked by itself
    assert lets_in(town) and "is good until" in town.said("partners", "show", MEDWAY)
    assert "authority" not in town.said("status")
    town.take_back("tls")
    town.ask()
    until(lambda: not lets_in(town))
    town.send()
    medway = town.kent.store.register().directory.get(MEDWAY)
    assert waits(medway, wiring.now()) is Wait.KEYS
    assert town.kent.store.counts()[State.WAITING] == 1 and delivered(town.kent) == 1
    assert "was taken back by its authority" in town.said("status")
    assert "was taken back by its authority" in town.said("partners", "show", MEDWAY)
    found = run("--dir", town.pair.folder / "kent", "doctor", "--offline", fails=True)
    assert "authority of Medway" in found
    today, keys = str(wiring.now().date()), map(certificates.fingerprint, town.issued["seal"])
    went = [town.said("keys", "under", one, "--partner", MEDWAY, "--since", today) for one in keys]
    assert ["2 went or came under it" in one for one in went].count(True) == 1, went
    for role in vault.ROLES:  # its signing key still counts, so nobody picks up a telephone
        vault.add_pairs(town.medway.settings.keys, MEDWAY, role, ("localhost",), wiring.now())
    directory = town.medway.store.register().directory
    setup.enlist(town.medway, [setup.own_record(town.medway, directory.get(MEDWAY))], wiring.now())
    hand_over(town.pair.folder, town.pair.folder / "new.toml")
    until(lambda: delivered(town.kent) == 2)
    until(lambda: lets_in(town))
    town.send()
    until(lambda: delivered(town.kent) == 3)


def test_authority_that_is_silent_slow_or_lies_stops_nothing(town: Town) -> None:
    town.ask()
    for answer in (lambda _p, _q: None, lambda _p, _q: b"<html>", lambda _p, _q: Authority().crl(wiring.now())):
        town.office.answer = answer
        town.ask()
    town.send()
    until(lambda: delivered(town.kent) == 1)
    assert {one.doubt is None for one in town.kent.store.checked().values()} == {False}
    assert "asked again in vain" in town.said("partners", "show", MEDWAY)


def listed(town: Town) -> Counter[str]:
    """How many certificates Kent's record of Medway has for what."""
    medway = town.kent.store.register().directory.get(MEDWAY)
    return Counter(str(one.role) for one in medway.certificates)


def test_certificate_that_an_authority_of_the_record_renewed_counts_when_it_is_shown(
    tmp_path: Path, urls: dict[PartnerId, str]
) -> None:
    with opened(tmp_path, urls, renewed=MEDWAY) as town:
        assert lets_in(town)
        town.send()
        until(lambda: delivered(town.kent) == 1)
        assert listed(town) == {"sign": 3, "seal": 2, "tls": 2}


def test_certificate_of_the_same_authority_for_somebody_else_counts_for_nothing(
    tmp_path: Path, urls: dict[PartnerId, str]
) -> None:
    with opened(tmp_path, urls, renewed="council-999") as town:
        assert not lets_in(town)
        town.send()
        until(lambda: any(one.reason == Reason.TLS for one in town.kent.store.parcels_in(list(State), 9)))
        assert listed(town) == {"sign": 2, "seal": 2, "tls": 1} and delivered(town.kent) == 0
