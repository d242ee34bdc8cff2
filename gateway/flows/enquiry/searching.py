"""The log by partner, purpose, basis, class, agreement, officer, outcome and period, page by page, and as a file.

A page begins where the one before ended, so that what is written meanwhile moves nothing.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from itertools import islice

from gateway.core import days, roles
from gateway.core.bundle import Bundle
from gateway.core.delivery import State
from gateway.core.documents.sheets.lists import listed
from gateway.core.documents.sheets.templates import Form
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Condition, Join, LogExported, LogSearched, What, join
from gateway.core.records import Act, After, Kept, Person, Record, Sought, Told
from gateway.core.roles import Can
from gateway.core.terms import Commitment, PartnerId, digest, stamp
from gateway.flows.enquiry.proving import Logbook, bundle_for_reader, bundle_of
from gateway.flows.enquiry.telling import Log, Shown, shown
from gateway.flows.enquiry.viewing import homes_of, own_of
from gateway.flows.ports import Gateway

PAGE = 50
MOST_EXPORTED = 100_000
MOST_PRINTED = 1_000
Notes = tuple[tuple[str, str], ...]
Write = Callable[[Notes, Sequence[Shown]], bytes]
MOST_BUNDLED = 1000
BUNDLERS = roles.who(Can.BUNDLE)
"""Who takes lines out with their proofs."""
UNACKNOWLEDGED_AFTER = 5
"""Working days after which a recipient that has not signed, or a reader that has not collected, is chased."""


class TooMany(ValueError):
    """More lines than a file takes."""


@dataclass(frozen=True, slots=True)
class Page:
    """Lines in the order that was asked for, and where the next page begins; None after the last."""

    rows: Sequence[Shown]
    after: After | None


def search(
    gateway: Gateway,
    store: Log,
    person: Person,
    sought: Sought,
    at: datetime,
    most: int = PAGE,
    after: After | None = None,
) -> Page:
    """One page of what this person may see; that they searched is logged first. Raises Refusal(NOT_ALLOWED)."""
    asked = narrowed(gateway, person, sought)
    found = store.told(asked, most, after)
    gateway.store.record(searched(gateway, person, asked, len(found), at))
    return Page(shown(gateway, person, found), _end(found, most))


def unacknowledged(homes: tuple[PartnerId, ...], at: datetime, asked: Sought | None = None) -> Sought:
    """Of what is ``asked``, what was released five working days ago or earlier and nobody has signed for or fetched."""
    open_states = (State.WAITING, State.HANDED, State.SHELVED, State.EXPIRED, State.ABANDONED)
    asked, until = asked or Sought(()), _before(at)
    until = min(asked.until or until, until)
    return replace(asked, homes=homes, act=Act.RELEASE, states=open_states, until=until, standing=True)


def export(gateway: Gateway, store: Log, person: Person, sought: Sought, form: Form, at: datetime) -> bytes:
    """Everything that a filter finds, as a file with the filter printed on it; that it left is logged first.

    Raises Refusal(NOT_ALLOWED), or TooMany for more lines than anybody reads.
    """

    def write(notes: Notes, rows: Sequence[Shown]) -> bytes:
        return listed(notes, HEADINGS, [cells(row) for row in rows], form, at)

    return _taken(gateway, store, person, sought, (Condition(form), MOST_EXPORTED, write), at)


def printed(gateway: Gateway, store: Log, person: Person, sought: Sought, write: Write, at: datetime) -> bytes:
    """The same for print, as ``write`` makes it. Raises Refusal(NOT_ALLOWED), or TooMany for more than a hand holds."""
    return _taken(gateway, store, person, sought, (Condition("pdf"), MOST_PRINTED, write), at)


def _taken(
    gateway: Gateway, store: Log, person: Person, sought: Sought, how: tuple[Condition, int, Write], at: datetime
) -> bytes:
    (form, most, write), asked = how, narrowed(gateway, person, sought)
    found = list(everything(store, asked))
    if len(found) > most:
        raise TooMany(f"more than {most:,} lines; ask for a shorter period")
    notes = (("Disclosure log", ", ".join(asked.homes)), ("Filter", words(asked)), ("Printed", stamp(at)))
    content = write(notes, shown(gateway, person, found))
    gateway.store.record(_exported(gateway, person, asked, form, len(found), content, at))
    return content


def bundled(
    gateway: Gateway, store: Log, logbook: Logbook, person: Person, sought: Sought, at: datetime
) -> tuple[Mapping[str, Bundle], int]:
    """A bundle of each released disclosure that a filter finds, and how many were left out for a child's safety.

    With ``sought.partner`` each is for that partner and holds its own lines alone; whole ones are for auditors.
    Raises Refusal(NOT_ALLOWED), or TooMany.
    """
    if person.role not in BUNDLERS:
        raise Refusal(Code.NOT_ALLOWED)
    asked = narrowed(gateway, person, replace(sought, act=Act.RELEASE))
    names = list(dict.fromkeys(one.disclosure for one in islice(everything(store, asked), MOST_BUNDLED + 1)))
    if len(names) > MOST_BUNDLED:
        raise TooMany(f"more than {MOST_BUNDLED:,} disclosures; ask for a shorter period")
    found: dict[str, Bundle] = {}
    for name in filter(None, names):
        try:
            made = bundle_for_reader(logbook, name) if asked.partner else bundle_of(logbook, name)
        except Refusal:
            continue  # not even covered: its company would say where the child is
        found[name] = made
    content = "\n".join(found).encode()
    gateway.store.record(_exported(gateway, person, asked, Condition("zip"), len(found), content, at))
    return found, len(names) - len(found)


def everything(store: Log, sought: Sought) -> Iterator[Told]:
    """Page after page, to one more than may be exported."""
    after, left = None, MOST_EXPORTED + 1
    while left > 0:
        found = store.told(sought, min(1000, left), after)
        yield from found
        left -= len(found)
        after = _end(found, 1000)
        if after is None:
            return


def narrowed(gateway: Gateway, person: Person, sought: Sought) -> Sought:
    """The same filter over what this person may see and nothing else. Raises Refusal(NOT_ALLOWED).

    A school does not ask by what it may not read of a guarded child: what such a filter finds would say it.
    """
    allowed = homes_of(gateway, person)
    homes = tuple(one for one in allowed if not sought.homes or one in sought.homes)
    own = own_of(person)
    where = sought.partner or sought.agreement or sought.officer or sought.states
    if not homes or (own and where):
        raise Refusal(Code.NOT_ALLOWED)
    return replace(sought, homes=homes, own=own or sought.own)


def words(sought: Sought) -> str:
    """The filter as people read it on what they print."""
    return "; ".join(f"{name.rstrip('_')}: {said}" for name, said in _said(sought).items()) or "everything"


HEADINGS = (
    "Line", "When", "What", "Acting for", "From", "To", "Purpose", "Why", "Power", "Basis", "Items", "Left out",
    "Agreement", "Released by", "Outcome", "Outcome at", "Reasons", "Disclosure", "Children",
)  # fmt: skip


def cells(row: Shown) -> tuple[str, ...]:
    """One line of a printed list, under ``HEADINGS``."""
    values = (getattr(row, field.name) for field in fields(row))
    return tuple(", ".join(one) if isinstance(one, tuple) else str(one) for one in values)


def _said(sought: Sought) -> dict[str, str]:
    found = {}
    for field in fields(sought):
        value = getattr(sought, field.name)
        if not value or field.name == "children":  # a child is known by a keyed digest, which tells nobody anything
            continue
        plain = stamp(value) if isinstance(value, datetime) else value
        found[field.name] = ", ".join(plain) if isinstance(plain, tuple) else str(plain)
    return found


def _end(found: Sequence[Told], most: int) -> After | None:
    return After(found[-1].at, found[-1].line) if len(found) == most else None


def _before(at: datetime) -> datetime:
    """The latest instant from which so many working days have passed by ``at``."""
    start = at - timedelta(days=UNACKNOWLEDGED_AFTER)
    while days.after_working(start, UNACKNOWLEDGED_AFTER) > at:
        start -= timedelta(days=1)
    return start


# -- looking is a fact ------------------------------------------------------------------------------------------------


def searched(gateway: Gateway, person: Person, sought: Sought, count: int, at: datetime) -> Record:
    who, filtered, kept = _filtered(gateway, person, sought)
    facts = tuple(LogSearched(at, home, one.commitment, by, count) for home, one, by in _each(who, filtered, sought))
    return Record(facts, (*who, *filtered), (kept,))


def _exported(
    gateway: Gateway, person: Person, sought: Sought, form: Condition, count: int, content: bytes, at: datetime
) -> Record:
    who, filtered, kept = _filtered(gateway, person, sought)
    payloads = tuple(join(gateway.draw, What.PAYLOAD, content, digest(content)) for _ in sought.homes)
    facts = tuple(
        LogExported(at, home, one.commitment, by, form, count, payload.commitment)
        for (home, one, by), payload in zip(_each(who, filtered, sought), payloads, strict=True)
    )
    return Record(facts, (*who, *filtered, *payloads), (kept,))


def _filtered(gateway: Gateway, person: Person, sought: Sought) -> tuple[tuple[Join, ...], tuple[Join, ...], Kept]:
    """Who and by what filter, once for each home; the filter itself rests closed."""
    text = json.dumps(_said(sought), sort_keys=True)
    kept = gateway.vault.keep(text.encode())
    who = tuple(join(gateway.draw, What.PERSON, person.id, person.id) for _ in sought.homes)
    return who, tuple(join(gateway.draw, What.TEXT, text, kept.id) for _ in sought.homes), kept


def _each(
    who: tuple[Join, ...], filtered: tuple[Join, ...], sought: Sought
) -> Iterator[tuple[PartnerId, Join, Commitment]]:
    for home, one, by in zip(sought.homes, who, filtered, strict=True):
        yield home, one, by.commitment
