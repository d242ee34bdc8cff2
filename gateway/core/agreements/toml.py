"""Agreements as TOML: ``from_toml`` and ``to_toml`` are opposites, byte for byte."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from gateway.core import tables
from gateway.core.agreements.records import Agreement, Direction, Party, Signatory, Status
from gateway.core.facts import Condition
from gateway.core.law import Article9, Exemption, Paper, Schedule1, Stated
from gateway.core.partners import Carrier
from gateway.core.terms import Basis, Kind, Period, PurposeCode


def from_toml(text: str) -> Agreement:
    """Read one agreement. Raises ValueError naming places and keys, and no value, for all that is wrong."""
    row = tables.take(tables.parse(text), "agreement", _NEED, _MAY)
    try:
        return Agreement(in_force=Period(row.pop("first"), row.pop("last", None)), **row)
    except ValueError as inside:  # raised by the values above, in words of our own
        raise tables.Misplaced(f"agreement: {inside}") from None


def to_toml(agreement: Agreement) -> str:
    """The opposite of ``from_toml``."""
    row: dict[str, object] = {}
    for field in fields(agreement):
        value = getattr(agreement, field.name)
        if field.name == "in_force":
            row["first"] = value.first
            row |= {"last": value.last} if value.last else {}
        elif value != ():
            row[field.name] = _SHOW[field.name](value) if field.name in _SHOW else tables.plain(value)
    return tables.show(row)


def _show_purposes(purposes: tuple[tuple[PurposeCode, Stated], ...]) -> list[dict[str, object]]:
    return [
        {
            "code": str(code),
            **tables.plain(stated, "papers"),
            **({"papers": dict(stated.papers)} if stated.papers else {}),
        }
        for code, stated in purposes
    ]


def _show_signatories(signatories: tuple[Signatory, ...]) -> list[dict[str, object]]:
    return [{"party": str(one.party), "role": one.role, "day": one.day} for one in signatories]


def _show_parties(parties: tuple[Party, ...]) -> list[str]:
    return [str(party) for party in parties]


def _show_items(items: tuple[tuple[Kind, tuple[str, ...]], ...]) -> dict[str, list[str]]:
    return {kind.value: list(patterns) for kind, patterns in items}


_SHOW: Mapping[str, Callable[[Any], object]] = {
    "senders": _show_parties,
    "recipients": _show_parties,
    "purposes": _show_purposes,
    "signatories": _show_signatories,
    "items": _show_items,
}


def _purposes(raw: object) -> tuple[tuple[PurposeCode, Stated], ...]:
    need = {"code": tables.word(PurposeCode), "art6": tables.word(Basis)}
    may = {
        "art9": tables.word(Article9),
        "sch1": tables.word(Schedule1),
        "art10": tables.word(Schedule1),
        "exemption": tables.word(Exemption),
        "apd": tables.word(Condition),
        "request": tables.text,
        "papers": tables.pairs(Paper, tables.text),
    }
    return tuple((row.pop("code"), Stated(**row)) for row in tables.rows(raw, "purpose", need, may))


def _signatories(raw: object) -> tuple[Signatory, ...]:
    need = {"party": tables.word(Party.parse), "role": tables.text, "day": tables.day}
    return tuple(Signatory(**row) for row in tables.rows(raw, "signatory", need))


_NEED: tables.Shape = {
    "name": tables.text,
    "version": tables.count,
    "title": tables.text,
    "status": tables.word(Status),
    "direction": tables.word(Direction),
    "senders": tables.many(tables.word(Party.parse)),
    "recipients": tables.many(tables.word(Party.parse)),
    "first": tables.day,
    "review": tables.day,
    "purposes": _purposes,
    "items": tables.pairs(Kind, tables.many(tables.text)),
    "max_children": tables.count,
}

_MAY: tables.Shape = {
    "last": tables.day,
    "carriers": tables.many(tables.word(Carrier)),
    "signatories": _signatories,
}
