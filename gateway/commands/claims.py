"""What the commands about rights share: their groups, and how a child, a request and a reason are named."""

from collections.abc import Mapping
from datetime import datetime

import click

from gateway.commands.root import gateway
from gateway.core import rights
from gateway.core.errors import Code, Refusal
from gateway.core.law.words import Exemption
from gateway.core.terms import DisclosureId, Item, ParcelId, PartnerId, RequestId, Upn, stamp
from gateway.flows.rights.requests import Case
from gateway.wiring import Installation

COMPLAINT_ROUTE = (
    "Tell who complains: it is acknowledged within 30 days and looked into by the information governance officer. "
    "Whoever is not content may go to the Information Commissioner: ico.org.uk/make-a-complaint, 0303 123 1113."
)


@gateway.group("rights")
def rights_group() -> None:
    """What children, parents and everybody else who is named may ask for about themselves."""


@gateway.group("complaints")
def complaint_group() -> None:
    """Complaints about data protection: acknowledged within 30 days."""


def stands(case: Case) -> str:
    due = f", due {stamp(case.stands.due)[:10]}" if case.stands.due else ""
    return f"{rights.STATE_WORDS[case.stands.state]}{due}"


def due_by(due: datetime | None, at: datetime) -> str:
    """The day by which something is due, and whether that is over; nothing while no clock runs."""
    late = "[bold red]overdue:[/] " if due and due < at else ""
    return f"{late}{stamp(due)[:10]}" if due else ""


def child_of(installed: Installation, parcel: str | None, pupil: int) -> tuple[str, ...]:
    """By what the child is found: by its number, which is asked for, or by its place in a parcel."""
    if parcel is not None:
        standing = installed.store.parcel(parcel_of(parcel))
        if standing is None:
            raise Refusal(Code.NOT_FOUND)
        return installed.store.handles_of(standing.parcel.source, pupil)
    try:
        upn = Upn(prompt("Unique pupil number"))
    except ValueError:
        raise click.UsageError("that is no pupil number") from None
    return installed.store.handles_with(installed.vault.blind(f"child:{upn}"))


def home_of(installed: Installation, named: str | None) -> PartnerId:
    homes = installed.settings.homes
    if named is None and len(homes) == 1:
        return homes[0]
    if named not in homes:
        raise click.UsageError(f"name the home: {', '.join(homes)}")
    return PartnerId(named)


def prompt(words: str) -> str:
    return str(click.prompt(words, err=True)).strip()


def item_of(text: str) -> str:
    try:
        return str(Item(text)) if text else ""
    except ValueError:
        raise click.UsageError("an item is the path of an element, such as Address/PostCode") from None


def exempted(texts: tuple[str, ...]) -> Mapping[str, Exemption]:
    try:
        return {item: rights.usable(code) for item, _, code in (one.partition("=") for one in texts)}
    except ValueError:
        known = "; ".join(f"{code} {why}" for code, why in rights.EXEMPTIONS.items())
        raise click.UsageError(f"an item and an exemption, such as Email=X5. There are: {known}") from None


def request_of(text: str) -> RequestId:
    try:
        return RequestId(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None


def parcel_of(text: str) -> ParcelId:
    try:
        return ParcelId(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None


def disclosure_of(text: str) -> DisclosureId:
    try:
        return DisclosureId(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None
