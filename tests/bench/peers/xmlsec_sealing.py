"""python-xmlsec signs (enveloped, RSA-SHA256) and encrypts (AES-128-GCM, RSA-OAEP). Runs in its own environment."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import xmlsec  # type: ignore[import-not-found]
from lxml import etree


def main(certificate: Path, key: Path, recipient: Path) -> None:
    signing = xmlsec.Key.from_file(str(key), xmlsec.constants.KeyDataFormatPem)
    signing.load_cert_from_file(str(certificate), xmlsec.constants.KeyDataFormatPem)
    keys = xmlsec.KeysManager()  # made once: it costs 22 ms
    keys.add_key(xmlsec.Key.from_file(str(recipient), xmlsec.constants.KeyDataFormatCertPem))
    for line in sys.stdin:
        payload = Path(line.strip()).read_bytes()
        began = time.perf_counter()
        root = etree.fromstring(payload)
        _sign(root, signing)
        sealed = etree.tostring(_encrypt(root, keys))
        sys.stdout.write(json.dumps({"seconds": time.perf_counter() - began, "bytes": len(sealed)}) + "\n")
        sys.stdout.flush()


def _sign(root: Any, key: Any) -> None:
    made = xmlsec.template.create(root, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.RSA_SHA256)
    root.append(made)
    reference = xmlsec.template.add_reference(made, xmlsec.Transform.SHA256, uri="")
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(made))
    context = xmlsec.SignatureContext()
    context.key = key
    context.sign(made)


def _encrypt(root: Any, keys: Any) -> Any:
    made = xmlsec.template.encrypted_data_create(
        root, xmlsec.Transform.AES128_GCM, type=xmlsec.EncryptionType.ELEMENT, ns="xenc"
    )
    xmlsec.template.encrypted_data_ensure_cipher_value(made)
    info = xmlsec.template.encrypted_data_ensure_key_info(made, ns="dsig")
    wrapped = xmlsec.template.add_encrypted_key(info, xmlsec.Transform.RSA_OAEP)
    xmlsec.template.encrypted_data_ensure_cipher_value(wrapped)
    context = xmlsec.EncryptionContext(keys)
    context.key = xmlsec.Key.generate(xmlsec.constants.KeyDataAes, 128, xmlsec.constants.KeyDataTypeSession)
    return context.encrypt_xml(made, root)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
