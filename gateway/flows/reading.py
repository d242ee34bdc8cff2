"""What came in, as a person reads it at a page: opened by them, which is logged first, and whole.

Whoever sent it sees that it was opened; nothing more is told of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.core import documents
from gateway.core.cases import LIVE
from gateway.core.delivery import Parcel
from gateway.core.documents import Document
from gateway.core.documents.messages.parts import Reference
from gateway.core.errors import Code, Refusal
from gateway.core.partners import Partner
from gateway.core.records import Person, Standing
from gateway.core.terms import CaseId, Kind, ParcelId
from gateway.flows import casebook, casework
from gateway.flows.casebook import Casebook
from gateway.flows.ports import Gateway


@dataclass(frozen=True, slots=True)
class Opened:
    """What a person has before them. ``meant`` is what an answer refers to."""

    parcel: ParcelId
    sender: Partner
    standing: Standing
    document: Document

    @property
    def meant(self) -> Reference:
        return Reference(disclosure_id=self.standing.parcel.disclosure)


def opened(gateway: Gateway, person: Person, parcel: ParcelId, at: datetime) -> Opened:
    """Show it to somebody of the organisation it is for. Raises Refusal as ``casework.collect`` does, and WRONG_KIND
    for a file that no page can show.
    """
    if casework.readable(gateway, person, parcel).parcel.kind is Kind.ENCLOSURE:
        raise Refusal(Code.WRONG_KIND)
    return made(gateway, person, parcel, *casework.collect(gateway, person, parcel, at))


def made(gateway: Gateway, person: Person, parcel: ParcelId, name: str, content: bytes) -> Opened:
    """The same of what was opened before."""
    rules = gateway.rulebook
    document = documents.read(name, content, rules.schemas, rules.known.meanings()).document
    if document is None:
        raise Refusal(Code.WRONG_KIND)
    standing = casework.readable(gateway, person, parcel)
    return Opened(parcel, gateway.store.register().directory.get(standing.parcel.discloser), standing, document)


def cases_of(gateway: Gateway, store: Casebook, person: Person, parcel: Parcel) -> Sequence[CaseId]:
    """The live cases of the one child that it is about, as far as they open to somebody; of many children, none."""
    if person.role not in casebook.OFFICERS or len(parcel.pupils) != 1:
        return ()
    handles = gateway.store.handles_of(parcel.source, parcel.pupils[0])
    found = [one for one in gateway.store.cases_on(parcel.home, handles) if one.state in LIVE]
    return [one.id for one in found if _opens(gateway, store, person, one.id)]


def _opens(gateway: Gateway, store: Casebook, person: Person, case: CaseId) -> bool:
    try:
        casebook.opened(gateway, store, person, case)
    except Refusal:
        return False
    return True
