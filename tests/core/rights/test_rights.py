"""Which rights there are by legal basis, what may be left out and why, and whose data stays in an answer."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.core import rights
from gateway.core.facts import Asker, RightsKind
from gateway.core.law.words import Exemption
from gateway.core.rights import Answer, Document, Line, Part, Shown, Whole
from gateway.core.terms import Basis, Flag, Item

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize("basis", Basis)
def test_access_correction_and_restriction_are_there_on_every_basis(basis: Basis) -> None:
    for kind in (RightsKind.ACCESS, RightsKind.RECTIFICATION, RightsKind.ADDENDUM, RightsKind.RESTRICTION):
        assert rights.exists(kind, basis)


@pytest.mark.parametrize(
    ("kind", "basis", "there"),
    [
        (RightsKind.ERASURE, Basis.A6C, False),
        (RightsKind.ERASURE, Basis.A6E, False),
        (RightsKind.ERASURE, Basis.A6A, True),
        (RightsKind.ERASURE, Basis.A6F, True),
        (RightsKind.OBJECTION, Basis.A6C, False),
        (RightsKind.OBJECTION, Basis.A6E, True),
        (RightsKind.OBJECTION, Basis.A6EA, True),
        (RightsKind.OBJECTION, Basis.A6A, False),
    ],
)
def test_erasure_and_objection_depend_on_the_basis(kind: RightsKind, basis: Basis, *, there: bool) -> None:
    assert rights.exists(kind, basis) is there
    assert rights.why_not(kind, basis).endswith(".") is not there


def test_immigration_is_no_exemption_of_a_council() -> None:
    with pytest.raises(ValueError, match="Secretary of State"):
        rights.usable("X4")
    assert {rights.usable(code) for code in rights.EXEMPTIONS} == set(Exemption) - {Exemption.X4}


PARTS = (
    Part(Item("Surname"), "Marrowby"),
    Part(Item("Address/PostCode"), "ZZ99 1AA"),
    Part(Item("Contacts/Contact/Surname"), "Marrowby", 1),
    Part(Item("Contacts/Contact/Address/PostCode"), "ZZ99 2BB", 1),
    Part(Item("Contacts/Contact/Address/PostCode"), "ZZ99 3CC", 2),
    Part(Item("Referrer/Name"), "I. Told"),
    Part(Item("Siblings/CaseReference"), "c-9"),
    Part(Item("SchoolHistory/School/SchoolName"), "Larkmere"),
)


def left(whole: Whole) -> list[str]:
    """The values that are still there."""
    return [one.value for one in rights.show(PARTS, whole) if one.value]


def test_other_peoples_data_goes_and_the_childs_own_stays() -> None:
    assert left(Whole(Asker.CHILD)) == ["Marrowby", "ZZ99 1AA", "Marrowby", "Larkmere"]
    assert left(Whole(Asker.PARENT, own=frozenset({2}))) == ["Marrowby", "ZZ99 1AA", "Marrowby", "ZZ99 3CC", "Larkmere"]


def test_who_is_not_the_child_reads_their_own_part_alone_and_not_what_else_there_is() -> None:
    assert left(Whole(Asker.REFERRER)) == ["I. Told"]
    assert left(Whole(Asker.SIBLING)) == ["c-9"]
    worker = Whole(Asker.WORKER, own=frozenset({2}))
    assert rights.show(PARTS, worker) == (
        Shown(Item("Contacts/Contact/Address/PostCode"), "ZZ99 3CC"),
        Shown(Item("Record"), "", Exemption.X16),
    )


@pytest.mark.parametrize("asker", [Asker.REFERRER, Asker.SIBLING, Asker.WORKER])
def test_a_record_that_does_not_name_who_asks_or_is_of_a_guarded_child_is_not_even_said_to_be_there(
    asker: Asker,
) -> None:
    assert rights.show(PARTS[:4], Whole(asker)) == ()
    assert rights.show(PARTS, Whole(asker, frozenset({Flag.ADDRESS_CONFIDENTIAL}), own=frozenset({1, 2}))) == ()


def test_for_a_flagged_child_no_place_is_left_and_for_a_new_identity_nothing() -> None:
    assert left(Whole(Asker.PARENT, frozenset({Flag.ADDRESS_CONFIDENTIAL}))) == ["Marrowby"]
    assert left(Whole(Asker.PARENT, frozenset({Flag.PROTECTED_PERSON}))) == []
    assert len(left(Whole(Asker.PARENT, frozenset({Flag.PROTECTED_PERSON}), cleared=True))) > 1
    assert len(left(Whole(Asker.PARENT, frozenset({Flag.RESTRICTION})))) > 1, "a restriction hides no place"


def test_what_an_officer_leaves_out_bears_the_reason_that_the_officer_gave() -> None:
    shown = rights.show(PARTS, Whole(Asker.CHILD, exempt=(("SchoolHistory", Exemption.X5),)))
    assert shown[-1] == Shown(Item("SchoolHistory/School/SchoolName"), "", Exemption.X5)


def answer(value: str = "Marrowby <b>") -> Answer:
    parts = (Shown(Item("Surname"), value), Shown(Item("Referrer/Name"), "", Exemption.X16))
    line = Line("2026-11-03", "Medway", "Kent", "A council tells another.", "A6E", ("Surname",), "delivered")
    return Answer(NOON, "Kent", (Document("notice", "Kent", "2026-11-01", parts, ("Not so.",)),), (line,), masked=False)


NAMES = {"Surname": "family name", "Referrer": "who told us"}


def test_the_three_pages_say_the_same() -> None:
    made = answer()
    body = json.loads(rights.as_json(made))
    assert body["documents"][0]["content"] == [
        {"item": "Surname", "value": "Marrowby <b>"},
        {"item": "Referrer/Name", "left-out": "X16"},
    ]
    assert body["told"][0]["to"] == "Medway" and body["left-out"]["X16"]["times"] == 1
    text, page = rights.as_text(made, NAMES), rights.as_page(made, NAMES)
    for words in ("Medway", "left out: X16", "Not so.", "somebody else", "who told us: name", "family name"):
        assert words in text and words in page
    assert "Referrer/Name" not in text + page
    assert "Marrowby &lt;b&gt;" in page and "<b>" not in page and "<script" not in page


def test_to_whom_the_childs_record_went_is_said_to_be_left_out_and_not_that_nobody_was_told() -> None:
    made = replace(answer(), lines=(), of_child=False)
    for page in (rights.as_text(made, {}), rights.as_page(made, {})):
        assert "is about the child: left out" in page and "Nobody was told" not in page
    assert "Nobody was told" in rights.as_page(replace(answer(), lines=()), {})


def test_where_nothing_is_kept_it_is_said_so() -> None:
    none = replace(answer(), documents=())
    for page in (rights.as_text(none, {}), rights.as_page(none, {})):
        assert "We keep no file or message about this child." in page
    assert "that you may have" in rights.as_text(replace(none, of_child=False), {})
    assert "We keep no" not in rights.as_text(answer(), {})


def test_an_answer_shows_no_value_in_a_trace() -> None:
    assert "Marrowby" not in repr(answer())
