"""A dozen mistakes that somebody could make, each of which must turn the suite red.

``python -m tests.faults.planted`` (``make planted``) plants each in a copy of the tree, runs the tests that are named
beside it and says which did not notice. ``--only NAME`` plants one.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 580


@dataclass(frozen=True, slots=True)
class Fault:
    """One small edit of one file. ``tests`` is what must go red, as pytest takes it."""

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether the text is there, exactly once."""
        return (ROOT / self.file).read_text(encoding="utf-8").count(self.before) == 1


FAULTS = (
    Fault(
        "synchronous NORMAL",
        "gateway/edge/store/engine.py",
        '"synchronous=FULL"',
        '"synchronous=NORMAL"',
        ("tests/faults/test_powercut.py", "-k", "any_moment"),
    ),
    Fault(
        "marked delivered before it is sent",
        "gateway/flows/dispatch.py",
        """    return settle(gateway, claimed, _attempt(gateway, claimed))
""",
        """    early = delivery.after(
        claimed.parcel, claimed.attempt, Accepted(b"", digest(b""), digest(b"")), gateway.clock(), gateway.waits, 0
    )
    gateway.store.settle(claimed, Record((early,)), lambda lane: (lane, ()), b"")
    return settle(gateway, claimed, _attempt(gateway, claimed))
""",
        ("tests/faults/test_lines.py", "-k", "attempt"),
    ),
    Fault(
        "agreement not looked at in the claim",
        "gateway/flows/dispatch.py",
        "        if not agreed(parcel, register, at):\n            return Stale.AGREEMENT\n",
        "",
        ("tests/flows/test_dispatch.py", "-k", "agreement_was_withdrawn or newer_version"),
    ),
    Fault(
        "flag not looked at in the claim",
        "gateway/flows/dispatch.py",
        "        if flags:\n            return Stale.FLAG\n",
        "",
        ("tests/flows/test_flagging.py", "-k", "queued"),
    ),
    Fault(
        "one signature is enough",
        "gateway/core/decisions/holding.py",
        "        enough = len(set(self.by)) > 1 or reason not in TWO_PEOPLE\n",
        "        enough = bool(self.by)\n",
        ("tests/core/law/test_oracle.py",),
    ),
    Fault(
        "no watchdog for leases of a clock that jumped",
        "gateway/edge/store/claims.py",
        "_P.leased_until <= _NOW, _P.leased_until > _LEASE_JUMPED)",
        "_P.leased_until <= _NOW)",
        (
            "tests/faults/test_clocks.py",
            "tests/faults/test_simulation.py",
            "-k",
            "wrong or bad_weather or every_message",
        ),
    ),
    Fault(
        "no watchdog for waits of a clock that jumped",
        "gateway/edge/store/claims.py",
        "sa.or_(_P.due <= _NOW, _P.due > _DUE_JUMPED)",
        "sa.or_(_P.due <= _NOW)",
        ("tests/faults/test_clocks.py", "-k", "wrong"),
    ),
    Fault(
        "receipt not verified",
        "gateway/core/as4/signals.py",
        "    signer = signature.verify(envelope, (), known, rules).signer\n",
        "    signer = known[0]\n",
        ("tests/core/as4/test_signals.py",),
    ),
    Fault(
        "receipt for another message taken",
        "gateway/core/as4/signals.py",
        "    if found.ref_to != sent:\n        raise As4Error(Cause.RECEIPT_FOR_ANOTHER)\n",
        "",
        ("tests/core/as4/test_signals.py",),
    ),
    Fault(
        "answered before it is written",
        "gateway/flows/intake.py",
        """    try:
        gateway.store.record(record)
    except Overtaken:""",
        """    import threading

    threading.Timer(0.05, gateway.store.record, (record,)).start()
    try:
        pass
    except Overtaken:""",
        ("tests/faults/test_lines.py", "-k", "upload"),
    ),
    Fault(
        "log line left out",
        "gateway/flows/renewing.py",
        "    return fact, Record((fact,)) + of_parcel(gateway, parcel, at).decide().record\n",
        "    return fact, of_parcel(gateway, parcel, at).decide().record\n",
        ("tests/flows/test_dispatch.py", "-k", "newer_version"),
    ),
    Fault(
        "attempt not logged",
        "gateway/edge/store/claims.py",
        "            facts.append(started)\n",
        "",
        ("tests/faults/test_lines.py", "-k", "attempt"),
    ),
    Fault(
        "items that may not go are left in",
        "gateway/core/documents/cutting.py",
        "if node.content is Content.SUPPLIER or (node.leaf and node.item not in allowed):",
        "if node.content is Content.SUPPLIER:",
        ("tests/core/documents/test_cutting.py",),
    ),
    Fault(
        "body not held against its digest",
        "gateway/web/machines.py",
        '    if stated != f"sha-256=:{actual}:":\n        raise Refusal(Code.CUT_SHORT)\n',
        "",
        ("tests/web/test_machines.py", "-k", "body_that_is_not"),
    ),
    Fault(
        "link that signs in twice",
        "gateway/edge/store/signing.py",
        "taken = t.links.delete().where(t.links.c.digest == token).returning(t.links.c.person)",
        "taken = sa.select(t.links.c.person).where(t.links.c.digest == token)",
        ("tests/web/test_pages.py", "-k", "signs_in_once"),
    ),
    Fault(
        "signature that need not cover what stands in its place",
        "gateway/core/as4/signature.py",
        """    if sorted(reference.uri for reference in references) != sorted(wanted):
        raise As4Error(Cause.REFERENCES)
    if any(wanted[reference.uri] != reference.transform for reference in references):
        raise As4Error(Cause.TRANSFORM)
""",
        """    if any(wanted.get(reference.uri, reference.transform) != reference.transform for reference in references):
        raise As4Error(Cause.TRANSFORM)
""",
        ("tests/core/as4/test_attacks.py",),
    ),
    Fault(
        "checkpoint signed over a wrong size",
        "gateway/edge/store/logbook.py",
        "head = Checkpoint(keys.origin(log.number), log.edge.size, log.edge.root)",
        "head = Checkpoint(keys.origin(log.number), log.edge.size - 1, log.edge.root)",
        ("tests/faults/test_powercut.py", "-k", "any_moment"),
    ),
    Fault(
        "poison sent for ever",
        "gateway/core/delivery.py",
        " and attempt >= waits.tries:",
        " and attempt >= 10**9:",
        ("tests/faults/test_poison.py", "-k", "set_aside_after"),
    ),
    Fault(
        "one that breaks stops the batch",
        "gateway/flows/dispatch.py",
        "        return _broken(gateway, claimed, error)\n",
        "        raise error\n",
        ("tests/faults/test_poison.py", "-k", "evidence_is_gone"),
    ),
)


