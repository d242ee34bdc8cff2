"""May this be told to them, for this, by us, today? The purposes, the classes of items, and the six tests."""

from gateway.core.law.classes import Classed, Classes, classed, classes_from_toml, classes_of
from gateway.core.law.judgement import SIX_TESTS, Asked, Judgement, Legal, judge
from gateway.core.law.purposes import Power, Purpose, Purposes, Stated, from_toml, opened
from gateway.core.law.words import (
    LIFTED_BY,
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
    "LIFTED_BY",
    "SIX_TESTS",
    "Answers",
    "Article9",
    "Asked",
    "Bar",
    "Class",
    "Classed",
    "Classes",
    "Exemption",
    "Judgement",
    "Legal",
    "Paper",
    "Power",
    "Purpose",
    "Purposes",
    "Schedule1",
    "Stated",
    "Verdict",
    "classed",
    "classes_from_toml",
    "classes_of",
    "from_toml",
    "judge",
    "opened",
]
