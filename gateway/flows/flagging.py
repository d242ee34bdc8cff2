"""Flags on children: one person sets one in one step, two lift it with a reason.

A flag holds from the moment it is written: what is queued is looked at again when it is claimed, what lies in an inbox
when it is opened, and becomes a hold before that.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.core import documents, roles
from gateway.core.cases.openings import DIED
from gateway.core.documents import Document, Hint, Pupil
from gateway.core.errors import Code, Refusal
from gateway.core.facts import FlagLifted, FlagLiftProposed, FlagSet, Join, Role, What, commitment_of, join, join_person
from gateway.core.records import Flagged, Person, Record
from gateway.core.roles import Can
from gateway.core.terms import Flag, FlagId, LaEstab, ParcelId, PartnerId, PersonId, stamp
from gateway.flows import children, opening, ringing
from gateway.flows.children import Handles
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation, new_id, parse_named

SETTERS, LIFTERS = roles.who(Can.SET_FLAGS), roles.who(Can.LIFT_FLAGS)
SHORTEST_REASON = 10

_BY_HINT = {Hint.RESPONSIBILITY_RESTRICTED: Flag.RESTRICTED_RESPONSIBILITY}
"""What a file says that sets a flag by itself: a contact's court order. Other hints are asked about."""


class Register(Protocol):
    """What flags ask of the store."""

    def flags(self, homes: Sequence[PartnerId]) -> Sequence[Flagged]: ...
    def flag(self, flag: FlagId) -> Flagged | None: ...
    def propose_lift(self, flag: FlagId, by: PersonId, record: Record) -> bool: ...
    def lift(self, flag: FlagId, by: PersonId, at: datetime, record: Record) -> bool: ...


@dataclass(frozen=True, slots=True)
class Guarded:
    """The flags on the children of one document, and what that writes."""

    flags: Mapping[int, frozenset[Flag]]
    record: Record


@dataclass(frozen=True, slots=True)
class Row:
    """A flag as a list shows it. ``label`` is by what an officer knows the child: initials, the end of the number."""

    id: FlagId
    home: PartnerId
    flag: Flag
    at: str
    label: str = field(repr=False)
    reason: str = field(repr=False)
    by: str
    proposed_by: str


def guard(
    document: Document,
    known: Handles,
    asked_for: Mapping[int, frozenset[Flag]],
    content: bytes,
    by: PersonId | None,
    here: Situation,
) -> Guarded:
    """The flags on these children, with those that somebody asks for or the file itself calls for."""
    standing = children.flags_on(known, here.flags)
    labels = (
        documents.labels(content)
        if asked_for or any(pupil.hints or _of_ground(pupil, here) for pupil in document.pupils)
        else {}
    )
    flags, record = dict(standing), Record(())
    for pupil in document.pupils:
        called_for = frozenset(_BY_HINT[hint] for hint in pupil.hints if hint in _BY_HINT) | _of_ground(pupil, here)
        wanted = asked_for.get(pupil.number, frozenset()) | called_for
        for flag in sorted(wanted - standing.get(pupil.number, frozenset())):
            who = by if flag in asked_for.get(pupil.number, ()) else None
            label = labels.get(pupil.came_as or pupil.number, "")
            record += _set(flag, known[pupil.number], label, "", who, here)
            if flag is Flag.DIED:
                record += ringing.all_round(known[pupil.number], here, document.source)
            flags[pupil.number] = flags.get(pupil.number, frozenset()) | {flag}
    return Guarded(flags, record)


def ask_first(document: Document, here: Situation, asker: PartnerId) -> Record:
    """What a handling marker writes: a flag of our own on each child, in nobody's name, once for each who asked."""
    known = children.handles(document, here.blind)
    new = [handles for handles in known.values() if handles and asker not in here.askers(handles)]
    return sum((_set(Flag.ASK_FIRST, handles, "", "", None, here, asker) for handles in new), Record(()))


def set_flag(
    gateway: Gateway, here: Situation, person: Person, document: Document, number: int, flag: Flag, reason: str
) -> Record:
    """One person sets a flag on one child of a document, in one step. Raises Refusal."""
    _refuse_stranger(person, here.home.id, SETTERS)
    known = children.handles(document, here.blind)
    if not known.get(number):
        raise Refusal(Code.NOT_FOUND)
    if flag in children.flags_on(known, here.flags).get(number, ()):
        raise Refusal(Code.SETTLED)
    label = documents.labels(document.content).get(number, "")
    record = _set(flag, known[number], label, reason, person.id, here)
    gateway.store.record(record)
    opening.hold_flagged(gateway, here.at)
    return record


def asked_for(texts: Iterable[str]) -> Mapping[int, frozenset[Flag]]:
    """``3=s47-live`` as a pupil's number and a flag; the number alone means that the address is confidential.

    Raises ValueError.
    """
    found: dict[int, frozenset[Flag]] = {}
    for one in texts:
        number, _, flag = one.strip().partition("=")
        found[int(number)] = found.get(int(number), frozenset()) | {Flag(flag or Flag.ADDRESS_CONFIDENTIAL)}
    return found


def propose(gateway: Gateway, register: Register, person: Person, flag: FlagId, reason: str, at: datetime) -> None:
    """The first of two says why a flag should be lifted. Raises Refusal."""
    found, record = _about(gateway, register, person, flag, reason, at, FlagLiftProposed)
    if found.proposed_by is not None or not register.propose_lift(flag, person.id, record):
        raise Refusal(Code.SETTLED)


