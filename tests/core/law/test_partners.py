"""Partner records: strict to read, printed back byte for byte, and never what they cannot be."""

import base64
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.core import partners
from gateway.core.as4 import Option
from gateway.core.partners import (
    Agency,
    Assurance,
    Carrier,
    Certificate,
    CertificateRole,
    Channel,
    Contact,
    ContractRef,
    Partner,
    PartnerKind,
    Phone,
    Post,
    Proof,
    Safeguarding,
    Scheme,
    Verified,
)
from gateway.core.terms import LaEstab, PartnerId, Period, digest
from tests.core.law.made import CME, KENT, MAINTAINED, POLICE, shipped


def pem(content: bytes) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{base64.b64encode(content).decode()}\n-----END CERTIFICATE-----\n"


WHOLE = Partner(
    id=PartnerId("school-8864321"),
    kind=PartnerKind.ACADEMY,
    name="Thistlebourne – “Oak” School",
    in_effect=Period(date(1998, 9, 1), date(2026, 8, 31)),
    channel=Channel.AS4,
    town="Thistlebourne",
    laestab=LaEstab("8864321"),
    ods="X26",
    ico="ZA123456",
    successor=PartnerId("school-8864000"),
    endpoint="https://gateway.example.org:8443/as4",
    served_by=PartnerId("council-886"),
    trust=PartnerId("trust-one"),
    party_type="urn:oasis:names:tc:ebcore:partyid-type:unregistered",
    profile="edelivery-2.0",
    accepts=(Option.MGF1_SHA1, Option.BASE64_PARTS),
    domain="example.org",
    verified=Verified(date(2026, 3, 2), Proof.DNS_RECORD),
    agent_of=(
        Agency(PartnerId("school-8864001"), ContractRef("ATT/2026-014"), date(2026, 1, 1), date(2026, 12, 31)),
        Agency(PartnerId("school-8864002"), ContractRef("Schedule 2.1")),
    ),
    contact=Contact("01632 960000", Post.DUTY_OFFICER, "office@example.org"),
    safeguarding=Safeguarding(Post.NAMED_NURSE, "Child health office", Phone("+44 1632 960001 ext 7"), "a@example.org"),
    certificates=(
        Certificate(
            CertificateRole.SIGN, pem(b"one"), datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        ),
        Certificate(CertificateRole.SEAL, pem(b"two")),
    ),
    assurance=(Assurance(Scheme.DSPT, date(2027, 6, 30)), Assurance(Scheme.CAF, date(2027, 7, 1), "CAF-7")),
    pulled=True,
    rate=30,
)

FROZEN = """\
[[partner]]
id = "school-8864321"
kind = "academy"
name = "Thistlebourne – “Oak” School"
first = 1998-09-01
last = 2026-08-31
channel = "as4"
town = "Thistlebourne"
laestab = "8864321"
ods = "X26"
ico = "ZA123456"
successor = "school-8864000"
endpoint = "https://gateway.example.org:8443/as4"
served_by = "council-886"
trust = "trust-one"
party_type = "urn:oasis:names:tc:ebcore:partyid-type:unregistered"
profile = "edelivery-2.0"
accepts = [
    "mgf1-sha1",
    "base64-parts",
]
domain = "example.org"
pulled = true
rate = 30

[partner.verified]
on = 2026-03-02
how = "dns-record"

[[partner.agent_of]]
school = "school-8864001"
contract = "ATT/2026-014"
first = 2026-01-01
last = 2026-12-31

[[partner.agent_of]]
school = "school-8864002"
contract = "Schedule 2.1"

[partner.contact]
phone = "01632 960000"
post = "duty-officer"
email = "office@example.org"

[partner.safeguarding]
post = "named-nurse"
office = "Child health office"
phone = "+44 1632 960001 ext 7"
email = "a@example.org"

[[partner.certificates]]
role = "sign"
pem = \"\"\"
-----BEGIN CERTIFICATE-----
b25l
-----END CERTIFICATE-----
\"\"\"
first = 2026-01-01 00:00:00+00:00
last = 2027-01-01 00:00:00+00:00

[[partner.certificates]]
role = "seal"
pem = \"\"\"
-----BEGIN CERTIFICATE-----
dHdv
-----END CERTIFICATE-----
\"\"\"

[[partner.assurance]]
scheme = "dspt"
last = 2027-06-30

[[partner.assurance]]
scheme = "caf"
last = 2027-07-01
reference = "CAF-7"
"""

SMALL = '[[partner]]\nid = "police-kent"\nkind = "police"\nname = "Kent"\nfirst = 2000-01-01\nchannel = "folder"\n'


def test_a_record_is_printed_as_it_always_was() -> None:
    assert partners.to_toml([WHOLE]) == FROZEN
    assert partners.from_toml(FROZEN) == (WHOLE,)


def test_what_is_empty_is_left_out() -> None:
    assert partners.to_toml(partners.from_toml(SMALL)) == SMALL


