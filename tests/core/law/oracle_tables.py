"""law.md and the issue, written down a second time for the oracle: what the gateway's own rooms hold is not looked at."""

from datetime import date

IN_FORCE = {
    "pir05": date(2005, 7, 8), "send14": date(2014, 9, 1), "prr24": date(2024, 8, 19), "duaa-s70": date(2026, 2, 5),
}  # fmt: skip
"""§0.2; what is not here waits for regulations."""

_STATE = {"maintained-school", "pupil-referral-unit", "special-school"}
SCHOOLS = {*_STATE, "non-maintained-special-school", "academy", "independent-school"}
_COUNCIL = {"council", "internal-team"}

DUTIES: tuple[tuple[str, set[str], set[str], str], ...] = (
    ("P01", SCHOOLS, _COUNCIL, "prr24"),
    ("P02", SCHOOLS, _COUNCIL, "prr24"),
    ("P03", SCHOOLS, _COUNCIL, "prr24"),
    ("P04", {*_STATE, "non-maintained-special-school"}, SCHOOLS, "pir05"),
    ("P05", {*_STATE, "non-maintained-special-school"}, {*_COUNCIL, "government-department"}, "pir05"),
    ("P06", {"council"}, {"council", "outside-authority"}, "ca04-s16la"),
    ("P07", {"council"}, {"council", "outside-authority"}, "request"),
    ("P09", {*_COUNCIL, *_STATE, "academy"}, {*_COUNCIL, "social-care"}, "ca04-s16la"),
    ("P09", {*_COUNCIL, *_STATE, "academy"}, {*_COUNCIL, "social-care"}, "request"),
    ("P11", {"nhs-body"}, _COUNCIL, "ca04-s16lc"),
    ("P11", _COUNCIL, {"nhs-body"}, "ca04-s16lc"),
    ("P15", {"council"}, {"council"}, "send14"),
    ("P16", {*_STATE, "academy"}, {*_COUNCIL, "social-care"}, ""),
    ("P17", SCHOOLS, _COUNCIL, "prr24"),
    ("P19", {"attendance-company"}, _COUNCIL, "prr24"),
    ("P20", {"council"}, {"council"}, "request"),
    ("P21", _COUNCIL, {"court", "legal-adviser"}, "request"),
)
"""§1.4, every D about a document: who owes whom, since which provision began, or at a request that quotes its statute."""

TELL_AGAIN = (
    "DisclosureId", "MessageId", "Number", "Item", "WrongSince", "Correction", "Was", "Entry", "Addendum",
    "RestrictedFrom", "RestrictedTo",
)  # fmt: skip
"""What a rights notice may hold. Article 19 UK GDPR obliges every controller to tell every recipient."""

SECRET_BY_STATUTE = {"ehc-plan", "council-tax", "social-security", "revenue", "immigration"}
"""Bars of another enactment, which a general duty does not lift; confidence gives way to a legal obligation."""

PRIVATE = {
    "non-maintained-special-school", "independent-school", "alternative-provision", "attendance-company",
    "legal-adviser", "employer", "processor", "researcher", "public",
}  # fmt: skip
"""§1.2: to whom Article 6(1)(ea) and (f) are open."""

OFF = {"P27", "P28", "P29", "P30"}
PEOPLE = {*OFF, "P22", "P33"}
FIGURES = {"P23", "P24", "P35"}

PARAGRAPHS = {
    "A9C": set[str](), "A9F": set[str](), "A9G": {"S1P6", "S1P10", "S1P14", "S1P18"}, "A9H": {"S1P2"},
    "A9J": {"S1P4"},
}  # fmt: skip
WITH_POLICY = {"S1P6", "S1P10", "S1P14", "S1P18", "S1P36"}
"""§1.2, and Schedule 1 paragraph 5."""

LIFTS = {
    "confidence": "necessity", "ehc-plan": "reg-17-exception", "council-tax": "legal-opinion",
    "social-security": "prescribed-purpose", "revenue": "statutory-notice", "immigration": "statutory-notice",
}  # fmt: skip

SENSITIVE = {
    "BasicDetails/Ethnicity": "SC", "SENhistory/SEN/SENprovision": "SC",
    "Attendance/YearData/AttendSessions/AttendanceMarks": "SC", "RiskFlag": "CR", "EHCstatus/Stage": "SC",
    "Cause": "SC",
    "Correction": "SC", "Addendum": "SC", "Return": "SC", "CustodyAnswer": "CR",
}  # fmt: skip
"""§6: the items of the drawn documents that are special category or about an offence by their very path."""

NEVER_NAMED = {
    "NHSnumber": {"P11"}, "HousingBenefit": set[str](), "ImmigrationStatus": {"P27"}, "Probation": {"P14"},
}  # fmt: skip
"""Items that are there to be refused by name, and for which purposes they are not."""

STOPS = {
    "address-confidential", "adopted-identity", "protected-person", "restricted-responsibility", "s47-live",
    "referrer-confidential", "ask-first", "died",
}  # fmt: skip
"""§1.7, and the marker of another gateway."""

ONE_OFFS = {
    "P06", "P07", "P08", "P09", "P10", "P12", "P13", "P14", "P15", "P16", "P17", "P18", "P21", "P31", "P34",
}  # fmt: skip
"""Point 5, with the emergency, which nobody agrees beforehand."""

NEXT_DAY = {"P09", "P13", "P34"}
GLASS = {"police", "social-care", "nhs-body"}

PEOPLE_CLEAR: dict[str, int] = {
    "carrier": 1, "too-many-children": 1, "too-many-messages": 1, "bulk": 1, "second-person": 1, "approval": 1, "flagged": 2,
    "grade-capped": 2, "restricted": 1, "objected": 1, "onward": 1,
}  # fmt: skip
"""What holds, and how many signatures clear it. Whatever else is wrong refuses."""

EXCUSED_BY = {
    "onward": {"family-asked", "legal-duty", "complete-service", "fraud", "serious-harm"},
    "restricted": {"legal-claim", "protect-another", "public-interest"},
    "objected": {"compelling-ground", "legal-claim"},
}
