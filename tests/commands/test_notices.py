"""An enquiry and a notice at the operator's door: asked, opened, acknowledged, answered, phoned about and closed."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from gateway import wiring
from gateway.commands import stage
from gateway.core import agreements, sample
from gateway.core.partners import Partner, Phone, Post, Safeguarding
from gateway.core.records import Record, Reply
from gateway.core.terms import Kind, LaEstab, PartnerId, digest
from gateway.flows import dispatch, notices, receive
from tests.commands.test_commands import confirmed_by_two, run
from tests.simulator import KENT, MEDWAY


def later() -> datetime:
    """When what is acknowledged after a minute has been."""
    return wiring.now() + timedelta(minutes=3)


@dataclass
class Town:
    """Two installations, and a wire between them."""

    folders: dict[PartnerId, Path]

    def send(self, recipient: Partner, home: PartnerId, content_type: str, body: bytes) -> Reply:
        own, there = wiring.assemble(self.folders[home]), wiring.assemble(self.folders[recipient.id])
        der = own.vault.current(home, "tls").certificate.public_bytes(Encoding.DER)
        answer = receive.accept(there.gateway, receive.Message(later(), content_type, body, digest(der)))
        return Reply(answer.status, answer.content_type, answer.body)

    def carry(self, home: PartnerId) -> None:
        installed = wiring.assemble(self.folders[home])
        sent = dispatch.send_due(replace(installed.gateway, transport=self, clock=later), 20)
        assert [type(one.fact).__name__ for one in sent] == ["ParcelDelivered"] * len(sent) != []

    def do(self, home: PartnerId, *words: str | Path) -> str:
        done = run("--dir", self.folders[home], *words)
        assert done.exit_code == 0, done.output
        return done.output


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Kent and Medway, which know each other, an agreement, and an officer at each."""
    place = tmp_path_factory.mktemp("town")
    made = Town({KENT: place / "kent", MEDWAY: place / "medway"})
    for home in made.folders:
        made.do(home, "init", home, "--address", "localhost")
    for home, other in ((KENT, MEDWAY), (MEDWAY, KENT)):
        installed = wiring.assemble(made.folders[home])
        desk = Safeguarding(Post.SAFEGUARDING_DUTY_DESK, "Duty desk", Phone("01632960101"))
        own = replace(installed.store.register().directory.get(home), safeguarding=desk)
        installed.store.enlist([own], Record(()))
        record = place / "record.toml"
        record.write_text(made.do(home, "partners", "export"))
        made.do(other, "partners", "import", record)
        confirmed_by_two(made.folders[other], other, home)
        made.do(home, "users", "add", "an.officer", "--role", "officer", "--of", home)
    terms = place / "terms.toml"
    terms.write_text(agreements.to_toml(stage.agreement(wiring.now().date())))
    for home in made.folders:
        made.do(home, "agreements", "adopt", terms)
    return made


def disclosure(told: str) -> str:
    found = re.search(r"d-[a-z2-7]{26}", told)
    assert found is not None, told
    return found[0]


def a_file(town: Town, kind: Kind) -> Path:
    at = wiring.now().replace(tzinfo=None, microsecond=0)
    made = sample.message(kind, 3, LaEstab("886LLLL"), LaEstab("887LLLL"), at)
    path = town.folders[KENT] / made.name
    path.write_bytes(re.sub(rb"\s*<Cover>.*?</Cover>", b"", made.content, flags=re.DOTALL))
    return path


BY = ("--by", "an.officer")


def test_a_council_is_asked_opens_it_answers_and_is_told_that_it_is_over(town: Town) -> None:
    told = town.do(KENT, "enquiries", "ask", a_file(town, Kind.ENQUIRY), "--to", MEDWAY, *BY)
    assert "council-887" in told and "release" in told
    asked = disclosure(told)
    assert "waiting to be sent" in town.do(KENT, "notices", "list", *BY)
    town.carry(KENT)
    shown = town.do(KENT, "notices", "show", asked, *BY)
    assert "opened by a person: not yet" in shown and "received by their system: 20" in shown
    assert "they answer day and night: 01632960101" in shown  # it is wanted the same day

    assert asked in town.do(MEDWAY, "enquiries", "list", "--received", *BY)
    (parcel,) = re.findall(r"p-[a-z2-7]{26}", town.do(MEDWAY, "inbox", "list", *BY))
    town.do(MEDWAY, "inbox", "collect", parcel, "--out", town.folders[MEDWAY], *BY)
    medway = wiring.assemble(town.folders[MEDWAY])
    notices.sweep(medway.gateway, medway.store, wiring.now() + timedelta(minutes=2))
    town.carry(MEDWAY)
    assert re.search(
        "opened by a person: 20.*answered: not yet", town.do(KENT, "notices", "show", asked, *BY), re.DOTALL
    )

    looked = town.do(MEDWAY, "enquiries", "show", asked, *BY)
    assert "Nobody here has this number" in looked and "looked out for until" in looked
    answer = town.do(
        MEDWAY, "enquiries", "answer", asked, "--grade", "0", "--system", "Admissions", "--spelling", "Quil", *BY
    )
    assert "release" in answer
    town.carry(MEDWAY)
    assert "answered: 20" in town.do(KENT, "enquiries", "show", asked, *BY)

    again = town.do(KENT, "enquiries", "renew", asked, *BY)
    town.carry(KENT)
    ended = town.do(
        KENT, "enquiries", "close", disclosure(again),
        "--outcome", "responsibility-transferred", "--evidence", "council-accepted", *BY,
    )  # fmt: skip
    assert "release" in ended
    town.carry(KENT)
    assert town.do(MEDWAY, "enquiries", "list", "--received", *BY).count(" over ") == 2
    assert (
        "Somebody settled this before."
        in run("--dir", town.folders[MEDWAY], "enquiries", "answer", asked, "--grade", "1", "--known", *BY).output
    )


def test_a_sender_who_phoned_says_so(town: Town) -> None:
    sent = disclosure(town.do(KENT, "send", a_file(town, Kind.NOTICE), *BY))
    kent = wiring.assemble(town.folders[KENT])
    notices.sweep(kent.gateway, kent.store, wiring.now() + timedelta(hours=3))
    shown = town.do(KENT, "notices", "show", sent, *BY)
    assert "to be done: notice-unreceipted" in shown and "01632960101" in shown
    assert "notice-unopened" in town.do(KENT, "tasks", "list")
    assert "The call stands" in town.do(KENT, "notices", "phoned", sent, *BY)
    assert "to be done" not in town.do(KENT, "notices", "show", sent, *BY)
    assert sent not in town.do(KENT, "tasks", "list")


@pytest.mark.parametrize(
    "words",
    [
        ("enquiries", "answer", "d-2v4dxyq7n5gwfa3mzk6tjbc2re", "--grade", "0", *BY),
        ("enquiries", "ask", "nowhere.xml", "--to", MEDWAY, *BY),
    ],
)
def test_what_is_left_out_is_asked_for(town: Town, words: tuple[str, ...]) -> None:
    assert run("--dir", town.folders[KENT], *words).exit_code == 2  # a usage error
