"""Who may open what lies on a shelf, looked at again at the moment of opening.

A file about a child with a stop flag opens to named safeguarding officers only, unless two people have let it go. One
that we released, and may no longer go, is withdrawn and decided anew.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import chain

from gateway.core import roles
from gateway.core.decisions import NOTHING_CLEARED, RETURNS
from gateway.core.delivery import Parcel, State
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Stale
from gateway.core.records import Judge, Notice, Person, Register, Standing
from gateway.core.roles import Can
from gateway.core.terms import Flag, Kind
from gateway.flows import discretion, dispatch, renewing
from gateway.flows.ports import Gateway

MOST = 1000
"""So many are taken back at a time."""

NAMED, ANSWERS_FOR = roles.who(Can.OPEN_FLAGGED), roles.who(Can.SEE_FLAGGED)
"""Who sees the case of a guarded child: a manager answers for every case, and opens no file about it."""


def is_named(gateway: Gateway, person: Person) -> bool:
    """Whether somebody is a named safeguarding officer of a home: never of a school, for it would learn the other."""
    return person.role in NAMED and bool(person.homes & set(gateway.homes))


def guarded(gateway: Gateway, parcels: Sequence[Parcel]) -> frozenset[str]:
    """The parcels that open to named safeguarding officers only.

    A return that a school owes is never held, so its reader is asked; what a partner sent us has not been released by
    two of us. An enquiry to a council opens to whoever opens any (``asks``).
    """
    marked = gateway.store.flags_in(sorted({parcel.source for parcel in parcels}))
    found = set()
    asked = gateway.store.notices_in([parcel.id for parcel in parcels]) if marked else {}
    for parcel in parcels if marked else ():
        if parcel.id in asked and asks(gateway, parcel, asked[parcel.id]):
            continue
        flags = frozenset(chain.from_iterable(marked.get((parcel.source, number), ()) for number in parcel.pupils))
        stopping = frozenset(flag for flag in flags if flag.stop)
        cleared = gateway.store.clearance(parcel.disclosure) or NOTHING_CLEARED
        if stopping and (_never_held(parcel) or not stopping <= cleared.flags):
            found.add(parcel.id)
    return frozenset(found)


def asks(gateway: Gateway, parcel: Parcel, notice: Notice | None) -> bool:
    """Whether it is an enquiry that opens to whoever opens any: it holds nothing of ours, and who opens it, and when,
    must not tell its sender whether we know the child. A school would learn from it who asks, and so where to look.
    """
    reader = gateway.store.register().directory.find(parcel.reader)
    return notice is not None and notice.kind is Kind.ENQUIRY and not (reader is not None and reader.kind.school)


def closed_to(gateway: Gateway, person: Person, parcel: Parcel) -> bool:
    """Whether somebody else has to open it. What we may no longer let go is nobody's to open: ``judge`` sees to it."""
    return _never_held(parcel) and not is_named(gateway, person) and bool(guarded(gateway, [parcel]))


def judge(gateway: Gateway, person: Person, at: datetime, *, asks: bool = False) -> Judge:
    """Whether a shelved parcel may still be handed to somebody, by the flags and the register of this moment.

    ``asks``: it is an enquiry that came to us, which opens to whoever opens any.
    """

    def stale(parcel: Parcel, register: Register, flags: frozenset[Flag]) -> Stale | None:
        if asks:
            return None
        if _never_held(parcel):
            return Stale.FLAG if discretion.stops(flags) and not is_named(gateway, person) else None
        if flags:
            return Stale.FLAG
        return None if dispatch.agreed(parcel, register, at) else Stale.AGREEMENT

    return stale


def take_back(gateway: Gateway, standing: Standing, stale: Stale, at: datetime) -> Refusal:
    """Withdraw what may no longer be opened and decide about it anew; the refusal says what to do.

    What was collected before stays where it is, and is not handed out again.
    """
    if stale is Stale.RECALLED:
        return Refusal(Code.CALLED_BACK)
    if _never_held(standing.parcel):
        return Refusal(Code.SAFEGUARDING_ONLY)
    if standing.state is State.SHELVED:
        _, record = renewing.withdrawn(gateway, standing.parcel, stale, at)
        gateway.store.replace_shelved(standing.parcel.id, record)
    return Refusal(Code.FLAGGED if stale is Stale.FLAG else Code.AGREEMENT_NOT_IN_FORCE)


def hold_flagged(gateway: Gateway, at: datetime) -> None:
    """Take from our shelves what is about a child on whom a flag has been set since, before anybody tries to open it.

    What this release cannot read any more stays where it is, and is refused when somebody opens it.
    """
    for standing in gateway.store.shelved_flagged(MOST):
        with suppress(Refusal):
            take_back(gateway, standing, Stale.FLAG, at)  # leaves what others sent us, and what is owed


def _never_held(parcel: Parcel) -> bool:
    """What we did not release ourselves, or owe: people are not asked whether it goes, but who opens it."""
    return parcel.received or parcel.purpose in RETURNS
