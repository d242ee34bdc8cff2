"""Numbers and bytes in text: one way to write each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.log import strict


@given(st.integers(0, strict.LARGEST))
def test_decimal_reads_what_is_printed(number: int) -> None:
    assert strict.decimal(str(number)) == number


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "01", "00", " 1", "1 ", "1\n", "1_0", "0x1", "1.0", "١", str(2**63), "9" * 20]
)
def test_any_other_decimal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a decimal"):
        strict.decimal(text)


@given(st.binary(max_size=100))
def test_base64_prints_back(content: bytes) -> None:
    assert strict.from64(strict.to64(content)) == content


@pytest.mark.parametrize(
    "text", ["YQ", "YQ=", "YR==", "YQ==\n", " YQ==", "Y Q==", "YQ===", "_w==", "YWJj=", "YQ==YQ==", "ÿ"]
)
def test_any_other_base64_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not base64"):
        strict.from64(text)
