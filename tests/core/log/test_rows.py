"""A row's digest is that of its canonical JSON, whoever wrote it and however quickly."""

import json
from datetime import date, datetime
from hashlib import sha256

import pytest

from gateway.core.log import rows
from gateway.core.log.rows import Shape
from gateway.core.terms import Flag

AT = datetime.fromisoformat("2026-09-01T08:30:00.000250")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ('Zoë "Ann"\\\n\x7f\u2028', '"Zo\\u00eb \\"Ann\\"\\\\\\n\\u007f\\u2028"'),
        (Flag.S47_LIVE, '"s47-live"'),
        (-7, "-7"),
        (True, "1"),
        (False, "0"),
        (b"salt", f'"{sha256(b"salt").hexdigest()}"'),
        (memoryview(b"salt"), f'"{sha256(b"salt").hexdigest()}"'),
        (AT, '"2026-09-01T08:30:00.000250"'),
        (date(2026, 9, 1), '"2026-09-01"'),
        ([1, "a", None, True], '[1,"a",null,true]'),
        ({"b": 1, "a": []}, '{"a":[],"b":1}'),
    ],
)
def test_each_kind_of_value_is_written_one_way(value: object, shown: str) -> None:
    assert Shape("t", ["it"], ()).entry([value])[1] == sha256(f'{{"it":{shown}}}'.encode()).digest()


def test_columns_stand_in_order_and_absent_ones_nowhere() -> None:
    shape = Shape("t", ["line", "handle", "gone", "about"], ["line", "about"])
    assert shape.names == ("about", "gone", "handle", "line")
    written = json.dumps({"about": "c", "handle": "ab", "line": 4}, separators=(",", ":"))
    key = sha256(b"4\0c").digest()[: rows.KEY]
    assert shape.entry(["c", None, "ab", 4]) == (
        sha256(b"t").digest()[: rows.TABLE] + key,
        sha256(written.encode()).digest(),
    )
    assert shape.entry(["c", None, "ab", 4])[0] == rows.name_of("t", [4, "c"])


def test_what_no_row_may_hold_has_no_digest() -> None:
    with pytest.raises(TypeError, match="complex"):
        Shape("t", ["it"], ()).entry([1j])


def test_names_and_digests_come_back_in_the_order_of_writing() -> None:
    written = [(bytes([one]) * 12, bytes([one]) * 32) for one in (2, 1, 3)]
    assert list(rows.entries_of(rows.content_of(bytes(rows.NONCE), written))) == written


@pytest.mark.parametrize("content", [b"", bytes(15), bytes(17), bytes(16 + 43)])
def test_what_is_no_such_content_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="vouches"):
        rows.entries_of(content)
