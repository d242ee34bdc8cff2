"""The door for machines, behind mutual TLS: partners' AS4 messages, and what schools' systems send and ask.

Every answer to a person is JSON with a code, a sentence and a way to mend it; an exception never shows its trace.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

from flask import Flask, Response, jsonify, request

from gateway.core.errors import HELP, Code, Fault, Refusal
from gateway.core.partners import CertificateRole, Partner
from gateway.core.terms import Digest, Flag, UploadId, digest
from gateway.flows import countersigning, enquiry, exchange, flagging, intake
from gateway.flows.intake import Upload
from gateway.flows.ports import Gateway
from gateway.flows.receive import Message
from gateway.flows.situations import new_id
from gateway.web import access, numbered

MOST_QUESTION = 64 << 10
RETRY_AFTER = "30"
FILE_NAME = re.compile(r"[A-Za-z0-9_ ().-]{1,100}")


def create(gateway: Gateway, on_fault: Callable[[str, BaseException], None]) -> Flask:
    """The WSGI application of the machines' port; ``gateway.peer_certificate`` comes from the server."""
    app = Flask("gateway.machines", static_folder=None)
    # the server tells of what nobody expected; Flask's own logger would write out what a message or file said
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.config["MAX_CONTENT_LENGTH"] = gateway.rules.message_bytes

    @app.post("/as4")
    def as4() -> Response:
        message = Message(gateway.clock(), request.headers.get("Content-Type", ""), _arrived(), _connection())
        answer = exchange.accept(gateway, message)
        numbered.about(**{"message": answer.about} if answer.about else {})
        return Response(answer.body, answer.status, content_type=answer.content_type)

    @app.post("/uploads")
    def uploads() -> Response:
        sender = _sender(gateway)
        content = _whole()
        name = request.headers.get("Gateway-File-Name", "")
        if not FILE_NAME.fullmatch(name):
            raise Refusal(Code.FILE_NAME)
        ready = request.headers.get("Gateway-Ready-Only") == "yes"
        made, protect = UploadId(new_id("u", gateway.draw)), _protect(request.headers.get("Gateway-Protect", ""))
        upload = Upload(made, gateway.clock(), sender.id, name, content, ready, protect=protect)
        numbered.about(upload=upload.id)
        plan = intake.accept(gateway, upload)
        status = HELP[plan.refusal].status if plan.refusal else 200
        return Response(plan.answer, status, content_type="application/json")

    @app.get("/sent")
    def sent() -> Response:
        rows = enquiry.sent(gateway, _sender(gateway).id, gateway.clock())
        return jsonify([row.as_json() for row in rows])

    @app.before_request
    def ready() -> None:
        gateway.store.ready()
        shown = request.environ.get(access.CERTIFICATE)
        if shown and not gateway.store.register().directory.by_certificate("tls", digest(shown)):
            gateway.met(CertificateRole.TLS, shown)

    @app.get("/held")
    def held() -> Response:
        return jsonify([note for one in _senders(gateway) for note in gateway.store.held_of(one.id)])

    @app.post("/add-checkpoint")
    def add_checkpoint() -> Response:
        text = request.get_data(cache=False)[:MOST_QUESTION].decode(errors="replace")
        told = countersigning.answer(gateway, _senders(gateway), text)
        return Response(told.body, told.status, content_type="text/plain; charset=utf-8")

    @app.get("/checkpoint")
    def checkpoint() -> Response:
        _sender(gateway)
        return Response(gateway.store.newest_checkpoint() or "", content_type="text/plain; charset=utf-8")

    _answers(app, on_fault)
    access.check(app, access.MACHINES)
    return app


def _connection() -> Digest:
    certificate = request.environ.get(access.CERTIFICATE)
    return digest(certificate) if certificate else Digest("0" * 64)


def _arrived() -> bytes:
    """The body as our own server holds it, without a copy: it may be large. What any other server brings is read."""
    held = request.environ["wsgi.input"]
    small = (request.content_length or 0) <= (request.max_content_length or 0)
    return held.getvalue() if small and type(held) is BytesIO else request.get_data()


def _sender(gateway: Gateway) -> Partner:
    """Whose certificate carries this connection. Raises Refusal(NOT_ENROLLED)."""
    found = _senders(gateway)
    if len(found) != 1:
        raise Refusal(Code.NOT_ENROLLED)
    return found[0]


def _senders(gateway: Gateway) -> Sequence[Partner]:
    """All who share the gateway that connected. Raises Refusal(NOT_ENROLLED) for nobody we know."""
    found = gateway.store.register().directory.by_certificate("tls", _connection())
    if not found:
        raise Refusal(Code.NOT_ENROLLED)
    return found


def _protect(text: str) -> Mapping[int, frozenset[Flag]]:
    """``3=s47-live, 5``: children whose whereabouts or name somebody must not learn. Raises Refusal(NOT_FOUND)."""
    try:
        return flagging.asked_for(text.split(",")) if text else {}
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None


def _whole() -> bytes:
    """The body, if it is the one whose digest the sender states (RFC 9530); nothing else is looked at."""
    content = request.get_data()
    stated = request.headers.get("Content-Digest", "")
    actual = base64.b64encode(hashlib.sha256(content).digest()).decode()
    if stated != f"sha-256=:{actual}:":
        raise Refusal(Code.CUT_SHORT)
    return content


def _answers(app: Flask, on_fault: Callable[[str, BaseException], None]) -> None:
    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> tuple[Response, int]:
        return _told(refusal.code), refusal.help.status

    @app.errorhandler(Fault)
    def fault(error: Fault) -> tuple[Response, int, dict[str, str]]:
        on_fault("machines", error)
        return _told(Code.BUSY), 503, {"Retry-After": RETRY_AFTER}

    @app.errorhandler(404)
    @app.errorhandler(405)
    def nothing(_error: Any) -> tuple[Response, int]:
        return _told(Code.NOT_FOUND), 404

    @app.errorhandler(413)
    def large(_error: Any) -> tuple[Response, int]:
        return _told(Code.TOO_LARGE), 413


def _told(code: Code) -> Response:
    words = HELP[code]
    told = {"outcome": "refused", "code": code, "sentence": words.sentence, "fix": words.fix, "findings": []}
    return jsonify({**told, "request": numbered.current()})
