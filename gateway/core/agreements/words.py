"""The words of an agreement: each a short list, so that two agreements that mean the same say the same."""

from enum import StrEnum


class Status(StrEnum):
    """How far an agreement has come. Only ``active`` and ``review-due`` let anything out."""

    DRAFT = "draft"
    IN_CONSULTATION = "in-consultation"
    SIGNED = "signed"
    ACTIVE = "active"
    REVIEW_DUE = "review-due"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"

    @property
    def adopted(self) -> bool:
        return self not in {Status.DRAFT, Status.IN_CONSULTATION, Status.SIGNED}

    @property
    def current(self) -> bool:
        """Whether something may leave under it, on a day that its terms cover."""
        return self in {Status.ACTIVE, Status.REVIEW_DUE}


class Direction(StrEnum):
    """Whether the recipients may also tell the senders, on the same terms."""

    ONE_WAY = "one-way"
    BOTH_WAYS = "both-ways"


class Tier(StrEnum):
    """An overarching agreement says how the parties share at all; a specific one lets something out."""

    OVERARCHING = "overarching"
    SPECIFIC = "specific"


class PartyRole(StrEnum):
    """What a party is in data-protection law (Articles 4, 26 and 28 UK GDPR)."""

    CONTROLLER = "controller"
    JOINT = "joint-controller"
    PROCESSOR = "processor"
    AGENT = "agent"


class Frequency(StrEnum):
    """When something goes: as things happen, every day, or when somebody asks."""

    EVENT = "event"
    DAILY = "daily"
    AD_HOC = "ad-hoc"


class Subject(StrEnum):
    """Whose data it is."""

    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    PROFESSIONAL = "professional"
    REFERRER = "referrer"


class Onward(StrEnum):
    """Whether the recipient may tell others: never, when we said yes, for the same purpose, or as it sees fit."""

    NEVER = "never"
    ASK_US = "ask-us"
    SAME_PURPOSE = "same-purpose"
    FREE = "free"


class Geography(StrEnum):
    """Where it may be kept: in the United Kingdom, or where UK adequacy regulations reach (Article 45 UK GDPR)."""

    UK = "uk"
    ADEQUATE = "adequate"


class Proof(StrEnum):
    """How the recipient shows that it has deleted what it got."""

    STATEMENT = "statement"
    CERTIFICATE = "certificate"
    LOG_LINE = "log-line"


class Since(StrEnum):
    """From which day years of retention are counted."""

    BIRTH = "birth"
    RECEIPT = "receipt"
    CASE_CLOSED = "case-closed"
    LAST_USE = "last-use"


class Answerer(StrEnum):
    """Which party answers somebody who uses a right: whoever was asked, or the lead organisation."""

    WHOEVER_IS_ASKED = "whoever-is-asked"
    LEAD = "lead"


class Office(StrEnum):
    """Who approves an agreement in an organisation before its senior officer signs."""

    DPO = "dpo"
    SIRO = "siro"
    CALDICOTT = "caldicott-guardian"
    OWNER = "owner"
    """Whoever runs the service that shares."""
