"""What an office reads about the files it handed in: an answer for each, kept as a report for a week.

Nothing of a refused file is kept but what the report says. It rests closed under a key of its own that goes with it,
and only those who sent the files read it. By which label the office knows each pupil rests beside it, for one sitting.
"""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Protocol

from gateway.core import roles
from gateway.core.errors import Code, Refusal, Severity
from gateway.core.records import Kept, Labels, Person, Report
from gateway.core.roles import Can
from gateway.core.terms import Outcome, PartnerId, PersonId, ReportId, UploadId
from gateway.flows import apart, discretion
from gateway.flows.ports import Gateway

CHECKED = "checked"
SENDERS, READERS = roles.who(Can.SEND), roles.who(Can.READ)
HANDERS = roles.who(Can.SEND, Can.SEND_FILES, Can.PROTECTION_FILES)
"""Who hands something in: any file, or the one kind that is theirs alone, by the page that makes it."""

LASTS = timedelta(days=7)
WAITS = timedelta(days=1)
UNKNOWN = "?"
"""Stands for the initials of a file in which nobody has any."""
MOST_REPORTS = 30
MOST_FINDINGS = 2_000
"""Of one file, in a report: nobody mends more by hand before the next export."""


class Reports(Protocol):
    def report(self, report_id: ReportId, at: datetime) -> Report | None: ...
    def reports_of(self, organisation: PartnerId, at: datetime, most: int) -> Sequence[Report]: ...


@dataclass(frozen=True, slots=True)
class Group:
    """All findings about one pupil, errors first; ``pupil`` is None for the file as a whole."""

    pupil: int | None
    label: str
    findings: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule that asked about a file, and the pupils it asked about; none: about the file as a whole."""

    rule: str
    message: str
    pupils: tuple[int, ...]
    explained: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a report. ``answer`` is what ``intake`` said, in the words of its JSON; ``sha256`` of the file."""

    name: str
    inside: str
    upload: str
    sha256: str
    answer: Mapping[str, Any]
    labels: Mapping[str, str]
    more: int = 0
    """Findings that the report has no room for."""

    twice: bool = False
    """The same bytes stand in this report before: they go once, and are counted there."""

    handles: Sequence[str] = ()
    """By what its children are found, while it waits: what nobody has sent stands nowhere else."""

    marks: Mapping[str, str] = field(default_factory=dict)
    """Keyed digests of its labels: by these a later file is known to be about the same pupils when those are gone."""

    initials: Sequence[str] = ()
    """The same of initials alone, which stay when a number is put right."""

    @property
    def accepted(self) -> bool:
        return bool(self.answer["outcome"] == "accepted")

    @property
    def waits(self) -> bool:
        """It was checked and could go; somebody has to see where it goes, and send it."""
        return bool(self.answer["outcome"] == CHECKED) and not self.twice

    @property
    def unsent(self) -> bool:
        """It was taken in, and nothing of it may go to anybody: it stands on record."""
        told = {one["outcome"] for one in self.answer.get("decisions", ())}
        return self.accepted and told == {Outcome.REFUSE}

    @property
    def refused(self) -> bool:
        return not (self.accepted or self.waits or self.twice)

    @property
    def repeated(self) -> bool:
        """The same bytes were accepted before; the answer is the one of that time."""
        return self.accepted and self.answer["upload"] != self.upload

    @property
    def pupils(self) -> int:
        return int(self.answer.get("pupils", 0))

    @property
    def ready(self) -> int:
        return int(self.answer.get("ready", 0))

    @property
    def going(self) -> int:
        """How many of the pupils that are ready something may be sent of."""
        released = (one["pupils"] for one in self.answer.get("decisions", ()) if one["outcome"] == "release")
        return len({number for numbers in released for number in numbers})

    @property
    def held(self) -> int:
        return self.pupils - self.ready

    @property
    def errors(self) -> int:
        return sum(one["severity"] == Severity.ERROR for one in self.answer["findings"])

    @property
    def queries(self) -> int:
        return len(self.answer["findings"]) - self.errors

    @property
    def needs_mending(self) -> bool:
        return self.refused or (self.held > 0 and not self.twice)

    @property
    def stranger(self) -> bool:
        """It is no file about pupils at all: nothing in it can be mended, another one was meant."""
        return self.refused and self.answer["code"] == Code.NOT_A_FILE_WE_KNOW

    @property
    def wrong(self) -> frozenset[str]:
        """The numbers of the pupils with errors."""
        errors = (one for one in self.answer["findings"] if one["severity"] == Severity.ERROR)
        return frozenset(str(one["pupil"]) for one in errors)

    @property
    def protectable(self) -> Sequence[tuple[str, str]]:
        """The pupils who would go, by their number, with the label under which the office knows each."""
        numbers = {str(number) for one in self.answer.get("decisions", ()) for number in one["pupils"]}
        return [(number, self.labels.get(number, "")) for number in sorted(numbers, key=int)]

    @property
    def gone(self) -> frozenset[str]:
        """The marks of the pupils who were taken."""
        return frozenset(self.marks[one] for one in self.marks.keys() - self.wrong) if self.accepted else frozenset()

    @property
    def waiting(self) -> frozenset[str]:
        """The marks of the pupils who were not."""
        return frozenset(self.marks.values()) - self.gone

    @property
    def unlabelled(self) -> bool:
        """Whether something is said about pupils whose labels are gone."""
        return not self.labels and bool(self.marks) and any(one["pupil"] for one in self.answer["findings"])

    @property
    def counted(self) -> str:
        """Whether the findings name a line of the file or a row of a sheet."""
        return str(self.answer.get("counted", "line"))

    @property
    def tidied(self) -> str:
        """The name under which it was taken, where that is another than it came with."""
        taken = str(self.answer.get("file", self.name))
        return taken if taken != self.name else ""

    @property
    def asked(self) -> Sequence[Asked]:
        """The queries, rule by rule: what is said once about all pupils it is about."""
        queries = sorted((one for one in self.answer["findings"] if one["severity"] == Severity.QUERY), key=_code)
        return [_asked(rule, list(found)) for rule, found in groupby(queries, key=_code)]

    def groups(self) -> Iterator[Group]:
        """Findings pupil by pupil, those about the whole file first."""
        placed = sorted(self.answer["findings"], key=_place)
        for pupil, found in groupby(placed, key=lambda one: one["pupil"]):
            yield Group(pupil, self.labels.get(str(pupil), ""), tuple(found))


