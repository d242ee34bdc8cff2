"""What a council takes out of its inbox, as it is or as another system needs it; the log tells of each time."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.core.documents import members, read
from gateway.core.errors import Code, Refusal
from gateway.core.facts import parse_line
from gateway.core.terms import LaEstab
from gateway.flows import casework
from gateway.flows.casework import Use
from gateway.web import show
from tests.simulator import NOON, OFFICER, World


def collections(world: World) -> int:
    return sum(parse_line(line)["fact"] == "ParcelCollected" for line in world.kent.store.lines())


def test_file_for_capita_one_is_addressed_to_the_council_in_a_version_that_it_takes(world: World) -> None:
    world.leavers(dest=LaEstab("XXXXXXX"), pupils=1, version="24.0")
    (row,) = casework.shelf(world.kent.gateway, OFFICER)
    name, content = casework.collect(world.kent.gateway, OFFICER, row.parcel, NOON, Use.ONE)
    assert name == "8864321_CTF_886LLLL_001.xml"
    book = world.kent.gateway.rulebook
    made = read(name, content, book.schemas, book.known)
    assert (made.version, made.document is not None) == ("26.0", True)
    assert collections(world) == 1


def test_file_for_school2school_is_one_zip_with_the_same_file_in_it(world: World) -> None:
    world.leavers(dest=LaEstab("XXXXXXX"), pupils=1)
    (row,) = casework.shelf(world.kent.gateway, OFFICER)
    plain = casework.collect(world.kent.gateway, OFFICER, row.parcel, NOON)
    name, content = casework.collect(world.kent.gateway, OFFICER, row.parcel, NOON, Use.S2S)
    assert name == plain[0].replace(".xml", ".zip")
    assert [(one.name, one.content) for one in members(name, content)] == [plain]
    lines = [parse_line(line) for line in world.kent.store.lines()]
    assert [one.get("carrier") for one in lines if one["fact"] == "ParcelCollected"] == [None, "s2s"]


def test_file_that_cannot_be_of_that_use_is_not_said_to_be_collected(world: World) -> None:
    world.leavers(dest=LaEstab("XXXXXXX"), pupils=1)
    (row,) = casework.shelf(world.kent.gateway, OFFICER)
    book = world.kent.gateway.rulebook
    only = {at: schema for at, schema in book.schemas.items() if at[1] != "24.0"}
    without = replace(world.kent.gateway, rulebook=replace(book, schemas=only))
    with pytest.raises(Refusal) as refused:
        casework.collect(without, OFFICER, row.parcel, datetime(2025, 3, 1, tzinfo=UTC), Use.ONE)
    assert refused.value.code is Code.WRONG_VERSION
    assert collections(world) == 0


def test_inbox_is_a_list_for_a_spreadsheet_in_which_nothing_runs(world: World) -> None:
    world.leavers(dest=LaEstab("XXXXXXX"), pupils=1)
    shelf = casework.shelf(world.kent.gateway, OFFICER)
    headings, one = casework.listed(shelf)
    assert headings == ("parcel", "from", "purpose", "pupils", "since", "state")
    assert one[0] == shelf[0].parcel and one[3] == "1"
    assert show.table([("=1+1", "-x", "plain")]) == b"\xef\xbb\xbf'=1+1,'-x,plain\r\n"
