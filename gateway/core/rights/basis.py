"""Which rights there are by the basis on which something is held (law.md §1.8), and why not, in plain words."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.core.facts import RightsKind
from gateway.core.terms import Basis

_NO_ERASURE = "We hold this because the law gives us a duty or a public task, so it cannot be deleted on request."
_NO_OBJECTION = "The law obliges us to do this, and nobody can object to it. Ask for a restriction if it is wrong."
_WITHDRAW = "This rests on consent: it is withdrawn, not objected to."
_NO_PORTABILITY = "The right in law covers only what rests on consent. We give the copy all the same, as a promise."

_WHY_NOT: Mapping[tuple[RightsKind, Basis], str] = MappingProxyType(
    {
        (RightsKind.ERASURE, Basis.A6C): _NO_ERASURE,
        (RightsKind.ERASURE, Basis.A6E): _NO_ERASURE,
        (RightsKind.OBJECTION, Basis.A6C): _NO_OBJECTION,
        (RightsKind.OBJECTION, Basis.A6D): _NO_OBJECTION,
        (RightsKind.OBJECTION, Basis.A6A): _WITHDRAW,
    }
)


def exists(kind: RightsKind, basis: Basis) -> bool:
    """Whether somebody has this right against what is held on this basis."""
    return why_not(kind, basis) == ""


def why_not(kind: RightsKind, basis: Basis) -> str:
    """Why not, in a sentence for the person who asks; empty where the right exists."""
    return _WHY_NOT.get((kind, basis), "")


def promise(kind: RightsKind, basis: Basis) -> str:
    """What we do though no law asks it."""
    return _NO_PORTABILITY if kind is RightsKind.PORTABLE_COPY and basis is not Basis.A6A else ""
