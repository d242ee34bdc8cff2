"""One purpose in plain words: everything the law says of it, and whether it is open here today."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from gateway.core.law.purposes import Power, Purpose
from gateway.core.law.words import LIFTED_BY, Answers, Article9, Exemption, Verdict
from gateway.core.terms import Basis

Line = tuple[str, str]
"""What it is about, and what there is to say."""


def plainly(purpose: Purpose, day: date, area: str | None) -> Iterator[Line]:
    """Every field of ``purpose`` for somebody who does not know the codes; ``area`` is that of the home."""
    yield "what", purpose.sentence
    yield "today", standing(purpose, day)
    yield "verdict", VERDICTS[purpose.verdict]
    yield "answer", ANSWERS[purpose.answers]
    if purpose.person:
        yield "person", "somebody looks at each disclosure before it goes"
    yield "guard-rails", purpose.guard_rails
    for power in purpose.powers:
        yield "power", _power(power, day, area)
    yield from _conditions(purpose)
    if purpose.carriers:
        yield "carriers", ", ".join(purpose.carriers)
    yield "messages", ", ".join(purpose.messages) or f"none: {purpose.none_because}"
    for kind, patterns in purpose.items:
        yield f"items of a {kind}", ", ".join(patterns)
    for kind, lines in purpose.minimum:
        yield f"at least in a {kind}", ", ".join(lines)


def standing(purpose: Purpose, day: date) -> str:
    """Whether anything may go under it on ``day``, and who said so where it is off."""
    if purpose.on:
        return "on"
    if not purpose.is_on(day):
        return "off: only a named approval and a legal opinion open it (reference/openings.toml)"
    opening = purpose.opening
    assert opening is not None, "nothing else opens it"
    return (
        f"opened until {opening.period.last}, approved by {opening.approved_by} ({opening.approval}), "
        f"legal opinion {opening.legal_opinion}"
    )


def _power(power: Power, day: date, area: str | None) -> str:
    oblige = "must tell" if power.duty else "may tell"
    asked = ", where somebody asked in writing," if power.on_request else ""
    bases = " or ".join(f"{BASES[one]} ({one})" for one in power.art6)
    words = f"{_listed(power.disclosers)}{asked} {oblige} {_listed(power.recipients)}: {power.citation}; {bases}"
    if power.under is None or power.under.in_force(day, area):
        return words
    return f"NOT IN FORCE here on {day}: {words}"


def _conditions(purpose: Purpose) -> Iterator[Line]:
    paragraphs = ", ".join(f"Schedule 1 paragraph {one.removeprefix('S1P')}" for one in purpose.sch1)
    special = ", ".join(f"{CONDITIONS[one]} ({one})" for one in purpose.art9)
    yield "special category", "; ".join(filter(None, (special, paragraphs))) or "nothing of that kind may go"
    offences = ", ".join(f"Schedule 1 paragraph {one.removeprefix('S1P')}" for one in purpose.art10)
    yield "offences", offences or "nothing of that kind may go"
    yield "policy document", purpose.apd or "none is needed"
    bars = [f"{bar}, lifted by: {LIFTED_BY[bar].replace('-', ' ')}" for bar in purpose.bars]
    yield "bars", "; ".join(bars) or "none"
    yield "papers on record", ", ".join(paper.replace("-", " ") for paper in purpose.papers) or "none"
    if purpose.exemptions:
        yield "exemptions", ", ".join(f"{EXEMPTIONS[one]} ({one})" for one in purpose.exemptions)


def _listed(kinds: tuple[str, ...]) -> str:
    return ", ".join(kind.replace("-", " ") for kind in kinds)


VERDICTS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.SOUND: "sound",
        Verdict.CONDITIONAL: "sound under the conditions below",
        Verdict.DOUBTFUL: "doubtful: the data-protection officer and a lawyer decide each time",
        Verdict.NO: "no: do not use it",
    }
)

ANSWERS: Mapping[Answers, str] = MappingProxyType(
    {
        Answers.DOCUMENT: "a document",
        Answers.GRADED: "a reply as full as its grade",
        Answers.YES_NO: "yes or no, in a check and its answer, and nothing else",
        Answers.FIGURES: "figures",
        Answers.NOTHING: "nothing goes out",
    }
)

BASES: Mapping[Basis, str] = MappingProxyType(
    {
        Basis.A6A: "consent",
        Basis.A6C: "legal obligation",
        Basis.A6D: "vital interests",
        Basis.A6E: "public task",
        Basis.A6EA: "recognised legitimate interest",
        Basis.A6F: "legitimate interests",
    }
)

CONDITIONS: Mapping[Article9, str] = MappingProxyType(
    {
        Article9.A9C: "vital interests",
        Article9.A9F: "legal claims",
        Article9.A9G: "substantial public interest",
        Article9.A9H: "health or social care",
        Article9.A9J: "research and statistics",
    }
)

EXEMPTIONS: Mapping[Exemption, str] = MappingProxyType(
    {
        Exemption.X2: "crime and taxation",
        Exemption.X4: "immigration",
        Exemption.X5: "required by law, or legal proceedings",
        Exemption.X16: "rights of others",
        Exemption.X3H: "health",
        Exemption.X3S: "social work",
        Exemption.X3E: "education",
        Exemption.X3C: "child abuse",
        Exemption.X4S: "adoption and special needs records",
    }
)
