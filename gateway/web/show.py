"""How values are written for people: dates as England says them, states in a word, cells that no program runs."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType

from gateway.core import days, law
from gateway.core.delivery import State
from gateway.core.terms import Item, Kind, parse_stamp
from gateway.flows.receipts import Told

TAGS: Mapping[State, tuple[str, str]] = MappingProxyType(
    {
        State.WAITING: ("Waiting", "blue"),
        State.SENDING: ("Being sent", "blue"),
        State.HANDED: ("On its way", "blue"),
        State.DELIVERED: ("Delivered", "green"),
        State.TAKEN: ("Taken", "green"),
        State.SHELVED: ("Not collected yet", "blue"),
        State.COLLECTED: ("Collected", "green"),
        State.EXPIRED: ("Expired", "red"),
        State.ABANDONED: ("Given up", "red"),
        State.WITHDRAWN: ("Decided anew", "grey"),
        State.FROZEN: ("Closed to all", "red"),
        State.DESTROYED: ("Deleted", "grey"),
    }
)
"""Each state in a word or two, and the colour of its tag."""

RUNS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def day(at: datetime | str) -> str:
    """``3 November 2026``, in London."""
    local = _local(at)
    return f"{local.day} {local:%B %Y}"


def date_of(on: date | str) -> str:
    """``3 November 2026``: a day that is no moment, as such or as ``2026-11-03``."""
    on = date.fromisoformat(on) if isinstance(on, str) else on
    return f"{on.day} {on:%B %Y}"


def moment(at: datetime | str) -> str:
    """``3 November 2026 at 4:05pm``, in London."""
    local = _local(at)
    return f"{day(at)} at {local.hour % 12 or 12}:{local:%M}{local:%p}".replace("AM", "am").replace("PM", "pm")


def plainly(text: str) -> str:
    """What stands in a message, as people write it: a date, a time or a yes; anything else as it stands."""
    if text in {"true", "false"}:
        return "yes" if text == "true" else "no"
    try:
        if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}", text):
            return date_of(text)
        if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}", text):
            return moment(f"{text}.000Z")
    except ValueError:  # the thirty-first of June
        return text
    return text


def count(number: int, one: str, many: str = "") -> str:
    """``1 pupil``, ``1,200 pupils``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def tag(told: Told) -> tuple[str, str]:
    """The word and colour of one decision."""
    if told.row is None:
        return ("Held", "yellow") if told.raw["outcome"] == "hold" else ("Not sent", "red")
    return ("Overdue", "red") if told.overdue else TAGS[told.row.state]


def called(items: Iterable[Item], kind: Kind, classes: law.Classes) -> list[str]:
    """Items by what people call them, each name once."""
    return sorted({law.classed(one, classes, kind).name for one in items})


def named(items: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """The same by ``law.names``, where it is not known of which kind of document they are."""
    return sorted({law.named(one, known) for one in items})


def table(rows: Iterable[Iterable[object]]) -> bytes:
    """Rows as CSV (RFC 4180), for spreadsheets: with a mark of UTF-8, and no cell that is run."""
    written = io.StringIO()
    csv.writer(written).writerows([_cell(str(one)) for one in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(RUNS) else text


def _local(at: datetime | str) -> datetime:
    return (parse_stamp(at) if isinstance(at, str) else at).astimezone(days.LONDON)


FILTERS: dict[str, Callable[..., object]] = {
    "day": day,
    "date": date_of,
    "moment": moment,
    "count": count,
    "plainly": plainly,
    "tag": tag,
    "called": called,
    "named": named,
    "worded": law.worded,
    "state_tag": TAGS.__getitem__,
}
