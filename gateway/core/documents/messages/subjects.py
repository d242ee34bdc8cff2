"""What a message's header says about where it goes and why: all that deciding its purpose needs to know."""

from dataclasses import dataclass

from gateway.core.documents import layouts
from gateway.core.documents.rules import text
from gateway.core.documents.values import Document
from gateway.core.terms import Kind


@dataclass(frozen=True, slots=True)
class Subject:
    """``team`` or ``body`` narrows the addressee; ``matter`` is the word on which the purpose of a kind depends."""

    team: str = ""
    body: str = ""
    matter: str = ""


def names_children(document: Document) -> bool:
    """Whether its records are children; a message about messages names none."""
    return layouts.BY_KIND[document.kind].of_children


def case_of(document: Document) -> str:
    """The sender's own reference of the case; of a transfer file, none."""
    header = document.tree.find(layouts.BY_KIND[document.kind].header)
    return "" if header is None else text(header, "CaseReference")


_MATTER = {Kind.CHECK: "Question", Kind.CHECK_ANSWER: "Question", Kind.CASEFILE: "About"}
_ROLE = "Children/Child/ForRole"


def subject(document: Document) -> Subject:
    """Of a document without such a header, nothing."""
    header = document.tree.find(layouts.BY_KIND[document.kind].header)
    if header is None:
        return Subject()
    enclosed = document.kind is Kind.ENCLOSURE
    matter = text(document.tree, _ROLE) if enclosed else text(header, _MATTER.get(document.kind, "Purpose"))
    return Subject(text(header, "To/Team"), text(header, "To/Body"), matter)
