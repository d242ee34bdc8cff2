"""The operator's pages on partners that are being connected: the kit to hand over, what passed, what is left, live."""

from collections.abc import Callable, Mapping
from typing import Protocol

from flask import Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core import kit
from gateway.core.errors import HELP, Code, Reason
from gateway.core.records import NO_RECEIPT_YET
from gateway.core.terms import Kind, PartnerId
from gateway.flows import connecting, enquiry, introducing
from gateway.flows.connecting import Rehearsals
from gateway.flows.ports import Gateway
from gateway.web import files
from gateway.web.asked import parsed, person

Xsds = Callable[[], Mapping[tuple[Kind, str], bytes]]
"""The text of the schema of each kind and version."""


class Store(Rehearsals, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store, xsds: Xsds) -> None:
    """The routes of partners whose system is, or may be, connected."""
    app.jinja_env.filters["rehearsed"] = said

    @app.get("/operator/partners")
    def partner_list() -> str:
        who, at = person(), gateway.clock()
        rows, others = connecting.listed(gateway, store, who, at), connecting.others(gateway, who, at)
        return render_template("connecting.html", rows=rows, others=others)

    @app.get("/operator/partners/<partner>")
    def partner_shown(partner: str) -> str:
        whom = parsed(PartnerId, partner)
        found, at = connecting.look(gateway, store, person(), whom, gateway.clock()), gateway.clock()
        return render_template("connected.html", one=found, keys=introducing.shown(found.partner.certificates, at))

    @app.get("/operator/partners/<partner>/kit")
    def partner_kit(partner: str) -> AnyResponse:
        at, whom = gateway.clock(), parsed(PartnerId, partner)
        found = connecting.look(gateway, store, person(), whom, at).partner
        content = kit.pack(connecting.kit_for(gateway, found, xsds(), at))
        return files.download(content, f"kit-{found.id}.zip", "application/zip")

    @app.post("/operator/partners/<partner>/begin")
    def partner_begin(partner: str) -> AnyResponse:
        found = connecting.begin(gateway, store, parsed(PartnerId, partner), person(), gateway.clock())
        return redirect(url_for("partner_shown", partner=found.id), 303)

    @app.post("/operator/partners/<partner>/live")
    def partner_live(partner: str) -> AnyResponse:
        found = connecting.go_live(gateway, store, parsed(PartnerId, partner), person(), gateway.clock())
        return redirect(url_for("partner_shown", partner=found.id), 303)


def said(text: str) -> str:
    """What was said of a specimen, in words: why none passed, or why a real one would not go."""
    if text == NO_RECEIPT_YET:
        return "It went; no receipt has come yet."
    if text in set(Reason):
        return f"It did not pass: {enquiry.reason_words(text)}."
    return " ".join(HELP[Code(one)].sentence for one in text.split(", "))