def lift(gateway: Gateway, register: Register, person: Person, flag: FlagId, reason: str, at: datetime) -> None:
    """The second of two lifts it. Raises Refusal with SAME_PERSON, SETTLED where nobody proposed it.

    And with TELL_FIRST where the person who asked for a restriction has not been told (Article 18(3)).
    """
    found, record = _about(gateway, register, person, flag, reason, at, FlagLifted)
    if found.proposed_by == person.id:
        raise Refusal(Code.SAME_PERSON)
    if found.flag is Flag.RESTRICTION and not gateway.store.told_before_lifting(found.handles):
        raise Refusal(Code.TELL_FIRST)
    if not register.lift(flag, person.id, at, record):
        raise Refusal(Code.SETTLED)


def listed(gateway: Gateway, register: Register, person: Person) -> Iterator[Row]:
    """The flags that stand at the person's homes, newest first."""
    if person.role not in LIFTERS:
        raise Refusal(Code.SAFEGUARDING_ONLY)
    for one in register.flags(sorted(person.homes & set(gateway.homes))):
        said = json.loads(gateway.vault.open_kept(one.kept))
        yield Row(
            one.id,
            one.home,
            one.flag,
            stamp(one.at),
            said["label"],
            said["reason"],
            one.by or "",
            one.proposed_by or "",
        )


def opened(gateway: Gateway, parcel: ParcelId, here: Situation) -> Document:
    """The document of a parcel, to point at a child in it. Raises Refusal(NOT_FOUND)."""
    standing = gateway.store.parcel(parcel)
    if standing is None or standing.parcel.home != here.home.id:
        raise Refusal(Code.NOT_FOUND)
    name, content = parse_named(gateway.vault.open_kept(gateway.store.kept(standing.parcel.document)))
    found = documents.read(name, content, here.rulebook.schemas, here.rulebook.known.meanings()).document
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def _of_ground(pupil: Pupil, here: Situation) -> frozenset[Flag]:
    """Of a child who died nothing goes out, and nobody writes to the family, until people have looked."""
    grounds = here.rulebook.known.formats.grounds
    died = pupil.ground is not None and DIED in grounds.meaning(pupil.ground)
    return frozenset({Flag.DIED}) if died else frozenset()


def died(
    handles: tuple[str, ...], label: str, here: Situation, by: PersonId | None = None, source: LaEstab | None = None
) -> Record:
    """A return that an error stopped, or a person who closes a case, says that the child has died: it holds at once."""
    if not handles or Flag.DIED in frozenset[Flag]().union(*here.flags(handles).values()):
        return Record(())
    return _set(Flag.DIED, handles, label, "", by, here) + ringing.all_round(handles, here, source)


def mark(flag: Flag, handles: tuple[str, ...], label: str, reason: str, by: PersonId | None, here: Situation) -> Record:
    """What setting a flag on a child writes, where somebody asked for it as a right."""
    return _set(flag, handles, label, reason, by, here)


# -- what is written --------------------------------------------------------------------------------------------------


def _set(
    flag: Flag,
    handles: tuple[str, ...],
    label: str,
    reason: str,
    by: PersonId | None,
    here: Situation,
    asker: PartnerId | None = None,
) -> Record:
    child = join(here.draw, What.CHILD, handles[0], handles[0])
    kind = join(here.draw, What.FLAG, flag, flag)
    who = join_person(here.draw, by)
    said = {"label": label, "reason": reason, **({"asker": asker} if asker else {})}
    text = json.dumps(said)
    made = Flagged(FlagId(new_id("f", here.draw)), here.home.id, flag, handles, here.at, here.keep(text.encode()), by)
    why = join(here.draw, What.TEXT, text, made.id)
    fact = FlagSet(here.at, here.home.id, child.commitment, kind.commitment, commitment_of(who), why.commitment)
    return Record((fact,), (child, kind, *who, why), flagged=(made,))


def _about(
    gateway: Gateway,
    register: Register,
    person: Person,
    flag: FlagId,
    reason: str,
    at: datetime,
    kind: type[FlagLiftProposed | FlagLifted],
) -> tuple[Flagged, Record]:
    found = register.flag(flag)
    if found is None or found.lifted_at is not None:
        raise Refusal(Code.NOT_FOUND)
    _refuse_stranger(person, found.home, LIFTERS)
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)
    joins = _joins(gateway, found, person, reason)
    child, what, who, why = (one.commitment for one in joins)
    return found, Record((kind(at, found.home, child, what, who, why),), joins)


def _joins(gateway: Gateway, found: Flagged, person: Person, reason: str) -> tuple[Join, Join, Join, Join]:
    draw = gateway.draw
    return (
        join(draw, What.CHILD, found.handles[0], found.handles[0]),
        join(draw, What.FLAG, found.flag, found.flag),
        join(draw, What.PERSON, person.id, person.id),
        join(draw, What.TEXT, reason, found.id),
    )


def _refuse_stranger(person: Person, home: PartnerId, roles: frozenset[Role]) -> None:
    if person.role not in roles:
        raise Refusal(Code.NOT_ALLOWED)
    if home not in person.homes:
        raise Refusal(Code.ANOTHER_HOME)
