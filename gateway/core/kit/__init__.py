"""All that somebody with another AS4 product needs to exchange a first message with us, as one ZIP.

Nothing in it is secret and nothing about a person. The same register, day and release give the same bytes.
"""

from gateway.core.bundle import zipped
from gateway.core.kit import domibus, phase4, reading
from gateway.core.kit.contents import Kit, Line, lines
from gateway.core.kit.contents import files as _files


def pack(kit: Kit) -> bytes:
    """The ZIP, in the order of names."""
    return zipped(sorted({**_files(kit), **phase4.files(kit), **domibus.files(kit), **reading.files(kit)}.items()))


__all__ = ["Kit", "Line", "lines", "pack"]
