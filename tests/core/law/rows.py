"""What a row of ``decisions.toml`` asks, and what the gateway decides; the file's heading explains each word."""

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from gateway.core import decisions, law
from gateway.core.agreements import Agreement, Status
from gateway.core.decisions import NOTHING_CLEARED, Clearance, Decision, OneOff, Origin, Question
from gateway.core.errors import Code
from gateway.core.facts import Condition, Excuse
from gateway.core.law import Article9, Class, Exemption, Paper, Purposes, Schedule1, Stated
from gateway.core.partners import Assurance, Carrier, Partner, PartnerKind, Scheme
from gateway.core.terms import Basis, Flag, Item, Kind, PartnerId, PersonId, PurposeCode
from tests.core.law.made import (
    ROOT,
    TODAY,
    agreement,
    classes,
    document,
    opening,
    partner,
    pupil,
    purposes,
    schemas,
    sensitive,
    shipped,
)

Row = dict[str, Any]

_TABLE = tomllib.loads((ROOT / "tests/core/law/decisions.toml").read_text())
CASES: list[Row] = _TABLE["case"]
NEVER: list[Row] = _TABLE["never"]

OFFICER, SECOND = PersonId("o.officer"), PersonId("s.second")
WORDS = {
    "says", "purpose", "from", "to", "to_area", "own", "day", "commenced", "opened", "file", "children", "holds",
    "criminal", "grade", "lacks", "consented", "leaving", "immediate", "origin", "agreement", "agreed", "forbidden",
    "basis", "most_children", "bulk", "most_a_day", "most_days_old", "made", "sent_today", "assured_until", "carrier", "accepted", "certificate",
    "one_off", "siblings", "earlier", "used", "approved", "flags", "cleared", "by", "to_asker", "knowing", "excuses", "glass", "goes",
    "outcome", "reasons", "duty", "recorded", "later", "art6", "art9", "art10", "remarks",
}  # fmt: skip
"""A row that says something else is misspelt, and would say nothing."""

_STATUS = {"suspended": Status.SUSPENDED, "draft": Status.DRAFT}
_ASKED = (Scheme.CYBER_ESSENTIALS_PLUS,)


def ask(row: Row) -> Decision:
    """What the gateway decides about what the row says."""
    sender, recipient = _who(row)
    table, stated = _purposes(row), _stated(row, sender, recipient)
    made = [] if row["agreement"] == "none" else [_agreed(row, sender, recipient, stated)]
    numbers = tuple(range(1, row.get("children", 1) + 1))
    one_off = OneOff(
        stated,
        tuple(row.get("one_off", ())),
        OFFICER,
        siblings=row.get("siblings", False),
        earlier=row.get("earlier", 0),
        used=row.get("used", False),
    )
    question = Question(
        PurposeCode(row["purpose"]),
        sender,
        recipient,
        document(*(pupil(number, *row["holds"]) for number in numbers), kind=kind_of(row)),
        numbers,
        row.get("day", TODAY),
        Carrier(row.get("carrier", "lan")),
        frozenset(row.get("accepted", ())),
        lifted=frozenset((Item(one), Class.CR) for one in row.get("criminal", ())),
        one_off=one_off if "one_off" in row else None,
        flags=_flags(row, "flags"),
        own=row.get("own", False),
        origin=_origin(row),
        clearance=_clearance(row),
        sent_today=tuple((one.ref, row.get("sent_today", 0)) for one in made),
        sealable=row.get("certificate", True),
        immediate=row.get("immediate", False),
        grade=row.get("grade"),
        lacks=_codes(row.get("lacks", ())),
        consented=frozenset(numbers) if row.get("consented") else frozenset(),
        leaving=row.get("leaving", False),
        made=row.get("made"),
        to_asker=row.get("to_asker", False),
    )
    return decisions.decide(question, table, classes(), made, schemas(), sensitive())


def kind_of(row: Row) -> Kind:
    return Kind(row.get("file", "ctf"))


def _codes(words: Iterable[str]) -> tuple[Code, ...]:
    return tuple(map(Code, words))


