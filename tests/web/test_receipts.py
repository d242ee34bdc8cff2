"""Anybody checks a receipt without signing in: genuine or not, about this file or another, and nothing more is told."""

import io

import pytest

from gateway.core.log import note
from tests.simulator import World, leavers
from tests.web.office import Office, Page


@pytest.fixture
def receipt(world: World) -> bytes:
    office = Office(world)
    made = leavers()
    page = office.upload((made.name, made.content))
    (address,) = page.tree.xpath("//a[contains(., 'See the receipt')]/@href")
    assert office.get(address).tree.xpath("//main//a[@href='/check-receipt']")
    return bytes(office.client.get(f"{address}/receipt.txt").data)


def ask(world: World, **fields: object) -> Page:
    return Office(world, signed_in=False).post("/check-receipt", **fields)


def a_file(content: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), "x"


def test_stranger_reads_that_it_is_genuine_who_sent_what_and_when(world: World, receipt: bytes) -> None:
    assert Office(world, signed_in=False).get("/check-receipt").heading == "Check a receipt"
    page = ask(world, receipt=a_file(receipt))
    assert page.heading == "The receipt is genuine"
    for words in (
        "Signed by Kent",
        "School school-8864321",
        "3 November 2026 at 12:00pm",
        "Pupils in the file 2",
        "Released P04 d-",
    ):
        assert words in page.text, words


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_pasted_text_does_as_well_with_any_ends_of_lines(world: World, receipt: bytes, ends: str) -> None:
    assert ask(world, text=receipt.decode().replace("\n", ends).strip()).heading == "The receipt is genuine"


def test_file_beside_it_is_the_one_or_another(world: World, receipt: bytes) -> None:
    content = leavers().content
    same = ask(world, receipt=a_file(receipt), sent=a_file(content))
    assert same.heading == "The receipt is genuine and about this file"
    other = ask(world, receipt=a_file(receipt), sent=a_file(content + b" "))
    assert other.heading == "The receipt is genuine, but about another file"


def test_what_was_altered_made_up_or_is_no_receipt_is_not_genuine(world: World, receipt: bytes) -> None:
    other = world.medway.vault.sign_note(receipt.decode().split("\n\n")[0] + "\n")
    checkpoint = world.kent.vault.sign_note("some text\n")
    for content in (receipt.replace(b"pupils 2", b"pupils 3"), other.encode(), checkpoint.encode(), b"\xff", b"hello"):
        page = ask(world, receipt=a_file(content))
        assert page.heading == "The receipt is not genuine"
        assert "school-8864321" not in page.text


def test_receipt_that_an_older_key_signed_stays_genuine(world: World, receipt: bytes) -> None:
    assert note.parse_vkey(world.kent.vault.vkey) in world.kent.vault.verifiers()
    assert len(world.kent.vault.verifiers()) == world.kent.vault.newest_log
    assert ask(world, receipt=a_file(receipt)).heading == "The receipt is genuine"


def test_nothing_chosen_is_said_at_the_field(world: World) -> None:
    page = ask(world, text=" ")
    assert page.status == 422 and page.title.startswith("Error: Check a receipt")
    assert page.tree.xpath("//div[contains(@class, 'error-summary')]//a[@href='#receipt']")


def test_nothing_is_kept_of_it(world: World, receipt: bytes) -> None:
    before = len(list(world.kent.store.lines()))
    ask(world, receipt=a_file(receipt), sent=a_file(leavers().content))
    assert len(list(world.kent.store.lines())) == before
