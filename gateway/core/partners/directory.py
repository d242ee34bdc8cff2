"""All partners together, built whole: no cycle, no loose end, no number that two organisations share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from types import MappingProxyType

from gateway.core.partners.kinds import PartnerKind
from gateway.core.partners.particulars import Safeguarding
from gateway.core.partners.records import Partner
from gateway.core.terms import Digest, LaEstab, PartnerId


@dataclass(frozen=True, slots=True)
class Directory:
    """All partners. Made by ``Directory.of``, which refuses what does not hang together."""

    partners: Mapping[PartnerId, Partner]
    numbers: Mapping[str, tuple[Partner, ...]]
    """Who had a DfE number or an area, the latest first."""

    shown: Mapping[tuple[str, Digest], tuple[Partner, ...]]
    """Who registered a certificate, by role and fingerprint; two homes of one gateway share that of its door."""

    @classmethod
    def of(cls, partners: Iterable[Partner]) -> "Directory":
        """Raises ValueError for an id twice, a cycle or gap of successors, or a number shared on one day."""
        listed = tuple(partners)
        found = {partner.id: partner for partner in listed}
        if len(found) != len(listed):
            raise ValueError("two partners have one id")
        for partner in listed:
            _refuse_loose_ends(partner, found)
        for partner in listed:
            _refuse_cycle(partner, found)
        return cls(MappingProxyType(found), MappingProxyType(_numbers(listed)), MappingProxyType(_shown(listed)))

    def get(self, partner: PartnerId) -> Partner:
        """Raises KeyError for a partner that is not in the directory; ``find`` asks."""
        return self.partners[partner]

    def find(self, partner: PartnerId) -> Partner | None:
        return self.partners.get(partner)

    def find_text(self, text: str) -> Partner | None:
        """As ``find``, for what somebody else wrote."""
        try:
            return self.find(PartnerId(text))
        except ValueError:
            return None

    def by_certificate(self, role: str, fingerprint: Digest) -> tuple[Partner, ...]:
        """Who registered this certificate: nobody, somebody, or the homes that share one gateway."""
        return self.shown.get((role, fingerprint), ())

    def current(self, partner: Partner, day: date) -> Partner | None:
        """The partner itself, or whoever came after it and is in effect on ``day``."""
        while not partner.in_effect.covers(day):
            if partner.successor is None or day < partner.in_effect.first:
                return None
            partner = self.partners[partner.successor]
        return partner

    def by_laestab(self, laestab: LaEstab, day: date) -> Partner | None:
        """Who has this number on ``day``, or has taken over from the last one that had it.

        ``886LLLL`` is the council; nobody has ``XXXXXXX`` or ``MMMMMMM``.
        """
        if laestab.authority:
            return self.council(laestab.la, day)
        holders = self.numbers.get(laestab, ())
        return next((found for one in holders if (found := self.current(one, day))), None)

    def council(self, la: str, day: date | None = None) -> Partner | None:
        """The authority with these three digits; given a day, the one that answers for it then."""
        holders = self.numbers.get(la, ())
        if day is None:
            return holders[0] if holders else None
        return next((found for one in holders if (found := self.current(one, day))), None)

    def team(self, council: PartnerId, name: str) -> Partner | None:
        """A council's own team, such as ``cme``, if the council has registered it."""
        found = self.partners.get(PartnerId(f"{council}-{name}"))
        return found if found is not None and found.team_of == council else None

    def teams_of(self, council: PartnerId) -> tuple[Partner, ...]:
        """Every team that is part of this council."""
        return tuple(one for one in self.partners.values() if one.team_of == council)

    def academies(self, trust: PartnerId, day: date) -> tuple[Partner, ...]:
        """Those for which an academy trust answers on ``day``."""
        return tuple(one for one in self.partners.values() if one.trust == trust and one.in_effect.covers(day))

    def came_before(self, partner: PartnerId) -> tuple[Partner, ...]:
        """Whom it took over from, and whom they took over from: formerly known as."""
        before = [one for one in self.partners.values() if one.successor == partner]
        return tuple(found for one in before for found in (one, *self.came_before(one.id)))

    def safeguarding(self, partner: Partner) -> tuple[Partner, Safeguarding] | None:
        """Whom to call about a child's safety, and whose office that is: its own, or that of its council."""
        asked = (partner, self.receiver(partner), self.council(partner.area) if partner.area else None)
        return next(((one, one.safeguarding) for one in asked if one and one.safeguarding), None)

    def number_to_ask(self, partner: Partner) -> str:
        """The telephone number to ask at before anybody acts on what is marked; empty where no record names one."""
        named = self.safeguarding(partner)
        return named[1].phone if named else partner.contact.phone

    def receiver(self, partner: Partner) -> Partner:
        """The partner whose gateway receives for this one."""
        return self.partners[partner.served_by] if partner.served_by else partner

    def teller(self, partner: Partner) -> Partner:
        """Who answers for what a partner tells: whoever's gateway signs it, or itself where it has only an inbox."""
        return partner if partner.guest else self.receiver(partner)


def _shown(partners: tuple[Partner, ...]) -> dict[tuple[str, Digest], tuple[Partner, ...]]:
    found: dict[tuple[str, Digest], tuple[Partner, ...]] = {}
    for partner in partners:
        for role in {one.role for one in partner.certificates}:
            for fingerprint in partner.fingerprints(role):
                key = (role.value, fingerprint)
                found[key] = (*found.get(key, ()), partner)
    return found


def _refuse_loose_ends(partner: Partner, found: Mapping[PartnerId, Partner]) -> None:
    agent_of = [one.school for one in partner.agent_of]
    named = (partner.successor, partner.served_by, partner.trust, *agent_of)
    if any(other is not None and other not in found for other in named):
        raise ValueError(f"{partner.id} names a partner that is not in the directory")
    if partner.served_by is not None and found[partner.served_by].served_by is not None:
        raise ValueError(f"{partner.id} is served by a partner that has no gateway of its own")
    if partner.trust is not None and found[partner.trust].kind is not PartnerKind.ACADEMY_TRUST:
        raise ValueError(f"{partner.id} names a trust that is none")
    if any(not (found[one].kind.school or found[one].kind.may_have_trust) for one in agent_of):
        raise ValueError(f"{partner.id} acts for one that is no school")


def _refuse_cycle(partner: Partner, found: Mapping[PartnerId, Partner]) -> None:
    seen = {partner.id}
    while partner.successor is not None:
        if partner.successor in seen:
            raise ValueError(f"{partner.id} succeeds itself")
        seen.add(partner.successor)
        partner = found[partner.successor]


def _numbers(partners: tuple[Partner, ...]) -> dict[str, tuple[Partner, ...]]:
    """Who had each number, the latest first; raises ValueError where two had it on one day."""
    numbered: dict[str, list[Partner]] = {}
    for partner in partners:
        number = partner.la or partner.laestab
        if number is not None:
            numbered.setdefault(number, []).append(partner)
    for number, holders in numbered.items():
        holders.sort(key=lambda partner: partner.in_effect.first, reverse=True)
        for after, before in pairwise(holders):
            if before.in_effect.last is None or before.in_effect.last >= after.in_effect.first:
                raise ValueError(f"{before.id} and {after.id} share the number {number}")
    return {number: tuple(holders) for number, holders in numbered.items()}
