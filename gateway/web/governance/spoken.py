"""How the codes of information governance are said to people: one table for each, whole."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.core.agreements import Status
from gateway.core.documents.messages.words import RefusalReason
from gateway.core.facts import (
    Asker,
    BreachNature,
    BreachRisk,
    Excuse,
    KeptReason,
    NoticeAnswer,
    RecallOutcome,
    RecallReason,
    RightsStep,
    Whole,
)
from gateway.core.retention import Live
from gateway.core.terms import Flag, Kind

FLAGS: Mapping[Flag, str] = MappingProxyType(
    {
        Flag.ADDRESS_CONFIDENTIAL: "The address is confidential",
        Flag.ADOPTED_IDENTITY: "Adopted: the old and the new name must not meet",
        Flag.PROTECTED_PERSON: "A protected person",
        Flag.RESTRICTED_RESPONSIBILITY: "A court order keeps somebody away",
        Flag.S47_LIVE: "A child-protection enquiry is going on (section 47)",
        Flag.REFERRER_CONFIDENTIAL: "Who referred the child is confidential",
        Flag.ASK_FIRST: "A partner asked to be asked first",
        Flag.DIED: "The school says that the child has died",
        Flag.RESTRICTION: "Somebody asked that nothing else be done with it (Article 18)",
        Flag.OBJECTION: "Somebody objected to its use (Article 21)",
        Flag.NHS_OPT_OUT: "The NHS number is not to be used",
    }
)

EXCUSES: Mapping[Excuse, str] = MappingProxyType(
    {
        Excuse.FAMILY_ASKED: "The family asked for it",
        Excuse.LEGAL_DUTY: "The law requires it",
        Excuse.COMPLETE_SERVICE: "The service could not be given without it",
        Excuse.FRAUD: "To prevent or detect fraud",
        Excuse.SERIOUS_HARM: "To prevent serious harm",
        Excuse.LEGAL_CLAIM: "For a legal claim",
        Excuse.PROTECT_ANOTHER: "To protect another person’s rights",
        Excuse.PUBLIC_INTEREST: "An important public interest",
        Excuse.COMPELLING_GROUND: "A compelling ground that overrides the objection",
    }
)

ASKERS: Mapping[Asker, str] = MappingProxyType(
    {
        Asker.CHILD: "The child",
        Asker.PARENT: "A parent, or somebody with parental responsibility",
        Asker.SIBLING: "A brother or sister",
        Asker.REFERRER: "Somebody who referred the child",
        Asker.WORKER: "Somebody who works with the child",
        Asker.PARTNER: "Another organisation, for the person",
    }
)

STEPS: Mapping[RightsStep, tuple[str, str]] = MappingProxyType(
    {
        RightsStep.IDENTITY_ASKED: ("Asked who they are", "The clock begins when they have shown it."),
        RightsStep.IDENTITY_SHOWN: ("They showed who they are", "Say what you saw, such as a passport."),
        RightsStep.RESPONSIBILITY_ASKED: ("Asked for evidence of parental responsibility", "The clock stands still."),
        RightsStep.RESPONSIBILITY_SHOWN: ("They showed parental responsibility", "Say what you saw."),
        RightsStep.CHILD_AGREED: ("The child was asked, and agrees", "From twelve a child is asked first."),
        RightsStep.COMPETENCE_JUDGED: ("Judged whether the child can decide", "Say who judged it, and what they saw."),
        RightsStep.MEANING_SAID: ("They said which one is wrong", "Ask who asked, and tick what they mean."),
        RightsStep.PAUSED: ("Paused", "Say what you asked them for: the clock stands still until it comes."),
        RightsStep.RESUMED: ("Resumed", "What was asked for has come: the clock goes on."),
        RightsStep.EXTENDED: ("Extended by two months", "It is complex, or there are many. Tell them why in time."),
        RightsStep.ACKNOWLEDGED: ("Acknowledged", "Tell them that you have it, and how they may take it further."),
        RightsStep.RELEASE_SIGNED: ("Signed that more than “your council” is named", "Two people sign for it."),
        RightsStep.GRANTED: ("Granted", "It is done, and past recipients are told of it."),
        RightsStep.REFUSED: ("Refused", "Tell them why, and of the Information Commissioner."),
        RightsStep.WITHDRAWN: ("Withdrawn by who asked", "Say how they told you."),
        RightsStep.TOLD: ("Told before a restriction is lifted", "Say how you told them."),
    }
)  # fmt: skip
"""Each step that was taken, and what to know of it before it is."""

ANSWERED: Mapping[NoticeAnswer, tuple[str, str]] = MappingProxyType(
    {
        NoticeAnswer.ACKNOWLEDGED: ("Acknowledged", "green"),
        NoticeAnswer.REFUSED: ("Refused", "red"),
        NoticeAnswer.IMPOSSIBLE: ("Impossible", "grey"),
    }
)
"""What a past recipient made of it, and the colour of its tag."""

DECLINED: Mapping[RefusalReason, str] = MappingProxyType(
    {
        RefusalReason.NOT_FOR_US: "It is not for us",
        RefusalReason.NOT_OUR_AREA: "It is not our area",
        RefusalReason.NO_AGREEMENT: "No agreement covers it",
        RefusalReason.NO_POWER: "The law gives us no power to do it",
        RefusalReason.CANNOT_BE_READ: "It cannot be read",
        RefusalReason.UNKNOWN_CHILD: "We do not know the child",
        RefusalReason.WRONG_GRADE: "It asks more than may be answered",
        RefusalReason.STOP_FLAG: "It could lead somebody to the child",
        RefusalReason.INCOMPLETE_REQUEST: "It does not say enough",
    }
)

NATURES: Mapping[BreachNature, str] = MappingProxyType(
    {
        BreachNature.WRONG_RECIPIENT: "It went to the wrong recipient",
        BreachNature.LOST: "It was lost",
        BreachNature.STOLEN: "It was stolen",
        BreachNature.ALTERED: "It was altered, or wrong",
        BreachNature.UNAVAILABLE: "It cannot be reached",
        BreachNature.UNAUTHORISED_ACCESS: "Somebody saw it who may not",
    }
)

RISKS: Mapping[BreachRisk, str] = MappingProxyType(
    {
        BreachRisk.UNLIKELY: "Unlikely: the Commissioner need not be told, and you say why",
        BreachRisk.LIKELY: "Likely: the Commissioner is told within 72 hours",
        BreachRisk.HIGH: "High: the Commissioner is told, and the people without delay",
    }
)

RECALLED: Mapping[RecallReason, str] = MappingProxyType(
    {
        RecallReason.WRONG_RECIPIENT: "It went to the wrong recipient",
        RecallReason.WRONG_CHILD: "It is about the wrong child",
        RecallReason.WRONG_CONTENT: "What it says is wrong",
        RecallReason.TOO_MUCH: "It says too much",
        RecallReason.STOP_FLAG: "It could lead somebody to the child",
    }
)

BECAME: Mapping[RecallOutcome, str] = MappingProxyType(
    {
        RecallOutcome.DELETED: "Deleted",
        RecallOutcome.KEPT: "Kept, with a reason",
        RecallOutcome.SHARED_ON: "Passed on to others",
        RecallOutcome.NOT_FOUND: "Not found",
    }
)

KEPT: Mapping[KeptReason, str] = MappingProxyType(
    {
        KeptReason.NEEDED_TO_PROTECT_A_CHILD: "It is needed to protect a child",
        KeptReason.LEGAL_CLAIM: "It is needed for a legal claim",
        KeptReason.STATUTORY_RECORD: "The law obliges us to keep it",
        KeptReason.WITH_ANOTHER_BODY: "Another body has it",
    }
)

STATUSES: Mapping[Status, tuple[str, str]] = MappingProxyType(
    {
        Status.DRAFT: ("Draft", "grey"),
        Status.IN_CONSULTATION: ("Before its parties", "blue"),
        Status.SIGNED: ("Signed", "blue"),
        Status.ACTIVE: ("In force", "green"),
        Status.REVIEW_DUE: ("In force, review due", "yellow"),
        Status.SUSPENDED: ("Suspended", "red"),
        Status.EXPIRED: ("Over", "grey"),
        Status.WITHDRAWN: ("Ended", "grey"),
        Status.SUPERSEDED: ("Replaced by a newer version", "grey"),
    }
)
"""How far an agreement has come, and the colour of its tag."""

STOPS: Mapping[Live, str] = MappingProxyType(
    {
        Live.HELD: "Somebody holds it",
        Live.RESTRICTED: "The child’s record is restricted",
        Live.TASK: "Somebody still has something to do about it",
        Live.UNDER_WAY: "It is under way",
        Live.WATCHED: "A child in it is watched",
        Live.CASE: "A case about it is open",
        Live.RIGHTS: "A request about it runs",
    }
)
"""Why something is not destroyed though its year is over."""

DOCUMENTS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.CTF: "Transfer file",
        Kind.CML: "List of leavers",
        Kind.CMJ: "List of joiners",
        Kind.NOTICE: "Notice about a child",
        Kind.ENQUIRY: "Enquiry about a child",
        Kind.REPLY: "Answer to an enquiry",
        Kind.TRANSFER: "Case handed on",
        Kind.TRANSFER_ANSWER: "Answer to a case handed on",
        Kind.CLOSURE: "Notice that a case is closed",
        Kind.JOINT_LOG: "Log of joint enquiries",
        Kind.REQUEST: "Request for a file",
        Kind.ACKNOWLEDGEMENT: "Acknowledgement",
        Kind.REFUSAL: "Refusal",
        Kind.RECALL: "Recall",
        Kind.RECALL_ANSWER: "Answer to a recall",
        Kind.BREACH: "Notice of a breach",
        Kind.RIGHTS: "Notice of somebody’s right",
        Kind.REFERRAL: "Referral of a child",
        Kind.CHECK: "Yes-or-no check",
        Kind.CHECK_ANSWER: "Answer to a check",
        Kind.ABSENCE: "Absence return",
        Kind.CASEFILE: "Case file",
        Kind.DELETION: "Deletion return",
        Kind.ENCLOSURE: "SEND or safeguarding file",
    }
)
"""What a document is called, where it stands for itself."""

WHOLES: Mapping[Whole, str] = MappingProxyType(
    {
        Whole.PAPERS: "File or message",
        Whole.CASE: "Case with its timeline",
        Whole.RIGHTS_REQUEST: "Request about somebody’s own data",
        Whole.BREACH: "Breach record",
        Whole.FLAG: "Flag on a child",
        Whole.CONSENT: "Consent of a parent",
        Whole.YEAR: "What was done in a year",
    }
)
"""What is kept and ends as one."""
