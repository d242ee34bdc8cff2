"""The pages of the disclosure log: everything by any filter, everything about one child, as a file, and with proof.

Filters stand in the address, so that a search can be kept; a child never does. Looking is itself in the log.
"""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol

from flask import Flask, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core import bundle, days
from gateway.core.documents.sheets.templates import Form as SheetForm
from gateway.core.errors import Code, Refusal
from gateway.core.law import Class
from gateway.core.law.plainly import BASES
from gateway.core.partners import Directory, Partner
from gateway.core.records import Act, After, Sought
from gateway.core.terms import (
    AgreementRef,
    Basis,
    DisclosureId,
    PartnerId,
    PersonId,
    PurposeCode,
    Token,
    Upn,
    parse_stamp,
    stamp,
)
from gateway.flows import enquiry
from gateway.flows.enquiry import Child, Logbook, searching, viewing
from gateway.flows.enquiry.telling import Log, Shown
from gateway.flows.enquiry.viewing import Caseload
from gateway.flows.ports import Gateway
from gateway.web import forms, prints, words
from gateway.web.asked import asked, filled_in, own_homes, parsed, person, posted
from gateway.web.casework import NO_UPN
from gateway.web.files import TYPES, download
from gateway.web.forms import Field, Filled, Form, Shape

UNSIGNED = "The newest lines are not signed yet. Try again in a minute"
ANY = "Any"
WRITTEN: tuple[tuple[str, type[Token], str], ...] = (
    ("officer", PersonId, "Write the name by which somebody signs in, such as a.shah"),
    ("disclosure", DisclosureId, "Write d- and the 26 letters and digits after it"),
)
"""Filters that are written by hand, each with its grammar and what to say of what does not have it."""
REASON = MappingProxyType({Code.REASON_WANTED: "reason"})


