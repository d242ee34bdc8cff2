"""Invented children: who they are, where they live and who cares for them.

The same seed and number give the same child for ever. Nothing here comes from a real person, and no number could
have been given to one: ``places`` says why for addresses and telephones, ``_upn``, ``uln`` and ``uci`` for the others.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from gateway.core.sample import places
from gateway.core.sample.names import ORIGINS, Origin
from gateway.core.sample.places import Home, one_in
from gateway.core.terms import LaEstab, Upn

A_SCHOOL, ANOTHER_SCHOOL = LaEstab("8869001"), LaEstab("8879002")
A_DAY = date(2026, 10, 6)

_SEPTEMBER = 9
PRIMARY, SECONDARY = range(7), range(7, 12)


@dataclass(frozen=True, slots=True)
class _Role:
    title: str
    sex: str
    relationship: str
    responsibility: bool


_MOTHER = _Role("Mrs", "F", "PAM", responsibility=True)
_FATHER = _Role("Mr", "M", "PAF", responsibility=True)
_RELATIVE = _Role("Ms", "F", "FAM", responsibility=False)
_DOCTOR = _Role("Dr", "M", "DOC", responsibility=False)


@dataclass(frozen=True, slots=True)
class Carer:
    """An adult in a child's life. ``relationship`` is a code of ctf.md §5.6; no home means the child's own."""

    title: str
    surname: str
    forename: str
    sex: str
    relationship: str
    responsibility: bool
    home: Home | None
    phones: tuple[tuple[str, str], ...]
    email: str
    court_order: bool


@dataclass(frozen=True, slots=True)
class Child:
    """A child who does not exist. ``year`` counts from 0 for reception; ``sex`` is M or F."""

    upn: Upn
    surname: str
    forename: str
    middle: str
    sex: str
    dob: date
    year: int
    home: Home
    school: LaEstab
    origin: Origin
    carers: tuple[Carer, ...]
    email: str

    @property
    def address(self) -> tuple[str, ...]:
        """The address as lines, without the postcode."""
        return self.home.lines

    @property
    def postcode(self) -> str:
        return self.home.postcode


def child(
    seed: int,
    n: int,
    school: LaEstab = A_SCHOOL,
    on: date = A_DAY,
    years: range | None = None,
    *,
    temporary_upn: bool = False,
) -> Child:
    """The ``n``-th child of ``seed`` (``n`` from 1), at ``school`` on the day ``on``.

    ``years`` are the year groups to fill in turn; without it, those that the school's number suggests (ctf.md §8.5).
    """
    rng = Random(f"child/{seed}/{n}")  # noqa: S311  (invented people must come out the same; nothing here is secret)
    groups = years or year_groups(school)
    turn, place = divmod(n - 1, len(groups))
    year = groups[(place + seed) % len(groups)]
    start = academic_year(on)
    origin = rng.choice(ORIGINS)
    sex = rng.choice("FM")
    given = origin.girls if sex == "F" else origin.boys
    forename, surname = rng.choice(given), rng.choice(origin.surnames)
    home = places.home(rng)
    return Child(
        upn=_upn(school, (start - year) % 100, seed, turn, temporary=temporary_upn),
        surname=surname,
        forename=forename,
        middle=rng.choice(("", "", rng.choice(given))),
        sex=sex,
        dob=birthday(start, year, rng),
        year=year,
        home=home,
        school=school,
        origin=origin,
        carers=_carers(surname, origin, home, rng),
        email=places.email(forename, surname, str(n)),
    )


def academic_year(day: date) -> int:
    """The year in which the school year of ``day`` began: it turns on 1 September (ctf.md §1.2)."""
    return day.year if day.month >= _SEPTEMBER else day.year - 1


def year_groups(school: LaEstab) -> range:
    """The year groups that the establishment number suggests: 4000 to 6999 secondary, the rest primary."""
    return SECONDARY if school.estab[0] in "456" else PRIMARY


def birthday(start: int, year: int, rng: Random) -> date:
    """A day of birth that puts a child in year group ``year`` in the school year that begins in ``start``."""
    first = date(start - year - 5, 9, 1)
    last = date(start - year - 4, 8, 31)
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def uln(child: Child) -> str:
    """A unique learner number with a right check digit (ctf.md §8.2), at the far end of the range."""
    issuer, year, serial = child.upn[5:8], child.upn[9], child.upn[10:12] + _digit(child.upn[12])
    for block in ("99", "98"):  # a stem whose sum leaves nothing has no check digit; then the other block's has one
        stem = f"{block}{issuer}{year}{serial}"
        remainder = sum(int(digit) * weight for digit, weight in zip(stem, range(10, 1, -1), strict=True)) % 11
        if remainder:
            break
    return f"{stem}{10 - remainder}"


def uci(child: Child) -> str:
    """A unique candidate identifier of an exam centre that does not exist (ctf.md §8.4).

    The boards keep the rule of the last letter to themselves, so any letter stands there.
    """
    return f"999990{child.upn[8:10]}0{child.upn[10:12]}{_digit(child.upn[12])}A"


def _digit(last: str) -> str:
    """The last place of a UPN as a digit: a temporary one has A to K there."""
    return last if last.isdigit() else str(Upn.LETTERS.index(last))


def _upn(school: LaEstab, year: int, seed: int, turn: int, *, temporary: bool) -> Upn:
    # Issued by a school whose number begins with 9, which none has. A thousand serials a year, then the next such
    # school: 8,000 children of one year group differ, and so do the seeds 0 to 124.
    issuer = 9000 + (seed * 8 + turn // 1000) % 1000
    serial = f"{turn % 1000:03d}"
    last = Upn.LETTERS[turn % 10] if temporary else serial[2]
    tail = f"{school.la}{issuer}{year:02d}{serial[:2]}{last}"
    return Upn(Upn.check_letter(tail) + tail)


def _carers(surname: str, origin: Origin, home: Home, rng: Random) -> tuple[Carer, ...]:
    made = [_carer(_MOTHER, surname, None, origin, rng)]
    if one_in(3, rng):
        made.append(_carer(_FATHER, rng.choice(origin.surnames), places.elsewhere(home, rng), origin, rng))
    else:
        made.append(_carer(_FATHER, surname, None, origin, rng))
    others = (_RELATIVE, _DOCTOR)[: rng.choice((0, 1, 1, 2))]
    made += (_carer(role, rng.choice(origin.surnames), places.elsewhere(home, rng), origin, rng) for role in others)
    return tuple(made)


def _carer(role: _Role, surname: str, home: Home | None, origin: Origin, rng: Random) -> Carer:
    forename = rng.choice(origin.girls if role.sex == "F" else origin.boys)
    return Carer(
        title=role.title,
        surname=surname,
        forename=forename,
        sex=role.sex,
        relationship=role.relationship,
        responsibility=role.responsibility,
        home=home,
        phones=(("H", places.landline(rng)), ("M", places.mobile(rng)), ("M", places.mobile(rng))),
        email=places.email(forename, surname),
        court_order=role is _FATHER and one_in(10, rng),
    )
