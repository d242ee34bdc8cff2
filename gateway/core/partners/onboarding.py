"""A partner whose system is being connected: begun by one person, and live when two have said so."""

from dataclasses import replace
from datetime import datetime

from gateway.core.errors import Code, Refusal
from gateway.core.partners.records import Partner
from gateway.core.partners.trust import unproven
from gateway.core.terms import PersonId


def onboarded(partner: Partner) -> Partner:
    """From now on only specimens go there and come from it. Raises Refusal: SETTLED where it is so, NOT_ALLOWED for
    one that has no gateway of its own.
    """
    if partner.onboarding:
        raise Refusal(Code.SETTLED)
    try:
        return replace(partner, onboarding=True, live_by=None)
    except ValueError:
        raise Refusal(Code.NOT_ALLOWED) from None


def made_live(partner: Partner, by: PersonId, at: datetime) -> Partner:
    """After one more person has said that it may go live: the second settles it.

    Raises Refusal: SETTLED where it is live, NO_CERTIFICATE where its keys or its address do not count yet,
    SAME_PERSON for the one who has said so before.
    """
    if not partner.onboarding:
        raise Refusal(Code.SETTLED)
    if partner.awaiting is not None or unproven(partner, at) is not None:
        raise Refusal(Code.NO_CERTIFICATE)
    if partner.live_by == by:
        raise Refusal(Code.SAME_PERSON)
    if partner.live_by is None:
        return replace(partner, live_by=by)
    return replace(partner, onboarding=False, live_by=None)
