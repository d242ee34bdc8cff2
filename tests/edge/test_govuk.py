"""A letter reaches GOV.UK Notify over TLS with a token that counts; what it would not take is a fault with its reason."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.core.errors import Fault, Reason
from gateway.core.reminders import Letter
from gateway.edge.govuk import Notify
from gateway.wiring import free_ports
from tests.edge.server_peers import identity
from tests.notify import ACCOUNT, KEY, SECRET, TEMPLATE, Stub, notify

AT = datetime(2026, 11, 3, 8, tzinfo=UTC)
LETTER = Letter("team@kent.example", "Gateway: 1 due soon", "By the end of Friday.\n", "0f" * 16)


@pytest.fixture
def stub(tmp_path: Path) -> Iterator[Stub]:
    known = identity(tmp_path, "notify")
    with notify(str(known.certificate_file), str(known.key_file), lambda: AT) as opened:
        yield opened


@pytest.fixture
def hand(stub: Stub, tmp_path: Path) -> Notify:
    key = tmp_path / "notify-key"
    key.write_text(KEY + "\n")
    return Notify(key, TEMPLATE, lambda: AT, stub.url, tmp_path / "notify.pem")


def test_a_letter_goes_with_its_template_and_nothing_else(stub: Stub, hand: Notify) -> None:
    hand.send(LETTER, AT)
    assert stub.letters == [
        {
            "template_id": TEMPLATE,
            "email_address": LETTER.to,
            "personalisation": {"subject": LETTER.subject, "text": LETTER.text},
            "reference": LETTER.id,
        }
    ]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, Reason.MAIL),
        (401, Reason.NOTIFY),
        (403, Reason.NOTIFY),
        (404, Reason.MAIL),
        (429, Reason.BUSY),
        (500, Reason.HTTP_STATUS),
        (503, Reason.HTTP_STATUS),
        (302, Reason.HTTP_STATUS),
        (200, Reason.HTTP_STATUS),
    ],
)
def test_each_answer_that_is_no_receipt_is_told_by_its_kind(
    stub: Stub, hand: Notify, status: int, reason: Reason
) -> None:
    stub.answers = [status]
    assert fault_of(hand) is reason
    assert stub.letters == []
    hand.send(LETTER, AT)
    assert len(stub.letters) == 1


@pytest.mark.parametrize(
    "key",
    [
        KEY.replace(SECRET, SECRET[:-1] + "1"),
        KEY.replace(ACCOUNT, ACCOUNT[:-1] + "1"),
        "short",
        "",
    ],
)
def test_a_key_that_it_does_not_know_is_its_operators_to_mend(stub: Stub, hand: Notify, key: str) -> None:
    hand.key_file.write_text(key)
    assert fault_of(hand) is Reason.NOTIFY
    assert stub.letters == []


@pytest.mark.parametrize("seconds", [-31, 31])
def test_a_clock_that_is_half_a_minute_wrong_is_told(stub: Stub, hand: Notify, seconds: int) -> None:
    assert fault_of(replace(hand, clock=lambda: AT + timedelta(seconds=seconds))) is Reason.NOTIFY
    replace(hand, clock=lambda: AT + timedelta(seconds=seconds // 31 * 29)).send(LETTER, AT)
    assert len(stub.letters) == 1


def test_the_token_is_of_the_moment_and_not_of_the_round_in_which_letters_go(stub: Stub, hand: Notify) -> None:
    hand.send(LETTER, AT - timedelta(minutes=5))
    assert len(stub.letters) == 1


def test_a_key_for_its_own_team_alone_keeps_no_other_letter(stub: Stub, hand: Notify) -> None:
    stub.guests = frozenset({"another@kent.example"})
    assert fault_of(hand) is Reason.MAIL


def test_another_server_gets_neither_letter_nor_token(stub: Stub, hand: Notify, tmp_path: Path) -> None:
    stranger = identity(tmp_path, "stranger")
    assert fault_of(replace(hand, authority=stranger.certificate_file)) is Reason.TLS
    assert fault_of(replace(hand, url=hand.url.replace("localhost", "127.0.0.1"))) is Reason.TLS
    assert fault_of(replace(hand, authority=None)) is Reason.TLS
    assert fault_of(replace(hand, url=f"https://localhost:{free_ports(1)[0]}")) is Reason.UNREACHABLE
    assert fault_of(replace(hand, key_file=tmp_path / "none")) is Reason.VAULT
    assert stub.letters == []


def test_whether_its_template_carries_a_letter_is_seen_before_one_goes(stub: Stub, hand: Notify) -> None:
    hand.greet()
    assert greeted(replace(hand, template=TEMPLATE[:-1] + "b")) is Reason.MAIL
    stub.subject = "Gateway"
    assert greeted(hand) is Reason.MAIL
    hand.key_file.write_text(KEY.replace(SECRET, "0" * 36))
    assert greeted(hand) is Reason.NOTIFY
    assert stub.letters == []


def greeted(hand: Notify) -> Reason:
    with pytest.raises(Fault) as found:
        hand.greet()
    return found.value.reason


def fault_of(hand: Notify) -> Reason:
    with pytest.raises(Fault) as found:
        hand.send(LETTER, AT)
    assert LETTER.to not in str(found.value)
    return found.value.reason
