"""A file as school2school takes it from a person's hand: one zipped file under the name that the service asks for.

A transfer file keeps its own name (ctf.md §2). Any other goes as a generic file: sender, receiver, and up to 15
characters of our own. The same file gives the same bytes.
"""

import io
import re
import zipfile

from gateway.core.documents import layouts
from gateway.core.documents.catalogue import whole_file
from gateway.core.documents.values import Document
from gateway.core.errors import Code, Refusal
from gateway.core.terms import LaEstab

MOST_BYTES = 4_000_000  # for a school (ctf.md §2)
LONGEST = 15
EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip knows no earlier day, and ours has none to tell


def for_s2s(document: Document) -> tuple[str, bytes]:
    """The name of the zip and its bytes. Raises Refusal(TOO_LARGE) for more than the service takes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(zipfile.ZipInfo(document.name, EARLIEST), document.content, compress_type=zipfile.ZIP_DEFLATED)
    if len(made.getvalue()) > MOST_BYTES:
        raise Refusal(Code.TOO_LARGE, (whole_file("XML-001"),))
    stem = document.name.removesuffix(".xml")
    if document.kind not in layouts.TRANSFERS:
        return generic(document.source, document.dest, stem[-3:]), made.getvalue()
    return f"{stem}.zip", made.getvalue()


def generic(sender: LaEstab, receiver: LaEstab, words: str) -> str:
    """The name of a generic file, with as much of ``words`` as there is room for."""
    free = re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-")[:LONGEST] or "file"
    return f"{sender}_{receiver}_{free}.zip"
