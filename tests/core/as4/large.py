"""Seal or open one large message in a process of its own, and say what it took: ``python -m tests.core.as4.large WHAT
FILE BYTES``. The peak is above what the process held with the part alone ready to be sealed, or with the body read.
"""

import json
import os
import sys
from pathlib import Path

from gateway.core.as4 import Rules
from tests.bench.measuring import peak_mb
from tests.core.as4.kit import message, opened, packed, sealed

ROOMY = Rules(message_bytes=64 << 20, unzipped_bytes=64 << 20)


def main(what: str, path: Path, size: int) -> None:
    small = sealed(message(b"warm"))
    opened(small)
    idle = peak_mb()
    if what == "seal":
        made = sealed(message(os.urandom(size)))
        peak = peak_mb()
        path.write_bytes(made.content_type.encode() + b"\n" + made.body)
    else:
        with path.open("rb") as file:
            content_type = file.readline().strip().decode()
            body = file.read()
        made = packed(b"", {})
        came = type(made)(content_type, body, b"", made.soap_digest, ())
        assert len(opened(came, ROOMY).message.parts[0].content) == size
        peak = peak_mb()
    sys.stdout.write(json.dumps({"times": (peak - idle) * 1e6 / size}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
