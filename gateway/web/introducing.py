"""The operator's forms for a partner's keys: its record, one more certificate, and what two people heard by phone."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Protocol

from flask import Flask, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.errors import Code
from gateway.core.partners import CertificateRole, Partner, Phone
from gateway.core.terms import Digest, PartnerId
from gateway.flows import connecting, introducing, trusting
from gateway.flows.connecting import Rehearsals
from gateway.flows.introducing import Unreadable
from gateway.flows.ports import Gateway
from gateway.web import files
from gateway.web.asked import again, asked, filled_in, parsed, person, posted
from gateway.web.forms import Field, Filled, Form, Shape

ROLES = (
    (CertificateRole.SIGN, "Signing: their messages and receipts are signed with it"),
    (CertificateRole.SEAL, "Sealing: what goes to them is sealed for it"),
    (CertificateRole.TLS, "Connections: their machine shows it when it connects"),
)
SAME, OTHER = "same", "other"
READ_OUT = (
    (SAME, "The same as stands here"),
    (OTHER, "Something else, or they sent nothing: it is taken away and never counts"),
)
NO_NUMBER = "Write the number that you called, such as 01632 960000"
MOST_BYTES = 1 << 20
"""Records of a region's councils with all their keys."""

WAITS = "What is new waits until two people have heard it read out by phone, unless a key that counts today signed it."
BESIDE = "The old ones go on counting beside it until they end or are revoked."


class Store(Rehearsals, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of a partner's keys."""
    _add_records(app, gateway, store)
    _add_certificates(app, gateway, store)

    @app.get("/operator/partners/<partner>/confirm")
    def partner_confirm(partner: str) -> AnyResponse | str:
        found = _of(gateway, partner)
        if found.awaiting is None:  # an old page: somebody has confirmed it since
            return redirect(_page(gateway, found), 303)
        return asked(_confirming(found, _page(gateway, found)))

    @app.post("/operator/partners/<partner>/confirm")
    def partner_confirmed(partner: str) -> AnyResponse:
        found = _of(gateway, partner)
        form = _confirming(found, _page(gateway, found))

        def do(filled: Filled) -> AnyResponse:
            try:
                number = Phone(filled.answers["number"])
            except ValueError:
                return again(form, filled.saying("number", NO_NUMBER))
            say = trusting.deny if filled.answers["said"] == OTHER else trusting.confirm
            say(gateway, store, found.id, person(), number, _heard(filled), gateway.clock())
            return redirect(_page(gateway, found), 303)

        return posted(form, do)


def _add_records(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/operator/partners/import")
    def partner_bring() -> str:
        return asked(_record())

    @app.post("/operator/partners/import")
    def partner_brought() -> AnyResponse:
        form, who = _record(), person()
        filled, content = _file(form, "record", "Choose the file with their record")

        def do(_: Filled) -> AnyResponse:
            came = introducing.bring(gateway, store, who, content, gateway.clock())
            return redirect(_page(gateway, came[0]) if len(came) == 1 else url_for("partner_list"), 303)

        return _sent(form, filled, "record", do)


def _add_certificates(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/operator/partners/<partner>/certificate")
    def certificate_new(partner: str) -> str:
        found = _of(gateway, partner)
        return asked(_certificate(found, _page(gateway, found)))

    @app.post("/operator/partners/<partner>/certificate")
    def certificate_added(partner: str) -> AnyResponse:
        found = _of(gateway, partner)
        form = _certificate(found, _page(gateway, found))
        filled, content = _file(form, "certificate", "Choose the file with the certificate")

        def do(filled: Filled) -> AnyResponse:
            role = CertificateRole(filled.answers["role"])
            introducing.add(gateway, store, person(), found.id, role, content, gateway.clock())
            return redirect(_page(gateway, found), 303)

        return _sent(form, filled, "certificate", do)


def _of(gateway: Gateway, partner: str) -> Partner:
    return introducing.look(gateway, person(), parsed(PartnerId, partner))


def _page(gateway: Gateway, partner: Partner) -> str:
    """Its own page, or the list for one that has none."""
    own = connecting.connects(gateway, partner, gateway.clock())
    return url_for("partner_shown", partner=partner.id) if own else url_for("partner_list")


def _file(form: Form, name: str, wanted: str) -> tuple[Filled, bytes]:
    filled, content = filled_in(form), files.uploaded(name)
    return (filled if content else filled.saying(name, wanted)), content


def _sent(form: Form, filled: Filled, name: str, do: Callable[[Filled], AnyResponse]) -> AnyResponse:
    try:
        return posted(form, do, filled)
    except Unreadable as error:
        return again(form, filled.saying(name, f"Nothing was taken in: {error}"))


def _record() -> Form:
    what = Field("record", "Their record", Shape.FILE, "The .toml file that 'gateway partners export' wrote for them.")
    intro = (
        "Their record says who they are, where they are reached and which certificates they show.",
        f"It is put over what is known of them. {WAITS}",
        "Where somebody is registered, a key of theirs has to sign another channel or DfE number.",
    )
    return Form("Take in a partner’s record", "Take it in", (what,), intro, url_for("partner_list"))


def _certificate(partner: Partner, back: str) -> Form:
    what = (
        Field("role", "What is it for?", Shape.CHOICE, "", "Choose what it is for", choices=ROLES),
        Field("certificate", "The certificate", Shape.FILE, "One certificate in PEM: a .pem or .crt file."),
    )
    about = MappingProxyType({Code.SETTLED: "certificate"})
    return Form(f"A new certificate of {partner.name}", "Take it in", what, (BESIDE, WAITS), back, about=about)


def _confirming(partner: Partner, back: str) -> Form:
    awaiting = partner.awaiting
    read = [("Address", awaiting.address or "none")] if awaiting else []
    read += [(_called(one.role), one.fingerprint) for one in (awaiting.certificates if awaiting else ())]
    read += [(f"Authority for {one.name}", one.fingerprint) for one in (awaiting.anchors if awaiting else ())]
    read += [("Telephone number", one) for one in (awaiting.numbers if awaiting else ())]
    number = Field("number", "Which number did you call?", Shape.TEXT,
                   "From a directory or your own papers, and not from the record.", NO_NUMBER)  # fmt: skip
    said = Field("said", "What did they read out?", Shape.CHOICE, "", "Choose what they read out", choices=READ_OUT)
    shown = Field("content", "What they read out", Shape.KEPT, value=trusting.read_out(partner) or "")
    intro = (
        "Call them at a number that you had before. They read out what you see here: compare each.",
        "It takes two people, one after the other. Until then nothing is sent to what is new.",
    )
    about = MappingProxyType({Code.SAME_PERSON: "number", Code.NUMBER_CAME_ALONG: "number"})
    return Form(
        f"Confirm the keys of {partner.name}", "Put it on record", (number, said, shown), intro, back, about=about,
        compared=tuple(read),
    )  # fmt: skip


def _heard(filled: Filled) -> Digest | None:
    """What the page showed when it was opened, and not what waits by now."""
    try:
        return Digest(filled.answers["content"])
    except ValueError:
        return None


def _called(role: CertificateRole) -> str:
    return dict(ROLES)[role].partition(":")[0]
