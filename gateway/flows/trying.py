"""One specimen on its way to a partner that is being connected: pushed, handed to MESH or pulled, and its receipt.

It is written down that it goes before it does. What its receipt must repeat is kept beside that until one comes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from gateway.core import as4, documents, partners, recipients, sample, sharing
from gateway.core.as4 import Sealed
from gateway.core.days import day_of
from gateway.core.delivery import Accepted, Failed, Parcel
from gateway.core.errors import Fault, Reason
from gateway.core.facts import SpecimenFailed, SpecimenReceipted, SpecimenSent, Version
from gateway.core.partners import Directory, Partner
from gateway.core.records import Record, Rehearsal, Way
from gateway.core.sample import Between, Specimen
from gateway.core.sharing import Extract
from gateway.core.terms import DisclosureId, Kind, LaEstab, Outcome, PartnerId, UploadId
from gateway.flows import closing, dispatch, questions, situations
from gateway.flows.closing import TEST_SERVICE
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation, Source, new_id

AGAIN = timedelta(hours=1)
"""After so long what a partner pulled and did not receipt is handed out anew."""


class Specimens(Protocol):
    """What is asked of the store of specimens."""

    def record(self, record: Record) -> None: ...
    def rehearsals(self, partner: PartnerId) -> Sequence[Rehearsal]: ...


def reaches(partner: Partner) -> bool:
    """Whether specimens go there: beside a plain file there is no place for the mark of a test."""
    return partner.channel.sealed and not partner.takes_plain


def send(gateway: Gateway, store: Specimens, one: Specimen, partner: Partner) -> Rehearsal:
    """Push one, or hand it to MESH, which brings its receipt later."""
    row, parcel, sealed = _begun(gateway, store, one, partner)
    courier = gateway.couriers.get(parcel.carrier) if parcel.carrier else None
    if parcel.carrier and courier is None:
        return _settled(gateway, store, row, Failed(Reason.CARRIER))
    try:
        if courier is not None:
            courier.hand(parcel, partner, "", sealed.body, again=False)
            return row
        reply = gateway.transport.send(partner, parcel.home, sealed.content_type, sealed.body)
    except Fault as fault:
        return _settled(gateway, store, row, Failed(fault.reason, fault.lasting))
    told = dispatch.read_reply(gateway, reply, row.message, sealed.references, partner)
    assert isinstance(told, Accepted | Failed)
    return _settled(gateway, store, row, told)


def next_pulled(gateway: Gateway, store: Specimens, partner: Partner) -> tuple[Rehearsal, Sealed] | None:
    """The next specimen for a partner that asks; None where each has a receipt, was asked for lately or cannot go."""
    at, live, directory = gateway.clock(), as_live(partner), gateway.store.register().directory
    if partners.unproven(partner, at) is not None or closing.agreed(live, _here(gateway, live)) is None:
        return None
    made = {(one.kind, one.version): one for one in store.rehearsals(partner.id) if one.way is Way.TO}
    for key in addressed(gateway, partner, directory):
        last = made.get(key)
        if last is None or (not last.passed and at - last.at >= AGAIN):
            (one,) = invented(gateway, [key], partner, directory, at)
            row, _, sealed = _begun(gateway, store, one, live)
            return row, sealed
    return None


def answered(
    gateway: Gateway, store: Specimens, connecting: Iterable[Partner], found: as4.Receipt | as4.ErrorSignal
) -> bool:
    """Whether an answer that came by itself is about a specimen of ours to one of these. The first one settles it.

    Raises As4Error for a receipt that is not for exactly what went.
    """
    rows = (row for one in connecting if one.onboarding for row in store.rehearsals(one.id) if row.way is Way.TO)
    row = next((one for one in rows if one.message == found.ref_to), None)
    if row is None:
        return False
    if row.soap is not None:
        told = dispatch.meaning(found, row.message, as4.references_in(row.soap))
        assert isinstance(told, Accepted | Failed)
        _settled(gateway, store, row, told)
    return True


# -- one of them ------------------------------------------------------------------------------------------------------


def _begun(gateway: Gateway, store: Specimens, one: Specimen, partner: Partner) -> tuple[Rehearsal, Parcel, Sealed]:
    """Read, decide, cut and seal one as if it were real, and write down that it goes."""
    here = _here(gateway, partner)
    parcel, extract = _ready(one, partner, here)
    parcel, sealed = closing.as_message(parcel, extract, partner, here, TEST_SERVICE)
    message, reasons, outcome = parcel.message, extract.decision.reasons, extract.decision.outcome
    assert message is not None
    fact = SpecimenSent(
        here.at, here.home.id, message, partners.in_clear(partner), one.kind, Version(one.version), sealed.soap_digest,
        outcome, reasons or None,
    )  # fmt: skip
    row = Rehearsal(
        partner.id, Way.TO, one.kind, one.version, here.at, message, False, outcome, ", ".join(reasons), sealed.soap
    )
    store.record(Record((fact,), rehearsed=(row,)))
    return row, parcel, sealed


def _settled(gateway: Gateway, store: Specimens, row: Rehearsal, result: Accepted | Failed) -> Rehearsal:
    at, home = gateway.clock(), gateway.homes[0]
    after = replace(row, at=at, passed=isinstance(result, Accepted), soap=None)
    fact: SpecimenReceipted | SpecimenFailed
    if isinstance(result, Accepted):
        fact = SpecimenReceipted(at, home, row.message, result.digest, result.signed_by)
    else:
        fact, after = SpecimenFailed(at, home, row.message, result.reason), replace(after, said=str(result.reason))
    store.record(Record((fact,), rehearsed=(after,)))
    return after


def _ready(one: Specimen, partner: Partner, here: Situation) -> tuple[Parcel, Extract]:
    """Decided as a real one would be. What would not go is sent whole all the same: no child is in it."""
    reading = documents.read(one.file.name, one.file.content, here.rulebook.schemas, here.rulebook.known)
    document = reading.document
    assert document is not None, "a specimen of our own is valid"
    usual = recipients.of(document, here.home, here.register.directory, day_of(here.at))[0]
    destination = replace(usual, recipient=partner.id, refusal=None)
    source = Source(UploadId(new_id("u", here.draw)), document, "")
    decision = questions.decide(source, destination, here)
    if decision.outcome is Outcome.RELEASE:
        extract = sharing.extract(document, decision, here.rulebook.schemas)
    else:
        extract = Extract(decision, document, document.items, frozenset(), 0)
    named = DisclosureId(new_id("d", here.draw))
    return closing.parcel_for(source, destination, decision, here, named, partner), extract


def as_live(partner: Partner) -> Partner:
    """The partner as it will be."""
    return replace(partner, onboarding=False, live_by=None)


def _here(gateway: Gateway, live: Partner) -> Situation:
    """As on the day on which ``live`` is."""
    register = gateway.store.register()
    others = (one for one in register.directory.partners.values() if one.id != live.id)
    then = replace(register, directory=Directory.of((*others, live)))
    return situations.of(gateway, gateway.homes[0], gateway.clock(), then)


# -- which ones -------------------------------------------------------------------------------------------------------


def addressed(gateway: Gateway, partner: Partner, directory: Directory) -> list[tuple[Kind, str]]:
    """Every kind and version that can go between our first home and a partner."""
    pair = between(directory.get(gateway.homes[0]), partner, directory)
    return sample.addressed(gateway.rulebook.schemas, pair)


def invented(
    gateway: Gateway, known: Iterable[tuple[Kind, str]], partner: Partner, directory: Directory, at: datetime
) -> Iterator[Specimen]:
    """A specimen of each of these, from our first home to a partner."""
    return sample.specimens(known, between(directory.get(gateway.homes[0]), partner, directory), at)


def between(ours: Partner, theirs: Partner, directory: Directory) -> Between:
    """From ``ours`` to ``theirs``: by their numbers, and by a school in our area that the directory knows, if any."""
    schools = (one.laestab for one in directory.partners.values() if one.served_by == ours.id and one.kind.school)
    area = ours.area or theirs.area or "000"
    source = ours.number or LaEstab(f"{area}LLLL")
    school = ours.laestab or next((one for one in schools if one is not None), None) or LaEstab(f"{area}4321")
    dest = theirs.number
    return Between(source, school, dest) if dest else Between(source, school, source, theirs.id)
