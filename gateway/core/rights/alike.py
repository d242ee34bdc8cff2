"""One fact under every name that a document has for it: a file's ``Address`` is a notice's ``LastAddress``.

That two names may hold one fact does not say that they do: a last address is another than today's more often than not.
So what is wrong is told under another name only where the same stands there; of a part of an address, only where it is
the same address, in whichever shape it is written.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from gateway.core.rights.addresses import Address, Place, Same, addresses, of_address, places, same, written_in
from gateway.core.rights.redacting import Part
from gateway.core.terms import Item

ALIKE: tuple[tuple[str, ...], ...] = (
    ("Address", "LastAddress", "BelievedAddress", "NewDetails/Address"),
    ("Contacts/Contact/Address",),
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
    another name has one of several values, or an address may be the same or not. ``texts`` are its values as written,
    and ``among`` the addresses of which it is a part; ``settled``: a person said what is meant, and nothing else is.
    """

    item: Item
    values: frozenset[str] = field(default=frozenset(), repr=False)
    unclear: bool = False
    texts: tuple[str, ...] = field(default=(), repr=False)
    among: tuple[tuple[Address, Part], ...] = field(default=(), repr=False)
    settled: bool = False

    def stands_in(self, said: Iterable[Part]) -> bool:
        """Whether a record says under that very name what is wrong: who was told something else has nothing to mend."""
        return not self.values or any(one.item == self.item and bare(one.value) in self.values for one in said)

    def elsewhere(self, said: Iterable[Part], right: str = "") -> tuple[Place, ...]:
        """Where in a record the same stands under another name or in another shape, and what is ``right`` there."""
        said = tuple(said)
        if of_address(self.item):
            sure = [address for address in addresses(said) if self.is_same(address) is Same.YES]
            found = [place for address in sure for place in self._in(address, right)]
            return tuple(dict.fromkeys(place for place in found if place[0].item != self.item))
        others = names(self.item)[1:]
        return tuple((one, right) for one in said if one.item in others and bare(one.value) in self.values)

    def doubted(self, said: Iterable[Part]) -> tuple[Address, ...]:
        """The addresses of a record that may be the same or not, and hold what is wrong."""
        if self.settled or not of_address(self.item):
            return ()
        unsure = [one for one in addresses(said) if self.is_same(one) is Same.UNSURE]
        return tuple(one for one in unsure if any(place[0].item != self.item for place in self._in(one, "")))

    def is_same(self, address: Address) -> Same:
        """Whether it is the address of which something is wrong."""
        if not self.values or all(address.root != root for root in _roots(self.item)):
            return Same.NO
        found = {same(own, address) for own, _ in self.among} or {Same.UNSURE}
        if bare(address.text) in self.values or Same.YES in found:
            return Same.YES
        return Same.NO if self.settled or Same.UNSURE not in found else Same.UNSURE

    def _in(self, address: Address, right: str) -> Sequence[Place]:
        sure = [one for one in self.among if same(one[0], address) is not Same.NO]
        if sure:
            return [place for own, part in sure[:1] for place in places(own, part, right, address)]
        return [place for text in self.texts for place in written_in(text, right, address)]


def wrong(
    item: Item,
    was: str,
    entry: int | None,
    records: Iterable[Iterable[Part]],
    also: Collection[str] | None = None,
) -> Wrong:
    """What is meant by ``item``, in the light of the records of the child.

    ``was`` is what somebody said stands there, ``entry`` in which of several entries. Else it is what stands there by
    that very name; or, where no record has that name, what stands there by another. ``also``: what a person said is
    the same, when asked which one is meant; None where nobody was asked.
    """
    kept = [tuple(record) for record in records]
    said = [one for record in kept for one in record]
    own = [one for one in said if one.item == item and entry in {None, one.among}]
    there = own or [one for one in said if one.item in names(item)[1:]]
    texts = {bare(one.value): one.value for one in there} if not was else {bare(was): was}
    held = [one for one in there if bare(one.value) in texts]
    among = [(each, one) for record in kept for each in addresses(record) for one in each.all if one in held]
    found = Wrong(item, frozenset({*texts, *map(bare, also or ())}), False, tuple(texts.values()), tuple(among),
                  settled=also is not None)  # fmt: skip
    if also is None and len(texts) > 1:
        return Wrong(item, unclear=any(found.elsewhere(record) or found.doubted(record) for record in kept))
    return replace(found, unclear=any(found.doubted(record) for record in kept))


def bare(value: str) -> str:
    """A value however it is written: a postcode without its blank is that postcode."""
    return "".join(value.split()).casefold()


def _roots(item: Item) -> tuple[str, ...]:
    """The paths at which the same address may stand."""
    return next((family for family in ALIKE for path in family if item.startswith(f"{path}/")), ())
