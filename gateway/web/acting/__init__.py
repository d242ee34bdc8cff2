"""What an officer may do with a case: a table of actions, each one form and one flow."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import url_for

from gateway.core import cases, roles
from gateway.core.cases import CaseState
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Ending
from gateway.core.records import Case, Person
from gateway.core.roles import Can
from gateway.core.terms import CaseId
from gateway.web.acting import ending, reaching, writing
from gateway.web.acting.hand import LOOK, Action, Hand
from gateway.web.forms import Field, Form, Shape

WHY = Field(
    "reason",
    "Why do you need to see this case?",
    Shape.AREA,
    "It is not yours. What you write stands in the log with your name, closed to everybody but auditors.",
    "Say in a sentence why you need to see this case",
)


def action(hand: Hand, name: str) -> Action:
    found = ACTIONS.get(name)
    if found is None or not may(hand.person, hand.case, found):
        raise Refusal(Code.NOT_FOUND)
    return found


def may(person: Person, case: Case, one: Action) -> bool:
    return case.state in one.states and roles.may(person.role, one.needs)


def look(case: CaseId) -> Form:
    return Form(f"Open case {case}", "Open the case", (WHY,), back=url_for("cases_list"), about=LOOK)


_WRITTEN = cases.LIVE | {CaseState.CLOSED, CaseState.TRANSFERRED}
_OVER = frozenset({CaseState.CLOSED, CaseState.TRANSFERRED, CaseState.MERGED})

ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "note": Action("Write a note", _WRITTEN, writing.note, writing.noted),
        "step": Action("Write a step of the enquiries", _WRITTEN, writing.step, writing.stepped),
        "learnt": Action("Write down what somebody told us", _WRITTEN, writing.learnt, writing.heard),
        "told": Action("Tell somebody by word of mouth", _WRITTEN, reaching.tell, reaching.told),
        "tell": Action("Tell another council", _WRITTEN, reaching.notice, reaching.noticing),
        "enquiry": Action("Ask other councils after this child", _WRITTEN, reaching.enquiry, reaching.looked),
        "joint": Action("Send the log of the joint enquiries", _WRITTEN, reaching.joint, reaching.joined),
        "transfer": Action(
            "Hand this case over to another council", frozenset({CaseState.OPEN}), reaching.transfer,
            reaching.transferred,
        ),
        "assign": Action("Give this case to somebody", cases.LIVE, ending.assign, ending.assigned),
        "merge": Action("Merge with another case", cases.LIVE, ending.merge, ending.merged),
        "close": Action("Close this case", cases.LIVE, ending.close, ending.closing),
        **{f"close-{one}": ending.closed_by(one) for one in Ending},
        "limit": Action(
            "Close this case to all but named people", frozenset(CaseState), ending.limit, ending.limited,
            Can.CLOSE_TO_OTHERS,
        ),
        "referrer": Action("See who told us of the child", frozenset(CaseState), ending.referrer, ending.referrers),
        "reopen": Action("Open this case again", _OVER, ending.reopen, ending.reopened),
    }
)  # fmt: skip
"""By the last part of its address. One without a link is reached from another."""
