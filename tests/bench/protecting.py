"""Protect, open and answer with a receipt, beside others' products at the same key length, and beside the primitives.

All take turns at the same bytes. What is held against an aim is what was computed: the clock of a shared machine says
too much about others.
"""

import base64
import hashlib
import json
import os
import statistics
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.core import as4
from gateway.core.as4 import Opener, Profile, Rules, Signer, certificates, encryption, wrapping
from gateway.core.terms import PartnerId
from tests.bench import files
from tests.bench.measuring import Aim, Figure, Scene, Took, Turns, measured, median_ratio
from tests.bench.peers import Peer, Unavailable, libraries, phase4_timing
from tests.bench.peers.timed import STEPS
from tests.bench.stages import a_world_of
from tests.core.as4 import kit
from tests.simulator import KENT, MEDWAY, NOON, World

FASTER = Aim("faster than every peer", 1.0)
TWICE = Aim("at most twice the primitives, both less gzip", 2.0)
THRICE = Aim("at most 3 times the part", 3.0)
PUPILS = {"5 KB": 0, "100 KB": 13, "2 MB": 265}
"""Of a leaver file; 5 KB are a notice. The last has no aim beside the peers, but beside the primitives."""
AIMED = ("5 KB", "100 KB")
SEALED = 2_000_000
"""Bytes that gzip makes no smaller, so that as many are signed and encrypted."""
NOISE = "gzip alone varies by more than all the rest takes"
LEVEL = 6  # gzip's own, and ours
LINE = 57  # bytes, whose base64 is a line of 76


@dataclass(frozen=True, slots=True)
class Ours:
    """Kent seals for Medway, with the keys of their vaults."""

    signer: Signer
    answering: Signer
    opener: Opener
    opens: x509.Certificate
    profile: Profile

    def time(self, content: bytes) -> dict[str, Took]:
        sent = kit.message(content)
        sealed, protect = measured(lambda: as4.seal(sent, self.signer, self.opens, self.profile, os.urandom))
        known = (self.signer.certificate,)
        opened, opening = measured(
            lambda: as4.open_sealed(sealed.content_type, sealed.body, self.opener, lambda _: known, Rules())
        )
        _, receipt = measured(lambda: as4.receipt(opened, self.answering, sent.message_id, sent.at))
        assert opened.message.parts[0].content == content
        return dict(zip(STEPS, (protect, opening, receipt), strict=True))


def protecting(scene: Scene) -> Iterator[Figure]:
    world = a_world_of(scene)
    for profile in Profile:
        yield from _beside_peers(scene, world, profile)
        yield from _beside_primitives(scene, _ours(world, profile))
    yield from _memory(scene, world)


def _ours(world: World, profile: Profile) -> Ours:
    def of(home: PartnerId) -> Signer:
        signers = world.sides[home].vault.signers(home)
        return next(one for one in signers if certificates.profile_of(one.certificate) is profile)

    opens = world.medway.vault.current(MEDWAY, "seal", profile).certificate
    return Ours(of(KENT), of(MEDWAY), world.medway.vault.opener(MEDWAY), opens, profile)


# -- beside other products --------------------------------------------------------------------------------------------


