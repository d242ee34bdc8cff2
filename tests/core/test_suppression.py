"""What is published tells no small number, not even to somebody who solves for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.suppression import LEAST, Published, published

CELLS = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 14), min_size=1)


def could_be(cells: dict[str, int | None], total: int | None, key: str, least: int) -> set[int]:
    """What somebody who knows the rule can still take the cell ``key`` for, from 1 to below ``least``."""
    hidden = [one for one, number in cells.items() if number is None]
    if total is None:
        return set(range(1, least))
    left = total - sum(number for number in cells.values() if number is not None)
    most = left - len(hidden) + 1
    return {value for value in range(1, min(least - 1, most) + 1) if len(hidden) > 1 or value == left}


@given(CELLS)
def test_no_small_number_is_shown_or_can_be_computed(cells: dict[str, int]) -> None:
    told = published({"reason": cells})
    shown = dict(told.tables["reason"])
    for key, number in cells.items():
        if 0 < number < LEAST:
            assert shown[key] is None
            assert could_be(shown, told.total, key, LEAST) == set(range(1, LEAST))
        elif number == 0:
            assert shown[key] == 0


@given(CELLS, st.integers(0, 3))
def test_another_table_of_the_same_children_gives_nothing_away(cells: dict[str, int], share: int) -> None:
    total = sum(cells.values())
    other = {"F": total * share // 3, "M": total - total * share // 3}
    told = published({"reason": cells, "sex": other})
    totals = {told.total}
    for table in told.tables.values():
        shown = [number for number in table.values() if number is not None]
        totals |= {sum(shown)} if len(shown) == len(table) else set()
    for name, table in (("reason", cells), ("sex", other)):
        for key, number in table.items():
            if 0 < number < LEAST:
                for known in totals:
                    assert could_be(dict(told.tables[name]), known, key, LEAST) == set(range(1, LEAST))


@pytest.mark.parametrize(
    ("cells", "shown", "total"),
    [
        ({"a": 10, "b": 6}, {"a": 10, "b": 6}, 16),
        ({"a": 10, "b": 5, "c": 30}, {"a": None, "b": None, "c": 30}, 45),
        ({"a": 10, "b": 5, "c": 1}, {"a": 10, "b": None, "c": None}, 16),
        ({"a": 30, "b": 1, "c": 1}, {"a": None, "b": None, "c": None}, 32),
        ({"a": 1, "b": 1, "c": 0}, {"a": None, "b": None, "c": 0}, None),
        ({"a": 0}, {"a": 0}, 0),
    ],
)
def test_each_rule_bites(cells: dict[str, int], shown: dict[str, int | None], total: int | None) -> None:
    assert published({"t": cells}) == Published({"t": shown}, total)


def test_the_least_is_a_setting_and_what_is_no_count_is_refused() -> None:
    assert published({"t": {"a": 4, "b": 3}}, least=3).total == 7
    for wrong in ({"t": {"a": -1}}, {"t": {"a": 1}, "u": {"a": 2}}):
        with pytest.raises(ValueError, match=r"population|negative"):
            published(wrong)
