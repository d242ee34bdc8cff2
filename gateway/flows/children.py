"""Who the children of a document are, as keyed digests: by these a flag, a line or a file is found again.

Nothing here leads back to a child without the key, and nobody is recognised by a name alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from gateway.core import documents
from gateway.core.documents import Document, Identity
from gateway.core.records import Case, Named, Watch
from gateway.core.terms import Flag, UploadId, digest

Blind = Callable[[str], str]
Look = Callable[[Sequence[str]], Mapping[str, frozenset[Flag]]]
Handles = Mapping[int, tuple[str, ...]]

_NUMBER = "upn:"

Findable = TypeVar("Findable", Case, Watch)


@dataclass(frozen=True, slots=True)
class Roll:
    """The children of one document, read once for all who look after one of them while it is taken in.

    ``handles`` as the function of that name; ``numbers`` are those of them that are of a child's numbers, and so of no
    other child. ``alike`` are of its name at its school, for a child that has nothing else: a person may be asked.
    """

    handles: Handles
    numbers: Mapping[int, frozenset[str]]
    alike: Handles


def roll(document: Document, blind: Blind) -> Roll:
    """Read every child of a document."""
    found = documents.identities(document)
    alike = {number: tuple(map(blind, one.named_by(document.source))) for number, one in found.items()}
    return Roll(_handles(document, found, blind), {number: strong(one, blind) for number, one in found.items()}, alike)


def handles(document: Document, blind: Blind) -> Handles:
    """By what each child may be found again: each of its numbers, each of its names with the day of birth."""
    return _handles(document, documents.identities(document), blind)


def _handles(document: Document, found: Mapping[int, Identity], blind: Blind) -> Handles:
    known = {number: tuple(handle(key, blind) for key in one.keys()) for number, one in found.items()}  # noqa: SIM118
    return {number: some or (_here(document, number, blind),) for number, some in known.items()}


def strong(one: Identity, blind: Blind) -> frozenset[str]:
    """The handles of one child that are of its numbers."""
    return frozenset(handle(f"{_NUMBER}{upn}", blind) for upn in one.upns)


def _here(document: Document, number: int, blind: Blind) -> str:
    """By what a child without number, name or birth is found: its place in this document, as its line has it."""
    return blind(f"child:{digest(document.content)}#{number}")


def handle(key: str, blind: Blind) -> str:
    """The keyed digest of one of an identity's keys; of a number the same that a line's commitment is found by."""
    number = key.removeprefix(_NUMBER)
    return blind(f"child:{number}" if number != key else key)


def place(document: Document, known: Iterable[str], blind: Blind) -> int | None:
    """Where a child known by these stands in a document; None where it does not. The most of them decide."""
    wanted, here = set(known), handles(document, blind)
    best = max(here, key=lambda number: len(wanted.intersection(here[number])), default=None)
    return best if best is not None and wanted.intersection(here[best]) else None


def found_by(known: Handles, found: Iterable[Findable]) -> Mapping[int, list[Findable]]:
    """Which of these each child finds by its handles, in their order."""
    held: dict[str, dict[int, Findable]] = {}
    for place, one in enumerate(found):
        for each in one.handles:
            held.setdefault(each, {})[place] = one
    mine = {
        number: dict(chain.from_iterable(held[one].items() for one in some if one in held))
        for number, some in known.items()
    }
    return {number: [some[place] for place in sorted(some)] for number, some in mine.items()}


def flags_on(known: Handles, look: Look) -> Mapping[int, frozenset[Flag]]:
    """The flags on each child that has any. A match by name and birth is a guess, and so it stops rather than goes."""
    flags = look(tuple(dict.fromkeys(chain.from_iterable(known.values()))))
    if not flags:
        return {}
    found = {
        number: frozenset(chain.from_iterable(flags.get(one, ()) for one in some)) for number, some in known.items()
    }
    return {number: some for number, some in found.items() if some}


def named(source: UploadId, known: Handles) -> Named:
    return Named(source, tuple((number, one) for number, some in sorted(known.items()) for one in some))
