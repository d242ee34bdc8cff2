"""What became of the copies that others had of what is destroyed here: what each said, and the line that holds it.

It reads the lines alone, which no destruction touches, so that it can be said for as long as the log stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.core.delivery import State
from gateway.core.facts import (
    EnquiryClosed,
    EnquiryDestroyed,
    NoticeAnswer,
    RecallHeard,
    RecallOutcome,
    RightsKind,
    RightsNoticeAnswered,
    RightsRequestOpened,
    Source,
    parse_line,
)
from gateway.core.records import Standing
from gateway.core.terms import DisclosureId, PartnerId, UploadId, parse_stamp

HAD = frozenset({State.COLLECTED, State.DESTROYED})
"""What somebody took from a shelf of ours, before or after this destruction."""


class Log(Protocol):
    """Parcels and lines."""

    def parcels_of(self, source: UploadId) -> Sequence[Standing]: ...
    def numbers_of(self, subject: str) -> Sequence[int]: ...
    def lines(self, first: int, end: int) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class Said:
    """What the line ``line`` says of a copy elsewhere. ``noted``: somebody here wrote down what they said."""

    line: int
    at: datetime
    words: str
    noted: bool


@dataclass(frozen=True, slots=True)
class Copy:
    """What ``reader`` got under one disclosure and all that was ever said of it, oldest first; nothing: nobody said."""

    disclosure: DisclosureId
    reader: PartnerId
    said: tuple[Said, ...]


def elsewhere(log: Log, source: Source) -> Sequence[Copy]:
    """Every copy of a source that left, or may have left, and what is known of it."""
    parcels = log.parcels_of(source) if isinstance(source, UploadId) else ()
    gone = [one for one in parcels if not one.parcel.received and (one.attempts or one.state in HAD)]
    copies = dict.fromkeys((one.parcel.disclosure, one.parcel.reader) for one in gone)
    return [Copy(disclosure, reader, tuple(_said(log, disclosure))) for disclosure, reader in copies]


def _said(log: Log, disclosure: DisclosureId) -> Iterator[Said]:
    for number, line in _lines(log, disclosure):
        if words := _words(log, line):
            yield Said(number, parse_stamp(str(line["at"])), words, "by" in line and line["fact"] in _HEARD)


_HEARD = frozenset({RecallHeard.__name__, RightsNoticeAnswered.__name__})


def _lines(log: Log, subject: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number in log.numbers_of(subject):
        for line in log.lines(number, number + 1):
            yield number, parse_line(line)


def _words(log: Log, line: Mapping[str, object]) -> str:
    """What a line says of a copy elsewhere; nothing for the many that say nothing of it."""
    match line["fact"]:
        case RecallHeard.__name__:
            return _OUTCOMES[RecallOutcome(str(line["outcome"]))] + _opened(line.get("opened"))
        case RightsNoticeAnswered.__name__ if _is_erasure(log, str(line["request"])):
            return _ANSWERS[NoticeAnswer(str(line["answer"]))]
        case EnquiryClosed.__name__:
            return "told to destroy it, for nobody looks for the child any more"
        case EnquiryDestroyed.__name__:
            return "destroyed, as they say"
        case _:
            return ""


def _opened(opened: object) -> str:
    if opened is None:
        return ""
    return ", opened by nobody" if opened == 0 else f", opened by {opened}"


def _is_erasure(log: Log, request: str) -> bool:
    opened = (line for _, line in _lines(log, request) if line["fact"] == RightsRequestOpened.__name__)
    return any(line["kind"] == RightsKind.ERASURE for line in opened)


_OUTCOMES: Mapping[RecallOutcome, str] = {
    RecallOutcome.DELETED: "deleted",
    RecallOutcome.KEPT: "kept",
    RecallOutcome.SHARED_ON: "kept, and passed on",
    RecallOutcome.NOT_FOUND: "not found there",
}
_ANSWERS: Mapping[NoticeAnswer, str] = {
    NoticeAnswer.ACKNOWLEDGED: "erased, as was asked",
    NoticeAnswer.REFUSED: "not erased: refused",
    NoticeAnswer.IMPOSSIBLE: "not erased: impossible",
}
