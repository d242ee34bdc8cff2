"""A school's return that somebody fills in on a page: it becomes the file that the school's system would have made.

From there on it is a file: checked, shown with where it goes, sent, answered with a receipt.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from gateway.core.days import day_of
from gateway.core.documents import sheets
from gateway.core.documents.sheets import TEMPLATES
from gateway.core.documents.sheets.columns import Column
from gateway.core.errors import Code, Refusal
from gateway.core.forms import DeletionForm
from gateway.core.partners import Partner
from gateway.core.records import Person
from gateway.core.terms import PartnerId
from gateway.flows import deleting, handing
from gateway.flows.handing import Choice, Drafts, Given
from gateway.flows.ports import Gateway
from gateway.flows.reports import SENDERS, Read
from gateway.flows.situations import new_id

JOINERS = TEMPLATES["joiners"]
FILE = "new-pupil-return.csv"
OURS = frozenset({"made", "own", "own-name"})
"""Columns that nobody is asked for: the day, and the school for which it is filled in."""


def schools(gateway: Gateway, person: Person, at: datetime) -> Sequence[Partner]:
    """For which schools somebody may fill in a return: their own, or for an officer those that the council serves."""
    found = gateway.store.register().directory.partners.values()
    mine = (one for one in found if one.id == person.organisation or one.served_by in person.homes & set(gateway.homes))
    able = (one for one in mine if one.kind.school and one.laestab is not None and one.in_effect.covers(day_of(at)))
    return sorted(able, key=lambda one: one.name) if person.role in SENDERS else []


def deletion(
    gateway: Gateway, store: Drafts, person: Person, school: PartnerId, form: DeletionForm, at: datetime
) -> Read:
    """Check a deletion return, and let it wait until somebody has seen where it goes. Raises Refusal(NOT_ALLOWED)."""
    of = _school(gateway, person, school, at)
    assert of.laestab is not None
    name, content = deleting.written(form, of.laestab, new_id("u", gateway.draw), at)
    return handing.check(gateway, store, person, [Given(name, content)], at, Choice())


def new_pupil(
    gateway: Gateway, store: Drafts, person: Person, school: PartnerId, said: Mapping[str, str], at: datetime
) -> Read:
    """The same for a new-pupil return; ``said`` by the keys of ``asked``. Raises Refusal(NOT_ALLOWED)."""
    of = _school(gateway, person, school, at)
    ours = {"made": at.date().isoformat(), "own": str(of.laestab), "own-name": of.name}
    row = [{**said, **ours}.get(column.key, "") for column in JOINERS.columns]
    content = sheets.written(JOINERS, [row], sheets.Form.CSV)
    return handing.check(gateway, store, person, [Given(FILE, content)], at, Choice())


def asked() -> Iterator[Column]:
    """What a new-pupil return asks, in the order of the format."""
    return (column for column in JOINERS.columns if column.key not in OURS)


def _school(gateway: Gateway, person: Person, school: PartnerId, at: datetime) -> Partner:
    found = next((one for one in schools(gateway, person, at) if one.id == school), None)
    if found is None:
        raise Refusal(Code.NOT_ALLOWED)
    return found
