"""Stop a partner's queue and let it go on: who did and why stands in the log, and the next claim heeds it.

What was claimed before is looked at once more before it goes, so a stop counts at once.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from gateway.core import partners
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Fact, Join, QueuePaused, QueueResumed, What, join
from gateway.core.partners import Partner
from gateway.core.records import Person, Record, Register
from gateway.core.terms import PartnerId
from gateway.flows import trusting
from gateway.flows.operating import refuse_others
from gateway.flows.ports import Gateway
from gateway.flows.trusting import Roll


def pause(gateway: Gateway, roll: Roll, person: Person, partner: PartnerId, reason: str, at: datetime) -> Partner:
    """Let nothing go to a partner until somebody lets it go on. Raises Refusal.

    (NOT_ALLOWED, NOT_FOUND, SETTLED, REASON_WANTED)
    """

    def changed(found: Partner, who: Join, by: Join) -> tuple[Partner, Fact, tuple[Join, ...]]:
        after = partners.paused(found, person.id, reason, at)
        assert after.paused is not None
        why = join(gateway.draw, What.TEXT, after.paused.reason, found.id)
        fact = QueuePaused(at, person.organisation, who.commitment, why.commitment, by.commitment)
        return after, fact, (why,)

    return _changed(gateway, roll, person, partner, at, changed)


def resume(gateway: Gateway, roll: Roll, person: Person, partner: PartnerId, at: datetime) -> Partner:
    """Let a queue go on, with what waited first. Raises Refusal (NOT_ALLOWED, NOT_FOUND, SETTLED)."""

    def changed(found: Partner, who: Join, by: Join) -> tuple[Partner, Fact, tuple[Join, ...]]:
        return partners.resumed(found), QueueResumed(at, person.organisation, who.commitment, by.commitment), ()

    return _changed(gateway, roll, person, partner, at, changed)


def _changed(
    gateway: Gateway, roll: Roll, person: Person, partner: PartnerId, at: datetime,
    change: Callable[[Partner, Join, Join], tuple[Partner, Fact, tuple[Join, ...]]],
) -> Partner:  # fmt: skip
    refuse_others(gateway, person)
    if partner in gateway.homes:
        raise Refusal(Code.NOT_ALLOWED)

    def said(register: Register) -> tuple[Sequence[Partner], Record]:
        found = register.directory.find(partner)
        if found is None:
            raise Refusal(Code.NOT_FOUND)
        who = join(gateway.draw, What.ORGANISATION, partner, partner)
        by = join(gateway.draw, What.PERSON, person.id, person.id)
        after, fact, more = change(found, who, by)
        record = Record((fact,), (who, by, *more))
        return [after], record + trusting.recorded([after], person.organisation, at, gateway.draw)

    return trusting.changed(roll, said)[0]
