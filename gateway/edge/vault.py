"""Keys, and what rests under them. Nothing outside this room sees a private key; TLS keys alone are files by path.

A folder of files here; an HSM or KMS takes its place by offering the same few methods. A document's key is made for
it, wrapped by the at-rest key (RFC 3394), and deleting the wrapped key is deleting the document.
"""

import hashlib
import hmac
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from gateway.core import as4
from gateway.core.as4 import Profile
from gateway.core.as4.certificates import profile_of
from gateway.core.errors import Fault, Reason
from gateway.core.log import mark, note
from gateway.core.records import Kept
from gateway.core.terms import Draw, PartnerId
from gateway.edge import certificates

ROLES_OF_A_HOME = ("sign", "seal")
ROLES = (*ROLES_OF_A_HOME, "tls")
"""A home signs and opens for itself, with a pair for each profile; the first home's TLS pair stands at the door."""


_CLASS_AND_YEAR = re.compile(r"[a-z0-9-]{1,60}\.[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Pair:
    """One key pair of a home, as it lies on disk."""

    home: PartnerId
    role: str
    number: int
    certificate: x509.Certificate
    key_file: Path
    certificate_file: Path

    @property
    def profile(self) -> Profile | None:
        """The profile that its kind of key is for."""
        return profile_of(self.certificate)


class FolderVault:
    """Keys in ``folder``: ``<home>/<role>-<n>.{key,crt}.pem``, ``log[-<n>].key``, ``rest/<n>.key`` and others.

    ``ends/<class>.<year>.key`` wraps what goes with the end of that year; ``archive/log-<n>.vkey`` is a public key.
    """

    def __init__(self, folder: Path, origin: str, clock: Callable[[], datetime], draw: Draw = os.urandom) -> None:
        self.folder, self._origin, self._clock, self._draw = folder, origin, clock, draw
        self._private: dict[Path, certificates.PrivateKey] = {}
        self._signers: dict[Path, as4.Signer] = {}
        self._logs: dict[int, ed25519.Ed25519PrivateKey] = {}
        self._pairs: dict[PartnerId, tuple[int, tuple[Pair, ...]]] = {}
        self._rest = {path.stem: path.read_bytes() for path in sorted((folder / "rest").glob("*.key"))}
        self._blind = (folder / "blind.key").read_bytes()
        self._newest_rest = max(self._rest, key=int)

    def keep(self, content: bytes) -> Kept:
        """Close bytes under a fresh key; the id is random and bound to them."""
        own, kept_id, nonce = self._draw(32), self._draw(16).hex(), self._draw(12)
        sealed = nonce + AESGCM(own).encrypt(nonce, content, kept_id.encode())
        return Kept(kept_id, sealed, aes_key_wrap(self._rest[self._newest_rest], own), self._newest_rest)

    def open_kept(self, kept: Kept) -> bytes:
        """The opposite of ``keep``. Raises Fault(VAULT) when the key is gone or the bytes were altered."""
        try:
            return AESGCM(self._own_key(kept)).decrypt(kept.sealed[:12], kept.sealed[12:], kept.id.encode())
        except InvalidTag as error:
            raise Fault(Reason.VAULT, lasting=True) from error

    def wrap_under(self, name: str, kept: Kept) -> Kept:
        """The same bytes, whose own key is wrapped by the key ``name`` of one class and year, made where it is not yet.

        That key is in no database and no backup of one. Raises Fault(VAULT).
        """
        path = self._wrapping(name)
        if not path.exists():
            certificates.write_private(path, self._draw(32))
        return replace(kept, wrapped=aes_key_wrap(path.read_bytes(), self._own_key(kept)), wrapped_by=name)

    def wrapping_keys(self) -> Sequence[str]:
        """The keys of classes and years that are still here."""
        return sorted(path.stem for path in (self.folder / "ends").glob("*.key"))

    def destroy_wrapping_key(self, name: str) -> None:
        """Overwrite and remove a key: whatever it wrapped, wherever a copy lies, opens to nobody."""
        path = self._wrapping(name)
        with path.open("r+b") as key:
            key.write(bytes(32))
            key.flush()
            os.fsync(key.fileno())
        path.unlink()

    def _wrapping(self, name: str) -> Path:
        if not _CLASS_AND_YEAR.fullmatch(name):
            raise Fault(Reason.VAULT, lasting=True)
        return self.folder / "ends" / f"{name}.key"

    def _own_key(self, kept: Kept) -> bytes:
        """The key of one document. Raises Fault(VAULT) when what wrapped it is gone."""
        try:
            known = self._rest.get(kept.wrapped_by)
            return aes_key_unwrap(known or self._wrapping(kept.wrapped_by).read_bytes(), kept.wrapped)
        except (OSError, InvalidUnwrap) as error:
            raise Fault(Reason.VAULT, lasting=True) from error

    def blind(self, text: str) -> str:
        """A keyed digest, by which the store finds a child without holding the number."""
        return hmac.new(self._blind, text.encode(), hashlib.sha256).hexdigest()

    def sign_note(self, text: str) -> str:
        """Sign a text as a C2SP signed note under the newest log's key."""
        return self.sign_log(self.newest_log, text)

    def sign_log(self, log: int, text: str) -> str:
        """Sign a text as a C2SP signed note under the key of one log. Raises Fault(VAULT) when it is not here."""
        key = self._log_key(log)
        return note.sign_note(text, self.origin(log), key.public_key().public_bytes_raw(), key.sign)

    def origin(self, log: int) -> str:
        return mark.origin_of(self._origin, log)

    def number_of(self, origin: str) -> int | None:
        """The opposite of ``origin``; None for the name of somebody else's log."""
        return mark.number_of(self._origin, origin)

    def verifier(self, log: int) -> note.Verifier:
        """The public key of one log: the archived one where another key took over. Raises Fault(VAULT)."""
        return self.archived(log) or note.Verifier(self.origin(log), self._log_key(log).public_key().public_bytes_raw())

    def archived(self, log: int) -> note.Verifier | None:
        """The public key of a log that ended, kept with its algorithm; no private key is needed to check by it.

        Raises Fault(VAULT) for one that was spoilt.
        """
        path = archive_file(self.folder, log)
        try:
            found = note.parse_archived(path.read_text(encoding="ascii")) if path.exists() else None
        except (OSError, ValueError) as error:
            raise Fault(Reason.VAULT, lasting=True) from error
        if found is not None and found.name != self.origin(log):
            raise Fault(Reason.VAULT, lasting=True)
        return found

    @property
    def newest_log(self) -> int:
        """The newest log that there is a key for; looked up each time, for another program may make one."""
        return max((int(path.stem.removeprefix("log-")) for path in self.folder.glob("log-*.key")), default=1)

    @property
    def vkey(self) -> str:
        """The verifier key that outsiders need for the newest log: ``origin+hash+key``."""
        return self.verifier(self.newest_log).vkey

    def verifiers(self) -> Sequence[note.Verifier]:
        """The public keys of all our logs, under any of which a receipt of ours may be signed. Raises Fault(VAULT)."""
        return [self.verifier(number) for number in range(1, self.newest_log + 1)]

    @property
    def witness(self) -> note.Verifier:
        """The public key with which we countersign the logs of partners. Raises Fault(VAULT) when it is not here."""
        public = self._witness_key().public_key().public_bytes_raw()
        return note.Verifier(f"{self._origin}/witness", public, note.Kind.COSIGNATURE)

    def cosign(self, text: str, at: int) -> str:
        """Our line below a partner's checkpoint at the second ``at``. Raises Fault(VAULT)."""
        key = self._witness_key()
        return note.cosign(text, self.witness.name, self.witness.public, at, key.sign)

    def _witness_key(self) -> ed25519.Ed25519PrivateKey:
        try:
            return ed25519.Ed25519PrivateKey.from_private_bytes((self.folder / "witness.key").read_bytes())
        except OSError as error:
            raise Fault(Reason.VAULT) from error

    def _log_key(self, log: int) -> ed25519.Ed25519PrivateKey:
        if log not in self._logs:
            try:
                content = log_file(self.folder, log).read_bytes()
            except OSError as error:
                raise Fault(Reason.VAULT) from error
            self._logs[log] = ed25519.Ed25519PrivateKey.from_private_bytes(content)
        return self._logs[log]

    def signers(self, home: PartnerId) -> tuple[as4.Signer, ...]:
        """Of each profile the newest signing key whose certificate is valid now. Raises Fault(VAULT) without any."""
        newest = {pair.profile: pair for pair in self._valid(home, "sign")}
        if not newest:
            raise Fault(Reason.VAULT, lasting=True)
        return tuple(map(self._signer, newest.values()))

    def every_signer(self, home: PartnerId) -> tuple[as4.Signer, ...]:
        """Every signing key of a home: a partner may know the old one only."""
        return tuple(self._signer(pair) for pair in self.pairs(home) if pair.role == "sign")

    def _signer(self, pair: Pair) -> as4.Signer:
        if pair.key_file not in self._signers:
            key = self._key(pair)
            assert isinstance(key, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey)
            self._signers[pair.key_file] = as4.signer_with(pair.certificate, key)
        return self._signers[pair.key_file]

    def opener(self, home: PartnerId) -> as4.Opener:
        """Every sealing key of a home, so that what was sealed to an old certificate still opens."""
        held = {pair.certificate: pair for pair in self.pairs(home) if pair.role == "seal"}

        def unwrap(certificate: x509.Certificate, transport: as4.KeyTransport) -> bytes:
            key = self._key(held[certificate])
            assert isinstance(key, rsa.RSAPrivateKey | x25519.X25519PrivateKey)
            return as4.unwrap_with(key, transport)

        return as4.Opener(tuple(held), unwrap)

    def current(self, home: PartnerId, role: str, profile: Profile = Profile.EDELIVERY_1_15) -> Pair:
        """The newest pair of a role that is valid now, with the key of a profile; for TLS it is RSA, as for 1.15.

        Raises Fault(VAULT) when there is none.
        """
        valid = [pair for pair in self._valid(home, role) if pair.profile is profile]
        if not valid:
            raise Fault(Reason.VAULT, lasting=True)
        return valid[-1]

    def _valid(self, home: PartnerId, role: str) -> list[Pair]:
        """Oldest first."""
        now = self._clock()
        return [
            pair
            for pair in self.pairs(home)
            if pair.role == role and pair.certificate.not_valid_before_utc <= now < pair.certificate.not_valid_after_utc
        ]

    def pairs(self, home: PartnerId) -> tuple[Pair, ...]:
        """All pairs of a home, oldest first; read from disk again when the folder has changed, so a new key counts."""
        changed = (self.folder / home).stat().st_mtime_ns if (self.folder / home).exists() else 0
        if self._pairs.get(home, (-1, ()))[0] != changed:
            found = map(_pair, (self.folder / home).glob("*.crt.pem"))
            self._pairs[home] = (changed, tuple(sorted(found, key=lambda one: (one.role, one.number))))
        return self._pairs[home][1]

    def _key(self, pair: Pair) -> certificates.PrivateKey:
        if pair.key_file not in self._private:
            key = serialization.load_pem_private_key(pair.key_file.read_bytes(), None)
            assert isinstance(key, certificates.PrivateKey)
            self._private[pair.key_file] = key
        return self._private[pair.key_file]


def found(folder: Path, draw: Draw = os.urandom) -> None:
    """Make the keys that belong to the gateway as a whole; what exists is left as it is."""
    for name in ("log.key", "blind.key", "rest/1.key", "witness.key"):
        content = draw(32)
        if not (folder / name).exists():
            certificates.write_private(folder / name, content)


def log_file(folder: Path, log: int) -> Path:
    """Where the key of one log lies."""
    return folder / ("log.key" if log == 1 else f"log-{log}.key")


def archive_file(folder: Path, log: int) -> Path:
    """Where the public key of a log lies that has ended."""
    return folder / "archive" / f"log-{log}.vkey"


def archive(folder: Path, log: int, verifier: note.Verifier) -> None:
    """Keep the public key of a log that has ended, whatever becomes of its private one."""
    path = archive_file(folder, log)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text(note.archived(verifier), encoding="ascii")


def add_log(folder: Path, log: int, draw: Draw = os.urandom) -> None:
    """Make the key of the next log; one that is there already stays, for it may have been handed out."""
    if not log_file(folder, log).exists():
        certificates.write_private(log_file(folder, log), draw(32))


def add_pairs(folder: Path, home: PartnerId, role: str, hosts: tuple[str, ...], begins: datetime) -> tuple[Pair, ...]:
    """Make the next key pair of a home for each profile, to be used from ``begins`` on; for TLS one."""
    profiles = (Profile.EDELIVERY_1_15,) if role == "tls" else tuple(Profile)
    return tuple(add_pair(folder, home, role, hosts, begins, profile) for profile in profiles)


def add_pair(
    folder: Path,
    home: PartnerId,
    role: str,
    hosts: tuple[str, ...],
    begins: datetime,
    profile: Profile = Profile.EDELIVERY_1_15,
) -> Pair:
    """Make the next key pair of a home and profile; older ones stay for the overlap."""
    numbers = [_pair(path).number for path in (folder / home).rglob(f"{role}-*.crt.pem")]
    stem = folder / home / f"{role}-{max(numbers, default=0) + 1}"
    certificates.write(stem, *certificates.make(role, home, hosts, begins, profile))
    return _pair(stem.with_name(stem.name + ".crt.pem"))


def retire(pair: Pair) -> None:
    """Take a pair out of use for good; its files stay, in a folder of their own, as evidence."""
    gone = pair.certificate_file.parent / "retired"
    gone.mkdir(mode=0o700, exist_ok=True)
    for path in (pair.key_file, pair.certificate_file):
        path.rename(gone / path.name)


def _pair(path: Path) -> Pair:
    role, _, number = path.name.removesuffix(".crt.pem").partition("-")
    key_file = path.with_name(path.name.replace(".crt.pem", ".key.pem"))
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    return Pair(PartnerId(path.parent.name), role, int(number), certificate, key_file, path)
