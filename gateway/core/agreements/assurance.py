"""Whether a partner still holds what an agreement asks: expired is a warning first, and a refusal after a grace."""

from dataclasses import dataclass
from datetime import date, timedelta

from gateway.core.agreements.records import Agreement
from gateway.core.partners import Partner, Scheme

GRACE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Unassured:
    """A scheme that the partner has shown no current certificate of; ``last`` is None where it never showed one.

    ``refused`` is whether the grace is over, so that nothing goes any more.
    """

    scheme: Scheme
    last: date | None
    refused: bool


def unassured(agreement: Agreement, partner: Partner, day: date, grace_days: int = GRACE_DAYS) -> tuple[Unassured, ...]:
    """What ``partner`` lacks on ``day`` of the assurance that the agreement asks.

    One that was never shown is out of grace so long after the agreement began.
    """
    lasts = {one.scheme: one.last for one in sorted(partner.assurance, key=lambda one: one.last)}
    grace = timedelta(days=grace_days)
    return tuple(
        Unassured(scheme, last, day > (last or agreement.in_force.first) + grace)
        for scheme in agreement.assurance
        if (last := lasts.get(scheme)) is None or last < day
    )
