"""What a question to the log costs when it holds a million lines: one child, any page by any filter, a proof, the tree.

The lines are real ones, five to a disclosure, put in by bulk: the rows beside them are those that the gateway writes.
"""

import itertools
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.core.errors import Code, Reason
from gateway.core.facts import (
    AttemptStarted,
    Citation,
    Condition,
    DisclosureHeld,
    DisclosureReleased,
    Fact,
    Join,
    ParcelDeferred,
    ParcelDelivered,
    ParcelSealed,
    StandsOn,
    Version,
    What,
    join,
)
from gateway.core.law import Class
from gateway.core.log import tiles, tree
from gateway.core.records import Act, After, ClassesOf, Decided, Named, Record, Sought
from gateway.core.terms import (
    AgreementRef,
    Basis,
    DisclosureId,
    Item,
    Kind,
    MessageId,
    Outcome,
    ParcelId,
    PartnerId,
    PersonId,
    PurposeCode,
    UploadId,
    digest,
)
from gateway.edge import store
from gateway.edge.store import Store, disclosed, flagged, writing
from gateway.edge.store import tables as t
from gateway.edge.store.engine import writing as transaction
from gateway.flows.situations import new_id
from tests.bench.councils import database_seconds
from tests.bench.logbook import OneKey
from tests.bench.measuring import Aim, Figure, Scene, Turns, measured
from tests.bench.pages import NAMES, searched
from tests.bench.pages import PAGE as DRAWN
from tests.databases import on_postgresql
from tests.simulator import KENT, NOON

EACH, CHILDREN_EACH, BATCH, PAGE = 5, 2, 400, 50
BEGAN = NOON - timedelta(days=3650)
MIDDLE = After(BEGAN + (NOON - BEGAN) / 2, 0)
ONE_CHILD = Aim("at most 50 ms", 50)
ANY_PAGE = Aim("at most 200 ms", 200)
TREE = Aim("at least 100,000 a second on one core", 100_000, at_least=True)
PROOF = Aim("at most 1 ms", 1)
LEAF = 1024
AIMED = {
    "one child, by number": ("ms", ONE_CHILD),
    "one child, by name and birth": ("ms", ONE_CHILD),
    "the slowest page of any filter": ("ms", ANY_PAGE),
    "a page without any filter": ("ms", ANY_PAGE),
    "prove one line": ("ms", PROOF),
    "verify the tree, from lines to root": ("/s", TREE),
}

PARTNERS = tuple(PartnerId(f"council-{number}") for number in range(800, 950))
SCHOOLS = tuple(PartnerId(f"school-886{number}") for number in range(2000, 2400))
OFFICERS = tuple(PersonId(f"officer.{number}") for number in range(20))
REFS = tuple(AgreementRef(f"kent-{number}-cme.v1") for number in range(800, 950))
PURPOSES = tuple(PurposeCode(f"P{number:02}") for number in (4, 4, 4, 4, 6, 6, 6, 9, 12, 21))
BASES = (Basis.A6C, Basis.A6C, Basis.A6C, Basis.A6E, Basis.A6D)
CLASSES = ((Class.ID, Class.CO), (Class.ID, Class.ED), (Class.ID, Class.SC, Class.SG), (Class.ID,))
ITEMS = tuple(Item(one) for one in ("UPN", "Surname", "Forename", "DOB", "Address/PostCode", "Address/Town"))
FILTERS: dict[str, Sequence[object]] = {
    "own": (SCHOOLS[0],),
    "partner": (PARTNERS[0],),
    "purpose": (PURPOSES[0], PURPOSES[-1]),
    "basis": (BASES[0], BASES[-1]),
    "class_": (Class.ID, Class.SC, Class.CR),
    "agreement": (REFS[0],),
    "officer": (OFFICERS[0],),
    "act": (Act.RELEASE, Act.HOLD, Act.REFUSE),
}


