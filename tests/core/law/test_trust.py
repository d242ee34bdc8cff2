"""What came is a claim: until two people or a key in force say otherwise, what counted before goes on counting."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gateway.core import as4, partners
from gateway.core.errors import Code, Refusal
from gateway.core.partners import (
    Anchor,
    Certificate,
    CertificateRole,
    Channel,
    Contact,
    Partner,
    PartnerKind,
    Phone,
    Post,
    Safeguarding,
    Wait,
)
from gateway.core.terms import PartnerId, Period, PersonId
from gateway.edge import certificates

AT = datetime(2026, 11, 3, 12, tzinfo=UTC)
ONE, OTHER, NUMBER = PersonId("a.shah"), PersonId("g.lowe"), Phone("01632 960111")
THEIRS = "01632 960999"
MADE = {(role, n): certificates.make(role, "medway", (), AT) for role in ("sign", "seal", "tls") for n in (1, 2)}


def shown(*numbers: int) -> tuple[Certificate, ...]:
    pem = {key: made[1].public_bytes(Encoding.PEM).decode() for key, made in MADE.items()}
    return tuple(Certificate(CertificateRole(role), pem[role, n]) for n in numbers for role in ("sign", "seal", "tls"))


def medway(*numbers: int, endpoint: str = "https://medway.example.org/as4", phone: str = "") -> Partner:
    return Partner(
        PartnerId("council-887"),
        PartnerKind.COUNCIL,
        "Medway",
        Period(date(1998, 4, 1)),
        Channel.AS4,
        la="887",
        endpoint=endpoint,
        contact=Contact(phone),
        certificates=shown(*numbers),
    )


BARE = replace(medway(), endpoint="")


def confirmed(partner: Partner) -> Partner:
    return partners.confirmed(partners.confirmed(partner, ONE, NUMBER), OTHER, NUMBER)


def test_first_certificate_and_address_count_for_nothing_until_two_people_confirmed_them() -> None:
    came = partners.received(BARE, medway(1), AT, vouched=False)
    assert (came.endpoint, came.certificates) == ("", ())
    assert partners.waits(came, AT) is Wait.CONFIRMATION
    once = partners.confirmed(came, ONE, NUMBER)
    assert partners.waits(once, AT) is Wait.CONFIRMATION and once.certificates == ()
    twice = partners.confirmed(once, OTHER, NUMBER)
    assert twice == medway(1) and partners.waits(twice, AT) is None


def test_one_person_is_not_two() -> None:
    once = partners.confirmed(partners.received(None, medway(1), AT, vouched=False), ONE, NUMBER)
    for who, code in ((ONE, Code.SAME_PERSON), (OTHER, None)):
        if code is None:
            assert partners.confirmed(once, who, NUMBER).awaiting is None
            continue
        with pytest.raises(Refusal) as raised:
            partners.confirmed(once, who, NUMBER)
        assert raised.value.code is code
    with pytest.raises(Refusal) as raised:
        partners.confirmed(medway(1), ONE, NUMBER)
    assert raised.value.code is Code.SETTLED


def test_number_that_came_with_the_record_confirms_nothing_however_often_it_comes() -> None:
    came = partners.received(BARE, medway(1, phone=THEIRS), AT, vouched=False)
    again = partners.received(came, medway(1, phone=THEIRS), AT, vouched=False)
    for one in (came, again):
        with pytest.raises(Refusal) as raised:
            partners.confirmed(one, ONE, Phone(THEIRS))
        assert raised.value.code is Code.NUMBER_CAME_ALONG
    known = medway(1, phone=THEIRS)
    changed = partners.received(known, medway(2, phone=THEIRS), AT, vouched=False)
    assert partners.confirmed(changed, ONE, Phone(THEIRS)).awaiting is not None


def test_number_to_ring_waits_for_two_people_who_rang_one_that_they_had() -> None:
    known = medway(1, phone="01632 960222")
    office = Safeguarding(Post.DUTY_OFFICER, "Duty desk", Phone(THEIRS))
    for came in (medway(1, phone=THEIRS), replace(known, safeguarding=office)):
        waiting = partners.received(known, came, AT, vouched=False)
        assert replace(waiting, awaiting=None) == known, "whom we ring is as it was"
        assert waiting.awaiting is not None and waiting.awaiting.numbers == (THEIRS,)
        assert partners.waits(waiting, AT) is None, "and what goes there goes on"
        with pytest.raises(Refusal) as raised:
            partners.confirmed(waiting, ONE, Phone(THEIRS))
        assert raised.value.code is Code.NUMBER_CAME_ALONG
        thief = partners.received(waiting, replace(came, certificates=shown(2)), AT, vouched=False)
        with pytest.raises(Refusal):
            partners.confirmed(thief, ONE, Phone(THEIRS))
        assert confirmed(waiting) == came
        assert partners.received(known, came, AT, vouched=True) == came


def test_number_that_is_written_another_way_or_left_out_is_no_new_one() -> None:
    known = medway(1, phone="01632 960222")
    for phone in ("+44 1632 960222", ""):
        assert partners.received(known, medway(1, phone=phone), AT, vouched=False) == medway(1, phone=phone)


def test_record_with_nothing_new_leaves_what_waits_as_it_is() -> None:
    waiting = partners.confirmed(partners.received(medway(1), medway(1, 2), AT, vouched=False), ONE, NUMBER)
    for vouched in (True, False):
        after = partners.received(waiting, replace(medway(1), town="Chatham"), AT, vouched=vouched)
        assert after == replace(waiting, town="Chatham")
        gone = replace(medway(1), revoked=(shown(2)[0].fingerprint,))
        assert partners.received(waiting, gone, AT, vouched=vouched).awaiting is None, "made up with a stolen key"


def test_certificate_that_is_added_joins_all_that_waits_and_that_is_confirmed_anew() -> None:
    came = partners.confirmed(partners.received(None, medway(1), AT, vouched=False), ONE, NUMBER)
    sign, seal = shown(2)[:2]
    more = partners.added(partners.added(came, sign, AT), seal, AT)
    assert more.awaiting is not None and more.awaiting.confirmed_by is None, "the first has not heard these"
    assert (more.endpoint, more.certificates) == ("", ())
    assert confirmed(more) == replace(medway(1), certificates=(*shown(1), sign, seal))
    heard = partners.confirmed(more, ONE, NUMBER)
    assert partners.added(heard, seal, AT) == heard, "what waits already changes nothing"


def test_new_signing_key_after_a_stolen_one_wipes_nothing_of_what_is_to_be_confirmed_anew() -> None:
    known, (sign, _, tls) = medway(1), shown(2)
    left = partners.distrusted(known, shown(1)[0].fingerprint)
    for fresh in (sign, tls):
        after = partners.added(left, fresh, AT)
        assert after.certificates == () and after.endpoint == "", "not even a machine of theirs is let in"
        settled = confirmed(after)
        assert (settled.endpoint, settled.certificates) == (known.endpoint, (*shown(1)[1:], fresh))
    again = partners.added(left, shown(1)[0], AT)
    assert again == left, "a revoked one does not come back"


def test_certificate_of_a_confirmed_authority_counts_at_once_beside_what_waits() -> None:
    fresh = issued(AUTHORITY, NAME)
    waiting = partners.received(ANCHORED, replace(ANCHORED, certificates=shown(2)), AT, vouched=False)
    after = partners.added(waiting, fresh, AT)
    assert after.certificates == (*ANCHORED.certificates, fresh)
    assert confirmed(after).certificates == (*shown(2), fresh)
    alone = partners.added(ANCHORED, shown(2)[0], AT)
    assert alone.awaiting is not None and alone.certificates == ANCHORED.certificates


@pytest.mark.parametrize("written", ["01632960999", "+44 1632 960999", "0044 1632 960 999", "01632 960999 ext 2"])
def test_number_that_came_along_is_that_number_however_it_is_written(written: str) -> None:
    came = partners.received(None, medway(1, phone=THEIRS), AT, vouched=False)
    with pytest.raises(Refusal) as raised:
        partners.confirmed(came, ONE, Phone(written))
    assert raised.value.code is Code.NUMBER_CAME_ALONG
    known = medway(1, phone=written)
    changed = partners.received(known, medway(2, phone=THEIRS), AT, vouched=False)
    assert partners.confirmed(changed, ONE, Phone(THEIRS)).awaiting is not None, "we had it before"


def test_number_that_came_alone_before_the_keys_came_along_too() -> None:
    first = partners.received(None, replace(BARE, contact=Contact(THEIRS)), AT, vouched=False)
    then = partners.received(first, medway(1, phone=THEIRS), AT, vouched=False)
    with pytest.raises(Refusal) as raised:
        partners.confirmed(then, ONE, Phone(THEIRS))
    assert raised.value.code is Code.NUMBER_CAME_ALONG


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"la": "886"}, "its number"),
        ({"served_by": PartnerId("council-886")}, "who receives for it"),
        ({"channel": Channel.PULL}, "its channel"),
        ({"endpoint": ""}, "its address"),
        ({"certificates": shown(1)[1:]}, "its certificates"),
        ({"anchors": ()}, "its authorities"),
    ],
)
def test_unsigned_record_is_told_what_it_would_change_at_once(change: dict[str, Any], words: str) -> None:
    known = ANCHORED
    after = partners.received(known, replace(known, **change), AT, vouched=False)
    assert partners.at_once(known, after, AT) == (words,)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"contact": Contact(THEIRS)}, "its telephone number"),
        ({"safeguarding": Safeguarding(Post.DUTY_OFFICER, "The office", Phone(THEIRS))}, "its safeguarding contact"),
    ],
)
def test_number_of_one_of_whom_nothing_counts_yet_would_change_at_once(change: dict[str, Any], words: str) -> None:
    known = replace(BARE, contact=Contact("01632 960222"))
    after = partners.received(known, replace(known, **change), AT, vouched=False)
    assert partners.at_once(known, after, AT) == (words,)
    waits = partners.received(ANCHORED, replace(ANCHORED, **change), AT, vouched=False)
    assert partners.at_once(ANCHORED, waits, AT) == () and waits.awaiting is not None
    over = AT + timedelta(days=4000)
    if words == "its certificates":
        assert partners.at_once(known, after, over) == (), "what is over may be left out"
    assert partners.at_once(None, after, AT) == ()


def test_what_waits_and_what_the_first_record_brings_change_nothing_at_once() -> None:
    moved = partners.received(ANCHORED, replace(medway(2), endpoint="https://new.example.org/as4"), AT, vouched=False)
    assert partners.at_once(ANCHORED, moved, AT) == ()
    first = partners.received(BARE, replace(medway(1, phone=THEIRS), channel=Channel.PULL), AT, vouched=False)
    assert partners.at_once(BARE, first, AT) == ()


@pytest.mark.parametrize("came", [medway(1, 2), medway(2), medway(1, endpoint="https://thief.example.org/as4")])
def test_unsigned_change_leaves_what_counted_in_place(came: Partner) -> None:
    known = medway(1)
    after = partners.received(known, came, AT, vouched=False)
    assert (after.endpoint, after.certificates) == (known.endpoint, known.certificates)
    assert partners.waits(after, AT) is None
    assert partners.sealing(after, AT) == partners.sealing(known, AT)
    settled = confirmed(after)
    assert (settled.endpoint, settled.certificates) == (came.endpoint, came.certificates)


def test_change_signed_by_a_key_in_force_counts_at_once() -> None:
    text = partners.to_toml([medway(1, 2)])
    for number, counts in ((1, True), (2, False)):
        key, certificate = MADE["sign", number]
        assert isinstance(key, RSAPrivateKey)
        signature = as4.signer_with(certificate, key).sign(text.encode())
        content, found = partners.signatures_in(partners.with_signatures(text, [signature]))
        assert (content, found) == (text.encode(), (signature,))
        vouched = partners.vouched(medway(1), medway(1, 2), content, found, AT)
        assert vouched is counts
        assert (partners.received(medway(1), medway(1, 2), AT, vouched=vouched).awaiting is None) is counts
        assert not partners.vouched(medway(1), medway(1, 2), content + b" ", found, AT)
        assert not partners.vouched(None, medway(1, 2), content, found, AT)
        assert not partners.vouched(medway(1), medway(1, 2), content, found, AT + timedelta(days=800))


def test_confirmation_of_one_record_is_none_of_another() -> None:
    once = partners.confirmed(partners.received(BARE, medway(1), AT, vouched=False), ONE, NUMBER)
    assert partners.received(once, medway(1), AT, vouched=False).awaiting == once.awaiting
    other = partners.received(once, medway(2), AT, vouched=False)
    assert other.awaiting is not None and other.awaiting.confirmed_by is None


def test_what_a_record_says_of_itself_is_not_ours_to_believe() -> None:
    claim = replace(medway(1), private_address=True, awaiting=None)
    assert not partners.received(medway(1), claim, AT, vouched=True).private_address
    assert partners.received(medway(1), claim, AT, vouched=True, private=True).private_address
    assert partners.received(claim, medway(1), AT, vouched=False).private_address


def test_revoked_certificate_never_comes_back() -> None:
    seal = next(one for one in shown(1) if one.role == "seal")
    gone = partners.revoked(medway(1), seal.fingerprint)
    assert seal not in gone.certificates and partners.waits(gone, AT) is Wait.KEYS
    back = partners.received(gone, medway(1), AT, vouched=True)
    assert seal not in back.certificates
    renewed = confirmed(partners.received(gone, medway(1, 2), AT, vouched=False))
    assert seal not in renewed.certificates and partners.waits(renewed, AT) is None
    waiting = partners.received(BARE, medway(1), AT, vouched=False)
    assert partners.revoked(waiting, seal.fingerprint).awaiting is None


def test_key_that_a_record_revokes_vouches_for_nothing_in_it() -> None:
    key, certificate = MADE["sign", 1]
    assert isinstance(key, RSAPrivateKey)
    came = replace(medway(2), revoked=(shown(1)[0].fingerprint,))
    text = partners.to_toml([came]).encode()
    signature = as4.signer_with(certificate, key).sign(text)
    assert not partners.vouched(medway(1), came, text, [signature], AT)


def test_with_a_stolen_signing_key_all_that_it_may_have_vouched_for_is_asked_about_again() -> None:
    sign, seal, _ = shown(1)
    stolen = partners.distrusted(medway(1, phone=THEIRS), sign.fingerprint)
    assert (stolen.endpoint, stolen.certificates) == ("", ()) and partners.waits(stolen, AT) is Wait.KEYS
    with pytest.raises(Refusal):
        partners.confirmed(stolen, ONE, Phone(THEIRS))
    again = confirmed(stolen)
    assert again.endpoint == medway(1).endpoint and {one.role for one in again.certificates} == {"seal", "tls"}
    other = partners.distrusted(medway(1), seal.fingerprint)
    assert other.awaiting is None and other.endpoint == medway(1).endpoint


def authority(name: str, *, ca: bool = True) -> tuple[RSAPrivateKey, x509.Certificate]:
    key = MADE["sign", 1][0]
    assert isinstance(key, RSAPrivateKey)
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(whose, whose, key.public_key(), 1, AT, AT + timedelta(days=3650))
    return key, builder.add_extension(x509.BasicConstraints(ca, None), critical=True).sign(key, hashes.SHA256())


def issued(by: tuple[RSAPrivateKey, x509.Certificate], name: str, days: int = 90) -> Certificate:
    key, issuer = by
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "anything")])
    public = MADE["seal", 2][0].public_key()
    assert not isinstance(public, x25519.X25519PublicKey)
    builder = x509.CertificateBuilder(issuer.subject, whose, public, 2, AT - timedelta(days=30), AT + timedelta(days))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return Certificate(CertificateRole.SEAL, text(builder.sign(key, hashes.SHA256())))


def text(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


NAME = "medway.example.org"
AUTHORITY = authority("An authority")
ANCHORED = replace(medway(1), anchors=(Anchor(text(AUTHORITY[1]), NAME),))


def taken(known: Partner, fresh: Certificate) -> bool:
    """Whether a renewed certificate counts without a telephone."""
    came = replace(known, certificates=(*known.certificates, fresh))
    return partners.received(known, came, AT, vouched=False).awaiting is None


def test_renewed_certificate_of_a_confirmed_authority_counts_at_once_beside_the_old_one() -> None:
    fresh = issued(AUTHORITY, NAME)
    assert taken(ANCHORED, fresh)
    assert not taken(medway(1), fresh)
    assert not taken(ANCHORED, issued(AUTHORITY, "thief.example.org"))
    assert not taken(ANCHORED, issued(AUTHORITY, NAME, days=-1))
    assert not taken(ANCHORED, issued(authority("Another authority"), NAME))
    assert not taken(ANCHORED, shown(2)[1])
    no_authority = authority("An authority", ca=False)
    assert not taken(replace(ANCHORED, anchors=(Anchor(text(no_authority[1]), NAME),)), issued(no_authority, NAME))


def test_authority_itself_and_a_moved_door_wait_for_two_people() -> None:
    came = partners.received(medway(1), ANCHORED, AT, vouched=False)
    assert came.anchors == () and confirmed(came) == ANCHORED
    assert partners.from_toml(partners.to_toml([came, replace(ANCHORED, id=PartnerId("other"))]))[0] == came
    words = dict(partners.told(came, partners.Directory.of([came]), (), AT.date()))
    assert NAME in words["new authority"]
    moved = replace(ANCHORED, endpoint="https://elsewhere.example.org/as4")
    assert partners.received(ANCHORED, moved, AT, vouched=False).endpoint == ANCHORED.endpoint


def test_revoked_certificate_of_an_authority_stays_revoked() -> None:
    fresh = issued(AUTHORITY, NAME)
    gone = partners.revoked(replace(ANCHORED, certificates=(*ANCHORED.certificates, fresh)), fresh.fingerprint)
    came = replace(ANCHORED, certificates=(*ANCHORED.certificates, fresh))
    assert fresh not in partners.received(gone, came, AT, vouched=False).certificates


def test_schools_machine_that_is_only_let_in_needs_no_telephone() -> None:
    school = replace(medway(), endpoint="", channel=Channel.INBOX)
    machine = replace(school, certificates=tuple(one for one in shown(1) if one.role == "tls"))
    assert partners.received(school, machine, AT, vouched=False) == machine
    signing = replace(school, certificates=tuple(one for one in shown(1) if one.role == "sign"))
    assert partners.received(school, signing, AT, vouched=False).awaiting is not None


def test_record_that_waits_prints_back_and_is_told_in_words() -> None:
    came = partners.received(BARE, medway(1, phone=THEIRS), AT, vouched=False)
    for one in (came, partners.confirmed(came, ONE, NUMBER), partners.revoked(medway(1), shown(1)[0].fingerprint)):
        assert partners.from_toml(partners.to_toml([one])) == (one,)
    directory = partners.Directory.of([came])
    words = dict(partners.told(came, directory, (), AT.date()))
    assert "nobody has confirmed it yet" in words["not confirmed"]
    assert words["new seal"] == shown(1)[1].fingerprint
    assert "until two people" in partners.unsettled(came, AT) and partners.unsettled(medway(1), AT) == ""


def test_first_contact_is_sealed_for_what_awaits_it_and_only_then() -> None:
    found = partners.sealing(partners.received(BARE, medway(1), AT, vouched=False), AT)
    assert [isinstance(one, x509.Certificate) for one in found] == [True]
    assert partners.sealing(BARE, AT) == ()


MAILBOX = replace(
    medway(1), channel=Channel.MESH, endpoint="", certificates=(), mailbox="X26HC005", plain=True, awaiting=None
)


def test_a_mailbox_is_an_address_too_and_waits_for_two_people() -> None:
    first = partners.received(None, MAILBOX, AT, vouched=False)
    assert (first.mailbox, partners.waits(first, AT)) == ("", partners.Wait.CONFIRMATION)
    settled = confirmed(first)
    assert (settled.mailbox, settled.plain, partners.waits(settled, AT)) == ("X26HC005", True, None)
    moved = partners.received(settled, replace(MAILBOX, mailbox="X26HC666"), AT, vouched=False)
    assert (moved.mailbox, partners.waits(moved, AT)) == ("X26HC005", None), "what counted goes on counting"
    assert moved.awaiting is not None and moved.awaiting.address == "X26HC666"
    assert confirmed(moved).mailbox == "X26HC666"
    assert partners.from_register(partners.to_toml((moved,)))[0] == moved
