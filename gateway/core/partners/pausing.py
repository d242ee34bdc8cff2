"""A partner's queue that somebody of ours stops and lets go on: what is for it waits, and nothing of it is lost."""

from dataclasses import replace
from datetime import datetime

from gateway.core.errors import Code, Refusal
from gateway.core.partners.kinds import Channel
from gateway.core.partners.records import Partner, Paused
from gateway.core.terms import PersonId

LONGEST = 300
"""Characters of a reason."""


def has_queue(partner: Partner) -> bool:
    """Whether anything is sent to it; what is for an inbox here, or for another's gateway, is not."""
    return partner.channel is not Channel.INBOX and partner.served_by is None


def paused(partner: Partner, by: PersonId, reason: str, at: datetime) -> Partner:
    """From now on nothing goes there. Raises Refusal: SETTLED where it is so, NOT_ALLOWED where nothing would go
    anyway, REASON_WANTED without a sentence that says why.
    """
    if not has_queue(partner):
        raise Refusal(Code.NOT_ALLOWED)
    if partner.paused:
        raise Refusal(Code.SETTLED)
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST:
        raise Refusal(Code.REASON_WANTED)
    return replace(partner, paused=Paused(at, by, said))


def resumed(partner: Partner) -> Partner:
    """It goes on, with what waited first. Raises Refusal(SETTLED) where it was not paused."""
    if not partner.paused:
        raise Refusal(Code.SETTLED)
    return replace(partner, paused=None)
