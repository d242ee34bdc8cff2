"""The operator takes in a partner's record and certificates at the pages, and two people say what they heard by phone."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.core import partners
from gateway.core.facts import Role
from gateway.core.partners import Certificate, CertificateRole, Channel
from gateway.core.records import Record
from gateway.core.terms import PartnerId
from gateway.edge import certificates
from tests.flows.watch import lines
from tests.simulator import KENT, LARKMERE, MEDWAY, NOON, World
from tests.web.office import Office, Page

PAGE = f"/operator/partners/{MEDWAY}"
NUMBER = "01632 960000"


def operator(world: World, name: str = "o.op") -> Office:
    return Office(world, Role.OPERATOR, KENT, name)


def certificate(folder: Path, role: str = "seal", days: int = 400) -> bytes:
    stem = folder / f"{role}-{days}"
    certificates.write(stem, *certificates.make(role, MEDWAY, (), NOON + timedelta(days=days)))
    return Path(f"{stem}.crt.pem").read_bytes()


def sent(office: Office, address: str, name: str, content: bytes, **fields: str) -> Page:
    return office.post(address, **{name: (io.BytesIO(content), "given"), **fields})


def confirm(
    office: Office, number: str = NUMBER, page: Page | None = None, address: str = PAGE, said: str = "same"
) -> Page:
    """Press the button of a page that was opened, now or before."""
    (content,) = (page or office.get(f"{address}/confirm")).tree.xpath("//input[@name='content']/@value")
    return office.post(f"{address}/confirm", number=number, content=content, said=said)


def fingerprints(world: World, partner: PartnerId = MEDWAY) -> set[str]:
    return {one.fingerprint for one in world.kent.store.register().directory.get(partner).certificates}


def test_a_new_certificate_counts_beside_the_old_one_when_two_people_heard_it_read_out(
    world: World, tmp_path: Path
) -> None:
    first, second, before = operator(world), operator(world, "p.op"), fingerprints(world)
    assert "Sealing" in first.get(PAGE).text and "Confirm what is new" not in first.get(PAGE).text
    came = certificate(tmp_path)
    page = first.follow(sent(first, f"{PAGE}/certificate", "certificate", came, role="seal"))
    assert "nobody has yet" in page.text
    assert fingerprints(world) == before, "what is new waits"
    asked = first.get(f"{PAGE}/confirm")
    (new,) = {one for one in re.findall(r"[0-9a-f]{64}", asked.text) if one not in before}
    assert before < set(re.findall(r"[0-9a-f]{64}", asked.text)), "every fingerprint is whole"
    assert "Write the number that you called" in confirm(first, "soon").text
    assert "one of two people has" in first.follow(confirm(first)).text
    assert confirm(first).status == 422, "the same person is one person"
    done = second.follow(confirm(second))
    assert "Confirm what is new" not in done.text and new in done.text
    assert fingerprints(world) == before | {new}
    assert [one["fact"] for one in lines(world.kent, "PartnerConfirmed")] == ["PartnerConfirmed"] * 2
    shown = first.get("/operator/done").text
    assert "put a partner’s record into the register" in shown and "confirmed a partner’s keys by phone" in shown


def test_certificates_that_are_added_one_after_the_other_wait_together(world: World, tmp_path: Path) -> None:
    first, second, before = operator(world), operator(world, "p.op"), fingerprints(world)
    for role in ("sign", "seal"):
        sent(first, f"{PAGE}/certificate", "certificate", certificate(tmp_path, role), role=role)
    for one in (first, second):
        one.follow(confirm(one))
    assert len(fingerprints(world) - before) == 2 and before < fingerprints(world)


def test_a_certificate_of_which_nothing_would_come_is_not_taken_in_without_a_word(world: World, tmp_path: Path) -> None:
    office, came, gone = operator(world), certificate(tmp_path), certificate(tmp_path, days=401)
    revoked = Certificate(CertificateRole.SEAL, gone.decode()).fingerprint
    medway = world.kent.store.register().directory.get(MEDWAY)
    world.kent.store.enlist([replace(medway, revoked=(revoked,))], Record(()))
    office.follow(sent(office, f"{PAGE}/certificate", "certificate", came, role="seal"))
    for again, words in ((came, "it waits already for two people"), (gone, "it was revoked, and counts for nothing")):
        told = sent(office, f"{PAGE}/certificate", "certificate", again, role="seal")
        assert told.status == 422 and words in told.text


def test_what_came_while_a_page_was_open_is_not_confirmed_by_it(world: World, tmp_path: Path) -> None:
    first, second, before = operator(world), operator(world, "p.op"), fingerprints(world)
    sent(first, f"{PAGE}/certificate", "certificate", certificate(tmp_path), role="seal")
    opened = second.get(f"{PAGE}/confirm")
    sent(first, f"{PAGE}/certificate", "certificate", certificate(tmp_path, "sign"), role="sign")
    first.follow(confirm(first))
    wrong = confirm(second, "soon", opened)
    for page in (opened, wrong):
        told = confirm(second, page=page)
        assert told.status == 409 and "have them read out what it shows now" in told.text
    assert second.post(f"{PAGE}/confirm", number=NUMBER, said="same").status == 409 and fingerprints(world) == before
    second.follow(confirm(second))
    assert len(fingerprints(world)) == len(before) + 2


def test_a_record_is_taken_in_as_the_command_takes_it(world: World) -> None:
    office = operator(world)
    assert office.get("/operator/partners/import").heading == "Take in a partner’s record"
    found = world.kent.store.register().directory.get(MEDWAY)
    moved = replace(found, endpoint="https://new.medway.example/as4")
    page = office.follow(sent(office, "/operator/partners/import", "record", partners.to_toml((moved,)).encode()))
    assert page.heading == "Connecting Medway"
    assert "https://new.medway.example/as4" in office.get(f"{PAGE}/confirm").text
    assert world.kent.store.register().directory.get(MEDWAY).endpoint == found.endpoint
    two = [replace(found, id=PartnerId(f"council-{la}"), la=la) for la in ("873", "874")]
    both = office.follow(sent(office, "/operator/partners/import", "record", partners.to_toml(two).encode()))
    assert both.heading == "Connecting partners"


def test_what_nobody_signed_and_would_change_at_once_is_not_taken_in_at_a_page(world: World) -> None:
    office, found = operator(world), world.kent.store.register().directory.get(MEDWAY)
    thief = replace(found, channel=Channel.PULL, endpoint="")
    told = sent(office, "/operator/partners/import", "record", (text := partners.to_toml((thief,))).encode())
    assert told.status == 422 and "change at once: its channel, its address" in told.text
    assert "gateway partners import" in told.text
    assert world.kent.store.register().directory.get(MEDWAY) == found
    signature = world.medway.vault.signers(MEDWAY)[0].sign(text.encode())
    signed = partners.with_signatures(text, [signature]).encode()
    office.follow(sent(office, "/operator/partners/import", "record", signed))
    assert world.kent.store.register().directory.get(MEDWAY).channel is Channel.PULL


def test_a_number_to_ring_waits_as_keys_do_and_a_record_with_nothing_new_takes_nothing_back(world: World) -> None:
    first, second = operator(world), operator(world, "p.op")
    found = world.kent.store.register().directory.get(MEDWAY)
    rung = replace(found, contact=replace(found.contact, phone="01632 960666"))
    for one in (rung, found):
        page = first.follow(sent(first, "/operator/partners/import", "record", partners.to_toml((one,)).encode()))
        assert "nobody has yet" in page.text and "01632 960666" in first.get(f"{PAGE}/confirm").text
        assert world.kent.store.register().directory.get(MEDWAY).contact == found.contact
    assert confirm(first, "01632 960666").status == 422, "it came along"
    assert "Choose what they read out" in confirm(first, said="").text
    first.follow(confirm(first))
    assert "Confirm what is new" not in second.follow(confirm(second)).text
    assert world.kent.store.register().directory.get(MEDWAY) == rung


def test_what_a_partner_did_not_read_out_is_taken_away_by_one_person_who_rang_it(world: World, tmp_path: Path) -> None:
    first, before = operator(world), world.kent.store.register().directory.get(MEDWAY)
    rung = replace(before, contact=replace(before.contact, phone="01632 960666"))
    sent(first, "/operator/partners/import", "record", partners.to_toml((rung,)).encode())
    sent(first, f"{PAGE}/certificate", "certificate", certificate(tmp_path), role="seal")
    page = first.get(f"{PAGE}/confirm")
    assert confirm(first, "01632 960666", said="other").status == 422, "whoever made it up would say so too"
    assert "Confirm what is new" not in first.follow(confirm(first, said="other")).text
    assert world.kent.store.register().directory.get(MEDWAY) == before
    assert confirm(first, page=page).status == 409, "nothing waits any more"


def test_what_waits_of_a_school_or_a_team_is_listed_and_two_people_confirm_it(world: World, tmp_path: Path) -> None:
    first, second = operator(world), operator(world, "p.op")
    directory = world.kent.store.register().directory
    school, page = directory.get(LARKMERE), f"/operator/partners/{LARKMERE}"
    team = replace(school, endpoint="mailto:head@larkmere.example")
    brought = sent(first, "/operator/partners/import", "record", partners.to_toml((team,)).encode())
    assert f"{school.name}: nobody has confirmed it yet" in first.follow(brought).text
    came = certificate(tmp_path, "sign")
    assert first.follow(sent(first, f"{page}/certificate", "certificate", came, role="sign")).status == 200
    told = first.follow(confirm(first, address=page))
    assert f"{school.name}: one of two people has confirmed it" in told.text
    assert school.name not in second.follow(confirm(second, address=page)).text
    after = world.kent.store.register().directory.get(LARKMERE)
    assert after.mail == "head@larkmere.example" and len(after.certificates) == len(school.certificates) + 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose the file"),
        (b"\xff\xfe", "Nothing was taken in: it is no text"),
        (b"one = 1", "Nothing was taken in: "),
        (b"partner = []", "Nothing was taken in: there is no [[partner]] in it"),
    ],
)
def test_what_is_no_record_is_told_at_its_field_and_nothing_is_written(
    world: World, content: bytes, words: str
) -> None:
    told = sent(operator(world), "/operator/partners/import", "record", content)
    assert told.status == 422 and words in told.text
    assert not lines(world.kent, "PartnerRecorded")


def test_our_own_record_a_known_certificate_and_what_is_none_are_refused(world: World) -> None:
    office, directory = operator(world), world.kent.store.register().directory
    ours = partners.to_toml((directory.get(KENT),)).encode()
    assert "it is a record of our own" in sent(office, "/operator/partners/import", "record", ours).text
    known = next(one for one in directory.get(MEDWAY).certificates if one.role == "seal")
    again = sent(office, f"{PAGE}/certificate", "certificate", known.pem.encode(), role="seal")
    assert again.status == 422 and "Nothing was taken in: it counts already" in again.text
    for wrong in (b"no certificate", known.pem.replace("MII", "MIX", 1).encode(), "naïve".encode()):
        told = sent(office, f"{PAGE}/certificate", "certificate", wrong, role="sign")
        assert told.status == 422 and "Nothing was taken in" in told.text
    assert "Choose what it is for" in sent(office, f"{PAGE}/certificate", "certificate", b"x").text
    assert office.get(f"/operator/partners/{KENT}/certificate").status == 404


def test_health_is_told_with_what_to_do_and_to_the_operator_alone(world: World) -> None:
    page = operator(world).get("/operator/health")
    assert page.heading == "Health"
    officer = Office(world, Role.OFFICER, KENT, "x.officer")
    for address in ("/operator/health", "/operator/partners/import", f"{PAGE}/certificate", f"{PAGE}/confirm"):
        assert officer.get(address).status == 403
