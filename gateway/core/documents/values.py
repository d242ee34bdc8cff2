"""What reading a file gives: findings, and a document made of the valid header and the valid records."""

from dataclasses import dataclass, field
from enum import StrEnum

from gateway.core.documents.grounds import Ground
from gateway.core.documents.hints import Hint
from gateway.core.documents.trees import Element
from gateway.core.errors import Finding, Severity
from gateway.core.terms import Item, Kind, LaEstab, Upn


class Verdict(StrEnum):
    """What the findings come to."""

    CLEAN = "clean"
    QUERIES = "queries"
    ERRORS = "errors"


@dataclass(frozen=True, slots=True)
class Pupil:
    """One child in a document.

    ``number`` is the place among the records of the document's own ``content``, from 1, so it stays right when the
    content is stored and read again. ``came_as`` is the place in the file as it came, which findings name, and
    ``line`` the line there. ``care_authority`` is the three digits of the council in whose care the child is;
    ``unknown`` counts the record's elements that no schema knows; ``plain`` says that the items tell all it holds.
    ``ground`` is why the sending school takes the child off its roll. ``hints`` are stop flags that the file as it came
    calls for; an extract has none.
    """

    number: int
    line: int = field(compare=False)
    upn: Upn | None
    care_authority: str | None
    items: frozenset[Item]
    unknown: int = 0
    came_as: int = field(default=0, compare=False)
    plain: bool = field(default=False, compare=False)
    ground: Ground | None = None
    hints: frozenset[Hint] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes that are safe, of a known kind and version, and valid in the header and in every record they keep.

    ``content`` is the XML declaration, a newline and Canonical XML 1.0; reading it again gives an equal document.
    ``items`` are those that some pupil has. ``unknown`` counts elements that no schema knows, a supplier's own
    among them. The parsed tree is kept for cutting and is never changed.
    """

    kind: Kind
    version: str
    name: str
    source: LaEstab
    dest: LaEstab
    partial: bool
    pupils: tuple[Pupil, ...]
    items: frozenset[Item]
    unknown: int
    content: bytes = field(repr=False)
    tree: Element = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """``pupils`` counts the records of the file as it came; ``document`` is None when nothing of it can be kept.

    ``rows``: the file was a sheet, and the lines of the findings are its rows.
    ``supplier`` is the system that the header names, to choose advice by and for nothing else.
    """

    kind: Kind
    version: str
    findings: tuple[Finding, ...]
    pupils: int
    document: Document | None
    rows: bool = False
    supplier: str = field(default="", repr=False)

    @property
    def outcome(self) -> Verdict:
        if any(finding.severity is Severity.ERROR for finding in self.findings):
            return Verdict.ERRORS
        return Verdict.QUERIES if self.findings else Verdict.CLEAN
