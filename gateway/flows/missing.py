"""What opening and moving a case writes, whoever or whatever does it.

A child with an open case gets an entry there, if a number of its own says that it is the same; where only a name and a
birth do, or a name at one school of two who have neither, a second case opens and a person looks at the two.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from types import MappingProxyType

from gateway.core import cases, documents, tasks
from gateway.core.cases import CaseState
from gateway.core.documents import Document
from gateway.core.facts import (
    Because,
    CaseOpened,
    EntryAdded,
    EntryKind,
    Fact,
    TaskKind,
    What,
    commitment_of,
    join,
    join_person,
)
from gateway.core.records import Case, Entry, Record
from gateway.core.tasks import Task
from gateway.core.terms import CaseId, DisclosureId, EntryId, PartnerId, PersonId, TaskId, UploadId
from gateway.flows import children
from gateway.flows.children import Roll
from gateway.flows.situations import Situation, new_id

Wanted = Iterable[tuple[int, Because]]
NOTHING: Mapping[str, str] = MappingProxyType({})


def opened(
    document: Document,
    roll: Roll,
    home: PartnerId,
    source: UploadId | None,
    wanted: Wanted,
    here: Situation,
    by: PersonId | None = None,
) -> Record:
    """Open a case for each of these children, or write into the one that is open."""
    record, asked = Record(()), tuple(wanted)
    known = {number: (*roll.handles[number], *roll.alike[number]) for number, _ in asked}
    handles = tuple(dict.fromkeys(chain.from_iterable(known.values())))
    standing = children.found_by(known, here.cases.cases_on(home, handles))
    for number, because in asked:
        child, strong = documents.rest(documents.about(document, number)), roll.numbers[number]
        record += _opened_beside(
            standing[number], child, known[number], strong, home, because, here, source, by, NOTHING
        )
    return record


def opened_for(
    child: bytes,
    handles: tuple[str, ...],
    strong: frozenset[str],
    home: PartnerId,
    because: Because,
    here: Situation,
    *,
    source: UploadId | None = None,
    by: PersonId | None = None,
    said: Mapping[str, str] = NOTHING,
) -> Record:
    """The same for one child as it rests, found by ``handles``, of which ``strong`` are of its numbers.

    ``said`` is what a person gave for it, who opens it by hand and has it where the home has named no officer.
    """
    standing = here.cases.cases_on(home, handles)
    return _opened_beside(standing, child, handles, strong, home, because, here, source, by, said)


def _opened_beside(
    standing: Sequence[Case],
    child: bytes,
    handles: tuple[str, ...],
    strong: frozenset[str],
    home: PartnerId,
    because: Because,
    here: Situation,
    source: UploadId | None,
    by: PersonId | None,
    said: Mapping[str, str],
) -> Record:
    live = [one for one in standing if one.state in cases.LIVE]
    same = next((one for one in live if one.strong & strong), None)
    if same is not None:
        kind = EntryKind.FACT if said and by else EntryKind.RECEIVED
        return entry(same, kind, {"text": f"Again: {because}.", **said}, here, source=source, by=by)
    officer = next(iter(here.officers.get(home, ())), by if said else None)
    case = CaseId(new_id("c", here.draw))
    made = Case(case, home, because, here.at, handles, strong, here.keep(child), officer=officer)
    record = _opened(made, source, here, by, said)
    return record + Record((), tasks=(task(TaskKind.SAME_CHILD, made, here),)) if live else record


def same(strong: frozenset[str], home: PartnerId, here: Situation) -> Case | None:
    """The case of a child of one of these numbers: the live one, or else the newest, for a letter may come late."""
    found = here.cases.cases_on(home, sorted(strong))
    standing = [one for one in found if one.state is not CaseState.MERGED]
    live = [one for one in standing if one.state in cases.LIVE]
    return next(iter(live), None) or next(reversed(standing), None)


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
    who = join_person(here.draw, by)
    fact = EntryAdded(
        here.at, case.home, case.id, made.id, kind, here.at, bound.commitment, commitment_of(who), None, disclosure
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


def _opened(
    case: Case, source: UploadId | None, here: Situation, by: PersonId | None, said: Mapping[str, str]
) -> Record:
    child = join(here.draw, What.CHILD, case.handles[0], case.handles[0])
    officer, who = join_person(here.draw, case.officer), join_person(here.draw, by)
    held, told = commitment_of(officer), commitment_of(who)
    fact = CaseOpened(here.at, case.home, case.id, case.because, child.commitment, held, told)
    record = Record((fact,), (child, *officer, *who), cases=(case,))
    text = {"text": f"Opened: {case.because}.", **said}
    return record + entry(case, EntryKind.FACT if said and by else EntryKind.RECEIVED, text, here, source=source, by=by)
