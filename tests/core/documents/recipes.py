"""What no edit of a specimen can say: the files of the examples that name a recipe."""

import io
import zipfile
from collections.abc import Callable

from tests.core.documents.samples import ctf, pupil, specimen

NAME = "8811234_CTF_2053000_001.xml"


def _with_a_text(letters: int) -> bytes:
    return specimen().replace(b"<SuppID>DEMO</SuppID>", b"<SuppID>DEMO</SuppID><Note>" + b"x" * letters + b"</Note>", 1)


def _with_strays(count: int) -> bytes:
    return ctf(*[pupil(), *["<Stray/>"] * count])


def _zipped(flag: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, specimen())
    content = bytearray(packed.getvalue())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the general purpose bits: 1 is "encrypted"
        content[content.index(mark) + at] |= flag
    return bytes(content)


RECIPES: dict[str, Callable[[], bytes]] = {
    "a file of more than 20 MB": lambda: specimen() + b" " * 20_000_000,
    "one text of 70,000 characters": lambda: _with_a_text(70_000),
    "one text of 60,000 characters": lambda: _with_a_text(60_000),
    "more than 5,000 findings": lambda: _with_strays(5_001),
    "5,000 findings": lambda: _with_strays(5_000),
    "a zip file with a password": lambda: _zipped(1),
    "a plain zip file": lambda: _zipped(0),
    "more faults than are explained": lambda: ctf(
        *[
            pupil(serial).replace("<Sex>F</Sex>", "<Sex>F</Sex><SENhistory/>" * 2 + "<Address/><Address/>")
            for serial in range(60)
        ]
    ),
    "a record of more than 5,000 elements": lambda: ctf(
        pupil(blocks="<SENhistory><SuppInfo>" + "<x/>" * 5_000 + "</SuppInfo></SENhistory>")
    ),
}
