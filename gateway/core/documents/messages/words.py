"""The code lists of council messages, word for word as their schemas have them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Urgency(StrEnum):
    ROUTINE = "routine"
    SAME_DAY = "same-day"
    IMMEDIATE = "immediate"


class AskBefore(StrEnum):
    CONTACTING_THE_FAMILY = "contacting-the-family"
    SHARING_ON = "sharing-on"


class Part(StrEnum):
    """A part of an identity that may be said to be unknown, or about."""

    UPN = "UPN"
    SURNAME = "Surname"
    FORENAME = "Forename"
    DOB = "DOB"
    SEX = "Sex"
    LAST_SCHOOL = "LastSchool"
    LAST_ADDRESS = "LastAddress"
    BELIEVED_ADDRESS = "BelievedAddress"
    CONTACTS = "Contacts"


class RiskFlag(StrEnum):
    NONE = "none"
    SOCIAL_CARE_KNOWN = "social-care-known"
    POLICE = "police"
    PROTECTED = "protected"


class HandlingMarker(StrEnum):
    """A stop flag of law.md §1.7: how the receiver must handle the record."""

    ADDRESS_CONFIDENTIAL = "address-confidential"
    ADOPTED_NEW_IDENTITY = "adopted-new-identity"
    PROTECTED_PERSON = "protected-person"
    RESPONSIBILITY_RESTRICTED = "parental-responsibility-restricted"
    S47_LIVE = "s47-live"
    REFERRER_CONFIDENTIAL = "referrer-confidential"


class Question(StrEnum):
    """What a notice tells or asks."""

    MAY_BE_IN_YOUR_AREA = "may-be-in-your-area"
    IS_THE_CHILD_KNOWN = "is-the-child-known"
    HAS_MOVED = "has-moved"


class NeededFor(StrEnum):
    """The sentence without which Article 6(1)(ea) is closed to an independent school (UK GDPR Annex 1 para 1)."""

    PUBLIC_TASK = (
        "This information is needed for processing under Article 6(1)(e) UK GDPR, "
        "the basis for which is laid down by domestic law as Article 6(3) requires."
    )


class Profession(StrEnum):
    SOCIAL_CARE = "social-care"
    EARLY_HELP = "early-help"
    HEALTH_VISITOR = "health-visitor"
    SCHOOL_NURSE = "school-nurse"
    YOUTH_JUSTICE = "youth-justice"
    POLICE = "police"
    SEND = "send"
    VIRTUAL_SCHOOL = "virtual-school"
    PSYCHOLOGY = "psychology"


class TransferOutcome(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"


class TransferReason(StrEnum):
    DOES_NOT_LIVE_HERE = "does-not-live-here"
    NOT_ENOUGH_EVIDENCE = "not-enough-evidence"
    BELONGS_TO_ANOTHER_COUNCIL = "belongs-to-another-council"
    ALREADY_OURS = "already-ours"
    SCHOOL_DISAGREES = "school-disagrees"


class ClosureOutcome(StrEnum):
    IN_EDUCATION = "in-education"
    HOME_EDUCATION_SUITABLE = "home-education-suitable"
    MOVED_ABROAD = "moved-abroad"
    RESPONSIBILITY_TRANSFERRED = "responsibility-transferred"
    OVER_COMPULSORY_AGE = "over-compulsory-age"
    DIED = "died"
    ENQUIRIES_EXHAUSTED = "enquiries-exhausted"


class ClosureEvidence(StrEnum):
    SCHOOL_CONFIRMED_ROLL = "school-confirmed-roll"
    HOME_EDUCATION_ASSESSED = "home-education-assessed"
    AUTHORITY_ABROAD_CONFIRMED = "authority-abroad-confirmed"
    COUNCIL_ACCEPTED = "council-accepted"
    RECORDS_SEARCHED = "records-searched"
    HOME_VISITED = "home-visited"
    BORDER_RECORD = "border-record"
    DATE_OF_BIRTH = "date-of-birth"
    DEATH_REGISTERED = "death-registered"


class Side(StrEnum):
    SCHOOL = "school"
    COUNCIL = "council"


class Step(StrEnum):
    """A step of joint enquiries (law.md §4.4)."""

    FIRST_DAY_CALL = "first-day-call"
    EMERGENCY_CONTACTS = "emergency-contacts"
    SIBLINGS_ASKED = "siblings-asked"
    HOME_VISIT = "home-visit"
    ADMISSIONS_ASKED = "admissions-asked"
    RECORDS_SEARCHED = "records-searched"
    PREVIOUS_SCHOOL_ASKED = "previous-school-asked"
    HEALTH_ASKED = "health-asked"
    HOUSING_ASKED = "housing-asked"
    SOCIAL_CARE_ASKED = "social-care-asked"
    POLICE_ASKED = "police-asked"
    OTHER_COUNCIL_ASKED = "other-council-asked"
    SOCIAL_MEDIA = "social-media"
    BORDER_ASKED = "border-asked"


class StepResult(StrEnum):
    NO_ANSWER = "no-answer"
    NO_TRACE = "no-trace"
    LEAD_FOUND = "lead-found"
    CHILD_FOUND = "child-found"


class Wanted(StrEnum):
    TRANSFER_FILE = "transfer-file"
    EDUCATIONAL_RECORD = "educational-record"
    ATTENDANCE_RECORD = "attendance-record"
    EHC_PLAN = "ehc-plan"


class RefusalReason(StrEnum):
    NOT_FOR_US = "not-for-us"
    NOT_OUR_AREA = "not-our-area"
    NO_AGREEMENT = "no-agreement"
    NO_POWER = "no-power"
    CANNOT_BE_READ = "cannot-be-read"
    UNKNOWN_CHILD = "unknown-child"
    WRONG_GRADE = "wrong-grade"
    STOP_FLAG = "stop-flag"
    INCOMPLETE_REQUEST = "incomplete-request"


class Affected(StrEnum):
    DISCLOSED = "disclosed"
    LOST = "lost"
    ALTERED = "altered"
    UNAVAILABLE = "unavailable"


class Right(StrEnum):
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    ADDENDUM = "addendum"
    NHS_NUMBER_REMOVAL = "nhs-number-removal"


class Route(StrEnum):
    """How a referral came."""

    PHONE = "phone"
    PROFESSIONAL = "professional"
    PUBLIC = "public"
    CHANGE_OF_DETAILS = "change-of-details"
    LETTER = "letter"


class CheckQuestion(StrEnum):
    COUNCIL_TAX_ADDRESS = "council-tax-address"
    HOUSING_ADDRESS = "housing-address"
    PARKING_ADDRESS = "parking-address"
    FRAUD_ADDRESS = "fraud-address"
    GP_REGISTRATION = "gp-registration"
    CUSTODY_STATUS = "custody-status"
    EDUCATION_STATUS = "education-status"


class Answer(StrEnum):
    MATCH = "match"
    NO_MATCH = "no-match"
    REGISTERED = "registered"
    REGISTERED_ELSEWHERE = "registered-elsewhere"
    NOT_REGISTERED = "not-registered"
    IN_EDUCATION = "in-education"
    NOT_IN_EDUCATION = "not-in-education"
    NOT_HELD = "not-held"


class CustodyAnswer(StrEnum):
    """Apart from the others, because it is about an offence (Article 10)."""

    IN_CUSTODY = "in-custody"
    NOT_IN_CUSTODY = "not-in-custody"
    NOT_HELD = "not-held"


_ADDRESS = frozenset({Answer.MATCH, Answer.NO_MATCH, Answer.NOT_HELD})

ANSWERS: Mapping[CheckQuestion, frozenset[Answer]] = MappingProxyType({
    CheckQuestion.COUNCIL_TAX_ADDRESS: _ADDRESS,
    CheckQuestion.HOUSING_ADDRESS: _ADDRESS,
    CheckQuestion.PARKING_ADDRESS: _ADDRESS,
    CheckQuestion.FRAUD_ADDRESS: _ADDRESS,
    CheckQuestion.GP_REGISTRATION: frozenset({
        Answer.REGISTERED, Answer.REGISTERED_ELSEWHERE, Answer.NOT_REGISTERED, Answer.NOT_HELD,
    }),
    CheckQuestion.CUSTODY_STATUS: frozenset(),
    CheckQuestion.EDUCATION_STATUS: frozenset({Answer.IN_EDUCATION, Answer.NOT_IN_EDUCATION, Answer.NOT_HELD}),
})  # fmt: skip
"""The closed list of answers to each question; custody has its own."""


class Return(StrEnum):
    """Which absence return it is (law.md §1.4 P03): ten school days, irregular, or fifteen days of sickness."""

    WITHOUT_LEAVE = "without-leave"
    IRREGULAR = "irregular"
    SICKNESS = "sickness"


class Cause(StrEnum):
    NOT_KNOWN = "not-known"
    ILLNESS = "illness"
    HOLIDAY_WITHOUT_LEAVE = "holiday-without-leave"
    MOVED_AWAY = "moved-away"
    REFUSES_SCHOOL = "refuses-school"
    CARING = "caring"
    RELIGIOUS_OBSERVANCE = "religious-observance"
    TRANSPORT = "transport"
    OTHER = "other"


class CaseMatter(StrEnum):
    HOME_EDUCATION = "home-education"
    EHC_STATUS = "ehc-status"
    YOUTH_JUSTICE = "youth-justice"
    LICENCE = "licence"


class ForRole(StrEnum):
    """Who alone opens an enclosed file: the special-needs co-ordinator, or the designated safeguarding lead."""

    SENCO = "senco"
    DSL = "dsl"


class FileKind(StrEnum):
    """What an enclosed file may be."""

    PDF = "pdf"
    DOCX = "docx"
    ZIP = "zip"


class EHCstage(StrEnum):
    NONE = "none"
    REQUESTED = "requested"
    ASSESSED = "assessed"
    PLAN = "plan"
    CEASED = "ceased"


class EducationStatus(StrEnum):
    IN_EDUCATION = "in-education"
    NOT_IN_EDUCATION = "not-in-education"
    NOT_KNOWN = "not-known"


class LicenceKind(StrEnum):
    EMPLOYMENT = "employment"
    PERFORMANCE = "performance"
