"""What an office hands in: several files at once, each with an answer of its own, kept as a report for a week.

Nothing of a refused file is kept but what the report says: findings, and by which label the office knows each pupil.
The report rests closed under a key of its own that goes with it, and only those who sent the files read it.
"""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Protocol

from gateway.core import documents
from gateway.core.errors import Code, Refusal, Severity
from gateway.core.facts import Role
from gateway.core.records import Person, Report
from gateway.core.terms import Digest, PartnerId, ReportId, UploadId, digest
from gateway.flows import intake
from gateway.flows.intake import Upload
from gateway.flows.ports import Gateway
from gateway.flows.situations import new_id

SENDERS = (Role.SCHOOL_SENDER, Role.OFFICER, Role.MANAGER)
READERS = (*SENDERS, Role.SCHOOL_READER)
LASTS = timedelta(days=7)
MOST_FILES = 500
MOST_REPORTS = 30
MOST_FINDINGS = 2_000
"""Of one file, in a report: nobody mends more by hand before the next export."""

LONGEST_NAME = 100


class Reports(Protocol):
    def keep_report(self, report: Report) -> None: ...
    def report(self, report_id: ReportId, at: datetime) -> Report | None: ...
    def reports_of(self, organisation: PartnerId, at: datetime, most: int) -> Sequence[Report]: ...


@dataclass(frozen=True, slots=True)
class Given:
    """A file as somebody handed it in. ``inside`` names the zip that it came in."""

    name: str
    content: bytes
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether pupils without errors go and the others are held: of every file, or of the very file ``only``."""

    ready: bool = False
    only: Digest | None = None

    def of(self, content: bytes) -> bool:
        return self.ready or (self.only is not None and digest(content) == self.only)


@dataclass(frozen=True, slots=True)
class Group:
    """All findings about one pupil, errors first; ``pupil`` is None for the file as a whole."""

    pupil: int | None
    label: str
    findings: tuple[Mapping[str, Any], ...]


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

    @property
    def accepted(self) -> bool:
        return bool(self.answer["outcome"] == "accepted")

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
        return not self.accepted or self.held > 0

    @property
    def wrong(self) -> frozenset[str]:
        """The numbers of the pupils with errors."""
        errors = (one for one in self.answer["findings"] if one["severity"] == Severity.ERROR)
        return frozenset(str(one["pupil"]) for one in errors)

    @property
    def gone(self) -> frozenset[str]:
        """The labels of the pupils who were taken."""
        return frozenset(self.labels[one] for one in self.labels.keys() - self.wrong) if self.accepted else frozenset()

    @property
    def waiting(self) -> frozenset[str]:
        """The labels of the pupils who were not."""
        return frozenset(self.labels.values()) - self.gone

    @property
    def counted(self) -> str:
        """Whether the findings name a line of the file or a row of a sheet."""
        return str(self.answer.get("counted", "line"))

    @property
    def tidied(self) -> str:
        """The name under which it was taken, where that is another than it came with."""
        taken = str(self.answer.get("file", self.name))
        return taken if taken != self.name else ""

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

    def entry(self, number: int) -> Entry:
        """The file with this number, from 1. Raises Refusal(NOT_FOUND)."""
        if not 1 <= number <= len(self.entries):
            raise Refusal(Code.NOT_FOUND)
        return self.entries[number - 1]


def send(
    gateway: Gateway, reports: Reports, person: Person, given: Sequence[Given], at: datetime, choice: Choice
) -> Read:
    """Take in every file, on behalf of the person's organisation, and keep what was said about each.

    The same file again has the same answer. Raises Refusal with NO_FILE, NOT_ALLOWED or NOT_ENROLLED.
    """
    if person.role not in SENDERS:
        raise Refusal(Code.NOT_ALLOWED)
    if not given:
        raise Refusal(Code.NO_FILE)
    entries: list[Entry] = []
    for one in given:
        entries += _take(gateway, person, one, at, choice, MOST_FILES - len(entries))
    report_id = ReportId(new_id("r", gateway.draw))
    closed = gateway.vault.keep(zlib.compress(json.dumps([asdict(one) for one in entries]).encode()))
    made = Report(report_id, person.organisation, person.id, at, at + LASTS, closed)
    reports.keep_report(made)
    return Read(made.id, made.at, made.expires, made.person, tuple(entries))


def read(gateway: Gateway, reports: Reports, person: Person, report_id: ReportId, at: datetime) -> Read:
    """One report. Raises Refusal(NOT_FOUND) for a report of others: that it exists is not told."""
    found = reports.report(report_id, at)
    if found is None or found.organisation != person.organisation or person.role not in READERS:
        raise Refusal(Code.NOT_FOUND)
    return _open(gateway, found)


def newest(gateway: Gateway, reports: Reports, person: Person, at: datetime) -> Sequence[Read]:
    """The reports of the person's organisation, newest first."""
    if person.role not in READERS:
        return []
    return [_open(gateway, one) for one in reports.reports_of(person.organisation, at, MOST_REPORTS)]


