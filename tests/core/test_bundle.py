"""A bundle holds together, or says what does not."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.core import as4, bundle
from gateway.core.bundle import Bundle, Covered
from gateway.core.facts import parse_line
from gateway.core.log import note, tree
from gateway.core.log.note import Verifier
from gateway.core.terms import DisclosureId
from gateway.flows import dispatch, enquiry
from tests.simulator import World


@pytest.fixture
def made(world: World) -> tuple[Bundle, Verifier, Bundle]:
    """Two delivered disclosures' bundles and the key of the log."""
    found = []
    for sequence in (1, 2):
        world.leavers(sequence=sequence, seed=sequence)
        (sent,) = dispatch.send_due(world.kent.gateway)
        found.append(sent.parcel.disclosure)
    verifier = note.parse_vkey(world.kent.vault.vkey)
    world.kent.store.publish(world.clock(), world.kent.vault)
    one, other = (enquiry.bundle_of(world.kent.store, DisclosureId(text)) for text in found)
    return one, verifier, other


def test_bundle_proves_line_message_and_receipt_without_a_database(made: tuple[Bundle, Verifier, Bundle]) -> None:
    one, verifier, _ = made
    content = bundle.pack(one)
    assert bundle.pack(bundle.unpack(content)) == content
    checked = bundle.verify(bundle.unpack(content), (verifier,))
    assert [line["fact"] for line in checked.lines] == [
        "DisclosureReleased",
        "ParcelSealed",
        "AttemptStarted",
        "ParcelDelivered",
    ]
    assert checked.soap
    assert checked.receipt
    assert len(content) < 30_000


Forging = Callable[[Bundle, Bundle], Bundle]


FORGED: dict[str, tuple[Forging, str]] = {
    "a changed line": (lambda one, _: replace(one, lines=((one.lines[0][0] + b" ", one.lines[0][1]), *one.lines[1:])), "does not hold this line"),
    "a line at another's place": (lambda one, _: replace(one, lines=((one.lines[1][0], one.lines[0][1]), *one.lines[1:])), "does not hold this line"),
    "another disclosure's lines": (lambda one, other: replace(one, lines=(one.lines[0], *other.lines)), "not about one disclosure"),
    "another message": (lambda one, other: replace(one, soap=other.soap), "no line holds the digest of this message"),
    "another receipt": (lambda one, other: replace(one, receipt=other.receipt), "no line holds the digest of this receipt"),
    "a changed receipt": (lambda one, _: replace(one, receipt=(one.receipt or b"") + b" "), "no line holds the digest of this receipt"),
    "a receipt alone": (lambda one, _: replace(one, soap=None), "without the message"),
}  # fmt: skip


@pytest.mark.parametrize("what", FORGED)
def test_bundle_in_which_anything_was_changed_is_found_out(made: tuple[Bundle, Verifier, Bundle], what: str) -> None:
    one, verifier, other = made
    forge, words = FORGED[what]
    with pytest.raises(ValueError, match=words):
        bundle.verify(forge(one, other), (verifier,))


def test_bundle_under_another_logs_key_proves_nothing(made: tuple[Bundle, Verifier, Bundle]) -> None:
    one, verifier, _ = made
    with pytest.raises(ValueError, match=r".+"):
        bundle.verify(one, (replace(verifier, public=bytes(range(32))),))


def test_receipt_whose_line_was_made_to_fit_still_needs_its_signature(world: World) -> None:
    """Whoever writes the log could write any digest into a line; the partner's signature they cannot write."""
    from gateway.core.log import checkpoint, proof, tree

    world.leavers()
    (sent,) = dispatch.send_due(world.kent.gateway)
    verifier = note.parse_vkey(world.kent.vault.vkey)
    world.kent.store.publish(world.clock(), world.kent.vault)
    one = enquiry.bundle_of(world.kent.store, sent.parcel.disclosure)
    from gateway.core.terms import digest

    assert one.receipt is not None
    fake = one.receipt.replace(
        b"SignalMessage><eb:MessageInfo><eb:Timestamp>2026", b"SignalMessage><eb:MessageInfo><eb:Timestamp>2025"
    )
    assert fake != one.receipt
    lines = [line.replace(digest(one.receipt).encode(), digest(fake).encode()) for line, _ in one.lines]
    leaves = [tree.leaf(line) for line in lines]
    edge = tree.Edge().grow_all(leaves)
    head = world.kent.vault.sign_note(checkpoint.Checkpoint(verifier.name, edge.size, edge.root).text())

    def hashes(level: int, index: int) -> bytes:
        return tree.Edge().grow_all(leaves[index << level : (index + 1) << level]).root

    proved = tuple((line, proof.Proof(at, tree.prove(at, len(leaves), hashes), head)) for at, line in enumerate(lines))
    with pytest.raises(as4.As4Error):
        bundle.verify(Bundle(proved, one.soap, fake), (verifier,))


