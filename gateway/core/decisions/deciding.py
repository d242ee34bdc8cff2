"""Whether one recipient may have one document, and how much of it. A pure function: gather first, record afterwards.

A statutory duty is never blocked for want of an agreement. Where there is only a power, an agreement in force says
what may go, or an officer's recorded decision about one named child. The six tests are put to what would really go.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from gateway.core import agreements, law
from gateway.core.agreements import Agreement
from gateway.core.decisions import stops
from gateway.core.decisions.holding import GLASS
from gateway.core.decisions.question import Decision, OneOff, Question
from gateway.core.documents import Schema, Schemas
from gateway.core.errors import Code
from gateway.core.law import NOTHING_SENSITIVE, Classes, Purpose, Purposes, Sensitive, Stated
from gateway.core.partners import Carrier
from gateway.core.recipients import Destination
from gateway.core.terms import AgreementRef, Item, Outcome, PurposeCode

ONE_OFF = frozenset(
    map(
        PurposeCode,
        (
            "P06",
            "P07",
            "P08",
            "P09",
            "P10",
            "P12",
            "P13",
            "P14",
            "P15",
            "P16",
            "P17",
            "P18",
            "P21",
            "P31",
            "P34",
        ),
    )
)
"""Purposes for which something about one named child may go on a recorded decision instead of an agreement.

P34 is an emergency, which nobody agrees beforehand.
"""

MOST_SIBLINGS = 8

EMERGENCY = PurposeCode("P34")

MANY_ONE_OFFS = 3
"""So many in a quarter to one partner, and the next one asks for an agreement."""


def decide(
    question: Question,
    purposes: Purposes,
    classes: Classes,
    made: Iterable[Agreement],
    schemas: Schemas,
    sensitive: Sensitive = NOTHING_SENSITIVE,
) -> Decision:
    """Answer ``question`` from the table of purposes, the classes of items and the agreements that were ``made``.

    ``sensitive`` names the items that may never go under a purpose. Raises ValueError when the document holds an item
    that nobody has classed.
    """
    purpose = purposes.get(question.purpose)
    schema = schemas.get((question.document.kind, question.document.version))
    if purpose is None:
        return _refuse(question, Code.NO_PURPOSE)
    purpose = law.as_owed(purpose, question.document.kind)
    if schema is None:
        return _refuse(question, Code.WRONG_VERSION)
    if not question.recipient.in_effect.covers(question.day):
        return _refuse(question, Code.NO_RECIPIENT)
    if question.lacks:
        return _refuse(question, *question.lacks)
    grounds, wanting = _grounds(question, purpose, tuple(made))
    if wanting is not None:
        return _refuse(question, *_without_ground(question, purpose, wanting))
    tried = [_try(question, purpose, ground, classes, schema, sensitive) for ground in grounds]
    return min(tried, key=lambda decision: _BEST_FIRST.index(decision.outcome))


def refused(destination: Destination, *reasons: Code) -> Decision:
    """The decision about a destination that did not come as far as a question."""
    return Decision(
        Outcome.REFUSE, reasons, destination.purpose, destination.discloser, destination.recipient, destination.pupils
    )


# -- on what a disclosure may stand -----------------------------------------------------------------------------------

_BEST_FIRST = (Outcome.RELEASE, Outcome.HOLD, Outcome.REFUSE)


@dataclass(frozen=True, slots=True)
class _Ground:
    """One thing that a disclosure may stand on. ``patterns`` is None where statute says what goes."""

    stated: Stated
    patterns: tuple[str, ...] | None
    agreement: AgreementRef | None = None
    duty_flow: bool = False
    recorded: bool = False
    typed: bool = False
    """The duty is there because somebody wrote down a request: somebody else looks at that."""
    carriers: tuple[Carrier, ...] = ()
    max_children: int | None = None
    bulk: bool = True
    max_age: int | None = None
    max_messages: int | None = None
    lapsed: bool = False
    """An assurance that the agreement asks for, and the recipient once had, is over for longer than the grace."""


def _grounds(
    question: Question, purpose: Purpose, made: tuple[Agreement, ...]
) -> tuple[tuple[_Ground, ...], Code | None]:
    """Every ground there is, or why there is none."""
    kind = question.document.kind
    if not purpose.patterns(kind):
        return (), Code.NO_PURPOSE
    terms = agreements.covering(made, purpose.code, question.discloser, question.recipient, kind)
    standing = agreements.in_force(made, question.day)  # asked of all: a newer version may no longer speak of this
    current = tuple(one for one in terms if one in standing)
    officer = _officer(question)
    duty = _duty(question, purpose, officer)
    if duty is not None:
        return (replace(duty, agreement=current[0].ref if current else None),), None
    if officer is not None and _may_be_one_off(question, purpose):
        return (_Ground(officer.stated, officer.items, recorded=True),), None
    if current:
        return tuple(_agreed(one, purpose.code, question) for one in current), None
    return (), Code.AGREEMENT_NOT_IN_FORCE if terms else Code.NO_AGREEMENT


def _may_be_one_off(question: Question, purpose: Purpose) -> bool:
    """An emergency without an agreement is told to those alone to whom the glass may be broken."""
    return purpose.code in ONE_OFF and (purpose.code != EMERGENCY or question.recipient.kind in GLASS)


def _officer(question: Question) -> OneOff | None:
    """An officer's decision is about one child, or one and the siblings it names."""
    siblings = question.one_off is not None and question.one_off.siblings and question.one_family
    alone = len(question.pupils) == 1 or (siblings and len(question.pupils) <= MOST_SIBLINGS)
    return question.one_off if alone else None