@pytest.mark.parametrize("name", ["councils.toml", "destinations.toml"])
def test_a_shipped_file_comes_back_byte_for_byte(name: str) -> None:
    assert partners.to_toml(partners.from_toml(shipped(name))) == shipped(name)


def test_readme_lists_every_word_that_a_record_may_use() -> None:
    text = shipped("README.md")
    assert [one for words in (Post, Scheme, Proof) for one in words if f"`{one}`" not in text] == []


def test_record_in_the_readme_is_read_and_comes_back_byte_for_byte() -> None:
    _, _, rest = shipped("README.md").partition("```toml\n")
    text, fence, _ = rest.partition("```")
    assert fence
    assert partners.to_toml(partners.from_toml(text)) == text


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    str.strip
)
days = st.dates(date(1950, 1, 1), date(2100, 1, 1))
phones = st.from_regex(Phone.GRAMMAR, fullmatch=True).map(Phone)
refs = st.from_regex(ContractRef.GRAMMAR, fullmatch=True).map(ContractRef)
records = st.builds(
    Partner,
    id=st.from_regex(PartnerId.GRAMMAR, fullmatch=True).map(PartnerId),
    kind=st.sampled_from([kind for kind in PartnerKind if kind is not PartnerKind.COUNCIL]),
    name=texts,
    in_effect=st.builds(
        lambda first, more: Period(first, None if more is None else max(first, more)), days, st.none() | days
    ),
    channel=st.sampled_from(Channel),
    town=st.just("") | texts,
    laestab=st.none() | st.from_regex(r"[0-9]{7}", fullmatch=True).map(LaEstab),
    endpoint=st.sampled_from(["", "https://example.org/as4"]),
    domain=st.just("example.org"),
    verified=st.none() | st.builds(Verified, days, st.sampled_from(Proof)),
    agent_of=st.lists(st.builds(Agency, st.just(PartnerId("a")), refs, st.none() | days), max_size=2).map(tuple),
    contact=st.builds(Contact, st.just("") | phones, st.none() | st.sampled_from(Post)),
    safeguarding=st.none() | st.builds(Safeguarding, st.sampled_from(Post), st.just("Front door"), phones),
    certificates=st.lists(
        st.builds(Certificate, st.sampled_from(CertificateRole), st.binary(min_size=1, max_size=60).map(pem)),
        max_size=2,
    ).map(tuple),
    assurance=st.lists(st.builds(Assurance, st.sampled_from(Scheme), days, st.just("") | texts), max_size=2).map(tuple),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.lists(records, max_size=3))
