"""The log of the machine: one line for each thing, as text or as JSON, on stderr, and no personal data in any.

Only what this program says itself is told in words. Of what a library says, its name and place: its message may quote
what somebody sent.
"""

import json
import logging
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from gateway.core.errors import Fault
from gateway.edge.family import Ended

OWN = "gateway"

Context = Callable[[], Mapping[str, str]]
"""What is being worked on where a line is written: a request's number, an upload's id."""


class Lines(logging.Formatter):
    """``time``, ``level``, ``event``, then what belongs to it. ``extra={"told": {...}}`` hands the rest in."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        event, fields = _ours(record) if record.name.split(".")[0] == OWN else _theirs(record)
        return self.line(
            {
                "time": at,
                "level": record.levelname.lower(),
                "event": event,
                **self._context(),
                **fields,
                "process": record.process,
            }
        )

    def line(self, told: Mapping[str, object]) -> str:
        return json.dumps(told, separators=(",", ":"))


class Text(Lines):
    """The same for a terminal."""

    def line(self, told: Mapping[str, object]) -> str:
        first = " ".join(str(told[name]) for name in ("time", "level", "event"))
        return first + "".join(
            f" {name}={text}" for name, text in told.items() if name not in {"time", "level", "event", "process"}
        )


def install(form: str, context: Context = dict) -> None:
    """Write from now on as ``form`` says: text, json, or auto, which is text for a terminal and JSON for the rest."""
    as_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    writer = logging.StreamHandler(sys.stderr)
    writer.setFormatter(Text(context) if as_text else Lines(context))
    logging.basicConfig(level=logging.INFO, handlers=[writer], force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def told(name: str, error: BaseException) -> None:
    """Write a fault: its kind and where, never what a message or file said."""
    reason = error.reason if isinstance(error, Fault) else type(error).__name__
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    _log.error("fault", extra={"told": {"in": name, "reason": reason, "where": where}})


def answered(door: str, route: str, status: int, milliseconds: float) -> None:
    """Write that a request was answered; ``route`` is its name, never the address that was asked for."""
    told = {"door": door, "route": route, "status": status, "milliseconds": milliseconds}
    _log.info("answered", extra={"told": told})


def attempted(parcel: str, message: str | None, came: str, reason: str | None) -> None:
    """Write what came of one attempt to send: ``came`` is the fact that stands in the disclosure log."""
    told = {"parcel": parcel, "message": message, "came": came, "reason": reason}
    _log.info("attempted", extra={"told": {name: text for name, text in told.items() if text is not None}})


def child_ended(ended: Ended) -> None:
    """Write that a serving process died and will be replaced."""
    _log.error("child-ended", extra={"told": {"number": ended.number, "pid": ended.pid, "status": ended.status}})


def behind(what: str, fix: str) -> None:
    """Write that the database lacks lines that were signed, and what to do."""
    _log.error("behind", extra={"told": {"what": what, "fix": fix}})


def unproven(what: str) -> None:
    """Write that nothing new leaves for want of countersignatures."""
    _log.error("unproven", extra={"told": {"what": what}})


def unwell(witness: str, reason: str, *, grave: bool) -> None:
    """Write why a witness did not countersign our log."""
    level = logging.ERROR if grave else logging.WARNING
    _log.log(level, "witness", extra={"told": {"witness": witness, "reason": reason}})


_log = logging.getLogger(OWN)


def _ours(record: logging.LogRecord) -> tuple[str, Mapping[str, object]]:
    told = record.__dict__.get("told", {})
    return str(record.msg), told if isinstance(told, dict) else {}


def _theirs(record: logging.LogRecord) -> tuple[str, Mapping[str, object]]:
    kind = record.exc_info[0] if record.exc_info else None
    where = f"{Path(record.pathname).name}:{record.lineno}"
    return "library", {"name": record.name, "where": where, **({"kind": kind.__name__} if kind else {})}
