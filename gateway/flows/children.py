"""Who the children of a document are, as keyed digests: by these a flag, a line or a file is found again.

Nothing here leads back to a child without the key, and nobody is recognised by a name alone.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from gateway.core import documents
from gateway.core.documents import Document, Identity
from gateway.core.records import Named
from gateway.core.terms import Flag, UploadId, digest

Blind = Callable[[str], str]
Look = Callable[[Sequence[str]], Mapping[str, frozenset[Flag]]]
Handles = Mapping[int, tuple[str, ...]]

_NUMBER = "upn:"


def handles(document: Document, blind: Blind) -> Handles:
    """By what each child may be found again: each of its numbers, each of its names with the day of birth."""
    found = documents.identities(document)
    known = {number: tuple(handle(key, blind) for key in one.keys()) for number, one in found.items()}  # noqa: SIM118
    return {number: some or (_here(document, number, blind),) for number, some in known.items()}


def numbers(document: Document, blind: Blind) -> Mapping[int, frozenset[str]]:
    """Those of the handles that are of a child's numbers, and so of no other child."""
    return {number: strong(one, blind) for number, one in documents.identities(document).items()}


def strong(one: Identity, blind: Blind) -> frozenset[str]:
    """The same of one child."""
    return frozenset(handle(f"{_NUMBER}{upn}", blind) for upn in one.upns)


def _here(document: Document, number: int, blind: Blind) -> str:
    """By what a child without number, name or birth is found: its place in this document, as its line has it."""
    return blind(f"child:{digest(document.content)}#{number}")


def handle(key: str, blind: Blind) -> str:
    """The keyed digest of one of an identity's keys; of a number the same that a line's commitment is found by."""
    number = key.removeprefix(_NUMBER)
    return blind(f"child:{number}" if number != key else key)


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
