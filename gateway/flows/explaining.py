"""Queries are explained by the school, read by its own council, and go further only when an officer releases them.

A query never stops a file: what nobody explained goes as "not explained".
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from gateway.core import roles
from gateway.core.documents import RULES
from gateway.core.errors import Code, Finding, Refusal, Severity
from gateway.core.facts import ExplanationRead, QueryExplained, What, join
from gateway.core.records import Explanation, Person, Record
from gateway.core.reference.advice import Advice, Advised
from gateway.core.roles import Can
from gateway.core.terms import Commitment, PartnerId, PersonId, RuleCode, UploadId
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation

OFFICERS = roles.who(Can.EXPLANATIONS)
MOST = 100
NOTHING_TOLD: Mapping[RuleCode, str] = MappingProxyType({})


class Upload(Protocol):
    """What is asked of an upload here."""

    @property
    def id(self) -> UploadId: ...
    @property
    def sender(self) -> PartnerId: ...
    @property
    def by(self) -> PersonId | None: ...
    @property
    def told(self) -> Mapping[RuleCode, str]: ...


class Explanations(Protocol):
    def explanations(self, reader: PartnerId, most: int) -> Sequence[Explanation]: ...
    def explanations_of(self, upload: UploadId) -> Sequence[Explanation]: ...


@dataclass(frozen=True, slots=True)
class Read:
    """One explanation as the officer reads it: what was asked, about how many pupils, and what the school says."""

    raw: Explanation
    school: str
    asked: str
    text: str


def marked(
    findings: Sequence[Finding], advice: Advice, supplier: str, told: Mapping[RuleCode, str] = NOTHING_TOLD
) -> list[dict[str, object]]:
    """The findings as an answer says them: with what is known about mending them in the sender's system, and each query
    with whether it was explained.
    """
    return [{**asdict(one), **_beside(one, advice.hint(one.code, supplier), told)} for one in findings]


def _beside(one: Finding, hint: Advised | None, told: Mapping[RuleCode, str]) -> dict[str, object]:
    return {
        **({"hint": hint.sentence} if hint else {}),
        **({"explained": one.code in told} if one.severity is Severity.QUERY else {}),
    }


def record(upload: Upload, findings: Sequence[Finding], here: Situation, by: Commitment | None) -> Record:
    """What is written about the queries that were explained; a text about a rule that asked nothing is dropped."""
    made = Record(())
    for rule, text in upload.told.items():
        asked = [one for one in findings if one.code == rule and one.severity is Severity.QUERY]
        if not asked:
            continue
        pupils = tuple(sorted({one.pupil for one in asked if one.pupil is not None}))
        whole = join(here.draw, What.TEXT, text, f"{upload.id} {rule}")
        fact = QueryExplained(here.at, here.home.id, upload.id, rule, len(pupils), whole.commitment, by)
        kept = here.keep(text.encode())
        explained = Explanation(upload.id, rule, upload.sender, here.home.id, pupils, here.at, kept, upload.by)
        made += Record((fact,), (whole,), explained=(explained,))
    return made


def waiting(gateway: Gateway, store: Explanations, person: Person) -> Sequence[Explanation]:
    """What schools explained to the officer's council, newest first; the texts stay closed."""
    if person.role not in OFFICERS or person.organisation not in gateway.homes:
        return ()
    return store.explanations(person.organisation, MOST)


def read(gateway: Gateway, store: Explanations, person: Person, upload: UploadId, at: datetime) -> Sequence[Read]:
    """All that was explained about one upload; that it was read is logged. Raises Refusal(NOT_FOUND)."""
    found = for_officer(store, person, upload)
    who = [join(gateway.draw, What.PERSON, person.id, person.id) for _ in found]
    facts = [
        ExplanationRead(at, person.organisation, one.upload, one.rule, by.commitment)
        for one, by in zip(found, who, strict=True)
    ]
    gateway.store.record(Record(tuple(facts), tuple(who)))
    directory = gateway.store.register().directory
    return [
        Read(one, directory.get(one.sender).name, asked(one.rule), gateway.vault.open_kept(one.kept).decode())
        for one in found
    ]


def for_officer(store: Explanations, person: Person, upload: UploadId) -> Sequence[Explanation]:
    """What was explained about one upload to this officer's council, still closed. Raises Refusal(NOT_FOUND)."""
    found = [one for one in store.explanations_of(upload) if one.reader == person.organisation]
    if person.role not in OFFICERS or not found:
        raise Refusal(Code.NOT_FOUND)
    return found


def asked(rule: RuleCode) -> str:
    """The sentence of the rule that asked."""
    return RULES[rule.split("-", 1)[1]].sentence
