"""How to mend a finding in one system of a school, where its supplier or its users have said how.

Rows of a file that a council may edit; each names its source, and nobody guesses where a menu is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType

from gateway.core import tables


@dataclass(frozen=True, slots=True)
class Advised:
    supplier: str
    sentence: str
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Advice:
    """By rule without prefix, and by the supplier as a header names it, in small letters; ``*`` is every supplier."""

    rows: Mapping[tuple[str, str], Advised] = field(default_factory=dict)

    def hint(self, code: str, supplier: str) -> Advised | None:
        """What to do about the finding ``code`` (``CTF-SCH-001``) in ``supplier``'s system; None where not known."""
        rule = code.partition("-")[2]
        return self.rows.get((rule, supplier.strip().casefold())) or self.rows.get((rule, "*"))

    def about(self, rule: str) -> tuple[Advised, ...]:
        """All that is known about one rule."""
        return tuple(one for (asked, _), one in self.rows.items() if asked == rule)


def from_toml(text: str) -> Advice:
    """Strictly; raises ValueError for a rule and supplier that stand twice."""
    raw = tables.take(tables.parse(text), "hints", {"hint": tables.anything})
    need = {
        "rules": tables.many(tables.text),
        "suppliers": tables.many(tables.text),
        "sentence": tables.text,
        "source": tables.text,
    }
    found: dict[tuple[str, str], Advised] = {}
    for row in tables.rows(raw["hint"], "hint", need):
        for rule, supplier in product(row["rules"], row["suppliers"]):
            if (rule, supplier.casefold()) in found:
                raise ValueError("a rule and a supplier have two hints")
            found[rule, supplier.casefold()] = Advised(supplier, row["sentence"], row["source"])
    return Advice(MappingProxyType(found))
