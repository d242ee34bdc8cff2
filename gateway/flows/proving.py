"""Whether our newest checkpoint is proven: countersigned by as many as the settings ask for, each counted once.

New disclosures stop when proof is wanted for too long; what undoes harm or keeps a child safe goes on: the one list of
it, with the reason of each, is ``delivery.GOES_UNPROVEN``.
"""

from gateway.core.records import Proven

MEND = (
    "See 'gateway log witness --ask', and call whoever does not answer. Receiving goes on, and so do recalls, breach "
    "and rights notices, and what a child's safety hangs on."
)


def words(proven: Proven) -> str:
    """How it stands, in plain words."""
    if not proven.quorum:
        return "No number of countersignatures is asked for ([witnesses] quorum = 0)."
    asked = f"{proven.quorum} countersignature{'s' if proven.quorum > 1 else ''}"
    if proven.size == proven.signed:
        return f"The newest checkpoint, of {proven.signed} lines, is proven by {asked}."
    reached = f"The first {proven.size} of {proven.signed} signed lines are proven by {asked}."
    if not proven.stopped:
        return reached
    since = f"{proven.waiting_since:%d %b %Y %H:%M} UTC" if proven.waiting_since else "the beginning"
    return f"{reached} New disclosures have stopped: the rest has waited for proof since {since}. {MEND}"
