"""Whether an authority has taken back a partner's certificate: the timetable asks, and nobody else waits for it.

No transaction is open while an authority is asked. What it took back is stopped like a stolen key, in one transaction;
who does not answer is told of once, and in a strict gateway its certificates do not count until it does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.core.as4 import authorities, certificates, revocation
from gateway.core.as4.authorities import Doubt, Doubtful
from gateway.core.as4.revocation import Answer
from gateway.core.errors import Fault
from gateway.core.facts import CertificateChecked, Says, What, join
from gateway.core.partners import Checked, Partner, checked
from gateway.core.records import Record, Register
from gateway.core.terms import Digest, Fingerprint
from gateway.flows.ports import Gateway
from gateway.flows.trusting import recorded

Known = Mapping[Digest, Checked]
Change = Callable[[Register, Known], tuple[Sequence[Partner], Record]]
Ask = Callable[..., bytes]
"""``ask(url, question, private=)``: what lies there, or the answer to a question. Raises Fault."""


class Checks(Protocol):
    """What checking asks of the store."""

    def register(self) -> Register: ...
    def checked(self) -> Known: ...
    def check(self, seen: Checked | None, after: Checked, change: Change) -> bool: ...
    def enlist(self, partner_list: Sequence[Partner], record: Record, seen: int | None = None) -> bool: ...


@dataclass(frozen=True, slots=True)
class Question:
    """One certificate whose turn has come, a partner that shows it, and how it stood."""

    partner: Partner
    certificate: certificates.Certificate
    fingerprint: Fingerprint
    before: Checked | None


@dataclass(frozen=True, slots=True)
class Round:
    """One authority's answers, fetched once for all of its certificates; one that is silent is not asked again."""

    ask: Ask
    _found: dict[tuple[str, bytes, bool], bytes] = field(default_factory=dict)
    _silent: set[str] = field(default_factory=set)

    def fetch(self, url: str, question: bytes, *, private: bool) -> bytes:
        """Raises Doubtful."""
        wanted = (url, question, private)
        if url in self._silent:
            raise Doubtful(Doubt.UNREACHABLE)
        try:
            if wanted not in self._found:
                self._found[wanted] = self.ask(url, question, private=private)
        except Fault as fault:
            self._silent.add(url)
            raise Doubtful(Doubt.UNREACHABLE) from fault
        return self._found[wanted]


def due(gateway: Gateway, store: Checks, at: datetime) -> Sequence[Sequence[Question]]:
    """What is to be asked now, by authority: one that is slow keeps nobody waiting for another."""
    known, found = store.checked(), dict[bytes, dict[Digest, Question]]()
    for partner in _others(gateway, store.register()):
        for one in checked.can_be_asked(partner, at):
            key, before = one.fingerprint, known.get(one.fingerprint)
            if before is None or before.is_due(at):
                shown = certificates.load(one.pem)
                authority = found.setdefault(shown.issuer.public_bytes(), {})
                authority.setdefault(key, Question(partner, shown, key, before))
    return [list(questions.values()) for questions in found.values()]


def check(gateway: Gateway, store: Checks, ask: Ask, questions: Sequence[Question]) -> int:
    """Ask one authority, and write down what it says of each certificate; returns of how many that has changed."""
    fetched = Round(ask)
    return sum(_settle(gateway, store, one.before, _asked(gateway, fetched, one)) for one in questions)


def look(gateway: Gateway, store: Checks, at: datetime) -> int:
    """Notice answers that are out of date, and let every record count as far as it may; returns how many changed."""
    known = store.checked()
    over = [(one, checked.lapsed(one, at)) for one in known.values()]
    told = sum(_settle(gateway, store, one, after) for one, after in over if after != one)
    register, known = store.register(), store.checked()
    changed = _counting(gateway, register, known, at)
    if not changed:
        return told
    record = recorded(changed, gateway.homes[0], at, gateway.draw)
    return told + (len(changed) if store.enlist(changed, record, register.version) else 0)


def _others(gateway: Gateway, register: Register) -> Sequence[Partner]:
    return [one for one in register.directory.partners.values() if one.id not in gateway.homes]


