"""The request of the police or another enforcer, with every field that councils' own forms ask for (law.md §1.5).

About one named person; a trawl among many is refused. ``from_toml`` and ``to_toml`` are opposites. The form names
people, so nothing of it is in a repr, and it rests sealed. Our own decision on it stands below it, once there is one.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from gateway.core import tables
from gateway.core.citations import cites
from gateway.core.errors import Code, Finding, Refusal
from gateway.core.facts import Citation
from gateway.core.forms import ranks
from gateway.core.forms.decision import BASIS, day_of, form_of, items_of, of, yes_or_no
from gateway.core.forms.lines import Line, Rule, read, reason, show, template, wrong
from gateway.core.law import Paper, Stated
from gateway.core.terms import PartnerId

KEY = "police"


class Result(StrEnum):
    """What became of the request."""

    DISCLOSED = "disclosed"
    PART = "part"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """The person whom the request is about. ``sibling``: of the first one on the form."""

    name: str = field(repr=False)
    born: date | None = field(default=None, repr=False)
    identifiers: str = field(default="", repr=False)
    sibling: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Our decision on it: ``items`` are patterns as an agreement has them, ``by`` a role and never a name."""

    result: Result
    reasons: str = field(repr=False)
    items: tuple[str, ...] = ()
    power: Citation
    by: str
    day: date
    basis: Stated = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceForm:
    """What an officer asks. ``purpose`` is the offence or other purpose; none where telling it would prejudice it."""

    force: PartnerId
    officer_name: str = field(repr=False)
    officer_rank: str
    email: str = field(repr=False)
    phone: str = field(repr=False)
    reference: str
    subjects: tuple[Sought, ...]
    sought: tuple[str, ...] = field(repr=False)
    purpose: str = field(default="", repr=False)
    would_prejudice: bool = False
    power: str = field(repr=False)
    necessary: str = field(repr=False)
    may_tell: bool
    authoriser_name: str = field(repr=False)
    authoriser_rank: str
    day: date
    response: str = field(repr=False)
    settled: Settled | None = None

    @property
    def items(self) -> tuple[str, ...]:
        """What goes; nothing before somebody has decided."""
        return () if self.settled is None else self.settled.items

    @property
    def shares(self) -> bool:
        return self.settled is not None and self.settled.result is not Result.REFUSED

    @property
    def siblings(self) -> bool:
        return any(one.sibling for one in self.subjects)

    def stated(self) -> Stated | None:
        """The legal fields of our decision, with this form as the request on record; None before there is one."""
        if self.settled is None:
            return None
        papers = dict(self.settled.basis.papers) | {Paper.REQUEST_FORM: self.reference}
        request = f"{self.reference}: {self.power}"
        return replace(self.settled.basis, request=request, papers=tuple(sorted(papers.items())))


def from_toml(text: str) -> PoliceForm:
    """Read a filled-in form. Raises Refusal(POLICE_FORM) with everything that is missing or wrong."""
    given, said = read(text, Code.POLICE_FORM, LINES)
    said += _together(given)
    if said:
        raise Refusal(Code.POLICE_FORM, tuple(said))
    given.pop("form")
    subjects = tuple(Sought(**one) for one in given.pop("subject"))
    settled = given.pop("decision", None)
    if settled is not None:
        settled = Settled(**{**settled, "basis": Stated(**settled["basis"])})
    return PoliceForm(**given, subjects=subjects, settled=settled)


def to_toml(form: PoliceForm) -> str:
    """The opposite of ``from_toml``."""
    apart = {"form", "subject", "decision"}
    values = {line.key: getattr(form, line.key) for line in LINES if line.key not in apart}
    subjects = [{line.key: getattr(one, line.key) for line in _SUBJECT} for one in form.subjects]
    if form.settled is not None:
        settled = {line.key: getattr(form.settled, line.key) for line in _DECISION if line.key != "basis"}
        values["decision"] = settled | {"basis": of(form.settled.basis)}
    return tables.show(show({"form": KEY, **values, "subject": subjects}, LINES))


def empty() -> str:
    """The form to fill in, with a sentence before each line."""
    return template(
        "Request of the police for information about one person. The force fills in the upper part, the discloser the "
        "decision. Fill in between the quotes; take the # away from lines that have one; gateway forms check FILE. "
        "The discloser decides: nothing here obliges it. For a child in danger call, and use P13.",
        LINES,
    )


# -- what is wrong with lines that fit alone --------------------------------------------------------------------------


