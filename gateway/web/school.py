"""The pages of a school's office: hand in files, read what was said about them, follow them, collect what has come.

Each view says who, what came in, one flow and one page. An upload is always answered with a redirect to its report.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from flask import Flask, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.documents import sheets
from gateway.core.documents.sheets import TEMPLATES
from gateway.core.errors import Code, Help, Refusal
from gateway.core.explaining import Told, hints
from gateway.core.tasks import Task
from gateway.core.terms import Digest, ParcelId, PartnerId, ReportId, RuleCode, UploadId
from gateway.flows import (
    addenda,
    awaiting,
    casework,
    explaining,
    handing,
    receipts,
    releasing,
    reminding,
    reports,
    rollcall,
)
from gateway.flows.casework import Collections
from gateway.flows.handing import Choice, Drafts, Given
from gateway.flows.ports import Gateway
from gateway.flows.releasing import Releases
from gateway.flows.reports import Entry, Read
from gateway.web import access, show
from gateway.web.asked import parsed, person
from gateway.web.files import TYPES, download

RECENT = 5
SYSTEMS = ("Arbor", "Bromcom", "ScholarPack", "SIMS")
"""As ``hints.toml`` writes suppliers; a council may write more rows there, in its own ``reference/``."""


class Store(Drafts, Releases, rollcall.Store, Collections, Protocol):
    """What these pages ask of the database beside what the flows do."""

    def tasks(self, homes: Sequence[PartnerId]) -> Sequence[Task]: ...


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of a school's office."""
    _add_sending(app, gateway, store)
    _add_templates(app)
    _add_reports(app, gateway, store)
    _add_following(app, gateway, store)
    _add_explanations(app, gateway, store)


