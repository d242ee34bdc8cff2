"""The vocabulary of data-protection law as ``partners/purposes.toml``, agreements and the disclosure log use it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from gateway.core.terms import Kind


class Class(StrEnum):
    """How sensitive an item is."""

    ID = "ID"
    CO = "CO"
    ED = "ED"
    FA = "FA"
    FI = "FI"
    SC = "SC"
    CR = "CR"
    SG = "SG"
    ST = "ST"

    @property
    def words(self) -> str:
        return _CLASS_WORDS[self]


_CLASS_WORDS: Mapping[Class, str] = MappingProxyType(
    {
        Class.ID: "identity",
        Class.CO: "contact",
        Class.ED: "education",
        Class.FA: "family",
        Class.FI: "money and entitlements",
        Class.SC: "special category (Article 9)",
        Class.CR: "criminal offence (Article 10)",
        Class.SG: "safeguarding",
        Class.ST: "status",
    }
)


class Article9(StrEnum):
    """Article 9(2) UK GDPR: vital interests, legal claims, substantial public interest, health and care, research."""

    A9C = "A9C"
    A9F = "A9F"
    A9G = "A9G"
    A9H = "A9H"
    A9J = "A9J"


class Schedule1(StrEnum):
    """Paragraphs of Schedule 1 to the Data Protection Act 2018."""

    S1P2 = "S1P2"
    S1P4 = "S1P4"
    S1P6 = "S1P6"
    S1P10 = "S1P10"
    S1P14 = "S1P14"
    S1P18 = "S1P18"
    S1P33 = "S1P33"
    S1P36 = "S1P36"


PARAGRAPHS: Mapping[Article9, frozenset[Schedule1]] = MappingProxyType(
    {
        Article9.A9C: frozenset(),
        Article9.A9F: frozenset(),
        Article9.A9G: frozenset({Schedule1.S1P6, Schedule1.S1P10, Schedule1.S1P14, Schedule1.S1P18}),
        Article9.A9H: frozenset({Schedule1.S1P2}),
        Article9.A9J: frozenset({Schedule1.S1P4}),
    }
)
"""DPA 2018 s10: (g), (h) and (j) need one of these paragraphs; vital interests and legal claims stand alone."""


class Exemption(StrEnum):
    """Schedules 2 to 4 to the 2018 Act. They switch off duties; none is a power to disclose or a lawful basis."""

    X2 = "X2"
    X4 = "X4"
    X5 = "X5"
    X16 = "X16"
    X3H = "X3H"
    X3S = "X3S"
    X3E = "X3E"
    X3C = "X3C"
    X4S = "X4S"


class Bar(StrEnum):
    """A rule that forbids a disclosure however good its basis, until the paper that lifts it is on record."""

    CONFIDENCE = "confidence"
    EHC_PLAN = "ehc-plan"
    COUNCIL_TAX = "council-tax"
    SOCIAL_SECURITY = "social-security"
    REVENUE = "revenue"
    IMMIGRATION = "immigration"


class Paper(StrEnum):
    """What has to be on record before a purpose is used; an agreement or a decision names its reference."""

    NECESSITY = "necessity"
    REQUEST_FORM = "request-form"
    REG_17_EXCEPTION = "reg-17-exception"
    LEGAL_OPINION = "legal-opinion"
    PRESCRIBED_PURPOSE = "prescribed-purpose"
    STATUTORY_NOTICE = "statutory-notice"
    DPO_APPROVAL = "dpo-approval"
    PROCESSOR_CONTRACT = "processor-contract"
    ANONYMITY_REVIEW = "anonymity-review"


LIFTED_BY: Mapping[Bar, Paper] = MappingProxyType(
    {
        Bar.CONFIDENCE: Paper.NECESSITY,
        Bar.EHC_PLAN: Paper.REG_17_EXCEPTION,
        Bar.COUNCIL_TAX: Paper.LEGAL_OPINION,
        Bar.SOCIAL_SECURITY: Paper.PRESCRIBED_PURPOSE,
        Bar.REVENUE: Paper.STATUTORY_NOTICE,
        Bar.IMMIGRATION: Paper.STATUTORY_NOTICE,
    }
)
"""Common law of confidence; SEND14 reg 17; LGFA 1992; SSAA 1992 s123 and WRA 2012 s132; CRCA 2005 s18; IAA 1999."""


class Verdict(StrEnum):
    """How far a council may rely on a purpose."""

    SOUND = "sound"
    CONDITIONAL = "conditional"
    DOUBTFUL = "doubtful"
    NO = "no"


class Answers(StrEnum):
    """What somebody is told under a purpose: a file, a reply as full as its grade, yes or no, figures, or nothing."""

    DOCUMENT = "document"
    GRADED = "graded"
    YES_NO = "yes-no"
    FIGURES = "figures"
    NOTHING = "nothing"


YES_NO_KINDS = frozenset({Kind.CHECK, Kind.CHECK_ANSWER})
"""A closed question with listed answers: all that a yes-or-no purpose may send."""
