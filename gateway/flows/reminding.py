"""What is due and what is overdue, with who says so; and the reminders of it, each sent once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from gateway.core import reminders
from gateway.core.clocks import Clock
from gateway.core.errors import Code, Fault, Reason, Refusal
from gateway.core.records import Person
from gateway.core.reminders import Addresses, Letter, Reminder, Times
from gateway.core.tasks import Task
from gateway.core.terms import PartnerId
from gateway.flows.ports import Gateway

LEASE = timedelta(minutes=15)
"""For so long one machine may be sending what it took up; after it, another does."""

MOST = 200


class Waiting(Protocol):
    """What lists ask of the store."""

    def tasks(self, homes: Sequence[PartnerId]) -> Sequence[Task]: ...


class Reminded(Protocol):
    """What reminding asks of the store."""

    def take_reminders(
        self, at: datetime, times: Times, to: Addresses, lease: timedelta, most: int
    ) -> Sequence[Reminder]: ...
    def reminded(self, told: Collection[Reminder], at: datetime) -> None: ...
    def not_reminded(self, told: Collection[Reminder], at: datetime) -> None: ...


class Mail(Protocol):
    def send(self, letter: Letter, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Due:
    """One line of the list."""

    task: Task
    clock: Clock
    overdue: bool


def listed(
    gateway: Gateway, waiting: Waiting, person: Person, at: datetime, home: PartnerId | None = None
) -> Sequence[Due]:
    """What waits at the person's homes, or at one of them, the most urgent first. Raises Refusal(ANOTHER_HOME)."""
    homes: list[PartnerId] = sorted(person.homes & set(gateway.homes))
    if home is not None and home not in homes:
        raise Refusal(Code.ANOTHER_HOME)
    found = waiting.tasks(homes if home is None else [home])
    return [Due(task, gateway.rulebook.clocks.get(task.due_by), task.due < at) for task in found]


def remind(
    gateway: Gateway, reminded: Reminded, mail: Mail, times: Times, to: Addresses, link: str, at: datetime
) -> int:
    """Send one letter to each address that has something to be told; returns how many went.

    What a mail server would not take is told again the next time. Raises the last Fault when all has been tried, or as
    soon as there is no server to try.
    """
    taken = reminded.take_reminders(at, times, to, LEASE, MOST)
    waiting: dict[str, list[Reminder]] = {}
    for one in taken:
        if (address := to.of(one)) is not None:
            waiting.setdefault(address, []).append(one)
    sent, fault = 0, None
    for address, some in waiting.items():
        if fault is None or fault.reason is Reason.MAIL:
            try:
                mail.send(reminders.letter(address, some, gateway.rulebook.clocks, link), at)
            except Fault as failed:
                fault = failed
            else:
                reminded.reminded(some, at)
                sent += 1
                continue
        reminded.not_reminded(some, at)
    if fault is not None:
        raise fault
    return sent