def test_what_is_printed_is_what_is_read(made: list[Partner]) -> None:
    if made:
        text = partners.to_toml(made)
        assert partners.from_toml(text) == tuple(made)
        assert partners.to_toml(partners.from_toml(text)) == text


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "police-kent"', 'id = "Police Kent"', "partner 1: id is not as it should be"),
        ('id = "police-kent"\n', "", "partner 1: missing key id"),
        ('kind = "police"', 'kind = "constabulary"', "partner 1: kind is not as it should be"),
        ('name = "Kent"', 'name = ""', "partner 1: name is not as it should be"),
        ('name = "Kent"', "name = 4", "partner 1: name is not as it should be"),
        ("first = 2000-01-01", "first = 2000-01-01T00:00:00", "partner 1: first is not as it should be"),
        ("first = 2000-01-01", "first = 2000-01-01\nlast = 1999-01-01", "partner 1: a period ends before it begins"),
        ("channel", 'colour = "red"\nchannel', "partner 1: unknown key colour"),
        ("channel", '"o\'clock x" = "red"\nchannel', "partner 1: unknown key that is no name"),
        ("channel", 'endpoint = "http://example.org"\nchannel', "partner 1: an endpoint is an https address"),
        ("channel", "pulled = true\nchannel", "partner 1: who is pulled from has an address"),
        ("channel", "rate = 0\nchannel", "partner 1: rate is not as it should be"),
        ("channel", 'laestab = "886LLLL"\nchannel', "partner 1: an establishment has seven digits"),
        ("channel", 'la = "886"\nchannel', "partner 1: a council and nobody else"),
        ("channel", "agent_of = []\nchannel", "partner 1: agent_of is not as it should be"),
        ("channel", 'agent_of = ["a"]\nchannel', "partner 1: agent_of: each school needs the contract of Article 28"),
        ("channel", 'agent_of = [{school = "a"}]\nchannel', "agent_of: agent_of 1: missing key contract"),
        ("channel", 'agent_of = [{school = "a", contract = "-"}]\nchannel', "agent_of 1: contract is not as it should"),
        (
            "channel",
            'agent_of = [{school = "a", contract = "C 1", first = 2026-02-01, last = 2026-01-01}]\nchannel',
            "agent_of: a contract ends before it begins",
        ),
        ("channel", 'trust = "t"\nchannel', "partner 1: an academy and nobody else has a trust"),
        ("channel", 'ods = "x26"\nchannel', "partner 1: ods is not as it should be"),
        ("channel", 'ico = "12345678"\nchannel', "partner 1: ico is not as it should be"),
        (
            "channel",
            'verified = {on = 2026-01-01, how = "called-back"}\nchannel',
            "partner 1: only a domain can be ver",
        ),
        ("channel", 'contact = {phone = "ask Jane"}\nchannel', "contact: contact: phone is not as it should be"),
        ("channel", 'contact = {post = "Jane Doe"}\nchannel', "contact: contact: post is not as it should be"),
        (
            "channel",
            'safeguarding = {post = "named-nurse", office = "Ward"}\nchannel',
            "safeguarding: missing key phone",
        ),
        (
            "channel",
            'safeguarding = {post = "named-nurse", office = "c/o Mrs Doe", phone = "101"}\nchannel',
            "an office, not a person",
        ),
        ("channel", 'assurance = [{scheme = "trust us", last = 2026-01-01}]\nchannel', "scheme is not as it should be"),
        ("channel", "certificates = []\nchannel", "partner 1: certificates is not as it should be"),
        ("channel", "certificates = 4\nchannel", "partner 1: certificates: certificate: not a list of tables"),
        ("channel", "contact = {}\nchannel", "partner 1: contact is not as it should be"),
        ("channel", 'contact = { fax = "1" }\nchannel', "partner 1: contact: contact: unknown key fax"),
        ("channel", "contact = 4\nchannel", "partner 1: contact"),
        ("[[partner]]", "[[partners]]", "file: unknown key partners; file: missing key partner"),
        ("first", "first = = ", "not TOML"),
    ],
)
def test_a_record_is_read_strictly(old: str, new: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        partners.from_toml(SMALL.replace(old, new, 1))


def test_everything_wrong_in_a_file_is_said_at_once() -> None:
    wrong = SMALL.replace("police", "plice") + SMALL.replace("first", "frist")
    with pytest.raises(
        ValueError, match=r"partner 1: kind .*; partner 2: unknown key frist; partner 2: missing key first"
    ):
        partners.from_toml(wrong)


@pytest.mark.parametrize("secret", ["Jane Doe of 1 Invented Street", "-----BEGIN PRIVATE KEY-----"])
def test_no_error_repeats_what_was_written(secret: str) -> None:
    for key in ("kind", "channel", "id"):
        with pytest.raises(ValueError, match=key) as caught:
            partners.from_toml(SMALL.replace(f"{key} = ", f'{key} = "{secret}" # '))
        assert secret not in str(caught.value)
        assert secret not in repr(caught.value.__cause__)


@pytest.mark.parametrize(
    "text",
    [
        "",
        pem(b"one").replace("CERTIFICATE", "PRIVATE KEY"),
        pem(b"one") + pem(b"two"),
        pem(b"one").replace("\n", "\r\n"),
        "-----BEGIN CERTIFICATE-----\nb25\n-----END CERTIFICATE-----\n",
    ],
)
def test_only_one_certificate_is_a_certificate(text: str) -> None:
    with pytest.raises(ValueError, match=r"certificate|padding|Base64"):
        Certificate(CertificateRole.SEAL, text)


def test_a_certificate_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Certificate(CertificateRole.SEAL, pem(b"x"), datetime(2027, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))


def test_certificates_are_found_by_what_they_are_for() -> None:
    assert WHOLE.pems("seal") == (pem(b"two"),)
    assert WHOLE.fingerprints("sign") == {digest(b"one")}
    assert WHOLE.pems("tls") == ()


def test_an_inbox_is_our_own_network_and_a_folder_is_where_we_lose_sight_of_a_file() -> None:
    carriers = {channel: channel.carrier for channel in Channel}
    sealed = {Channel.AS4: Carrier.AS4, Channel.PULL: Carrier.AS4, Channel.MESH: Carrier.MESH}
    assert carriers == {**sealed, Channel.INBOX: Carrier.LAN, Channel.FOLDER: Carrier.FOLDER}


def test_the_area_is_that_of_the_number() -> None:
    assert (KENT.area, MAINTAINED.area, POLICE.area) == ("886", "886", None)
    with pytest.raises(ValueError, match="three digits"):
        replace(KENT, la="88")


def test_a_team_is_part_of_the_council_that_serves_it_and_a_school_is_not() -> None:
    assert (CME.team_of, MAINTAINED.team_of, KENT.team_of) == ("council-886", None, None)


def test_private_bodies_are_not_public_authorities() -> None:
    private = {kind.value for kind in PartnerKind if not kind.public_authority}
    assert private == {
        "alternative-provision", "attendance-company", "employer", "independent-school", "legal-adviser",
        "non-maintained-special-school", "processor", "public", "researcher",
    }  # fmt: skip


def test_schools_are_schools() -> None:
    assert {kind.value for kind in PartnerKind if kind.school} == {
        "academy", "independent-school", "maintained-school", "non-maintained-special-school", "pupil-referral-unit",
        "special-school",
    }  # fmt: skip
