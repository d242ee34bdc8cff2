"""How sensitive each item of a document is. An item that nobody has classed is an error, never harmless."""

import re
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

_ELSEWHERE: tables.Shape = {"raise": tables.anything, "refused": tables.anything}
"""What ``sensitive`` reads of the same file."""


def classes_from_toml(text: str) -> Classes:
    """Read ``[[item]]`` rows; raises ValueError naming rows and keys, or where one path is classed twice."""
    raw = tables.take(tables.parse(text), "file", {"item": tables.anything}, _ELSEWHERE)
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
    found = _row(item, table, kind)
    if found is None:
        raise ValueError(f"{item} of a {kind} has no class")
    return found


def names(table: Classes) -> Mapping[str, str]:
    """What people call each path, of whatever kind of document."""
    return MappingProxyType({str(path): row.name for (_, path), row in table.items()})


def named(item: str, known: Mapping[str, str]) -> str:
    """The name of the longest path that the item is, or lies below; the item itself where nobody has classed it."""
    path = item
    while path and path not in known:
        path = path.rpartition("/")[0]
    return known.get(path, item)


def worded(item: str, known: Mapping[str, str]) -> str:
    """One item so that it is not taken for another below the same path: ``last address: post code``."""
    name = named(item, known)
    return name if item in known or name == item else f"{name}: {_WORD.sub(' ', item.rsplit('/', 1)[-1]).lower()}"


_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")
"""Where the next word of a path's last step begins."""


def classes_of(items: Iterable[Item], table: Classes, kind: Kind) -> frozenset[Class]:
    """The classes that these items have. Raises ValueError for one that nobody has classed."""
    return frozenset(classed(item, table, kind).class_ for item in items)


def _row(item: Item, table: Classes, kind: Kind) -> Classed | None:
    steps = item.split("/")
    paths = ("/".join(steps[:length]) for length in range(len(steps), 0, -1))
    return next((table[kind, Item(path)] for path in paths if (kind, path) in table), None)


def refuse_unclassed(table: Classes, declared: Iterable[tuple[Kind, Iterable[Item]]]) -> None:
    """Raises ValueError naming every item that these kinds declare and nobody has classed."""
    asked = {(kind, item) for kind, items in declared for item in items}
    bare = sorted(f"{item} of a {kind}" for kind, item in asked if _row(item, table, kind) is None)
    if bare:
        raise ValueError(f"items.toml gives no class to {', '.join(bare)}")
