"""The words that facts are made of: each of one strict grammar or one short list, so that none can hold a name."""

import re
from enum import StrEnum

from gateway.core.terms import Token


class Citation(Token):
    """Where a power stands, in the words of ``partners/purposes.toml``: ``PIR05 reg 9(3)``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[A-Za-z0-9 ().,;:'/&+-]{1,300}")


class Condition(Token):
    """An Article 9 or 10 condition, a Schedule 1 paragraph, an exemption or a policy document: ``S1P18``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,39}")


class Version(Token):
    """A version of a document kind: ``26.0``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}")


class LogName(Token):
    """The name of a log, as its checkpoints carry it (c2sp.org/signed-note, Signatures)."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[!-*,-~]{1,200}")


class SignatureAlgorithm(StrEnum):
    """By what a log is signed; the name lets whoever reads it later know what to distrust."""

    ED25519 = "ed25519"


class PublicKey(Token):
    """A public key of 32 bytes, in hexadecimal."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[0-9a-f]{64}")


class NoteSignature(Token):
    """The key id and the Ed25519 signature of a signed note, in hexadecimal."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[0-9a-f]{136}")


class RetentionClass(Token):
    """A class of what is kept, which says for how long: ``cme-35``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){0,5}")


class What(StrEnum):
    """What a commitment binds to."""

    CHILD = "child"
    ORGANISATION = "organisation"
    PERSON = "person"
    PAYLOAD = "payload"
    TEXT = "text"
    FLAG = "flag"


class Stale(StrEnum):
    """Why a parcel may not go as it was sealed."""

    AGREEMENT = "agreement"
    RECIPIENT_CERTIFICATE = "recipient-certificate"
    OWN_CERTIFICATE = "own-certificate"
    CHANNEL = "channel"
    FLAG = "flag"
    RECALLED = "recalled"


class Says(StrEnum):
    """What the authority that issued a certificate says of it; ``held``: it may take back that it took it back."""

    GOOD = "good"
    HELD = "held"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """What somebody who signs in may do."""

    SCHOOL_SENDER = "school-sender"
    SCHOOL_READER = "school-reader"
    TRUST = "academy-trust"
    """Several schools, one at a time."""
    ATTENDANCE = "attendance-agent"
    DSL = "dsl"
    """A school's designated safeguarding lead; the council's named officers are ``SAFEGUARDING``."""
    SENCO = "senco"
    ADMISSIONS = "admissions"
    TEAM = "team-member"
    """Of a team or an organisation without a machine, which collects what is for it."""
    OFFICER = "officer"
    SAFEGUARDING = "safeguarding"
    MANAGER = "manager"
    GOVERNANCE = "governance"
    OPERATOR = "operator"
    AUDITOR = "auditor"


class StandsOn(StrEnum):
    """On what a disclosure stands beside its legal ground."""

    DUTY = "duty"
    AGREEMENT = "agreement"
    ONE_OFF = "one-off"
    BREAK_GLASS = "break-glass"


class Excuse(StrEnum):
    """Why another organisation's terms, a restriction or an objection did not stop a disclosure."""

    FAMILY_ASKED = "family-asked"
    LEGAL_DUTY = "legal-duty"
    COMPLETE_SERVICE = "complete-service"
    FRAUD = "fraud"
    SERIOUS_HARM = "serious-harm"
    LEGAL_CLAIM = "legal-claim"
    PROTECT_ANOTHER = "protect-another"
    PUBLIC_INTEREST = "public-interest"
    COMPELLING_GROUND = "compelling-ground"


class LogTrouble(StrEnum):
    """What two signed heads of one log say of it together."""

    FORK = "fork"
    ROLLBACK = "rollback"
    REWRITE = "rewrite"


class TaskKind(StrEnum):
    """What somebody has to do by a time."""

    HOLD = "hold"
    APPROVAL_AFTER = "approval-after"
    GLASS_REVIEW = "glass-review"
    UNAGREED = "unagreed"
    REQUEST = "request"
    AGREEMENT_REVIEW = "agreement-review"
    RIGHTS = "rights"
    RIGHTS_NOTICE = "rights-notice"
    RIGHTS_CHASE = "rights-chase"
    COMPLAINT = "complaint"
    REFERRAL = "referral"
    SAME_CHILD = "same-child"
    TRANSFER_OFFERED = "transfer-offered"
    TRANSFER_UNANSWERED = "transfer-unanswered"
    DELETION_ALARM = "deletion-alarm"
    LOG_TROUBLE = "log-trouble"
    NOTICE_UNRECEIPTED = "notice-unreceipted"
    NOTICE_UNOPENED = "notice-unopened"
    ENQUIRY_MATCH = "enquiry-match"
    ENQUIRY_RENEWAL = "enquiry-renewal"
    ENQUIRY_COPY = "enquiry-copy"
    RECALL = "recall"
    NOT_FOR_US = "not-for-us"
    BREACH_PARTNER = "breach-partner"
    BREACH_ICO = "breach-ico"
    BREACH_NEWS = "breach-news"
    HAND_OFF = "hand-off"
    UNCOLLECTED = "uncollected"
    LET_KNOW = "let-know"
    """A child has died: who may still look for it, or write to the family, hears that it is over."""


class Stopped(StrEnum):
    """Why nobody looks for the child of an enquiry any more."""

    CLOSED = "closed"
    RENEWED = "renewed"
    LAPSED = "lapsed"


class SampleFinding(StrEnum):
    """What somebody who looks at a disclosure again finds (``law.md`` §3.3, routine sample audit)."""

    FINE = "fine"
    REASON = "reason"
    BASIS = "basis"
    RECIPIENT = "recipient"
    EXCESS = "excess"


class RecallReason(StrEnum):
    """Why a disclosure is called back."""

    WRONG_RECIPIENT = "wrong-recipient"
    WRONG_CHILD = "wrong-child"
    WRONG_CONTENT = "wrong-content"
    TOO_MUCH = "too-much"
    STOP_FLAG = "stop-flag"


class RecallOutcome(StrEnum):
    """What became of what was called back."""

    DELETED = "deleted"
    KEPT = "kept"
    SHARED_ON = "shared-on"
    NOT_FOUND = "not-found"


class KeptReason(StrEnum):
    """Why it was kept, or cannot be deleted."""

    NEEDED_TO_PROTECT_A_CHILD = "needed-to-protect-a-child"
    LEGAL_CLAIM = "legal-claim"
    STATUTORY_RECORD = "statutory-record"
    WITH_ANOTHER_BODY = "with-another-body"


class BreachNature(StrEnum):
    """What happened to personal data (Article 4(12) UK GDPR)."""

    WRONG_RECIPIENT = "wrong-recipient"
    LOST = "lost"
    STOLEN = "stolen"
    ALTERED = "altered"
    UNAVAILABLE = "unavailable"
    UNAUTHORISED_ACCESS = "unauthorised-access"


class BreachRisk(StrEnum):
    """The risk to people, as far as it is known: likely goes to the ICO, high to the people too (Articles 33, 34)."""

    UNLIKELY = "unlikely"
    LIKELY = "likely"
    HIGH = "high"
