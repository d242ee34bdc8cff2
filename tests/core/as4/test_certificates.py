"""Which of several certificates is meant: by the kind of its key, by what both sides have, and by the day."""

import base64
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.core.as4 import Profile, Signer, certificates
from gateway.core.as4.certificates import Certificate
from gateway.edge import certificates as issued
from tests.core.as4.keys import Identity, identity
from tests.core.as4.kit import V1, V2

BOTH = (V1, V2)
KENT = {profile: identity("kent", profile) for profile in BOTH}
MEDWAY = {profile: identity("medway", profile) for profile in BOTH}


def signers(profiles: tuple[Profile, ...]) -> tuple[Signer, ...]:
    return tuple(KENT[profile].signer for profile in profiles)


def shown(role: str, profiles: tuple[Profile, ...]) -> list[Certificate]:
    def of(who: Identity) -> Certificate:
        return who.signs if role == "sign" else who.opens

    return [of(MEDWAY[profile]) for profile in profiles]


def test_the_key_of_a_certificate_says_which_profile_it_is_for() -> None:
    for profile, who in KENT.items():
        assert {certificates.profile_of(who.signs), certificates.profile_of(who.opens)} == {profile}


@pytest.mark.parametrize(
    ("ours", "theirs", "newest", "found"),
    [
        (BOTH, BOTH, V2, V2),
        (BOTH, BOTH, "", V2),
        (BOTH, BOTH, V1, V1),
        (BOTH, (V1,), V2, V1),
        (BOTH, (V2,), V2, V2),
        (BOTH, (V2,), V1, None),
        ((V1,), BOTH, V2, V1),
        ((V2,), BOTH, V2, V2),
        ((V1,), (V2,), V2, None),
        (BOTH, (), V2, None),
        ((), BOTH, V2, None),
    ],
)
def test_a_message_goes_by_the_newest_profile_for_which_both_have_keys_and_which_the_record_allows(
    ours: tuple[Profile, ...], theirs: tuple[Profile, ...], newest: str, found: Profile | None
) -> None:
    for order in (1, -1):
        made = certificates.agreed(signers(ours)[::order], shown("seal", theirs)[::order], newest)
        assert (made and made[2]) == found
        if made is not None:
            signer, certificate, profile = made
            assert (signer.certificate, certificate) == (KENT[profile].signs, MEDWAY[profile].opens)


def test_of_several_certificates_of_a_profile_the_first_is_sealed_for() -> None:
    other = identity("tideway", V2).opens
    made = certificates.agreed(signers(BOTH), [other, *shown("seal", BOTH)], V2)
    assert made is not None and made[1] == other


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        (BOTH, BOTH, V1),
        (BOTH, (V2,), V2),
        (BOTH, (V1,), V1),
        (BOTH, (), V1),
        ((V2,), (V1,), V2),
        ((V1,), (V2,), V1),
    ],
)
def test_an_answer_is_signed_in_the_oldest_profile_that_its_reader_shows(
    ours: tuple[Profile, ...], theirs: tuple[Profile, ...], found: Profile
) -> None:
    for order in (1, -1):
        signer = certificates.answering(signers(ours)[::order], shown("sign", theirs))
        assert certificates.profile_of(signer.certificate) is found


def test_it_is_time_for_a_new_certificate_when_the_longest_of_one_profile_ends() -> None:
    noon = datetime(2026, 11, 3, 12, tzinfo=UTC)
    begins = {(V1, 0): noon, (V1, 400): noon, (V2, 0): noon, (V2, 30): noon}
    held = [issued.make("sign", "kent", (), at + timedelta(days=days), profile)[1]
            for (profile, days), at in begins.items()]  # fmt: skip
    assert certificates.end(held) == noon + timedelta(days=30 + 365 * issued.YEARS)
    assert certificates.end([]) is None


@pytest.mark.parametrize(("role", "profile"), [*product(("sign", "seal"), BOTH)])
def test_keys_are_made_of_the_kind_that_the_profile_asks_for(role: str, profile: Profile) -> None:
    key, certificate = issued.make(role, "council-886", (), datetime(2026, 11, 3, tzinfo=UTC), profile)
    assert key.public_key() == certificate.public_key()
    kind = {(V2, "sign"): "Ed25519", (V2, "seal"): "X25519"}.get((profile, role), "RSA")
    assert kind in type(key).__name__
    assert certificates.profile_of(certificate) is profile
    own = certificate.issuer == certificate.subject
    assert own is (kind != "X25519")  # which cannot sign
    if own:
        certificate.verify_directly_issued_by(certificate)


def test_a_certificate_with_any_bit_changed_is_one_that_can_be_read_to_its_end_or_is_refused() -> None:
    """The library parses a certificate as it is asked, and some of what it raises is no ValueError."""
    authority, refused = MEDWAY[V2].signs, 0
    der = authority.public_bytes(Encoding.DER)
    for at, bit in product(range(len(der)), range(8)):
        spoilt = bytearray(der)
        spoilt[at] ^= 1 << bit
        try:
            shown = certificates.from_der(bytes(spoilt))
        except ValueError:
            refused += 1
            continue
        assert isinstance(certificates.issued(shown, authority, "medway", datetime(2026, 11, 3, 12, tzinfo=UTC)), bool)
        assert isinstance(certificates.is_for(shown, "sign"), bool)
    assert refused > len(der)


def test_a_certificate_of_no_known_version_is_none() -> None:
    der = bytearray(KENT[V2].signs.public_bytes(Encoding.DER))
    version = der.index(bytes.fromhex("a003020102")) + 4  # RFC 5280 §4.1.2.1: [0] EXPLICIT INTEGER, v3 is 2
    der[version] = 10
    pem = f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(der).decode()}-----END CERTIFICATE-----\n"
    with pytest.raises(ValueError, match="not a certificate"):
        certificates.from_der(bytes(der))
    with pytest.raises(ValueError, match="not a certificate"):
        certificates.load(pem)
