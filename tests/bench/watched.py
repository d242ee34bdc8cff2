"""Start one program, wait for its end and tell what it took: ``python -m tests.bench.watched CORE COMMAND …``.

This process imports next to nothing: a child's peak memory begins with what its parent's had been (getrusage(2)).
"""

import json
import os
import sys
import time


def main(core: str, command: list[str]) -> None:
    """``core`` is the only one that the program may compute on, or ``any``. What the program prints is thrown away."""
    if core != "any":
        os.sched_setaffinity(0, {int(core)})
    away = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    began = time.perf_counter()
    started = os.posix_spawn(command[0], command, os.environ, file_actions=away)
    _, status, used = os.wait4(started, 0)
    taken = time.perf_counter() - began
    said = {
        "status": os.waitstatus_to_exitcode(status), "seconds": taken,
        "computing": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss * 1024 / 1e6,
    }  # fmt: skip
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
