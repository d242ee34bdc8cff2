"""What a value says that its path does not, and the items that are there only so that they can be refused by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.core import tables
from gateway.core.law.words import Class
from gateway.core.terms import Item, Kind, PurposeCode

NHS_NUMBER = "NHS number"
"""The name of its row in ``partners/items.toml``."""


@dataclass(frozen=True, slots=True)
class Raise:
    """Where the item at ``path`` of such a document has one of these ``values``, it is of this class as well.

    No values means any. ``within``: the text is a run of marks, and one of the values somewhere in it is enough.
    """

    kinds: frozenset[Kind]
    path: Item
    class_: Class
    why: str
    values: frozenset[str] = frozenset()
    within: bool = False

    def says(self, text: str) -> bool:
        if not self.values:
            return bool(text)
        return any(one in text for one in self.values) if self.within else text in self.values


@dataclass(frozen=True, slots=True)
class Barred:
    """An item that may not go, whoever names it, save under the purposes listed. ``names`` are paths it goes by."""

    name: str
    class_: Class
    why: str
    names: tuple[str, ...]
    purposes: tuple[PurposeCode, ...] = ()

    def named_by(self, pattern: str) -> bool:
        """Whether a pattern asks for it, at any depth and in either case."""
        steps = {step.casefold() for step in pattern.split("/")}
        return any(name.casefold() in steps for name in self.names)


@dataclass(frozen=True, slots=True)
class Sensitive:
    """Both lists of ``partners/items.toml`` beside the classes of paths."""

    raises: tuple[Raise, ...] = ()
    refused: tuple[Barred, ...] = ()

    def paths(self, kind: Kind) -> frozenset[Item]:
        """The items of such a document whose values have to be looked at."""
        return frozenset(one.path for one in self.raises if kind in one.kinds)


NOTHING_SENSITIVE = Sensitive()


def sensitive_from_toml(text: str) -> Sensitive:
    """Read the ``[[raise]]`` and ``[[refused]]`` rows; raises ValueError naming rows and keys."""
    raw = tables.take(
        tables.parse(text), "file", {"raise": tables.anything, "refused": tables.anything}, {"item": tables.anything}
    )
    raises = tables.rows(raw["raise"], "raise", _RAISE, {"values": tables.many(tables.text), "within": tables.flag})
    refused = tables.rows(raw["refused"], "refused", _REFUSED, {"purposes": tables.many(tables.word(PurposeCode))})
    return Sensitive(
        tuple(
            Raise(
                frozenset(row.pop("kinds")),
                class_=row.pop("class"),
                values=frozenset(row.pop("values", ())),
                **row,
            )
            for row in raises
        ),
        tuple(Barred(class_=row.pop("class"), **row) for row in refused),
    )


def raised(table: Sensitive, kind: Kind, told: Mapping[Item, frozenset[str]]) -> frozenset[tuple[Item, Class]]:
    """The classes that values give: ``told`` holds what the pupils in question have at ``table.paths(kind)``."""
    return frozenset(
        (one.path, one.class_)
        for one in table.raises
        if kind in one.kinds and any(map(one.says, told.get(one.path, ())))
    )


def refused_items(patterns: Iterable[str], table: Sensitive, purpose: PurposeCode) -> tuple[Barred, ...]:
    """What these patterns name that may never go under this purpose; an agreement or a decision that does is wrong."""
    asked = tuple(patterns)
    return tuple(one for one in table.refused if purpose not in one.purposes and any(map(one.named_by, asked)))


def is_nhs_number(item: Item, table: Sensitive) -> bool:
    """Whether an item of a document is the NHS number, which a family may opt out of (law.md §1.6)."""
    return any(one.name == NHS_NUMBER and one.named_by(item) for one in table.refused)


_RAISE: tables.Shape = {
    "kinds": tables.many(tables.word(Kind)),
    "path": tables.word(Item),
    "class": tables.word(Class),
    "why": tables.text,
}
_REFUSED: tables.Shape = {
    "name": tables.text,
    "class": tables.word(Class),
    "why": tables.text,
    "names": tables.many(tables.text),
}
