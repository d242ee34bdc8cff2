"""Agreements whose review comes, is overdue, or was so for so long that they are suspended, and those that end: who is
told, once of each.

A review at 90, 30 and 7 days, when the day has passed, and when nothing goes out any more (WEISF; law.md section 3.3);
the last day at 30 and 7 days, and when it has passed.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from gateway.core import agreements as core
from gateway.core import reminders
from gateway.core.agreements import Agreement, Status
from gateway.core.records import Person
from gateway.core.reminders import ENDED, ENDS, OVERDUE, SUSPENDED, News
from gateway.core.roles import Can
from gateway.core.terms import AgreementRef, PartnerId
from gateway.flows import agreements, reminding
from gateway.flows.attempts import all_tried
from gateway.flows.ports import Gateway
from gateway.flows.reminding import Post, Telling


def tell(gateway: Gateway, store: Telling, post: Post, at: datetime) -> int:
    """Tell the team of each home that is a party, and who answers there; returns how many letters went.

    Raises Fault.
    """
    listed, day = gateway.store.register().agreements, post.times.as_of(at).date()
    steps = {one.agreement: OVERDUE if one.days < 0 else str(one.within) for one in agreements.reminders(listed, day)}
    steps |= {one.ref: SUSPENDED for one in listed if one.status is Status.SUSPENDED}
    ends = {one.agreement: f"{ENDS}{one.within}" if one.within else ENDED for one in core.ends(listed, day)}
    sent, whom = 0, store.people()
    with all_tried() as attempt:
        for told, letter in ((steps, reminders.agreements_reviewed), (ends, reminders.agreements_end)):
            with attempt():
                news = list(_news(gateway, post, whom, told))
                sent += reminding.tell(store, post.mail, news, partial(letter, link=post.link), at)
    return sent


def _news(gateway: Gateway, post: Post, whom: Sequence[Person], told: Mapping[AgreementRef, str]) -> Iterator[News]:
    """How far each of these has come, for everybody who answers for it."""
    for agreement in (one for one in gateway.store.register().agreements if one.ref in told):
        for home in _ours(gateway, agreement):
            to = reminding.addresses(post, whom, home, Can.KEEP)
            yield from (News(address, agreement.ref, told[agreement.ref]) for address in to)


def _ours(gateway: Gateway, agreement: Agreement) -> list[PartnerId]:
    """The homes of ours that are parties to it; where none is named, the first answers for it."""
    named = {party.partner for party in agreement.parties}
    return [home for home in gateway.homes if home in named] or [gateway.homes[0]]
