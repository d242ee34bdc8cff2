"""Cut a document down to what one decision lets one recipient have."""

from dataclasses import dataclass, replace

from gateway.core import documents
from gateway.core.decisions import Decision
from gateway.core.documents import Document, Marker, Schemas
from gateway.core.documents.messages.words import AskBefore
from gateway.core.recipients import TRANSFERS
from gateway.core.terms import Item, Outcome


@dataclass(frozen=True, slots=True)
class Extract:
    """What a decision lets out, valid again. ``unknown`` counts the elements no schema knows that were held back.

    ``cover`` is the part that goes beside a transfer file about a child with a stop flag.
    """

    decision: Decision
    document: Document
    shared: frozenset[Item]
    withheld: frozenset[Item]
    unknown: int
    cover: bytes = b""


def extract(document: Document, decision: Decision, schemas: Schemas) -> Extract:
    """The pupils and items that ``decision`` allows.

    Raises ValueError unless it is a release, and Refusal when what is left is no document of its kind.
    """
    if decision.outcome is not Outcome.RELEASE:
        raise ValueError("only a release gives an extract")
    cut = documents.cut(document, decision.allowed, schemas, decision.pupils)
    return Extract(decision, cut.document, cut.shared, cut.withheld, cut.unknown)


def marked(extract: Extract, phone: str) -> Extract:
    """The same with the handling marker: ask us before contacting the family or sharing on, at this number.

    It stands outside every allow-list and says no reason. Raises ValueError without a number.
    """
    marker = Marker((AskBefore.CONTACTING_THE_FAMILY, AskBefore.SHARING_ON), phone)
    if extract.document.kind in TRANSFERS:
        numbers = [pupil.number for pupil in extract.document.pupils]
        return replace(extract, cover=documents.cover_part(marker, numbers))
    return replace(extract, document=documents.covered(extract.document, marker))