def _duty(question: Question, purpose: Purpose, officer: OneOff | None) -> _Ground | None:
    """The statute's own ground: all that it obliges, or what was asked for where it only answers a request.

    What a duty needs on record beside the table, an officer's decision brings.
    """
    kinds = question.discloser.kind, question.recipient.kind
    requested = officer is not None and bool(officer.stated.request)
    power = purpose.power(*kinds, question.day, requested=requested, area=question.discloser.area)
    if power is None or not power.duty:
        return None
    if officer is None:
        return _Ground(purpose.usual(power), None, duty_flow=True)
    asked = power.on_request
    return _Ground(officer.stated, officer.items if asked else None, duty_flow=True, recorded=True, typed=asked)


def _agreed(agreement: Agreement, code: PurposeCode, question: Question) -> _Ground:
    stated = agreement.stated(code)
    assert stated is not None  # it covers the purpose
    patterns = agreement.patterns(question.document.kind)
    missed = agreements.unassured(agreement, question.recipient, question.day)
    return _Ground(
        replace(stated, request=""),  # no agreement is the request that a duty to answer waits for
        patterns,
        agreement.ref,
        carriers=agreement.carriers,
        max_children=agreement.max_children,
        bulk=agreement.bulk,
        max_age=dict(agreement.max_age).get(question.document.kind),
        max_messages=agreement.max_messages,
        lapsed=any(one.refused and one.last is not None for one in missed),
    )


def _without_ground(question: Question, purpose: Purpose, wanting: Code) -> tuple[Code, ...]:
    """All that stands in the way: the officer who mends the agreement should not come back for the next reason."""
    sender, recipient, day = question.discloser, question.recipient, question.day
    power = purpose.power(sender.kind, recipient.kind, day, requested=False, area=sender.area)
    if power is None:
        return (Code.NO_PURPOSE,) if purpose.is_on(day) else (Code.NO_PURPOSE, Code.PURPOSE_OFF)
    usual = purpose.usual(power)
    judged = law.judge(purpose, question.discloser, question.recipient, frozenset(), usual, question.day)
    return (wanting, *judged.reasons)


# -- trying one ground ------------------------------------------------------------------------------------------------


def _try(
    question: Question, purpose: Purpose, ground: _Ground, classes: Classes, schema: Schema, sensitive: Sensitive
) -> Decision:
    kind = question.document.kind
    allowed = agreements.reach(purpose.patterns(kind), schema)
    if ground.patterns is not None:
        allowed &= agreements.reach(ground.patterns, schema)
    if not question.nhs_number:
        allowed = frozenset(item for item in allowed if not law.is_nhs_number(item, sensitive))
    going = allowed & _present(question)
    found = law.classes_of(going, classes, kind) | {one for item, one in question.lifted if item in going}
    judged = law.judge(purpose, question.discloser, question.recipient, found, ground.stated, question.day)
    asked_for = ground.recorded and (ground.typed or not ground.duty_flow)
    later = asked_for and stops.too_urgent(question)
    found_reasons = (
        *judged.reasons,
        *_limits(question, purpose, ground),
        *_least(question, purpose, ground, allowed),
        *([Code.REFUSED_ITEM] if law.refused_items(ground.patterns or (), sensitive, purpose.code) else []),
        *([] if question.sealable else [Code.NO_CERTIFICATE]),
        *stops.reasons(question, ground.stated.art6, duty=ground.duty_flow),
        *(stops.of_form(question, later=later) if asked_for else ()),
    )
    cleared = tuple(one for one in found_reasons if stops.is_cleared(question, one))
    reasons = tuple(one for one in found_reasons if one not in cleared)
    outcome = _outcome(reasons)
    asked_often = question.one_off is not None and question.one_off.earlier >= MANY_ONE_OFFS
    return Decision(
        outcome,
        reasons,
        question.purpose,
        question.discloser.id,
        question.recipient.id,
        question.pupils,
        question.carrier,
        judged.legal,
        ground.agreement,
        ground.duty_flow,
        ground.recorded,
        frozenset() if outcome is Outcome.REFUSE else allowed,
        question.flags,
        question.clearance,
        cleared,
        _remarks(question, ground, often=asked_often),
        approve_later=later and outcome is Outcome.RELEASE,
    )


