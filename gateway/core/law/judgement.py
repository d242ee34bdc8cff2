"""The six tests that every disclosure passes, or does not happen: each on its own, all of them asked every time.

A lawful basis is not a power, a condition is not a basis, and an exemption is none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from gateway.core.errors import Code
from gateway.core.facts import Citation, Condition
from gateway.core.law.purposes import Power, Purpose, Stated
from gateway.core.law.words import LIFTED_BY, PARAGRAPHS, Article9, Class, Exemption, Paper, Schedule1
from gateway.core.partners import Partner, PartnerKind
from gateway.core.terms import Basis, PurposeCode


@dataclass(frozen=True, slots=True)
class Legal:
    """The ground on which a disclosure stands, as the disclosure log records it: only what it really relies on."""

    purpose: PurposeCode
    power: Citation
    duty: bool
    art6: Basis
    art9: Article9 | None
    sch1: Schedule1 | None
    art10: Schedule1 | None
    exemption: Exemption | None
    apd: Condition | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Either the legal ground, or every reason why there is none."""

    legal: Legal | None
    reasons: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One disclosure as the six tests see it. ``power`` is the one that holds, if any does."""

    purpose: Purpose
    power: Power | None
    discloser: Partner
    recipient: Partner
    classes: frozenset[Class]
    stated: Stated
    day: date


def judge(
    purpose: Purpose, discloser: Partner, recipient: Partner, classes: frozenset[Class], stated: Stated, day: date
) -> Judgement:
    """Put all six tests to a disclosure of items of ``classes`` on ``day``, on the basis that is ``stated``."""
    requested, area = bool(stated.request), discloser.area
    power = purpose.power(discloser.kind, recipient.kind, day, requested=requested, area=area)
    asked = Asked(purpose, power, discloser, recipient, classes, stated, day)
    reasons = tuple(dict.fromkeys(reason for test in SIX_TESTS for reason in test(asked)))
    return Judgement(_legal(asked, power), ()) if power is not None and not reasons else Judgement(None, reasons)


def power(asked: Asked) -> tuple[Code, ...]:
    """1. A statute or implied power lets this discloser tell this recipient, today, and the purpose is open."""
    there = asked.power is not None and asked.discloser.in_effect.covers(asked.day)
    closed = () if asked.purpose.is_on(asked.day) else (Code.PURPOSE_OFF,)
    return closed if there else (*closed, Code.NO_PURPOSE)


def article_6(asked: Asked) -> tuple[Code, ...]:
    """2. The basis is one that this power opens to this discloser (DUAA 2025 s70: of its own task).

    A legal obligation needs a duty; the legitimate interests are closed to public authorities. Both are asked of
    the facts as well as of the table, so that a slip in the table opens nothing.
    """
    basis = asked.stated.art6
    listed = asked.power is not None and asked.power.opens(basis, asked.day, asked.discloser.area)
    obliged = basis is not Basis.A6C or (asked.power is not None and asked.power.duty)
    private = basis not in {Basis.A6EA, Basis.A6F} or not asked.discloser.kind.public_authority
    if asked.power is None:
        return () if private else (Code.BASIS_NOT_OPEN,)
    return () if listed and obliged and private else (Code.BASIS_NOT_OPEN,)


def article_9(asked: Asked) -> tuple[Code, ...]:
    """3. Special-category items have a condition of this purpose, its Schedule 1 paragraph and its policy document."""
    if Class.SC not in asked.classes:
        return ()
    condition, paragraph = asked.stated.art9, asked.stated.sch1
    if condition is None or condition not in asked.purpose.art9:
        return (Code.NO_ARTICLE_9,)
    paragraphs = PARAGRAPHS[condition]
    if paragraphs and (paragraph not in paragraphs or paragraph not in asked.purpose.sch1):
        return (Code.NO_ARTICLE_9,)
    if paragraphs and paragraph in _WITH_POLICY and asked.stated.apd is None and not _to_police(asked, paragraph):
        return (Code.NO_ARTICLE_9,)
    return ()


def article_10(asked: Asked) -> tuple[Code, ...]:
    """4. Items about offences have a paragraph of Schedule 1 that this purpose opens, and its policy document."""
    if Class.CR not in asked.classes:
        return ()
    paragraph = asked.stated.art10
    if paragraph is None or paragraph not in asked.purpose.art10:
        return (Code.NO_ARTICLE_10,)
    if paragraph in _WITH_POLICY and asked.stated.apd is None and not _to_police(asked, paragraph):
        return (Code.NO_ARTICLE_10,)
    return ()


def bars(asked: Asked) -> tuple[Code, ...]:
    """5. Each bar of this purpose is lifted, and each paper it needs is on record.

    Whoever goes by the person's own consent says that it is not anonymous, and needs no review that it is.
    """
    on_record = {paper for paper, reference in asked.stated.papers if reference.strip()}
    wanted = {LIFTED_BY[bar] for bar in asked.purpose.bars} | set(asked.purpose.papers)
    wanted -= {Paper.ANONYMITY_REVIEW} if asked.stated.art6 is Basis.A6A else set()
    return () if wanted <= on_record else (Code.BARRED,)


def exemption(asked: Asked) -> tuple[Code, ...]:
    """6. An exemption, if one is claimed, belongs to this purpose. The immigration one is the Secretary of State's."""
    claimed = asked.stated.exemption
    if claimed is None:
        return ()
    allowed = claimed in asked.purpose.exemptions and claimed is not Exemption.X4
    return () if allowed else (Code.EXEMPTION_NOT_OPEN,)


SIX_TESTS: tuple[Callable[[Asked], tuple[Code, ...]], ...] = (power, article_6, article_9, article_10, bars, exemption)


_WITH_POLICY = frozenset({
    Schedule1.S1P6, Schedule1.S1P10, Schedule1.S1P14, Schedule1.S1P18, Schedule1.S1P36,
})  # fmt: skip
"""DPA 2018 Sch 1 para 5: conditions that need an appropriate policy document."""


def _to_police(asked: Asked, paragraph: Schedule1) -> bool:
    """Whether the paragraph excuses the policy document: telling a competent authority of a crime (para 10(2))."""
    return paragraph is Schedule1.S1P10 and asked.recipient.kind is PartnerKind.POLICE


def _legal(asked: Asked, power: Power) -> Legal:
    stated = asked.stated
    special, criminal = Class.SC in asked.classes, Class.CR in asked.classes
    return Legal(
        asked.purpose.code,
        power.citation,
        power.duty,
        stated.art6,
        stated.art9 if special else None,
        stated.sch1 if special else None,
        stated.art10 if criminal else None,
        stated.exemption,
        stated.apd if special or criminal else None,
    )
