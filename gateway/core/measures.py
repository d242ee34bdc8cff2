"""What an operator watches, as numbers without names, and its text for Prometheus (exposition format 0.0.4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gateway.core.delivery import State
from gateway.core.errors import Reason

OTHER = "other"
DOORS = ("machines", "pages", "operator")
COUNTED = (
    *(("uploads", outcome) for outcome in ("accepted", "refused")),
    *(("faults", reason) for reason in (*Reason, OTHER)),
    *((f"{door}_requests", f"{hundred}xx") for door in DOORS for hundred in range(1, 6)),
)
"""Everything that is counted since the start: what, and its one label."""


@dataclass(frozen=True, slots=True)
class Measures:
    """How a gateway stands. ``oldest_due`` is in seconds; ``days_left`` is by role of certificate,
    ``witnesses`` how many are well and how many are not.
    """

    parcels: Mapping[State, int]
    oldest_due: float
    paused: int
    lines: int
    signed: int
    witnesses: Mapping[str, int] = field(default_factory=dict)
    days_left: Mapping[str, int] = field(default_factory=dict)
    counted: Mapping[tuple[str, str], int] = field(default_factory=dict)


def text(measures: Measures) -> str:
    """One page for Prometheus. No label names an organisation or a person."""
    return "".join(_families(measures))


def _families(now: Measures) -> Iterator[str]:
    yield _family("parcels", "Parcels in each state.", "state", {state: now.parcels.get(state, 0) for state in State})
    yield _one("parcels_oldest_due_seconds", "For how long the parcel has been due that waits longest.", now.oldest_due)
    yield _one("partners_paused", "Partners to which nothing goes but a probe, because they do not answer.", now.paused)
    yield _one("log_lines", "Lines of the disclosure log.", now.lines)
    yield _one("checkpoint_lines", "Lines under the newest signed checkpoint.", now.signed)
    yield _one("checkpoint_lag_lines", "Lines that no signed checkpoint covers yet.", now.lines - now.signed)
    yield _family("witnesses", "Witnesses of our log, by whether all is well with them.", "state", now.witnesses)
    yield _family("certificate_days_left", "Days until our certificates end, by role.", "role", now.days_left)
    yield _counter("uploads_total", "Uploads answered since the start.", "outcome", _counted(now, "uploads"))
    yield _counter("faults_total", "Faults of this machine since the start.", "reason", _counted(now, "faults"))
    for door in DOORS:
        words = f"Requests answered at the door for {door} since the start."
        yield _counter(f"{door}_requests_total", words, "status", _counted(now, f"{door}_requests"))


def _counted(now: Measures, what: str) -> Mapping[str, int]:
    return {label: now.counted.get((one, label), 0) for one, label in COUNTED if one == what}


def _one(name: str, words: str, value: float) -> str:
    return _head(name, words, "gauge") + f"gateway_{name} {value}\n"


def _family(name: str, words: str, label: str, values: Mapping[str, int]) -> str:
    return _head(name, words, "gauge") + _samples(name, label, values)


def _counter(name: str, words: str, label: str, values: Mapping[str, int]) -> str:
    return _head(name, words, "counter") + _samples(name, label, values)


def _head(name: str, words: str, kind: str) -> str:
    return f"# HELP gateway_{name} {words}\n# TYPE gateway_{name} {kind}\n"


def _samples(name: str, label: str, values: Mapping[str, int]) -> str:
    return "".join(f'gateway_{name}{{{label}="{key}"}} {value}\n' for key, value in values.items())
