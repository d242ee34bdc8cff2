"""A row's digest is that of its canonical JSON, whoever wrote it and however quickly."""

import json
from datetime import date, datetime
from hashlib import sha256

import pytest

from gateway.core.log import rows
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
    assert rows.digest_of({"it": value}) == sha256(f'{{"it":{shown}}}'.encode()).digest()


def test_columns_stand_in_order_and_absent_ones_nowhere() -> None:
    row = {"line": 4, "handle": "ab", "gone": None, "about": "c"}
    written = json.dumps({"about": "c", "handle": "ab", "line": 4}, separators=(",", ":"))
    assert rows.digest_of(row) == sha256(written.encode()).digest()
    assert rows.digest_of({}) == sha256(b"{}").digest()


def test_what_no_row_may_hold_has_no_digest() -> None:
    with pytest.raises(TypeError, match="complex"):
        rows.digest_of({"it": 1j})
