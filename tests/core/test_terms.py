"""Words that cannot be wrong once made."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from gateway.core.terms import (
    AgreementRef,
    DisclosureId,
    Item,
    LaEstab,
    MessageId,
    PartnerId,
    Period,
    PersonId,
    Token,
    Upn,
    commit,
    digest,
    parse_stamp,
    stamp,
)

INVENTED = ("B881123424001", "R205300019012", "Z213400125117", "M88112342400A", "P88112342401B")


@pytest.mark.parametrize("text", INVENTED)
def test_upn_with_a_right_check_letter_is_one(text: str) -> None:
    assert Upn(text) == text
    assert Upn(text).temporary is text[-1].isalpha()


@pytest.mark.parametrize("text", INVENTED)
def test_no_other_letter_stands_before_the_same_twelve(text: str) -> None:
    for letter in set("ABCDEFGHIJKLMNOPQRSTUVWXYZ") - {text[0]}:
        with pytest.raises(ValueError, match=r"UPN|Upn"):
            Upn(letter + text[1:])


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (PartnerId, "council-886", "Council-886"),
        (PartnerId, "nhs", "a_b"),
        (PersonId, "a.shah", "a"),
        (PersonId, "b-2.x", "someone@example.org"),
        (DisclosureId, "d-" + "a2" * 13, "d-" + "a1" * 13),
        (MessageId, "m-1@kent.example", "m 1@kent"),
        (MessageId, "x@y", "<x@y>"),
        (AgreementRef, "kent-medway.v12", "kent-medway.v0"),
        (Item, "Address/PostCode", "Address//PostCode"),
        (Item, "UPN", "../UPN"),
        (LaEstab, "8864321", "886432"),
        (LaEstab, "886LLLL", "XXXLLLL"),
        (LaEstab, "XXXXXXX", "XXXXXXM"),
    ],
)
def test_id_of_another_grammar_is_refused_without_being_quoted(kind: type[Token], right: str, wrong: str) -> None:
    assert kind(right) == right
    with pytest.raises(ValueError, match=f"^not a {kind.__name__}$"):
        kind(wrong)
    with pytest.raises(ValueError, match=f"^not a {kind.__name__}$"):
        kind(right + "\n")


def test_forms_of_a_destination_are_told_apart() -> None:
    school, council, unknown, outside = map(LaEstab, ("8864321", "886LLLL", "XXXXXXX", "MMMMMMM"))
    assert [(one.authority, one.unknown, one.outside) for one in (school, council, unknown, outside)] == [
        (False, False, False),
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    assert (school.la, school.estab) == ("886", "4321")


def test_commitment_is_frozen_and_needs_a_whole_salt() -> None:
    assert commit(b"\x01" * 32, "B881123424001") == "244be6ac42cd52903437958cb362ef499083e5e2bde973a8cd5ed523eb82cda8"
    assert commit(b"\x01" * 32, "x") == commit(b"\x01" * 32, b"x") != commit(b"\x02" * 32, "x")
    with pytest.raises(ValueError, match="32 bytes"):
        commit(b"short", "x")


def test_instant_has_one_way_to_be_written() -> None:
    at = datetime(2026, 11, 3, 12, 0, 0, 1500, tzinfo=UTC)
    assert stamp(at) == "2026-11-03T12:00:00.001Z"
    assert stamp(at.astimezone(timezone(timedelta(hours=1)))) == stamp(at)
    assert parse_stamp("2026-11-03T12:00:00.001Z") == at.replace(microsecond=1000)
    for other in ("2026-11-03T12:00:00Z", "2026-11-03 12:00:00.001Z", "2026-11-03T13:00:00.001+01:00"):
        with pytest.raises(ValueError, match="instant"):
            parse_stamp(other)
    with pytest.raises(ValueError, match="zone"):
        stamp(at.replace(tzinfo=None))


def test_period_holds_both_its_days() -> None:
    term = Period(date(2026, 9, 1), date(2026, 12, 18))
    assert [term.covers(date(2026, *day)) for day in ((8, 31), (9, 1), (12, 18), (12, 19))] == [
        False,
        True,
        True,
        False,
    ]
    assert Period(date(2026, 9, 1)).covers(date(2099, 1, 1))
    with pytest.raises(ValueError, match="before it begins"):
        Period(date(2026, 9, 2), date(2026, 9, 1))


def test_digest_is_sha256() -> None:
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
