"""What is sealed comes out as it went in, for both profiles, and the same every time."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core import as4
from gateway.core.as4 import Part, Party, Profile, Rules, Sealed
from gateway.core.errors import Fault, Reason
from gateway.core.terms import MessageId, digest
from tests.core.as4.keys import certify, identity, lasting_identity, rsa_key
from tests.core.as4.kit import PUPIL, V1, V2, message, opened, sealed, soap_of, stream

VECTORS = Path(__file__).parent / "vectors"


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("parts", [0, 1, 2, 35])
def test_any_number_of_parts_comes_out_as_it_went_in(profile: Profile, parts: int) -> None:
    sent = replace(message(*(f"part {number}".encode() for number in range(parts))), properties=())
    made = sealed(sent, profile)
    found = opened(made, profile=profile)
    assert found.message == sent
    assert found.references == made.references
    assert len(found.references) == 2 + parts
    assert found.soap == made.soap == soap_of(made)
    assert found.soap_digest == made.soap_digest == digest(made.soap)
    assert found.signer == identity("kent", profile).signs
    assert found.opened_with == (identity("medway", profile).opens if parts else None)


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 5_000, 100_000, 2 << 20])
def test_a_part_of_any_size_comes_out_as_it_went_in(profile: Profile, size: int) -> None:
    content = stream("content")(size)
    assert opened(sealed(message(content), profile), profile=profile).message.parts[0].content == content


def test_every_field_of_a_message_comes_out_as_it_went_in() -> None:
    sent = replace(
        message(),
        sender=Party("urn:council:886", ""),
        recipient=Party("council-887", "urn:type"),
        service_type="urn:services",
        agreement=None,
        ref_to=MessageId("before@x"),
        properties=(("a", "1 < 2 & ü"), ("b", "")),
        parts=(Part(PUPIL, "text/xml; charset=utf-8", "886LLLL_CTF.xml"), Part(b"", "application/zip")),
    )
    assert opened(sealed(replace(sent, sender=Party("council-886", "")))).message.sender == Party("council-886", "")
    made = sealed(sent)
    ours = identity("medway").opener
    found = as4.open_sealed(made.content_type, made.body, ours, lambda _: (identity("kent").signs,), Rules())
    assert found.message == sent


def test_a_name_beyond_ascii_travels_as_ascii() -> None:
    sent = replace(message(PUPIL), properties=(("place", "Ynys Môn \U0001f3f4"),))
    made = sealed(sent)
    assert made.soap.isascii()
    assert opened(made).message == sent


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert sealed() == sealed()
    assert (
        sealed().body
        != as4.seal(message(PUPIL), identity("kent").signer, identity("medway").opens, V2, stream("x")).body
    )


def test_a_message_without_parts_is_a_bare_signed_envelope() -> None:
    made = sealed(message())
    assert (made.content_type, made.body) == (as4.SOAP_CONTENT_TYPE, made.soap)
    assert b"EncryptedKey" not in made.body


@pytest.mark.parametrize(
    ("service", "action", "for_test"),
    [
        (as4.TEST_SERVICE, as4.TEST_ACTION, True),
        (as4.TEST_SERVICE, "submit", False),
        ("urn:cme:leavers", as4.TEST_ACTION, False),
    ],
)
def test_a_call_to_the_test_service_is_known_by_service_and_action(
    service: str, action: str, *, for_test: bool
) -> None:
    sent = replace(message(), service=service, action=action)
    assert opened(sealed(sent)).message.for_test is for_test


def test_nothing_of_a_part_can_be_read_on_the_way() -> None:
    assert b"Rowan" not in sealed().body
    assert b"\x1f\x8b\x08" not in sealed().body


def test_the_content_type_is_one_line() -> None:
    assert re.fullmatch(
        r'multipart/related; type="application/soap\+xml"; start="<root@gateway>"; boundary="gateway-[0-9a-f]{32}"',
        sealed().content_type,
    )


@pytest.mark.parametrize(
    ("profile", "signer", "seal_for"),
    [(V1, V1, V2), (V1, V2, V1), (V2, V1, V2), (V2, V2, V1), (V1, V2, V2), (V2, V1, V1)],
)
def test_keys_of_another_profile_seal_nothing(profile: Profile, signer: Profile, seal_for: Profile) -> None:
    with pytest.raises(Fault) as caught:
        as4.seal(message(), identity("kent", signer).signer, identity("medway", seal_for).opens, profile, stream("x"))
    assert (caught.value.reason, caught.value.lasting) == (Reason.UNSEALABLE, True)


def test_an_rsa_key_under_2048_bits_signs_and_seals_nothing() -> None:
    small = rsa_key("small", 1024)
    weak = certify("small", small, small)
    strong = identity("kent", V1)
    with pytest.raises(Fault):
        as4.seal(message(PUPIL), as4.signer_with(weak, small), strong.opens, V1, stream("x"))
    with pytest.raises(Fault):
        as4.seal(message(PUPIL), strong.signer, weak, V1, stream("x"))


def test_a_key_that_is_not_its_certificates_is_refused_when_it_is_handed_in() -> None:
    with pytest.raises(Fault):
        as4.signer_with(identity("kent").signs, identity("medway").signing)
    with pytest.raises(Fault):
        as4.opener_with((identity("kent").opens, identity("medway").opening))


def test_old_and_new_certificates_open_side_by_side() -> None:
    old, new = identity("medway"), identity("medway-2027")
    both = as4.opener_with((new.opens, new.opening), (old.opens, old.opening))
    for seal_for in (old, new):
        made = sealed(seal_for=seal_for.name)
        known = (identity("kent-2027").signs, identity("kent").signs)
        found = as4.open_sealed(made.content_type, made.body, both, {"council-886": known}.__getitem__, Rules())
        assert (found.message, found.opened_with) == (message(PUPIL, b"two"), seal_for.opens)


def test_a_message_of_profile_2_0_is_frozen_byte_for_byte() -> None:
    # Short and without repetition, so that every deflate writes it alike.
    made = sealed(message(b"abc", b""))
    kept = frozen("edelivery-2.0.mime")
    assert (kept.content_type, kept.body) == (made.content_type, made.body)
    assert made.soap_digest == "e0784883f0e0ec742185bfad6bd20c08fe33a490416440cafb35ce206b0d64d6"
    assert [(each.uri, each.digest) for each in made.references] == [
        ("#messaging-a03943ead156b02a6c5b9daeba92312c", "TMV3hJRMWednq/cnoJUjqTfIFuCHhbVurF/VJCCR140="),
        ("#body-a03943ead156b02a6c5b9daeba92312c", "6uTiO4MS0H2/fuc5nwS4/sdq8VuYrtFI8ZJc/FHha8M="),
        ("cid:cdecc459240681e60488294bfcf68319@gateway", "oFik80BfkJ86Sd8Mt12WGY03GueRPl72uBFKOCdG7lo="),
        ("cid:37c5b53ee3eb8e8072d2ed7fed4abe4a@gateway", "WYads0hTkzsjnx4iGc99Qx2gBqqRljVHhRH6u/yISdI="),
    ]


def test_a_frozen_message_of_profile_2_0_still_opens() -> None:
    assert opened(frozen("edelivery-2.0.mime")).message == message(b"abc", b"")


def test_a_frozen_message_of_profile_1_15_still_opens() -> None:
    kept, kent = frozen("edelivery-1.15.mime"), lasting_identity("kent for ever")
    found = as4.open_sealed(kept.content_type, kept.body, kent.opener, lambda _: (kent.signs,), Rules())
    assert found.message == message(PUPIL, b"two")


def frozen(name: str) -> Sealed:
    """A message as a file keeps it: its content type on the first line, an empty one, the body."""
    first, _, body = (VECTORS / name).read_bytes().partition(b"\r\n\r\n")
    return replace(sealed(), content_type=first.decode().removeprefix("Content-Type: "), body=body)
