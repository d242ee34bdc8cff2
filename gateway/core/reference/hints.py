"""How to mend a finding in one system of a school, where its supplier or its users have said how.

Rows of a file that a council may edit; each names its source, and nobody guesses where a menu is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gateway.core import tables


@dataclass(frozen=True, slots=True)
class Hint:
    sentence: str
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Hints:
    """By rule without prefix, and by the supplier as a header names it, in small letters; ``*`` is every supplier."""

    rows: Mapping[tuple[str, str], Hint] = field(default_factory=dict)

    def hint(self, code: str, supplier: str) -> Hint | None:
        """What to do about the finding ``code`` (``CTF-SCH-001``) in ``supplier``'s system; None where not known."""
        rule = code.partition("-")[2]
        return self.rows.get((rule, supplier.strip().casefold())) or self.rows.get((rule, "*"))


def from_toml(text: str) -> Hints:
    """Strictly; raises ValueError for a rule and supplier that stand twice."""
    raw = tables.take(tables.parse(text), "hints", {"hint": tables.anything})
    need = {
        "rules": tables.many(tables.text),
        "suppliers": tables.many(tables.text),
        "sentence": tables.text,
        "source": tables.text,
    }
    found: dict[tuple[str, str], Hint] = {}
    for row in tables.rows(raw["hint"], "hint", need):
        for key in ((rule, supplier.casefold()) for rule in row["rules"] for supplier in row["suppliers"]):
            if key in found:
                raise ValueError("a rule and a supplier have two hints")
            found[key] = Hint(row["sentence"], row["source"])
    return Hints(MappingProxyType(found))
