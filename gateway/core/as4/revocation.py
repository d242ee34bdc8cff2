"""Whether the authority that issued a certificate has taken it back: the question, and what its answer proves.

An answer counts that the authority signed, that is about this very certificate and is current today (RFC 5280 §5 and
§6.3, RFC 6960). Anything else is a doubt with a name, and no answer.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

from gateway.core.as4 import certificates
from gateway.core.as4.authorities import Doubt, Doubtful, points
from gateway.core.facts import Says

OCSP_REQUEST = "application/ocsp-request"
CLOCKS_DIFFER = timedelta(minutes=5)
UNBOUNDED = timedelta(hours=1)
"""For how long an OCSP answer counts that does not say until when: its responder always has a newer one."""
NONCE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """What the authority says, from when and until when it counts. ``since`` is the day on which it took it back.

    ``stolen``: for all that it says, somebody else may have the key.
    """

    says: Says
    this_update: datetime
    next_update: datetime
    since: datetime | None = None
    stolen: bool = False


def request(certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes) -> bytes:
    """An OCSP request in DER. SHA-1 only names the certificate; every responder knows it (RFC 5019 §2.1.1)."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303
    return builder.add_extension(x509.OCSPNonce(nonce), critical=False).build().public_bytes(Encoding.DER)


def read_ocsp(content: bytes, asked: bytes, issuer: x509.Certificate, at: datetime) -> Answer:
    """What a responder answers to what was ``asked``. Raises Doubtful."""
    try:
        return _ocsp(ocsp.load_der_ocsp_response(content), ocsp.load_der_ocsp_request(asked), issuer, at)
    except certificates.UNREADABLE as error:
        raise Doubtful(Doubt.MALFORMED) from error


def read_crl(content: bytes, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Answer:
    """What a revocation list, in DER or PEM, says of a certificate. Raises Doubtful."""
    try:
        pem = content.lstrip().startswith(b"-----BEGIN")
        found = x509.load_pem_x509_crl(content) if pem else x509.load_der_x509_crl(content)
        return _listed(found, certificate, issuer, at)
    except certificates.UNREADABLE as error:
        raise Doubtful(Doubt.MALFORMED) from error


# -- an answer by OCSP ------------------------------------------------------------------------------------------------


def _ocsp(found: ocsp.OCSPResponse, asked: ocsp.OCSPRequest, issuer: x509.Certificate, at: datetime) -> Answer:
    if found.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise Doubtful(Doubt.DECLINED)
    if not any(_signed(found, one) for one in _responders(found, issuer, at)):
        raise Doubtful(Doubt.SIGNATURE)
    _refuse_unread((*found.extensions, *found.single_extensions), (x509.OCSPNonce,))
    if not _answers(found, asked):
        raise Doubtful(Doubt.ANOTHER)
    if found.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        raise Doubtful(Doubt.UNKNOWN)
    until = found.next_update_utc or found.this_update_utc + UNBOUNDED
    _check_current(found.this_update_utc, until, at)
    if found.certificate_status is ocsp.OCSPCertStatus.GOOD:
        return Answer(Says.GOOD, found.this_update_utc, until)
    return _taken_back(found.revocation_reason, found.revocation_time_utc, found.this_update_utc, until)


def _answers(found: ocsp.OCSPResponse, asked: ocsp.OCSPRequest) -> bool:
    """Whether it is about the certificate that was asked for, and says our nonce again if it says any.

    Responders that sign ahead leave the nonce out (RFC 6960 §4.4.1): what they say is bounded by its own times.
    """
    named = [
        (one.serial_number, one.issuer_key_hash, one.issuer_name_hash, one.hash_algorithm.name)
        for one in (found, asked)
    ]
    nonces = [set(_nonces(one.extensions)) for one in (found, asked)]
    return named[0] == named[1] and nonces[0] <= nonces[1]


def _nonces(extensions: Iterable[x509.Extension[x509.ExtensionType]]) -> Iterator[bytes]:
    return (one.value.nonce for one in extensions if isinstance(one.value, x509.OCSPNonce))


def _responders(found: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime) -> Iterator[x509.Certificate]:
    """The authority itself, and whom it made a responder by a certificate of its own hand (RFC 6960 §4.2.2.2)."""
    yield issuer
    for one in found.certificates:
        if one.not_valid_before_utc - CLOCKS_DIFFER <= at < one.not_valid_after_utc and _directly(one, issuer):
            with suppress(x509.ExtensionNotFound):
                usage = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
                if ExtendedKeyUsageOID.OCSP_SIGNING in usage:
                    yield one


def _signed(found: ocsp.OCSPResponse, by: x509.Certificate) -> bool:
    key, how = by.public_key(), found.signature_algorithm_oid
    try:
        if isinstance(key, RSAPublicKey) and how in _BY_RSA:
            key.verify(found.signature, found.tbs_response_bytes, padding.PKCS1v15(), _BY_RSA[how])
        elif isinstance(key, ec.EllipticCurvePublicKey) and how in _BY_EC:
            key.verify(found.signature, found.tbs_response_bytes, ec.ECDSA(_BY_EC[how]))
        elif isinstance(key, Ed25519PublicKey) and how == SignatureAlgorithmOID.ED25519:
            key.verify(found.signature, found.tbs_response_bytes)
        else:
            return False
    except InvalidSignature:
        return False
    return True


# -- an answer by a list ----------------------------------------------------------------------------------------------


def _listed(
    found: x509.CertificateRevocationList, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
) -> Answer:
    if found.issuer != issuer.subject or not _may_sign_lists(issuer) or _is_weak(found.signature_hash_algorithm):
        raise Doubtful(Doubt.SIGNATURE)
    if not found.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]  # the key of an authority signs
        raise Doubtful(Doubt.SIGNATURE)
    _refuse_unread(found.extensions, (x509.IssuingDistributionPoint,))
    with suppress(x509.ExtensionNotFound):
        found.extensions.get_extension_for_class(x509.DeltaCRLIndicator)
        raise Doubtful(Doubt.KIND)  # changes to a list that we do not have
    with suppress(x509.ExtensionNotFound):
        _check_covers(found.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value, certificate)
    if found.next_update_utc is None:
        raise Doubtful(Doubt.STALE)  # RFC 5280 §5.1.2.5: a list says when the next one comes
    _check_current(found.last_update_utc, found.next_update_utc, at)
    entry = found.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is None:
        return Answer(Says.GOOD, found.last_update_utc, found.next_update_utc)
    reason = None
    with suppress(x509.ExtensionNotFound):
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    return _taken_back(reason, entry.revocation_date_utc, found.last_update_utc, found.next_update_utc)


