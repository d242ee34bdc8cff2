"""What the database holds of one source, whatever it is: rows, what rests closed in them, its lines and their texts.

Every kind of source has one place in ``wholes``, where it is said what of the tables is its own. A text that people
wrote is found by its line: the salt of its commitment is kept under the id of the text.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from gateway.core.facts import OF_ITS_SOURCE, What, Whole, belongs, year_of
from gateway.core.records import Kept
from gateway.core.terms import PartnerId
from gateway.edge.store import tables as t
from gateway.edge.store.engine import parts


@dataclass(frozen=True, slots=True)
class Place:
    """Rows of one table that go with a source. ``name`` is of what rests closed in them, None where nothing does."""

    table: sa.Table
    where: sa.ColumnElement[bool]
    name: sa.Column[Any] | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """What the database holds of one source, whose it is, by what its lines and its children are found."""

    whole: Whole
    places: tuple[Place, ...]
    homes: tuple[PartnerId, ...]
    subjects: tuple[str, ...]
    handles: tuple[str, ...] = ()
    under_way: bool = False
    """Something of it is still on its way, or waits to be collected; or it is not over by itself."""
    watched: bool = False
    """By it a child is watched until it starts, looked out for, or on the list of those whose file was stopped."""
    lines: tuple[int, ...] = field(default=(), repr=False)
    """Where its lines stand, and those of nothing else."""


def lines_of(db: sa.Connection, whole: Whole, subjects: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The lines about one of these that belong to a whole of this kind, and what they say."""
    m = t.mentions.c
    for some in parts(subjects):
        query = sa.select(m.line).where(m.subject.in_(some))
        for index, said in read(db, db.execute(query).scalars()):
            fact = str(said["fact"])
            if fact == "CaseMerged" and said["case"] not in subjects:
                continue  # a case that was opened again owns it, and the one in which it had gone on is only named
            year = year_of(fact, str(said["home"]), str(said["at"])) if whole is Whole.YEAR else None
            if fact in OF_ITS_SOURCE or (year in some if year else belongs(fact, whole)):
                yield index, said


def read(db: sa.Connection, lines: Iterable[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """What these lines say."""
    log = t.log_lines.c
    for some in parts(list(dict.fromkeys(lines))):
        for index, line in db.execute(sa.select(log.index, log.line).where(log.index.in_(some))):
            yield index, json.loads(bytes(line))


def kept(ids: Iterable[str | None]) -> tuple[Place, ...]:
    """Where documents and texts lie that rest in a table of their own."""
    wanted = [one for one in dict.fromkeys(ids) if one]
    return tuple(Place(t.kept, t.kept.c.id.in_(some), t.kept.c.id) for some in parts(wanted))


def texts(db: sa.Connection, lines: Sequence[int]) -> tuple[Place, ...]:
    """Where the texts lie to which these lines commit."""
    j = t.joins.c
    found = list[str]()
    for some in parts(lines):
        found += db.execute(sa.select(j.handle).where(j.line.in_(some), j.what == What.TEXT)).scalars()
    return kept(found)


def resting(db: sa.Connection, held: Holding, *, lock: bool = False) -> Sequence[Kept]:
    """Everything that rests closed, each under a key of its own."""
    found = []
    for place in held.places:
        if place.name is not None:
            c = place.table.c
            query = sa.select(place.name, c.sealed, c.wrapped, c.wrapped_by).where(place.where).order_by(place.name)
            found += [Kept(*row) for row in db.execute(query.with_for_update() if lock else query)]
    return found


def wrap(db: sa.Connection, held: Holding, wrapped: Sequence[Kept]) -> None:
    """Write down the keys as they are wrapped anew."""
    anew = {one.id: one for one in wrapped}
    for place in held.places:
        name = place.name
        if name is not None:
            for here in db.execute(sa.select(name).where(place.where)).scalars().all():
                one = anew[here]
                change = place.table.update().where(sa.and_(place.where, name == one.id))
                db.execute(change.values(wrapped=one.wrapped, wrapped_by=one.wrapped_by))


def salts(db: sa.Connection, held: Holding) -> int:
    """How many salts its lines have left."""
    counts = (
        db.execute(sa.select(sa.func.count()).select_from(t.joins).where(t.joins.c.line.in_(some))).scalar_one()
        for some in parts(held.lines)
    )
    return sum(map(int, counts))


def destroy(db: sa.Connection, held: Holding) -> None:
    """Delete all of it and every salt of its lines."""
    for some in parts(held.lines):
        db.execute(t.joins.delete().where(t.joins.c.line.in_(some)))
    for place in held.places:
        db.execute(place.table.delete().where(place.where))