def asked(scene: Scene) -> Iterator[Figure]:
    """The same log on SQLite and, where there is one, on PostgreSQL."""
    lines = scene.size.lines[-1]
    yield from _measured(scene, f"sqlite:///{scene.folder / 'asked.sqlite'}", f"{lines:,} lines on SQLite")
    group = f"{lines:,} lines on PostgreSQL"
    if not scene.postgres:
        for name, (unit, aim) in AIMED.items():
            yield Figure(group, name, None, unit, aim, "no PostgreSQL server")
        for name in NAMES:
            yield Figure(group, name, None, "ms", DRAWN, "no PostgreSQL server")
        return
    with on_postgresql(scene.postgres) as url:
        yield from _measured(scene, url, group)


def _measured(scene: Scene, url: str, group: str) -> Iterator[Figure]:
    """Held against an aim is what was computed, here and by the server of the database; the clock stands beside it."""
    store.upgrade(url)
    opened, keys = Store(url), OneKey(Ed25519PrivateKey.generate())
    last = fill(opened, scene.size.lines[-1] // EACH)
    opened.publish(NOON, keys)
    yield from figures(opened, last, scene.size.samples, group)
    opened.engine.dispose()
    yield from searched(scene, url, group)


def figures(opened: Store, children: int, samples: int, group: str) -> Iterator[Figure]:
    turns, server, chosen = Turns(), database_seconds(opened), random.Random(7)
    for number in range(samples // 4 + 1):
        taken = turns if number else Turns()  # the first warms up
        child, place = chosen.randrange(children), chosen.randrange(opened.edge().size)
        for name, handle in (("one child, by number", _upn(child)), ("one child, by name and birth", _born(child))):
            sought = Sought((KENT,), children=(handle,))
            found, took = measured(partial(opened.told_of, sought), server)
            assert found, "every child was told of"
            taken.add("", {name: took})
        taken.add("", {"prove one line": measured(partial(opened.proof, place), server)[1]})
    pages = Turns()
    slowest = _pages(opened, pages, server)
    for name, (unit, aim) in AIMED.items():
        if name.startswith("verify"):
            yield Figure(group, name, _tree(opened), unit, aim, "computing")
        elif "page" in name:
            words = "" if "without" in name else slowest
            note = f"computing; {pages.clock('', words)}" + (f"; of {len(pages.took)}: {words}" if words else "")
            yield Figure(group, name, pages.ms("", words), unit, aim, note)
        else:
            yield Figure(group, name, turns.ms("", name), unit, aim, f"computing; {turns.clock('', name)}")


def _pages(opened: Store, pages: Turns, server: Callable[[], float]) -> str:
    """Every filter, and every two of them together, from the newest line and from the middle; gives the slowest."""
    for names in itertools.chain(*(itertools.combinations(FILTERS, many) for many in range(3))):
        for values in itertools.product(*(FILTERS[name] for name in names)):
            said = dict(zip(names, values, strict=True))
            sought = Sought((KENT,), **said)  # type: ignore[arg-type]
            for after in (None, None, MIDDLE, MIDDLE):
                _, took = measured(partial(opened.told, sought, PAGE, after), server)
                pages.add("", {", ".join(map(str, values)): took})
    return max((words for _, words in pages.took if words), key=partial(pages.ms, ""))


def _tree(opened: Store) -> float:
    """Lines hashed and grown to a root, a page at a time, once they are read: what one core does a second."""
    (log,) = opened.logs()
    edge, seconds = tree.Edge(), 0.0
    lines = (line for line, _ in opened.leaves(log))
    while page := list(itertools.islice(lines, LEAF)):
        began = time.thread_time()  # of one core, whoever else uses it meanwhile
        edge, _ = tiles.grow(edge, [tree.leaf(line) for line in page])
        seconds += time.thread_time() - began
    assert edge.root == log.edge.root
    return edge.size / seconds


# -- a log as years leave it ------------------------------------------------------------------------------------------


def fill(opened: Store, disclosures: int) -> int:
    """Put in so many disclosures of five lines, in the order of time; returns how many children there are."""
    children = max(1, disclosures // CHILDREN_EACH)
    for first in range(0, disclosures, BATCH):
        some = range(first, min(first + BATCH, disclosures))
        made = [_disclosure(number, children, _at(number)) for number in some]
        record = Record(
            tuple(one for each in made for one in each.facts),
            tuple(one for each in made for one in each.joins),
            decided=tuple(one for each in made for one in each.decided),
            named=tuple(one for each in made for one in each.named),
            classed=tuple(one for each in made for one in each.classed),
        )
        with transaction(opened.engine) as db:
            flagged.write(db, record)
            disclosed.write(db, record, writing.append(db, record.facts, record.joins))
    with transaction(opened.engine) as db:
        delivered = t.disclosed.c.act == "release", t.disclosed.c.line % 7 != 0
        db.execute(t.disclosed.update().where(*delivered).values(state="delivered", settled_at=t.disclosed.c.at))
        db.execute(sa.text("ANALYZE"))
    return children


def _disclosure(number: int, children: int, at: datetime) -> Record:
    draw, chosen = os.urandom, random.Random(number)
    named, upload = DisclosureId(new_id("d", draw)), UploadId(new_id("u", draw))
    school, partner, officer = chosen.choice(SCHOOLS), chosen.choice(PARTNERS), chosen.choice(OFFICERS)
    told = [number % children, chosen.randrange(children)]
    who, reader = (join(draw, What.ORGANISATION, one, one) for one in (school, partner))
    source, payload = (join(draw, What.PAYLOAD, named, text) for text in (upload, digest(named.encode())))
    by = join(draw, What.PERSON, officer, officer)
    known = tuple(join(draw, What.CHILD, str(one), _upn(one)) for one in told)
    purpose, commitments = chosen.choice(PURPOSES), tuple(one.commitment for one in known)
    held = chosen.random() < 0.05
    fact: DisclosureReleased | DisclosureHeld
    if held:
        fact = DisclosureHeld(
            at, KENT, named, source.commitment, who.commitment, reader.commitment, purpose, (Code.FLAGGED,), commitments
        )
    else:
        fact = _released(at, named, source, who, partner, reader, purpose, by, commitments, payload, chosen)
    beside = () if held else (by, payload)
    handles = tuple((place, handle) for place, one in enumerate(told, 1) for handle in (_upn(one), _born(one)))
    outcome = Outcome.HOLD if held else Outcome.RELEASE
    row = Decided(named, upload, KENT, school, partner, purpose, outcome, (), (1, 2), at)
    classed = () if held else (ClassesOf(named, chosen.choice(CLASSES)),)
    return Record(
        (fact, *_way(at, named, partner)), (who, reader, source, *known, *beside), decided=(row,),
        named=(Named(upload, handles),), classed=classed,
    )  # fmt: skip


def _released(
    at: datetime, named: DisclosureId, source: Join, who: Join, partner: PartnerId, reader: Join,
    purpose: PurposeCode, by: Join, children: tuple[object, ...], payload: Join, chosen: random.Random,
) -> DisclosureReleased:  # fmt: skip
    return DisclosureReleased(
        at=at, home=KENT, disclosure=named, source=source.commitment, discloser=who.commitment, recipient=partner,
        reader=reader.commitment, purpose=purpose, power=Citation("PIR05 reg 9(3)"), duty=True,
        article6=chosen.choice(BASES), article9=None, schedule1=None, article10=None, policy=None, exemption=None,
        agreement=REFS[PARTNERS.index(partner)], carrier=Condition("as4"), kind=Kind.CTF, version=Version("26.0"),
        shared=ITEMS, withheld=(), unknown=0, children=children, payload=payload.commitment,  # type: ignore[arg-type]
        stands_on=StandsOn.AGREEMENT, approved=(by.commitment,),
    )  # fmt: skip


def _way(at: datetime, named: DisclosureId, partner: PartnerId) -> tuple[Fact, ...]:
    """The lines of its parcel: two attempts, the second of which was received."""
    parcel, content = ParcelId(new_id("p", os.urandom)), digest(named.encode())
    message = MessageId(f"{named}@bench.example")
    return (
        ParcelSealed(at, KENT, parcel, named, message, partner, content, content, content),
        AttemptStarted(at, KENT, parcel, 1),
        ParcelDeferred(at, KENT, parcel, 1, at, Reason.BUSY),
        ParcelDelivered(at, KENT, parcel, content, content),
    )


def _at(number: int) -> datetime:
    """Over some years, one after another."""
    return BEGAN + timedelta(minutes=number * 20)


def _upn(child: int) -> str:
    return digest(f"upn {child}".encode())


def _born(child: int) -> str:
    return digest(f"born {child}".encode())
