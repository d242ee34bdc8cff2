"""Agreements as TOML: ``from_toml`` and ``to_toml`` are opposites, byte for byte.

What holds anyway is left out, so a file written before a field was known says the same today and prints the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from gateway.core import tables
from gateway.core.agreements.reading import MAY, NEED
from gateway.core.agreements.records import Agreement
from gateway.core.agreements.words import Status
from gateway.core.law import Stated
from gateway.core.terms import Digest, Kind, Period, PurposeCode, digest


def from_toml(text: str) -> Agreement:
    """Read one agreement. Raises ValueError naming places and keys, and no value, for all that is wrong."""
    row = tables.take(tables.parse(text), "agreement", NEED, MAY)
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
        elif value != field.default:
            row[field.name] = _SHOW[field.name](value) if field.name in _SHOW else tables.plain(value)
    return tables.show(row)


def terms_digest(agreement: Agreement) -> Digest:
    """What a party signs: all of it but how far it has come and who has signed."""
    return digest(to_toml(replace(agreement, status=Status.DRAFT, signatories=())).encode())


def _show_purposes(purposes: tuple[tuple[PurposeCode, Stated], ...]) -> list[dict[str, object]]:
    return [
        {
            "code": str(code),
            **tables.plain(stated, "papers"),
            **({"papers": dict(stated.papers)} if stated.papers else {}),
        }
        for code, stated in purposes
    ]


def _show_of_parties(rows: tuple[Any, ...]) -> list[dict[str, object]]:
    return [{"party": str(one.party), **tables.plain(one, "party")} for one in rows]


def _show_parties(parties: tuple[object, ...]) -> list[str]:
    return [str(party) for party in parties]


def _show_items(items: tuple[tuple[Kind, tuple[str, ...]], ...]) -> dict[str, list[str]]:
    return {kind.value: list(patterns) for kind, patterns in items}


def _show_ages(ages: tuple[tuple[Kind, int], ...]) -> dict[str, int]:
    return {kind.value: days for kind, days in ages}


_SHOW: Mapping[str, Callable[[Any], object]] = {
    "senders": _show_parties,
    "recipients": _show_parties,
    "purposes": _show_purposes,
    "signatories": _show_of_parties,
    "members": _show_of_parties,
    "approvers": _show_of_parties,
    "items": _show_items,
    "mandatory": _show_items,
    "forbidden": _show_items,
    "max_age": _show_ages,
}
