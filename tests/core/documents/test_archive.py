"""A plain zip opens; every other one is refused before it costs anything."""

import io
import struct
import time
import zipfile
import zlib

import pytest

from gateway.core.documents import Member, archive
from gateway.core.documents.catalogue.archives import ZIP
from gateway.core.errors import Code, Refusal

XML = b"<CTfile>" + bytes(range(32, 60)) * 20 + b"</CTfile>"
NAME, OTHER = "8864321_CTF_8871234_001.xml", "8864321_CTF_8871234_002.xml"


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as target:
        for name, content in files:
            target.writestr(zipfile.ZipInfo(name), content, compress_type=method)
        target.comment = comment
    return made.getvalue()


def streamed(name: str, content: bytes) -> bytes:
    """A zip whose sizes stand behind the packed bytes, as a program writes it that cannot seek."""

    class Pipe(io.RawIOBase):
        written = b""

        def writable(self) -> bool:
            return True

        def write(self, piece: object) -> int:
            self.written += bytes(piece)  # type: ignore[call-overload]
            return len(bytes(piece))  # type: ignore[call-overload]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(name, content)
    return pipe.written


def built(*entries: tuple[bytes, bytes, int, dict[str, int]], gap: bytes = b"", tail: bytes = b"") -> bytes:
    """A zip by hand: name, packed bytes, true size, and fields of the directory to lie about."""
    body, directory = gap, b""
    for name, packed, size, lies in entries:
        flags, method, crc = lies.get("flags", 0), lies.get("method", 8), lies.get("crc", 0)
        at = lies.get("at", len(body))
        local = struct.pack(
            "<4s5H3I2H", b"PK\x03\x04", 20, lies.get("local_flags", flags), lies.get("local_method", method), 0, 0,
            crc, lies.get("local_packed", len(packed)), size, len(name), 0,
        )  # fmt: skip
        if "at" not in lies:
            body += local + name + packed
        directory += struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, flags, method, 0, 0, crc, lies.get("packed", len(packed)),
            lies.get("size", size), len(name), 0, 0, lies.get("disk", 0), 0, 0, at,
        ) + name  # fmt: skip
    count = len(entries)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end + tail


def deflated(content: bytes) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeeze.compress(content) + squeeze.flush()


def entry(name: bytes, content: bytes, **lies: int) -> tuple[bytes, bytes, int, dict[str, int]]:
    return name, deflated(content), len(content), {"crc": zlib.crc32(content), **lies}


def flat_bomb() -> bytes:
    return zipped((NAME, b"<a>" + b" " * 19_000_000 + b"</a>"))


def overlapping_bomb() -> bytes:
    """Many directory entries that all name the same packed bytes (Fifield's idea, in its simplest form)."""
    first = entry(b"a0.xml", XML)
    rest = [entry(b"a%d.xml" % n, XML, at=0) for n in range(1, 50)]
    return built(first, *[(b"a0.xml", packed, size, lies) for _, packed, size, lies in rest])


def quoting_bomb() -> bytes:
    """The second entry lies inside the packed bytes of the first."""
    inner = built(entry(b"b.xml", XML))
    stored = (b"a.xml", inner, len(inner), {"crc": zlib.crc32(inner), "method": 0})
    return built(stored, (b"b.xml", deflated(XML), len(XML), {"crc": zlib.crc32(XML), "at": 30 + len(b"a.xml")}))


