"""Which children of two records are one: Matched, Matched with conflicts, Unmatched, each with the rule that fired.

Only a certain match may be acted on without a human: the same number, name and birth, and nobody else with that number
(law.md §9 rule 13). Everything fuzzy is for somebody to look at.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from gateway.core.documents import Identity
from gateway.core.matching.rules import Known, Part, Rule, Verdict, differing, rule

__all__ = ["Candidates", "Match", "Part", "Rule", "Verdict", "match"]

_ORDER = {one: place for place, one in enumerate(Rule)}


@dataclass(frozen=True, slots=True)
class Match:
    """``candidate`` is the place among those asked about, from 0; None where nobody has anything in common.

    ``differs`` names the parts that differ or are not given, never what stands there.
    """

    rule: Rule
    candidate: int | None = None
    differs: tuple[Part, ...] = ()
    certain: bool = False

    @property
    def verdict(self) -> Verdict:
        return self.rule.verdict


@dataclass(frozen=True, slots=True)
class Candidates:
    """Children to look among, found by number, birth and name: so that each is not compared with each."""

    known: tuple[Known, ...] = field(repr=False)
    places: Mapping[object, tuple[int, ...]] = field(repr=False)

    @classmethod
    def of(cls, identities: Iterable[Identity]) -> "Candidates":
        known = tuple(map(Known.of, identities))
        places: dict[object, list[int]] = {}
        for number, one in enumerate(known):
            for clue in _clues(one):
                places.setdefault(clue, []).append(number)
        return cls(known, MappingProxyType({clue: tuple(found) for clue, found in places.items()}))


def match(identity: Identity, candidates: Candidates | Sequence[Identity]) -> tuple[Match, ...]:
    """Each candidate that is or may be this child, the best first, and each that may be its twin.

    One Unmatched alone when there is none. Two candidates with one number make nobody certain.
    """
    pool = candidates if isinstance(candidates, Candidates) else Candidates.of(candidates)
    one = Known.of(identity)
    found = [
        Match(fired, number, differing(one, other))
        for number in sorted({place for clue in _clues(one) for place in pool.places.get(clue, ())})
        for other in [pool.known[number]]
        if (fired := rule(one, other)) is not Rule.NOTHING
    ]
    rivals = sum(one_of.rule in {Rule.ALL, Rule.NUMBER, Rule.FORMER_NUMBER} for one_of in found)
    told = [each for each in found if each.rule is not Rule.NAME] or found[:1]
    settled = [Match(each.rule, each.candidate, each.differs, each.rule is Rule.ALL and rivals == 1) for each in told]
    return tuple(sorted(settled, key=lambda each: (_ORDER[each.rule], each.candidate))) or (Match(Rule.NOTHING),)


def _clues(known: Known) -> set[object]:
    """What two records have to share, at least one of them, for any rule but the last to fire."""
    return {*known.upns, *known.names, *([known.born] if known.born else [])}