class Store(Log, Logbook, Caseload, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of the log."""
    _add_search(app, gateway, store)
    _add_lists(app, gateway, store)
    _add_child(app, gateway, store)


def _add_search(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/log")
    def log() -> AnyResponse:
        form, filled = _asked(gateway)
        if filled.wrong:
            return _wrong(form, filled)
        at = gateway.clock()
        page = enquiry.search(gateway, store, person(), _sought(gateway, filled, at), at, after=_after())
        kept = {name: value for name, value in request.args.items() if value and name != "after"}
        shown = {"form": form, "filled": filled, "page": page, "kept": kept, "after": page.after and _told(page.after)}
        shown["pdf"] = prints.ready()
        return AnyResponse(render_template("log.html", **shown), mimetype="text/html")

    @app.get("/disclosures/<disclosure>")
    def disclosure_shown(disclosure: str) -> str:
        sought = Sought((), disclosure=parsed(DisclosureId, disclosure))
        page = enquiry.search(gateway, store, person(), sought, gateway.clock())
        if not page.rows:
            raise Refusal(Code.NOT_FOUND)
        return render_template("disclosure.html", disclosure=disclosure, rows=page.rows)


def _add_lists(app: Flask, gateway: Gateway, store: Store) -> None:
    """What a filter finds, to be taken away."""

    @app.get("/log/list.<form>")
    def log_list(form: str) -> AnyResponse:
        if form not in TYPES:
            raise Refusal(Code.NOT_FOUND)

        def made(sought: Sought, at: datetime) -> bytes:
            return enquiry.export(gateway, store, person(), sought, SheetForm(form), at)

        return _taken(gateway, made, f"disclosure-log.{form}", TYPES[form])

    @app.get("/log/list.pdf")
    def log_pdf() -> AnyResponse:
        if not prints.ready():
            raise Refusal(Code.NOT_FOUND)

        def write(notes: searching.Notes, rows: Sequence[Shown]) -> bytes:
            return prints.pdf(render_template("log-print.html", notes=notes, rows=rows))

        def made(sought: Sought, at: datetime) -> bytes:
            return searching.printed(gateway, store, person(), sought, write, at)

        return _taken(gateway, made, "disclosure-log.pdf", "application/pdf")

    @app.get("/log/proofs.zip")
    def log_proofs() -> AnyResponse:
        def made(sought: Sought, at: datetime) -> bytes:
            found, _ = enquiry.bundled(gateway, store, store, person(), sought, at)
            return _zipped({name: bundle.pack(one) for name, one in found.items()})

        return _taken(gateway, made, "proofs.zip", "application/zip")


def _add_child(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/log/child")
    def child() -> str:
        return asked(_child())

    @app.post("/log/child")
    def about_child() -> AnyResponse:
        form = _child()
        filled, wanted = named(filled_in(form))

        def do(filled: Filled) -> str:
            reason, mine = filled.answers.get("reason", ""), enquiry.own_case(store)
            rows = enquiry.about_child(gateway, store, person(), wanted, reason, gateway.clock(), mine)
            return render_template("log-child.html", rows=rows)

        return posted(form, do, filled)


def _taken(gateway: Gateway, made: Callable[[Sought, datetime], bytes], name: str, content_type: str) -> AnyResponse:
    """What the filter in the address finds, as a file."""
    form, filled = _asked(gateway)
    at = gateway.clock()
    if filled.wrong:
        return _wrong(form, filled)
    try:
        return download(made(_sought(gateway, filled, at), at), name, content_type)
    except enquiry.TooMany as error:
        return _wrong(form, filled.saying("since", str(error).capitalize()))
    except IndexError:  # a line that no checkpoint covers yet
        return _wrong(form, filled.saying("until", UNSIGNED))


def _asked(gateway: Gateway) -> tuple[Form, Filled]:
    form = _filters(gateway)
    filled = forms.read(form, request.args.to_dict(flat=False))
    for name, kind, said in WRITTEN:
        if filled.answers[name] and not kind.GRAMMAR.fullmatch(filled.answers[name]):
            filled = filled.saying(name, said)
    return form, filled


def _wrong(form: Form, filled: Filled) -> AnyResponse:
    return AnyResponse(render_template("log.html", form=form, filled=filled, page=None), 422, mimetype="text/html")


def _zipped(packed: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for name, content in packed.items():
            made.writestr(f"{name}.zip", content)
    return written.getvalue()


# -- what is asked ----------------------------------------------------------------------------------------------------


def _filters(gateway: Gateway) -> Form:
    register = gateway.store.register()
    directory = register.directory
    partners = sorted(
        ((one.id, _named_fully(directory, one)) for one in directory.partners.values()), key=lambda one: one[1]
    )
    purposes = [(code, f"{code}: {one.sentence}") for code, one in sorted(gateway.rulebook.purposes.items())]
    agreed = tuple((one.ref, one.ref) for one in sorted(register.agreements, key=lambda one: (one.name, -one.version)))
    fields = (
        Field("partner", "To or from", Shape.PICK, choices=tuple(partners), unset=ANY),
        Field("purpose", "Purpose", Shape.PICK, choices=tuple(purposes), unset=ANY),
        Field("what", "What was done", Shape.PICK, choices=words.choices(words.ACTS), unset=ANY),
        Field("basis", "Legal basis", Shape.PICK, choices=tuple((one, said) for one, said in BASES.items()), unset=ANY),
        Field("class", "Holds", Shape.PICK, choices=tuple((str(one), one.words) for one in Class), unset=ANY),
        Field("agreement", "Agreement, by its version", Shape.PICK, choices=agreed, unset=ANY),
        Field("officer", "Released by", Shape.TEXT, "The name by which they sign in, such as a.shah."),
        Field("disclosure", "Number of the disclosure", Shape.TEXT, "It begins with d-."),
        Field("since", "From this day on", Shape.DAY),
        Field("until", "To this day, itself included", Shape.DAY),
        Field("late", "Not signed for or collected", Shape.SEVERAL, "Released five working days ago or earlier.",
              choices=(("yes", "Only those"),)),
        Field("order", "Order", Shape.PICK, choices=(("oldest", "The oldest first"),), unset="The newest first"),
    )  # fmt: skip
    return Form("Disclosure log", "Search", fields)


def _named_fully(directory: Directory, partner: Partner) -> str:
    """Every council has a housing team."""
    return f"{partner.name}, {directory.get(partner.team_of).name}" if partner.team_of else partner.name


def _sought(gateway: Gateway, filled: Filled, at: datetime) -> Sought:
    said = filled.answers
    asked = Sought(
        (),
        partner=parsed(PartnerId, said["partner"]) if said["partner"] else None,
        purpose=parsed(PurposeCode, said["purpose"]) if said["purpose"] else None,
        basis=Basis(said["basis"]) if said["basis"] else None,
        class_=Class(said["class"]) if said["class"] else None,
        agreement=parsed(AgreementRef, said["agreement"]) if said["agreement"] else None,
        officer=parsed(PersonId, said["officer"]) if said["officer"] else None,
        disclosure=parsed(DisclosureId, said["disclosure"]) if said["disclosure"] else None,
        act=Act(said["what"]) if said["what"] else None,
        since=_begins(filled, "since", 0),
        until=_begins(filled, "until", 1),
        oldest=bool(said["order"]),
    )
    return enquiry.unacknowledged(tuple(own_homes(gateway)), at, asked) if filled.several.get("late") else asked


def _begins(filled: Filled, name: str, later: int) -> datetime | None:
    day = filled.day(name)
    return days.begins(day + timedelta(days=later)) if day else None


def _after() -> After | None:
    """Where the page before ended, as its link says."""
    text = request.args.get("after", "")
    try:
        at, line = text.split("/") if text else ("", "")
        return After(parse_stamp(at), int(line)) if text else None
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None


def _told(after: After) -> str:
    return f"{stamp(after.at)}/{after.line}"


WHOM = (
    Field("upn", "UPN", Shape.TEXT, "Or else both names and the day of birth."),
    Field("surname", "Surname"),
    Field("forename", "Forename"),
    Field("born", "Day of birth", Shape.DAY),
)
"""By what a child is named in a form."""


def _child() -> Form:
    if person().role not in viewing.LOOKERS:  # a school sees what it gave out itself, and is asked for no reason
        own = ("To whom did you give anything about this pupil, when, why and on which legal ground.",)
        return Form("What was disclosed about a pupil", "Look it up", WHOM, own, url_for("start"))
    fields = (
        *WHOM,
        Field("reason", "Why do you look this child up?", Shape.AREA, "Leave it open for a case of your own. What you "
              "write stands in the log with your name, closed to everybody but auditors."),
    )  # fmt: skip
    intro = ("To whom was anything about this child disclosed, when, why and on which legal ground.",)
    return Form("Look up a child", "Look it up", fields, intro, url_for("log"), about=REASON)


def named(filled: Filled) -> tuple[Filled, Child]:
    """Whom somebody asks about, or what is wrong with how they said it."""
    said, born = filled.answers, filled.day("born") if "born" not in filled.wrong else None
    names = ((said["surname"], said["forename"], born),) if born and said["surname"] and said["forename"] else ()
    if not (said["upn"] or names):
        return filled.saying("upn", "Write the UPN, or both names and the day of birth"), Child()
    try:
        return filled, Child((Upn(said["upn"].upper()),) if said["upn"] else (), names)
    except ValueError:
        return filled.saying("upn", NO_UPN), Child()
