"""At which numbers a partner is rung, and what two people heard there: whoever makes up a record may not answer."""

from dataclasses import replace

from gateway.core.errors import Code, Refusal
from gateway.core.partners.credentials import Awaiting
from gateway.core.partners.particulars import Contact, Phone, Safeguarding
from gateway.core.partners.records import Partner
from gateway.core.terms import PersonId


def confirmed(partner: Partner, by: PersonId, number: Phone) -> Partner:
    """After one more person has confirmed what awaits it: the second brings it into force.

    Raises Refusal where nothing awaits it (SETTLED), it is the same person, or the number came with the record.
    """
    awaiting = _rung(partner, number)
    if awaiting.confirmed_by == by:
        raise Refusal(Code.SAME_PERSON)
    if awaiting.confirmed_by is None:
        return replace(partner, awaiting=replace(awaiting, confirmed_by=by, number=number))
    return replace(
        partner, endpoint=awaiting.endpoint, mailbox=awaiting.mailbox, certificates=awaiting.certificates,
        anchors=awaiting.anchors, awaiting=None, contact=awaiting.contact or partner.contact,
        safeguarding=awaiting.safeguarding or partner.safeguarding,
    )  # fmt: skip


def denied(partner: Partner, number: Phone) -> Partner:
    """Without what awaits it, of which somebody heard there that it is none of theirs. Raises Refusal as above."""
    _rung(partner, number)
    pulled, plain = partner.pulled and bool(partner.endpoint), partner.plain and bool(partner.mailbox)
    return replace(partner, awaiting=None, pulled=pulled, plain=plain)


def unheard(known: Partner | None, came: Partner) -> tuple[Contact | None, Safeguarding | None]:
    """What names a number at which nobody here could have rung one whose keys or address count.

    Whoever is rung there next is asked to confirm fingerprints, so a number may not come alone to prepare a record.
    """
    if known is None or not _counts(known):
        return None, None
    trusted = {one.line for one in numbers(known)}
    contact, office = came.contact, came.safeguarding
    return (
        contact if contact.phone and Phone(contact.phone).line not in trusted else None,
        office if office and office.phone.line not in trusted else None,
    )


def brought(known: Partner | None, came: Partner) -> tuple[Phone, ...]:
    """The telephone numbers that nobody here had before this record.

    Of one of whom nothing counts yet we had none: a record with a number alone may have prepared this one.
    """
    earlier = known.awaiting.brought if known and known.awaiting else ()
    trusted = {one.line for one in numbers(known)} if known and _counts(known) else set()
    trusted -= {one.line for one in earlier}
    return tuple(sorted(one for one in {*earlier, *numbers(came)} if one.line not in trusted))


def numbers(partner: Partner) -> tuple[Phone, ...]:
    office = (partner.safeguarding.phone,) if partner.safeguarding else ()
    return tuple(Phone(one) for one in (partner.contact.phone, *office) if one)


def _rung(partner: Partner, number: Phone) -> Awaiting:
    if partner.awaiting is None:
        raise Refusal(Code.SETTLED)
    if number.line in {one.line for one in partner.awaiting.brought}:
        raise Refusal(Code.NUMBER_CAME_ALONG)
    return partner.awaiting


def _counts(known: Partner) -> bool:
    return bool(known.endpoint or known.mailbox or known.certificates)
