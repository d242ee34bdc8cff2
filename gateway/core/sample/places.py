"""Places and numbers that lead to nobody: invented towns, streets and schools, and numbers that were never given out.

Telephone numbers are Ofcom's drama numbers, postcode areas ZA, ZD, ZF and ZL are not allocated by Royal Mail, school
numbers and URNs begin with 9, grid references lie in the North Sea, and all mail goes to ``example.org`` (RFC 2606).
"""

import unicodedata
from dataclasses import dataclass, replace
from random import Random

from gateway.core.terms import LaEstab

POSTCODE_AREAS = ("ZA", "ZD", "ZF", "ZL")

_STREETS = (
    "Quillfeather Lane", "Larkmere Road", "Oldhythe Street", "Tansy Bank", "Cooper’s Yard", "Wharfinger Row",
    "Mothecombe Rise", "St Ebbin’s Terrace", "Pinfold & Mill Walk", "Farthing Steps", "Bellmaker Close",
    "Upper Withy Green", "Saltpan Crescent", "Corncrake Drive", "Almoner’s Court", "Hazelhatch Avenue",
)  # fmt: skip
_TOWNS = (
    "Thistlebourne",
    "Oxmere Vale",
    "Penwick-on-Lyre",
    "Great Yaffling",
    "Harrowmouth",
    "Lyrebridge",
    "Winterhythe",
)
_LOCALITIES = ("Nether Combley", "Brackenstoke", "Market Fallow", "The Sallows", "Little Dunnock")
_COUNTIES = ("Lyreshire", "West Yaffling", "County Fallow")
_HOUSES = ("Weathercock Cottage", "Nº 3 The Maltings", "Rook House", "Swift Barn", "Dovecote Farm")
_SCHOOLS = ("Nursery School", "Infant School", "Primary School", "Church & Village School", "Academy")


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives. A home has a number or a house name; a flat has both a flat and a number."""

    flat: str
    number: str
    house: str
    street: str
    locality: str
    town: str
    county: str
    postcode: str
    uprn: str
    easting: str
    northing: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The address as lines on an envelope, without the postcode."""
        first = " ".join(part for part in (self.flat, self.number, self.house) if part)
        return (f"{first} {self.street}", self.locality, self.town)


@dataclass(frozen=True, slots=True)
class School:
    """A school as a file names it. ``urn`` has six digits."""

    laestab: LaEstab
    name: str

    @property
    def urn(self) -> str:
        return urn(self.laestab)


def home(rng: Random) -> Home:
    """Somewhere to live."""
    named = one_in(7, rng)
    return Home(
        flat=f"Flat {rng.randint(1, 40)}" if not named and one_in(5, rng) else "",
        number="" if named else str(rng.randint(1, 199)) + rng.choice(("", "", "", "A")),
        house=rng.choice(_HOUSES) if named else "",
        street=rng.choice(_STREETS),
        locality=rng.choice(_LOCALITIES),
        town=rng.choice(_TOWNS),
        county=rng.choice(_COUNTIES),
        postcode=postcode(rng),
        uprn=f"9999{rng.randrange(10**8):08d}",
        easting=f"66{rng.randrange(10_000):04d}.0",
        northing=f"47{rng.randrange(10_000):04d}.0",
    )


def elsewhere(first: Home, rng: Random) -> Home:
    """Another home in the same town."""
    return replace(home(rng), town=first.town, county=first.county)


def postcode(rng: Random) -> str:
    """A postcode of the right form in an area that does not exist."""
    inward = "ABDEFGHJLNPQRSTUWXYZ"  # Royal Mail leaves out C I K M O V
    ending = rng.choice(inward) + rng.choice(inward)
    return f"{rng.choice(POSTCODE_AREAS)}{rng.randint(1, 29)} {rng.randint(1, 9)}{ending}"


def landline(rng: Random) -> str:
    """One of Ofcom's numbers for drama that belong to no area."""
    return f"01632960{rng.randrange(1000):03d}"


def mobile(rng: Random) -> str:
    """One of Ofcom's mobile numbers for drama."""
    return f"07700900{rng.randrange(1000):03d}"


def email(*words: str) -> str:
    """An address at a domain that nobody can register; letters are folded to ASCII."""
    folded = ("".join(c for c in unicodedata.normalize("NFKD", word) if c.isascii() and c.isalnum()) for word in words)
    return ".".join(part.lower() for part in folded if part) + "@example.org"


def urn(laestab: LaEstab) -> str:
    """The URN that we give a school number: real ones begin with 1."""
    return f"{900_000 + (int(laestab.la) * 7919 + int(laestab.estab)) % 100_000}"


def school(la: str, number: int, rng: Random) -> School:
    """An invented school of the authority ``la``: its establishment number is 9000 to 9999."""
    return School(LaEstab(f"{la}{9000 + number % 1000}"), f"{rng.choice(_TOWNS)} {rng.choice(_SCHOOLS)}")


def one_in(many: int, rng: Random) -> bool:
    """True once in ``many`` times."""
    return rng.randrange(many) == 0
