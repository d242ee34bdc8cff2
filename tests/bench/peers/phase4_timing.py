"""phase4 as a peer of the bench: one warm JVM that protects for itself, opens that, and writes the receipt."""

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from gateway import wiring
from gateway.core.as4 import Profile
from gateway.edge import certificates
from gateway.edge.vault import Pair
from tests.bench.measuring import Took, peak_mb
from tests.bench.peers.timed import STEPS
from tests.interop.peers import phase4

ITSELF = "council-887"


@dataclass(frozen=True, slots=True)
class Phase4:
    profile: Profile
    asked: phase4.Phase4
    stack: ExitStack

    @property
    def version(self) -> str:
        return f"{phase4.VERSION}, warm JVM"

    @property
    def peak(self) -> float:
        return peak_mb(self.asked.running.pid)

    def time(self, path: Path) -> Mapping[str, Took]:
        size, *milliseconds = self.asked.time(self.profile, path)
        assert size == path.stat().st_size, "all of it came out"
        by_step = zip(STEPS, milliseconds[::2], milliseconds[1::2], strict=True)
        return {step: Took(seconds / 1000, computing / 1000) for step, seconds, computing in by_step}

    def close(self) -> None:
        self.stack.close()


def started(place: Path, profile: Profile, signing: Pair, sealing: Pair) -> Phase4:
    """With its keys laid into a new folder of ``place``. Raises Unavailable."""
    phase4.built()
    folder = Path(tempfile.mkdtemp(prefix="phase4-", dir=place))
    certificates.write(folder / "tls", *certificates.make("tls", "phase4", ("localhost",), wiring.now()))
    shutil.copy(folder / "tls.crt.pem", folder / "their-tls.crt.pem")
    for role, pair in (("sign", signing), ("seal", sealing)):
        shutil.copy(pair.key_file, folder / f"{profile}-{role}.key.pem")
        for name in (role, f"their-{role}"):
            shutil.copy(pair.certificate_file, folder / f"{profile}-{name}.crt.pem")
    stack = ExitStack()
    asked = stack.enter_context(phase4.serving(folder, ITSELF, ITSELF))
    return Phase4(profile, asked, stack)
