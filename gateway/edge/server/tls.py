"""TLS for our own doors: 1.2 at least, and where client certificates are named, exactly those are let in."""

import ssl
from collections.abc import Iterable
from pathlib import Path


def server_context(
    certificate_file: Path | str, key_file: Path | str, client_certificates: Iterable[str] | None = None
) -> ssl.SSLContext:
    """A context for one door.

    ``client_certificates`` are PEM texts. With ``None`` no client certificate is asked for (browsers). Otherwise every
    peer must show one that is among them or was issued by one of them; an empty collection lets nobody in. A pinned
    leaf counts as an anchor by itself (partial chain, RFC 5280 §6.1 leaves the anchor to us), and the names of the
    anchors are not sent to strangers. Raises ``OSError`` for a file that cannot be read and ``ssl.SSLError`` (an
    ``OSError`` too) for one that is not a certificate or a key, or not its key.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")  # TLS 1.2; those of TLS 1.3 are all sound (RFC 9325 §4.2)
    context.set_alpn_protocols(["http/1.1"])
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.load_cert_chain(certificate_file, key_file)
    if client_certificates is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        # A resumed session is not verified again. TLS 1.2 can still resume, for two hours at most and never
        # under another context: a door that is renewed forgets all sessions.
        context.num_tickets = 0
        for pem in client_certificates:
            trust_also(context, pem)
    return context


def trust_also(context: ssl.SSLContext, pem: str) -> None:
    """One more client certificate (PEM), from the next handshake on, while the door is open.

    Taking one away needs a new context: ``Server.renew``. Raises ``ssl.SSLError`` for what is no certificate, and
    ``ValueError`` for a context that asks for none: there the certificate would be trusted and never looked at.
    """
    if context.verify_mode is ssl.CERT_NONE:
        raise ValueError("this door asks for no client certificates")
    context.load_verify_locations(cadata=pem)
