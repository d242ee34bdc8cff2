"""Facts about decisions: what was released, held or refused, by whom, and the flags that hold."""

from dataclasses import dataclass

from gateway.core.errors import Code
from gateway.core.facts.fact import Fact
from gateway.core.facts.words import Citation, Condition, Excuse, StandsOn, TaskKind, Version
from gateway.core.terms import (
    AgreementRef,
    Basis,
    Commitment,
    DisclosureId,
    Item,
    Kind,
    PartnerId,
    PurposeCode,
    TaskId,
)


@dataclass(frozen=True, slots=True)
class DisclosureReleased(Fact):
    """A lawful decision to disclose: what goes, to whom, why, and on which legal ground.

    ``recipient`` is the partner whose gateway receives, ``reader`` commits to the organisation that will read it. A
    school that runs a gateway of its own stands by its commitment alone.
    """

    disclosure: DisclosureId
    source: Commitment
    discloser: Commitment
    recipient: PartnerId | None
    reader: Commitment
    purpose: PurposeCode
    power: Citation
    duty: bool
    article6: Basis
    article9: Condition | None
    schedule1: Condition | None
    article10: Condition | None
    policy: Condition | None
    exemption: Condition | None
    agreement: AgreementRef | None
    carrier: Condition
    kind: Kind
    version: Version
    shared: tuple[Item, ...]
    withheld: tuple[Item, ...]
    unknown: int
    children: tuple[Commitment, ...]
    payload: Commitment
    stands_on: StandsOn | None = None
    agent: Commitment | None = None
    """The company or council that sent it in the discloser's name."""
    flags: tuple[Commitment, ...] | None = None
    approved: tuple[Commitment, ...] | None = None
    """Who released it, where people had to."""
    form: Commitment | None = None
    """The decision form, where no agreement covers it."""
    excuse: Excuse | None = None
    """Why a restriction, an objection or another organisation's terms did not stop it."""
    remarks: tuple[Code, ...] | None = None


@dataclass(frozen=True, slots=True)
class DisclosureHeld(Fact):
    disclosure: DisclosureId
    source: Commitment
    discloser: Commitment
    reader: Commitment
    purpose: PurposeCode
    reasons: tuple[Code, ...]
    children: tuple[Commitment, ...]
    flags: tuple[Commitment, ...] | None = None
    form: Commitment | None = None


@dataclass(frozen=True, slots=True)
class DisclosureRefused(Fact):
    disclosure: DisclosureId
    source: Commitment
    discloser: Commitment
    reader: Commitment
    purpose: PurposeCode | None
    reasons: tuple[Code, ...]
    children: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class HoldSigned(Fact):
    """The first of the two people whom a hold takes has released it, for the reason that ``reason`` commits to."""

    disclosure: DisclosureId
    by: Commitment
    reason: Commitment


@dataclass(frozen=True, slots=True)
class HoldRefused(Fact):
    disclosure: DisclosureId
    by: Commitment
    reason: Commitment


@dataclass(frozen=True, slots=True)
class GlassBroken(Fact):
    """One person let a hold go to the police, to social care or to health; somebody else looks at it afterwards."""

    disclosure: DisclosureId
    by: Commitment
    reason: Commitment


@dataclass(frozen=True, slots=True)
class TaskEscalated(Fact):
    """Nobody had done it when it was due."""

    task: TaskId
    kind: TaskKind


@dataclass(frozen=True, slots=True)
class TaskDone(Fact):
    task: TaskId
    kind: TaskKind
    by: Commitment


@dataclass(frozen=True, slots=True)
class FlagSet(Fact):
    """``by`` is absent where a file or a partner's marker asked for it."""

    child: Commitment
    flag: Commitment
    by: Commitment | None = None
    text: Commitment | None = None


@dataclass(frozen=True, slots=True)
class FlagLiftProposed(Fact):
    child: Commitment
    flag: Commitment
    by: Commitment
    reason: Commitment


@dataclass(frozen=True, slots=True)
class FlagLifted(Fact):
    child: Commitment
    flag: Commitment
    by: Commitment
    reason: Commitment


@dataclass(frozen=True, slots=True)
class ConsentRecorded(Fact):
    """Somebody agreed to research that is not anonymous; ``evidence`` commits to where the paper is."""

    child: Commitment
    purpose: PurposeCode
    evidence: Commitment
    by: Commitment


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(Fact):
    child: Commitment
    purpose: PurposeCode
    by: Commitment
