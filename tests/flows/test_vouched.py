"""A certificate in no record counts when it is shown, if an authority that the record names made it out to the partner."""

from dataclasses import replace
from functools import partial

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.core import partners
from gateway.core.as4 import certificates
from gateway.core.partners import Anchor, CertificateRole
from gateway.core.records import Record
from gateway.flows import trusting
from tests.authority import YEAR, Authority
from tests.flows.test_checking import Line as Town
from tests.flows.test_checking import from_medway, line, shown
from tests.flows.test_trusting import medway_at_kent, send
from tests.simulator import MEDWAY, NOON

__all__ = ["line"]
KEY = ec.generate_private_key(ec.SECP256R1()).public_key()


@pytest.fixture
def town(line: Town) -> Town:
    """Kent names Medway's authority and has forgotten by which keys it signs."""
    kent = line.world.kent
    kent.gateway = replace(kent.gateway, met=partial(trusting.met, kent.gateway, kent.store))
    known = medway_at_kent(line.world)
    left = tuple(one for one in known.certificates if one.role is not CertificateRole.SIGN)
    anchors = (Anchor(line.authority.pem, MEDWAY),)
    kent.store.enlist([replace(known, certificates=left, anchors=anchors)], Record(()))
    return line


def shows(town: Town, made: x509.Certificate, role: CertificateRole = CertificateRole.SIGN) -> bool:
    kent = town.world.kent
    before = kent.store.register().version
    counts = trusting.met(kent.gateway, kent.store, role, made.public_bytes(Encoding.DER))
    assert (kent.store.register().version != before) is counts
    return counts


def test_message_signed_by_a_renewed_key_is_taken_and_the_key_stands_in_the_record(town: Town) -> None:
    assert from_medway(town.world) == "ParcelDelivered"
    known = medway_at_kent(town.world)
    assert len(known.pems("sign")) == 1 and known.awaiting is None


def test_receipt_signed_by_a_renewed_key_is_taken(town: Town) -> None:
    keep = tuple(shown("sign", town.authority.issue(one.public_key(), MEDWAY)) for one in town.issued["sign"])
    known = medway_at_kent(town.world)
    town.world.kent.store.enlist([replace(known, certificates=(*known.certificates, *keep))], Record(()))
    town.world.notice()
    assert send(town.world) == ["ParcelDelivered"]
    assert len(medway_at_kent(town.world).pems("sign")) == 3, "the two that were known, and the one that was shown"


def test_certificate_counts_only_if_all_of_it_fits(town: Town) -> None:
    issue = town.authority.issue
    fresh = issue(KEY, MEDWAY)
    assert not shows(town, issue(KEY, "council-888")), "made out to somebody else"
    assert not shows(town, Authority().issue(KEY, MEDWAY)), "by another authority"
    assert not shows(town, Authority(key=town.authority.key, at=NOON - 3 * YEAR).issue(KEY, MEDWAY)), "ended"
    assert not shows(town, Authority(key=town.authority.key, at=NOON + 3 * YEAR).issue(KEY, MEDWAY)), "not begun"
    connects = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False)
    assert not shows(town, issue(KEY, MEDWAY, connects)), "made out to connect, and not to sign"
    assert shows(town, issue(KEY, MEDWAY, connects), CertificateRole.TLS)
    assert shows(town, fresh) and not shows(town, fresh), "once"
    assert not trusting.met(town.world.kent.gateway, town.world.kent.store, CertificateRole.SIGN, b"none")


def test_certificate_that_was_revoked_is_not_met_again(town: Town) -> None:
    fresh, kent = town.authority.issue(KEY, MEDWAY), town.world.kent
    assert shows(town, fresh)
    gone = partners.revoked(medway_at_kent(town.world), certificates.fingerprint(fresh))
    kent.store.enlist([gone], Record(()))
    assert not shows(town, fresh)