def unmended(found: Sequence[Read]) -> Iterator[tuple[Read, int, Entry]]:
    """Files that still need mending, with their numbers, from reports that stand newest first.

    A later file of the same name ends it, and so do later files that took the same pupils under other names. A file
    in which no pupil could be counted is told of until something else is handed in.
    """
    names, gone = set[str](), set[str]()
    for report in found:
        for number, entry in reversed([*enumerate(report.entries, 1)]):
            name = entry.tidied or entry.name
            replaced = name in names or (entry.waiting and entry.waiting <= gone)
            if entry.needs_mending and not replaced and (entry.pupils or report is found[0]):
                yield report, number, entry
            names.add(name)
            gone |= entry.gone


def _take(gateway: Gateway, person: Person, given: Given, at: datetime, choice: Choice, room: int) -> Iterator[Entry]:
    """One entry for a file, or one for each file in a zip; a zip that is not opened has one too."""
    try:
        members = documents.members(given.name, given.content)
        if len(members) > room:
            raise Refusal(Code.TOO_MANY_FILES)  # noqa: TRY301  (told as any zip that is not taken)
    except Refusal as refusal:
        yield _unopened(gateway, given, refusal)
        return
    for one in members:
        inside = "" if one.content is given.content else given.name
        taken = Given(one.name, one.content, inside)
        if one.refusal is not None:
            yield _unopened(gateway, taken, one.refusal)
        else:
            yield _accept(gateway, person, taken, at, choice)


def _accept(gateway: Gateway, person: Person, given: Given, at: datetime, choice: Choice) -> Entry:
    upload_id = UploadId(new_id("u", gateway.draw))
    upload = Upload(
        upload_id, at, person.organisation, given.name, given.content, choice.of(given.content), by=person.id
    )
    answer = json.loads(intake.accept(gateway, upload).answer)
    labels = {str(number): label for number, label in documents.labels(given.content).items()}
    return _entry(given, upload_id, answer, labels)


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


def _unopened(gateway: Gateway, given: Given, refusal: Refusal) -> Entry:
    return _entry(given, UploadId(new_id("u", gateway.draw)), unopened(refusal), {})


def _entry(given: Given, upload: UploadId, answer: dict[str, Any], labels: dict[str, str]) -> Entry:
    findings = answer["findings"]
    shown = {**answer, "findings": findings[:MOST_FINDINGS]}
    more = max(0, len(findings) - MOST_FINDINGS)
    return Entry(_short(given.name), _short(given.inside), upload, digest(given.content), shown, labels, more)


def _short(name: str) -> str:
    """A stranger's file name, as much of it as a page shows: its end says what kind of file it is."""
    return name if len(name) <= LONGEST_NAME else f"…{name[-LONGEST_NAME:]}"


def _open(gateway: Gateway, report: Report) -> Read:
    entries = json.loads(zlib.decompress(gateway.vault.open_kept(report.kept)))
    return Read(report.id, report.at, report.expires, report.person, tuple(Entry(**one) for one in entries))


def _place(finding: Mapping[str, Any]) -> tuple[int, bool, int]:
    return finding["pupil"] or 0, finding["severity"] != Severity.ERROR, finding["line"]
