"""The life of an agreement: taken into the register, signed party by party, in force, reviewed, and over.

Each step is decided from the register as it was read, and written only if the register is still that one: two people
who sign at once, or several processes that sweep, do nothing twice and undo nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from gateway.core import agreements, law
from gateway.core.agreements import Agreement, Party, Reminder, Signatory, Status, Usage, lifecycle
from gateway.core.days import day_of
from gateway.core.errors import Code, Fault, Reason, Refusal
from gateway.core.facts import (
    AgreementMoved,
    AgreementRecorded,
    AgreementSigned,
    Condition,
    Fact,
    Join,
    What,
    commitment_of,
    join,
    join_person,
    parse_line,
)
from gateway.core.records import Record, Register
from gateway.core.terms import AgreementRef, Outcome, PartnerId, Period, PersonId, digest
from gateway.flows.ports import Gateway

TRIES = 5


class OtherTerms(ValueError):
    """The register has other terms under the same number."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a day has moved by itself, and what somebody has to see to."""

    moved: tuple[Agreement, ...]
    reminders: tuple[Reminder, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """Versions as they are from now on, and what is said of it."""

    made: tuple[Agreement, ...] = ()
    facts: tuple[Fact, ...] = ()
    joins: tuple[Join, ...] = ()

    def __add__(self, other: "_Change") -> "_Change":
        return _Change(self.made + other.made, self.facts + other.facts, self.joins + other.joins)


def adopt(gateway: Gateway, made: Agreement, at: datetime) -> Agreement:
    """Take a version into the register, or what has come of it elsewhere: more signatures, a later step.

    Raises OtherTerms when the register has other terms under its number, Refusal(AGREEMENT_STEP) for a step back.
    """

    def decide(register: Register) -> _Change:
        held = _held(register, made.ref)
        if held is None:
            _refuse_named(gateway, made)
            content = digest(agreements.to_toml(made).encode())
            new = _Change((made,), (AgreementRecorded(at, _home(gateway, made), made.ref, content),))
            return new + _overtaken(gateway, register, new.made, at)
        if not lifecycle.same_terms(held, made):
            raise OtherTerms(made.ref)
        return _brought(gateway, register, held, made, at)

    return _change(gateway, decide, made.ref)


def _refuse_named(gateway: Gateway, made: Agreement) -> None:
    """Refuse terms that name what may never go under one of their purposes: the NHS number, benefits, and the like."""
    patterns = [pattern for _, listed in made.items for pattern in listed]
    sensitive = gateway.rulebook.sensitive
    if any(law.refused_items(patterns, sensitive, code) for code, _ in made.purposes):
        raise Refusal(Code.REFUSED_ITEM)


def consult(gateway: Gateway, ref: AgreementRef, by: PersonId | None, at: datetime) -> Agreement:
    """Lay a draft before the parties. Raises Refusal(NOT_FOUND, AGREEMENT_STEP)."""
    return _moved(gateway, ref, Status.IN_CONSULTATION, by, at)


def sign(gateway: Gateway, ref: AgreementRef, party: Party, role: str, at: datetime) -> Agreement:
    """A senior officer of one party signs; the last signature makes it signed. Raises Refusal as ``consult``."""

    def decide(register: Register) -> _Change:
        held = _found(register, ref)
        made = lifecycle.signed(held, party, role, day_of(at))
        return _signed(gateway, made, made.signatories[-1:], at) + _step(gateway, held, made, None, at)

    return _change(gateway, decide, ref)


def activate(gateway: Gateway, ref: AgreementRef, by: PersonId | None, at: datetime) -> Agreement:
    """Put a version into force, which supersedes the older ones from its first day on.

    Raises Refusal(AGREEMENT_UNSIGNED) while a party has not signed, and (AGREEMENT_STEP) for one that is over.
    """

    def decide(register: Register) -> _Change:
        held = _found(register, ref)
        made = lifecycle.activated(held, day_of(at))
        return _step(gateway, held, made, by, at) + _overtaken(gateway, register, (made,), at)

    return _change(gateway, decide, ref)


def suspend(gateway: Gateway, ref: AgreementRef, by: PersonId | None, at: datetime) -> Agreement:
    """Nothing leaves under it until it is made active again, not even what is queued."""
    return _moved(gateway, ref, Status.SUSPENDED, by, at)


def withdraw(gateway: Gateway, ref: AgreementRef, by: PersonId | None, at: datetime) -> Agreement:
    """Nothing leaves under it any more, not even what is queued."""
    return _moved(gateway, ref, Status.WITHDRAWN, by, at)


def renew(gateway: Gateway, ref: AgreementRef, period: Period, review: date, words: str, at: datetime) -> Agreement:
    """The review is done: the same terms as a new version, in consultation, for every party to sign.

    Raises Refusal(AGREEMENT_STEP) for a review more than a year ahead, or a version that is not the newest.
    """

    def decide(register: Register) -> _Change:
        held = _found(register, ref)
        made = lifecycle.renewed(held, period, review, words)
        if lifecycle.review_too_late(made) or _held(register, made.ref) is not None:
            raise Refusal(Code.AGREEMENT_STEP)
        content = digest(agreements.to_toml(made).encode())
        return _Change((made,), (AgreementRecorded(at, _home(gateway, made), made.ref, content),))

    return _change(gateway, decide, AgreementRef(f"{ref.rpartition('.v')[0]}.v{_version(ref) + 1}"))


def sweep(gateway: Gateway, at: datetime) -> Swept:
    """Move what the day has moved, and say whose review is near or over. Doing it twice does nothing more."""
    register = gateway.store.register()
    change = _due(gateway, register, at)
    if change.made and not gateway.store.agree(change.made, Record(change.facts, change.joins), register.version):
        change = _Change()  # somebody else changed the register: the next sweep looks again
    return Swept(change.made, reminders(gateway.store.register().agreements, day_of(at)))


def reminders(listed: Sequence[Agreement], day: date) -> tuple[Reminder, ...]:
    """Reviews that are near or overdue, the most pressing first; of a renewed agreement only the newest version's."""
    newest = {one.name: one for one in sorted(listed, key=lambda one: one.version) if one.status.adopted}
    found = (lifecycle.reminder(one, day) for one in newest.values())
    return tuple(sorted((one for one in found if one), key=lambda one: (one.days, one.agreement)))


def usage(gateway: Gateway, ref: AgreementRef, since: datetime) -> Usage:
    """What went under an agreement, and what was held or refused of its kind, for the review. Raises Refusal."""
    register = gateway.store.register()
    agreement = _found(register, ref)
    lines = map(parse_line, gateway.store.lines_about(ref))
    outcomes = [
        one.outcome
        for one in gateway.store.not_released_since(since)
        if one.purpose is not None and one.reader is not None
        and (sender := register.directory.find(one.discloser)) is not None
        and (reader := register.directory.find(one.reader)) is not None
        and agreement.speaks_of(one.purpose, sender, reader)
    ]  # fmt: skip
    counted = {name: outcomes.count(name) for name in Outcome}
    return agreements.usage(agreement, lines, since, held=counted[Outcome.HOLD], refused=counted[Outcome.REFUSE])


# -- what a step writes -----------------------------------------------------------------------------------------------


def _change(gateway: Gateway, decide: Callable[[Register], _Change], ref: AgreementRef) -> Agreement:
    """Decide from the register and write, again if it has moved meanwhile; the version as it stands afterwards."""
    for _ in range(TRIES):
        register = gateway.store.register()
        change = decide(register)
        if not change.made:
            return _found(register, ref)
        if gateway.store.agree(change.made, Record(change.facts, change.joins), register.version):
            return next(one for one in reversed(change.made) if one.ref == ref)
    raise Fault(Reason.STORE)


def _moved(gateway: Gateway, ref: AgreementRef, status: Status, by: PersonId | None, at: datetime) -> Agreement:
    def decide(register: Register) -> _Change:
        held = _found(register, ref)
        return _step(gateway, held, lifecycle.moved(held, status), by, at)

    return _change(gateway, decide, ref)


def _brought(gateway: Gateway, register: Register, held: Agreement, made: Agreement, at: datetime) -> _Change:
    """What another copy of the same terms brings: signatures that we lack, and how far it has come elsewhere."""
    signed = {one.party for one in held.signatories}
    more = tuple(one for one in made.signatories if one.party not in signed)
    grown = replace(held, signatories=(*held.signatories, *more))
    if made.status is not held.status:
        elsewhere = not held.status.adopted and made.status is Status.ACTIVE
        grown = replace(grown, status=Status.ACTIVE) if elsewhere else lifecycle.moved(grown, made.status)
    if grown == held:
        return _Change()
    change = _signed(gateway, grown, more, at) + _step(gateway, held, grown, None, at)
    return change + _overtaken(gateway, register, (grown,), at)


def _signed(gateway: Gateway, made: Agreement, signatories: Sequence[Signatory], at: datetime) -> _Change:
    home, terms = _home(gateway, made), agreements.terms_digest(made)
    facts: list[Fact] = []
    joins: list[Join] = []
    for one in signatories:
        party = join(gateway.draw, What.ORGANISATION, str(one.party), one.party.partner)
        role = join(gateway.draw, What.TEXT, one.role, made.ref)
        facts.append(AgreementSigned(at, home, made.ref, terms, party.commitment, role.commitment))
        joins += [party, role]
    return _Change((made,), tuple(facts), tuple(joins))


def _step(gateway: Gateway, held: Agreement, made: Agreement, by: PersonId | None, at: datetime) -> _Change:
    if made.status is held.status:
        return _Change()
    who = join_person(gateway.draw, by)
    moved = AgreementMoved(at, _home(gateway, made), made.ref, Condition(made.status), commitment_of(who))
    return _Change((made,), (moved,), who)


def _overtaken(gateway: Gateway, register: Register, made: tuple[Agreement, ...], at: datetime) -> _Change:
    """The older versions that ``made`` take the place of today."""
    now = {one.ref: one for one in (*register.agreements, *made)}
    change = _Change()
    for one in lifecycle.overtaken(now.values(), day_of(at)):
        change += _step(gateway, one, lifecycle.moved(one, Status.SUPERSEDED), None, at)
    return change


def _due(gateway: Gateway, register: Register, at: datetime) -> _Change:
    change = _overtaken(gateway, register, (), at)
    gone = {one.ref for one in change.made}
    for one in register.agreements:
        status = None if one.ref in gone else lifecycle.due(one, day_of(at))
        if status is not None:
            change += _step(gateway, one, lifecycle.moved(one, status), None, at)
    return change


def _home(gateway: Gateway, made: Agreement) -> PartnerId:
    """The home of ours that is a party to it, or the first."""
    named = {party.partner for party in made.parties}
    return next((home for home in gateway.homes if home in named), gateway.homes[0])


def _held(register: Register, ref: AgreementRef) -> Agreement | None:
    return next((one for one in register.agreements if one.ref == ref), None)


def _found(register: Register, ref: AgreementRef) -> Agreement:
    held = _held(register, ref)
    if held is None:
        raise Refusal(Code.NOT_FOUND)
    return held


def _version(ref: AgreementRef) -> int:
    return int(ref.rpartition(".v")[2])