def _check_covers(scope: x509.IssuingDistributionPoint, certificate: x509.Certificate) -> None:
    """A list may be one of several: one of other certificates says nothing of this one (RFC 5280 §6.3.3 (b)(2))."""
    if scope.indirect_crl or scope.only_some_reasons or scope.relative_name:
        raise Doubtful(Doubt.KIND)
    if scope.only_contains_ca_certs or scope.only_contains_attribute_certs:
        raise Doubtful(Doubt.ANOTHER)
    theirs = {name for point in points(certificate) for name in point.full_name or ()}
    if scope.full_name and theirs.isdisjoint(scope.full_name):
        raise Doubtful(Doubt.ANOTHER)


def _may_sign_lists(issuer: x509.Certificate) -> bool:
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True  # RFC 5280 §4.2.1.3: a key whose use is not limited


# -- the small print --------------------------------------------------------------------------------------------------


def _taken_back(reason: x509.ReasonFlags | None, since: datetime | None, first: datetime, until: datetime) -> Answer:
    says = Says.HELD if reason is x509.ReasonFlags.certificate_hold else Says.REVOKED
    return Answer(says, first, until, since, stolen=says is Says.REVOKED and reason not in _IN_GOOD_ORDER)


def _check_current(first: datetime, until: datetime, at: datetime) -> None:
    if not first - CLOCKS_DIFFER <= at < until:
        raise Doubtful(Doubt.STALE)


def _refuse_unread(
    extensions: Iterable[x509.Extension[x509.ExtensionType]], read: Collection[type[x509.ExtensionType]]
) -> None:
    """Whoever marks an extension as critical wants nobody to go on who does not read it."""
    if any(one.critical and type(one.value) not in read for one in extensions):
        raise Doubtful(Doubt.KIND)


def _directly(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _is_weak(algorithm: hashes.HashAlgorithm | None) -> bool:
    """None: the signature has its hash built in, as Ed25519 has."""
    return algorithm is not None and algorithm.digest_size < hashes.SHA256.digest_size


_IN_GOOD_ORDER = frozenset({
    x509.ReasonFlags.superseded, x509.ReasonFlags.cessation_of_operation, x509.ReasonFlags.affiliation_changed,
})  # fmt: skip
"""Reasons for which a key that nobody stole is taken back."""

_BY_RSA = {
    SignatureAlgorithmOID.RSA_WITH_SHA256: hashes.SHA256(),
    SignatureAlgorithmOID.RSA_WITH_SHA384: hashes.SHA384(),
    SignatureAlgorithmOID.RSA_WITH_SHA512: hashes.SHA512(),
}
_BY_EC = {
    SignatureAlgorithmOID.ECDSA_WITH_SHA256: hashes.SHA256(),
    SignatureAlgorithmOID.ECDSA_WITH_SHA384: hashes.SHA384(),
    SignatureAlgorithmOID.ECDSA_WITH_SHA512: hashes.SHA512(),
}
