"""What phase4 4.4.1 (on WSS4J 4.0.1 and Santuario 4.0.4) wrote, frozen as it came over the wire, and what it taught us."""

from collections.abc import Callable

import pytest
from lxml import etree

from gateway.core import as4
from gateway.core.as4 import As4Error, Cause, ErrorSignal, Part, Profile, Receipt, Rules
from gateway.core.as4.names import EB, PREFIXES, SOAP_CONTENT_TYPE
from gateway.core.terms import MessageId
from tests.core.as4.keys import identity, lasting_identity
from tests.core.as4.kit import (
    AT,
    MESSAGING,
    PUPIL,
    SECURITY,
    V1,
    V2,
    Change,
    at,
    changed,
    message,
    opened,
    sealed,
    sign_again,
)
from tests.core.as4.spoiling import FORGED, Spoil, as_it_came
from tests.core.as4.test_attacks import WRAPPINGS
from tests.core.as4.test_encryption import AGREEMENT
from tests.core.as4.test_round_trip import VECTORS, frozen

MEDWAY = identity("medway")
PARTIES = {V1: (lasting_identity("medway for ever"), lasting_identity("kent for ever")), V2: (MEDWAY, identity("kent"))}
RECEIPT = f"{MESSAGING}/eb:SignalMessage/eb:Receipt"


PLACES = {name: (change, where) for name, change, where in WRAPPINGS if "property" not in name}
"""phase4 writes no properties."""


@pytest.mark.parametrize("profile", list(Profile))
def test_a_frozen_message_of_phase4_opens(profile: Profile) -> None:
    kept, (sender, reader) = frozen(f"phase4-{profile}.mime"), PARTIES[profile]
    found = as4.open_sealed(kept.content_type, kept.body, reader.opener, lambda _: (sender.signs,), Rules())
    assert found.message.parts == (Part(PUPIL, "application/xml"), Part(b"two", "application/xml"))
    assert (found.message.sender.id, found.message.message_id) == ("council-887", f"frozen-{profile}@phase4")


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize(("spoil", "cause"), FORGED.values(), ids=FORGED)
def test_phase4s_message_is_refused_once_it_was_forged(profile: Profile, spoil: Spoil, cause: Cause) -> None:
    kept, (sender, reader) = frozen(f"phase4-{profile}.mime"), PARTIES[profile]
    forged = spoil(as_it_came(kept.content_type, kept.body))
    with pytest.raises(As4Error) as caught:
        as4.open_sealed(forged.content_type, forged.body, reader.opener, lambda _: (sender.signs,), Rules())
    assert caught.value.cause is cause


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize(("change", "where"), PLACES.values(), ids=PLACES)
def test_phase4s_message_is_refused_for_the_place_of_a_wrapping(profile: Profile, change: Change, where: str) -> None:
    kept, (sender, reader) = frozen(f"phase4-{profile}.mime"), PARTIES[profile]
    forged = changed(as_it_came(kept.content_type, kept.body), change)
    with pytest.raises(As4Error) as caught:
        as4.open_sealed(forged.content_type, forged.body, reader.opener, lambda _: (sender.signs,), Rules())
    assert (caught.value.cause, caught.value.where) == (Cause.STRUCTURE, where)


def test_phase4s_receipt_for_our_frozen_message_settles_it() -> None:
    sent = sealed(message(b"abc", b""))  # frozen byte for byte as edelivery-2.0.mime
    found = as4.check_receipt(
        SOAP_CONTENT_TYPE, signal("receipt"), message().message_id, sent.references, (MEDWAY.signs,), Rules()
    )
    assert found.ref_to == "7f3c@gateway.kent.example"
    with pytest.raises(As4Error) as caught:
        as4.settles(found, message().message_id, sealed(message(b"abc", b"d")).references)
    assert caught.value.cause is Cause.RECEIPT_CONTENT


def test_phase4s_error_is_read() -> None:
    found = as4.read_signal(SOAP_CONTENT_TYPE, signal("error"), (MEDWAY.signs,), Rules())
    assert isinstance(found, ErrorSignal)
    assert [(one.code, one.short) for one in found.errors] == [("EBMS:0004", "Other")]


# The schema of ebMS3 leaves eb:Receipt open to elements of other namespaces; phase4 names its version there.

FOREIGN, UNNAMED, KNOWN = "{urn:product}mark", "mark", EB + "Property"


def marked(name: str, path: str = RECEIPT, *, within: bool = False) -> bytes:
    """Our own receipt with an element more, signed again as only Medway can."""
    root = etree.fromstring(as4.receipt(opened(sealed()), MEDWAY.signer, MessageId("r@medway.example"), AT))
    added = etree.SubElement(at(root, path), name)
    if within:
        etree.SubElement(added, name)
    sign_again(root, MEDWAY.signing)
    return etree.tostring(root)


def test_a_receipt_may_hold_a_products_own_mark() -> None:
    found = as4.read_signal(SOAP_CONTENT_TYPE, marked(FOREIGN), (MEDWAY.signs,), Rules())
    assert isinstance(found, Receipt)
    assert found.references == sealed().references


@pytest.mark.parametrize(
    "content",
    [
        marked(UNNAMED),
        marked(KNOWN),
        marked(FOREIGN, within=True),
        marked(FOREIGN, f"{MESSAGING}/eb:SignalMessage"),
        marked(FOREIGN, f"{RECEIPT}/ebbp:NonRepudiationInformation"),
    ],
    ids=["of no namespace", "of one we know", "with more in it", "beside the receipt", "in the evidence"],
)
def test_nothing_else_stands_where_the_profile_has_no_place_for_it(content: bytes) -> None:
    with pytest.raises(As4Error) as caught:
        as4.read_signal(SOAP_CONTENT_TYPE, content, (MEDWAY.signs,), Rules())
    assert caught.value.cause is Cause.STRUCTURE


# WSS4J, and so every product on it, goes through the security header in its order.


@pytest.mark.parametrize("profile", list(Profile))
def test_what_was_done_last_stands_first_in_the_security_header(profile: Profile) -> None:
    security = at(etree.fromstring(sealed(message(b"one", b"two"), profile).soap), SECURITY)
    assert [str(each.tag).rpartition("}")[2] for each in security] == [
        "BinarySecurityToken", "EncryptedKey", "EncryptedData", "EncryptedData", "BinarySecurityToken", "Signature",
    ]  # fmt: skip


def test_a_message_that_was_frozen_before_the_order_was_mended_still_opens() -> None:
    assert opened(frozen("edelivery-2.0-signature-first.mime")).message == message(b"abc", b"")


# DEREncodedKeyValue stands in its parent's place of a KeyValue (XML Signature 1.1 §4.5.9), not within one.

ORIGINATOR = f"{AGREEMENT}/xenc:OriginatorKeyInfo"


def both(root: etree._Element) -> None:
    place = at(root, ORIGINATOR)
    etree.SubElement(etree.SubElement(place, f"{{{PREFIXES['ds']}}}KeyValue"), place[0].tag).text = place[0].text


def neither(root: etree._Element) -> None:
    del at(root, ORIGINATOR)[:]


@pytest.mark.parametrize("change", [both, neither])
def test_the_key_agreement_has_one_key(change: Callable[[etree._Element], None]) -> None:
    with pytest.raises(As4Error) as caught:
        opened(changed(sealed(), change))
    assert (caught.value.cause, caught.value.where) == (Cause.STRUCTURE, "OriginatorKeyInfo")


def signal(kind: str) -> bytes:
    return (VECTORS / f"phase4-{kind}.xml").read_bytes()
