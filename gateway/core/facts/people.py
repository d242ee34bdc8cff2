"""Facts about people who sign in: who may, until when, by what, where they are signed in, and what opens to whom."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.core.facts.fact import Fact
from gateway.core.facts.words import Role
from gateway.core.terms import CaseId, Commitment, DisclosureId, ParcelId


class How(StrEnum):
    """By what somebody signed in."""

    LINK = "link"
    MAIL = "mail-link"
    PASSKEY = "passkey"
    OPENID = "openid"


class SessionEnd(StrEnum):
    """Why somebody is signed in no more."""

    SIGNED_OUT = "signed-out"
    ANOTHER = "signed-in-anew"
    ENDED = "ended"
    IDLE = "idle"
    OVER = "over"
    STOPPED = "stopped"


class Stop(StrEnum):
    """Why an account was stopped."""

    UNCONFIRMED = "unconfirmed"
    BY_PERSON = "by-person"


@dataclass(frozen=True, slots=True)
class PersonAdded(Fact):
    person: Commitment
    role: Role


@dataclass(frozen=True, slots=True)
class PersonConfirmed(Fact):
    """Somebody still needs to sign in, as ``by`` says; without one it is where their account began to count."""

    person: Commitment
    by: Commitment | None = None


@dataclass(frozen=True, slots=True)
class PersonEnding(Fact):
    """An account stops within so many days unless somebody confirms it; those who should were told."""

    person: Commitment
    within: int


@dataclass(frozen=True, slots=True)
class PersonStopped(Fact):
    person: Commitment
    why: Stop
    by: Commitment | None = None


@dataclass(frozen=True, slots=True)
class LinkIssued(Fact):
    """``by``: somebody at the pages; without one it was made at the machine itself, or ``how`` says who asked."""

    person: Commitment
    by: Commitment | None = None
    how: How | None = None


@dataclass(frozen=True, slots=True)
class SignedIn(Fact):
    person: Commitment
    how: How | None = None


@dataclass(frozen=True, slots=True)
class SessionEnded(Fact):
    """``by``: whoever ended it, where a person did."""

    person: Commitment
    why: SessionEnd
    by: Commitment | None = None


@dataclass(frozen=True, slots=True)
class PasskeyAdded(Fact):
    person: Commitment


@dataclass(frozen=True, slots=True)
class PasskeyRemoved(Fact):
    person: Commitment
    by: Commitment


@dataclass(frozen=True, slots=True)
class TeamTold(Fact):
    """A team without a machine was told at its own mailbox that something waits for it, the ``time``-th time."""

    parcel: ParcelId
    person: Commitment
    time: int


@dataclass(frozen=True, slots=True)
class TeamSpoke(Fact):
    """Somebody of a partner without a machine said it at our pages; what was said has a line of its own."""

    disclosure: DisclosureId
    person: Commitment


@dataclass(frozen=True, slots=True)
class CaseClosedTo(Fact):
    """A case opens to nobody but ``people`` from now on; to everybody who may work on it where there are none."""

    case: CaseId
    by: Commitment
    people: tuple[Commitment, ...]
    reason: Commitment
