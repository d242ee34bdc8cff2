"""The purposes for which anything may leave: who may disclose to whom, under which power and on which basis.

They are rows of ``partners/purposes.toml``. What is not in a row is not a purpose; what is not in a power of that row
is not a power.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from gateway.core import tables
from gateway.core.errors import Code
from gateway.core.facts import Citation, Condition
from gateway.core.law.commencement import RECOGNISED, Commencement, Enacted, Provision
from gateway.core.law.openings import Opening
from gateway.core.law.words import (
    PARAGRAPHS,
    YES_NO_KINDS,
    Answers,
    Article9,
    Bar,
    Exemption,
    Paper,
    Schedule1,
    Verdict,
)
from gateway.core.partners import Carrier, PartnerKind
from gateway.core.terms import Basis, Item, Kind, PurposeCode


@dataclass(frozen=True, slots=True)
class Stated:
    """The legal fields that somebody stands behind: an agreement, an officer, or the purpose itself.

    ``apd`` names the appropriate policy document (DPA 2018 Sch 1 para 39), ``request`` the request that quotes its
    statute, ``papers`` the reference of each paper on record.
    """

    art6: Basis
    art9: Article9 | None = None
    sch1: Schedule1 | None = None
    art10: Schedule1 | None = None
    exemption: Exemption | None = None
    apd: Condition | None = None
    request: str = ""
    papers: tuple[tuple[Paper, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Power:
    """What lets these kinds of discloser disclose to these kinds of recipient, where and while its statute is in force.

    ``duty`` is whether statute obliges them. One that is ``on_request`` is there only when a request is on record.
    ``art6`` lists the bases open under it, the usual one first. ``under`` is the provision of ``commencement.toml``
    that it waits for, if any; ``recognised`` the one by which there is a recognised legitimate interest at all.
    """

    disclosers: tuple[PartnerKind, ...]
    recipients: tuple[PartnerKind, ...]
    citation: Citation
    art6: tuple[Basis, ...]
    duty: bool = False
    on_request: bool = False
    under: Enacted | None = None
    recognised: Enacted | None = None

    def opens(self, basis: Basis, day: date, area: str | None) -> bool:
        """Whether the power opens this basis to whoever may disclose under it, on that day."""
        there = basis is not Basis.A6EA or self.recognised is None or self.recognised.in_force(day, area)
        return basis in self.art6 and there

    def holds(
        self, discloser: PartnerKind, recipient: PartnerKind, day: date, *, requested: bool, area: str | None
    ) -> bool:
        named = discloser in self.disclosers and recipient in self.recipients
        in_force = self.under is None or self.under.in_force(day, area)
        return named and in_force and (requested or not self.on_request)


@dataclass(frozen=True, slots=True)
class Purpose:
    """One row of the table. ``items`` is the most that the purpose justifies, as patterns for each kind of document.

    A duty obliges all of ``items``; where there is only a power, an agreement chooses from them. ``minimum`` is the
    least that such a document has to hold to be of use, each line with its alternatives. ``carriers`` are those
    that the law lists for it; none means that the law is silent. ``messages`` are the kinds of council message that
    serve it, or ``none_because`` says why there is none. ``person``: somebody looks at each disclosure before it goes.
    ``opening`` is what opened a purpose that is not ``on``.
    """

    code: PurposeCode
    name: str
    sentence: str
    verdict: Verdict
    on: bool
    answers: Answers
    guard_rails: str
    powers: tuple[Power, ...]
    art9: tuple[Article9, ...] = ()
    sch1: tuple[Schedule1, ...] = ()
    art10: tuple[Schedule1, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    apd: Condition | None = None
    bars: tuple[Bar, ...] = ()
    papers: tuple[Paper, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    items: tuple[tuple[Kind, tuple[str, ...]], ...] = ()
    minimum: tuple[tuple[Kind, tuple[str, ...]], ...] = ()
    messages: tuple[Kind, ...] = ()
    none_because: str = ""
    person: bool = False
    opening: Opening | None = None

    def is_on(self, day: date) -> bool:
        """Whether anything may go under it at all: it is on, or somebody opened it for a time that ``day`` is in."""
        return self.on or (self.opening is not None and self.opening.period.covers(day))

    def power(
        self, discloser: PartnerKind, recipient: PartnerKind, day: date, *, requested: bool, area: str | None = None
    ) -> Power | None:
        """The first power that holds for a discloser of ``area``; the table puts the more particular one first."""
        asked = (one for one in self.powers if one.holds(discloser, recipient, day, requested=requested, area=area))
        return next(asked, None)

    def patterns(self, kind: Kind) -> tuple[str, ...]:
        """The most that this purpose justifies of such a document; nothing if it does not carry that kind."""
        return dict(self.items).get(kind, ())

    def lacking(self, kind: Kind, items: Iterable[Item]) -> tuple[str, ...]:
        """The lines of the ``minimum`` that nothing among ``items`` meets."""
        there = tuple(items)
        return tuple(line for line in dict(self.minimum).get(kind, ()) if not _met(line, there))

    def usual(self, power: Power) -> Stated:
        """The basis on which a flow under ``power`` rests when no agreement states another."""
        condition = next(iter(self.art9), None)
        paragraphs = PARAGRAPHS[condition] if condition else frozenset()
        paragraph = next((one for one in self.sch1 if one in paragraphs), None)
        return Stated(power.art6[0], condition, paragraph, next(iter(self.art10), None), apd=self.apd)


Purposes = Mapping[PurposeCode, Purpose]


def from_toml(text: str, commencement: Commencement | None = None) -> Purposes:
    """Read ``[[purpose]]`` rows; raises ValueError naming rows and keys for all that is wrong.

    ``commencement`` says since when a provision is in force that a power waits for.
    """
    raw = tables.take(tables.parse(text), "file", {"purpose": tables.anything})
    rows = tables.rows(raw["purpose"], "purpose", _NEED, _MAY)
    known = commencement or Commencement()
    found = [Purpose(**{**row, "powers": tuple(_power(known, **one) for one in row["powers"])}) for row in rows]
    if len({purpose.code for purpose in found}) != len(found):
        raise ValueError("two purposes have one code")
    for purpose in found:
        _refuse_contradiction(purpose)
    return MappingProxyType({purpose.code: purpose for purpose in found})


def opened(purposes: Purposes, openings: Iterable[Opening]) -> Purposes:
    """The same purposes with what opens those that are off: an approval and a legal opinion, for a time.

    What a purpose needs on record (``papers``, ``bars``) is still tested at each disclosure.
    """
    by = {one.purpose: one for one in openings}
    return MappingProxyType({code: replace(purpose, opening=by.get(code)) for code, purpose in purposes.items()})


def answers_with(purpose: Purpose, kind: Kind) -> tuple[Code, ...]:
    """Nothing, or why such a document may not go: a yes-or-no purpose asks and answers with checks alone."""
    closed = purpose.answers is Answers.YES_NO and kind not in YES_NO_KINDS
    return (Code.YES_NO_ONLY,) if closed else ()


def _met(line: str, items: tuple[Item, ...]) -> bool:
    return any(item == one or item.startswith(f"{one}/") for one in line.split(" or ") for item in items)


def _refuse_contradiction(purpose: Purpose) -> None:
    code, carried = purpose.code, {kind for kind, _ in purpose.items}
    for power in purpose.powers:
        if Basis.A6C in power.art6 and not power.duty:
            raise ValueError(f"{code} offers A6C without a duty")
    if bool(purpose.messages) == bool(purpose.none_because):
        raise ValueError(f"{code} names either its messages or why there is none")
    if Exemption.X4 in purpose.exemptions:
        raise ValueError(f"{code} offers the immigration exemption, which is the Secretary of State's")
    if any(answers_with(purpose, kind) for kind in carried):
        raise ValueError(f"{code} answers yes or no and carries more than a check")
    if carried and purpose.answers is Answers.FIGURES and all(Basis.A6A not in one.art6 for one in purpose.powers):
        raise ValueError(f"{code} answers with figures and carries a document without anybody's consent")
    if not purpose.person and (not purpose.on or purpose.verdict in {Verdict.DOUBTFUL, Verdict.NO}):
        raise ValueError(f"{code} is doubtful or off, and no person looks at it")
    if not {kind for kind, _ in purpose.minimum} <= carried:
        raise ValueError(f"{code} has a minimum for what it does not carry")


def _rows_of_powers(raw: object) -> tuple[dict[str, Any], ...]:
    need = {
        "from": tables.many(tables.word(PartnerKind)),
        "to": tables.many(tables.word(PartnerKind)),
        "citation": tables.word(Citation),
        "art6": tables.many(tables.word(Basis)),
    }
    may = {"duty": tables.flag, "on_request": tables.flag, "under": tables.word(Provision)}
    return tuple(tables.rows(raw, "power", need, may))


def _power(commencement: Commencement, **row: Any) -> Power:
    under = row.pop("under", None)
    enacted = None if under is None else commencement.named(under)
    recognised = commencement.named(RECOGNISED) if Basis.A6EA in row["art6"] else None
    return Power(disclosers=row.pop("from"), recipients=row.pop("to"), under=enacted, recognised=recognised, **row)


_NEED: tables.Shape = {
    "code": tables.word(PurposeCode),
    "name": tables.text,
    "sentence": tables.text,
    "verdict": tables.word(Verdict),
    "on": tables.flag,
    "answers": tables.word(Answers),
    "guard_rails": tables.text,
    "powers": _rows_of_powers,
}

_MAY: tables.Shape = {
    "art9": tables.many(tables.word(Article9)),
    "sch1": tables.many(tables.word(Schedule1)),
    "art10": tables.many(tables.word(Schedule1)),
    "exemptions": tables.many(tables.word(Exemption)),
    "apd": tables.word(Condition),
    "bars": tables.many(tables.word(Bar)),
    "papers": tables.many(tables.word(Paper)),
    "carriers": tables.many(tables.word(Carrier)),
    "items": tables.pairs(Kind, tables.many(tables.text)),
    "minimum": tables.pairs(Kind, tables.many(tables.text)),
    "messages": tables.many(tables.word(Kind)),
    "none_because": tables.text,
    "person": tables.flag,
}