ATTACKS = {
    "flat bomb": (flat_bomb(), "ZIP-006"),
    "overlapping bomb": (overlapping_bomb(), "ZIP-004"),
    "entry inside an entry": (quoting_bomb(), "ZIP-001"),
    "no entry": (zipped(), "ZIP-009"),
    "nothing but folders": (zipped(("folder/", b""), ("folder/deeper/", b"")), "ZIP-009"),
    "1,001 entries": (zipped(*((f"{n}.xml", XML) for n in range(1_001))), "ZIP-005"),
    "21 MB": (zipped((NAME, bytes(range(256)) * 82_100), method=zipfile.ZIP_STORED), "ZIP-006"),
    "61 MB in all": (zipped(*((f"{n}.xml", b"x" * 15_300_000) for n in range(4)), method=zipfile.ZIP_STORED), "ZIP-006"),
    "21 sheets": (zipped(*((f"{n}.csv", b"UPN") for n in range(21))), "ZIP-012"),
    "same name": (built(entry(NAME.encode(), XML), entry(NAME.encode(), XML)), "ZIP-004"),
    "same name in capitals": (zipped((NAME, XML), (NAME.upper(), XML)), "ZIP-004"),
    "encrypted, locally": (built(entry(NAME.encode(), XML, local_flags=1)), "ZIP-001"),
    "method differs locally": (built(entry(NAME.encode(), XML, local_method=0)), "ZIP-001"),
    "packed size differs locally": (built(entry(NAME.encode(), XML, local_packed=1)), "ZIP-001"),
    "packed size beyond the directory": (built(entry(NAME.encode(), XML, packed=10_000, local_packed=10_000)), "ZIP-001"),
    "size too small": (built(entry(NAME.encode(), XML, size=5)), "ZIP-001"),
    "wrong checksum": (built(entry(NAME.encode(), XML, crc=1)), "ZIP-001"),
    "wrong checksum, stored": (built((NAME.encode(), XML, len(XML), {"crc": 1, "method": 0})), "ZIP-001"),
    "broken deflate": (built((NAME.encode(), b"\xff" * 40, 40, {"crc": 0})), "ZIP-001"),
    "deflate that does not end": (built((NAME.encode(), deflated(XML)[:-4], len(XML), {"crc": zlib.crc32(XML)})), "ZIP-001"),
    "bytes behind the deflate": (built((NAME.encode(), deflated(XML) + b"x", len(XML), {"crc": zlib.crc32(XML)})), "ZIP-001"),
    "bytes before the first entry": (built(entry(NAME.encode(), XML), gap=b"PK\x03\x04MZ"), "ZIP-001"),
    "bytes behind the end": (zipped((NAME, XML)) + b"x", "ZIP-001"),
    "second disk": (built(entry(NAME.encode(), XML, disk=1)), "ZIP-001"),
    "entry beyond the file": (built(entry(NAME.encode(), XML), (NAME.encode() + b".x", b"", 0, {"at": 4_000_000})), "ZIP-001"),
    "only the first bytes": (b"PK\x03\x04", "ZIP-001"),
    "name that slips out": (zipped(("../" + NAME, XML)), "ZIP-007"),
    "name that slips out later": (zipped(("folder/../../" + NAME, XML)), "ZIP-007"),
    "name that slips out of a folder of a Mac": (zipped(("__MACOSX/../" + NAME, XML), (NAME, XML)), "ZIP-007"),
    "name from the root": (zipped(("/etc/passwd", XML)), "ZIP-007"),
    "name of Windows": (zipped(("C:\\a.xml", XML)), "ZIP-007"),
    "name with a backslash": (zipped(("..\\a.xml", XML)), "ZIP-007"),
    "no name in a folder": (zipped(("a//b.xml", XML)), "ZIP-007"),
    "name with NUL": (built(entry(b"a\x00b.xml", XML)), "ZIP-010"),
    "name that runs backwards": (zipped(("a\u202elmx.exe", XML)), "ZIP-010"),
    "name that is not UTF-8": (built(entry(b"a\xff.xml", XML, flags=0x800)), "ZIP-010"),
    "name with a line break": (zipped(("a\nb.xml", XML)), "ZIP-010"),
    "hidden name": (zipped((".xml", XML)), "ZIP-010"),
    "no name": (built(entry(b"", XML)), "ZIP-010"),
    "endless name": (zipped(("a" * 201, XML)), "ZIP-010"),
    "endless folders": (zipped(("a/" * 8 + NAME, XML)), "ZIP-010"),
}  # fmt: skip

ONE_OF_TWO = {
    "encrypted": (built(entry(NAME.encode(), XML, flags=1), entry(OTHER.encode(), XML)), "ZIP-002"),
    "strongly encrypted": (built(entry(NAME.encode(), XML, flags=0x2041), entry(OTHER.encode(), XML)), "ZIP-002"),
    "encrypted as WinZip does it": (built(entry(NAME.encode(), XML, flags=1, method=99), entry(OTHER.encode(), XML)), "ZIP-002"),
    "bzip2": (built(entry(NAME.encode(), XML, method=12), entry(OTHER.encode(), XML)), "ZIP-008"),
    "lzma": (built(entry(NAME.encode(), XML, method=14), entry(OTHER.encode(), XML)), "ZIP-008"),
    "zip in a zip": (zipped(("inner.zip", zipped((NAME, XML))), (OTHER, XML)), "ZIP-003"),
    "zip in a zip, renamed": (zipped((NAME, zipped((NAME, XML))), (OTHER, XML)), "ZIP-003"),
    "empty zip in a zip, renamed": (zipped((NAME, zipped()), (OTHER, XML)), "ZIP-003"),
    "picture": (zipped(("photo.jpg", b"\xff\xd8\xff"), (OTHER, XML)), "ZIP-011"),
    "letter": (zipped(("read me.txt", b"Dear office,"), (OTHER, XML)), "ZIP-011"),
}  # fmt: skip

