"""What of a record its reader may see: other people's data goes, with the reason; education and social workers stay.

For a child with a stop flag, where things are is withheld too: what stays is what led nobody to the child before.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from gateway.core.facts import Asker
from gateway.core.law.words import Exemption
from gateway.core.terms import Flag, Item

_OTHERS = frozenset({"Referrer", "Siblings"})
"""Who told us, and which brothers and sisters have a case: never theirs who ask, unless it is their own."""

_OF_CONTACT = frozenset({"Address", "Phones", "Email", "BS7666Address", "AddressLines"})
"""Of a parent or carer the child, and another parent, may know the name and who they are, not where they live."""

_PLAIN = frozenset({"UPN", "Surname", "Forename", "MiddleNames", "DOB", "Sex", "Gender"})
"""What leads nobody to the child."""

_NEW_NAME = frozenset({Flag.ADOPTED_IDENTITY, Flag.PROTECTED_PERSON})
"""Then the very name and number are what must not be learnt."""


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a record: where it stands, and which of several (a second contact is 2) it belongs to."""

    item: Item
    value: str
    among: int = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """One value as the answer has it; empty with the reason where it was left out."""

    item: Item
    value: str
    why: Exemption | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """Who reads, about a child with which flags, and which items an officer leaves out for which reason.

    ``own`` are the numbers of the contacts that are the reader. ``cleared``: two people have let more go.
    """

    asker: Asker
    flags: frozenset[Flag] = frozenset()
    cleared: bool = False
    own: frozenset[int] = frozenset()
    exempt: tuple[tuple[str, Exemption], ...] = ()

    @property
    def masked(self) -> bool:
        """Whether places and recipients are not to be learnt."""
        return not self.cleared and any(flag.stop for flag in self.flags)


def show(parts: Iterable[Part], whole: Whole) -> tuple[Shown, ...]:
    """Every value, or why it is not there."""
    return tuple(_shown(part, whole) for part in parts)


def _shown(part: Part, whole: Whole) -> Shown:
    why = _why(part, part.item.split("/"), whole)
    return Shown(part.item, "" if why else part.value, why)


def _why(part: Part, steps: list[str], whole: Whole) -> Exemption | None:
    chosen = next((why for prefix, why in whole.exempt if _below(part.item, prefix)), None)
    if chosen is not None:
        return chosen
    if whole.masked and (part.item not in _PLAIN or whole.flags & _NEW_NAME):
        return Exemption.X3C
    return Exemption.X16 if _of_others(part, steps, whole) else None


def _below(item: Item, prefix: str) -> bool:
    return item == prefix or item.startswith(f"{prefix}/")


def _of_others(part: Part, steps: Collection[str], whole: Whole) -> bool:
    """A referrer reads what is about the referrer alone, so does a sibling; a parent has their own contact."""
    contact = "Contact" in steps or "Contacts" in steps
    if whole.asker is Asker.REFERRER:
        return "Referrer" not in steps
    if whole.asker is Asker.SIBLING:
        return "Siblings" not in steps
    if _OTHERS & set(steps):
        return True
    if contact and part.among not in whole.own:
        return bool(_OF_CONTACT & set(steps))
    return False
