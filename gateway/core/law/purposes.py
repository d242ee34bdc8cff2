"""The purposes for which anything may leave: who may disclose to whom, under which power and on which basis.

They are rows of ``partners/purposes.toml``. What is not in a row is not a purpose; what is not in a power of that row
is not a power.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from gateway.core import tables
from gateway.core.facts import Citation, Condition
from gateway.core.law.words import PARAGRAPHS, Answers, Article9, Bar, Exemption, Paper, Schedule1, Verdict
from gateway.core.partners import Carrier, PartnerKind
from gateway.core.terms import Basis, Kind, PurposeCode


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
    """What lets these kinds of discloser disclose to these kinds of recipient, from a first day to a last.

    ``duty`` is whether statute obliges them. One that is ``on_request`` is there only when a request is on record.
    ``art6`` lists the bases open under it, the usual one first.
    """

    disclosers: tuple[PartnerKind, ...]
    recipients: tuple[PartnerKind, ...]
    citation: Citation
    art6: tuple[Basis, ...]
    duty: bool = False
    on_request: bool = False
    first: date | None = None
    last: date | None = None

    def holds(self, discloser: PartnerKind, recipient: PartnerKind, day: date, *, requested: bool) -> bool:
        begun = self.first is None or self.first <= day
        over = self.last is not None and self.last < day
        named = discloser in self.disclosers and recipient in self.recipients
        return named and begun and not over and (requested or not self.on_request)


@dataclass(frozen=True, slots=True)
class Purpose:
    """One row of the table. ``items`` is the most that the purpose justifies, as patterns for each kind of document.

    A duty obliges all of ``items``; where there is only a power, an agreement chooses from them. ``carriers`` are those
    that the law lists for it; none means that the law is silent. ``messages`` are the kinds of council message that
    serve it, or ``none_because`` says why there is none.
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
    messages: tuple[Kind, ...] = ()
    none_because: str = ""

    def power(self, discloser: PartnerKind, recipient: PartnerKind, day: date, *, requested: bool) -> Power | None:
        """The first power that holds; the table puts the more particular one first."""
        return next((one for one in self.powers if one.holds(discloser, recipient, day, requested=requested)), None)

    def patterns(self, kind: Kind) -> tuple[str, ...]:
        """The most that this purpose justifies of such a document; nothing if it does not carry that kind."""
        return dict(self.items).get(kind, ())

    def usual(self, power: Power) -> Stated:
        """The basis on which a flow under ``power`` rests when no agreement states another."""
        condition = next(iter(self.art9), None)
        paragraphs = PARAGRAPHS[condition] if condition else frozenset()
        paragraph = next((one for one in self.sch1 if one in paragraphs), None)
        return Stated(power.art6[0], condition, paragraph, next(iter(self.art10), None), apd=self.apd)


Purposes = Mapping[PurposeCode, Purpose]


def from_toml(text: str) -> Purposes:
    """Read ``[[purpose]]`` rows; raises ValueError naming rows and keys for all that is wrong."""
    raw = tables.take(tables.parse(text), "file", {"purpose": tables.anything})
    found = [Purpose(**row) for row in tables.rows(raw["purpose"], "purpose", _NEED, _MAY)]
    if len({purpose.code for purpose in found}) != len(found):
        raise ValueError("two purposes have one code")
    for purpose in found:
        _refuse_contradiction(purpose)
    return MappingProxyType({purpose.code: purpose for purpose in found})


def opened(purposes: Purposes, codes: Iterable[PurposeCode]) -> Purposes:
    """The same purposes with these switched on, as an information-governance officer decided.

    What a purpose needs on record (``papers``, ``bars``) is still tested at each disclosure.
    """
    wanted = frozenset(codes)
    return MappingProxyType(
        {code: replace(purpose, on=purpose.on or code in wanted) for code, purpose in purposes.items()}
    )


def _refuse_contradiction(purpose: Purpose) -> None:
    for power in purpose.powers:
        if Basis.A6C in power.art6 and not power.duty:
            raise ValueError(f"{purpose.code} offers A6C without a duty")
    if bool(purpose.messages) == bool(purpose.none_because):
        raise ValueError(f"{purpose.code} names either its messages or why there is none")
    if Exemption.X4 in purpose.exemptions:
        raise ValueError(f"{purpose.code} offers the immigration exemption, which is the Secretary of State's")


def _powers(raw: object) -> tuple[Power, ...]:
    need = {
        "from": tables.many(tables.word(PartnerKind)),
        "to": tables.many(tables.word(PartnerKind)),
        "citation": tables.word(Citation),
        "art6": tables.many(tables.word(Basis)),
    }
    may = {"duty": tables.flag, "on_request": tables.flag, "first": tables.day, "last": tables.day}
    found = tables.rows(raw, "power", need, may)
    return tuple(Power(disclosers=row.pop("from"), recipients=row.pop("to"), **row) for row in found)


_NEED: tables.Shape = {
    "code": tables.word(PurposeCode),
    "name": tables.text,
    "sentence": tables.text,
    "verdict": tables.word(Verdict),
    "on": tables.flag,
    "answers": tables.word(Answers),
    "guard_rails": tables.text,
    "powers": _powers,
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
    "messages": tables.many(tables.word(Kind)),
    "none_because": tables.text,
}
