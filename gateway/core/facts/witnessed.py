"""Facts about the logs of others: what we countersigned, and what did not hang together."""

from dataclasses import dataclass

from gateway.core.facts.fact import Fact
from gateway.core.facts.words import LogName, LogTrouble
from gateway.core.terms import Digest, PartnerId, TaskId


@dataclass(frozen=True, slots=True)
class PartnerLogDoubted(Fact):
    """A partner's log signed two heads that cannot stand beside each other; ``task`` asks a person to find out why.

    ``size`` and ``root`` are what it showed now, ``held`` and ``held_root`` what it had shown before.
    """

    partner: PartnerId
    origin: LogName
    trouble: LogTrouble
    size: int
    root: Digest
    held: int
    held_root: Digest
    task: TaskId


@dataclass(frozen=True, slots=True)
class OwnLogDoubted(Fact):
    """Somebody who countersigns our log says that it was set back or rewritten."""

    witness: LogName
    trouble: LogTrouble
    task: TaskId
