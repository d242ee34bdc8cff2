"""What is still to be done before a gateway is live, seen from how things really stand, up to 100 %.

Nobody ticks anything off here: a step is done when it is, and is open again when it no longer holds.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from gateway.core import partners
from gateway.core.checkup import Check, Health
from gateway.core.clocks import place_of
from gateway.core.delivery import State
from gateway.core.facts import Role
from gateway.core.partners import Partner
from gateway.core.records import Person, Register
from gateway.flows import enquiry
from gateway.flows.operating import refuse_others
from gateway.flows.ports import Gateway

BACKED_UP = timedelta(days=7)
TWO = 2
ARRIVED = (State.DELIVERED, State.COLLECTED, State.TAKEN)
NEEDED = {
    Role.OFFICER: "a missing-education officer",
    Role.GOVERNANCE: "information governance",
    Role.OPERATOR: "an operator",
    Role.SAFEGUARDING: "a named safeguarding officer",
}


@dataclass(frozen=True, slots=True)
class Machine:
    """What only the machine knows. ``examine`` is what the doctor sees without calling anybody; ``shown`` the settings,
    none of them a secret.
    """

    examine: Callable[[], Sequence[Check]] = tuple
    backed_up: Callable[[], datetime | None] = lambda: None
    mail: bool = False
    witnesses: int = 0
    statements: bool = False
    shown: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


class Standing(Protocol):
    """What the list asks of the store."""

    def counts(self) -> Mapping[State, int]: ...
    def people(self) -> Sequence[Person]: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: how it stands and why it matters; ``page`` is where an operator does it, ``command`` by what."""

    name: str
    done: bool
    words: str
    why: str
    command: str
    page: str = ""


def steps(gateway: Gateway, store: Standing, machine: Machine, person: Person, at: datetime) -> tuple[Step, ...]:
    """Every step, in the order in which one is done after the other. Raises Refusal(NOT_ALLOWED)."""
    refuse_others(gateway, person)
    register, found = gateway.store.register(), store.people()
    return (
        *_ours(gateway, register, machine, at),
        *_team(gateway, found),
        *_others(gateway, register, found, at),
        *_running(store, machine, at),
    )


def share(listed: Sequence[Step]) -> int:
    """How much is done, in per cent: 100 only when all is."""
    return 100 * sum(one.done for one in listed) // len(listed)


def _ours(gateway: Gateway, register: Register, machine: Machine, at: datetime) -> Iterator[Step]:
    homes = [register.directory.get(one) for one in gateway.homes]
    wanting = [f"{one.name}: {lapse.words}" for one in homes for lapse in partners.lapsed(one, at.date())]
    yield Step(
        "What the council says of itself", not wanting, "; ".join(wanting) or "Its record is whole",
        "Partners read in it whom to ring, and by what they know you.", "gateway partners amend FILE",
    )  # fmt: skip
    unsigned = [one.name for one in homes if not gateway.keys.signers(one.id)]
    ending = [f"{one.name}: {each.words}" for one in homes for each in partners.ending(one, at)]
    yield Step(
        "Keys and certificates", not (unsigned or ending),
        "; ".join([*(f"{one} has no key to sign with" for one in unsigned), *ending]) or "None is missing or ends soon",
        "Without them nothing can be signed, sealed or received.", "gateway keys rotate sign", "overview",
    )  # fmt: skip
    calendars = gateway.rulebook.known.calendars
    places = [place_of(one.la) for one in homes if one.la]
    usual = calendars is None or any(calendars.kept(at.date(), place) == calendars.usual.name for place in places)
    yield Step(
        "Term dates of this school year", not usual, "A usual year is reckoned with" if usual else "They are known",
        "Duties are counted in school days, and yours are not everybody’s.", "gateway terms import terms.toml",
    )  # fmt: skip
    yield Step(
        "What the public pages say", machine.statements,
        "They say what you wrote" if machine.statements else "They say what is shipped, which nobody here looked at",
        "Families read there whom to ask and to whom they complain.", "reference/statements.toml",
    )  # fmt: skip


