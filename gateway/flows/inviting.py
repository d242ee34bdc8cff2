"""A team without a machine is invited once, at the address of its record; then it hears there what waits for it.

A link goes to that address alone, and whoever reads the mailbox acts for the team. A change of the address waits for
two people, as that of every partner's address does; until then links go to the old one, or nowhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from gateway.core import reminders, roles
from gateway.core.delivery import State
from gateway.core.errors import Code, Refusal
from gateway.core.facts import How, Role, TeamTold, What, join, parse_line
from gateway.core.partners import Channel, Partner
from gateway.core.records import Account, Person, Record, Standing
from gateway.core.roles import Can
from gateway.core.terms import PartnerId, PersonId, digest
from gateway.flows import people
from gateway.flows.attempts import all_tried
from gateway.flows.people import Links, People
from gateway.flows.ports import Gateway
from gateway.flows.reminding import Mail

AGAIN = tuple(timedelta(days=days) for days in (0, 5, 20))
"""How long after something was laid there its team is told of it; then it waits until it expires."""

LONGEST = 32


class Teams(People, Links, Protocol):
    """What inviting asks of the store."""

    def accounts(self) -> Sequence[tuple[Person, Account | None]]: ...


@dataclass(frozen=True, slots=True)
class Post:
    """How letters go, and where people open the pages; ``mail`` is None where no mail is set up."""

    mail: Mail | None
    link: str


def person_id(partner: PartnerId) -> PersonId:
    """By what name a team signs in as a whole."""
    named = f"team.{partner}"
    return PersonId(named if len(named) <= LONGEST else f"team.{digest(partner.encode())[:20]}")


def invite(gateway: Gateway, teams: Teams, partner: PartnerId, post: Post, at: datetime) -> str:
    """Let a team sign in by links to its address; returns the link where there is no mail, else nothing.

    Inviting again sends another link. Raises Refusal: NOT_FOUND, NOT_ALLOWED for one that has a machine or is not
    served here, NO_CONTACT where no address of it counts yet; Fault.
    """
    found = gateway.store.register().directory.find(partner)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    if found.channel is not Channel.INBOX or found.served_by not in gateway.homes or found.kind.school:
        raise Refusal(Code.NOT_ALLOWED)
    if not found.mail:
        raise Refusal(Code.NO_CONTACT)
    whom = person_id(partner)
    if teams.person(whom) is None:
        people.add(gateway, teams, Person(whom, Role.TEAM, partner), found.served_by, at)
    link = _link(gateway, teams, found, post, at)
    if post.mail is None:
        return link
    post.mail.send(reminders.team_invited(found.mail, link, _where(post), at), at)
    return ""


def addresses(gateway: Gateway, teams: Teams, at: datetime) -> Mapping[PersonId, str]:
    """Where each invited team is reached: whose account stands and whose address counts today."""
    return {person_id(one.id): one.mail for one in _invited(gateway, teams, at)}


def tell(gateway: Gateway, teams: Teams, post: Post, at: datetime) -> int:
    """Tell each invited team of what waits for it, written down before it is sent; returns how many letters went.

    Raises the last Fault when all were tried: what they were not told of by then they hear of at the next step.
    """
    mail = post.mail
    if mail is None:
        return 0
    sent = 0
    with all_tried() as attempt:
        for partner in _invited(gateway, teams, at):
            waiting = [one for one in gateway.store.shelved_for([partner.id]) if one.state is State.SHELVED]
            due = [(one, time) for one in waiting if (time := _time(gateway, one, at))]
            if not due:
                continue
            gateway.store.record(_told(gateway, partner, due, at))
            with attempt():
                link = _link(gateway, teams, partner, post, at)
                mail.send(reminders.team_waits(partner.mail, len(waiting), link, _where(post), at), at)
                sent += 1
    return sent


def _invited(gateway: Gateway, teams: Teams, at: datetime) -> list[Partner]:
    directory = gateway.store.register().directory
    found = []
    for person, account in teams.accounts():
        partner = directory.find(person.organisation)
        of_team = roles.may(person.role, Can.SPEAK) and partner is not None and person.id == person_id(partner.id)
        stands = account is None or account.stands(at)
        if of_team and stands and partner is not None and partner.mail and partner.served_by in gateway.homes:
            found.append(partner)
    return [one for one in found if one.in_effect.covers(at.date())]


def _time(gateway: Gateway, one: Standing, at: datetime) -> int:
    """Which time it would be told of now; 0 where it was."""
    reached = sum(one.moved_at + after <= at for after in AGAIN)
    lines = map(parse_line, gateway.store.lines_about(one.parcel.id))
    said = [line["time"] for line in lines if line["fact"] == TeamTold.__name__]
    return 0 if reached in said or not reached else reached


def _told(gateway: Gateway, partner: Partner, due: Sequence[tuple[Standing, int]], at: datetime) -> Record:
    record = Record(())
    for one, time in due:
        who = join(gateway.draw, What.PERSON, person_id(partner.id), person_id(partner.id))
        record += Record((TeamTold(at, one.parcel.home, one.parcel.id, who.commitment, time),), (who,))
    return record


def _link(gateway: Gateway, teams: Teams, partner: Partner, post: Post, at: datetime) -> str:
    assert partner.served_by is not None
    token = people.issue_link(gateway, teams, person_id(partner.id), partner.served_by, at, how=How.MAIL)
    return f"{post.link.rstrip('/')}/link/{token}"


def _where(post: Post) -> str:
    return f"{post.link.rstrip('/')}/sign-in"
