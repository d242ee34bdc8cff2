"""What an agreement should say and does not (law.md §2.3): told to whoever writes one, and no reason to refuse one."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from gateway.core.agreements.lifecycle import review_too_late
from gateway.core.agreements.records import Agreement
from gateway.core.agreements.words import Office

A_CLASS = 35
"""Children in one message beyond which it is bulk: more than any class of a school."""

SENIOR = frozenset({Office.SIRO, Office.CALDICOTT})


def _approved(agreement: Agreement) -> bool:
    offices = {one.office for one in agreement.approvers}
    return {Office.DPO, Office.OWNER} <= offices and bool(offices & SENIOR)


Asked = Mapping[str, Callable[[Agreement], bool]]

_SAID: Asked = MappingProxyType(
    {
        "lead: which organisation looks after it": lambda one: one.lead is not None,
        "plain.purpose: why anything is shared, for a parent": lambda one: bool(one.plain.purpose),
        "plain.benefit: what is better for the child": lambda one: bool(one.plain.benefit),
        "plain.if_not_shared: what happens otherwise": lambda one: bool(one.plain.if_not_shared),
        "members: what each party is in law, and nobody else": lambda one: (
            sorted(member.party for member in one.members) == sorted(one.parties)
        ),
        "members: the point of contact for rights of each": lambda one: all(m.rights for m in one.members),
        "members: who takes corrections (Article 19) at each": lambda one: all(m.corrections for m in one.members),
        "purposes: the policy document (apd) beside an Article 9 or 10 condition": lambda one: all(
            stated.apd or not (stated.art9 or stated.art10) for _, stated in one.purposes
        ),
        "mandatory: which items a sender owes": lambda one: bool(one.mandatory),
        "bulk: whether more children than a class may be in one message": lambda one: (
            one.bulk or one.max_children <= A_CLASS
        ),
        "max_messages: how many messages a day are usual": lambda one: one.max_messages is not None,
        "max_age: how old what is sent may be": lambda one: bool(one.max_age),
        "assurance: what each partner has to hold": lambda one: (
            bool(one.assurance) or all(party.schools for party in one.recipients)  # no scheme is asked of every school
        ),
        "security.profile: how it is signed and sealed": lambda one: bool(one.security.profile),
        "retention: how long the recipient keeps it": lambda one: bool(one.retention),
        "quality.source: where the data comes from": lambda one: bool(one.quality.source),
        "quality.accuracy: how far it is right": lambda one: bool(one.quality.accuracy),
        "quality.correction: how it is corrected": lambda one: bool(one.quality.correction),
        "approvers: the DPO, the SIRO or Caldicott Guardian, and the service's owner": _approved,
        "ending.terms: what becomes of it at the end": lambda one: bool(one.ending.terms),
        "ending.disputes: how a dispute is settled": lambda one: bool(one.ending.disputes),
        "changes: what this version is": lambda one: any(change.version == one.version for change in one.changes),
        "summary: what the public register says of it": lambda one: bool(one.summary) or not one.publishable,
        "last: the day it ends": lambda one: one.in_force.last is not None,
        "review: within twelve months of the first day": lambda one: not review_too_late(one),
    }
)

_FILLED_IN: Asked = MappingProxyType(
    {
        "members: the number of each (DfE, authority or ODS)": lambda one: all(m.number for m in one.members),
        "members: a telephone for breaches, day and night, of each": lambda one: all(m.breach for m in one.members),
        "members: the privacy notice of each": lambda one: all(m.notice for m in one.members),
        "assessment.reference: the impact assessment": lambda one: bool(one.assessment.reference),
        "assessment.day: when it was made": lambda one: one.assessment.day is not None,
        "assessment.advice: what the data-protection officer advised": lambda one: bool(one.assessment.advice),
        "approvers: the job title of each": lambda one: all(approver.title for approver in one.approvers),
        "complaints: where people complain": lambda one: bool(one.complaints),
    }
)
"""Names, numbers and dates: whoever makes a starter template his own has to look them up."""


def wanting(agreement: Agreement) -> tuple[str, ...]:
    """The fields that it leaves empty, or fills against the rules, each with what belongs there."""
    return tuple(words for words, holds in _SAID.items() if not holds(agreement))


def blank(agreement: Agreement) -> tuple[str, ...]:
    """The names, numbers and dates that are still to be filled in."""
    return tuple(words for words, holds in _FILLED_IN.items() if not holds(agreement))