@dataclass(frozen=True, slots=True)
class Read:
    """A report as its page shows it."""

    id: ReportId
    at: datetime
    expires: datetime
    person: str
    entries: tuple[Entry, ...]

    @property
    def waits_until(self) -> datetime:
        """When files that nobody sent are destroyed."""
        return self.at + WAITS

    def entry(self, number: int) -> Entry:
        """The file with this number, from 1. Raises Refusal(NOT_FOUND)."""
        if not 1 <= number <= len(self.entries):
            raise Refusal(Code.NOT_FOUND)
        return self.entries[number - 1]


def read(gateway: Gateway, reports: Reports, person: Person, report_id: ReportId, at: datetime) -> Read:
    """One report. Raises Refusal(NOT_FOUND) for a report of others: that it exists is not told."""
    found = reports.report(report_id, at)
    if found is None or found.organisation != person.organisation or person.role not in READERS:
        raise Refusal(Code.NOT_FOUND)
    shown = opened(gateway, found)
    if _apart(gateway, person, shown):
        raise Refusal(Code.NOT_FOUND)
    return shown


def newest(gateway: Gateway, reports: Reports, person: Person, at: datetime) -> Sequence[Read]:
    """The reports of the person's organisation, newest first."""
    if person.role not in READERS:
        return []
    found = (opened(gateway, one) for one in reports.reports_of(person.organisation, at, MOST_REPORTS))
    return [one for one in found if not _apart(gateway, person, one)]


def _apart(gateway: Gateway, person: Person, shown: Read) -> bool:
    """Whether it is about a file that others at the school do not see."""
    for one in shown.entries:
        told = [decision["purpose"] for decision in one.answer.get("decisions", ()) if decision["purpose"]]
        if apart.unseen(gateway.homes, person, one.name, told):
            return True
    return False


