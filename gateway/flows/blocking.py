"""The council's list of whom it has to call about: pupils whose file an error stopped, and of whom a team has to hear.

One child of one school on one ground is one row and one task, however often the file is sent. A row ends when the child
comes through, by a number or by its name and birth; where only initials and ground meet, a person is asked.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.core import documents, tasks
from gateway.core.days import day_of
from gateway.core.documents import Document, Glimpse
from gateway.core.errors import Finding, Refusal
from gateway.core.facts import BlockedCleared, TaskDone, TaskKind, What, join
from gateway.core.records import NEVER, Blocked, Kept, Record
from gateway.core.tasks import Task
from gateway.core.terms import Draw, Kind, PartnerId, PersonId, TaskId, UploadId
from gateway.flows import children
from gateway.flows.children import Roll
from gateway.flows.ports import Gateway
from gateway.flows.saying import organisation_join, task_done
from gateway.flows.situations import Situation, Upload, new_id

RETURNS = frozenset({Kind.CML, Kind.CMJ, Kind.DELETION})
ALARM, SAME = TaskKind.DELETION_ALARM, TaskKind.SAME_CHILD


@dataclass(frozen=True, slots=True)
class Call:
    """Which teams have to hear of a child, and why nothing could go to them."""

    teams: tuple[str, ...]
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alarms:
    """What became of the alarms of one accepted file, by the child's number: ``over`` where a team has been told, or
    the child has died; ``calls`` where a person has to.
    """

    over: frozenset[int] = frozenset()
    calls: Mapping[int, Call] = field(default_factory=dict)


def stopped(
    upload: Upload, found: Sequence[Glimpse], calls: Mapping[int, Call], findings: Sequence[Finding], here: Situation
) -> Record:
    """Those of a refused file, or left out of one, who stand on the list unless they come through in time.

    And a task of this hour for each of whom a team has to hear.
    """
    due, whole = here.rulebook.clocks.due("blocked-pupil", here.at), _file(upload.name, here)
    rows, whose = _Rows(here, upload.sender), _whose(upload.name, upload.sender, here)
    for one in found:
        codes = tuple(sorted({each.code for each in findings if each.pupil in {one.number, None}}))
        who, call = handles_of(one, here), calls.get(one.number)
        place = who or (f"{whole}#{one.number}|{one.label}",)  # by that alone a child without key is never found
        keys = _on_ground(place, one.ground, here) if one.number else (whole,)
        kept = _words(one.label, one.ground, codes, call, whose, here)
        found_by = (*who, *keys, *_initials(one.label, one.ground, here))
        rows.put(Blocked(upload.id, one.number, here.home.id, upload.sender, here.at, due, found_by, kept), keys, call)
    if any(one.number for one in found):
        rows.end(one for one in rows.before if one.pupil == 0 and whole in one.handles)
    return rows.record


def came(document: Document, roll: Roll, source: UploadId, sender: PartnerId, made: Alarms, here: Situation) -> Record:
    """What an accepted file of a school ends, renews and asks.

    A row that waits for a return ends with one, not with whatever else names the child; a call stands until a person
    has made it, or it is over.
    """
    rows = _Rows(here, sender)
    if not rows.before and not made.calls:
        return Record(())
    labels = documents.labels(document.content)
    pupils = {pupil.number: (pupil, pupil.ground.letter if pupil.ground else "") for pupil in document.pupils}
    keys = {one: _on_ground(roll.handles[one], ground, here) for one, (_, ground) in pupils.items()}
    meant = {key for one, (_, ground) in pupils.items() for key in _initials(labels.get(one, ""), ground, here)}
    returns = document.kind in RETURNS or document.dest.unknown
    for row in rows.before:
        if row.pupil == 0 and _file(document.name, here) in row.handles:
            rows.end((row,))
            continue
        found = set(row.handles)
        number = next((one for one, known in roll.handles.items() if found & set(known)), None)
        if number is None and returns and row.due != NEVER and found & meant:
            rows.ask(row)
        elif number is not None:
            over = number in made.over or not rows.alarmed(row)
            rows.come(row, over=over, returns=returns)
    for number, call in made.calls.items():
        pupil, ground = pupils[number]
        label = labels.get(number, "")
        found_by = (*roll.handles[number], *keys[number], *_initials(label, ground, here))
        kept = _words(label, ground, call.why, call, _whose(document.name, sender, here), here)
        place = pupil.came_as or number
        rows.put(Blocked(source, place, here.home.id, sender, here.at, NEVER, found_by, kept), keys[number], call)
    return rows.record


def called(gateway: Gateway, task: Task, at: datetime) -> Record:
    """Somebody has called: about a child whose file came through nothing is left to do."""
    rows = gateway.store.blocked_at(task.home) if task.kind is ALARM else ()
    done = (one for one in rows if one.id == task.subject and one.due == NEVER)
    return Record((), blocked=tuple(replace(one, cleared_at=at) for one in done))


def died(handles: frozenset[str], person: PersonId, here: Situation) -> Record:
    """Nobody calls about a child any more who has died, as a person says who knows it."""
    found = (row for row in here.cases.blocked_at(here.home.id) if handles & set(row.handles))
    each = (cleared(row, here.cases.tasks_about(row.id), person, here.at, here.draw) for row in found)
    return sum(each, Record(()))


def cleared(row: Blocked, about: Iterable[Task], person: PersonId, at: datetime, draw: Draw) -> Record:
    """A person says that nothing is left to do about one, nor any task."""
    who = join(draw, What.PERSON, person, person)
    fact = BlockedCleared(at, row.home, row.upload, who.commitment)
    record = Record((fact,), (who,), blocked=(replace(row, cleared_at=at),))
    return sum((task_done(task, person, at, draw) for task in about), record)


def handles_of(one: Glimpse, here: Situation) -> tuple[str, ...]:
    """By what a child of a refused file is found, as far as the file can be read."""
    return tuple(children.handle(key, here.blind) for key in one.who.keys())  # noqa: SIM118


# -- the rows of one school -------------------------------------------------------------------------------------------


class _Rows:
    """The rows of one school that stand at its council, and what one file writes of them."""

    def __init__(self, here: Situation, school: PartnerId) -> None:
        self.here, self.school = here, school
        self.before = tuple(one for one in here.cases.blocked_at(here.home.id) if _its(one.sender, school, here))
        self._standing = {one.id: one for one in self.before}
        self._written: dict[str, Blocked] = {}
        self._tasks: dict[tuple[str, TaskKind], Task] = {}
        self._done = Record(())

    @property
    def record(self) -> Record:
        return self._done + Record((), blocked=tuple(self._written.values()), tasks=tuple(self._tasks.values()))

    def alarmed(self, row: Blocked) -> bool:
        """Whether somebody has to call about it."""
        return (row.id, ALARM) in self._tasks or any(task.kind is ALARM for task in self._about(row))

    def put(self, made: Blocked, keys: Sequence[str], call: Call | None) -> None:
        """A row for a child, or the one that stands of it, said anew; and one task while somebody has to call."""
        before = next((one for one in self._standing.values() if set(keys) & set(one.handles)), None)
        if before is not None and made.due == NEVER != before.due:
            if self.alarmed(before):
                return
            before = None
        if before is not None:
            found_by = tuple(dict.fromkeys((*before.handles, *made.handles)))
            due = min(before.due, made.due)
            made = replace(before, sender=made.sender, kept=made.kept, due=due, handles=found_by)
        self._write(made)
        if call is not None and not self.alarmed(made):
            self._ask(ALARM, made)

    def come(self, row: Blocked, *, over: bool, returns: bool) -> None:
        """The child of a row came in a file: nobody waits for it any longer, but who has to call still has to."""
        if over and (returns or row.due == NEVER):
            self.end((row,))
        elif over:
            self._finish(task for task in self._about(row) if task.kind is ALARM)
        elif returns:
            self._write(replace(row, due=NEVER, sender=self.school))

    def ask(self, row: Blocked) -> None:
        """A person looks whether it is the same child."""
        if all(task.kind is not SAME for task in self._about(row)):
            self._ask(SAME, row)

    def end(self, rows: Iterable[Blocked]) -> None:
        for row in rows:
            self._written[row.id] = replace(row, cleared_at=self.here.at)
            self._standing.pop(row.id)
            self._finish(self._about(row))

    def _about(self, row: Blocked) -> Sequence[Task]:
        return self.here.cases.tasks_about(row.id)

    def _write(self, row: Blocked) -> None:
        self._written[row.id] = self._standing[row.id] = row

    def _ask(self, kind: TaskKind, row: Blocked) -> None:
        due, owner = tasks.due(kind, self.here.at, self.here.rulebook.clocks), next(iter(self.here.owners), None)
        task = TaskId(new_id("t", self.here.draw))
        self._tasks[row.id, kind] = Task(task, row.home, kind, row.id, self.here.at, due, owner)

    def _finish(self, done: Iterable[Task]) -> None:
        for task in done:
            by = organisation_join(self.school, self.here.draw)
            self._done += Record((TaskDone(self.here.at, task.home, task.id, task.kind, by.commitment),), (by,))


def _its(sent_by: PartnerId, school: PartnerId, here: Situation) -> bool:
    """Whether a stopped file was this school's: of whoever sends in schools' names nobody knows whose it was."""
    by = here.register.directory.find(sent_by)
    return sent_by == school or by is None or not by.kind.school


# -- by what a row is found, and what it says -------------------------------------------------------------------------


def _on_ground(who: Sequence[str], ground: str, here: Situation) -> tuple[str, ...]:
    """The same child on the same ground."""
    return tuple(here.blind(f"blocked:{one}|{ground}") for one in who)


def _initials(label: str, ground: str, here: Situation) -> tuple[str, ...]:
    """Perhaps the same child: nothing is done by this alone but to ask a person."""
    initials, _, _ = label.partition("UPN ending")
    return (here.blind(f"initials:{initials.rstrip(', ')}|{ground}"),) if initials else ()


def _file(name: str, here: Situation) -> str:
    """A file that nobody could read, by its name: it is sent again under the same one."""
    return here.blind(f"file:{documents.tidy(name)[0]}")


def _whose(name: str, sender: PartnerId, here: Situation) -> PartnerId:
    """The school whose file it is, where a council or a company sent it in the school's name: whom to call about it."""
    directory, day = here.register.directory, day_of(here.at)
    by = directory.find(sender)
    if by is not None and by.kind.school:
        return sender
    try:
        source = documents.FileName.parse(documents.tidy(name)[0]).source
    except Refusal:
        return sender
    school = directory.by_laestab(source, day)
    return sender if school is None else school.id


def _words(
    label: str, ground: str, finding: Sequence[str], call: Call | None, school: PartnerId, here: Situation
) -> Kept:
    teams = call.teams if call else ()
    said = {"label": label, "ground": ground, "finding": ", ".join(finding), "teams": teams, "school": school}
    return here.keep(json.dumps(said, ensure_ascii=False).encode())
