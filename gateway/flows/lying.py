"""Files that lie ready for a school, and files that nobody collected in time: who hears of it by letter, once a day.

A school hears of what waits on the next morning, after five days and after twenty; whoever sent it, when it expired.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Protocol

from gateway.core import reminders
from gateway.core.delivery import State
from gateway.core.partners import Partner
from gateway.core.records import Person, Standing
from gateway.core.reminders import News
from gateway.core.roles import Can
from gateway.flows import reminding
from gateway.flows.attempts import all_tried
from gateway.flows.inviting import AGAIN
from gateway.flows.ports import Gateway
from gateway.flows.reminding import Post, Telling
from gateway.flows.uncollected import Shelves

MORNING = 8
"""The hour in London of the letter of a day, where none is set: a file waits weeks, and a school gets many."""

EXPIRED = "expired"
MOST = 10_000


class Store(Telling, Shelves, Protocol):
    """What this asks of the store."""


def tell(gateway: Gateway, store: Store, post: Post, at: datetime) -> int:
    """Tell readers of what waits and senders of what expired; returns how many letters went. Raises Fault."""
    hour = MORNING if post.times.hour is None else post.times.hour
    until, whom = replace(post.times, hour=hour).as_of(at), store.people()
    directory = gateway.store.register().directory
    waits: list[News] = []
    missed: list[News] = []
    for one in store.uncollected_at(gateway.homes, MOST):
        reader, sender = (directory.find(each) for each in (one.parcel.reader, one.parcel.discloser))
        if one.state is State.EXPIRED and sender and sender.kind.school:
            missed += [News(to, _which(one), EXPIRED) for to in _of(post, whom, sender, Can.SEND)]
        step = sum(one.moved_at + after <= until for after in AGAIN)
        if one.state is State.SHELVED and step and reader and reader.kind.school:
            waits += [News(to, _which(one), str(step)) for to in _of(post, whom, reader, Can.COLLECT)]
    sent = 0
    with all_tried() as attempt:
        for news, letter in ((waits, reminders.files_wait), (missed, reminders.files_uncollected)):
            with attempt():
                sent += reminding.tell(store, post.mail, news, partial(letter, link=post.link), at)
    return sent


def _which(one: Standing) -> str:
    """What was laid ready again waits anew."""
    return f"{one.parcel.id} {one.moved_at.isoformat()}"


def _of(post: Post, whom: Sequence[Person], school: Partner, can: Can) -> list[str]:
    """Where a school hears of it: as the settings say, else at the address of its record."""
    return reminding.addresses(post, whom, school.id, can) or [one for one in (school.contact.email,) if one]
