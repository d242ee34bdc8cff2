"""Closed lists of the law and of the formats: what a document is, on which basis, what stops it, what comes of it."""

from enum import StrEnum


class Kind(StrEnum):
    """What a document is: a transfer file, a school's return of leavers or of joiners, a notice between councils."""

    CTF = "ctf"
    CML = "cml"
    CMJ = "cmj"
    NOTICE = "notice"
    ENQUIRY = "enquiry"
    REPLY = "reply"
    TRANSFER = "transfer"
    TRANSFER_ANSWER = "transfer-answer"
    CLOSURE = "closure"
    JOINT_LOG = "joint-log"
    REQUEST = "request"
    ACKNOWLEDGEMENT = "acknowledgement"
    REFUSAL = "refusal"
    RECALL = "recall"
    RECALL_ANSWER = "recall-answer"
    BREACH = "breach"
    RIGHTS = "rights"
    REFERRAL = "referral"
    CHECK = "check"
    CHECK_ANSWER = "check-answer"
    ABSENCE = "absence"
    CASEFILE = "casefile"
    DELETION = "deletion"
    ENCLOSURE = "enclosure"


class Basis(StrEnum):
    """Article 6(1) UK GDPR, the lawful bases in the vocabulary of ``partners/purposes.toml``."""

    A6A = "A6A"
    A6C = "A6C"
    A6D = "A6D"
    A6E = "A6E"
    A6EA = "A6EA"
    A6F = "A6F"


class Flag(StrEnum):
    """What stops or narrows every disclosure about a child (law.md §1.7; Articles 18 and 21 UK GDPR; §1.6)."""

    ADDRESS_CONFIDENTIAL = "address-confidential"
    ADOPTED_IDENTITY = "adopted-identity"
    PROTECTED_PERSON = "protected-person"
    RESTRICTED_RESPONSIBILITY = "restricted-responsibility"
    S47_LIVE = "s47-live"
    REFERRER_CONFIDENTIAL = "referrer-confidential"
    ASK_FIRST = "ask-first"
    """A partner asked to be asked before the family is contacted or anything is shared on."""
    DIED = "died"
    """A school's return says so (ground K): nothing goes out before people have looked."""
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    NHS_OPT_OUT = "nhs-opt-out"

    @property
    def stop(self) -> bool:
        """Whether it may lead somebody to the child: then the recipient's very name is a location."""
        return self not in {Flag.RESTRICTION, Flag.OBJECTION, Flag.NHS_OPT_OUT}


class Outcome(StrEnum):
    """What was decided about one recipient."""

    RELEASE = "release"
    HOLD = "hold"
    REFUSE = "refuse"
