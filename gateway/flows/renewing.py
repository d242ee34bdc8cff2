"""What was decided before, asked again: with its document, what people attached to it, and the flags of today."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.core import decisions, documents
from gateway.core.decisions import Origin
from gateway.core.delivery import Parcel
from gateway.core.documents import Document
from gateway.core.errors import Code, Refusal
from gateway.core.facts import ParcelWithdrawn, Stale
from gateway.core.recipients import Destination
from gateway.core.records import Decided, Record, latest
from gateway.core.terms import DisclosureId, ParcelId, PersonId, UploadId
from gateway.flows import children, disclose, oneoff, situations
from gateway.flows.disclose import Attached, Disclosure
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation, Source, parse_named


@dataclass(frozen=True, slots=True)
class Again:
    """One disclosure as it can be decided anew."""

    disclosure: DisclosureId
    source: Source
    destination: Destination
    attached: Attached
    here: Situation

    def decide(self, attached: Attached | None = None) -> Disclosure:
        return disclose.one(self.source, self.destination, self.here, self.disclosure, attached or self.attached)


def of_parcel(gateway: Gateway, parcel: Parcel, at: datetime) -> Again:
    """A parcel's own disclosure. Raises Refusal(WRONG_VERSION) where this release reads less of its document."""
    here = situations.of(gateway, parcel.home, at)
    found = gateway.store.decided(parcel.disclosure)
    destination = Destination(parcel.purpose, parcel.discloser, parcel.reader, parcel.pupils)
    return _again(gateway, here, parcel.disclosure, parcel.source, parcel.document, destination, found)


def of_decided(gateway: Gateway, found: Decided, at: datetime) -> Again:
    """A decision that waits for people. Raises Refusal(NOT_FOUND) where nothing is kept of what it is about."""
    if found.document is None or found.reader is None or found.purpose is None:
        raise Refusal(Code.NOT_FOUND)
    here = situations.of(gateway, found.home, at)
    destination = Destination(found.purpose, found.discloser, found.reader, found.pupils)
    return _again(gateway, here, found.disclosure, found.source, found.document, destination, found)


def withdrawn(gateway: Gateway, parcel: Parcel, stale: Stale, at: datetime) -> tuple[ParcelWithdrawn, Record]:
    """Withdraw a parcel and decide about it anew under the same disclosure id, all in one record."""
    fact = ParcelWithdrawn(at, parcel.home, parcel.id, stale)
    return fact, Record((fact,)) + of_parcel(gateway, parcel, at).decide().record


def origin_of(gateway: Gateway, parcel_id: ParcelId) -> Origin:
    """On which terms a received parcel came. What came without an agreement of ours may not be passed on unasked."""
    standing = gateway.store.parcel(parcel_id)
    if standing is None or not standing.parcel.received:
        raise Refusal(Code.NOT_FOUND)
    return decisions.origin_of(standing.parcel, gateway.store.register().agreements)


def _again(
    gateway: Gateway,
    here: Situation,
    disclosure: DisclosureId,
    upload: UploadId,
    first: str,
    destination: Destination,
    found: Decided | None,
) -> Again:
    kept = latest(first, gateway.store.rights_copies(upload))  # what was put right meanwhile goes as it is right
    document = _whole(gateway, here, kept)
    known = children.handles(document, here.blind)
    origin = origin_of(gateway, found.origin) if found is not None and found.origin is not None else None
    source = Source(
        upload,
        document,
        kept,
        children.flags_on(known, here.flags),
        found.agent if found else None,
        origin,
        found.origin if found else None,
    )
    return Again(
        disclosure, source, destination, _attached(gateway, disclosure, found, upload, destination, here), here
    )


def _whole(gateway: Gateway, here: Situation, kept: str) -> Document:
    """The document as it rested; a parcel knows its pupils by their number, so each must still be there."""
    rested = gateway.vault.open_kept(gateway.store.kept(kept))
    reading = documents.read(*parse_named(rested), here.rulebook.schemas, here.rulebook.known.meanings())
    if reading.document is None or len(reading.document.pupils) != reading.pupils:
        raise Refusal(Code.WRONG_VERSION)  # accepted under a release that still read all of it
    return reading.document


def _attached(
    gateway: Gateway,
    disclosure: DisclosureId,
    found: Decided | None,
    upload: UploadId,
    destination: Destination,
    here: Situation,
) -> Attached:
    clearance = gateway.store.clearance(disclosure) or decisions.NOTHING_CLEARED
    if found is None or found.form is None:
        return Attached(clearance)
    said = json.loads(gateway.vault.open_kept(gateway.store.kept(found.form)))
    brought = oneoff.Form(said["form"], PersonId(said["by"]), upload)
    return replace(oneoff.known(gateway, here, brought, destination.recipient), clearance=clearance, form=found.form)
