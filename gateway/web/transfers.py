"""The page on which a person accepts the case that another council offers, or says why it is not ours to take."""

from flask import Flask, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.documents.messages.words import TransferReason
from gateway.core.terms import ParcelId
from gateway.flows import transferring
from gateway.flows.ports import Gateway
from gateway.web import words
from gateway.web.asked import again, asked, outcomes, parsed, person, posted
from gateway.web.forms import Field, Filled, Form, Shape

ACCEPT = "accept"


def add(app: Flask, gateway: Gateway) -> None:
    """The routes of transfers that came."""

    @app.get("/transfers/<parcel>")
    def transfer(parcel: str) -> str:
        wanted = parsed(ParcelId, parcel)
        transferring.refuse_unless_offered(gateway, person(), wanted)
        return asked(_form())

    @app.post("/transfers/<parcel>")
    def take_up(parcel: str) -> AnyResponse:
        wanted, form = parsed(ParcelId, parcel), _form()
        transferring.refuse_unless_offered(gateway, person(), wanted)

        def do(filled: Filled) -> AnyResponse | str:
            said, since, at = filled.answers["answer"], filled.day("since"), gateway.clock()
            if said == ACCEPT and since is None:
                return again(form, filled.saying("since", "Write from which day the child is yours"))
            if said == ACCEPT:
                assert since is not None
                plan = transferring.accept(gateway, person(), wanted, since, at)
                return outcomes("You have taken the case over", [(None, plan)])
            plan = transferring.decline(gateway, person(), wanted, TransferReason(said), at)
            return outcomes("You have said that it is not yours to take", [(None, plan)])

        return posted(form, do)


def _form() -> Form:
    answers = ((ACCEPT, "It is ours: we take the case over"), *words.choices(words.TRANSFER_REASONS))
    fields = (
        Field("answer", "Whose is this case?", Shape.CHOICE, "", "Choose whose it is", answers),
        Field("since", "From which day is it yours?", Shape.DAY, "Only where you take it over."),
    )
    intro = (
        "Another council offers you a case. What it knows of the child is in your inbox: read it first.",
        "It stays theirs until you have accepted it. They are told what you say.",
    )
    return Form("Take a case over", "Answer them", fields, intro, url_for("due"))
