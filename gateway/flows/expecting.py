"""A leaver is watched until somebody says that it has started elsewhere, or that it has died.

It is written in the transaction that takes the file in, or refuses it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import chain

from gateway.core import cases, documents
from gateway.core.cases.ages import compulsory
from gateway.core.cases.openings import DIED, NO_CASE, because
from gateway.core.days import day_of, noon
from gateway.core.documents import Document, Leaver
from gateway.core.documents.messages.handover import Closure
from gateway.core.documents.messages.words import ClosureOutcome
from gateway.core.facts import Ending, EntryKind, TaskDone, WatchClosed, WatchEnd, WatchOpened, What, join
from gateway.core.records import Case, Record, Watch
from gateway.core.terms import Commitment, Flag, Kind, LaEstab, PartnerId, PersonId, UploadId, WatchId
from gateway.flows import blocking, children, missing
from gateway.flows.children import Handles, Roll
from gateway.flows.saying import organisation_join, task_done
from gateway.flows.situations import Situation, new_id

LEFT = "left-not-arrived"
SUMMER = frozenset({5, 6, 7, 8})
"""When those leave who change phase with the school year."""


def watched(
    document: Document, roll: Roll, home: PartnerId, source: UploadId, without: frozenset[int], here: Situation
) -> Record:
    """Watch each leaver of compulsory school age whose next school can answer; one who is watched already, once.

    Who leaves again, or for another school than was said, is watched anew: an alarm of before sounds no second time.
    """
    known, numbers, record = roll.handles, roll.numbers, Record(())
    leaving = documents.leavers(document, here.rulebook.known)
    wanted = [
        (one, one.to)
        for one in leaving
        if one.to is not None and one.number not in without and _to_watch(one, day_of(here.at))
    ]
    asked = {one.number: tuple(sorted(numbers[one.number])) or known[one.number] for one, _ in wanted}
    standing = _watches(home, asked, here)
    for one, to in wanted:
        if any(each.school == to and each.told_at is None for each in standing[one.number]):
            continue
        child = documents.rest(documents.about(document, one.number))
        record += _watch(one, to, child, known[one.number], numbers[one.number], document, home, source, here)
    return record


def came_through(document: Document, roll: Roll, home: PartnerId, sender: PartnerId, here: Situation) -> Record:
    """What a good file ends: the watch over who has started or died."""
    known = roll.handles
    return (
        _started(document, roll, home, here)
        + _told_by_council(document, home, known, here)
        + _died(document, home, sender, known, here)
    )


def gone(document: Document, roll: Roll, here: Situation) -> frozenset[int]:
    """Of whom a return has said before that they died: a transfer file begins nothing about them.

    Another return may put it right, so it is taken as it says; what it would send waits for people.
    """
    if document.kind is not Kind.CTF:
        return frozenset()
    flagged = children.flags_on(roll.handles, here.flags)
    return frozenset(number for number, flags in flagged.items() if Flag.DIED in flags)


def died(handles: tuple[str, ...], home: PartnerId, sender: PartnerId, here: Situation) -> Record:
    """Ground K: nobody watches, nobody is reminded; the case waits for a safeguarding officer to close it."""
    record = Record(())
    for watch in here.cases.watches_on(home, handles):
        record += closed(watch, WatchEnd.DIED, here.at)
    for case in here.cases.cases_on(home, handles):
        if case.state in cases.LIVE:
            said = {"text": "A school's return says that the child has died. Contact nobody before you know."}
            record += missing.entry(case, EntryKind.RECEIVED, said, here)
            for task in here.cases.tasks_about(case.id):
                by = organisation_join(sender, here.draw)
                record += Record((TaskDone(here.at, task.home, task.id, task.kind, by.commitment),), (by,))
    return record


def settled(case: Case, ending: Ending, person: PersonId, here: Situation) -> Record:
    """A case that closes ends the alarm of which it came; of who died, nobody is watched or reminded any more."""
    record, died = Record(()), ending is Ending.DIED
    for one in here.cases.watches_on(case.home, case.handles):
        end = WatchEnd.DIED if died else WatchEnd.PERSON
        over = died or (ending is Ending.ENROLLED_AND_STARTED and one.told_at is not None)
        if over and _same(one, case):
            who = join(here.draw, What.PERSON, person, person)
            record += closed(one, end, here.at, who.commitment) + Record((), (who,))
    for each in here.cases.cases_on(case.home, case.handles) if died else ():
        for task in here.cases.tasks_about(each.id) if _same(each, case) else ():
            record += task_done(task, person, here.at, here.draw)
    return record + blocking.died(case.strong or frozenset(case.handles), person, here) if died else record


def noted(text: str, about: Watch, here: Situation) -> Record:
    """Write into the cases that go on about the child of a watch what somebody said of it."""
    record = Record(())
    for case in here.cases.cases_on(about.home, about.handles):
        if case.state in cases.LIVE and _same(about, case):
            record += missing.entry(case, EntryKind.RECEIVED, {"text": text}, here)
    return record


def _same(one: Watch | Case, case: Case) -> bool:
    """Whether it is about the child of this case: a name and a birth alone may be another child's."""
    return bool(one.strong & case.strong) or one.handles == case.handles


