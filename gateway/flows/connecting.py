"""Connecting a partner's system: a rehearsal in which every kind goes there as a specimen, until two people say that it
is live. It is decided as on the day on which it will be; only the service of its messages says that it is a test.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from gateway.core import delivery, documents, kit, partners, recipients, sample, sharing
from gateway.core.agreements import Agreement
from gateway.core.as4 import Profile, certificates
from gateway.core.decisions import Decision
from gateway.core.delivery import Accepted, Failed, Parcel
from gateway.core.errors import Code, Fault, Reason, Refusal
from gateway.core.facts import (
    Condition,
    OnboardingMoved,
    SpecimenFailed,
    SpecimenReceipted,
    SpecimenSent,
    Version,
    What,
    join,
)
from gateway.core.kit import Kit
from gateway.core.partners import Channel, Directory, Partner
from gateway.core.recipients import Destination
from gateway.core.records import Person, Progress, Record, Register, Rehearsal, Way, progress
from gateway.core.sample import Between, Specimen
from gateway.core.sharing import Extract
from gateway.core.terms import DisclosureId, Kind, LaEstab, Outcome, PartnerId, UploadId
from gateway.flows import closing, dispatch, questions, saying, situations, trusting
from gateway.flows.closing import TEST_SERVICE
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation, Source, new_id
from gateway.flows.trusting import Roll


class Rehearsals(Roll, Protocol):
    """What is asked of the store beside the register: how far a partner has come."""

    def record(self, record: Record) -> None: ...
    def rehearsals(self, partner: PartnerId) -> Sequence[Rehearsal]: ...


def begin(gateway: Gateway, store: Rehearsals, partner: PartnerId, person: Person, at: datetime) -> Partner:
    """From now on only specimens go to a partner and come from it; what is real and waits for it goes on waiting.

    Raises Refusal: NOT_FOUND, SETTLED, NOT_ALLOWED.
    """
    return _moved(gateway, store, partner, person, at, partners.onboarded)


def go_live(gateway: Gateway, store: Rehearsals, partner: PartnerId, person: Person, at: datetime) -> Partner:
    """One person says that a partner may go live; the second settles it.

    Raises Refusal: NOT_FOUND, SETTLED, NO_CERTIFICATE, SAME_PERSON, NOT_ALLOWED.
    """
    return _moved(gateway, store, partner, person, at, lambda found: partners.made_live(found, person.id, at))


def far(gateway: Gateway, store: Rehearsals, partner: Partner, at: datetime) -> tuple[Progress, ...]:
    """What passed and what is left of every kind that can go between us and a partner."""
    home = store.register().directory.get(gateway.homes[0])
    known = [(one.kind, one.version) for one in _invented(gateway, home, partner, store.register().directory, at)]
    pushed = partner.channel is Channel.AS4
    return progress(known, store.rehearsals(partner.id), pushed=pushed)


def rehearse(gateway: Gateway, store: Rehearsals, partner: PartnerId) -> Iterator[Rehearsal]:
    """Send every specimen once, and say what came of each as it comes. Nothing is tried again by itself.

    It ends where so many in a row got no answer that holds that a partner would be paused.

    Raises Refusal: NOT_FOUND, SPECIMEN for a partner that is live, NO_CERTIFICATE where its keys or its address do not
    count yet, CARRIER for one that is not reached by a push.
    """
    register, at = store.register(), gateway.clock()
    found = register.directory.find(partner)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    if not found.onboarding:
        raise Refusal(Code.SPECIMEN)
    if found.channel is not Channel.AS4:
        raise Refusal(Code.CARRIER)
    if partners.unproven(found, at) is not None:
        raise Refusal(Code.NO_CERTIFICATE)
    live = replace(found, onboarding=False, live_by=None)
    silent, home, directory, then = 0, gateway.homes[0], register.directory, _as_live(register, live)
    for one in _invented(gateway, directory.get(home), found, directory, at):
        here = situations.of(gateway, home, gateway.clock(), then)
        done = _exchanged(gateway, store, one, live, here)
        silent = 0 if done.passed or Reason(done.said) in delivery.ANSWERED else silent + 1
        yield done
        if silent >= gateway.waits.pause_after:
            return


def kit_for(gateway: Gateway, partner: Partner, xsds: Mapping[tuple[Kind, str], bytes], at: datetime) -> Kit:
    """What whoever connects a partner's system has to know. Its specimens are of midnight: one day gives one kit."""
    register = gateway.store.register()
    directory, ours = register.directory, register.directory.get(gateway.homes[0])
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    day, kinds = at.date(), gateway.rulebook.schemas
    named = {one.ref for one in register.agreements if one.stands(day) and _between(one, ours, partner)}
    return Kit(
        ours=ours,
        theirs=partner,
        service=closing.SERVICE,
        test_service=TEST_SERVICE,
        profiles=_spoken(gateway, ours, partner, at),
        agreements=(*(f"duty:{code}" for code in sorted(gateway.rulebook.purposes)), *sorted(named)),
        lines=kit.lines(ours, midnight),
        xsds=xsds,
        to_us=tuple(sample.specimens(kinds, between(partner, ours, directory), midnight)),
        from_us=tuple(sample.specimens(kinds, between(ours, partner, directory), midnight)),
    )


def _between(agreement: Agreement, ours: Partner, theirs: Partner) -> bool:
    """Whether a message between the two may name it, one way or the other."""
    purposes = [code for code, _ in agreement.purposes]
    return any(agreement.speaks_of(code, *pair) for code in purposes for pair in ((ours, theirs), (theirs, ours)))


