"""What a peer's own program measures with: each step by the clock and by what was computed for it.

It runs in the peer's environment and imports nothing of ours: ``answer`` takes paths a line, and gives JSON a line.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

STEPS = ("protect", "open", "receipt")


def answer(steps: Callable[[bytes], Iterator[Any]]) -> None:
    """``steps`` protects, opens and answers a payload, a step each time it is asked for the next."""
    for line in sys.stdin:
        payload = Path(line.strip()).read_bytes()
        going, took = steps(payload), dict[str, Any]()
        for step in STEPS:
            began, computed = time.perf_counter(), time.process_time()
            made = next(going)
            took[step] = {"seconds": time.perf_counter() - began, "computing": time.process_time() - computed}
            assert made, step
        sys.stdout.write(json.dumps(took) + "\n")
        sys.stdout.flush()
