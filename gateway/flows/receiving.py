"""What we may keep of what a partner tells us, and who has to look at it.

An authenticated public body is never refused for want of our agreement: what it tells about a child is kept, receipted
and put before a person the same working day. What no ground of ours covers is not kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.core import agreements, documents, law, requests, tasks
from gateway.core.agreements import Agreement
from gateway.core.days import day_of
from gateway.core.decisions import ONE_OFF
from gateway.core.delivery import Parcel
from gateway.core.documents import Document, Marker
from gateway.core.errors import Code, Refusal
from gateway.core.facts import TaskKind, parse_line
from gateway.core.law import Purpose
from gateway.core.partners import Partner
from gateway.core.records import Record
from gateway.core.tasks import Task
from gateway.core.terms import AgreementRef, DisclosureId, Item, Kind, PartnerId, PurposeCode, TaskId
from gateway.flows import children, flagging
from gateway.flows.children import Handles
from gateway.flows.situations import Situation, new_id

MARKED = Item("HandlingMarker")
_ANSWERS = frozenset({Kind.REPLY, Kind.CHECK_ANSWER, Kind.TRANSFER, Kind.TRANSFER_ANSWER})
"""What is told because somebody asked for it."""


_OWNS = frozenset({"DisclosureReleased", "DisclosureHeld", "DisclosureRefused", "MessageReceived"})
"""Lines of which the organisation that they are about may have the proof."""


class Lines(Protocol):
    """What it asks of the log."""

    def lines_about(self, subject: str) -> Sequence[bytes]: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """What is kept of one message. ``unagreed``: on no agreement of ours and no duty; ``left_out`` is not kept."""

    document: Document
    agreement: AgreementRef | None
    unagreed: bool
    marked: bool
    left_out: frozenset[Item]
    handles: Handles
    asks: bool
    """It asks something and lacks what a request needs, but cannot wait for the sender to mend it."""

    def record(self, parcel: Parcel, here: Situation) -> Record:
        """What is written of it beside the message: by what its children are found, flags, and who looks at it."""
        wanted = [(TaskKind.UNAGREED, self.unagreed), (TaskKind.REQUEST, self.asks)]
        made = tuple(_task(kind, parcel, here) for kind, there in wanted if there)
        asker = here.register.directory.teller(here.register.directory.get(parcel.discloser)).id
        marked = flagging.ask_first(self.document, here, asker) if self.marked else Record(())
        return Record((), named=(children.named(parcel.source, self.handles),), tasks=made) + marked


def refuse_known(lines: Lines, disclosure: DisclosureId | None) -> None:
    """An id from outside is its sender's alone: one of ours or of another partner is not theirs to use.

    Asked of what this sender has not delivered before. Raises Refusal(KNOWN_ID_OTHER_CONTENT), lest two own one line.
    """
    for line in lines.lines_about(disclosure) if disclosure else ():
        if parse_line(line)["fact"] in _OWNS:
            raise Refusal(Code.KNOWN_ID_OTHER_CONTENT)


def take(
    document: Document,
    sender: Partner,
    reader: PartnerId,
    properties: dict[str, str],
    marker: Marker | None,
    here: Situation,
) -> Taken:
    """Hold a message against our own law and agreements for receiving.

    Raises Refusal: REQUEST_INCOMPLETE or NEEDED_FOR for a request that can go back, NO_AGREEMENT for what a private
    body tells without an agreement about no matter of a child's welfare.
    """
    reads = here.register.directory.get(reader)
    known = _purpose(properties.get("purpose"), here)
    purpose = law.as_owed(known, document.kind) if known is not None else None
    agreement = _agreement(purpose, sender, reads, document, here)
    owed = purpose is not None and _owed(purpose, sender, reads, document, here)
    unagreed = agreement is None and not owed and sender.team_of != here.home.id
    if unagreed and not (sender.kind.public_authority or sender.kind.school or _for_a_child(purpose)):
        raise Refusal(Code.NO_AGREEMENT)
    lacks = requests.codes(requests.wanting(document, reads.kind))
    if lacks and not requests.urgent(document):
        raise Refusal(lacks[0])
    kept, left_out = _least(document, purpose, None if document.kind in law.OWN_DUTY else agreement, here)
    return Taken(
        kept,
        agreement.ref if agreement else None,
        unagreed,
        marker is not None or MARKED in document.items,
        left_out,
        children.handles(document, here.blind),
        bool(lacks),
    )


def _purpose(code: str | None, here: Situation) -> Purpose | None:
    try:
        return here.rulebook.purposes.get(PurposeCode(code or ""))
    except ValueError:
        return None


def _agreement(
    purpose: Purpose | None, sender: Partner, reads: Partner, document: Document, here: Situation
) -> Agreement | None:
    # first what is in force, then what it covers: an older version must not revive where a newer one is silent
    standing = agreements.in_force(here.register.agreements, day_of(here.at))
    found = agreements.covering(standing, purpose.code, sender, reads, document.kind) if purpose else ()
    return next(iter(found), None)


def _owed(purpose: Purpose, sender: Partner, reads: Partner, document: Document, here: Situation) -> bool:
    """Whether statute obliges the sender to tell it: of its own accord, or in answer to a request."""
    power = purpose.power(sender.kind, reads.kind, day_of(here.at), requested=document.kind in _ANSWERS)
    return power is not None and power.duty


def _for_a_child(purpose: Purpose | None) -> bool:
    """Whether it may be told about one named child without an agreement."""
    return purpose is not None and purpose.code in ONE_OFF


def _least(
    document: Document, purpose: Purpose | None, agreement: Agreement | None, here: Situation
) -> tuple[Document, frozenset[Item]]:
    """The document without what our agreement, or else the purpose itself, gives no ground to keep.

    A purpose that we do not know has no measure, so a person sees all of it.
    """
    schema = here.rulebook.schemas.get((document.kind, document.version))
    patterns = purpose.patterns(document.kind) if purpose else ()
    if schema is None or not patterns:
        return document, frozenset()
    allowed = agreements.reach(patterns, schema)
    if agreement is not None:
        allowed &= agreements.reach(agreement.patterns(document.kind), schema)
    if document.items <= allowed and not document.unknown:
        return document, frozenset()
    try:
        cut = documents.cut(document, allowed, here.rulebook.schemas, None)
    except Refusal:
        return document, frozenset()
    return cut.document, cut.withheld


def _task(kind: TaskKind, parcel: Parcel, here: Situation) -> Task:
    task = TaskId(new_id("t", here.draw))
    owner = next(iter(here.owners), None)
    clock = tasks.clock_of(kind, parcel.purpose)
    due = here.rulebook.clocks.due(clock, here.at)
    return Task(task, here.home.id, kind, parcel.id, here.at, due, owner, clock=clock)
