"""Whether an agreement fits our schemas: what it forgets, what it names for nothing, and what it really lets out."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from gateway.core import documents
from gateway.core.agreements.complete import blank, wanting
from gateway.core.agreements.records import FORBIDDEN, Agreement
from gateway.core.documents import Document, Schema, Schemas
from gateway.core.errors import Refusal
from gateway.core.law import LIFTED_BY, Purpose, Purposes
from gateway.core.terms import Item, Kind, PurposeCode


@dataclass(frozen=True, slots=True)
class Fit:
    """What one purpose of the agreement lets out of one specimen; ``valid`` is whether that is a document again."""

    kind: Kind
    version: str
    purpose: PurposeCode
    shared: frozenset[Item]
    withheld: frozenset[Item]
    valid: bool


@dataclass(frozen=True, slots=True)
class Report:
    """``missing`` are items that a schema requires and the agreement does not name, ``idle`` patterns without effect.

    ``unknown`` are purposes that are not in the table, ``wanting`` what an agreement should say beside its items,
    ``blank`` the names, dates and papers that are still to be filled in.
    """

    missing: tuple[tuple[Kind, str, Item], ...]
    idle: tuple[tuple[Kind, str], ...]
    unknown: tuple[PurposeCode, ...]
    fits: tuple[Fit, ...]
    wanting: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the agreement may be adopted: every specimen that it covers comes out valid, and nothing is idle."""
        forgotten = self.missing or self.idle or self.unknown
        return not forgotten and bool(self.fits) and all(fit.valid for fit in self.fits)


def reach(patterns: Iterable[str], schema: Schema) -> frozenset[Item]:
    """The items of this version that ``patterns`` name; one that names nothing here may do so in another version.

    A pattern behind ``!`` forbids its items, and wins.
    """
    named = tuple(patterns)
    allowed = frozenset(item for pattern in named for item in _one(pattern, schema))
    return allowed.difference(*(_one(one[1:], schema) for one in named if one.startswith(FORBIDDEN)))


def check(agreement: Agreement, purposes: Purposes, schemas: Schemas, specimens: Iterable[Document]) -> Report:
    """Try an agreement on one specimen of each kind and version that it covers."""
    covered = [(kind, version, schema) for (kind, version), schema in schemas.items() if agreement.patterns(kind)]
    known = tuple(code for code, _ in agreement.purposes if code in purposes)
    return Report(
        missing=tuple(
            (kind, version, item)
            for kind, version, schema in covered
            for item in sorted(documents.required(schema) - reach(agreement.patterns(kind), schema))
        ),
        idle=tuple(
            (kind, pattern)
            for kind, patterns in agreement.items
            for pattern in patterns
            if not any(
                _one(pattern, schema) & reach(purposes[code].patterns(kind), schema)
                for of, _, schema in covered
                if of is kind
                for code in known
            )
        ),
        unknown=tuple(code for code, _ in agreement.purposes if code not in purposes),
        fits=tuple(
            _fit(agreement, purposes, code, specimen, schemas)
            for specimen in specimens
            for code in known
            if agreement.patterns(specimen.kind) and _carries(purposes[code], specimen)
        ),
        wanting=wanting(agreement),
        blank=(*blank(agreement), *_papers(agreement, purposes)),
    )


def _carries(purpose: Purpose, specimen: Document) -> bool:
    """Whether a specimen may go under this purpose: one about another matter lacks what nobody could act without."""
    return bool(purpose.patterns(specimen.kind)) and not purpose.lacking(specimen.kind, specimen.items)


def _fit(agreement: Agreement, purposes: Purposes, code: PurposeCode, specimen: Document, schemas: Schemas) -> Fit:
    schema = schemas[specimen.kind, specimen.version]
    most = reach(purposes[code].patterns(specimen.kind), schema)
    allowed = most & reach(agreement.patterns(specimen.kind), schema)
    try:
        cut = documents.cut(specimen, allowed, schemas, None)
    except Refusal:
        return Fit(specimen.kind, specimen.version, code, frozenset(), specimen.items, valid=False)
    return Fit(specimen.kind, specimen.version, code, cut.shared, cut.withheld, valid=True)


def _papers(agreement: Agreement, purposes: Purposes) -> tuple[str, ...]:
    """The papers that its purposes ask for and that it has no reference of."""
    return tuple(
        f"purposes.papers: the {paper} of {code}"
        for code, stated in agreement.purposes
        if code in purposes
        for paper in (*purposes[code].papers, *(LIFTED_BY[bar] for bar in purposes[code].bars))
        if paper not in dict(stated.papers)
    )


@lru_cache(maxsize=4096)
def _one(pattern: str, schema: Schema) -> frozenset[Item]:
    try:
        return documents.expand((pattern,), schema)
    except ValueError:
        return frozenset()
