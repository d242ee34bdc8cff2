"""The reference files of one installation, in its folder ``reference``: loaded at the start, filled by imports.

What a council has not put there stands as it is shipped; the directory of establishments and the table of postcodes
are then empty, and the rules that need them say nothing. The invented ones are for the demo and the tests.
"""

import mmap
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from gateway.core import law
from gateway.core.documents import Known, formats
from gateway.core.documents.formats import Formats
from gateway.core.law import Commencement, Opening, Purpose
from gateway.core.reference import advice, calendars, codes, establishments, limits, places, sheets
from gateway.core.reference.calendars import Calendars
from gateway.core.reference.establishments import Establishments
from gateway.core.reference.places import Places
from gateway.core.terms import PurposeCode

ESTABLISHMENTS, PLACES = "establishments.table", "places.table"
TERMS = "terms.toml"
COMMENCEMENT, OPENINGS = "commencement.toml", "openings.toml"

T = TypeVar("T")


def known(schema_folder: Path, partner_folder: Path, reference: Path | None = None) -> Known:
    """All that the rules know beside a file. Raises ValueError naming the file that does not load."""

    def read(name: str, shipped: Path, parse: Callable[[str], T]) -> T:
        own = None if reference is None else reference / name
        path = own if own is not None and own.is_file() else shipped / name
        return _parsed(path, parse)

    areas = read("areas.toml", partner_folder, places.authorities_from_toml)
    return Known(
        establishments=_loaded(
            reference, ESTABLISHMENTS, lambda path: Establishments(path.read_bytes()), Establishments
        ),
        places=_loaded(reference, PLACES, lambda path: Places(_mapped(path), areas), Places),
        calendars=read(TERMS, partner_folder, calendars.from_toml),
        formats=read("formats.toml", schema_folder, formats.from_toml),
        codes=read("codes.toml", schema_folder, codes.from_toml),
        limits=read("limits.toml", schema_folder, limits.from_toml),
        advice=read("hints.toml", schema_folder, advice.from_toml),
    )


def commencement(partner_folder: Path, reference: Path | None = None) -> Commencement:
    """Since when what is law: the shipped rows, and before them an installation's own. Raises ValueError."""
    shipped = (partner_folder / COMMENCEMENT).read_text(encoding="utf-8")
    own = None if reference is None else reference / COMMENCEMENT
    if own is None or not own.is_file():
        return law.commencement_from_toml(shipped)
    return _parsed(own, lambda text: law.commencement_from_toml(shipped, text))


def openings(purposes: Mapping[PurposeCode, Purpose], reference: Path | None = None) -> tuple[Opening, ...]:
    """What this installation opened of the purposes that are off. Raises ValueError naming what an opening lacks."""
    own = None if reference is None else reference / OPENINGS
    if own is None or not own.is_file():
        return ()
    closed = [code for code, purpose in purposes.items() if not purpose.on]
    found = _parsed(own, lambda text: law.openings_from_toml(text, closed))
    for one in found:
        opinion = own.parent / one.opinion
        if not opinion.is_file() or not opinion.stat().st_size:
            raise ValueError(f"{own}: {one.purpose} is opened only with its legal opinion: put {one.opinion} beside it")
    return found


def shipped_formats(schema_folder: Path) -> Formats:
    """What the specifications leave open, as it is shipped."""
    return _parsed(schema_folder / "formats.toml", formats.from_toml)


def keep_establishments(reference: Path, content: bytes, links: bytes = b"") -> Establishments:
    """Take the published CSV of all establishments, and that of their links, as the directory. Raises Wrong."""
    linked = sheets.text(links).splitlines() if links else ()
    made = establishments.table(establishments.published(sheets.text(content).splitlines(), linked))
    kept = Establishments(made)
    _write(reference / ESTABLISHMENTS, made)
    return kept


def keep_places(reference: Path, path: Path) -> Places:
    """Take the ONS Postcode Directory at ``path`` as the table of postcodes, line by line. Raises Wrong."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        made = places.published(opened)
    kept = Places(made)
    _write(reference / PLACES, made)
    return kept


def keep_terms(reference: Path, text: str) -> Calendars:
    """Take a file of terms as this installation's. Raises ValueError."""
    made = calendars.from_toml(text)
    _write(reference / TERMS, text.encode())
    return made


def lend_invented(invented: Path, reference: Path) -> None:
    """Fill an installation's reference with schools, postcodes and terms that nobody has."""
    keep_establishments(
        reference,
        (invented / "establishments.csv").read_bytes(),
        (invented / "establishment-links.csv").read_bytes(),
    )
    keep_places(reference, invented / "places.csv")
    _write(reference / TERMS, (invented / "terms.toml").read_bytes())


def _parsed(path: Path, parse: Callable[[str], T]) -> T:
    try:
        return parse(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _loaded(reference: Path | None, name: str, load: Callable[[Path], T], empty: Callable[[], T]) -> T:
    path = None if reference is None else reference / name
    if path is None or not path.is_file():
        return empty()
    try:
        return load(path)
    except ValueError as error:
        raise ValueError(f"{path}: {error}: import it again") from None


def _mapped(path: Path) -> memoryview:
    """The bytes of a file of which only the looked-at pages are ever read."""
    with path.open("rb") as opened:
        return memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a gateway may be reading the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with beside.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(path)