def _flags(row: Row, word: str) -> frozenset[Flag]:
    return frozenset(map(Flag, row.get(word, ())))


def _who(row: Row) -> tuple[Partner, Partner]:
    sender = partner(PartnerKind(row["from"]), "the-sender")
    recipient = partner(PartnerKind(row["to"]), "the-recipient", row.get("to_area", "886"), "1234")
    last: date | None = row.get("assured_until")
    return sender, replace(recipient, assurance=tuple(Assurance(one, last) for one in _ASKED) if last else ())


def _purposes(row: Row) -> Purposes:
    table = _begun(tuple(row["commenced"])) if "commenced" in row else purposes()
    return law.opened(table, [opening(row["purpose"])]) if row.get("opened") else table


@cache
def _begun(provisions: tuple[str, ...]) -> Purposes:
    """The purposes as they are where and while these provisions are in force."""
    rows = (
        f'[[provision]]\nid = "{one}"\nwhat = "begun"\nsource = "invented"\n[[provision.begins]]\nfirst = 2026-09-01\n'
        for one in provisions
    )
    return law.from_toml(
        shipped("purposes.toml"), law.commencement_from_toml(shipped("commencement.toml"), "\n".join(rows))
    )


def _stated(row: Row, sender: Partner, recipient: Partner) -> Stated:
    """The usual basis of the purpose, with what the row changes; any will do where there is no power at all."""
    purpose, basis = _purposes(row)[PurposeCode(row["purpose"])], row.get("basis", {})
    power = purpose.power(sender.kind, recipient.kind, TODAY, requested="request" in basis, area=sender.area)
    usual = purpose.usual(power or purpose.powers[0])
    changed: dict[str, Any] = {
        word: reads(basis[word]) if basis[word] else None for word, reads in _BASIS.items() if word in basis
    }
    papers = tuple((Paper(paper), reference) for paper, reference in basis.get("papers", {}).items())
    return replace(usual, **changed, request=basis.get("request", ""), papers=papers)


_BASIS = {
    "art6": Basis, "art9": Article9, "sch1": Schedule1, "art10": Schedule1, "exemption": Exemption, "apd": Condition,
}  # fmt: skip


def _agreed(row: Row, sender: Partner, recipient: Partner, stated: Stated) -> Agreement:
    made = agreement(
        sender,
        recipient,
        stated,
        *row["agreed"],
        purpose=row["purpose"],
        kind=kind_of(row),
        status=_STATUS.get(row["agreement"], Status.ACTIVE),
        last=date(2026, 8, 31) if row["agreement"] == "lapsed" else None,
        review=date(2026, 8, 1) if row["agreement"] == "overdue" else date(2027, 6, 1),
        max_children=row.get("most_children", 500),
    )
    return replace(
        made,
        max_messages=row.get("most_a_day"),
        bulk=row.get("bulk", False),
        max_age=((kind_of(row), row["most_days_old"]),) if "most_days_old" in row else (),
        assurance=_ASKED if "assured_until" in row else (),
        forbidden=((kind_of(row), tuple(row["forbidden"])),) if "forbidden" in row else (),
    )


def _origin(row: Row) -> Origin | None:
    if "origin" not in row:
        return None
    said: Row = row["origin"]
    source = PartnerId(said.get("source", "another-partner"))
    return Origin(source, PurposeCode(said["purpose"]), said.get("onward", False), said.get("reuse", False))


def _clearance(row: Row) -> Clearance:
    if not {"approved", "cleared", "glass"} & set(row):
        return NOTHING_CLEARED
    by = tuple(map(PersonId, row.get("by", ()))) or (SECOND,)
    reasons = {*_codes(row.get("cleared", ())), *([Code.SECOND_PERSON] if row.get("approved") else [])}
    knew = _flags(row, "knowing" if "knowing" in row else "flags")
    excuses = frozenset(map(Excuse, row.get("excuses", ())))
    return Clearance(frozenset(reasons), knew, by, excuses, glass=row.get("glass", False))
