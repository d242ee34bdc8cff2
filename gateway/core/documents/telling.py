"""What some pupils of a document have at a few items, and when it was made: values that tell more than a path does."""

from collections.abc import Collection, Mapping
from datetime import date

from gateway.core.documents import rules, trees
from gateway.core.documents.cutting import GROUND
from gateway.core.documents.grounds import Grounds
from gateway.core.documents.layouts import BY_KIND
from gateway.core.documents.values import Document, Pupil
from gateway.core.terms import Item


def told(
    document: Document, pupils: Collection[int], items: Collection[Item], grounds: Grounds
) -> Mapping[Item, frozenset[str]]:
    """The values of ``items`` that the numbered ``pupils`` have; no other item and no other pupil is looked at.

    A removal ground is told by its letter of 2024, for the same letter meant something else before (``grounds``).
    """
    records = document.tree.find(BY_KIND[document.kind].records)
    found: dict[Item, set[str]] = {}
    wanted = frozenset(pupils)
    for pupil in document.pupils:
        if pupil.number in wanted:
            for item in pupil.items.intersection(items):
                found.setdefault(item, set()).update(_values(pupil, item, records, grounds))
    return {item: frozenset(values) for item, values in found.items()}


def made_on(document: Document) -> date | None:
    """The day that the header gives; None where it gives none that a calendar has."""
    header = document.tree.find(BY_KIND[document.kind].header)
    at = None if header is None else rules.instant(header)[0]
    return at.date() if at else None


def _values(pupil: Pupil, item: Item, records: trees.Element | None, grounds: Grounds) -> Collection[str]:
    if item == GROUND and pupil.ground is not None:
        return grounds.meaning(pupil.ground)
    if item == GROUND or records is None:
        return ()
    return {(element.text or "").strip() for element in trees.every(records[pupil.number - 1], item)}
