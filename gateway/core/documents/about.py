"""Who a child of a document is and where it was, in one form whatever the document: what a case keeps.

``rest`` and ``rested`` are opposites: the child as bytes, and back.
"""

from gateway.core.documents import layouts
from gateway.core.documents.identities import Identity
from gateway.core.documents.leaving import own_row
from gateway.core.documents.messages import writing
from gateway.core.documents.messages.parts import Address, Contact, LastSchool, OpenIdentity, Whereabouts
from gateway.core.documents.messages.tracing import Sought
from gateway.core.documents.rules import day, text
from gateway.core.documents.safe import parse
from gateway.core.documents.trees import Element
from gateway.core.documents.values import Document
from gateway.core.terms import LaEstab


def about(document: Document, number: int) -> Sought:
    """The child of this number. Raises IndexError where there is none."""
    layout = layouts.BY_KIND[document.kind]
    records = document.tree.find(layout.records)
    assert records is not None, "a document has records"
    record = list(records.iterchildren(layout.record))[number - 1]
    who = writing.part(OpenIdentity, record)
    if document.kind not in layouts.REGISTERS:
        return Sought(who=who, where=writing.part(Whereabouts, record))
    return Sought(who=who, where=_whereabouts(record, document.source))


def rest(child: Sought) -> bytes:
    """A child as it rests."""
    return writing.written("Child", child)


def rested(content: bytes) -> Sought:
    """The opposite of ``rest``."""
    return writing.part(Sought, parse(content)[0])


def label(child: Sought) -> str:
    """By what an officer knows the child in a list: its initials and the end of its number, never the name."""
    initials = "".join(f"{name[:1].upper()}." for name in (child.who.forename, child.who.surname) if name[:1].isalpha())
    number = f"UPN ending {child.who.upn[-3:]}" if child.who.upn else ""
    return ", ".join(said for said in (initials, number) if said) or "nobody knows the name"


def identity(child: Sought) -> Identity:
    """The child as it is compared with others."""
    who, where = child.who, child.where
    homes = [one.postcode for one in (where.last_address, where.believed_address) if one is not None and one.postcode]
    return Identity(
        upn=who.upn,
        names=((who.surname, who.forename),),
        born=who.dob or who.dob_about,
        about=who.dob is None and who.dob_about is not None,
        sex=who.sex,
        postcodes=tuple("".join(home.split()).upper() for home in homes),
    )


def _whereabouts(record: Element, source: LaEstab) -> Whereabouts:
    """What a school's own record says: the school that was left, the home, the contacts."""
    row, home, believed = own_row(record, source), record.find("Address"), record.find("BelievedAddress")
    school = None
    if row is not None:
        name = text(row, "SchoolName")
        school = LastSchool(
            school=source,
            school_name=name,
            entry_date=day(row, "EntryDate"),
            leaving_date=day(row, "LeavingDate"),
        )
    contacts = tuple(writing.part(Contact, one) for one in record.iterfind("Contacts/Contact") if text(one, "Surname"))
    return Whereabouts(
        last_school=school,
        last_address=None if home is None else writing.part(Address, home),
        believed_address=None if believed is None else writing.part(Address, believed),
        contacts=contacts,
        destination_evidence=text(record, "DestinationEvidence"),
    )
