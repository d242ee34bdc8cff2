"""By when what must be done: every clock with its legal source in one table, and days of the right kind to reckon in.

A clock is looked up by its code and never built beside the table: ``table.get("breach-ico")``.
"""

from gateway.core.clocks.clock import Authority, Clock, ClockCode, Set, Unit
from gateway.core.clocks.reckoning import SOMEWHERE, called, due, ends, place_of, reckon
from gateway.core.clocks.table import NO_TERMS, Clocks, from_toml

__all__ = [
    "NO_TERMS",
    "SOMEWHERE",
    "Authority",
    "Clock",
    "ClockCode",
    "Clocks",
    "Set",
    "Unit",
    "called",
    "due",
    "ends",
    "from_toml",
    "place_of",
    "reckon",
]
