"""What lies in ``schemas/`` and ``partners/``: read once at the start, and wrong data stops the start."""

from collections.abc import Mapping
from pathlib import Path

from gateway.core import agreements, clocks, documents, law, partners, retention
from gateway.core.agreements import Agreement
from gateway.core.clocks import NO_TERMS, Clocks
from gateway.core.documents import Document, Known
from gateway.core.law import Purposes
from gateway.core.partners import Partner, Template
from gateway.core.records import Rulebook
from gateway.core.retention import Rules
from gateway.edge import shelves, xsds


def rulebook(
    schema_folder: Path, partner_folder: Path, reference: Path | None = None, lengths: Mapping[str, int] | None = None
) -> Rulebook:
    """Schemas, purposes, classes of items and what the rules know. Raises ValueError or OSError for what does not load.

    ``reference`` is an installation's own folder of reference files, which stand before the shipped ones. A schema
    with an item that nobody has classed does not load either. ``lengths`` are what it set of the clocks.
    """
    schemas, items = xsds.schemas(schema_folder), _text(partner_folder / "items.toml")
    classes = law.classes_from_toml(items)
    law.refuse_unclassed(classes, ((schema.layout.kind, schema.items) for schema in schemas.values()))
    known = shelves.known(schema_folder, partner_folder, reference)
    return Rulebook(
        schemas=schemas,
        purposes=purpose_table(partner_folder, reference),
        classes=classes,
        clocks=clock_table(partner_folder, known, lengths),
        known=known,
        sensitive=law.sensitive_from_toml(items),
        commencement=shelves.commencement(partner_folder, reference),
        teams=team_templates(partner_folder),
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def specimens(folder: Path) -> tuple[Document, ...]:
    """Every ``<family>/<version>/<kind>.specimen.xml``, by the name its header gives. Raises ValueError."""
    by_version, beside = xsds.schemas(folder), Known(formats=shelves.shipped_formats(folder))
    found = []
    for path in sorted(folder.glob("*/*/*.specimen.xml")):
        content = path.read_bytes()
        document = documents.read(None, content, by_version, beside).document
        if document is None:
            raise ValueError(f"{path} is not valid")
        found.append(document)
    return tuple(found)


def partner_directory(folder: Path) -> tuple[Partner, ...]:
    """The partners that the gateway ships: authorities and destinations."""
    return (*partners.from_toml((folder / "councils.toml").read_text(encoding="utf-8")), *destinations(folder))


def destinations(folder: Path) -> tuple[Partner, ...]:
    """Where a child may go outside England and Wales, and the lost-pupil store."""
    return partners.from_toml((folder / "destinations.toml").read_text(encoding="utf-8"))


def purpose_table(folder: Path, reference: Path | None = None) -> Purposes:
    """As they are shipped, and on where the installation opened them by name."""
    purposes = law.from_toml(_text(folder / "purposes.toml"), shelves.commencement(folder, reference))
    return law.opened(purposes, shelves.openings(purposes, reference))


def clock_table(folder: Path, known: Known, lengths: Mapping[str, int] | None = None) -> Clocks:
    """Every clock, in the lengths that an installation set, by the terms it knows."""
    return clocks.from_toml(_text(folder / "clocks.toml"), known.calendars or NO_TERMS, lengths)


def team_templates(folder: Path) -> tuple[Template, ...]:
    return partners.templates_from_toml((folder / "teams.toml").read_text(encoding="utf-8"))


def agreement_templates(folder: Path) -> dict[str, Agreement]:
    """The starter agreements, by file name."""
    found = sorted((folder / "templates").glob("*.toml"))
    return {path.stem: agreements.from_toml(path.read_text(encoding="utf-8")) for path in found}


def retention_rules(folder: Path, reference: Path) -> Rules:
    """For how long what is kept stays: an installation's own rows and the shipped ones, which those go before.

    Raises ValueError.
    """
    shipped, own = retention.from_toml(_text(folder / "retention.toml")), reference / "retention.toml"
    mine = retention.from_toml(_text(own)) if own.is_file() else ()
    named = {one.key for one in mine}
    return (*mine, *(one for one in shipped if one.key not in named))
