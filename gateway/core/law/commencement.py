"""From which day, and in which areas, a provision is law: rows of ``partners/commencement.toml``, never code.

An installation's own rows stand before the shipped ones, so a commencement order needs no new release.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from gateway.core import tables
from gateway.core.terms import Period, Token


class Provision(Token):
    """A provision as ``commencement.toml`` names it: ``ca04-s16la``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


RECOGNISED = Provision("duaa-s70")
"""Article 6(1)(ea): before it, there was no recognised legitimate interest (law.md §1.9)."""

S16LC = Provision("ca04-s16lc")
"""The consistent identifier: from then on nobody may opt out of it (law.md §1.6)."""

S434A = Provision("ea96-s434a")
"""The council's consent to leaving a school for home education (law.md §1.6)."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """In force from a first day to a last; in these areas, by the three digits of the authority, or everywhere."""

    period: Period
    areas: frozenset[str] = frozenset()

    def covers(self, day: date, area: str | None) -> bool:
        return self.period.covers(day) and (not self.areas or area in self.areas)


@dataclass(frozen=True, slots=True)
class Enacted:
    """One provision: what it does, who says since when. Without a beginning it is in force nowhere yet."""

    id: Provision
    what: str
    source: str
    begins: tuple[Beginning, ...] = ()

    def in_force(self, day: date, area: str | None) -> bool:
        """An ``area`` that is not known is in none of those that a row names."""
        return any(one.covers(day, area) for one in self.begins)


@dataclass(frozen=True, slots=True)
class Commencement:
    """All provisions that anything here depends on."""

    provisions: Mapping[Provision, Enacted] = field(default_factory=lambda: MappingProxyType({}))

    def in_force(self, provision: Provision, day: date, area: str | None) -> bool:
        """Raises ValueError for a provision that no row names: a slip of the pen must not open or close a duty."""
        return self.named(provision).in_force(day, area)

    def named(self, provision: Provision) -> Enacted:
        found = self.provisions.get(provision)
        if found is None:
            raise ValueError(f"{provision} is not in commencement.toml")
        return found


def commencement_from_toml(shipped: str, own: str = "") -> Commencement:
    """Read ``[[provision]]`` rows; those of an installation's ``own`` file take the place of the ``shipped`` ones.

    Raises ValueError naming rows and keys, and where the own file names a provision that nothing depends on.
    """
    known = _read(shipped)
    mine = _read(own) if own else {}
    if strange := sorted(set(mine) - set(known)):
        raise ValueError(f"nothing depends on {strange[0]}: name a provision of the shipped commencement.toml")
    return Commencement(MappingProxyType({**known, **mine}))


def _read(text: str) -> dict[Provision, Enacted]:
    raw = tables.take(tables.parse(text), "file", {"provision": tables.anything})
    found = [Enacted(**row) for row in tables.rows(raw["provision"], "provision", _NEED, {"begins": _beginnings})]
    if len({one.id for one in found}) != len(found):
        raise ValueError("two provisions have one id")
    return {one.id: one for one in found}


def _beginnings(raw: object) -> tuple[Beginning, ...]:
    rows = tables.rows(raw, "begins", {"first": tables.day}, {"last": tables.day, "areas": tables.many(_area)})
    return tuple(map(_beginning, rows))


def _beginning(row: Mapping[str, Any]) -> Beginning:
    return Beginning(Period(row["first"], row.get("last")), frozenset(row.get("areas", ())))


def _area(raw: object) -> str:
    found = tables.text(raw)
    if not re.fullmatch(r"[0-9]{3}", found):
        raise ValueError("an area has three digits")
    return found


_NEED: tables.Shape = {"id": tables.word(Provision), "what": tables.text, "source": tables.text}
