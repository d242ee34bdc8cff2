"""Behind a reverse proxy that ends TLS: who is at the other end is what a listed proxy says in Client-Cert (RFC 9440).

What comes from anybody else shows nobody, whatever it says of itself.
"""

import base64
import ssl
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from ipaddress import ip_address
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from gateway.core.as4 import certificates

HEADER, CERTIFICATE = "HTTP_CLIENT_CERT", "gateway.peer_certificate"


def behind(app: WSGIApplication, proxies: Collection[str], clock: Callable[[], datetime]) -> WSGIApplication:
    """``app`` as it is asked through ``proxies``, whose addresses these are.

    The proxy must demand a client certificate of any issuer, so that its owner proves to have the key, put it into the
    header in place of what the client says there, and pass everything else on. Which certificates count is ours to
    say, and so is whether they are valid today.
    """
    listed = {ip_address(one) for one in proxies}

    def asked(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        from_proxy = ip_address(environ["REMOTE_ADDR"].partition("%")[0]) in listed
        environ[CERTIFICATE] = _shown(environ.get(HEADER, ""), clock()) if from_proxy else None
        return app(environ, start_response)

    return asked


def _shown(text: str, at: datetime) -> bytes | None:
    """The DER in ``:base64:`` (RFC 9440 §2.1, RFC 8941 §3.3.5); None for anything else, two headers among it."""
    if len(text) < len("::") or not (text.startswith(":") and text.endswith(":")):
        return None
    try:
        der = base64.b64decode(text[1:-1], validate=True)
        found = certificates.valid([ssl.DER_cert_to_PEM_cert(der)], at)
    except ValueError:
        return None
    return der if found else None
