"""A report of how the gateway stands, for whoever helps the council: versions, settings, findings, counts; nobody.

It names organisations and reasons. No child is in it, no secret, and no person: the names of those who sign in are
taken out of every sentence.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from gateway.core.delivery import State
from gateway.core.measures import Measures
from gateway.core.records import Person, Queued
from gateway.core.terms import stamp
from gateway.flows import traffic
from gateway.flows.operating import refuse_others
from gateway.flows.ports import Gateway
from gateway.flows.readying import Machine
from gateway.flows.traffic import Tallies

SOMEBODY = "somebody"
Told = Mapping[str, object]


class Looked(Tallies, Protocol):
    """What the report asks of the store."""

    def measure(self, at: datetime, pause_after: int) -> Measures: ...
    def queues(self) -> Sequence[Queued]: ...
    def people(self) -> Sequence[Person]: ...


def report(gateway: Gateway, store: Looked, machine: Machine, person: Person, at: datetime) -> Told:
    """Everything, as values that JSON writes. Raises Refusal(NOT_ALLOWED)."""
    refuse_others(gateway, person)
    named = {*(one.id for one in store.people()), *(each for some in gateway.owners.values() for each in some)}

    def nobody(text: str) -> str:
        return re.sub(r"[\w.'@+-]+", lambda word: SOMEBODY if word[0] in named else word[0], text)

    now, week = store.measure(at, gateway.waits.pause_after), traffic.week(gateway, store, person, at)
    directory = gateway.store.register().directory
    return {
        "made": stamp(at),
        "versions": dict(machine.versions),
        "settings": dict(machine.shown),
        "findings": [
            {"what": nobody(one.name), "health": one.health, "words": nobody(one.words), "fix": nobody(one.fix)}
            for one in machine.examine()
        ],
        "parcels": {state: now.parcels.get(state, 0) for state in State},
        "oldest_due_seconds": round(now.oldest_due),
        "log": {"lines": now.lines, "signed": now.signed},
        "queues": [
            {
                "partner": one.partner,
                "waiting": one.waiting,
                "oldest_minutes": round((at - one.oldest).total_seconds() / 60) if one.oldest else 0,
                "failures": one.failures,
                "paused": bool((found := directory.find(one.partner)) and found.paused),
            }
            for one in store.queues()
        ],
        "days": [
            {"day": day.isoformat(), "sent": sent, "received": week.received[day]} for day, sent in week.sent.items()
        ],
    }
