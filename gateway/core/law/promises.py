"""What a council or a family has to have said before something goes: consent to research, and to leaving a school.

And one promise not to use something: the NHS number of a child who was opted out of it.
"""

import base64
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from gateway.core.documents import Ground, Regulations
from gateway.core.law.commencement import S16LC, S434A, Commencement
from gateway.core.law.purposes import Purpose, Stated
from gateway.core.law.words import Answers
from gateway.core.terms import Basis, ConsentId, PartnerId, PersonId, PurposeCode, stamp

EVIDENCE = re.compile(r"[A-Za-z]+(?:[/.-][A-Za-z0-9]+)*[/.-][0-9]+")
"""The reference of a paper: it ends in a number, and has no room for a sentence."""

AT_HOME = Ground("F", Regulations.OF_2024)
"""Reg 9(1)(f): the parent wrote that the child is educated otherwise than at school."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Somebody agreed that one child takes part in research that is not anonymous. ``child`` is a keyed handle.

    ``home`` is the controller to whom they agreed. ``evidence`` says where the paper is, and names nobody. It stands
    until it is ``withdrawn``.
    """

    home: PartnerId
    child: str
    purpose: PurposeCode
    evidence: str
    by: PersonId
    at: datetime
    withdrawn: datetime | None = None

    def __post_init__(self) -> None:
        if not EVIDENCE.fullmatch(self.evidence):
            raise ValueError("evidence is the reference of a paper, such as CONSENT/2026/17")

    @property
    def id(self) -> ConsentId:
        """One for each paper: a child whose consent is recorded anew has another."""
        made = sha256("\0".join((self.home, self.child, self.purpose, stamp(self.at))).encode()).digest()
        return ConsentId(f"k-{base64.b32encode(made[:16]).decode().rstrip('=').lower()}")


def unconsented(
    purpose: Purpose, stated: Stated, pupils: Collection[int], consented: Collection[int]
) -> frozenset[int]:
    """The pupils who may not go: a purpose of figures carries a child's record by that child's consent alone.

    On any other basis, none of them may. Under every other purpose, nobody's consent is asked.
    """
    if purpose.answers is not Answers.FIGURES:
        return frozenset()
    return frozenset(pupils) - (frozenset(consented) if stated.art6 is Basis.A6A else frozenset())


def consent_to_leave(
    ground: Ground | None, day: date, area: str | None, commencement: Commencement, *, held: bool
) -> bool:
    """Whether a deletion return may go on without asking: EA96 s434A asks of ground F alone, once it is in force.

    ``held``: the council's consent, or that none is needed, is on record.
    """
    return held or ground != AT_HOME or not commencement.in_force(S434A, day, area)


def nhs_number_may_go(*, opted_out: bool, day: date, area: str | None, commencement: Commencement) -> bool:
    """Whether an NHS number may be used: an opt-out is honoured until CA04 s16LC is in force there (law.md §1.6)."""
    return not opted_out or commencement.in_force(S16LC, day, area)