def _team(gateway: Gateway, found: Sequence[Person]) -> Iterator[Step]:
    missing = [
        f"{enquiry.name_of(gateway, home)} lacks {words}"
        for home in gateway.homes
        for role, words in NEEDED.items()
        if not any(one.role is role and home in one.homes for one in found)
    ]
    yield Step(
        "People", not missing, "; ".join(missing) or "Every role that is needed has somebody",
        "Each does what nobody else may.", f"gateway users add NAME --role ROLE --of {gateway.homes[0]}", "people_list",
    )  # fmt: skip
    known = {one.id for one in found}
    alone = [
        enquiry.name_of(gateway, home) for home in gateway.homes if len(set(gateway.owners.get(home, ())) & known) < TWO
    ]
    yield Step(
        "Who answers for what waits", not alone,
        f"{', '.join(alone)}: an owner and a deputy are wanted" if alone else "An owner and a deputy are named",
        "What is held waits for a person, and people are away.", "[holds] in config/gateway.toml",
    )  # fmt: skip


def _others(gateway: Gateway, register: Register, found: Sequence[Person], at: datetime) -> Iterator[Step]:
    listed = [one for one in register.directory.partners.values() if one.id not in gateway.homes]
    linked = [one for one in listed if one.channel.sealed and one.introduced and one.in_effect.covers(at.date())]
    ready = [one for one in linked if partners.waits(one, at) is None]
    yield Step(
        "Partners", bool(linked) and len(ready) == len(linked), _connected(linked, ready),
        "What goes to another council goes sealed, from gateway to gateway.",
        "gateway partners import FILE", "overview",
    )  # fmt: skip
    stands = sum(one.stands(at.date()) for one in register.agreements)
    yield Step(
        "Agreements", stands > 0, f"{stands} in force" if stands else "None is in force",
        "Without one nothing goes but what the law itself demands. Information governance adopts them.",
        "gateway agreements adopt FILE",
    )  # fmt: skip
    schools = {one.id for one in listed if one.kind.school}
    signing = {home for one in found for home in one.homes} & schools
    enrolled = {one.id for one in listed if one.id in schools and one.certificates}
    here = len(signing | enrolled)
    yield Step(
        "Schools", here > 0, f"{here} can send" if here else "None can send anything yet",
        "They hand in leaver files, and hear what is wrong with them.", "gateway users add NAME --role school-sender "
        "--of SCHOOL", "people_list",
    )  # fmt: skip


def _connected(linked: Sequence[Partner], ready: Sequence[Partner]) -> str:
    if not linked:
        return "No other gateway is known"
    waiting = [one.name for one in linked if one not in ready]
    return f"{len(ready)} of {len(linked)} connected" + (f"; waiting: {', '.join(waiting)}" if waiting else "")


def _running(store: Standing, machine: Machine, at: datetime) -> Iterator[Step]:
    yield Step(
        "E-mail", machine.mail, "Reminders go out" if machine.mail else "No mail server is named",
        "People hear by mail what waits for them; no letter names a child.", "[mail] in config/gateway.toml",
    )  # fmt: skip
    yield Step(
        "Witnesses", machine.witnesses > 0,
        f"{machine.witnesses} named" if machine.witnesses else "Nobody else countersigns the log",
        "Whoever holds a countersignature can show that nothing was changed afterwards.",
        "[witnesses] in config/gateway.toml",
    )  # fmt: skip
    last = machine.backed_up()
    fresh = last is not None and at - last <= BACKED_UP
    yield Step(
        "Backups", fresh,
        "None was ever made" if last is None else f"The newest is of {last:%d.%m.%Y}" + ("" if fresh else ", too old"),
        "A copy a week at least, every day better; keep keys/ in another place.", "gateway backup FILE",
    )  # fmt: skip
    counts = store.counts()
    arrived = sum(counts.get(state, 0) for state in ARRIVED)
    yield Step(
        "A first file", arrived > 0, "One has arrived" if arrived else "None has arrived yet",
        "One that went the whole way, and came back as a receipt, shows that all of this works.",
        "gateway partners rehearse PARTNER",
    )  # fmt: skip
    wrong = [one.name for one in machine.examine() if one.health is Health.WRONG]
    yield Step(
        "The doctor", not wrong, f"It finds wrong: {', '.join(wrong)}" if wrong else "It finds nothing wrong",
        "Clock, disk, database, log and keys are looked at together.", "gateway doctor",
    )  # fmt: skip
