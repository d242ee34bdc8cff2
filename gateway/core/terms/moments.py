"""Periods, instants and digests, as they are written and read again."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime

from gateway.core.terms.tokens import Commitment, Digest


@dataclass(frozen=True, slots=True)
class Period:
    """From a first day to a last day, both included; no last day means until further notice."""

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise ValueError("a period ends before it begins")

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def digest(content: bytes) -> Digest:
    return Digest(hashlib.sha256(content).hexdigest())


def commit(salt: bytes, value: str | bytes) -> Commitment:
    """Bind to ``value`` under a fresh 32-byte ``salt`` used for nothing else."""
    if len(salt) != 32:  # noqa: PLR2004  (SHA-256's own length)
        raise ValueError("a salt has 32 bytes")
    content = value.encode() if isinstance(value, str) else value
    return Commitment(hashlib.sha256(b"gateway-commitment/v1\x00" + salt + content).hexdigest())


def stamp(at: datetime) -> str:
    """An instant as every line, page and message writes it: UTC, milliseconds, ``Z``."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_stamp(text: str) -> datetime:
    """The opposite of ``stamp``; raises ValueError on any other form."""
    at = datetime.fromisoformat(text)
    if stamp(at) != text:
        raise ValueError("not an instant as the gateway writes it")
    return at
