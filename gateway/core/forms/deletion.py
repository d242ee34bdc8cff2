"""The deletion return as an office fills it in by hand: the least that the law asks for (law.md §4.2), UPN or none.

``from_toml`` and ``to_toml`` are opposites; ``message`` is the return that is sent. The form names people, so nothing
of it is in a repr, and it is kept nowhere.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gateway.core import tables
from gateway.core.documents import Message
from gateway.core.documents.messages import parts
from gateway.core.documents.messages.deleting import Deleted, Deletion, Stay
from gateway.core.errors import Code, Finding, Refusal
from gateway.core.forms.decision import day_of, form_of, yes_or_no
from gateway.core.forms.lines import Line, Rule, read, show, template, wrong
from gateway.core.terms import LaEstab, Upn

KEY = "deletion"
NO_UPN = "unknown"
POWER = "School Attendance (Pupil Registration) (England) Regulations 2024 reg 13(4)"
ROLE = "School office"
PLAN = "E"
_GROUNDS = "ABCDEFGHIJKLMNO"
_MOST_LINES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """One parent with whom the child normally lives; without an address it is that of the child."""

    surname: str = field(repr=False)
    forename: str = field(default="", repr=False)
    address: tuple[str, ...] = field(default=(), repr=False)
    postcode: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionForm:
    """One child. ``phone`` is the school's own; ``guarded``: somebody must not learn its address or new school."""

    phone: str = field(repr=False)
    surname: str = field(repr=False)
    forename: str = field(repr=False)
    upn: Upn | None = field(default=None, repr=False)
    born: date | None = field(default=None, repr=False)
    address: tuple[str, ...] = field(default=(), repr=False)
    postcode: str = field(default="", repr=False)
    day: date
    ground: str = field(repr=False)
    next_school: LaEstab | None = field(default=None, repr=False)
    first_day: date | None = field(default=None, repr=False)
    goes_to: str = field(default="", repr=False)
    new_address: tuple[str, ...] = field(default=(), repr=False)
    new_postcode: str = field(default="", repr=False)
    moves_on: date | None = field(default=None, repr=False)
    in_care: bool = field(default=False, repr=False)
    plan: bool = field(default=False, repr=False)
    guarded: bool = field(default=False, repr=False)
    parents: tuple[Parent, ...] = field(default=(), repr=False)


def from_toml(text: str) -> DeletionForm:
    """Read a filled-in form. Raises Refusal(DELETION_FORM) with everything that is missing or wrong."""
    given, said = read(text, Code.DELETION_FORM, LINES)
    said += _together(given, {one.path for one in said})
    if said:
        raise Refusal(Code.DELETION_FORM, tuple(said))
    given.pop("form")
    if given.get("upn") == NO_UPN:
        given.pop("upn")
    parents = tuple(Parent(**one) for one in given.pop("parent", ()))
    return DeletionForm(**given, parents=parents)


def to_toml(form: DeletionForm) -> str:
    """The opposite of ``from_toml``."""
    values = {line.key: getattr(form, line.key) for line in LINES if line.key not in {"form", "parent"}}
    people = [{line.key: getattr(one, line.key) for line in _PARENT} for one in form.parents]
    return tables.show(show({"form": KEY, **values, "parent": people or None}, LINES))


def empty() -> str:
    """The form to fill in, with a sentence before each line."""
    return template(
        "Deletion return of one child, for a school whose own leavers file (CML) is not ready or an error stops it. "
        "Fill in between the quotes; take the # away from lines that have one. Send it with: gateway deletion FILE. "
        "What is not known stays empty: nothing but a name, the day and the ground is needed.",
        LINES,
    )


def message(form: DeletionForm, school: LaEstab, case: str, at: datetime) -> Message:
    """The return of ``school`` to its own council; ``case`` is a reference that says nothing of the child."""
    own = Stay(school=school, leaving_date=form.day, removal_grounds=form.ground)
    following = () if form.next_school is None else (Stay(school=form.next_school, entry_date=form.first_day),)
    deleted = Deleted(
        who=parts.Identity(upn=form.upn, surname=form.surname, forename=form.forename, dob=form.born),
        address=_address(form.address, form.postcode),
        contacts=tuple(map(_contact, form.parents)),
        schools=(own, *following),
        believed_address=_address(form.new_address, form.new_postcode),
        moves_on=form.moves_on,
        destination_evidence=form.goes_to,
        in_care=form.in_care or None,
        sen_provision=PLAN if form.plan else "",
    )
    heading = parts.Heading(
        date_time=at.replace(tzinfo=None, microsecond=0),
        source=parts.Sender(number=school),
        dest=parts.Reader(number=LaEstab(f"{school.la}LLLL")),
        case=case,
        return_route=parts.ReturnRoute(officer_role=ROLE, phone_no=form.phone),
        power=POWER,
    )
    return Deletion(heading=heading, records=(deleted,))