def _spoken(gateway: Gateway, ours: Partner, partner: Partner, at: datetime) -> tuple[Profile, ...]:
    """What both can: as their certificates say, or of one that has shown none yet all of ours."""
    mine = {certificates.profile_of(one.certificate) for one in gateway.keys.signers(ours.id)}
    signs, seals = (
        {certificates.profile_of(one) for one in shown}
        for shown in (partners.signing(partner, at), partners.sealing(partner, at))
    )
    theirs = signs & seals if signs else mine
    newest = partner.profile or max(Profile)
    return tuple(one for one in Profile if one in mine & theirs and one <= newest)


# -- one specimen -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ready:
    """A specimen as it goes, and what would be decided of a real one."""

    extract: Extract
    destination: Destination
    parcel: Parcel

    @property
    def decision(self) -> Decision:
        return self.extract.decision


def _exchanged(gateway: Gateway, store: Rehearsals, one: Specimen, partner: Partner, here: Situation) -> Rehearsal:
    """Read, decide, cut and seal one as if it were real; write down that it goes, and only then send it."""
    ready = _ready(one, partner, here)
    parcel, sealed = closing.as_message(ready.parcel, ready.extract, partner, here, TEST_SERVICE)
    message, reasons = parcel.message, ready.decision.reasons
    assert message is not None
    sent = SpecimenSent(
        here.at, here.home.id, message, saying.in_clear(partner), one.kind, Version(one.version), sealed.soap_digest,
        ready.decision.outcome, reasons or None,
    )  # fmt: skip
    store.record(Record((sent,)))
    result: Accepted | Failed
    try:
        reply = gateway.transport.send(partner, here.home.id, sealed.content_type, sealed.body)
        told = dispatch.read_reply(gateway, reply, message, sealed.references, partner)
        assert isinstance(told, Accepted | Failed)
        result = told
    except Fault as fault:
        result = Failed(fault.reason, fault.lasting)
    at, passed = gateway.clock(), isinstance(result, Accepted)
    said = str(result.reason) if isinstance(result, Failed) else ", ".join(reasons)
    row = Rehearsal(partner.id, Way.TO, one.kind, one.version, at, message, passed, ready.decision.outcome, said)
    fact = (
        SpecimenReceipted(at, here.home.id, message, result.digest, result.signed_by)
        if isinstance(result, Accepted)
        else SpecimenFailed(at, here.home.id, message, result.reason)
    )
    store.record(Record((fact,), rehearsed=(row,)))
    return row


def _ready(one: Specimen, partner: Partner, here: Situation) -> _Ready:
    """Decided as a real one would be. What would not go is sent whole all the same: no child is in it."""
    reading = documents.read(one.file.name, one.file.content, here.rulebook.schemas, here.rulebook.known)
    document = reading.document
    assert document is not None, "a specimen of our own is valid"
    usual = recipients.of(document, here.home, here.register.directory, here.at.date())[0]
    destination = replace(usual, recipient=partner.id, refusal=None)
    source = Source(UploadId(new_id("u", here.draw)), document, "")
    decision = questions.decide(source, destination, here)
    if decision.outcome is Outcome.RELEASE:
        extract = sharing.extract(document, decision, here.rulebook.schemas)
    else:
        extract = Extract(decision, document, document.items, frozenset(), 0)
    named = DisclosureId(new_id("d", here.draw))
    return _Ready(extract, destination, closing.parcel_for(source, destination, decision, here, named, partner))


def _as_live(register: Register, partner: Partner) -> Register:
    others = (one for one in register.directory.partners.values() if one.id != partner.id)
    return replace(register, directory=Directory.of((*others, partner)))


# -- which specimens --------------------------------------------------------------------------------------------------


def between(ours: Partner, theirs: Partner, directory: Directory) -> Between:
    """From ``ours`` to ``theirs``: by their numbers, and by a school in our area that the directory knows, if any."""
    schools = (one.laestab for one in directory.partners.values() if one.served_by == ours.id and one.kind.school)
    area = ours.area or theirs.area or "000"
    source = _number(ours) or LaEstab(f"{area}LLLL")
    school = ours.laestab or next((one for one in schools if one is not None), None) or LaEstab(f"{area}4321")
    dest = _number(theirs)
    return Between(source, school, dest) if dest else Between(source, school, source, theirs.id)


def _number(partner: Partner) -> LaEstab | None:
    return LaEstab(f"{partner.la}LLLL") if partner.la else partner.laestab


def _invented(
    gateway: Gateway, home: Partner, partner: Partner, directory: Directory, at: datetime
) -> Iterator[Specimen]:
    return sample.specimens(gateway.rulebook.schemas, between(home, partner, directory), at)


# -- whoever says so --------------------------------------------------------------------------------------------------


def _moved(
    gateway: Gateway, store: Rehearsals, partner: PartnerId, person: Person, at: datetime,
    change: Callable[[Partner], Partner],
) -> Partner:  # fmt: skip
    """Change a partner's state, in the name of somebody of ours and with how far it had come."""
    trusting.check_ours(gateway, person)

    def said(register: Register) -> tuple[Sequence[Partner], Record]:
        found = register.directory.find(partner)
        if found is None:
            raise Refusal(Code.NOT_FOUND)
        after, kinds = change(found), far(gateway, store, found, at)
        status = "live" if not after.onboarding else "agreed" if after.live_by else "onboarding"
        who = join(gateway.draw, What.ORGANISATION, partner, partner)
        by = join(gateway.draw, What.PERSON, person.id, person.id)
        home, passed = person.organisation, sum(one.passed for one in kinds)
        fact = OnboardingMoved(at, home, who.commitment, Condition(status), by.commitment, passed, len(kinds))
        return [after], Record((fact,), (who, by)) + trusting.recorded([after], home, at, gateway.draw)

    return trusting.changed(store, said)[0]
