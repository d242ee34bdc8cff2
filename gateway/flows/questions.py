"""What is asked about one destination, gathered from the register and from what people brought."""

from dataclasses import dataclass
from itertools import chain

from gateway.core import days, decisions, documents, law, requests
from gateway.core.days import day_of
from gateway.core.decisions import Clearance, Decision, OneOff, Question
from gateway.core.decisions.holding import NOTHING_CLEARED
from gateway.core.documents import Document
from gateway.core.errors import Code
from gateway.core.law import Answers, Class
from gateway.core.partners import Carrier, Partner
from gateway.core.recipients import Destination
from gateway.core.terms import (
    AgreementRef,
    Flag,
    Item,
)
from gateway.flows import children, closing
from gateway.flows.situations import Situation, Source


@dataclass(frozen=True, slots=True)
class Attached:
    """What people brought to one disclosure: what they cleared, and the decision form on which it stands.

    ``form`` is where the form is kept, ``form_text`` what it says, and ``form_handle`` by what it is known again.
    """

    clearance: Clearance = NOTHING_CLEARED
    one_off: OneOff | None = None
    form: str | None = None
    form_text: str = ""
    form_handle: str = ""


BARE = Attached()


def question(
    source: Source, destination: Destination, situation: Situation, attached: Attached = BARE
) -> Question | None:
    """What is asked about one destination; None where nobody can be named."""
    if destination.refusal is not None or destination.recipient is None:
        return None
    directory, document = situation.register.directory, source.document
    discloser, reader = directory.get(destination.discloser), directory.get(destination.recipient)
    flags = frozenset(chain.from_iterable(source.flags.get(number, ()) for number in destination.pupils))
    carrier = _carrier(reader, destination, flags, situation)
    return Question(
        purpose=destination.purpose,
        discloser=discloser,
        recipient=reader,
        document=document,
        pupils=destination.pupils,
        day=day_of(situation.at),
        carrier=destination.by_word or carrier,
        accepted_carriers=situation.carriers,
        lifted=_lifted(document, destination, situation),
        one_off=attached.one_off,
        flags=flags,
        own=directory.receiver(discloser).id in {reader.id, reader.team_of},
        origin=source.origin,
        clearance=attached.clearance,
        sealable=destination.by_word is not None or carrier is Carrier.S2S or _sealable(reader, situation),
        sent_today=_sent_today(destination, discloser, reader, document, situation),
        immediate=requests.immediate(document),
        grade=requests.grade_of(document),
        consented=_consented(destination, document, situation),
        nhs_number=law.nhs_number_may_go(
            opted_out=Flag.NHS_OPT_OUT in flags,
            day=day_of(situation.at),
            area=discloser.area,
            commencement=situation.rulebook.commencement,
        ),
        one_family=_one_family(document, destination.pupils, attached.one_off),
        made=documents.made_on(document),
        to_asker=Flag.ASK_FIRST in flags and to_asker(source, destination, situation),
        leaving=_leaving(destination, document, discloser, situation),
        lacks=requests.codes(requests.wanting(document, reader.kind)),
    )


def decide(source: Source, destination: Destination, situation: Situation, attached: Attached = BARE) -> Decision:
    """The decision about one destination, whoever has to look at it afterwards."""
    asked = question(source, destination, situation, attached)
    if asked is None:
        return decisions.refused(destination, destination.refusal or Code.NO_RECIPIENT)
    through = receiver(asked.recipient, situation)
    if through.onboarding and destination.by_word is None and asked.carrier is not Carrier.S2S:
        return decisions.refused(destination, Code.ONBOARDING)
    rules = situation.rulebook
    return decisions.decide(
        asked, rules.purposes, rules.classes, situation.register.agreements, rules.schemas, rules.sensitive
    )


def to_asker(source: Source, destination: Destination, situation: Situation) -> bool:
    """Whether the recipient is the one organisation that asked us to ask it first about these children."""
    known = children.handles(source.document, situation.blind)
    handles = tuple(chain.from_iterable(known.get(number, ()) for number in destination.pupils))
    return situation.askers(handles) == {destination.recipient}


