"""Handing files in by a person: each is checked and waits, until somebody has seen where it goes and sends it.

What cannot go is told at once and not kept; what could go rests closed for a day under a key of its own, and counts as
received only when it is sent.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from gateway.core import documents, explaining
from gateway.core.errors import Code, Refusal
from gateway.core.explaining import Told
from gateway.core.facts import Role
from gateway.core.records import Draft, Person, Report
from gateway.core.terms import Digest, Flag, ReportId, RuleCode, UploadId, digest
from gateway.flows import apart, intake, reports
from gateway.flows.intake import Upload
from gateway.flows.ports import Gateway
from gateway.flows.reports import CHECKED, HANDERS, LASTS, MOST_FINDINGS, SENDERS, WAITS, Entry, Read, Reports
from gateway.flows.situations import named, new_id, parse_named

MOST_FILES = 500
NOBODY: Mapping[int, Sequence[int]] = MappingProxyType({})
LONGEST_NAME = 100


class Drafts(Reports, Protocol):
    def keep_report(self, report: Report, drafts: Sequence[Draft]) -> None: ...
    def send_report(self, report: Report) -> None: ...
    def drafts(self, report_id: ReportId, at: datetime) -> Sequence[Draft]: ...


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
class _Checked:
    """What was said about one file, and the file itself where it waits."""

    entry: Entry
    given: Given | None = None


def check(
    gateway: Gateway,
    store: Drafts,
    person: Person,
    given: Sequence[Given],
    at: datetime,
    choice: Choice,
    may: frozenset[Role] = SENDERS,
) -> Read:
    """Say about every file what is wrong with it and, where it could go, to whom; keep what was said.

    ``may`` are more roles where a page of theirs made the file. The same file again has the same answer. Raises Refusal
    with NO_FILE, NOT_ALLOWED or NOT_ENROLLED.
    """
    if person.role not in may:
        raise Refusal(Code.NOT_ALLOWED)
    if not given:
        raise Refusal(Code.NO_FILE)
    checked: list[_Checked] = []
    for one in given:
        checked += _take(gateway, person, one, at, choice, MOST_FILES - len(checked))
    checked = list(_once(checked))
    entries = tuple(one.entry for one in checked)
    report_id = ReportId(new_id("r", gateway.draw))
    made = Read(report_id, at, at + LASTS, person.id, entries)
    drafts = [
        Draft(
            UploadId(one.entry.upload),
            report_id,
            at + WAITS,
            gateway.vault.keep(named(one.given.name, one.given.content)),
        )
        for one in checked
        if one.given is not None
    ]
    store.keep_report(reports.closed(gateway, made, person.organisation, at), drafts)
    return made


def send(
    gateway: Gateway,
    store: Drafts,
    person: Person,
    report_id: ReportId,
    at: datetime,
    told: Mapping[int, Mapping[RuleCode, Told]] | None = None,
    protect: Mapping[int, Sequence[int]] = NOBODY,
) -> Read:
    """Take in every file of the report that waits, with what was explained about each by its number.

    ``protect``: by the number of the file, the pupils whose address, new school or new name somebody must not learn.

    What was taken in the meantime has its first answer. Raises Refusal with NOT_ALLOWED, NOT_FOUND, TEXT_TOO_LONG,
    CONFIRM_TEXT, or DRAFT_GONE when nothing waits any more.
    """
    if person.role not in HANDERS:
        raise Refusal(Code.NOT_ALLOWED)
    found = reports.read(gateway, store, person, report_id, at)
    if person.role not in SENDERS and not all(apart.enclosed(one.name) for one in found.entries):
        raise Refusal(Code.NOT_ALLOWED)
    texts = {number: explaining.settled(each) for number, each in (told or {}).items()}
    waiting = {one.upload: one for one in store.drafts(report_id, at)}
    if not any(one.upload in waiting for one in found.entries):
        raise Refusal(Code.DRAFT_GONE)
    entries = []
    for number, entry in enumerate(found.entries, 1):
        draft = waiting.get(UploadId(entry.upload))
        sent = (
            entry
            if draft is None
            else _sent(gateway, person, entry, draft, at, texts.get(number, {}), protect.get(number, ()))
        )
        entries.append(sent)
    made = replace(found, person=person.id, entries=tuple(entries))
    store.send_report(reports.closed(gateway, made, person.organisation, at))
    return made


def _sent(
    gateway: Gateway,
    person: Person,
    entry: Entry,
    draft: Draft,
    at: datetime,
    told: Mapping[RuleCode, str],
    protect: Sequence[int],
) -> Entry:
    name, content = parse_named(gateway.vault.open_kept(draft.kept))
    flags = {number: frozenset({Flag.ADDRESS_CONFIDENTIAL}) for number in protect}
    upload = Upload(draft.upload, at, person.organisation, name, content, True, by=person.id, told=told, protect=flags)
    answer = json.loads(intake.accept(gateway, upload).answer)
    return replace(entry, answer=_shown(answer))


def _once(checked: Sequence[_Checked]) -> Iterator[_Checked]:
    """The same bytes wait once, wherever they stand again: nobody reads that more pupils go than there are."""
    seen = set[str]()
    for one in checked:
        again = one.given is not None and one.entry.sha256 in seen
        yield _Checked(replace(one.entry, twice=True)) if again else one
        seen.add(one.entry.sha256)


def _take(
    gateway: Gateway, person: Person, given: Given, at: datetime, choice: Choice, room: int
) -> Iterator[_Checked]:
    """One entry for a file, or one for each file in a zip; a zip that is not opened has one too."""
    try:
        members = documents.members(given.name, given.content)
        if len(members) > room:
            raise Refusal(Code.TOO_MANY_FILES)  # noqa: TRY301  (told as any zip that is not taken)
    except Refusal as refusal:
        yield _Checked(_unopened(gateway, given, refusal))
        return
    for one in members:
        inside = "" if one.content is given.content else given.name
        taken = Given(one.name, one.content, inside)
        if one.refusal is not None:
            yield _Checked(_unopened(gateway, taken, one.refusal))
        else:
            yield _look(gateway, person, taken, at, choice)


def _look(gateway: Gateway, person: Person, given: Given, at: datetime, choice: Choice) -> _Checked:
    upload_id = UploadId(new_id("u", gateway.draw))
    upload = Upload(
        upload_id, at, person.organisation, given.name, given.content, choice.of(given.content), by=person.id
    )
    plan = intake.look(gateway, upload)
    answer = json.loads(plan.answer)
    handles = {handle for one in plan.record.named for _, handle in one.handles}
    waits = answer["outcome"] == "accepted" and answer["upload"] == upload_id
    if waits:
        answer["outcome"] = CHECKED
    labels = {str(number): label for number, label in documents.labels(given.content).items()}
    marks = {number: gateway.vault.blind(f"label:{label}") for number, label in labels.items()}
    initials = {one for label in labels.values() for one in label.split(", ")[:1] if one.endswith(".")}
    entry = replace(
        _entry(given, upload_id, answer, labels), handles=sorted(handles), marks=marks,
        initials=sorted(gateway.vault.blind(f"initials:{one}") for one in initials),
    )  # fmt: skip
    return _Checked(entry, given if waits else None)


def _unopened(gateway: Gateway, given: Given, refusal: Refusal) -> Entry:
    return _entry(given, UploadId(new_id("u", gateway.draw)), reports.unopened(refusal), {})


def _entry(given: Given, upload: UploadId, answer: dict[str, Any], labels: dict[str, str]) -> Entry:
    more = max(0, len(answer["findings"]) - MOST_FINDINGS)
    return Entry(_short(given.name), _short(given.inside), upload, digest(given.content), _shown(answer), labels, more)


def _shown(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "findings": answer["findings"][:MOST_FINDINGS]}


def _short(name: str) -> str:
    """A stranger's file name, as much of it as a page shows: its end says what kind of file it is."""
    return name if len(name) <= LONGEST_NAME else f"…{name[-LONGEST_NAME:]}"
