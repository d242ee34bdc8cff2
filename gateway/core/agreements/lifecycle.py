"""How an agreement comes into force and goes out of it: a table of steps, and what a day makes of it by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

from gateway.core.agreements.parts import Change, Party, Signatory
from gateway.core.agreements.records import Agreement
from gateway.core.agreements.toml import terms_digest
from gateway.core.agreements.words import Status
from gateway.core.days import months_after
from gateway.core.errors import Code, Refusal
from gateway.core.terms import AgreementRef, Period

STEPS: Mapping[Status, frozenset[Status]] = MappingProxyType(
    {
        Status.DRAFT: frozenset({Status.IN_CONSULTATION, Status.WITHDRAWN}),
        # signed is what it becomes when the last party has signed
        Status.IN_CONSULTATION: frozenset({Status.SIGNED, Status.WITHDRAWN}),
        Status.SIGNED: frozenset({Status.ACTIVE, Status.EXPIRED, Status.WITHDRAWN}),
        Status.ACTIVE: frozenset(
            {Status.REVIEW_DUE, Status.SUSPENDED, Status.EXPIRED, Status.WITHDRAWN, Status.SUPERSEDED}
        ),
        Status.REVIEW_DUE: frozenset({Status.SUSPENDED, Status.EXPIRED, Status.WITHDRAWN, Status.SUPERSEDED}),
        Status.SUSPENDED: frozenset({Status.ACTIVE, Status.EXPIRED, Status.WITHDRAWN, Status.SUPERSEDED}),
        Status.EXPIRED: frozenset(),
        Status.WITHDRAWN: frozenset(),
        Status.SUPERSEDED: frozenset(),
    }
)
"""Where an agreement may go from where it stands; what is not here is refused."""

REMINDED = (7, 30, 90)
"""Days before the review at which somebody is reminded, the last first."""

ENDING = (7, 30)
"""Days before its last day at which somebody hears that an agreement ends, the last first."""

HEARD_WITHIN = 90
"""For so many days after it the end is still news, to a team whose gateway was off."""

REVIEWED_WITHIN = 12
"""Months from the first day to the review, at most."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """The review is due within ``within`` days, in ``days`` (below nought: it was due so long ago)."""

    agreement: AgreementRef
    review: date
    days: int
    within: int


@dataclass(frozen=True, slots=True)
class End:
    """Its last day is in ``days``, within the step ``within``; below nought: it has passed. Nothing takes its place."""

    agreement: AgreementRef
    days: int
    within: int


def moved(agreement: Agreement, status: Status) -> Agreement:
    """The same terms, so much further. Raises Refusal for a step that is not in the table, or wants a signature."""
    if status is Status.ACTIVE and agreement.unsigned:
        raise Refusal(Code.AGREEMENT_UNSIGNED)
    if status not in STEPS[agreement.status]:
        raise Refusal(Code.AGREEMENT_STEP)
    return replace(agreement, status=status)


def signed(agreement: Agreement, party: Party, role: str, day: date) -> Agreement:
    """Signed for one more party; the last signature makes it ``signed``. Raises Refusal(AGREEMENT_STEP)."""
    if agreement.status is not Status.IN_CONSULTATION or party not in agreement.unsigned:
        raise Refusal(Code.AGREEMENT_STEP)
    made = replace(agreement, signatories=(*agreement.signatories, Signatory(party, role, day)))
    return made if made.unsigned else moved(made, Status.SIGNED)


def activated(agreement: Agreement, day: date) -> Agreement:
    """In force from its first day on. Raises Refusal; also where its last day or the grace of its review is over."""
    made = moved(agreement, Status.ACTIVE)
    if due(made, day) in {Status.SUSPENDED, Status.EXPIRED}:
        raise Refusal(Code.AGREEMENT_STEP)
    return made


def renewed(agreement: Agreement, period: Period, review: date, words: str) -> Agreement:
    """The next version, with the same terms for another ``period``: every party has to sign it anew."""
    version = agreement.version + 1
    return replace(
        agreement,
        version=version,
        status=Status.IN_CONSULTATION,
        in_force=period,
        review=review,
        signatories=(),
        changes=(*agreement.changes, Change(version, period.first, words)),
    )


def same_terms(one: Agreement, other: Agreement) -> bool:
    """Whether two copies of one version say the same; how far they have come is another matter."""
    return terms_digest(one) == terms_digest(other)


def due(agreement: Agreement, day: date) -> Status | None:
    """Where ``day`` moves it by itself: over after its last day, then the overdue review (WEISF), then the review."""
    over = agreement.in_force.last is not None and agreement.in_force.last < day
    if over and Status.EXPIRED in STEPS[agreement.status]:
        return Status.EXPIRED
    if agreement.status.current and day > agreement.grace_ends:
        return Status.SUSPENDED
    if agreement.status is Status.ACTIVE and day >= agreement.review:
        return Status.REVIEW_DUE
    return None


def overtaken(agreements: Iterable[Agreement], day: date) -> tuple[Agreement, ...]:
    """Those that a newer version has taken the place of: one that is in force on ``day``, not one that will be."""
    listed = tuple(agreements)
    newest: dict[str, int] = {}
    for one in listed:
        if one.stands(day):
            newest[one.name] = max(one.version, newest.get(one.name, 0))
    return tuple(
        one for one in listed if one.version < newest.get(one.name, 0) and Status.SUPERSEDED in STEPS[one.status]
    )


def reminder(agreement: Agreement, day: date) -> Reminder | None:
    """What somebody is to be reminded of: 90, 30 and 7 days before the review, and from then on until it is done."""
    if not agreement.status.current and agreement.status is not Status.SUSPENDED:
        return None
    days = (agreement.review - day).days
    within = next((one for one in REMINDED if days <= one), None)
    return None if within is None else Reminder(agreement.ref, agreement.review, days, within)


def ends(listed: Iterable[Agreement], day: date) -> tuple[End, ...]:
    """Agreements whose last day is near or has passed lately, the first to end before the others.

    Not those that somebody ended, nor those whose next version is signed and goes on from that day.
    """
    every = tuple(listed)
    found = (_end(one, every, day) for one in every if one.status.current or one.status in _ENDS_BY_ITSELF)
    return tuple(sorted((one for one in found if one), key=lambda one: (one.days, one.agreement)))


def _end(one: Agreement, every: tuple[Agreement, ...], day: date) -> End | None:
    last = one.in_force.last
    if last is None or (last - day).days < -HEARD_WITHIN or _goes_on(one, every, max(day, last + timedelta(days=1))):
        return None
    days = (last - day).days
    within = 0 if days < 0 else next((step for step in ENDING if days <= step), None)
    return None if within is None else End(one.ref, days, within)


def _goes_on(one: Agreement, every: tuple[Agreement, ...], day: date) -> bool:
    """Whether a newer version of it stands on ``day``, or will as soon as it is put in force."""
    return any(
        other.name == one.name and other.version > one.version and other.in_force.covers(day)
        for other in every
        if other.status.current or other.status is Status.SIGNED
    )


_ENDS_BY_ITSELF = frozenset({Status.SUSPENDED, Status.EXPIRED})


def review_too_late(agreement: Agreement) -> bool:
    """Whether it would go without a review for more than a year."""
    return agreement.review > months_after(agreement.in_force.first, REVIEWED_WITHIN)