ALL = {**ATTACKS, **ONE_OF_TWO}


@pytest.mark.parametrize(("content", "rule"), ATTACKS.values(), ids=ATTACKS)
def test_a_zip_that_is_not_plain_is_refused_and_says_why(content: bytes, rule: str) -> None:
    began = time.process_time()
    with pytest.raises(Refusal) as refused:
        archive.members("upload.zip", content)
    assert refused.value.code is Code.UNSAFE_ZIP
    assert [finding.code for finding in refused.value.findings] == [f"DOC-{rule}"]
    assert time.process_time() - began < 3


@pytest.mark.parametrize(("content", "rule"), ONE_OF_TWO.values(), ids=ONE_OF_TWO)
def test_a_file_that_cannot_be_taken_stops_no_other_in_the_zip(content: bytes, rule: str) -> None:
    bad, good = archive.members("upload.zip", content)
    assert bad.refusal is not None
    assert [finding.code for finding in bad.refusal.findings] == [f"DOC-{rule}"]
    assert good == Member(OTHER, XML)
    assert good.refusal is None


def test_every_rule_about_zips_has_a_zip_that_fires_it() -> None:
    fired = {rule for _, rule in ALL.values()}
    assert fired == set(ZIP)


def test_harmless_folders_and_what_a_machine_leaves_behind_are_no_trouble() -> None:
    content = zipped(
        ("export/", b""), ("export/autumn/" + NAME, XML), ("__MACOSX/export/._x", b"\x00"), ("export/.DS_Store", b"\x00"),
        ("Thumbs.db", b"\x00"),
    )  # fmt: skip
    assert archive.members("u.zip", content) == (Member(NAME, XML),)


@pytest.mark.parametrize(
    "content",
    [
        zipped((NAME, XML), ("8864321_CTF_8871234_002 (1).XML", b"")),
        zipped((NAME, XML), ("8864321_CTF_8871234_002 (1).XML", b""), method=zipfile.ZIP_STORED),
        zipped((NAME, XML), ("8864321_CTF_8871234_002 (1).XML", b""), comment=b"made by a school"),
    ],
)
def test_a_plain_zip_gives_its_files_in_order(content: bytes) -> None:
    assert archive.members("u.zip", content) == (
        Member(NAME, XML),
        Member("8864321_CTF_8871234_002 (1).XML", b""),
    )


def test_a_zip_written_without_seeking_opens() -> None:
    assert archive.members("u.zip", streamed(NAME, XML)) == (Member(NAME, XML),)


def test_600_files_of_ordinary_size_open() -> None:
    files = tuple((f"{n}.xml", XML) for n in range(600))
    assert archive.members("u.zip", zipped(*files)) == tuple(Member(*one) for one in files)


def test_what_is_not_a_zip_is_the_file_itself() -> None:
    assert archive.members("a.xml", XML) == (Member("a.xml", XML),)
    with pytest.raises(Refusal) as empty:
        archive.members("a.zip", b"")
    assert [one.code for one in empty.value.findings] == ["DOC-XML-009"]
    assert archive.members("export", b"\xef\xbb\xbf" + XML) == (Member("export", b"\xef\xbb\xbf" + XML),)


@pytest.mark.parametrize(
    ("name", "content"), [("letter.pdf", b"%PDF-1.7"), ("photo.jpg", b"\xff\xd8"), ("a.zip", b"no zip")]
)
def test_what_is_neither_a_transfer_file_nor_a_sheet_is_not_said_to_be_broken_xml(name: str, content: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        archive.members(name, content)
    assert refused.value.code is Code.NOT_A_FILE_WE_KNOW


@pytest.mark.parametrize("content", [zipped((NAME, XML)), streamed(NAME, XML)])
def test_a_zip_cut_at_any_byte_is_refused(content: bytes) -> None:
    for length in range(4, len(content)):
        with pytest.raises(Refusal):
            archive.members("u.zip", content[:length])


def test_a_zip_with_any_one_bit_turned_gives_the_same_files_or_none() -> None:
    whole = zipped((NAME, XML[:80]))
    for place in range(len(whole) * 8):
        turned = bytearray(whole)
        turned[place // 8] ^= 1 << place % 8
        try:
            files = archive.members("u.zip", bytes(turned))
        except Refusal:
            continue
        told = [(one.name, one.content) for one in files if one.refusal is None]
        assert not told or told == [(NAME, XML[:80])] or told[0][0] != NAME or told == [("u.zip", bytes(turned))]
        assert all(content in {XML[:80], bytes(turned)} for _, content in told)
