"""A school's deletion return and new-pupil return as pages, for its office, and for an officer on its behalf.

What is filled in becomes a file: the same checks, the same report, the same receipt.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from flask import Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core import requests
from gateway.core.documents.sheets import answers, cells
from gateway.core.documents.sheets.columns import Cell, Column
from gateway.core.documents.sheets.table import told
from gateway.core.errors import Code, Refusal
from gateway.core.forms import DeletionForm, deletion
from gateway.core.forms.deletion import Parent
from gateway.core.terms import LaEstab, PartnerId, Upn
from gateway.flows import filing
from gateway.flows.handing import Drafts
from gateway.flows.ports import Gateway
from gateway.flows.reports import Read
from gateway.web.asked import again, asked, filled_in, person, posted
from gateway.web.casework import NO_UPN
from gateway.web.forms import Choices, Field, Filled, Form, Shape

UPN_OR_OPEN = f"{NO_UPN}. Leave it open if nobody knows it"
NO_PHONE = "Write a telephone number with its area code, such as 01632 960200"
NO_SCHOOL = "A school’s number has seven digits, such as 886 4321"
T = TypeVar("T")
LINES = "As on an envelope, each part on a line of its own. At most five lines."
YES_NO = (("yes", "Yes"), ("no", "No"))
PARENTS = (1, 2)


def add(app: Flask, gateway: Gateway, store: Drafts) -> None:
    """The routes of returns that are filled in."""

    @app.get("/returns")
    def returns() -> str:
        return render_template("returns.html")

    @app.get("/returns/deletion")
    def deletion_return() -> str:
        return asked(_deletion(_schools(gateway)))

    @app.post("/returns/deletion")
    def deletion_checked() -> AnyResponse:
        at, form = gateway.clock(), _deletion(_schools(gateway))
        filled, made = _made(filled_in(form))
        if made is None or filled.wrong:
            return again(form, filled)
        return _shown(filing.deletion(gateway, store, person(), _whose(gateway, filled), made, at))

    @app.get("/returns/new-pupil")
    def new_pupil_return() -> str:
        return asked(_new_pupil(_schools(gateway)))

    @app.post("/returns/new-pupil")
    def new_pupil_checked() -> AnyResponse:
        at, form = gateway.clock(), _new_pupil(_schools(gateway))
        filled = _looked(filled_in(form))

        def do(filled: Filled) -> AnyResponse:
            return _shown(filing.new_pupil(gateway, store, person(), _whose(gateway, filled), filled.answers, at))

        return posted(form, do, filled)


def _shown(found: Read) -> AnyResponse:
    return redirect(url_for("entry", report=found.id, number=1), 303)


def _schools(gateway: Gateway) -> Choices:
    """For which schools; raises Refusal(NOT_ALLOWED) for who has none."""
    found = filing.schools(gateway, person(), gateway.clock())
    if not found:
        raise Refusal(Code.NOT_ALLOWED)
    return tuple((one.id, one.name) for one in found)


def _whose(gateway: Gateway, filled: Filled) -> PartnerId:
    return PartnerId(filled.answers.get("whose") or _schools(gateway)[0][0])


def _which(schools: Choices) -> tuple[Field, ...]:
    whose = Field(
        "whose", "For which school?", Shape.PICK, "You send it in the school’s name.", "Choose a school", schools
    )
    return (whose,) if len(schools) > 1 else ()


# -- the deletion return ----------------------------------------------------------------------------------------------


def _deletion(schools: Choices) -> Form:
    grounds = tuple((letter, f"{letter}: {words}") for letter, words in answers.GROUND.words.items())
    fields = (
        *_which(schools),
        Field("surname", "The child’s legal surname", wanted="Write the surname"),
        Field("forename", "The child’s legal forename", wanted="Write the forename"),
        Field("upn", "UPN", Shape.TEXT, "Leave it open if nobody knows it."),
        Field("born", "Date of birth", Shape.DAY),
        Field("address", "Address, as the register has it", Shape.AREA, LINES),
        Field("postcode", "Postcode"),
        Field("day", "On which day is the child taken off the roll?", Shape.DAY, "The return is due by then.",
              "Write the day"),
        Field("ground", "On which ground?", Shape.CHOICE, "Regulation 9(1) of the School Attendance (Pupil "
              "Registration) (England) Regulations 2024.", "Choose the ground", grounds),
        Field("next_school", "The next school’s number", Shape.TEXT, "Seven digits, if it is known."),
        Field("first_day", "First day there", Shape.DAY),
        Field("goes_to", "If no school is known: where does the child go?", Shape.TEXT, "As far as anybody said."),
        Field("new_address", "New address, if the child moves", Shape.AREA, LINES),
        Field("new_postcode", "Its postcode"),
        Field("moves_on", "From which day?", Shape.DAY),
        *(field for number in PARENTS for field in _parent(number)),
        Field("in_care", "Is the child in care?", Shape.CHOICE, "Social care hears of it at once.", "", YES_NO),
        Field("plan", "Does the child have an education, health and care plan?", Shape.CHOICE, "Special needs hears of "
              "it.", "", YES_NO),
        Field("phone", "A telephone number of the school that somebody answers", wanted="Write the school’s number"),
    )  # fmt: skip
    intro = (
        (
            "The law asks for the child’s name and address, the parents with whom it lives, the ground and, as far as "
            "they are known, the new address and the new school. Nothing goes before you have seen where it goes."
        ),
    )
    return Form("Deletion return", "Check it", fields, intro, url_for("returns"))


def _parent(number: int) -> tuple[Field, ...]:
    top, who = f"parent-{number}", f"Parent {number}"
    return (
        Field(f"{top}-surname", f"{who}: surname"),
        Field(f"{top}-forename", f"{who}: forename"),
        Field(f"{top}-phone", f"{who}: number for emergencies"),
        Field(f"{top}-address", f"{who}: address, if it is not the child’s", Shape.AREA),
        Field(f"{top}-postcode", f"{who}: postcode"),
    )


def _made(filled: Filled) -> tuple[Filled, DeletionForm | None]:
    """The form of the office, by its own checks; what is wrong is said by its field."""
    filled, upn = numbered(filled, "upn", lambda text: Upn(text.upper()), UPN_OR_OPEN)
    filled, next_school = numbered(filled, "next_school", LaEstab, NO_SCHOOL)
    if filled.wrong:
        return filled, None
    try:
        return filled, deletion.from_toml(deletion.to_toml(_written(filled, upn, next_school)))
    except Refusal as refusal:
        for one in refusal.findings:
            filled = filled.saying(one.path.replace(".", "-"), one.fix)  # parent.1.surname is parent-1-surname here
        return filled, None


def _written(filled: Filled, upn: Upn | None, next_school: LaEstab | None) -> DeletionForm:
    said, day = filled.answers, filled.day("day")
    assert day is not None, "the form asked for it"
    return DeletionForm(
        phone=said["phone"],
        surname=said["surname"],
        forename=said["forename"],
        upn=upn,
        born=filled.day("born"),
        address=_lines(said["address"]),
        postcode=said["postcode"],
        day=day,
        ground=said["ground"],
        next_school=next_school,
        first_day=filled.day("first_day"),
        goes_to=said["goes_to"],
        new_address=_lines(said["new_address"]),
        new_postcode=said["new_postcode"],
        moves_on=filled.day("moves_on"),
        in_care=said["in_care"] == "yes",
        plan=said["plan"] == "yes",
        parents=tuple(_person(said, number) for number in PARENTS if _begun(said, number)),
    )


def numbered(filled: Filled, name: str, parse: Callable[[str], T], wrong: str) -> tuple[Filled, T | None]:
    text = filled.answers[name].replace(" ", "").replace("/", "")
    try:
        return filled, parse(text) if text else None
    except ValueError:
        return filled.saying(name, wrong), None


def called_back(filled: Filled) -> Filled:
    """With what is wrong about the number on which somebody can be called, if nobody can dial it."""
    number = filled.answers["phone"]
    return filled if not number or requests.may_be_called(number) else filled.saying("phone", NO_PHONE)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _begun(said: Mapping[str, str], number: int) -> bool:
    return any(said[one.name] for one in _parent(number))


def _person(said: Mapping[str, str], number: int) -> Parent:
    given = {name: said[f"parent-{number}-{name}"] for name in ("surname", "forename", "phone", "postcode")}
    return Parent(**given, address=_lines(said[f"parent-{number}-address"]))


# -- the new-pupil return ---------------------------------------------------------------------------------------------


def _new_pupil(schools: Choices) -> Form:
    intro = (
        (
            "The law asks for everything in the admission register, by the end of the fifth day after the name was "
            "entered. Questions without “if there is one” have to be answered. Nothing goes before you have seen where."
        ),
    )
    fields = (*_which(schools), *map(_asked, filing.asked()))
    return Form("New-pupil return", "Check it", fields, intro, url_for("returns"))


def _asked(column: Column) -> Field:
    label = column.heading if column.needed else f"{column.heading} (if there is one)"
    wanted = f"Fill in “{column.heading}”" if column.needed else ""
    if column.answers.words:
        return Field(column.key, label, Shape.PICK, column.help, wanted, tuple(column.answers.words.items()))
    if column.cell is Cell.DAY:
        return Field(column.key, label, Shape.DAY, column.help, wanted)
    example = f"For example {column.example}." if column.example else ""
    return Field(column.key, label, Shape.TEXT, column.help or example, wanted)


def _looked(filled: Filled) -> Filled:
    """The same, with each answer that the sheet would not take."""
    for column in filing.asked():
        text = filled.answers.get(column.key, "")
        if text and column.key not in filled.wrong:
            try:
                cells.value(column, text)
            except cells.Wrong as broken:
                filled = filled.saying(column.key, told(broken.rule, name=column.heading).fix)
    return filled