def receiver(partner: Partner, situation: Situation) -> Partner:
    """The partner whose gateway takes what ``partner`` is to read: our own home for its schools and teams."""
    return situation.register.directory.receiver(partner)


def _consented(destination: Destination, document: Document, situation: Situation) -> frozenset[int]:
    """Who of these agreed to research that is not anonymous; asked only where the purpose asks it."""
    purpose = situation.rulebook.purposes.get(destination.purpose)
    if purpose is None or purpose.answers is not Answers.FIGURES:
        return frozenset()
    asked = {one.number: one.upn for one in document.pupils if one.upn and one.number in destination.pupils}
    handles = {number: situation.blind(f"child:{upn}") for number, upn in asked.items()}
    agreed = situation.consented(situation.home.id, purpose.code, tuple(handles.values()))
    return frozenset(number for number, handle in handles.items() if handle in agreed)


def _one_family(document: Document, numbers: tuple[int, ...], officer: OneOff | None) -> bool:
    """Whether every one of these shares a surname or a postcode with the first: nobody else is a sibling.

    Nobody asks where no officer's decision names siblings: to look at thirty children takes longer than to decide.
    """
    if officer is None or not officer.siblings or len(numbers) < 2:  # noqa: PLR2004  (one child is its own family)
        return True
    known = documents.identities(document)
    first, *others = (known[number] for number in numbers if number in known)
    names, homes = {surname.casefold() for surname, _ in first.names if surname}, set(first.postcodes)
    return all(names & {surname.casefold() for surname, _ in one.names} or homes & set(one.postcodes) for one in others)


def _leaving(destination: Destination, document: Document, discloser: Partner, situation: Situation) -> bool:
    """Whether a parent takes one of these out of school where the council has to agree (EA96 s434A)."""
    commencement, day = situation.rulebook.commencement, day_of(situation.at)
    return any(
        not law.consent_to_leave(one.ground, day, discloser.area, commencement, held=False)
        for one in document.pupils
        if one.number in destination.pupils
    )


def _sent_today(
    destination: Destination, discloser: Partner, reader: Partner, document: Document, situation: Situation
) -> tuple[tuple[AgreementRef, int], ...]:
    """How many messages went since midnight under each agreement that speaks of this one and limits them."""
    day = day_of(situation.at)
    midnight = days.begins(day)
    return tuple(
        (one.ref, situation.sent_under(one.ref, midnight))
        for one in situation.register.agreements
        if one.max_messages is not None
        and one.stands(day_of(situation.at))
        and one.covers(destination.purpose, discloser, reader, document.kind)
    )


def _sealable(reader: Partner, situation: Situation) -> bool:
    """Whether there is a certificate to seal for, or none is needed: on a shelf of our own, or as a plain file."""
    through = receiver(reader, situation)
    if through.id in situation.homes or through.takes_plain:
        return True
    return not through.onboarding and closing.agreed(through, situation) is not None


def _lifted(document: Document, destination: Destination, situation: Situation) -> frozenset[tuple[Item, Class]]:
    """What values of these pupils say beyond their paths: ground J makes a removal ground criminal."""
    book = situation.rulebook
    paths = book.sensitive.paths(document.kind)
    told = documents.told(document, destination.pupils, paths, book.known.formats.grounds)
    return law.raised(book.sensitive, document.kind, told)


def _carrier(reader: Partner, destination: Destination, flags: frozenset[Flag], situation: Situation) -> Carrier:
    """How it would travel. A transfer file waits to be handed to school2school where the law names that (PIR05 reg
    9(2)(c)) and our own way is not accepted, or does not lead there.

    Not one about a child with a stop flag: people look at it first, and nothing plain carries the handling marker.
    """
    through = receiver(reader, situation)
    if through.id in situation.homes:
        return Carrier.LAN
    usual = through.channel.carrier
    purpose = situation.rulebook.purposes.get(destination.purpose)
    named = purpose is not None and Carrier.S2S in purpose.carriers
    if not named or usual not in {Carrier.AS4, Carrier.LAN} or any(flag.stop for flag in flags):
        return usual
    return usual if usual in situation.carriers and _sealable(reader, situation) else Carrier.S2S
