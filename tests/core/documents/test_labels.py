"""By what an office knows a pupil in a report: little enough to hand about, and never more, whatever the file holds."""

import re

import pytest

from gateway.core import documents, sample
from gateway.core.terms import LaEstab
from tests.simulator import NOON, leavers


def spoilt(element: str, text: str) -> bytes:
    made = leavers(pupils=1).content.decode()
    return re.sub(f"<{element}>[^<]*</{element}>", f"<{element}>{text}</{element}>", made, count=1).encode()


def test_every_pupil_has_a_label_by_the_number_in_the_file() -> None:
    made = leavers(pupils=13)
    labels = documents.labels(made.content)
    assert list(labels) == list(range(1, 14))
    first = made.content.decode().partition("</Pupil>")[0]
    names = [re.findall(f"<{element}>([^<]+)<", first)[0] for element in ("Forename", "Surname", "UPN")]
    assert labels[1] == f"{names[0][0]}.{names[1][0]}., UPN ending {names[2][-3:]}"


def test_child_of_a_notice_has_one_too() -> None:
    made = sample.notice(1, LaEstab("886LLLL"), LaEstab("887LLLL"), NOON.replace(tzinfo=None), 1)
    assert re.fullmatch(r"\w\.\w\.(, UPN ending \w{3})?", documents.labels(made.content)[1])


@pytest.mark.parametrize(
    ("element", "text", "label"),
    [
        ("Surname", "x" * 500, "X."),
        ("Surname", "&lt;script&gt;", ""),
        ("Surname", "", ""),
        ("Surname", "ßen", "S"),
        ("UPN", "&lt;b&gt;", ""),
        ("UPN", "12", ""),
        ("UPN", "A" * 100, "UPN ending AAA"),
    ],
)
def test_label_is_never_more_than_two_letters_and_three_places(element: str, text: str, label: str) -> None:
    (made,) = documents.labels(spoilt(element, text)).values()
    assert label in made
    assert re.fullmatch(r"(\w{1,2}\.){0,2}(, )?(UPN ending [A-Z0-9]{3})?", made), made


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<x/>", b"<CTfile/>", b"<!DOCTYPE x><CTfile/>", b"\xff\xfe"])
def test_what_cannot_be_read_has_no_labels(content: bytes) -> None:
    assert documents.labels(content) == {}
