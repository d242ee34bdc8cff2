"""The rows that the questions to the log are answered from: written with the lines, and moved with the parcels.

A row says nothing that the line, the parcel and the salts beside them do not say, so all of them can be made again.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core.delivery import Parcel, State
from gateway.core.facts import (
    DisclosureHeld,
    DisclosureRefused,
    DisclosureReleased,
    Fact,
    HoldRefused,
    MessageReceived,
    ParcelPacked,
    ParcelSealed,
    ParcelShelved,
    What,
)
from gateway.core.law import Class
from gateway.core.records import Act, Decided, Record
from gateway.core.terms import Commitment, DisclosureId, Outcome, UploadId
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, naive

Decision = DisclosureReleased | DisclosureHeld | DisclosureRefused
ACTS: Mapping[type[Fact], Act] = {
    DisclosureReleased: Act.RELEASE,
    DisclosureHeld: Act.HOLD,
    DisclosureRefused: Act.REFUSE,
    MessageReceived: Act.RECEIVE,
}
_D = t.disclosed.c
_SAME = (_D.disclosure == sa.bindparam("of"), _D.home == sa.bindparam("at_home"), _D.later.is_(None))
_LATER = t.disclosed.update().where(*_SAME, _D.line < sa.bindparam("first")).values(later=sa.bindparam("by"))
_OWNER = sa.select(t.parcels.c.disclosure, t.parcels.c.home).where(t.parcels.c.id == sa.bindparam("parcel"))
_MOVED = t.disclosed.update().where(*_SAME)


def write(db: sa.Connection, record: Record, first: int) -> None:
    """A row for each line about a disclosure, of which the first of the record stands at ``first``."""
    for fact in record.facts:
        if isinstance(fact, HoldRefused):
            settle(db, fact.disclosure, fact.home, Outcome.REFUSE, naive(fact.at))
    rows = list(rows_of(record, first))
    if rows:
        insert(db, rows, first, {one.disclosure: one.classes for one in record.classed})


def insert(
    db: sa.Connection, rows: Sequence[Mapping[str, Any]], first: int, classed: Mapping[Any, Sequence[Class]]
) -> None:
    """Put rows in, in place of what stood before ``first`` under the same disclosures."""
    for row in rows:
        if row["disclosure"] is not None:
            db.execute(_LATER, {"of": row["disclosure"], "at_home": row["home"], "first": first, "by": row["line"]})
    db.execute(t.disclosed.insert(), rows)
    marks = [
        {"class": one, "at": row["at"], "line": row["line"]}
        for row in rows
        for one in classed.get(row["disclosure"], ())
    ]
    if marks:
        db.execute(t.disclosed_classes.insert(), marks)


def moved(db: sa.Connection, parcel: str, state: State, at: datetime) -> None:
    """What has become of a parcel, beside the line that it went under."""
    row = db.execute(_OWNER, {"parcel": parcel}).one()
    settle(db, row.disclosure, row.home, state, at)


def settle(db: sa.Connection, disclosure: str, home: str, state: str, at: datetime | None) -> None:
    """What has become of a disclosure, beside its last line; no time where it has only begun."""
    known = {"of": disclosure, "at_home": home}
    db.execute(_MOVED, {**known, "state": state, "settled_at": at})


def released_on(db: sa.Connection, form: str) -> Sequence[tuple[UploadId, datetime]]:
    """From which files something went out on one decision form: by the index of the salts, so by its handle."""
    same = (t.joins.c.what == What.TEXT, t.joins.c.handle == form, _D.act == Act.RELEASE, _D.source.is_not(None))
    both = t.joins.join(t.disclosed, _D.line == t.joins.c.line)
    rows = db.execute(sa.select(_D.source, _D.at).select_from(both).where(*same).order_by(_D.line))
    return [(UploadId(row.source), aware(row.at)) for row in rows]


def rows_of(record: Record, first: int) -> Iterator[dict[str, Any]]:
    """The rows of one record, in the order of its lines."""
    handles = {one.commitment: one.handle for one in record.joins}
    decided = {one.disclosure: one for one in record.decided}
    states = {
        fact.disclosure: State.SHELVED if isinstance(fact, ParcelShelved) else State.WAITING
        for fact in record.facts
        if isinstance(fact, ParcelSealed | ParcelPacked | ParcelShelved)
    }
    begun = 0  # how many of a message's children stand in its lines before
    for line, fact in enumerate(record.facts, first):
        if isinstance(fact, MessageReceived):
            parcel = next((one for one in record.parcels if fact.disclosure in {None, one.disclosure}), None)
            yield {**_row(fact, line), **_received(fact, parcel, begun, states, handles)}
            begun += len(fact.children)
        elif isinstance(fact, Decision):
            yield {
                **_row(fact, line),
                **told(fact, handles),
                "pupils": _pupils(decided.get(fact.disclosure)),
                "state": states.get(fact.disclosure),
            }


def told(fact: Decision, handles: Mapping[Commitment, str]) -> dict[str, Any]:
    """What the salts beside a line say: who told whom, from which file, and who let it go."""
    reader = handles.get(fact.reader)
    approved = (fact.approved or ()) if isinstance(fact, DisclosureReleased) else ()
    return {
        "source": handles.get(fact.source),
        "discloser": handles.get(fact.discloser),
        "reader": reader,
        "partner": reader,
        "approved": [handles[one] for one in approved if one in handles],
    }


def _row(fact: Decision | MessageReceived, line: int) -> dict[str, Any]:
    """What the line itself says."""
    return {
        "line": line,
        "disclosure": fact.disclosure,
        "at": naive(fact.at),
        "home": fact.home,
        "act": ACTS[type(fact)],
        "purpose": fact.purpose,
        "basis": getattr(fact, "article6", None),
        "schedule1": getattr(fact, "schedule1", None),
        "agreement": getattr(fact, "agreement", None),
        "children": len(fact.children),
        "settled_at": None,
        "later": None,
    }


def _received(
    fact: MessageReceived,
    parcel: Parcel | None,
    begun: int,
    states: Mapping[DisclosureId, State],
    handles: Mapping[Commitment, str],
) -> dict[str, Any]:
    """What lies on a shelf of ours: a partner's product may send more children than one line holds."""
    sender = fact.sender or (handles.get(fact.told_by) if fact.told_by else None)
    found: dict[str, Any] = {"partner": sender, "approved": []}
    if parcel is None:
        return {**found, "source": None, "discloser": sender, "reader": fact.home, "pupils": [], "state": None}
    return {
        **found,
        "disclosure": parcel.disclosure,
        "source": parcel.source,
        "discloser": parcel.discloser,
        "reader": parcel.reader,
        "pupils": list(parcel.pupils[begun : begun + len(fact.children)]),
        "state": states.get(parcel.disclosure),
    }


def _pupils(decided: Decided | None) -> list[int]:
    return list(decided.pupils) if decided else []
