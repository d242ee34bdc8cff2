"""The tiles: their names, what a store writes as the log grows, and proofs made from that alone."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.errors import Fault, Reason
from gateway.core.log import tiles, tree
from gateway.core.log.tiles import ENTRIES, Place, Span, Tile
from tests.core.log.oracle import Rows

LEAVES = [tree.leaf(f"line {number}".encode()) for number in range(66_000)]


def a_log(*sizes: int) -> Rows:
    """A log that grew to each of these sizes in turn."""
    rows = Rows()
    for old, new in pairwise((0, *sizes)):
        rows.append(LEAVES[old:new])
    return rows


WHOLE = a_log(66_000)

PATHS = [
    (Tile(0, 0), "tile/0/000"),
    (Tile(0, 999), "tile/0/999"),
    (Tile(0, 1_234), "tile/0/x001/234"),
    (Tile(1, 1_234_067), "tile/1/x001/x234/067"),
    (Tile(0, 1_000_000), "tile/0/x001/x000/000"),
    (Tile(7, 2, 3), "tile/7/002.p/3"),
    (Tile(0, 1_234, 255), "tile/0/x001/234.p/255"),
    (Tile(ENTRIES, 0, 1), "tile/entries/000.p/1"),
    (Tile(ENTRIES, 1_234), "tile/entries/x001/234"),
    (Tile(0, 2**55 - 1), "tile/0/x036/x028/x797/x018/x963/967"),
]


@pytest.mark.parametrize(("tile", "path"), PATHS)
def test_path_of_a_tile_is_frozen(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tiles.parse_path(path) == tile


@given(st.builds(Tile, st.integers(ENTRIES, tiles.TOP), st.integers(0, 2**55 - 1), st.integers(1, 256)))
def test_path_of_a_tile_prints_back(tile: Tile) -> None:
    assert tiles.parse_path(tile.path) == tile


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tile/0",
        "tile/0/",
        "tile/0/1",
        "tile/0/01",
        "tile/0/0001",
        "tile/0/x000/001",  # one name for each tile
        "tile/0/001/234",
        "tile/0/x001/x234",
        "tile/0/x001234",
        "tile/0/x1/234",
        "tile/00/001",
        "tile/8/001",
        "tile/-1/001",
        "tile/data/001",
        "tile/0/001.p/0",
        "tile/0/001.p/01",
        "tile/0/001.p/256",
        "tile/0/001.p/257",
        "tile/0/001.p/",
        "tile/0/001.p",
        "tile/0/001/",
        "/tile/0/001",
        "tile/0/../001",
        "tile/0/001\n",
        "tile/0/٠٠١",
        "tile/0/x036/x028/x797/x018/x963/968",
        "tile/8/0/001",
    ],
)
def test_any_other_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="tile"):
        tiles.parse_path(text)


@pytest.mark.parametrize(
    ("level", "index", "width"), [(-2, 0, 1), (8, 0, 1), (0, -1, 1), (0, 2**55, 1), (0, 0, 0), (0, 0, 257)]
)
def test_there_is_no_tile_outside_the_largest_tree(level: int, index: int, width: int) -> None:
    with pytest.raises(ValueError, match="no such tile"):
        Tile(level, index, width)


@pytest.mark.parametrize(
    ("level", "index", "size", "width"),
    [
        (0, 0, 0, 0),
        (0, 0, 1, 1),
        (0, 0, 256, 256),
        (0, 1, 256, 0),
        (0, 1, 257, 1),
        (ENTRIES, 1, 257, 1),
        (1, 0, 255, 0),
        (1, 0, 256, 1),
        (1, 0, 66_000, 256),
        (1, 1, 66_000, 1),
        (2, 0, 66_000, 1),
        (2, 1, 66_000, 0),
    ],
)
def test_width_of_a_tile_follows_from_the_size(level: int, index: int, size: int, width: int) -> None:
    assert tiles.width(level, index, size) == width


@pytest.mark.parametrize(
    ("size", "paths"),
    [
        (0, []),
        (1, ["tile/entries/000.p/1", "tile/0/000.p/1"]),
        (256, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]),
        (
            513,
            [
                *("tile/entries/000", "tile/entries/001", "tile/entries/002.p/1"),
                *("tile/0/000", "tile/0/001", "tile/0/002.p/1", "tile/1/000.p/2"),
            ],
        ),
    ],
)
def test_tiles_of_a_log_are_all_named(size: int, paths: list[str]) -> None:
    assert [tile.path for tile in tiles.cover(size)] == paths


def test_tiles_of_a_log_hold_every_line_and_every_node() -> None:
    widths = dict.fromkeys(range(-1, 3), 0)
    for tile in tiles.cover(66_000):
        widths[tile.level] += tile.width
    assert widths == {ENTRIES: 66_000, 0: 66_000, 1: 257, 2: 1}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 2_000), max_size=8))
def test_however_a_log_grew_it_wrote_the_same_rows(sizes: list[int]) -> None:
    log = a_log(*sorted(sizes), 2_000)
    assert log.edge == tree.Edge().grow_all(LEAVES[:2_000])
    assert log.nodes == {key: root for key, root in WHOLE.nodes.items() if key in set(tiles.finished(0, 2_000))}


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        (0, 15, []),
        (15, 16, [(4, 0)]),
        (16, 31, []),
        (0, 32, [(4, 0), (4, 1)]),
        (255, 256, [(4, 15), (8, 0)]),
        (4_095, 4_096, [(4, 255), (8, 15), (12, 0)]),
        (65_535, 65_536, [(4, 4_095), (8, 255), (12, 15), (16, 0)]),
        (65_536, 65_551, []),
    ],
)
def test_a_node_is_written_when_its_last_leaf_comes(old: int, new: int, written: list[tuple[int, int]]) -> None:
    edge = tree.Edge().grow_all(LEAVES[:old])
    grown, nodes = tiles.grow(edge, LEAVES[old:new])
    assert [(node.level, node.index) for node in nodes] == written == list(tiles.finished(old, new))
    assert grown.size == new


def test_a_node_is_the_root_of_its_leaves() -> None:
    assert WHOLE.nodes[4, 3] == tree.Edge().grow_all(LEAVES[48:64]).root
    assert WHOLE.nodes[8, 3] == tree.Edge().grow_all(LEAVES[768:1024]).root
    assert WHOLE.nodes[16, 0] == tree.Edge().grow_all(LEAVES[:65_536]).root


@pytest.mark.parametrize(
    "size", [1, 2, 15, 16, 17, 31, 32, 255, 256, 257, 511, 512, 1_000, 65_535, 65_536, 65_537, 66_000]
)
def test_rows_prove_every_kind_of_place(size: int) -> None:
    root = tree.Edge().grow_all(LEAVES[:size]).root
    for index in {0, 1, 14, 15, 16, 17, 254, 255, 256, 257, 65_535, 65_536, size // 2, size - 2, size - 1}:
        if 0 <= index < size:
            proof = WHOLE.gathered(lambda hashes: tree.prove(index, size, hashes))  # noqa: B023  (called at once)
            assert tree.verify_inclusion(LEAVES[index], index, size, proof, root)


@pytest.mark.parametrize("old", [1, 2, 15, 16, 17, 255, 256, 257, 300, 511, 512, 768, 65_535, 65_536, 65_537, 65_999])
def test_rows_prove_every_kind_of_growth(old: int) -> None:
    proof = WHOLE.gathered(lambda hashes: tree.prove_consistency(old, 66_000, hashes))
    old_root = WHOLE.gathered(lambda hashes: tree.edge(old, hashes)).root
    assert old_root == tree.Edge().grow_all(LEAVES[:old]).root
    assert tree.verify_consistency(old, old_root, 66_000, WHOLE.edge.root, proof)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 2_000), st.data())
def test_every_subtree_is_answered_as_the_edge_would_have_it(size: int, draw: st.DataObject) -> None:
    level = draw.draw(st.integers(0, size.bit_length() - 1))
    index = draw.draw(st.integers(0, (size >> level) - 1))
    expected = tree.Edge().grow_all(LEAVES[index << level : (index + 1) << level]).root
    assert WHOLE.gathered(lambda hashes: hashes(level, index)) == expected


def test_a_proof_reads_once_and_sixteen_hashes_a_step_at_most() -> None:
    log = a_log(66_000)
    log.gathered(lambda hashes: tree.prove(33_333, 66_000, hashes))
    assert sorted(log.reads) == [(0, 33_328, 33_344), (4, 2_080, 2_096), (8, 128, 144), (12, 0, 16)]


def test_a_proof_under_an_older_head_reads_the_right_edge_of_that_too() -> None:
    log = a_log(66_000)
    log.gathered(lambda hashes: tree.prove(5, 300, hashes))
    assert sorted(log.reads) == [(0, 0, 16), (0, 288, 300), (4, 1, 16), (4, 16, 18)]


def test_what_stands_in_the_edge_is_not_read() -> None:
    log = a_log(65_536)
    assert log.gathered(lambda hashes: tree.edge(65_536, hashes)) == log.edge
    assert not log.reads


@pytest.mark.parametrize("kept", [{}, {(0, 6): b"short"}])
def test_a_hash_that_is_missing_or_of_another_length_is_a_fault_of_the_store(kept: dict[Place, bytes]) -> None:
    class Spoilt(Rows):
        def hashes(self, _spans: Sequence[Span]) -> Mapping[Place, bytes]:
            return kept

    spoilt = Spoilt()
    spoilt.append(LEAVES[:300])
    with pytest.raises(Fault) as caught:
        spoilt.gathered(lambda hashes: tree.prove(7, 300, hashes))
    assert (caught.value.reason, caught.value.lasting) == (Reason.STORE, True)


@pytest.mark.parametrize(("level", "index"), [(0, 300), (1, 150), (8, 1), (9, 0)])
def test_a_subtree_that_is_not_full_is_not_answered(level: int, index: int) -> None:
    with pytest.raises(ValueError, match="not full"):
        a_log(300).gathered(lambda hashes: hashes(level, index))


def test_entry_bundle_is_frozen() -> None:
    assert tiles.bundle([b"abc", b"", b"x" * 258]) == b"\x00\x03abc\x00\x00\x01\x02" + b"x" * 258


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_entry_bundle_prints_back(lines: list[bytes]) -> None:
    assert tiles.parse_bundle(tiles.bundle(lines), len(lines)) == tuple(lines)


@pytest.mark.parametrize("lines", [[b"x" * 65_536], [b""] * 257])
def test_what_no_bundle_can_carry_is_refused(lines: list[bytes]) -> None:
    with pytest.raises(ValueError, match="bundle"):
        tiles.bundle(lines)


def test_the_longest_line_fits_a_bundle() -> None:
    assert tiles.parse_bundle(tiles.bundle([b"x" * 65_535]), 1) == (b"x" * 65_535,)


@pytest.mark.parametrize(
    ("content", "width"),
    [
        (b"\x00\x01a", 2),
        (b"\x00\x01a", 0),
        (b"\x00\x02a", 1),
        (b"\x00\x01ab", 1),
        (b"\x00\x01a\x00", 1),
        (b"\x00\x01a\x00", 2),
        (b"\x00", 0),
        (b"\x00", 1),
        (b"", 1),
        (b"\x00\x00" * 257, 257),
    ],
)
def test_a_bundle_cut_short_or_of_another_width_is_refused(content: bytes, width: int) -> None:
    with pytest.raises(ValueError, match="bundle"):
        tiles.parse_bundle(content, width)
