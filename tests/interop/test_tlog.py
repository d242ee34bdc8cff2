"""Our log, read by programs that nobody here wrote: Go's sumdb and torchwood (its library, its witness, its ``spicy``)."""

import shutil
import subprocess
from pathlib import Path

import pytest

from gateway.core.log import checkpoint, note, proof, tiles, tree
from gateway.core.log.checkpoint import Checkpoint
from gateway.core.log.proof import Proof
from gateway.core.log.strict import to64
from gateway.core.log.tiles import ENTRIES
from tests.core.log.keys import LOG, NOON, WITNESS
from tests.core.log.oracle import Rows
from tests.interop.conftest import run

SIZE = 66_000
LINES = [f'{{"line":{number}}}'.encode() * (1 + number % 3) for number in range(SIZE)]
PROVED = (0, 1, 255, 256, 33_333, 65_535, 65_536, 65_999)
OLDER = (1, 2, 255, 256, 257, 40_000, 65_535, 65_536, 65_537, 65_999)


@pytest.fixture(scope="session")
def log() -> Rows:
    rows = Rows()
    for first in range(0, SIZE, 1_000):
        rows.append([tree.leaf(line) for line in LINES[first : first + 1_000]])
    return rows


@pytest.fixture
def published(tmp_path: Path, once: Path) -> Path:
    """A copy of the log's folder that a test may spoil."""
    return shutil.copytree(once, tmp_path / "published")


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, log: Rows) -> Path:
    """The log as a folder of tiles and bundles, with its checkpoint, some proofs and some older heads."""
    folder = tmp_path_factory.mktemp("once")
    for tile in tiles.cover(SIZE):
        first = tile.index * tiles.WIDTH
        lines = LINES[first : first + tile.width]
        content = tiles.bundle(lines) if tile.level == ENTRIES else log.tile(tile.level, tile.index, tile.width)
        write(folder / tile.path, content)
    signed = head(log, SIZE)
    cosigned = note.cosign(text(log, SIZE), WITNESS.name, WITNESS.public, NOON, WITNESS.sign)
    write(folder / "checkpoint", note.with_signatures(signed, cosigned).encode())
    for index in PROVED:
        way = log.gathered(lambda hashes: tree.prove(index, SIZE, hashes))  # noqa: B023  (called at once)
        made = Proof(index, way, note.with_signatures(signed, cosigned))
        write(folder / f"proofs/{index}", LINES[index])
        write(folder / f"proofs/{index}.tlog-proof", made.text().encode())
        write(folder / f"proofs/{index}.spicy", made.spicy().encode())
    for size in OLDER:
        grown = log.gathered(lambda hashes: tree.prove_consistency(size, SIZE, hashes))  # noqa: B023  (called at once)
        lines64 = "".join(f"{to64(one)}\n" for one in grown)
        write(folder / f"heads/{size}", head(log, size).encode())
        write(folder / f"heads/{size}.consistency", lines64.encode())
    return folder


def test_go_reads_every_line_proof_and_older_head(programs: Path, published: Path) -> None:
    checked = check(programs, published)
    assert checked.stderr == ""
    assert checked.stdout == f"{SIZE} entries {258 + 2 + 1} tiles {len(PROVED)} proofs {len(OLDER)} heads\n"


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("checkpoint", "checkpoint: "),
        ("tile/entries/130", "entries: not those that the checkpoint signs"),
        ("tile/0/130", "tile/0/130: not the bytes"),
        ("tile/1/000", "tile/1/000: not the bytes"),
        ("tile/2/000.p/1", "tile/2/000.p/1: not the bytes"),
        ("proofs/33333", "verification failed"),
        ("proofs/33333.tlog-proof", "verification failed"),
        ("heads/40000", "heads/40000.consistency: "),
        ("heads/40000.consistency", "invalid transparency proof"),
    ],
)
def test_go_finds_one_altered_character(programs: Path, published: Path, name: str, complaint: str) -> None:
    alter(published / name)
    checked = check(programs, published)
    assert checked.returncode != 0
    assert complaint in checked.stderr


def test_torchwood_s_spicy_accepts_our_proofs_and_no_other_line(programs: Path, published: Path) -> None:
    files = [f"proofs/{index}" for index in PROVED]
    accepted = run(f"{programs}/spicy", "-verify", LOG.verifier.vkey, *files, where=published)
    assert accepted.returncode == 0, accepted.stderr
    for file in files:
        alter(published / file)
        refused = run(f"{programs}/spicy", "-verify", LOG.verifier.vkey, file, where=published)
        assert refused.returncode != 0
        assert "could not verify inclusion" in refused.stderr


def test_we_accept_what_torchwood_s_spicy_writes(programs: Path, tmp_path: Path) -> None:
    write(tmp_path / "one", b"a line")
    write(tmp_path / "two", b"another line")
    spicy = (f"{programs}/spicy", "-assets", ".", "-key", "key")
    made = run(*spicy, "-init", "spicy.example/log", where=tmp_path)
    vkey = made.stderr.partition("Public key: ")[2].partition("\n")[0]
    assert run(*spicy, "one", "two", where=tmp_path).returncode == 0
    theirs = proof.parse(f"{proof.HEADER}\n{(tmp_path / 'two.spicy').read_text('utf-8')}")
    assert proof.verify(b"another line", theirs, note.parse_vkey(vkey)).size == 2
    assert theirs.spicy() == (tmp_path / "two.spicy").read_text("utf-8")


def test_we_accept_the_cosignature_of_torchwood_s_witness(programs: Path, log: Rows) -> None:
    signed = head(log, SIZE)
    cosigned = run(f"{programs}/tlogcheck", "cosign", WITNESS.name, bytes(range(32, 64)).hex(), given=signed)
    opened = checkpoint.open_cosigned(note.with_signatures(signed, cosigned.stdout), LOG.verifier, [WITNESS.verifier])
    assert opened.checkpoint.size == SIZE
    assert [(one.verifier.name, (one.at or 0) > NOON - 10**8) for one in opened.witnesses] == [(WITNESS.name, True)]


def check(programs: Path, published: Path) -> subprocess.CompletedProcess[str]:
    return run(f"{programs}/tlogcheck", "check", LOG.verifier.vkey, WITNESS.verifier.vkey, where=published)


def text(log: Rows, size: int) -> str:
    return Checkpoint(LOG.name, size, log.gathered(lambda hashes: tree.edge(size, hashes)).root).text()


def head(log: Rows, size: int) -> str:
    return checkpoint.sign(checkpoint.parse(text(log, size)), LOG.public, LOG.sign)


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def alter(path: Path) -> None:
    """Another character in the middle of a file, or in the first hash of a text with hashes."""
    content = path.read_bytes()
    at = {".tlog-proof": content.find(b"\nindex 33333\n") + 13, ".consistency": 0}.get(path.suffix, len(content) // 2)
    other = b"B" if content[at : at + 1] == b"A" else b"A"
    path.write_bytes(content[:at] + other + content[at + 1 :])
