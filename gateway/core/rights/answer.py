"""The answer to somebody who asks what is kept about them: the copy beside the actual recipients, as three pages.

What was left out is there as a line with its reason. Nothing is in a page that is not in the value.
"""

import html
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.core.law.classes import named, worded
from gateway.core.law.words import Exemption
from gateway.core.rights.exempting import EXEMPTIONS
from gateway.core.rights.redacting import Shown
from gateway.core.terms import stamp

LEFT_OUT = "left out"
TO_WHOM = f"To whom the child's record went is about the child: {LEFT_OUT}."


@dataclass(frozen=True, slots=True)
class Document:
    """One document, or part of a case, as its reader sees it. ``beside`` are statements put beside it."""

    kind: str
    came_from: str
    at: str
    shown: tuple[Shown, ...] = field(repr=False)
    beside: tuple[str, ...] = field(default=(), repr=False)
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One disclosure: to whom, when, why and what (Article 15(1)(c), the actual recipient)."""

    at: str
    recipient: str
    discloser: str
    purpose: str
    basis: str
    items: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Answer:
    """``rights``: what else this person may ask for, and what not, in sentences.

    ``of_child``: who asks may have the child's record, and so be told where it went.
    """

    made: datetime
    home: str
    documents: tuple[Document, ...]
    lines: tuple[Line, ...]
    masked: bool
    rights: tuple[str, ...] = ()
    of_child: bool = True

    @property
    def nothing(self) -> str:
        """What stands where no document is; empty where there is one."""
        what = "about this child" if self.of_child else "that you may have"
        return "" if self.documents else f"We keep no file or message {what}."

    @property
    def nobody(self) -> str:
        """What stands where no recipient is named."""
        return "Nobody was told." if self.of_child else TO_WHOM

    @property
    def left_out(self) -> Counter[Exemption]:
        return Counter(one.why for document in self.documents for one in document.shown if one.why is not None)


def as_json(answer: Answer) -> bytes:
    documents = [
        {
            "kind": one.kind,
            "came-from": one.came_from,
            "on": one.at,
            "corrected": one.corrected,
            "beside": list(one.beside),
            "content": [_said(each) for each in one.shown],
        }
        for one in answer.documents
    ]
    told = [
        {
            "on": one.at,
            "to": one.recipient,
            "by": one.discloser,
            "why": one.purpose,
            "basis": one.basis,
            "items": list(one.items),
            "state": one.state,
        }
        for one in answer.lines
    ]
    reasons = {str(code): {"times": count, "why": EXEMPTIONS[code]} for code, count in answer.left_out.items()}
    body = {
        "made": stamp(answer.made),
        "by": answer.home,
        "documents": documents,
        "told": told,
        "left-out": reasons,
        "rights": list(answer.rights),
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def as_text(answer: Answer, known: Mapping[str, str]) -> str:
    """``known`` is what people call each path (``law.names``)."""
    return "\n".join(_lines(answer, known)) + "\n"


def as_page(answer: Answer, known: Mapping[str, str]) -> str:
    """A page to print: no script, nothing fetched. ``known`` is as for ``as_text``."""
    rows = "\n".join(_html(answer, known))
    title = html.escape(f"What {answer.home} keeps, and who was told")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>\n'
        f"<body>\n<h1>{title}</h1>\n{rows}\n</body></html>\n"
    )


# -- the parts --------------------------------------------------------------------------------------------------------


def _said(one: Shown) -> dict[str, str]:
    return {"item": one.item, "left-out": str(one.why)} if one.why else {"item": one.item, "value": one.value}


def _lines(answer: Answer, known: Mapping[str, str]) -> Iterator[str]:
    yield f"What {answer.home} keeps, and who was told. Made on {answer.made:%d %B %Y}."
    if answer.nothing:
        yield answer.nothing
    for one in answer.documents:
        yield ""
        yield f"{one.kind}, from {one.came_from}, {one.at}" + (" (put right since)" if one.corrected else "")
        for each in one.shown:
            yield f"  {worded(each.item, known)}: {f'[{LEFT_OUT}: {each.why}]' if each.why else each.value}"
        for statement in one.beside:
            yield f"  Statement beside it: {statement}"
    yield ""
    yield "Who was told:" if answer.lines else answer.nobody
    for line in answer.lines:
        yield f"  {line.at}  {line.recipient}, by {line.discloser}: {line.purpose} ({line.basis}; {line.state})"
        yield f"    {_items(line, known)}"
    yield from _reasons(answer)
    yield from answer.rights


def _items(line: Line, known: Mapping[str, str]) -> str:
    return ", ".join(sorted({named(one, known) for one in line.items}))


def _reasons(answer: Answer) -> Iterator[str]:
    if answer.left_out:
        yield ""
        yield "Left out, and why:"
    for code, count in sorted(answer.left_out.items()):
        yield f"  {code}, {count} times: {EXEMPTIONS[code]}"


def _html(answer: Answer, known: Mapping[str, str]) -> Iterator[str]:
    if answer.nothing:
        yield f"<p>{html.escape(answer.nothing)}</p>"
    for one in answer.documents:
        heading = f"{one.kind}, from {one.came_from}, {one.at}" + (" (put right since)" if one.corrected else "")
        yield f"<h2>{html.escape(heading)}</h2>"
        said = [f"[{LEFT_OUT}: {each.why}]" if each.why else each.value for each in one.shown]
        rows = [(worded(each.item, known), text) for each, text in zip(one.shown, said, strict=True)]
        rows += [("Statement beside it", statement) for statement in one.beside]
        yield _table(("item", "what it says"), rows)
    yield "<h2>Who was told</h2>"
    told = [(one.at, one.recipient, one.discloser, one.purpose, one.basis, _items(one, known)) for one in answer.lines]
    yield _table(("when", "whom", "by", "why", "basis", "which items"), told) if told else f"<p>{answer.nobody}</p>"
    for sentence in (*_reasons(answer), *answer.rights):
        yield f"<p>{html.escape(sentence)}</p>" if sentence else ""


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th>{html.escape(one)}</th>" for one in headings)
    below = "".join(f"<tr>{''.join(f'<td>{html.escape(one)}</td>' for one in row)}</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{below}</table>"
