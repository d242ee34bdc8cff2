"""What waits for people: the tasks with where each is done, and holds with what would go before anybody signs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Protocol

from flask import Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core import decisions
from gateway.core.decisions import EXCUSES
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Excuse, Role, TaskKind
from gateway.core.tasks import Task
from gateway.core.terms import DisclosureId, TaskId
from gateway.flows import holds, notices, reminding
from gateway.flows.holds import Preview
from gateway.flows.ports import Gateway
from gateway.web import access, show
from gateway.web.asked import asked, parsed, person, posted
from gateway.web.forms import Field, Filled, Form, Shape
from gateway.web.governance import spoken

WHY = Field("reason", "Why?", Shape.AREA, "In a sentence, without a child’s name. It stands in the log, closed to "
            "everybody but auditors.", "Say why in a sentence")  # fmt: skip
SAID = MappingProxyType({Code.REASON_WANTED: "reason", Code.SAME_PERSON: "reason"})

LOOKED_AT = frozenset({
    TaskKind.APPROVAL_AFTER, TaskKind.GLASS_REVIEW, TaskKind.UNAGREED, TaskKind.RIGHTS_CHASE, TaskKind.LOG_TROUBLE,
    TaskKind.DELETION_ALARM, TaskKind.REFERRAL, TaskKind.SAME_CHILD, TaskKind.HAND_OFF, TaskKind.NOT_FOR_US,
    TaskKind.BREACH_NEWS, TaskKind.TRANSFER_UNANSWERED, TaskKind.LET_KNOW,
})  # fmt: skip
"""Tasks that are done by saying so. All others are done by what they ask for, on its own page."""


class Store(holds.Waiting, Protocol):
    """What these pages ask of the database beside what the flows do."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody about to decide about one hold."""

    gateway: Gateway
    store: Store
    seen: Preview
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that may be done with a hold: its form, and what it does."""

    link: str
    may: Callable[[Role, Preview], bool]
    form: Callable[[Hand], Form]
    do: Callable[[Hand, Filled], object]
    otherwise: Code = Code.NOT_ALLOWED
    """What to say to whoever may not, where nothing else stands in the way."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of what waits."""

    @app.get("/due")
    def due() -> str:
        rows = reminding.listed(gateway, store, person(), gateway.clock())
        return render_template(
            "due.html", rows=rows, where=where, looked_at=LOOKED_AT, rung=partial(notices.to_ring, gateway)
        )

    @app.post("/tasks/<task>/done")
    def task_done(task: str) -> AnyResponse:
        holds.look_at(gateway, store, person(), parsed(TaskId, task), gateway.clock())
        return redirect(url_for("due"), 303)

    @app.get("/holds")
    def holds_list() -> str:
        return render_template("holds.html", rows=holds.listed(gateway, store, person(), gateway.clock()))

    @app.get("/holds/<disclosure>")
    def hold(disclosure: str) -> str:
        seen = holds.preview(gateway, store, person(), parsed(DisclosureId, disclosure), gateway.clock())
        steps = [(name, one.link) for name, one in STEPS.items() if one.may(person().role, seen)]
        signed = person().id in seen.row.signers
        steps = [one for one in steps if one[0] != "release" or not signed]
        return render_template("hold.html", seen=seen, signed=signed, steps=steps, book=gateway.rulebook, said=spoken)

    def hand(disclosure: str, step: str) -> tuple[Hand, Step]:
        at = gateway.clock()
        seen = holds.preview(gateway, store, person(), parsed(DisclosureId, disclosure), at)
        return Hand(gateway, store, seen, at), _step(seen, step)

    @app.get("/holds/<disclosure>/<step>")
    def settle(disclosure: str, step: str) -> str:
        doing, found = hand(disclosure, step)
        return asked(found.form(doing))

    @app.post("/holds/<disclosure>/<step>")
    def settled(disclosure: str, step: str) -> AnyResponse:
        doing, found = hand(disclosure, step)

        def do(filled: Filled) -> str:
            return render_template("settled.html", seen=doing.seen, said=found.do(doing, filled))

        return posted(found.form(doing), do)


def where(task: Task) -> str:
    """The page on which it is done; empty where it has none, or none that whoever asks may open."""
    for kinds, begins, endpoint, named in _PAGES:
        if task.kind in kinds and task.subject.startswith(begins) and person().role in access.PAGES[endpoint]:
            values: dict[str, Any] = {named: task.subject} if named else {}
            return url_for(endpoint, **values)
    return ""


