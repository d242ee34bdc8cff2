"""What was disclosed, held, refused and received, by whatever it is asked by: each question is one indexed query."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core.delivery import State
from gateway.core.law import Class
from gateway.core.records import Act, After, Sought, Tally, Told
from gateway.core.terms import Basis, DisclosureId, Outcome, PartnerId, PersonId, PurposeCode, UploadId
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, naive, reading

_D = t.disclosed.c
_J = t.joins.c
_N = t.named.c
_SENT = t.disclosed.alias("sent")


class Searched:
    """A part of the store."""

    engine: sa.Engine

    def told(self, sought: Sought, most: int, after: After | None = None) -> Sequence[Told]:
        """A page of lines, newest first unless asked otherwise; the next page begins after the last of this one."""
        if sought.class_ is not None and sought.act not in {None, Act.RELEASE}:
            return []  # only what went has classes, and an index that finds nothing is gone through to its end
        with reading(self.engine) as db:
            return [_told(row) for row in db.execute(page(sought, most, after))]

    def told_of(self, sought: Sought) -> Sequence[Told]:
        """Every line about one of ``sought.children``, newest first: by their commitments, and by what names them."""
        with reading(self.engine) as db:
            found: dict[int, Told] = {}
            for row in db.execute(of_children(sought)):
                if row.pupil is None or row.pupil in row.pupils:
                    found.setdefault(row.line, _told(row))
            return list(found.values())

    def tallies(self, homes: Sequence[PartnerId], since: datetime, until: datetime) -> Sequence[Tally]:
        """What stands of a period, counted by everything that the record of processing asks for."""
        with reading(self.engine) as db:
            return [_tally(row) for row in db.execute(tallied(homes, since, until))]

    def classes(
        self, homes: Sequence[PartnerId], since: datetime, until: datetime
    ) -> Mapping[tuple[PurposeCode, Class], int]:
        """How many releases of a period hold anything of each class, by purpose."""
        with reading(self.engine) as db:
            rows = db.execute(by_class(homes, since, until))
            return {(PurposeCode(row.purpose), Class(row[1])): row.lines for row in rows}


def tallied(homes: Sequence[PartnerId], since: datetime, until: datetime) -> sa.Select[Any]:
    sorts = (_D.act, _D.purpose, _D.basis, _D.schedule1, _D.partner, _D.state)
    counted = sa.select(*sorts, sa.func.count().label("lines"), sa.func.sum(_D.children).label("children"))
    return counted.where(*_period(_D.at, since, until), _D.home.in_(homes), _D.later.is_(None)).group_by(*sorts)


def by_class(homes: Sequence[PartnerId], since: datetime, until: datetime) -> sa.Select[Any]:
    marks = t.disclosed_classes.c
    joined = t.disclosed_classes.join(t.disclosed, _D.line == marks.line)
    counted = sa.select(_D.purpose, marks["class"], sa.func.count().label("lines")).select_from(joined)
    known = marks["class"].in_(list(Class))  # named, so that the index over class and time is gone down class by class
    mine = (known, *_period(marks.at, since, until), _D.home.in_(homes), _D.later.is_(None))
    return counted.where(*mine).group_by(_D.purpose, marks["class"])


def _period(at: sa.ColumnElement[Any], since: datetime, until: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return at >= naive(since), at < naive(until)


def page(sought: Sought, most: int, after: After | None) -> sa.Select[Any]:
    query = _lines(t.disclosed).where(*_filters(sought))
    if sought.own is not None:
        query = query.where(_D.discloser == sought.own)
    if sought.class_ is not None:
        marks = t.disclosed_classes
        query = query.join(marks, marks.c.line == _D.line).where(marks.c["class"] == sought.class_)
        order = (marks.c.at, marks.c.line)
    else:
        order = (_D.at, _D.line)
    if after is not None:
        here, last = sa.tuple_(*order), sa.tuple_(sa.literal(naive(after.at)), sa.literal(after.line))
        query = query.where(here > last if sought.oldest else here < last)
    for bound, holds in ((sought.since, order[0].__ge__), (sought.until, order[0].__lt__)):
        if bound is not None:
            query = query.where(holds(naive(bound)))
    return query.order_by(*(one.asc() if sought.oldest else one.desc() for one in order)).limit(most)


def of_children(sought: Sought) -> sa.Select[Any]:
    """By commitment a line is about the child; by name it is about a file, in which the child has a number."""
    committed = sa.select(_J.line, sa.null().cast(sa.Integer).label("pupil")).where(
        _J.what == "child", _J.handle.in_(sought.children)
    )
    files = t.named.join(t.disclosed, _D.source == _N.source)
    by_name = sa.select(_D.line, _N.pupil).select_from(files).where(_N.handle.in_(sought.children))
    found = sa.union_all(committed, by_name).subquery("found")
    query = _lines(found.join(t.disclosed, _D.line == found.c.line), found.c.pupil).where(*_filters(sought))
    if sought.own is not None:
        query = query.where(sa.or_(_D.discloser == sought.own, _D.reader == sought.own))
    if sought.class_ is not None:
        marks = t.disclosed_classes.c
        held = (marks["class"] == sought.class_, marks.at == _D.at, marks.line == _D.line)
        query = query.where(sa.exists().where(*held))
    for bound, holds in ((sought.since, _D.at.__ge__), (sought.until, _D.at.__lt__)):
        if bound is not None:
            query = query.where(holds(naive(bound)))
    return query.order_by(_D.at.desc(), _D.line.desc())


def _lines(of: sa.FromClause, *more: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """The rows with the lines that they are about."""
    joined = of.join(t.log_lines, t.log_lines.c.index == _D.line)
    return sa.select(t.disclosed, t.log_lines.c.line.label("content"), *more).select_from(joined)


def _filters(sought: Sought) -> Iterator[sa.ColumnElement[bool]]:
    if len(sought.homes) == 1:
        yield _D.home == sought.homes[0]
    else:
        yield _D.home.in_(sought.homes)
    for column, wanted in (
        (_D.partner, sought.partner),
        (_D.purpose, sought.purpose),
        (_D.basis, sought.basis),
        (_D.agreement, sought.agreement),
        (_D.act, sought.act),
        (_D.disclosure, sought.disclosure),
    ):
        if wanted is not None:
            yield column == wanted
    if sought.states:
        yield _D.state.in_(sought.states)
    if sought.standing:
        yield _D.later.is_(None)
    if sought.officer is not None:
        yield _D.line.in_(_by_person(sought.officer))


def _by_person(person: PersonId) -> sa.CompoundSelect[Any]:
    """The lines that name a person, as who let it go, and those of what they sent by hand."""
    sent = t.answers.join(_SENT, _SENT.c.source == t.answers.c.upload)
    named = sa.select(_J.line).where(_J.what == "person", _J.handle == person)
    return sa.union_all(named, sa.select(_SENT.c.line).select_from(sent).where(t.answers.c.person == person))


def _told(row: sa.Row[Any]) -> Told:
    return Told(
        row.line,
        _as(DisclosureId, row.disclosure),
        aware(row.at),
        PartnerId(row.home),
        Act(row.act),
        _as(UploadId, row.source),
        _as(PartnerId, row.discloser),
        _as(PartnerId, row.reader),
        _as(PartnerId, row.partner),
        tuple(row.pupils),
        tuple(map(PersonId, row.approved)),
        _state(row.state),
        aware(row.settled_at) if row.settled_at else None,
        row.later,
        _says(row.content),
    )


def _tally(row: sa.Row[Any]) -> Tally:
    return Tally(
        Act(row.act),
        _as(PurposeCode, row.purpose),
        _as(Basis, row.basis),
        row.schedule1,
        _as(PartnerId, row.partner),
        _state(row.state),
        row.lines,
        int(row.children),
    )


def _as(kind: type[Any], text: str | None) -> Any:
    return None if text is None else kind(text)


def _state(text: str | None) -> State | Outcome | None:
    if text is None:
        return None
    return Outcome(text) if text in set(Outcome) else State(text)


def _says(content: bytes) -> Mapping[str, object]:
    body: dict[str, object] = json.loads(content)
    return body