@pytest.mark.parametrize(
    "content",
    [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 40],
)
def test_what_is_no_bundle_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a bundle"):
        bundle.unpack(content)


def test_file_that_does_not_belong_in_a_bundle_is_refused(made: tuple[Bundle, Verifier, Bundle]) -> None:
    one, _, _ = made
    packed = io.BytesIO(bundle.pack(one))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("note.txt", b"believe me")
    with pytest.raises(ValueError, match="not a bundle"):
        bundle.unpack(packed.getvalue())


def test_disclosure_without_lines_has_no_bundle(world: World) -> None:
    with pytest.raises(IndexError):
        enquiry.bundle_of(world.kent.store, DisclosureId("d-" + "a" * 26))


def test_no_line_of_a_bundle_names_anybody(made: tuple[Bundle, Verifier, Bundle]) -> None:
    one, _, _ = made
    assert all("school" not in line.decode() for line, _ in one.lines)
    assert parse_line(one.lines[0][0])["purpose"] == "P04"


# -- covered: the hash of a line whose recipient is not told ----------------------------------------------------------


@pytest.fixture
def hidden(world: World) -> tuple[Covered, Bundle, Verifier]:
    """The covered bundle of a delivered disclosure, the whole one, and the key of the log."""
    world.leavers()
    (sent,) = dispatch.send_due(world.kent.gateway)
    world.kent.store.publish(world.clock(), world.kent.vault)
    store, about = world.kent.store, sent.parcel.disclosure
    verifier = note.parse_vkey(world.kent.vault.vkey)
    return enquiry.covered_of(store, about), enquiry.bundle_of(store, about), verifier


def test_covered_bundle_proves_a_line_that_it_does_not_hold_and_the_line_fits_it(
    hidden: tuple[Covered, Bundle, Verifier],
) -> None:
    covered, whole, verifier = hidden
    content = bundle.pack(covered)
    assert bundle.unpack_all(content) == {"": covered} and bundle.pack(bundle.unpack_covered(content)) == content
    line, found = whole.lines[0]
    assert bundle.verify_covered(covered, (verifier,)) == bundle.verify(whole, (verifier,)).size
    assert (tree.leaf(line), found.index) == (covered.leaf, covered.proof.index), "the line, once it is shown"
    assert parse_line(line)["fact"] == "DisclosureReleased"


def test_nothing_of_the_whole_bundle_but_the_hashes_is_in_a_covered_one(
    hidden: tuple[Covered, Bundle, Verifier],
) -> None:
    covered, whole, verifier = hidden
    with zipfile.ZipFile(io.BytesIO(bundle.pack(covered))) as archive:
        assert archive.namelist() == ["README.txt", "covered.json", "covered.proof"]
        told = b"".join(map(archive.read, archive.namelist())).decode()
    assert "your council" in told and told.count("\n\u2014 ") == 1, "whoever countersigns is a neighbour"
    said = [value for line, _ in whole.lines for key, value in parse_line(line).items() if key != "disclosure"]
    secrets = {one for one in said if isinstance(one, str) and len(one) > 3 and one not in verifier.name}
    assert {one for one in secrets if one in told} == set() and len(secrets) > 20


COVERED: dict[str, Callable[[Covered], Covered]] = {
    "another hash": lambda one: replace(one, leaf=bytes(32)),
    "another place": lambda one: replace(one, proof=replace(one.proof, index=one.proof.index - 1)),
    "another checkpoint": lambda one: replace(one, proof=replace(one.proof, checkpoint=one.proof.checkpoint.replace("\n", "\n1", 1))),
}  # fmt: skip


@pytest.mark.parametrize("what", COVERED)
def test_covered_bundle_in_which_anything_was_changed_is_found_out(
    hidden: tuple[Covered, Bundle, Verifier], what: str
) -> None:
    covered, _, verifier = hidden
    with pytest.raises(ValueError, match=r".+"):
        bundle.verify_covered(COVERED[what](covered), (verifier,))


@pytest.mark.parametrize("name", ["note.txt", "lines/1.json"])
def test_covered_bundle_with_a_file_beside_it_is_refused(hidden: tuple[Covered, Bundle, Verifier], name: str) -> None:
    packed = io.BytesIO(bundle.pack(hidden[0]))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(name, b"{}")
    with pytest.raises(ValueError, match="not a bundle"):
        bundle.unpack_all(packed.getvalue())


def test_covered_bundle_in_which_the_council_says_something_else_is_refused(
    hidden: tuple[Covered, Bundle, Verifier],
) -> None:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(bundle.pack(hidden[0]))) as archive,
        zipfile.ZipFile(made, "w") as forged,
    ):
        for one in archive.namelist():
            forged.writestr(one, archive.read(one).replace(b"your council", b"council-887"))
    with pytest.raises(ValueError, match="not a bundle"):
        bundle.unpack_all(made.getvalue())
