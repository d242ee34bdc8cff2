"""Partners as TOML: ``from_toml`` and ``to_toml`` are opposites, byte for byte."""

from collections.abc import Iterable
from typing import TypeVar

from gateway.core import tables
from gateway.core.partners.kinds import CertificateRole, Channel, PartnerKind
from gateway.core.partners.records import Assurance, Certificate, Contact, Partner, Template
from gateway.core.terms import LaEstab, PartnerId, Period, PurposeCode

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


def to_toml(partners: Iterable[Partner]) -> str:
    """The opposite of ``from_toml``."""
    return tables.show({"partner": [_row(partner) for partner in partners]})


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


def _row(partner: Partner) -> dict[str, object]:
    head = {"id": str(partner.id), "kind": partner.kind.value, "name": partner.name, "first": partner.in_effect.first}
    tail = {} if partner.in_effect.last is None else {"last": partner.in_effect.last}
    rest: dict[str, object] = tables.plain(partner, "id", "kind", "name", "in_effect")
    return {**head, **tail, **rest}


def _contact(raw: object) -> Contact:
    may = {"phone": tables.text, "safeguarding": tables.text, "email": tables.text}
    contact = Contact(**tables.take(raw, "contact", {}, may))
    if contact == Contact():
        raise ValueError("an empty contact is left out")
    return contact


def _certificates(raw: object) -> tuple[Certificate, ...]:
    need = {"role": tables.word(CertificateRole), "pem": tables.text}
    may = {"first": tables.instant, "last": tables.instant}
    return _some(Certificate(**row) for row in tables.rows(raw, "certificate", need, may))


def _assurance(raw: object) -> tuple[Assurance, ...]:
    need = {"scheme": tables.text, "last": tables.day}
    return _some(Assurance(**row) for row in tables.rows(raw, "assurance", need))


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
    "ods": tables.text,
    "ico": tables.text,
    "successor": tables.word(PartnerId),
    "endpoint": tables.text,
    "served_by": tables.word(PartnerId),
    "party_type": tables.text,
    "profile": tables.text,
    "domain": tables.text,
    "agent_of": tables.many(tables.word(PartnerId)),
    "contact": _contact,
    "certificates": _certificates,
    "assurance": _assurance,
}
