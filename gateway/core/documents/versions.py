"""Whether a version is the one that a file of that day should have: the current one, or one of the few before it."""

from collections.abc import Iterator

from gateway.core.documents.rules import Head, RuleHit, at, text
from gateway.core.documents.trees import Element


def hits(header: Element, head: Head) -> Iterator[RuleHit]:
    """A query about an old version or one from the future, by the day on which the file says that it was made."""
    known = head.known.formats.versions
    names = [edition.version for edition in known.editions]
    version = text(header, "CTFversion")
    if version not in names or head.day is None:
        return
    place, here = names.index(version), at(header, "CTFversion")
    begun = [number for number, edition in enumerate(known.editions) if edition.current <= head.day]
    accepted = [number for number, edition in enumerate(known.editions) if edition.accepted <= head.day]
    if place <= (names.index(known.old) if known.old in names else -1):
        yield "VER-002", here
    elif begun and place < begun[-1] - known.before:
        yield "VER-001", here
    elif place not in accepted:
        yield "VER-003", here
