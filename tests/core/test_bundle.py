"""A bundle holds together, or says what does not."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.core import as4, bundle
from gateway.core.bundle import Bundle
from gateway.core.facts import parse_line
from gateway.core.log import note
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
