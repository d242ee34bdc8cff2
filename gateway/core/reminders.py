"""When somebody is reminded of a task, and the letter that does it: no child, school or organisation stands in one.

Each task is told of twice at most, when it is due soon and when it is overdue, and each of these once. So is all other
news: of what an address has heard, it does not hear again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.core import clocks
from gateway.core.clocks import Clocks
from gateway.core.days import LONDON
from gateway.core.errors import Reason
from gateway.core.tasks import Task
from gateway.core.terms import PartnerId, PersonId, digest


class Stage(StrEnum):
    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Times:
    """``ahead``: how long before its time a task is due soon. ``hour``: of the one digest a day in London, or None.

    With a digest, what is due before the next one goes at once all the same.
    """

    ahead: timedelta = timedelta(hours=24)
    hour: int | None = None

    def as_of(self, at: datetime) -> datetime:
        """The instant whose state is told at ``at``: that of the newest digest, or ``at`` itself."""
        if self.hour is None:
            return at
        here = at.astimezone(LONDON)
        day = here.date() if here.hour >= self.hour else here.date() - timedelta(days=1)
        return datetime(day.year, day.month, day.day, self.hour, tzinfo=LONDON).astimezone(at.tzinfo)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where reminders go. Before its time a task is its owner's; after it, everybody's of the home."""

    homes: Mapping[PartnerId, str] = field(default_factory=dict)
    people: Mapping[PersonId, str] = field(default_factory=dict)

    def of(self, reminder: "Reminder") -> str | None:
        task = reminder.task
        owner, home = self.people.get(task.owner) if task.owner else None, self.homes.get(task.home)
        return owner or home if reminder.stage is Stage.SOON else home or owner


@dataclass(frozen=True, slots=True)
class Reminder:
    """One task to be told of."""

    task: Task
    stage: Stage


@dataclass(frozen=True, slots=True)
class News:
    """What one address hears once: that ``about`` has come as far as ``step``."""

    to: str
    about: str
    step: str

    @property
    def id(self) -> str:
        return digest(f"{self.to}\n{self.about}".encode())[:32]


@dataclass(frozen=True, slots=True)
class Unmailed:
    """``to`` is the digest of an address to which letters have not gone since then, after so many ``tries``."""

    to: str
    since: datetime
    reason: Reason
    tries: int


@dataclass(frozen=True, slots=True)
class Letter:
    """``id`` is the same whenever the same is told, so that a mail server knows a letter that comes twice."""

    to: str
    subject: str
    text: str
    id: str


def letter(to: str, reminders: Sequence[Reminder], table: Clocks, link: str) -> Letter:
    """Everything that one address is told at once, the most urgent first."""
    told = sorted(reminders, key=lambda one: (one.task.due, one.task.id))
    late = [one for one in told if one.stage is Stage.OVERDUE]
    soon = [one for one in told if one.stage is Stage.SOON]
    parts = [f"{title}\n\n{_listed(some, table)}" for title, some in (("OVERDUE", late), ("DUE SOON", soon)) if some]
    page = f"Sign in to see what each is about: {link.rstrip('/')}/due\n"
    where = page if link else "'gateway due' shows what each is about.\n"
    named = digest("\n".join(f"{one.task.id} {one.stage}" for one in told).encode())[:32]
    return Letter(to, _subject(len(late), len(soon)), "\n".join((*parts, where + LAST)), named)


def accounts_end(to: str, news: Sequence[News], link: str) -> Letter:
    """That accounts stop soon unless somebody confirms them. Nobody is named: whoever signs in sees whose they are."""
    many = _many(len(news), "account stops", "accounts stop")
    text = (
        f"{many} soon, because nobody has confirmed lately that it is still needed.\n\n"
        "A colleague who knows confirms it in a minute; nobody confirms their own. An account that stops loses "
        f"nothing: it can be confirmed afterwards.\n\n{_where('Look under People', link, 'people')}{LAST}"
    )
    return Letter(to, f"Gateway: {many} soon", text, _named(news))


def certificates_end(to: str, news: Sequence[News], link: str) -> Letter:
    """That certificates end soon, our own or partners'. Whose they are stands on the page."""
    many = _many(len(news), "certificate ends", "certificates end")
    first = min(int(one.step) for one in news)
    when = f"{'the first ' if len(news) > 1 else ''}within {_many(first, 'day', 'days')}"
    text = (
        f"{many} soon, {when}. A partner whose certificate has ended sends and gets nothing until there is a new "
        "one.\n\nA new certificate may stand beside the old one, so put it in as soon as you have it.\n\n"
        f"{_where('The operator sees whose under Queues', link, 'operator')}"
        f"At the machine, 'gateway partners list --expiring' shows it too.\n{LAST}"
    )
    return Letter(to, f"Gateway: {many} soon", text, _named(news))


SUSPENDED, OVERDUE = "suspended", "overdue"


