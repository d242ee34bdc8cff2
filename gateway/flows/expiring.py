"""Certificates that end soon, our own and our partners': each is told of at 60, 30, 14, 7 and 1 days.

In the log, and in a letter to the team of each home and to who runs the machine, where mail is set up.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from gateway.core import partners, reminders
from gateway.core.days import day_of
from gateway.core.facts import CertificateEnding, Join, What, commitment_of, join, parse_line
from gateway.core.partners import Ending, Partner
from gateway.core.records import Record, Register
from gateway.core.reminders import News
from gateway.core.roles import Can
from gateway.flows import reminding
from gateway.flows.ports import Agreed, Gateway, Writing
from gateway.flows.reminding import Post, Telling


class Log(Writing, Agreed, Protocol):
    """What this asks of the store: the register, and what was written about a certificate."""


def sweep(gateway: Gateway, at: datetime) -> int:
    """Say of each certificate that a step was reached, once; returns of how many. Doing it twice does nothing more."""
    store: Log = gateway.store
    register = store.register()
    told = Record(())
    for partner, one in _near(register, at):
        if not _said(store, one):
            whose = () if partner.id in gateway.homes else _whose(gateway, partner)
            fact = CertificateEnding(at, gateway.homes[0], one.fingerprint, one.within, commitment_of(whose))
            told += Record((fact,), whose)
    # as a change of the register, so that of two machines only one writes it
    if told.facts and not store.agree((), told, register.version):
        return 0
    return len(told.facts)


def tell(gateway: Gateway, store: Telling, post: Post, at: datetime) -> int:
    """Tell of each that a step was reached; returns how many letters went. Raises Fault."""
    whom = store.people()
    to = {one for home in gateway.homes for one in reminding.addresses(post, whom, home, Can.OPERATE)}
    near = [one for _, one in _near(gateway.store.register(), post.times.as_of(at))]
    news = [News(address, one.fingerprint, str(one.within)) for address in sorted(to) for one in near]
    return reminding.tell(
        store, post.mail, news, lambda address, some: reminders.certificates_end(address, some, post.link), at
    )


def _near(register: Register, at: datetime) -> Iterator[tuple[Partner, Ending]]:
    """Of everybody who has a gateway: a school's machine renews its own certificate, and asks when it cannot get in."""
    for partner in register.directory.partners.values():
        if partner.endpoint and partner.in_effect.covers(day_of(at)):
            yield from ((partner, one) for one in partners.ending(partner, at))


def _said(store: Agreed, one: Ending) -> bool:
    """Whether this step, or a later one, is in the log: a gateway that was off for a month says only the last."""
    lines = map(parse_line, store.lines_about(one.fingerprint))
    steps = [line["within"] for line in lines if line["fact"] == CertificateEnding.__name__]
    return any(isinstance(step, int) and step <= one.within for step in steps)


def _whose(gateway: Gateway, partner: Partner) -> tuple[Join, ...]:
    return (join(gateway.draw, What.ORGANISATION, partner.id, partner.id),)
