"""as4 0.2.0 reads and writes, by its public interface. Runs in that library's own environment.

``PROGRAM OURS THEIRS``: PEM files named by their stem. It answers lines of JSON; whatever it writes is one HTTP body.
"""

import email
import email.policy
import json
import sys
from pathlib import Path
from typing import Any

from as4 import (  # type: ignore[import-not-found]
    AS4LocalPrivateKey,
    AS4ParseContext,
    ReceiptVerificationError,
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
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key


class Peer:
    def __init__(self, ours: Path, theirs: Path) -> None:
        key = load_pem_private_key(ours.with_name(ours.name + ".key.pem").read_bytes(), None)
        assert isinstance(key, RSAPrivateKey)
        self.local = create_peppol_internal_party(
            party_id="PTE000001", certificate=certificate(ours), private_key=AS4LocalPrivateKey(key)
        )
        self.seals = create_peppol_external_party(
            party_id="PTE000002", certificate=certificate(theirs.with_name(theirs.name + "-seal"))
        )
        self.signs = certificate(theirs.with_name(theirs.name + "-sign"))
        self.sent: Any = None

    def read(self, kind: str, body: str, out: str) -> dict[str, Any]:
        """Verify, decrypt and unzip; the attachments and the signal that answers them are laid into ``out``."""
        head = f"Content-Type: {kind}\r\n\r\n".encode()
        whole = email.message_from_bytes(head + Path(body).read_bytes(), policy=email.policy.default)
        soap, *rest = whole.iter_parts()
        attachments = {str(one["content-id"]).strip("<>"): one.get_payload(decode=True) for one in rest}
        policy = SecurityPolicy(signer_resolver=pinned_certificates(self.signs), verify_participants=False)
        context = AS4ParseContext(local_party=self.local, security_policy=policy)
        message = AS4Message.parse(context, soap.get_payload(decode=True), attachments)
        headers, signal = AS4Receipt.for_message(message, self.local).get_request_data()
        Path(out, "signal").write_bytes(signal)
        kept = message.decrypted_data if message.parse_successful else {}
        for number, content_id in enumerate(attachments):
            if content_id in kept:
                Path(out, f"part-{number}").write_bytes(kept[content_id])
        return {"kind": headers.get("Content-Type", ""), "error": str(message.parse_error or "")}

    def write(self, payload: str, body: str) -> dict[str, Any]:
        self.sent = build_peppol_message(
            payload=Path(payload).read_bytes(),
            local_party=self.local,
            remote_party=self.seals,
            sender="9932:9999999999",
            recipient="9932:1111111111",
            sender_country_id="GB",
            document_type_identifier_scheme="busdox-docid-qns",
            document_type_identifier_value="urn:example:ctf::CTfile##urn:example:ctf:26.0::1.0",
            process_identifier="urn:example:leavers",
        )
        content, boundary = self.sent.get_request_data()
        Path(body).write_bytes(content)
        return {"kind": self.sent.get_http_headers(boundary)["Content-Type"]}

    def answered(self, body: str) -> dict[str, Any]:
        """What it makes of the answer to the message it wrote last."""
        try:
            found = AS4Receipt.parse(Path(body).read_bytes(), self.signs)
            if found.error is not None:
                return {"said": f"error {found.error.error_code}"}
            found.verify_non_repudiation(self.sent.signed_references)
        except ReceiptVerificationError as error:
            return {"said": f"failed {error}"}
        return {"said": "receipt" if found.original_message_id == self.sent.message_id else "failed: for another"}


def certificate(stem: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(stem.with_name(stem.name + ".crt.pem").read_bytes())


def main(ours: Path, theirs: Path) -> None:
    peer = Peer(ours, theirs)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = getattr(peer, asked.pop("do"))(**asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
