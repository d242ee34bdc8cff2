"""Whose transfer file was sent or has come, by a list that the office pastes or loads; nothing of the list is kept."""

from flask import Flask, Response, render_template, request

from gateway.core.documents.sheets import roll
from gateway.core.errors import Code, Finding, Help, Refusal
from gateway.flows import rollcall
from gateway.flows.ports import Gateway
from gateway.web.asked import person
from gateway.web.files import uploaded

MOST_BYTES = 2 << 20
MOST_SAID = 3
"""So many findings stand at the field: whoever mends those sees what is left."""

NOTHING = Help("", "Paste the list, or choose a file with it")
NO_UPN = Help("", "There is no right UPN in the list. Each row needs the pupil's UPN, such as A123456789012")
WAYS = {"left": rollcall.left, "came": rollcall.came}


def add(app: Flask, gateway: Gateway, store: rollcall.Store) -> None:
    """The routes of the list."""

    @app.get("/whose-file")
    def whose() -> str:
        return _asked()

    @app.post("/whose-file")
    def whose_file() -> Response | str:
        way, given = request.form.get("way", "left"), _given()
        if way not in WAYS:
            raise Refusal(Code.NOT_FOUND)
        if not given.strip():
            return Response(_asked(NOTHING.fix, way), 422)
        try:
            found = roll(given)
        except Refusal as refusal:
            told = " ".join(_said(one) for one in refusal.findings[:MOST_SAID])
            return Response(_asked(told or refusal.help.sentence, way), 422)
        if not found.pupils:
            return Response(_asked(NO_UPN.fix, way), 422)
        rows = WAYS[way](gateway, store, person(), found.pupils, gateway.clock())
        return render_template("whose-files.html", rows=rows, unread=found.unread, way=way)


def _asked(wrong: str = "", way: str = "left") -> str:
    return render_template("whose.html", wrong=wrong, way=way, said=request.form.get("list", ""))


def _said(one: Finding) -> str:
    return f"{f'Row {one.line}: ' if one.line else ''}{one.message} {one.fix}"


def _given() -> bytes:
    """The file where one was chosen, or what was pasted."""
    return uploaded("file") or request.form.get("list", "").encode()
