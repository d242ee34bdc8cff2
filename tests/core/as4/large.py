"""Seal or open one large message in a process of its own, and say what it took: ``python -m tests.core.as4.large WHAT
BYTES``. The peak is in times the part, above the process that has sealed and opened a small message.
"""

import json
import os
import sys
import tempfile
from dataclasses import replace

from tests.bench.measuring import peak_mb
from tests.core.as4.kit import message, opened, sealed


def main(what: str, size: int) -> None:
    small = sealed(message(b"warm"))
    opened(small)
    with tempfile.TemporaryFile() as file:
        if what == "open":
            if not (child := os.fork()):  # what sealing took is not this process's
                made = sealed(message(os.urandom(size)))
                file.write(made.content_type.encode() + b"\n" + made.body)
                file.flush()
                os._exit(0)
            os.waitpid(child, 0)
            file.seek(0)
        idle = peak_mb()
        if what == "open":
            content_type = file.readline().strip().decode()
            found = opened(replace(small, content_type=content_type, body=file.read()))
            assert len(found.message.parts[0].content) == size
        else:
            sealed(message(os.urandom(size)))
        sys.stdout.write(json.dumps({"times": (peak_mb() - idle) * 1e6 / size}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
