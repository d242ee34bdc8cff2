"""On what a recall, its answer and the news of a breach stand: a controller's own duty, whatever the agreement says.

Such a message holds no child. Its purpose is that of the message it is about; it may go when that one may no more.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from gateway.core.facts import Citation
from gateway.core.law.purposes import Power, Purpose
from gateway.core.law.words import Answers
from gateway.core.partners import PartnerKind
from gateway.core.terms import Basis, Kind

CALLING_BACK: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.RECALL: ("DisclosureId", "MessageId", "Reason"),
        Kind.RECALL_ANSWER: (
            "DisclosureId", "MessageId", "Outcome", "Opened", "Openers", "Day", "Reason", "PassedOn",
        ),
        Kind.BREACH: ("DisclosureId", "MessageId", "Affected"),
    }
)  # fmt: skip
"""All that such a message may hold."""

_DUTY = Power(
    tuple(PartnerKind),
    tuple(PartnerKind),
    Citation("UK GDPR Art 5(1)(f), Art 5(2), Art 24, Art 32 to Art 34"),
    (Basis.A6C,),
    duty=True,
)


def calling_back(purpose: Purpose, kind: Kind) -> Purpose:
    """The purpose as it stands for a document of this kind: for a recall or a breach the duty to put things right."""
    if kind not in CALLING_BACK:
        return purpose
    return replace(
        purpose,
        on=True,
        answers=Answers.DOCUMENT,
        powers=(_DUTY,),
        bars=(),
        papers=(),
        carriers=(),
        items=tuple(CALLING_BACK.items()),
        person=False,
    )
