"""Purposes that are off may be opened by one installation, for a time: a person approves and a lawyer has written.

They are rows of an installation's own ``reference/openings.toml``. Nothing shipped opens anything.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.core import tables
from gateway.core.terms import Period, PurposeCode


@dataclass(frozen=True, slots=True)
class Opening:
    """One purpose, open for a while. ``approved_by`` is a role, ``approval`` and ``legal_opinion`` are references.

    ``opinion`` is the file of the legal opinion, which lies beside the rows.
    """

    purpose: PurposeCode
    period: Period
    approved_by: str
    approval: str
    legal_opinion: str
    opinion: str


def openings_from_toml(text: str, closed: Iterable[PurposeCode]) -> tuple[Opening, ...]:
    """Read ``[[opening]]`` rows. Raises ValueError, in plain words, for all that do not open one of the ``closed``."""
    raw = tables.take(tables.parse(text), "file", {"opening": tables.anything})
    rows = tables.rows(raw["opening"], "opening", _NEED, _PAPERS)
    wrong = [
        f"opening {number}: {words}" for number, row in enumerate(rows, 1) if (words := _lacks(row, frozenset(closed)))
    ]
    if wrong:
        raise tables.Misplaced("; ".join(wrong))
    return tuple(_opening(**row) for row in rows)


def _opening(first: date, until: date, **row: Any) -> Opening:
    return Opening(period=Period(first, until), **row)


def _lacks(row: Mapping[str, object], closed: frozenset[PurposeCode]) -> str:
    code = row["purpose"]
    if code not in closed:
        return f"{code} is not one of the purposes that are off"
    wanting = [words for key, words in _WANTED.items() if key not in row]
    return f"{code} is opened only with {', '.join(wanting)}" if wanting else ""


def _file(raw: object) -> str:
    """The name of a file beside the rows: never a path to somewhere else."""
    found = tables.text(raw)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", found):
        raise ValueError("not a file name")
    return found


_WANTED: Mapping[str, str] = {
    "approved_by": "the role that approved it (approved_by)",
    "approval": "the reference of its approval (approval)",
    "legal_opinion": "the reference of a legal opinion (legal_opinion)",
    "opinion": "the file of that opinion beside it (opinion)",
    "until": "a last day (until)",
}

_NEED: tables.Shape = {"purpose": tables.word(PurposeCode), "first": tables.day}
_PAPERS: tables.Shape = {
    "approved_by": tables.text,
    "approval": tables.text,
    "legal_opinion": tables.text,
    "opinion": _file,
    "until": tables.day,
}