def tree(folder: Path) -> Path:
    """A copy of what is under version control, as it lies here now."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def plant(fault: Fault, folder: Path) -> None:
    path = folder / fault.file
    text = path.read_text(encoding="utf-8")
    assert text.count(fault.before) == 1, f"{fault.name}: the text is not there once"
    path.write_text(text.replace(fault.before, fault.after), encoding="utf-8")


def turns_red(fault: Fault, folder: Path) -> bool:
    """Whether the tests that should notice do; tests that cannot run have noticed nothing."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *fault.tests]
    # The copy has neither a database server nor ../shared beside it: what needs them is skipped there, never a failure.
    left = ("GATEWAY_TEST_POSTGRES", "GATEWAY_NOTHING_SKIPPED")
    quiet = {name: text for name, text in os.environ.items() if name not in left}
    ran = subprocess.run(
        command,
        cwd=folder,
        env={**quiet, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if ran.returncode not in {0, 1}:
        sys.stdout.write(ran.stdout[-2000:] + ran.stderr[-2000:])
    return ran.returncode == 1


def noticed(fault: Fault) -> bool:
    """Plant one fault in a copy of its own, and see."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = tree(Path(scratch))
        plant(fault, folder)
        return turns_red(fault, folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="plant those whose name holds this")
    asked = parser.parse_args()
    unseen = []
    for fault in FAULTS:
        if asked.only in fault.name:
            began = time.monotonic()
            red = noticed(fault)
            print(f"{'red  ' if red else 'GREEN'} {fault.name} ({time.monotonic() - began:.0f} s)", flush=True)
            unseen += [] if red else [fault.name]
    sys.exit(f"not noticed: {', '.join(unseen)}" if unseen else 0)


if __name__ == "__main__":
    main()
