"""Which children of a document open a case, and because of what.

No message tells that home education was found unsuitable: a person who assessed it opens that case by hand. Nobody
opens one for a child who died, is over compulsory school age, or changed school at the normal end of a phase.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from gateway.core.cases.ages import compulsory
from gateway.core.documents import Document, Known, Leaver, leavers
from gateway.core.facts import Because
from gateway.core.terms import Kind

OPENED_BY: Mapping[str, Because] = MappingProxyType(
    {"F": Because.GROUND_F, "G": Because.GROUND_G, "H": Because.GROUND_H, "I": Because.GROUND_I}
)
"""Grounds of reg 9(1) of 2024 after which nobody knows that the child is taught (law.md §4.3)."""

DIED = "K"
NO_CASE = frozenset({"C", DIED, "L"})
"""Registered at another school as well; died; over compulsory school age."""

BY_PEOPLE: Mapping[Because, tuple[str, ...]] = MappingProxyType(
    {Because.BY_HAND: (), Because.UNSUITABLE_HOME_EDUCATION: ("who", "day")}
)
"""What a person may open a case because of, and the parts of the assessment that go with it: whose, of which day."""

_TOLD: Mapping[Kind, Because] = MappingProxyType({Kind.NOTICE: Because.NOTICE, Kind.REFERRAL: Because.REFERRAL})


def openings(document: Document, known: Known, day: date) -> tuple[tuple[int, Because], ...]:
    """Each child by its number in the document, with what opens its case; of other kinds of document, nobody."""
    if document.kind in _TOLD:
        return tuple((pupil.number, _TOLD[document.kind]) for pupil in document.pupils)
    found = ((one.number, because(one, day)) for one in leavers(document, known))
    return tuple((number, why) for number, why in found if why is not None)


def because(leaver: Leaver, day: date) -> Because | None:
    """What opens a case for one leaver, if anything does."""
    if leaver.grounds & NO_CASE or leaver.ends_phase or not compulsory(leaver.born, leaver.left or day):
        return None
    said = next((OPENED_BY[letter] for letter in sorted(leaver.grounds) if letter in OPENED_BY), None)
    if said is not None or leaver.to is not None or leaver.outside:
        return said
    return Because.NO_DESTINATION
