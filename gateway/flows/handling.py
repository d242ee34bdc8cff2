"""What one home of this gateway asks of the other about a file on its shelf: there no message carries the marker."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.core.delivery import Parcel
from gateway.core.partners import Directory
from gateway.flows import discretion
from gateway.flows.ports import Gateway

if TYPE_CHECKING:
    from gateway.flows.casework import Shelved


def marked(
    gateway: Gateway, directory: Directory, parcels: Sequence[Parcel], rows: Sequence["Shelved"]
) -> Sequence["Shelved"]:
    """Rows of a shelf, each with whom to ask before anybody acts on it, and never why."""
    between = {one.id for one in parcels if _between_homes(gateway, directory, one)}
    flags = gateway.store.flags_in(sorted({one.source for one in parcels if one.id in between})) if between else {}
    found = []
    for parcel, row in zip(parcels, rows, strict=True):
        stops = any(discretion.stops(flags.get((parcel.source, number), ())) for number in parcel.pupils)
        asks = f"{row.words}. {_ask(directory, parcel)}" if parcel.id in between and stops else row.words
        found.append(replace(row, words=asks))
    return found


def _between_homes(gateway: Gateway, directory: Directory, parcel: Parcel) -> bool:
    ours = directory.receiver(directory.get(parcel.discloser)).id
    theirs = directory.receiver(directory.get(parcel.reader)).id
    guest = directory.get(parcel.reader).guest
    return (ours != theirs or guest) and {ours, theirs} <= set(gateway.homes)


def _ask(directory: Directory, parcel: Parcel) -> str:
    home = directory.receiver(directory.get(parcel.discloser))
    return f"Ask {home.name} ({directory.number_to_ask(home)}) before you contact the family or share it on"
