"""An officer lets a school's explanation go further: as an addendum to what was disclosed, to whoever has that pupil.

It goes the way of every message: decided, cut, sealed and logged. An explanation is released once. A school of ours
reads it in its inbox (``addenda``), another council by its own gateway.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.core.delivery import State
from gateway.core.documents import messages
from gateway.core.documents.messages.about import Concerned, Rights
from gateway.core.documents.messages.parts import Heading, Reader, Reference, ReturnRoute, Sender
from gateway.core.documents.messages.words import Right
from gateway.core.errors import Code, Refusal
from gateway.core.facts import ExplanationReleased, What, join
from gateway.core.partners import Directory, PartnerKind
from gateway.core.recipients import NOTIFY
from gateway.core.records import Answer, Explanation, Person, Record, Standing
from gateway.core.terms import DisclosureId, LaEstab, PartnerId, PersonId, PurposeCode, RuleCode, UploadId
from gateway.flows import answering, intake, uncollected
from gateway.flows.explaining import Explanations, asked, for_officer
from gateway.flows.intake import Upload
from gateway.flows.ports import Gateway
from gateway.flows.situations import new_id
from gateway.flows.wording import ASK, POWER, ROLE

NOBODYS = frozenset({State.WITHDRAWN, State.ABANDONED, State.FROZEN, State.DESTROYED})
"""What nobody has, and nobody may open."""


class Releases(Explanations, Protocol):
    def release(self, upload: UploadId, rule: RuleCode, by: PersonId, at: datetime, record: Record) -> bool: ...
    def receipt(self, sender: PartnerId, upload: UploadId) -> Answer | None: ...


@dataclass(frozen=True, slots=True)
class Reached:
    """Who has what an explanation is about. ``numbers`` are the pupils' places in the file that they have."""

    to: PartnerId
    disclosure: DisclosureId
    purpose: PurposeCode
    numbers: tuple[int, ...]


def reached(gateway: Gateway, store: Releases, given: Explanation) -> Sequence[Reached]:
    """Who has a pupil whom an explanation is about, in the order of their ids; our own teams are left out."""
    answer = store.receipt(given.sender, given.upload)
    came = answering.came_as(json.loads(answer.body)) if answer is not None else {}
    own, found = uncollected.own(gateway), dict[PartnerId, Reached]()
    for one in gateway.store.parcels_of(given.upload):
        to = _whom(one, given.reader)
        numbers = tuple(
            place for place, number in enumerate(one.parcel.pupils, 1) if came.get(number, number) in given.pupils
        )
        if one.state not in NOBODYS and to not in own and (numbers or not given.pupils):
            found[to] = Reached(to, one.parcel.disclosure, one.parcel.purpose, numbers)
    return [found[to] for to in sorted(found)]


def named(gateway: Gateway, store: Releases, given: Explanation) -> Sequence[str]:
    """Whom releasing it would reach, by their names."""
    directory = gateway.store.register().directory
    return [directory.get(one.to).name for one in reached(gateway, store, given)]


def release(
    gateway: Gateway, store: Releases, person: Person, upload: UploadId, rule: RuleCode, at: datetime
) -> tuple[str, ...]:
    """The outcome for each who has such a pupil, in the order of ``reached``.

    Raises Refusal with NOT_FOUND where there is nothing of this person's council to release, NO_RECIPIENT where nobody
    else has such a pupil, RELEASED where it went before.
    """
    found = [one for one in for_officer(store, person, upload) if one.rule == rule]
    if not found:
        raise Refusal(Code.NOT_FOUND)
    whom = reached(gateway, store, found[0])
    if not whom:
        raise Refusal(Code.NO_RECIPIENT)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    fact = ExplanationReleased(at, person.organisation, upload, rule, who.commitment)
    if not store.release(upload, rule, person.id, at, Record((fact,), (who,))):
        raise Refusal(Code.RELEASED)
    return tuple(_sent(gateway, person, found[0], one, number, at) for number, one in enumerate(whom, 1))


def _whom(standing: Standing, home: PartnerId) -> PartnerId:
    """The other council, or whoever of ours it lies here for."""
    return standing.parcel.reader if standing.parcel.recipient == home else standing.parcel.recipient


def _sent(gateway: Gateway, person: Person, given: Explanation, to: Reached, number: int, at: datetime) -> str:
    directory = gateway.store.register().directory
    text = gateway.vault.open_kept(given.kept).decode()
    made = _message(directory, person.organisation, given, to, f"{asked(given.rule)} {text}", number, at)
    name, content = str(messages.file_name(made)), messages.write(made)
    sent = Upload(UploadId(new_id("u", gateway.draw)), at, person.organisation, name, content, by=person.id)
    answer = json.loads(intake.accept(gateway, sent).answer)
    return str(answer["decisions"][0]["outcome"]) if answer["outcome"] == "accepted" else "refuse"


def _message(
    directory: Directory, home: PartnerId, given: Explanation, to: Reached, text: str, number: int, at: datetime
) -> Rights:
    ours, theirs = directory.get(home), directory.get(to.to)
    area = LaEstab(f"{ours.la}LLLL")
    heading = Heading(
        date_time=at.replace(tzinfo=None, microsecond=0),
        source=Sender(number=area, council_name=ours.name),
        dest=Reader(number=theirs.number) if theirs.number else Reader(number=area, body=theirs.id),
        case=str(given.upload),
        return_route=ReturnRoute(officer_role=ROLE, phone_no=ours.contact.phone or ASK),
        power=POWER,
        sequence=number,
    )
    meant = Reference(disclosure_id=to.disclosure)
    concerned = tuple(Concerned(message=meant, number=place, addendum=text) for place in to.numbers or (None,))
    purpose = NOTIFY if theirs.kind is PartnerKind.COUNCIL else to.purpose
    return Rights(heading=heading, purpose=purpose, right=Right.ADDENDUM, records=concerned)
