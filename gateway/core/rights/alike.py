"""One fact under every name that a document has for it: a file's ``Address`` is a notice's ``LastAddress``.

That two names may hold one fact does not say that they do: a last address is another than today's more often than not.
So what is wrong is told under another name only where the same stands there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.core.rights.redacting import Part
from gateway.core.terms import Item

ALIKE: tuple[tuple[str, ...], ...] = (
    ("Address", "LastAddress", "BelievedAddress", "NewDetails/Address"),
    ("Phones", "NewDetails/Phones"),
    ("Email", "NewDetails/Email"),
    ("Surname", "BasicDetails/PreferredSurname", "BasicDetails/FormerSurname"),
    ("Forename", "BasicDetails/PreferredForename", "BasicDetails/FormerForename"),
    ("MiddleNames", "BasicDetails/MiddleNames"),
    ("UPN", "BasicDetails/FormerUPN"),
    ("DOB", "DOBabout"),
    ("Sex", "Gender"),
    ("LastSchool", "School", "SchoolHistory/School", "NewDetails/School"),
    ("EHCstatus/MaintainingLA", "EHCplan/MaintainingLA"),
    ("BasicDetails/EthnicitySource", "NAWdetails/EthnicitySource"),
)
"""Paths below which the same stands, in files and in every message (``schemas``)."""


def names(item: Item) -> tuple[Item, ...]:
    """Every name of what ``item`` holds, itself first."""
    for family in ALIKE:
        for path in family:
            if item == path or item.startswith(f"{path}/"):
                rest = item[len(path) :]
                return (item, *(Item(f"{other}{rest}") for other in family if other != path))
    return (item,)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong of a child: the item as somebody named it, and what it says there.

    ``values`` is empty where nobody can tell what it says, and then only that name is meant. ``unclear``: because
    another name has one of several values.
    """

    item: Item
    values: frozenset[str] = field(default=frozenset(), repr=False)
    unclear: bool = False

    def elsewhere(self, said: Iterable[Part]) -> tuple[Part, ...]:
        """Where in a record the same stands under another name, and how it is written there."""
        others = names(self.item)[1:]
        return tuple(one for one in said if one.item in others and _bare(one.value) in self.values)


def wrong(item: Item, was: str, entry: int | None, records: Iterable[Iterable[Part]]) -> Wrong:
    """What is meant by ``item``, in the light of the records of the child.

    ``was`` is what somebody said stands there, ``entry`` in which of several entries. Else it is what stands there by
    that very name; or, where no record has that name, what stands there by another.
    """
    if was:
        return Wrong(item, frozenset({_bare(was)}))
    known, said = names(item), [one for record in records for one in record]
    own = frozenset(_bare(one.value) for one in said if one.item == item and entry in {None, one.among})
    others = frozenset(_bare(one.value) for one in said if one.item in known and one.item != item)
    values = own or others
    if len(values) > 1:
        return Wrong(item, unclear=bool(values & others))
    return Wrong(item, values)


def _bare(value: str) -> str:
    """A value however it is written: a postcode without its blank is that postcode."""
    return "".join(value.split()).casefold()