def _address(lines: tuple[str, ...], postcode: str) -> parts.Address | None:
    return parts.Address(lines=lines, postcode=postcode) if lines or postcode else None


def _contact(one: Parent) -> parts.Contact:
    apart = _address(one.address, one.postcode)
    phones = (parts.Phone(phone_no=one.phone),) if one.phone else ()
    with_child = parts.Address(as_pupil=True)
    return parts.Contact(surname=one.surname, forename=one.forename, address=apart or with_child, phones=phones)


def _together(given: dict[str, Any], told: set[str]) -> list[Finding]:
    """A first day needs its school, and the days stand in the order of a life; what was ``told`` is told once."""
    said = []
    if "first_day" in given and "next_school" not in given and "next_school" not in told:
        said.append(wrong(Rule.MISSING, "next_school", _SAYS["next_school"]))
    for earlier, later in (("born", "day"), ("day", "first_day")):
        if earlier in given and later in given and given[later] < given[earlier]:
            said.append(wrong(Rule.LATER, later))
    return said


# -- the lines --------------------------------------------------------------------------------------------------------


def _number(raw: object) -> Upn | str:
    said = tables.text(raw).strip()
    return NO_UPN if said.lower() == NO_UPN else Upn(said)


def _letter(raw: object) -> str:
    said = tables.text(raw).strip().upper()
    if len(said) != 1 or said not in _GROUNDS:
        raise ValueError("no ground")
    return said


def _school(raw: object) -> LaEstab:
    made = LaEstab(tables.text(raw).strip())
    if not made.isdigit():
        raise ValueError("no school")
    return made


def _lines(raw: object) -> tuple[str, ...]:
    found: tuple[str, ...] = tables.many(tables.text)(raw)
    if len(found) > _MOST_LINES:
        raise ValueError("too many lines")
    return found


def _place(key: str, says: str) -> Line:
    return Line(key, _lines, f"{says} At most five lines.", '["11 Invented Street", "Exampleton"]', needed=False)


_POSTCODE = "Its postcode."

_PARENT: tuple[Line, ...] = (
    Line("surname", tables.text, "The parent's surname."),
    Line("forename", tables.text, "The parent's forename.", needed=False),
    _place("address", "The parent's address, if it is not the child's."),
    Line("postcode", tables.text, _POSTCODE, needed=False),
    Line("phone", tables.text, "A telephone number for emergencies.", needed=False),
)

LINES: tuple[Line, ...] = (
    form_of(KEY),
    Line("phone", tables.text, "A telephone number of the school that somebody answers."),
    Line("surname", tables.text, "The child's surname."),
    Line("forename", tables.text, "The child's forename."),
    Line("upn", _number, "The unique pupil number, or unknown.", '"unknown"', needed=False),
    day_of("born", "The date of birth.", needed=False),
    _place("address", "The child's address, as the register has it."),
    Line("postcode", tables.text, _POSTCODE, needed=False),
    day_of("day", "The day on which the child is taken off the roll."),
    Line("ground", _letter, "The letter of the ground in reg 9(1), A to O: F is home education, G has moved away."),
    Line("next_school", _school, "The next school by its DfE number of seven digits, if it is known.", needed=False),
    day_of("first_day", "The first day there.", needed=False),
    Line("goes_to", tables.text, "Where the child goes, as far as anybody said, if no school is known.", needed=False),
    _place("new_address", "The address at which the child will live."),
    Line("new_postcode", tables.text, _POSTCODE, needed=False),
    day_of("moves_on", "The day from which it will live there.", needed=False),
    yes_or_no("in_care", "Whether the child is in care: social care hears of it at once.", needed=False),
    yes_or_no("plan", "Whether it has an education, health and care plan: special needs hears of it.", needed=False),
    yes_or_no("guarded", "Whether somebody must not learn its address, new school or new name.", needed=False),
    Line("parent", tables.anything, "Each parent with whom it lives.", needed=False, below=_PARENT, many=True),
)

_SAYS = {line.key: line.says for line in LINES}
