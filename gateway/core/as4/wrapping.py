"""The session key of a message, sealed for one certificate and opened again with its key: RSA-OAEP, or X25519 and HKDF.

What cannot be opened takes the same work whatever is wrong with it (reliability row 21).
"""

from cryptography import x509
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.core.as4.values import LEAST_RSA_BITS, KeyTransport, Opener, RsaOaep, X25519Agreement
from gateway.core.errors import Fault, Reason
from gateway.core.terms import Draw

KEY_BYTES = 16


def opener_with(*pairs: tuple[x509.Certificate, RSAPrivateKey | X25519PrivateKey]) -> Opener:
    """An opener whose keys lie in memory. Raises Fault UNSEALABLE when key and certificate do not belong together."""
    if any(certificate.public_key() != key.public_key() for certificate, key in pairs):
        raise Fault(Reason.UNSEALABLE, lasting=True)
    keys = dict(pairs)
    return Opener(tuple(keys), lambda certificate, transport: unwrap_with(keys[certificate], transport))


def wrap_for(certificate: x509.Certificate, session: bytes, draw: Draw) -> KeyTransport:
    """Seal a session key; RSA-OAEP brings randomness of its own. Raises Fault UNSEALABLE."""
    key = certificate.public_key()
    if isinstance(key, RSAPublicKey) and key.key_size >= LEAST_RSA_BITS:
        return RsaOaep(key.encrypt(session, _oaep(hashes.SHA256())))
    if not isinstance(key, X25519PublicKey):
        raise Fault(Reason.UNSEALABLE, lasting=True)
    ephemeral, salt = X25519PrivateKey.from_private_bytes(draw(32)), draw(32)
    wrapped = keywrap.aes_key_wrap(_derive(ephemeral.exchange(key), salt, _INFO, KEY_BYTES), session)
    return X25519Agreement(ephemeral.public_key().public_bytes_raw(), salt, _INFO, KEY_BYTES, wrapped)


def unwrap_with(key: RSAPrivateKey | X25519PrivateKey, transport: KeyTransport) -> bytes:
    """The opposite of ``wrap_for``, for a key in memory. Raises ValueError when it does not open.

    What cannot be a sealed key takes the work of one that does not open: else the time would tell them apart.
    """
    if isinstance(transport, RsaOaep) and isinstance(key, RSAPrivateKey):
        size = key.key_size // 8
        fits = (
            len(transport.wrapped) == size and int.from_bytes(transport.wrapped) < key.public_key().public_numbers().n
        )
        wrapped = transport.wrapped if fits else bytes(size - 1) + b"\2"
        return key.decrypt(wrapped, _oaep(hashes.SHA1() if transport.mgf1_sha1 else hashes.SHA256()))  # noqa: S303
    if isinstance(transport, X25519Agreement) and isinstance(key, X25519PrivateKey):
        wrapped = transport.wrapped if len(transport.wrapped) == len(_NEVER_UNWRAPS) else _NEVER_UNWRAPS
        try:
            secret = key.exchange(X25519PublicKey.from_public_bytes(transport.ephemeral))
        except ValueError:  # of small order
            secret, wrapped = bytes(32), _NEVER_UNWRAPS
        wrapping = _derive(secret, transport.salt, transport.info, transport.length)
        try:
            return keywrap.aes_key_unwrap(wrapping, wrapped)
        except keywrap.InvalidUnwrap:
            raise ValueError("the session key does not unwrap") from None
    raise ValueError("the key is of another kind than the transport")


# The small print.

_INFO = b"eDelivery"
_NEVER_UNWRAPS = bytes(KEY_BYTES + 8)  # RFC 3394 §2.2.3: what stands in it is checked


def _oaep(mask: hashes.HashAlgorithm) -> padding.OAEP:
    return padding.OAEP(padding.MGF1(mask), hashes.SHA256(), None)


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)
