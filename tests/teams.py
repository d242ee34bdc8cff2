"""One gateway alone, as on the first day: Kent's, at which Medway, the police and Kent's own teams have an inbox."""

from dataclasses import replace
from datetime import date

from gateway.core.facts import Role
from gateway.core.partners import Channel, Partner, PartnerKind
from gateway.core.records import Person, Record
from gateway.core.terms import PartnerId, Period, PersonId
from gateway.flows import inviting, speaking
from gateway.flows.inviting import Post
from tests.simulator import KENT, MEDWAY, World

POLICE = PartnerId("police-kent")
MASH, TAX = PartnerId("council-886-mash"), PartnerId("council-886-council-tax")
BOXES = {
    MEDWAY: "cme@medway.example",
    POLICE: "hub@kent.police.example",
    MASH: "mash@kent.example",
    TAX: "tax@kent.example",
}
NO_MAIL = Post(None, "https://g.example/")


def one_gateway(world: World) -> World:
    """Nobody but Kent has a machine; each other team has a mailbox that two people have confirmed."""
    directory = world.kent.store.register().directory
    medway = replace(directory.get(MEDWAY), channel=Channel.INBOX, served_by=KENT, certificates=(), profile="")
    away = [replace(one, served_by=None) for one in directory.partners.values() if one.served_by == MEDWAY]
    world.kent.store.enlist(away, Record(()))
    found = [
        medway,
        police(),
        directory.get(MASH),
        directory.find(TAX)
        or Partner(TAX, PartnerKind.INTERNAL_TEAM, "Council Tax", Period(date(2026, 1, 1)), Channel.INBOX, served_by=KENT),
    ]  # fmt: skip
    world.kent.store.enlist([replace(one, endpoint=f"mailto:{BOXES[one.id]}") for one in found], Record(()))
    del world.sides[MEDWAY]
    return world


def police() -> Partner:
    return Partner(
        POLICE, PartnerKind.POLICE, "Kent Police", Period(date(2026, 1, 1)), Channel.INBOX,
        endpoint=f"mailto:{BOXES[POLICE]}", served_by=KENT,
    )  # fmt: skip


def member(world: World, partner: PartnerId) -> Person:
    """A team, after it was invited."""
    kent = world.kent
    inviting.invite(kent.gateway, kent.store, partner, NO_MAIL, world.clock())
    found = kent.store.person(inviting.person_id(partner))
    assert found is not None
    return found


def opened_at_mailbox(world: World, partner: PartnerId) -> None:
    """Its team follows the link in its mailbox, and opens the newest of what came: what nobody opened never went."""
    whom, kent = member(world, partner), world.kent
    newest = speaking.listed(kent.gateway, kent.store, whom, world.clock())[0]
    speaking.opened(kent.gateway, whom, newest.parcel, world.clock())


def stranger(partner: PartnerId, role: Role = Role.TEAM) -> Person:
    return Person(PersonId("a.stranger"), role, partner)
