"""The whole reasoning behind one decision in plain words: the ten checks of law.md §2.4, each with its answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.core import law
from gateway.core.decisions.holding import people
from gateway.core.decisions.question import Decision, Question
from gateway.core.errors import HELP, Code
from gateway.core.law import Classes, Purposes
from gateway.core.terms import Item, Outcome

TITLES = (
    "The purpose is known and open",
    "Sender and recipient are organisations of today",
    "There is a power, and an agreement, a duty or a recorded decision",
    "Only what is listed goes",
    "The legal fields are complete for what goes",
    "No flag, restriction, objection or other organisation's terms stand against it",
    "The recipient's registered certificate and assurance hold, and the carrier is lawful",
    "It is no more than was agreed",
    "People have looked at it where people have to",
    "The log knows first",
)

_CHECK: Mapping[Code, int] = MappingProxyType(
    {
        Code.PURPOSE_OFF: 1, Code.YES_NO_ONLY: 1, Code.NOT_FOUND: 1,
        Code.NO_RECIPIENT: 2, Code.UNKNOWN_SENDER: 2, Code.NOT_ENROLLED: 2,
        Code.NO_PURPOSE: 3, Code.NO_AGREEMENT: 3, Code.AGREEMENT_NOT_IN_FORCE: 3, Code.REQUEST_INCOMPLETE: 3,
        Code.NEEDED_FOR: 3, Code.FORM_USED: 3,
        Code.NOTHING_TO_SHARE: 4, Code.REFUSED_ITEM: 4, Code.WRONG_VERSION: 4, Code.TOO_OLD: 4, Code.MINIMUM_ITEMS: 4,
        Code.BASIS_NOT_OPEN: 5, Code.NO_ARTICLE_9: 5, Code.NO_ARTICLE_10: 5, Code.BARRED: 5,
        Code.EXEMPTION_NOT_OPEN: 5, Code.NO_CONSENT: 5,
        Code.FLAGGED: 6, Code.RESTRICTED: 6, Code.OBJECTED: 6, Code.ONWARD: 6, Code.GRADE_CAPPED: 6,
        Code.CONSENT_TO_LEAVE: 6,
        Code.NO_CERTIFICATE: 7, Code.ASSURANCE_EXPIRED: 7, Code.CARRIER: 7, Code.ONBOARDING: 7,
        Code.TOO_MANY_CHILDREN: 8, Code.TOO_MANY_MESSAGES: 8, Code.BULK: 8,
        Code.SECOND_PERSON: 9, Code.APPROVAL: 9,
    }
)  # fmt: skip
"""Which of the ten checks a reason belongs to."""


@dataclass(frozen=True, slots=True)
class Step:
    """One check. ``words`` say what was found, ``mend`` what to do where it does not hold."""

    number: int
    title: str
    holds: bool
    words: tuple[str, ...]
    mend: tuple[str, ...] = ()


def steps(question: Question, decision: Decision, purposes: Purposes, classes: Classes) -> Iterator[Step]:
    """The ten checks in order. What the decision says stands; this only tells it."""
    failed: dict[int, list[Code]] = {}
    for reason in decision.reasons:
        failed.setdefault(_CHECK.get(reason, 3), []).append(reason)
    found = (
        _purpose(question, purposes),
        _parties(question),
        _ground(decision),
        _items(question, decision),
        _legal(question, decision, classes),
        _flags(question, decision),
        _way(question),
        _volume(question),
        _people(decision),
        ("The line would be written before anything leaves. Nothing was written or sent now.",),
    )
    for number, (title, words) in enumerate(zip(TITLES, found, strict=True), 1):
        reasons = failed.get(number, [])
        said = (*words, *(HELP[reason].sentence for reason in reasons))
        yield Step(number, title, not reasons, said, tuple(HELP[reason].fix for reason in reasons))


def outcome_words(decision: Decision) -> str:
    """What it comes to, in a sentence."""
    if decision.outcome is Outcome.RELEASE:
        return "Release: it may go."
    if decision.outcome is Outcome.REFUSE:
        return "Refuse: something has to be mended first."
    number = people(decision.reasons)
    return f"Hold: it waits for {'two people' if number > 1 else 'a person'} to look at it."


def _purpose(question: Question, purposes: Purposes) -> tuple[str, ...]:
    purpose = purposes.get(question.purpose)
    if purpose is None:
        return (f"{question.purpose} is not in the table of purposes.",)
    return (f"{purpose.code} {purpose.name}: {purpose.sentence}", f"Verdict: {purpose.verdict}. {purpose.guard_rails}")


def _parties(question: Question) -> tuple[str, ...]:
    return tuple(
        f"{role}: {one.name} ({one.id}), {one.kind}, {_until(one.in_effect.last)}"
        for role, one in (("Discloser", question.discloser), ("Recipient", question.recipient))
    )


def _until(last: object) -> str:
    return "in effect" if last is None else f"in effect until {last}"


def _ground(decision: Decision) -> tuple[str, ...]:
    legal = decision.legal
    if legal is None:
        return ()
    power = (f"Power: {legal.power} ({'duty' if legal.duty else 'power'}).",)
    if decision.duty_flow:
        return (*power, "Statute obliges: no agreement is needed, and none can stop it.")
    if decision.recorded:
        return (*power, "It stands on a recorded decision about one named child.")
    return (*power, f"Agreement: {decision.agreement}." if decision.agreement else "No agreement in force covers it.")


def _items(question: Question, decision: Decision) -> tuple[str, ...]:
    wanted = frozenset(question.pupils)
    there = frozenset[Item]().union(*(one.items for one in question.document.pupils if one.number in wanted))
    if decision.outcome is Outcome.REFUSE:
        return (f"The document holds {len(there)} kinds of item about {len(wanted)} pupil(s).",)
    going, staying = sorted(there & decision.allowed), sorted(there - decision.allowed)
    made = () if question.made is None else (f"The document was made on {question.made}.",)
    return (*made, f"Goes: {', '.join(going) or 'nothing'}.", f"Stays: {', '.join(staying) or 'nothing'}.")


def _legal(question: Question, decision: Decision, classes: Classes) -> tuple[str, ...]:
    legal = decision.legal
    if legal is None:
        return ("Nothing would go, so there is nothing to put the six tests to.",)
    wanted = frozenset(question.pupils)
    there = frozenset[Item]().union(*(one.items for one in question.document.pupils if one.number in wanted))
    found = law.classes_of(there & decision.allowed, classes, question.document.kind)
    fields = (legal.art6, legal.art9, legal.sch1, legal.art10, legal.exemption, legal.apd)
    return (
        f"What goes is: {', '.join(sorted(one.words for one in found)) or 'nothing'}.",
        f"Legal fields: {', '.join(str(one) for one in fields if one)}.",
    )


def _flags(question: Question, decision: Decision) -> tuple[str, ...]:
    count = len(question.flags)
    stands = (f"{count} flag(s) stand on these children.",) if count else ("No flag stands on these children.",)
    origin = question.origin
    came = () if origin is None else (f"It came from {origin.source} under {origin.purpose}.",)
    return (*stands, *came, *(f"Cleared: {HELP[one].sentence}" for one in decision.cleared))


def _way(question: Question) -> tuple[str, ...]:
    return (f"Carrier: {question.carrier}.",)


def _volume(question: Question) -> tuple[str, ...]:
    sent = "; ".join(f"{number} today under {ref}" for ref, number in question.sent_today)
    return (f"{len(question.pupils)} pupil(s) in this message{f'; {sent}' if sent else ''}.",)


def _people(decision: Decision) -> tuple[str, ...]:
    if decision.approve_later:
        return ("It is too urgent to wait: a second person looks at it by the end of the next working day.",)
    remarks = tuple(f"{HELP[one].sentence} {HELP[one].fix}" for one in decision.remarks)
    if remarks:
        return remarks
    cleared = decision.clearance.by
    return (f"{len(cleared)} signature(s).",) if cleared else ("No signature is on record.",)
