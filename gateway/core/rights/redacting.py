"""What of a record its reader may see: other people's data goes, with the reason; education and social workers stay.

For a child with a stop flag, where things are is withheld too: what stays is what led nobody to the child before.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.core.facts import Asker
from gateway.core.law.words import Exemption
from gateway.core.terms import Flag, Item

_OTHERS = frozenset({"Referrer", "Siblings"})
"""Who told us, and which brothers and sisters have a case: never theirs who ask, unless it is their own."""

_OF_CONTACT = frozenset({"Address", "Phones", "Email", "BS7666Address", "AddressLines"})
"""Of a parent or carer the child, and another parent, may know the name and who they are, not where they live."""

_PART_OF: Mapping[Asker, str] = MappingProxyType({Asker.REFERRER: "Referrer", Asker.SIBLING: "Siblings"})
"""What of a record about a child is about somebody else who asks; beside it, a contact who bears their name."""

REST = Item("Record")
"""All of a record that is about the child, where who asks is somebody else."""

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
    def of_child(self) -> bool:
        """Whether who asks may have the child's record: the child, or a parent who has shown responsibility.

        Anybody else reads their own part of it alone, and never where the child's record went.
        """
        return self.asker in {Asker.CHILD, Asker.PARENT}

    @property
    def masked(self) -> bool:
        """Whether places and recipients are not to be learnt."""
        return not self.cleared and any(flag.stop for flag in self.flags)


def show(parts: Iterable[Part], whole: Whole) -> tuple[Shown, ...]:
    """Every value, or why it is not there. To somebody else than the child the rest is one line: nor what it holds.

    Nothing at all where nothing of it is about them: that there is such a record is about the child.
    """
    if whole.of_child:
        return tuple(_shown(part, whole) for part in parts)
    mine = () if whole.masked else tuple(_shown(part, whole) for part in parts if is_own(part.item, part.among, whole))
    return (*mine, Shown(REST, "", Exemption.X16)) if mine else ()


def is_own(item: Item, among: int, whole: Whole) -> bool:
    """Whether it is about somebody who asks and is not the child: a referrer, a sibling, a worker."""
    steps = item.split("/")
    return _PART_OF.get(whole.asker) in steps or ("Contacts" in steps and among in whole.own)


def _shown(part: Part, whole: Whole) -> Shown:
    why = _why(part, part.item.split("/"), whole)
    return Shown(part.item, "" if why else part.value, why)


def _why(part: Part, steps: list[str], whole: Whole) -> Exemption | None:
    chosen = next((why for prefix, why in whole.exempt if _below(part.item, prefix)), None)
    if chosen is not None:
        return chosen
    if whole.masked and (part.item not in _PLAIN or whole.flags & _NEW_NAME):
        return Exemption.X3C
    return Exemption.X16 if whole.of_child and _of_others(part, steps, whole) else None


def _below(item: Item, prefix: str) -> bool:
    return item == prefix or item.startswith(f"{prefix}/")


def _of_others(part: Part, steps: Collection[str], whole: Whole) -> bool:
    """Who told us, other families, and where other people live; a parent has their own contact."""
    contact = "Contact" in steps or "Contacts" in steps
    if _OTHERS & set(steps):
        return True
    if contact and part.among not in whole.own:
        return bool(_OF_CONTACT & set(steps))
    return False
