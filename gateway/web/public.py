"""Pages that anybody reads without signing in: privacy, accessibility, and what each message means."""

from datetime import timedelta

from flask import Flask, render_template

from gateway.core import rights
from gateway.core.errors import HELP, Code, Refusal
from gateway.core.retention import Rules
from gateway.core.terms import PartnerId
from gateway.flows import enquiry
from gateway.flows.enquiry import Between
from gateway.flows.enquiry.counting import Tallied
from gateway.flows.ports import Gateway
from gateway.web.statements import Statements

IN_USE = timedelta(days=365)
"""What went in the last year is what a notice says."""


def add(app: Flask, gateway: Gateway, store: Tallied, rules: Rules, said: Statements) -> None:
    """The routes of public pages."""

    @app.get("/accessibility")
    def accessibility() -> str:
        return render_template("accessibility.html", said=said.accessibility)

    @app.get("/privacy")
    def privacy() -> str:
        return render_template("privacy-homes.html", homes=gateway.homes)

    @app.get("/privacy/<home>")
    def privacy_of(home: str) -> str:
        if home not in gateway.homes:
            raise Refusal(Code.NOT_FOUND)
        whose, at = PartnerId(home), gateway.clock()
        uses = enquiry.in_use(gateway, store, whose, Between(at - IN_USE, at))
        kept = [one for one in rules if one.home in {None, whose}]
        controller = gateway.store.register().directory.get(whose)
        shown = {"controller": controller, "said": said.privacy, "uses": uses, "kept": kept, "rights": rights}
        return render_template("privacy.html", **shown)

    @app.get("/help")
    def help_list() -> str:
        return render_template("help-codes.html", rows=sorted(HELP.items()))
