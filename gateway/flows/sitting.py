"""Whether somebody has said why they look at a case that is not theirs: once in a sitting, not after every step of it.

That they look is on record each time all the same; the reason stands with the first look of the sitting.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from gateway.core.facts import CaseViewed
from gateway.core.records import Acted, Person, Session
from gateway.core.terms import CaseId, parse_stamp

SITTING = timedelta(hours=1)
"""As long as a session goes on without a page, by default: who comes back later has come for something else."""


class Looks(Protocol):
    """What this asks of the store."""

    def acted_on(self, subjects: Sequence[str], children: Sequence[str], kinds: Sequence[str]) -> Sequence[Acted]: ...


def has_said_why(store: Looks, session: Session, person: Person, case: CaseId, at: datetime) -> bool:
    """Whether this person gave a reason for this case in this session, and not so long ago."""
    since = max(session.started_at, at - SITTING)
    return any(
        "reason" in one.body
        and one.handles.get(str(one.body["by"])) == person.id
        and parse_stamp(str(one.body["at"])) >= since
        for one in store.acted_on([case], (), (CaseViewed.__name__,))
    )
