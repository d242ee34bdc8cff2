"""What opening and moving a case writes, whoever or whatever does it.

A child with an open case gets an entry there, if a number of its own says that it is the same; where only a name and a
birth do, a second case opens and a person looks at the two.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from gateway.core import cases, documents, tasks
from gateway.core.documents import Document
from gateway.core.facts import Because, CaseOpened, EntryAdded, EntryKind, Fact, Join, TaskKind, What, join
from gateway.core.records import Case, Entry, Record
from gateway.core.tasks import Task
from gateway.core.terms import CaseId, Commitment, DisclosureId, EntryId, PartnerId, PersonId, TaskId, UploadId
from gateway.flows import children
from gateway.flows.situations import Situation, new_id

Wanted = Iterable[tuple[int, Because]]


def opened(
    document: Document,
    home: PartnerId,
    source: UploadId | None,
    wanted: Wanted,
    here: Situation,
    by: PersonId | None = None,
) -> Record:
    """Open a case for each of these children, or write into the one that is open."""
    found = tuple(wanted)
    if not found:
        return Record(())
    known, numbers = children.handles(document, here.blind), children.numbers(document, here.blind)
    record = Record(())
    for number, because in found:
        live = [one for one in here.cases.cases_on(home, known[number]) if one.state in cases.LIVE]
        same = next((one for one in live if one.strong & numbers[number]), None)
        if same is not None:
            record += entry(same, EntryKind.RECEIVED, {"text": f"Again: {because}."}, here, source=source, by=by)
            continue
        made = _case(document, number, home, because, known[number], numbers[number], here)
        record += _opened(made, source, here, by)
        if live:
            record += Record((), tasks=(task(TaskKind.SAME_CHILD, made, here),))
    return record


def entry(
    case: Case,
    kind: EntryKind,
    said: Mapping[str, str],
    here: Situation,
    *,
    source: UploadId | None = None,
    by: PersonId | None = None,
    disclosure: DisclosureId | None = None,
) -> Record:
    """Add to a case's timeline what has just come or gone."""
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    made = Entry(
        EntryId(new_id("e", here.draw)),
        case.id,
        kind,
        here.at,
        here.at,
        here.keep(text.encode()),
        by,
        disclosure=disclosure,
        source=source,
    )
    bound = join(here.draw, What.TEXT, text, made.id)
    who = person_join(by, here)
    fact = EntryAdded(
        here.at, case.home, case.id, made.id, kind, here.at, bound.commitment, first(who), None, disclosure
    )
    return Record((fact,), (bound, *who), entries=(made,))


def stepped(case: Case, fact: Fact, **changes: object) -> Case:
    """The case after this step. Raises Refusal(CASE_STEP)."""
    state = cases.after(case.state, type(fact))
    return replace(case, state=state, moved_at=fact.at, version=case.version + 1, **changes)  # type: ignore[arg-type]


def task(kind: TaskKind, case: Case, here: Situation) -> Task:
    """What somebody has to do about a case."""
    due = tasks.due(kind, here.at, here.rulebook.clocks)
    return Task(TaskId(new_id("t", here.draw)), case.home, kind, case.id, here.at, due, case.officer)


def person_join(person: PersonId | None, here: Situation) -> tuple[Join, ...]:
    return () if person is None else (join(here.draw, What.PERSON, person, person),)


def first(joins: tuple[Join, ...]) -> Commitment | None:
    return joins[0].commitment if joins else None


def _case(
    document: Document,
    number: int,
    home: PartnerId,
    because: Because,
    handles: tuple[str, ...],
    strong: frozenset[str],
    here: Situation,
) -> Case:
    rests = documents.rest(documents.about(document, number))
    officer = next(iter(here.officers.get(home, ())), None)
    case = CaseId(new_id("c", here.draw))
    return Case(case, home, because, here.at, handles, strong, here.keep(rests), officer=officer)


def _opened(case: Case, source: UploadId | None, here: Situation, by: PersonId | None) -> Record:
    child = join(here.draw, What.CHILD, case.handles[0], case.handles[0])
    officer, who = person_join(case.officer, here), person_join(by, here)
    fact = CaseOpened(here.at, case.home, case.id, case.because, child.commitment, first(officer), first(who))
    record = Record((fact,), (child, *officer, *who), cases=(case,))
    return record + entry(case, EntryKind.RECEIVED, {"text": f"Opened: {case.because}."}, here, source=source, by=by)
