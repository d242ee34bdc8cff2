"""Sending a message that we have made, and reading what was decided about it."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gateway.core import documents
from gateway.core.documents import Message
from gateway.core.records import Person
from gateway.core.terms import PartnerId
from gateway.flows import casework
from gateway.flows.intake import Plan
from gateway.flows.ports import Gateway
from gateway.flows.situations import Extra


def by_hand(gateway: Gateway, person: Person, home: PartnerId, message: Message, at: datetime) -> Plan:
    """Send what a person of ``home`` has to say, the way of every file. Raises Refusal."""
    name, content = str(documents.file_name(message)), documents.write(message)
    return casework.send(gateway, home, name, content, at, extra=Extra(person=person))


def decisions_of(plan: Plan) -> Sequence[dict[str, Any]]:
    """What was decided, one for each recipient; nothing of a file that was refused."""
    return list(json.loads(plan.answer).get("decisions", ()))
