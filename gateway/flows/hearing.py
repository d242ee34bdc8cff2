"""What a message about a message does the moment it arrives, before anybody has read it.

A recall closes what it calls back; an answer stands beside our own recall; news of a breach opens our record of it.
Each also lies on the shelf like every message, and a person has a task about it.
"""

from dataclasses import replace

from gateway.core import documents
from gateway.core.delivery import Parcel, State
from gateway.core.documents import Document
from gateway.core.documents.messages import about as said
from gateway.core.documents.messages.parts import Reference
from gateway.core.facts import Fact, ParcelFrozen, RecallHeard, RecallReceived, TaskKind, What, join
from gateway.core.partners import Partner
from gateway.core.records import CalledBack, Record
from gateway.core.terms import DisclosureId, Kind, MessageId
from gateway.flows import about, breaches, returning
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation


def arrived(gateway: Gateway, document: Document, sender: Partner, parcel: Parcel, here: Situation) -> Record:
    """What the arrival of ``document`` in ``parcel`` writes beside it."""
    record = _late(gateway, sender, parcel, here)
    if document.kind not in _HEARD:
        return record
    message = documents.value(document)
    if isinstance(message, said.Recall):
        return sum((_recalled(gateway, message, one, sender, here) for one in message.records), record)
    if isinstance(message, said.RecallAnswer):
        return record + _answered(gateway, message, sender, here)
    assert isinstance(message, said.Breach)
    return record + _lost(gateway, message, sender, parcel, here)


_HEARD = frozenset({Kind.RECALL, Kind.RECALL_ANSWER, Kind.BREACH})


def _late(gateway: Gateway, sender: Partner, parcel: Parcel, here: Situation) -> Record:
    """What was called back before it arrived opens to nobody."""
    if gateway.store.called_back(sender.id, parcel.disclosure) is None:
        return Record(())
    return Record((ParcelFrozen(here.at, here.home.id, parcel.id),))


def _recalled(gateway: Gateway, message: said.Recall, meant: said.Recalled, sender: Partner, here: Situation) -> Record:
    disclosure = _meant(gateway, sender, meant.message)
    if disclosure is None or gateway.store.called_back(sender.id, disclosure) is not None:
        return Record(())
    home = here.home.id
    unopened = [
        one for one in returning.theirs(gateway, here, sender.id, disclosure) if one.state is State.SHELVED
    ]  # fmt: skip
    facts: tuple[Fact, ...] = (
        RecallReceived(here.at, home, sender.id, disclosure, meant.reason, len(unopened)),
        *(ParcelFrozen(here.at, home, one.parcel.id) for one in unopened),
    )
    call = CalledBack(sender.id, disclosure, home, here.at, message.due, message.purpose, meant.reason)
    look = about.task(TaskKind.RECALL, disclosure, home, here.owners, here)
    return Record(facts, called_back=(call,), tasks=(look,))


def _answered(gateway: Gateway, message: said.RecallAnswer, sender: Partner, here: Situation) -> Record:
    """The answer of the partner from which we called it back, and of nobody else; the first one stands."""
    disclosure = message.in_reply_to.disclosure_id
    found = gateway.store.recall_of(disclosure) if disclosure else None
    given = next((one for one in message.records if one.message.disclosure_id == disclosure), None)
    if found is None or given is None or given.outcome is None:
        return Record(())
    if found.partner != sender.id or found.answered_at is not None:
        return Record(())
    opened = given.openers if given.openers is not None else {True: 1, False: 0, None: None}[given.opened]
    kept = here.keep("\n".join(given.passed_on).encode()) if given.passed_on else None
    to = tuple(join(here.draw, What.TEXT, one, kept.id) for one in given.passed_on) if kept else ()
    fact = RecallHeard(
        here.at, here.home.id, found.disclosure, sender.id, given.outcome, opened, given.reason,
        tuple(one.commitment for one in to) or None,
    )  # fmt: skip
    row = replace(found, answered_at=here.at, outcome=given.outcome, opened=opened, answer=kept.id if kept else None)
    return Record((fact,), to, (kept,) if kept else (), heard=(row,))


def _lost(gateway: Gateway, message: said.Breach, sender: Partner, parcel: Parcel, here: Situation) -> Record:
    """Of what we disclosed to them: our own record and its clocks. Of what they told us: somebody reads it today."""
    record = Record(())
    for meant in message.records:
        disclosure = _meant(gateway, sender, meant.message)
        decided = gateway.store.decided(disclosure) if disclosure else None
        ours = disclosure is not None and any(
            one.parcel.recipient == sender.id and not one.parcel.received
            for one in gateway.store.parcels_under(disclosure)
        )
        if decided is None or disclosure is None or not ours:
            continue
        if gateway.store.breach_about(disclosure) is None:
            record += breaches.opened(gateway, here, decided, message.nature, sender.id, None)[1]
    if record.breaches:
        return record
    team = about.governance(gateway.store.people(), here.home.id, here.owners)
    return Record((), tasks=(about.task(TaskKind.BREACH_NEWS, parcel.id, here.home.id, team, here),))


def _meant(gateway: Gateway, sender: Partner, reference: Reference) -> DisclosureId | None:
    """The disclosure that is meant; by its message id only what this sender sent us."""
    if reference.disclosure_id is not None:
        return reference.disclosure_id
    message: MessageId | None = reference.message_id
    answer = gateway.store.answer("message", sender.id, message) if message else None
    return answer.disclosure if answer else None