# -- asking -----------------------------------------------------------------------------------------------------------


def _asked(gateway: Gateway, fetched: Round, one: Question) -> Checked:
    """Its authority by OCSP, then by its lists; the first doubt is the one that is told."""
    offered, issuer = authorities.offered(one.certificate), one.before.issuer if one.before else ""
    doubts = list[Doubt]()
    try:
        authority, issuer = _authority(gateway, fetched, one)
    except Doubtful as doubtful:
        return checked.in_doubt(one.before, one.fingerprint, doubtful.doubt, issuer, gateway.clock())

    def by_ocsp(url: str) -> Answer:
        question = revocation.request(one.certificate, authority, gateway.draw(revocation.NONCE_BYTES))
        content = fetched.fetch(url, question, private=one.partner.private_address)
        return revocation.read_ocsp(content, question, authority, gateway.clock())

    def by_list(url: str) -> Answer:
        content = fetched.fetch(url, b"", private=one.partner.private_address)
        return revocation.read_crl(content, one.certificate, authority, gateway.clock())

    for ask, url in (*((by_ocsp, url) for url in offered.ocsp), *((by_list, url) for url in offered.crl)):
        try:
            return checked.answered(one.before, one.fingerprint, ask(url), issuer, gateway.clock())
        except Doubtful as doubtful:
            doubts.append(doubtful.doubt)
    return checked.in_doubt(one.before, one.fingerprint, (*doubts, Doubt.KIND)[0], issuer, gateway.clock())


def _authority(gateway: Gateway, fetched: Round, one: Question) -> tuple[certificates.Certificate, str]:
    """The certificate of the authority, and what of it is to be kept: named in the record, known, or fetched.

    Raises Doubtful.
    """
    at, partner, doubt = gateway.clock(), one.partner, Doubt.ISSUER
    named = (*partner.anchors, *(partner.awaiting.anchors if partner.awaiting else ()))
    before = (one.before.issuer,) if one.before and one.before.issuer else ()
    for pem in (*(anchor.pem for anchor in named), *before):
        authority = certificates.load(pem)
        if certificates.vouches(authority, one.certificate, at):
            return authority, pem if pem in before else ""
    for url in authorities.offered(one.certificate).issuers:
        try:
            content = fetched.fetch(url, b"", private=partner.private_address)
            authority = authorities.issuer_among(one.certificate, content, at)
        except Doubtful as doubtful:
            doubt = doubtful.doubt
        else:
            return authority, certificates.pem(authority)
    raise Doubtful(doubt)


# -- writing down -----------------------------------------------------------------------------------------------------


def _settle(gateway: Gateway, store: Checks, seen: Checked | None, after: Checked) -> bool:
    """Write how a certificate stands, with what follows from it; False where nothing does, or another was first."""
    changed = after.says != (seen.says if seen else Says.GOOD)

    def change(register: Register, known: Known) -> tuple[Sequence[Partner], Record]:
        listed = _counting(gateway, register, {**known, after.certificate: after}, gateway.clock())
        record = recorded(listed, gateway.homes[0], gateway.clock(), gateway.draw) if listed else Record(())
        return listed, (_told(gateway, register, after) if changed else Record(())) + record

    return store.check(seen, after, change) and changed


def _told(gateway: Gateway, register: Register, after: Checked) -> Record:
    """A line for each partner that shows the certificate."""
    showing = [
        one
        for one in _others(gateway, register)
        if after.certificate in {shown.fingerprint for shown in checked.shown(one)}
    ]
    joins = tuple(join(gateway.draw, What.ORGANISATION, one.id, one.id) for one in showing)
    key, at, home = Fingerprint(after.certificate), gateway.clock(), gateway.homes[0]
    return Record(
        tuple(CertificateChecked(at, home, key, after.says, who.commitment, after.since) for who in joins), joins
    )


def _counting(gateway: Gateway, register: Register, known: Known, at: datetime) -> Sequence[Partner]:
    """The records that have to change for what the authorities say."""
    pairs = [(one, checked.counting(one, known, at, strict=gateway.fail_closed)) for one in _others(gateway, register)]
    return [after for before, after in pairs if after != before]
