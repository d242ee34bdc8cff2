"""Transfer files on a shelf of ours, laid where a program of the reader's own imports them, such as Capita One.

It is a standing collection in the name of one person: everything that is looked at when a person collects is looked at
here, and it stands in the log before the file is opened. Messages stay on the shelf, for a person has to read them, and
so does what opens to named safeguarding officers alone.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from gateway.core.delivery import State
from gateway.core.errors import Refusal
from gateway.core.records import Person
from gateway.core.terms import ParcelId, PartnerId
from gateway.flows import casework
from gateway.flows.casework import Use
from gateway.flows.ports import Gateway


class Drop(Protocol):
    """Where the files of one reader are laid; what was ``begun`` and not laid is collected again.

    What is no file for it is ``left``, until the gateway starts anew.
    """

    def begin(self, parcel: ParcelId) -> None: ...
    def begun(self) -> Collection[ParcelId]: ...
    def lay(self, parcel: ParcelId, name: str, content: bytes) -> None: ...
    def leave(self, parcel: ParcelId) -> None: ...
    def left(self, parcel: ParcelId) -> bool: ...


def drop(gateway: Gateway, person: Person, reader: PartnerId, folder: Drop, at: datetime) -> int:
    """Lay what is new on the shelf of ``reader``; returns how many files. Raises Fault where the folder fails."""
    new = [
        one.parcel
        for one in casework.shelf_of(gateway, reader)
        if one.state is State.SHELVED and not one.guarded and not folder.left(one.parcel)
    ]
    laid = 0
    for parcel in (*folder.begun(), *new):
        folder.begin(parcel)
        try:
            name, content = casework.collect(gateway, person, parcel, at, Use.ONE)
        except Refusal:  # no transfer file, or not to be opened by this person: it stays for somebody to see to
            folder.leave(parcel)
            continue
        folder.lay(parcel, name, content)
        laid += 1
    return laid
