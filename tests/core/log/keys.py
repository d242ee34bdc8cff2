"""Keys from fixed seeds, so that signed bytes can be frozen."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.core.log.note import Kind, Verifier


class Key:
    """A private key that signs under a name."""

    def __init__(self, name: str, seed: bytes, kind: Kind = Kind.SIGNATURE) -> None:
        private = Ed25519PrivateKey.from_private_bytes(seed)
        self.sign = private.sign
        self.public = private.public_key().public_bytes_raw()
        self.name = name
        self.verifier = Verifier(name, self.public, kind)


LOG = Key("gateway.example/log", bytes(range(32)))
WITNESS = Key("witness.example", bytes(range(32, 64)), Kind.COSIGNATURE)
OTHER_WITNESS = Key("other.example", bytes(range(64, 96)), Kind.COSIGNATURE)
STRANGER = Key("stranger.example", bytes(range(96, 128)))
NOON = 1_768_219_200
"""12 January 2026, noon, UTC."""
