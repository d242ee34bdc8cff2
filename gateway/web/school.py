"""The pages of a school's office: hand in files, read what was said about them, follow them, collect what has come.

Each view says who, what came in, one flow and one page. An upload is always answered with a redirect to its report.
"""

from collections.abc import Iterator
from typing import Protocol, TypeVar

from flask import Flask, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.documents import sheets
from gateway.core.documents.sheets import TEMPLATES
from gateway.core.errors import Code, Help, Refusal
from gateway.core.records import Person
from gateway.core.terms import Digest, ParcelId, ReportId, Token, UploadId
from gateway.flows import casework, receipts, reports
from gateway.flows.casework import Lines
from gateway.flows.ports import Gateway
from gateway.flows.receipts import Receipts
from gateway.flows.reports import Choice, Entry, Given, Reports
from gateway.web import show

TOO_MUCH = Help(
    "The files are too large together, so nothing was sent.", "Send at most 40 MB at a time: fewer files, or zipped."
)
RECENT = 5
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Id = TypeVar("Id", bound=Token)


class Store(Reports, Receipts, Lines, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of a school's office."""
    _add_sending(app, gateway, store)
    _add_reports(app, gateway, store)
    _add_following(app, gateway, store)


def _add_sending(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/")
    def start() -> str:
        who, at = _person(), gateway.clock()
        unmended = list(reports.unmended(reports.newest(gateway, store, who, at)))
        sent = receipts.newest(gateway, store, who, at)
        inbox = casework.inbox(gateway, store, who)
        return render_template("start.html", unmended=unmended, sent=sent, inbox=inbox, recent=RECENT)

    @app.get("/upload")
    def upload() -> str:
        return render_template("upload.html", error="", templates=TEMPLATES.values())

    @app.get("/templates/<name>.<form>")
    def template(name: str, form: str) -> Response:
        if name not in TEMPLATES or form not in TYPES:
            raise Refusal(Code.NOT_FOUND)
        return _download(sheets.template(name, sheets.Form(form)), f"{name}.{form}", TYPES[form])

    @app.post("/upload")
    def hand_in() -> AnyResponse:
        try:
            made = reports.send(gateway, store, _person(), list(_files()), gateway.clock(), _choice())
        except Refusal as refusal:
            if refusal.code is not Code.NO_FILE:
                raise
            return Response(render_template("upload.html", error=refusal.help, templates=TEMPLATES.values()), 422)
        if len(made.entries) == 1:
            return redirect(url_for("entry", report=made.id, number=1), 303)
        return redirect(url_for("report", report=made.id), 303)


def _add_reports(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/reports/<report>")
    def report(report: str) -> str:
        found = reports.read(gateway, store, _person(), _id(ReportId, report), gateway.clock())
        return render_template("report.html", report=found)

    @app.get("/reports/<report>/<int:number>")
    def entry(report: str, number: int) -> str:
        found = reports.read(gateway, store, _person(), _id(ReportId, report), gateway.clock())
        return render_template("entry.html", report=found, number=number, entry=found.entry(number))

    @app.get("/reports/<report>/<int:number>/findings.csv")
    def findings(report: str, number: int) -> Response:
        found = reports.read(gateway, store, _person(), _id(ReportId, report), gateway.clock())
        return _download(show.table(_rows(found.entry(number))), "findings.csv", "text/csv; charset=utf-8")


def _add_following(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/sent")
    def sent() -> str:
        return render_template("sent.html", sent=receipts.newest(gateway, store, _person(), gateway.clock()))

    @app.get("/receipts/<upload>")
    def receipt(upload: str) -> str:
        found = receipts.find(gateway, store, _person(), _id(UploadId, upload), gateway.clock())
        return render_template("receipt.html", receipt=found)

    @app.get("/receipts/<upload>/receipt.txt")
    def note(upload: str) -> Response:
        found = receipts.find(gateway, store, _person(), _id(UploadId, upload), gateway.clock())
        return _download(found.note.encode(), f"receipt-{found.upload}.txt", "text/plain; charset=utf-8")

    @app.get("/inbox")
    def inbox() -> str:
        return render_template("inbox.html", inbox=casework.inbox(gateway, store, _person()))

    @app.post("/collect/<parcel>")
    def collect(parcel: str) -> Response:
        name, content = casework.collect(gateway, _person(), _id(ParcelId, parcel), gateway.clock())
        return _download(content, name, "application/xml")


def _person() -> Person:
    assert isinstance(g.person, Person)
    return g.person


def _files() -> Iterator[Given]:
    """Every file that was chosen; a browser sends one without a name when none was."""
    for one in request.files.getlist("files"):
        if one.filename:
            yield Given(one.filename.rsplit("/", 1)[-1], one.read())


def _choice() -> Choice:
    only = request.form.get("only")
    return Choice(request.form.get("ready") == "yes", _id(Digest, only) if only else None)


def _id(kind: type[Id], text: str) -> Id:
    try:
        return kind(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None


def _rows(entry: Entry) -> Iterator[tuple[object, ...]]:
    """Findings for a spreadsheet that may be handed on: by number and line, without the label of any pupil."""
    yield "Pupil", entry.counted.capitalize(), "Error or query", "What is wrong", "How to mend it", "Code"
    for group in entry.groups():
        for one in group.findings:
            pupil = group.pupil or "whole file"
            yield pupil, one["line"] or "", one["severity"], one["message"], one["fix"], one["code"]


def _download(content: bytes, name: str, content_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=content_type, headers=headers)
