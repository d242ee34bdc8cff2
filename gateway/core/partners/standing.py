"""What a partner's record lacks on a day, and what of it ends soon: the doctor asks, and people do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.core.days import lasting
from gateway.core.partners.kinds import PartnerKind
from gateway.core.partners.particulars import Scheme
from gateway.core.partners.records import Partner

WARN_DAYS = (90, 30, 7)
"""Days before the end at which it is spoken of, as for the review of an agreement (``law.md`` §9 rule 16)."""


class Want(StrEnum):
    """What there may be to ask a partner for."""

    ASSURANCE = "assurance"
    ROUND_THE_CLOCK = "round-the-clock"
    SAFEGUARDING = "safeguarding"
    DOMAIN = "domain"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Lapse:
    """One thing to ask a partner for. ``days`` are left of ``scheme``, none below 0; ``within`` is the step reached."""

    want: Want
    scheme: Scheme | None = None
    days: int = 0
    within: int = 0

    @property
    def over(self) -> bool:
        """Whether an assurance counts no more: an agreement that asks for it carries nothing."""
        return self.want is Want.ASSURANCE and self.days < 0

    @property
    def words(self) -> str:
        if self.scheme is None:
            return _WORDS[self.want]
        return f"{self.scheme} {lasting(self.days)}"


def lapsed(partner: Partner, day: date, warn_days: tuple[int, ...] = WARN_DAYS) -> tuple[Lapse, ...]:
    """All that is over, ends within ``warn_days`` or is not there on ``day``; nothing of one not in effect.

    A school and a council's own team are called through their council, so they need no number that answers at night.
    """
    if not partner.in_effect.covers(day):
        return ()
    return (*_assurances(partner, day, warn_days), *(Lapse(want) for want in _missing(partner, day)))


def _assurances(partner: Partner, day: date, warn_days: tuple[int, ...]) -> Iterator[Lapse]:
    """Of each scheme the one that counts longest: who has renewed has two for a while."""
    for scheme in sorted({one.scheme for one in partner.assurance}):
        days = (max(one.last for one in partner.assurance if one.scheme == scheme) - day).days
        reached = [step for step in warn_days if days <= step]
        if days < 0 or reached:
            yield Lapse(Want.ASSURANCE, scheme, days, min(reached, default=0))


def _missing(partner: Partner, day: date) -> Iterator[Want]:
    kind = partner.kind
    if not (partner.contact.phone or kind.school or kind.own_team or kind is PartnerKind.PUBLIC):
        yield Want.ROUND_THE_CLOCK
    if kind is PartnerKind.COUNCIL and partner.safeguarding is None:
        yield Want.SAFEGUARDING
    if partner.verified is None and (partner.domain or partner.endpoint):
        yield Want.DOMAIN
    if kind is PartnerKind.ATTENDANCE_COMPANY and not any(one.covers(day) for one in partner.agent_of):
        yield Want.CONTRACT


_WORDS = {
    Want.ROUND_THE_CLOCK: "no number that answers day and night",
    Want.SAFEGUARDING: "no named safeguarding contact",
    Want.DOMAIN: "its domain is not verified",
    Want.CONTRACT: "no contract in force under which it acts for a school",
}
