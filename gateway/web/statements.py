"""What the public pages say that the gateway cannot know by itself: read from ``config/statements.toml``, strictly."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.core import tables


class Compliance(StrEnum):
    """How far the pages meet WCAG 2.2 AA, in the words of the model statement (PSBAR 2018)."""

    NOT_AUDITED = "not-audited"
    PARTLY = "partly-compliant"
    FULLY = "fully-compliant"

    @property
    def words(self) -> str:
        return {
            Compliance.NOT_AUDITED: "Nobody has audited yet how far this website complies with WCAG 2.2 AA.",
            Compliance.PARTLY: "This website is partially compliant with WCAG 2.2 AA.",
            Compliance.FULLY: "This website is fully compliant with WCAG 2.2 AA.",
        }[self]


@dataclass(frozen=True, slots=True)
class Privacy:
    """Whom to ask about one's own data, by office and never by name."""

    officer: str
    reach: str
    hours: str
    urgent: str
    complaints: str


@dataclass(frozen=True, slots=True)
class Accessibility:
    """What the statement says. ``problems`` do not meet the rules, a sentence each."""

    status: Compliance
    prepared: date
    reviewed: date
    tested: str
    problems: tuple[str, ...]
    report: str
    answered: str


@dataclass(frozen=True, slots=True)
class Statements:
    """Both together."""

    privacy: Privacy
    accessibility: Accessibility


def from_toml(text: str) -> Statements:
    """Raises ValueError for what is missing, unknown or no text."""
    raw = tables.take(tables.parse(text), "file", {"privacy": tables.anything, "accessibility": tables.anything})
    said = dict.fromkeys(("officer", "reach", "hours", "urgent", "complaints"), tables.text)
    need = {
        "status": tables.word(Compliance),
        "prepared": tables.day,
        "reviewed": tables.day,
        **dict.fromkeys(("tested", "report", "answered"), tables.text),
        "problems": tables.many(tables.text),
    }
    privacy = Privacy(**tables.take(raw["privacy"], "privacy", said))
    return Statements(privacy, Accessibility(**tables.take(raw["accessibility"], "accessibility", need)))
