"""A fact as the one sequence of bytes that stands for it, and back."""

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from enum import StrEnum

from gateway.core.facts.fact import Fact
from gateway.core.facts.kinds import FACTS
from gateway.core.facts.owned import year_of
from gateway.core.terms import (
    AgreementRef,
    BreachId,
    CaseId,
    Commitment,
    ConsentId,
    DisclosureId,
    EntryId,
    Fingerprint,
    FlagId,
    MessageId,
    ParcelId,
    RequestId,
    Token,
    UploadId,
    WatchId,
    YearId,
    parse_stamp,
    stamp,
)

MOST_CHILDREN = 500
"""Children in one line, and so in one disclosure: a line must fit 65,535 bytes (C2SP tlog-tiles)."""

MOST_BYTES = 65_535


def line(fact: Fact, rows: str | None = None) -> bytes:
    """Write a fact as the one sequence of bytes that stands for it (RFC 8785: sorted keys, no spaces, UTF-8).

    Absent fields are left out, so that a later version can add one without changing what an old line says. ``rows`` is
    the digest of what was written with it (``core.log.rows``).
    """
    body: dict[str, object] = {"fact": type(fact).__name__, "v": 1}
    for field in fields(fact):
        value = getattr(fact, field.name)
        if value is not None:
            body[field.name] = _plain(value)
    if rows is not None:
        body["rows"] = rows
    content = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    if len(content) > MOST_BYTES:
        raise ValueError("a line has at most 65,535 bytes")
    return content


def parse_line(content: bytes) -> dict[str, object]:
    """Read a line's fields; raises ValueError unless the bytes are exactly what ``line`` would write."""
    body = json.loads(content)
    if not isinstance(body, dict) or body.get("v") != 1 or body.get("fact") not in FACTS:
        raise ValueError("not a line of the disclosure log")
    again = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    if again != content:
        raise ValueError("not in canonical form")
    parse_stamp(str(body["at"]))
    return body


def commitments(fact: Fact) -> Iterator[Commitment]:
    """Every commitment that a fact's line holds."""
    for field in fields(fact):
        value = getattr(fact, field.name)
        if isinstance(value, Commitment):
            yield value
        elif isinstance(value, tuple):
            yield from (one for one in value if isinstance(one, Commitment))


def subjects(fact: Fact) -> frozenset[str]:
    """The ids of what a fact is about, from an upload to an agreement: what its line is found by.

    One that belongs to its year is found by that too.
    """
    values = (getattr(fact, field.name) for field in fields(fact))
    year = year_of(type(fact).__name__, fact.home, stamp(fact.at))
    return frozenset(value for value in values if isinstance(value, FOUND_BY)) | ({year} if year else frozenset())


FOUND_BY = (
    UploadId, DisclosureId, ParcelId, MessageId, AgreementRef, CaseId, EntryId, WatchId, RequestId, BreachId,
    Fingerprint, FlagId, ConsentId, YearId,
)  # fmt: skip
"""Whose ids a line is found by."""


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, bool | int | Token | StrEnum):
        return value
    raise TypeError(f"a fact may not hold a {type(value).__name__}")
