"""Messages that stand on a duty of the controller itself, whatever the agreement says: to call back, and to put right.

Each is about a message that went, under whose purpose it goes, and to whoever had that one; it may go when that one
may no more. A recall, the news of a breach and the answer that somebody has it hold no child.

A rights notice (Article 19 UK GDPR) holds what is right, so what guards a child still holds it: stop flags and two
people (a refuge, a new identity, a child who died, "ask us first"; it names no child, so ``flows/rights`` looks for
them before it is made), a missing certificate, somebody who looks first where the purpose wants that. Nor does the
general duty open what another enactment shuts to all but a listed paper: plans (SEND14 reg 17), council tax, social
security, revenue, immigration. The law of confidence gives way to a legal obligation.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from gateway.core.facts import Citation, Condition
from gateway.core.law.purposes import Power, Purpose
from gateway.core.law.words import Answers, Article9, Bar, Schedule1
from gateway.core.partners import PartnerKind
from gateway.core.terms import Basis, Kind

_CALLING_BACK: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.RECALL: ("DisclosureId", "MessageId", "Reason"),
        Kind.RECALL_ANSWER: (
            "DisclosureId", "MessageId", "Outcome", "Opened", "Openers", "Day", "Reason", "PassedOn",
        ),
        Kind.BREACH: ("DisclosureId", "MessageId", "Affected"),
        Kind.ACKNOWLEDGEMENT: ("DisclosureId", "MessageId", "OpenedBy", "OpenedAt"),
        Kind.REFUSAL: ("DisclosureId", "MessageId", "Reason"),
    }
)  # fmt: skip

_PUTTING_RIGHT: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.RIGHTS: (
            "DisclosureId", "MessageId", "Number", "Item", "WrongSince", "Correction", "Was", "Entry", "Addendum",
            "RestrictedFrom", "RestrictedTo",
        ),
    }
)  # fmt: skip

OWN_DUTY: Mapping[Kind, tuple[str, ...]] = MappingProxyType({**_CALLING_BACK, **_PUTTING_RIGHT})
"""All that such a message may hold."""


def _anybody(citation: str) -> Power:
    return Power(tuple(PartnerKind), tuple(PartnerKind), Citation(citation), (Basis.A6C,), duty=True)


_TO_CALL_BACK = _anybody("UK GDPR Art 5(1)(f), Art 5(2), Art 24, Art 32 to Art 34")
_TO_PUT_RIGHT = _anybody("UK GDPR Art 19, with Art 16 to Art 18")

_POLICY = Condition("apd-education")


def as_owed(purpose: Purpose, kind: Kind) -> Purpose:
    """The purpose as it stands for a document of this kind: for one of ``OWN_DUTY`` that duty, or else as it is."""
    if kind not in OWN_DUTY:
        return purpose
    owed = replace(purpose, on=True, answers=Answers.DOCUMENT, papers=(), carriers=(), items=tuple(OWN_DUTY.items()))
    if kind in _CALLING_BACK:
        return replace(owed, powers=(_TO_CALL_BACK,), bars=(), person=False)
    return replace(
        owed,
        powers=(_TO_PUT_RIGHT,),
        bars=tuple(bar for bar in purpose.bars if bar is not Bar.CONFIDENCE),
        art9=(Article9.A9G,),
        sch1=(Schedule1.S1P6,),
        art10=(Schedule1.S1P36,),
        apd=purpose.apd or _POLICY,
    )
