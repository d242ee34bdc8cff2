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
from gateway.core.days import day_of
from gateway.core.delivery import State
from gateway.core.facts import Role
from gateway.core.partners import Partner
from gateway.core.records import Person, Register
from gateway.core.terms import Kind, PartnerId
from gateway.flows import alarms, enquiry
from gateway.flows.operating import refuse_others
from gateway.flows.ports import Gateway

BACKED_UP = timedelta(days=7)
TWO = 2
ADOPTING = (
    "Information governance takes it in under Agreements, Take an agreement in. partners/templates of the release has "
    "one to begin with for each use; it counts once those named in it have signed."
)
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
    unmailed: Callable[[], Sequence[Check]] = tuple
    """What keeps letters from going."""
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
    """One thing to do: how it stands and why it matters; ``page`` is where an operator does it, ``command`` by what.

    ``how`` says the rest that has to be known to do it at the machine.
    """

    name: str
    done: bool
    words: str
    why: str
    command: str
    page: str = ""
    how: str = ""


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
    wanting = [f"{one.name}: {lapse.words}" for one in homes for lapse in partners.lapsed(one, day_of(at))]
    yield Step(
        "What the council says of itself", not wanting, "; ".join(wanting) or "Its record is whole",
        "Partners read in it whom to ring, and by what they know you.", "gateway partners amend FILE",
        how="'gateway partners export > own.toml' writes its record. Write into it what is missing, under "
        "[partner.contact] and [partner.safeguarding], and a domain; then take it in again. That the domain is yours "
        f"is said with 'gateway partners verify {gateway.homes[0]} --how dns-record'.",
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
    usual = calendars is None or any(calendars.kept(day_of(at), place) == calendars.usual.name for place in places)
    yield Step(
        "Term dates of this school year", not usual, "A usual year is reckoned with" if usual else "They are known",
        "Duties are counted in school days, and yours are not everybody’s.", "gateway terms import terms.toml",
        how="Copy partners/terms.toml of the release, which shows how terms are written, and put your own in its "
        "place. Start the gateway again.",
    )  # fmt: skip
    yield Step(
        "What the public pages say", machine.statements,
        "They say what you wrote" if machine.statements else "They say what is shipped, which nobody here looked at",
        "Families read there whom to ask and to whom they complain.", "reference/statements.toml",
        how="Copy config/statements.toml of the release to that place in the folder of the installation, write what is "
        "true here, and start the gateway again.",
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
        how=f'Write under [holds]: {gateway.homes[0]} = ["a.shah", "m.head"], with the names by which they sign in, '
        "the owner first. Start the gateway again.",
    )  # fmt: skip


def _others(gateway: Gateway, register: Register, found: Sequence[Person], at: datetime) -> Iterator[Step]:
    listed = [one for one in register.directory.partners.values() if one.id not in gateway.homes]
    linked = [one for one in listed if one.channel.sealed and one.introduced and one.in_effect.covers(day_of(at))]
    ready = [one for one in linked if partners.waits(one, at) is None]
    boxes = [one for one in listed if one.guest and one.mail and one.in_effect.covers(day_of(at))]
    yield Step(
        "Partners", bool(linked or boxes) and len(ready) == len(linked), _connected(linked, ready, boxes),
        "What goes to another council goes sealed, from gateway to gateway; until it has one, its team has a mailbox.",
        "gateway partners import FILE", "partner_list",
    )  # fmt: skip
    stands = sum(one.stands(day_of(at)) for one in register.agreements)
    yield Step(
        "Agreements", stands > 0, f"{stands} in force" if stands else "None is in force",
        "Without one nothing goes but what the law itself demands. Information governance adopts them.",
        "gateway agreements adopt FILE", how=ADOPTING,
    )  # fmt: skip
    unheard = [words for home in gateway.homes for words in _unheard(gateway, register, home, at)]
    yield Step(
        "Who hears of a child at risk", not unheard, "; ".join(unheard) or "Social care and special needs are told",
        "A child in care, with a live enquiry or with a plan who is taken off a roll is told of the same hour. Without "
        "these agreements nothing goes, and somebody here has to phone each time. Information governance adopts them: "
        "begin with the starters own-social-care and own-special-needs.",
        "gateway agreements starter own-special-needs > FILE", how=ADOPTING,
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


def _unheard(gateway: Gateway, register: Register, home: PartnerId, at: datetime) -> Iterator[str]:
    """Which teams of a home an alarm would not reach, and why."""
    day, name = day_of(at), enquiry.name_of(gateway, home)
    teams = (
        ("social care", alarms.CONCERN, alarms.social_care(register, gateway.rulebook, home, day), Kind.REFERRAL),
        ("special needs", alarms.PLAN, register.directory.team(home, alarms.SEND), Kind.CASEFILE),
    )
    for words, purpose, team, kind in teams:
        if team is None or not team.in_effect.covers(day):
            yield f"{name} has no {words} team"
        elif not alarms.may_be_told(register, gateway.rulebook, purpose, home, team, kind, day):
            yield f"{name} has no agreement in force by which {team.name} may be told ({purpose})"


def _connected(linked: Sequence[Partner], ready: Sequence[Partner], boxes: Sequence[Partner]) -> str:
    """``boxes`` are those whose team has a mailbox: on the first day no other council has more."""
    waiting = ", ".join(one.name for one in linked if one not in ready)
    told = [
        f"{len(ready)} of {len(linked)} connected" if linked else "No other gateway is known",
        f"waiting: {waiting}" if waiting else "",
        f"reached by mailbox: {', '.join(one.name for one in boxes)}" if boxes else "",
    ]
    return "; ".join(filter(None, told))


def _running(store: Standing, machine: Machine, at: datetime) -> Iterator[Step]:
    stuck = "; ".join(f"{one.name}: {one.words}" for one in machine.unmailed())
    yield Step(
        "E-mail", machine.mail and not stuck,
        stuck or ("Reminders go out" if machine.mail else "No mail server is named"),
        "People hear by mail what waits for them; no letter names a child.", "[mail] in config/gateway.toml",
        "health" if stuck else "",
        how="Write host, user, password_file and sender there, link with the address of these pages, and under "
        "[mail.homes] the address of the team. Start the gateway again; 'gateway doctor' tries the server.",
    )  # fmt: skip
    yield Step(
        "Witnesses", machine.witnesses > 0,
        f"{machine.witnesses} named" if machine.witnesses else "Nobody else countersigns the log",
        "Whoever holds a countersignature can show that nothing was changed afterwards.",
        "[witnesses] in config/gateway.toml",
        how="Another council’s gateway can be one: it gives you its witness key and its address, which stand there as "
        '"KEY" = "https://ADDRESS", and you give it yours. Start the gateway again.',
    )  # fmt: skip
    last = machine.backed_up()
    fresh = last is not None and at - last <= BACKED_UP
    yield Step(
        "Backups", fresh,
        "None was ever made" if last is None else f"The newest is of {last:%d.%m.%Y}" + ("" if fresh else ", too old"),
        "A copy a week at least, every day better; keep keys/ in another place.", "gateway backup FILE",
        how="It may run while the gateway does. Let a timer of the machine run it every night, to a new name.",
    )  # fmt: skip
    counts = store.counts()
    arrived = sum(counts.get(state, 0) for state in ARRIVED)
    yield Step(
        "A first file", arrived > 0, "One has arrived" if arrived else "None has arrived yet",
        "One that went the whole way, and came back as a receipt, shows that all of this works.",
        "gateway partners rehearse PARTNER", "partner_list",
    )  # fmt: skip
    wrong = [one.name for one in machine.examine() if one.health is Health.WRONG]
    yield Step(
        "The doctor", not wrong, f"It finds wrong: {', '.join(wrong)}" if wrong else "It finds nothing wrong",
        "Clock, disk, database, log and keys are looked at together.", "gateway doctor", "health",
    )  # fmt: skip
