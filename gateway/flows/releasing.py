"""An officer lets a school's explanation go further: as an addendum to what was disclosed, to councils that have it.

It goes the way of every message: decided under the agreement, cut, sealed and logged. An explanation is released once.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gateway.core.documents import messages
from gateway.core.documents.messages.about import Concerned, Rights
from gateway.core.documents.messages.parts import Heading, Reader, Reference, ReturnRoute, Sender
from gateway.core.documents.messages.words import Right
from gateway.core.errors import Code, Refusal
from gateway.core.facts import ExplanationReleased, What, join
from gateway.core.partners import Directory, Partner
from gateway.core.recipients import NOTIFY
from gateway.core.records import Explanation, Person, Record, Standing
from gateway.core.terms import LaEstab, PartnerId, PersonId, RuleCode, UploadId
from gateway.flows import intake
from gateway.flows.explaining import Explanations, asked, for_officer
from gateway.flows.intake import Upload
from gateway.flows.ports import Gateway
from gateway.flows.situations import new_id
from gateway.flows.wording import ASK, POWER, ROLE


class Releases(Explanations, Protocol):
    def release(self, upload: UploadId, rule: RuleCode, by: PersonId, at: datetime, record: Record) -> bool: ...


def release(
    gateway: Gateway, store: Releases, person: Person, upload: UploadId, rule: RuleCode, at: datetime
) -> tuple[str, ...]:
    """The outcome at each council that received something of the upload, in the order of their ids.

    Raises Refusal with NOT_FOUND where there is nothing of this person's council to release, NO_RECIPIENT where nothing
    went to another council, RELEASED where it went before.
    """
    found = [one for one in for_officer(store, person, upload) if one.rule == rule]
    if not found:
        raise Refusal(Code.NOT_FOUND)
    councils = _councils(gateway, upload, person.organisation)
    if not councils:
        raise Refusal(Code.NO_RECIPIENT)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    fact = ExplanationReleased(at, person.organisation, upload, rule, who.commitment)
    if not store.release(upload, rule, person.id, at, Record((fact,), (who,))):
        raise Refusal(Code.RELEASED)
    return tuple(_sent(gateway, person, found[0], one, number, at) for number, one in enumerate(councils, 1))


def _councils(gateway: Gateway, upload: UploadId, home: PartnerId) -> Sequence[Standing]:
    """One parcel of the upload for each other council that has one."""
    first = {one.parcel.recipient: one for one in gateway.store.parcels_of(upload) if one.parcel.recipient != home}
    return [first[council] for council in sorted(first)]


def _sent(gateway: Gateway, person: Person, given: Explanation, to: Standing, number: int, at: datetime) -> str:
    directory = gateway.store.register().directory
    text = gateway.vault.open_kept(given.kept).decode()
    made = _message(directory, person.organisation, given, to, f"{asked(given.rule)} {text}", number, at)
    name, content = str(messages.file_name(made)), messages.write(made)
    sent = Upload(UploadId(new_id("u", gateway.draw)), at, person.organisation, name, content, by=person.id)
    answer = json.loads(intake.accept(gateway, sent).answer)
    return str(answer["decisions"][0]["outcome"]) if answer["outcome"] == "accepted" else "refuse"


def _message(
    directory: Directory, home: PartnerId, given: Explanation, to: Standing, text: str, number: int, at: datetime
) -> Rights:
    ours, theirs = directory.get(home), directory.get(to.parcel.recipient)
    heading = Heading(
        date_time=at.replace(tzinfo=None, microsecond=0),
        source=Sender(number=_number(ours), council_name=ours.name),
        dest=Reader(number=_number(theirs)),
        case=str(given.upload),
        return_route=ReturnRoute(officer_role=ROLE, phone_no=ours.contact.phone or ASK),
        power=POWER,
        sequence=number,
    )
    meant = Reference(disclosure_id=to.parcel.disclosure)
    numbers = given.pupils or (None,)
    concerned = tuple(Concerned(message=meant, number=pupil, addendum=text) for pupil in numbers)
    return Rights(heading=heading, purpose=NOTIFY, right=Right.ADDENDUM, records=concerned)


def _number(council: Partner) -> LaEstab:
    return LaEstab(f"{council.la}LLLL")
