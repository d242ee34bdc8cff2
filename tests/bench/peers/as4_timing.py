"""as4 0.2.0 protects, opens and answers with a receipt, by its public interface. Runs in that library's own environment."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import timed  # type: ignore[import-not-found]  # beside this file
from as4 import (  # type: ignore[import-not-found]
    AS4LocalPrivateKey,
    AS4ParseContext,
    SecurityPolicy,
    pinned_certificates,
)
from as4.core.message import AS4Message  # type: ignore[import-not-found]
from as4.core.receipt import AS4Receipt  # type: ignore[import-not-found]
from as4.peppol import (  # type: ignore[import-not-found]
    build_peppol_message,
    create_peppol_external_party,
    create_peppol_internal_party,
)
from as4.utils.mime_handler import MIMEHandler  # type: ignore[import-not-found]
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key


class Both:
    """The sender, and the recipient with its own key."""

    def __init__(self, certificate: Path, key: Path, their_certificate: Path, their_key: Path) -> None:
        self.sender = _party("PTE000001", certificate, key)
        self.recipient = _party("PTE000002", their_certificate, their_key)
        self.addressed = create_peppol_external_party(party_id="PTE000002", certificate=_read(their_certificate))
        policy = SecurityPolicy(signer_resolver=pinned_certificates(_read(certificate)), verify_participants=False)
        self.context = AS4ParseContext(local_party=self.recipient, security_policy=policy)

    def steps(self, payload: bytes) -> Iterator[Any]:
        headers, body = self.protect(payload)
        yield body
        message = self.open(headers, body)
        (content,) = message.decrypted_data.values()
        assert payload.split(b"\n")[-2] in content
        yield content
        _, signal = AS4Receipt.for_message(message, self.recipient).get_request_data()
        yield signal

    def protect(self, payload: bytes) -> tuple[dict[str, str], bytes]:
        message = build_peppol_message(
            payload=payload,
            local_party=self.sender,
            remote_party=self.addressed,
            sender="9932:9999999999",
            recipient="9932:1111111111",
            sender_country_id="GB",
            document_type_identifier_scheme="busdox-docid-qns",
            document_type_identifier_value="urn:example:ctf::CTfile##urn:example:ctf:26.0::1.0",
            process_identifier="urn:example:leavers",
        )
        body, boundary = message.get_request_data()
        return message.get_http_headers(boundary), body

    def open(self, headers: dict[str, str], body: bytes) -> Any:
        kind = {"Content-Type": headers["Content-Type"]}
        soap, sealed = MIMEHandler.parse(MIMEHandler.payload_from_request(kind, body))
        attachments = {MIMEHandler.get_content_id(sealed): sealed.get_payload(decode=True)}
        message = AS4Message.parse(self.context, soap.get_payload(decode=True), attachments)
        assert message.parse_successful, message.parse_error
        return message


def _read(certificate: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(certificate.read_bytes())


def _party(name: str, certificate: Path, key: Path) -> Any:
    private = load_pem_private_key(key.read_bytes(), None)
    assert isinstance(private, RSAPrivateKey)
    return create_peppol_internal_party(
        party_id=name, certificate=_read(certificate), private_key=AS4LocalPrivateKey(private)
    )


if __name__ == "__main__":
    timed.answer(Both(*map(Path, sys.argv[1:])).steps)
