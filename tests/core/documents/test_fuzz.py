"""Nothing but documents, findings or a refusal ever comes of a file, whatever is in it and whatever it is called.

``GATEWAY_FUZZ=100000`` tries so many of each sort; what it finds is kept in ``tests/corpus`` from then on.
"""

import os

import pytest
from hypothesis import HealthCheck, given, settings

from gateway.core.documents import Reading
from gateway.core.errors import Refusal
from tests.core.documents import fuzzing
from tests.core.documents.fuzzing import take

EACH = int(os.environ.get("GATEWAY_FUZZ", "500"))
SLOWLY = settings(
    max_examples=EACH, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)  # fmt: skip


def check(one: tuple[str, bytes]) -> None:
    for came in take(*one):
        assert isinstance(came, Reading | Refusal)
        if isinstance(came, Reading) and came.document is not None:
            assert came.document.pupils
            again = take(came.document.name, came.document.content)
            assert [each.document for each in again if isinstance(each, Reading)] == [came.document]


@pytest.mark.parametrize(("name", "content"), fuzzing.corpus(), ids=[name for name, _ in fuzzing.corpus()])
def test_kept_file_is_still_taken_or_refused(name: str, content: bytes) -> None:
    check((name, content))


def test_corpus_has_files_of_every_sort() -> None:
    assert len(fuzzing.corpus()) >= 40
    assert {name.rpartition(".")[2].lower() for name, _ in fuzzing.corpus()} >= {"xml", "csv", "xlsx", "zip"}
    assert sum(len(content) for _, content in fuzzing.corpus()) < 400_000


@SLOWLY
@given(fuzzing.damaged())
def test_damaged_file(one: tuple[str, bytes]) -> None:
    check(one)


@SLOWLY
@given(fuzzing.damaged_inside())
def test_damaged_part_of_a_right_container(one: tuple[str, bytes]) -> None:
    check(one)


@SLOWLY
@given(fuzzing.zips())
def test_zip_of_anything(one: tuple[str, bytes]) -> None:
    check(one)


@SLOWLY
@given(fuzzing.sheets())
def test_sheet_with_anything_in_its_cells(one: tuple[str, bytes]) -> None:
    check(one)


@SLOWLY
@given(fuzzing.anything())
def test_anything(one: tuple[str, bytes]) -> None:
    check(one)
