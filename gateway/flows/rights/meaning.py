"""Which values a request means: the item that it names, and the same fact wherever it stands under another name."""

from collections.abc import Mapping, Sequence

from gateway.core import rights
from gateway.core.rights import Part, Wrong
from gateway.core.terms import Item, UploadId
from gateway.flows.rights.disclosed import Paper
from gateway.flows.rights.requests import Asked

Said = Mapping[UploadId, Sequence[Part]]
"""What each document says of the child."""


def wrong(asked: Asked, papers: Sequence[Paper], said: Said) -> Wrong:
    """What is wrong, as the documents have it since it is; or all of them, where none is so young."""
    late = [said[one.source] for one in papers if is_late(asked, one)]
    return rights.wrong(Item(asked.item), asked.was, asked.entry, late or said.values())


def is_late(asked: Asked, paper: Paper) -> bool:
    """Whether it came since the item is wrong."""
    return asked.wrong_since is None or paper.at.date() >= asked.wrong_since


__all__ = ["Said", "is_late", "wrong"]
