"""How sensitive each item of a document is. An item that nobody has classed is an error, never harmless."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.core import tables
from gateway.core.law.words import Class
from gateway.core.terms import Item, Kind


@dataclass(frozen=True, slots=True)
class Classed:
    """A row of ``partners/items.toml``: what people call the items below a path, and their class."""

    name: str
    class_: Class


Classes = Mapping[tuple[Kind, Item], Classed]


def classes_from_toml(text: str) -> Classes:
    """Read ``[[item]]`` rows; raises ValueError naming rows and keys, or where one path is classed twice."""
    raw = tables.take(tables.parse(text), "file", {"item": tables.anything})
    need = {
        "path": tables.word(Item),
        "name": tables.text,
        "class": tables.word(Class),
        "kinds": tables.many(tables.word(Kind)),
    }
    found: dict[tuple[Kind, Item], Classed] = {}
    for number, row in enumerate(tables.rows(raw["item"], "item", need), 1):
        for kind in row["kinds"]:
            if (kind, row["path"]) in found:
                raise ValueError(f"item {number}: classed twice")
            found[kind, row["path"]] = Classed(row["name"], row["class"])
    return MappingProxyType(found)


def classed(item: Item, table: Classes, kind: Kind) -> Classed:
    """The row of the longest path that the item is, or lies below. Raises ValueError when there is none."""
    steps = item.split("/")
    for length in range(len(steps), 0, -1):
        found = table.get((kind, Item("/".join(steps[:length]))))
        if found is not None:
            return found
    raise ValueError(f"{item} of a {kind} has no class")


def classes_of(items: Iterable[Item], table: Classes, kind: Kind) -> frozenset[Class]:
    """The classes that these items have. Raises ValueError for one that nobody has classed."""
    return frozenset(classed(item, table, kind).class_ for item in items)
