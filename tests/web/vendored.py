"""The GOV.UK Frontend that the pages carry: where it comes from, what is left out of it, and how it is made again.

``python -m tests.web.vendored`` is a developer's step and needs npm; nobody who installs the gateway needs either. What
may not be used off GOV.UK is left out: the GDS Transport typeface, the crest and the crown (screens.md §4.3).
"""

import hashlib
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

PACKAGE = "govuk-frontend@6.3.0"
TARBALL = "3d91fd1353e32e306a8ae493b44ba9c0277348b5dbc08442a3e63d822e516048"
"""SHA-256 of what npm hands out under that name."""

STATIC = Path(__file__).parents[2] / "gateway" / "web" / "static"
BUILT = {
    "govuk-frontend.min.css": "1e67e310efbcb4ab8d8aa2852773ece272408446c860004f16d3997e8697ca46",
    "govuk-frontend.min.js": "03560aaedbb42e58bbf21b212cc33c5c41bd58245264b48211090acb57f6997b",
}
"""SHA-256 of the files in the package."""

_FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
_CREST = re.compile(
    r"@supports [^{]*\{\.govuk-footer__copyright-logo:before\{[^}]*\}(?:@media[^{]*\{[^}]*\}\})?\}"
    r"|\.govuk-footer__(?:copyright-logo|crown)[^{}]*\{[^}]*\}"
)
_SOURCE_MAP = re.compile(r"(?:/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*\Z")


@cache
def packed() -> Mapping[str, bytes]:
    """All of npm's package by its place. Raises ValueError when npm hands out something else."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (found,) = Path(folder).glob("*.tgz")
        if hashlib.sha256(found.read_bytes()).hexdigest() != TARBALL:
            raise ValueError(f"npm does not hand out the {PACKAGE} that was looked at")
        with tarfile.open(found) as opened:
            read = ((one.name, opened.extractfile(one)) for one in opened if one.isfile())
            return {name.removeprefix("package/dist/govuk/"): held.read() for name, held in read if held is not None}


def build() -> dict[str, bytes]:
    """The files of the package, made from npm's."""
    return {name: without_what_is_not_ours(packed()[name].decode()).encode() for name in BUILT}


def without_what_is_not_ours(text: str) -> str:
    text = _FONT_FACE.sub("", text)
    text = text.replace("GDS Transport,arial,sans-serif", '"Helvetica Neue",helvetica,arial,sans-serif')
    return _SOURCE_MAP.sub("", _CREST.sub("", text)).rstrip() + "\n"


if __name__ == "__main__":
    for file_name, content in build().items():
        (STATIC / file_name).write_bytes(content)
        print(file_name, hashlib.sha256(content).hexdigest())
