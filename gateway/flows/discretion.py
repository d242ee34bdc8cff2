"""For a child with a stop flag the recipient's very name is a location: whoever sent the file reads "your council".

It is looked at whenever something is shown, so a flag hides what was answered before it was set. The officers of the
home itself see where a file is; they are the ones who decide.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from gateway.core.terms import Flag, PartnerId, UploadId

YOUR_COUNCIL = "your council"
WITH_YOUR_COUNCIL = "with your council"

_NAMED = re.compile(r"(?<![0-9A-Z])([0-9A-Z]{7}_[A-Z]+_)[0-9A-Z]{7}(?![0-9A-Z])", re.IGNORECASE)


_NOWHERE = {"recipient": YOUR_COUNCIL, "town": "", "took_over": "", "agreement": None, "carrier": None}
"""What tells where a file went: an agreement has the other council in its name."""


class Marked(Protocol):
    """What hiding asks of the store."""

    def flags_in(self, sources: Sequence[UploadId]) -> Mapping[tuple[str, int], frozenset[Flag]]: ...
    def flags_on(self, handles: Sequence[str]) -> Mapping[str, frozenset[Flag]]: ...


def stops(flags: Iterable[Flag]) -> bool:
    """Whether one of these may lead somebody to the child."""
    return any(flag.stop for flag in flags)


def hidden(
    marked: Marked, sources: Iterable[UploadId], viewer: PartnerId, homes: Iterable[PartnerId]
) -> frozenset[str]:
    """The uploads of which ``viewer`` may not learn where they went."""
    if viewer in homes:
        return frozenset()
    return frozenset(source for (source, _), flags in marked.flags_in(list(sources)).items() if stops(flags))


def marked(asked: Marked, handles: Sequence[str], viewer: PartnerId, homes: Iterable[PartnerId]) -> frozenset[str]:
    """The same of a file that was checked and not yet sent: by what its children are found."""
    if viewer in homes or not handles:
        return frozenset()
    return frozenset(handle for handle, flags in asked.flags_on(handles).items() if stops(flags))


def masked(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer without any recipient: its name and town, and the number in the name of the file."""
    decisions = [{**one, **_NOWHERE} for one in answer.get("decisions", ())]
    named = {"file": masked_name(str(answer["file"]))} if "file" in answer else {}
    return {**answer, **named, **({"decisions": decisions} if "decisions" in answer else {})}


def masked_bytes(answer: bytes) -> bytes:
    return json.dumps(masked(json.loads(answer)), ensure_ascii=False, indent=1).encode()


def masked_name(name: str) -> str:
    """A file's name without the number of whom it is for: ``8864321_CTF_-------_001.xml``, and so of a zip around it.

    Wherever it stands in the name: a zip is often called after the file in it, with a word before.
    """
    return _NAMED.sub(r"\1-------", name)