_RIGHTS = frozenset({TaskKind.RIGHTS, TaskKind.COMPLAINT, TaskKind.RIGHTS_NOTICE})
_NOTICES = frozenset({TaskKind.NOTICE_UNRECEIPTED, TaskKind.NOTICE_UNOPENED, TaskKind.ENQUIRY_RENEWAL})
_PAGES: tuple[tuple[frozenset[TaskKind], str, str, str], ...] = (
    (frozenset({TaskKind.SAME_CHILD}), "c-", "pairs_list", ""),
    (frozenset(TaskKind), "c-", "case", "case"),
    (frozenset({TaskKind.HOLD}), "d-", "hold", "disclosure"),
    (_RIGHTS, "q-", "claim", "claim"),
    (frozenset(TaskKind), "b-", "breach_shown", "breach"),
    (frozenset({TaskKind.RECALL}), "d-", "breach_list", ""),
    (_NOTICES, "d-", "notice", "disclosure"),
    (frozenset({TaskKind.ENQUIRY_MATCH}), "d-", "answers", "disclosure"),
    (frozenset(TaskKind), "d-", "disclosure_shown", "disclosure"),
    (frozenset({TaskKind.TRANSFER_OFFERED}), "p-", "transfer", "parcel"),
    (_RIGHTS, "p-", "rights_notice", "parcel"),
    (frozenset({TaskKind.UNCOLLECTED}), "p-", "not_there", ""),
    (frozenset({TaskKind.LOG_TROUBLE}), "own-", "verified", ""),
    (frozenset({TaskKind.NOT_FOR_US}), "p-", "breach_list", ""),
    (frozenset({TaskKind.DELETION_ALARM, TaskKind.SAME_CHILD}), "u-", "blocked", ""),
)


# -- the steps --------------------------------------------------------------------------------------------------------


def _step(seen: Preview, name: str) -> Step:
    """Raises Refusal, where the step is not theirs or something changed while its page was open, with what it is."""
    found = STEPS.get(name)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    if not found.may(person().role, seen):
        raise Refusal(next(iter(seen.stands), found.otherwise))
    return found


def _signs(role: Role, seen: Preview) -> bool:
    return bool(decisions.covered(role, seen.row.reasons))


def _intro(hand: Hand, *lines: str) -> tuple[str, ...]:
    row = hand.seen.row
    why = hand.gateway.rulebook.purposes.get(row.purpose)
    return (f"{row.purpose}: {why.sentence}" if why else row.purpose, f"To {row.reader}.", *lines)


def _form(hand: Hand, title: str, button: str, *lines: str, fields: tuple[Field, ...] = (), warning: str = "") -> Form:
    back = url_for("hold", disclosure=hand.seen.row.disclosure)
    return Form(title, button, (*fields, WHY), _intro(hand, *lines), back, warning, SAID)


def _release(hand: Hand) -> Form:
    row, seen = hand.seen.row, hand.seen
    classes = hand.gateway.rulebook.classes
    goes = ", ".join(show.called(seen.shared, seen.kind, classes)) or "nothing"
    stays = ", ".join(show.called(seen.withheld, seen.kind, classes)) or "nothing"
    wanted = [excuse for reason in row.reasons for excuse in sorted(EXCUSES.get(reason, ()))]
    excuses = Field(
        "excuses", "What allows it all the same?", Shape.SEVERAL, "", "Choose what allows it",
        tuple((str(one), spoken.EXCUSES[one]) for one in dict.fromkeys(wanted)),
    )  # fmt: skip
    lines = (f"What goes: {goes}.", f"What is withheld: {stays}.", _signatures(row))
    fields = (excuses,) if excuses.choices else ()
    return _form(hand, "Sign for its release", "Put my signature under it", *lines, fields=fields)


def _signatures(row: holds.Row) -> str:
    if person().id in row.signers:
        return "You have signed it: it goes when somebody else has signed, too."
    if row.people - row.signed > 1:
        far = f"{row.signed} signed so far"
        return f"It takes {row.people} people, one after the other: {far}. With the last it goes at once."
    return "Yours is the last signature: with it, it goes at once."


def _released(hand: Hand, filled: Filled) -> str:
    said = map(Excuse, filled.several.get("excuses", ()))
    about, why = hand.seen.row.disclosure, filled.answers["reason"]
    made = holds.release(hand.gateway, hand.store, person(), about, why, hand.at, said)
    return "signed" if made is None else made.decision.outcome


def _refuse(hand: Hand) -> Form:
    return _form(hand, "Decide that it does not go", "It does not go", "Not sharing is a decision too: it is kept.")


def _refused(hand: Hand, filled: Filled) -> str:
    holds.refuse(hand.gateway, hand.store, person(), hand.seen.row.disclosure, filled.answers["reason"], hand.at)
    return "refused"


def _break(hand: Hand) -> Form:
    warning = "Only where a child may come to harm while it waits. Somebody else looks at it on the next working day."
    return _form(hand, "Let it go alone", "Let it go now", warning=warning)


def _broken(hand: Hand, filled: Filled) -> str:
    about, why = hand.seen.row.disclosure, filled.answers["reason"]
    return holds.break_glass(hand.gateway, hand.store, person(), about, why, hand.at).decision.outcome


STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "release": Step("Sign for its release", lambda role, seen: _signs(role, seen) and not seen.stands, _release,
                        _released),
        "refuse": Step("Decide that it does not go", _signs, _refuse, _refused),
        "break-glass": Step("Let it go alone, in an emergency", lambda _, seen: seen.glass and not seen.stands, _break,
                            _broken, Code.NO_GLASS_HERE),
    }
)  # fmt: skip
"""By the last part of its address."""
