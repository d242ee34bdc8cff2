"""Replies are graded (law.md §1.4 P07): what each grade promises, what is above it, and what a stop flag takes away."""

from collections.abc import Iterator

from gateway.core.documents.rules import Head, RuleHit, text
from gateway.core.documents.trees import Element

GRADE_OF = {
    "Searched": 0,
    "Known": 1,
    "School": 2,
    "Address": 3,
    "Phones": 3,
    "Contacts": 3,
    "Involvement": 4,
}
"""The grade to which each part of a reply belongs. Email is part of the identity that the enquiry gave."""

WITHOUT_ADDRESS = 3  # the highest grade that gives no address while a stop flag stands (law.md §1.7)
ADDRESSES = ("Address", "Contacts/Contact/Address")


def reply_hits(child: Element, head: Head) -> Iterator[RuleHit]:
    """The rules of a graded answer. A grade holds what stands at or below it, and at least its own part."""
    grade = int(text(head.header, "Grade")) if head.header is not None else 0
    parts = {str(each.tag): each for each in child if each.tag in GRADE_OF}
    for tag, each in parts.items():
        if GRADE_OF[tag] > grade or (tag == "Searched" and grade > 0):
            yield "GRADE-002", each
    if not any(GRADE_OF[tag] == grade for tag in parts):
        yield "GRADE-003", child
    if grade <= WITHOUT_ADDRESS and child.find("HandlingMarker") is not None:
        for path in ADDRESSES:
            yield from (("GRADE-004", each) for each in child.iterfind(path))
