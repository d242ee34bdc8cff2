"""What an agreement was used for, counted from the lines of the disclosure log: what its review has to look at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from gateway.core.agreements.records import Agreement, Patterns
from gateway.core.terms import AgreementRef, Item, Kind, parse_stamp

RELEASED = "DisclosureReleased"


@dataclass(frozen=True, slots=True)
class Usage:
    """``unused`` are patterns of the agreement under which nothing went: what the review may strike out.

    ``children`` counts a child once for each message that tells of it. ``short`` is how many messages lacked an item
    that the agreement calls mandatory. ``held`` and ``refused`` are decisions about what it is for.
    """

    agreement: AgreementRef
    since: datetime
    messages: int
    children: int
    short: int
    used: tuple[tuple[Kind, int], ...]
    unused: Patterns
    held: int = 0
    refused: int = 0


def usage(
    agreement: Agreement, lines: Iterable[Mapping[str, object]], since: datetime, *, held: int = 0, refused: int = 0
) -> Usage:
    """Count the releases under ``agreement`` since an instant, of the log's ``lines`` that name it."""
    released = [
        line
        for line in lines
        if line["fact"] == RELEASED and line["agreement"] == agreement.ref and parse_stamp(str(line["at"])) >= since
    ]
    went: dict[Kind, set[str]] = {}
    for line in released:
        went.setdefault(Kind(str(line["kind"])), set()).update(_items(line))
    kinds = [Kind(str(line["kind"])) for line in released]
    owed = dict(agreement.mandatory)
    return Usage(
        agreement=agreement.ref,
        since=since,
        messages=len(released),
        children=sum(len(_listed(line, "children")) for line in released),
        short=sum(
            any(not _meets(pattern, _items(line)) for pattern in owed.get(kind, ()))
            for kind, line in zip(kinds, released, strict=True)
        ),
        used=tuple((kind, kinds.count(kind)) for kind in sorted(set(kinds))),
        unused=tuple(
            (kind, idle)
            for kind, patterns in agreement.items
            if (idle := tuple(one for one in patterns if not _meets(one, went.get(kind, ()))))
        ),
        held=held,
        refused=refused,
    )


def _items(line: Mapping[str, object]) -> Sequence[Item]:
    return cast("Sequence[Item]", _listed(line, "shared"))


def _listed(line: Mapping[str, object], name: str) -> Sequence[Any]:
    found = line[name]
    assert isinstance(found, list)
    return found


def _meets(pattern: str, items: Iterable[str]) -> bool:
    """Whether an item stands under a pattern; a line names only what our schemas know."""
    if pattern.endswith("/*"):
        return any(item.startswith(pattern[:-1]) for item in items)
    return pattern in items
