"""When somebody who countersigns our log says that it was set back or rewritten: a line, and a task for a person.

Nobody signs such an answer, so it may be wrong: it stands until somebody has found out. A gateway that lacks lines of
its own log writes nothing more; that is told as it is (``flows/recovery``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.core import tasks
from gateway.core.facts import LogName, LogTrouble, OwnLogDoubted, TaskKind
from gateway.core.log.witness import Trouble
from gateway.core.records import Record
from gateway.core.tasks import Task
from gateway.core.terms import TaskId
from gateway.flows.ports import Gateway
from gateway.flows.situations import new_id

TROUBLES: Mapping[Trouble, LogTrouble] = {
    Trouble.AHEAD: LogTrouble.ROLLBACK,
    Trouble.NOT_CONSISTENT: LogTrouble.REWRITE,
}
WORDS: Mapping[LogTrouble, str] = {
    LogTrouble.ROLLBACK: "our log is shorter than what it has seen of it: our database was set back",
    LogTrouble.REWRITE: "our log does not go on from what it has seen of it: lines were rewritten",
}
OWN, CHECK = "own-log", "own-check"
FAILED = "a check of every line found that our log is not what was written"


@dataclass(frozen=True, slots=True)
class OwnDoubt:
    """``witness`` said that our log is not what it was; it stands until somebody has done its task."""

    task: TaskId
    witness: str
    trouble: LogTrouble
    at: datetime

    @property
    def words(self) -> str:
        return (
            f"{self.witness} says since {self.at:%Y-%m-%d %H:%M} UTC: {WORDS[self.trouble]}. Call them, compare both "
            f"checkpoints, and run 'gateway log verify'. When it is settled: gateway tasks done {self.task}"
        )


def doubted(gateway: Gateway, witness: str, trouble: Trouble, at: datetime) -> None:
    """Write down that a witness doubts our log, unless the same doubt stands. Raises Fault."""
    found = TROUBLES.get(trouble)
    name = witness.partition("+")[0]
    subject = f"{OWN}:{found}:{name}"
    if found is None or gateway.store.tasks_about(subject):
        return
    wanted = _wanted(gateway, subject, at)
    fact = OwnLogDoubted(at, wanted.home, LogName(name), found, wanted.id)
    gateway.store.record(Record((fact,), tasks=(wanted,)))


def failed(gateway: Gateway, at: datetime) -> tuple[Task, ...]:
    """What somebody has to do when a check of our own log failed; nothing where that is to be done already."""
    if gateway.store.tasks_about(CHECK):
        return ()
    return (_wanted(gateway, CHECK, at),)


def words_of(task: Task) -> str:
    """What is wrong with a log, as the page says it."""
    if task.subject == CHECK:
        return FAILED
    if task.subject.startswith(f"{OWN}:"):
        doubt = _doubt(task)
        return f"{doubt.witness} says that {WORDS[doubt.trouble]}"
    return f"the log {task.subject}, a partner’s, has two pasts"


def standing(open_tasks: Sequence[Task]) -> Sequence[OwnDoubt]:
    """The doubts about our own log that nobody has settled, among the tasks that are open."""
    mine = (one for one in open_tasks if one.kind is TaskKind.LOG_TROUBLE and one.subject.startswith(f"{OWN}:"))
    return [_doubt(one) for one in mine]


def _wanted(gateway: Gateway, subject: str, at: datetime) -> Task:
    home, task = gateway.homes[0], TaskId(new_id("t", gateway.draw))
    due = tasks.due(TaskKind.LOG_TROUBLE, at, gateway.rulebook.clocks)
    owner = next(iter(gateway.owners.get(home, ())), None)
    return Task(task, home, TaskKind.LOG_TROUBLE, subject, at, due, owner)


def _doubt(task: Task) -> OwnDoubt:
    _, trouble, witness = task.subject.split(":", 2)
    return OwnDoubt(task.id, witness, LogTrouble(trouble), task.opened_at)
