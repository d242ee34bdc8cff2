"""What the authorities that issued partners' certificates said last, and how far a record counts after it.

What was taken back never counts again. What is held, and in a strict gateway what nobody vouches for today, does not
count until its authority says that it is good.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.core.as4 import authorities, certificates
from gateway.core.as4.authorities import DOUBT_WORDS, Doubt
from gateway.core.as4.revocation import Answer
from gateway.core.facts import Says
from gateway.core.partners.credentials import Certificate
from gateway.core.partners.records import Partner
from gateway.core.partners.trust import distrusted, revoked, waits
from gateway.core.terms import Digest

EVERY = timedelta(hours=1)
"""An authority is asked again after so long, or sooner where its answer counts for less."""

SOON = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Checked:
    """How one certificate stands with its authority.

    ``doubt`` is why the question of ``asked_at`` brought no answer. ``this_update`` and ``next_update`` are the times
    of the last answer, ``since`` is when it was taken back; ``stolen``: for all that was said, somebody else may have
    its key. ``issuer`` is its authority in PEM, where that was fetched.
    """

    certificate: Digest
    says: Says
    asked_at: datetime
    again_at: datetime
    doubt: Doubt | None = None
    this_update: datetime | None = None
    next_update: datetime | None = None
    since: datetime | None = None
    stolen: bool = False
    issuer: str = ""

    @property
    def words(self) -> str:
        """How it stands, for people."""
        why = f": {DOUBT_WORDS[self.doubt]}" if self.doubt else ""
        until = f"{self.next_update:%Y-%m-%d %H:%M} UTC" if self.next_update else ""
        match self.says:
            case Says.GOOD:
                return f"is good until {until}, as its authority says" + (f"; asked again in vain{why}" if why else "")
            case Says.UNKNOWN:
                return f"may have been taken back{why}"
            case Says.HELD:
                return f"is held back by its authority since {self.since:%Y-%m-%d}, and does not count until that ends"
            case Says.REVOKED:
                return f"was taken back by its authority on {self.since:%Y-%m-%d}, and counts for nothing"

    def is_due(self, at: datetime) -> bool:
        """Whether it is time to ask; what was taken back stays so. A clock that was set back waits for nothing."""
        return self.says is not Says.REVOKED and not self.asked_at <= at < self.again_at


def answered(before: Checked | None, certificate: Digest, answer: Answer, issuer: str, at: datetime) -> Checked:
    """After an answer. One from before a certificate was held does not free it."""
    if before and before.says is Says.HELD and before.this_update and answer.this_update < before.this_update:
        return in_doubt(before, certificate, Doubt.STALE, issuer, at)
    again = min(EVERY, max(SOON, (answer.next_update - at) / 2))
    return Checked(
        certificate, answer.says, at, at + again, None, answer.this_update, answer.next_update, answer.since,
        answer.stolen, issuer,
    )  # fmt: skip


def in_doubt(before: Checked | None, certificate: Digest, doubt: Doubt, issuer: str, at: datetime) -> Checked:
    """After a question that brought none: what was answered before counts as long as it said itself."""
    asked = before or Checked(certificate, Says.UNKNOWN, at, at)
    return lapsed(replace(asked, asked_at=at, again_at=at + SOON, doubt=doubt, issuer=issuer), at)


def lapsed(one: Checked, at: datetime) -> Checked:
    """As it stands today: an answer that is out of date says nothing any more; what is held stays held."""
    over = one.says is Says.GOOD and one.next_update is not None and one.next_update <= at
    return replace(one, says=Says.UNKNOWN, doubt=one.doubt or Doubt.STALE) if over else one


def shown(partner: Partner) -> Iterator[Certificate]:
    """Every certificate of a record, of which some may not be confirmed yet."""
    yield from partner.certificates
    yield from partner.awaiting.certificates if partner.awaiting else ()


def can_be_asked(partner: Partner, at: datetime) -> Iterator[Certificate]:
    """Those that have not ended and whose authority says where it can be asked."""
    for one in shown(partner):
        found = certificates.load(one.pem)
        if at < found.not_valid_after_utc and authorities.offered(found):
            yield one


def counting(partner: Partner, known: Mapping[Digest, Checked], at: datetime, *, strict: bool) -> Partner:
    """A record as far as the authorities of its certificates let it count; ``strict`` asks for their word on each."""
    for one in tuple(shown(partner)):
        found = known.get(one.fingerprint)
        if found is not None and found.says is Says.REVOKED:
            drop = distrusted if found.stolen else revoked
            partner = drop(partner, one.fingerprint)
    says = {one.fingerprint: _says(known.get(one.fingerprint)) for one in can_be_asked(partner, at)}
    held = {key for key, said in says.items() if said is Says.HELD or (strict and said is not Says.GOOD)}
    return replace(partner, suspended=tuple(sorted(held)))


def doubted(partner: Partner, known: Mapping[Digest, Checked], at: datetime) -> Iterator[str]:
    """What people have to know of a partner: each certificate that its authority does not say is good, in words.

    One that was taken back is spoken of until there is another.
    """
    for one in shown(partner):
        found = known.get(one.fingerprint)
        if found is not None and found.says is not Says.GOOD:
            yield f"its {one.role} certificate {one.fingerprint[:8]}… {found.words}"
    for gone in partner.revoked if waits(partner, at) else ():
        if gone in known:
            yield f"its certificate {gone[:8]}… {known[gone].words}"


def _says(found: Checked | None) -> Says:
    return found.says if found else Says.UNKNOWN
