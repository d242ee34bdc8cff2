"""``python -m tests.interop``: the gateway and every foreign product exchange messages; a table says who could with whom.

What a machine cannot run is left out and said; with GATEWAY_NOTHING_SKIPPED=1 that is a failure.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

from gateway.core.as4 import Profile
from tests.bench.peers import Unavailable
from tests.interop import exchanges, gateways, handed, verified
from tests.interop.gateways import Home
from tests.interop.matrix import Cell, Exchanged, counted, notes, table
from tests.interop.peers import as4_python, phase4, santuario, verifiers
from tests.serving import serving
from tests.simulator import KENT, MEDWAY

GATEWAY = "gateway"


def main() -> int:
    cells: list[Cell] = []
    _fetch()
    with tempfile.TemporaryDirectory(prefix="gateway-interop-") as folder:
        home = gateways.home(Path(folder) / "kent")
        by_profile = _beside_phase4(home, Path(folder))
        by_profile[Profile.EDELIVERY_1_15] += [
            *_beside_as4(home, Path(folder)),
            *_beside_santuario(Path(folder)),
            *_beside_verifiers(home, Path(folder)),
        ]
        for profile in Profile:
            by_profile[profile].append(_beside_openssl(profile, Path(folder)))
        home.installed.store.engine.dispose()
        for profile, found in by_profile.items():
            _say(*table(profile, found, exchanges.TIMED), "")
            cells += found
    _say(*notes(cells), counted(cells))
    return status(cells, os.environ.get("GATEWAY_NOTHING_SKIPPED", ""))


def _fetch() -> None:
    """Bring every product here at once, where it is not yet; what cannot be had is said when its turn comes."""
    with ThreadPoolExecutor() as together:
        for bring in (phase4.built, as4_python.installed, verifiers.installed):
            together.submit(bring)


def status(cells: Sequence[Cell], nothing_skipped: str) -> int:
    """0 when all passed, and something did; what was left out counts where nothing may be."""
    left_out = nothing_skipped == "1" and any(one.left_out for one in cells)
    return int(left_out or any(one.failed for one in cells) or not any(one.passed for one in cells))


Pairs = tuple[tuple[str, str], tuple[str, str]]


def _beside_phase4(home: Home, folder: Path) -> dict[Profile, list[Cell]]:
    """One phase4 and one gateway at its door, which exchange in each profile."""
    pairs = _both_ways(phase4.VERSION)
    try:
        phase4.built()
    except Unavailable as missing:
        return {profile: [*_left_out(pairs, missing)] for profile in Profile}
    keys, found = folder / "phase4", dict[Profile, list[Cell]]()
    keys.mkdir()
    home.introduce(keys)
    with phase4.serving(keys, MEDWAY, KENT) as peer:
        home.meet(Profile.EDELIVERY_1_15, keys, peer.endpoint(Profile.EDELIVERY_1_15))
        with serving(home.folder) as served:
            for profile in Profile:
                met = home.meet(profile, keys, peer.endpoint(profile))
                sent = _taken(pairs[0], exchanges.gateway_sends(met, peer))
                received = _taken(pairs[1], exchanges.phase4_sends(met, peer, served.ports["machines"]))
                found[profile] = [sent, received]
    return found


def _beside_as4(home: Home, folder: Path) -> Iterator[Cell]:
    pairs = _both_ways(as4_python.VERSION)
    keys = folder / "as4"
    keys.mkdir()
    pair = handed.introduce(home, keys)
    try:
        with as4_python.running(keys, "ours", "theirs") as peer:
            yield _taken(pairs[0], handed.gateway_writes(pair, peer))
            yield _taken(pairs[1], handed.as4_writes(pair, peer))
    except Unavailable as missing:
        yield from _left_out(pairs, missing)


def _beside_santuario(folder: Path) -> Iterator[Cell]:
    pairs = _both_ways(santuario.VERSION)
    place = folder / "santuario"
    place.mkdir()
    try:
        with santuario.running(place) as peer:
            yield _taken(pairs[0], handed.santuario_reads(peer))
            yield _taken(pairs[1], handed.santuario_writes(peer))
    except Unavailable as missing:
        yield from _left_out(pairs, missing)


def _beside_verifiers(home: Home, folder: Path) -> Iterator[Cell]:
    """peppol-py sends and does not receive; python-xmlsec and signxml verify what has no attachments."""
    sends = (verifiers.SENDER, GATEWAY)
    checks = (GATEWAY, verifiers.XMLSEC_VERSION), (GATEWAY, verifiers.SIGNXML_VERSION)
    place = folder / "verifiers"
    place.mkdir()
    pair = handed.introduce(home, place)
    try:
        with verifiers.running(place, "ours", "theirs-seal") as peer:
            yield _taken(sends, verified.peppol_sends(home, pair.theirs, peer))
            for names, verify in zip(checks, (peer.xmlsec, peer.signxml), strict=True):
                yield _taken(names, verified.signals_verified(verify, Profile.EDELIVERY_1_15))
    except Unavailable as missing:
        for names in (sends, *checks):
            yield Cell(*names, left_out=str(missing))


def _beside_openssl(profile: Profile, folder: Path) -> Cell:
    try:
        names = (GATEWAY, verifiers.openssl_version())
    except FileNotFoundError:
        return Cell(GATEWAY, "openssl", left_out="there is no openssl")
    place = folder / f"openssl-{profile}"
    place.mkdir()

    def verify(signed: bytes, certificate: bytes) -> str:
        return verifiers.openssl(signed, certificate, {}, place)

    return _taken(
        names, chain(verified.signals_verified(verify, profile), verified.attachments_verified(profile, place))
    )


def _both_ways(other: str) -> Pairs:
    return (GATEWAY, other), (other, GATEWAY)


def _left_out(pairs: Pairs, missing: Unavailable) -> Iterator[Cell]:
    return (Cell(*pair, left_out=str(missing)) for pair in pairs)


def _taken(pair: tuple[str, str], exchanged: Iterator[Exchanged]) -> Cell:
    """Run them; each is told on stderr, for some take their time."""
    done: list[Exchanged] = []
    for one in exchanged:
        sys.stderr.write(f"{' to '.join(pair)}: {one.case}: {one.milliseconds:.0f} ms {one.fault}\n")
        done.append(one)
    return Cell(*pair, tuple(done))


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
