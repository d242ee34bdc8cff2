"""What the gateway reads of products without a door, and they of it, handed over as bytes: as4 0.2.0 and Santuario.

Neither knows more than profile 1.15.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from gateway import wiring
from gateway.core import as4
from gateway.core.as4 import Cause, Profile, Rules, certificates
from gateway.core.terms import MessageId
from gateway.edge import certificates as issued
from tests.core.as4.keys import identity
from tests.core.as4.kit import AT, V1, message, opened, sealed
from tests.core.as4.spoiling import FORGED, Spoil, as_it_came
from tests.interop import gateways
from tests.interop.exchanges import COUNTS, OFTEN, contents
from tests.interop.gateways import Home
from tests.interop.matrix import Exchanged
from tests.interop.peers import santuario
from tests.interop.peers.as4_python import PARTY, As4Python
from tests.interop.peers.santuario import Santuario
from tests.simulator import KENT

CASES = ("1 B", *["5 kB"] * OFTEN, "100 kB", "2 MB", *COUNTS)


@dataclass(frozen=True, slots=True)
class Pair:
    """Kent's gateway, and the certificate with which the library signs and is sealed for."""

    home: Home
    theirs: x509.Certificate

    @property
    def signer(self) -> as4.Signer:
        return certificates.answering(self.home.installed.vault.signers(KENT), [self.theirs])


def introduce(home: Home, folder: Path) -> Pair:
    """Keys of its own for the library, as ``ours``, and ours as ``theirs``-sign and -seal."""
    key, certificate = issued.make("sign", "as4", (), wiring.now())
    issued.write(folder / "ours", key, certificate)
    for role in ("sign", "seal"):
        pem = home.installed.vault.current(KENT, role).certificate_file.read_bytes()
        (folder / f"theirs-{role}.crt.pem").write_bytes(pem)
    return Pair(home, certificate)


def gateway_writes(pair: Pair, peer: As4Python) -> Iterator[Exchanged]:
    """Verified, decrypted and unzipped by the library; its receipt and its error verified by us."""
    for case in CASES:
        yield _read(pair, peer, case, contents(case))
    yield _read(pair, peer, "altered on the way", [b"one"], altered=True)


def _read(pair: Pair, peer: As4Python, case: str, parts: list[bytes], *, altered: bool = False) -> Exchanged:
    sent = gateways.message(f"handed-{os.urandom(4).hex()}", "submit", *parts)
    began = time.perf_counter()
    made = as4.seal(sent, pair.signer, pair.theirs, Profile.EDELIVERY_1_15, os.urandom)
    body = made.body.replace(b">submit<", b">submiT<") if altered else made.body
    found, kind, signal = peer.read(made.content_type, body)
    taken = (time.perf_counter() - began) * 1000
    try:
        answer = as4.read_signal(kind or as4.SOAP_CONTENT_TYPE, signal, (pair.theirs,), Rules())
        if isinstance(answer, as4.Receipt):
            as4.settles(answer, sent.message_id, made.references)
    except as4.As4Error as error:
        return Exchanged(case, taken, f"its answer: {error.cause} {error.where}")
    if isinstance(answer, as4.Receipt) is altered:
        return Exchanged(case, taken, f"answered by {answer}"[:300])
    return Exchanged(case, taken, "" if altered or found == parts else "other content was read")


def as4_writes(pair: Pair, peer: As4Python) -> Iterator[Exchanged]:
    """Opened by us; our receipt and our error verified by the library."""
    for case in CASES:
        if case not in COUNTS:  # Peppol's envelope holds one
            yield _opened(pair, peer, case, f"<a>{os.urandom(len(contents(case)[0]) // 2 + 1).hex()}</a>".encode())
    for name, forged in FORGED.items():
        yield _opened(pair, peer, f"forged: {name}", b"<a/>", forged)


