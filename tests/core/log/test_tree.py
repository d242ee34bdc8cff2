"""The tree: published vectors, every small proof, and every proof that must not pass."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.log import tree
from gateway.core.log.tree import EMPTY, Edge
from tests.core.log import oracle
from tests.core.log.oracle import LINES

SIZES = range(len(LINES) + 1)
LEAVES = [tree.leaf(line) for line in LINES]
ROOTS = [Edge().grow_all(LEAVES[:size]).root for size in SIZES]

# The reference tree of Certificate Transparency: its leaves, the root after each, and some of its proofs.
CT_LINES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SECOND = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
THIRD_PAIR = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
RIGHT_HALF = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
FIFTH = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
LAST_PAIR = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
SIXTH_PAIR = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"


def ct(level: int, index: int) -> bytes:
    lines = [bytes.fromhex(line) for line in CT_LINES]
    return oracle.root(lines[index << level : (index + 1) << level])


@pytest.mark.parametrize("size", range(9))
def test_root_after_each_leaf_is_the_published_one(size: int) -> None:
    edge = Edge().grow_all(tree.leaf(bytes.fromhex(line)) for line in CT_LINES[:size])
    assert edge.root.hex() == CT_ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        (0, 1, []),
        (0, 8, [SECOND, THIRD_PAIR, RIGHT_HALF]),
        (5, 8, [FIFTH, LAST_PAIR, CT_ROOTS[4]]),
        (2, 3, [CT_ROOTS[2]]),
        (1, 5, [CT_ROOTS[1], THIRD_PAIR, FIFTH]),
    ],
)
def test_inclusion_proof_is_the_published_one(index: int, size: int, proof: list[str]) -> None:
    assert [one.hex() for one in tree.prove(index, size, ct)] == proof


@pytest.mark.parametrize(
    ("old", "new", "proof"),
    [
        (1, 1, []),
        (1, 8, [SECOND, THIRD_PAIR, RIGHT_HALF]),
        (6, 8, [SIXTH_PAIR, LAST_PAIR, CT_ROOTS[4]]),
        (2, 5, [THIRD_PAIR, FIFTH]),
    ],
)
def test_consistency_proof_is_the_published_one(old: int, new: int, proof: list[str]) -> None:
    assert [one.hex() for one in tree.prove_consistency(old, new, ct)] == proof


@pytest.mark.parametrize("size", SIZES)
def test_root_is_that_of_the_rfc(size: int) -> None:
    assert ROOTS[size] == oracle.root(LINES[:size])


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_proved_by_the_path_of_the_rfc_and_verifies(size: int) -> None:
    for index in range(size):
        proof = tree.prove(index, size, oracle.hashes)
        assert list(proof) == oracle.path(index, LINES[:size])
        assert tree.verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


@pytest.mark.parametrize("new", SIZES)
def test_every_older_tree_is_proved_by_the_path_of_the_rfc_and_verifies(new: int) -> None:
    for old in range(new + 1):
        proof = tree.prove_consistency(old, new, oracle.hashes)
        assert list(proof) == (oracle.consistency(old, LINES[:new]) if old else [])
        assert tree.verify_consistency(old, ROOTS[old], new, ROOTS[new], proof)


@pytest.mark.parametrize("size", SIZES)
def test_no_mutated_inclusion_proof_verifies(size: int) -> None:
    for index in range(size):
        proof = tree.prove(index, size, oracle.hashes)
        for wrong in mutants(proof):
            assert not tree.verify_inclusion(LEAVES[index], index, size, wrong, ROOTS[size])


@pytest.mark.parametrize("new", SIZES)
def test_no_mutated_consistency_proof_verifies(new: int) -> None:
    for old in range(new + 1):
        proof = tree.prove_consistency(old, new, oracle.hashes)
        for wrong in mutants(proof):
            assert not tree.verify_consistency(old, ROOTS[old], new, ROOTS[new], wrong)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 31, 33, 70])
def test_a_leaf_is_proved_at_its_own_place_only(size: int) -> None:
    for index in range(size):
        proof = tree.prove(index, size, oracle.hashes)
        places = [
            at for at in range(-1, size + 1) if tree.verify_inclusion(LEAVES[index], at, size, proof, ROOTS[size])
        ]
        assert places == [index]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 31, 33, 70])
def test_a_proof_leads_to_the_root_of_its_own_size_only(size: int) -> None:
    for index in range(size):
        proof = tree.prove(index, size, oracle.hashes)
        assert [n for n in SIZES if tree.verify_inclusion(LEAVES[index], index, n, proof, ROOTS[n])] == [size]


@pytest.mark.parametrize("new", [2, 3, 7, 8, 9, 31, 33, 70])
def test_a_consistency_proof_holds_between_its_own_two_sizes_only(new: int) -> None:
    for old in range(1, new):
        proof = tree.prove_consistency(old, new, oracle.hashes)
        assert [n for n in SIZES if tree.verify_consistency(n, ROOTS[n], new, ROOTS[new], proof)] == [old]
        assert [n for n in SIZES if tree.verify_consistency(old, ROOTS[old], n, ROOTS[n], proof)] == [new]


@pytest.mark.parametrize(
    "change",
    ["altered", "dropped", "put in between", "swapped", "last altered"],
)
def test_a_rewritten_past_is_consistent_with_no_proof_the_writer_can_make(change: str) -> None:
    past = {
        "altered": [*LINES[:3], b"another", *LINES[4:]],
        "dropped": [*LINES[:3], *LINES[4:]],
        "put in between": [*LINES[:3], b"another", *LINES[3:]],
        "swapped": [*LINES[:3], LINES[4], LINES[3], *LINES[5:]],
        "last altered": [*LINES[:39], b"another", *LINES[40:]],
    }[change]
    new = len(past)
    for proof in (oracle.consistency(40, past), oracle.consistency(40, LINES)):
        assert not tree.verify_consistency(40, ROOTS[40], new, oracle.root(past), proof)


# Each check bites alone: everything else about these proofs holds.

A, B, C, D = LEAVES[:4]


def test_hashes_left_over_are_refused() -> None:
    assert not tree.verify_inclusion(A, 0, 1, [B], tree.node(B, A))


def test_a_path_that_stops_below_the_root_is_refused() -> None:
    assert not tree.verify_inclusion(A, 0, 4, [B], tree.node(A, B))


def test_an_index_past_the_end_is_refused() -> None:
    assert not tree.verify_inclusion(A, 1, 1, [], A)


def test_an_index_before_the_beginning_is_refused() -> None:
    assert not tree.verify_inclusion(A, -1, 1, [], A)


def test_hashes_of_other_lengths_that_join_to_the_same_bytes_are_refused() -> None:
    assert not tree.verify_inclusion(A + B[:1], 0, 2, [B[1:]], tree.node(A, B))
    assert not tree.verify_consistency(1, A + B[:1], 2, tree.node(A, B), [B[1:]])


def test_consistency_with_hashes_left_over_is_refused() -> None:
    proof = tree.prove_consistency(3, 4, oracle.hashes)
    assert not tree.verify_consistency(3, tree.node(A, ROOTS[3]), 4, tree.node(A, ROOTS[4]), [*proof, A])


def test_consistency_that_stops_below_the_new_root_is_refused() -> None:
    assert not tree.verify_consistency(1, A, 4, tree.node(A, B), [B])


def test_consistency_must_reach_the_old_root() -> None:
    proof = tree.prove_consistency(3, 4, oracle.hashes)
    assert not tree.verify_consistency(3, D, 4, ROOTS[4], proof)


def test_consistency_must_reach_the_new_root() -> None:
    proof = tree.prove_consistency(3, 4, oracle.hashes)
    assert not tree.verify_consistency(3, ROOTS[3], 4, D, proof)


def test_consistency_without_hashes_shows_nothing() -> None:
    assert not tree.verify_consistency(3, A, 4, A, [])


def test_a_tree_does_not_shrink() -> None:
    assert not tree.verify_consistency(2, A, 1, A, [])
    assert not tree.verify_consistency(-1, A, 1, A, [])


def test_one_size_has_one_root() -> None:
    assert tree.verify_consistency(4, ROOTS[4], 4, ROOTS[4], [])
    assert not tree.verify_consistency(4, ROOTS[4], 4, D, [])
    assert not tree.verify_consistency(4, ROOTS[4], 4, ROOTS[4], [A])


def test_every_tree_begins_with_the_empty_one_and_no_other_of_that_size() -> None:
    assert tree.verify_consistency(0, EMPTY, 4, ROOTS[4], [])
    assert not tree.verify_consistency(0, A, 4, ROOTS[4], [])
    assert not tree.verify_consistency(0, EMPTY, 4, ROOTS[4], [A])
    assert not tree.verify_consistency(0, EMPTY, 0, A, [])


def test_no_proof_is_made_of_what_is_not_there() -> None:
    for index, size in [(0, 0), (4, 4), (-1, 4)]:
        with pytest.raises(ValueError, match="not in the tree"):
            tree.prove(index, size, oracle.hashes)
    for old, new in [(5, 4), (-1, 4)]:
        with pytest.raises(ValueError, match="only grows"):
            tree.prove_consistency(old, new, oracle.hashes)


def test_a_line_is_no_longer_than_a_reader_can_be_handed() -> None:
    assert len(tree.leaf(b"x" * 65_535)) == 32
    with pytest.raises(ValueError, match="too long"):
        tree.leaf(b"x" * 65_536)


# The right edge

BYTES_OF_THREE = "0000000000000003" + CT_ROOTS[2] + "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7"


def test_bytes_of_an_edge_are_frozen() -> None:
    edge = Edge().grow_all(tree.leaf(bytes.fromhex(line)) for line in CT_LINES[:3])
    assert edge.to_bytes().hex() == BYTES_OF_THREE


@given(st.integers(0, 70), st.integers(0, 70))
def test_growing_in_parts_is_growing_at_once(one: int, two: int) -> None:
    first, last = sorted((one, two))
    assert Edge().grow_all(LEAVES[:first]).grow_all(LEAVES[first:last]) == Edge().grow_all(LEAVES[:last])


@pytest.mark.parametrize("size", SIZES)
def test_edge_prints_back_and_is_found_again_in_the_store(size: int) -> None:
    edge = Edge().grow_all(LEAVES[:size])
    assert Edge.from_bytes(edge.to_bytes()) == edge == tree.edge(size, oracle.hashes)


def test_one_leaf_grows_the_edge_as_a_list_of_one() -> None:
    assert Edge(1, (A,)).grow(B) == Edge(2, (tree.node(A, B),))


def test_each_finished_subtree_is_told_once_with_its_root() -> None:
    _, subtrees = Edge().extend(LEAVES, step=1)
    assert len(subtrees) == 70 - (70).bit_count()
    assert {(level, index): root for level, index, root in subtrees} == {
        (level, index): oracle.hashes(level, index) for level in range(1, 7) for index in range(70 >> level)
    }


def test_only_the_levels_that_were_asked_for_are_told() -> None:
    assert {level for level, _, _ in Edge().extend(LEAVES, step=3)[1]} == {3, 6}
    assert Edge().extend(LEAVES)[1] == ()


@pytest.mark.parametrize(
    "content",
    ["", "00", "00000000000000", "0000000000000001", "0000000000000000" + "00" * 32, BYTES_OF_THREE[:-2]],
)
def test_other_bytes_are_no_edge(content: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (whichever part of it is missing)
        Edge.from_bytes(bytes.fromhex(content))


@pytest.mark.parametrize(("size", "roots"), [(-1, 1), (1, 0), (1, 2), (2**63, 1)])
def test_an_edge_has_one_root_for_each_bit_of_its_size(size: int, roots: int) -> None:
    with pytest.raises(ValueError, match=r"size"):
        Edge(size, (A,) * roots)


def test_the_roots_of_an_edge_are_hashes() -> None:
    with pytest.raises(ValueError, match="roots"):
        Edge(1, (A[:31],))


def mutants(proof: Sequence[bytes]) -> Iterator[list[bytes]]:
    """The proof with one hash altered, dropped, doubled, put in or swapped with its neighbour, at every place."""
    whole = list(proof)
    for at, one in enumerate(whole):
        yield [*whole[:at], bytes([one[0] ^ 1]) + one[1:], *whole[at + 1 :]]
        yield [*whole[:at], one[:-1] + bytes([one[-1] ^ 128]), *whole[at + 1 :]]
        yield [*whole[:at], one[:-1], *whole[at + 1 :]]
        yield [*whole[:at], *whole[at + 1 :]]
        yield [*whole[:at], one, one, *whole[at + 1 :]]
        if at:
            yield [*whole[: at - 1], one, whole[at - 1], *whole[at + 1 :]]
    for at in range(len(whole) + 1):
        yield [*whole[:at], EMPTY, *whole[at:]]
        yield [*whole[:at], b"", *whole[at:]]
