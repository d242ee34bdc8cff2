"""Partners as TOML: ``from_toml`` and ``to_toml`` are opposites, byte for byte."""

import base64
import contextlib
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from gateway.core import tables
from gateway.core.as4 import Option
from gateway.core.partners.credentials import Anchor, Awaiting, Certificate
from gateway.core.partners.kinds import CertificateRole, Channel, PartnerKind
from gateway.core.partners.particulars import (
    NOBODY,
    Agency,
    Assurance,
    Contact,
    ContractRef,
    IcoNumber,
    MailboxId,
    OdsCode,
    Phone,
    Post,
    Proof,
    Safeguarding,
    Scheme,
    Verified,
    VerifierKey,
)
from gateway.core.partners.records import Partner, Paused, Template
from gateway.core.terms import Digest, LaEstab, PartnerId, Period, PersonId, PurposeCode

T = TypeVar("T")


def from_toml(text: str) -> tuple[Partner, ...]:
    """Read ``[[partner]]`` rows. Raises ValueError naming rows and keys, and no value, for all that is wrong."""
    raw = tables.take(tables.parse(text), "file", {"partner": tables.anything})
    found, wrong = [], []
    for number, row in enumerate(tables.rows(raw["partner"], "partner", _NEED, _MAY), 1):
        try:
            period = Period(row.pop("first"), row.pop("last", None))
            found.append(Partner(in_effect=period, **row))
        except ValueError as inside:  # raised by the values above, in words of our own
            wrong.append(f"partner {number}: {inside}")
    if wrong:
        raise tables.Misplaced("; ".join(wrong))
    return tuple(found)


def from_register(text: str) -> tuple[Partner, ...]:
    """As ``from_toml``, for what an earlier release wrote into the register.

    What that release took and this one does not is left out: an agent without its contract, a post that is none. The
    record then lacks it, as ``lapsed`` says, and it is asked for again.
    """
    try:
        return from_toml(text)
    except ValueError:
        raw = tables.parse(text)
    partner = raw.get("partner")
    if isinstance(partner, list):
        raw["partner"] = [_as_now(row) if isinstance(row, dict) else row for row in partner]
    return from_toml(tables.show(raw))


def to_toml(partners: Iterable[Partner]) -> str:
    """The opposite of ``from_toml``."""
    return tables.show({"partner": [_row(partner) for partner in partners]})


def with_signatures(text: str, signatures: Iterable[bytes]) -> str:
    """Records with the signatures of those whose they are, as comments: whoever looks for none reads on as ever."""
    return text + "".join(f"{_SIGNATURE}{base64.b64encode(one).decode()}\n" for one in signatures)


def signatures_in(text: str) -> tuple[bytes, tuple[bytes, ...]]:
    """The opposite of ``with_signatures``: what was signed, and the signatures that can be read."""
    signed, *written = re.split(f"^{_SIGNATURE}", text, flags=re.MULTILINE)
    found = []
    for one in written:
        with contextlib.suppress(ValueError):
            found.append(base64.b64decode(one.strip(), validate=True))
    return signed.encode(), tuple(found)


_SIGNATURE = "# signature "


def templates_from_toml(text: str) -> tuple[Template, ...]:
    """Read ``[[template]]`` rows of ``partners/teams.toml``; raises ValueError."""
    raw = tables.take(tables.parse(text), "file", {"template": tables.anything})
    need = {
        "name": tables.text,
        "title": tables.text,
        "kind": tables.word(PartnerKind),
        "channel": tables.word(Channel),
    }
    may = {"purposes": tables.many(tables.word(PurposeCode)), "own": tables.flag}
    return tuple(Template(**row) for row in tables.rows(raw["template"], "template", need, may))


def _as_now(row: dict[str, Any]) -> dict[str, Any]:
    kept = dict(row)
    if isinstance(contact := row.get("contact"), dict):
        kept["contact"] = {key: value for key, value in contact.items() if key != "safeguarding"}
    if isinstance(shown := row.get("assurance"), list):
        kept["assurance"] = [one for one in shown if _reads(_assurance, [one])]
    for key, read in _TIGHTER.items():
        if key in kept and not _reads(read, kept[key]):
            del kept[key]
    return kept


def _reads(read: tables.Read, raw: object) -> bool:
    try:
        read(raw)
    except ValueError:
        return False
    return True


def _row(partner: Partner) -> dict[str, object]:
    head = {"id": str(partner.id), "kind": partner.kind.value, "name": partner.name, "first": partner.in_effect.first}
    tail = {} if partner.in_effect.last is None else {"last": partner.in_effect.last}
    rest: dict[str, object] = tables.plain(partner, "id", "kind", "name", "in_effect")
    return {**head, **tail, **rest}