def _opened(
    pair: Pair, peer: As4Python, case: str, payload: bytes, forged: tuple[Spoil, Cause] | None = None
) -> Exchanged:
    began = time.perf_counter()
    kind, body = peer.write(payload)
    known, at, named = {PARTY: (pair.theirs,)}, wiring.now(), MessageId(f"{os.urandom(8).hex()}@kent.example")
    if forged is not None:
        made = forged[0](as_it_came(kind, body))
        kind, body = made.content_type, made.body
    opener, fault = pair.home.installed.vault.opener(KENT), ""
    try:
        found = as4.open_sealed(kind, body, opener, lambda party: known.get(party, ()), Rules())
        fault = "" if payload in found.message.parts[0].content else "other content was read"
        answer, wanted = as4.receipt(found, pair.signer, named, at, "a checkpoint"), "receipt"
    except as4.As4Error as error:
        fault = _other_than(forged, error)
        answer = as4.error_signal(error.problem, error.ref_to, pair.signer, named, at)
        wanted = f"error {error.problem.code}"
    said = peer.answered(answer)
    taken = (time.perf_counter() - began) * 1000
    if forged is not None and wanted == "receipt":
        fault = "it was opened"
    return Exchanged(case, taken, fault or ("" if said == wanted else f"of our answer: {said}"))


# -- Santuario, which has no door and writes no receipts --------------------------------------------------------------

PARTS = ("1 B", *["5 kB"] * OFTEN, "2 MB", *COUNTS)


def santuario_reads(peer: Santuario) -> Iterator[Exchanged]:
    """Messages, and a receipt and an error of ours."""
    medway = identity("medway", V1)
    for case in PARTS:
        parts = contents(case)
        began = time.perf_counter()
        said = peer.check(sealed(message(*parts), V1).body, medway, peer.folder)
        taken = (time.perf_counter() - began) * 1000
        read = [(peer.folder / f"part-{number}").read_bytes() for number in range(len(parts))]
        yield Exchanged(case, taken, "" if said == f"VERIFIED {len(parts)}" and read == parts else said)
    named = MessageId("r@medway.example")
    problem = as4.As4Error(as4.Cause.DIGEST).problem
    for case, signal in (
        ("a receipt", as4.receipt(opened(sealed(message(b"one"), V1), profile=V1), medway.signer, named, AT)),
        ("an error", as4.error_signal(problem, None, medway.signer, named, AT)),
    ):
        said = peer.check(signal, medway, peer.folder)
        yield Exchanged(case, 0.0, "" if said == "VERIFIED 0" else said)


def santuario_writes(peer: Santuario) -> Iterator[Exchanged]:
    for case in PARTS:
        yield _read_of_santuario(peer, case, contents(case))
    for name, forged in FORGED.items():
        yield _read_of_santuario(peer, f"forged: {name}", [b"one", b"two"], forged)


def _read_of_santuario(
    peer: Santuario, case: str, parts: list[bytes], forged: tuple[Spoil, Cause] | None = None
) -> Exchanged:
    kent, medway = identity("kent", V1), identity("medway", V1)
    began = time.perf_counter()
    kind, body = santuario.CONTENT_TYPE, peer.write(parts, kent, medway)
    if forged is not None:
        made = forged[0](as_it_came(kind, body))
        kind, body = made.content_type, made.body
    try:
        found = as4.open_sealed(kind, body, medway.opener, lambda _: (kent.signs,), Rules())
        fault = "" if [one.content for one in found.message.parts] == parts else "other content was read"
        fault = "it was opened" if forged is not None else fault
    except as4.As4Error as error:
        fault = _other_than(forged, error)
    return Exchanged(case, (time.perf_counter() - began) * 1000, fault)


def _other_than(forged: tuple[Spoil, Cause] | None, error: as4.As4Error) -> str:
    """Nothing when a forged message was refused for what was done to it."""
    return "" if forged is not None and error.cause is forged[1] else f"{error.cause} {error.where}"
