"""Who did what to the machine, its people, its partners and its agreements: from the log, newest first.

Acts about children are not among them: who runs the machine sees none, and information governance has the log itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.core.facts import (
    AgreementMoved,
    AgreementSigned,
    Fact,
    KeyRevoked,
    LinkIssued,
    LogChecked,
    OnboardingMoved,
    ParcelResent,
    PartnerConfirmed,
    PartnerRecorded,
    PasskeyAdded,
    PasskeyRemoved,
    PersonAdded,
    PersonConfirmed,
    PersonStopped,
    QueuePaused,
    QueueResumed,
    SessionEnded,
    SignedIn,
    WrappingKeyDestroyed,
)
from gateway.core.records import Acted, Person
from gateway.core.terms import PartnerId, PersonId, parse_stamp
from gateway.flows import enquiry
from gateway.flows.operating import refuse_others
from gateway.flows.ports import Gateway

MOST, LOOKED_AT = 100, 500
"""So many are shown, and so many lines of each person are looked at."""

WORDS: Mapping[type[Fact], str] = {
    AgreementMoved: "moved an agreement on",
    AgreementSigned: "signed an agreement",
    KeyRevoked: "revoked a key",
    LinkIssued: "made a link to sign in",
    LogChecked: "had the whole log checked",
    OnboardingMoved: "said how far a partner’s connection has come",
    ParcelResent: "sent again what had been given up",
    PartnerConfirmed: "confirmed a partner’s keys by phone",
    PartnerRecorded: "put a partner’s record into the register",
    PasskeyAdded: "added a passkey",
    PasskeyRemoved: "removed a passkey",
    PersonAdded: "was let in",
    PersonConfirmed: "confirmed that somebody still needs to sign in",
    PersonStopped: "stopped an account",
    QueuePaused: "paused what goes to a partner",
    QueueResumed: "let a partner’s queue go on",
    SessionEnded: "ended a session",
    SignedIn: "signed in",
    WrappingKeyDestroyed: "destroyed a key under which documents rested",
}
KINDS = {kind.__name__: words for kind, words in WORDS.items()}
OF_THEMSELVES = {one.__name__ for one in (SignedIn, PasskeyAdded, PersonAdded, SessionEnded)}


class Acts(Protocol):
    """What this asks of the store."""

    def people(self) -> Sequence[Person]: ...
    def acted(self, people: Sequence[PersonId], kinds: Sequence[str], most: int) -> Sequence[Acted]: ...


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did; ``who`` is empty where it was done at the machine itself."""

    line: int
    at: datetime
    who: str
    words: str
    about: str


def listed(gateway: Gateway, store: Acts, person: Person) -> tuple[Act, ...]:
    """The newest of what people of our homes did, or had done to their accounts. Raises Refusal(NOT_ALLOWED)."""
    refuse_others(gateway, person)
    ours = [one.id for one in store.people() if one.homes & set(gateway.homes)]
    found = store.acted(ours, sorted(KINDS), LOOKED_AT)
    return tuple(_act(gateway, one) for one in sorted(found, key=lambda one: -one.line)[:MOST])


def _act(gateway: Gateway, one: Acted) -> Act:
    kind, handles = str(one.body["fact"]), one.handles
    by = handles.get(str(one.body.get("by", "")), "")
    person = handles.get(str(one.body.get("person", "")), "")
    partner = handles.get(str(one.body.get("partner", "")), "")
    about = str(one.body.get("agreement", "")) or str(one.body.get("parcel", ""))
    if partner:
        about = enquiry.name_of(gateway, PartnerId(partner))
    if kind in OF_THEMSELVES and not by:
        return Act(one.line, _at(one), person, KINDS[kind], "")
    return Act(one.line, _at(one), by, KINDS[kind], about or person)


def _at(one: Acted) -> datetime:
    return parse_stamp(str(one.body["at"]))
