"""The grounds on which a pupil is taken off the roll. A letter means nothing without the Regulations it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from gateway.core.terms import Period

DETAINED = "J"
"""Reg 9(1)(j) of 2024: detained under a sentence, so the letter tells of an offence (law.md §4.3)."""


class Regulations(StrEnum):
    """Whose letters: reg 8(1) of the 2006 Regulations (SI 2006/1751), or reg 9(1) of those of 2024 (SI 2024/208)."""

    OF_2006 = "2006"
    OF_2024 = "2024"


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground, such as F of 2024: the parent wrote that the child is educated otherwise than at school."""

    letter: str
    regulations: Regulations

    def __post_init__(self) -> None:
        if len(self.letter) != 1 or not "A" <= self.letter <= "Z":
            raise ValueError("a ground is one capital letter")


@dataclass(frozen=True, slots=True)
class Grounds:
    """When each set of Regulations was in force, its letters, and what its letters mean in those of 2024."""

    sets: tuple[tuple[Regulations, Period, frozenset[str]], ...] = ()
    meanings: Mapping[Ground, frozenset[str]] = field(default_factory=dict)

    def ground(self, written: str, day: date) -> Ground | None:
        """What ``written``, a letter in either case, means on ``day``; None when no set then in force has it."""
        letter = written.strip().upper()
        for regulations, in_force, letters in self.sets:
            if in_force.covers(day) and letter in letters:
                return Ground(letter, regulations)
        return None

    def meaning(self, ground: Ground) -> frozenset[str]:
        """The letters of 2024 that say the same: several where one was split, none where there is no such ground."""
        return self.meanings.get(ground, frozenset({ground.letter}))

    def criminal(self, ground: Ground | None) -> bool:
        """Whether the ground tells of an offence (Article 10)."""
        return ground is not None and DETAINED in self.meaning(ground)
