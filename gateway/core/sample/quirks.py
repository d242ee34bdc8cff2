"""How each management information system writes the same child.

A table, not branching: what real files do that the text of the format does not ask for. Every quirk is legal enough
that a file without a mistake gives no error.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Mis(StrEnum):
    """A school's management information system."""

    SIMS = "sims"
    ARBOR = "arbor"
    BROMCOM = "bromcom"
    SCHOLARPACK = "scholarpack"
    GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Quirks:
    """What one system does in its own way."""

    supplier: str
    byte_order_mark: bool = False
    newline: str = "\n"
    indent: str = "  "
    truth: tuple[str, str] = ("false", "true")
    capitals: bool = False
    """Names in capital letters."""
    padded_number: bool = False
    """The house number right-aligned in a frame of four places, as BS 7666 once asked."""
    address_lines: bool = False
    """AddressLines instead of the BS 7666 form."""
    northing_first: bool = False
    """In the address of the contact who lives elsewhere."""
    empty_elements: frozenset[str] = frozenset()
    """Written as empty elements when they have no value, instead of being left out (ctf.md §3.1)."""
    unknown_urn: bool = False
    """XXXXXX where the URN is not known, instead of leaving it out."""
    extras: bool = False
    """SuppInfo with what the supplier keeps: religion, birth certificate, court orders. It must never leave."""
    contact_order: tuple[int, ...] = (1, 2, 3, 4)
    relationships: bool = True
    years_of_attendance: int = 2
    same_phone_type_twice: bool = False
    spaced_phones: bool = False
    temporary_upn_every: int = 0
    """Each so many pupils have a temporary UPN; 0 is never."""


QUIRKS: Mapping[Mis, Quirks] = {
    Mis.SIMS: Quirks(
        supplier="SIMS",
        indent="",
        padded_number=True,
        northing_first=True,
        unknown_urn=True,
        extras=True,
        contact_order=(3, 4, 2, 1),
        relationships=False,
        years_of_attendance=4,
        same_phone_type_twice=True,
    ),
    Mis.ARBOR: Quirks(
        supplier="ARBOR", address_lines=True, empty_elements=frozenset({"LeavingDate", "RemovalGrounds"})
    ),
    Mis.BROMCOM: Quirks(
        supplier="BROMCOM",
        byte_order_mark=True,
        newline="\r\n",
        indent="\t",
        spaced_phones=True,
        temporary_upn_every=40,
    ),
    Mis.SCHOLARPACK: Quirks(supplier="SCHOLARPACK", indent="", truth=("0", "1"), capitals=True, years_of_attendance=3),
    Mis.GENERIC: Quirks(supplier="DEMO", newline="", indent="", years_of_attendance=1),
}
