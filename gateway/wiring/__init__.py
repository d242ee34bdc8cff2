"""The one place that knows every hand: joins settings, keys, database, network and flows into a gateway that runs."""

from gateway.edge.journal import child_ended, told
from gateway.settings import Unusable
from gateway.wiring.duties import (
    MEND_BEHIND,
    ask_cosigner,
    ask_partners,
    ask_witness,
    ask_witnesses,
    checks,
    cosigners,
    countersigners,
    missing,
    publish,
    witnesses,
)
from gateway.wiring.joining import Installation, assemble, join, now
from gateway.wiring.running import Running, bind, free_ports

__all__ = [
    "MEND_BEHIND",
    "Installation",
    "Running",
    "Unusable",
    "ask_cosigner",
    "ask_partners",
    "ask_witness",
    "ask_witnesses",
    "assemble",
    "bind",
    "checks",
    "child_ended",
    "cosigners",
    "countersigners",
    "free_ports",
    "join",
    "missing",
    "now",
    "publish",
    "told",
    "witnesses",
]