def _add_sending(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/")
    def start() -> str:
        who, at = person(), gateway.clock()
        newest = reports.newest(gateway, store, who, at)
        unsent, unmended = list(reports.unsent(newest, at)), list(reports.unmended(newest))
        sent = receipts.newest(gateway, store, who, at)
        inbox = casework.inbox(gateway, store, who)
        late = awaiting.late(gateway, store, who, sent, at)
        due = reminding.listed(gateway, store, who, at) if who.role in access.SETTERS else ()
        shown = {"unsent": unsent, "unmended": unmended, "sent": sent, "inbox": inbox, "late": late, "due": due}
        return render_template("start.html", recent=RECENT, **shown)

    @app.get("/upload")
    def upload() -> str:
        return render_template("upload.html", error="", templates=TEMPLATES.values())

    @app.post("/upload")
    def hand_in() -> AnyResponse:
        try:
            made = handing.check(gateway, store, person(), list(_files()), gateway.clock(), _choice())
        except Refusal as refusal:
            if refusal.code is not Code.NO_FILE:
                raise
            return Response(render_template("upload.html", error=refusal.help, templates=TEMPLATES.values()), 422)
        return redirect(_where(made), 303)

    @app.post("/reports/<report>/send")
    def send(report: str) -> AnyResponse:
        who, at, told = person(), gateway.clock(), _told()
        try:
            made = handing.send(gateway, store, who, parsed(ReportId, report), at, told, _protected())
        except Refusal as refusal:
            if refusal.code not in {Code.CONFIRM_TEXT, Code.TEXT_TOO_LONG}:
                raise
            found = reports.read(gateway, store, who, parsed(ReportId, report), at)
            return Response(_report(found, told, refusal.help), 422)
        return redirect(_where(made), 303)


def _add_templates(app: Flask) -> None:
    @app.get("/templates/<name>.<form>")
    def template(name: str, form: str) -> Response:
        if name not in TEMPLATES or form not in TYPES:
            raise Refusal(Code.NOT_FOUND)
        return download(sheets.template(name, sheets.Form(form)), f"{name}.{form}", TYPES[form])


def _add_reports(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/reports/<report>")
    def report(report: str) -> str:
        found = reports.read(gateway, store, person(), parsed(ReportId, report), gateway.clock())
        return _report(found)

    @app.get("/reports/<report>/<int:number>")
    def entry(report: str, number: int) -> str:
        found = reports.read(gateway, store, person(), parsed(ReportId, report), gateway.clock())
        shown = {"told": {}, "hints": hints, "system": _system(), "systems": SYSTEMS, "hint_of": _hint_of(gateway)}
        return render_template("entry.html", report=found, number=number, entry=found.entry(number), **shown)

    @app.get("/reports/<report>/<int:number>/findings.csv")
    def findings(report: str, number: int) -> Response:
        found = reports.read(gateway, store, person(), parsed(ReportId, report), gateway.clock())
        rows = _rows(found.entry(number), _hint_of(gateway), labelled=request.args.get("labelled") == "yes")
        return download(show.table(rows), "findings.csv", TYPES["csv"])


def _add_following(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/sent")
    def sent() -> str:
        return render_template("sent.html", sent=receipts.newest(gateway, store, person(), gateway.clock()))

    @app.get("/receipts/<upload>")
    def receipt(upload: str) -> str:
        found = receipts.find(gateway, store, person(), parsed(UploadId, upload), gateway.clock())
        return render_template("receipt.html", receipt=found)

    @app.get("/receipts/<upload>/receipt.txt")
    def note(upload: str) -> Response:
        found = receipts.find(gateway, store, person(), parsed(UploadId, upload), gateway.clock())
        return download(found.note.encode(), f"receipt-{found.upload}.txt", "text/plain; charset=utf-8")

    @app.get("/inbox")
    def inbox() -> str:
        return render_template("inbox.html", inbox=casework.inbox(gateway, store, person()))

    @app.post("/collect/<parcel>")
    def collect(parcel: str) -> Response:
        name, content = casework.collect(gateway, person(), parsed(ParcelId, parcel), gateway.clock())
        return download(content, name, "application/xml" if name.endswith(".xml") else "application/octet-stream")

    @app.post("/inbox/<parcel>/read")
    def read_here(parcel: str) -> str:
        sender, about = addenda.read(gateway, person(), parsed(ParcelId, parcel), gateway.clock())
        return render_template("addenda.html", sender=sender, about=about, parcel=parcel)


def _add_explanations(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/explanations")
    def explanations() -> str:
        found = explaining.waiting(gateway, store, person())
        return render_template("explanations.html", explanations=found, asked=explaining.asked)

    @app.post("/explanations/<upload>")
    def explanation(upload: str) -> str:
        found = explaining.read(gateway, store, person(), parsed(UploadId, upload), gateway.clock())
        whom = {one.raw.rule: releasing.named(gateway, store, one.raw) for one in found}
        return render_template("explanation.html", upload=upload, explanations=found, whom=whom)

    @app.post("/explanations/<upload>/<rule>/release")
    def release(upload: str, rule: str) -> AnyResponse:
        ids = parsed(UploadId, upload), parsed(RuleCode, rule)
        outcomes = releasing.release(gateway, store, person(), *ids, gateway.clock())
        return Response(render_template("released.html", outcomes=outcomes))


def too_much(most: int) -> Help:
    """What is said of a form that is larger than ``most`` bytes."""
    least = "less than 1 MB" if most < 1 << 20 else f"at most {most >> 20} MB"
    fix = f"Send {least} at a time: fewer files, or zipped."
    return Help("The files are too large together, so nothing was sent.", fix)


_Texts = Mapping[int, Mapping[RuleCode, Told]]


def _where(made: Read) -> str:
    if len(made.entries) == 1:
        return url_for("entry", report=made.id, number=1)
    return url_for("report", report=made.id)


def _report(found: Read, told: _Texts | None = None, error: Help | None = None) -> str:
    """A report of one file is that file's page; ``told`` and ``error`` where a text has to be looked at again."""
    shown = {"report": found, "told": told or {}, "hints": hints, "error": error}
    if len(found.entries) == 1:
        return render_template("entry.html", number=1, entry=found.entry(1), **shown)
    return render_template("report.html", **shown)


def _told() -> _Texts:
    """What was explained: a field for each rule that asked, by the number of the file, as ``told.1.CTF-UPN-002``."""
    found: dict[int, dict[RuleCode, Told]] = {}
    for name, text in request.form.items():
        mark, _, rest = name.partition(".")
        number, _, rule = rest.partition(".")
        if mark == "told" and number.isascii() and number.isdigit():
            sure = request.form.get(f"sure.{rest}") == "yes"
            found.setdefault(int(number), {})[parsed(RuleCode, rule)] = Told(text, sure)
    return found


def _protected() -> dict[int, Sequence[int]]:
    """Which pupils are to be protected, by the number of the file, as ``protect.1``: ticked, or written with commas."""
    found: dict[int, Sequence[int]] = {}
    for name in request.form:
        mark, _, number = name.partition(".")
        if mark == "protect" and number.isascii() and number.isdigit():
            written = ",".join(request.form.getlist(name)).replace(" ", ",").split(",")
            if not all(one.isascii() and one.isdigit() for one in written if one):
                raise Refusal(Code.NOT_FOUND)
            found[int(number)] = [int(one) for one in written if one]
    return found


def _files() -> Iterator[Given]:
    """Every file that was chosen; a browser sends one without a name when none was."""
    for one in request.files.getlist("files"):
        if one.filename:
            yield Given(one.filename.rsplit("/", 1)[-1], one.read())


def _choice() -> Choice:
    only = request.form.get("only")
    return Choice(request.form.get("ready") == "yes", parsed(Digest, only) if only else None)


def _system() -> str:
    """For which system the office asks how to mend things; none: for the one that the file names."""
    asked = request.args.get("system", "")
    return asked if asked in SYSTEMS else ""


def _hint_of(gateway: Gateway) -> Callable[[Mapping[str, Any]], str]:
    """What is known about mending a finding in the system that was asked for, or that the file named."""
    system, advice = _system(), gateway.rulebook.known.advice

    def hint_of(finding: Mapping[str, Any]) -> str:
        known = advice.hint(finding["code"], system) if system else None
        return (known.sentence if known else "") if system else str(finding.get("hint", ""))

    return hint_of


def _rows(entry: Entry, hint_of: Callable[[Mapping[str, Any]], str], *, labelled: bool) -> Iterator[tuple[object, ...]]:
    """Findings for a spreadsheet that may be handed on: by number and line, with the label of a pupil only if asked."""
    yield (
        "Pupil", entry.counted.capitalize(), "Error or query", "What is wrong", "How to mend it", "In your system",
        "Code",
    )  # fmt: skip
    for group in entry.groups():
        for one in group.findings:
            pupil = group.pupil or "whole file"
            if labelled and group.label:
                pupil = f"{group.pupil}: {group.label}"
            yield pupil, one["line"] or "", one["severity"], one["message"], one["fix"], hint_of(one), one["code"]
