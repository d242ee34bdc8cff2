"""What stops a disclosure that law and agreement would let go, until people have looked at it.

Flags on a child, a restriction or an objection, another organisation's terms, an answer that says too much.
"""

from gateway.core.decisions.holding import GLASS, HOLDS
from gateway.core.decisions.question import Question
from gateway.core.errors import Code
from gateway.core.terms import Basis, Flag, PurposeCode

RETURNS = frozenset({PurposeCode("P01"), PurposeCode("P02")})
"""What a school owes its own council whatever stands on the child: it is not held, but opens to few."""

ANSWERABLE = 1
"""The highest grade of a reply about a child with a flag: known, or not known (law.md §1.7, §9 rule 10)."""

_AT_ONCE = frozenset({PurposeCode("P09"), PurposeCode("P13"), PurposeCode("P34")})
_OBJECTED_TO = frozenset({Basis.A6E, Basis.A6EA, Basis.A6F})


def reasons(question: Question, basis: Basis, *, duty: bool) -> tuple[Code, ...]:
    """Why people have to look first. Article 21 gives no objection against a legal obligation (law.md §1.8)."""
    if question.own and question.purpose in RETURNS:
        return ()
    flagged = bool(question.stops)
    return (
        *([Code.FLAGGED] if flagged else []),
        *([Code.GRADE_CAPPED] if flagged and question.grade is not None and question.grade > ANSWERABLE else []),
        *([Code.RESTRICTED] if Flag.RESTRICTION in question.flags else []),
        *([Code.OBJECTED] if Flag.OBJECTION in question.flags and basis in _OBJECTED_TO else []),
        *([Code.ONWARD] if not duty and _barred_by_source(question) else []),
    )


def is_cleared(question: Question, reason: Code) -> bool:
    """Whether people have put ``reason`` out of the way. Nobody approves what they asked for themselves.

    A broken glass lets nothing go to whoever is not one of ``GLASS``, whatever else was signed.
    """
    if question.clearance.glass and question.recipient.kind not in GLASS:
        return False
    if not question.clearance.clears(reason, question.flags):
        return False
    if reason is not Code.SECOND_PERSON or question.one_off is None or question.clearance.glass:
        return True
    return any(person != question.one_off.by for person in question.clearance.by)


def too_urgent(question: Question) -> bool:
    """Whether the second person looks at it on the next working day: a child may come to harm meanwhile."""
    return question.purpose in _AT_ONCE or question.immediate


def of_form(question: Question, *, later: bool) -> tuple[Code, ...]:
    """What an officer's form alone asks: that it carried nothing else before, and a second person beforehand."""
    used = question.one_off is not None and question.one_off.used
    return (*([Code.FORM_USED] if used else []), *([] if later else [Code.SECOND_PERSON]))


def _barred_by_source(question: Question) -> bool:
    """Whether it came from another organisation on terms that do not let it go on, or serve this purpose."""
    origin = question.origin
    if origin is None or question.recipient.id == origin.source:
        return False
    return not (origin.onward or question.own) or not (origin.reuse or question.purpose == origin.purpose)


__all__ = ["ANSWERABLE", "HOLDS", "RETURNS", "is_cleared", "of_form", "reasons", "too_urgent"]
