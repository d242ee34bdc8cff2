"""What time alone brings up: each is looked for at the start, and again every so many seconds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.flows import (
    accounts,
    agreements,
    checking,
    exchange,
    handoffs,
    holds,
    notices,
    opening,
    seeking,
    sessions,
    turning,
    uncollected,
    watching,
)
from gateway.flows.rights import telling
from gateway.wiring import duties, letters
from gateway.wiring.joining import Installation

HOUR, QUARTER_OF_AN_HOUR, FEW_MINUTES, MINUTE, QUARTER_OF_A_MINUTE = 3600.0, 900.0, 300.0, 60.0, 15.0


@dataclass(frozen=True, slots=True)
class Sweep:
    """``name`` is what a fault of it is told under. Doing it twice, or on two machines at once, changes nothing.

    ``at_start``: not where it waits for another machine, for the doors open after it.
    """

    name: str
    seconds: float
    do: Callable[[Installation, datetime], object]
    at_start: bool = True


SWEEPS = (
    Sweep("agreements", QUARTER_OF_AN_HOUR, lambda installed, at: agreements.sweep(installed.gateway, at)),
    Sweep("expiring", QUARTER_OF_AN_HOUR, letters.tell_of_certificates, at_start=False),
    Sweep("checked", MINUTE, lambda installed, at: checking.look(installed.gateway, installed.store, at)),
    Sweep("authorities", QUARTER_OF_A_MINUTE, duties.ask_authorities, at_start=False),
    Sweep("flagged", MINUTE, lambda installed, at: opening.hold_flagged(installed.gateway, at)),
    Sweep("tasks", QUARTER_OF_AN_HOUR, lambda installed, at: holds.escalate(installed.store, at)),
    Sweep("leavers", QUARTER_OF_AN_HOUR, lambda installed, at: watching.due(installed.gateway, installed.store, at)),
    Sweep("notices", QUARTER_OF_A_MINUTE, lambda installed, at: notices.sweep(installed.gateway, installed.store, at)),
    Sweep("enquiries", MINUTE, lambda installed, at: seeking.look(installed.gateway, installed.store, at)),
    Sweep("watches", QUARTER_OF_AN_HOUR, lambda installed, at: seeking.sweep(installed.gateway, installed.store, at)),
    Sweep("uncollected", QUARTER_OF_AN_HOUR, lambda installed, at: exchange.give_up(installed.gateway, at)),
    Sweep(
        "shelves", QUARTER_OF_AN_HOUR, lambda installed, at: uncollected.sweep(installed.gateway, installed.store, at)
    ),
    Sweep("turned", QUARTER_OF_AN_HOUR, lambda installed, at: turning.sweep(installed.gateway, installed.store, at)),
    Sweep("rights", QUARTER_OF_AN_HOUR, lambda installed, at: telling.chase(installed.gateway, installed.store, at)),
    Sweep(
        "folders", QUARTER_OF_A_MINUTE, lambda installed, at: handoffs.look(installed.gateway, installed.folders, at)
    ),
    Sweep("sessions", FEW_MINUTES, lambda installed, at: sessions.sweep(installed.gateway, installed.store, at)),
    Sweep("reports", FEW_MINUTES, lambda installed, at: installed.store.forget_reports(at)),
    Sweep("accounts", HOUR, lambda installed, at: accounts.sweep(installed.gateway, installed.store, at)),
    Sweep("drop", QUARTER_OF_A_MINUTE, duties.drop, at_start=False),
    Sweep("pickup", QUARTER_OF_A_MINUTE, duties.pick_up, at_start=False),
    Sweep("mesh", MINUTE, duties.poll, at_start=False),
    Sweep("reminders", FEW_MINUTES, letters.remind, at_start=False),
    Sweep("reviews-told", QUARTER_OF_AN_HOUR, letters.tell_of_agreements, at_start=False),
    Sweep("files-told", QUARTER_OF_AN_HOUR, letters.tell_of_files, at_start=False),
    Sweep("teams", MINUTE, letters.tell_teams, at_start=False),
    Sweep("mail-links", QUARTER_OF_A_MINUTE, letters.mail_links, at_start=False),
    Sweep("accounts-told", HOUR, letters.remind_accounts, at_start=False),
)
