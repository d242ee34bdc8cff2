"""What a healthy gateway looks like: each reading of one becomes a check, with what to do unless it is good.

The readings are taken by whoever asks; here is only what they mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.core.partners import CERTIFICATE_DAYS, Lapse

WARN_DAYS = CERTIFICATE_DAYS
"""At each it is spoken of more loudly; inside the last but two it is wrong."""

LITTLE_BYTES, TOO_LITTLE_BYTES = 2 << 30, 200 << 20
CLOCK_WARN, CLOCK_WRONG = timedelta(seconds=30), timedelta(minutes=5)
LAG_WARN, LAG_WRONG = timedelta(minutes=1), timedelta(minutes=10)


class Health(StrEnum):
    GOOD = "good"
    WARN = "warn"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: how it is, in words, and what to do unless it is good."""

    name: str
    health: Health
    words: str
    fix: str = ""


def good(name: str, words: str) -> Check:
    return Check(name, Health.GOOD, words)


def wrong(name: str, words: str, fix: str) -> Check:
    return Check(name, Health.WRONG, words, fix)


def disk(free: int) -> Check:
    """``free`` bytes where the installation lies."""
    words = f"{free / (1 << 30):.1f} GB free"
    health = Health.WRONG if free < TOO_LITTLE_BYTES else Health.WARN if free < LITTLE_BYTES else Health.GOOD
    return Check("disk", health, words, "" if health is Health.GOOD else "Make room, or move the database.")


def certificate(name: str, days: int, fix: str) -> Check:
    """A certificate with so many ``days`` left; ``fix`` says how to replace it."""
    if days < 0:
        return wrong(name, f"ended {-days} {'day' if days == -1 else 'days'} ago", fix)
    words = f"{days} {'day' if days == 1 else 'days'} left"
    if days > WARN_DAYS[0]:
        return good(name, words)
    return Check(name, Health.WRONG if days <= WARN_DAYS[2] else Health.WARN, words, fix)


def record(name: str, lapses: Sequence[Lapse], fix: str) -> Check:
    """What a partner's record wants, all of it; wrong only when something that it stands on is over."""
    words = "; ".join(one.words for one in lapses)
    health = Health.WRONG if any(one.over for one in lapses) else Health.WARN
    return Check(name, health, words, fix) if lapses else good(name, "whole")


def review(name: str, days: int) -> Check:
    """An agreement whose review is due in so many ``days``."""
    fix = "Look at 'gateway agreements usage', then 'gateway agreements renew', and have every party sign."
    if days < 0:
        return wrong(name, f"its review is {-days} days overdue", fix)
    return Check(name, Health.WARN, f"its review is due in {days} days", fix)


def clock(name: str, ours: datetime, theirs: datetime) -> Check:
    """Our clock beside another one."""
    apart = abs(ours - theirs)
    seconds = f"{apart.total_seconds():.0f} s apart"
    if apart < CLOCK_WARN:
        return good(name, seconds)
    health = Health.WRONG if apart >= CLOCK_WRONG else Health.WARN
    return Check(name, health, seconds, "Have the clock of this machine set by NTP (timedatectl set-ntp true).")


def lag(lines: int, since: timedelta) -> Check:
    """So many ``lines`` are under no checkpoint, the oldest of them for so long."""
    if not lines or since < LAG_WARN:
        return good("checkpoint", "every line is signed" if not lines else f"{lines} lines wait to be signed")
    health = Health.WRONG if since >= LAG_WRONG else Health.WARN
    words = f"{lines} lines are not signed since {since.total_seconds() / 60:.0f} minutes"
    return Check("checkpoint", health, words, "See that 'gateway serve' runs: it signs within a second.")


def worst(checks: tuple[Check, ...]) -> Health:
    order = list(Health)
    return max((check.health for check in checks), key=order.index, default=Health.GOOD)
