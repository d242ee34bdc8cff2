"""Only what the authority signed about this very certificate, and what is current today, is an answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509 import ReasonFlags, ocsp

from gateway.core.as4 import authorities, revocation
from gateway.core.as4.authorities import DOUBT_WORDS, Doubt, Doubtful, Offered
from gateway.core.as4.revocation import Answer
from gateway.core.facts import Says
from tests.authority import DAY, OCSP_SIGNING, ODD, YEAR, Authority, Key, critical, name
from tests.simulator import NOON

AUTHORITY = Authority()
KEY = ec.generate_private_key(ec.SECP256R1())
LEAF = AUTHORITY.issue(KEY.public_key(), "council-887")
OTHER = AUTHORITY.issue(KEY.public_key(), "council-888")
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def forgiven() -> None:
    AUTHORITY.taken.clear()
    AUTHORITY.unknown.clear()


def listed(content: bytes, leaf: x509.Certificate = LEAF, authority: Authority = AUTHORITY) -> Answer:
    return revocation.read_crl(content, leaf, authority.certificate, NOON)


def answered(made: Callable[[bytes], bytes], authority: Authority = AUTHORITY, leaf: x509.Certificate = LEAF) -> Answer:
    asked = revocation.request(leaf, authority.certificate, b"n" * revocation.NONCE_BYTES)
    return revocation.read_ocsp(made(asked), asked, authority.certificate, NOON)


def spoiled(content: bytes) -> bytes:
    """One bit of the signature, which ends it: a byte put in its place would at times be the same."""
    return content[:-1] + bytes([content[-1] ^ 1])


def doubt(ask: Callable[[], Answer]) -> Doubt:
    with pytest.raises(Doubtful) as raised:
        ask()
    assert DOUBT_WORDS[raised.value.doubt]
    return raised.value.doubt


@pytest.mark.parametrize("key", [KEY, rsa.generate_private_key(65537, 2048)], ids=["ec", "rsa"])
def test_good_certificate_is_good_until_the_next_answer_by_either_way(key: Key) -> None:
    authority = Authority(key=key)
    leaf = authority.issue(KEY.public_key(), "council-887")
    good = Answer(Says.GOOD, NOON - HOUR, NOON - HOUR + DAY)
    assert listed(authority.crl(NOON - HOUR), leaf, authority) == good
    assert answered(lambda asked: authority.answer(leaf, asked, NOON - HOUR), authority, leaf) == good


@pytest.mark.parametrize(
    ("reason", "says", "stolen"),
    [
        (None, Says.REVOKED, True),
        (ReasonFlags.key_compromise, Says.REVOKED, True),
        (ReasonFlags.ca_compromise, Says.REVOKED, True),
        (ReasonFlags.superseded, Says.REVOKED, False),
        (ReasonFlags.cessation_of_operation, Says.REVOKED, False),
        (ReasonFlags.certificate_hold, Says.HELD, False),
    ],
)
def test_certificate_that_was_taken_back_is_said_so_by_either_way(
    reason: ReasonFlags | None,
    says: Says,
    stolen: bool,  # noqa: FBT001  (a row of a table)
) -> None:
    AUTHORITY.take_back(LEAF, NOON - DAY, reason)
    gone = Answer(says, NOON, NOON + DAY, NOON - DAY, stolen)
    assert listed(AUTHORITY.crl(NOON)) == gone
    assert answered(lambda asked: AUTHORITY.answer(LEAF, asked, NOON)) == gone
    assert listed(AUTHORITY.crl(NOON), OTHER).says is Says.GOOD


STRANGER = Authority()
SAME_NAME = "a list of somebody who has the same name"
POINT = [x509.UniformResourceIdentifier("http://authority.example/crl")]
ELSEWHERE = [x509.UniformResourceIdentifier("http://authority.example/other")]


def scope(**more: object) -> tuple[x509.ExtensionType, bool]:
    told: dict[str, object] = {
        "full_name": None, "relative_name": None, "only_contains_user_certs": False, "only_contains_ca_certs": False,
        "only_some_reasons": None, "indirect_crl": False, "only_contains_attribute_certs": False,
    }  # fmt: skip
    return critical(x509.IssuingDistributionPoint(**{**told, **more}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", Doubt.MALFORMED),
        (b"<html>We have moved</html>", Doubt.MALFORMED),
        (AUTHORITY.crl(NOON)[:-9], Doubt.MALFORMED),
        (spoiled(AUTHORITY.crl(NOON)), Doubt.SIGNATURE),
        (STRANGER.crl(NOON), Doubt.SIGNATURE),
        (AUTHORITY.crl(NOON, issuer="Somebody"), Doubt.SIGNATURE),
        (AUTHORITY.crl(NOON - 2 * DAY), Doubt.STALE),
        (AUTHORITY.crl(NOON - DAY), Doubt.STALE),
        (AUTHORITY.crl(NOON + HOUR), Doubt.STALE),
        (AUTHORITY.crl(NOON, DAY, critical(x509.DeltaCRLIndicator(1))), Doubt.KIND),
        (AUTHORITY.crl(NOON, DAY, (x509.DeltaCRLIndicator(1), False)), Doubt.KIND),
        (AUTHORITY.crl(NOON, DAY, critical(ODD)), Doubt.KIND),
        (AUTHORITY.crl(NOON, DAY, scope(indirect_crl=True)), Doubt.KIND),
        (AUTHORITY.crl(NOON, DAY, scope(only_some_reasons=frozenset({ReasonFlags.superseded}))), Doubt.KIND),
        (AUTHORITY.crl(NOON, DAY, scope(only_contains_ca_certs=True)), Doubt.ANOTHER),
        (AUTHORITY.crl(NOON, DAY, scope(only_contains_attribute_certs=True)), Doubt.ANOTHER),
        (AUTHORITY.crl(NOON, DAY, scope(full_name=ELSEWHERE)), Doubt.ANOTHER),
    ],
)
def test_list_that_proves_nothing_is_refused(content: bytes, expected: Doubt) -> None:
    assert doubt(lambda: listed(content)) is expected


def test_list_is_read_in_pem_and_for_the_part_that_the_certificate_names() -> None:
    whole = x509.load_der_x509_crl(AUTHORITY.crl(NOON)).public_bytes(Encoding.PEM)
    assert listed(whole).says is Says.GOOD
    assert listed(AUTHORITY.crl(NOON, DAY, (ODD, False))).says is Says.GOOD
    for one in (scope(full_name=POINT), scope(only_contains_user_certs=True)):
        assert listed(AUTHORITY.crl(NOON, DAY, one)).says is Says.GOOD


def test_authority_that_may_not_sign_lists_signs_none() -> None:
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    limited = AUTHORITY._made(AUTHORITY.key.public_key(), "Authority", [critical(usage)])
    assert doubt(lambda: revocation.read_crl(AUTHORITY.crl(NOON), LEAF, limited, NOON)) is Doubt.SIGNATURE


DELEGATE = AUTHORITY.responder(OCSP_SIGNING)


def over(made: Callable[[bytes], bytes]) -> Doubt:
    return doubt(lambda: answered(made))


def test_answer_that_proves_nothing_is_refused() -> None:
    answer = AUTHORITY.answer
    declined = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(Encoding.DER)
    assert over(lambda _: b"") is Doubt.MALFORMED
    assert over(lambda _: declined) is Doubt.DECLINED
    assert over(lambda asked: spoiled(answer(LEAF, asked, NOON))) is Doubt.SIGNATURE
    assert over(lambda asked: answer(OTHER, asked, NOON)) is Doubt.ANOTHER
    assert over(lambda asked: answer(LEAF, asked, NOON, nonce=b"another nonce")) is Doubt.ANOTHER
    assert over(lambda asked: answer(LEAF, asked, NOON - 2 * DAY)) is Doubt.STALE
    assert over(lambda asked: answer(LEAF, asked, NOON + HOUR)) is Doubt.STALE
    assert over(lambda asked: answer(LEAF, asked, NOON - 2 * HOUR, None)) is Doubt.STALE
    assert over(lambda asked: answer(LEAF, asked, NOON, DAY, critical(ODD))) is Doubt.KIND
    AUTHORITY.unknown.add(LEAF.serial_number)
    assert over(lambda asked: answer(LEAF, asked, NOON)) is Doubt.UNKNOWN


def test_answer_without_a_nonce_or_without_an_end_counts_within_its_own_times() -> None:
    assert answered(lambda asked: AUTHORITY.answer(LEAF, asked, NOON, nonce=None)).says is Says.GOOD
    assert answered(lambda asked: AUTHORITY.answer(LEAF, asked, NOON, None)).next_update == NOON + HOUR


def test_responder_answers_if_the_authority_itself_made_it_one() -> None:
    def by(signer: tuple[Key, x509.Certificate]) -> Callable[[bytes], bytes]:
        return lambda asked: AUTHORITY.answer(LEAF, asked, NOON, by=signer)

    assert answered(by(DELEGATE)).says is Says.GOOD
    assert over(by(AUTHORITY.responder())) is Doubt.SIGNATURE, "it may not answer"
    assert over(by(AUTHORITY.responder(OCSP_SIGNING, authority=STRANGER))) is Doubt.SIGNATURE
    ended = Authority(key=AUTHORITY.key, at=NOON - 2 * YEAR).responder(OCSP_SIGNING)
    assert over(by(ended)) is Doubt.SIGNATURE


def test_certificate_says_where_its_authority_is_asked() -> None:
    base = "http://authority.example"
    assert authorities.offered(LEAF) == Offered((f"{base}/ocsp",), (f"{base}/crl",), (f"{base}/issuer",))
    own = Authority(offers=frozenset()).issue(KEY.public_key(), "council-887")
    assert not authorities.offered(own)


@pytest.mark.parametrize(
    "point",
    [
        x509.DistributionPoint([x509.UniformResourceIdentifier("ldap://authority.example/cn=a")], None, None, None),
        x509.DistributionPoint(POINT, None, None, [x509.DirectoryName(name("Another"))]),
        x509.DistributionPoint(POINT, None, frozenset({ReasonFlags.superseded}), None),
    ],
)
def test_authority_that_can_be_asked_only_otherwise_is_not_taken_for_one_that_offers_nothing(
    point: x509.DistributionPoint,
) -> None:
    leaf = Authority(offers=frozenset()).issue(KEY.public_key(), "council-887", points=[point])
    assert authorities.offered(leaf) == Offered(unread=True)
    assert authorities.offered(leaf)


def test_fetched_authority_counts_if_its_key_is_the_one_that_the_certificate_names() -> None:
    made = AUTHORITY.certificate
    bundle = pkcs7.serialize_certificates([STRANGER.certificate, made], Encoding.DER)
    for content in (made.public_bytes(Encoding.DER), AUTHORITY.pem.encode(), bundle):
        assert authorities.issuer_among(LEAF, content, NOON) == made
    unnamed = x509.CertificateBuilder().subject_name(name("c")).issuer_name(made.subject).public_key(KEY.public_key())
    unnamed = unnamed.serial_number(1).not_valid_before(NOON - DAY).not_valid_after(NOON + DAY)
    for leaf, content in (
        (LEAF, STRANGER.certificate.public_bytes(Encoding.DER)),
        (LEAF, b"<html>"),
        (unnamed.sign(AUTHORITY.key, hashes.SHA256()), made.public_bytes(Encoding.DER)),
    ):
        with pytest.raises(Doubtful):
            authorities.issuer_among(leaf, content, NOON)
