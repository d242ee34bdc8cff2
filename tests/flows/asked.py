"""What a test asks of councils when it is about a notice or an enquiry on its way."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core import documents, sample
from gateway.core.documents import Message, value
from gateway.core.documents.messages.parts import OpenIdentity
from gateway.core.documents.messages.tracing import Enquiry, Notice
from gateway.core.documents.messages.words import Urgency
from gateway.core.notices import Side, States
from gateway.core.records import Person
from gateway.core.sample import SampleFile
from gateway.core.terms import DisclosureId, Kind, LaEstab, ParcelId, PartnerId
from gateway.edge.store import tables as t
from gateway.flows import casework, children, dispatch, notices, seeking
from gateway.flows.asking import Sent
from gateway.flows.sending import decisions_of
from tests.flows.watch import OFFICER, read
from tests.simulator import KENT, MEDWAY, World
from tests.simulator import Side as Council

NUMBERS = {KENT: LaEstab("886LLLL"), MEDWAY: LaEstab("887LLLL")}


def sealed(message: Message) -> SampleFile:
    return SampleFile(str(documents.file_name(message)), documents.write(message))


def a_message(world: World, kind: Kind, seed: int = 1, urgency: Urgency = Urgency.ROUTINE) -> Any:
    """A notice or an enquiry from Kent to Medway, of this moment, without a marker."""
    made = sample.message(kind, seed, NUMBERS[KENT], NUMBERS[MEDWAY], world.clock().replace(tzinfo=None))
    message = value(read(made))
    assert isinstance(message, Enquiry | Notice)
    return replace(message, cover=None, heading=replace(message.heading, urgency=urgency))


def about(message: Any, who: OpenIdentity) -> Any:
    """The same, about this child."""
    return replace(message, records=tuple(replace(one, who=who) for one in message.records))


def sent(world: World, message: Message) -> DisclosureId:
    """Sent by an officer of Kent; nothing has left yet."""
    file = sealed(message)
    plan = casework.send(world.kent.gateway, KENT, file.name, file.content, world.clock(), extra=situation(OFFICER))
    (one,) = decisions_of(plan)
    assert one["outcome"] == "release", plan.answer
    return DisclosureId(one["disclosure"])


def situation(person: Person) -> Any:
    from gateway.flows.situations import Extra

    return Extra(person=person)


def carry(world: World, *councils: PartnerId) -> list[str]:
    """Everything that is due goes out from these, or from all."""
    found = []
    for home in councils or tuple(world.sides):
        while sent := dispatch.send_due(world.sides[home].gateway, 100):  # one partner's queue after the other
            found += [type(one.fact).__name__ for one in sent]
    return found


def open_all(side: Council, person: Person, at: datetime) -> list[tuple[ParcelId, str]]:
    """Somebody opens every notice and enquiry that lies there for them."""
    shelf = casework.shelf(side.gateway, person)
    came = side.store.notices_in([one.parcel for one in shelf])
    found = [one for one in shelf if one.state == "shelved" and one.parcel in came]
    return [(one.parcel, casework.collect(side.gateway, person, one.parcel, at)[0]) for one in found]


def tick(world: World, **later: float) -> None:
    """Time passes, and every gateway does what time brings up, and sends what is due."""
    at = world.clock.on(**later)
    for side in world.sides.values():
        notices.sweep(side.gateway, side.store, at)
        seeking.look(side.gateway, side.store, at)
        seeking.sweep(side.gateway, side.store, at)
    carry(world)


def states(side: Council, disclosure: DisclosureId, on: Side = Side.SENT) -> States:
    found = side.store.notice(disclosure, on)
    assert found is not None
    return notices.states_of(side.store, found)


def tasks(side: Council) -> list[tuple[str, str]]:
    return [(task.kind.value, task.subject) for task in side.store.tasks([side.home])]


def outcomes(sent: Sequence[Sent]) -> dict[PartnerId, str]:
    return {one.council: decisions_of(one.plan)[0]["outcome"] for one in sent}


def destroyed(side: Council, kept: str | None) -> bool:
    """Whether nothing of it rests any more, nor the key under which it was."""
    assert kept is not None, "there was something"
    with side.store.engine.connect() as db:
        return db.execute(sa.select(t.kept).where(t.kept.c.id == kept)).first() is None


def handle(side: Council, number: str | None) -> str:
    """By what a child with this number is found at that council."""
    return children.handle(f"upn:{number}", side.vault.blind)
