"""A letter reaches a mail server that nobody here wrote, over TLS; what it would not take is a fault with its reason."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.core.errors import Fault, Reason
from gateway.core.reminders import Letter
from gateway.edge.mail import Server
from gateway.wiring import free_ports
from tests.edge.server_peers import Identity, identity
from tests.mailbox import PASSWORD, USER, mailbox

AT = datetime(2026, 11, 3, 8, tzinfo=UTC)
LETTER = Letter("team@kent.example", "Gateway: 1 due soon", "By the end of Friday.\n", "0f" * 16)
SENDER = "gateway@kent.example"


@pytest.fixture
def known(tmp_path: Path) -> Identity:
    return identity(tmp_path, "mail")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_letter_goes_over_tls_with_a_password(security: str, known: Identity, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text(PASSWORD + "\n")
    files = str(known.certificate_file), str(known.key_file)
    with mailbox(*files, at_once=security == "tls", sign_in=True) as box:
        Server("localhost", box.port, security, SENDER, USER, secret, known.certificate_file).send(LETTER, AT)
    (letter,) = box.letters
    assert letter.get_content().splitlines() == LETTER.text.splitlines()
    assert {name: letter[name] for name in ("From", "To", "Subject", "Auto-Submitted", "Message-ID")} == {
        "From": SENDER,
        "To": LETTER.to,
        "Subject": LETTER.subject,
        "Auto-Submitted": "auto-generated",
        "Message-ID": f"<{LETTER.id}@kent.example>",
    }
    assert letter["Date"].datetime == AT
    assert box.asked == [USER]


def test_a_server_on_this_machine_needs_no_tls() -> None:
    with mailbox() as box:
        Server("127.0.0.1", box.port, "none", SENDER).send(LETTER, AT)
    assert box.told == [(LETTER.to, LETTER.subject)]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_with_another_certificate_gets_neither_letter_nor_password(
    security: str, known: Identity, tmp_path: Path
) -> None:
    files = str(known.certificate_file), str(known.key_file)
    stranger = identity(tmp_path, "stranger")
    with mailbox(*files, at_once=security == "tls", sign_in=True) as box:
        server = Server("localhost", box.port, security, SENDER, USER, None, stranger.certificate_file)
        assert fault_of(server) is Reason.TLS
        by_another_name = replace(server, host="127.0.0.1", authority=known.certificate_file)
        assert fault_of(by_another_name) is Reason.TLS
        assert fault_of(replace(server, authority=None)) is Reason.TLS
    assert (box.letters, box.asked) == ([], [])


def test_a_server_that_knows_no_tls_gets_nothing() -> None:
    with mailbox() as box:
        assert fault_of(Server("127.0.0.1", box.port, "starttls", SENDER)) is Reason.MAIL_ACCOUNT
    assert box.letters == []


def test_a_wrong_password_is_no_fault_of_the_letter(known: Identity, tmp_path: Path) -> None:
    wrong = tmp_path / "password"
    wrong.write_text("another")
    with mailbox(str(known.certificate_file), str(known.key_file), sign_in=True) as box:
        server = Server("localhost", box.port, "starttls", SENDER, USER, wrong, known.certificate_file)
        assert fault_of(server) is Reason.MAIL_ACCOUNT
    assert (box.letters, set(box.asked)) == ([], {USER})


def test_what_the_server_would_not_take_is_told_by_its_kind() -> None:
    with mailbox() as box:
        server = Server("127.0.0.1", box.port, "none", SENDER)
        box.answers = ["451 not now"]
        assert fault_of(server) is Reason.MAIL
        box.refuses = {LETTER.to}
        assert fault_of(server) is Reason.MAIL
    assert box.letters == []
    assert fault_of(replace(server, port=free_ports(1)[0])) is Reason.UNREACHABLE
    assert fault_of(replace(server, host="mail.invalid")) is Reason.UNREACHABLE


def test_a_password_that_is_not_there_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    with mailbox() as box:
        server = Server("127.0.0.1", box.port, "none", SENDER, USER, tmp_path / "none")
        assert fault_of(server) is Reason.VAULT
    assert box.asked == []


def fault_of(server: Server) -> Reason:
    with pytest.raises(Fault) as found:
        server.send(LETTER, AT)
    return found.value.reason
