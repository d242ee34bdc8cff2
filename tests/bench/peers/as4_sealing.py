"""as4 0.2.0 signs and encrypts, by its public interface. Runs in that library's own environment."""

import json
import sys
import time
from pathlib import Path

from as4 import AS4LocalPrivateKey  # type: ignore[import-not-found]
from as4.peppol import (  # type: ignore[import-not-found]
    build_peppol_message,
    create_peppol_external_party,
    create_peppol_internal_party,
)
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def main(certificate: Path, key: Path, recipient: Path) -> None:
    ours = x509.load_pem_x509_certificate(certificate.read_bytes())
    theirs = x509.load_pem_x509_certificate(recipient.read_bytes())
    private = load_pem_private_key(key.read_bytes(), None)
    assert isinstance(private, RSAPrivateKey)
    local = create_peppol_internal_party(
        party_id="PTE000001", certificate=ours, private_key=AS4LocalPrivateKey(private)
    )
    remote = create_peppol_external_party(party_id="PTE000002", certificate=theirs)
    for line in sys.stdin:
        payload = Path(line.strip()).read_bytes()
        began = time.perf_counter()
        message = build_peppol_message(
            payload=payload,
            local_party=local,
            remote_party=remote,
            sender="9932:9999999999",
            recipient="9932:1111111111",
            sender_country_id="GB",
            document_type_identifier_scheme="busdox-docid-qns",
            document_type_identifier_value="urn:example:ctf::CTfile##urn:example:ctf:26.0::1.0",
            process_identifier="urn:example:leavers",
        )
        body, _ = message.get_request_data()
        sys.stdout.write(json.dumps({"seconds": time.perf_counter() - began, "bytes": len(body)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
