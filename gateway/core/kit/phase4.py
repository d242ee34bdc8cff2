"""The P-Mode of one profile as properties that a Java program reads; ``tests/interop/phase4`` reads just these."""

from gateway.core.as4 import Profile, names
from gateway.core.kit.contents import Files, Kit
from gateway.core.partners import CertificateRole

_HEAD = """# P-Mode for {them} as the sender and {us} as the receiver, profile {profile}, as java.util.Properties.
# Backwards the same holds with initiator and responder exchanged. Paths are from the folder above this one.
# In phase4: PMode(party.initiator, party.responder), PModeLegSecurity and AS4SigningParams (signature.*),
# AS4CryptParams (encryption.*, key.*), AS4Sender.builderUserMessage (address, service, action, agreement, property.*).
"""


def files(kit: Kit) -> Files:
    return {f"phase4/{profile}.properties": _properties(kit, profile) for profile in kit.profiles}


def _properties(kit: Kit, profile: Profile) -> bytes:
    signs, seals = (kit.shown(role, profile) for role in (CertificateRole.SIGN, CertificateRole.SEAL))
    said = {
        "profile": profile,
        "mep": "http://docs.oasis-open.org/ebxml-msg/ebms/v3.0/ns/core/200704/oneWay",
        "mep.binding": "http://docs.oasis-open.org/ebxml-msg/ebms/v3.0/ns/core/200704/push",
        "address": kit.ours.endpoint,
        "address.tls": "mutual",
        "party.initiator": kit.theirs.id,
        "party.initiator.type": kit.theirs.party.type,
        "party.initiator.role": names.INITIATOR,
        "party.responder": kit.ours.id,
        "party.responder.type": kit.ours.party.type,
        "party.responder.role": names.RESPONDER,
        "agreement": kit.agreements[0],
        "service": kit.service,
        "service.test": kit.test_service,
        "actions": ",".join(kit.actions),
        "ping.service": names.TEST_SERVICE,
        "ping.action": names.TEST_ACTION,
        "property.originalSender": kit.theirs.id,
        "property.finalRecipient": kit.ours.id,
        "payload.type": "application/xml",
        "payload.compression": names.GZIP,
        "token": "BinarySecurityToken",
        "signature.algorithm": names.ED25519 if profile is Profile.EDELIVERY_2_0 else names.RSA_SHA256,
        "signature.digest": names.SHA256,
        "signature.c14n": names.EXCLUSIVE_C14N,
        "encryption.algorithm": names.AES128_GCM,
        **_transport(profile),
        "receipt": "signed,non-repudiation,response",
        "certificate.sign": _paths([one.name for one in signs]),
        "certificate.seal": _paths([one.name for one in seals[:1]]),
        "certificate.tls": _paths([one.name for one in kit.shown(CertificateRole.TLS, None)]),
    }
    head = _HEAD.format(them=kit.theirs.id, us=kit.ours.id, profile=profile)
    return (head + "".join(f"{key}={value}\n" for key, value in said.items())).encode()


def _transport(profile: Profile) -> dict[str, str]:
    if profile is Profile.EDELIVERY_2_0:
        return {"key.agreement": names.X25519, "key.derivation": names.HKDF, "key.wrap": names.AES128_WRAP}
    return {"key.transport": names.RSA_OAEP, "key.mgf": names.MGF1_SHA256, "key.digest": names.SHA256}


def _paths(stems: list[str]) -> str:
    return ",".join(f"certificates/{one}.pem" for one in stems)
