"""How a code is put into words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Help:
    """What a person reads: what happened, and what to do."""

    sentence: str
    fix: str
    status: int = 422