def _contact(raw: object) -> Contact:
    may = {"phone": tables.word(Phone), "post": tables.word(Post), "email": tables.text}
    contact = Contact(**tables.take(raw, "contact", {}, may))
    if contact == NOBODY:
        raise ValueError("an empty contact is left out")
    return contact


def _safeguarding(raw: object) -> Safeguarding:
    need = {"post": tables.word(Post), "office": tables.text, "phone": tables.word(Phone)}
    return _made(Safeguarding, tables.take(raw, "safeguarding", need, {"email": tables.text}))


def _verified(raw: object) -> Verified:
    return Verified(**tables.take(raw, "verified", {"on": tables.day, "how": tables.word(Proof)}))


def _agencies(raw: object) -> tuple[Agency, ...]:
    if isinstance(raw, list) and any(isinstance(one, str) for one in raw):
        raise tables.Misplaced("each school needs the contract of Article 28 under which the company acts for it")
    need = {"school": tables.word(PartnerId), "contract": tables.word(ContractRef)}
    may = {"first": tables.day, "last": tables.day}
    return _some(_made(Agency, row) for row in tables.rows(raw, "agent_of", need, may))


def _certificates(raw: object) -> tuple[Certificate, ...]:
    need = {"role": tables.word(CertificateRole), "pem": tables.text}
    may = {"first": tables.instant, "last": tables.instant}
    return _some(Certificate(**row) for row in tables.rows(raw, "certificate", need, may))


def _anchors(raw: object) -> tuple[Anchor, ...]:
    need = {"pem": tables.text, "name": tables.text}
    return _some(Anchor(**row) for row in tables.rows(raw, "anchors", need))


def _awaiting(raw: object) -> Awaiting:
    may = {
        "endpoint": tables.text,
        "certificates": _certificates,
        "anchors": _anchors,
        "brought": tables.many(tables.word(Phone)),
        "confirmed_by": tables.word(PersonId),
        "number": tables.word(Phone),
        "mailbox": tables.word(MailboxId),
        "contact": _contact,
        "safeguarding": _safeguarding,
    }
    return _made(Awaiting, tables.take(raw, "awaiting", {}, may))


def _paused(raw: object) -> Paused:
    need = {"since": tables.instant, "by": tables.word(PersonId), "reason": tables.text}
    return Paused(**tables.take(raw, "paused", need))


def _assurance(raw: object) -> tuple[Assurance, ...]:
    need = {"scheme": tables.word(Scheme), "last": tables.day}
    return _some(Assurance(**row) for row in tables.rows(raw, "assurance", need, {"reference": tables.text}))


def _made(kind: Callable[..., T], values: dict[str, Any]) -> T:
    """A value of several keys; what is wrong with them together is said in its own words, which quote nothing."""
    try:
        return kind(**values)
    except ValueError as inside:
        raise tables.Misplaced(str(inside)) from None


def _some(found: Iterable[T]) -> tuple[T, ...]:
    listed = tuple(found)
    if not listed:
        raise ValueError("an empty list is left out")
    return listed


_NEED: tables.Shape = {
    "id": tables.word(PartnerId),
    "kind": tables.word(PartnerKind),
    "name": tables.text,
    "first": tables.day,
    "channel": tables.word(Channel),
}

_MAY: tables.Shape = {
    "last": tables.day,
    "town": tables.text,
    "laestab": tables.word(LaEstab),
    "la": tables.text,
    "ods": tables.word(OdsCode),
    "ico": tables.word(IcoNumber),
    "successor": tables.word(PartnerId),
    "endpoint": tables.text,
    "mailbox": tables.word(MailboxId),
    "plain": tables.flag,
    "served_by": tables.word(PartnerId),
    "trust": tables.word(PartnerId),
    "party_type": tables.text,
    "profile": tables.text,
    "accepts": tables.many(tables.word(Option)),
    "domain": tables.text,
    "verified": _verified,
    "agent_of": _agencies,
    "contact": _contact,
    "safeguarding": _safeguarding,
    "certificates": _certificates,
    "assurance": _assurance,
    "logs": tables.many(tables.word(VerifierKey)),
    "witnesses": tables.many(tables.word(VerifierKey)),
    "pulled": tables.flag,
    "rate": tables.count,
    "anchors": _anchors,
    "private_address": tables.flag,
    "revoked": tables.many(tables.word(Digest)),
    "suspended": tables.many(tables.word(Digest)),
    "awaiting": _awaiting,
    "onboarding": tables.flag,
    "live_by": tables.word(PersonId),
    "paused": _paused,
}

_TIGHTER: tables.Shape = {key: _MAY[key] for key in ("ods", "ico", "agent_of", "contact", "assurance")}
"""What earlier releases took in more forms."""
