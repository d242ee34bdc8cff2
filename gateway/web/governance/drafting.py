"""A draft of an agreement as a form: what people change most, over all that stays as it was in the version before."""

from dataclasses import replace
from datetime import date

from gateway.core.agreements import Agreement, Change, Plain, Status
from gateway.core.agreements.records import Patterns
from gateway.core.terms import Kind, Period
from gateway.web.forms import Field, Filled, Form, Shape

MOST = 100_000
NUMBERS = ("max_children", "max_messages", "breach_hours")


def form(one: Agreement, back: str) -> Form:
    """Its fields with what stands there today."""
    said = one.plain
    fields = (
        Field("title", "Title", wanted="Write the title", value=one.title),
        Field("summary", "What the public register says of it", Shape.AREA, value=one.summary),
        Field("purpose", "Why anything is shared", Shape.AREA, "For a parent.", value=said.purpose),
        Field("benefit", "What is better for the child", Shape.AREA, value=said.benefit),
        Field("if_not_shared", "What happens otherwise", Shape.AREA, value=said.if_not_shared),
        Field("first", "First day", Shape.DAY, "", "Write the first day", value=one.in_force.first.isoformat()),
        Field("last", "Last day", Shape.DAY, "", "Write the last day",
              value=one.in_force.last.isoformat() if one.in_force.last else ""),
        Field("review", "Review", Shape.DAY, "Within twelve months of the first day.", "Write the day of the review",
              value=one.review.isoformat()),
        Field("items", "Items that may go, and no others", Shape.AREA, "One kind of document a line, its items after a "
              "colon: notice: UPN, Surname, Address/*", "Write the items that may go", value=_shown(one.items),
              most=20_000),
        Field("mandatory", "Items that a sender owes", Shape.AREA, value=_shown(one.mandatory), most=20_000),
        Field("forbidden", "Items that never go", Shape.AREA, value=_shown(one.forbidden), most=20_000),
        Field("max_children", "Children in one message at most", wanted="Write a number",
              value=str(one.max_children)),
        Field("max_messages", "Messages a day at most", Shape.TEXT, "Leave it open for no limit.",
              value=str(one.max_messages or "")),
        Field("breach_hours", "Hours within which a breach is told", wanted="Write a number",
              value=str(one.breach_hours)),
        Field("complaints", "Where people complain", value=one.complaints),
        Field("publishable", "May the public read it?", Shape.CHOICE, choices=(("yes", "Yes"), ("no", "No")),
              value="yes" if one.publishable else "no"),
        Field("changed", "What changes in this version?", Shape.TEXT, "It stands in the change log.",
              "Write what changes"),
    )  # fmt: skip
    intro = (f"This makes a draft of the next version of {one.ref}. You see it as a file before it is taken in.",)
    return Form("Change an agreement", "See the draft", fields, intro, back)


def checked(filled: Filled) -> Filled:
    """With what is wrong about each number said at its field."""
    for name in NUMBERS:
        text = filled.answers[name]
        if text and not (text.isascii() and text.isdigit() and 0 < int(text) <= MOST):
            filled = filled.saying(name, f"Write a whole number up to {MOST:,}")
    return filled


def drafted(one: Agreement, version: int, filled: Filled) -> Agreement:
    """The next version as it was filled in and ``checked``. Raises ValueError for what no agreement can say."""
    said = filled.answers
    first, last, review = (_day(filled, name) for name in ("first", "last", "review"))
    return replace(
        one,
        version=version,
        status=Status.DRAFT,
        title=said["title"],
        summary=said["summary"],
        plain=Plain(said["purpose"], said["benefit"], said["if_not_shared"]),
        in_force=Period(first, last),
        review=review,
        items=_read(said["items"]),
        mandatory=_read(said["mandatory"]),
        forbidden=_read(said["forbidden"]),
        max_children=int(said["max_children"]),
        max_messages=int(said["max_messages"]) if said["max_messages"] else None,
        breach_hours=int(said["breach_hours"]),
        complaints=said["complaints"],
        publishable=said["publishable"] == "yes",
        signatories=(),
        changes=(*one.changes, Change(version, first, said["changed"])),
    )


def _shown(patterns: Patterns) -> str:
    return "\n".join(f"{kind}: {', '.join(names)}" for kind, names in patterns)


def _read(text: str) -> Patterns:
    """The opposite of ``_shown``. Raises ValueError."""
    found = []
    for line in filter(str.strip, text.split("\n")):
        kind, colon, names = line.partition(":")
        if not colon or kind.strip() not in set(Kind):
            raise ValueError("each line names a kind of document and, after a colon, its items")
        found.append((Kind(kind.strip()), tuple(name.strip() for name in names.split(",") if name.strip())))
    return tuple(found)


def _day(filled: Filled, name: str) -> date:
    day = filled.day(name)
    if day is None:
        raise ValueError("a day is missing")
    return day
