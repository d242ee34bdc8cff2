"""Whether the log is what was written: who had it checked last, and how much of it others have countersigned.

Our newest checkpoint is proven when as many as the settings ask for have countersigned it, each counted once. New
disclosures stop when proof is wanted for too long; what undoes harm or keeps a child safe goes on: the one list of it,
with the reason of each, is ``delivery.GOES_UNPROVEN``.
"""

from dataclasses import dataclass
from datetime import datetime

from gateway.core.facts import LogChecked, join_person
from gateway.core.records import Person, Proven, Record
from gateway.core.terms import parse_stamp
from gateway.flows import doubting
from gateway.flows.acts import Acts
from gateway.flows.enquiry.viewing import counted_homes
from gateway.flows.ports import Gateway

MEND = (
    "See 'gateway log witness --ask', and call whoever does not answer. Receiving goes on, and so do recalls, breach "
    "and rights notices, and what a child's safety hangs on."
)

SOUND = "sound"
"""How what a check says of a whole log begins."""
LOOKED_AT = 500
"""So many of the newest lines of each person are looked through for a check."""
ALTERED = "The log was altered: it holds what no gateway wrote."


@dataclass(frozen=True, slots=True)
class Checked:
    """The last check of the whole log: when, by whom, and whether the log was what was written."""

    at: datetime
    by: str
    sound: bool


def checked(gateway: Gateway, person: Person, said: str, at: datetime) -> None:
    """Put on record that somebody had the log checked, and what came of it: where it failed, somebody has to see to it.

    Raises Refusal(NOT_ALLOWED).
    """
    home, *_ = counted_homes(gateway, person)
    (by,) = join_person(gateway.draw, person.id)
    sound = said.startswith(SOUND)
    wanted = () if sound else doubting.failed(gateway, at)
    gateway.store.record(Record((LogChecked(at, home, by.commitment, sound),), (by,), tasks=wanted))


def last_check(gateway: Gateway, store: Acts) -> Checked | None:
    """None where nobody has had it checked lately. Raises ValueError where a line is nothing that a gateway wrote."""
    ours = [one.id for one in store.people() if one.homes & set(gateway.homes)]
    found = store.acted(ours, [LogChecked.__name__], LOOKED_AT)
    last = max(found, key=lambda one: one.line, default=None)
    if last is None:
        return None
    by = last.handles.get(str(last.body["by"]), "")
    return Checked(parse_stamp(str(last.body["at"])), by, bool(last.body["sound"]))


def words(proven: Proven) -> str:
    """How it stands, in plain words."""
    if not proven.quorum:
        return "How many others must countersign the log is not set ([witnesses] quorum in the settings)."
    asked = f"{proven.quorum} countersignature{'s' if proven.quorum > 1 else ''}"
    if proven.size == proven.signed:
        return f"The newest checkpoint, of {proven.signed} lines, is proven by {asked}."
    reached = f"The first {proven.size} of {proven.signed} signed lines are proven by {asked}."
    if not proven.stopped:
        return reached
    since = f"{proven.waiting_since:%d %b %Y %H:%M} UTC" if proven.waiting_since else "the beginning"
    return f"{reached} New disclosures have stopped: the rest has waited for proof since {since}. {MEND}"