def _least(question: Question, purpose: Purpose, ground: _Ground, allowed: frozenset[Item]) -> tuple[Code, ...]:
    """Something goes at all; and a one-off tells enough of each of its children for the recipient to act on it."""
    told = [one.items & allowed for one in question.document.pupils if one.number in question.pupils]
    one_off = ground.recorded and not ground.duty_flow
    lacking = one_off and any(purpose.lacking(question.document.kind, items) for items in told)
    return (
        *([] if any(told) else [Code.NOTHING_TO_SHARE]),
        *([Code.MINIMUM_ITEMS] if lacking else []),
    )


def _remarks(question: Question, ground: _Ground, *, often: bool) -> tuple[Code, ...]:
    """What stops nothing and asks for something: an agreement instead of the next one-off, a consent."""
    one_off = ground.recorded and not ground.duty_flow
    return (
        *([Code.NO_AGREEMENT] if one_off and often else []),
        *([Code.CONSENT_TO_LEAVE] if question.leaving else []),
    )


def _present(question: Question) -> frozenset[Item]:
    """What the document holds about the pupils in question."""
    asked = frozenset(question.pupils)
    return frozenset[Item]().union(*(pupil.items for pupil in question.document.pupils if pupil.number in asked))


def _limits(question: Question, purpose: Purpose, ground: _Ground) -> tuple[Code, ...]:
    lawful = _carrier_is_lawful(question, purpose)
    agreed = not ground.carriers or question.carrier in _agreed_carriers(ground)
    few = ground.max_children is None or len(question.pupils) <= ground.max_children
    a_class = ground.bulk or len(question.pupils) <= agreements.A_CLASS
    sent = dict(question.sent_today).get(ground.agreement, 0) if ground.agreement else 0
    room = ground.max_messages is None or sent < ground.max_messages
    asked = law.unconsented(purpose, ground.stated, question.pupils, question.consented)
    return (
        *([] if lawful and agreed else [Code.CARRIER]),
        *([] if few else [Code.TOO_MANY_CHILDREN]),
        *([] if a_class else [Code.BULK]),
        *([Code.TOO_OLD] if _too_old(question, ground.max_age) else []),
        *([] if room else [Code.TOO_MANY_MESSAGES]),
        *([Code.ASSURANCE_EXPIRED] if ground.lapsed else []),
        *([Code.NO_CONSENT] if asked else []),
        *([Code.APPROVAL] if purpose.person else []),
        *law.answers_with(purpose, question.document.kind),
    )


def _too_old(question: Question, days: int | None) -> bool:
    """Whether the document was made more than ``days`` ago: what it tells is as old as that, whatever it tells of.

    Days that stand in it (an entry, an absence, when a child was last seen) are what is told, and make nothing old.
    """
    return days is not None and question.made is not None and question.day - question.made > timedelta(days=days)


def _agreed_carriers(ground: _Ground) -> frozenset[Carrier]:
    """What may travel sealed from gateway to gateway may lie on our own shelf for another home: nothing travels."""
    agreed = frozenset(ground.carriers)
    return agreed | {Carrier.LAN} if Carrier.AS4 in agreed else agreed


def _carrier_is_lawful(question: Question, purpose: Purpose) -> bool:
    """Whether the file may travel so, where the law lists how (PIR05 reg 9(2)), or the home has accepted it.

    Our own network is closed, as reg 9(2)(b) asks, only between the schools and the council of one area.
    """
    if not purpose.carriers or question.carrier in question.accepted_carriers:
        return True
    if question.carrier not in {Carrier.LAN, Carrier.FOLDER, Carrier.AS4}:
        return question.carrier in purpose.carriers
    one_area = question.discloser.area is not None and question.discloser.area == question.recipient.area
    return one_area and Carrier.LAN in purpose.carriers


def _outcome(reasons: tuple[Code, ...]) -> Outcome:
    if not reasons:
        return Outcome.RELEASE
    return Outcome.HOLD if stops.HOLDS.issuperset(reasons) else Outcome.REFUSE


def _refuse(question: Question, *reasons: Code) -> Decision:
    return Decision(
        Outcome.REFUSE,
        tuple(dict.fromkeys(reasons)),
        question.purpose,
        question.discloser.id,
        question.recipient.id,
        question.pupils,
        question.carrier,
        flags=question.flags,
    )
