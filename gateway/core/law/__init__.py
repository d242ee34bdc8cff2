"""May this be told to them, for this, by us, today? The purposes, the classes of items, and the six tests."""

from gateway.core.law.classes import Classed, Classes, classed, classes_from_toml, classes_of, refuse_unclassed
from gateway.core.law.commencement import (
    S16LC,
    S434A,
    Beginning,
    Commencement,
    Enacted,
    Provision,
    commencement_from_toml,
)
from gateway.core.law.judgement import SIX_TESTS, Asked, Judgement, Legal, judge
from gateway.core.law.openings import Opening, openings_from_toml
from gateway.core.law.plainly import plainly, standing
from gateway.core.law.promises import AT_HOME, Consent, consent_to_leave, nhs_number_may_go, unconsented
from gateway.core.law.purposes import Power, Purpose, Purposes, Stated, answers_with, from_toml, opened
from gateway.core.law.sensitive import Barred, Raise, Sensitive, raised, refused_items, sensitive_from_toml
from gateway.core.law.words import (
    LIFTED_BY,
    YES_NO_KINDS,
    Answers,
    Article9,
    Bar,
    Class,
    Exemption,
    Paper,
    Schedule1,
    Verdict,
)

__all__ = [
    "AT_HOME",
    "LIFTED_BY",
    "S16LC",
    "S434A",
    "SIX_TESTS",
    "YES_NO_KINDS",
    "Answers",
    "Article9",
    "Asked",
    "Bar",
    "Barred",
    "Beginning",
    "Class",
    "Classed",
    "Classes",
    "Commencement",
    "Consent",
    "Enacted",
    "Exemption",
    "Judgement",
    "Legal",
    "Opening",
    "Paper",
    "Power",
    "Provision",
    "Purpose",
    "Purposes",
    "Raise",
    "Schedule1",
    "Sensitive",
    "Stated",
    "Verdict",
    "answers_with",
    "classed",
    "classes_from_toml",
    "classes_of",
    "commencement_from_toml",
    "consent_to_leave",
    "from_toml",
    "judge",
    "nhs_number_may_go",
    "opened",
    "openings_from_toml",
    "plainly",
    "raised",
    "refuse_unclassed",
    "refused_items",
    "sensitive_from_toml",
    "standing",
    "unconsented",
]
