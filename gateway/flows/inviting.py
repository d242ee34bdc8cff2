"""A team without a machine is invited once, at the address of its record; then it hears there what waits for it.

A link goes to that address alone, and whoever reads the mailbox acts for the team. A change of the address waits for
two people, as that of every partner's address does; until then links go to the old one, or nowhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from gateway.core import reminders, roles
from gateway.core.days import day_of
from gateway.core.delivery import State
from gateway.core.errors import Code, Refusal
from gateway.core.facts import How, Role, TeamTold, What, join, parse_line
from gateway.core.partners import Channel, Partner
from gateway.core.records import Account, Person, Record, Standing
from gateway.core.reminders import Letter, News
from gateway.core.roles import Can
from gateway.core.terms import PartnerId, PersonId, digest
from gateway.flows import people, reminding
from gateway.flows.attempts import all_tried
from gateway.flows.people import Links, People
from gateway.flows.ports import Gateway
from gateway.flows.reminding import Mail, Once

AGAIN = tuple(timedelta(days=days) for days in (0, 5, 20))
"""How long after something was laid there its team is told of it; then it waits until it expires."""

LONGEST = 32
REST = timedelta(minutes=15)
"""For so long a mail server that took no letter is left alone: each holds a link that was made for it."""


class Teams(People, Links, Once, Protocol):
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

    Raises the last Fault when all were tried: what did not go is tried again until it goes.
    """
    mail = post.mail
    if mail is None:
        return 0
    sent = 0
    with all_tried() as attempt:
        for partner in _invited(gateway, teams, at):
            waiting = [one for one in gateway.store.shelved_for([partner.id]) if one.state is State.SHELVED]
            reached = [(one, sum(one.moved_at + after <= at for after in AGAIN)) for one in waiting]
            if due := [(one, time) for one, time in reached if not _said(gateway, one, time)]:
                gateway.store.record(_told(gateway, partner, due, at))
            news = [News(partner.mail, f"{partner.id} {one.parcel.id}", str(time)) for one, time in reached]
            letter = partial(_letter, gateway, teams, partner, post, len(waiting), at)
            with attempt():
                sent += reminding.tell(teams, mail, news, letter, at, REST)
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
    return [one for one in found if one.in_effect.covers(day_of(at))]


def _said(gateway: Gateway, one: Standing, time: int) -> bool:
    """Whether that it was told of for this time stands in the log."""
    lines = map(parse_line, gateway.store.lines_about(one.parcel.id))
    return any(line["fact"] == TeamTold.__name__ and line["time"] == time for line in lines)


def _letter(
    gateway: Gateway, teams: Teams, partner: Partner, post: Post, count: int, at: datetime, to: str, _: Sequence[News]
) -> Letter:
    return reminders.team_waits(to, count, _link(gateway, teams, partner, post, at), _where(post), at)


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
