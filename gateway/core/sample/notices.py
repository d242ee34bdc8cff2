"""Invents the people of council messages, and the notice about a child who has not arrived at any school."""

from datetime import date, datetime, timedelta
from random import Random

from gateway.core import documents
from gateway.core.documents.messages.parts import (
    Address,
    Contact,
    Cover,
    Heading,
    Identity,
    LastSchool,
    Phone,
    Reader,
    ReturnRoute,
    Sender,
    Siblings,
    Whereabouts,
)
from gateway.core.documents.messages.tracing import Missing, Notice
from gateway.core.documents.messages.words import AskBefore, Question, RiskFlag, Urgency
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
    one = missing(seed, source, at.date(), rng)
    urgency = Urgency.ROUTINE if one.where.risk_flag is RiskFlag.NONE else Urgency.SAME_DAY
    made = Notice(
        heading=heading(source, Reader(number=dest), at, sequence, rng, urgency),
        question=Question.MAY_BE_IN_YOUR_AREA,
        reply_wanted=2,
        records=(one,),
    )
    return sealed(made)


def sealed(made: documents.Message) -> SampleFile:
    return SampleFile(str(documents.file_name(made)), documents.write(made))


def heading(
    source: LaEstab, dest: Reader, at: datetime, sequence: int, rng: Random, urgency: Urgency = Urgency.ROUTINE
) -> Heading:
    """The header of a message; a zone of ``at`` is dropped."""
    return Heading(
        date_time=at.replace(tzinfo=None, microsecond=0),
        source=Sender(number=source),
        dest=dest,
        case=case(rng),
        urgency=urgency,
        return_route=ReturnRoute(
            officer_role="Children missing education officer", phone_no=places.landline(rng), email="cme@example.org"
        ),
        power=_POWER,
        sequence=sequence,
    )


def case(rng: Random) -> str:
    return "c-" + "".join(rng.choices(_LETTERS, k=8))


def cover(rng: Random) -> Cover:
    return Cover(ask_before=(AskBefore.CONTACTING_THE_FAMILY, AskBefore.SHARING_ON), phone_no=places.landline(rng))


def missing(seed: int, source: LaEstab, today: date, rng: Random) -> Missing:
    """A child and where it was last."""
    school = places.school(source.la, rng.randrange(1000), rng)
    one = child(seed, 1, school.laestab, today)
    seen = today - timedelta(days=rng.randint(5, 60))
    believed = places.home(rng) if one_in(2, rng) else None
    who = Identity(
        upn=one.upn,
        surname=one.surname,
        forename=one.forename,
        aliases=(f"{one.forename} {one.carers[1].surname}",) if one_in(4, rng) else (),
        dob=one.dob,
        sex=one.sex,
    )
    where = Whereabouts(
        last_school=LastSchool(
            school=school.laestab, school_name=school.name, entry_date=_came(one, seen), leaving_date=seen
        ),
        last_address=address(one.home),
        believed_address=address(believed) if believed else None,
        contacts=tuple(_contact(carer, one) for carer in one.carers if carer.responsibility),
        siblings=Siblings(number=rng.randint(0, 3)),
        risk_flag=RiskFlag.SOCIAL_CARE_KNOWN if one_in(5, rng) else RiskFlag.NONE,
        destination_evidence="A neighbour named the town." if believed else "",
        last_seen=seen,
    )
    return Missing(who=who, where=where)


def _came(one: Child, seen: date) -> date:
    """To reception or to year 7, whichever is this child's school; a child may have been there for some days only."""
    first_year = 7 if one.year > 6 else 0  # noqa: PLR2004  (secondary school begins with year 7)
    return min(date(academic_year(one.dob) + 5 + first_year, 9, 3), seen)


def address(home: Home) -> Address:
    return Address(lines=home.lines, county=home.county, postcode=home.postcode)


def _contact(carer: Carer, one: Child) -> Contact:
    return Contact(
        surname=carer.surname,
        forename=carer.forename,
        relationship=carer.relationship,
        responsibility=carer.responsibility,
        address=address(carer.home or one.home),
        phones=tuple(Phone(phone_no=number) for _, number in carer.phones[:2]),
        email=carer.email,
    )