def closed(watch: Watch, end: WatchEnd, at: datetime, by: Commitment | None = None) -> Record:
    """Watch no longer."""
    fact = WatchClosed(at, watch.home, watch.id, end, by)
    return Record((fact,), watches=(replace(watch, closed_at=at, end=end),))


# -- watches ----------------------------------------------------------------------------------------------------------


def _to_watch(one: Leaver, day: date) -> bool:
    return not one.grounds & NO_CASE and because(one, day) is None and compulsory(one.born, one.left or day)


def _watch(
    one: Leaver,
    to: LaEstab,
    child: bytes,
    handles: tuple[str, ...],
    strong: frozenset[str],
    document: Document,
    home: PartnerId,
    source: UploadId,
    here: Situation,
) -> Record:
    table = here.rulebook.clocks
    expected = one.starts or table.calendars.school_days_after(_last_day(one, day_of(here.at)), 1, to)
    start = noon(expected)
    watch = Watch(
        WatchId(new_id("w", here.draw)),
        home,
        to,
        expected,
        table.due(LEFT, start, to),
        here.at,
        handles,
        strong,
        here.keep(child),
        source,
        other=_other(document, to, home, here),
    )
    who = join(here.draw, What.CHILD, handles[0], handles[0])
    school = join(here.draw, What.ORGANISATION, to, to)
    fact = WatchOpened(here.at, home, watch.id, who.commitment, school.commitment, start)
    return Record((fact,), (who, school), watches=(watch,))


def _last_day(one: Leaver, today: date) -> date:
    """The last before the next school can expect the child: who changes phase in summer starts with the school year."""
    left = one.left or today
    return left.replace(month=8, day=31) if one.ends_phase and left.month in SUMMER else left


def _other(document: Document, to: LaEstab, home: PartnerId, here: Situation) -> PartnerId | None:
    """The council of the other school: of the next one for who lets a child go, of the last one for who awaits it."""
    directory, day = here.register.directory, day_of(here.at)
    found = (directory.council(number.la, day) for number in (to, document.source))
    return next((one.id for one in found if one is not None and one.id != home), None)


def _watches(home: PartnerId, known: Handles, here: Situation) -> Mapping[int, list[Watch]]:
    """The watches over each of these children, asked for at once."""
    return children.found_by(known, here.cases.watches_on(home, tuple(chain.from_iterable(known.values()))))


# -- what ends them ---------------------------------------------------------------------------------------------------


def _started(document: Document, roll: Roll, home: PartnerId, here: Situation) -> Record:
    """A new-pupil return: by the child's number, or by name and birth where it is the very school that was awaited."""
    record, came = Record(()), tuple(number for number, _ in documents.started(document))
    watches = _watches(home, {number: roll.handles[number] for number in came}, here)
    numbers = {number: tuple(sorted(roll.numbers[number])) for number in came}
    standing = children.found_by(numbers, here.cases.cases_on(home, tuple(chain.from_iterable(numbers.values()))))
    for number in came:
        for watch in watches[number]:
            if watch.strong & roll.numbers[number] or watch.school == document.source:
                record += closed(watch, WatchEnd.RETURN, here.at)
        for case in standing[number]:
            if case.state in cases.LIVE:
                said = {"text": f"A return says that the child has started at {document.source}."}
                record += missing.entry(case, EntryKind.RECEIVED, said, here)
    return record


def _told_by_council(document: Document, home: PartnerId, known: Handles, here: Situation) -> Record:
    """Another council says that the child has started at a school of its own."""
    said = documents.value(document) if document.kind == "closure" else None
    record = Record(())
    for number, one in enumerate(said.records if isinstance(said, Closure) else (), 1):
        if one.outcome is ClosureOutcome.IN_EDUCATION:
            for watch in here.cases.watches_on(home, known[number]):
                record += closed(watch, WatchEnd.COUNCIL, here.at)
                record += noted("The other council says that the child has started there.", watch, here)
    return record


def _died(document: Document, home: PartnerId, sender: PartnerId, known: Handles, here: Situation) -> Record:
    found = documents.leavers(document, here.rulebook.known)
    return sum((died(known[one.number], home, sender, here) for one in found if DIED in one.grounds), Record(()))
