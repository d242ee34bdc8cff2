"""What the strict reader of tables takes, and how it says what it does not."""

from datetime import UTC, date, datetime

import pytest

from gateway.core import tables


@pytest.mark.parametrize(
    ("read", "good", "bad"),
    [
        (tables.text, "x", ["", " ", 1, None]),
        (tables.flag, True, [1, "true"]),
        (tables.count, 1, [0, -1, True, 1.0, "1"]),
        (tables.day, date(2026, 1, 1), [datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01"]),
        (tables.instant, datetime(2026, 1, 1, tzinfo=UTC), [datetime(2026, 1, 1), date(2026, 1, 1), "x"]),  # noqa: DTZ001
        (tables.many(tables.count), [1, 2], [[], [1, 1], [0], 1, "12"]),
        (tables.pairs(str, tables.count), {"a": 1}, [{}, {"a": 0}, [1], 1]),
    ],
)
def test_a_value_is_what_it_is_and_is_not_bent(read: tables.Read, good: object, bad: list[object]) -> None:
    assert read(good) is not None
    for value in bad:
        with pytest.raises(ValueError, match=r"not|twice"):
            read(value)


def test_pairs_stand_in_order_of_their_words() -> None:
    assert tables.pairs(str, tables.count)({"b": 2, "a": 1}) == (("a", 1), ("b", 2))


def test_a_table_says_all_that_is_wrong_and_nothing_that_was_written() -> None:
    need = {"name": tables.text, "version": tables.count}
    with pytest.raises(tables.Misplaced) as caught:
        tables.take({"version": "Jane Doe", "nom": "Jane Doe"}, "agreement", need)
    assert str(caught.value) == (
        "agreement: unknown key nom; agreement: missing key name; agreement: version is not as it should be"
    )


@pytest.mark.parametrize("key", ["Jane Doe", "é", "x" * 40, ""])
def test_a_key_that_does_not_look_like_one_is_not_shown(key: str) -> None:
    with pytest.raises(tables.Misplaced, match=r"^file: unknown key that is no name$"):
        tables.take({key: 1}, "file", {})


def test_rows_are_counted_from_one() -> None:
    with pytest.raises(tables.Misplaced, match=r"^item 2: missing key name; item 3: not a table$"):
        tables.rows([{"name": "x"}, {}, 4], "item", {"name": tables.text})


def test_every_table_has_a_heading_of_its_own_however_small() -> None:
    shown = tables.show({"a": 1, "b": {"c": 2}, "d": [{"e": 3, "f": {"g": [1, 2]}}, {"e": 4}]})
    assert shown == "a = 1\n\n[b]\nc = 2\n\n[[d]]\ne = 3\n\n[d.f]\ng = [\n    1,\n    2,\n]\n\n[[d]]\ne = 4\n"
    assert tables.parse(shown) == {"a": 1, "b": {"c": 2}, "d": [{"e": 3, "f": {"g": [1, 2]}}, {"e": 4}]}


def test_a_text_comes_back_with_the_line_ends_that_it_has() -> None:
    said = {"a": "x\r\ny", "b": ["p\r\nq", "r\ns"], "c": "1\n2", "d": "\r"}
    shown = tables.show(said)
    assert tables.parse(shown) == said
    assert "\r" not in shown
    assert 'c = """\n1\n2"""' in shown, "lines that end as ours do stay readable"
