"""The rows of the questions made again, from the lines and the salts beside them alone: for logs older than the rows.

What was written with each line and what is made here from all of them is the same; a test holds the two together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa

from gateway.core.delivery import OPEN, STEPS, State
from gateway.core.facts import FACTS, ParcelShelved, parse_line
from gateway.core.law import Class
from gateway.core.records import Act
from gateway.core.terms import Item, Kind, Outcome, parse_stamp
from gateway.edge.store import disclosed, logbook
from gateway.edge.store import tables as t
from gateway.edge.store.engine import naive

Body = Mapping[str, Any]
Classify = Callable[[Kind, Sequence[Item]], tuple[Class, ...]]
_ACTS = {kind.__name__: act for kind, act in disclosed.ACTS.items()}
_BEGUN = {"ParcelSealed", "ParcelPacked", "ParcelShelved"}
_MOVES = {fact.__name__ for _, fact in STEPS} - _BEGUN
_JOINED = sa.select(t.joins.c.commitment, t.joins.c.handle).where(t.joins.c.line == sa.bindparam("of"))
_PUPILS = sa.select(t.decisions.c.pupils).where(t.decisions.c.disclosure == sa.bindparam("of"))
_PARCEL = sa.select(t.parcels).where(t.parcels.c.id == sa.bindparam("of"))


class Indexed:
    """A part of the store."""

    engine: sa.Engine

    def _change(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def index_again(self, classify: Classify) -> int:
        """Make every row again in one transaction; returns how many there are."""
        with self._change() as db:
            logbook.current(db, lock=True)
            db.execute(t.disclosed.delete())
            db.execute(t.disclosed_classes.delete())
            again = _Again(db, classify)
            for line, content in enumerate(logbook.lines(db)):
                again.take(line, parse_line(content))
            return db.execute(sa.select(sa.func.count()).select_from(t.disclosed)).scalar_one()


class _Again:
    """One pass over the log: where each parcel stands, and the messages whose parcel has not been named yet."""

    def __init__(self, db: sa.Connection, classify: Classify) -> None:
        self._db, self._classify = db, classify
        self._states: dict[str, State] = {}
        self._received: list[dict[str, Any]] = []

    def take(self, line: int, body: Body) -> None:
        name = str(body["fact"])
        if name == "MessageReceived":
            handles = dict(tuple(row) for row in self._db.execute(_JOINED, {"of": line})) if "told_by" in body else {}
            self._received.append(_received(line, body, handles))
        elif name in _ACTS:
            self._decided(line, body)
        elif name in _BEGUN:
            self._begun(body)
        elif name in _MOVES:
            self._moved(name, body)
        elif name == "HoldRefused":
            disclosed.settle(self._db, body["disclosure"], body["home"], Outcome.REFUSE, _at(body))

    def _decided(self, line: int, body: Body) -> None:
        handles = dict(tuple(row) for row in self._db.execute(_JOINED, {"of": line}))
        reader = handles.get(body["reader"])
        row = {
            **_row(line, body),
            "source": handles.get(body["source"]),
            "discloser": handles.get(body["discloser"]),
            "reader": reader,
            "partner": reader,
            "approved": [handles[one] for one in body.get("approved", ()) if one in handles],
            "pupils": self._db.execute(_PUPILS, {"of": body["disclosure"]}).scalar_one_or_none() or [],
            "state": None,
        }
        classes = self._classify(Kind(body["kind"]), [Item(one) for one in body["shared"]]) if "shared" in body else ()
        disclosed.insert(self._db, [row], line, {row["disclosure"]: classes})

    def _begun(self, body: Body) -> None:
        parcel = self._db.execute(_PARCEL, {"of": body["parcel"]}).one_or_none()
        state = STEPS[None, FACTS[body["fact"]]]
        self._states[body["parcel"]] = state
        if self._received and parcel is not None and body["fact"] == ParcelShelved.__name__:
            rows, self._received = list(_shelved(self._received, parcel)), []
            disclosed.insert(self._db, rows, rows[0]["line"], {})
        disclosed.settle(self._db, body["disclosure"], body["home"], state, None)

    def _moved(self, name: str, body: Body) -> None:
        now = self._states[body["parcel"]]
        state = STEPS.get((now, FACTS[name]), now)
        self._states[body["parcel"]] = state
        if state is not now and not {now, state} <= set(OPEN):
            disclosed.moved(self._db, body["parcel"], state, _at(body))


def _row(line: int, body: Body) -> dict[str, Any]:
    return {
        "line": line,
        "disclosure": body.get("disclosure"),
        "at": _at(body),
        "home": body["home"],
        "act": _ACTS[body["fact"]],
        "purpose": body.get("purpose"),
        "basis": body.get("article6"),
        "schedule1": body.get("schedule1"),
        "agreement": body.get("agreement"),
        "children": len(body["children"]),
        "settled_at": None,
        "later": None,
    }


def _received(line: int, body: Body, handles: Mapping[str, str]) -> dict[str, Any]:
    sender = body.get("sender") or handles.get(body.get("told_by", ""))
    return {**_row(line, body), "partner": sender, "approved": [], "act": Act.RECEIVE}


def _shelved(rows: Sequence[dict[str, Any]], parcel: sa.Row[Any]) -> Iterator[dict[str, Any]]:
    """The lines of one message, with what its parcel says of them."""
    begun = 0
    for row in rows:
        pupils = list(parcel.pupils[begun : begun + row["children"]])
        begun += row["children"]
        found = {"source": parcel.source, "discloser": parcel.discloser, "reader": parcel.reader}
        yield {**row, **found, "disclosure": parcel.disclosure, "pupils": pupils, "state": State.SHELVED}


def _at(body: Body) -> Any:
    return naive(parse_stamp(str(body["at"])))
