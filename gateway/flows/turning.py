"""A partner that is reached in another way than before: what was closed for the old way is closed anew for the new.

What waits in its queue turns when it is next claimed, what lies on a shelf of ours within a quarter of an hour. What a
person has to upload by hand stays with them: nobody can tell whether they have done so already.
"""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from gateway.core import partners
from gateway.core.delivery import Parcel
from gateway.core.errors import Refusal
from gateway.core.facts import Condition, ParcelWithdrawn, Stale
from gateway.core.partners import Carrier, Channel, Directory
from gateway.core.records import Record
from gateway.core.terms import Outcome, PartnerId
from gateway.flows import renewing
from gateway.flows.ports import Gateway
from gateway.flows.uncollected import Shelves

MOST = 500


def leads(parcel: Parcel, directory: Directory, homes: Collection[PartnerId]) -> bool:
    """Whether a parcel that is to be sent is closed for the way in which its reader is reached today."""
    through = directory.receiver(directory.get(parcel.reader))
    if through.id in homes:
        return False
    if parcel.carrier == Condition(Carrier.S2S):
        return through.channel not in {Channel.FOLDER, Channel.MESH}
    if through.id != parcel.recipient or (parcel.sealed_for is None) is not through.takes_plain:
        return False
    if parcel.sealed_for is not None and parcel.mpc != through.pulls_on:
        return False
    beside = Condition(through.channel.carrier) if through.channel in {Channel.FOLDER, Channel.MESH} else None
    return parcel.carrier == beside and (through.takes_plain or through.channel.sealed)


def sweep(gateway: Gateway, store: Shelves, at: datetime) -> int:
    """Send what lies here uncollected to readers who have a machine of their own by now; returns how much turned.

    What would not be released in the new way stays where its reader can still collect it.
    """
    directory = gateway.store.register().directory
    ours = [one.id for one in directory.partners.values() if directory.receiver(one).id in gateway.homes]
    turned = 0
    for one in store.shelved_before(at, ours, MOST):
        through = directory.receiver(directory.get(one.parcel.reader))
        if not one.parcel.received and partners.waits(through, at) is None:
            with suppress(Refusal):
                turned += _turned(gateway, one.parcel, at)
    return turned


def _turned(gateway: Gateway, parcel: Parcel, at: datetime) -> bool:
    anew = renewing.of_parcel(gateway, parcel, at).decide()
    if anew.decision.outcome is not Outcome.RELEASE:
        return False
    taken = Record((ParcelWithdrawn(at, parcel.home, parcel.id, Stale.CHANNEL),))
    return gateway.store.replace_shelved(parcel.id, taken + anew.record)