def unmended(found: Sequence[Read]) -> Iterator[tuple[Read, int, Entry]]:
    """Files that still need mending, with their numbers, from reports that stand newest first.

    A later file of the same name ends it, and so do later files that took the same pupils under other names. Returns
    that our forms make have one name, so the later one has to be about somebody of the same initials. A file in which
    no pupil could be counted is told of until something else is handed in.
    """
    names, gone = dict[str, set[str]](), set[str]()
    for report in found:
        for number, entry in reversed([*enumerate(report.entries, 1)]):
            name = entry.tidied or entry.name
            later = names.get(name, set())
            same = UNKNOWN in later or not later.isdisjoint(entry.initials or later)
            replaced = same or (entry.waiting and entry.waiting <= gone)
            if entry.needs_mending and not (replaced or entry.stranger) and (entry.pupils or report is found[0]):
                yield report, number, entry
            names[name] = later | set(entry.initials or (UNKNOWN,))
            gone |= entry.gone


def unsent(found: Sequence[Read], at: datetime) -> Iterator[tuple[Read, int, Entry]]:
    """Files that were checked and not yet sent, with their numbers, as long as they are kept."""
    for report in found:
        if report.waits_until > at:
            yield from ((report, number, one) for number, one in enumerate(report.entries, 1) if one.waits)


def closed(gateway: Gateway, read: Read, organisation: PartnerId, at: datetime) -> Report:
    """A report as it rests from now on. Its labels last for a sitting, and for as long as a file in it waits, which
    holds more than they say.
    """
    told = [asdict(replace(one, labels={})) for one in read.entries]
    waits = read.waits_until if any(one.waits for one in read.entries) else at
    until = min(read.expires, max(waits, at + gateway.lasts.labels))
    labelled = any(one.labels for one in read.entries)
    labels = Labels(until, _rested(gateway, [one.labels for one in read.entries])) if labelled else None
    person = PersonId(read.person)
    return Report(read.id, organisation, person, read.at, read.expires, _rested(gateway, told), labels)


def _rested(gateway: Gateway, said: object) -> Kept:
    return gateway.vault.keep(zlib.compress(json.dumps(said).encode()))


def unopened(refusal: Refusal) -> dict[str, object]:
    """The answer about a file that was not even read, in the words of the answer about any other."""
    told = refusal.help
    return {
        "outcome": "refused",
        "code": refusal.code,
        "sentence": told.sentence,
        "fix": told.fix,
        "counted": "row" if refusal.code is Code.SHEET else "line",
        "findings": [asdict(one) for one in refusal.findings],
    }


def opened(gateway: Gateway, report: Report) -> Read:
    """The opposite of ``closed``, with what stands beside it."""
    told = _read(gateway, report.kept)
    labels = _read(gateway, report.labels.kept) if report.labels else [{} for _ in told]
    entries = [Entry(**{**one, "labels": known}) for one, known in zip(told, labels, strict=True)]
    uploads = [UploadId(one.answer["upload"]) for one in entries if one.accepted]
    hidden = discretion.hidden(gateway.store, uploads, report.organisation, gateway.homes)
    waiting = [handle for one in entries if one.waits for handle in one.handles]
    marked = discretion.marked(gateway.store, waiting, report.organisation, gateway.homes)
    found = [(one, one.answer.get("upload") in hidden or not marked.isdisjoint(one.handles)) for one in entries]
    shown = tuple(_discreet(one) if hide else one for one, hide in found)
    if any(hide for _, hide in found):  # a zip may be called after any one of the files in it
        shown = tuple(replace(one, inside=discretion.masked_name(one.inside)) for one in shown)
    return Read(report.id, report.at, report.expires, report.person, shown)


def _read(gateway: Gateway, kept: Kept) -> list[dict[str, Any]]:
    """The opposite of ``_rested``."""
    return list(json.loads(zlib.decompress(gateway.vault.open_kept(kept))))


def _discreet(entry: Entry) -> Entry:
    return replace(entry, name=discretion.masked_name(entry.name), answer=discretion.masked(entry.answer))


def _code(finding: Mapping[str, Any]) -> str:
    return str(finding["code"])


def _asked(rule: str, found: Sequence[Mapping[str, Any]]) -> Asked:
    pupils = tuple(dict.fromkeys(one["pupil"] for one in found if one["pupil"] is not None))
    return Asked(rule, found[0]["message"], pupils, any(one.get("explained") for one in found))


def _place(finding: Mapping[str, Any]) -> tuple[int, bool, int]:
    return finding["pupil"] or 0, finding["severity"] != Severity.ERROR, finding["line"]