def agreements_reviewed(to: str, news: Sequence[News], link: str) -> Letter:
    """That the review of agreements comes, is overdue, or has been so for so long that nothing goes under them."""
    count = Counter(one.step for one in news)
    lines = []
    if stopped := count.pop(SUSPENDED, 0):
        lines.append(f"{_many(stopped, 'agreement is suspended', 'agreements are suspended')}: nothing goes out under "
                     "it until it has been reviewed and put in force again.")  # fmt: skip
    if late := count.pop(OVERDUE, 0):
        lines.append(f"{_many(late, 'review is overdue', 'reviews are overdue')}. An agreement that nobody reviews for "
                     "three months after its day is suspended, and nothing goes out under it.")  # fmt: skip
    lines += [
        f"{_many(count[step], 'agreement is', 'agreements are')} to be reviewed within {step} days."
        for step in sorted(count, key=int)
    ]
    told = "\n\n".join(lines)
    urgent = "suspended" if stopped else "review overdue" if late else "to be reviewed"
    text = (
        f"{told}\n\nA review is one page with three answers: no change, change, end.\n\n"
        f"{_where('Look under Agreements', link, 'agreements')}{LAST}"
    )
    return Letter(to, f"Gateway: {_many(len(news), 'agreement', 'agreements')} {urgent}", text, _named(news))


ENDED, ENDS = "ended", "ends-"


def agreements_end(to: str, news: Sequence[News], link: str) -> Letter:
    """That the last day of agreements comes, or has passed, and nothing takes their place."""
    count = Counter(one.step for one in news)
    lines = []
    if over := count.pop(ENDED, 0):
        lines.append(f"{_many(over, 'agreement has ended', 'agreements have ended')}. Nothing goes out under it now.")
    lines += [
        f"{_many(count[step], 'agreement ends', 'agreements end')} within {step.removeprefix(ENDS)} days. "
        "After its last day nothing goes out under it."
        for step in sorted(count, key=lambda one: int(one.removeprefix(ENDS)))
    ]
    told = "\n\n".join(lines)
    text = (
        f"{told}\n\nIf it should go on, renew it on its page now: every party has to sign the next version.\n\n"
        f"{_where('Look under Agreements', link, 'agreements')}{LAST}"
    )
    many = _many(len(news), "agreement", "agreements")
    return Letter(to, f"Gateway: {many} {'ended' if over else 'ending soon'}", text, _named(news))


def files_wait(to: str, news: Sequence[News], link: str) -> Letter:
    """That files lie ready for a school, at whose inbox they are."""
    many = _many(len(news), "file waits", "files wait")
    text = (
        f"{many} for you to collect. What nobody collects in time goes back to whoever sent it.\n\n"
        f"{_where('Look under Inbox', link, 'inbox')}{LAST}"
    )
    return Letter(to, f"Gateway: {many} for you", text, _named(news))


def files_uncollected(to: str, news: Sequence[News], link: str) -> Letter:
    """That files which somebody sent have lain too long: nobody collected them."""
    many = _many(len(news), "file that you sent was", "files that you sent were")
    text = (
        f"{many} not collected in time. Nothing is lost: the page says whom to ring, and there you lay it ready again "
        f"when they are.\n\n{_where('Look under Undelivered', link, 'undelivered')}{LAST}"
    )
    return Letter(to, f"Gateway: {many} not collected", text, _named(news))


def sign_in(to: str, link: str, at: datetime) -> Letter:
    """A link that signs its reader in once, because they asked for it."""
    text = (
        f"Open this within half an hour to sign in, once:\n\n{link}\n\n"
        "If you did not ask for it, do not open it, and tell your council. Give it to nobody.\n"
    )
    return Letter(to, "Gateway: your link to sign in", text, digest(f"{link} {at.isoformat()}".encode())[:32])


def team_waits(to: str, count: int, link: str, where: str, at: datetime) -> Letter:
    """That something waits for a team which has no machine, with a link that signs its reader in once."""
    many = "1 message waits" if count == 1 else f"{count} messages wait"
    text = (
        f"{many} for your team. Open this within a day to read and answer, once:\n\n{link}\n\n"
        f"Later, or for a colleague, ask for another link with this address at {where}\n"
        "Nobody needs an account or a password. Give the link to nobody outside your team.\n\n"
        "No child, school or organisation is named here; please name none in an answer.\n"
    )
    return Letter(to, f"Gateway: {many} for your team", text, digest(f"{link} {at.isoformat()}".encode())[:32])


def team_invited(to: str, link: str, where: str, at: datetime) -> Letter:
    """That a team is invited, once, with a link that signs its reader in once."""
    text = (
        "Your team is invited to read and answer here what a council sends you about children.\n\n"
        f"Open this within a day, once:\n\n{link}\n\n"
        f"You get a letter whenever something waits. Ask for another link with this address at {where}\n"
        "Everybody who reads this mailbox acts for your team. Nobody needs an account or a password.\n"
    )
    return Letter(to, "Gateway: your team is invited", text, digest(f"{link} {at.isoformat()}".encode())[:32])


LAST = """You are told of each once. No child, school or organisation is named here; please name none in an answer.
"""


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _where(what: str, link: str, page: str) -> str:
    return f"Sign in. {what}: {link.rstrip('/')}/{page}\n" if link else f"Sign in. {what}.\n"


def _named(news: Sequence[News]) -> str:
    return digest("\n".join(sorted(f"{one.id} {one.step}" for one in news)).encode())[:32]


def _subject(late: int, soon: int) -> str:
    parts = [f"{late} overdue"] if late else []
    parts += [f"{soon} due soon"] if soon else []
    return f"Gateway: {', '.join(parts)}"


def _listed(reminders: Sequence[Reminder], table: Clocks) -> str:
    return "".join(f"{_row(one, table)}\n" for one in reminders)


def _row(reminder: Reminder, table: Clocks) -> str:
    task, clock = reminder.task, table.get(reminder.task.due_by)
    return f"{clocks.ends(clock, task.due)}: {clock.what}\n  Task {task.id}\n"
