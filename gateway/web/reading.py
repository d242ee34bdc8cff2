"""The page on which somebody at a council reads what came in, with everything that may be done about it beside."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from flask import Flask, render_template, url_for

from gateway.core import documents
from gateway.core.documents.messages.tracing import Reply
from gateway.core.notices import FOLLOWED, Side
from gateway.core.terms import Kind, ParcelId
from gateway.flows import reading
from gateway.flows.casebook import Casebook
from gateway.flows.ports import Gateway
from gateway.flows.reading import Opened
from gateway.web.asked import parsed, person
from gateway.web.governance.waiting import where


class Store(Casebook, Protocol):
    """What this page asks of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The route by which it is opened: a POST, for whoever sent it is told."""

    @app.post("/inbox/<parcel>")
    def read(parcel: str) -> str:
        opened = reading.opened(gateway, person(), parsed(ParcelId, parcel), gateway.clock())
        return shown(gateway, opened, _able(gateway, store, opened), (url_for("inbox"), "Inbox"))


def shown(gateway: Gateway, opened: Opened, able: Iterable[tuple[str, str]], back: tuple[str, str]) -> str:
    """What came, read out: what it is first, then where one goes on from here, then all that it says."""
    why = gateway.rulebook.purposes.get(opened.standing.parcel.purpose)
    groups = documents.aloud(opened.document)
    return render_template("read.html", opened=opened, able=list(able), why=why, groups=groups, back=back)


def _able(gateway: Gateway, store: Store, opened: Opened) -> Iterator[tuple[str, str]]:
    """Where one goes on from here, and in which words: to what waits for a person first."""
    parcel, kind = opened.standing.parcel, opened.document.kind
    tasks = (*gateway.store.tasks_about(parcel.id), *gateway.store.tasks_about(parcel.disclosure))
    waiting = {page: gateway.rulebook.clocks.get(one.due_by).what for one in tasks if (page := where(one))}
    asked = url_for("answers", disclosure=parcel.disclosure) if kind is Kind.ENQUIRY else ""
    if asked:
        yield asked, "Answer the enquiry"
    yield from ((page, what) for page, what in waiting.items() if page != asked)
    if kind in FOLLOWED:
        yield url_for("notice", disclosure=parcel.disclosure), "See how far it has come, and whom to ring"
    message = documents.value(opened.document) if kind is Kind.REPLY else None
    ours = message.in_reply_to.disclosure_id if isinstance(message, Reply) else None
    if ours is not None and gateway.store.notice(ours, Side.SENT) is not None:
        yield url_for("notice", disclosure=ours), "See what we asked"
    for case in reading.cases_of(gateway, store, person(), parcel):
        yield url_for("case", case=case), f"Go to the case of this child, {case}"
