"""How each field of an agreement's file is read: the strict half of ``toml``."""

from collections.abc import Callable
from typing import TypeVar

from gateway.core import tables
from gateway.core.agreements.parts import (
    Approver,
    Assessment,
    Change,
    Ending,
    Member,
    Party,
    Plain,
    Quality,
    Restrictions,
    Retention,
    Rights,
    Security,
    Signatory,
)
from gateway.core.agreements.words import (
    Answerer,
    Direction,
    Frequency,
    Geography,
    Office,
    Onward,
    PartyRole,
    Proof,
    Since,
    Status,
    Subject,
    Tier,
)
from gateway.core.facts import Condition
from gateway.core.law import Article9, Class, Exemption, Paper, Schedule1, Stated
from gateway.core.partners import Carrier, Scheme
from gateway.core.terms import AgreementRef, Basis, Digest, Kind, PartnerId, PurposeCode

T = TypeVar("T")

_PARTY = tables.word(Party.parse)
_PATTERNS = tables.pairs(Kind, tables.many(tables.text))


def _one(kind: Callable[..., T], may: tables.Shape) -> Callable[[object], T]:
    """A table of one part, of which everything may be left to what holds anyway."""
    return lambda raw: kind(**tables.take(raw, kind.__name__.lower(), {}, may))


def _rows(kind: Callable[..., T], need: tables.Shape, may: tables.Shape) -> Callable[[object], tuple[T, ...]]:
    """Every table of one part; what they are made of may refuse to go together."""

    def read(raw: object) -> tuple[T, ...]:
        found, wrong = [], []
        for number, row in enumerate(tables.rows(raw, kind.__name__.lower(), need, may), 1):
            try:
                found.append(kind(**row))
            except ValueError as inside:  # in words of our own
                wrong.append(f"{kind.__name__.lower()} {number}: {inside}")
        if wrong:
            raise tables.Misplaced("; ".join(wrong))
        return tuple(found)

    return read


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


NEED: tables.Shape = {
    "name": tables.text,
    "version": tables.count,
    "title": tables.text,
    "status": tables.word(Status),
    "direction": tables.word(Direction),
    "senders": tables.many(_PARTY),
    "recipients": tables.many(_PARTY),
    "first": tables.day,
    "review": tables.day,
    "purposes": _purposes,
    "items": _PATTERNS,
    "max_children": tables.count,
}

_MEMBER: tables.Shape = {
    "role": tables.word(PartyRole),
    "number": tables.text,
    "ico": tables.text,
    "contract": tables.text,
    "agent_of": tables.many(tables.word(PartnerId)),
    "rights": tables.text,
    "corrections": tables.text,
    "breach": tables.text,
    "notice": tables.text,
}

_RESTRICTIONS: tables.Shape = {
    "onward": tables.word(Onward),
    "geography": tables.word(Geography),
    "reuse": tables.flag,
    "automated": tables.flag,
}

_RETENTION: tables.Shape = {"of": tables.word(Class), "years": tables.count, "since": tables.word(Since)}

MAY: tables.Shape = {
    "last": tables.day,
    "carriers": tables.many(tables.word(Carrier)),
    "number": tables.count,
    "tier": tables.word(Tier),
    "parent": tables.word(AgreementRef),
    "lead": tables.word(PartnerId),
    "frequency": tables.word(Frequency),
    "subjects": tables.many(tables.word(Subject)),
    "max_messages": tables.count,
    "bulk": tables.flag,
    "assurance": tables.many(tables.word(Scheme)),
    "deletion_proof": tables.word(Proof),
    "breach_hours": tables.count,
    "complaints": tables.text,
    "publishable": tables.flag,
    "summary": tables.text,
    "signatories": _rows(Signatory, {"party": _PARTY, "role": tables.text, "day": tables.day}, {}),
    "plain": _one(Plain, dict.fromkeys(("purpose", "benefit", "if_not_shared"), tables.text)),
    "members": _rows(Member, {"party": _PARTY}, _MEMBER),
    "mandatory": _PATTERNS,
    "forbidden": _PATTERNS,
    "max_age": tables.pairs(Kind, tables.count),
    "restrictions": _one(Restrictions, _RESTRICTIONS),
    "security": _one(Security, {"profile": tables.text, "keys": tables.many(tables.word(Digest))}),
    "retention": _rows(Retention, _RETENTION, {}),
    "rights": _one(Rights, {"answered_by": tables.word(Answerer), "days": tables.count}),
    "assessment": _one(Assessment, {"reference": tables.text, "day": tables.day, "advice": tables.text}),
    "quality": _one(Quality, dict.fromkeys(("source", "accuracy", "correction"), tables.text)),
    "approvers": _rows(Approver, {"party": _PARTY, "office": tables.word(Office)}, {"title": tables.text}),
    "ending": _one(Ending, {"notice_days": tables.count, "terms": tables.text, "disputes": tables.text}),
    "changes": _rows(Change, {"version": tables.count, "day": tables.day, "words": tables.text}, {}),
}
