"""The kit: what a stranger reads in it is what we do, it holds no secret, and the same day gives the same bytes."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from lxml import etree

from gateway import settings
from gateway.core import documents, kit
from gateway.core.as4 import Ebms, Profile, certificates
from gateway.core.as4.causes import CAUSES
from gateway.core.errors import HELP, Code
from gateway.core.partners import Channel, Partner
from gateway.core.terms import Kind, digest
from gateway.edge import xsds
from gateway.edge.server.answering import SENTENCES
from gateway.flows import connecting
from tests.simulator import KENT, MEDWAY, World, rulebook

SCHEMAS = settings.shipped("schemas")
Files = dict[str, bytes]


def packed(world: World, **changes: object) -> bytes:
    partner = replace(world.kent.store.register().directory.get(MEDWAY), **changes)  # type: ignore[arg-type]
    return kit.pack(connecting.kit_for(world.kent.gateway, partner, xsds.texts(SCHEMAS), world.clock()))


def opened(content: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def files(world: World) -> Files:
    return opened(packed(world))


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def ours(world: World) -> Partner:
    return world.kent.store.register().directory.get(KENT)


def test_the_same_day_gives_the_same_bytes_and_another_says_how_many_days_are_left(world: World) -> None:
    first = packed(world)
    world.clock.at += timedelta(hours=3)
    assert packed(world) == first
    world.clock.at += timedelta(days=1)
    later = opened(packed(world))
    before = rows(opened(first)["certificates/fingerprints.csv"])
    after = rows(later["certificates/fingerprints.csv"])
    assert [int(one["days left"]) - 1 for one in before] == [int(one["days left"]) for one in after]


def test_nothing_in_it_is_secret(files: Files, world: World) -> None:
    secrets = [path.read_bytes() for path in world.kent.vault.folder.rglob("*.key*") if path.is_file()]
    assert secrets
    for name, content in files.items():
        assert b"PRIVATE" not in content, name
        assert not any(secret in content for secret in secrets), name


def test_every_certificate_is_there_twice_under_the_fingerprint_that_people_read_out(
    files: Files, world: World
) -> None:
    known = {str(one.fingerprint): one for one in ours(world).certificates}
    told = rows(files["certificates/fingerprints.csv"])
    assert {one["sha-256"] for one in told} == set(known)
    for one in told:
        assert digest(files[f"certificates/{one['file']}.der"]) == one["sha-256"]
        assert files[f"certificates/{one['file']}.pem"].decode() == known[one["sha-256"]].pem
        assert one["sha-256"] in files["README.md"].decode()


def test_a_certificate_that_has_ended_is_left_out_and_one_that_comes_is_there(world: World) -> None:
    home = ours(world)
    assert len(kit.lines(home, world.clock())) == len(home.certificates)
    last = max(certificates.load(one.pem).not_valid_after_utc for one in home.certificates)
    assert kit.lines(home, last) == ()
    twice = replace(home, certificates=(*home.certificates, *home.certificates))
    names = [one.name for one in kit.lines(twice, world.clock())]
    assert len(names) == len(set(names))


def test_every_kind_and_version_has_its_schema_and_a_specimen_for_each_way_that_is_valid_and_marked(
    files: Files,
) -> None:
    book = rulebook()
    told = [one for one in rows(files["services.csv"]) if one["version"]]
    assert {(one["kind"], one["version"]) for one in told} == set(book.schemas)
    for one in told:
        assert files[one["schema"]] == xsds.texts(SCHEMAS)[Kind(one["kind"]), one["version"]]
        for way, column in (("to-us", "specimen for us"), ("from-us", "from us")):
            name = one[column]
            content = files[f"specimens/{way}/{one['kind']}-{one['version']}/{name}"]
            reading = documents.read(name, content, book.schemas, book.known)
            assert reading.document is not None
            assert not [each for each in reading.findings if each.severity == "error"]
            assert (reading.document.kind, reading.document.version) == (one["kind"], one["version"])
            assert documents.is_specimen(reading.document)


def test_the_error_table_has_every_answer_that_a_message_can_get(files: Files) -> None:
    told = rows(files["errors.csv"])
    said = {(one["code"], one["what it means"]) for one in told}
    assert {(code, sentence) for code, sentence in CAUSES.values()} <= said
    assert {(code, HELP[code].sentence) for code in (Code.ONBOARDING, Code.SPECIMEN, Code.UNMARKED)} <= said
    assert all(one["what to do"] for one in told)
    answered = {"200", "202", "403", "404", *map(str, SENTENCES)}  # by the application, and by the server before it
    assert {one["code"] for one in told if one["where"] == "HTTP"} == answered
    assert {one["code"] for one in told if one["where"] == "ebMS"} == set(Ebms)


def documented() -> etree.XMLSchema:
    """What the administration guide of Domibus states of a P-Mode: names are unique, and what is named is defined."""
    return etree.XMLSchema(etree.parse(Path(__file__).parent / "domibus.xsd"))


def spoilt(content: bytes) -> Iterator[etree._Element]:
    """A P-Mode with one thing wrong."""
    for element, attribute in (
        ("legConfiguration", "security"), ("party", "endpoint"), ("process", "agreement"), ("leg", "name"),
    ):  # fmt: skip
        root = etree.fromstring(content)
        next(root.iter(element)).set(attribute, "")
        yield root
    root = etree.fromstring(content)
    inside = root[1]
    inside.append(inside[0])
    yield root


def test_the_configuration_for_domibus_holds_together(files: Files, world: World) -> None:
    root = etree.fromstring(files["domibus/pmode.xml"])
    assert root.tag == "{http://domibus.eu/configuration}configuration"
    assert root.get("party") == MEDWAY
    schema = documented()
    assert schema.validate(root), schema.error_log
    assert not any(schema.validate(one) for one in spoilt(files["domibus/pmode.xml"]))
    reached = {one.get("name"): one.get("endpoint") for one in root.iter("party")}
    assert reached == {KENT: ours(world).endpoint, MEDWAY: f"https://{MEDWAY}.example/as4"}
    legs = {(one.get("service"), one.get("action")) for one in root.iter("legConfiguration")}
    assert legs == {*((service, kind) for service in ("records", "test") for kind in Kind), ("ping", "ping")}
    values = {one.get("value") for one in root.iter("service")}
    assert values >= {"urn:cme-gateway:records", "urn:cme-gateway:records:test"}
    agreed = {one.get("value") for one in root.iter("agreement")}
    assert {"duty:P06", "kent-medway-cme.v1"} <= agreed
    under = [(one[0][0].get("name"), one.get("agreement")) for one in root.iter("process")]
    assert sorted(under, key=str) == sorted(product((KENT, MEDWAY), (None, *agreed)), key=str)


def test_the_profiles_are_those_that_both_can(world: World) -> None:
    def of(files: Files) -> set[str]:
        return {match[1] for name in files if (match := re.fullmatch(r"phase4/(.*)\.properties", name))}

    assert of(opened(packed(world))) == set(Profile)
    old = opened(packed(world, profile=str(Profile.EDELIVERY_1_15)))
    assert of(old) == {Profile.EDELIVERY_1_15}
    assert "domibus/pmode.xml" in old
    unknown = opened(packed(world, certificates=(), endpoint=""))
    assert of(unknown) == set(Profile)
    assert b"YOUR-ACCESS-POINT" in unknown["domibus/pmode.xml"]
    assert "not registered yet: tell us" in unknown["README.md"].decode()
    newer = tuple(
        one for one in ours(world).certificates
        if certificates.profile_of(certificates.load(one.pem)) is not Profile.EDELIVERY_1_15 or one.role == "tls"
    )  # fmt: skip
    alone = opened(packed(world, certificates=newer))
    assert of(alone) == {Profile.EDELIVERY_2_0}
    assert "domibus/pmode.xml" not in alone
    assert "rsa:3072" not in alone["README.md"].decode()


def test_the_page_names_what_is_in_the_kit_and_who_pulls_is_told_from_where(world: World, files: Files) -> None:
    page = files["README.md"].decode()
    for name in re.findall(r"`((?:specimens|certificates|schemas|domibus|phase4)/[^`]*)`", page):
        whole = name.replace("PROFILE", Profile.EDELIVERY_1_15)
        assert any(each == whole or each.startswith(whole) for each in files), name
    assert "eb:PullRequest" not in page
    pulls = opened(packed(world, channel=Channel.PULL))["README.md"].decode()
    assert f"urn:cme-gateway:mpc:{MEDWAY}" in pulls and "EBMS:0006" in pulls
    assert "| none: you pull |" in pulls and "address of your access point" not in pulls
    assert "MESH" not in page
    meshed = opened(packed(world, channel=Channel.MESH, mailbox="X26ABC1"))["README.md"].decode()
    assert "in your mailbox `X26ABC1`" in meshed
