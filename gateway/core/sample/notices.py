"""Invents a notice from one council to another about a child who has not arrived at any school."""

from datetime import date, datetime, timedelta
from random import Random

from gateway.core import documents
from gateway.core.documents import Notice
from gateway.core.documents.notices import (
    Address,
    Contact,
    LastSchool,
    Question,
    ReturnRoute,
    Risk,
    Urgency,
)
from gateway.core.documents.notices import Child as Missing
from gateway.core.sample import places
from gateway.core.sample.children import Carer, Child, academic_year, child
from gateway.core.sample.places import Home, one_in
from gateway.core.sample.wishes import SampleFile
from gateway.core.terms import LaEstab

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_POWER = "Education Act 1996 s436A; Localism Act 2011 s1"


def notice(seed: int, source: LaEstab, dest: LaEstab, at: datetime, sequence: int = 1) -> SampleFile:
    """A notice about one child from the authority ``source`` to the authority ``dest`` (both as ``886LLLL``).

    ``at`` is the time the notice says it was written; a zone is dropped. Raises ValueError for other organisations.
    """
    if not (source.authority and dest.authority):
        raise ValueError("a notice goes from authority to authority")
    rng = Random(f"notice/{seed}")  # noqa: S311  (the same notice for ever; nothing here is secret)
    missing = _missing(seed, source, at.date(), rng)
    made = Notice(
        source=source,
        dest=dest,
        sequence=sequence,
        at=at.replace(tzinfo=None),
        case="c-" + "".join(rng.choices(_LETTERS, k=8)),
        urgency=Urgency.ROUTINE if missing.risk is Risk.NONE else Urgency.SAME_DAY,
        route=ReturnRoute("Children missing education officer", places.landline(rng), "cme@example.org"),
        power=_POWER,
        children=(missing,),
        question=Question.MAY_BE_IN_YOUR_AREA,
        reply_wanted=2,
    )
    return SampleFile(str(made.file_name), documents.write(made))


def _missing(seed: int, source: LaEstab, today: date, rng: Random) -> Missing:
    school = places.school(source.la, rng.randrange(1000), rng)
    one = child(seed, 1, school.laestab, today)
    seen = today - timedelta(days=rng.randint(5, 60))
    believed = places.home(rng) if one_in(2, rng) else None
    return Missing(
        surname=one.surname,
        forename=one.forename,
        upn=one.upn,
        aliases=(f"{one.forename} {one.carers[1].surname}",) if one_in(4, rng) else (),
        born=one.dob,
        sex=one.sex,
        last_school=LastSchool(school.laestab, school.name, _came(one, seen), seen),
        last_address=_address(one.home),
        believed_address=_address(believed) if believed else None,
        contacts=tuple(_contact(carer, one) for carer in one.carers if carer.responsibility),
        siblings=rng.randint(0, 3),
        risk=Risk.SOCIAL_CARE_KNOWN if one_in(5, rng) else Risk.NONE,
        destination_evidence="A neighbour named the town." if believed else "",
        last_seen=seen,
    )


def _came(one: Child, seen: date) -> date:
    """To reception or to year 7, whichever is this child's school; a child may have been there for some days only."""
    first_year = 7 if one.year > 6 else 0  # noqa: PLR2004  (secondary school begins with year 7)
    return min(date(academic_year(one.dob) + 5 + first_year, 9, 3), seen)


def _address(home: Home) -> Address:
    return Address(lines=home.lines, county=home.county, postcode=home.postcode)


def _contact(carer: Carer, one: Child) -> Contact:
    return Contact(
        surname=carer.surname,
        forename=carer.forename,
        relationship=carer.relationship,
        responsibility=carer.responsibility,
        address=_address(carer.home or one.home),
        phones=tuple(number for _, number in carer.phones[:2]),
        email=carer.email,
    )
