"""Cut a document down to what one decision lets one recipient have."""

from dataclasses import dataclass

from gateway.core import documents
from gateway.core.decisions import Decision
from gateway.core.documents import Document, Schemas
from gateway.core.terms import Item, Outcome


@dataclass(frozen=True, slots=True)
class Extract:
    """What a decision lets out, valid again. ``unknown`` counts the elements no schema knows that were held back."""

    decision: Decision
    document: Document
    shared: frozenset[Item]
    withheld: frozenset[Item]
    unknown: int


def extract(document: Document, decision: Decision, schemas: Schemas) -> Extract:
    """The pupils and items that ``decision`` allows.

    Raises ValueError unless it is a release, and Refusal when what is left is no document of its kind.
    """
    if decision.outcome is not Outcome.RELEASE:
        raise ValueError("only a release gives an extract")
    cut = documents.cut(document, decision.allowed, schemas, decision.pupils)
    return Extract(decision, cut.document, cut.shared, cut.withheld, cut.unknown)
