"""What leads from a commitment in a line back to its subject, and can be erased."""

from dataclasses import dataclass

from gateway.core.facts.words import What
from gateway.core.terms import Commitment, Draw, commit


@dataclass(frozen=True, slots=True)
class Join:
    """What leads from a commitment back to its subject. Kept outside the log; deleting it leaves the line mute.

    ``handle`` finds the lines of one subject: an id, or for a child a keyed digest of the UPN.
    """

    what: What
    handle: str
    salt: bytes
    commitment: Commitment


def join(draw: Draw, what: What, value: str | bytes, handle: str) -> Join:
    """Commit to ``value`` under a salt of its own."""
    salt = draw(32)
    return Join(what, handle, salt, commit(salt, value))


def join_person(draw: Draw, person: str | None) -> tuple[Join, ...]:
    """Commit to the person who did it, if a person did."""
    return () if person is None else (join(draw, What.PERSON, person, person),)


def commitment_of(joins: tuple[Join, ...]) -> Commitment | None:
    """That of what there is one of, or none."""
    return joins[0].commitment if joins else None
