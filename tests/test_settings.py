"""The mail of an installation is set up strictly, and off until somebody names a server and whom to tell.

For how long a backup is kept stands in one place.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from gateway import settings
from gateway.core.reminders import Addresses, Times
from gateway.core.terms import PersonId
from gateway.edge import govuk
from tests.simulator import KENT

SHIPPED = settings.shipped("config", "gateway.toml").read_text(encoding="utf-8")
TEXT = (
    SHIPPED.replace("homes = []", f'homes = ["{KENT}"]')
    .replace('origin = ""', 'origin = "o"')
    .replace('domain = ""', 'domain = "d"')
)
HEAD, _, _ = TEXT.partition("\n[mail]\n")
GOOD = '\n[mail]\nhost = "127.0.0.1"\nsecurity = "none"\nsender = "g@kent.example"\n'
NOTIFY = 'notify_key_file = "keys/notify"\nnotify_template = "26785a09-ab16-4eb0-8407-a37497a57506"\n'
HOMES = f'[mail.homes]\n{KENT} = "team@kent.example"\n'


def mail(lines: str) -> settings.Mail | None:
    return settings.parse(HEAD + lines, Path("/kent")).mail


def test_no_mail_is_sent_as_the_gateway_is_shipped() -> None:
    assert settings.parse(TEXT, Path()).mail is None
    assert mail("") is None


def test_notify_stands_in_the_place_of_a_mail_server() -> None:
    made = mail('\n[mail]\nhost = ""\nsender = "g@kent.example"\n' + NOTIFY + HOMES)
    assert made is not None
    assert (made.notify_key_file, made.host) == (Path("/kent/keys/notify"), "")
    assert made.notify_url == govuk.LIVE


def test_mail_knows_its_server_and_whom_to_tell() -> None:
    people = '[mail.people]\n"s.lead" = "s.lead@kent.example"\n'
    more = 'user = "g"\npassword_file = "keys/mail-password"\nauthority = "ca.pem"\nlink = "https://x/"\ndigest_hour = 0\nahead_hours = 48\n'
    made = mail(GOOD.replace("127.0.0.1", "mail.example").replace('"none"', '"tls"') + more + HOMES + people)
    assert made == settings.Mail(
        host="mail.example",
        sender="g@kent.example",
        to=Addresses({KENT: "team@kent.example"}, {PersonId("s.lead"): "s.lead@kent.example"}),
        port=587,
        security="tls",
        user="g",
        password_file=Path("/kent/keys/mail-password"),
        authority=Path("/kent/ca.pem"),
        link="https://x/",
        times=Times(timedelta(hours=48), 0),
    )


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (GOOD.replace("127.0.0.1", "mail.example") + HOMES, "only for a mail server on this machine"),
        (GOOD.replace('"none"', '"ssl"') + HOMES, "starttls, tls, none"),
        (GOOD.replace("g@kent.example", "Kent <g@kent.example>") + HOMES, "no address"),
        (GOOD.replace("g@kent.example", "g@kent.example\\nBcc: x@y.example") + HOMES, "no address"),
        (GOOD + HOMES.replace("team@", "a@b.example, team@"), "no address"),
        (GOOD + HOMES.replace("team@kent.example", "team@kent.example\\n"), "no address"),
        (GOOD + HOMES.replace("council-886", '"Council 886"'), "PartnerId"),
        (GOOD + "digest_hour = 24\n" + HOMES, "digest_hour"),
        (GOOD + "digest_hour = 8.5\n" + HOMES, "digest_hour"),
        (GOOD + "ahead_hours = 0\n" + HOMES, "ahead_hours"),
        (GOOD + "town = 1\n" + HOMES, "town"),
        (GOOD, "names nobody"),
        (GOOD + NOTIFY + HOMES, "take one out"),
        (GOOD.replace("127.0.0.1", "") + NOTIFY.replace("-4eb0", "") + HOMES, "notify_template"),
        (GOOD.replace("127.0.0.1", "") + NOTIFY + 'notify_url = "http://x"\n' + HOMES, "https"),
    ],
)
def test_mail_is_set_up_strictly(lines: str, said: str) -> None:
    with pytest.raises((ValueError, TypeError), match=said):
        mail(lines)


@pytest.mark.parametrize("days", [0, 35, 3660])
def test_how_long_a_backup_is_kept_is_set_once(days: int) -> None:
    text = TEXT.replace("backups_kept_days = 90", f"backups_kept_days = {days}")
    assert settings.parse(text, Path()).backups == timedelta(days=days)
    assert settings.parse(TEXT, Path()).backups == settings.BACKUPS_KEPT, "as it is shipped"
    older = TEXT.replace("[retention]\n", "").replace("backups_kept_days = 90\n", "")
    assert settings.parse(older, Path()).backups == settings.BACKUPS_KEPT, "an older installation does not name it"


@pytest.mark.parametrize("said", ["-1", "3661", '"90"', "true", "1.5", "90\nkept = 1"])
def test_what_is_no_number_of_days_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r"backups_kept_days|kept"):
        settings.parse(TEXT.replace("backups_kept_days = 90", f"backups_kept_days = {said}"), Path())


def test_sizes_are_settings_whose_defaults_take_a_part_of_fifty_megabytes() -> None:
    shipped, head = settings.parse(TEXT, Path()).sizes, TEXT.partition("[limits]\n")[0]
    assert shipped == settings.Sizes() and shipped.message_mb << 20 > 50_000_000
    assert settings.parse(TEXT.replace("message_mb = 64", "message_mb = 128"), Path()).sizes.message_mb == 128
    older = head + "[timetable]\n" + TEXT.partition("[timetable]\n")[2].replace("pull = 60\n", "")
    assert settings.parse(older, Path()) == settings.parse(TEXT, Path()), "an older installation does not name them"


@pytest.mark.parametrize(
    "said", ["message_mb = 0", "message_mb = 1.5", 'message_mb = "64"', "message_mb = 513", "message_mb = 64\nmore = 1"]
)
def test_sizes_that_cannot_be_are_refused(said: str) -> None:
    with pytest.raises((ValueError, TypeError), match=r"limits|more"):
        settings.parse(TEXT.replace("message_mb = 64", said), Path())


# -- folders and MESH -------------------------------------------------------------------------------------------------


def folders(lines: str) -> settings.Folders:
    return settings.parse(TEXT.replace('handoff = "handoff"\n', lines), Path("/kent")).folders


def test_folders_lie_under_the_installation_unless_a_whole_path_is_named() -> None:
    assert settings.parse(TEXT, Path("/kent")).folders.handoff == Path("/kent/handoff")
    made = folders(f'handoff = "/srv/s2s"\n{KENT} = {{pickup = "one/out", drop = "/srv/one/in"}}\n')
    assert made.handoff == Path("/srv/s2s") and made.quiet == 10
    assert made.places == {KENT: settings.Place(Path("/srv/one/in"), Path("/kent/one/out"))}
    mine = folders(f'{KENT} = {{drop = "one/in", by = "one.import"}}\n').places
    assert mine == {KENT: settings.Place(Path("/kent/one/in"), by=PersonId("one.import"))}


def test_older_settings_without_folders_still_start() -> None:
    older = TEXT.replace("[folders]\n", "").replace('handoff = "handoff"\n', "").replace("quiet = 10\n", "")
    assert settings.parse(older, Path("/kent")).folders == settings.Folders(Path("/kent/handoff"))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('handoff = "h"\ncouncil-886 = {drop = "h"}\n', "one folder twice"),
        ('council-886 = {drop = "a", pickup = "a"}\n', "one folder twice"),
        ('"Council 886" = {drop = "a"}\n', "PartnerId"),
        ('council-886 = {inbox = "a"}\n', "inbox"),
    ],
)
def test_folders_are_set_up_strictly(lines: str, said: str) -> None:
    with pytest.raises((ValueError, TypeError), match=said):
        folders(lines)


MESH = (
    'mailbox = "X26HC005"\npassword = "keys/p"\nshared_key = "keys/s"\ncertificate = "keys/c"\nkey = "keys/k"\n'
    'url = "https://msg.example"\n'
)


def mesh(lines: str) -> settings.Mesh | None:
    return settings.parse(TEXT.replace('url = ""\n', lines), Path("/kent")).mesh


def test_there_is_no_mailbox_as_the_gateway_is_shipped() -> None:
    assert settings.parse(TEXT, Path("/kent")).mesh is None


def test_mailbox_is_known_by_its_address_and_its_secrets_lie_in_files() -> None:
    made = mesh(MESH)
    assert made is not None
    assert (made.mailbox, made.password, made.key) == ("X26HC005", Path("/kent/keys/p"), Path("/kent/keys/k"))
    assert (made.workflow, made.chunk) == ("CME_GATEWAY", 20_000_000)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (MESH.replace("https://msg.example", "http://msg.example"), "https"),
        (MESH.replace("X26HC005", "our mailbox"), "MailboxId"),
        (MESH.replace('key = "keys/k"\n', ""), "go together"),
        (MESH.replace('certificate = "keys/c"\nkey = "keys/k"\n', ""), "certificate and key"),
        (MESH.replace('password = "keys/p"\n', ""), "password"),
        (MESH + "town = 1\n", "town"),
    ],
)
def test_mailbox_is_set_up_strictly(lines: str, said: str) -> None:
    with pytest.raises((ValueError, TypeError), match=said):
        mesh(lines)


@pytest.mark.parametrize("said", ["999", "100000001", "true", '"1"'])
def test_request_of_mesh_has_a_size(said: str) -> None:
    with pytest.raises(ValueError, match="chunk"):
        settings.parse(TEXT.replace('url = ""\n', MESH).replace("chunk = 20000000", f"chunk = {said}"), Path())
