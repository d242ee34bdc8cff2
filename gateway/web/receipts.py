"""The page at which anybody checks a receipt, without signing in: genuine or not, and of this file or of another."""

from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFProtect

from gateway.core.terms import PartnerId
from gateway.flows import enquiry, genuine
from gateway.flows.ports import Gateway
from gateway.web.files import uploaded

MOST_BYTES = 16 << 20
"""A stranger's file: as large as that of 2,000 pupils."""

WANTED = "Choose the receipt, or paste its text"


def add(app: Flask, gateway: Gateway, csrf: CSRFProtect) -> None:
    """The routes of checking a receipt. There is no session, and nothing happens by asking."""

    @app.get("/check-receipt")
    def receipt_shown() -> str:
        return render_template("check-receipt.html", wrong="")

    @app.post("/check-receipt")
    def receipt_checked() -> Response | str:
        receipt = uploaded("receipt") or request.form.get("text", "").strip().encode()
        if not receipt:
            return Response(render_template("check-receipt.html", wrong=WANTED), 422)
        found = genuine.check(gateway.vault, receipt if receipt.endswith(b"\n") else receipt + b"\n", uploaded("sent"))
        sender = enquiry.name_of(gateway, PartnerId(found.said["sender"])) if found.said else ""
        return render_template("receipt-checked.html", found=found, sender=sender)

    csrf.exempt(receipt_checked)
