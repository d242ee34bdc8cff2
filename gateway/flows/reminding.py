"""What is due and what is overdue, with who says so; the reminders of it, and how any letter is sent once.

What a mail server would not take is told again later, until it goes or is over.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from gateway.core import reminders, roles
from gateway.core.clocks import Clock
from gateway.core.errors import Code, Fault, Reason, Refusal
from gateway.core.records import Person
from gateway.core.reminders import Addresses, Letter, News, Reminder, Times
from gateway.core.roles import Can
from gateway.core.tasks import Task
from gateway.core.terms import PartnerId
from gateway.flows.ports import Gateway

LEASE = timedelta(minutes=15)
"""For so long one machine may be sending what it took up; after it, another does."""

MOST = 200

T = TypeVar("T")


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


class Once(Protocol):
    """What news asks of the store."""

    def take_news(self, news: Collection[News], at: datetime, lease: timedelta) -> Sequence[News]: ...
    def heard(self, news: Collection[News], at: datetime) -> None: ...
    def not_heard(self, news: Collection[News], again: datetime) -> None: ...


class Mail(Protocol):
    def send(self, letter: Letter, at: datetime) -> None: ...


class Telling(Once, Protocol):
    """As above, with who there is."""

    def people(self) -> Sequence[Person]: ...


@dataclass(frozen=True, slots=True)
class Post:
    """How letters go, to whom and when, and where people open the pages."""

    mail: Mail
    to: Addresses
    link: str
    times: Times = field(default_factory=Times)


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
    waiting: dict[str, list[Reminder]] = {}
    for one in reminded.take_reminders(at, times, to, LEASE, MOST):
        if (address := to.of(one)) is not None:
            waiting.setdefault(address, []).append(one)

    def letter(address: str, some: Sequence[Reminder]) -> Letter:
        return reminders.letter(address, some, gateway.rulebook.clocks, link)

    return _handed_over(mail, waiting, letter, reminded.reminded, reminded.not_reminded, at, at)


def tell(
    once: Once,
    mail: Mail,
    news: Iterable[News],
    letter: Callable[[str, Sequence[News]], Letter],
    at: datetime,
    again: timedelta = timedelta(),
) -> int:
    """Send each address one letter of what it has not heard yet; returns how many went. Raises Fault as ``remind``.

    What would not go is not tried before ``again`` is over.
    """
    waiting: dict[str, list[News]] = {}
    for one in once.take_news(list(dict.fromkeys(news)), at, LEASE):
        waiting.setdefault(one.to, []).append(one)
    return _handed_over(mail, waiting, letter, once.heard, once.not_heard, at, at + again)


def addresses(post: Post, whom: Sequence[Person], organisation: PartnerId, *can: Can) -> list[str]:
    """Where an organisation hears of something: its team, and those of its people who ``can`` do what it is about."""
    mine = [one for one in whom if organisation in {one.organisation, *one.homes} and one.role in roles.who(*can)]
    found = [post.to.homes.get(organisation), *(post.to.people.get(one.id) for one in mine)]
    return sorted({one for one in found if one})


def _handed_over(
    mail: Mail,
    waiting: Mapping[str, Sequence[T]],
    letter: Callable[[str, Sequence[T]], Letter],
    told: Callable[[Sequence[T], datetime], None],
    not_told: Callable[[Sequence[T], datetime], None],
    at: datetime,
    again: datetime,
) -> int:
    """One letter to each address. Raises the last Fault: of one letter when all were tried, of the server at once."""
    sent, fault = 0, None
    for address, some in waiting.items():
        if fault is None or fault.reason is Reason.MAIL:
            try:
                mail.send(letter(address, some), at)
            except Fault as failed:
                fault = failed
            else:
                told(some, at)
                sent += 1
                continue
        not_told(some, again)
    if fault is not None:
        raise fault
    return sent
