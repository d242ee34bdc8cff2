"""What a council says about a file that somebody has, read in words: what a school explained, what was put right.

Reading it is collecting it, and is logged as that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gateway.core import documents
from gateway.core.documents.aloud import Said
from gateway.core.documents.messages.about import Concerned, Rights
from gateway.core.errors import Code, Fault, Refusal
from gateway.core.records import Person, Standing
from gateway.core.terms import Kind, ParcelId
from gateway.flows import casework, children, enquiry, opening, reading
from gateway.flows.ports import Gateway
from gateway.flows.releasing import NOBODYS

LEADS = frozenset({"Disclosure id", "Number"})
"""What leads to the file and the pupil, whom the page names by what an office knows them by."""


@dataclass(frozen=True, slots=True)
class About:
    """One thing that is said. ``number`` is the pupil's place in the file, ``label`` by what the office knows them."""

    sender: str
    came: datetime | None
    number: int | None
    label: str
    said: Said


def read(gateway: Gateway, person: Person, parcel_id: ParcelId, at: datetime) -> tuple[str, tuple[About, ...]]:
    """Who says it, and what. Raises Refusal as collecting does, and NOT_FOUND for any other kind of file."""
    standing = casework.readable(gateway, person, parcel_id)
    if standing.parcel.kind is not Kind.RIGHTS:
        raise Refusal(Code.NOT_FOUND)
    opened = reading.opened(gateway, person, parcel_id, at)
    made = documents.value(opened.document)
    assert isinstance(made, Rights), "its kind says so"
    said = (said for _, said in documents.aloud(opened.document)[1:])
    about = (_about(gateway, person, *both) for both in zip(made.records, said, strict=True))
    return opened.sender.name, tuple(about)


def _about(gateway: Gateway, person: Person, one: Concerned, said: Said) -> About:
    rest = tuple(each for each in said if each[0] not in LEADS)
    file = next(_files(gateway, person, one), None)
    if file is None:
        return About("", None, one.number, "", rest)
    sender = enquiry.name_of(gateway, file.parcel.discloser)
    return About(sender, file.parcel.sealed_at, one.number, _label(gateway, file, one.number or 0), rest)


def _label(gateway: Gateway, file: Standing, number: int) -> str:
    """The pupil who had this place in the file as it came; nobody where the pupil, or all of it, was erased since.

    The rest may have moved up by then, and another child's name beside what is said would be worse than none.
    """
    rules, came = gateway.rulebook, file.parcel.pupils
    try:
        name, content = casework.as_it_stands(gateway, file)
        document = documents.read(name, content, rules.schemas, rules.known.meanings()).document
    except (Refusal, Fault):
        return ""
    if document is None or not 0 < number <= len(came):
        return ""
    if len(document.pupils) != len(came):
        known = gateway.store.handles_of(file.parcel.source, came[number - 1])
        number = children.place(document, known, gateway.vault.blind) or 0
    return documents.labels(content).get(number, "")


def _files(gateway: Gateway, person: Person, one: Concerned) -> Iterator[Standing]:
    """The file that is meant, where it lies here and this very person may open it."""
    for standing in gateway.store.parcels_under(one.message.disclosure_id) if one.message.disclosure_id else ():
        theirs = standing.parcel.reader == person.organisation and standing.state not in NOBODYS
        if theirs and not opening.guarded(gateway, [standing.parcel]):
            yield standing
