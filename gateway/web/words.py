"""How codes are said to people: one table for each, whole; a code without words would stand on a page as it is."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from gateway.core.cases import CaseState
from gateway.core.documents import RULES
from gateway.core.documents.messages.words import (
    ClosureEvidence,
    ClosureOutcome,
    ForRole,
    Profession,
    Question,
    Side,
    Step,
    StepResult,
    TransferReason,
    Urgency,
)
from gateway.core.errors import HELP, Code
from gateway.core.facts import Because, Channel, Ending, EntryKind, How, Role, TaskKind
from gateway.core.records import Act
from gateway.core.terms import Kind
from gateway.flows import apart, watching

Coded = TypeVar("Coded", bound=StrEnum)

BECAUSE: Mapping[Because, str] = MappingProxyType(
    {
        Because.NO_DESTINATION: "Left school, and nobody knows where to",
        Because.GROUND_F: "Taken off the roll to be taught otherwise than at school (ground F)",
        Because.GROUND_G: "Taken off the roll: lives too far away (ground G)",
        Because.GROUND_H: "Taken off the roll: did not come back from leave (ground H)",
        Because.GROUND_I: "Taken off the roll: absent for twenty school days (ground I)",
        Because.UNSUITABLE_HOME_EDUCATION: "Home education found unsuitable",
        Because.REFERRAL: "Referred to us",
        Because.NOTICE: "Another council told us",
        Because.TRANSFER: "Taken over from another council",
        Because.LEFT_NOT_ARRIVED: "Left a school, and has not arrived at the next",
        Because.BLOCKED_FILE: "The school’s return was stopped by an error",
        Because.BY_HAND: "Opened by hand",
    }
)

OPENED_BY: Mapping[ForRole, str] = MappingProxyType(
    {ForRole.SENCO: "SENCo", ForRole.DSL: "designated safeguarding lead"}
)
"""Who alone opens what is kept for one role at a school."""

KEPT_UNDER: Mapping[str, str] = MappingProxyType({code: OPENED_BY[role] for code, role in apart.OPENS.items()})
"""The same by the purpose under which it came."""

STATES: Mapping[CaseState, tuple[str, str]] = MappingProxyType(
    {
        CaseState.OPEN: ("Open", "blue"),
        CaseState.OFFERED: ("Offered to another council", "yellow"),
        CaseState.TRANSFERRED: ("Taken over by another council", "grey"),
        CaseState.CLOSED: ("Closed", "green"),
        CaseState.MERGED: ("Merged with another case", "grey"),
    }
)
"""Each state, and the colour of its tag."""

ENTRIES: Mapping[EntryKind, str] = MappingProxyType(
    {
        EntryKind.FACT: "Fact",
        EntryKind.OPINION: "Opinion",
        EntryKind.SENT: "Sent",
        EntryKind.RECEIVED: "Received",
        EntryKind.TOLD: "Told",
        EntryKind.LEARNT: "Learnt",
        EntryKind.STEP: "Step of the enquiries",
        EntryKind.REFERRER: "Who told us",
    }
)

ENDINGS: Mapping[Ending, str] = MappingProxyType(
    {
        Ending.ENROLLED_AND_STARTED: "Enrolled at a school, and has started there",
        Ending.SUITABLE_HOME_EDUCATION: "Home education was found suitable",
        Ending.ABROAD_CONFIRMED: "Has left the country, and it is confirmed",
        Ending.DIED: "Has died",
        Ending.OVER_AGE: "Is over compulsory school age",
        Ending.ENQUIRIES_EXHAUSTED: "Every enquiry was made (a manager only)",
    }
)

CHANNELS: Mapping[Channel, str] = MappingProxyType(
    {
        Channel.PHONE: "By phone",
        Channel.EMAIL: "By e-mail",
        Channel.LETTER: "By letter",
        Channel.MEETING: "At a meeting",
        Channel.COURT: "In court",
        Channel.S2S: "By school2school",
    }
)

SIDES: Mapping[Side, str] = MappingProxyType({Side.SCHOOL: "The school", Side.COUNCIL: "The council"})

STEPS: Mapping[Step, str] = MappingProxyType(
    {
        Step.FIRST_DAY_CALL: "Called on the first day of absence",
        Step.EMERGENCY_CONTACTS: "Asked the emergency contacts",
        Step.SIBLINGS_ASKED: "Asked brothers and sisters, or their schools",
        Step.HOME_VISIT: "Visited the home",
        Step.ADMISSIONS_ASKED: "Asked admissions",
        Step.RECORDS_SEARCHED: "Searched our records",
        Step.PREVIOUS_SCHOOL_ASKED: "Asked the school before",
        Step.HEALTH_ASKED: "Asked health services",
        Step.HOUSING_ASKED: "Asked housing",
        Step.SOCIAL_CARE_ASKED: "Asked social care",
        Step.POLICE_ASKED: "Asked the police",
        Step.OTHER_COUNCIL_ASKED: "Asked another council",
        Step.SOCIAL_MEDIA: "Looked at what is public on social media",
        Step.BORDER_ASKED: "Asked the border authorities",
    }
)

RESULTS: Mapping[StepResult, str] = MappingProxyType(
    {
        StepResult.NO_ANSWER: "No answer",
        StepResult.NO_TRACE: "No trace",
        StepResult.LEAD_FOUND: "Found something to follow",
        StepResult.CHILD_FOUND: "Found the child",
    }
)

URGENCIES: Mapping[Urgency, str] = MappingProxyType(
    {
        Urgency.ROUTINE: "Routine: somebody reads it in the next days",
        Urgency.SAME_DAY: "Same day: somebody has to read it today",
        Urgency.IMMEDIATE: "Immediate: a child may be in danger now",
    }
)

KINDS: Mapping[Kind, str] = MappingProxyType({Kind.NOTICE: "Notice", Kind.ENQUIRY: "Enquiry"})
"""What is followed on its way."""

ACTS: Mapping[Act, str] = MappingProxyType(
    {
        Act.RELEASE: "Released",
        Act.HOLD: "Held for people",
        Act.REFUSE: "Refused",
        Act.RECEIVE: "Received",
    }
)

TO_PHONE: Mapping[TaskKind, str] = MappingProxyType(
    {
        TaskKind.NOTICE_UNRECEIPTED: "Their system has not received it. Phone them now.",
        TaskKind.NOTICE_UNOPENED: "Nobody there has opened it. Phone them now.",
        TaskKind.ENQUIRY_COPY: "They have not said that their copy is destroyed.",
    }
)

PROFESSIONS: Mapping[Profession, str] = MappingProxyType(
    {
        Profession.SOCIAL_CARE: "Social care",
        Profession.EARLY_HELP: "Early help",
        Profession.HEALTH_VISITOR: "Health visitor",
        Profession.SCHOOL_NURSE: "School nurse",
        Profession.YOUTH_JUSTICE: "Youth justice",
        Profession.POLICE: "Police",
        Profession.SEND: "Special educational needs",
        Profession.VIRTUAL_SCHOOL: "Virtual school",
        Profession.PSYCHOLOGY: "Educational psychology",
    }
)

QUESTIONS: Mapping[Question, str] = MappingProxyType(
    {
        Question.MAY_BE_IN_YOUR_AREA: "The child may be in your area",
        Question.IS_THE_CHILD_KNOWN: "Is the child known to you?",
        Question.HAS_MOVED: "The child has moved to your area",
    }
)

OUTCOMES: Mapping[ClosureOutcome, str] = MappingProxyType(
    {
        ClosureOutcome.HOME_EDUCATION_SUITABLE: "The child is educated at home, suitably",
        ClosureOutcome.MOVED_ABROAD: "The child has moved abroad",
        ClosureOutcome.RESPONSIBILITY_TRANSFERRED: "Another council is responsible now",
        ClosureOutcome.OVER_COMPULSORY_AGE: "The child is over compulsory school age",
        ClosureOutcome.DIED: "The child has died",
        ClosureOutcome.ENQUIRIES_EXHAUSTED: "Nobody found the child",
    }
)
"""How an enquiry ends; that a child is at a school is told as a case that closes, and only where it has to be."""

EVIDENCE: Mapping[ClosureEvidence, str] = MappingProxyType(
    {
        ClosureEvidence.SCHOOL_CONFIRMED_ROLL: "A school confirmed it",
        ClosureEvidence.HOME_EDUCATION_ASSESSED: "The home education was assessed",
        ClosureEvidence.AUTHORITY_ABROAD_CONFIRMED: "An authority abroad confirmed it",
        ClosureEvidence.COUNCIL_ACCEPTED: "The other council accepted",
        ClosureEvidence.RECORDS_SEARCHED: "Our records were searched",
        ClosureEvidence.HOME_VISITED: "Somebody visited the home",
        ClosureEvidence.BORDER_RECORD: "A border record shows it",
        ClosureEvidence.DATE_OF_BIRTH: "The date of birth shows it",
        ClosureEvidence.DEATH_REGISTERED: "The death was registered",
    }
)

TRANSFER_REASONS: Mapping[TransferReason, str] = MappingProxyType(
    {
        TransferReason.DOES_NOT_LIVE_HERE: "Not ours: the child does not live here",
        TransferReason.NOT_ENOUGH_EVIDENCE: "Not yet: there is not enough evidence",
        TransferReason.BELONGS_TO_ANOTHER_COUNCIL: "Not ours: it belongs to another council",
        TransferReason.ALREADY_OURS: "We have this case already",
        TransferReason.SCHOOL_DISAGREES: "Not yet: the school disagrees",
    }
)

TEAMS = watching.TEAMS

GRADES: tuple[tuple[str, str], ...] = (
    ("1", "Whether the child is known there"),
    ("2", "At which school the child is"),
    ("3", "How the family is reached"),
    ("4", "Who works with the child"),
)
"""How full an answer is asked (law.md §5); “no trace here” may always be answered."""

HIDDEN = frozenset({"pair"})
"""What stands in an entry for ourselves, and in its text for people."""

PARTICULARS: Mapping[str, str] = MappingProxyType(
    {
        "person": "With",
        "identity": "How we made sure who it was",
        "to": "To",
        "urgency": "Urgency",
        "side": "By",
        "step": "Step",
        "result": "Result",
        "school": "School",
        "place": "Where the child is",
        "family": "Parents or carers",
        "age": "How old",
        "day": "Day",
        "who": "Assessed by",
        "name": "Name",
        "role": "Office, or how they know the child",
        "reach": "Phone or e-mail",
        "seen": "Last at school, as they think",
        "how": "How we know",
        "reason": "Reason",
    }
)
"""What is written beside the text of an entry, by its name there."""

_VALUES: Mapping[str, str] = MappingProxyType(
    {
        str(code): said
        for table in (QUESTIONS, OUTCOMES, EVIDENCE, TRANSFER_REASONS, SIDES, STEPS, RESULTS, ENDINGS, URGENCIES)
        for code, said in table.items()
    }
)


def particulars(given: Mapping[str, str], text: str = "") -> tuple[tuple[str, str], ...]:
    """A label and what stands under it for each part of an entry, in one order, but for what ``text`` says already."""
    order = [*PARTICULARS, *sorted(given.keys() - PARTICULARS.keys() - HIDDEN)]
    said = ((name, said_of(given[name])) for name in order if given.get(name))
    return tuple((PARTICULARS.get(name, name.capitalize()), value) for name, value in said if value not in text)


_OPENED: Mapping[str, str] = MappingProxyType({f"Opened: {code}.": f"{said}." for code, said in BECAUSE.items()})


def text(said: str) -> str:
    """What an entry says; the one that opened the case, in words."""
    return _OPENED.get(said, said)


def said_of(value: str) -> str:
    """A code in words; anything else as it stands."""
    return _VALUES.get(value, value)


def broken(codes: str) -> str:
    """What stopped a file, in words: rules that it broke, or a refusal of the whole.

    Where in the file it was is not said: what was refused would have to be read again.
    """
    if not codes:
        return "Nothing about this pupil: an error elsewhere stopped the file."
    return f"{' '.join(map(_stopped, codes.split(', ')))} ({codes})"


def _stopped(code: str) -> str:
    rule = RULES.get(code.partition("-")[2])
    if rule is not None:
        return rule.sentence.format(name="Something", word="it")
    return HELP[Code(code)].sentence if code in set(Code) else ""


def choices(table: Mapping[Coded, str]) -> tuple[tuple[str, str], ...]:
    """A table of words as what a form lets people choose from."""
    return tuple((str(code), said) for code, said in table.items())


ROLES: Mapping[Role, str] = MappingProxyType(
    {
        Role.SCHOOL_SENDER: "School office, sends and reads",
        Role.SCHOOL_READER: "School office, reads",
        Role.TRUST: "Academy trust, for its schools",
        Role.ATTENDANCE: "Attendance agent",
        Role.DSL: "Designated safeguarding lead of a school",
        Role.SENCO: "SENCo",
        Role.ADMISSIONS: "Admissions",
        Role.TEAM: "Team member",
        Role.OFFICER: "Missing-education officer",
        Role.SAFEGUARDING: "Named safeguarding officer",
        Role.MANAGER: "Manager",
        Role.GOVERNANCE: "Information governance",
        Role.OPERATOR: "Operator",
        Role.AUDITOR: "Auditor",
    }
)
HOWS: Mapping[How, str] = MappingProxyType(
    {
        How.LINK: "a link",
        How.MAIL: "a link by e-mail",
        How.PASSKEY: "a passkey",
        How.OPENID: "your organisation’s account",
    }
)