def _beside_peers(scene: Scene, world: World, profile: Profile) -> Iterator[Figure]:
    ours = _ours(world, profile)
    with ExitStack() as stack:
        known, missing = _opened(scene, world, profile, stack)
        for size, pupils in PUPILS.items():
            made = files.leavers(pupils, 7) if pupils else files.notice(7, NOON)
            path = scene.folder / f"{profile}-{pupils}.xml"
            path.write_bytes(made.content)
            turns = _taken(ours, known, path, scene.size.protected // (1 if size in AIMED else 3) + 1)
            group = f"{size}, {profile}, computing"
            for step in STEPS:
                yield Figure(group, f"ours: {step}", turns.ms("ours", step), "ms", note=turns.clock("ours", step))
                for name, peer in known.items():
                    note = f"{peer.version}; {turns.clock(name, step)}"
                    yield Figure(group, f"{name}: {step}", turns.ms(name, step), "ms", note=note)
                yield _to_fastest(group, step, turns, list(known), FASTER if size in AIMED else None)
            for name, why in missing.items():
                yield Figure(group, f"{name}: {', '.join(STEPS)}", None, "ms", note=why)


def _opened(scene: Scene, world: World, profile: Profile, stack: ExitStack) -> tuple[dict[str, Peer], dict[str, str]]:
    """The peers that know the profile, warm; and why others are missing."""
    signing, sealing = (
        world.kent.vault.current(KENT, "sign", profile),
        world.medway.vault.current(MEDWAY, "seal", profile),
    )
    wanted = dict(libraries(scene.peers)) if profile is Profile.EDELIVERY_1_15 else {}
    wanted["phase4"] = partial(phase4_timing.started, scene.folder, profile)
    known, missing = dict[str, Peer](), dict[str, str]()
    for name, start in wanted.items():
        try:
            known[name] = start(signing, sealing)
        except Unavailable as reason:
            missing[name] = str(reason)
            continue
        stack.callback(known[name].close)
        path = scene.folder / "warm.xml"
        path.write_bytes(files.notice(1, NOON).content)
        for _ in range(scene.size.warming if name == "phase4" else 2):
            known[name].time(path)
    return known, missing


def _taken(ours: Ours, known: Mapping[str, Peer], path: Path, rounds: int) -> Turns:
    turns, content = Turns(), path.read_bytes()
    for number in range(rounds + 1):
        taken = turns if number else Turns()  # the first round warms everybody up
        taken.add("ours", ours.time(content))
        for name, peer in known.items():
            taken.add(name, peer.time(path))
    return turns


def _to_fastest(group: str, step: str, turns: Turns, known: list[str], aim: Aim | None) -> Figure:
    name = f"{step}: ours to the fastest of others"
    if not known:
        return Figure(group, name, None, "times", aim, "no peer could be had")
    fastest = min(known, key=lambda one: turns.ms(one, step))
    ratio = median_ratio(turns.computing("ours", step), turns.computing(fastest, step))
    return Figure(group, name, ratio, "times", aim, f"which is {fastest}")


# -- beside the primitives --------------------------------------------------------------------------------------------


def _beside_primitives(scene: Scene, ours: Ours) -> Iterator[Figure]:
    """Round by round: ours, gzip by itself, and what nobody can do without."""
    content, turns = os.urandom(SEALED), Turns()
    for _ in range(scene.size.protected + 1):
        turns.add("ours", ours.time(content))
        zipped, squeezing = measured(partial(_gzip, content))
        _, unzipping = measured(partial(zlib.decompress, zipped, 31))
        turns.add("gzip", {"protect": squeezing, "open": unzipping})
        turns.add("bare", _bare(ours, zipped))
    group = f"2 MB that gzip makes no smaller, {ours.profile}, computing"
    for step in STEPS[:2]:
        both = zip(turns.computing("ours", step), turns.computing("gzip", step), strict=True)
        less = 1000 * statistics.median(one - other for one, other in both)
        bare = turns.ms("bare", step)
        known, why = less > 0, "" if less > 0 else NOISE
        note = why or f"of {turns.ms('ours', step):.1f} ms, {turns.clock('ours', step)}"
        yield Figure(group, f"{step}: ours less gzip", less if known else None, "ms", note=note)
        yield Figure(group, f"{step}: the primitives", bare, "ms", note=turns.clock("bare", step))
        yield Figure(group, f"{step}: ours to the primitives", less / bare if known else None, "times", TWICE, why)


def _gzip(content: bytes) -> bytes:
    squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    return squeeze.compress(content) + squeeze.flush()


def _bare(ours: Ours, zipped: bytes) -> dict[str, Took]:
    """RSA or Ed25519, RSA-OAEP or X25519, AES-GCM and SHA-256 over the bytes themselves, and nothing besides."""
    session, nonce = os.urandom(wrapping.KEY_BYTES), os.urandom(encryption.NONCE_BYTES)
    cipher = AESGCM(session)

    def protect() -> tuple[bytes, bytes, as4.KeyTransport]:
        signature = ours.signer.sign(hashlib.sha256(zipped).digest())
        return signature, cipher.encrypt(nonce, zipped, None), wrapping.wrap_for(ours.opens, session, os.urandom)

    (signature, sealed, transport), protected = measured(protect)

    def unlock() -> bool:
        ours.opener.unwrap(ours.opens, transport)
        digest = hashlib.sha256(cipher.decrypt(nonce, sealed, None)).digest()
        return certificates.signed(ours.signer.certificate, digest, signature)

    good, unlocked = measured(unlock)
    assert good
    return {"protect": protected, "open": unlocked}


# -- memory -----------------------------------------------------------------------------------------------------------


def _memory(scene: Scene, world: World) -> Iterator[Figure]:
    """The peak above what a process has had with a small message, in times the part."""
    size, group = scene.size.large_part, f"peak memory, one part of {scene.size.large_part / 1e6:.0f} MB"
    for what in ("seal", "open"):
        command = [sys.executable, "-m", "tests.core.as4.large", what, str(size)]
        times = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["times"]
        yield Figure(group, f"ours: {what}", times, "times the part", THRICE)
    path = scene.folder / "large.xml"
    lines = (base64.b64encode(os.urandom(LINE)) for _ in range(size // (LINE * 4 // 3)))
    path.write_bytes(b"<a>" + b"".join(b"<b>" + line + b"</b>\n" for line in lines) + b"</a>\n")
    with ExitStack() as stack:
        known, missing = _opened(scene, world, Profile.EDELIVERY_1_15, stack)
        for name, peer in known.items():
            yield _peak(group, name, peer, path)
        for name, why in missing.items():
            yield Figure(group, f"{name}: both", None, "times the part", note=why)


def _peak(group: str, name: str, peer: Peer, path: Path) -> Figure:
    before, size = peer.peak, path.stat().st_size
    try:
        peer.time(path)
    except (ValueError, KeyError):  # its answer is an empty line: it has ended over it
        return Figure(group, f"{name}: both", None, "times the part", note=f"{peer.version} could not")
    note = f"{peer.version}, {peer.peak:.0f} MB in all"
    return Figure(group, f"{name}: both", (peer.peak - before) * 1e6 / size, "times the part", note=note)
