"""A child has died: no machine writes about it any more, and a person rings whoever may go on looking for it.

Ground K stops all that would go out, so nobody else hears of it: another council keeps its watch, its enquiry or our
transfer open, and may write to the family. What they are told is the least: that it is over, that they write to nobody,
and whom to ring. A machine does not say it, for a wrong letter on a return would be believed by ten councils at once.
"""

from collections.abc import Sequence
from datetime import timedelta

from gateway.core import tasks
from gateway.core.delivery import State
from gateway.core.facts import TaskKind
from gateway.core.partners import Partner
from gateway.core.records import Record, Standing
from gateway.core.tasks import Task
from gateway.core.terms import DisclosureId, LaEstab, Outcome, PartnerId, TaskId
from gateway.flows.noting import TO_PHONE
from gateway.flows.saying import tasks_over
from gateway.flows.situations import Situation, new_id

BACK = timedelta(days=366)
"""As long as an enquiry is on watch that nobody renews: who heard of the child before that looks for it no more."""
_REMINDS = frozenset({*TO_PHONE, TaskKind.ENQUIRY_RENEWAL})
_NOBODY_HAS = frozenset({State.WAITING, State.SHELVED, State.EXPIRED, State.WITHDRAWN, State.ABANDONED})


def all_round(handles: Sequence[str], here: Situation, source: LaEstab | None = None) -> Record:
    """A task of one working day for each organisation that we told of the child, or that told us, in the last year.

    Not for the school of the number ``source``, which says it. Nobody is reminded any more to phone about a notice, and
    what is held about the child waits by no clock, as what is held of it later.
    """
    record, rung = _unclocked(handles, here), set[PartnerId]()
    for standing in here.cases.exchanged(here.home.id, handles, here.at - BACK):
        about = standing.parcel.disclosure
        record += tasks_over(here.cases.tasks_about(about), _REMINDS, here.home.id, here.at, here.draw)
        other = _other(standing, here)
        if other is None or other.id in {*rung, *here.homes} or (source and other.number == source):
            continue
        rung.add(other.id)
        record += Record((), tasks=(_task(about, here),))
    return record


def _unclocked(handles: Sequence[str], here: Situation) -> Record:
    record, seen = Record(()), here.cases
    places = dict.fromkeys(one for handle in handles for one in seen.sources_of(handle))
    held = {
        one.disclosure: seen.tasks_about(one.disclosure)
        for source, pupil in places
        for one in seen.decided_for(source)
        if one.outcome is Outcome.HOLD and pupil in one.pupils
    }
    for about in held.values():
        record += tasks_over(about, frozenset({TaskKind.HOLD}), here.home.id, here.at, here.draw)
    return record


def _other(standing: Standing, here: Situation) -> Partner | None:
    """Who had it of us, as far as anybody may have it, or of whom we had it."""
    parcel = standing.parcel
    if not parcel.received and standing.state in _NOBODY_HAS and not standing.attempts:
        return None
    return here.register.directory.find(parcel.discloser if parcel.received else parcel.reader)


def _task(about: DisclosureId, here: Situation) -> Task:
    due, owner = tasks.due(TaskKind.LET_KNOW, here.at, here.rulebook.clocks), next(iter(here.owners), None)
    return Task(TaskId(new_id("t", here.draw)), here.home.id, TaskKind.LET_KNOW, about, here.at, due, owner)
