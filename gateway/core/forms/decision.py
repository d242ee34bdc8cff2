"""The decision form: why one disclosure without an agreement is right, or is refused (ICO data sharing code, annex).

``from_toml`` and ``to_toml`` are opposites. The form names people, so nothing of it is in a repr, and it rests sealed.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from gateway.core import tables
from gateway.core.citations import cites
from gateway.core.errors import Code, Finding, Refusal
from gateway.core.facts import Citation, Condition
from gateway.core.forms.lines import Line, Rule, read, reason, show, template, wrong
from gateway.core.law import Article9, Exemption, Paper, Schedule1, Stated
from gateway.core.terms import Basis, PartnerId, PurposeCode

KEY = "decision"


class Controllers(StrEnum):
    """Whether discloser and recipient decide together what the information is for."""

    SEPARATE = "separate"
    JOINT = "joint"


class Dpia(StrEnum):
    """Whether an impact assessment was considered."""

    DONE = "done"
    COVERED = "covered-by-another"
    NOT_NEEDED = "not-needed"
    NO_TIME = "no-time"


class Decided(StrEnum):
    SHARE = "share"
    SHARE_PART = "share-part"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionForm:
    """One decision about one child, and the siblings if it says so.

    ``items`` are patterns as an agreement has them. Without ``on_request`` the discloser acts of its own accord.
    """

    discloser: PartnerId
    recipient: PartnerId
    on_request: bool
    requester_name: str = field(default="", repr=False)
    requester_position: str = field(default="", repr=False)
    received: date | None = None
    request: str = field(default="", repr=False)
    child: str = field(repr=False)
    siblings: bool = False
    described: str = field(repr=False)
    items: tuple[str, ...]
    controllers: Controllers
    purpose: PurposeCode
    power: Citation
    necessary: str = field(repr=False)
    dpia: Dpia
    dpia_outcome: str = field(repr=False)
    dpo_views: str = field(repr=False)
    retention: str = field(repr=False)
    security: str = field(repr=False)
    rights: str = field(repr=False)
    detriment: bool
    detriment_reason: str = field(repr=False)
    told: bool
    not_told_because: str = field(default="", repr=False)
    decision: Decided
    reasons: str = field(repr=False)
    decided_by: str
    day: date
    basis: Stated = field(repr=False)

    @property
    def shares(self) -> bool:
        return self.decision is not Decided.REFUSE

    def stated(self) -> Stated:
        """The legal fields that this form stands behind, with the request that it answers, if it answers one."""
        return replace(self.basis, request=self.request if self.on_request else "")


def from_toml(text: str) -> DecisionForm:
    """Read a filled-in form. Raises Refusal(DECISION_FORM) with everything that is missing or wrong."""
    given, said = read(text, Code.DECISION_FORM, LINES)
    said += _together(given)
    if said:
        raise Refusal(Code.DECISION_FORM, tuple(said))
    given.pop("form")
    return DecisionForm(**{**given, "basis": Stated(**given["basis"])})


def to_toml(form: DecisionForm) -> str:
    """The opposite of ``from_toml``."""
    values = {line.key: getattr(form, line.key) for line in LINES if line.key not in {"form", "basis"}}
    return tables.show(show({"form": KEY, **values, "basis": of(form.basis)}, LINES))


def empty() -> str:
    """The form to fill in, with a sentence before each line."""
    return template(
        "Decision form: one disclosure about one child, without an agreement. Fill in between the quotes; take the # "
        "away from lines that have one. Then: gateway forms check FILE. Keep it where only those who decide read it.",
        LINES,
    )


def of(stated: Stated) -> dict[str, Any]:
    """The legal fields as the lines of a form hold them."""
    return {line.key: getattr(stated, line.key) for line in BASIS}


def _together(given: dict[str, Any]) -> list[Finding]:
    """What is wrong with lines that fit alone."""
    said = []
    if given.get("on_request"):
        asked = ("requester_name", "requester_position", "received", "request")
        said += [wrong(Rule.MISSING, key, _SAYS[key]) for key in asked if key not in given]
    if given.get("told") is False and "not_told_because" not in given:
        said.append(wrong(Rule.MISSING, "not_told_because", _SAYS["not_told_because"]))
    said += [wrong(Rule.NO_STATUTE, key) for key in ("request", "power") if key in given and not cites(given[key])]
    if "received" in given and "day" in given and given["day"] < given["received"]:
        said.append(wrong(Rule.LATER, "day"))
    if given.get("detriment") and given.get("decision", Decided.REFUSE) is not Decided.REFUSE:
        said.append(wrong(Rule.DETRIMENT, "detriment"))
    if "discloser" in given and given["discloser"] == given.get("recipient"):
        said.append(wrong(Rule.TO_ITSELF, "recipient"))
    return said


# -- the lines --------------------------------------------------------------------------------------------------------


def form_of(key: str) -> Line:
    """The first line, which says which form it is."""

    def this(raw: object) -> str:
        if raw != key:
            raise ValueError("another form")
        return key

    return Line("form", this, "Which form this is. Leave it as it is.", f'"{key}"')


def _one_of(kind: type[StrEnum]) -> str:
    return f"One of: {', '.join(kind)}."


def day_of(key: str, says: str, *, needed: bool = True) -> Line:
    return Line(key, tables.day, says, "2026-10-06", needed=needed)


def yes_or_no(key: str, says: str, *, needed: bool = True) -> Line:
    return Line(key, tables.flag, f"{says} true or false.", "false", needed=needed)


def items_of(key: str, *, needed: bool = True) -> Line:
    says = "The items that go, as an agreement names them. Only these leave, so name no more than is needed."
    return Line(key, tables.many(tables.text), says, '["Surname", "Forename", "DOB"]', needed=needed)


def _exemption(raw: object) -> Exemption:
    claimed = Exemption(tables.text(raw))
    if claimed is Exemption.X4:  # law.md §9 rule 5
        raise ValueError("not for a council")
    return claimed


BASIS: tuple[Line, ...] = (
    Line("art6", tables.word(Basis), f"Article 6 basis of the discloser. {_one_of(Basis)}"),
    Line("art9", tables.word(Article9), f"Article 9 condition. {_one_of(Article9)}", needed=False),
    Line("sch1", tables.word(Schedule1), f"Schedule 1 paragraph for it. {_one_of(Schedule1)}", needed=False),
    Line("art10", tables.word(Schedule1), "Schedule 1 paragraph for items about offences.", needed=False),
    Line("exemption", _exemption, "DPA exemption, such as X2; X4 is the Secretary of State's.", needed=False),
    Line("apd", tables.word(Condition), "Reference of the appropriate policy document.", needed=False),
    Line(
        "papers",
        tables.pairs(Paper, tables.text),
        f"Reference of each paper that the purpose needs. {_one_of(Paper)}",
        '{ necessity = "reference" }',
        needed=False,
        plain=dict,
    ),
)
"""The legal fields, in the vocabulary of ``partners/purposes.toml``."""

LINES: tuple[Line, ...] = (
    form_of(KEY),
    Line("discloser", tables.word(PartnerId), "Who holds the information, by its id in the directory: council-886."),
    Line("recipient", tables.word(PartnerId), "Who asks for it or is to be told, by its id in the directory."),
    yes_or_no("on_request", "Whether the recipient asked for it."),
    Line("requester_name", tables.text, "If asked: the name of the person who asks.", needed=False),
    Line("requester_position", tables.text, "If asked: that person's position.", needed=False),
    day_of("received", "If asked: the day on which the request came.", needed=False),
    Line("request", tables.text, "If asked: the request's reference and the statute that it quotes.", needed=False),
    Line("child", tables.text, "The one child whom this is about: your case reference, or the full name."),
    yes_or_no("siblings", "Whether it is about that child's siblings too.", needed=False),
    Line("described", tables.text, "What information it is, in plain words."),
    items_of("items"),
    Line("controllers", tables.word(Controllers), f"How the two are controllers. {_one_of(Controllers)}"),
    Line("purpose", tables.word(PurposeCode), "The purpose, by its code in partners/purposes.toml: P06."),
    Line("power", tables.word(Citation), "The law that lets the discloser tell: Act or Regulations, year, section."),
    Line("necessary", reason, "Why it is necessary, and why less would not do."),
    Line("dpia", tables.word(Dpia), f"Whether an impact assessment was considered. {_one_of(Dpia)}"),
    Line("dpia_outcome", tables.text, "What it came to, or why there is none."),
    Line("dpo_views", tables.text, "What the data-protection officer says, or why nobody asked."),
    Line("retention", tables.text, "How long the recipient keeps it, and how it is deleted."),
    Line("security", tables.text, "How it goes, and how it is kept safe there."),
    Line("rights", tables.text, "Who answers when the family asks for access, a correction or an objection."),
    yes_or_no("detriment", "Whether sharing would harm the child more than not sharing (CA04 s16LA)."),
    Line("detriment_reason", reason, "Why you think so."),
    yes_or_no("told", "Whether the family is told."),
    Line("not_told_because", tables.text, "If not: why not.", needed=False),
    Line("decision", tables.word(Decided), f"What is decided. {_one_of(Decided)}"),
    Line("reasons", reason, "Why it is shared, or why it is refused."),
    Line("decided_by", tables.text, "Who decides, by role and never by name."),
    day_of("day", "The day of the decision."),
    Line("basis", tables.anything, "The legal fields.", below=BASIS),
)

_SAYS = {line.key: line.says for line in LINES}
