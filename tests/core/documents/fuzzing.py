"""Whatever somebody hands in, by any name: made by strategies, and by damaging what is kept in ``tests/corpus``."""

import io
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from gateway.core.documents import Reading, container, members, read
from gateway.core.documents.sheets import TEMPLATES
from gateway.core.errors import Refusal
from tests.core.documents.samples import known, schemas
from tests.core.documents.sheeted import FILLED, separated

CORPUS = Path(__file__).parents[2] / "corpus"
NAMES = (
    "8864321_CTF_8874123_001.xml", "8864321_CTF_8874123_001 (1).XML", "8864321_CML_886LLLL_001.xml", "leavers.csv",
    "leavers.xlsx", "all.zip", "8864321_886LLLL_leavers.csv", "a.xlsm", "x.ods", "", "\x00", "../../a.xml", "a" * 300,
)  # fmt: skip
TOKENS = (
    b"<", b">", b"&", b"<!--", b"]]>", b"<![CDATA[", b"<!DOCTYPE a>", b"<?x?>", b"&#0;", b"&lt;", b'"', b"'", b",",
    b";", b"\t", b"\n", b"\r", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", b"=", b"=1+1", b"1.23E+12", b"PK\x03\x04",
    b"xmlns:x=''", b" xsi:type='x'", b"<SheetFinding>SHEET-001 upn</SheetFinding>", b"<SupplierID>gateway sheet</SupplierID>",
    b"<f>1</f>", b'r="1048576"', b'r="XFD1"', b'hidden="1"', b't="s"', b"99999999999999999999", b"-1", b"NaN",
)  # fmt: skip


def take(name: str, content: bytes) -> list[Reading | Refusal]:
    """All that may come of a file. Anything else that is raised is a bug."""
    try:
        found = members(name, content)
    except Refusal as refusal:
        return [refusal]
    return [_read(one.name, one.content) if one.refusal is None else one.refusal for one in found]


def _read(name: str, content: bytes) -> Reading | Refusal:
    try:
        return read(name, content, schemas(), known())
    except Refusal as refusal:
        return refusal


@cache
def corpus() -> Sequence[tuple[str, bytes]]:
    """Every kept file, by the name that it is handed in by."""
    return [(path.name, path.read_bytes()) for path in sorted(CORPUS.glob("*/*.*"))]


def damaged() -> SearchStrategy[tuple[str, bytes]]:
    """A kept file with some of its bytes lost, doubled, turned, or taken for others; its name may be another's."""

    def apply(one: tuple[str, bytes], cuts: list[tuple[int, int, bytes]], name: str | None) -> tuple[str, bytes]:
        content = one[1]
        for at, length, token in cuts:
            place = at % (len(content) + 1)
            content = content[:place] + token + content[place + length :]
        return name or one[0], content

    cut = st.tuples(st.integers(0, 1 << 24), st.integers(0, 40), st.sampled_from(TOKENS) | st.binary(max_size=4))
    return st.builds(
        apply, st.sampled_from(corpus()), st.lists(cut, min_size=1, max_size=5), st.none() | st.sampled_from(NAMES)
    )


def damaged_inside() -> SearchStrategy[tuple[str, bytes]]:
    """A kept zip or workbook whose container is right and of which one part is not."""
    packed = [one for one in corpus() if container.is_zip(one[1]) and _opens(one[1])]

    def apply(one: tuple[str, bytes], part: int, at: int, length: int, token: bytes) -> tuple[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(one[1])) as source:
            parts = [(name, source.read(name)) for name in source.namelist()]
        name, content = parts[part % len(parts)]
        place = at % (len(content) + 1)
        parts[part % len(parts)] = (name, content[:place] + token + content[place + length :])
        return one[0], _zipped(parts)

    return st.builds(
        apply, st.sampled_from(packed), st.integers(0, 30), st.integers(0, 1 << 20), st.integers(0, 30),
        st.sampled_from(TOKENS) | st.binary(max_size=4),
    )  # fmt: skip


def _opens(content: bytes) -> bool:
    try:
        return all(entry.unpack() is not None for entry in container.entries(content))
    except Refusal:
        return False


def _zipped(parts: Sequence[tuple[str, bytes]]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts:
            target.writestr(zipfile.ZipInfo(name or "x"), content)
    return made.getvalue()


def zips() -> SearchStrategy[tuple[str, bytes]]:
    """A zip of kept and of made-up files under any names."""
    name = st.sampled_from(NAMES) | st.text(max_size=20)
    part = st.tuples(name, st.sampled_from([content for _, content in corpus()]) | st.binary(max_size=30))
    return st.tuples(st.sampled_from(NAMES), st.lists(part, max_size=4, unique_by=lambda one: one[0]).map(_zipped))


def sheets() -> SearchStrategy[tuple[str, bytes]]:
    """A filled template with any texts in some of its cells."""

    def filled(kind: str, cells: dict[str, str], encoding: str) -> tuple[str, bytes]:
        return "a.csv", separated({**FILLED[kind], **cells}, kind=kind).encode(encoding, "replace")

    cell = st.text(max_size=30) | st.sampled_from([token.decode("latin-1") for token in TOKENS])
    return st.sampled_from(list(TEMPLATES)).flatmap(
        lambda kind: st.builds(
            filled,
            st.just(kind),
            st.dictionaries(st.sampled_from([column.key for column in TEMPLATES[kind].columns]), cell, max_size=5),
            st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
        )
    )


def anything() -> SearchStrategy[tuple[str, bytes]]:
    return st.tuples(st.sampled_from(NAMES) | st.text(max_size=40), st.binary(max_size=300))