def _together(given: dict[str, Any]) -> list[Finding]:
    said = []
    if "purpose" not in given and not given.get("would_prejudice"):
        said.append(wrong(Rule.MISSING, "purpose", _SAYS["purpose"]))
    if "power" in given and not cites(given["power"]):
        said.append(wrong(Rule.NO_STATUTE, "power"))
    if "authoriser_rank" in given and not ranks.may_authorise(given["authoriser_rank"]):
        said.append(wrong(Rule.RANK, "authoriser_rank"))
    if "email" in given and not ranks.is_secure(given["email"]):
        said.append(wrong(Rule.SECURE_MAIL, "email"))
    if any(map(ranks.is_vague, given.get("sought", ()))):
        said.append(wrong(Rule.VAGUE, "sought"))
    return said + _about(given.get("subject", ())) + _decided(given)


def _about(subjects: tuple[dict[str, Any], ...]) -> list[Finding]:
    """One named person, told from every other; more of them only where they are siblings."""
    said = []
    for number, one in enumerate(subjects, 1):
        if "name" in one and not ranks.names_one(one["name"]):
            said.append(wrong(Rule.NOT_NAMED, f"subject.{number}.name"))
        if "born" not in one and "identifiers" not in one:
            said.append(wrong(Rule.NOT_IDENTIFIED, f"subject.{number}.born"))
    if any(not one.get("sibling") for one in subjects[1:]):
        said.append(wrong(Rule.UNRELATED, "subject"))
    return said


def _decided(given: dict[str, Any]) -> list[Finding]:
    decision = given.get("decision", {})
    said = []
    if decision.get("result", Result.REFUSED) is not Result.REFUSED and "items" not in decision:
        said.append(wrong(Rule.NO_ITEMS, "decision.items"))
    if "power" in decision and not cites(decision["power"]):
        said.append(wrong(Rule.NO_STATUTE, "decision.power"))
    if "day" in decision and "day" in given and decision["day"] < given["day"]:
        said.append(wrong(Rule.LATER, "decision.day"))
    return said


# -- the lines --------------------------------------------------------------------------------------------------------

_SUBJECT: tuple[Line, ...] = (
    Line("name", tables.text, "Surname and forename."),
    day_of("born", "Date of birth.", needed=False),
    Line("identifiers", tables.text, "Anything else by which to tell this person: an address, a number.", needed=False),
    yes_or_no("sibling", "Whether this is a sibling of the first person on the form.", needed=False),
)

_DECISION: tuple[Line, ...] = (
    Line("result", tables.word(Result), f"What is decided. One of: {', '.join(Result)}."),
    Line("reasons", reason, "Why it is disclosed, or why it is refused."),
    items_of("items", needed=False),
    Line("power", tables.word(Citation), "The law that lets the discloser tell: Act or Regulations, year, section."),
    Line("by", tables.text, "Who decides, by role and never by name."),
    day_of("day", "The day of the decision."),
    Line("basis", tables.anything, "The legal fields of the discloser.", below=BASIS),
)

LINES: tuple[Line, ...] = (
    form_of(KEY),
    Line("force", tables.word(PartnerId), "The force or body, by its id in the discloser's directory: police-kent."),
    Line("officer_name", tables.text, "Name of the officer who asks."),
    Line("officer_rank", tables.text, "Rank or job."),
    Line("email", tables.text, "Secure e-mail address: police.uk, cjsm.net, gov.uk."),
    Line("phone", tables.text, "Telephone number."),
    Line("reference", tables.text, "The force's reference: crime, incident or case number."),
    Line(
        "sought", tables.many(tables.text), "The exact items sought, each by itself.", '["current address", "school"]'
    ),
    Line("purpose", tables.text, "The offence or other purpose, unless telling it would prejudice it.", needed=False),
    yes_or_no("would_prejudice", "Whether telling the purpose would prejudice it.", needed=False),
    Line("power", tables.text, "The law under which the force asks: Act with year, section."),
    Line("necessary", reason, "Why it is necessary, and why it cannot be had elsewhere."),
    yes_or_no("may_tell", "Whether the person may be told of this request."),
    Line("authoriser_name", tables.text, "Name of the inspector or above, or the senior manager, who authorises it."),
    Line("authoriser_rank", tables.text, "That person's rank or job."),
    day_of("day", "The day of the request."),
    Line("response", tables.text, "How the answer is to be sent."),
    Line("subject", tables.anything, "The one person whom this is about.", below=_SUBJECT, many=True),
    Line("decision", tables.anything, "The discloser's decision.", needed=False, below=_DECISION),
)

_SAYS = {line.key: line.says for line in LINES}
