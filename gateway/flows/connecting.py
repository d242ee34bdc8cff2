"""Connecting a partner's system: a rehearsal in which every kind goes there as a specimen, until two people say that it
is live. It is decided as on the day on which it will be; only the service of its messages says that it is a test.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.core import delivery, kit, partners, sample
from gateway.core.agreements import Agreement
from gateway.core.as4 import Profile, certificates
from gateway.core.days import day_of
from gateway.core.errors import Code, Reason, Refusal
from gateway.core.facts import (
    Condition,
    OnboardingMoved,
    What,
    join,
)
from gateway.core.kit import Kit
from gateway.core.partners import Channel, Partner
from gateway.core.records import Person, Progress, Record, Register, Rehearsal, progress
from gateway.core.terms import Kind, PartnerId
from gateway.flows import closing, operating, trusting, trying
from gateway.flows.closing import TEST_SERVICE
from gateway.flows.ports import Gateway
from gateway.flows.trusting import Roll
from gateway.flows.trying import Specimens


class Rehearsals(Roll, Specimens, Protocol):
    """What is asked of the store beside the register: how far a partner has come."""


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


def far(gateway: Gateway, store: Rehearsals, partner: Partner) -> tuple[Progress, ...]:
    """What passed and what is left of every kind that can go between us and a partner."""
    known = trying.addressed(gateway, partner, store.register().directory)
    return progress(known, store.rehearsals(partner.id), reached=trying.reaches(partner))


@dataclass(frozen=True, slots=True)
class Stand:
    """How a partner with a gateway of its own stands: ``waits`` says in words what its keys or its address wait for."""

    partner: Partner
    waits: str
    kinds: tuple[Progress, ...] = ()

    @property
    def known(self) -> bool:
        """Whether anything of it is registered here."""
        return self.partner.introduced

    @property
    def in_wales(self) -> bool:
        """Whether it is a council with a number of Wales: files are alike there, and duties follow its own law."""
        return "660" <= (self.partner.la or "") <= "681"

    @property
    def passed(self) -> int:
        return sum(one.passed for one in self.kinds)

    @property
    def reached(self) -> bool:
        return trying.reaches(self.partner)

    @property
    def pulls(self) -> bool:
        return self.partner.channel is Channel.PULL


def listed(gateway: Gateway, store: Rehearsals, person: Person, at: datetime) -> list[Stand]:
    """Everybody whose system can be connected, those first who are. Raises Refusal(NOT_ALLOWED)."""
    operating.refuse_others(gateway, person)
    every = store.register().directory.partners.values()
    found = [_stand(gateway, store, one, at) for one in every if connects(gateway, one, at)]
    return sorted(found, key=lambda one: (not one.partner.onboarding, one.partner.name))


def others(gateway: Gateway, person: Person, at: datetime) -> list[Partner]:
    """Whose new address or keys wait for two people though no system of theirs is connected, such as a school's or a
    team's. Raises Refusal(NOT_ALLOWED).
    """
    operating.refuse_others(gateway, person)
    every = gateway.store.register().directory.partners.values()
    return sorted(
        (one for one in every if one.awaiting and not connects(gateway, one, at)), key=lambda one: (one.name, one.id)
    )


def look(gateway: Gateway, store: Rehearsals, person: Person, partner: PartnerId, at: datetime) -> Stand:
    """One of these. Raises Refusal: NOT_FOUND, NOT_ALLOWED."""
    operating.refuse_others(gateway, person)
    found = store.register().directory.find(partner)
    if found is None or not connects(gateway, found, at):
        raise Refusal(Code.NOT_FOUND)
    return _stand(gateway, store, found, at)


def connects(gateway: Gateway, one: Partner, at: datetime) -> bool:
    """Whether it has a system of its own today, which can be connected.

    A folder is none before somebody has registered more of whose it is: Scotland is a place where files are laid.
    """
    own = one.channel is not Channel.INBOX and not one.served_by and one.id not in gateway.homes
    nobody = one.channel is Channel.FOLDER and not one.introduced
    return own and not nobody and one.in_effect.covers(day_of(at))


def _stand(gateway: Gateway, store: Rehearsals, one: Partner, at: datetime) -> Stand:
    waits = partners.unproven(one, at)
    return Stand(one, partners.WAIT_WORDS[waits] if waits else "", far(gateway, store, one) if one.onboarding else ())


def rehearse(gateway: Gateway, store: Rehearsals, partner: PartnerId) -> Iterator[Rehearsal]:
    """Send every specimen once, and say what came of each as it comes. Nothing is tried again by itself.

    It ends where so many in a row got no answer that holds that a partner would be paused. For a partner that pulls
    there is nothing to send: it has the next one whenever it asks.

    Raises Refusal: NOT_FOUND, SPECIMEN for a partner that is live, NO_CERTIFICATE where its keys or its address do not
    count yet, CARRIER for one that only takes plain files.
    """
    directory, at = store.register().directory, gateway.clock()
    found = directory.find(partner)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    if not found.onboarding:
        raise Refusal(Code.SPECIMEN)
    if not trying.reaches(found):
        raise Refusal(Code.CARRIER)
    if partners.unproven(found, at) is not None:
        raise Refusal(Code.NO_CERTIFICATE)
    silent, kinds = 0, () if found.channel is Channel.PULL else gateway.rulebook.schemas
    for one in trying.invented(gateway, kinds, found, directory, at):
        done = trying.send(gateway, store, one, trying.as_live(found))
        silent = 0 if done.went or Reason(done.said) in delivery.ANSWERED else silent + 1
        yield done
        if silent >= gateway.waits.pause_after:
            return


def kit_for(gateway: Gateway, partner: Partner, xsds: Mapping[tuple[Kind, str], bytes], at: datetime) -> Kit:
    """What whoever connects a partner's system has to know. Its specimens are of midnight: one day gives one kit."""
    register = gateway.store.register()
    directory, ours = register.directory, register.directory.get(gateway.homes[0])
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    day, kinds = day_of(at), gateway.rulebook.schemas
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
        to_us=tuple(sample.specimens(kinds, trying.between(partner, ours, directory), midnight)),
        from_us=tuple(sample.specimens(kinds, trying.between(ours, partner, directory), midnight)),
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
        after, kinds = change(found), far(gateway, store, found)
        status = "live" if not after.onboarding else "agreed" if after.live_by else "onboarding"
        who = join(gateway.draw, What.ORGANISATION, partner, partner)
        by = join(gateway.draw, What.PERSON, person.id, person.id)
        home, passed = person.organisation, sum(one.passed for one in kinds)
        fact = OnboardingMoved(at, home, who.commitment, Condition(status), by.commitment, passed, len(kinds))
        return [after], Record((fact,), (who, by)) + trusting.recorded([after], home, at, gateway.draw)

    return trusting.changed(store, said)[0]
